//! How a drag of an X program's ends.

use super::super::pointer;
use super::{Drag, Hand, Out};
use crate::x11::query::{DragQuery, SelectionQuery};
use crate::x11::selection::Env;
use crate::x11::selection::exchange::Exchange;

impl Out {
    /// The program sees the button let go.
    pub(super) fn let_go(&mut self, env: &mut Env<'_, '_>) {
        if let Some(drag) = &mut self.drag
            && drag.has_left
            && std::mem::replace(&mut drag.hand, Hand::Open) != Hand::Open
        {
            pointer::release(drag.deed, env);
        }
    }

    /// It was dropped on a window of X's.
    pub fn dropped_on_own(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        self.let_go(env);
        self.leave(exchange, env);
    }

    /// It was dropped at the host.
    pub fn dropped(&mut self, source: u32, env: &mut Env<'_, '_>) {
        if self.is_of(source) {
            self.let_go(env);
        }
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
        let &Drag { action, program, waits_for_end, hand, has_left, .. } = drag;
        if !has_left {
            // The host did not let it begin: it is an affair of X programs.
            self.end(exchange, env);
            return self.show(false, env);
        }
        if !taken && hand == Hand::Holds {
            return self.call_off(exchange, env);
        }
        self.let_go(env);
        self.end(exchange, env);
        self.outcome = (taken, action);
        if waits_for_end {
            self.tell_finished(program, env);
        }
    }

    /// The host has ended the drag while the button is held, or nobody there takes what
    /// was dropped. The program is not to drop it on what was under the pointer last: it
    /// lets go only once it can know that nobody takes it.
    fn call_off(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        self.end_at_host(exchange, env);
        let Some(drag) = &mut self.drag else { return };
        (drag.target, drag.action, drag.hand) = (Some(false), 0, Hand::IsCalledOff);
        self.tell_status(exchange, env);
        self.show(true, env);
        // What comes by the pointer could overtake what the server was told.
        let query = SelectionQuery::Drag(DragQuery::CalledOff);
        let aware = env.x.atoms().XdndAware;
        env.x.look(query, self.stand_in, aware, 0);
    }

    /// The server has done all that [`Out::call_off`] wants.
    pub fn called_off(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        let drag = self.drag.as_ref().filter(|drag| drag.hand == Hand::IsCalledOff);
        let Some(drag) = drag else { return };
        let (x, y) = drag.at;
        self.motion((x ^ 1, y), env);
        self.let_go(env);
        self.end(exchange, env);
    }

    pub(super) fn end(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        self.outcome = (false, 0);
        self.end_at_host(exchange, env);
        self.drag = None;
        env.seat.dragged_by = 0;
    }

    fn end_at_host(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        let Some(drag) = &mut self.drag else { return };
        if let Some(own) = drag.own.take() {
            exchange.devices.end_offer(own, &mut env.host);
        }
        if let Some(source) = drag.source.take() {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
        if let Some(icon) = drag.icon.take() {
            icon.destroy(env);
        }
    }
}
