//! `xdg_toplevel`: a window of the host's.

mod icon;

use wayland_client::protocol::wl_surface;
use wayland_protocols::xdg::decoration::zv1::client::{
    zxdg_decoration_manager_v1, zxdg_toplevel_decoration_v1,
};
use wayland_protocols::xdg::dialog::v1::client::{xdg_dialog_v1, xdg_wm_dialog_v1};
use wayland_protocols::xdg::shell::client::{xdg_surface, xdg_toplevel, xdg_wm_base};

use super::frame::{HEIGHT, Look};
use super::{Answer, Aura, Configures, Fit, Frame, Margins, ToplevelStates, Zoom};
use crate::channel::Memory;
use crate::session::Fault;
use crate::wire::MessageBuilder;
use crate::x11::host::Host;
use crate::x11::picture::Shown;

/// `xdg_wm_base`'s version that is used, where the host has it.
pub const WM_BASE_VERSION: u32 = 6;

/// See the module.
#[derive(Debug)]
pub struct Toplevel {
    /// The `wl_surface`, by the host's id.
    pub surface: u32,
    /// The `xdg_surface`.
    pub xdg_surface: u32,
    /// The `xdg_toplevel`.
    pub xdg_toplevel: u32,
    decoration: Option<u32>,
    /// By which its client places it, where the host lets it.
    pub aura: Option<Aura>,
    /// Whether the host has configured it at all.
    pub configured: bool,
    /// Whether it has shown anything.
    pub has_content: bool,
    /// Size and states of the configuration that is coming.
    pub coming: ((u32, u32), ToplevelStates),
    /// Those of the last one that has come.
    pub next: ((u32, u32), ToplevelStates),
    /// The states of the last one.
    pub states: ToplevelStates,
    /// Those that were not acknowledged.
    pub configures: Configures,
    /// How the surface is shown, if not at its own size.
    pub fit: Option<Fit>,
    /// The size that the host last wanted the surface to have, in its units; `None`: it has
    /// left that to the client.
    pub room: Option<(u32, u32)>,
    /// Where the window is in the surface as it is shown.
    pub margins: Margins,
    /// The states that the content that is shown follows, and the window's size at the host
    /// that came with them.
    followed: (ToplevelStates, Option<(u32, u32)>),
    /// The window's place and size in the surface that the host was told; `None`: none,
    /// it is the whole of it.
    geometry: Option<[u32; 4]>,
    /// It is to have a frame, and the host draws none.
    lacks_frame: bool,
    /// The frame that carafe draws.
    pub frame: Option<Box<Frame>>,
    /// The client's own shadows.
    pub shadow: Margins,
    /// What the frame says of it.
    look: Look,
    /// Its smallest and its largest size in X pixels, and as the host was told.
    bounds: [(u32, u32); 2],
    limits: [(u32, u32); 2],
    /// Whether the host was asked to draw a frame; `None`: neither that nor not to.
    wants_frame: Option<bool>,
    icon: Option<Shown>,
    dialog: Option<u32>,
}

