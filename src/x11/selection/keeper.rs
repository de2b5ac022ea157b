//! A clipboard that outlives its program: one that ends asks the owner of
//! `CLIPBOARD_MANAGER` to keep what it has copied (freedesktop's clipboard manager
//! specification).
//!
//! What is kept becomes a source at the host as any other; X programs get it back from
//! there.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{MemfdFlags, SealFlags, SeekFrom, fcntl_add_seals, ftruncate, memfd_create, seek};
use rustix::io::pread;
use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply, SelectionRequestEvent};

use super::Env;
use super::device::{Kind, Source};
use super::exchange::{Exchange, Owner};
use super::server::{Conversion, NewProperty};
use super::targets;
use crate::session::Fault;
use crate::sharing::SourceId;
use crate::x11::query::SelectionQuery;
use crate::x11::server::ClientMessage;

/// Bounds on what is kept: types, and the bytes of each.
const MAX_TYPES: usize = 16;
const MAX_BYTES: u64 = 8 << 20;

/// One type of what is kept, and the memory that has it.
type Kept = (String, OwnedFd);

/// A program that waits until all is kept.
struct Saving {
    conversion: Conversion,
    transfers: Vec<u64>,
}

/// See the module.
#[derive(Default)]
pub struct Keeper {
    window: u32,
    /// What a program has asked, while it is not known which targets it means.
    asked: Option<Conversion>,
    saving: Option<Saving>,
    /// The window whose clipboard is kept; 0: none.
    of: u32,
    kept: Vec<Kept>,
    source: Option<Source>,
    /// The source is to become the selection once X has the keyboard.
    is_pending: bool,
}

impl Keeper {
    /// Becomes the clipboard manager.
    pub fn start(&mut self, parent: u32, env: &mut Env<'_, '_>) {
        let atoms = *env.x.atoms();
        self.window = env.x.create_window(Some(parent));
        env.x.own(atoms.CLIPBOARD_MANAGER, self.window);
        let data = [0, atoms.CLIPBOARD_MANAGER, self.window, 0, 0];
        env.x.announce(ClientMessage { window: self.window, kind: atoms.MANAGER, data });
    }

    /// A program asks for its clipboard to be kept. `owner`: who has the clipboard.
    pub fn requested(
        &mut self,
        event: &SelectionRequestEvent,
        owner: Option<Owner<'_>>,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) {
        let SelectionRequestEvent { requestor, selection, target, property, time, .. } = *event;
        let conversion = Conversion { requestor, selection, target, property, time };
        let is_free = self.saving.is_none() && self.asked.is_none();
        if target != env.x.atoms().SAVE_TARGETS || !is_free || owner.is_none() {
            return env.x.answer(conversion, false);
        }
        self.asked = Some(conversion);
        if property == 0 {
            return self.targets_came(None, owner, exchange, env);
        }
        env.x.look(SelectionQuery::Kept, requestor, property, 0);
    }

    /// The targets that are to be kept are known; none are named: all.
    pub fn targets_came(
        &mut self,
        reply: Option<&GetPropertyReply>,
        owner: Option<Owner<'_>>,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) {
        let Some(conversion) = self.asked.take() else { return };
        let Some(owner) = owner else { return env.x.answer(conversion, false) };
        let is_list = |reply: &&GetPropertyReply| reply.type_ == u32::from(AtomEnum::ATOM);
        let listed = reply.filter(is_list).and_then(GetPropertyReply::value32);
        let listed: Vec<u32> = listed.into_iter().flatten().collect();
        self.forget(exchange, env);
        self.of = owner.window;
        let wanted = owner.targets.iter();
        let wanted = wanted.filter(|(atom, _)| listed.is_empty() || listed.contains(atom));
        let names: Vec<String> = wanted.map(|(_, name)| name.clone()).collect();
        let mut types = targets::types_of(&names);
        // Of very many it is text that is kept.
        types.sort_by_key(|mime| !targets::is_text(mime));
        let mut transfers = Vec::new();
        for mime in types.into_iter().take(MAX_TYPES) {
            let Ok((memory, copy)) = memory() else { continue };
            transfers.extend(exchange.fetch(owner, &mime, copy, env));
            self.kept.push((mime, memory));
        }
        self.saving = Some(Saving { conversion, transfers });
    }

