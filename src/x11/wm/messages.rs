//! What clients ask of the window manager by messages.

use std::time::{Duration, Instant};

use x11rb_protocol::protocol::xproto::{AtomEnum, ClientMessageEvent};

use super::decisions::Decision;
use super::states::WmState;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::Role;
use crate::x11::server::ClientMessage;

/// A client that has not answered for so long may be ended.
const HUNG: Duration = Duration::from_secs(5);

impl Wm {
    /// A client message to the root window or to one of the managed ones.
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
        // Only the server itself says which surface is whose: clients' messages are marked.
        let is_sent = message.response_type & 0x80 != 0;
        if kind == atoms.WL_SURFACE_ID && !is_sent {
            self.surface_id(id, data[0], env)?;
        } else if kind == atoms.WL_SURFACE_SERIAL && !is_sent {
            let serial = u64::from(data[0]) | u64::from(data[1]) << 32;
            self.surface_serial(id, serial, env)?;
        } else if [atoms._NET_WM_STATE, atoms._NET_MOVERESIZE_WINDOW, atoms.WM_CHANGE_STATE]
            .contains(&kind)
        {
            // States that it has before it is shown are to be known, too.
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

    /// What a window's client has said before it sent a message is known.
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
            self.move_resize_requested(id, data, env);
        } else if data[0] == WmState::Iconic as u32 {
            self.minimize(id, env);
        } else if data[0] == WmState::Normal as u32 {
            self.activate(id, env)?;
        }
        Ok(())
    }

    fn change_states(
        &mut self,
        id: u32,
        data: [u32; 5],
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        const REMOVE: u32 = 0;
        const ADD: u32 = 1;
        let atoms = *env.x.atoms();
        let Some(window) = self.windows.get_mut(&id).filter(|window| window.is_managed()) else {
            return Ok(());
        };
        let shown = window.role.is_some();
        let before = if shown { window.states } else { window.wanted_states(&atoms) };
        let mut wanted = before;
        for atom in [data[1], data[2]] {
            // What only the window manager sets.
            if [atoms._NET_WM_STATE_FOCUSED, atoms._NET_WM_STATE_HIDDEN].contains(&atom) {
                continue;
            }
            if let Some(state) = wanted.get_mut(atom, &atoms) {
                *state = match data[0] {
                    REMOVE => false,
                    ADD => true,
                    _ => !*state,
                };
            }
        }
        // A focused window needs no attention.
        wanted.attention &= !self.focus.has(id);
        let names = |all: [u32; 2]| data.iter().skip(1).take(2).any(|atom| all.contains(atom));
        let vert_and_horz =
            [atoms._NET_WM_STATE_MAXIMIZED_VERT, atoms._NET_WM_STATE_MAXIMIZED_HORZ];
        let fullscreen = [atoms._NET_WM_STATE_FULLSCREEN; 2];
        let maximized = wanted.is_maximized();
        // What the host has not yet granted may be what is to end.
        let differs = |asked: Option<bool>, now: bool| asked.is_some_and(|asked| asked != now);
        let (asked_maximized, asked_fullscreen) = window.asked_states;
        let asks_to_maximize = maximized != before.is_maximized()
            || names(vert_and_horz) && differs(asked_maximized, maximized);
        let asks_to_fill = wanted.fullscreen != before.fullscreen
            || names(fullscreen) && differs(asked_fullscreen, wanted.fullscreen);
        if asks_to_maximize {
            window.asked_states.0 = Some(maximized);
        }
        if asks_to_fill {
            window.asked_states.1 = Some(wanted.fullscreen);
            (window.wants_fullscreen, window.covers) = (wanted.fullscreen, false);
        }
        let Some(Role::Toplevel(toplevel)) = &window.role else {
            // Not shown yet: it will be so then.
            (window.states, window.wants_states) = (wanted, false);
            self.tell_states(id, env);
            return Ok(());
        };
        if asks_to_maximize {
            match &mut window.icon {
                Some(later) => later.maximized = Some(maximized),
                None => toplevel.maximize(maximized, &mut env.host),
            }
        }
        if asks_to_fill {
            match &mut window.icon {
                Some(later) => later.fullscreen = Some(wanted.fullscreen),
                None => toplevel.fullscreen(wanted.fullscreen, &mut env.host),
            }
        }
        // These two are the host's to grant; the others hold at once.
        wanted.fullscreen =
            before.fullscreen && (toplevel.states.fullscreen || window.wants_fullscreen);
        (wanted.maximized_vert, wanted.maximized_horz) =
            (before.maximized_vert, before.maximized_horz);
        window.states = wanted;
        self.tell_states(id, env);
        if wanted.modal != before.modal {
            self.tell_modal(id, env)?;
        }
        if wanted.attention && !before.attention {
            self.ask_for_attention(id, env)?;
        }
        Ok(())
    }

    /// Asks a window's client to close it. One that does not understand is ended, and
    /// so is one that has not answered for a while since it was asked before.
    pub(super) fn close(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let protocols = window.properties.protocols;
        // One that has changed its mind is not to answer any more.
        window.pinged = window.pinged.filter(|_| protocols.ping);
        let hung = window.pinged.is_some_and(|since| since.elapsed() >= HUNG);
        if !protocols.delete || hung {
            return env.x.kill(id);
        }
        let atoms = *env.x.atoms();
        let kind = atoms.WM_PROTOCOLS;
        let data = [atoms.WM_DELETE_WINDOW, self.focus.time, 0, 0, 0];
        env.x.tell(ClientMessage { window: id, kind, data });
        if protocols.ping && window.pinged.is_none() {
            window.pinged = Some(Instant::now());
            let data = [atoms._NET_WM_PING, self.focus.time, id, 0, 0];
            env.x.tell(ClientMessage { window: id, kind, data });
        }
    }

    /// A client has answered.
    fn ponged(&mut self, id: u32) {
        if let Some(window) = self.windows.get_mut(&id) {
            window.pinged = None;
        }
    }

    /// The client has seen the pointer pressed on something that the user moves or
    /// resizes the window with: the host goes on with it.
    fn drag(&self, id: u32, direction: u32, env: &mut Env<'_, '_>) {
        // By `_NET_WM_MOVERESIZE`'s directions: `xdg_toplevel.resize_edge`.
        const EDGES: [u32; 8] = [5, 1, 9, 8, 10, 2, 6, 4];
        const MOVE: u32 = 8;
        let window = self.windows.get(&id);
        let toplevel = window.and_then(|window| window.role.as_ref()?.toplevel());
        let (Some(toplevel), Some(deed)) = (toplevel, env.seat.held) else { return };
        if direction == MOVE {
            toplevel.drag(deed.seat, deed.serial, &mut env.host);
        } else if let Some(edge) = EDGES.get(direction as usize) {
            toplevel.drag_edge(deed.seat, deed.serial, *edge, &mut env.host);
        }
    }

    /// A client wants the window manager's menu of its window, at a place of the X screen.
    fn show_menu(&self, id: u32, (x, y): (i32, i32), env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let toplevel = window.role.as_ref().and_then(Role::toplevel);
        // The button is up already if the client has let go of the pointer first (GTK does).
        let (Some(toplevel), Some(deed)) = (toplevel, env.seat.held.or(env.seat.last)) else {
            return;
        };
        let within = (x.saturating_sub(window.rect.x), y.saturating_sub(window.rect.y));
        let at = env.host.place(within);
        toplevel.show_menu(deed.seat, deed.serial, at, &mut env.host);
    }
}
