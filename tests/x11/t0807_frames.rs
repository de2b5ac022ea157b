//! Where the host draws no title bars, carafe draws them for those windows that want one.

use carafe_fixture::process::wait_for;

use crate::client::New;
use crate::stage::Stage;

const HEIGHT: i64 = 28;

fn click(stage: &mut Stage, x: i64, y: i64) {
    let requests = [
        format!("pointer move {x} {y}"),
        "pointer button left press".into(),
        "pointer button left release".into(),
    ];
    for request in requests {
        stage.host().ask(&request).unwrap();
    }
}

#[test]
fn a_bar_with_buttons_is_above_a_window() {
    for scale in ["1", "2"] {
        let without = "--without=zxdg_decoration_manager_v1";
        let mut stage = Stage::with(&[without, &format!("--scale={scale}")], &[]);
        let mut client = stage.client();
        let window = client.create(&New::named("framed", 0xff_00_00));
        let delete = client.atom("WM_DELETE_WINDOW");
        client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[delete]);
        client.map(window);
        let [x, y, width, height] = stage.host().wait_for_window("framed").geometry;
        let scale: i64 = scale.parse().unwrap();
        assert_eq!([width, height], [200 / scale, 150 / scale + HEIGHT]);
        let at = |x: i64, y: i64, w, h| [x * scale, y * scale, w * scale, h * scale];
        stage.host().wait_for_colour(at(x, y + HEIGHT, width, height - HEIGHT), "ff0000");
        stage.host().wait_for_colour(at(x, y, 8, HEIGHT), "d8d4d0");

        let [max_x, close_x] = [width - HEIGHT - 14, width - 14];
        click(&mut stage, x + max_x, y + 14);
        client.wait_for_size(window, (1024, 768 - (HEIGHT * scale) as u16));
        stage.host().wait_for_colour([0, 0, 800, HEIGHT * scale], "d8d4d0");
        click(&mut stage, 1024 / scale - HEIGHT - 14, 14);
        client.wait_for_size(window, (200, 150));
        wait_for("its old place", || {
            (stage.host().wait_for_window("framed").geometry == [x, y, width, height]).then_some(())
        });
        click(&mut stage, x + close_x, y + 14);
        client.wait_for_message(window, "WM_DELETE_WINDOW");
        stage.end();
    }
}

#[test]
fn windows_that_want_no_bar_have_none() {
    let mut stage = Stage::with(&["--without=zxdg_decoration_manager_v1"], &[]);
    let client = stage.client();
    let window = client.create(&New::named("bare", 0xff_00_00));
    client.set_numbers(window, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[2, 0, 0, 0, 0]);
    client.map(window);
    assert_eq!(stage.host().wait_for_window("bare").geometry[2..], [200, 150]);
    stage.end();
}
