//! What crosses with a policy, in an engine without sockets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;

use super::*;
use crate::channel::Crossing;
use crate::handlers::{self, Scaling};
use crate::observe::Side;
use crate::protocol::{Arg, Tables};
use crate::session::testing::{Rig, filled, message, read};
use crate::session::{FaultKind, GlobalRule, GlobalSet};
use crate::wire::{FdKind, MessageBuilder, SERVER_ID_START};

const REGISTRY: u32 = 2;
const MANAGER: u32 = 3;
const SEAT: u32 = 4;
const DEVICE: u32 = 5;
const SOURCE: u32 = 6;
const PRIMARY_MANAGER: u32 = 7;
const PRIMARY: u32 = 8;
const COMPOSITOR: u32 = 9;
const SURFACE: u32 = 10;
const WM_BASE: u32 = 11;
const TOPLEVEL: u32 = 13;
const OFFER: u32 = SERVER_ID_START;

const NONE: Sharing = Sharing { to_guest: false, to_host: false, limit: None };
const TO_HOST: Sharing = Sharing { to_guest: false, to_host: true, limit: None };
const TO_GUEST: Sharing = Sharing { to_guest: true, to_host: false, limit: None };

struct Setup {
    rig: Rig,
}

impl Setup {
    /// A client with a registry. Ids are the same on both sides.
    fn new(policy: Policy) -> Self {
        let (tables, policy) = (Tables::get(), Arc::new(policy));
        let scaling = Scaling::default();
        let all = handlers::chain(handlers::Setup::new(&Crossing::DIRECT, &scaling, &policy));
        let mut setup = Self { rig: Rig::new(tables, all) };
        setup.request(&message(1, 1, &[REGISTRY]));
        setup
    }

    /// The same, with selections, a source, a surface and a window.
    fn with_devices(policy: Policy) -> Self {
        let mut setup = Self::new(policy);
        setup
            .rig
            .event(&filled(REGISTRY, 0, |m| m.uint(1).string("wl_data_device_manager").uint(3)));
        setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(2).string("wl_seat").uint(5)));
        setup.rig.event(&filled(REGISTRY, 0, |m| {
            m.uint(3).string("zwp_primary_selection_device_manager_v1").uint(1)
        }));
        setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(4).string("wl_compositor").uint(4)));
        setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(5).string("xdg_wm_base").uint(1)));
        let bound = [
            filled(REGISTRY, 0, |m| {
                m.uint(1).string("wl_data_device_manager").uint(3).uint(MANAGER)
            }),
            filled(REGISTRY, 0, |m| m.uint(2).string("wl_seat").uint(5).uint(SEAT)),
            message(MANAGER, 1, &[DEVICE, SEAT]),
            message(MANAGER, 0, &[SOURCE]),
            filled(REGISTRY, 0, |m| {
                m.uint(3)
                    .string("zwp_primary_selection_device_manager_v1")
                    .uint(1)
                    .uint(PRIMARY_MANAGER)
            }),
            message(PRIMARY_MANAGER, 1, &[PRIMARY, SEAT]),
            filled(REGISTRY, 0, |m| m.uint(4).string("wl_compositor").uint(4).uint(COMPOSITOR)),
            message(COMPOSITOR, 0, &[SURFACE]),
            filled(REGISTRY, 0, |m| m.uint(5).string("xdg_wm_base").uint(1).uint(WM_BASE)),
            message(WM_BASE, 2, &[TOPLEVEL - 1, SURFACE]),
            message(TOPLEVEL - 1, 1, &[TOPLEVEL]),
        ];
        assert_eq!(setup.request(&bound.concat()), bound.concat());
        setup
    }

    /// Sends requests; returns what the host gets.
    fn request(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.rig.request(bytes).unwrap()
    }

    /// The client asks for an offer's data. Returns whether the host was asked. If not, the
    /// client's pipe must be closed.
    fn receives(&mut self) -> bool {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        self.rig.engine.requests.fds.push(writer, FdKind::Unknown).unwrap();
        let receive = filled(OFFER, 1, |m| m.string("text/plain"));
        let crossed = self.request(&receive);
        if crossed.is_empty() {
            assert_eq!(File::from(reader).read(&mut [0; 1]).unwrap(), 0);
            assert_eq!(self.rig.engine.requests.out.fds().len(), 0);
            return false;
        }
        assert_eq!(crossed, receive);
        drop(self.rig.engine.requests.out.fds().pop().unwrap());
        true
    }
}

