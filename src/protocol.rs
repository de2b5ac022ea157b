//! What carafe knows about every protocol: interfaces, messages, arguments.
//!
//! The facts come from the tables of the wayland-rs crates and from the XML
//! files in `protocols/`; [`Tables`] is their flattened form, built once.

pub mod chromeos;
mod coordinates;
mod fd_kind;
mod globals;
mod joining;
mod own;
mod rights;
mod secrets;
mod tables;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub use coordinates::numbers;
pub use coordinates::{Coordinate, Coordinates};
pub use fd_kind::fd_kind;
pub use joining::JoinRule;
pub use rights::{is_for_shell, is_privileged, privileged};
pub use secrets::is_secret;
pub use tables::{
    Arg, Interface, InterfaceId, Message, Plan, Rewrite, RewriteKind, Special, Tables,
};
