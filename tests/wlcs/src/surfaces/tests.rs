use super::Surfaces;

fn read(lines: &[&str]) -> Surfaces {
    let mut surfaces = Surfaces::default();
    for line in lines {
        let line = format!("     0.001695 session 1 (wlcs 4711): {line}");
        assert!(surfaces.line(&line), "{line}");
    }
    surfaces
}

#[test]
fn a_surface_is_known_by_both_ids() {
    let surfaces = read(&[
        "client-> wl_compositor#4.create_surface(new id wl_surface#7)",
        "->host wl_compositor#3.create_surface(new id wl_surface#6)",
        "client-> wl_compositor#4.create_region(new id wl_region#8)",
        "->host wl_compositor#3.create_region(new id wl_region#7)",
        "client-> wl_compositor#4.create_surface(new id wl_surface#9)",
        "->host wl_compositor#3.create_surface(new id wl_surface#8)",
    ]);
    assert_eq!(surfaces.host_id(7), Some(6));
    assert_eq!(surfaces.host_id(9), Some(8));
    assert_eq!(surfaces.host_id(8), None);
}

#[test]
fn a_deleted_id_is_forgotten_until_it_is_used_again() {
    let mut lines = vec![
        "client-> wl_compositor#4.create_surface(new id wl_surface#7)",
        "->host wl_compositor#3.create_surface(new id wl_surface#6)",
        "host-> wl_display#1.delete_id(6)",
        "->client wl_display#1.delete_id(7)",
    ];
    assert_eq!(read(&lines).host_id(7), None);
    lines.extend([
        "client-> wl_compositor#4.create_surface(new id wl_surface#7)",
        "->host wl_compositor#3.create_surface(new id wl_surface#11)",
    ]);
    assert_eq!(read(&lines).host_id(7), Some(11));
}

#[test]
fn other_lines_are_not_the_message_logs() {
    let mut surfaces = Surfaces::default();
    for line in ["", " WARN session 1 (wlcs 4711): too slow", "ERROR a bug in carafe: panicked"] {
        assert!(!surfaces.line(line), "{line}");
    }
}