fn globals(rule: GlobalRule) -> Policy {
    Policy { globals: Arc::new(rule), ..Policy::default() }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(String::from).collect()
}

/// The error text of a bind; empty if there is none.
fn bind(setup: &mut Setup, name: u32, version: u32) -> String {
    let mut bytes = Vec::new();
    MessageBuilder::new(&mut bytes, REGISTRY, 0)
        .uint(name)
        .string("wl_seat")
        .uint(version)
        .uint(3)
        .finish();
    match setup.rig.request(&bytes) {
        Ok(_) => String::new(),
        Err(fault) => match fault.kind() {
            FaultKind::Client { text, .. } => text.clone(),
            other => panic!("{other}"),
        },
    }
}

#[test]
fn allowed_less_what_is_denied() {
    let offered = |denied: &[&str], allowed: Option<&[&str]>| {
        let (denied, allowed) = (names(denied), allowed.map(names));
        let rule = GlobalRule { denied, allowed, ..GlobalRule::default() };
        ["wl_shm", "wl_seat", "wl_drm"].map(|name| rule.allows(name))
    };
    assert_eq!(offered(&[], None), [true, true, true]);
    assert_eq!(offered(&["wl_seat"], None), [true, false, true]);
    assert_eq!(offered(&[], Some(&["wl_shm", "wl_seat"])), [true, true, false]);
    assert_eq!(offered(&["wl_seat"], Some(&["wl_shm", "wl_seat"])), [true, false, false]);
}

#[test]
fn a_denied_global_comes_and_goes_unseen() {
    let policy = globals(GlobalRule { denied: names(&["wl_seat"]), ..GlobalRule::default() });
    let mut setup = Setup::new(policy);
    assert!(
        setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(7).string("wl_seat").uint(5))).is_empty()
    );
    let shm = filled(REGISTRY, 0, |m| m.uint(8).string("wl_shm").uint(1));
    assert_eq!(setup.rig.event(&shm), shm);
    assert!(setup.rig.event(&message(REGISTRY, 1, &[7])).is_empty());
    assert!(
        setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(7).string("wl_seat").uint(5))).is_empty()
    );
    assert_eq!(bind(&mut setup, 7, 1), "invalid global wl_seat (7)");
}

#[test]
fn a_version_is_lowered_and_not_raised() {
    let max_versions = vec![("wl_seat".to_owned(), 3)];
    let mut setup = Setup::new(globals(GlobalRule { max_versions, ..GlobalRule::default() }));
    let seats = [
        filled(REGISTRY, 0, |m| m.uint(7).string("wl_seat").uint(5)),
        filled(REGISTRY, 0, |m| m.uint(8).string("wl_seat").uint(2)),
    ];
    let seen = setup.rig.event(&seats.concat());
    assert_eq!(
        seen,
        [filled(REGISTRY, 0, |m| m.uint(7).string("wl_seat").uint(3)), seats[1].clone()].concat()
    );
    assert_eq!(bind(&mut setup, 7, 3), "");
    let text = "invalid version for global wl_seat (7): have 3, wanted 4";
    assert_eq!(bind(&mut setup, 7, 4), text);
}

#[test]
fn titles_and_names_cannot_change_how_other_text_looks() {
    let mut setup = Setup::with_devices(Policy::default());
    let said = [
        filled(TOPLEVEL, 2, |m| m.string("bank\u{202e}\n x")),
        filled(TOPLEVEL, 3, |m| m.string("org.\u{1b}mail\u{2066}")),
        filled(TOPLEVEL, 2, |m| m.string("שלום")),
    ];
    let heard = [
        filled(TOPLEVEL, 2, |m| m.string("bank  x")),
        filled(TOPLEVEL, 3, |m| m.string("org. mail")),
        said[2].clone(),
    ];
    assert_eq!(setup.request(&said.concat()), heard.concat());
}

