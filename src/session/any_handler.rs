//! Handlers of any type, as the engine keeps them.

use std::any::type_name;
use std::os::fd::BorrowedFd;

use super::fault::Fault;
use super::handler::{Context, Handler, Incoming, Refusal, Verdict, Wait};
use super::want::Wanted;
use crate::surfaces::{Book, Key, Surface};

/// Any [`Handler`], whatever its words are: here they are their places in the list of what it
/// wants.
pub trait AnyHandler {
    /// Its type's name.
    fn name(&self) -> &'static str;

    /// Where the list is, and how long.
    fn list(&self) -> (usize, usize);

    /// What it wants to see.
    fn wanted(&self) -> Vec<Wanted>;

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

    fn list(&self) -> (usize, usize) {
        let wants = self.wants();
        (wants.as_ptr().addr(), wants.len())
    }

    fn wanted(&self) -> Vec<Wanted> {
        self.wants().iter().map(|want| want.message).collect()
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
