//! Compares a client of whose frames those like the last ones are skipped with one whose sizes are
//! all computed anew: the host must get the same.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;

use proptest::prelude::*;

use crate::channel::Crossing;
use crate::handlers::{self, Scaling};
use crate::session::testing::{Rig, Wants, message, read};
use crate::session::{AnyHandler, Scale, Want};
use crate::wire::FdKind;

/// For a handler that sees all frames.
static FRAMES: &[Want<()>] = &[Want::request("wl_surface", "commit", ())];

const GLOBALS: [(&str, u32); 5] = [
    ("wl_compositor", 4),
    ("wl_subcompositor", 1),
    ("wp_viewporter", 1),
    ("xdg_wm_base", 1),
    ("wl_shm", 1),
];
/// The client's objects. The first two surfaces are windows; the last is a subsurface of the first.
const REGISTRY_AT_HOST: u32 = 3;
const COMPOSITOR: u32 = 3;
const POOL: u32 = 8;
const SURFACES: [u32; 3] = [9, 10, 11];
const VIEWPORTS: [u32; 3] = [12, 13, 14];
const SUBSURFACE: u32 = 15;
/// Each toplevel has the id after its `xdg_surface`.
const XDG_SURFACES: [u32; 2] = [16, 18];
const BUFFERS: [u32; 4] = [20, 21, 22, 23];

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A complete frame.
    Frame(usize, usize),
    Attach(usize, usize),
    Detach(usize),
    Commit(usize),
    BufferScale(usize, u32),
    Destination(usize, u32),
    Position(u32),
    /// A buffer's id is used for another buffer of this size.
    Buffer(usize, u32),
    /// The host asks for a window of this size, and the client follows.
    Configure(usize, u32),
}

fn step() -> impl Strategy<Value = Step> {
    let (surface, buffer) = (0..SURFACES.len(), 0..BUFFERS.len());
    // Few sizes, so that some coincide.
    let size = prop::sample::select(vec![60_u32, 64, 90]);
    prop_oneof![
        8 => (surface.clone(), buffer.clone()).prop_map(|(s, b)| Step::Frame(s, b)),
        2 => (surface.clone(), buffer.clone()).prop_map(|(s, b)| Step::Attach(s, b)),
        1 => surface.clone().prop_map(Step::Detach),
        2 => surface.clone().prop_map(Step::Commit),
        1 => (surface.clone(), 1..3_u32).prop_map(|(s, scale)| Step::BufferScale(s, scale)),
        1 => (surface, size.clone()).prop_map(|(s, size)| Step::Destination(s, size)),
        1 => (0..9_u32).prop_map(Step::Position),
        1 => (buffer, size.clone()).prop_map(|(b, size)| Step::Buffer(b, size)),
        1 => (0..XDG_SURFACES.len(), size).prop_map(|(s, size)| Step::Configure(s, size)),
    ]
}

struct Client {
    rig: Rig,
    /// The host's ids of the windows' `xdg_surface` and `xdg_toplevel`.
    windows: Vec<(u32, u32)>,
    serial: u32,
}

impl Client {
    fn new(more: Option<Wants>) -> Self {
        let scaling = Scaling { scale: Scale::new(1.5), ..Scaling::default() };
        let tables = scaling.tables();
        let all =
            handlers::chain(handlers::Setup::new(&Crossing::DIRECT, &scaling, &Arc::default()));
        let more = more.map(|more| -> Box<dyn AnyHandler> { Box::new(more) });
        let rig = Rig::new(tables, all.into_iter().chain(more).collect());
        let mut client = Self { rig, windows: Vec::new(), serial: 0 };
        client.rig.engine.start().unwrap();
        client.says(&[message(1, 1, &[2])]).unwrap();
        // carafe's own registry and the client's.
        client.rig.bind(&[2, REGISTRY_AT_HOST], 2, &GLOBALS, COMPOSITOR);
        let null = std::fs::File::open("/dev/null").unwrap();
        client.rig.engine.requests.fds.push(null.into(), FdKind::Unknown).unwrap();
        client.says(&[message(7, 0, &[POOL, 1 << 20])]).unwrap();
        client.says(&SURFACES.map(|id| message(COMPOSITOR, 0, &[id]))).unwrap();
        for (viewport, surface) in VIEWPORTS.into_iter().zip(SURFACES) {
            client.says(&[message(5, 1, &[viewport, surface])]).unwrap();
        }
        client.says(&[message(4, 1, &[SUBSURFACE, SURFACES[2], SURFACES[0]])]).unwrap();
        for (n, xdg_surface) in XDG_SURFACES.into_iter().enumerate() {
            let toplevel = xdg_surface + 1;
            client.says(&[message(6, 2, &[xdg_surface, SURFACES[n]])]).unwrap();
            let heard = client.says(&[message(xdg_surface, 1, &[toplevel])]).unwrap();
            let (host, _, words) = &read(&heard)[0];
            client.windows.push((*host, words[0]));
        }
        client.says(&BUFFERS.map(|id| buffer(id, 60))).unwrap();
        client
    }