#[test]
fn a_confined_client_gets_the_privileged_globals_that_are_named() {
    let named = GlobalSet::Named(names(&["zwlr_layer_shell_v1"]));
    let rule = GlobalRule { privileged: named.clone(), ..GlobalRule::default() };
    let all = ["wl_seat", "zwlr_layer_shell_v1", "zwlr_screencopy_manager_v1"];
    assert_eq!(all.map(|name| rule.allows(name)), [true, true, false]);
    assert!(!rule.keeps_all_privileged());
    let denied = names(&["zwlr_layer_shell_v1"]);
    let rule = GlobalRule { denied, privileged: named, ..GlobalRule::default() };
    assert_eq!(all.map(|name| rule.allows(name)), [true, false, false]);
    // A user who lists all allowed globals may name privileged ones.
    let allowed = Some(names(&["zwlr_screencopy_manager_v1"]));
    let privileged = GlobalSet::Named(Vec::new());
    let rule = GlobalRule { allowed, privileged: privileged.clone(), ..GlobalRule::default() };
    assert_eq!(all.map(|name| rule.allows(name)), [false, false, true]);
    assert!(!rule.keeps_all_privileged());
    assert!(GlobalRule { privileged, ..GlobalRule::default() }.keeps_all_privileged());
    assert!(!GlobalRule::default().keeps_all_privileged());
}

#[test]
fn selections_go_only_the_ways_that_are_open() {
    for (clipboard, primary) in [(NONE, Sharing::BOTH), (TO_HOST, TO_GUEST), (TO_GUEST, NONE)] {
        let policy = Policy { clipboard, primary, ..Policy::default() };
        for (device, sharing) in [(DEVICE, clipboard), (PRIMARY, primary)] {
            let mut setup = Setup::with_devices(policy.clone());
            // A source for the primary selection is of another kind, so use none.
            let source = if device == DEVICE { SOURCE } else { 0 };
            let opcode = u16::from(device == DEVICE);
            let set = message(device, opcode, &[source, 77]);
            let crossed = setup.request(&set);
            assert_eq!(crossed, if sharing.to_host { set } else { Vec::new() });
            // A client that may not set it is told that its source is not the selection.
            let told = source != 0 && !sharing.to_host;
            let cancelled = told.then(|| message(SOURCE, 2, &[]));
            assert_eq!(setup.rig.event(&[]), cancelled.unwrap_or_default());

            let selection = if device == DEVICE { 5 } else { 1 };
            setup.rig.event(&message(device, 0, &[OFFER]));
            let seen = read(&setup.rig.event(&message(device, selection, &[OFFER])));
            let shown = if sharing.to_guest { OFFER } else { 0 };
            assert_eq!(seen, [(device, selection, vec![shown])], "{sharing:?}");
            // A client may still use an earlier offer.
            if device == DEVICE {
                assert_eq!(setup.receives(), sharing.to_guest, "{sharing:?}");
            }
        }
    }
}

#[test]
fn the_word_for_a_selection_says_which_one_it_is() {
    for interface in Tables::get().iter() {
        let messages = interface.requests.iter().map(|message| (Side::Client, message));
        let events = interface.events.iter().map(|message| (Side::Host, message));
        for (from, message) in messages.chain(events) {
            let is_primary = interface.name.contains("primary") || message.name.contains("primary");
            let found = WANTS.iter().find(|want| want.is(from, interface.name, message.name));
            match found.map(|want| want.token) {
                Some(
                    Token::SetSelection { is_primary: said }
                    | Token::Selection { is_primary: said },
                ) => assert_eq!(said, is_primary, "{}.{}", interface.name, message.name),
                _ => assert!(
                    !message.name.ends_with("_selection") || !interface.name.contains("_device"),
                    "{}.{}",
                    interface.name,
                    message.name
                ),
            }
        }
    }
}

