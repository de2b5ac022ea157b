//! `_NET_WM_STATE` and `WM_STATE`.

use crate::x11::atoms::Atoms;

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
    /// The state of a name's number.
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

    /// The numbers of the names of those that hold.
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

    /// Whether it fills the screen in both directions.
    pub fn is_maximized(&self) -> bool {
        self.maximized_vert && self.maximized_horz
    }

    /// Maximizes it, or no more.
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
