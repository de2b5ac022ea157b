//! Windows that ask to be in front: `xdg_activation_v1`. The host gives a token for the user's last
//! input, and decides by it.

use wayland_protocols::xdg::activation::v1::client::{xdg_activation_token_v1, xdg_activation_v1};

use super::window::is_of_same_client;
use super::{Env, Wm};
use crate::session::Fault;

/// Bound on the tokens that carafe has requested and the host has not given yet.
const MAX_TOKENS: usize = 64;

/// Milliseconds after which a program's request is late, if the user has done something elsewhere
/// meanwhile. The X server sees the user's input a little later than carafe does, and its clock may
/// be coarser.
const CLOCK_TOLERANCE: i32 = 100;

impl Wm {
    /// Asks the host to bring a window to the front, because a client or the user wants that. The
    /// token names the user's last input, or the moment when the keyboard came to one of the
    /// windows here.
    pub(super) fn activate(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if let Some(shell) = self.toplevel(id).and_then(|toplevel| toplevel.shell.as_ref()) {
            shell.activate(env.host.context);
            return Ok(());
        }
        self.ask_for_token(id, true, env)
    }

    /// Handles `_NET_ACTIVE_WINDOW`. If the user has gone on in another program's window since the
    /// time in the message, the request is refused (EWMH), and so is one that gives neither a time
    /// nor a window. The host cannot decide that itself: the token would show it the user's input
    /// in the other window.
    pub(super) fn activation_asked(
        &mut self,
        id: u32,
        [source, time, active, ..]: [u32; 5],
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        const APPLICATION: u32 = 1;
        const PAGER: u32 = 2;
        let used = env.seat.last.and_then(|deed| self.window_of(deed.surface));
        let focused = self.focus.owner();
        let is_elsewhere = |window: Option<u32>| window.is_some_and(|w| !is_of_same_client(w, id));
        let is_stolen = if time == 0 {
            // Programs older than the conventions give no time, and so do tools with which users
            // choose windows.
            let is_of_focused =
                focused.is_some_and(|w| active != 0 && is_of_same_client(w, active));
            let is_near = !is_elsewhere(focused) || used.is_some() && !is_elsewhere(used);
            source == APPLICATION && !is_near && !is_of_focused
        } else {
            let since = env.seat.last_at.wrapping_sub(time).cast_signed();
            source != PAGER && is_elsewhere(used) && since > CLOCK_TOLERANCE
        };
        if is_stolen { self.ask_for_attention(id, env) } else { self.activate(id, env) }
    }

    /// Asks for the user's attention: like `activate`, but the token names no input.
    pub(super) fn ask_for_attention(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if self.focus.has(id) {
            return Ok(());
        }
        if let Some(shell) = self.toplevel(id).and_then(|toplevel| toplevel.shell.as_ref()) {
            shell.draw_attention(env.host.context);
            return Ok(());
        }
        self.ask_for_token(id, false, env)
    }

    fn ask_for_token(
        &mut self,
        id: u32,
        deserved: bool,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if self.surface_at_host(id).is_none() || self.tokens.len() >= MAX_TOKENS {
            return Ok(());
        }
        let Some((manager, version)) = env.host.bind("xdg_activation_v1", 1)? else {
            return Ok(());
        };
        let token = env.host.make("xdg_activation_token_v1", version)?;
        let opcode = xdg_activation_v1::REQ_GET_ACTIVATION_TOKEN_OPCODE;
        env.host.request(manager, opcode, |request| request.uint(token));
        if let Some(deed) = env.seat.newest.filter(|_| deserved) {
            let opcode = xdg_activation_token_v1::REQ_SET_SERIAL_OPCODE;
            env.host.request(token, opcode, |request| request.uint(deed.serial).uint(deed.seat));
        }
        let focused = self.focused_surface();
        if focused != 0 && deserved {
            let opcode = xdg_activation_token_v1::REQ_SET_SURFACE_OPCODE;
            env.host.request(token, opcode, |request| request.uint(focused));
        }
        let opcode = xdg_activation_token_v1::REQ_COMMIT_OPCODE;
        env.host.request(token, opcode, |request| request);
        self.tokens.insert(token, id);
        Ok(())
    }

    /// Handles `xdg_activation_token_v1.done`.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn token_given(
        &mut self,
        token: u32,
        text: &str,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let opcode = xdg_activation_token_v1::REQ_DESTROY_OPCODE;
        env.host.request(token, opcode, |request| request);
        match self.tokens.remove(&token) {
            Some(id) => self.activate_with(id, text, env),
            None => Ok(()),
        }
    }

    /// Activates a window with a token.
    pub(super) fn activate_with(
        &self,
        id: u32,
        token: &str,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(surface) = self.surface_at_host(id) else { return Ok(()) };
        if let Some((manager, _)) = env.host.bind("xdg_activation_v1", 1)? {
            let opcode = xdg_activation_v1::REQ_ACTIVATE_OPCODE;
            env.host.request(manager, opcode, |request| request.string(token).uint(surface));
        }
        Ok(())
    }

    fn surface_at_host(&self, id: u32) -> Option<u32> {
        self.toplevel(id).map(|toplevel| toplevel.surface)
    }
}
