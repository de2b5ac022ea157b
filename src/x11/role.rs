//! What a window's surface is at the host.

mod aura;
mod configures;
mod fit;
mod frame;
mod margins;
mod popup;
mod states;
mod toplevel;

pub use aura::{Aura, EVT_CONFIGURE, EVT_ORIGIN_CHANGE};
pub use configures::Configures;
pub use fit::{Fit, Zoom};
pub use frame::{Frame, Part};
pub use margins::Margins;
pub use popup::{Place, Popup};
pub use states::ToplevelStates;
pub use toplevel::Toplevel;

use super::host::Host;

/// See the module.
#[derive(Debug)]
pub enum Role {
    /// A window of its own.
    Toplevel(Box<Toplevel>),
    /// A menu or the like, on top of another window.
    Popup(Popup),
}

impl Role {
    /// Its `xdg_surface`.
    pub fn xdg_surface(&self) -> u32 {
        match self {
            Self::Toplevel(toplevel) => toplevel.xdg_surface,
            Self::Popup(popup) => popup.xdg_surface,
        }
    }

    /// The objects whose events are about it, and the surfaces of its frame.
    pub fn objects(&self) -> impl Iterator<Item = u32> {
        let [first, second] = match self {
            Self::Toplevel(toplevel) => [toplevel.xdg_surface, toplevel.xdg_toplevel],
            Self::Popup(popup) => [popup.xdg_surface, popup.xdg_popup],
        };
        let toplevel = self.toplevel();
        let decoration = toplevel.and_then(Toplevel::decoration);
        let frame = toplevel.and_then(|toplevel| toplevel.frame.as_deref());
        let frame = frame.into_iter().flat_map(Frame::surfaces);
        let aura = toplevel.and_then(|toplevel| toplevel.aura.as_ref()).map(|aura| aura.object);
        [Some(first), Some(second), decoration, aura].into_iter().flatten().chain(frame)
    }

    /// The toplevel, if it is one.
    pub fn toplevel(&self) -> Option<&Toplevel> {
        if let Self::Toplevel(toplevel) = self { Some(&**toplevel) } else { None }
    }

    /// Whether the host has configured it.
    pub fn is_configured(&self) -> bool {
        match self {
            Self::Toplevel(toplevel) => toplevel.configured,
            Self::Popup(popup) => popup.configured,
        }
    }

    /// Destroys it; the surface stays.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        match self {
            Self::Toplevel(toplevel) => toplevel.destroy(host),
            Self::Popup(popup) => popup.destroy(host),
        }
    }
}
