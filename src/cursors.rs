//! Cursor themes: where they are, and the picture of a cursor in one. Without a theme, carafe draws
//! its own arrow.

mod arrow;
pub mod file;
mod loading;
pub mod theme;

use std::path::PathBuf;

pub use cursor_icon::CursorIcon;

use crate::pictures::Picture;
use crate::session::Scale;
pub use arrow::draw;
pub use loading::ThemeLoader;

/// The usual size of cursors in pixels.
const USUAL_SIZE: u32 = 24;

/// Bound on the size of a cursor in pixels.
pub const MAX_CURSOR_SIZE: u32 = 256;

/// The folders in which cursor themes may be.
pub fn folders() -> Vec<PathBuf> {
    theme::dirs(|name| std::env::var_os(name))
}

/// `XCURSOR_SIZE` for the programs that carafe starts with a scale.
pub fn size_for_programs(scale: Scale) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
    let size = (f64::from(USUAL_SIZE) * scale.ratio() + 0.5) as u32;
    size
}

/// The theme and the size of cursors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorLook {
    /// The theme's name; `None` for the default theme.
    pub theme: Option<String>,
    /// The size in pixels, in the sense of themes.
    pub size: u32,
}

impl CursorLook {
    /// Reads the user's environment, which is meant for a screen without scaling. It ignores the
    /// size that carafe itself sets for programs at this scale: a service manager may pass that
    /// back to carafe's next start.
    pub fn of_environment(scale: Scale) -> Self {
        let given = size_for_programs(scale);
        let text = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let size = text("XCURSOR_SIZE").and_then(|size| size.trim().parse().ok());
        let size = size.filter(|size| *size != 0 && *size != given);
        Self { theme: text("XCURSOR_THEME"), size: size.unwrap_or(USUAL_SIZE).min(MAX_CURSOR_SIZE) }
    }
}

/// A cursor to look for in a theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorWish {
    /// What it means.
    pub icon: CursorIcon,
    /// The theme and the size.
    pub look: CursorLook,
}

/// A cursor's picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorImage {
    /// Its pixels.
    pub picture: Picture,
    /// The pixel of the tip.
    pub hot: (u32, u32),
    /// Its size in the sense of themes, which the picture's sides may exceed.
    pub size: u32,
}
