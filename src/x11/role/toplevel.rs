//! `xdg_toplevel`: a window at the host, with its configurations, decoration and dialog.

mod icon;
mod requests;
mod shell;

use wayland_client::protocol::wl_surface;
use wayland_protocols::xdg::decoration::zv1::client::{
    zxdg_decoration_manager_v1, zxdg_toplevel_decoration_v1,
};
use wayland_protocols::xdg::dialog::v1::client::{xdg_dialog_v1, xdg_wm_dialog_v1};
use wayland_protocols::xdg::shell::client::{xdg_surface, xdg_toplevel, xdg_wm_base};

use super::aura::AuraToplevel;
use super::frame::FrameLook;
use super::{Aura, Frame};
use crate::aura;
use crate::aura::AuraSurface;
use crate::channel::Memory;
use crate::pictures::HostPicture;
use crate::session::Fault;
use crate::wire::MessageBuilder;
use crate::x11::host::Host;

/// The version of `xdg_wm_base` that carafe uses, if the host has it.
pub const WM_BASE_VERSION: u32 = 6;

/// A window at the host.
#[derive(Debug)]
pub struct Toplevel {
    /// The `wl_surface`, by the host's id.
    pub surface: u32,
    /// The `xdg_surface`.
    pub xdg_surface: u32,
    /// The `xdg_toplevel`.
    pub xdg_toplevel: u32,
    decoration: Option<u32>,
    /// The object with which the client may place the window, if the host allows that.
    pub aura: Option<Aura>,
    shell_object: Option<AuraToplevel>,
    /// The object with which `ChromeOS`'s shell is told about it.
    pub shell: Option<AuraSurface>,
    /// The frame that the shell draws, and its colour, if carafe has set them.
    shell_frame: Option<(aura::ShellFrame, u32)>,
    /// The ratio of width to height that the shell keeps; zeros for none.
    aspect: (u32, u32),
    /// The shell keeps it above other windows.
    is_above: bool,
    /// Whether it has shown content yet.
    pub has_content: bool,
    /// The configuration that the host is sending.
    pub coming: Configure,
    /// Whether it needs a frame that the host does not draw.
    lacks_frame: bool,
    /// The frame that carafe draws.
    pub frame: Option<Box<Frame>>,
    /// What the frame shows about the window.
    look: FrameLook,
    /// Whether carafe has asked the host to draw a frame (`true`) or not to (`false`); `None` if it
    /// has not asked.
    wants_frame: Option<bool>,
    icon: Option<HostPicture>,
    dialog: Option<u32>,
}

impl Toplevel {
    /// Gives a surface this role; the caller sets it up and commits. `None` if the host has no
    /// xdg-shell.
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
            shell_object: None,
            shell: None,
            shell_frame: None,
            aspect: (0, 0),
            is_above: false,
            has_content: false,
            coming: Configure::default(),
            lacks_frame: false,
            frame: None,
            look: FrameLook::default(),
            wants_frame: None,
            icon: None,
            dialog: None,
        }))
    }

    /// Sets the title.
    pub fn set_title(&mut self, title: &str, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_TITLE_OPCODE, |r| r.string(title));
        title.clone_into(&mut self.look.title);
    }

    /// Sets whether it wants a dark frame.
    pub fn set_dark(&mut self, dark: bool) {
        self.look.dark = dark;
    }

    /// Sets the application's id.
    pub fn set_app_id(&self, id: &str, host: &mut Host<'_, '_>) {
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_APP_ID_OPCODE, |r| r.string(id));
    }

    /// Sets the parent.
    pub fn set_parent(&self, parent: Option<&Self>, host: &mut Host<'_, '_>) {
        let parent = parent.map_or(0, |parent| parent.xdg_toplevel);
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_SET_PARENT_OPCODE, |r| r.uint(parent));
    }

    /// Sets the window geometry: the place and size of the window in its surface.
    pub fn set_geometry(&self, geometry: [u32; 4], host: &mut Host<'_, '_>) {
        let opcode = xdg_surface::REQ_SET_WINDOW_GEOMETRY_OPCODE;
        host.request(self.xdg_surface, opcode, |request| {
            geometry.into_iter().fold(request, MessageBuilder::uint)
        });
    }

    /// Sets the smallest and largest size; zeros for no limit.
    pub fn set_limits(&self, [min, max]: [(u32, u32); 2], host: &mut Host<'_, '_>) {
        let toplevel = self.xdg_toplevel;
        host.request(toplevel, xdg_toplevel::REQ_SET_MIN_SIZE_OPCODE, |request| {
            request.uint(min.0).uint(min.1)
        });
        host.request(toplevel, xdg_toplevel::REQ_SET_MAX_SIZE_OPCODE, |request| {
            request.uint(max.0).uint(max.1)
        });
    }

    /// Acknowledges a configuration.
    pub fn acknowledge(&self, serial: u32, host: &mut Host<'_, '_>) {
        let opcode = xdg_surface::REQ_ACK_CONFIGURE_OPCODE;
        host.request(self.xdg_surface, opcode, |request| request.uint(serial));
    }

    /// Commits the surface without new content.
    pub fn commit(&self, host: &mut Host<'_, '_>) {
        host.request(self.surface, wl_surface::REQ_COMMIT_OPCODE, |request| request);
    }

    /// Destroys it; the surface stays.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        // Objects of extensions must be destroyed before the toplevel.
        if let Some(dialog) = self.dialog {
            host.request(dialog, xdg_dialog_v1::REQ_DESTROY_OPCODE, |request| request);
        }
        if let Some(frame) = self.frame {
            frame.destroy(host);
        }
        if let Some(aura) = self.shell_object {
            aura.destroy(host);
        }
        if let Some(shell) = self.shell {
            shell.release(host.context);
        }
        if let Some(decoration) = self.decoration {
            let opcode = zxdg_toplevel_decoration_v1::REQ_DESTROY_OPCODE;
            host.request(decoration, opcode, |request| request);
        }
        host.request(self.xdg_toplevel, xdg_toplevel::REQ_DESTROY_OPCODE, |request| request);
        host.request(self.xdg_surface, xdg_surface::REQ_DESTROY_OPCODE, |request| request);
        if let Some(icon) = self.icon {
            icon.destroy(host.context);
        }
    }
}