impl Toplevel {
    /// Makes a surface a toplevel; the caller sets it up and commits. `None`: the host
    /// has no xdg-shell.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(surface: u32, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        let Some((base, version)) = host.bind("xdg_wm_base", WM_BASE_VERSION)? else {
            return Ok(None);
        };
        let xdg_surface = host.make("xdg_surface", version)?;
        host.request(base, xdg_wm_base::REQ_GET_XDG_SURFACE_OPCODE, |request| {
            request.uint(xdg_surface).uint(surface)
        });
        let xdg_toplevel = host.make("xdg_toplevel", version)?;
        host.request(xdg_surface, xdg_surface::REQ_GET_TOPLEVEL_OPCODE, |request| {
            request.uint(xdg_toplevel)
        });
        Ok(Some(Self {
            surface,
            xdg_surface,
            xdg_toplevel,
            decoration: None,
            aura: None,
            configured: false,
            coming: ((0, 0), ToplevelStates::default()),
            has_content: false,
            next: ((0, 0), ToplevelStates::default()),
            states: ToplevelStates::default(),
            configures: Configures::default(),
            fit: None,
            room: None,
            margins: Margins::default(),
            followed: Default::default(),
            geometry: None,
            lacks_frame: false,
            frame: None,
            shadow: Margins::default(),
            look: Look::default(),
            bounds: [(0, 0); 2],
            limits: [(0, 0); 2],
            wants_frame: None,
            icon: None,
            dialog: None,
        }))
    }

    /// Asks the host to draw title and frame, or not to, if that is news.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn decorate(&mut self, wanted: bool, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if self.decoration.is_none() {
            let Some((manager, version)) = host.bind("zxdg_decoration_manager_v1", 1)? else {
                self.lacks_frame = wanted;
                return Ok(());
            };
            let made = host.make("zxdg_toplevel_decoration_v1", version)?;
            let opcode = zxdg_decoration_manager_v1::REQ_GET_TOPLEVEL_DECORATION_OPCODE;
            host.request(manager, opcode, |request| request.uint(made).uint(self.xdg_toplevel));
            self.decoration = Some(made);
        }
        let is_news = self.wants_frame.replace(wanted) != Some(wanted);
        let Some(decoration) = self.decoration.filter(|_| is_news) else { return Ok(()) };
        let mode = if wanted { 2 } else { 1 };
        let opcode = zxdg_toplevel_decoration_v1::REQ_SET_MODE_OPCODE;
        host.request(decoration, opcode, |request| request.uint(mode));
        Ok(())
    }

    /// The object by which the host says who draws the frame.
    pub fn decoration(&self) -> Option<u32> {
        self.decoration
    }

    /// `zxdg_toplevel_decoration_v1.configure`: the host draws the frame, or does not.
    pub fn decorated(&mut self, by_host: bool, wanted: bool) {
        self.lacks_frame = wanted && !by_host;
    }

    /// Whether carafe draws a frame around what is in those states.
    fn is_framed(&self, states: ToplevelStates, host: &Host<'_, '_>) -> bool {
        self.lacks_frame && !states.fullscreen && Frame::can_be_made(host)
    }

    /// Where the window is in the surface in those states.
    pub fn margins_in(&self, states: ToplevelStates, host: &Host<'_, '_>) -> Margins {
        if self.is_framed(states, host) { Frame::margins(host) } else { self.shadow }
    }

    /// The size in X pixels of a surface whose window has that size at the host, in those
    /// states.
    pub fn filled(
        &self,
        size: (u32, u32),
        states: ToplevelStates,
        host: &Host<'_, '_>,
    ) -> (u32, u32) {
        self.margins_in(states, host).surface(host.size_in_pixels(size))
    }

    /// Whether what is shown may be of any size.
    pub fn is_free(&self) -> bool {
        !self.followed.0.binds_size()
    }

    /// What it says of its shadow and frame holds for the content that is shown.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn arrange(&mut self, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        let (states, _) = self.followed;
        let is_framed = self.is_framed(states, host);
        if is_framed && self.frame.is_none() {
            self.frame = Frame::make(self.surface, host)?.map(Box::new);
        } else if !is_framed && let Some(frame) = self.frame.take() {
            frame.destroy(host);
        }
        self.margins = if self.frame.is_some() { Frame::margins(host) } else { self.shadow };
        Ok(())
    }

    /// Draws the frame for a surface of that size, if there is one.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn draw_frame(
        &mut self,
        surface: (u32, u32),
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        let size = self.size_at_host(surface, host);
        let Some(frame) = self.frame.as_mut().filter(|_| surface.0 > 0) else { return Ok(()) };
        self.look.active = self.states.activated;
        let [min, max] = self.bounds;
        let is_fixed = min == max && max.0 > 0 && max.1 > 0;
        self.look.resizable = !is_fixed && !self.followed.0.binds_size();
        frame.draw(size, &self.look, memory, host)
    }

    /// The host wants the window to have that size in those states, in its units. Gives what
    /// is left of that for the surface.
    pub fn room_for(
        &self,
        (width, height): (u32, u32),
        states: ToplevelStates,
        host: &Host<'_, '_>,
    ) -> (u32, u32) {
        let bar = if self.is_framed(states, host) { HEIGHT } else { 0 };
        (width, height.saturating_sub(bar).max(1))
    }

    /// The size at the host of a surface of so many pixels.
    pub fn size_at_host(&self, surface: (u32, u32), host: &Host<'_, '_>) -> (u32, u32) {
        self.fit.map_or_else(|| host.size(surface), |fit| fit.size(surface))
    }

    /// What the pixels of a surface of that size are at the host; `None`: the session's.
    pub fn zoom(&self, pixels: (u32, u32)) -> Option<Zoom> {
        let fit = self.fit.filter(|_| pixels.0 > 0 && pixels.1 > 0)?;
        Some(Zoom { pixels, host: fit.size(pixels) })
    }

    /// Names it.
    pub fn set_title(&mut self, title: &str, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_TITLE_OPCODE, |r| r.string(title));
        title.clone_into(&mut self.look.title);
    }

    /// Says whether it wants a dark frame.
    pub fn set_dark(&mut self, dark: bool) {
        self.look.dark = dark;
    }

    /// Says which application it is of.
    pub fn set_app_id(&self, id: &str, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_APP_ID_OPCODE, |r| r.string(id));
    }

    /// Says which window it belongs to; `None`: to none.
    pub fn set_parent(&self, parent: Option<&Self>, host: &mut Host<'_, '_>) {
        let parent = parent.map_or(0, |parent| parent.xdg_toplevel);
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_PARENT_OPCODE, |r| r.uint(parent));
    }

    /// Says how small and how large it may be, in X pixels; zeros: no bound. Gives whether
    /// that is news, which holds from the next commit on.
    pub fn set_bounds(
        &mut self,
        min: (u32, u32),
        max: (u32, u32),
        host: &mut Host<'_, '_>,
    ) -> bool {
        self.bounds = [min, max];
        let window = |size: (u32, u32)| {
            let margins = self.margins_in(ToplevelStates::default(), host);
            let (width, height) = host.size(margins.window(size));
            (if size.0 == 0 { 0 } else { width }, if size.1 == 0 { 0 } else { height })
        };
        let (min, max) = (window(min), window(max));
        if std::mem::replace(&mut self.limits, [min, max]) == [min, max] {
            return false;
        }
        let toplevel = self.xdg_toplevel;
        host.request(toplevel, xdg_toplevel::REQ_SET_MIN_SIZE_OPCODE, |request| {
            request.uint(min.0).uint(min.1)
        });
        host.request(toplevel, xdg_toplevel::REQ_SET_MAX_SIZE_OPCODE, |request| {
            request.uint(max.0).uint(max.1)
        });
        true
    }

    /// Says whether its parent can be used before it is closed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn set_modal(&mut self, modal: bool, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if self.dialog.is_none() && modal {
            let Some((manager, version)) = host.bind("xdg_wm_dialog_v1", 1)? else {
                return Ok(());
            };
            let made = host.make("xdg_dialog_v1", version)?;
            let opcode = xdg_wm_dialog_v1::REQ_GET_XDG_DIALOG_OPCODE;
            host.request(manager, opcode, |request| request.uint(made).uint(self.xdg_toplevel));
            self.dialog = Some(made);
        }
        let opcode = if modal {
            xdg_dialog_v1::REQ_SET_MODAL_OPCODE
        } else {
            xdg_dialog_v1::REQ_UNSET_MODAL_OPCODE
        };
        if let Some(dialog) = self.dialog {
            host.request(dialog, opcode, |request| request);
        }
        Ok(())
    }

    /// Asks for a state, or for its end.
    pub fn maximize(&self, wanted: bool, host: &mut Host<'_, '_>) {
        let opcode = if wanted {
            xdg_toplevel::REQ_SET_MAXIMIZED_OPCODE
        } else {
            xdg_toplevel::REQ_UNSET_MAXIMIZED_OPCODE
        };
        host.request(self.xdg_toplevel, opcode, |request| request);
    }

    /// The same for the whole screen. The host chooses which.
    pub fn fullscreen(&self, wanted: bool, host: &mut Host<'_, '_>) {
        if wanted {
            self.fullscreen_on(0, host);
        } else {
            let opcode = xdg_toplevel::REQ_UNSET_FULLSCREEN_OPCODE;
            host.request(self.xdg_toplevel, opcode, |request| request);
        }
    }

    /// Asks for the whole of the screen of a `wl_output`, by the host's id; 0: the host chooses.
    pub fn fullscreen_on(&self, output: u32, host: &mut Host<'_, '_>) {
        let opcode = xdg_toplevel::REQ_SET_FULLSCREEN_OPCODE;
        host.request(self.xdg_toplevel, opcode, |request| request.uint(output));
    }

    /// Puts it away.
    pub fn minimize(&self, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_MINIMIZED_OPCODE, |request| request);
    }

    /// The user moves it with the pointer whose button was pressed with that serial.
    pub fn drag(&self, seat: u32, serial: u32, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_MOVE_OPCODE, |request| {
            request.uint(seat).uint(serial)
        });
    }

    /// The same with an edge (`xdg_toplevel.resize_edge`).
    pub fn drag_edge(&self, seat: u32, serial: u32, edge: u32, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_RESIZE_OPCODE, |request| {
            request.uint(seat).uint(serial).uint(edge)
        });
    }

    /// The user wants the host's menu of the window, at a place of the window's in the
    /// host's units.
    pub fn show_menu(&self, seat: u32, serial: u32, at: (i32, i32), host: &mut Host<'_, '_>) {
        let opcode = xdg_toplevel::REQ_SHOW_WINDOW_MENU_OPCODE;
        host.request(self.xdg_toplevel, opcode, |request| {
            let request = request.uint(seat).uint(serial);
            request.uint(at.0.cast_unsigned()).uint(at.1.cast_unsigned())
        });
    }

    /// Says which part of a surface of that size (in X pixels) the window is, if that is
    /// news. Hosts end the session of a client whose window has another size than the states
    /// demand that it has acknowledged (weston), so that comes first, whatever is shown.
    pub fn set_geometry(&mut self, surface: (u32, u32), host: &mut Host<'_, '_>) {
        if surface.0 == 0 {
            return;
        }
        let Margins { left, top, .. } = self.margins;
        let (x, y) = host.place((left, top));
        // Nothing but a frame is around what is fitted.
        let own = match self.fit {
            Some(fit) => {
                let (width, height) = fit.size(surface);
                (width, height.saturating_add_signed(y.saturating_neg()))
            }
            None => host.size(self.margins.window(surface)),
        };
        let (width, height) = match self.followed {
            (states, Some(size)) if states.fullscreen => (own.0.min(size.0), own.1.min(size.1)),
            (states, Some(size)) if states.maximized => size,
            _ => own,
        };
        let geometry = [x.cast_unsigned(), y.cast_unsigned(), width, height];
        // Without one, hosts take all of the surface.
        let whole = self.size_at_host(surface, host);
        let is_all = self.geometry.is_none() && geometry == [0, 0, whole.0, whole.1];
        if is_all || self.geometry == Some(geometry) {
            return;
        }
        self.geometry = Some(geometry);
        let opcode = xdg_surface::REQ_SET_WINDOW_GEOMETRY_OPCODE;
        host.request(self.xdg_surface, opcode, |request| {
            geometry.into_iter().fold(request, MessageBuilder::uint)
        });
    }

    /// Content of that size (in X pixels) comes with the next commit: what it follows is
    /// acknowledged, and the window is what it is then.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn follow(&mut self, size: (u32, u32), host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if let Some((serial, Answer { states, window, fit, .. })) = self.configures.follow(size) {
            self.fit = fit;
            self.followed = (states, window);
            if let Some(serial) = serial {
                let opcode = xdg_surface::REQ_ACK_CONFIGURE_OPCODE;
                host.request(self.xdg_surface, opcode, |request| request.uint(serial));
            }
            self.arrange(host)?;
        }
        self.set_geometry(size, host);
        Ok(())
    }

    /// Commits the surface without new content.
    pub fn commit(&self, host: &mut Host<'_, '_>) {
        host.request(self.surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
    }

    /// Destroys it; the surface stays.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        if let Some(dialog) = self.dialog {
            host.request(dialog, xdg_dialog_v1::REQ_DESTROY_OPCODE, |request| request);
        }
        if let Some(frame) = self.frame {
            frame.destroy(host);
        }
        if let Some(aura) = self.aura {
            aura.destroy(host);
        }
        if let Some(decoration) = self.decoration {
            let opcode = zxdg_toplevel_decoration_v1::REQ_DESTROY_OPCODE;
            host.request(decoration, opcode, |request| request);
        }
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_DESTROY_OPCODE, |request| request);
        host.request(self.xdg_surface, xdg_surface::REQ_DESTROY_OPCODE, |request| request);
        if let Some(icon) = self.icon {
            icon.destroy(host);
        }
    }
}
