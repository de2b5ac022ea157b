//! What `ChromeOS`'s shell is told about X11 windows: ids for the shelf, frames, and menus that have
//! no window of their own program to be on.

use x11rb_protocol::protocol::xproto::GetGeometryReply;
use x11rb_protocol::x11_utils::TryParse;

use super::choice::Nature;
use super::window::Window;
use super::{Env, Wm};
use crate::aura::{ShellFrame, XNames};
use crate::policy::shown;
use crate::session::Fault;

/// The depth of windows with an alpha channel.
const WITH_ALPHA: u8 = 32;

impl Wm {
    /// Starts to find out whether a window has an alpha channel, if the host's shell wants to know.
    pub(super) fn ask_depth(&mut self, id: u32, env: &mut Env<'_, '_>) {
        if let Some(window) = self.windows.get_mut(&id)
            && env.host.is_chromeos()
        {
            window.awaits_depth = env.x.ask_depth(id);
        }
    }

    /// Handles the answer with a window's depth; `None` if it does not exist any more.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn depth(
        &mut self,
        id: u32,
        answer: Option<&[u8]>,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let reply = answer.and_then(|bytes| GetGeometryReply::try_parse(bytes).ok());
        window.has_alpha = reply.is_some_and(|(reply, _)| reply.depth == WITH_ALPHA);
        window.awaits_depth = false;
        self.show_once_known(id, env)
    }

    /// Tells the shell about a new toplevel, before its first buffer: that decides what it is.
    pub(super) fn tell_shell(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let is_plain = self.settings.shell.plain_fullscreen;
        let Some(toplevel) = self.toplevel_mut(id) else { return Ok(()) };
        toplevel.meet_shell(&mut env.host)?;
        if let Some(shell) = toplevel.shell.as_ref().filter(|_| is_plain) {
            shell.set_plain_fullscreen(env.host.context);
        }
        self.tell_startup_id(id, env);
        self.tell_place_on_parent(id, env);
        self.tell_z_order(id, env)
    }

    /// Tells the host the program of a toplevel.
    pub(super) fn tell_app_id(&self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        if let (Some(toplevel), Some(app_id)) = (window.toplevel(), self.app_id(window, env)) {
            toplevel.set_app_id(&app_id, &mut env.host);
        }
    }

    /// The id of a window's program; `None` if it must have none: `ChromeOS` shows only windows
    /// without an id as menus.
    fn app_id(&self, window: &Window, env: &Env<'_, '_>) -> Option<String> {
        let (properties, settings) = (&window.properties, &self.settings);
        let prefix = &settings.policy.app_id_prefix;
        let ids = &settings.shell.ids;
        let is_chromeos = env.host.is_chromeos();
        if is_chromeos && !window.is_managed() {
            return None;
        }
        if let Some(fixed) = ids.fixed() {
            return Some(fixed.into());
        }
        if is_chromeos {
            let class = shown(prefix, &properties.class);
            let (number, leader) = (properties.number, properties.leader);
            let number = number.filter(|_| settings.shell.id_property.is_some());
            return Some(ids.x11(&XNames { number, class: &class, leader, id: window.id }));
        }
        let class = &properties.class;
        let name = if class.is_empty() { &properties.instance } else { class };
        Some(shown(prefix, name).into_owned())
    }

    /// Tells the shell how a window's program was started.
    pub(super) fn tell_startup_id(&self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let shell = window.toplevel().and_then(|toplevel| toplevel.shell.as_ref());
        if let (Some(shell), Some(started)) = (shell, window.properties.startup_id()) {
            shell.set_startup_id(started, env.host.context);
        }
    }

    /// The frame that the shell draws around a window.
    pub(super) fn shell_frame(window: &Window) -> ShellFrame {
        match (window.wants_frame(), window.has_alpha) {
            (true, _) => ShellFrame::Normal,
            // It may draw a shadow itself.
            (false, true) => ShellFrame::None,
            (false, false) => ShellFrame::Shadow,
        }
    }

    /// Tells the shell the only ratio of width to height that a window may have.
    pub(super) fn tell_aspect(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        // The shell knows no ranges.
        let ratio = window.properties.size.aspect.filter(|[min, max]| min == max);
        let ratio = ratio.map_or((0, 0), |[ratio, _]| ratio);
        if let Some(toplevel) = window.toplevel_mut() {
            toplevel.set_aspect(ratio, &mut env.host);
        }
    }

    /// Tells the shell whether a window is to be above others.
    pub(super) fn tell_z_order(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let is_above = self.windows.get(&id).is_some_and(|window| window.states.above);
        match self.toplevel_mut(id) {
            Some(toplevel) => toplevel.set_above(is_above, &mut env.host),
            None => Ok(()),
        }
    }

    /// Puts a toplevel where its client wants it, relative to another one: a dialog on its parent,
    /// and a menu or notification, which the client places itself, on the window that the user was
    /// in last.
    pub(super) fn tell_place_on_parent(&self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let parent = if window.is_managed() {
            let is_placed = window.properties.size.positioned && !self.settings.move_windows;
            self.parent_of(id).filter(|_| is_placed)
        } else {
            self.menu_parent(window, env)
        };
        let parent = parent.and_then(|parent| self.windows.get(&parent));
        let Some(parent) = parent.filter(|parent| parent.is_shown()) else { return };
        let (own, on) = (window.rect(), parent.rect());
        let offset = (own.x.saturating_sub(on.x), own.y.saturating_sub(on.y));
        let offset = env.host.place(offset);
        let shell = |window: &Window| Some(window.toplevel()?.shell.as_ref()?.id());
        let (Some(shell), Some(parent)) =
            (window.toplevel().and_then(|toplevel| toplevel.shell.as_ref()), shell(parent))
        else {
            return;
        };
        shell.set_parent(parent, offset, env.host.context);
    }

    /// The window on which the shell shows a menu or notification for which no popup can be made.
    fn menu_parent(&self, window: &Window, env: &Env<'_, '_>) -> Option<u32> {
        let nature = self.nature(window, env.x.atoms());
        if !matches!(nature, Nature::Menu | Nature::Notice | Nature::Splash) {
            return None;
        }
        let used = env.seat.last.and_then(|deed| self.window_of(deed.surface));
        let used = used.and_then(|id| self.toplevel_under(id));
        let newest = self.mapped.iter().rev().copied();
        let is_shown = |id: &u32| self.windows.get(id).is_some_and(Window::is_shown);
        used.into_iter().chain(self.focus.window()).chain(newest).find(is_shown)
    }
}
