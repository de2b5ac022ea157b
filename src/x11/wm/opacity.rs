//! `_NET_WM_WINDOW_OPACITY`: translucent windows, on hosts that have `wp_alpha_modifier_v1`, or
//! `ChromeOS`'s `zcr_alpha_compositing_v1`.

use wayland_client::protocol::wl_surface;
use wayland_protocols::wp::alpha_modifier::v1::client::{
    wp_alpha_modifier_surface_v1, wp_alpha_modifier_v1,
};

use super::{Env, Wm};
use crate::protocol::chromeos::{self, DESTROY_BLENDING, GET_BLENDING, SET_ALPHA};
use crate::session::Fault;
use crate::x11::host::Host;

/// What tells the host how opaque a surface is.
#[derive(Clone, Copy, Debug)]
pub enum Opacity {
    /// A `wp_alpha_modifier_surface_v1`.
    Modifier(u32),
    /// A `zcr_blending_v1`.
    Blending(u32),
}

impl Opacity {
    /// Of a surface, by its id at the host. `None`: the host cannot be told.
    fn make(surface: u32, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        if let Some((manager, version)) = host.bind("wp_alpha_modifier_v1", 1)? {
            let made = host.make("wp_alpha_modifier_surface_v1", version)?;
            let opcode = wp_alpha_modifier_v1::REQ_GET_SURFACE_OPCODE;
            host.request(manager, opcode, |request| request.uint(made).uint(surface));
            return Ok(Some(Self::Modifier(made)));
        }
        let Some((manager, version)) = host.bind("zcr_alpha_compositing_v1", 1)? else {
            return Ok(None);
        };
        let made = host.make("zcr_blending_v1", version)?;
        host.request(manager, GET_BLENDING, |request| request.uint(made).uint(surface));
        Ok(Some(Self::Blending(made)))
    }

    fn set(self, factor: u32, host: &mut Host<'_, '_>) {
        let (object, opcode, value) = match self {
            Self::Modifier(object) => {
                (object, wp_alpha_modifier_surface_v1::REQ_SET_MULTIPLIER_OPCODE, factor)
            }
            Self::Blending(object) => (object, SET_ALPHA, chromeos::alpha(factor)),
        };
        host.request(object, opcode, |request| request.uint(value));
    }

    fn destroy(self, host: &mut Host<'_, '_>) {
        let (object, opcode) = match self {
            Self::Modifier(object) => (object, wp_alpha_modifier_surface_v1::REQ_DESTROY_OPCODE),
            Self::Blending(object) => (object, DESTROY_BLENDING),
        };
        host.request(object, opcode, |request| request);
    }
}

impl Wm {
    /// Tells the host a window's opacity, if it has changed.
    pub(super) fn tell_opacity(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        let wanted = window.properties.opacity;
        let Some(surface) = window.surface.filter(|_| window.opacity.is_some() || wanted.is_some())
        else {
            return Ok(());
        };
        let at_host = env.host.of_client(surface);
        if window.opacity.is_none() && at_host != 0 {
            window.opacity = Opacity::make(at_host, &mut env.host)?;
        }
        let Some(opacity) = window.opacity else { return Ok(()) };
        opacity.set(wanted.unwrap_or(u32::MAX), &mut env.host);
        if window.is_configured() && !env.surfaces.is_within_frame(surface, env.host.context) {
            let opcode = wl_surface::REQ_COMMIT_OPCODE;
            env.host.request(at_host, opcode, |request| request);
        }
        Ok(())
    }

    /// Removes the opacity, because the window's surface is about to go.
    pub(super) fn drop_opacity(&mut self, id: u32, env: &mut Env<'_, '_>) {
        let opacity = self.windows.get_mut(&id).and_then(|window| window.opacity.take());
        if let Some(opacity) = opacity {
            opacity.destroy(&mut env.host);
        }
    }
}
