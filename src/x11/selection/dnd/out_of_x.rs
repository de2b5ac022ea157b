//! A drag of an X program, at the host.
//!
//! While the pointer is not over an X window, a window of carafe covers the whole X screen and
//! stands in for the host: the program finds it under the pointer, and asks it whether it
//! accepts the drag.

mod end;
mod program;

use std::os::fd::OwnedFd;

use x11rb_protocol::protocol::xfixes;
use x11rb_protocol::protocol::xproto::AtomEnum;

use super::icon::Icon;
use super::{COPY, MOVE, XDND_VERSION, pointer};
use crate::policy::SourceId;
use crate::session::Fault;
use crate::x11::query::{DragQuery, SelectionQuery};
use crate::x11::seat::{Deed, Tool};
use crate::x11::selection::SelectionEnv;
use crate::x11::selection::device::OwnSource;
use crate::x11::selection::exchange::{Exchange, Owner};
use crate::x11::selection::targets;

/// Bound on the transfers that wait until the program drops.
const MAX_WANTED: usize = 64;

/// A drag of an X program.
#[derive(Default)]
pub struct DragOutOfX {
    /// The window that stands in for the host.
    pub stand_in: u32,
    is_shown: bool,
    drag: Option<XDrag>,
    /// The result of the last drag, for a program that asks later: whether it was accepted,
    /// and the action.
    outcome: (bool, u32),
    /// The number of the last query that waits until the server has caught up.
    asked: u32,
}

/// The button's or finger's state as the program sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hand {
    /// It is pressed.
    Holds,
    /// It will be released soon: the user has dropped.
    LetsGo,
    /// It will be released soon, over nothing: the host has ended the drag.
    IsCancelled,
    /// It is released.
    Open,
}

struct XDrag {
    /// The window that owns the drag's selection, and since when.
    owner: u32,
    time: u32,
    /// The press of the button or finger that is held.
    deed: Deed,
    /// The program's window for messages; 0 until it has sent one.
    program: u32,
    /// The types whose names are not known yet.
    unnamed: Option<Vec<u32>>,
    targets: Vec<(u32, String)>,
    /// The program's actions, as the host's numbers: the one that it suggests, and all that it
    /// lists.
    suggested: Option<u32>,
    listed: Option<u32>,
    source: Option<OwnSource>,
    icon: Option<Icon>,
    /// The host has the pointer.
    has_left: bool,
    at: (i32, i32),
    /// carafe's own offer, while the drag is over an X window.
    own: Option<u32>,
    /// Whether the host's target accepts the drag, if the host tells that; and the action, 0 if
    /// none.
    target: Option<bool>,
    action: u32,
    hand: Hand,
    /// The program has dropped on the stand-in window, and waits for the result.
    waits_for_end: bool,
    /// Transfers that the host wants before the program has dropped.
    wanted: Vec<(String, OwnedFd)>,
}

impl DragOutOfX {
    /// Makes the window that stands in for the host.
    pub fn start(&mut self, exchange: &Exchange, env: &mut SelectionEnv<'_, '_>) {
        env.seat.may_drag = exchange.devices.may_drag();
        self.stand_in = env.x.create_window(None);
        let aware = env.x.atoms().XdndAware;
        env.x.set_numbers(self.stand_in, aware, AtomEnum::ATOM.into(), &[XDND_VERSION]);
    }

    /// Notes that another X program owns the drag's selection, or none.
    pub fn owner_changed(
        &mut self,
        event: &xfixes::SelectionNotifyEvent,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        let again = |drag: &&mut XDrag| drag.owner == event.owner && drag.hand != Hand::Open;
        if let Some(drag) = self.drag.as_mut().filter(again) {
            drag.time = event.selection_timestamp;
            return;
        }
        // The old owner's drag is over, so the button that it sees must not stay pressed.
        self.release(env);
        self.end(exchange, env);
        let held = env.seat.held.filter(|deed| deed.tool != Tool::Other);
        // If the host allows no drags, X programs drag among themselves.
        let goes_out = event.owner != 0 && env.seat.may_drag;
        let Some(deed) = held.filter(|_| goes_out) else {
            return self.show(false, env);
        };
        env.seat.dragged_by = event.owner;
        self.drag = Some(XDrag {
            owner: event.owner,
            time: event.selection_timestamp,
            deed,
            program: 0,
            unnamed: None,
            targets: Vec::new(),
            suggested: None,
            listed: None,
            source: None,
            icon: None,
            has_left: false,
            at: (0, 0),
            own: None,
            target: None,
            action: 0,
            hand: Hand::Holds,
            waits_for_end: false,
            wanted: Vec::new(),
        });
        self.show(true, env);
    }

