//! Pointers that games warp and confine, which Xwayland does through the host's constraints, in X
//! pixels; and keys that are held when the keyboard focus moves.

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt, CreateGCAux, EventMask, GrabMode, GrabStatus,
    Rectangle,
};

use crate::client::{Client, New};
use crate::stage::Stage;

/// A window with an invisible pointer.
fn blind(client: &Client, name: &'static str) -> u32 {
    let window = client.create(&New { size: (400, 300), ..New::named(name, 0xff_00_00) });
    let (pixmap, gc, cursor) = (
        client.x.generate_id().unwrap(),
        client.x.generate_id().unwrap(),
        client.x.generate_id().unwrap(),
    );
    client.x.create_pixmap(1, pixmap, window, 8, 8).unwrap();
    client.x.create_gc(gc, pixmap, &CreateGCAux::new().foreground(0)).unwrap();
    let all = Rectangle { x: 0, y: 0, width: 8, height: 8 };
    client.x.poly_fill_rectangle(pixmap, gc, &[all]).unwrap();
    client.x.create_cursor(cursor, pixmap, pixmap, 0, 0, 0, 0, 0, 0, 0, 0).unwrap();
    let values = ChangeWindowAttributesAux::new().cursor(cursor);
    client.x.change_window_attributes(window, &values).unwrap();
    client.map(window);
    window
}

/// Where the pointer is in a window.
fn pointer(client: &Client, window: u32) -> [i16; 2] {
    let reply = client.x.query_pointer(window).unwrap().reply().unwrap();
    [reply.win_x, reply.win_y]
}

fn wait_for_pointer(client: &Client, window: u32, what: &str, wanted: [i16; 2]) {
    let mut last = [0, 0];
    wait_for(&format!("{what}: {wanted:?}"), || {
        last = pointer(client, window);
        (last == wanted).then_some(())
    });
}

#[test]
fn a_pointer_that_is_warped_back_tells_how_far_it_went() {
    for scale in [1, 2] {
        let mut stage = Stage::with(&[&format!("--scale={scale}"), "--size=1600x1200"], &[]);
        let client = stage.client();
        wait_for("the screen's size", || {
            (client.geometry(client.root)[2..] == [1600, 1200]).then_some(())
        });
        let window = blind(&client, "game");
        let [x, y, width, height] = stage.host().wait_for_window("game").geometry;
        assert_eq!([width, height], [400 / scale, 300 / scale]);
        let pixels = |logical: i64| i16::try_from(logical * scale).unwrap();
        stage.host().ask(&format!("pointer move {} {}", x + 50, y + 40)).unwrap();
        wait_for_pointer(&client, window, "where it entered", [pixels(50), pixels(40)]);
        let mut at = [x + 50, y + 40];
        for (dx, dy) in [(10, 0), (-30, 7), (90, -20), (1, 1)] {
            // Back to the middle, as games do with each motion.
            client.x.warp_pointer(x11rb::NONE, window, 0, 0, 0, 0, 200, 150).unwrap();
            client.x.flush().unwrap();
            wait_for_pointer(&client, window, "the middle", [200, 150]);
            stage.host().ask("sync").unwrap();
            std::thread::sleep(std::time::Duration::from_millis(50));
            let place = [at[0] + dx, at[1] + dy];
            stage.host().ask(&format!("pointer move {} {}", place[0], place[1])).unwrap();
            let wanted = [200 + pixels(dx), 150 + pixels(dy)];
            wait_for_pointer(&client, window, &format!("{dx}, {dy} at scale {scale}"), wanted);
            // The host's pointer stays.
            let now = stage.host().ask("state").unwrap()["pointer"].clone();
            let now: Vec<i64> =
                now.as_array().unwrap().iter().map(|n| n.as_f64().unwrap() as i64).collect();
            at = [now[0], now[1]];
            assert_eq!(at, [x + 50, y + 40], "it is locked");
        }
        stage.end();
    }
}

