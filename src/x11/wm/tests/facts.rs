//! Which facts about a window and which settings count for its size.

use super::rig::{LAUNCHER, Rig, numbers};
use crate::x11::geometry::Rect;
use crate::x11::property::Property;
use crate::x11::quirks::Quirks;
use crate::x11::settings::Settings;
use std::sync::Arc;

#[test]
fn a_games_limits_are_parts_of_the_screen() {
    let text = "sommelier { condition { steam_game_id: 7 } enable: FEATURE_CONTAINERIZE_WINDOWS }";
    let quirks = Arc::new(Quirks::read(text).unwrap().0);
    for (process, is_game) in [(1, true), (LAUNCHER, false)] {
        let mut rig = Rig::with(Settings { quirks: Arc::clone(&quirks), ..Settings::default() });
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
