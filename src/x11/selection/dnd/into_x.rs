//! A drag of the host over X windows.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::target::{DropTarget, Search};
use super::{ASK, COPY, MOVE, XDND_VERSION, action_of, atom_of, packed};
use crate::x11::query::DragQuery;
use crate::x11::selection::SelectionEnv;
use crate::x11::selection::exchange::Exchange;
use crate::x11::selection::requests::HostSelection;
use crate::x11::selection::server::{NewProperty, SelectionServer};
use crate::x11::selection::targets;
use crate::x11::server::ClientMessage;

/// A drag of the host over X windows.
#[derive(Default)]
pub struct DragIntoX {
    /// carafe's window that is the source in X.
    pub window: u32,
    /// Since when it owns the drag's selection.
    pub time: u32,
    drag: Option<HostDrag>,
}

/// The state of the drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drop {
    /// Nothing was dropped.
    No,
    /// It was dropped, but the program has not said yet whether it accepts it.
    Due,
    /// The program was told of the drop and reads the data.
    Told,
}

struct HostDrag {
    offer: u32,
    serial: u32,
    at: (i32, i32),
    offered: Option<Vec<(u32, String)>>,
    search: Search,
    /// The program that was told of the drag.
    entered: Option<DropTarget>,
    waits_for_status: bool,
    /// The drag has moved since the program was last told.
    has_moved: bool,
    /// The program's last answer: whether it accepts the drag, and the action.
    answer: Option<(bool, u32)>,
    drop: Drop,
}

