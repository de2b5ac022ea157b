//! A window's icon: `_NET_WM_ICON`, which has several sizes, and `xdg_toplevel_icon_v1`.

use wayland_protocols::xdg::toplevel_icon::v1::client::{
    xdg_toplevel_icon_manager_v1, xdg_toplevel_icon_v1,
};

use super::Toplevel;
use crate::channel::Memory;
use crate::pictures::Picture;
use crate::session::Fault;
use crate::x11::host::Host;

/// The best size: hosts show icons at this size or smaller.
const BEST_SIZE: u32 = 64;

/// Bound on an icon's width and height.
const MAX_EDGE: u32 = 512;

/// The smallest picture that is at least as large as the best size; the largest if there is none.
/// In the property, each picture is its width, its height, and its pixels (ARGB, not
/// premultiplied).
fn best(mut icons: &[u32]) -> Option<Picture> {
    let mut best: Option<(u32, &[u32])> = None;
    while let [width, height, rest @ ..] = icons {
        let size = (*width as usize).saturating_mul(*height as usize);
        let Some((pixels, behind)) = rest.split_at_checked(size) else { break };
        icons = behind;
        // The host's protocol allows only square icons.
        if width != height || !(1..=MAX_EDGE).contains(width) {
            continue;
        }
        let is_better = best.is_none_or(|(edge, _)| {
            if edge < BEST_SIZE { *width > edge } else { (BEST_SIZE..edge).contains(width) }
        });
        if is_better {
            best = Some((*width, pixels));
        }
    }
    let (edge, pixels) = best?;
    Some(Picture { size: (edge, edge), pixels: pixels.iter().map(|p| premultiplied(*p)).collect() })
}

fn premultiplied(pixel: u32) -> u32 {
    let [blue, green, red, alpha] = pixel.to_le_bytes();
    let by = |part: u8| (u16::from(part) * u16::from(alpha) / 255).to_le_bytes()[0];
    u32::from_le_bytes([by(blue), by(green), by(red), alpha])
}

impl Toplevel {
    /// Sets the window's icon, of those in its property; without one that fits, it has the icon of
    /// its application.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn set_icon(
        &mut self,
        icons: &[u32],
        memory: Option<&dyn Memory>,
        host: &mut Host<'_, '_>,
    ) -> Result<(), Fault> {
        let icon = best(icons);
        let manager = host.bind("xdg_toplevel_icon_manager_v1", 1)?;
        let Some((manager, version)) = manager.filter(|_| icon.is_some() || self.icon.is_some())
        else {
            return Ok(());
        };
        let shown = match icon {
            Some(icon) => icon.show(memory, host.context)?,
            None => None,
        };
        let mut named = 0;
        if let Some(shown) = &shown {
            named = host.make("xdg_toplevel_icon_v1", version)?;
            let opcode = xdg_toplevel_icon_manager_v1::REQ_CREATE_ICON_OPCODE;
            host.request(manager, opcode, |request| request.uint(named));
            let opcode = xdg_toplevel_icon_v1::REQ_ADD_BUFFER_OPCODE;
            // The second request replaces the first. It is needed because hosts with smithay 0.7
            // disconnect a client that destroys an icon's buffer, even long after the icon, unless
            // the buffer was added twice (`ShmBufferUserData::remove_destruction_hook` removes the
            // wrong one of two).
            for _ in 0..2 {
                host.request(named, opcode, |request| request.uint(shown.buffer).uint(1));
            }
        }
        let opcode = xdg_toplevel_icon_manager_v1::REQ_SET_ICON_OPCODE;
        host.request(manager, opcode, |request| request.uint(self.xdg_toplevel).uint(named));
        if named != 0 {
            let opcode = xdg_toplevel_icon_v1::REQ_DESTROY_OPCODE;
            host.request(named, opcode, |request| request);
        }
        if let Some(before) = std::mem::replace(&mut self.icon, shown) {
            before.destroy(host.context);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// No numbers in a client's property cause a panic.
        #[test]
        fn any_numbers_are_read(icons in proptest::collection::vec(prop_oneof![0..5u32, any::<u32>()], 0..50)) {
            let is_square = best(&icons).is_none_or(|best| best.size.0 == best.size.1);
            prop_assert!(is_square);
        }
    }
}
