//! Scaling in an engine without sockets: errors of clients.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::channel::Crossing;
use crate::handlers;
use crate::handlers::made_up::{FRACTIONAL, XDG_OUTPUT};
use crate::policy::Policy;
use crate::session::testing::{Rig, filled, message, read, take};
use crate::session::{Fault, FaultKind, GlobalRule};

const REGISTRY: u32 = 2;
const COMPOSITOR: u32 = 3;
const SUBCOMPOSITOR: u32 = 4;
const VIEWPORTER: u32 = 5;
const WM_BASE: u32 = 6;
const SHELL_V5: u32 = 7;
const SEAT: u32 = 8;
/// The first id that a test may use.
const NEXT: u32 = 9;

/// carafe's own registry and the client's at the host.
const OWN: u32 = 2;
const CLIENTS: u32 = 3;

struct Setup {
    rig: Rig,
}

impl Setup {
    /// A client with some globals bound, at scale 1.5.
    fn new() -> Self {
        let scaling = Scaling { scale: Scale::new(1.5), ..Scaling::default() };
        let tables = scaling.tables();
        let all =
            handlers::chain(handlers::Setup::new(&Crossing::DIRECT, &scaling, &Arc::default()));
        let mut setup = Self { rig: Rig::new(tables, all) };
        setup.rig.engine.start().unwrap();
        setup.rig.request(&message(1, 1, &[REGISTRY])).unwrap();
        let globals = [
            ("wl_compositor", 7),
            ("wl_subcompositor", 1),
            ("wp_viewporter", 1),
            ("xdg_wm_base", 1),
            ("xdg_shell", 1),
            ("wl_seat", 1),
        ];
        setup.rig.bind(&[OWN, CLIENTS], REGISTRY, &globals, COMPOSITOR);
        setup
    }

    /// Makes surfaces with these ids.
    fn surfaces(&mut self, ids: std::ops::Range<u32>) {
        for id in ids {
            self.rig.request(&message(COMPOSITOR, 0, &[id])).unwrap();
        }
    }
}

fn code(refused: Result<Vec<u8>, Fault>) -> (u32, u32) {
    let fault = refused.unwrap_err();
    let FaultKind::Client { object, code, .. } = fault.kind() else { panic!("{fault}") };
    (*object, *code)
}

#[test]
fn subsurfaces_in_a_circle_are_the_hosts_to_refuse() {
    let mut setup = Setup::new();
    let (first, last) = (NEXT, NEXT + 40);
    setup.surfaces(first..last);
    let mut id = last;
    let mut requests = Vec::new();
    for parent in first..last {
        for child in first..last {
            requests.push(message(SUBCOMPOSITOR, 1, &[id, child, parent]));
            id += 1;
        }
    }
    requests.extend((first..last).map(|id| message(id, 6, &[])));
    // The loop ends, and nothing is lost.
    let some = requests.chunks(100).map(|some| setup.rig.request(&some.concat()).unwrap());
    let seen: usize = some.map(|seen| read(&seen).len()).sum();
    assert_eq!(seen, requests.len());
}

#[test]
fn a_viewport_is_not_another_surfaces_who_has_its_id() {
    let mut setup = Setup::new();
    let (surface, viewport) = (NEXT, NEXT + 1);
    setup.surfaces(surface..viewport);
    setup.rig.request(&message(VIEWPORTER, 1, &[viewport, surface])).unwrap();
    setup.rig.request(&message(surface, 0, &[])).unwrap();
    setup.surfaces(surface..viewport);
    let refused = setup.rig.request(&message(viewport, 2, &[10, 10]));
    assert_eq!(code(refused), (viewport, 3));
}

/// Regions outlive the compositor that made them.
#[test]
fn no_region_is_made_by_a_compositor_that_is_released() {
    let mut setup = Setup::new();
    let (surface, region) = (NEXT, NEXT + 1);
    setup.surfaces(surface..region);
    setup.rig.request(&message(COMPOSITOR, 1, &[region])).unwrap();
    setup.rig.request(&message(region, 1, &[1, 1, 3, 3])).unwrap();
    let set = message(surface, 4, &[region]);
    let (create, released) = (1, 2);
    let seen = read(&setup.rig.request(&set).unwrap());
    assert_eq!(seen[0].1, create, "its edges are rounded: {seen:?}");
    setup.rig.request(&message(COMPOSITOR, released, &[])).unwrap();
    let seen = read(&setup.rig.request(&set).unwrap());
    let [(_, 4, words)] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(words, &[0], "none is set");
}

#[test]
fn viewports_fail_as_the_protocol_says() {
    let minus = (-1i32).cast_unsigned();
    let fails = |requests: &dyn Fn(u32, u32) -> Vec<u8>| {
        let mut setup = Setup::new();
        let (surface, viewport) = (NEXT, NEXT + 1);
        setup.surfaces(surface..viewport);
        setup.rig.request(&message(VIEWPORTER, 1, &[viewport, surface])).unwrap();
        code(setup.rig.request(&requests(surface, viewport)))
    };
    assert_eq!(fails(&|_, viewport| message(viewport, 2, &[0, 5])), (NEXT + 1, 0));
    assert_eq!(fails(&|_, viewport| message(viewport, 2, &[minus, 5])), (NEXT + 1, 0));
    assert_eq!(fails(&|_, viewport| message(viewport, 1, &[0, 0, 0, 256])), (NEXT + 1, 0));
    let second = |surface, viewport| message(VIEWPORTER, 1, &[viewport + 1, surface]);
    assert_eq!(fails(&second), (VIEWPORTER, 0));
}

