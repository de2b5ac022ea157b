//! `--scale` and the options that belong to it.

use super::{Arguments, UsageError};
use crate::cursors;
use crate::handlers::Scaling;
use crate::session::Scale;

/// Bounds of `--dpi`; sommelier has the same.
const DPI: std::ops::RangeInclusive<u32> = 72..=9600;

/// Reads the options.
///
/// # Errors
/// [`UsageError::BadValue`].
pub fn scaling(given: &Arguments) -> Result<Scaling, UsageError> {
    Ok(Scaling {
        scale: scale(given)?.unwrap_or_default(),
        direct: given.has("direct-scale"),
        dpi: dpi(given)?.into(),
    })
}

/// The `XCURSOR_SIZE` for programs: 24 times the scale, as in sommelier.
///
/// # Errors
/// [`UsageError::BadValue`].
pub fn cursor_size(given: &Arguments) -> Result<Option<u32>, UsageError> {
    Ok(scale(given)?.map(cursors::size_for_programs))
}

fn scale(given: &Arguments) -> Result<Option<Scale>, UsageError> {
    // No range contains NaN, so that is refused too.
    let scale = given.in_range("scale", 0.1..=10.0, "a number from 0.1 to 10")?;
    Ok(scale.map(Scale::new))
}

fn dpi(given: &Arguments) -> Result<Vec<u32>, UsageError> {
    let Some(value) = given.get("dpi") else { return Ok(Vec::new()) };
    let text = value.to_string_lossy();
    let parts = text.split(',').filter(|part| !part.is_empty());
    let parsed = parts.map(|part| part.trim().parse().ok().filter(|dpi| DPI.contains(dpi)));
    let wanted = "numbers from 72 to 9600, like 96,160,240";
    parsed.collect::<Option<_>>().ok_or_else(|| UsageError::bad_value("dpi", value, wanted))
}
