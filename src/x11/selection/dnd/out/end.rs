//! How a drag of an X program's ends.

use super::super::pointer;
use super::{Drag, Hand, Out};
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
        self.let_go_soon(env);
        self.leave(exchange, env);
    }

    /// The program is to see it let go once it knows all that the server was told before.
    fn let_go_soon(&mut self, env: &mut Env<'_, '_>) {
        if let Some(drag) = self.drag.as_mut().filter(|drag| drag.hand == Hand::Holds) {
            drag.hand = Hand::LetsGo;
            self.ask_settled(env);
        }
    }

    /// It was dropped at the host.
    pub fn dropped(&mut self, source: u32, env: &mut Env<'_, '_>) {
        if self.is_of(source) {
            self.let_go_soon(env);
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
        self.ask_settled(env);
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
