//! Malicious X11 clients: carafe and other clients are not affected.

use std::time::Duration;

use carafe::x11::atoms::NAMES;
use carafe_fixture::process::wait_for;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt, PropMode,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::stage::Stage;

/// The predefined atoms, which are the same in all X servers.
const PREDEFINED: std::ops::RangeInclusive<u32> = 1..=68;

/// All properties that carafe may read: atoms that exist already.
fn properties(client: &Client) -> Vec<u32> {
    PREDEFINED.chain(NAMES.iter().map(|name| client.atom(name))).collect()
}

/// All messages that carafe may handle, except those that end windows.
fn messages() -> impl Iterator<Item = &'static str> + Clone {
    NAMES.iter().copied().filter(|name| !name.contains("CLOSE"))
}

/// Runs `play` beside a good client, which must still work afterwards.
fn beside(play: impl FnOnce(&mut Stage, &Client)) {
    let mut stage = Stage::new();
    let mut good = stage.client();
    let window = good.show(&New::named("good", 0x00_ff_00));
    stage.host().wait_for_window("good");
    let xwayland = stage.carafe.xwayland();
    let hostile = stage.client();
    play(&mut stage, &hostile);
    hostile.x.sync().unwrap();
    assert_eq!(stage.carafe.xwayland(), xwayland, "the same Xwayland");
    stage.host().ask("configure good 320 240").unwrap();
    good.wait_for_size(window, (320, 240));
    drop(hostile);
    wait_for("the end of the others", || (stage.host().windows().ok()?.len() == 1).then_some(()));
    stage.host().ask("focus good").unwrap();
    let [x, y, ..] = stage.host().wait_for_window("good").geometry;
    stage.host().wait_for_colour([x, y, 320, 240], "00ff00");
    stage.end();
}

#[test]
fn properties_of_wrong_types_and_lengths() {
    beside(|stage, client| {
        let window = client.create(&New::named("bad", 0xff_00_00));
        let read = properties(client);
        let mut round = 0_u32;
        let mut spoil = |window| {
            for &property in &read {
                round = round.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35f);
                let bytes: Vec<u8> =
                    (0..round % 300).map(|n| (n.wrapping_mul(round) >> 7) as u8).collect();
                let kind = [AtomEnum::STRING, AtomEnum::INTEGER, AtomEnum::WINDOW, AtomEnum::ATOM]
                    [(round >> 8) as usize % 4];
                let mode = PropMode::REPLACE;
                match round >> 16 & 3 {
                    0 => client.x.change_property8(mode, window, property, kind, &bytes),
                    1 => client.x.change_property16(mode, window, property, kind, &[0xffff; 3]),
                    2 => client.x.change_property32(mode, window, property, kind, &[u32::MAX; 20]),
                    _ => client.x.change_property32(mode, window, property, kind, &[window; 18]),
                }
                .unwrap();
            }
            client.x.sync().unwrap();
        };
        spoil(window);
        client.map(window);
        wait_for("the window", || (stage.host().windows().ok()?.len() == 2).then_some(()));
        for _ in 0..100 {
            spoil(window);
        }
        // Repair what can be repaired.
        client.set_text(window, client.atom("_NET_WM_NAME"), "x");
        for &property in &read {
            client.x.delete_property(window, property).unwrap();
        }
        client.set_text(window, AtomEnum::WM_NAME.into(), "mended");
        wait_for("a good title", || {
            let windows = stage.host().windows().ok()?;
            windows.iter().any(|window| window.all["title"] == "mended").then_some(())
        });
    });
}

#[test]
fn floods_of_properties_and_messages_do_not_fill_memory() {
    beside(|stage, client| {
        let window = client.show(&New::named("flood", 0xff_00_00));
        stage.host().wait_for_window("flood");
        let before = stage.carafe.memory();
        let icon = vec![0xff00_ff00_u32; 60_000];
        let (property, kind) = (client.atom("_NET_WM_ICON"), AtomEnum::CARDINAL);
        for n in 0..200_u32 {
            let mode = PropMode::REPLACE;
            client.x.change_property32(mode, window, property, kind, &icon).unwrap();
            for name in messages().cycle().skip(n as usize * 200).take(200) {
                client.set_text(window, AtomEnum::WM_NAME.into(), &format!("flood {n}"));
                client.ask(window, name, [2, n, n, n, n]);
            }
        }
        client.x.sync().unwrap();
        client.set_text(window, AtomEnum::WM_NAME.into(), "last");
        stage.host().wait_for_window("flood");
        wait_for("the last title", || {
            let windows = stage.host().windows().ok()?;
            windows.iter().any(|window| window.all["title"] == "last").then_some(())
        });
        let grown = stage.carafe.memory().saturating_sub(before);
        assert!(grown < 40 * 1024, "{grown} KiB more");
    });
}

