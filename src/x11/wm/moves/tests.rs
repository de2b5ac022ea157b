#![allow(clippy::unwrap_used)]

use crate::x11::settings::Settings;
use crate::x11::wm::Rect;
use crate::x11::wm::tests::rig::Rig;

#[test]
fn a_configure_of_aura_stands_for_that_of_xdg_shell() {
    let mut rig = Rig::with(Settings { move_windows: true, ..Settings::default() });
    rig.create(10, Rect { x: 0, y: 0, width: 300, height: 200 }, false);
    rig.request_map(10);
    rig.answer(&[]);
    rig.mapped(10, 2);
    let host = rig.host();
    let named = |interface: &str| {
        let request = format!("new id {interface}#");
        let line = host.iter().find(|line| line.contains(&request)).unwrap();
        let id = line.split(&request).nth(1).unwrap();
        id.split([',', ')']).next().unwrap().parse::<u32>().unwrap()
    };
    let (aura, xdg) = (named("zaura_toplevel"), named("xdg_surface"));
    assert!(host.iter().any(|line| line.contains("set_supports_screen_coordinates")), "{host:?}");
    rig.said();
    rig.wm.aura_configure(aura, (70, 90), (400, 250), &[]);
    rig.act(|wm, env| wm.surface_configure(xdg, 1, env)).unwrap();
    assert_eq!(rig.said(), ["configure 10 400x250+70+90", "allow 10 [1]"]);
    rig.act(|wm, env| wm.aura_moved(aura, (-5, 8), env));
    assert_eq!(rig.said(), ["configure 10 400x250+-5+8", "place 10 400x250"]);
    rig.act(|wm, env| wm.aura_moved(aura, (-5, 8), env));
    assert_eq!(rig.said(), [""; 0], "no news");
}