#[test]
fn a_pointer_that_is_confined_stays_in_its_window_until_it_is_let_go() {
    for scale in [1, 2] {
        let mut stage = Stage::with(&[&format!("--scale={scale}"), "--size=1600x1200"], &[]);
        let client = stage.client();
        wait_for("the screen's size", || {
            (client.geometry(client.root)[2..] == [1600, 1200]).then_some(())
        });
        let window = client.show(&New { size: (400, 300), ..New::named("game", 0xff_00_00) });
        let [x, y, width, height] = stage.host().wait_for_window("game").geometry;
        let go = |stage: &mut Stage, place: [i64; 2]| {
            stage.host().ask(&format!("pointer move {} {}", place[0], place[1])).unwrap();
            let state = stage.host().ask("state").unwrap();
            let now = state["pointer"].as_array().unwrap().iter();
            now.map(|n| n.as_f64().unwrap() as i64).collect::<Vec<_>>()
        };
        let inside = [x + 20, y + 20];
        let edge = [x + width - 1, y + height - 1];
        let outside = [x + width + 50, y + height + 20];
        assert_eq!(go(&mut stage, inside), inside);
        wait_for("the pointer", || {
            let place = i16::try_from(20 * scale).unwrap();
            (pointer(&client, window) == [place, place]).then_some(())
        });
        let grab = client.x.grab_pointer(
            true,
            window,
            EventMask::POINTER_MOTION,
            GrabMode::ASYNC,
            GrabMode::ASYNC,
            window,
            x11rb::NONE,
            x11rb::CURRENT_TIME,
        );
        assert_eq!(grab.unwrap().reply().unwrap().status, GrabStatus::SUCCESS);
        // Xwayland does not confine a pointer that has left before the host knows.
        wait_for("the confinement", || {
            (stage.host().ask("state").unwrap()["pointer_constrained"] == true).then_some(())
        });
        // It may move in all of the window, once Xwayland has set the region.
        wait_for("the edge", || {
            let moves = go(&mut stage, edge) == edge;
            go(&mut stage, inside);
            moves.then_some(())
        });
        assert_eq!(go(&mut stage, edge), edge);
        assert_eq!(go(&mut stage, outside), edge);
        client.x.ungrab_pointer(x11rb::CURRENT_TIME).unwrap();
        client.x.flush().unwrap();
        wait_for("its end", || (go(&mut stage, outside) == outside).then_some(()));
        stage.end();
    }
}

#[test]
fn keys_that_are_held_when_the_keyboard_goes_are_released() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("typed", 0xff_00_00));
    stage.host().wait_for_window("typed");
    wait_for("the keyboard", || {
        (client.numbers(client.root, "_NET_ACTIVE_WINDOW") == [window]).then_some(())
    });
    // X's code of a key is the kernel's (KEY_A) plus 8.
    let held = || {
        let keys = client.x.query_keymap().unwrap().reply().unwrap().keys;
        keys[38 / 8] & 1 << (38 % 8) != 0
    };
    stage.host().ask("key 30 press").unwrap();
    wait_for("the key", || held().then_some(()));
    client.ask(window, "WM_CHANGE_STATE", [3, 0, 0, 0, 0]);
    wait_for("nobody with the keyboard", || {
        (client.numbers(client.root, "_NET_ACTIVE_WINDOW") == [0]).then_some(())
    });
    wait_for("the key's release", || (!held()).then_some(()));
    // It is still held when the keyboard comes back, and is then released.
    stage.host().ask("focus typed").unwrap();
    wait_for("the keyboard", || {
        (client.numbers(client.root, "_NET_ACTIVE_WINDOW") == [window]).then_some(())
    });
    wait_for("the key again", || held().then_some(()));
    stage.host().ask("key 30 release").unwrap();
    wait_for("the key's release", || (!held()).then_some(()));
    stage.end();
}
