//! `wl_registry`: offers the host's globals that carafe knows, at the lower of
//! the two versions, or at the one that carafe makes of it.

use std::collections::VecDeque;
use std::sync::Arc;

use wayland_client::protocol::wl_registry::REQ_BIND_OPCODE;

use super::copying::{self, bind_dmabuf};
use super::drm::MadeUpDrm;
use super::made_up::{DRM, raised};
use super::presentation;
use crate::channel::Crossing;
use crate::protocol::Interface;
use crate::session::{
    Context, DisplayError, Fault, Global, GlobalRule, Handler, Incoming, Objection, Refusal,
    Verdict, Versions, Want,
};
use crate::wire::FdSet;

/// Bound on the globals of one host.
const MAX_GLOBALS: usize = 4096;

/// How many removed globals are remembered. A client may bind one before it learns that it was
/// removed, which is not its error.
const MAX_REMOVED: usize = 64;

/// The handler of `wl_registry`. A client may make several registries. Each of them exists at the
/// host too, and all show the same globals.
pub struct Registry {
    carried: FdSet,
    behind_device: bool,
    rule: Arc<GlobalRule>,
    /// Interfaces that are hidden from this client, because carafe uses them in its place.
    hidden: &'static [&'static str],
    /// The replacement for a `wl_drm` that the host does not have.
    drm: Option<MadeUpDrm>,
    /// The device makes images. Then carafe asks the host for its image formats before its
    /// shared-memory formats, so that the client learns both together.
    images: bool,
    removed: VecDeque<(u32, Global)>,
    /// Globals for the host's shell that the log does not have yet.
    of_shell: Vec<String>,
    /// Clients get newer versions of some globals than the host has: see [`made_up`](super::made_up).
    raises: bool,
}

#[derive(Clone, Copy)]
pub enum Token {
    Bind,
    Global,
    GlobalRemove,
}

static WANTS: &[Want<Token>] = &[
    Want::request("wl_registry", "bind", Token::Bind),
    Want::event("wl_registry", "global", Token::Global),
    Want::event("wl_registry", "global_remove", Token::GlobalRemove),
];

impl Handler for Registry {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn start(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        context.globals.set_rule(Arc::clone(&self.rule));
        Ok(())
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        match token {
            Token::Bind => self.bind(incoming, context),
            // carafe's own registry repeats what the client's registries have told.
            _ if incoming.object.peer == 0 => Ok(Verdict::Drop),
            Token::Global => self.global(incoming, context),
            Token::GlobalRemove => self.global_remove(incoming, context),
        }
    }
}

