//! Events of newer versions of `xdg_toplevel` that come before a configure.

use std::collections::HashMap;

use wayland_protocols::xdg::shell::client::xdg_toplevel::{self, WmCapabilities};

use super::outputs::{BoundOutput, BoundOutputs};
use crate::aura::is_chromeos;
use crate::session::{Context, Incoming};

/// Bound on the windows that are followed; others get no bounds.
const MAX_BOUNDED_WINDOWS: usize = 4096;

/// The last values that a window was told.
#[derive(Default)]
struct WindowValues {
    bounds: (i32, i32),
    has_capabilities: bool,
}

/// The windows, by the client's `xdg_toplevel` ids.
#[derive(Default)]
pub struct Windows(HashMap<u32, WindowValues>);

impl Windows {
    /// Sends the events that come before `xdg_toplevel.configure`.
    pub fn configure(
        &mut self,
        incoming: &Incoming<'_>,
        outputs: &BoundOutputs,
        context: &mut Context<'_>,
    ) {
        let (id, versions) = (incoming.object.peer, incoming.object.versions);
        if id == 0 || self.0.len() >= MAX_BOUNDED_WINDOWS && !self.0.contains_key(&id) {
            return;
        }
        let lacks = |since| versions.client() >= since && versions.host() < since;
        let told = self.0.entry(id).or_default();
        if lacks(xdg_toplevel::EVT_CONFIGURE_BOUNDS_SINCE) {
            let bounds = bounds(outputs);
            if told.bounds != bounds {
                told.bounds = bounds;
                let [width, height] = [bounds.0, bounds.1].map(i32::cast_unsigned);
                let opcode = xdg_toplevel::EVT_CONFIGURE_BOUNDS_OPCODE;
                context.to_client.make(id, opcode, |event| event.uint(width).uint(height));
            }
        }
        if lacks(xdg_toplevel::EVT_WM_CAPABILITIES_SINCE) && !told.has_capabilities {
            told.has_capabilities = true;
            let opcode = xdg_toplevel::EVT_WM_CAPABILITIES_OPCODE;
            let all = capabilities(context);
            context.to_client.make(id, opcode, |event| event.array(&all));
        }
    }

    /// Handles that the client destroys a window.
    pub fn gone(&mut self, id: u32) {
        self.0.remove(&id);
    }
}

/// The bounds. They include all outputs, because nobody tells on which one a window will be. Zeros
/// if not known.
fn bounds(outputs: &BoundOutputs) -> (i32, i32) {
    let sizes = outputs.iter().filter_map(BoundOutput::room);
    let least = sizes.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)));
    least.unwrap_or_default()
}

/// The requests that the host supports. By the protocol, a host that does not tell supports all of
/// them, but ChromeOS shows no window menu.
fn capabilities(context: &Context<'_>) -> Vec<u8> {
    let all = [
        WmCapabilities::WindowMenu,
        WmCapabilities::Maximize,
        WmCapabilities::Fullscreen,
        WmCapabilities::Minimize,
    ];
    let all = all.into_iter().map(u32::from);
    all.skip(usize::from(is_chromeos(context))).flat_map(u32::to_ne_bytes).collect()
}
