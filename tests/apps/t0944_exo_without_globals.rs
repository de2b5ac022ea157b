//! ChromeOS's compositor without each one of its globals in turn: a client that binds all that it is
//! shown goes on, real programs start or say what they miss, and carafe complains of nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use carafe_fixture::process::{Process, wait_for};

use crate::hosts::Host;
use crate::programs::foot;
use crate::proxy::{Carafe, to};
use crate::t0931_each_bridge::Client;

/// How many hosts run at the same time.
const AT_ONCE: usize = 4;

/// Globals without which foot may end, with an error of its own, as on any other host.
const NEEDED: [&str; 7] = [
    "wl_compositor",
    "wl_subcompositor",
    "wl_shm",
    "wl_data_device_manager",
    "wl_output",
    "wl_seat",
    "xdg_wm_base",
];

/// The names of Exo's globals.
fn globals() -> Vec<String> {
    let host = Host::exo();
    let all = host.ask("globals");
    let rows = all.as_array().expect("a list").iter();
    rows.map(|row| row[0].as_str().expect("a name").to_owned()).collect()
}

/// Runs all of these, some at once.
fn for_each(names: &[String], run: impl Fn(&str) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(name);
                }
            });
        }
    });
}

/// A client that binds all that it is shown, and makes a window if it can.
fn bind_all(host: &Host, without: &str) {
    let mut client = Client::connect(host);
    assert_eq!(client.version(without).filter(|_| !is_made_up(without)), None, "{without}");
    let names: Vec<String> = client.globals.iter().map(|(_, name, _)| name.clone()).collect();
    let bound: Vec<(String, u32)> =
        names.into_iter().map(|name| (name.clone(), client.bind(&name))).collect();
    client.sync();
    let find = |wanted: &str| bound.iter().find(|(name, _)| name == wanted).map(|(_, id)| *id);
    let (Some(compositor), Some(shell)) = (find("wl_compositor"), find("xdg_wm_base")) else {
        return;
    };
    let surface = client.of(compositor, 0, &[]);
    let xdg_surface = client.of(shell, 2, &[surface]);
    let toplevel = client.of(xdg_surface, 1, &[]);
    client.send(surface, 6, &[]);
    client.until(toplevel, 0);
    let serial = client.until(xdg_surface, 0).word(0);
    client.send(xdg_surface, 4, &[serial]);
    if let Some(seat) = find("wl_seat") {
        client.of(seat, 0, &[]);
        client.of(seat, 1, &[]);
    }
    client.sync();
}

/// Whether carafe makes it where the host has none.
fn is_made_up(name: &str) -> bool {
    name == "wp_cursor_shape_manager_v1"
}

#[test]
fn a_client_goes_on_without_any_one_global() {
    let names = globals();
    assert!(names.len() > 30, "{names:?}");
    for_each(&names, |name| {
        let host = Host::stand_in_with(&["--as=exo", &format!("--without={name}")]);
        let carafe = Carafe::start(&mut to(&host), host.runtime());
        bind_all(&host, name);
        carafe.stop();
    });
}

#[test]
fn foot_starts_without_any_global_that_it_does_not_need() {
    // Those that carafe uses for a window, its keys, its outputs and its pixels.
    let used = [
        "zwp_linux_dmabuf_v1",
        "zxdg_output_manager_v1",
        "zaura_shell",
        "zcr_keyboard_extension_v1",
        "zcr_cursor_shapes_v1",
        "zcr_alpha_compositing_v1",
        "zxdg_decoration_manager_v1",
        "wp_viewporter",
        "wp_fractional_scale_manager_v1",
        "wp_presentation",
        "zwp_text_input_manager_v1",
    ];
    let used: Vec<String> = used.into_iter().chain(NEEDED).map(str::to_owned).collect();
    for_each(&used, |name| {
        let host = Host::stand_in_with(&["--as=exo", &format!("--without={name}")]);
        let carafe = Carafe::start(to(&host).arg("--accelerators=Super_L"), host.runtime());
        let mut program = Process::start(&mut foot(&host, Carafe::DISPLAY));
        wait_for(&format!("foot without {name}"), || {
            let ends = NEEDED.contains(&name) && !program.is_running();
            let shelf = host.ask("shelf");
            (ends || !shelf.as_array()?.is_empty()).then_some(())
        });
        drop(program);
        carafe.stop();
    });
}
