//! Which frames handlers see, and that the host gets all of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::{Arc, Mutex};

use crate::handlers::{Bookkeeper, MemoryUse};
use crate::observe::WatchOptions;
use crate::protocol::Tables;
use crate::session::testing::{Rig, filled, message, read};
use crate::session::{AnyHandler, Context, Handler, Incoming, Refusal, Verdict, Want};
use crate::surfaces::{Buffer, Surface};
use crate::wire::SERVER_ID_START;

const COMPOSITOR: u32 = 3;
const DRM: u32 = 4;
/// Two surfaces.
const SURFACE: u32 = 5;
const OTHER: u32 = 6;
/// Buffers; two of them are alike.
const ONE: u32 = 7;
const LIKE_ONE: u32 = 8;
const UNLIKE: u32 = 9;
const DMABUF: u32 = 10;
const PARAMS: u32 = 11;
/// A buffer of unknown size.
const UNKNOWN: u32 = SERVER_ID_START;

const ATTACH: u16 = 1;
const DAMAGE: u16 = 2;
const FRAME: u16 = 3;
const INPUT: u16 = 5;
const COMMIT: u16 = 6;

/// What the handler has seen: objects and opcodes.
#[derive(Default)]
struct Notes {
    seen: Vec<(u32, u16)>,
    refuses: bool,
}

struct Watcher(Arc<Mutex<Notes>>);

impl Handler for Watcher {
    type Token = ();

    fn wants(&self) -> &'static [Want<()>] {
        static WANTS: &[Want<()>] = &[Want::other_requests("wl_surface", ())];
        WANTS
    }

    fn handle(
        &mut self,
        (): (),
        incoming: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let mut notes = self.0.lock().unwrap();
        notes.seen.push((incoming.header.object, incoming.header.opcode));
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, _: &Surface) -> bool {
        !self.0.lock().unwrap().refuses
    }

    fn woken(&mut self, context: &mut Context<'_>) -> Result<(), crate::session::Fault> {
        context.objects.unsettle_all();
        Ok(())
    }
}

struct Setup {
    rig: Rig,
    notes: Arc<Mutex<Notes>>,
}

impl Setup {
    fn new() -> Self {
        let notes = Arc::<Mutex<Notes>>::default();
        let handlers: Vec<Box<dyn AnyHandler>> = vec![
            Box::new(Bookkeeper::new(MemoryUse::Unread, false)),
            Box::new(Watcher(Arc::clone(&notes))),
        ];
        let mut setup = Self { rig: Rig::new(Tables::get(), handlers), notes };
        setup.says(&[
            message(1, 1, &[2]),
            filled(2, 0, |m| m.uint(1).string("wl_compositor").uint(4).uint(COMPOSITOR)),
            filled(2, 0, |m| m.uint(2).string("wl_drm").uint(2).uint(DRM)),
            message(COMPOSITOR, 0, &[SURFACE]),
            message(COMPOSITOR, 0, &[OTHER]),
        ]);
        setup.says(&[buffer(ONE, 64), buffer(LIKE_ONE, 64), buffer(UNLIKE, 32)]);
        setup.says(&[
            filled(2, 0, |m| m.uint(3).string("zwp_linux_dmabuf_v1").uint(3).uint(DMABUF)),
            message(DMABUF, 1, &[PARAMS]),
        ]);
        // The host makes a buffer that nobody has asked for.
        assert_ne!(setup.rig.event(&message(PARAMS, 0, &[UNKNOWN])), b"");
        setup
    }

    /// The client sends these requests, and the host gets them. Returns what the handler has seen
    /// of them.
    fn says(&mut self, requests: &[Vec<u8>]) -> Vec<(u32, u16)> {
        let what = |bytes: &[u8]| -> Vec<u16> { read(bytes).iter().map(|m| m.1).collect() };
        let said = requests.concat();
        let heard = self.rig.request(&said).unwrap();
        assert_eq!(what(&heard), what(&said));
        std::mem::take(&mut self.notes.lock().unwrap().seen)
    }

    /// What the book has for a surface: the ids of the buffers that it shows now and next, and
    /// whether a buffer is not committed yet.
    fn booked(&mut self, surface: u32) -> (u32, u32, bool) {
        self.rig.context(|context| {
            let surface = context.surface(surface).unwrap();
            let id = |buffer: Option<&Arc<Buffer>>| buffer.map_or(0, |buffer| buffer.id);
            let shown = id(surface.shown.buffer.as_ref());
            (shown, id(surface.next_buffer()), surface.is_within_frame())
        })
    }
}

/// `wl_drm.create_buffer` with this width.
fn buffer(id: u32, width: u32) -> Vec<u8> {
    message(DRM, 1, &[id, 0, width, 1, 4 * width, 0])
}

fn attach(surface: u32, buffer: u32) -> Vec<u8> {
    message(surface, ATTACH, &[buffer, 0, 0])
}

fn commit(surface: u32) -> Vec<u8> {
    message(surface, COMMIT, &[])
}

/// A frame without a callback.
fn frame(surface: u32, buffer: u32) -> [Vec<u8>; 3] {
    [attach(surface, buffer), message(surface, DAMAGE, &[0, 0, 1, 1]), commit(surface)]
}

const SEEN: [(u32, u16); 3] = [(SURFACE, ATTACH), (SURFACE, DAMAGE), (SURFACE, COMMIT)];

#[test]
fn the_frame_after_one_that_was_seen_passes() {
    let mut setup = Setup::new();
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), []);
    assert_eq!(setup.says(&[message(SURFACE, FRAME, &[12])]), []);
    assert_eq!(setup.says(&frame(OTHER, ONE)), SEEN.map(|(_, opcode)| (OTHER, opcode)));
    assert_eq!(setup.says(&frame(OTHER, ONE)), []);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), [], "the other one has changed nothing");
}

