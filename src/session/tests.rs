//! The engine and its objects without sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::testing::{Rig, feed, message, take};
use super::*;
use crate::channel::Crossing;
use crate::observe::WatchOptions;
use crate::protocol::{InterfaceId, Tables};
use crate::surfaces::{Book, Key};
use crate::wire::{DISPLAY_ID, FdKind, FdQueue, HEADER_LEN, MessageBuilder, SERVER_ID_START};

fn interface(name: &str) -> InterfaceId {
    Tables::get().find(name).unwrap()
}

fn objects() -> Objects {
    Objects::new(Tables::get(), Handlers::new(Tables::get(), Vec::new()).unwrap().plans())
}

#[test]
fn host_ids_are_dense_and_used_again_last_first() {
    let mut objects = objects();
    let callback = interface("wl_callback");
    let ids: Vec<u32> =
        (2..6).map(|id| objects.mirror_from_client(id, callback, 1).unwrap()).collect();
    assert_eq!(ids, [2, 3, 4, 5]);
    for id in [3, 5] {
        assert_eq!(objects.deleted_by_host(id), Some(id));
    }
    assert_eq!(objects.mirror_from_client(3, callback, 1), Ok(5));
    assert_eq!(objects.mirror_from_client(5, callback, 1), Ok(3));
    assert_eq!(objects.mirror_from_client(6, callback, 1), Ok(6));
}

#[test]
fn an_id_is_deleted_once() {
    let mut objects = objects();
    objects.mirror_from_client(2, interface("wl_callback"), 1).unwrap();
    assert_eq!(objects.deleted_by_host(2), Some(2));
    assert_eq!(objects.deleted_by_host(2), None);
    assert_eq!(objects.deleted_by_host(DISPLAY_ID), None);
    assert_eq!(objects.deleted_by_host(SERVER_ID_START), None);
    assert_eq!(objects.count(), (1, 1));
}

#[test]
fn objects_are_bounded() {
    let mut objects = objects();
    let callback = interface("wl_callback");
    let mut id = 2;
    let fault = loop {
        match objects.mirror_from_client(id, callback, 1) {
            Ok(_) => id += 1,
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault, IdFault::TooMany);
    assert_eq!(id as usize, MAX_OBJECTS);
}

#[test]
fn one_sided_objects_are_on_one_side() {
    let mut objects = objects();
    let registry = interface("wl_registry");
    let host_only = objects.make_host_only(registry, 1).unwrap();
    assert_eq!(objects.host(host_only).unwrap().peer, 0);
    assert_eq!(objects.deleted_by_host(host_only), None);
    assert!(objects.host(host_only).is_none());
    objects.make_client_only(2, registry, 1).unwrap();
    assert_eq!(objects.client(2).unwrap().peer, 0);
    objects.destroyed_by_client(2);
    assert!(objects.client(2).is_none());
    assert_eq!(objects.make_client_only(2, registry, 1), Ok(()));
}

/// What a client and a host may do with ids.
#[derive(Clone, Debug)]
enum Step {
    Create(u32),
    Destroy(u32),
    Delete(u32),
    Announce(u32),
    HostOnly,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0u32..12).prop_map(Step::Create),
        (0u32..12).prop_map(Step::Destroy),
        (0u32..12).prop_map(Step::Delete),
        (0u32..5).prop_map(|n| Step::Announce(SERVER_ID_START + n)),
        Just(Step::HostOnly),
    ]
}

proptest! {
    #[test]
    fn both_sides_stay_paired(steps in prop::collection::vec(step(), 0..200)) {
        let mut objects = objects();
        let callback = interface("wl_callback");
        for step in steps {
            match step {
                Step::Create(id) => drop(objects.mirror_from_client(id, callback, 1)),
                Step::Destroy(id) if id > 1 => objects.destroyed_by_client(id),
                Step::Destroy(_) => {}
                Step::Delete(id) => drop(objects.deleted_by_host(id)),
                Step::Announce(id) => drop(objects.mirror_from_host(id, callback, 1)),
                Step::HostOnly => drop(objects.make_host_only(callback, 1)),
            }
            // For every live object of the client, the host has an object that leads back.
            for id in (1..12).chain(SERVER_ID_START..SERVER_ID_START + 5) {
                if let Some(mine) = objects.client(id) {
                    let theirs = objects.host(mine.peer);
                    prop_assert_eq!(theirs.map(|o| o.peer), Some(id));
                }
            }
        }
    }
}

