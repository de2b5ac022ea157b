//! Decisions that hang on what windows say of themselves.
//!
//! What the host says comes over another connection than what the X server says, and
//! overtakes it: a client may have set a property that carafe has not heard of, or not
//! read. So the server is asked first whether it has more to say; then what it said to
//! have changed is read; then the decision is made. Nothing is waited for meanwhile.
//! What clients ask over the X connection comes behind their properties: it waits only
//! for those that are being read.

use x11rb_protocol::protocol::xproto::ConfigureRequestEvent;

use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::Configure;

/// What is to be decided about a window.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The host closes it: whether it is asked or ended.
    Close,
    /// The host has configured it: which size it gets, and whether it is asked to follow.
    Configure {
        /// The configuration's serial.
        serial: u32,
        /// What it says.
        next: Configure,
    },
    /// The host gives it the keyboard: in which way the client takes that.
    Focus,
    /// Its client wants another place or size, within what its hints allow.
    Place(Box<ConfigureRequestEvent>),
    /// A message about its states or its place.
    Message {
        /// The message's type.
        kind: u32,
        /// Its data.
        data: [u32; 5],
    },
    /// It was withdrawn: what carafe wrote there is removed.
    Withdrawal,
    /// None any more.
    Nothing,
}

impl Wm {
    /// Decides something that the host has brought up, once the server has said all.
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

    /// Decides something that a client has brought up, once its window's properties are
    /// read as they were then.
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
        self.go_on(id, env)
    }

    /// The server has said all that came before it was asked.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settled(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        if let Some(window) = self.windows.get_mut(&id) {
            window.inquiry.settled();
        }
        self.go_on(id, env)
    }

    /// Makes the decisions that wait for nothing more.
    pub(super) fn go_on(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
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
