//! Ending a drag of an X program.

use super::super::pointer;
use super::{DragOutOfX, Hand, XDrag};
use crate::x11::selection::SelectionEnv;
use crate::x11::selection::exchange::Exchange;

impl DragOutOfX {
    /// Lets the program see the button released.
    pub(super) fn release(&mut self, env: &mut SelectionEnv<'_, '_>) {
        if let Some(drag) = &mut self.drag
            && drag.has_left
            && std::mem::replace(&mut drag.hand, Hand::Open) != Hand::Open
        {
            pointer::release(drag.deed, env);
        }
    }

    /// Notes a drop on an X window.
    pub fn dropped_on_own(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        self.release_soon(env);
        self.leave(exchange, env);
    }

    /// Releases the button once the server has handled all earlier requests, so that the program
    /// knows everything before it.
    fn release_soon(&mut self, env: &mut SelectionEnv<'_, '_>) {
        if let Some(drag) = self.drag.as_mut().filter(|drag| drag.hand == Hand::Holds) {
            drag.hand = Hand::LetsGo;
            self.ask_settled(env);
        }
    }

    /// Notes a drop at the host.
    pub fn dropped(&mut self, source: u32, env: &mut SelectionEnv<'_, '_>) {
        if self.is_of(source) {
            self.release_soon(env);
        }
    }

    /// Ends the drag when the host is done with it; `taken` tells whether the target accepted.
    pub fn finished(
        &mut self,
        source: u32,
        taken: bool,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) {
        if !self.is_of(source) {
            return;
        }
        let Some(drag) = &self.drag else { return };
        let &XDrag { action, program, waits_for_end, hand, has_left, .. } = drag;
        if !has_left {
            // The host did not let the drag begin, so X programs drag among themselves.
            self.end(exchange, env);
            return self.show(false, env);
        }
        if !taken && hand == Hand::Holds {
            return self.cancel_drag(exchange, env);
        }
        self.release(env);
        self.end(exchange, env);
        self.outcome = (taken, action);
        if waits_for_end {
            self.tell_finished(program, env);
        }
    }

    /// Ends a drag that the host has cancelled. The program must not drop on the window that was
    /// under the pointer last, so it sees the button released only when it knows that nothing
    /// there accepts the drag.
    fn cancel_drag(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        self.end_at_host(exchange, env);
        let Some(drag) = &mut self.drag else { return };
        (drag.target, drag.action, drag.hand) = (Some(false), 0, Hand::IsCancelled);
        self.tell_status(exchange, env);
        self.show(true, env);
        self.ask_settled(env);
    }

    pub(super) fn end(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        self.outcome = (false, 0);
        self.end_at_host(exchange, env);
        self.drag = None;
        env.seat.dragged_by = 0;
    }

    fn end_at_host(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
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
