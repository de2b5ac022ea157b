//! The states of windows: `_NET_WM_STATE` and `WM_STATE`, for clients and for the host, and
//! `_NET_WM_ALLOWED_ACTIONS`.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::iconify::IconWish;
use super::window::{Life, Window};
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::atoms::Atoms;
use crate::x11::property::{Property, PropertyValue};
use crate::x11::role::{Role, ToplevelStates};

/// A window's states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each may be there without the others")]
pub struct States {
    pub modal: bool,
    pub maximized_vert: bool,
    pub maximized_horz: bool,
    pub fullscreen: bool,
    pub hidden: bool,
    pub above: bool,
    pub below: bool,
    pub attention: bool,
    pub skip_taskbar: bool,
    pub skip_pager: bool,
    pub sticky: bool,
    pub focused: bool,
}

impl States {
    /// From atoms.
    pub fn of(names: &[u32], atoms: &Atoms) -> Self {
        let mut states = Self::default();
        for name in names {
            if let Some(state) = states.get_mut(*name, atoms) {
                *state = true;
            }
        }
        states
    }

    /// The state that an atom names.
    pub fn get_mut(&mut self, atom: u32, atoms: &Atoms) -> Option<&mut bool> {
        let all = [
            (atoms._NET_WM_STATE_MODAL, &mut self.modal),
            (atoms._NET_WM_STATE_MAXIMIZED_VERT, &mut self.maximized_vert),
            (atoms._NET_WM_STATE_MAXIMIZED_HORZ, &mut self.maximized_horz),
            (atoms._NET_WM_STATE_FULLSCREEN, &mut self.fullscreen),
            (atoms._NET_WM_STATE_HIDDEN, &mut self.hidden),
            (atoms._NET_WM_STATE_ABOVE, &mut self.above),
            (atoms._NET_WM_STATE_BELOW, &mut self.below),
            (atoms._NET_WM_STATE_DEMANDS_ATTENTION, &mut self.attention),
            (atoms._NET_WM_STATE_SKIP_TASKBAR, &mut self.skip_taskbar),
            (atoms._NET_WM_STATE_SKIP_PAGER, &mut self.skip_pager),
            (atoms._NET_WM_STATE_STICKY, &mut self.sticky),
            (atoms._NET_WM_STATE_FOCUSED, &mut self.focused),
        ];
        all.into_iter().find(|(known, _)| *known == atom).map(|(_, state)| state)
    }

    /// The atoms of the states that are set.
    pub fn atoms(mut self, atoms: &Atoms) -> Vec<u32> {
        let names = [
            atoms._NET_WM_STATE_MODAL,
            atoms._NET_WM_STATE_MAXIMIZED_VERT,
            atoms._NET_WM_STATE_MAXIMIZED_HORZ,
            atoms._NET_WM_STATE_FULLSCREEN,
            atoms._NET_WM_STATE_HIDDEN,
            atoms._NET_WM_STATE_ABOVE,
            atoms._NET_WM_STATE_BELOW,
            atoms._NET_WM_STATE_DEMANDS_ATTENTION,
            atoms._NET_WM_STATE_SKIP_TASKBAR,
            atoms._NET_WM_STATE_SKIP_PAGER,
            atoms._NET_WM_STATE_STICKY,
            atoms._NET_WM_STATE_FOCUSED,
        ];
        let holds = |name: &u32| self.get_mut(*name, atoms).is_some_and(|state| *state);
        names.into_iter().filter(holds).collect()
    }

    /// Whether it is maximized in both directions.
    pub fn is_maximized(&self) -> bool {
        self.maximized_vert && self.maximized_horz
    }

    /// Maximizes it, or ends that.
    pub fn set_maximized(&mut self, maximized: bool) {
        (self.maximized_vert, self.maximized_horz) = (maximized, maximized);
    }
}

/// `WM_STATE` (ICCCM 4.1.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum WmState {
    Withdrawn = 0,
    Normal = 1,
    Iconic = 3,
}

impl Window {
    /// The states that its client wants when it is mapped: as it wrote them, or as it has asked
    /// since.
    pub fn wanted_states(&self, atoms: &Atoms) -> States {
        if self.wants_states { States::of(&self.properties.states, atoms) } else { self.states }
    }

    /// Takes `_NET_WM_STATE` as its client has written it.
    fn wants(&mut self, value: Option<&PropertyValue>, atoms: &Atoms) {
        self.properties.set(Property::NetWmState, value, atoms);
        self.wants_states = true;
    }

    /// Takes `_NET_WM_STATE` as it was when the server answered. It is the client's wish, unless
    /// carafe had written it.
    pub fn read_states(&mut self, value: Option<&PropertyValue>, atoms: &Atoms) {
        if !self.writers.states.was_own() {
            self.wants(value, atoms);
        }
    }
}

impl Wm {
    /// Writes a window's states for its client.
    pub(super) fn tell_states(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let window = self.windows.get_mut(&id).filter(|window| window.is_managed());
        let Some(window) = window else { return };
        let atoms = *env.x.atoms();
        // There is nothing to write, unless the client has overwritten the property.
        if window.writers.states.is_own() && window.told_states == Some(window.states) {
            return;
        }
        window.told_states = Some(window.states);
        // The client may have unmapped it and written its next wish, which carafe does not know
        // yet. The wish for a hidden window is known.
        if window.life == Life::Mapped {
            env.x.ask_states(id);
        }
        let states = window.states.atoms(&atoms);
        env.x.set_numbers(id, atoms._NET_WM_STATE, AtomEnum::ATOM.into(), &states);
        window.writers.states.wrote(env.x.sent());
    }

