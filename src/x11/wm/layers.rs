//! Windows as layer surfaces at the host: those that belong to no other window, and must be where
//! their clients put them.

use x11rb_protocol::protocol::xproto::{GrabKeyboardReply, GrabStatus};
use x11rb_protocol::x11_utils::TryParse;

use super::properties::WindowType;
use super::window::{Window, is_of_same_client};
use super::{Env, Wm};
use crate::session::Fault;
use crate::x11::geometry::Rect;
use crate::x11::role::{LAYER_SHELL, Layer, Level, Role, Spot};

impl Wm {
    /// Makes a window a layer surface.
    pub(super) fn show_layer(
        &mut self,
        id: u32,
        surface: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get(&id) else { return Ok(()) };
        let level = match window.properties.kinds.first() {
            Some(WindowType::Desktop) => Level::Background,
            Some(WindowType::Dock) => Level::Top,
            _ => Level::Overlay,
        };
        let (on, screen) = self.screen_for(outer(window));
        let output = on.map_or(0, |output| env.host.of_client(output));
        let spot = Spot { output, rect: within(outer(window), screen) };
        let takes_keyboard = self.focus.is_grabbed_by(id, self.root.map(|root| root.window));
        let Some(layer) = Layer::make(surface, level, spot, takes_keyboard, &mut env.host)? else {
            return Ok(());
        };
        if let Some(window) = self.windows.get_mut(&id) {
            window.role = Some(Role::Layer(layer));
            window.output = on;
        }
        self.layers.insert(id);
        self.note_role(id);
        let opcode = wayland_client::protocol::wl_surface::REQ_COMMIT_OPCODE;
        env.host.request(surface, opcode, |request| request);
        Ok(())
    }

    fn layer_mut(&mut self, id: u32) -> Option<&mut Layer> {
        match self.windows.get_mut(&id)?.role.as_mut()? {
            Role::Layer(layer) => Some(layer),
            _ => None,
        }
    }

    /// Handles `zwlr_layer_surface_v1.configure`.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn layer_configured(
        &mut self,
        object: u32,
        serial: u32,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(id) = self.by_object.get(&object).copied() else { return Ok(()) };
        let Some(layer) = self.layer_mut(id) else { return Ok(()) };
        let first = !layer.configured;
        layer.ack(serial, &mut env.host);
        let Some(surface) = self.windows.get(&id).and_then(|window| window.surface) else {
            return Ok(());
        };
        if !first {
            // A new size or place takes effect only with a commit.
            env.surfaces.commit_again(surface, env.host.context);
            return Ok(());
        }
        env.surfaces.open(surface, env.host.context);
        // Its client may have grabbed the keyboard meanwhile.
        if self.focus.window().is_none() {
            env.x.ask_keyboard_grab(id);
        }
        self.show_waiting(env)
    }

    /// Handles `zwlr_layer_surface_v1.closed`: the host does not show it any more, because its
    /// screen is gone.
    pub fn layer_closed(&mut self, object: u32, env: &mut Env<'_, '_>) {
        let Some(id) = self.by_object.get(&object).copied() else { return };
        self.drop_role(id, env);
        env.x.unmap(id);
    }

    /// Handles that a client has moved or resized a layer surface.
    pub(super) fn layer_moved(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let Some(window) = self.windows.get(&id) else { return };
        let rect = within(outer(window), self.screen_of(id));
        self.change_layer(id, env, |layer, env| layer.put(rect, &mut env.host));
    }

    /// If an override-redirect window appears while no X window has the keyboard, asks whether its
    /// client has grabbed the keyboard, as launchers do.
    pub(super) fn ask_grab(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let asks = self.focus.window().is_none() && env.host.offers(LAYER_SHELL);
        if let Some(window) = self.windows.get_mut(&id).filter(|_| asks) {
            window.awaits_grab = env.x.ask_keyboard_grab(id);
        }
    }

    /// Handles the server's answer whether a client has grabbed the keyboard.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn keyboard_grab(
        &mut self,
        id: u32,
        answer: Option<&[u8]>,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let reply = answer.and_then(|bytes| GrabKeyboardReply::try_parse(bytes).ok());
        let status = reply.map(|(reply, _)| reply.status);
        let is_grabbed = [Some(GrabStatus::ALREADY_GRABBED), Some(GrabStatus::FROZEN)];
        // The server does not tell who has grabbed it.
        let by = self.root.map(|root| root.window).filter(|_| is_grabbed.contains(&status));
        self.keyboard_grabbed(by, env);
        if let Some(window) = self.windows.get_mut(&id) {
            window.awaits_grab = false;
        }
        self.show_once_known(id, env)
    }

    /// Notes that a client has grabbed the keyboard, or that the grab has ended. The host then
    /// gives the keyboard to the client's layer surface, or takes it back.
    pub(super) fn keyboard_grabbed(&mut self, by: Option<u32>, env: &mut Env<'_, '_>) {
        self.focus.grabbed = by;
        let root = self.root.map(|root| root.window);
        for id in self.layers.iter().copied().collect::<Vec<_>>() {
            let takes = self.focus.is_grabbed_by(id, root);
            self.change_layer(id, env, |layer, env| layer.take_keyboard(takes, &mut env.host));
        }
    }

    /// Handles that a client gives the keyboard to one of its layer surfaces. Returns whether the
    /// window is one.
    pub(super) fn layer_takes_focus(&mut self, id: u32, env: &mut Env<'_, '_>) -> bool {
        self.change_layer(id, env, |layer, env| layer.take_keyboard(true, &mut env.host));
        self.layers.contains(&id)
    }

    /// Changes a layer surface and commits it, if there is a change.
    fn change_layer(
        &mut self,
        id: u32,
        env: &mut Env<'_, '_>,
        change: impl FnOnce(&mut Layer, &mut Env<'_, '_>) -> bool,
    ) {
        let surface = self.windows.get(&id).and_then(|window| window.surface);
        let Some(layer) = self.layer_mut(id) else { return };
        let is_news = change(layer, env);
        if let Some(surface) = surface.filter(|_| is_news) {
            env.surfaces.commit_again(surface, env.host.context);
        }
    }
}

/// The place of a window's whole surface.
fn outer(window: &Window) -> Rect {
    let border = window.border.saturating_mul(2);
    let (width, height) = window.rect().size();
    window.rect().sized((width.saturating_add(border), height.saturating_add(border)))
}

/// A place relative to a screen's corner.
fn within(rect: Rect, screen: Rect) -> Rect {
    rect.at(rect.x.saturating_sub(screen.x), rect.y.saturating_sub(screen.y))
}

impl super::focus::Focus {
    /// Whether the window's client has grabbed the keyboard. If the grab names the root window, X
    /// does not tell whose grab it is.
    pub(super) fn is_grabbed_by(&self, id: u32, root: Option<u32>) -> bool {
        let by = |by: u32| Some(by) == root || is_of_same_client(by, id);
        self.grabbed.is_some_and(by)
    }
}
