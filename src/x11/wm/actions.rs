//! `_NET_WM_ALLOWED_ACTIONS`: what the user can do with a window.

use x11rb_protocol::protocol::xproto::AtomEnum;

use super::{Env, Wm};

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
