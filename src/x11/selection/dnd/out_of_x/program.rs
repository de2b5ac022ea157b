//! The messages between the dragging program and the stand-in window.

use super::super::{ASK, MOVE, OLDEST, action_of, atom_of, numbers, unpacked};
use super::{DragOutOfX, Hand};
use crate::session::Fault;
use crate::x11::query::{DragQuery, SelectionQuery};
use crate::x11::selection::SelectionEnv;
use crate::x11::selection::exchange::Exchange;
use crate::x11::server::ClientMessage;

/// Bound on the types of a drag.
const MAX_DRAG_TYPES: usize = 256;

/// Bound on the actions of a drag.
const MAX_ACTIONS: usize = 32;

impl DragOutOfX {
    /// Handles a message of the program to the stand-in window.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn message(
        &mut self,
        kind: u32,
        data: [u32; 5],
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        if kind == atoms.XdndDrop {
            self.program_dropped(data[0], data[2], exchange, env);
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
            let query = SelectionQuery::Drag(DragQuery::Actions(data[0]));
            env.x.look(query, data[0], atoms.XdndActionList, 0);
            if data[1] & 1 != 0 {
                let query = SelectionQuery::Drag(DragQuery::Types(data[0]));
                env.x.look(query, data[0], atoms.XdndTypeList, 0);
            } else {
                drag.unnamed = Some(data.into_iter().skip(2).filter(|kind| *kind != 0).collect());
            }
        } else if kind == atoms.XdndPosition && data[0] == drag.program {
            drag.at = unpacked(data[2]);
            drag.suggested.get_or_insert(match action_of(data[4], &atoms) {
                ASK => MOVE | ASK,
                action => action,
            });
            self.tell_status(exchange, env);
        } else if kind == atoms.XdndLeave && drag.hand == Hand::Open {
            let gives_up = drag.own.is_none() && !drag.waits_for_end;
            self.show(false, env);
            if gives_up {
                // The user dropped, but the program has decided not to.
                self.end(exchange, env);
            }
        }
        self.begin(exchange, env)
    }

    /// Takes the answer with the drag's types.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn types_came(
        &mut self,
        program: u32,
        answer: Option<&[u8]>,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        if let Some(drag) = self.drag.as_mut().filter(|drag| drag.program == program) {
            drag.unnamed = numbers(answer, MAX_DRAG_TYPES);
        }
        self.begin(exchange, env)
    }

    /// Takes the answer with the drag's actions.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn actions_came(
        &mut self,
        program: u32,
        answer: Option<&[u8]>,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        if let Some(drag) = self.drag.as_mut().filter(|drag| drag.program == program) {
            let listed = numbers(answer, MAX_ACTIONS).into_iter().flatten();
            drag.listed = Some(listed.fold(0, |all, action| all | action_of(action, &atoms)));
        }
        self.begin(exchange, env)
    }

    pub(super) fn tell_status(&self, exchange: &Exchange, env: &mut SelectionEnv<'_, '_>) {
        /// XDND's flag that asks for a message at every motion.
        const ALL_MOTIONS: u32 = 2;
        let Some(drag) = &self.drag else { return };
        if drag.program == 0 || drag.own.is_some() || drag.waits_for_end {
            return;
        }
        let atoms = *env.x.atoms();
        // From version 3 of wl_data_device_manager on, some hosts send only the action; before,
        // hosts send only whether the target accepts.
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

    /// Notes that the program has dropped on the stand-in window.
    fn program_dropped(
        &mut self,
        program: u32,
        time: u32,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        self.show(false, env);
        let Some(drag) = &mut self.drag else { return self.tell_finished(program, env) };
        // By this time, the program recognises the drop when it is asked for data.
        drag.time = time;
        drag.waits_for_end = true;
        for (mime, to) in std::mem::take(&mut drag.wanted) {
            self.send(mime, to, exchange, env);
        }
    }

    pub(super) fn tell_finished(&self, program: u32, env: &mut SelectionEnv<'_, '_>) {
        let atoms = *env.x.atoms();
        let (taken, action) = self.outcome;
        let action = if taken { atom_of(action, &atoms) } else { 0 };
        let data = [self.stand_in, u32::from(taken), action, 0, 0];
        env.x.tell(ClientMessage { window: program, kind: atoms.XdndFinished, data });
    }
}