    /// Takes `_NET_WM_STATE` as it was when carafe replaced it. If the client had written it first,
    /// the client's value is put back.
    pub fn states_replaced(&mut self, id: u32, answer: Option<&[u8]>, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        // If the property did not exist any more, nothing was replaced, and the answer is carafe's
        // own value.
        if window.writers.states.failed(env.x.seen()) || window.writers.states.replaced_own() {
            return;
        }
        let atoms = *env.x.atoms();
        window.wants(answer.and_then(PropertyValue::read).as_ref(), &atoms);
        if window.life == Life::Withdrawn {
            let states = &window.properties.states;
            let number = env.x.replace_states(id, states);
            window.writers.states.wrote(number);
        }
    }

    /// Takes `_NET_WM_STATE` as it was before carafe wrote it.
    pub fn states_before(&mut self, id: u32, answer: Option<&[u8]>, env: &mut Env<'_, '_>) {
        if let Some(window) = self.windows.get_mut(&id) {
            window.read_states(answer.and_then(PropertyValue::read).as_ref(), env.x.atoms());
        }
    }

    /// Writes `WM_STATE`.
    pub(super) fn set_wm_state(&mut self, id: u32, state: WmState, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let atom = env.x.atoms().WM_STATE;
        env.x.set_numbers(id, atom, atom, &[state as u32, 0]);
        window.writers.wm_state.wrote(env.x.sent());
    }

    /// Handles a client's request to change its window's states.
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
        // Before it is shown, its wishes may still be in the property.
        let before = if shown { window.states } else { window.wanted_states(&atoms) };
        let mut wanted = before;
        for atom in [data[1], data[2]] {
            // Only the window manager sets these.
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
        // The request may end a state that the host has not granted yet.
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
            // The client has asked explicitly, so the window's size does not decide about it any
            // more.
            (window.wants_fullscreen, window.covers) = (wanted.fullscreen, false);
        }
        let Some(toplevel) = window.role.as_ref().and_then(Role::toplevel) else {
            // It is not shown yet; the states apply when it is.
            (window.states, window.wants_states) = (wanted, false);
            self.tell_states(id, env);
            return Ok(());
        };
        if asks_to_maximize {
            match &mut window.iconified {
                Some(later) => later.maximized = Some(maximized),
                None => toplevel.maximize(maximized, &mut env.host),
            }
        }
        if asks_to_fill {
            match &mut window.iconified {
                Some(later) => later.fullscreen = Some(wanted.fullscreen),
                None => toplevel.fullscreen(wanted.fullscreen, &mut env.host),
            }
        }
        // The host must grant these two; the others apply at once.
        wanted.fullscreen =
            before.fullscreen && (window.sizing.states().fullscreen || window.wants_fullscreen);
        (wanted.maximized_vert, wanted.maximized_horz) =
            (before.maximized_vert, before.maximized_horz);
        window.states = wanted;
        self.tell_states(id, env);
        if wanted.modal != before.modal {
            self.tell_modal(id, env)?;
        }
        self.tell_z_order(id, env)?;
        if wanted.attention && !before.attention {
            self.ask_for_attention(id, env)?;
        }
        Ok(())
    }

    /// Applies the states that the host has set in X.
    pub(super) fn follow_states(&mut self, id: u32, states: ToplevelStates, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let subject = window.properties.subject();
        window.states.fullscreen =
            states.fullscreen || window.wants_fullscreen && self.settings.keeps_fullscreen(subject);
        let is_hidden = self.settings.hides_maximized(subject);
        window.states.set_maximized(states.maximized && !is_hidden);
        window.states.focused = states.activated;
        window.states.attention &= !states.activated;
        let iconic = window.icon_wish != IconWish::None && states.suspended;
        let turns = std::mem::replace(&mut window.states.hidden, iconic) != iconic;
        // A client that sees its window as iconified stays in that state until `restored`.
        if turns && window.iconified.is_none() {
            let state = if iconic { WmState::Iconic } else { WmState::Normal };
            self.set_wm_state(id, state, env);
        }
        self.tell_states(id, env);
    }
}

impl Wm {
    /// Tells the host whether a window is modal.
    pub(super) fn tell_modal(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let modal = self.windows.get(&id).is_some_and(|window| window.states.modal);
        match self.toplevel_mut(id) {
            Some(toplevel) => toplevel.set_modal(modal, &mut env.host),
            None => Ok(()),
        }
    }
}

impl Wm {
    /// Writes the actions that a window's hints allow, if they have changed.
    pub(super) fn tell_actions(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id).filter(|window| window.is_managed()) else {
            return;
        };
        let functions = window.properties.functions;
        let resized = functions.resize && !window.properties.size.is_fixed();
        let maximized = functions.maximize && resized;
        let atoms = *env.x.atoms();
        let all = [
            (atoms._NET_WM_ACTION_CLOSE, functions.close),
            (atoms._NET_WM_ACTION_FULLSCREEN, true),
            (atoms._NET_WM_ACTION_MAXIMIZE_HORZ, maximized),
            (atoms._NET_WM_ACTION_MAXIMIZE_VERT, maximized),
            (atoms._NET_WM_ACTION_MINIMIZE, functions.minimize),
            (atoms._NET_WM_ACTION_MOVE, functions.moves),
            (atoms._NET_WM_ACTION_RESIZE, resized),
        ];
        let allowed = all.into_iter().filter(|(_, allowed)| *allowed).map(|(action, _)| action);
        let allowed: Vec<u32> = allowed.collect();
        if window.actions.as_ref() == Some(&allowed) {
            return;
        }
        env.x.set_numbers(id, atoms._NET_WM_ALLOWED_ACTIONS, AtomEnum::ATOM.into(), &allowed);
        window.actions = Some(allowed);
    }
}
