use crate::x11::wm::sizing::inputs::*;
use proptest::prelude::*;

const SCREEN: WindowSize = (1000, 800);

fn habits(mode: FitMode) -> Habits {
    Habits { mode, is_managed: true, has_frame: true, screen: SCREEN, ..Habits::default() }
}

fn hinted(mode: FitMode, min: WindowSize, max: WindowSize) -> Habits {
    let mut habits = habits(mode);
    (habits.hints.min, habits.hints.max) = (Some(min), Some(max));
    habits
}

fn demand(wanted: WindowSize) -> Demand {
    Demand { wanted, room: Some(wanted), ..Demand::default() }
}

#[test]
fn a_size_that_hints_forbid_is_fitted_only_if_allowed() {
    let room = (400, 300);
    let keeps = hinted(FitMode::Keeps, (100, 100), (200, 200));
    let large = demand(room);
    assert_eq!(keeps.answer(&large), ((200, 200), Some(WindowFit { room, fill: false })));
    let follows = Habits { mode: FitMode::Follows, ..keeps };
    assert_eq!(follows.answer(&large), ((200, 200), None));
    assert_eq!(keeps.answer(&demand((150, 160))), ((150, 160), None));
    // A maximized window must have exactly the host's size (xdg-shell).
    let states = ToplevelStates { maximized: true, ..ToplevelStates::default() };
    let maximized = Demand { states, ..large };
    assert_eq!(keeps.answer(&maximized).1, Some(WindowFit { room, fill: true }));
    // If the host sets no size, its scaling does not change.
    let before = Some(WindowFit { room, fill: false });
    let left = Demand { room: None, before, ..demand((200, 200)) };
    assert_eq!(keeps.answer(&left), ((200, 200), before));
}

#[test]
fn a_contained_game_sees_itself_as_fullscreen() {
    let game = Habits { wants_fullscreen: true, ..habits(FitMode::Contained) };
    let room = (400, 300);
    assert_eq!(game.answer(&demand(room)), (SCREEN, Some(WindowFit { room, fill: false })));
    // If the host sets no size, it is shown in most of the screen.
    let left = Demand { room: None, ..demand(room) };
    let most = WindowFit { room: (800, 640), fill: false };
    assert_eq!(game.answer(&left), (SCREEN, Some(most)));
    // A smaller size is allowed too.
    let small = hinted(FitMode::Contained, (640, 480), (640, 480));
    assert_eq!(small.answer(&demand(room)).0, (640, 480));
}

#[test]
fn limits_are_those_of_the_hints_unless_a_window_is_fitted_or_contained() {
    let keeps = hinted(FitMode::Keeps, (100, 90), (500, 400));
    assert_eq!(keeps.limits((300, 200), false), [(100, 90), (500, 400)]);
    assert_eq!(keeps.limits((300, 200), true), [(0, 0); 2]);
    let contained = Habits { is_contained: true, ..keeps };
    assert_eq!(contained.limits((300, 200), true), [(400, 320), (800, 640)]);
    let own = Habits { is_managed: false, ..keeps };
    assert_eq!(own.limits((300, 200), false), [(300, 200); 2], "one size only");
}

proptest! {
    #[test]
    fn hints_are_kept_and_the_host_gets_its_size(
        min in (1..500u32, 1..500u32),
        more in (0..500u32, 0..500u32),
        wanted in (1..2000u32, 1..2000u32),
    ) {
        let max = (min.0 + more.0, min.1 + more.1);
        let keeps = hinted(FitMode::Keeps, min, max);
        let (size, fit) = keeps.answer(&demand(wanted));
        prop_assert!(keeps.hints.allow(size));
        let shown = fit.map_or(size, |fit| fit.size(size));
        prop_assert!(shown.0 <= wanted.0 && shown.1 <= wanted.1);
        prop_assert!(shown.0 == wanted.0 || shown.1 == wanted.1);
    }
}
