//! Sequences of arbitrary events.

use super::*;
use crate::session::Scale;
use crate::x11::geometry::Units;
use proptest::prelude::*;

const SCREEN: Rect = Rect { x: 0, y: 0, width: 1000, height: 800 };
const OWN: Rect = Rect { x: 100, y: 50, width: 300, height: 200 };

/// An event for a window's size.
#[derive(Clone, Debug)]
enum Input {
    Configure(Configure),
    Ask(WindowSize),
    Commit(Option<WindowSize>),
    Drawn,
    TimeIsUp,
    Frame(bool),
    Shift,
    LeaveFullscreen(WindowSize),
    LoseSurface,
    Withdraw,
}

/// A window, with notes of all its effects.
#[expect(clippy::struct_excessive_bools, reason = "what is true of the window at the moment")]
struct World {
    sizing: Sizing,
    scene: Scene,
    habits: Habits,
    /// The rectangle that X was told.
    x: Rect,
    /// The window's own size, whatever the host has set.
    own: WindowSize,
    serial: u32,
    /// The first serial of this role.
    first: u32,
    acknowledged: Option<u32>,
    geometry: Option<[u32; 4]>,
    commits_allowed: bool,
    is_waiting: bool,
    /// The host has placed it, even if its role has ended since.
    is_placed: bool,
    /// Whether there is a frame.
    is_framed: bool,
    /// The size at the host, if it is scaled.
    fit: Option<WindowSize>,
}

impl World {
    fn new(habits: Habits, scale: f64, can_sync: bool) -> Self {
        let scene = Scene {
            units: Units(Scale::new(scale)),
            shadow: Margins::default(),
            is_framed: false,
            screen: SCREEN,
            unseen_on: None,
            is_kept: true,
            is_placed_by_client: false,
            can_sync,
            shown: (0, 0),
            may_commit: true,
        };
        Self {
            sizing: Sizing::new(OWN),
            scene,
            habits,
            x: OWN,
            own: OWN.size(),
            serial: 0,
            first: 1,
            acknowledged: None,
            geometry: None,
            commits_allowed: true,
            is_waiting: false,
            is_placed: false,
            is_framed: false,
            fit: None,
        }
    }

    fn act(&mut self, change: impl FnOnce(&mut Sizing, &Habits, &Scene, &mut Vec<Effect>)) {
        let mut effects = Vec::new();
        change(&mut self.sizing, &self.habits, &self.scene, &mut effects);
        for effect in effects {
            self.note(effect);
        }
        assert_eq!(self.sizing.rect(), self.x, "X has what it is believed to have");
        if !self.is_placed {
            self.own = self.sizing.last_rect().size();
        }
    }

