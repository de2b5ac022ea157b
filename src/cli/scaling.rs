//! `--scale` and what goes with it.

use super::{Given, UsageError};
use crate::handlers::Scaling;
use crate::session::Scale;

/// Bounds of `--dpi`, as sommelier has them.
const DPI: std::ops::RangeInclusive<u32> = 72..=9600;

/// What the options ask for.
///
/// # Errors
/// [`UsageError::BadValue`].
pub fn scaling(given: &Given) -> Result<Scaling, UsageError> {
    let scale = given.parsed("scale", "a number from 0.1 to 10")?.unwrap_or(1.0f64);
    if !scale.is_finite() || scale <= 0.0 {
        return Err(UsageError::BadValue {
            option: "scale",
            value: scale.to_string(),
            wanted: "a number from 0.1 to 10",
        });
    }
    Ok(Scaling {
        scale: Scale::new(scale),
        direct: given.has("direct-scale"),
        dpi: dpi(given)?.into(),
    })
}

/// `XCURSOR_SIZE` for programs, which sommelier gives them with its scale: usually 24.
///
/// # Errors
/// [`UsageError::BadValue`].
pub fn cursor_size(given: &Given) -> Result<Option<u32>, UsageError> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    Ok(scale(given)?.map(|scale| (24.0 * scale.ratio() + 0.5) as u32))
}

fn scale(given: &Given) -> Result<Option<Scale>, UsageError> {
    const WANTED: &str = "a number from 0.1 to 10";
    let Some(scale) = given.parsed::<f64>("scale", WANTED)? else { return Ok(None) };
    if !scale.is_finite() || scale <= 0.0 {
        let value = scale.to_string();
        return Err(UsageError::BadValue { option: "scale", value, wanted: WANTED });
    }
    Ok(Some(Scale::new(scale)))
}

fn dpi(given: &Given) -> Result<Vec<u32>, UsageError> {
    let Some(value) = given.get("dpi") else { return Ok(Vec::new()) };
    let value = value.to_string_lossy();
    let parts = value.split(',').filter(|part| !part.is_empty());
    let parsed = parts.map(|part| part.trim().parse::<u32>());
    let clamped = parsed.map(|dpi| dpi.map(|dpi| dpi.clamp(*DPI.start(), *DPI.end())));
    clamped.collect::<Result<_, _>>().map_err(|_| UsageError::BadValue {
        option: "dpi",
        value: value.into_owned(),
        wanted: "numbers from 72 to 9600, like 96,160,240",
    })
}
