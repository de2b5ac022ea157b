//! What the command line says of X11 windows and selections.

/// See the options' help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct Settings {
    /// `--only-client-can-exit-fullscreen`
    pub keep_fullscreen: bool,
    /// `--ignore-stateless-toplevel-configure`
    pub ignore_stateless: bool,
    /// `--allow-xwayland-emulate-screen-pos-size`
    pub emulate_screen: bool,
    /// `--no-clipboard-manager`
    pub keeps_selections: bool,
}