/// The states that the host has given a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each may be there without the others")]
pub struct ToplevelStates {
    /// It fills the screen except for panels.
    pub maximized: bool,
    /// It fills the screen.
    pub fullscreen: bool,
    /// The user is dragging its edge.
    pub resizing: bool,
    /// It has the keyboard, or is drawn as if it had.
    pub activated: bool,
    /// One of its edges touches another window or the edge of the screen.
    pub tiled: bool,
    /// It is not visible, so nothing need be drawn.
    pub suspended: bool,
}

impl ToplevelStates {
    /// Reads the array of `xdg_toplevel.configure`.
    pub fn read(states: &[u8]) -> Self {
        let mut all = Self::default();
        for state in states.as_chunks().0 {
            match u32::from_ne_bytes(*state) {
                1 => all.maximized = true,
                2 => all.fullscreen = true,
                3 => all.resizing = true,
                4 => all.activated = true,
                5..=8 => all.tiled = true,
                9 => all.suspended = true,
                _ => {}
            }
        }
        all
    }

    /// Whether the window must not differ from the host's size, whatever the client's hints say.
    pub fn binds_size(&self) -> bool {
        self.maximized || self.fullscreen
    }

    /// Whether the window must fill the host's size exactly.
    pub fn must_be_filled(&self) -> bool {
        self.maximized && !self.fullscreen
    }

    /// Whether the host has chosen the size. A tiled window that is smaller leaves a gap.
    pub fn is_placed(&self) -> bool {
        self.binds_size() || self.tiled
    }
}

/// The host's configuration of a toplevel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Configure {
    /// The window's size in host units; zeros if the client may choose.
    pub size: (u32, u32),
    /// Its states.
    pub states: ToplevelStates,
    /// The window's place in host units, relative to the corner of the X screens; `None` if it does
    /// not change.
    pub place: Option<(i32, i32)>,
}

impl Configure {
    /// The size, if the host sets one.
    pub fn named_size(&self) -> Option<(u32, u32)> {
        Some(self.size).filter(|(width, height)| *width > 0 && *height > 0)
    }
}

impl Toplevel {
    /// Asks the host to draw a frame, or not to, if that has changed.
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

    /// The object whose events tell who draws the frame.
    pub fn decoration(&self) -> Option<u32> {
        self.decoration
    }

    /// Handles `zxdg_toplevel_decoration_v1.configure`, which tells whether the host draws the
    /// frame.
    pub fn decorated(&mut self, by_host: bool, wanted: bool) {
        self.lacks_frame = wanted && !by_host;
    }

    /// Whether carafe must draw a frame, and can.
    pub fn needs_frame(&self, host: &Host<'_, '_>) -> bool {
        self.lacks_frame && Frame::can_be_made(host)
    }

    /// Makes carafe's frame, or destroys it, if that has changed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn set_frame(&mut self, wanted: bool, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if wanted && self.frame.is_none() {
            self.frame = Frame::make(self.surface, host)?.map(Box::new);
        } else if !wanted && let Some(frame) = self.frame.take() {
            frame.destroy(host);
        }
        Ok(())
    }

    /// Draws the frame for a surface of this size in host units, if there is a frame and it has
    /// changed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there is no memory, or too many objects.
    pub fn draw_frame(
        &mut self,
        size: (u32, u32),
        (active, resizable): (bool, bool),
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(frame) = &mut self.frame else { return Ok(()) };
        (self.look.active, self.look.resizable) = (active, resizable);
        frame.draw(size, &self.look, memory, host)
    }
}

impl Toplevel {
    /// Sets whether it is modal.
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
}
