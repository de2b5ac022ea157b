//! Decisions that depend on windows' properties.
//!
//! The host's events come over another connection than the X server's, and may overtake them: a
//! client may have set a property that carafe has not heard of, or has not read yet. So carafe
//! first asks the server whether it has more to say; then it reads the properties that have
//! changed; then it decides. It does not block meanwhile. Clients' requests come over the X
//! connection behind the changes of their properties, so they wait only for properties that are
//! being read.

use x11rb_protocol::protocol::xproto::ConfigureRequestEvent;

use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::Configure;

/// A decision about a window.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The host closes it: does its client support that, or is the client killed?
    Close,
    /// The host has configured it: which size does it get, and does its client draw in step?
    Configure {
        /// The configuration's serial.
        serial: u32,
        /// The configuration.
        next: Configure,
    },
    /// The host gives it the keyboard: how does its client want to get it?
    Focus,
    /// Its client wants another place or size, within the limits of its hints.
    Place(Box<ConfigureRequestEvent>),
    /// A client message about its states or its place.
    Message {
        /// The message's type.
        kind: u32,
        /// Its data.
        data: [u32; 5],
    },
    /// It was withdrawn: the properties that carafe wrote are removed.
    Withdrawal,
    /// Nothing: the decision is not needed any more.
    Nothing,
}

impl Wm {
    /// Makes a decision that the host has caused, once the server has sent everything that it had
    /// to say before.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn decide_for_host(
        &mut self,
        id: u32,
        decision: Decision,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        env.x.ask_settled(id);
        match window.inquiry.wait(decision, true) {
            Some(oldest) => self.act(id, oldest, env),
            None => Ok(()),
        }
    }

    /// Makes a decision that a client has caused, once its window's properties are read as they
    /// were then.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub(super) fn decide_for_client(
        &mut self,
        id: u32,
        decision: Decision,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        if let Some(oldest) = window.inquiry.wait(decision, false) {
            self.act(id, oldest, env)?;
        }
        self.make_ready_decisions(id, env)
    }

    /// Handles the server's answer: it has sent everything that came before the question.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settled(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if let Some(window) = self.windows.get_mut(&id) {
            window.inquiry.settled();
        }
        self.make_ready_decisions(id, env)
    }

    /// Makes the decisions that need not wait any longer.
    pub(super) fn make_ready_decisions(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        while let Some(decision) = self.windows.get_mut(&id).and_then(|w| w.inquiry.next()) {
            self.act(id, decision, env)?;
        }
        Ok(())
    }

    fn act(&mut self, id: u32, decision: Decision, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match decision {
            Decision::Close => self.close(id, env),
            Decision::Configure { serial, next } => {
                self.configure_decided(id, serial, next, env)?;
            }
            Decision::Focus => self.focus_decided(id, env)?,
            Decision::Place(request) => {
                self.configure_requested(&request, env)?;
                self.popup_moved(request.window, env)?;
            }
            Decision::Message { kind, data } => self.message_decided(id, kind, data, env)?,
            Decision::Withdrawal => self.clear_properties(id, env),
            Decision::Nothing => {}
        }
        Ok(())
    }
}
