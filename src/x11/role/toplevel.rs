//! `xdg_toplevel`: a window at the host.

mod decoration;
mod dialog;
mod icon;
mod requests;
mod shell;

use wayland_client::protocol::wl_surface;
use wayland_protocols::xdg::decoration::zv1::client::zxdg_toplevel_decoration_v1;
use wayland_protocols::xdg::dialog::v1::client::xdg_dialog_v1;
use wayland_protocols::xdg::shell::client::{xdg_surface, xdg_toplevel, xdg_wm_base};

use super::aura::AuraToplevel;
use super::frame::FrameLook;
use super::{Aura, Configure, Frame};
use crate::aura::{self, AuraSurface};
use crate::pictures::HostPicture;
use crate::session::Fault;
use crate::wire::MessageBuilder;
use crate::x11::host::Host;

/// The version of `xdg_wm_base` that carafe uses, if the host has it.
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
