//! The scales of the tests, and how other programs round.

/// Scales of hosts and of carafe.
pub const SCALES: [f64; 7] = [0.5, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25];

/// What a client knows of scales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knows {
    /// `wp_fractional_scale_v1` and `wp_viewport`.
    Fractions,
    /// `wl_surface.preferred_buffer_scale` or `wl_output.scale`, and `set_buffer_scale`.
    Integers,
    /// No scales: a unit is a pixel.
    Nothing,
}

impl Knows {
    /// Whether it can draw exactly the pixels of a host at scale `h` through `s`.
    pub fn can(self, s: f64, h: f64) -> bool {
        let ratio = h / s;
        match self {
            // The protocol has scales in parts of 120.
            Self::Fractions => whole(ratio * 120.0),
            Self::Integers => whole(ratio),
            Self::Nothing => whole(ratio) && ratio as i64 == 1,
        }
    }
}

fn whole(number: f64) -> bool {
    (number - number.round()).abs() < 1e-9
}

/// All pairs of scales of carafe and the host at which such a client can be sharp.
pub fn sharp_pairs(knows: Knows) -> impl Iterator<Item = (f64, f64)> {
    let pairs = SCALES.into_iter().flat_map(|s| SCALES.map(|h| (s, h)));
    pairs.filter(move |(s, h)| knows.can(*s, *h))
}

/// A length that is a whole number of the host's units and of its pixels at a scale; about the same
/// at all scales.
pub fn whole_length(s: f64) -> i32 {
    if [1.25, 1.75].contains(&s) { 35 } else { 36 }
}

/// The pixels that a part of a line covers, from its edges' nearest pixels.
pub fn pixels(start: i64, length: i64, scale: f64) -> (i64, i64) {
    let edge = |at: i64| (at as f64 * scale).round() as i64;
    (edge(start), edge(start + length) - edge(start))
}