#[test]
fn drags_go_only_the_ways_that_are_open() {
    for dnd in [Sharing::BOTH, NONE, TO_HOST, TO_GUEST] {
        let mut setup = Setup::with_devices(Policy { dnd, ..Policy::default() });
        let start = |source| message(DEVICE, 0, &[source, SURFACE, 0, 77]);
        let source = if dnd.to_host { SOURCE } else { 0 };
        assert_eq!(setup.request(&start(SOURCE)), start(source));

        setup.rig.event(&message(DEVICE, 0, &[OFFER]));
        let enter = |offer| message(DEVICE, 1, &[78, SURFACE, 0, 0, offer]);
        let shown = if dnd.to_guest { OFFER } else { 0 };
        assert_eq!(setup.rig.event(&enter(OFFER)), enter(shown));
        assert_eq!(setup.receives(), dnd.to_guest);
        // The clipboard has its own rule.
        let selection = message(DEVICE, 5, &[OFFER]);
        assert_eq!(setup.rig.event(&selection), selection);
        assert!(setup.receives());
    }
}

#[test]
fn a_transfer_carries_no_more_than_its_limit() {
    let limited = |limit| Sharing { limit, ..Sharing::BOTH };
    for (dnd, taken) in [(limited(None), 9), (limited(Some(5)), 5), (limited(Some(9)), 9)] {
        let policy = Policy { clipboard: limited(Some(3)), dnd, ..Policy::default() };
        let mut setup = Setup::with_devices(policy);
        setup.rig.event(&message(DEVICE, 0, &[OFFER]));
        assert!(!setup.receives(), "the host has not said what it is for");
        setup.rig.event(&message(DEVICE, 1, &[78, SURFACE, 0, 0, OFFER]));
        let (mut reader, writer) = rustix::pipe::pipe().unwrap();
        setup.rig.engine.requests.fds.push(writer, FdKind::Unknown).unwrap();
        assert!(!setup.request(&filled(OFFER, 1, |m| m.string("a/b"))).is_empty());
        let host = setup.rig.engine.requests.out.fds().pop().unwrap().0;
        assert_eq!(written(host, &mut reader), taken);

        // The same in the other direction.
        setup.request(&message(DEVICE, 0, &[SOURCE, SURFACE, 0, 77]));
        let (mut reader, writer) = rustix::pipe::pipe().unwrap();
        setup.rig.engine.events.fds.push(writer, FdKind::Unknown).unwrap();
        setup.rig.event(&filled(SOURCE, 1, |m| m.string("a/b")));
        let client = setup.rig.engine.events.out.fds().pop().unwrap().0;
        assert_eq!(written(client, &mut reader), taken);
    }
}

/// How many bytes come out of a pipe when nine are written.
fn written(to: OwnedFd, from: &mut OwnedFd) -> usize {
    let mut to = File::from(to);
    to.write_all(&[7; 9]).unwrap();
    drop(to);
    let mut read = Vec::new();
    File::from(from.try_clone().unwrap()).read_to_end(&mut read).unwrap();
    read.len()
}

#[test]
fn an_offer_that_is_gone_opens_no_other() {
    let mut setup = Setup::with_devices(Policy { dnd: NONE, ..Policy::default() });
    setup.rig.event(&message(DEVICE, 0, &[OFFER]));
    setup.rig.event(&message(DEVICE, 5, &[OFFER]));
    assert!(setup.receives());
    setup.request(&message(OFFER, 2, &[]));
    setup.rig.event(&message(DEVICE, 0, &[OFFER]));
    assert!(!setup.receives(), "the host has not said what it is for");
}

#[test]
fn an_offer_is_open_only_while_it_lives() {
    // The client destroys an offer before it learns that it was for the primary selection, which is
    // allowed. The next offer with this id is the clipboard's.
    let policy = Policy { clipboard: NONE, primary: Sharing::BOTH, ..Policy::default() };
    let mut setup = Setup::with_devices(policy);
    setup.rig.event(&message(PRIMARY, 0, &[OFFER]));
    setup.request(&message(OFFER, 1, &[]));
    setup.rig.event(&message(PRIMARY, 1, &[OFFER]));
    setup.rig.event(&message(DEVICE, 0, &[OFFER]));
    setup.rig.event(&message(DEVICE, 5, &[OFFER]));
    assert!(!setup.receives(), "the clipboard");
}