    fn says(&mut self, requests: &[Vec<u8>]) -> Result<Vec<u8>, String> {
        self.rig.request(&requests.concat()).map_err(|fault| fault.to_string())
    }

    /// Returns what the host gets, or why the client is refused.
    fn does(&mut self, step: Step) -> Result<Vec<u8>, String> {
        let attach = |s: usize, buffer: u32| message(SURFACES[s], 1, &[buffer, 0, 0]);
        let commit = |s: usize| message(SURFACES[s], 6, &[]);
        match step {
            Step::Frame(s, b) => {
                let damage = message(SURFACES[s], 2, &[1, 1, 5, 5]);
                self.says(&[attach(s, BUFFERS[b]), damage, commit(s)])
            }
            Step::Attach(s, b) => self.says(&[attach(s, BUFFERS[b])]),
            Step::Detach(s) => self.says(&[attach(s, 0)]),
            Step::Commit(s) => self.says(&[commit(s)]),
            Step::BufferScale(s, scale) => self.says(&[message(SURFACES[s], 8, &[scale])]),
            Step::Destination(s, size) => self.says(&[message(VIEWPORTS[s], 2, &[size, size])]),
            Step::Position(at) => self.says(&[message(SUBSURFACE, 1, &[at, at])]),
            Step::Buffer(b, size) => {
                self.says(&[message(BUFFERS[b], 0, &[]), buffer(BUFFERS[b], size)])
            }
            Step::Configure(s, size) => {
                let (xdg_surface, toplevel) = self.windows[s];
                self.serial += 1;
                self.rig.event(&message(toplevel, 0, &[size, size, 0]));
                self.rig.event(&message(xdg_surface, 0, &[self.serial]));
                self.says(&[message(XDG_SURFACES[s], 4, &[self.serial])])
            }
        }
    }
}

fn buffer(id: u32, size: u32) -> Vec<u8> {
    message(POOL, 0, &[id, 0, size, size, size * 4, 1])
}

/// Plays the steps to both clients.
fn compare(steps: &[Step]) -> Result<(), TestCaseError> {
    let (mut client, mut seen) = (Client::new(None), Client::new(Some(Wants(FRAMES))));
    for step in steps {
        // News of any global: sizes are computed again.
        seen.rig.event(&message(REGISTRY_AT_HOST, 1, &[99]));
        let (heard, as_seen) = (client.does(*step), seen.does(*step));
        prop_assert_eq!(&heard, &as_seen, "{:?}", step);
        if heard.is_err() {
            break;
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_host_hears_the_same(steps in prop::collection::vec(step(), 1..60)) {
        compare(&steps)?;
    }
}

#[test]
fn a_subsurface_follows_a_parent_whose_size_has_changed_between_its_frames() {
    let (parent, child) = (0, 2);
    compare(&[
        Step::Buffer(0, 64),
        Step::Buffer(1, 90),
        Step::Frame(parent, 0),
        // Its edges are those of its parent, which is rounded down.
        Step::Frame(child, 0),
        Step::Attach(child, 0),
        Step::Frame(parent, 1),
        Step::Commit(child),
    ])
    .unwrap();
}
