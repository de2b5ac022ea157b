//! Xwayland's registry: the globals that only carafe has, and the globals of the host that are
//! hidden from Xwayland.

use crate::handlers::keyboard;
use crate::handlers::made_up::{KEYBOARD_GRAB, MadeUp, XWAYLAND_SHELL};
use crate::session::{Context, Incoming, Refusal, Verdict};

/// The globals that carafe makes up for an Xwayland.
const MADE_UP: [MadeUp; 2] = [XWAYLAND_SHELL, KEYBOARD_GRAB];

/// Globals that Xwayland must not use, because carafe uses them for it. The registry's handler
/// hides them.
pub const HIDDEN: [&str; 5] = [
    "wl_data_device_manager",
    "zwp_primary_selection_device_manager_v1",
    "xwayland_shell_v1",
    keyboard::EXTENSION,
    "zwp_xwayland_keyboard_grab_manager_v1",
];

/// Handles that the host announces a global.
///
/// # Errors
/// When its arguments are wrong.
pub fn global(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<(), Refusal> {
    let registry = incoming.object.peer;
    let mut args = incoming.args();
    args.uint()?;
    if registry != 0 && args.string()? == Some(b"wl_compositor") {
        announce(registry, context);
    }
    Ok(())
}

/// Announces carafe's globals, whatever the rule for globals says: they are not the host's, and X11
/// does not work without them.
fn announce(registry: u32, context: &mut Context<'_>) {
    for made_up in MADE_UP {
        made_up.announce(registry, made_up.version, context);
    }
}

/// Handles that Xwayland binds a global.
///
/// # Errors
/// When its arguments are wrong.
pub fn bind(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<Verdict, Refusal> {
    let mut args = incoming.args();
    let name = args.uint()?;
    let Some(made_up) = MADE_UP.iter().find(|made_up| made_up.name == name) else {
        return Ok(Verdict::Forward);
    };
    args.string()?;
    let (version, id) = (args.uint()?, args.uint()?);
    args.finish()?;
    context.make_client_only(id, made_up.interface, version)?;
    Ok(Verdict::Withhold)
}
