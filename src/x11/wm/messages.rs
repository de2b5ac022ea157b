//! Client messages to the window manager.

use x11rb_protocol::protocol::xproto::{AtomEnum, ClientMessageEvent};

use super::decisions::Decision;
use super::states::WmState;
use super::{Env, Wm};
use crate::session::Fault;

impl Wm {
    /// Handles a client message to the root window or to a managed window.
    pub(super) fn message(
        &mut self,
        message: &ClientMessageEvent,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if message.format != 32 {
            return Ok(());
        }
        let atoms = *env.x.atoms();
        let (id, data) = (message.window, message.data.as_data32());
        let kind = message.type_;
        // Only the server itself may tell which surface belongs to which window. Messages that
        // clients send have this bit.
        let is_sent = message.response_type & 0x80 != 0;
        if kind == atoms.WL_SURFACE_ID && !is_sent {
            self.surface_id(id, data[0], env)?;
        } else if kind == atoms.WL_SURFACE_SERIAL && !is_sent {
            let serial = u64::from(data[0]) | u64::from(data[1]) << 32;
            self.surface_serial(id, serial, env)?;
        } else if [atoms._NET_WM_STATE, atoms._NET_MOVERESIZE_WINDOW, atoms.WM_CHANGE_STATE]
            .contains(&kind)
        {
            // The window may get states before it is shown, so start to read its properties.
            self.watch(id, env);
            self.decide_for_client(id, Decision::Message { kind, data }, env)?;
        } else if kind == atoms._NET_ACTIVE_WINDOW {
            self.activation_asked(id, data, env)?;
        } else if kind == atoms._NET_CLOSE_WINDOW {
            self.decide_for_host(id, Decision::Close, env)?;
        } else if kind == atoms._NET_WM_MOVERESIZE {
            self.drag(id, data[2], env);
        } else if kind == atoms._GTK_SHOW_WINDOW_MENU {
            self.show_menu(id, (data[1].cast_signed(), data[2].cast_signed()), env);
        } else if kind == atoms._NET_RESTACK_WINDOW {
            self.restack_requested(id, data, env);
        } else if kind == atoms._NET_REQUEST_FRAME_EXTENTS {
            let cardinal = AtomEnum::CARDINAL.into();
            env.x.set_numbers(id, atoms._NET_FRAME_EXTENTS, cardinal, &[0, 0, 0, 0]);
        } else if kind == atoms.WM_PROTOCOLS && data[0] == atoms._NET_WM_PING {
            self.ponged(data[2]);
        }
        Ok(())
    }

    /// The window's properties are known as its client had set them before it sent a message.
    pub(super) fn message_decided(
        &mut self,
        id: u32,
        kind: u32,
        data: [u32; 5],
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        if kind == atoms._NET_WM_STATE {
            self.change_states(id, data, env)?;
        } else if kind == atoms._NET_MOVERESIZE_WINDOW {
            self.move_resize_requested(id, data, env)?;
        } else if data[0] == WmState::Iconic as u32 {
            self.minimize(id, env);
        } else if data[0] == WmState::Normal as u32 {
            self.activate(id, env)?;
        }
        Ok(())
    }
}