    /// Tells the program when all is kept, and the host what is.
    pub fn settle(&mut self, exchange: &Exchange, env: &mut Env<'_, '_>) {
        let is_over = |token: &u64| !exchange.transfers.is_under_way(*token);
        let done = |saving: &mut Saving| saving.transfers.iter().all(is_over);
        if let Some(Saving { conversion, .. }) = self.saving.take_if(done) {
            self.kept.retain(|(_, memory)| (1..MAX_BYTES).contains(&written(memory)));
            let Conversion { requestor: window, property, .. } = conversion;
            if property != 0 {
                let kind = env.x.atoms().NULL;
                env.x.write(NewProperty { window, property, kind, format: 32, data: &[] });
            }
            env.x.answer(conversion, true);
        }
        let may = env.seat.keyboard != 0 || !exchange.devices.needs_focus(Kind::Clipboard);
        if self.is_pending && may {
            self.is_pending = false;
            let source = self.source.as_ref();
            exchange.devices.select(Kind::Clipboard, source, env.seat.serial, &mut env.host);
        }
    }

    /// The clipboard has another owner in X; with `dead`, because the last one is gone.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn owner_changed(
        &mut self,
        before: u32,
        dead: bool,
        exchange: &mut Exchange,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if before == 0 || self.of == 0 {
            return Ok(());
        }
        if !dead || before != self.of || self.kept.is_empty() {
            self.forget(exchange, env);
            return Ok(());
        }
        let types: Vec<String> = self.kept.iter().map(|(mime, _)| mime.clone()).collect();
        let Exchange { devices, local, .. } = exchange;
        let kind = Some(Kind::Clipboard);
        self.source = devices.source(kind, &types, &mut **local, &mut env.host)?;
        self.is_pending = self.source.is_some();
        self.of = 0;
        Ok(())
    }

    fn forget(&mut self, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        (self.of, self.is_pending) = (0, false);
        self.kept.clear();
        if let Some(source) = self.source.take() {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
    }

    /// The host has another selection.
    pub fn cancelled(&mut self, id: u32, exchange: &mut Exchange, env: &mut Env<'_, '_>) {
        if self.has_source(id) {
            self.forget(exchange, env);
        }
    }

    /// Whether a source is its own.
    pub fn has_source(&self, id: u32) -> bool {
        self.source.is_some_and(|source| source.id == id)
    }

    /// The same by the source's mark.
    pub fn is_local(&self, id: SourceId) -> bool {
        self.source.is_some_and(|source| source.local == Some(id))
    }

    /// Somebody wants what is kept.
    pub fn send(&self, mime: &str, to: OwnedFd, exchange: &mut Exchange) {
        if let Some((_, memory)) = self.kept.iter().find(|(kept, _)| kept == mime) {
            exchange.transfers.give(content(memory), to);
        }
    }
}

/// Memory for one type, twice: it cannot become larger than it may.
fn memory() -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let memory = memfd_create("carafe-clipboard", flags)?;
    ftruncate(&memory, MAX_BYTES)?;
    fcntl_add_seals(&memory, SealFlags::GROW | SealFlags::SHRINK)?;
    let copy = rustix::io::fcntl_dupfd_cloexec(&memory, 0)?;
    Ok((memory, copy))
}

/// How much was written to it.
fn written(memory: impl AsFd) -> u64 {
    seek(memory, SeekFrom::Current(0)).unwrap_or(0)
}

fn content(memory: &OwnedFd) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(written(memory)).unwrap_or(0)];
    let len = pread(memory, &mut bytes, 0).unwrap_or(0);
    bytes.truncate(len);
    bytes
}
