//! The role of a window's surface at the host.

mod aura;
mod frame;
mod layer;
mod popup;
mod toplevel;

pub use aura::Aura;
pub use frame::{Frame, FramePart};
pub use layer::{LAYER_SHELL, Layer, Level, Spot};
pub use popup::{Parent, Popup, PopupPlace};
pub use toplevel::{Configure, Toplevel, ToplevelStates};

use super::host::Host;

/// See the module.
#[derive(Debug)]
pub enum Role {
    /// A window of its own.
    Toplevel(Box<Toplevel>),
    /// A menu, tooltip or similar, on top of another window.
    Popup(Popup),
    /// A launcher, notification or similar, which is not a window at the host.
    Layer(Layer),
}

impl Role {
    /// The role as the parent of popups.
    pub fn as_parent(&self) -> Parent {
        match self {
            Self::Toplevel(toplevel) => Parent::Xdg(toplevel.xdg_surface),
            Self::Popup(popup) => Parent::Xdg(popup.xdg_surface),
            Self::Layer(layer) => Parent::Layer(layer.layer_surface),
        }
    }

    /// The host's objects whose events concern this role, and the surfaces of its frame.
    pub fn objects(&self) -> impl Iterator<Item = u32> {
        let (first, second) = match self {
            Self::Toplevel(toplevel) => (toplevel.xdg_surface, Some(toplevel.xdg_toplevel)),
            Self::Popup(popup) => (popup.xdg_surface, Some(popup.xdg_popup)),
            Self::Layer(layer) => (layer.layer_surface, None),
        };
        let toplevel = self.toplevel();
        let decoration = toplevel.and_then(Toplevel::decoration);
        let frame = toplevel.and_then(|toplevel| toplevel.frame.as_deref());
        let frame = frame.into_iter().flat_map(Frame::surfaces);
        let aura = toplevel.and_then(|toplevel| toplevel.aura.as_ref()).map(|aura| aura.object);
        [Some(first), second, decoration, aura].into_iter().flatten().chain(frame)
    }

    /// The toplevel, if this is one.
    pub fn toplevel(&self) -> Option<&Toplevel> {
        if let Self::Toplevel(toplevel) = self { Some(&**toplevel) } else { None }
    }

    /// Destroys the role; the surface stays.
    pub fn destroy(self, host: &mut Host<'_, '_>) {
        match self {
            Self::Toplevel(toplevel) => toplevel.destroy(host),
            Self::Popup(popup) => popup.destroy(host),
            Self::Layer(layer) => layer.destroy(host),
        }
    }
}
