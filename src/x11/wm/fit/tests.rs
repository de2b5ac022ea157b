#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::x11::property::Property;
use crate::x11::quirks::Quirks;
use crate::x11::rect::Rect;
use crate::x11::wm::tests::rig::{LAUNCHER, Rig, numbers};

const SCREEN: (u32, u32) = (1000, 800);

fn contains() -> Settings {
    let text = "sommelier { condition { steam_game_id: 7 } enable: FEATURE_CONTAINERIZE_WINDOWS }";
    Settings { quirks: Arc::new(Quirks::read(text).unwrap().0), ..Settings::default() }
}

fn asked(properties: &Properties, wanted: (u32, u32)) -> Asked<'_> {
    Asked {
        properties,
        states: ToplevelStates::default(),
        wanted,
        room: Some(wanted),
        before: None,
        insists: None,
        wants_fullscreen: false,
        framed: true,
        screen: SCREEN,
        managed: true,
        can_fit: true,
    }
}

fn hinted(min: (u32, u32), max: (u32, u32)) -> Properties {
    let mut properties = Properties::default();
    (properties.size.min, properties.size.max) = (Some(min), Some(max));
    properties
}

#[test]
fn what_its_hints_forbid_is_fitted_only_if_asked_and_if_the_host_can() {
    let settings = Settings { viewport_resize: true, ..Settings::default() };
    let properties = hinted((100, 100), (200, 200));
    let large = asked(&properties, (400, 300));
    let room = (400, 300);
    assert_eq!(large.answer(&settings), ((200, 200), Some(Fit { room, fill: false })));
    assert_eq!(large.answer(&Settings::default()), ((200, 200), None));
    let cannot = Asked { can_fit: false, ..asked(&properties, (400, 300)) };
    assert_eq!(cannot.answer(&settings), ((200, 200), None));
    assert_eq!(asked(&properties, (150, 160)).answer(&settings), ((150, 160), None));
    // A maximized window must have exactly the host's size (xdg-shell).
    let states = ToplevelStates { maximized: true, ..ToplevelStates::default() };
    let maximized = Asked { states, ..asked(&properties, (400, 300)) };
    assert_eq!(maximized.answer(&settings).1, Some(Fit { room, fill: true }));
    // Without a size of the host's, it stays as it is shown.
    let before = Some(Fit { room, fill: false });
    let left = Asked { room: None, before, ..asked(&properties, (200, 200)) };
    assert_eq!(left.answer(&settings), ((200, 200), before));
}

#[test]
fn a_games_bounds_are_parts_of_the_screen() {
    for (process, is_game) in [(1, true), (LAUNCHER, false)] {
        let mut rig = Rig::with(contains());
        rig.create(10, Rect { x: 0, y: 0, width: 640, height: 480 }, false);
        rig.request_map(10);
        let game = (Property::SteamGame, 6, 32, numbers(&[7]));
        rig.answer(&[game, (Property::NetWmPid, 6, 32, numbers(&[process]))]);
        rig.mapped(10, 2);
        let host = rig.host();
        let said = |what: &str| host.iter().any(|line| line.ends_with(what));
        assert_eq!(said("set_min_size(400, 320)"), is_game, "{process}: {host:?}");
        assert_eq!(said("set_max_size(800, 640)"), is_game, "{process}: {host:?}");
    }
}

#[test]
fn a_program_that_comes_with_games_is_none() {
    let mut normal = Properties::default();
    assert!(is_game(&normal), "its name is not known");
    for (name, is) in [("Game.exe", true), ("GameLauncher.exe", false)] {
        normal.program = Some(name.into());
        assert_eq!(is_game(&normal), is, "{name}");
    }
    let mut dialog = Properties::default();
    dialog.kinds = vec![Kind::Dialog];
    assert!(!is_game(&dialog) && !is_game(&hinted((1, 1), (200, 199))));
}

proptest! {
    #[test]
    fn hints_hold_and_the_host_gets_what_it_wants(
        min in (1..500u32, 1..500u32),
        more in (0..500u32, 0..500u32),
        wanted in (1..2000u32, 1..2000u32),
    ) {
        let max = (min.0 + more.0, min.1 + more.1);
        let properties = hinted(min, max);
        let settings = Settings { viewport_resize: true, ..Settings::default() };
        let (size, fit) = asked(&properties, wanted).answer(&settings);
        prop_assert!(allows(&properties.size, size));
        let shown = fit.map_or(size, |fit| fit.size(size));
        prop_assert!(shown.0 <= wanted.0 && shown.1 <= wanted.1);
        prop_assert!(shown.0 == wanted.0 || shown.1 == wanted.1);
    }
}