/// A handler that offers a `wl_shm` object of its own, answers its requests, and has a callback of
/// its own at the host.
struct MadeUp {
    shm: Option<u32>,
    own_callback: Option<u32>,
    answered: bool,
}

#[derive(Clone, Copy)]
enum MadeUpToken {
    /// Here it asks for a `wl_shm`.
    GetRegistry,
    Release,
    Done,
}

impl Handler for MadeUp {
    type Token = MadeUpToken;

    fn wants(&self) -> &'static [Want<MadeUpToken>] {
        static WANTS: &[Want<MadeUpToken>] = &[
            Want::request("wl_display", "get_registry", MadeUpToken::GetRegistry),
            Want::request("wl_shm", "release", MadeUpToken::Release),
            Want::event("wl_callback", "done", MadeUpToken::Done),
        ];
        WANTS
    }

    fn handle(
        &mut self,
        token: MadeUpToken,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        if let MadeUpToken::GetRegistry = token {
            let new = incoming.args().uint()?;
            let shm = context.tables.find("wl_shm").unwrap();
            context.objects.make_client_only(new, shm, 2)?;
            context.to_client.make(new, 0, |event| event.uint(1));
            self.shm = Some(new);
            let callback = context.tables.find("wl_callback").unwrap();
            let own = context.objects.make_host_only(callback, 1)?;
            context.to_host.make(DISPLAY_ID, 0, |request| request.uint(own));
            self.own_callback = Some(own);
            return Ok(Verdict::Drop);
        }
        if Some(id) == self.shm && matches!(token, MadeUpToken::Release) {
            context.delete_client_only(id);
            return Ok(Verdict::Drop);
        }
        if Some(id) == self.own_callback && matches!(token, MadeUpToken::Done) {
            self.answered = true;
            return Ok(Verdict::Drop);
        }
        Ok(Verdict::Forward)
    }
}

/// The handlers of a client on a socket.
fn direct() -> Vec<Box<dyn AnyHandler>> {
    let (scaling, policy) = (crate::handlers::Scaling::default(), std::sync::Arc::default());
    crate::handlers::chain(crate::handlers::Setup::new(&Crossing::DIRECT, &scaling, &policy))
}

fn engine(handlers: Vec<Box<dyn AnyHandler>>) -> Engine {
    Rig::new(Tables::get(), handlers).engine
}

#[test]
fn handlers_may_answer_alone_and_speak_for_themselves() {
    let made_up = MadeUp { shm: None, own_callback: None, answered: false };
    let mut engine = engine(vec![Box::new(made_up)]);
    feed(&mut engine.requests, &message(DISPLAY_ID, 1, &[2]));
    engine.forward().unwrap();
    assert_eq!(take(&mut engine.events), message(2, 0, &[1]));
    assert_eq!(take(&mut engine.requests), message(DISPLAY_ID, 0, &[2]));
    assert_eq!(engine.objects().count(), (2, 2));

    // The client's own callback is a different object at the host.
    feed(&mut engine.requests, &message(2, 1, &[]));
    engine.forward().unwrap();
    assert_eq!(take(&mut engine.requests), b"");
    assert_eq!(take(&mut engine.events), message(DISPLAY_ID, 1, &[2]));
    feed(&mut engine.events, &message(2, 0, &[9]));
    engine.forward().unwrap();
    assert_eq!(take(&mut engine.events), b"");
}

#[test]
fn what_only_carafe_knows_cannot_be_passed_on() {
    let made_up = MadeUp { shm: None, own_callback: None, answered: false };
    let mut engine = engine(vec![Box::new(made_up)]);
    feed(&mut engine.requests, &message(DISPLAY_ID, 1, &[2]));
    // wl_shm.create_pool, which this handler does not handle.
    feed(&mut engine.requests, &message(2, 0, &[3, 4096]));
    let pool = std::fs::File::open("/dev/null").unwrap();
    engine.requests.fds.push(pool.into(), FdKind::Unknown).unwrap();
    let fault = engine.forward().unwrap_err();
    let text =
        "invalid arguments for wl_shm#2.create_pool: object 2 is not known on the other side";
    assert_eq!(fault, Fault::display(DisplayError::InvalidMethod, text.into()));
}

