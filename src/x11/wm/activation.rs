//! Windows that want to be in front: `xdg_activation_v1`. The host gives a token for
//! what the user did last, and judges by it.

use wayland_protocols::xdg::activation::v1::client::{xdg_activation_token_v1, xdg_activation_v1};

use super::window::is_of_same_client;
use super::{Env, Wm};
use crate::session::Fault;

/// Bound on the tokens that the host was asked for and has not given.
const MAX_TOKENS: usize = 64;

/// So many milliseconds after what a program was told by the user, it is late if the user
/// went on elsewhere. The X server sees what the user does a little after carafe, by a
/// clock that may be coarser.
const LATE: i32 = 100;

impl Wm {
    /// A client or the user wants a window in front. The host is shown what the user did last,
    /// or that the keyboard came to one of the windows here.
    pub(super) fn activate(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.ask_for_token(id, true, env)
    }

    /// `_NET_ACTIVE_WINDOW`: a program that was told to before the user went on in another
    /// one's window does not get the keyboard (EWMH), nor does one that does not say when, or
    /// for whom. The host could not know: it would be shown what the user did there.
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
            // Programs older than the conventions say nothing at all, and so do tools by which
            // users choose windows.
            let is_of_focused =
                focused.is_some_and(|w| active != 0 && is_of_same_client(w, active));
            let is_near = !is_elsewhere(focused) || used.is_some() && !is_elsewhere(used);
            source == APPLICATION && !is_near && !is_of_focused
        } else {
            let since = env.seat.last_at.wrapping_sub(time).cast_signed();
            source != PAGER && is_elsewhere(used) && since > LATE
        };
        if is_stolen { self.ask_for_attention(id, env) } else { self.activate(id, env) }
    }

    /// A window wants to be looked at: as `activate`, but without any deed of the
    /// user's to show.
    pub(super) fn ask_for_attention(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if self.focus.has(id) { Ok(()) } else { self.ask_for_token(id, false, env) }
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

    /// `xdg_activation_token_v1.done`.
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

    /// Shows the host a token for a window.
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
