//! A screen that is plugged in and out: clients learn it as they do directly,
//! and live on with what they hold of a screen that is gone.

use wayland_client::protocol::wl_output::WlOutput;

use crate::client::Client;
use crate::hosts::Host;
use crate::proxy::Carafe;
use crate::window::Window;

#[test]
fn t0213_output_hotplug() {
    let host = Host::sway_with_plugs();
    let carafe = Carafe::parent(&host);
    let direct = plug_in_and_out(&host, host.display(), 2);
    let proxied = plug_in_and_out(&host, Carafe::DISPLAY, 3);
    assert_eq!(proxied, direct);
    assert_eq!(carafe.stop().clients, 1);
}

/// Gives what a client learned, without what is new for each new screen: its
/// name and its global's number.
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
    client.wait_for_event("on output");

    host.plug_out(&name);
    client.wait_for_event(&format!("no more global {global}"));
    assert_eq!(client.state.globals.len(), is_there);
    // Bound too late, and used although it is gone: no errors.
    let late: WlOutput = client.bind_name(global, 4);
    window.toplevel.unset_fullscreen();
    window.toplevel.set_fullscreen(Some(&output));
    client.sync();
    output.release();
    late.release();
    window.toplevel.unset_fullscreen();
    client.sync();

    let same = |entry: &String| entry.replace(&name, "NAME").replace(&global.to_string(), "N");
    client.state.log.iter().map(same).collect()
}
