//! The host's keymap arrives: typed text appears in a terminal, and a guest's virtual keyboard
//! types on the host.

use carafe_fixture::process::{Process, wait_for};

use crate::hosts::Host;
use crate::programs::{foot, keyboard, run};
use crate::proxy::Carafe;
use crate::screenshot::{settled, wait_until_shown};
use crate::ways::devices;

const TEXT: &str = "Grüße aus der Karaffe: 0123 ~!@#$%^&*() \"€\" ЖЯ";

#[test]
fn typed_text_arrives() {
    for way in devices() {
        let host = Host::sway();
        let carafe = way.start(&host);
        let _keyboard = keyboard(&host);
        let background = host.screenshot();
        let (guest, direct) = (Carafe::DISPLAY, host.display());
        for (typist, reader) in [(direct, guest), (guest, direct), (guest, guest)] {
            let file = host.runtime().join(&format!("{typist}-to-{reader}"));
            let script = format!("head -n1 > {}.part; mv {0}.part {0}", file.display());
            let mut terminal = Process::start(foot(&host, reader).args(["sh", "-c", &script]));
            settled(&host, &background);
            let typed = run(&host, typist, "wtype", &[TEXT, "-k", "Return"]).wait();
            assert!(typed.success(), "wtype on {typist} ended with {typed}");
            let text = wait_for("typed text", || std::fs::read_to_string(&file).ok());
            assert_eq!(text, format!("{TEXT}\n"), "{typist} → {reader}, {way:?}");
            assert!(terminal.wait().success());
            wait_until_shown(&host, &background);
        }
        assert_eq!(carafe.stop().clients, 4);
    }
}