    fn note(&mut self, effect: Effect) {
        match effect {
            Effect::Configure(rect) => {
                assert!(rect.width > 0 && rect.height > 0);
                self.x = rect;
            }
            Effect::AskToDraw => {
                assert!(self.scene.can_sync && !self.is_waiting, "one size at a time");
                (self.is_waiting, self.commits_allowed) = (true, false);
            }
            Effect::AllowCommits => self.commits_allowed = true,
            Effect::AwaitContent => assert!(self.is_waiting),
            Effect::StopWaiting => assert!(std::mem::take(&mut self.is_waiting)),
            Effect::Acknowledge(serial) => {
                assert!((self.first..=self.serial).contains(&serial), "it was configured");
                assert!(self.acknowledged.is_none_or(|before| before < serial), "newer only");
                self.acknowledged = Some(serial);
            }
            Effect::Geometry(geometry) => self.geometry = Some(geometry),
            Effect::Frame(wanted) => self.is_framed = wanted,
            Effect::Fit(size) => {
                assert_ne!(std::mem::replace(&mut self.fit, size), size, "it is news");
            }
            Effect::TellPlace(rect) => assert_eq!(rect, self.x, "what X has"),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input) {
        match *input {
            Input::Configure(configure) => self.configure(configure),
            Input::Ask((width, height)) => {
                let request = PlaceRequest {
                    width: Some(width),
                    height: Some(height),
                    ..PlaceRequest::default()
                };
                let rect =
                    self.sizing.requested(&request, crate::x11::wm::properties::Gravity::default());
                self.act(|sizing, habits, scene, effects| {
                    sizing.asked(rect, true, habits, scene, effects);
                });
            }
            Input::Commit(size) => self.commit(size.unwrap_or(self.x.size())),
            Input::Drawn => self.act(|sizing, _, scene, effects| sizing.drawn(scene, effects)),
            Input::TimeIsUp => {
                self.act(|sizing, _, scene, effects| sizing.time_is_up(scene, effects));
            }
            Input::Frame(is_framed) => {
                self.scene.is_framed = is_framed;
                self.act(|sizing, _, scene, effects| sizing.refit(scene, effects));
            }
            Input::Shift => {
                self.act(|sizing, _, scene, effects| sizing.shift((7, -3), true, scene, effects));
            }
            Input::LeaveFullscreen(size) if self.sizing.states().fullscreen => {
                self.sizing.set_own_rect(OWN.sized(size));
                self.own = size;
            }
            Input::LeaveFullscreen(_) => {}
            Input::LoseSurface => self.lose_role(),
            Input::Withdraw => self.withdraw(),
        }
    }

    fn configure(&mut self, configure: Configure) {
        self.serial += 1;
        let (serial, states) = (self.serial, configure.states);
        self.is_placed = states.is_placed();
        self.act(|sizing, habits, scene, effects| {
            sizing.configured(serial, configure, habits, scene, effects);
        });
        let size = self.sizing.last_rect().size();
        if self.habits.may_fit() {
            return;
        }
        if !states.is_placed() {
            assert!(self.habits.hints.allow(size), "only what binds breaks the hints");
        } else if let Some(bound) = configure.named_size() {
            assert_eq!(size, self.scene.surface(bound, states));
        }
    }

    fn commit(&mut self, size: WindowSize) {
        if !self.sizing.is_configured() {
            return; // Xwayland's commits are held until then.
        }
        self.act(|sizing, _, scene, effects| sizing.committing(size, scene, effects));
        self.scene.shown = size;
    }

    fn withdraw(&mut self) {
        let own = self.own;
        self.is_placed = false;
        self.act(|sizing, _, _, effects| sizing.restore_own_rect(effects));
        assert_eq!(self.x.size(), own, "it has its own size when it is shown anew");
        self.lose_role();
        self.act(|sizing, _, _, effects| sizing.forget_requests(effects));
        assert!(!self.is_waiting);
        // The window manager does this when the window is mapped.
        self.commits_allowed = false;
    }

    fn lose_role(&mut self) {
        self.sizing.lose_role();
        (self.first, self.acknowledged, self.geometry) = (self.serial + 1, None, None);
        (self.scene.shown, self.fit) = ((0, 0), None);
    }

    /// The client draws everything that it is asked for, and nobody wants anything else.
    fn rest(&mut self) {
        for _ in 0..4 {
            if self.is_waiting {
                self.input(&Input::Drawn);
            }
            if self.sizing.is_configured() {
                self.commit(self.x.size());
            } else {
                self.input(&Input::TimeIsUp);
            }
        }
        assert!(!self.sizing.is_under_way(), "it settles");
        assert_eq!(self.sizing.last_rect(), self.x);
    }

    /// The window's size as the host was told.
    fn at_host(&self) -> WindowSize {
        let whole = self.sizing.size_at_host(self.x.size(), &self.scene);
        self.geometry.map_or(whole, |[_, _, width, height]| (width, height))
    }

    /// Nothing is pending, and both sides were told the same.
    fn agrees(&self) {
        if !self.sizing.is_configured() {
            return;
        }
        assert!(self.commits_allowed);
        let fit = self.sizing.fit().map(|fit| fit.size(self.x.size()));
        assert_eq!(self.fit, fit);
        assert_eq!(self.acknowledged, Some(self.serial), "all is acknowledged");
        let (states, last) = (self.sizing.states(), self.sizing.host.last);
        // A scaled window gets another frame only with the host's next configuration.
        if self.sizing.fit().is_none() {
            assert_eq!(self.is_framed, self.scene.is_framed_in(states));
        }
        match last.named_size().filter(|_| !self.habits.ignores_stateless) {
            Some(size) if states.must_be_filled() => assert_eq!(self.at_host(), size),
            Some(size) if states.fullscreen => {
                let (width, height) = self.at_host();
                assert!(width <= size.0 && height <= size.1);
            }
            _ if self.sizing.fit().is_none() => {
                let window = self.sizing.margins().window(self.x.size());
                assert_eq!(self.at_host(), self.scene.units.size(window));
            }
            _ => {}
        }
    }
}

fn size() -> impl Strategy<Value = WindowSize> {
    (1..12u32, 1..9u32).prop_map(|(width, height)| (width * 100, height * 100))
}

fn configure() -> impl Strategy<Value = Configure> {
    let size = prop_oneof![3 => size(), 1 => Just((0, 0))];
    let states = prop_oneof![
        Just(ToplevelStates::default()),
        Just(ToplevelStates { maximized: true, ..Default::default() }),
        Just(ToplevelStates { fullscreen: true, ..Default::default() }),
        Just(ToplevelStates { tiled: true, ..Default::default() }),
    ];
    (size, states).prop_map(|(size, states)| Configure { size, states, place: None })
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => configure().prop_map(Input::Configure),
        2 => size().prop_map(Input::Ask),
        3 => Just(Input::Commit(None)),
        1 => size().prop_map(|size| Input::Commit(Some(size))),
        3 => Just(Input::Drawn),
        1 => Just(Input::TimeIsUp),
        1 => any::<bool>().prop_map(Input::Frame),
        1 => Just(Input::Shift),
        1 => size().prop_map(Input::LeaveFullscreen),
        1 => Just(Input::LoseSurface),
        1 => Just(Input::Withdraw),
    ]
}

