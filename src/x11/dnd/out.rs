//! A drag of an X program's, at the host.
//!
//! While the pointer is not over an X window, a window of carafe's that covers the screen
//! of X stands for the rest of the world: the program finds it under the pointer, and
//! asks it whether it takes what is dragged.

use std::os::fd::OwnedFd;

use x11rb_protocol::protocol::xfixes;
use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply};
use x11rb_protocol::x11_utils::TryParse;

use super::{ASK, COPY, MOVE, OLDEST, VERSION, action_of, atom_of, pointer, unpacked};
use crate::handlers::SourceId;
use crate::session::Fault;
use crate::x11::query::{DragQuery, SelectionQuery};
use crate::x11::seat::Deed;
use crate::x11::selection::Env;
use crate::x11::selection::device::Source;
use crate::x11::selection::exchange::{Exchange, Owner};
use crate::x11::selection::targets;
use crate::x11::server::ClientMessage;

/// Bound on the types of a drag.
const MAX_TYPES: usize = 256;

/// See the module.
#[derive(Default)]
pub struct Out {
    /// The window that stands for the host's.
    pub stand_in: u32,
    is_shown: bool,
    drag: Option<Drag>,
    /// What became of the last drag, for a program that still asks: whether it was taken,
    /// and what was done.
    outcome: (bool, u32),
}

struct Drag {
    /// The window that has what is dragged, and since when.
    owner: u32,
    time: u32,
    /// The button that is held.
    deed: Deed,
    /// The window that messages are for, once it has said a word.
    program: u32,
    unnamed: Option<Vec<u32>>,
    targets: Vec<(u32, String)>,
    /// What the program would do, as the host's actions.
    actions: Option<u32>,
    source: Option<Source>,
    /// The host has the pointer.
    has_left: bool,
    at: (i32, i32),
    /// While it is over an X window: carafe's own offer.
    own: Option<u32>,
    /// Whether who is under the pointer takes it, as far as the host says so, and what is
    /// done then; 0: nothing.
    target: Option<bool>,
    action: u32,
    is_dropped: bool,
}

impl Out {
    /// Makes the window that stands for the host's.
    pub fn start(&mut self, env: &mut Env<'_, '_>) {
        self.stand_in = env.x.create_window(None);
        let aware = env.x.atoms().XdndAware;
        env.x.set_numbers(self.stand_in, aware, AtomEnum::ATOM.into(), &[VERSION]);
    }

    /// An X program drags something, or nothing any more.
    pub fn owner_changed(
        &mut self,
        event: &xfixes::SelectionNotifyEvent,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) {
        self.end(exchange, env);
        let held = env.seat.held.filter(|deed| deed.pointer != 0);
        let Some(deed) = held.filter(|_| event.owner != 0) else { return };
        self.drag = Some(Drag {
            owner: event.owner,
            time: event.selection_timestamp,
            deed,
            program: 0,
            unnamed: None,
            targets: Vec::new(),
            actions: None,
            source: None,
            has_left: false,
            at: (0, 0),
            own: None,
            target: None,
            action: 0,
            is_dropped: false,
        });
        self.show(true, env);
    }

