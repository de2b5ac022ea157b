//! The ratio between a client's coordinates and the host's.

#[cfg(test)]
mod tests;

use crate::protocol::Coordinate;
use crate::wire::ArgShape;

/// Client units per logical unit of the host.
///
/// In 1200ths, so that a user's two decimals and the protocols' 120ths are exact. All arithmetic
/// saturates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u32);

const ONE: u32 = 1200;

impl Default for Scale {
    fn default() -> Self {
        Self::ONE
    }
}

impl Scale {
    /// Both sides' coordinates are the same.
    pub const ONE: Self = Self(ONE);

    /// The scale nearest to `ratio`, within 0.1 and 10, which are sommelier's bounds.
    pub fn new(ratio: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        Self((ratio.clamp(0.1, 10.0) * f64::from(ONE)).round() as u32)
    }

    /// As a number.
    pub fn ratio(self) -> f64 {
        f64::from(self.0) / f64::from(ONE)
    }

    /// Whether it changes nothing.
    #[inline]
    pub fn is_one(self) -> bool {
        self == Self::ONE
    }

    /// Converts a position from host to client coordinates, rounded to the nearest.
    pub fn at_to_client(self, value: i32) -> i32 {
        self.to_client().nearest(value)
    }

    /// Converts a position from client to host coordinates, rounded to the nearest.
    pub fn at_to_host(self, value: i32) -> i32 {
        self.to_host().nearest(value)
    }

    /// Converts a size from host to client coordinates, rounded up, so that what the client draws
    /// is never too small. 0 and negative values are not sizes and stay unchanged.
    pub fn size_to_client(self, value: i32) -> i32 {
        if value > 0 { self.to_client().up(value) } else { value }
    }

    /// Converts a size from client to host coordinates: the number of whole units in it, at least
    /// one. [`size_to_client`](Self::size_to_client) of the result is never more than `value`,
    /// unless `value` is smaller than a unit. 0 and negative values stay unchanged.
    pub fn size_to_host(self, value: i32) -> i32 {
        if value > 0 { self.to_host().down(value).max(1) } else { value }
    }

    /// Converts a size from client to host coordinates, rounded up.
    pub fn size_up_to_host(self, value: i32) -> i32 {
        if value > 0 { self.to_host().up(value) } else { value }
    }

    /// Whether a client's position is a whole host position. (Clients use the largest number for
    /// "without an end".)
    pub fn is_whole_at_host(self, value: i32) -> bool {
        value == i32::MAX || (i64::from(value) * i64::from(ONE)) % i64::from(self.0) == 0
    }

    /// Converts two edges from client to host coordinates, rounded towards each other or away from
    /// each other.
    pub fn edges_to_host(self, start: i32, end: i32, inwards: bool) -> (i32, i32) {
        let ratio = self.to_host();
        if inwards {
            (ratio.up(start), ratio.down(end))
        } else {
            (ratio.down(start), ratio.up(end))
        }
    }

    /// Rewrites the coordinate at an offset in a message's arguments.
    ///
    /// # Errors
    /// [`ArgShape::Short`] when there is none.
    pub fn rewrite<const FROM_CLIENT: bool>(
        self,
        body: &mut [u8],
        offset: u16,
        coordinate: Coordinate,
    ) -> Result<(), ArgShape> {
        let ratio = if FROM_CLIENT { self.to_host() } else { self.to_client() };
        let offset = usize::from(offset);
        let start = match coordinate {
            Coordinate::Extent | Coordinate::OuterExtent => {
                i64::from(word(body, offset.checked_sub(8).ok_or(ArgShape::Short)?)?.1)
            }
            _ => 0,
        };
        let (place, value) = word(body, offset)?;
        let end = start + i64::from(value);
        let value = match coordinate {
            Coordinate::At | Coordinate::Fixed => ratio.nearest(value),
            Coordinate::Outer => ratio.down(value),
            Coordinate::Length => ratio.length(value),
            Coordinate::Extent => ratio.between(start, end, Ratio::nearest_of, Ratio::nearest_of),
            Coordinate::OuterExtent => ratio.between(start, end, Ratio::down_of, Ratio::up_of),
        };
        *place = value.to_ne_bytes();
        Ok(())
    }

    fn to_host(self) -> Ratio {
        Ratio { times: ONE, by: self.0 }
    }

    fn to_client(self) -> Ratio {
        Ratio { times: self.0, by: ONE }
    }
}

fn word(body: &mut [u8], offset: usize) -> Result<(&mut [u8; 4], i32), ArgShape> {
    let place = body.get_mut(offset..).and_then(<[u8]>::first_chunk_mut).ok_or(ArgShape::Short)?;
    let value = i32::from_ne_bytes(*place);
    Ok((place, value))
}

/// A factor and a divisor; neither is 0, and both are below 2¹⁴.
#[derive(Clone, Copy)]
struct Ratio {
    times: u32,
    by: u32,
}

impl Ratio {
    fn down_of(self, value: i64) -> i64 {
        (value * i64::from(self.times)).div_euclid(i64::from(self.by))
    }

    fn up_of(self, value: i64) -> i64 {
        -self.down_of(-value)
    }

    fn nearest_of(self, value: i64) -> i64 {
        (value * i64::from(self.times) * 2 + i64::from(self.by)).div_euclid(i64::from(self.by) * 2)
    }

    fn nearest(self, value: i32) -> i32 {
        saturate(self.nearest_of(value.into()))
    }

    fn down(self, value: i32) -> i32 {
        saturate(self.down_of(value.into()))
    }

    fn up(self, value: i32) -> i32 {
        saturate(self.up_of(value.into()))
    }

    /// Rounds away from 0. Protocols use -1 for "no value".
    fn length(self, value: i32) -> i32 {
        match value {
            -1 => -1,
            ..0 => self.down(value),
            0.. => self.up(value),
        }
    }

    /// The distance between two edges; not 0 unless it was 0 before.
    fn between(
        self,
        start: i64,
        end: i64,
        start_of: impl Fn(Self, i64) -> i64,
        end_of: impl Fn(Self, i64) -> i64,
    ) -> i32 {
        let extent = end_of(self, end) - start_of(self, start);
        saturate(if end > start { extent.max(1) } else { extent })
    }
}

fn saturate(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}