#[test]
fn an_offer_that_a_drag_opened_is_closed_by_the_next_with_its_id() {
    let policy = Policy { clipboard: NONE, ..Policy::default() };
    let mut setup = Setup::with_devices(policy);
    setup.rig.event(&message(DEVICE, 0, &[OFFER]));
    setup.rig.event(&message(DEVICE, 1, &[78, SURFACE, 0, 0, OFFER]));
    assert!(setup.receives(), "the drag");
    // A host that uses its id again although the client has not destroyed the offer.
    setup.rig.event(&message(DEVICE, 0, &[OFFER]));
    assert!(!setup.receives(), "nobody knows what for");
    // An offer of a drag is not open either when it becomes the selection.
    setup.rig.event(&message(DEVICE, 1, &[78, SURFACE, 0, 0, OFFER]));
    setup.rig.event(&message(DEVICE, 5, &[OFFER]));
    assert!(!setup.receives(), "the clipboard");
}

#[test]
fn every_way_to_data_is_looked_at() {
    for interface in Tables::get().iter() {
        let requests = interface.requests.iter().map(|message| (message, true));
        for (message, is_request) in requests.chain(interface.events.iter().map(|m| (m, false))) {
            let asks = is_request && message.args.contains(&Arg::Fd(FdKind::PipeToWrite));
            let names = ["set_selection", "set_primary_selection", "start_drag", "data_offer"];
            if (asks || names.contains(&message.name)) && interface.name != "org_kde_plasma_window"
            {
                let from = if is_request { Side::Client } else { Side::Host };
                let mut wants = WANTS.iter();
                let is_wanted = wants.any(|want| want.is(from, interface.name, message.name));
                assert!(is_wanted, "{}.{}", interface.name, message.name);
                assert!(!asks || message.name == "receive", "{}", interface.name);
            }
        }
    }
}

#[test]
fn a_removed_global_is_bound_as_what_it_was_or_not_at_all() {
    let denied = names(&["zwlr_data_control_manager_v1"]);
    let mut setup = Setup::new(globals(GlobalRule { denied, ..GlobalRule::default() }));
    setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(7).string("wl_seat").uint(5)));
    setup.rig.event(&message(REGISTRY, 1, &[7]));
    // The client may not know yet.
    assert_eq!(bind(&mut setup, 7, 5), "");
    let guessed =
        filled(REGISTRY, 0, |m| m.uint(7).string("zwlr_data_control_manager_v1").uint(1).uint(4));
    assert!(setup.rig.request(&guessed).is_err());
}

#[test]
fn carafe_uses_no_global_that_clients_may_not() {
    let denied = names(&["wp_viewporter"]);
    let max_versions = vec![("wl_compositor".to_owned(), 3)];
    let rule = GlobalRule { denied, max_versions, ..GlobalRule::default() };
    let mut setup = Setup::new(globals(rule));
    setup.rig.engine.start().unwrap();
    for (name, interface) in [(7, "wp_viewporter"), (8, "wl_compositor")] {
        setup.rig.event(&filled(REGISTRY, 0, |m| m.uint(name).string(interface).uint(4)));
    }
    let mut bind = |interface| {
        setup.rig.context(|context| {
            let Context { tables, objects, to_host, globals, .. } = context;
            let found = globals.find(tables, interface).is_some();
            let bound = globals.bind(tables, objects, to_host, interface, 4).unwrap();
            let id = tables.find(interface).unwrap();
            let named = globals.bind_named(tables, objects, to_host, (9, id, 4)).unwrap();
            (found, bound.map(|(_, version)| version), named.map(|(_, version)| version))
        })
    };
    assert_eq!(bind("wp_viewporter"), (false, None, None));
    assert_eq!(bind("wl_compositor"), (true, Some(3), Some(3)));
}

