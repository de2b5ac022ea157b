//! Surfaces that are shown scaled. One handler decides on it. The handler that owns the host's
//! viewports applies it, and notes the size of the content.

/// How a surface is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    /// Its size in host coordinates.
    pub host: (i32, i32),
    /// The size of its content in client coordinates; zeros as long as it has none.
    pub client: (i32, i32),
}

impl Fit {
    /// Makes it for a size, which is at least one, as the successor of another one.
    pub fn new((width, height): (u32, u32), before: Option<Self>) -> Self {
        let whole = |length: u32| i32::try_from(length).unwrap_or(i32::MAX).max(1);
        let client = before.unwrap_or_default().client;
        Self { host: (whole(width), whole(height)), client }
    }

    /// Converts a place on the surface, in 256ths of host units, to the place where it would be if
    /// the surface were not scaled. The usual ratio between host and client coordinates then leads
    /// to the right point of the content.
    pub fn place(self, (x, y): (i32, i32), ratio: f64) -> (i32, i32) {
        if self.client.0 <= 0 || self.client.1 <= 0 {
            return (x, y);
        }
        let along = |at: i32, client: i32, host: i32| {
            let by = f64::from(client) / (f64::from(host) * ratio);
            #[expect(clippy::cast_possible_truncation, reason = "saturates")]
            let placed = (f64::from(at) * by).round() as i32;
            placed
        };
        (along(x, self.client.0, self.host.0), along(y, self.client.1, self.host.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_to_the_same_point_of_the_content() {
        let place = (100 * 256, 75 * 256);
        let mut fit = Fit::new((400, 150), None);
        assert_eq!(fit.place(place, 1.0), place, "nothing shown");
        fit.client = (200, 300);
        assert_eq!(fit.place(place, 1.0), (50 * 256, 150 * 256));
        // At two pixels per unit, the content would have 100×150 units.
        assert_eq!(fit.place(place, 2.0), (25 * 256, 75 * 256));
        assert_eq!(fit.place((i32::MAX, i32::MIN), 0.1).1, i32::MIN, "saturates");
    }

    #[test]
    fn another_size_at_the_host_leaves_the_contents_as_it_is() {
        let before = Fit { host: (1, 1), client: (200, 300) };
        let fit = Fit::new((0, u32::MAX), Some(before));
        assert_eq!(fit, Fit { host: (1, i32::MAX), client: (200, 300) });
    }
}
