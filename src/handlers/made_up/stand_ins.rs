//! Stand-ins for globals that apps use today, made from the globals that `ChromeOS` has for its own
//! shell. They cost nothing in a session that binds none. `handlers/aura` serves those with which a
//! client speaks of its windows.

mod alpha;
mod cursor_shapes;
mod primary;
mod themed_cursors;
mod wants;

use std::os::fd::BorrowedFd;
use std::sync::Arc;

use self::alpha::Alpha;
use self::cursor_shapes::CursorShapes;
use self::primary::PrimaryStandIn;
use self::wants::{Awake, Token, wants};
use super::{Bind, BridgeRow, MadeUp, PRIMARY, TABLE};
use crate::channel::Memory;
use crate::cursors::CursorLook;
use crate::policy::{LocalSources, Policy};
use crate::protocol::is_for_shell;
use crate::session::{Context, Fault, Handler, Incoming, Refusal, Verdict, Want, WantLists};

/// Bound on the registries that the host fills at the same time; others do not get stand-ins.
const MAX_FILLING: usize = 64;

/// A registry of the client that the host is filling.
struct OpenRegistry {
    registry: u32,
    /// The client's callback after which the registry is complete; 0 if the client has not asked
    /// yet.
    callback: u32,
}

/// The handler.
pub struct StandIns {
    filling: Vec<OpenRegistry>,
    is_used: bool,
    shapes: CursorShapes,
    alpha: Alpha,
    /// `None` if the client cannot reach other sessions.
    primary: Option<PrimaryStandIn>,
    /// The client was shown the primary selection.
    has_primary: bool,
}

impl StandIns {
    /// For a new session. `primary`: how it reaches the primary selection of others. `cursors`: the
    /// user's theme. `memory`: what the host sees, if it does not see all.
    pub fn new(
        primary: Option<(Box<dyn LocalSources>, Arc<Policy>)>,
        cursors: CursorLook,
        memory: Option<Arc<dyn Memory>>,
    ) -> Self {
        Self {
            filling: Vec::new(),
            is_used: false,
            shapes: CursorShapes::new(cursors, memory),
            alpha: Alpha::default(),
            primary: primary.map(|(local, policy)| PrimaryStandIn::new(local, policy)),
            has_primary: false,
        }
    }

    /// Handles the end of the client's first round trip: by then the host's globals are known, so
    /// stand-ins are announced right before it.
    fn is_filled(&mut self, callback: u32, context: &mut Context<'_>) {
        for filled in self.filling.extract_if(.., |filling| filling.callback == callback) {
            let is_there = context.client_object(filled.registry, "wl_registry").is_some();
            let mut offered = Vec::new();
            for (made_up, from, since) in stand_ins() {
                let has = |interface| context.globals.find(context.tables, interface);
                let is_possible = has(from).is_some_and(|(_, version)| version >= since)
                    // A client that sees the global of the host's shell may use it itself, and
                    // carafe's object would conflict with the client's.
                    && (context.globals.rule().hides(from) || !is_for_shell(from))
                    && (made_up.name != PRIMARY.name || self.primary.is_some())
                    && !host_has(made_up.interface, context);
                if is_possible && is_there && !offered.contains(&made_up.name) {
                    offered.push(made_up.name);
                    made_up.offer(filled.registry, context);
                    self.has_primary |= made_up.name == PRIMARY.name;
                }
            }
        }
        *context.wants_others |= self.filling.is_empty() || self.has_primary;
    }

    /// Handles that the client binds a global.
    fn bind(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let Some(bind) = Bind::read(incoming, context)? else { return Ok(Verdict::Forward) };
        if stand_ins().all(|(made_up, ..)| made_up.name != bind.name) {
            return Ok(Verdict::Forward);
        }
        context.make_client_only(bind.id, bind.interface, bind.version)?;
        if let Some(primary) = self.primary.as_ref().filter(|_| bind.name == PRIMARY.name) {
            primary.bound();
        }
        *context.wants_others |= !self.is_used;
        self.is_used = true;
        Ok(Verdict::Drop)
    }
}

