//! As Exo, the host offers what Exo does, at Exo's versions.

use wayland_client::protocol::wl_output::WlOutput;
use wayland_client::protocol::wl_seat::WlSeat;

use crate::rig::Rig;

#[test]
fn old_versions_and_nothing_modern() {
    let rig = Rig::new(&["--as=exo"]);
    let client = rig.client();
    for (name, version) in [
        ("wl_compositor", 3),
        ("wl_seat", 6),
        ("wl_output", 3),
        ("xdg_wm_base", 3),
        ("zwp_linux_dmabuf_v1", 3),
        ("zaura_shell", 65),
        ("zcr_keyboard_extension_v1", 2),
        ("zcr_text_input_extension_v1", 14),
        ("wl_shell", 1),
    ] {
        assert_eq!(client.offers(name), Some(version), "{name}");
    }
    for name in [
        "xdg_activation_v1",
        "wp_cursor_shape_manager_v1",
        "zwp_primary_selection_device_manager_v1",
        "zwp_text_input_manager_v3",
        "zwp_linux_explicit_synchronization_v1",
        "zwlr_layer_shell_v1",
    ] {
        assert_eq!(client.offers(name), None, "{name}");
    }
    assert_eq!(client.offered().len(), 41);
}

#[test]
fn an_older_one() {
    let rig = Rig::new(&["--as=exo-131"]);
    let client = rig.client();
    assert_eq!(client.offers("zwp_linux_explicit_synchronization_v1"), Some(2));
    assert_eq!(client.offered().len(), 43);
}

#[test]
fn screens_and_seats_that_come_later() {
    let mut rig = Rig::new(&["--as=exo"]);
    rig.ask("output SECOND 800x600 1 1024 0");
    rig.ask("remove wl_seat");
    rig.ask("add wl_seat");
    let mut client = rig.client();
    assert_eq!(client.offers("wl_seat"), Some(6));
    assert_eq!(client.names_of("wl_output").len(), 2);
    let _: (WlSeat, WlOutput) = (client.bind(6), client.bind(3));
    client.sync();
}