#[test]
fn titles_and_names_have_words_in_front() {
    let (title_prefix, app_id_prefix) = ("[guest] ".to_owned(), "guest.".to_owned());
    let mut setup =
        Setup::with_devices(Policy { title_prefix, app_id_prefix, ..Policy::default() });
    let said =
        [filled(TOPLEVEL, 2, |m| m.string("Mail")), filled(TOPLEVEL, 3, |m| m.string("org.mail"))];
    let heard = [
        filled(TOPLEVEL, 2, |m| m.string("[guest] Mail")),
        filled(TOPLEVEL, 3, |m| m.string("guest.org.mail")),
    ];
    assert_eq!(setup.request(&said.concat()), heard.concat());
    // As long as a message can be, and cut between two characters.
    let mut long = Vec::new();
    let ens = format!("{}\0", "ñ".repeat(2040));
    MessageBuilder::new(&mut long, TOPLEVEL, 2).array(ens.as_bytes()).finish();
    assert_eq!(long.len(), 4096);
    let heard = setup.request(&long);
    let text = String::from_utf8(heard[12..].to_vec()).unwrap();
    assert_eq!(text.trim_end_matches('\0'), format!("[guest] {}", "ñ".repeat(2036)));
    // Other messages do not change.
    let maximized = message(TOPLEVEL, 9, &[]);
    assert_eq!(setup.request(&maximized), maximized);
}

#[test]
fn a_title_that_is_no_text_is_refused() {
    let title_prefix = "guest: ".to_owned();
    let mut setup = Setup::with_devices(Policy { title_prefix, ..Policy::default() });
    let bad = message(TOPLEVEL, 2, &[3, u32::from_ne_bytes([0xff, 0xff, 0, 0])]);
    assert!(setup.rig.request(&bad).is_err());
}

#[test]
fn names_have_words_in_front_wherever_they_are_said() {
    let globals = [
        ("wl_compositor", 4),
        ("zaura_shell", 5),
        ("gtk_shell1", 1),
        ("zcr_notification_shell_v1", 1),
        ("xdg_activation_v1", 1),
        ("zcr_remote_shell_v1", 16),
    ];
    let [compositor, aura, gtk, notifications, activation, remote] = [3, 4, 5, 6, 7, 8];
    let [surface, aura_surface, gtk_surface, notification, token, remote_surface] =
        [9, 10, 11, 12, 13, 14];
    let opcode = |interface: &str, request: &str| {
        let interface = Tables::get().interface(Tables::get().find(interface).unwrap());
        let found = interface.requests.iter().position(|other| other.name == request);
        u16::try_from(found.unwrap()).unwrap()
    };
    let notify = |title: &str| {
        filled(notifications, opcode("zcr_notification_shell_v1", "create_notification"), |m| {
            let m = m.uint(notification).string(title).string("text").string("from");
            m.string("key").array(&[1, 2, 3])
        })
    };
    let properties = |id: &str| {
        filled(gtk_surface, opcode("gtk_surface1", "set_dbus_properties"), |m| {
            m.string(id).uint(0).string("menubar").uint(0).uint(0).string(":1.2")
        })
    };
    let one = |object: u32, interface: &str, request: &str, text: &str| {
        filled(object, opcode(interface, request), |m| m.string(text))
    };
    let say = |title: &str, id: &str| {
        vec![
            message(compositor, 0, &[surface]),
            message(aura, opcode("zaura_shell", "get_aura_surface"), &[aura_surface, surface]),
            one(aura_surface, "zaura_surface", "set_application_id", id),
            one(aura_surface, "zaura_surface", "set_startup_id", "startup"),
            message(gtk, opcode("gtk_shell1", "get_gtk_surface"), &[gtk_surface, surface]),
            properties(id),
            notify(title),
            message(activation, opcode("xdg_activation_v1", "get_activation_token"), &[token]),
            one(token, "xdg_activation_token_v1", "set_app_id", id),
            message(
                remote,
                opcode("zcr_remote_shell_v1", "get_remote_surface"),
                &[remote_surface, surface, 1],
            ),
            one(remote_surface, "zcr_remote_surface_v1", "set_title", title),
            one(remote_surface, "zcr_remote_surface_v1", "set_app_id", id),
        ]
    };
    let (title_prefix, app_id_prefix) = ("[guest] ".to_owned(), "guest.".to_owned());
    let rule = GlobalRule { shell: GlobalSet::All, ..GlobalRule::default() };
    let shown = Policy { globals: Arc::new(rule), ..Policy::default() };
    let mut setup = Setup::new(Policy { title_prefix, app_id_prefix, ..shown });
    setup.rig.bind(&[REGISTRY], REGISTRY, &globals, 3);
    for (said, heard) in say("Mail", "org.mail").iter().zip(say("[guest] Mail", "guest.org.mail")) {
        assert_eq!(setup.request(said), heard);
    }
}
