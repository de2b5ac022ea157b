//! Which handlers see which messages, and which lists of handlers are refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;
use crate::session::testing::{Rig, Wants, message};
use crate::session::{AnyHandler, Context, Handler, Incoming, Object, Refusal, Verdict};

fn routes(all: &[&'static [Want<()>]]) -> Result<&'static Routes, RouteError> {
    let list = |wants: &&'static [Want<()>]| Wants(wants).want_list();
    Routes::of(Tables::get(), &all.iter().map(list).collect::<Vec<_>>())
}

/// The handlers that see this request of a surface, each with the index in its list.
fn turns(routes: &'static Routes, name: &str) -> Vec<(u8, u16)> {
    let tables = Tables::get();
    let id = tables.find("wl_surface").unwrap();
    let opcode = tables.interface(id).requests.iter().position(|r| r.name == name).unwrap();
    let header = Header { object: 1, opcode: u16::try_from(opcode).unwrap(), len: 8 };
    routes.turns::<true>(id, header).iter().map(|turn| (turn.handler, turn.row)).collect()
}

fn is_plain(plans: &Plans, name: &str) -> bool {
    let tables = Tables::get();
    let id = tables.find("wl_surface").unwrap();
    let opcode = tables.interface(id).requests.iter().position(|r| r.name == name).unwrap();
    plans.of(id).0.get(opcode).is_some_and(|plan| plan.len > 0)
}

static ATTACH: &[Want<()>] = &[Want::request("wl_surface", "attach", ())];
static ALL_AND_COMMIT: &[Want<()>] =
    &[Want::request("wl_surface", "commit", ()), Want::other_requests("wl_surface", ())];
static OWN: &[Want<()>] = &[Want::request("wl_surface", "attach", ()).of_own()];

#[test]
fn a_message_that_nobody_wants_is_plain() {
    let routes = routes(&[ATTACH]).unwrap();
    assert_eq!(turns(routes, "attach"), [(0, 0)]);
    assert_eq!(turns(routes, "commit"), []);
    assert!(!is_plain(routes.plans(), "attach") && is_plain(routes.plans(), "commit"));
    let events = Tables::get().find("wl_surface").map(|id| routes.plans().of(id).1).unwrap();
    assert!(events.iter().all(|plan| plan.len > 0));
    // In a session that is being watched, handlers see all frames.
    assert!(!is_plain(routes.watched_plans(), "commit"));
}

#[test]
fn handlers_see_a_message_in_their_order_and_once() {
    let routes = routes(&[ALL_AND_COMMIT, ATTACH]).unwrap();
    assert_eq!(turns(routes, "attach"), [(0, 1), (1, 0)]);
    assert_eq!(turns(routes, "commit"), [(0, 0)], "its own word, not the one for others");
    assert_eq!(turns(routes, "frame"), [(0, 1)]);
}

#[test]
fn what_is_wanted_of_carafes_own_objects_alone_is_plain() {
    let only = routes(&[OWN]).unwrap();
    assert_eq!(turns(only, "attach"), [(0, 0)]);
    assert!(is_plain(only.plans(), "attach"));
    let both = routes(&[OWN, ATTACH]).unwrap();
    assert!(!is_plain(both.plans(), "attach"));
}

#[test]
fn the_same_handlers_have_the_same_routes() {
    let [one, again, other] =
        [[ATTACH, OWN], [ATTACH, OWN], [OWN, ATTACH]].map(|all| routes(&all).unwrap());
    assert!(std::ptr::eq(one, again));
    assert!(!std::ptr::eq(one, other));
}

#[test]
fn handlers_that_cannot_be_are_refused() {
    static NO_INTERFACE: &[Want<()>] = &[Want::event("wl_nothing", "attach", ())];
    static NO_MESSAGE: &[Want<()>] = &[Want::event("wl_surface", "attach", ())];
    static TWICE: &[Want<()>] =
        &[Want::request("wl_surface", "attach", ()), Want::request("wl_surface", "attach", ())];
    let many = vec![ATTACH; MAX_HANDLERS + 1];
    assert!(routes(&many[1..]).is_ok());
    let refused = |all: &[&'static [Want<()>]]| routes(all).map(drop).unwrap_err().to_string();
    assert_eq!(refused(&many), "65 handlers, where a session may have 64");
    assert_eq!(refused(&[NO_INTERFACE]), "Wants wants wl_nothing.attach, which no protocol has");
    assert_eq!(refused(&[NO_MESSAGE]), "Wants wants wl_surface.attach, which no protocol has");
    assert_eq!(refused(&[ATTACH, TWICE]), "Wants has two words for wl_surface.attach");
}

#[test]
fn objects_are_no_larger_than_they_were() {
    assert!(size_of::<Object>() <= 32);
}

fn verdict() -> impl Strategy<Value = Verdict> {
    use Verdict::{Drop, Forward, Translated, Withhold};
    prop::sample::select(vec![Forward, Translated, Drop, Withhold])
}

/// A handler with this decision, which counts its calls.
struct Says(Verdict, std::sync::Arc<std::sync::atomic::AtomicUsize>);

impl Handler for Says {
    type Token = ();
    fn wants(&self) -> &'static [Want<()>] {
        static WANTS: &[Want<()>] = &[Want::request("wl_display", "sync", ())];
        WANTS
    }
    fn handle(
        &mut self,
        (): (),
        _: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(self.0)
    }
}

proptest! {
    /// The strongest decision counts, in any order, and only `Withhold` ends the round.
    #[test]
    fn verdicts_add_up(verdicts in prop::collection::vec(verdict(), 1..5)) {
        let asked = std::sync::Arc::<std::sync::atomic::AtomicUsize>::default();
        let says = |said: &Verdict| -> Box<dyn AnyHandler> {
            Box::new(Says(*said, std::sync::Arc::clone(&asked)))
        };
        let mut rig = Rig::new(Tables::get(), verdicts.iter().map(says).collect());
        let sync = message(1, 0, &[2]);
        let heard = rig.request(&sync).unwrap();
        let last = verdicts.iter().position(|said| *said == Verdict::Withhold);
        let seen = last.map_or(verdicts.len(), |last| last + 1);
        prop_assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), seen);
        let drops = verdicts.iter().any(|said| *said >= Verdict::Drop);
        prop_assert_eq!(heard.is_empty(), drops);
        // A handler that has translated the message has also made its objects.
        let made = !drops && !verdicts.contains(&Verdict::Translated);
        prop_assert_eq!(rig.engine.objects().client(2).is_some(), made);
    }
}