impl DragIntoX {
    /// What the drag offers to X programs.
    pub fn holding(&self, selection: u32) -> Option<HostSelection<'_>> {
        let drag = self.drag.as_ref()?;
        let offered = drag.offered.as_deref()?;
        Some(HostSelection { selection, time: self.time, offer: drag.offer, offered })
    }

    /// Notes that a drag enters a window; the position is relative to the root window.
    pub fn enter(
        &mut self,
        (serial, offer): (u32, u32),
        (window, at): (u32, (i32, i32)),
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        self.leave(exchange, env);
        self.end(exchange, env);
        let actions = exchange.devices.offer(offer).map_or(0, |offer| offer.actions);
        exchange.devices.set_actions(offer, actions, best(actions), &mut env.host);
        // Some hosts take no answer as acceptance, so refuse until the program has answered.
        exchange.devices.accept(offer, serial, None, &mut env.host);
        self.drag = Some(HostDrag {
            offer,
            serial,
            at,
            offered: None,
            search: Search::new(window, at, env.x),
            entered: None,
            waits_for_status: false,
            has_moved: false,
            answer: None,
            drop: Drop::No,
        });
        self.settle(exchange, env);
    }

    /// Tells the program of the drag, once everything that it must be told is known.
    pub fn settle(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        let Self { window: source, drag: Some(drag), .. } = self else { return };
        let Some(offer) = exchange.devices.offer(drag.offer) else { return };
        if drag.offered.is_none() {
            let names = targets::targets_of(&offer.types);
            drag.offered = exchange.names.atoms(&names, env.x);
        }
        let (Some(target), Some(offered)) = (drag.search.found(), &drag.offered) else { return };
        if drag.entered.is_some() {
            return;
        }
        drag.entered = Some(target);
        let atoms = *env.x.atoms();
        let types: Vec<u32> = offered.iter().map(|(atom, _)| *atom).collect();
        env.x.set_numbers(*source, atoms.XdndTypeList, AtomEnum::ATOM.into(), &types);
        tell_actions(*source, offer.actions, env.x);
        env.x.own(atoms.XdndSelection, *source);
        let version = target.version.min(XDND_VERSION);
        let mut data = [*source, version << 24 | u32::from(types.len() > 3), 0, 0, 0];
        for (place, kind) in data.iter_mut().skip(2).zip(&types) {
            *place = *kind;
        }
        tell(target, atoms.XdndEnter, data, env.x);
        self.tell_place(exchange, env);
    }

    /// Tells the program the drag's position. XDND allows the next one only after an answer.
    fn tell_place(&mut self, exchange: &Exchange, env: &mut SelectionEnv<'_, '_>) {
        let Self { window: source, time, drag: Some(drag), .. } = self else { return };
        let Some(target) = drag.entered else { return };
        if drag.waits_for_status {
            drag.has_moved = true;
            return;
        }
        (drag.has_moved, drag.waits_for_status) = (false, true);
        let atoms = *env.x.atoms();
        let offer = exchange.devices.offer(drag.offer);
        let action = offer.map_or(COPY, |offer| match offer.action {
            0 => best(offer.actions),
            action => action,
        });
        let data = [*source, 0, packed(drag.at), *time, atom_of(action, &atoms)];
        tell(target, atoms.XdndPosition, data, env.x);
    }

    /// Notes that the drag moves.
    pub fn motion(&mut self, at: (i32, i32), exchange: &Exchange, env: &mut SelectionEnv<'_, '_>) {
        if let Some(drag) = self.drag.as_mut().filter(|drag| drag.drop == Drop::No) {
            drag.at = at;
            self.tell_place(exchange, env);
        }
    }

    /// Notes that the host has chosen another action.
    pub fn chosen(&mut self, offer: u32, exchange: &Exchange, env: &mut SelectionEnv<'_, '_>) {
        let action = exchange.devices.offer(offer).map_or(0, |offer| offer.action);
        let is_news = |drag: &HostDrag| {
            let known = drag.answer.is_some_and(|(_, wanted)| wanted == action);
            drag.offer == offer && drag.drop == Drop::No && !known
        };
        if self.drag.as_ref().is_some_and(is_news) {
            self.tell_place(exchange, env);
        }
    }

    /// Notes that the drag leaves the window.
    pub fn leave(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        if self.drag.as_ref().is_some_and(|drag| drag.drop == Drop::No) {
            self.tell_leave(env);
            self.end(exchange, env);
        }
    }

    fn tell_leave(&self, env: &mut SelectionEnv<'_, '_>) {
        let entered = self.drag.as_ref().and_then(|drag| drag.entered);
        if let Some(target) = entered {
            let leave = env.x.atoms().XdndLeave;
            tell(target, leave, [self.window, 0, 0, 0, 0], env.x);
        }
    }

    fn end(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        if let Some(drag) = self.drag.take() {
            exchange.devices.end_offer(drag.offer, &mut env.host);
        }
    }

    /// Notes the drop.
    pub fn dropped(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        let Some(drag) = &mut self.drag else { return };
        if drag.waits_for_status {
            drag.drop = Drop::Due;
            return;
        }
        if !drag.answer.is_some_and(|(takes, _)| takes) {
            self.tell_leave(env);
            return self.end(exchange, env);
        }
        drag.drop = Drop::Told;
        if let Some(target) = drag.entered {
            let drop = env.x.atoms().XdndDrop;
            tell(target, drop, [self.window, 0, self.time, 0, 0], env.x);
        }
    }

    /// Handles a message of an X program.
    pub fn message(
        &mut self,
        kind: u32,
        data: [u32; 5],
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        let atoms = *env.x.atoms();
        let Some(drag) = &mut self.drag else { return };
        let Some(target) = drag.entered else { return };
        if data[0] != target.window && data[0] != target.to {
            return;
        }
        let yes = data[1] & 1 != 0;
        if kind == atoms.XdndStatus {
            drag.waits_for_status = false;
            self.status(yes, action_of(data[4], &atoms), exchange, env);
        } else if kind == atoms.XdndFinished && drag.drop == Drop::Told {
            // Before XDND version 5, the message told neither success nor the action.
            let says = target.version >= 5;
            let answer = drag.answer.map_or(COPY, |(_, action)| action);
            let done = if says { action_of(data[2], &atoms) } else { answer };
            if yes || !says {
                exchange.devices.finish(drag.offer, done, &mut env.host);
            }
            self.end(exchange, env);
        }
    }

    fn status(
        &mut self,
        takes: bool,
        action: u32,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        let Some(drag) = &mut self.drag else { return };
        let id = drag.offer;
        let before = drag.answer.replace((takes, action)).map(|(takes, _)| takes);
        let Some(offer) = exchange.devices.offer(id) else { return };
        let mime = offer.types.first().cloned().filter(|_| takes);
        if drag.drop == Drop::No {
            if before != Some(takes) {
                exchange.devices.accept(id, drag.serial, mime.as_deref(), &mut env.host);
            }
            if takes && offer.action != action && offer.actions & action != 0 {
                exchange.devices.set_actions(id, offer.actions, action, &mut env.host);
            }
        }
        if drag.drop == Drop::Due {
            self.dropped(exchange, env);
        } else if drag.has_moved {
            self.tell_place(exchange, env);
        }
    }

    /// Handles an answer of the server.
    pub fn answer(
        &mut self,
        query: DragQuery,
        answer: Option<&[u8]>,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        if let Some(drag) = &mut self.drag {
            drag.search.answer(query, answer, env.x);
            self.settle(exchange, env);
        }
    }

    /// Notes that a window is gone; if it is the target, the drag over it ends.
    pub fn window_gone(
        &mut self,
        window: u32,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        let entered = self.drag.as_ref().and_then(|drag| drag.entered);
        if entered.is_some_and(|target| target.window == window || target.to == window) {
            self.end(exchange, env);
        }
    }
}

/// The default action.
fn best(actions: u32) -> u32 {
    [COPY, MOVE, ASK].into_iter().find(|action| actions & action != 0).unwrap_or(0)
}

/// Tells X programs the possible actions, and their names, for programs that ask the user.
fn tell_actions(source: u32, actions: u32, x: &mut dyn SelectionServer) {
    let atoms = *x.atoms();
    let all = [(COPY, atoms.XdndActionCopy, "Copy"), (MOVE, atoms.XdndActionMove, "Move")];
    let given = all.into_iter().filter(|(action, ..)| actions & action != 0);
    let list: Vec<u32> = given.clone().map(|(_, atom, _)| atom).collect();
    x.set_numbers(source, atoms.XdndActionList, AtomEnum::ATOM.into(), &list);
    let names: Vec<u8> = given.flat_map(|(.., name)| name.bytes().chain([0])).collect();
    let (property, kind) = (atoms.XdndActionDescription, AtomEnum::STRING.into());
    x.write(NewProperty { window: source, property, kind, format: 8, data: &names });
}

fn tell(target: DropTarget, kind: u32, data: [u32; 5], x: &mut dyn SelectionServer) {
    x.tell_by(target.to, ClientMessage { window: target.window, kind, data });
}