fn habits() -> impl Strategy<Value = Habits> {
    let mode = prop_oneof![Just(FitMode::Follows), Just(FitMode::Keeps), Just(FitMode::Contained)];
    let hints = proptest::option::of((size(), size()));
    (mode, hints, any::<bool>(), any::<bool>()).prop_map(|(mode, hints, ignores, fills)| {
        let mut habits = Habits {
            mode,
            is_managed: true,
            has_frame: true,
            wants_fullscreen: fills,
            screen: SCREEN.size(),
            ignores_stateless: ignores,
            ..Habits::default()
        };
        if let Some((one, other)) = hints {
            habits.hints.min = Some((one.0.min(other.0), one.1.min(other.1)));
            habits.hints.max = Some((one.0.max(other.0), one.1.max(other.1)));
        }
        habits
    })
}

proptest! {
    #[test]
    fn all_sides_agree_after_any_sequence_of_events(
        habits in habits(),
        scale in prop_oneof![Just(1.0), Just(1.5), Just(2.0)],
        can_sync in any::<bool>(),
        inputs in proptest::collection::vec(input(), 0..40),
    ) {
        let mut world = World::new(habits, scale, can_sync);
        for input in &inputs {
            world.input(input);
        }
        world.rest();
        world.agrees();
    }
}

/// A window with content that the host has configured.
fn shown(can_sync: bool) -> World {
    let mut world = World::new(Habits { is_managed: true, ..Habits::default() }, 1.0, can_sync);
    world.configure(Configure::default());
    world.rest();
    world
}

fn states(fullscreen: bool) -> Configure {
    let states = ToplevelStates { fullscreen, ..ToplevelStates::default() };
    let size = if fullscreen { SCREEN.size() } else { (0, 0) };
    Configure { size, states, place: None }
}

#[test]
fn a_window_that_is_withdrawn_before_it_redraws_gets_its_own_size_back() {
    let mut world = shown(true);
    world.configure(states(true));
    // The host takes its screen back while the client still draws for that size.
    world.configure(states(false));
    assert_eq!(world.x.size(), SCREEN.size());
    world.withdraw();
    assert_eq!(world.x.size(), OWN.size());
}

#[test]
fn a_size_that_the_client_insists_on_acknowledges_the_configuration() {
    let mut world = shown(false);
    world.configure(Configure { size: (400, 300), ..Configure::default() });
    world.input(&Input::Ask((500, 400)));
    world.commit((500, 400));
    world.agrees();
    assert_eq!(world.at_host(), (500, 400));
}
