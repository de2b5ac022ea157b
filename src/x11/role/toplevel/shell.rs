//! What `ChromeOS`'s shell is told about a window: through `zaura_surface` and `zaura_toplevel`.

use super::Toplevel;
use crate::aura::{AuraSurface, ShellFrame};
use crate::session::Fault;
use crate::x11::host::Host;
use crate::x11::role::aura::AuraToplevel;

impl Toplevel {
    /// Makes itself known to the host's shell, if there is one.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn meet_shell(&mut self, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if self.shell.is_none() && host.is_chromeos() {
            self.shell = AuraSurface::make(self.surface, host.context)?;
        }
        Ok(())
    }

    /// Sets the frame that the shell draws, and its colour, if they have changed. Returns whether the
    /// host has such a shell.
    pub fn set_shell_frame(
        &mut self,
        frame: ShellFrame,
        colour: u32,
        host: &mut Host<'_, '_>,
    ) -> bool {
        let Some(shell) = &self.shell else { return false };
        let (before, colour_before) = self.shell_frame.unzip();
        self.shell_frame = Some((frame, colour));
        // A window whose colour is said before its first buffer may get a title bar later.
        if colour_before != Some(colour) {
            shell.set_frame_colour(colour, host.context);
        }
        if before != Some(frame) {
            shell.set_frame(frame, host.context);
        }
        true
    }

    /// Sets the only ratio of width to height, if it has changed; zeros for none.
    pub fn set_aspect(&mut self, ratio: (u32, u32), host: &mut Host<'_, '_>) {
        if let Some(shell) = self.shell.as_ref().filter(|_| self.aspect != ratio) {
            shell.set_aspect_ratio(ratio, host.context);
            self.aspect = ratio;
        }
    }

    /// Sets whether it is above other windows, if that has changed.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn set_above(&mut self, above: bool, host: &mut Host<'_, '_>) -> Result<(), Fault> {
        if self.shell.is_none() || std::mem::replace(&mut self.is_above, above) == above {
            return Ok(());
        }
        if let Some(aura) = self.aura_toplevel(host)? {
            aura.set_above(above, host);
        }
        Ok(())
    }

    /// Its `zaura_toplevel`, which the first call makes; `None` if the host has none.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn aura_toplevel(
        &mut self,
        host: &mut Host<'_, '_>,
    ) -> Result<Option<AuraToplevel>, Fault> {
        if self.shell_object.is_none() {
            self.shell_object = AuraToplevel::make(self.xdg_toplevel, host)?;
        }
        Ok(self.shell_object)
    }
}