    /// Shows the stand-in window above all others, or hides it.
    fn show(&mut self, shown: bool, env: &mut SelectionEnv<'_, '_>) {
        if std::mem::replace(&mut self.is_shown, shown) == shown {
            return;
        }
        if shown {
            env.x.configure(self.stand_in, env.wm.screen());
            env.x.map(self.stand_in);
            env.x.raise(self.stand_in, None);
        } else {
            env.x.unmap(self.stand_in);
        }
    }

    /// Starts the drag at the host, once everything that it needs is known.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn begin(
        &mut self,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        let waits = |drag: &&mut XDrag| drag.source.is_none() && drag.hand == Hand::Holds;
        let Some(drag) = self.drag.as_mut().filter(waits) else { return Ok(()) };
        let (Some(unnamed), Some(suggested), Some(listed)) =
            (&drag.unnamed, drag.suggested, drag.listed)
        else {
            return Ok(());
        };
        let Some(targets) = exchange.names.names(unnamed, env.x) else { return Ok(()) };
        let names: Vec<String> = targets.iter().map(|(_, name)| name.clone()).collect();
        drag.targets = targets;
        let origin = env.host.of_client(drag.deed.surface);
        let types = targets::types_of(&names);
        if origin == 0 {
            return Ok(());
        }
        // Even without types for other programs, the drag has an icon to show.
        let Exchange { devices, local, .. } = &mut *exchange;
        drag.source = devices.source(None, &types, &mut **local, &mut env.host)?;
        let Some(source) = drag.source else { return Ok(()) };
        drag.icon = Icon::make(&mut env.host)?;
        let icon = drag.icon.as_ref().map_or(0, |icon| icon.surface);
        let actions = if listed == 0 { COPY | suggested } else { listed };
        devices.drag(&source, actions, (origin, icon, drag.deed.serial), &mut env.host);
        exchange.remember(&source);
        // For a finger, the host sends no leave event when the drag takes it.
        drag.has_left |= matches!(drag.deed.tool, Tool::Touch { .. });
        drag.icon.as_mut().map_or(Ok(()), |icon| icon.appear(env))
    }

    /// Notes that the host's pointer leaves Xwayland's surfaces. Returns whether to hide that
    /// from Xwayland, because the program still drags.
    pub fn hides_leave(&mut self) -> bool {
        let drag = self.drag.as_mut().filter(|drag| drag.source.is_some());
        drag.is_some_and(|drag| !std::mem::replace(&mut drag.has_left, true))
    }

    /// Whether the program drags with a finger that the host has.
    pub fn has_finger(&self) -> bool {
        let drag = self.drag.as_ref().filter(|drag| drag.source.is_some());
        drag.is_some_and(|drag| matches!(drag.deed.tool, Tool::Touch { .. }))
    }

    /// Notes that the host's pointer enters one of Xwayland's surfaces, which means that the drag
    /// is over.
    pub fn pointer_entered(&mut self, env: &mut SelectionEnv<'_, '_>) {
        self.release(env);
        self.show(false, env);
    }

    /// Ends a drag that the host never began, once the button is released; moves the icon
    /// otherwise.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settle(
        &mut self,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(drag) = &mut self.drag else { return Ok(()) };
        let has_finger = matches!(drag.deed.tool, Tool::Touch { .. });
        let goes_on = drag.has_left && !has_finger || drag.hand == Hand::Open;
        if env.seat.held.is_none() && !goes_on {
            self.end(exchange, env);
            self.show(false, env);
            return Ok(());
        }
        let at = drag.at;
        drag.icon.as_mut().map_or(Ok(()), |icon| icon.follow(at, env))
    }

    /// Notes that a surface is about to be destroyed.
    pub fn surface_destroyed(&mut self, surface: u32, env: &mut SelectionEnv<'_, '_>) {
        if let Some(icon) = self.drag.as_mut().and_then(|drag| drag.icon.as_mut()) {
            icon.surface_destroyed(surface, &mut env.host);
        }
    }

    /// Notes that the drag enters an X window.
    pub fn enter(
        &mut self,
        (serial, offer): (u32, u32),
        (window, at): (u32, (i32, i32)),
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        self.leave(exchange, env);
        let Some(drag) = &mut self.drag else {
            return exchange.devices.end_offer(offer, &mut env.host);
        };
        drag.own = Some(offer);
        // The target program tells only the dragging program whether it accepts, so accept
        // here for it.
        let own = exchange.devices.offer(offer);
        let mark = || own?.local.map(SourceId::marker);
        let mime = own.and_then(|offer| offer.types.first().cloned()).or_else(mark);
        exchange.devices.accept(offer, serial, mime.as_deref(), &mut env.host);
        exchange.devices.set_actions(offer, COPY | MOVE, COPY, &mut env.host);
        self.show(false, env);
        env.x.raise(window, None);
        self.motion(at, env);
        self.ask_settled(env);
    }

    /// Asks the server something, to learn when it has caught up. Pointer events go to Xwayland
    /// over its Wayland connection and could overtake requests on the X connection. So carafe
    /// sends them only when this answer comes.
    fn ask_settled(&mut self, env: &mut SelectionEnv<'_, '_>) {
        self.asked = self.asked.wrapping_add(1);
        let aware = env.x.atoms().XdndAware;
        let query = SelectionQuery::Drag(DragQuery::Settled(self.asked));
        env.x.look(query, self.stand_in, aware, 0);
    }

    /// Goes on, now that the server has handled all requests before this query.
    pub fn settled(&mut self, asked: u32, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        let Some(drag) = self.drag.as_ref().filter(|_| asked == self.asked) else { return };
        let (hand, (x, y)) = (drag.hand, drag.at);
        // The program looks for the window under the pointer only when the pointer moves.
        if matches!(hand, Hand::Holds | Hand::IsCancelled) {
            self.motion((x ^ 1, y), env);
        }
        if matches!(hand, Hand::LetsGo | Hand::IsCancelled) {
            self.release(env);
        }
        if hand == Hand::IsCancelled {
            self.end(exchange, env);
        }
    }

    /// Whether the drag is over an X window.
    pub fn is_over_own(&self) -> bool {
        self.drag.as_ref().is_some_and(|drag| drag.own.is_some())
    }

    /// Moves the pointer that the program sees.
    pub fn motion(&mut self, at: (i32, i32), env: &mut SelectionEnv<'_, '_>) {
        if let Some(drag) = &mut self.drag {
            drag.at = at;
            pointer::move_to(at, drag.deed, env);
        }
    }

    /// Notes that the drag leaves X's windows.
    pub fn leave(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        let Some(drag) = &mut self.drag else { return };
        let Some(own) = drag.own.take() else { return };
        exchange.devices.end_offer(own, &mut env.host);
        if drag.hand != Hand::Holds {
            return;
        }
        (drag.target, drag.action) = (None, 0);
        self.show(true, env);
        self.ask_settled(env);
    }

    /// Whether this is the source's id at the host.
    fn is_of(&self, source: u32) -> bool {
        let own = self.drag.as_ref().and_then(|drag| drag.source);
        own.is_some_and(|own| own.id == source)
    }

    /// Notes whether the host's target accepts the drag.
    pub fn target(
        &mut self,
        source: u32,
        takes: bool,
        exchange: &Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        if self.is_of(source)
            && let Some(drag) = &mut self.drag
        {
            drag.target = Some(takes);
            self.tell_status(exchange, env);
        }
    }

    /// Notes the action that the host has chosen.
    pub fn action(
        &mut self,
        source: u32,
        action: u32,
        exchange: &Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        if self.is_of(source)
            && let Some(drag) = &mut self.drag
        {
            drag.action = action;
            self.tell_status(exchange, env);
        }
    }

    /// Whether the drag has this source, by its id at the host.
    pub fn has_source(&self, source: u32) -> bool {
        self.is_of(source)
    }

    /// Whether the drag has this source, by its marker.
    pub fn is_local(&self, id: SourceId) -> bool {
        let own = self.drag.as_ref().and_then(|drag| drag.source);
        own.is_some_and(|own| own.local == Some(id))
    }

    /// Sends the drag's data into a pipe.
    pub fn send(
        &mut self,
        mime: String,
        to: OwnedFd,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        let Some(drag) = &mut self.drag else { return };
        // Between the host's drop and the program's own, the program may not know for which
        // drop it is asked. So wait for the program.
        if drag.hand != Hand::Holds && !drag.waits_for_end {
            if drag.wanted.len() < MAX_WANTED {
                drag.wanted.push((mime, to));
            }
            return;
        }
        let XDrag { owner: window, time, targets, .. } = drag;
        let selection = env.x.atoms().XdndSelection;
        let owner = Owner { window: *window, selection, time: *time, targets };
        exchange.fetch(owner, &mime, to, env);
    }
}
