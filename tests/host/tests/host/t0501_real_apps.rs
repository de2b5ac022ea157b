//! Real programs show real pixels.

use crate::rig::Rig;

#[test]
fn simple_shm() {
    let mut rig = Rig::new(&[]);
    let _app = rig.run("weston-simple-shm", &[]);
    let window = rig.control().wait_for_window("org.freedesktop.weston.simple-shm");
    assert_eq!(window.geometry, [20, 20, 250, 250]);
    rig.keep("simple-shm");
    assert!(rig.control().pixels(20, 20, 250, 250).unwrap().colours > 100);
    assert_eq!(rig.control().pixels(0, 0, 20, 20).unwrap().colours, 1, "the background");
}

#[test]
fn typing_into_foot() {
    let mut rig = Rig::new(&[]);
    let _app = rig.run("foot", &["--config=/dev/null", "--override=cursor.blink=no", "cat"]);
    let window = rig.control().wait_for_window("foot");
    let [x, y, width, height] = window.geometry;
    let before = rig.control().pixels(x, y, width, height).unwrap();
    // A, B and C, to be seen in the picture.
    for key in [30, 48, 46] {
        rig.ask(&format!("key {key} press"));
        rig.ask(&format!("key {key} release"));
    }
    carafe_fixture::process::wait_for("what was typed", || {
        (rig.control().pixels(x, y, width, height).unwrap() != before).then_some(())
    });
    rig.keep("foot");
}

#[test]
fn an_input_method_writes_into_foot() {
    let mut rig = Rig::new(&[]);
    let _app = rig.run("foot", &["--config=/dev/null", "--override=cursor.blink=no", "cat"]);
    let window = rig.control().wait_for_window("foot");
    let [x, y, width, height] = window.geometry;
    let before = rig.control().pixels(x, y, width, height).unwrap();
    carafe_fixture::process::wait_for("foot to want text", || {
        rig.control().ask("text preedit b").is_ok().then_some(())
    });
    rig.ask("text commit written ");
    carafe_fixture::process::wait_for("what was written", || {
        (rig.control().pixels(x, y, width, height).unwrap() != before).then_some(())
    });
}

#[test]
fn two_windows_overlap_and_the_newer_one_has_the_keyboard() {
    let mut rig = Rig::new(&[]);
    let _shm = rig.run("weston-simple-shm", &[]);
    rig.control().wait_for_window("org.freedesktop.weston.simple-shm");
    let _foot = rig.run("foot", &["--config=/dev/null", "cat"]);
    let foot = rig.control().wait_for_window("foot");
    assert_eq!(foot.geometry[..2], [60, 60]);
    assert_eq!(rig.ask("state")["focus"], "foot");
    let windows = rig.control().windows().unwrap();
    assert_eq!(windows.last().unwrap().app_id, "foot");
    rig.ask("focus org.freedesktop.weston.simple-shm");
    assert_eq!(rig.ask("state")["focus"], "org.freedesktop.weston.simple-shm");
    rig.ask("place foot 300 200");
    rig.keep("two-windows");
}