impl Registry {
    /// For a way to the host, under a rule that holds for carafe's own use too. `hidden`:
    /// interfaces that the client is not shown, because carafe acts in its place. `raises`: it is
    /// shown newer versions of some than the host has.
    pub fn new(
        crossing: &Crossing,
        rule: Arc<GlobalRule>,
        hidden: &'static [&'static str],
        raises: bool,
    ) -> Self {
        let device = crossing.device.as_ref();
        Self {
            carried: crossing.carried,
            behind_device: device.is_some(),
            rule,
            hidden,
            drm: device.and_then(|device| device.node.clone()).map(MadeUpDrm),
            images: device.is_some_and(|device| device.memory.has_images()),
            removed: VecDeque::new(),
            of_shell: Vec::new(),
            raises,
        }
    }

    /// Why a global of the host is not announced; `None` if it is.
    fn objection(&self, interface: &Interface) -> Option<&'static str> {
        match self.rule.objection(interface.name) {
            Some(Objection::Denied) => return Some("the policy keeps it from clients"),
            Some(Objection::Privileged) => {
                return Some("it is privileged; --allow-privileged with its name offers it");
            }
            None => {}
        }
        if !self.carried.contains(interface.fds) {
            return Some("its file descriptors cannot cross this channel");
        }
        if !self.behind_device {
            return None;
        }
        copying::objection(interface.name).or_else(|| presentation::objection(interface.name))
    }

    fn global(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let Context { tables, globals, .. } = context;
        let mut args = incoming.args();
        let name = args.uint()?;
        let interface = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
        let version = args.word()?;
        let theirs = u32::from_ne_bytes(*version);
        let Some(id) = tables.find(&interface) else {
            say_once(&interface, theirs, "not known here");
            return Ok(Verdict::Drop);
        };
        let objection = self.objection(tables.interface(id));
        let hidden = self.hidden.contains(&interface.as_str());
        let is_of_shell = objection.is_none() && self.rule.hides(&interface);
        let offered = objection.is_none() && !hidden && !is_of_shell;
        let at_host = self.rule.version(&interface, theirs.min(tables.interface(id).version));
        let raised = if self.raises { raised(&interface, at_host) } else { at_host };
        let ours = self.rule.version(&interface, raised);
        *version = ours.to_ne_bytes();
        if globals.by_name.len() >= MAX_GLOBALS && !globals.by_name.contains_key(&name) {
            return Err(Fault::host(format!("more than {MAX_GLOBALS} globals")).into());
        }
        let global = Global { interface: id, version: ours, at_host, offered };
        globals.by_name.insert(name, global);
        self.removed.retain(|(removed, _)| *removed != name);
        if hidden {
            return Ok(Verdict::Drop);
        }
        if let Some(why) = objection {
            say_once(&interface, theirs, why);
            return Ok(Verdict::Drop);
        }
        if is_of_shell {
            self.of_shell.push(interface);
            return Ok(Verdict::Drop);
        }
        if self.drm.is_some() {
            MadeUpDrm::announce(&interface, at_host, incoming.object.peer, context);
        }
        Ok(Verdict::Forward)
    }

    fn global_remove(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let name = incoming.args().uint()?;
        let removed = context.globals.by_name.remove(&name).filter(|global| global.offered);
        if let Some(global) = removed {
            if self.removed.len() >= MAX_REMOVED {
                self.removed.pop_front();
            }
            self.removed.push_back((name, global));
        }
        // A second registry of the client gets the event after the first one.
        let was_offered = self.removed.iter().any(|(removed, _)| *removed == name);
        Ok(if was_offered { Verdict::Forward } else { Verdict::Drop })
    }

    /// Names in the log what is for the host's shell, all of it in one line. By its first bind, a
    /// client has heard of all globals.
    fn say_of_shell(&mut self) {
        if self.of_shell.is_empty() {
            return;
        }
        let names = std::mem::take(&mut self.of_shell).join(", ");
        tracing::info!(
            once = true,
            "not offered, because it is for the host's own shell: {names}; --allow-privileged with \
             a name offers it"
        );
    }

    /// Refuses a bind of a global that the host did not announce, with libwayland's texts.
    fn bind(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        self.say_of_shell();
        let registry = incoming.header.object;
        let mut args = incoming.args();
        let name = args.uint()?;
        let wanted = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
        let version = args.uint()?;
        let refuse = |text| {
            let code = DisplayError::InvalidObject as u32;
            Err(Refusal::Fault(Fault::client(registry, code, text)))
        };
        let found = context.globals.by_name.get(&name).copied();
        let Some(global) = found.filter(|global| global.offered) else {
            // It must have the same interface, because the host may have given its name to another
            // global by now.
            let is_it = |(removed, global): &&(u32, Global)| {
                *removed == name && context.tables.interface(global.interface).name == wanted
            };
            if let Some((_, global)) = self.removed.iter().find(is_it) {
                return forward_bind(global, incoming, context);
            }
            return refuse(format!("invalid global {wanted} ({name})"));
        };
        let have = context.tables.interface(global.interface).name;
        if have != wanted {
            // libwayland names the client's interface first.
            refuse(format!("invalid interface for global {name}: have {wanted}, wanted {have}"))
        } else if version == 0 {
            refuse(format!(
                "invalid version for global {wanted} ({name}): 0 is not a valid version"
            ))
        } else if version > global.version {
            let have = global.version;
            refuse(format!(
                "invalid version for global {wanted} ({name}): have {have}, wanted {version}"
            ))
        } else {
            match &self.drm {
                Some(drm) if name == DRM.name => drm.bind(incoming, context),
                _ => {
                    if self.images && have == "wl_shm" {
                        bind_dmabuf(context)?;
                    }
                    forward_bind(&global, incoming, context)
                }
            }
        }
    }
}

/// A client binds what the host has, which may be of a lower version. [`Bridge`] finds that done.
///
/// [`Bridge`]: super::made_up::Bridge
fn forward_bind(
    global: &Global,
    incoming: &mut Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<Verdict, Refusal> {
    let mut args = incoming.args();
    let name = args.uint()?;
    args.string()?;
    let wanted = args.uint()?;
    // What the host does not have at all is for who makes it up.
    if global.at_host == 0 || wanted <= global.at_host {
        return Ok(Verdict::Forward);
    }
    let id = args.uint()?;
    args.finish()?;
    let versions = Versions::new(wanted, global.at_host);
    let made = context.objects.mirror_from_client(id, global.interface, versions)?;
    let interface = context.tables.interface(global.interface).name;
    context.to_host.make(incoming.object.peer, REQ_BIND_OPCODE, |request| {
        request.uint(name).string(interface).uint(global.at_host).uint(made)
    });
    Ok(Verdict::Drop)
}

/// Names a global that is not offered in the log, once for all sessions.
fn say_once(interface: &str, version: u32, why: &str) {
    tracing::info!(once = true, "the host's {interface} (version {version}) is not offered: {why}");
}