#[test]
fn messages_about_windows_of_other_clients_and_missing_windows() {
    beside(|_, client| {
        let own = client.show(&New::named("own", 0xff_00_00));
        let check = client.numbers(client.root, "_NET_SUPPORTING_WM_CHECK")[0];
        let list = wait_for("both windows", || {
            let list = client.numbers(client.root, "_NET_CLIENT_LIST");
            (list.contains(&own) && list.len() > 1).then_some(list)
        });
        let carafes = client.x.query_tree(check).unwrap().reply().unwrap().children;
        assert!(!carafes.is_empty(), "those for drags and selections");
        let targets = [client.root, check, 0x1234_5678, 1];
        for target in targets.iter().chain(&list).chain(&carafes) {
            for name in messages() {
                for data in [[0; 5], [u32::MAX; 5], [1, own, check, 3, 4], [2, 1, 1, 1, 1]] {
                    client.ask(*target, name, data);
                }
            }
        }
        // Windows that belong to each other, to themselves, to the root window, to nothing.
        let other = client.show(&New::named("other", 0xff_00_00));
        for (window, of) in [(own, other), (other, own), (own, own), (other, client.root)] {
            client.set_numbers(window, "WM_TRANSIENT_FOR", "WINDOW", &[of]);
            client.show(&New::popup(0xff_00_ff, (5, 5), (5, 5)));
        }
        client.set_numbers(other, "WM_TRANSIENT_FOR", "WINDOW", &[0xdead_beef]);
    });
}

#[test]
fn chains_of_menus_deeper_than_anybody_opens() {
    beside(|stage, client| {
        let mut parent = client.show(&New::named("main", 0xff_00_00));
        stage.host().wait_for_window("main");
        let kind = client.atom("_NET_WM_WINDOW_TYPE_POPUP_MENU");
        let mut chain = Vec::new();
        for n in 0..200 {
            let menu = client.create(&New::popup(0x00_00_ff, (n, n), (50, 50)));
            client.set_numbers(menu, "WM_TRANSIENT_FOR", "WINDOW", &[parent]);
            client.set_numbers(menu, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
            client.map(menu);
            chain.push(menu);
            parent = menu;
        }
        client.x.sync().unwrap();
        // A circle.
        client.set_numbers(chain[0], "WM_TRANSIENT_FOR", "WINDOW", &[parent]);
        for menu in &chain[50..100] {
            client.destroy(*menu);
        }
        for menu in &chain[..50] {
            client.unmap(*menu);
            client.map(*menu);
        }
    });
}

#[test]
fn windows_that_go_at_every_point_of_coming() {
    beside(|stage, client| {
        for n in 0..300_u64 {
            let popup = n % 3 == 0;
            let new = if popup {
                New::popup(0x00_00_ff, (20, 20), (60, 60))
            } else {
                New::named("brief", 0xff_00_00)
            };
            let window = client.show(&new);
            std::thread::sleep(Duration::from_micros(n * 37 % 5000));
            match n % 4 {
                0 => client.unmap(window),
                1 => {
                    let other = u32::from(!popup);
                    let change = ChangeWindowAttributesAux::new().override_redirect(other);
                    client.x.change_window_attributes(window, &change).unwrap();
                    if n % 8 == 1 {
                        client.unmap(window);
                        client.map(window);
                    }
                }
                2 => {
                    let inside = client.create(&New::named("frame", 0xff_00_00));
                    client.x.reparent_window(window, inside, 0, 0).unwrap();
                    client.x.reparent_window(window, client.root, 5, 5).unwrap();
                }
                _ => {}
            }
            client.destroy(window);
        }
        client.x.sync().unwrap();
        wait_for("none of them", || (stage.host().windows().ok()?.len() == 1).then_some(()));
    });
}

#[test]
fn sizes_and_places_beyond_all_bounds() {
    beside(|stage, client| {
        let window = client.show(&New::named("odd", 0xff_00_00));
        stage.host().wait_for_window("odd");
        let menu = client.show(&New::popup(0x00_00_ff, (i16::MAX, i16::MIN), (60, 60)));
        for edge in [-32768, -1, 0, 1, 32767] {
            for size in [1, 32767] {
                let values = ConfigureWindowAux::new().x(edge).y(edge).width(size).height(1);
                client.configure(window, &values);
                client.configure(menu, &values);
                client.ask(window, "_NET_MOVERESIZE_WINDOW", [0xf00, edge as u32, 0, size, 0]);
            }
        }
        // Larger than any memory; Xwayland must refuse it.
        let hints = [0x230, 0, 0, 0, 0, 40_000, 40_000, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
        let hints = [0x30, 0, 0, 0, 0, 500, 500, 10, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
        client.set_numbers(window, "_GTK_FRAME_EXTENTS", "CARDINAL", &[u32::MAX; 4]);
        client.set_numbers(window, "_GTK_FRAME_EXTENTS", "CARDINAL", &[500; 4]);
        client.configure(window, &ConfigureWindowAux::new().x(10).y(10).width(90).height(70));
        client.x.sync().unwrap();
    });
}
