//! What of a window and of the settings counts for its size.

use std::sync::Arc;

use super::rig::{Rig, numbers};
use crate::x11::quirks::Quirks;
use crate::x11::settings::Settings;
use crate::x11::wm::{Property, Rect};

#[test]
fn a_games_limits_are_parts_of_the_screen() {
    let text = "sommelier { condition { steam_game_id: 7 } enable: FEATURE_CONTAINERIZE_WINDOWS }";
    let quirks = Arc::new(Quirks::read(text).unwrap().0);
    let mut rig = Rig::with(Settings { quirks, ..Settings::default() });
    rig.create(10, Rect { x: 0, y: 0, width: 640, height: 480 }, false);
    rig.request_map(10);
    rig.answer(&[(Property::SteamGame, 6, 32, numbers(&[7]))]);
    rig.mapped(10, 2);
    let host = rig.host();
    let said = |what: &str| host.iter().any(|line| line.ends_with(what));
    assert!(said("set_min_size(400, 320)") && said("set_max_size(800, 640)"), "{host:?}");
}
