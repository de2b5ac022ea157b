//! The handlers of a session, as the engine uses them.

use std::any::type_name;
use std::os::fd::BorrowedFd;

use super::fault::Fault;
use super::handler::{Context, Handler, Incoming, Refusal, Verdict, Wait};
use super::objects::Object;
use super::routes::{Plans, RouteError, Routes, Turn, WantList};
use crate::observe::Work;
use crate::protocol::{InterfaceId, Tables};
use crate::surfaces::{Book, Key, Surface};
use crate::wire::Header;

/// Any [`Handler`], without its type of tokens: this uses the index in the list of wanted messages
/// instead.
pub trait AnyHandler {
    /// Its type's name.
    fn name(&self) -> &'static str;

    /// The messages that it wants to see.
    fn want_list(&self) -> WantList;

    /// See [`Handler::start`].
    ///
    /// # Errors
    /// [`Fault`]
    fn start(&mut self, context: &mut Context<'_>) -> Result<(), Fault>;

    /// See [`Handler::must_wait`].
    fn must_wait(&self, row: u16, object: Key, book: &Book) -> Option<Wait>;

    /// See [`Handler::handle`].
    ///
    /// # Errors
    /// [`Refusal`]
    fn handle(
        &mut self,
        row: u16,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal>;

    /// See [`Handler::is_steady`].
    fn is_steady(&self, surface: &Surface) -> bool;

    /// See [`Handler::woken`].
    ///
    /// # Errors
    /// [`Fault`]
    fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault>;

    /// See [`Handler::fd`].
    fn fd(&self) -> Option<BorrowedFd<'_>>;

    /// See [`Handler::ready`].
    ///
    /// # Errors
    /// [`Fault`]
    fn ready(&mut self, context: &mut Context<'_>) -> Result<(), Fault>;

    /// See [`Handler::flush`].
    ///
    /// # Errors
    /// [`Fault`]
    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Fault>;
}

fn token<H: Handler>(handler: &H, row: u16) -> Option<H::Token> {
    handler.wants().get(usize::from(row)).map(|want| want.token)
}

impl<H: Handler> AnyHandler for H {
    fn name(&self) -> &'static str {
        type_name::<H>().rsplit("::").next().unwrap_or_default()
    }

    fn want_list(&self) -> WantList {
        let wants = self.wants();
        WantList {
            handler: self.name(),
            place: (wants.as_ptr().addr(), wants.len()),
            wanted: wants.iter().map(|want| want.message).collect(),
        }
    }

    fn start(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        Handler::start(self, context)
    }

    fn must_wait(&self, row: u16, object: Key, book: &Book) -> Option<Wait> {
        Handler::must_wait(self, token(self, row)?, object, book)
    }

    fn handle(
        &mut self,
        row: u16,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let Some(token) = token(self, row) else { return Ok(Verdict::Forward) };
        Handler::handle(self, token, incoming, context)
    }

    fn is_steady(&self, surface: &Surface) -> bool {
        Handler::is_steady(self, surface)
    }

    fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        Handler::woken(self, context)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        Handler::fd(self)
    }

    fn ready(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        Handler::ready(self, context)
    }

    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        Handler::flush(self, context)
    }
}

fn routes(
    tables: &'static Tables,
    all: &[Box<dyn AnyHandler>],
) -> Result<&'static Routes, RouteError> {
    let lists: Vec<_> = all.iter().map(|handler| handler.want_list()).collect();
    Routes::of(tables, &lists)
}

/// The index of the handler that has a descriptor to watch.
fn watching(all: &[Box<dyn AnyHandler>]) -> Option<usize> {
    all.iter().position(|handler| handler.fd().is_some())
}

/// The handlers of a session, in their order.
pub struct Handlers {
    all: Vec<Box<dyn AnyHandler>>,
    routes: &'static Routes,
    /// The index of the handler that has a descriptor to watch.
    watching: Option<usize>,
}

