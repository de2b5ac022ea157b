//! A client's mistake gives the same error directly and through carafe: object, code and text.
//! The host sends most of them; carafe's own errors are those of libwayland.

use carafe_fixture::process::wait_for;
use wayland_client::protocol::{wl_compositor, wl_shm_pool, wl_subcompositor, wl_surface};
use wayland_protocols::xdg::shell::client::{xdg_positioner, xdg_surface, xdg_wm_base};

use crate::hosts::Host;
use crate::proxy::Carafe;
use crate::raw::RawClient;

/// A name, and a client that makes the mistake.
type Case = (&'static str, fn(&mut RawClient));

const CASES: [Case; 10] = [
    ("a buffer before the first configure", buffer_too_early),
    ("two shell surfaces of one surface", two_shell_surfaces),
    ("a menu without size", menu_without_size),
    ("a surface that is its own subsurface", own_subsurface),
    ("a pool of negative size", |client| {
        client.pool(-5);
    }),
    ("a buffer larger than its pool", buffer_too_large),
    ("a bind above the version", |client| {
        // Of a global that carafe never raises.
        let (_, version) = client.globals["wl_subcompositor"];
        client.bind("wl_subcompositor", version + 1);
    }),
    ("a bind of a global that was never there", |client| {
        client.bind_as(4711, "wl_compositor", 1);
    }),
    ("a bind of another interface", |client| {
        let (name, _) = client.globals["wl_compositor"];
        client.bind_as(name, "wl_shm", 1);
    }),
    ("an object that was never there", |client| client.send(4711, 0, &[])),
];

#[test]
fn errors_of_the_host_reach_the_client() {
    same_errors(&Host::usual());
}

#[test]
fn errors_of_weston_reach_the_client() {
    same_errors(&Host::weston());
}

fn same_errors(host: &Host) {
    let carafe = Carafe::parent(host);
    let mut bystander = RawClient::connect(host, Carafe::DISPLAY);
    for (what, case) in CASES {
        let [direct, proxied] = [host.display(), Carafe::DISPLAY].map(|display| {
            let mut client = RawClient::connect(host, display);
            case(&mut client);
            let (object, code, text) = client.error();
            (object, code, without_ids(&text), text)
        });
        let (object, code, text, _) = direct;
        assert_eq!((proxied.0, proxied.1, &proxied.2), (object, code, &text), "{what}");
        // The client may have the error before the service has logged it.
        let what = format!("{:?} in the log", proxied.3);
        wait_for(&what, || carafe.log().contains(&proxied.3).then_some(()));
    }
    // Another session is not affected; it still gets answers.
    bystander.send(4712, 0, &[]);
    assert!(bystander.error().2.contains("4712"));
}

/// Removes ids from a host's text (`wl_surface@5`): they differ from the client's. (The error's
/// object, an argument of the event, has the client's id.)
fn without_ids(text: &str) -> String {
    let mut parts = text.split('@');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "@" + part.trim_start_matches(char::is_numeric))
}

fn surface(client: &mut RawClient) -> u32 {
    let compositor = client.bind("wl_compositor", 4);
    client.create(compositor, wl_compositor::REQ_CREATE_SURFACE_OPCODE, &[])
}

fn buffer_too_early(client: &mut RawClient) {
    let surface = surface(client);
    let shell = client.bind("xdg_wm_base", 1);
    let shown = client.create(shell, xdg_wm_base::REQ_GET_XDG_SURFACE_OPCODE, &[surface]);
    client.create(shown, xdg_surface::REQ_GET_TOPLEVEL_OPCODE, &[]);
    let buffer = client.buffer();
    client.send(surface, wl_surface::REQ_ATTACH_OPCODE, &[buffer, 0, 0]);
    client.send(surface, wl_surface::REQ_COMMIT_OPCODE, &[]);
}

fn two_shell_surfaces(client: &mut RawClient) {
    let surface = surface(client);
    let shell = client.bind("xdg_wm_base", 1);
    for _ in 0..2 {
        let shown = client.create(shell, xdg_wm_base::REQ_GET_XDG_SURFACE_OPCODE, &[surface]);
        client.create(shown, xdg_surface::REQ_GET_TOPLEVEL_OPCODE, &[]);
    }
}

fn menu_without_size(client: &mut RawClient) {
    let shell = client.bind("xdg_wm_base", 1);
    let positioner = client.create(shell, xdg_wm_base::REQ_CREATE_POSITIONER_OPCODE, &[]);
    client.send(positioner, xdg_positioner::REQ_SET_SIZE_OPCODE, &[0, 0]);
}

fn own_subsurface(client: &mut RawClient) {
    let surface = surface(client);
    let factory = client.bind("wl_subcompositor", 1);
    let opcode = wl_subcompositor::REQ_GET_SUBSURFACE_OPCODE;
    client.create(factory, opcode, &[surface, surface]);
}

fn buffer_too_large(client: &mut RawClient) {
    let pool = client.pool(4096);
    let opcode = wl_shm_pool::REQ_CREATE_BUFFER_OPCODE;
    client.create(pool, opcode, &[0, 800, 600, 3200, 0]);
}
