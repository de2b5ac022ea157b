//! Keeping a clipboard when its program ends. The program asks the owner of
//! `CLIPBOARD_MANAGER` to keep its data (freedesktop's clipboard manager specification).
//!
//! The kept data becomes a source at the host like any other, and X programs get it back from
//! there.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{MemfdFlags, SealFlags, SeekFrom, fcntl_add_seals, ftruncate, memfd_create, seek};
use rustix::io::pread;
use x11rb_protocol::protocol::xproto::{AtomEnum, GetPropertyReply, SelectionRequestEvent};

use super::SelectionEnv;
use super::device::{OwnSource, SelectionKind};
use super::exchange::{Exchange, Owner};
use super::server::{Conversion, NewProperty};
use super::targets;
use crate::policy::SourceId;
use crate::session::Fault;
use crate::x11::query::SelectionQuery;
use crate::x11::server::ClientMessage;

/// Bounds on the kept data: the number of types, and the bytes of each.
const MAX_KEPT_TYPES: usize = 16;
const MAX_BYTES: u64 = 8 << 20;

/// One type of the kept data, and the memory that holds it.
type KeptType = (String, OwnedFd);

/// A program that waits until its data is kept.
struct SaveRequest {
    conversion: Conversion,
    transfers: Vec<u64>,
}

/// The clipboard manager.
#[derive(Default)]
pub struct Keeper {
    window: u32,
    /// A program's request, while its list of targets is not known.
    asked: Option<Conversion>,
    saving: Option<SaveRequest>,
    /// The window whose clipboard is kept; 0 if none is.
    of: u32,
    kept: Vec<KeptType>,
    source: Option<OwnSource>,
    /// The source becomes the selection once X has the keyboard.
    is_pending: bool,
}

impl Keeper {
    /// Becomes the clipboard manager.
    pub fn start(&mut self, parent: u32, env: &mut SelectionEnv<'_, '_>) {
        let atoms = *env.x.atoms();
        self.window = env.x.create_window(Some(parent));
        env.x.own(atoms.CLIPBOARD_MANAGER, self.window);
        let data = [0, atoms.CLIPBOARD_MANAGER, self.window, 0, 0];
        env.x.announce(ClientMessage { window: self.window, kind: atoms.MANAGER, data });
    }

    /// Handles a program's request to keep its clipboard. `owner` owns the clipboard.
    pub fn requested(
        &mut self,
        event: &SelectionRequestEvent,
        owner: Option<Owner<'_>>,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
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

    /// Starts to fetch the targets that the program wants kept; an empty list means all.
    pub fn targets_came(
        &mut self,
        reply: Option<&GetPropertyReply>,
        owner: Option<Owner<'_>>,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
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
        // If there are too many types, prefer text.
        types.sort_by_key(|mime| !targets::is_text(mime));
        let mut transfers = Vec::new();
        for mime in types.into_iter().take(MAX_KEPT_TYPES) {
            let Ok((memory, copy)) = memory() else { continue };
            transfers.extend(exchange.fetch(owner, &mime, copy, env));
            self.kept.push((mime, memory));
        }
        self.saving = Some(SaveRequest { conversion, transfers });
    }

    /// Answers the program once all data is kept, and makes a pending source the selection.
    pub fn settle(&mut self, exchange: &Exchange, env: &mut SelectionEnv<'_, '_>) {
        let is_over = |token: &u64| !exchange.transfers.is_under_way(*token);
        let done = |saving: &mut SaveRequest| saving.transfers.iter().all(is_over);
        if let Some(SaveRequest { conversion, .. }) = self.saving.take_if(done) {
            // Drop empty data, and data that has filled its memory, because that may be cut off.
            self.kept.retain(|(_, memory)| (1..MAX_BYTES).contains(&written(memory)));
            let Conversion { requestor: window, property, .. } = conversion;
            if property != 0 {
                let kind = env.x.atoms().NULL;
                env.x.write(NewProperty { window, property, kind, format: 32, data: &[] });
            }
            env.x.answer(conversion, true);
        }
        let may = env.seat.keyboard != 0 || !exchange.devices.needs_focus(SelectionKind::Clipboard);
        if self.is_pending && may {
            self.is_pending = false;
            let source = self.source.as_ref();
            let (kind, serial) = (SelectionKind::Clipboard, env.seat.serial);
            let Exchange { devices, local, .. } = exchange;
            devices.select(kind, source, serial, &**local, &mut env.host);
        }
    }

    /// Notes that the clipboard has another owner in X; `dead` if the previous owner is gone.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn owner_changed(
        &mut self,
        before: u32,
        dead: bool,
        exchange: &mut Exchange,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        if before == 0 || self.of == 0 {
            return Ok(());
        }
        // Kept data is only offered if its owner is gone; any other change makes it out of date.
        if !dead || before != self.of || self.kept.is_empty() {
            self.forget(exchange, env);
            return Ok(());
        }
        let types: Vec<String> = self.kept.iter().map(|(mime, _)| mime.clone()).collect();
        let Exchange { devices, local, .. } = exchange;
        let kind = Some(SelectionKind::Clipboard);
        self.source = devices.source(kind, &types, &mut **local, &mut env.host)?;
        self.is_pending = self.source.is_some();
        self.of = 0;
        Ok(())
    }

    fn forget(&mut self, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        (self.of, self.is_pending) = (0, false);
        self.kept.clear();
        if let Some(source) = self.source.take() {
            exchange.devices.end_source(source, &mut *exchange.local, &mut env.host);
        }
    }

    /// Notes that the host has replaced a source of carafe.
    pub fn cancelled(&mut self, id: u32, exchange: &mut Exchange, env: &mut SelectionEnv<'_, '_>) {
        if self.has_source(id) {
            self.forget(exchange, env);
        }
    }

    /// Whether it has this source, by its id at the host.
    pub fn has_source(&self, id: u32) -> bool {
        self.source.is_some_and(|source| source.id == id)
    }

    /// Whether it has this source, by its marker.
    pub fn is_local(&self, id: SourceId) -> bool {
        self.source.is_some_and(|source| source.local == Some(id))
    }

    /// Sends kept data into a pipe.
    pub fn send(&self, mime: &str, to: OwnedFd, exchange: &mut Exchange) {
        if let Some((_, memory)) = self.kept.iter().find(|(kept, _)| kept == mime) {
            exchange.transfers.give(content(memory), to);
        }
    }
}

/// Makes memory for one type; returns it and a duplicate. Seals keep it from growing beyond the
/// bound.
fn memory() -> rustix::io::Result<(OwnedFd, OwnedFd)> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let memory = memfd_create("carafe-clipboard", flags)?;
    ftruncate(&memory, MAX_BYTES)?;
    fcntl_add_seals(&memory, SealFlags::GROW | SealFlags::SHRINK)?;
    let copy = rustix::io::fcntl_dupfd_cloexec(&memory, 0)?;
    Ok((memory, copy))
}

/// How many bytes were written to it: the two descriptors share the file's position.
fn written(memory: impl AsFd) -> u64 {
    seek(memory, SeekFrom::Current(0)).unwrap_or(0)
}

fn content(memory: &OwnedFd) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(written(memory)).unwrap_or(0)];
    let len = pread(memory, &mut bytes, 0).unwrap_or(0);
    bytes.truncate(len);
    bytes
}
