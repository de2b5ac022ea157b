//! A panel across a screen: it gets the screen's whole width, and gives it back.

use std::sync::{Arc, Mutex};

use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop};
use wayland_protocols_wlr::layer_shell::v1::client::zwlr_layer_shell_v1::{
    Layer, ZwlrLayerShellV1,
};
use wayland_protocols_wlr::layer_shell::v1::client::zwlr_layer_surface_v1::{
    self, Anchor, ZwlrLayerSurfaceV1,
};

use crate::board::flaws;
use crate::client::Seen;
use crate::rig::{Path, Rig, proxied};
use crate::scales::{Knows, SCALES, pixels};

type Size = Arc<Mutex<Option<(u32, u32)>>>;

fn panel_is_as_wide_as_the_screen(path: Path, s: f64) {
    const HEIGHT: i64 = 72;
    let what = format!("{path:?} S={s}");
    let mut rig = Rig::new(path, s, &["--size=1023x767", &format!("--scale={s}")]);
    let mut app = rig.app(Knows::Nothing);
    let size = Size::default();
    let mut board = app.board((1, HEIGHT as i32));
    let shell: ZwlrLayerShellV1 = app.client.bind(1);
    let handle = app.client.handle();
    let name = "panel".to_owned();
    let told = Arc::clone(&size);
    let panel = shell.get_layer_surface(&board.surface, None, Layer::Top, name, &handle, told);
    panel.set_anchor(Anchor::Top | Anchor::Left | Anchor::Right);
    panel.set_size(0, HEIGHT as u32);
    board.surface.commit();
    app.client.sync();
    let (width, height) = size.lock().unwrap().expect("a configure");
    let screen = (1023.0 / s).round();
    assert_eq!(f64::from(width), (screen * s).ceil(), "{what}: its width");
    let off = i64::from(height) - HEIGHT;
    assert!(off.abs() as f64 <= s.max(1.0), "{what}: its height is {height}");
    board.told().size = Some((width as i32, height as i32));
    app.draw(&mut board);
    rig.ask("sync");
    // The screen's last pixels may fill no unit.
    let width = pixels(0, screen as i64, s).1.min(1023);
    let height = pixels(0, (HEIGHT as f64 / s).floor() as i64, s).1;
    let flaws = flaws(&rig.picture("HOST-1"), [0, 0, width, height], (0, 0));
    assert!(flaws.is_none(), "{what}: {flaws:?}");
    rig.stop();
}

#[test]
fn layers_lie_right_without_a_scale() {
    for path in proxied() {
        panel_is_as_wide_as_the_screen(path, 1.0);
    }
}

#[test]
fn layers_lie_right_with_a_scale() {
    for s in SCALES {
        panel_is_as_wide_as_the_screen(Path::Socket, s);
    }
}

impl Dispatch<ZwlrLayerSurfaceV1, Size> for Seen {
    fn event(
        _: &mut Self,
        surface: &ZwlrLayerSurfaceV1,
        event: zwlr_layer_surface_v1::Event,
        size: &Size,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let zwlr_layer_surface_v1::Event::Configure { serial, width, height } = event {
            surface.ack_configure(serial);
            *size.lock().unwrap() = Some((width, height));
        }
    }
}

delegate_noop!(Seen: ZwlrLayerShellV1);
