//! Xwayland's registry: what of the host's it is not shown, and the globals that only
//! carafe has.

use wayland_client::protocol::wl_registry::{EVT_GLOBAL_OPCODE, REQ_BIND_OPCODE};

use crate::handlers::made_up::{KEYBOARD_GRAB, MadeUp, XWAYLAND_SHELL};
use crate::session::{Context, Global, Incoming, Refusal, Verdict};

/// What carafe does for an Xwayland.
const MADE_UP: [MadeUp; 2] = [XWAYLAND_SHELL, KEYBOARD_GRAB];

/// What Xwayland must not use itself: carafe does it for it.
const HIDDEN: [&str; 4] = [
    "wl_data_device_manager",
    "zwp_primary_selection_device_manager_v1",
    "xwayland_shell_v1",
    "zwp_xwayland_keyboard_grab_manager_v1",
];

/// An event of a registry.
///
/// # Errors
/// When its arguments are wrong.
pub fn event(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<Verdict, Refusal> {
    let registry = incoming.object.peer;
    if registry == 0 {
        return Ok(Verdict::Forward);
    }
    match incoming.header.opcode {
        EVT_GLOBAL_OPCODE => {
            let mut args = incoming.args();
            let name = args.uint()?;
            let interface = args.string()?.unwrap_or_default().to_vec();
            let version = args.uint()?;
            let interface = str::from_utf8(&interface).unwrap_or_default();
            if interface == "wl_compositor" {
                announce(registry, context);
            }
            if !HIDDEN.contains(&interface) {
                return Ok(Verdict::Forward);
            }
            if let Some(id) = context.tables.find(interface) {
                let version = version.min(context.tables.interface(id).version);
                let global = Global { interface: id, version, offered: false };
                context.globals.by_name.insert(name, global);
            }
            Ok(Verdict::Withhold)
        }
        _ => Ok(Verdict::Forward),
    }
}

fn announce(registry: u32, context: &mut Context<'_>) {
    for made_up in MADE_UP {
        made_up.announce(registry, made_up.version, context);
    }
}

/// A request to a registry.
///
/// # Errors
/// When its arguments are wrong.
pub fn bind(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<Verdict, Refusal> {
    if incoming.header.opcode != REQ_BIND_OPCODE {
        return Ok(Verdict::Forward);
    }
    let mut args = incoming.args();
    let name = args.uint()?;
    let Some(made_up) = MADE_UP.iter().find(|made_up| made_up.name == name) else {
        return Ok(Verdict::Forward);
    };
    args.string()?;
    let (version, id) = (args.uint()?, args.uint()?);
    args.finish()?;
    if let Some(interface) = context.tables.find(made_up.interface) {
        context.objects.make_client_only(id, interface, version)?;
    }
    Ok(Verdict::Withhold)
}
