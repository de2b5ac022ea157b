//! States that change: as a client wants (`_NET_WM_STATE` as a message), or as the host has it.

use super::states::WmState;
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::role::{Role, ToplevelStates};

impl Wm {
    /// A client wants other states for its window.
    pub(super) fn change_states(
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
        let Some(toplevel) = window.role.as_ref().and_then(Role::toplevel) else {
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
            before.fullscreen && (window.sizing.states().fullscreen || window.wants_fullscreen);
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

    /// The host has put a window into states: so it is in X.
    pub(super) fn follow_states(&mut self, id: u32, states: ToplevelStates, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let subject = window.properties.subject();
        window.states.fullscreen =
            states.fullscreen || window.wants_fullscreen && self.settings.keeps_fullscreen(subject);
        let is_hidden = self.settings.hides_maximized(subject);
        window.states.set_maximized(states.maximized && !is_hidden);
        window.states.focused = states.activated;
        if states.activated {
            (window.states.attention, window.wants_icon) = (false, false);
        }
        let iconic = window.wants_icon && states.suspended;
        let turns = std::mem::replace(&mut window.states.hidden, iconic) != iconic;
        // A client told that it is iconified stays Iconic until `restored`.
        if turns && window.icon.is_none() {
            let state = if iconic { WmState::Iconic } else { WmState::Normal };
            self.set_wm_state(id, state, env);
        }
        self.tell_states(id, env);
    }
}
