//! `zaura_toplevel`: with it, ChromeOS hosts let clients place their windows on the screen, and
//! tell them where the windows are. The names, numbers and versions of its requests are those of
//! `protocols/aura-shell.xml`.

use std::sync::Once;

use super::Toplevel;
use crate::aura::{SHELL, ShellFrame};
use crate::protocol::chromeos::{AURA_RELEASE_SINCE, AURA_SHELL};
use crate::session::Fault;
use crate::x11::geometry::Rect;
use crate::x11::host::Host;

/// The first version of `zaura_shell` with which windows can be placed.
const PLACING_SINCE: u32 = 29;

/// `zaura_toplevel.set_z_order` exists from this version on.
const Z_ORDER_SINCE: u32 = 40;

const GET_AURA_TOPLEVEL: u16 = 3;
const GET_AURA_POPUP: u16 = 4;
const SET_SUPPORTS_SCREEN_COORDINATES: u16 = 2;
const SET_WINDOW_BOUNDS: u16 = 3;
const RELEASE_TOPLEVEL: u16 = 9;
const SET_Z_ORDER: u16 = 12;

// `zaura_popup`
const SET_POPUP_DECORATION: u16 = 1;
const RELEASE_POPUP: u16 = 3;

// `zaura_toplevel.z_order_level`
const NORMAL: u32 = 0;
const FLOATING_WINDOW: u32 = 1;

/// A `zaura_toplevel`.
#[derive(Clone, Copy, Debug)]
pub struct AuraToplevel {
    object: u32,
    version: u32,
}

impl AuraToplevel {
    /// Makes it for an `xdg_toplevel`, which may have only one; `None` if the host has none.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(xdg_toplevel: u32, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        let shell = if host.offers(SHELL) { host.bind(SHELL, AURA_SHELL)? } else { None };
        let Some((shell, version)) = shell.filter(|(_, version)| *version >= PLACING_SINCE) else {
            return Ok(None);
        };
        let object = host.make("zaura_toplevel", version)?;
        host.request(shell, GET_AURA_TOPLEVEL, |r| r.uint(object).uint(xdg_toplevel));
        Ok(Some(Self { object, version }))
    }

    /// Sets whether the window is above others.
    pub fn set_above(self, above: bool, host: &mut Host<'_, '_>) {
        if self.version >= Z_ORDER_SINCE {
            let level = if above { FLOATING_WINDOW } else { NORMAL };
            host.request(self.object, SET_Z_ORDER, |request| request.uint(level));
        }
    }

    /// Destroys it.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        if self.version >= AURA_RELEASE_SINCE {
            host.request(self.object, RELEASE_TOPLEVEL, |request| request);
        }
    }
}

/// A `zaura_popup`, which gives a popup a shadow.
#[derive(Clone, Copy, Debug)]
pub struct AuraPopup(u32);

impl AuraPopup {
    /// Makes it for an `xdg_popup`, before its first commit; `None` if the host has none.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(xdg_popup: u32, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        let shell = if host.offers(SHELL) { host.bind(SHELL, AURA_SHELL)? } else { None };
        let Some((shell, version)) = shell.filter(|(_, version)| *version >= AURA_RELEASE_SINCE)
        else {
            return Ok(None);
        };
        let object = host.make("zaura_popup", version)?;
        host.request(shell, GET_AURA_POPUP, |r| r.uint(object).uint(xdg_popup));
        host.request(object, SET_POPUP_DECORATION, |r| r.uint(ShellFrame::Shadow as u32));
        Ok(Some(Self(object)))
    }

    /// Destroys it.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        host.request(self.0, RELEASE_POPUP, |request| request);
    }
}

/// The place of a window whose client may place it.
#[derive(Debug)]
pub struct Aura {
    /// The `zaura_toplevel`.
    pub object: u32,
    /// The place in the coming configuration, in host units.
    next: Option<(i32, i32)>,
    /// The `wl_callback` behind the last request for a place. Until it is done, the host may send
    /// places that are older than that request.
    barrier: Option<u32>,
    /// The last place that the host sent before the callback was done.
    held: Option<(i32, i32)>,
}

impl Aura {
    /// Makes one for a window whose client may place it. `None` if the host does not allow placing;
    /// this is logged once per process.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn make(toplevel: &mut Toplevel, host: &mut Host<'_, '_>) -> Result<Option<Self>, Fault> {
        static SAID: Once = Once::new();
        let Some(AuraToplevel { object, .. }) = toplevel.aura_toplevel(host)? else {
            SAID.call_once(|| {
                tracing::warn!(
                    "the host has no zaura_shell of version {PLACING_SINCE}: it places windows itself, \
                     whatever --enable-x11-move-windows and --quirks-config say"
                );
            });
            return Ok(None);
        };
        host.request(object, SET_SUPPORTS_SCREEN_COORDINATES, |request| request);
        Ok(Some(Self { object, next: None, barrier: None, held: None }))
    }

    /// Handles the host's place for the coming configuration.
    pub fn configure(&mut self, place: (i32, i32)) {
        let kept = if self.barrier.is_some() { &mut self.held } else { &mut self.next };
        *kept = Some(place);
    }

    /// Takes the place of the configuration that has come.
    pub fn take_next(&mut self) -> Option<(i32, i32)> {
        self.next.take()
    }

    /// Notes that the host has moved the window. Returns the place, unless it may be older than
    /// carafe's last request.
    pub fn moved(&mut self, place: (i32, i32)) -> Option<(i32, i32)> {
        if self.barrier.is_none() {
            return Some(place);
        }
        self.held = Some(place);
        None
    }

    /// Whether this callback is the one that [`Aura::set_bounds`] waits for.
    pub fn awaits(&self, callback: u32) -> bool {
        self.barrier == Some(callback)
    }

    /// Handles the callback's end. Returns where the window is, if the host has sent a place since
    /// the request.
    pub fn settled(&mut self) -> Option<(i32, i32)> {
        self.barrier = None;
        self.held.take()
    }

    /// Moves and resizes the window, in host units.
    pub fn set_bounds(&mut self, window: Rect, host: &mut Host<'_, '_>) {
        let Rect { x, y, width, height } = window;
        // 0 means the nearest screen.
        let output = 0;
        host.request(self.object, SET_WINDOW_BOUNDS, |request| {
            let place = request.uint(x.cast_unsigned()).uint(y.cast_unsigned());
            place.uint(width).uint(height).uint(output)
        });
        // Without a free id, carafe trusts places as they come.
        let Some(callback) = host.sync() else { return };
        (self.next, self.barrier, self.held) = (None, Some(callback), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::request;

    #[test]
    fn opcodes_are_those_of_the_protocol() {
        let (name, _) = request("zaura_shell", GET_AURA_TOPLEVEL);
        assert_eq!(name, "get_aura_toplevel_for_xdg_toplevel");
        for (opcode, name) in [
            (SET_SUPPORTS_SCREEN_COORDINATES, "set_supports_screen_coordinates"),
            (SET_WINDOW_BOUNDS, "set_window_bounds"),
            (RELEASE_TOPLEVEL, "release"),
            (SET_Z_ORDER, "set_z_order"),
        ] {
            assert_eq!(request("zaura_toplevel", opcode).0, name);
        }
        assert_eq!(request("zaura_shell", GET_AURA_POPUP).0, "get_aura_popup_for_xdg_popup");
        assert_eq!(request("zaura_popup", SET_POPUP_DECORATION).0, "set_decoration");
        assert_eq!(request("zaura_popup", RELEASE_POPUP).0, "release");
    }
}
