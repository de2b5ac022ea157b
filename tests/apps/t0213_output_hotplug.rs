//! A screen is plugged in and unplugged: clients get the same events as directly, and can go on
//! with objects of a screen that is gone.

use wayland_client::Proxy;
use wayland_client::protocol::wl_output::WlOutput;

use crate::client::Client;
use crate::hosts::Host;
use crate::proxy::Carafe;
use crate::window::Window;

#[test]
fn outputs_come_and_go() {
    let host = Host::sway_with_plugs();
    let carafe = Carafe::parent(&host);
    let direct = plug_in_and_out(&host, host.display(), 2);
    let proxied = plug_in_and_out(&host, Carafe::DISPLAY, 3);
    assert_eq!(proxied, direct);
    assert_eq!(carafe.stop().clients, 1);
}

/// Gives what all clients are told of the screen, without what is new for each
/// one: its name and its global's number. (Its size changes while a client binds
/// it: the outer sway has its say.)
fn plug_in_and_out(host: &Host, display: &str, n: u32) -> Vec<String> {
    let mut client = Client::connect(host, display);
    let window = Window::show(&mut client, "left");
    let is_there = client.state.globals.len();
    client.state.log.clear();

    let name = host.plug_in(n);
    client.wait_for_event("global wl_output");
    assert_eq!(client.state.globals.len(), is_there + 1);
    let global = client.state.globals.last().expect("the new one").name;
    let output: WlOutput = client.bind(4);
    client.wait_for_event(&format!("output Name {{ name: {name:?} }}"));
    window.toplevel.set_fullscreen(Some(&output));
    client.wait_for_event(&format!("on output {}", output.id()));

    host.plug_out(&name);
    client.wait_for_event(&format!("no more global {global}"));
    assert_eq!(client.state.globals.len(), is_there);
    client.wait_for_event(&format!("on output {}", window.output.id()));
    // Binding it too late, and using it although it is gone, are not errors.
    let late: WlOutput = client.bind_name(global, 4);
    window.toplevel.unset_fullscreen();
    window.toplevel.set_fullscreen(Some(&output));
    client.sync();
    output.release();
    late.release();
    window.toplevel.unset_fullscreen();
    client.sync();

    let same = |entry: &String| {
        let described = entry.replace(&format!("Wayland output {n}"), "DESCRIPTION");
        described.replace(&name, "NAME").replace(&global.to_string(), "N")
    };
    let told = ["global", "no more global", "output Geometry", "output Name", "output Description"];
    client.state.log.retain(|entry| told.iter().any(|start| entry.starts_with(start)));
    client.state.log.iter().map(same).collect()
}
