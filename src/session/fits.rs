//! Surfaces that are shown at another size than that of their content. One handler decides
//! it; the one that owns the host's viewports follows, and says what the content's size is.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::scale::Scale;

/// How a surface is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Fit {
    /// Its size in the host's coordinates.
    host: (i32, i32),
    /// Its content's size in the client's; zeros: it has none yet.
    client: (i32, i32),
}

/// See the module. By the client's ids of the surfaces.
#[derive(Default)]
pub struct Fits(HashMap<u32, Fit>);

impl Fits {
    /// From its next commit on a surface is shown at that size in the host's coordinates;
    /// `None`: at its own. Sizes are at least one. Gives whether that is new.
    pub fn set(&mut self, surface: u32, size: Option<(u32, u32)>) -> bool {
        let Some((width, height)) = size else { return self.0.remove(&surface).is_some() };
        let whole = |length: u32| i32::try_from(length).unwrap_or(i32::MAX).max(1);
        let size = (whole(width), whole(height));
        std::mem::replace(&mut self.0.entry(surface).or_default().host, size) != size
    }

    /// The size in the host's coordinates at which a surface is to be shown, if it is not
    /// its own.
    pub fn get(&self, surface: u32) -> Option<(i32, i32)> {
        self.0.get(&surface).map(|fit| fit.host)
    }

    /// What a surface shows has that size in the client's coordinates.
    pub fn shows(&mut self, surface: u32, size: (i32, i32)) {
        if let Some(fit) = self.0.get_mut(&surface) {
            fit.client = size;
        }
    }

    /// A place on a surface, in 256ths of the host's units: where it would be if the surface
    /// had its own size, so that `scale` leads to the same point of the content.
    pub fn place(&self, surface: u32, (x, y): (i32, i32), scale: Scale) -> (i32, i32) {
        let Some(fit) = self.0.get(&surface).filter(|fit| fit.client.0 > 0 && fit.client.1 > 0)
        else {
            return (x, y);
        };
        let along = |at: i32, client: i32, host: i32| {
            let ratio = f64::from(client) / (f64::from(host) * scale.ratio());
            #[expect(clippy::cast_possible_truncation, reason = "saturates")]
            let placed = (f64::from(at) * ratio).round() as i32;
            placed
        };
        (along(x, fit.client.0, fit.host.0), along(y, fit.client.1, fit.host.1))
    }
}