#[test]
fn buffers_that_are_alike_pass_in_one_anothers_place() {
    let mut setup = Setup::new();
    setup.says(&frame(SURFACE, ONE));
    for buffer in [ONE, LIKE_ONE, ONE, ONE] {
        assert_eq!(setup.says(&frame(SURFACE, buffer)), []);
    }
    assert_eq!(setup.says(&frame(SURFACE, UNLIKE)), SEEN);
    assert_eq!(setup.says(&frame(SURFACE, UNLIKE)), []);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN);
}

#[test]
fn what_is_like_nothing_is_always_seen() {
    let mut setup = Setup::new();
    for _ in 0..2 {
        assert_eq!(setup.says(&frame(SURFACE, UNKNOWN)), SEEN);
        assert_eq!(setup.says(&frame(SURFACE, 0)), SEEN);
    }
    setup.says(&frame(SURFACE, ONE));
    assert_eq!(setup.says(&frame(SURFACE, 0)), SEEN, "content is taken away");
}

#[test]
fn another_request_ends_it_until_a_whole_frame_was_seen() {
    let mut setup = Setup::new();
    setup.says(&frame(SURFACE, ONE));
    let region = message(SURFACE, INPUT, &[0]);
    assert_eq!(setup.says(&[attach(SURFACE, ONE), region.clone()]), [(SURFACE, INPUT)]);
    assert_eq!(setup.says(&[commit(SURFACE)]), [(SURFACE, COMMIT)]);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), []);
    let seen = [(SURFACE, INPUT), (SURFACE, COMMIT)];
    assert_eq!(setup.says(&[region, commit(SURFACE)]), seen);
    assert_eq!(setup.says(&[commit(SURFACE)]), [(SURFACE, COMMIT)], "nothing was attached");
    setup.says(&frame(SURFACE, ONE));
    assert_eq!(setup.says(&frame(SURFACE, ONE)), []);
}

#[test]
fn who_wants_to_see_frames_sees_them() {
    let mut setup = Setup::new();
    setup.notes.lock().unwrap().refuses = true;
    setup.says(&frame(SURFACE, ONE));
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN);
    setup.notes.lock().unwrap().refuses = false;
    setup.says(&frame(SURFACE, ONE));
    assert_eq!(setup.says(&frame(SURFACE, ONE)), []);
    setup.rig.engine.woken().unwrap();
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN, "something has changed");
    assert_eq!(setup.says(&frame(SURFACE, ONE)), []);
    setup.rig.engine.watch(WatchOptions { stats: true, ..WatchOptions::default() });
    for _ in 0..2 {
        assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN, "somebody watches");
    }
}

#[test]
fn a_buffer_with_the_id_of_one_that_is_gone_is_not_like_it() {
    let mut setup = Setup::new();
    setup.says(&frame(SURFACE, ONE));
    setup.says(&[message(ONE, 0, &[]), buffer(ONE, 32)]);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), []);
    // The buffer that it shows is destroyed, but remembered.
    setup.says(&[message(ONE, 0, &[]), buffer(ONE, 64)]);
    assert_eq!(setup.says(&frame(SURFACE, UNLIKE)), []);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN);
}

#[test]
fn a_buffer_that_is_gone_is_gone_for_all_surfaces() {
    let mut setup = Setup::new();
    setup.says(&frame(SURFACE, ONE));
    setup.says(&frame(OTHER, ONE));
    setup.says(&[message(ONE, 0, &[]), buffer(ONE, 32)]);
    setup.says(&frame(OTHER, ONE));
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN, "it knows the one that was there before");
}

#[test]
fn a_surface_with_the_id_of_one_that_is_gone_begins_anew() {
    let mut setup = Setup::new();
    setup.says(&[attach(SURFACE, UNLIKE), attach(SURFACE, ONE)]);
    setup.says(&[message(SURFACE, 0, &[]), message(COMPOSITOR, 0, &[SURFACE])]);
    setup.says(&[commit(SURFACE)]);
    assert_eq!(setup.says(&frame(SURFACE, ONE)), SEEN);
}

#[test]
fn the_book_follows_what_passes() {
    let mut setup = Setup::new();
    setup.says(&frame(SURFACE, ONE));
    assert_eq!(setup.booked(SURFACE), (ONE, ONE, false));
    assert_eq!(setup.says(&[attach(SURFACE, LIKE_ONE)]), []);
    assert_eq!(setup.booked(SURFACE), (ONE, LIKE_ONE, true));
    assert_eq!(setup.says(&[commit(SURFACE)]), []);
    assert_eq!(setup.booked(SURFACE), (LIKE_ONE, LIKE_ONE, false));
    assert_eq!(setup.says(&[attach(SURFACE, ONE)]), []);
    // Handlers see it again from here on.
    setup.says(&[attach(SURFACE, UNLIKE)]);
    assert_eq!(setup.booked(SURFACE), (LIKE_ONE, UNLIKE, true));
    setup.says(&[commit(SURFACE)]);
    assert_eq!(setup.booked(SURFACE), (UNLIKE, UNLIKE, false));
    assert_eq!(setup.booked(OTHER), (0, 0, false));
}

#[test]
fn an_object_that_is_no_buffer_is_refused_as_ever() {
    let refused = |frames: usize| {
        let mut setup = Setup::new();
        for _ in 0..frames {
            setup.says(&frame(SURFACE, ONE));
        }
        // A surface is attached instead of a buffer.
        let wrong = setup.rig.request(&attach(SURFACE, SURFACE));
        wrong.unwrap_err().to_string()
    };
    assert_eq!(refused(0), refused(2));
    assert!(refused(2).contains("wl_surface"), "{}", refused(2));
}
