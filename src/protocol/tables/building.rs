//! Flattening the protocols' descriptions into tables.

use std::collections::HashMap;

use wayland_backend::protocol::{AllowNull, ArgumentType, MessageDesc};

use super::{
    Arg, Interface, InterfaceId, Message, Plan, Rewrite, RewriteKind, Source, Special, Tables,
};
use crate::protocol::coordinates::Rows;
use crate::protocol::fd_kind::fd_kind;
use crate::wire::FdSet;

impl Tables {
    /// Flattens the given interfaces and all that their messages create or name.
    pub(super) fn build(roots: &[Source], rows: Option<&Rows>) -> Self {
        let mut numbering = Numbering::default();
        for root in roots {
            numbering.visit(root);
        }
        let mut interfaces = numbering.order.iter().map(|i| numbering.flatten(i, rows)).collect();
        gather_fds(&mut interfaces);
        let id = |name| numbering.by_name.get(name).copied();
        let surface = id("wl_surface").and_then(|id| interfaces.get(id.index()));
        let steady_plans = surface.map(steady_plans).unwrap_or_default();
        Self { buffer: id("wl_buffer"), steady_plans, interfaces, by_name: numbering.by_name }
    }
}

#[derive(Default)]
struct Numbering {
    order: Vec<Source>,
    by_name: HashMap<&'static str, InterfaceId>,
}

impl Numbering {
    fn visit(&mut self, interface: Source) {
        // Version 0 is wayland-backend's `ANONYMOUS_INTERFACE`, which stands for "any object".
        if self.by_name.contains_key(interface.name) || interface.version == 0 {
            return;
        }
        let Ok(id) = u16::try_from(self.order.len()) else { return };
        self.by_name.insert(interface.name, InterfaceId(id));
        self.order.push(interface);
        for message in interface.requests.iter().chain(interface.events) {
            for other in message.child_interface.iter().chain(message.arg_interfaces) {
                self.visit(other);
            }
        }
    }

    fn flatten(&self, interface: Source, rows: Option<&Rows>) -> Interface {
        let all = |messages: &'static [MessageDesc]| -> Box<[Message]> {
            messages.iter().map(|m| self.message(interface.name, m, rows)).collect()
        };
        let (requests, events) = (all(interface.requests), all(interface.events));
        Interface {
            name: interface.name,
            version: interface.version,
            request_plans: requests.iter().map(Message::plan).collect(),
            event_plans: events.iter().map(Message::plan).collect(),
            requests,
            events,
            fds: FdSet::default(),
        }
    }

    fn message(&self, interface: &str, desc: &MessageDesc, rows: Option<&Rows>) -> Message {
        let mut objects = desc.arg_interfaces.iter();
        let args: Box<[Arg]> = (desc.signature.iter())
            .map(|arg| match arg {
                ArgumentType::Int => Arg::Int,
                ArgumentType::Uint => Arg::Uint,
                ArgumentType::Fixed => Arg::Fixed,
                ArgumentType::Str(null) => Arg::Str(*null == AllowNull::Yes),
                ArgumentType::Object(null) => {
                    let named = objects.next().and_then(|i| self.by_name.get(i.name));
                    Arg::Object(named.copied(), *null == AllowNull::Yes)
                }
                ArgumentType::NewId => {
                    Arg::NewId(desc.child_interface.and_then(|i| self.by_name.get(i.name)).copied())
                }
                ArgumentType::Array => Arg::Array,
                ArgumentType::Fd => Arg::Fd(fd_kind(interface, desc.name)),
            })
            .collect();
        let variable = args.iter().any(|a| matches!(a, Arg::Str(_) | Arg::Array));
        let mut offset = 0;
        let mut ids = Vec::new();
        let mut fds = 0;
        for arg in &args {
            match arg {
                Arg::Fd(_) => {
                    fds += 1;
                    continue;
                }
                Arg::Object(want, null) => {
                    ids.push(Rewrite { offset, what: RewriteKind::Object(*want, *null) });
                }
                Arg::NewId(want) => ids.push(Rewrite { offset, what: RewriteKind::NewId(*want) }),
                _ => {}
            }
            offset += 4;
        }
        ids.sort_by_key(|id| matches!(id.what, RewriteKind::NewId(_)));
        let coordinates = rows.and_then(|rows| rows.of(interface, desc.name, &args));
        let special = match (interface, desc.name) {
            ("wl_display", "delete_id") => Special::DeletesId,
            ("wl_surface", "attach") => Special::Attaches,
            ("wl_surface", "commit") => Special::Commits,
            _ => Special::None,
        };
        Message {
            name: desc.name,
            since: desc.since,
            destructor: desc.is_destructor,
            special,
            coordinates,
            args,
            fds,
            fixed_len: (!variable).then_some(offset),
            // The tables are built once and live as long as the process.
            ids: if variable { &[] } else { ids.leak() },
        }
    }
}

/// The plans of `wl_surface`'s requests where those that make a frame are plain.
fn steady_plans(surface: &Interface) -> Box<[Plan]> {
    let plan = |message: &Message| match message.name {
        "attach" | "commit" => Plan { special: message.special, ..message.plan() },
        "damage" | "damage_buffer" | "frame" => message.plan(),
        _ => Plan { len: 0, ..message.plan() },
    };
    surface.requests.iter().map(plan).collect()
}

/// Fills in [`Interface::fds`]: first each interface's own descriptors, then, until nothing
/// changes, those of the objects that it creates.
fn gather_fds(interfaces: &mut Vec<Interface>) {
    for interface in &mut *interfaces {
        let fds = |messages: &[Message]| -> Vec<_> {
            let args = messages.iter().flat_map(|m| &m.args);
            args.filter_map(|arg| if let Arg::Fd(kind) = arg { Some(*kind) } else { None })
                .collect()
        };
        let own = fds(&interface.requests).into_iter().fold(FdSet::default(), FdSet::to_host);
        interface.fds = fds(&interface.events).into_iter().fold(own, FdSet::to_client);
    }
    loop {
        let now: Vec<FdSet> = interfaces.iter().map(|i| i.fds).collect();
        for interface in &mut *interfaces {
            let messages = interface.requests.iter().chain(&interface.events);
            for arg in messages.flat_map(|m| &m.args) {
                if let Arg::NewId(Some(made)) = arg
                    && let Some(fds) = now.get(made.index())
                {
                    interface.fds = interface.fds.and(*fds);
                }
            }
        }
        if interfaces.iter().zip(&now).all(|(interface, before)| interface.fds == *before) {
            return;
        }
    }
}
