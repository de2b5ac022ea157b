//! For random sequences of windows' actions, carafe never breaks xdg-shell's rules, and the host
//! finally shows all mapped windows.

use std::collections::BTreeSet;
use std::time::Duration;

use carafe_fixture::process::wait_for;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt, MapState, StackMode, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::stage::Stage;

/// The windows of one sequence, and where they are on the host.
const NAMES: [&str; 4] = ["w0", "w1", "w2", "w3"];

/// The window that begins as a popup.
const POPUP: &str = NAMES[3];

/// The number of sequences.
const CASES: u32 = 40;

/// An action on a window; `usize` is another window.
#[derive(Clone, Debug)]
enum Deed {
    Map,
    Unmap,
    Destroy,
    Override(bool),
    Configure(i16, i16, u16, u16),
    Raise(bool),
    Into(usize),
    OutOf,
    BelongTo(usize),
    Kind(&'static str),
    State(&'static str, u32),
    Iconify,
    Bounds(u32, u32),
    Shadow(u32),
    Grab,
    /// The host resizes it.
    Resize(u16, u16),
    Focus,
    Close,
    /// Waits for the server.
    Sync,
    Rest(u8),
}

fn deed() -> impl Strategy<Value = Deed> {
    let place = -50..400_i16;
    let size = 1..300_u16;
    let kind = prop::sample::select(vec!["NORMAL", "DIALOG", "UTILITY", "POPUP_MENU", "TOOLTIP"]);
    let state = prop::sample::select(vec!["FULLSCREEN", "MAXIMIZED_VERT", "MODAL", "HIDDEN"]);
    prop_oneof![
        8 => Just(Deed::Map),
        3 => Just(Deed::Unmap),
        2 => Just(Deed::Destroy),
        1 => any::<bool>().prop_map(Deed::Override),
        3 => (place.clone(), place, size.clone(), size.clone())
            .prop_map(|(x, y, width, height)| Deed::Configure(x, y, width, height)),
        1 => any::<bool>().prop_map(Deed::Raise),
        1 => (0..NAMES.len()).prop_map(Deed::Into),
        1 => Just(Deed::OutOf),
        2 => (0..NAMES.len()).prop_map(Deed::BelongTo),
        1 => kind.prop_map(Deed::Kind),
        2 => (state, 0..3_u32).prop_map(|(name, action)| Deed::State(name, action)),
        1 => Just(Deed::Iconify),
        1 => (0..400_u32, 0..400_u32).prop_map(|(min, max)| Deed::Bounds(min, max)),
        1 => (0..60_u32).prop_map(Deed::Shadow),
        1 => Just(Deed::Grab),
        2 => (size.clone(), size).prop_map(|(width, height)| Deed::Resize(width, height)),
        1 => Just(Deed::Focus),
        1 => Just(Deed::Close),
        2 => Just(Deed::Sync),
        3 => (0..20_u8).prop_map(Deed::Rest),
    ]
}

/// A sequence of windows and actions.
fn sequence() -> impl Strategy<Value = Vec<(usize, Deed)>> {
    prop::collection::vec((0..NAMES.len(), deed()), 5..60)
}

struct Play {
    stage: Stage,
    client: Client,
    xwayland: Option<i32>,
}

impl Play {
    /// Makes the window of a number.
    fn create(&self, n: usize) -> Window {
        let new = New { place: (30, 40), size: (120, 90), ..New::named(NAMES[n], 0x40_40_40) };
        let window = self.client.create(&New { override_redirect: NAMES[n] == POPUP, ..new });
        // A client without WM_DELETE_WINDOW would be killed.
        let delete = self.client.atom("WM_DELETE_WINDOW");
        self.client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[delete]);
        window
    }

    fn perform(&mut self, windows: &mut [Window], n: usize, deed: &Deed) {
        let Self { client, stage, .. } = self;
        let (x, window) = (&client.x, windows[n]);
        match *deed {
            Deed::Map => client.map(window),
            Deed::Unmap => client.unmap(window),
            Deed::Destroy => {
                client.destroy(window);
                windows[n] = self.create(n);
            }
            Deed::Override(on) => {
                let change = ChangeWindowAttributesAux::new().override_redirect(u32::from(on));
                x.change_window_attributes(window, &change).unwrap();
            }
            Deed::Configure(left, top, width, height) => {
                let values = ConfigureWindowAux::new().x(i32::from(left)).y(i32::from(top));
                let (width, height) = (u32::from(width), u32::from(height));
                client.configure(window, &values.width(width).height(height));
            }
            Deed::Raise(up) => {
                let mode = if up { StackMode::ABOVE } else { StackMode::BELOW };
                client.configure(window, &ConfigureWindowAux::new().stack_mode(mode));
            }
            // The server refuses loops.
            Deed::Into(other) => drop(x.reparent_window(window, windows[other], 5, 5).unwrap()),
            Deed::OutOf => drop(x.reparent_window(window, client.root, 9, 9).unwrap()),
            Deed::BelongTo(other) => {
                client.set_numbers(window, "WM_TRANSIENT_FOR", "WINDOW", &[windows[other]]);
            }
            Deed::Kind(name) => {
                let kind = client.atom(&format!("_NET_WM_WINDOW_TYPE_{name}"));
                client.set_numbers(window, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
            }
            Deed::State(name, action) => {
                let state = client.atom(&format!("_NET_WM_STATE_{name}"));
                client.ask(window, "_NET_WM_STATE", [action, state, 0, 1, 0]);
            }
            Deed::Iconify => client.ask(window, "WM_CHANGE_STATE", [3, 0, 0, 0, 0]),
            Deed::Bounds(min, max) => {
                let hints = [0x30, 0, 0, 0, 0, min, min, max, max, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
            }
            Deed::Shadow(width) => {
                client.set_numbers(window, "_GTK_FRAME_EXTENTS", "CARDINAL", &[width; 4]);
            }
            Deed::Grab => client.ask(window, "_NET_ACTIVE_WINDOW", [1, 0, 0, 0, 0]),
            // The host may not have it.
            Deed::Resize(width, height) => {
                let _ = stage.host().ask(&format!("configure {} {width} {height}", NAMES[n]));
            }
            Deed::Focus => drop(stage.host().ask(&format!("focus {}", NAMES[n]))),
            Deed::Close => drop(stage.host().ask(&format!("close {}", NAMES[n]))),
            Deed::Sync => client.x.sync().unwrap(),
            Deed::Rest(millis) => std::thread::sleep(Duration::from_millis(millis.into())),
        }
    }

    /// Whether the host must show the window.
    fn is_shown(&self, window: Window) -> bool {
        let x = &self.client.x;
        // Its parent may have been destroyed with it.
        let attributes = x.get_window_attributes(window).unwrap().reply();
        let tree = x.query_tree(window).unwrap().reply();
        let (Ok(attributes), Ok(tree)) = (attributes, tree) else { return false };
        let viewable = attributes.map_state == MapState::VIEWABLE;
        viewable && !attributes.override_redirect && tree.parent == self.client.root
    }

    fn sequence(&mut self, deeds: &[(usize, Deed)]) {
        let mut windows: Vec<Window> = (0..NAMES.len()).map(|n| self.create(n)).collect();
        for (n, deed) in deeds {
            self.perform(&mut windows, *n, deed);
        }
        self.client.x.sync().unwrap();
        let mut seen = (BTreeSet::new(), BTreeSet::new());
        let settled = (0..400).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            let names = (0..NAMES.len()).filter(|n| self.is_shown(windows[*n]));
            let wanted: BTreeSet<String> = names.map(|n| NAMES[n].to_owned()).collect();
            let shown = self.stage.host().windows().expect("the host answers").into_iter();
            let shown: BTreeSet<String> =
                shown.filter(|window| window.mapped).map(|window| window.app_id).collect();
            seen = (wanted, shown);
            // A popup without a parent is shown as a window. A window that was mapped with other
            // settings may be shown or not.
            let changed = |name: &String| {
                name == POPUP
                    || deeds.iter().any(|(n, deed)| {
                        NAMES[*n] == name && matches!(deed, Deed::Override(_) | Deed::Into(_))
                    })
            };
            seen.0.symmetric_difference(&seen.1).all(changed)
        });
        assert!(settled, "mapped and shown: {seen:?}");
        for window in windows {
            self.client.destroy(window);
        }
        wait_for("no window", || self.stage.host().windows().ok()?.is_empty().then_some(()));
        assert_eq!(self.stage.carafe.xwayland(), self.xwayland, "the same Xwayland");
        let log = self.stage.carafe.log();
        assert!(!log.contains("WARN") && !log.contains("ERROR"), "carafe complains");
    }
}

/// `CARAFE_TEST_SEED=N` gives other sequences.
fn seed() -> u64 {
    let seed = std::env::var("CARAFE_TEST_SEED");
    seed.map_or(1, |seed| seed.parse().expect("a number"))
}

#[test]
fn any_sequence_ends_with_what_is_mapped_being_shown() {
    let stage = Stage::new();
    let client = stage.client();
    client.x.sync().unwrap();
    let xwayland = stage.carafe.xwayland();
    let mut play = Play { stage, client, xwayland };

    let seed = seed();
    eprintln!("CARAFE_TEST_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        // A failed sequence leaves windows behind.
        max_shrink_iters: 0,
        ..Config::default()
    };
    let play_cell = std::cell::RefCell::new(&mut play);
    let result = TestRunner::new_with_rng(config, rng).run(&sequence(), |deeds| {
        play_cell.borrow_mut().sequence(&deeds);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    drop(play.client);
    play.stage.end();
}