#[test]
fn what_is_no_surface_has_no_viewport() {
    let mut setup = Setup::new();
    let refused = setup.rig.request(&message(VIEWPORTER, 1, &[NEXT, COMPOSITOR]));
    assert!(refused.is_err(), "{refused:?}");
}

#[test]
fn the_smallest_size_is_never_above_the_largest() {
    let mut setup = Setup::new();
    let (surface, xdg, toplevel) = (NEXT, NEXT + 1, NEXT + 2);
    setup.surfaces(surface..xdg);
    setup.rig.request(&message(WM_BASE, 2, &[xdg, surface])).unwrap();
    setup.rig.request(&message(xdg, 1, &[toplevel])).unwrap();
    let words =
        |bytes: Vec<u8>| read(&bytes).into_iter().map(|(_, op, w)| (op, w)).collect::<Vec<_>>();
    let (max, min) = (7, 8);
    let limit = |opcode, size: u32| message(toplevel, opcode, &[size, size]);
    let mut request = |opcode, size| words(setup.rig.request(&limit(opcode, size)).unwrap());
    assert_eq!(request(min, 151), [(min, vec![101, 101])]);
    // As large as the smallest size: a window with only one size.
    assert_eq!(request(max, 151), [(min, vec![100, 100]), (max, vec![100, 100])]);
    assert_eq!(request(max, 0), [(min, vec![101, 101]), (max, vec![0, 0])]);
}

#[test]
fn windows_and_menus_of_xdg_shells_fifth_version() {
    let mut setup = Setup::new();
    let (surface, menu_surface, window, menu) = (NEXT, NEXT + 1, NEXT + 2, NEXT + 3);
    setup.surfaces(surface..window);
    let made = setup.rig.request(&message(SHELL_V5, 2, &[window, surface])).unwrap();
    let at_host = read(&made)[0].2[0];
    // The host gets exactly the sizes that it asks for.
    for size in [[101, 67], [100, 66], [1, 1]] {
        let [width, height] = size;
        let told = setup.rig.event(&message(at_host, 0, &[width, height, 0, 9]));
        let told = read(&told);
        let (to, 0, [width, height, 0, 9]) = (told[0].0, told[0].1, &told[0].2[..]) else {
            panic!("{told:?}")
        };
        assert_eq!(to, window);
        assert!(*width > size[0] || *height > size[1], "in the client's own coordinates");
        let drawn = message(window, 8, &[0, 0, *width, *height]);
        let drawn = setup.rig.request(&drawn).unwrap();
        assert_eq!(read(&drawn), [(at_host, 8, vec![0, 0, size[0], size[1]])]);
        let ack = setup.rig.request(&message(window, 7, &[9])).unwrap();
        assert_eq!(read(&ack), [(at_host, 7, vec![9])]);
    }
    let place = [menu, menu_surface, surface, SEAT, 77, 3, 6];
    let shown = setup.rig.request(&message(SHELL_V5, 3, &place)).unwrap();
    let [_, _, _, _, serial, x, y] = read(&shown)[0].2[..] else { panic!("{shown:?}") };
    assert_eq!([serial, x, y], [77, 2, 4]);
    // It is a menu, not a window: this is the last request of version 5.
    assert!(setup.rig.request(&message(menu, 1, &[])).is_err());
}

#[test]
fn what_the_user_denied_is_neither_used_nor_made_up() {
    for made_up in [FRACTIONAL, XDG_OUTPUT] {
        let denied = ["wp_viewporter", "zxdg_output_manager_v1", "wl_output"];
        let denied = denied.map(String::from).to_vec();
        let globals = Arc::new(GlobalRule { denied, ..GlobalRule::default() });
        let policy = Arc::new(Policy { globals, ..Policy::default() });
        let scaling = Scaling { scale: Scale::new(1.5), ..Scaling::default() };
        let tables = scaling.tables();
        let all = handlers::chain(handlers::Setup::new(&Crossing::DIRECT, &scaling, &policy));
        let mut rig = Rig::new(tables, all);
        rig.engine.start().unwrap();
        rig.request(&message(1, 1, &[REGISTRY])).unwrap();
        let global = |registry, name, interface| {
            filled(registry, 0, |m| m.uint(name).string(interface).uint(1))
        };
        let offered = ["wp_viewporter", "wl_output", "zxdg_output_manager_v1", "wl_compositor"];
        let mut seen = Vec::new();
        for registry in [OWN, CLIENTS] {
            for (name, interface) in (1..).zip(offered) {
                seen.extend(rig.event(&global(registry, name, interface)));
            }
        }
        assert_eq!(seen, global(REGISTRY, 4, "wl_compositor"));
        assert_eq!(take(&mut rig.engine.requests), b"", "nothing is bound");
        // A client cannot bind a global by guessing either.
        let bind = filled(REGISTRY, 0, |m| {
            m.uint(made_up.name).string(made_up.interface).uint(1).uint(COMPOSITOR)
        });
        assert!(rig.request(&bind).is_err(), "{}", made_up.interface);
    }
}
