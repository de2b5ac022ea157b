//! What `ChromeOS`'s shell is told about windows: the programs that they belong to, how they were
//! started, and their frames. [`AppIds`] decides on the ids, and [`AuraSurface`] tells the shell.

mod app_ids;
mod surface;

use crate::session::Context;
pub use app_ids::{AppIds, XNames};

pub use surface::{AuraSurface, SHELL, SINCE, ShellFrame};

/// What the command line says about it. The help of the options explains them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShellSettings {
    /// `--vm-identifier` and `--application-id`
    pub ids: AppIds,
    /// `--application-id-x11-property`
    pub id_property: Option<String>,
    /// `--frame-color` and `--dark-frame-color`
    pub frame_colours: FrameColours,
    /// `--fullscreen-mode=plain`: in fullscreen, the pointer at the screen's edge does not bring up
    /// the title bar.
    pub plain_fullscreen: bool,
}

/// The colours of frames, as red, green and blue bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameColours {
    /// Of most windows.
    pub light: u32,
    /// Of windows that want to be dark.
    pub dark: u32,
}

impl Default for FrameColours {
    /// Those of the system's own light and dark theme.
    fn default() -> Self {
        Self { light: 0xf2_f2_f2, dark: 0x32_36_39 }
    }
}

impl FrameColours {
    /// The one for a window.
    pub fn of(self, is_dark: bool) -> u32 {
        if is_dark { self.dark } else { self.light }
    }
}

/// Whether the host is `ChromeOS`'s.
pub fn is_chromeos(context: &Context<'_>) -> bool {
    let shell = context.tables.find(SHELL);
    let mut all = context.globals.by_name.values();
    all.any(|global| Some(global.interface) == shell && global.at_host > 0)
}
