//! X11 applications as windows of the host: the window manager of an Xwayland that is one of
//! carafe's clients.
//!
//! Everything here runs in the thread of Xwayland's session ([`handlers::x11`] is the handler), so
//! state that belongs to both the X connection and the Wayland connection needs no locks. Nothing
//! here waits for either of them.
//!
//! [`handlers::x11`]: crate::handlers

pub mod atoms;
pub mod become_wm;
pub mod compound_text;
pub mod connection;
pub mod cursor;
pub mod density;
pub mod geometry;
pub mod host;
pub mod primary;
pub mod property;
pub mod query;
pub mod quirks;
pub mod reply;
pub mod role;
pub mod seat;
pub mod selection;
pub mod server;
pub mod settings;
pub mod surfaces;
pub mod wm;

pub use connection::Connection;
pub use selection::Selections;
pub use selection::device::SelectionEvent;

#[cfg(test)]
pub(crate) use wm::MAX_OF_CLIENT as MAX_WINDOWS_OF_CLIENT;
pub use wm::Wm;