#[test]
fn a_flow_stops_while_the_answers_to_it_are_not_taken() {
    struct Chatty;
    impl Handler for Chatty {
        type Token = ();
        fn wants(&self) -> &'static [Want<()>] {
            static WANTS: &[Want<()>] = &[Want::other_requests("wl_display", ())];
            WANTS
        }
        fn handle(
            &mut self,
            (): (),
            _: &mut Incoming<'_>,
            context: &mut Context<'_>,
        ) -> Result<Verdict, Refusal> {
            context.to_client.make(DISPLAY_ID, 1, |event| event.string(&"x".repeat(3000)));
            Ok(Verdict::Drop)
        }
    }
    let mut engine = engine(vec![Box::new(Chatty)]);
    let requests: Vec<u8> = (0..100).flat_map(|_| message(DISPLAY_ID, 0, &[5])).collect();
    feed(&mut engine.requests, &requests);
    let mut answers = 0;
    let mut rounds = 0;
    while answers < 100 {
        engine.forward().unwrap();
        let len = take(&mut engine.events).len();
        assert!(len < crate::wire::MADE_LIMIT + 4096);
        answers += len / (3004 + 4 + HEADER_LEN);
        rounds += 1;
        assert_eq!(engine.is_stalled(), answers < 100);
    }
    assert!(rounds >= 4, "{rounds}");
}

/// Attach, frame and commit; the engine's client has a surface (4).
fn a_frame(engine: &mut Engine) -> Vec<u8> {
    let frame = [message(4, 3, &[5]), message(4, 6, &[])].concat();
    feed(&mut engine.requests, &frame);
    engine.observer.read(crate::observe::Side::Client, frame.len());
    engine.forward().unwrap();
    let sent = take(&mut engine.requests);
    engine.sent();
    let callback = u32::from_ne_bytes(*sent[8..].first_chunk().unwrap());
    let done = [message(callback, 0, &[9]), message(DISPLAY_ID, 1, &[callback])].concat();
    feed(&mut engine.events, &done);
    engine.observer.read(crate::observe::Side::Host, done.len());
    engine.forward().unwrap();
    assert_eq!(
        take(&mut engine.events),
        [message(5, 0, &[9]), message(DISPLAY_ID, 1, &[5])].concat()
    );
    engine.sent();
    sent
}

#[test]
fn watching_can_begin_and_end_at_any_time_and_changes_nothing() {
    let mut engine = engine(direct());
    feed(&mut engine.requests, &message(DISPLAY_ID, 1, &[2]));
    let global = |m: MessageBuilder<'_>| m.uint(1).string("wl_compositor").uint(4).finish();
    let mut bytes = Vec::new();
    global(MessageBuilder::new(&mut bytes, 2, 0));
    engine.forward().unwrap();
    take(&mut engine.requests);
    feed(&mut engine.events, &bytes);
    engine.forward().unwrap();
    take(&mut engine.events);
    let mut bind = Vec::new();
    MessageBuilder::new(&mut bind, 2, 0).uint(1).string("wl_compositor").uint(4).uint(3).finish();
    bind.extend(message(3, 0, &[4]));
    feed(&mut engine.requests, &bind);
    engine.forward().unwrap();
    take(&mut engine.requests);

    let plain = a_frame(&mut engine);
    let stats = WatchOptions { stats: true, ..WatchOptions::default() };
    for _ in 0..3 {
        engine.watch(stats);
        assert!(engine.objects().client(4).unwrap().plans.is_empty());
        assert_eq!(a_frame(&mut engine), plain);
        let surface = &engine.observer.watch.as_mut().unwrap().all()[0];
        assert_eq!((surface.id, surface.commits, surface.to_done.count), (4, 1, 1));
        engine.watch(WatchOptions::default());
        assert!(engine.observer.watch.is_none());
        assert!(!engine.objects().client(4).unwrap().plans.is_empty());
        assert_eq!(a_frame(&mut engine), plain);
    }
}

