//! `_NET_WM_WINDOW_OPACITY`: translucent windows, on hosts that have `wp_alpha_modifier_v1`.

use wayland_client::protocol::wl_surface;
use wayland_protocols::wp::alpha_modifier::v1::client::{
    wp_alpha_modifier_surface_v1, wp_alpha_modifier_v1,
};

use super::{Env, Wm};
use crate::session::Fault;

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
            let Some((manager, version)) = env.host.bind("wp_alpha_modifier_v1", 1)? else {
                return Ok(());
            };
            let made = env.host.make("wp_alpha_modifier_surface_v1", version)?;
            let opcode = wp_alpha_modifier_v1::REQ_GET_SURFACE_OPCODE;
            env.host.request(manager, opcode, |request| request.uint(made).uint(at_host));
            window.opacity = Some(made);
        }
        let Some(opacity) = window.opacity else { return Ok(()) };
        let opcode = wp_alpha_modifier_surface_v1::REQ_SET_MULTIPLIER_OPCODE;
        let factor = wanted.unwrap_or(u32::MAX);
        env.host.request(opacity, opcode, |request| request.uint(factor));
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
            let opcode = wp_alpha_modifier_surface_v1::REQ_DESTROY_OPCODE;
            env.host.request(opacity, opcode, |request| request);
        }
    }
}
