//! Programs that do not start on ChromeOS's old globals, or ask for what it has only for its shell,
//! show the same there through carafe as on a current host.

use carafe_fixture::process::{Process, wait_for};

use crate::hosts::Host;
use crate::programs::{app, data, foot, run};
use crate::proxy::Carafe;
use crate::screenshot::{Shot, settled, wait_until_shown};
use crate::ways::VIRTWL;

/// What a program shows on that host.
fn shown(host: &Host, display: &str, start: &dyn Fn(&Host, &str) -> Process) -> Shot {
    let background = host.screenshot();
    let program = start(host, display);
    let shot = settled(host, &background);
    drop(program);
    wait_until_shown(host, &background);
    shot
}

fn same_as_on(current: &Host, name: &str, start: &dyn Fn(&Host, &str) -> Process) {
    let expected = shown(current, current.display(), start);
    // Its clients are confined, as those of a virtual machine are.
    let behind_device = |exo: &Host| {
        let socket = exo.runtime().join(exo.display());
        let mut carafe = VIRTWL.confined(&socket, exo.runtime(), &[]);
        Carafe::start(&mut carafe, exo.runtime())
    };
    for (way, carafe) in
        [("socket", &Carafe::parent as &dyn Fn(&Host) -> Carafe), ("virtwl", &behind_device)]
    {
        let exo = Host::exo();
        let carafe = carafe(&exo);
        let shot = shown(&exo, Carafe::DISPLAY, start);
        if shot != expected {
            let names = [format!("{name}-current"), format!("{name}-exo-{way}")];
            let paths = [expected.keep(&names[0]), shot.keep(&names[1])];
            panic!("{name} shows something else on Exo: see {paths:?}\n{}", carafe.log());
        }
        carafe.stop();
    }
}

#[test]
fn foot_starts() {
    same_as_on(&Host::stand_in(), "foot", &|host, display| {
        let mut foot = foot(host, display);
        Process::start(foot.arg(data("colours.sh")))
    });
}

#[test]
fn a_gtk4_program_starts() {
    same_as_on(&Host::stand_in(), "gtk4", &|host, display| {
        Process::start(app(host, display, "gtk4-demo").env("GSK_RENDERER", "cairo"))
    });
}

#[test]
fn a_qt6_program_starts() {
    let script = data("qt6_window.py");
    let script = script.to_str().expect("a path of letters");
    // It leaves it to the host who draws its frame, and Exo draws none for it.
    let without_frames = Host::stand_in_with(&["--without=zxdg_decoration_manager_v1"]);
    same_as_on(&without_frames, "qt6", &|host, display| {
        run(host, display, "/usr/bin/python3", &[script])
    });
}

#[test]
fn a_program_on_wlroots_starts() {
    let exo = Host::exo();
    let carafe = Carafe::parent(&exo);
    let background = exo.screenshot();
    let sway = exo.nested_sway(Carafe::DISPLAY);
    wait_for("its window", || (exo.screenshot() != background).then_some(()));
    drop(sway);
    carafe.stop();
}