    /// Shows the window that stands for the host's, above all others, or hides it.
    fn show(&mut self, shown: bool, env: &mut Env<'_, '_>) {
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

    /// The program speaks to the window that stands for the host's.
    ///
    /// # Errors
    /// [`Fault::Resources`] when there are too many objects at the host.
    pub fn message(
        &mut self,
        kind: u32,
        data: [u32; 5],
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        if kind == atoms.XdndDrop {
            self.program_dropped(data[0], env);
            return Ok(());
        }
        let Some(drag) = &mut self.drag else {
            if kind == atoms.XdndLeave {
                self.show(false, env);
            }
            return Ok(());
        };
        if kind == atoms.XdndEnter && data[1] >> 24 >= OLDEST {
            drag.program = data[0];
            if data[1] & 1 != 0 {
                let query = SelectionQuery::Drag(DragQuery::Types(data[0]));
                env.x.look(query, data[0], atoms.XdndTypeList);
            } else {
                drag.unnamed = Some(data.into_iter().skip(2).filter(|kind| *kind != 0).collect());
            }
        } else if kind == atoms.XdndPosition && data[0] == drag.program {
            drag.at = unpacked(data[2]);
            let wanted = action_of(data[4], &atoms);
            drag.actions.get_or_insert(match wanted {
                MOVE => COPY | MOVE,
                ASK => COPY | MOVE | ASK,
                _ => COPY,
            });
            self.tell_status(exchange, env);
        } else if kind == atoms.XdndLeave && drag.is_dropped {
            self.show(false, env);
        }
        self.begin(exchange, env)
    }

    /// The types of what is dragged have come.
    ///
    /// # Errors
    /// [`Fault::Resources`] when there are too many objects at the host.
    pub fn types_came(
        &mut self,
        program: u32,
        answer: Option<&[u8]>,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let reply = answer.and_then(|answer| GetPropertyReply::try_parse(answer).ok());
        if let Some(drag) = self.drag.as_mut().filter(|drag| drag.program == program) {
            let types = reply.as_ref().and_then(|(reply, _)| reply.value32());
            drag.unnamed = types.map(|types| types.take(MAX_TYPES).collect());
        }
        self.begin(exchange, env)
    }

    /// Drags at the host, once all is known that it needs.
    ///
    /// # Errors
    /// [`Fault::Resources`] when there are too many objects at the host.
    pub fn begin(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(drag) = self.drag.as_mut().filter(|drag| drag.source.is_none()) else {
            return Ok(());
        };
        let (Some(unnamed), Some(actions)) = (&drag.unnamed, drag.actions) else { return Ok(()) };
        let Some(targets) = exchange.names.names(unnamed, env.x) else { return Ok(()) };
        let names: Vec<String> = targets.iter().map(|(_, name)| name.clone()).collect();
        drag.targets = targets;
        let origin = env.host.of_client(drag.deed.surface);
        let types = targets::types_of(&names);
        if origin == 0 || types.is_empty() {
            return Ok(());
        }
        let Exchange { devices, local, .. } = &mut *exchange;
        drag.source = devices.source(None, &types, &mut **local, &mut env.host)?;
        if let Some(source) = &drag.source {
            devices.drag(source, actions, (origin, 0, drag.deed.serial), &mut env.host);
            exchange.remember(source);
        }
        Ok(())
    }

    /// The host's pointer leaves Xwayland's surfaces. Gives whether Xwayland is not to know
    /// it: the program still drags.
    pub fn hides_leave(&mut self) -> bool {
        let drag = self.drag.as_mut().filter(|drag| drag.source.is_some());
        drag.is_some_and(|drag| !std::mem::replace(&mut drag.has_left, true))
    }

    /// The host's pointer comes to one of Xwayland's surfaces: no drag is on any more.
    pub fn pointer_entered(&mut self, env: &mut Env<'_, '_>) {
        self.let_go(env);
        self.show(false, env);
    }

    /// A button that is not held any more, though the host never began to drag.
    pub fn settle(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        let is_over = |drag: &Drag| !drag.has_left && env.seat.held.is_none();
        if self.drag.as_ref().is_some_and(is_over) {
            self.end(exchange, env);
            self.show(false, env);
        }
    }

    /// The program sees the button let go.
    fn let_go(&mut self, env: &mut Env<'_, '_>) {
        if let Some(drag) = &mut self.drag
            && drag.has_left
            && !std::mem::replace(&mut drag.is_dropped, true)
        {
            pointer::release(drag.deed, env);
        }
    }

    /// What it drags comes over a window of X's. `false`: it is not its own.
    pub fn enter(
        &mut self,
        (serial, offer): (u32, u32),
        (window, at): (u32, (i32, i32)),
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) {
        self.leave(exchange, env);
        let Some(drag) = &mut self.drag else {
            return exchange.devices.end_offer(offer, &mut env.host);
        };
        drag.own = Some(offer);
        // Whether the program there takes it, it says only to the one that drags.
        let types = exchange.devices.offer(offer).and_then(|offer| offer.types.first().cloned());
        exchange.devices.accept(offer, serial, types.as_deref(), &mut env.host);
        exchange.devices.set_actions(offer, COPY | MOVE, COPY, &mut env.host);
        self.show(false, env);
        env.x.raise(window, None);
        self.motion(at, env);
    }

    /// Whether it is over a window of X's.
    pub fn is_over_own(&self) -> bool {
        self.drag.as_ref().is_some_and(|drag| drag.own.is_some())
    }

    /// It moves there.
    pub fn motion(&mut self, at: (i32, i32), env: &mut Env<'_, '_>) {
        if let Some(drag) = &mut self.drag {
            drag.at = at;
            pointer::move_to(at, drag.deed, env);
        }
    }

    /// It leaves X's windows.
    pub fn leave(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        let Some(drag) = &mut self.drag else { return };
        let Some(own) = drag.own.take() else { return };
        exchange.devices.end_offer(own, &mut env.host);
        if drag.is_dropped {
            return;
        }
        (drag.target, drag.action) = (None, 0);
        let (x, y) = drag.at;
        self.show(true, env);
        // The program looks for what is under the pointer when that moves.
        self.motion((x ^ 1, y), env);
    }

    /// It was dropped on a window of X's.
    pub fn dropped_on_own(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        self.let_go(env);
        self.leave(exchange, env);
    }

    /// The source, if that is its id at the host.
    fn is_of(&self, source: u32) -> bool {
        let own = self.drag.as_ref().and_then(|drag| drag.source);
        own.is_some_and(|own| own.id == source)
    }

    /// Who is under the pointer takes it, or not.
    pub fn target(&mut self, source: u32, takes: bool, exchange: &Exchange, env: &mut Env<'_, '_>) {
        if self.is_of(source)
            && let Some(drag) = &mut self.drag
        {
            drag.target = Some(takes);
            self.tell_status(exchange, env);
        }
    }

    /// What would be done with it.
    pub fn action(&mut self, source: u32, action: u32, exchange: &Exchange, env: &mut Env<'_, '_>) {
        if self.is_of(source)
            && let Some(drag) = &mut self.drag
        {
            drag.action = action;
            self.tell_status(exchange, env);
        }
    }

    fn tell_status(&self, exchange: &Exchange, env: &mut Env<'_, '_>) {
        /// It wants to know of every motion.
        const ALL_MOTIONS: u32 = 2;
        let Some(drag) = &self.drag else { return };
        if drag.program == 0 || drag.own.is_some() {
            return;
        }
        let atoms = *env.x.atoms();
        // Some hosts say only what would be done, old ones only whether it is taken.
        let has_actions = exchange.devices.drags().is_some_and(|(_, version)| version >= 3);
        let takes = if has_actions {
            drag.action != 0 && drag.target != Some(false)
        } else {
            drag.target == Some(true)
        };
        let action = if takes { atom_of(drag.action, &atoms) } else { 0 };
        let data = [self.stand_in, u32::from(takes) | ALL_MOTIONS, 0, 0, action];
        env.x.tell(ClientMessage { window: drag.program, kind: atoms.XdndStatus, data });
    }

    /// It was dropped at the host.
    pub fn dropped(&mut self, source: u32, env: &mut Env<'_, '_>) {
        if self.is_of(source) {
            self.let_go(env);
        }
    }

    /// The program has dropped it on the window that stands for the host's.
    fn program_dropped(&mut self, program: u32, env: &mut Env<'_, '_>) {
        self.show(false, env);
        // Else it hears of it when the host is done.
        if self.drag.is_none() {
            self.tell_finished(program, env);
        }
    }

    fn tell_finished(&self, program: u32, env: &mut Env<'_, '_>) {
        let atoms = *env.x.atoms();
        let (taken, action) = self.outcome;
        let action = if taken { atom_of(action, &atoms) } else { 0 };
        let data = [self.stand_in, u32::from(taken), action, 0, 0];
        env.x.tell(ClientMessage { window: program, kind: atoms.XdndFinished, data });
    }

    /// The host is done with it: whether somebody has it.
    pub fn finished(
        &mut self,
        source: u32,
        taken: bool,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) {
        if !self.is_of(source) {
            return;
        }
        let Some(drag) = &self.drag else { return };
        let action = drag.action;
        let (program, was_over_own) = (drag.program, drag.own.is_some());
        self.let_go(env);
        self.end(exchange, env);
        self.outcome = (taken, action);
        // It has dropped it already, if the window is not there any more.
        if !self.is_shown && !was_over_own && program != 0 {
            self.tell_finished(program, env);
        }
    }

    fn end(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        self.outcome = (false, 0);
        let Some(drag) = self.drag.take() else { return };
        if let Some(own) = drag.own {
            exchange.devices.end_offer(own, &mut env.host);
        }
        if let Some(source) = drag.source {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
    }

    /// Whether it can give data of a source, by its id at the host.
    pub fn has_source(&self, source: u32) -> bool {
        self.is_of(source)
    }

    /// The same by its mark.
    pub fn is_local(&self, id: SourceId) -> bool {
        let own = self.drag.as_ref().and_then(|drag| drag.source);
        own.is_some_and(|own| own.local == Some(id))
    }

    /// Somebody wants data of what is dragged.
    pub fn send(&self, mime: &str, to: OwnedFd, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        let Some(Drag { owner: window, time, targets, .. }) = &self.drag else { return };
        let selection = env.x.atoms().XdndSelection;
        let owner = Owner { window: *window, selection, time: *time, targets };
        exchange.fetch(owner, mime, to, env);
    }
}
