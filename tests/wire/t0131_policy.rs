//! The policy: globals that clients must not see.
use super::rig::*;

fn global(name: u32, interface: &str, version: u32) -> Message {
    Message::new(REGISTRY, 0).uint(name).string(interface).uint(version)
}

#[test]
fn denied_globals_are_not_offered_and_versions_are_bounded() {
    let rig = Rig::with(&[
        "--allow-globals=wl_compositor,wl_shm,wl_seat,wl_data_device_manager,wl_output,\
         zwp_primary_selection_device_manager_v1,wp_cursor_shape_manager_v1",
        "--deny-globals=wl_output",
        "--max-versions=wl_data_device_manager=3,wl_seat=9,wl_shm=1",
    ]);
    for _ in 0..2 {
        let (mut client, mut host) = rig.client();
        host.send(&global(10, "wl_output", 4));
        host.send(&global(11, "wp_viewporter", 1));
        host.send(&global(12, "wl_seat", 10));
        assert_eq!(client.next(), global(12, "wl_seat", 9));
        // Their removal does not reach the client either.
        host.send(&Message::new(REGISTRY, 1).uint(11));
        host.send(&Message::new(REGISTRY, 1).uint(12));
        assert_eq!(client.next(), Message::new(REGISTRY, 1).uint(12));
        client.send(&bind((10, "wl_output", 1), 3));
        let text = "invalid global wl_output (10)".to_owned();
        assert_eq!(error(&mut client), (REGISTRY, 0, text));
        let (mut client, _host) = rig.client();
        client.send(&bind((SEAT.0, SEAT.1, 10), 3));
        let text = "invalid version for global wl_seat (3): have 9, wanted 10".to_owned();
        assert_eq!(error(&mut client), (REGISTRY, 0, text));
    }
    let log = rig.log_with("may show no windows");
    let said = log.matches("clients that need xdg_wm_base, wl_output may show no windows").count();
    assert_eq!(said, 1, "{log}");
}