/// The rows of the table: the global, the host's from which it is made, and that one's version.
fn stand_ins() -> impl Iterator<Item = (&'static MadeUp, &'static str, u32)> {
    TABLE.iter().filter_map(|row| match row {
        BridgeRow::StandIn { made_up, from, since } => Some((made_up, *from, *since)),
        BridgeRow::Raised { .. } => None,
    })
}

/// Whether the host has it itself, whether clients see it or not.
fn host_has(interface: &str, context: &Context<'_>) -> bool {
    let id = context.tables.find(interface);
    let mut all = context.globals.by_name.values();
    all.any(|global| Some(global.interface) == id && global.at_host > 0)
}

impl Handler for StandIns {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        static LISTS: WantLists<Token, { Awake::SORTS }> = WantLists::empty();
        let awake = Awake {
            is_filling: !self.filling.is_empty(),
            is_used: self.is_used,
            has_themed: self.shapes.fd().is_some(),
            has_primary: self.has_primary,
        };
        LISTS.get(awake.index(), || wants(awake))
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match token {
            Token::GetRegistry => {
                let registry = incoming.args().uint()?;
                if self.filling.len() < MAX_FILLING {
                    *context.wants_others |= self.filling.is_empty();
                    self.filling.push(OpenRegistry { registry, callback: 0 });
                }
                return Ok(Verdict::Forward);
            }
            Token::Sync => {
                let made = incoming.args().uint()?;
                for filling in self.filling.iter_mut().filter(|filling| filling.callback == 0) {
                    filling.callback = made;
                }
                return Ok(Verdict::Forward);
            }
            Token::Done => {
                if incoming.object.peer != 0 {
                    self.is_filled(incoming.object.peer, context);
                }
                return Ok(Verdict::Forward);
            }
            Token::Bind => return self.bind(incoming, context),
            Token::Focus(sign) => {
                if let Some(primary) = &mut self.primary {
                    primary.sign(sign, incoming, context)?;
                }
                return Ok(Verdict::Forward);
            }
            Token::SurfaceDestroyed => {
                self.alpha.surface_gone(id);
                return Ok(Verdict::Forward);
            }
            Token::CursorSet => {
                if let Some(themed) = self.shapes.themed() {
                    themed.replaced();
                }
                return Ok(Verdict::Forward);
            }
            Token::OutputScale => {
                if let Some(themed) = self.shapes.themed() {
                    themed.output_scale(incoming, context)?;
                }
                return Ok(Verdict::Forward);
            }
            // It is one of the host's.
            _ if incoming.object.peer != 0 => return Ok(Verdict::Forward),
            Token::Destroyed => context.delete_client_only(id),
            Token::ShapeOfPointer { is_pointer } => {
                self.shapes.make(incoming, is_pointer, context)?;
            }
            Token::SetShape => self.shapes.set(incoming, context)?,
            Token::ShapeDestroyed => {
                self.shapes.destroyed(id);
                context.delete_client_only(id);
            }
            Token::GetAlpha => self.alpha.make(incoming, context)?,
            Token::SetAlpha => self.alpha.set(incoming, context)?,
            Token::AlphaDestroyed => {
                self.alpha.destroyed(id, context);
                context.delete_client_only(id);
            }
            Token::Primary(request) => {
                if let Some(primary) = &mut self.primary {
                    primary.handle(request, incoming, context)?;
                }
                // Handlers of the host's selections do not see it.
                return Ok(Verdict::Withhold);
            }
        }
        Ok(Verdict::Drop)
    }

    fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        let Some(primary) = &mut self.primary else { return Ok(()) };
        Ok(primary.woken(context)?)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.shapes.fd()
    }

    fn ready(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.shapes.themed().map_or(Ok(()), |themed| themed.ready(context))
    }
}
