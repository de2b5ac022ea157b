//! The host dies: its clients lose their connections; carafe stays, and serves new clients on
//! the host that replaces it.

use carafe_fixture::process::Process;
use rustix::process::Signal;
use wayland_client::backend::WaylandError;

use crate::client::Client;
use crate::hosts::Host;
use crate::programs::{data, foot};
use crate::proxy::Carafe;
use crate::screenshot::settled;
use crate::window::Window;

#[test]
fn clients_end_with_the_host() {
    let mut host = Host::sway();
    let empty = host.screenshot();
    let mut carafe = Carafe::parent(&host);
    let fds = carafe.process().open_fds();
    let terminal =
        |host: &Host| Process::start(foot(host, Carafe::DISPLAY).arg(data("colours.sh")));
    let mut client = Client::connect(&host, Carafe::DISPLAY);
    let _window = Window::show(&mut client, "right");
    let mut foot = terminal(&host);
    let before = host.screenshot();
    let with_foot = settled(&host, &before);

    host.process().signal(Signal::KILL);
    host.process().wait();
    // As directly: the connection ends, without an error message.
    let end = client.wait_for_end();
    assert!(matches!(end, WaylandError::Io(_)), "{end}");
    foot.wait();
    carafe_fixture::process::wait_for("the sessions' descriptors to be closed", || {
        (carafe.process().open_fds() == fds).then_some(())
    });

    host.start_sway_again();
    assert_eq!(host.screenshot(), empty);
    let mut client = Client::connect(&host, Carafe::DISPLAY);
    let _window = Window::show(&mut client, "right");
    let before = host.screenshot();
    let _foot = terminal(&host);
    assert_eq!(settled(&host, &before), with_foot);
    assert_eq!(carafe.stop().clients, 4);
}
