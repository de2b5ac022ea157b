//! wl-copy and wl-paste with a policy that allows one direction, or none.

use std::process::Stdio;

use carafe_fixture::process::{Process, wait_for};

use crate::clipboard::copy_and_paste;
use crate::hosts::Host;
use crate::programs::app;
use crate::proxy::{Carafe, to};

const SIZE: u64 = 4096;

#[test]
fn the_policy_decides_what_is_pasted() {
    let host = Host::sway();
    let (guest, direct) = (Carafe::DISPLAY, host.display());
    for (ways, open, closed) in [
        ("guest-to-host", Some((guest, direct)), Some((direct, guest))),
        ("host-to-guest", Some((direct, guest)), Some((guest, direct))),
        ("none", None, Some((guest, direct))),
        ("none", None, Some((direct, guest))),
        ("both", Some((direct, guest)), None),
    ] {
        for (selection, other) in [("--regular", "primary"), ("--primary", "clipboard")] {
            let mine = if other == "primary" { "clipboard" } else { "primary" };
            let options =
                [format!("--{mine}={ways}"), format!("--{other}=both"), "--log-messages".into()];
            let carafe = Carafe::start(to(&host).args(&options), host.runtime());
            if let Some(pair) = open {
                copy_and_paste(&host, selection, pair, SIZE);
            }
            if let Some(pair) = closed {
                is_not_pasted(&host, &carafe, selection, pair);
                // The policy does not affect the other selection.
                let other = if selection == "--primary" { "--regular" } else { "--primary" };
                copy_and_paste(&host, other, pair, SIZE);
            }
            carafe.stop();
        }
    }
}

/// A copy on the first display cannot be pasted on the second one, and the host's previous
/// selection stays.
fn is_not_pasted(host: &Host, carafe: &Carafe, selection: &str, (from, to): (&str, &str)) {
    let primary = (selection == "--primary").then_some(selection);
    let copy = |display: &str, text: &str| {
        let mut copy = app(host, display, "wl-copy");
        Process::start(copy.args(primary).args(["--foreground", "--", text]))
    };
    let paste = |display: &str| {
        let mut paste = app(host, display, "wl-paste");
        paste.args(primary).arg("--no-newline").stdout(Stdio::piped());
        let output = paste.output().expect("wl-paste");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let of_host = Some("of the host".to_owned());
    let _serving = copy(host.display(), "of the host");
    wait_for("the host's own", || (paste(host.display()) == of_host).then_some(()));
    if from == host.display() {
        assert_eq!(paste(to), None);
        return;
    }
    let _of_guest = copy(from, "of the guest");
    let request = if primary.is_some() { ".set_primary_selection(" } else { ".set_selection(" };
    wait_for("the guest's request", || carafe.log().contains(request).then_some(()));
    assert_eq!(paste(to), of_host);
}