#[test]
fn in_steady_state_a_forwarded_batch_is_one_piece() {
    let mut engine = engine(direct());
    let batch: Vec<u8> = (2..100).flat_map(|id| message(DISPLAY_ID, 0, &[id])).collect();
    feed(&mut engine.requests, &batch);
    engine.forward().unwrap();
    let mut calls = 0;
    let Flow { input, out, .. } = &mut engine.requests;
    out.send(input.bytes(), |slices, _: &mut FdQueue| {
        calls += 1;
        assert_eq!(slices.len(), 1);
        Ok(slices[0].len())
    })
    .unwrap();
    assert_eq!(calls, 1);
}

/// A handler that sees all requests to `wl_display`, and one that lets `sync` wait.
mod waiting {
    use std::os::fd::OwnedFd;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use super::*;

    struct Counts(Arc<AtomicUsize>);

    impl Handler for Counts {
        type Token = ();
        fn wants(&self) -> &'static [Want<()>] {
            static WANTS: &[Want<()>] = &[Want::other_requests("wl_display", ())];
            WANTS
        }
        fn handle(
            &mut self,
            (): (),
            _: &mut Incoming<'_>,
            _: &mut Context<'_>,
        ) -> Result<Verdict, Refusal> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Verdict::Forward)
        }
    }

    struct Waits(Counts, Arc<Mutex<Option<OwnedFd>>>);

    impl Handler for Waits {
        type Token = ();
        fn wants(&self) -> &'static [Want<()>] {
            static WANTS: &[Want<()>] = &[
                Want::other_requests("wl_display", ()),
                Want::request("wl_display", "sync", ()).may_wait(),
            ];
            WANTS
        }
        fn must_wait(&self, (): (), object: Key, _: &Book) -> Option<Wait> {
            assert_eq!(object.id, DISPLAY_ID);
            let fence = self.1.lock().unwrap();
            Some(Wait::ForFence(fence.as_ref()?.try_clone().unwrap()))
        }
        fn handle(
            &mut self,
            (): (),
            incoming: &mut Incoming<'_>,
            context: &mut Context<'_>,
        ) -> Result<Verdict, Refusal> {
            Handler::handle(&mut self.0, (), incoming, context)
        }
    }

    #[test]
    fn a_request_that_waited_is_handled_noted_and_sent_once() {
        let counts = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let (fence, _reached) = std::io::pipe().unwrap();
        let fence = Arc::new(Mutex::new(Some(fence.into())));
        let first = Counts(Arc::clone(&counts[0]));
        let last = Waits(Counts(Arc::clone(&counts[1])), Arc::clone(&fence));
        let mut rig = Rig::new(Tables::get(), vec![Box::new(first), Box::new(last)]);
        let handled = || counts.each_ref().map(|count| count.load(Ordering::Relaxed));
        let shown = |rig: &Rig| RecentMessages(&rig.engine).to_string();

        // get_registry passes; sync and everything after it wait.
        let requests = [message(DISPLAY_ID, 1, &[2]), message(DISPLAY_ID, 0, &[3])];
        let sent = rig.request(&requests.concat()).unwrap();
        assert_eq!(sent, requests[0]);
        for _ in 0..3 {
            // The host sends something meanwhile.
            let name = message(2, 1, &[77]);
            assert_eq!(rig.event(&name), name);
            assert!(rig.engine.is_waiting() && !rig.engine.is_stalled());
            assert!(rig.engine.take_wait().is_some());
            assert_eq!(handled(), [1, 1]);
        }
        let before = shown(&rig);
        assert_eq!(before.matches("sync").count(), 1, "{before}");
        assert!(before.ends_with("client   wl_display@1.sync waits for the host\n"), "{before}");

        *fence.lock().unwrap() = None;
        rig.engine.forward().unwrap();
        assert_eq!(take(&mut rig.engine.requests), requests[1]);
        assert_eq!(handled(), [2, 2]);
        assert!(!rig.engine.is_waiting() && rig.engine.take_wait().is_none());
        let after = shown(&rig);
        assert_eq!(after.matches("sync").count(), 1, "{after}");
        assert!(!after.contains("waits"), "{after}");
    }
}