impl Handlers {
    /// Makes them; all see the messages that they want, in this order.
    ///
    /// # Errors
    /// [`RouteError`]
    pub fn new(tables: &'static Tables, all: Vec<Box<dyn AnyHandler>>) -> Result<Self, RouteError> {
        let routes = routes(tables, &all)?;
        let watching = watching(&all);
        Ok(Self { all, routes, watching })
    }

    /// Computes the routes again, because some handlers want other messages.
    ///
    /// # Errors
    /// [`RouteError`]
    pub fn reroute(&mut self, tables: &'static Tables) -> Result<(), RouteError> {
        self.routes = routes(tables, &self.all)?;
        self.watching = watching(&self.all);
        Ok(())
    }

    /// Which messages are plain.
    pub fn plans(&self) -> &'static Plans {
        self.routes.plans()
    }

    /// The same while the session is being watched.
    pub fn watched_plans(&self) -> &'static Plans {
        self.routes.watched_plans()
    }

    /// The handlers that see a message of an object with this interface.
    #[inline]
    pub(super) fn turns<const FROM_CLIENT: bool>(
        &self,
        interface: InterfaceId,
        header: Header,
    ) -> &'static [Turn] {
        self.routes.turns::<FROM_CLIENT>(interface, header)
    }

    /// Calls [`Handler::start`] of all.
    pub fn start(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.all.iter_mut().try_for_each(|handler| handler.start(context))
    }

    /// Calls [`Handler::woken`] of all.
    pub fn woken(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.all.iter_mut().try_for_each(|handler| handler.woken(context))
    }

    /// Whether a handler has a descriptor to watch.
    #[inline]
    pub fn has_watched(&self) -> bool {
        self.watching.is_some()
    }

    /// See [`Handler::fd`].
    pub fn watched(&self) -> Option<BorrowedFd<'_>> {
        self.all.get(self.watching?)?.fd()
    }

    /// See [`Handler::ready`].
    pub fn ready(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.watching().map_or(Ok(()), |handler| handler.ready(context))
    }

    /// See [`Handler::flush`].
    pub fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        self.watching().map_or(Ok(()), |handler| handler.flush(context))
    }

    fn watching(&mut self) -> Option<&mut Box<dyn AnyHandler>> {
        self.all.get_mut(self.watching?)
    }

    /// Whether all handlers that have seen a surface's last commit, at least one, may skip the next
    /// one: see [`Handler::is_steady`].
    pub(super) fn are_steady(&self, turns: &[Turn], surface: &Surface) -> bool {
        let mut seeing = turns.iter().filter_map(|turn| self.all.get(usize::from(turn.handler)));
        !turns.is_empty() && seeing.all(|handler| handler.is_steady(surface))
    }

    /// What a request must wait for, see [`Handler::must_wait`].
    #[inline]
    pub(super) fn must_wait(&self, turns: &[Turn], object: Key, book: &Book) -> Option<Wait> {
        let mut asked = turns.iter().filter(|turn| turn.may_wait);
        asked.find_map(|turn| {
            self.all.get(usize::from(turn.handler))?.must_wait(turn.row, object, book)
        })
    }

    /// Shows a message to the handlers that want it; returns their combined decision.
    ///
    /// # Errors
    /// [`Refusal`]: one refuses it.
    pub(super) fn handle<const FROM_CLIENT: bool>(
        &mut self,
        turns: &[Turn],
        header: Header,
        object: Object,
        body: &mut [u8],
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        if FROM_CLIENT && object.is_steady(context.tables) {
            // The frames of a steady surface do not contain such a message.
            context.objects.unsettle(header.object);
        }
        let mut verdict = Verdict::Forward;
        for turn in turns {
            let Some(handler) = self.all.get_mut(usize::from(turn.handler)) else { break };
            let mut incoming = Incoming { header, object, body: &mut *body };
            let start = context.observer.span_start();
            let said = handler.handle(turn.row, &mut incoming, context);
            context.observer.span(Work::Handle, start, object.interface.index());
            verdict = verdict.max(said?);
            if verdict == Verdict::Withhold {
                break;
            }
        }
        Ok(verdict)
    }
}
