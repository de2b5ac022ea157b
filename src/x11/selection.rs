//! Clipboard and primary selection between X programs and the host.
//!
//! When an X program owns a selection, carafe offers it to the host as a source. When the host
//! has one, a window of carafe owns it in X. Data goes from one side to the other in pieces
//! ([`data_out_of_x`], [`data_into_x`]), as fast as both allow. X programs exchange data with each
//! other directly.

pub mod clip;
pub mod data_into_x;
pub mod data_out_of_x;
pub mod device;
mod dnd;
pub mod exchange;
pub mod keeper;
pub mod names;
mod news;
pub mod recode;
pub mod requests;
pub mod server;
pub mod targets;
#[cfg(test)]
mod tests;
pub mod transfers;

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xfixes;
use x11rb_protocol::protocol::xproto::{GetPropertyReply, Property, PropertyNotifyEvent};
use x11rb_protocol::x11_utils::TryParse;

use super::Wm;

use super::host::Host;
use super::query::{DragQuery, SelectionQuery};
use super::seat::Seat;
use super::settings::Settings;
use super::surfaces::XwaylandSurfaces;
use crate::channel::Memory;
use crate::foreign::Relays;
use crate::policy::LocalSources;
use crate::session::Fault;
use clip::Clip;
use device::SelectionKind;
use dnd::{DragIntoX, DragOutOfX};
use exchange::{Exchange, Owner};
use keeper::Keeper;
use requests::{HostSelection, Requests};
use server::SelectionServer;

/// What selections need to act.
pub struct SelectionEnv<'a, 'c> {
    /// The X server.
    pub x: &'a mut dyn SelectionServer,
    /// The host.
    pub host: Host<'a, 'c>,
    /// The user's input.
    pub seat: &'a mut Seat,
    /// The windows.
    pub wm: &'a Wm,
    /// Xwayland's surfaces.
    pub surfaces: &'a mut XwaylandSurfaces,
    /// The memory for pictures that the host must see; `None` if it sees any memory.
    pub memory: Option<&'a dyn Memory>,
}

/// The selections and drags of one Xwayland.
pub struct Selections {
    /// Whether clipboard and primary selection are shared with the host; drags always are.
    are_shared: bool,
    exchange: Exchange,
    clips: Vec<Clip>,
    requests: Requests,
    keeper: Keeper,
    /// A drag of the host over X windows.
    drag_in: DragIntoX,
    /// A drag of an X program.
    drag_out: DragOutOfX,
    /// The surface under the drag, by the host's id.
    drag_surface: u32,
}

impl Selections {
    /// Makes them. `local` are the sources that can be reached without the host.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new(settings: &Settings, local: Box<dyn LocalSources>) -> io::Result<Self> {
        let mut exchange = Exchange::new(local)?;
        exchange.devices.policy = Arc::clone(&settings.policy);
        // One relay serves all sorts of transfers.
        exchange.transfers.relays = Relays::with_limit(settings.policy.lowest_limit());
        Ok(Self {
            are_shared: !settings.keeps_selections,
            exchange,
            clips: Vec::new(),
            requests: Requests::default(),
            keeper: Keeper::default(),
            drag_in: DragIntoX::default(),
            drag_out: DragOutOfX::default(),
            drag_surface: 0,
        })
    }

    /// The descriptor to poll: it is readable when a transfer can go on.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.exchange.transfers.fd()
    }

    /// Starts, once the connection to the server exists. `parent` is the parent of windows
    /// that are never shown.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects.
    pub fn started(&mut self, parent: u32, env: &mut SelectionEnv<'_, '_>) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        self.exchange.parent = parent;
        let Exchange { devices, local, .. } = &mut self.exchange;
        devices.start(self.are_shared, &**local, &mut env.host)?;
        self.drag_in.window = env.x.create_window(Some(parent));
        env.x.watch_selection(atoms.XdndSelection, self.drag_in.window);
        self.drag_out.start(&self.exchange, env);
        if !self.are_shared {
            return Ok(());
        }
        self.keeper.start(parent, env);
        let selections = [(SelectionKind::Clipboard, atoms.CLIPBOARD), (SelectionKind::Primary, 1)];
        for (kind, selection) in selections {
            let window = env.x.create_window(Some(parent));
            env.x.watch_selection(selection, window);
            self.clips.push(Clip::new(kind, selection, window));
        }
        Ok(())
    }

    /// Handles an event of the server.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn event(&mut self, event: &Event, env: &mut SelectionEnv<'_, '_>) -> Result<(), Fault> {
        match event {
            Event::XfixesSelectionNotify(event) => self.owner_changed(event, env)?,
            Event::SelectionNotify(event) => {
                let given = event.property != 0;
                match self.clips.iter_mut().find(|clip| clip.window == event.requestor) {
                    Some(clip) => clip.answered(event, &mut self.exchange, env)?,
                    None => self.exchange.transfers.answered(event.requestor, given, env.x),
                }
            }
            Event::SelectionRequest(event)
                if event.selection == env.x.atoms().CLIPBOARD_MANAGER =>
            {
                let owner = clipboard_owner(&self.clips);
                self.keeper.requested(event, owner, &mut self.exchange, env);
            }
            Event::SelectionRequest(event) => {
                let holdings = holdings(&self.clips, &self.drag_in, env);
                self.requests.requested(event, &holdings, &mut self.exchange, env);
            }
            Event::ClientMessage(event) if event.format == 32 => {
                let (kind, data) = (event.type_, event.data.as_data32());
                if event.window == self.drag_in.window {
                    self.drag_in.message(kind, data, &mut self.exchange, env);
                } else if event.window == self.drag_out.stand_in {
                    self.drag_out.message(kind, data, &mut self.exchange, env)?;
                }
            }
            Event::PropertyNotify(event) => self.property(event, env),
            Event::DestroyNotify(event) => {
                for part in self.exchange.transfers.window_gone(event.window, env.x) {
                    self.requests.part_answered(part, env);
                }
                self.drag_in.window_gone(event.window, &mut self.exchange, env);
            }
            _ => {}
        }
        Ok(())
    }

    fn owner_changed(
        &mut self,
        event: &xfixes::SelectionNotifyEvent,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        let Self { clips, exchange, keeper, drag_in, drag_out, .. } = self;
        if event.selection == env.x.atoms().XdndSelection {
            if event.owner == drag_in.window {
                drag_in.time = event.selection_timestamp;
            } else {
                drag_out.owner_changed(event, exchange, env);
            }
            return Ok(());
        }
        let clip = clips.iter_mut().find(|clip| clip.selection == event.selection);
        let Some(clip) = clip else { return Ok(()) };
        let before = clip.owner().map_or(0, |owner| owner.window);
        clip.owner_changed(event, exchange, env);
        if clip.kind == SelectionKind::Clipboard {
            let dead = event.subtype != xfixes::SelectionEvent::SET_SELECTION_OWNER;
            keeper.owner_changed(before, dead, exchange, env)?;
        }
        Ok(())
    }

    fn property(&mut self, event: &PropertyNotifyEvent, env: &mut SelectionEnv<'_, '_>) {
        let transfers = &mut self.exchange.transfers;
        if event.state == Property::DELETE {
            if let Some(part) = transfers.property_deleted(event.window, event.atom, env.x) {
                self.requests.part_answered(part, env);
            }
        } else {
            transfers.property_set(event.window, event.atom, env.x);
        }
    }

    /// Handles the answer to a query; `None` is an error.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn answer(
        &mut self,
        query: SelectionQuery,
        answer: Option<&[u8]>,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<(), Fault> {
        let property = || {
            let (reply, _) = GetPropertyReply::try_parse(answer?).ok()?;
            Some(reply)
        };
        let Self { clips, requests, exchange, keeper, drag_in, drag_out, .. } = self;
        match query {
            SelectionQuery::Atom => {
                exchange.names.got_atom(answer);
                for clip in clips {
                    clip.own(exchange, env);
                }
                drag_in.settle(exchange, env);
            }
            SelectionQuery::Name(atom) => {
                exchange.names.got_name(atom, answer);
                for clip in clips {
                    clip.publish(exchange, env)?;
                }
                drag_out.begin(exchange, env)?;
            }
            SelectionQuery::Targets(window) => {
                if let Some(clip) = clips.iter_mut().find(|clip| clip.window == window) {
                    clip.targets_came(property().as_ref(), exchange, env)?;
                }
            }
            SelectionQuery::Data(token) => exchange.transfers.piece(token, property(), env.x),
            SelectionQuery::Pairs(group) => {
                let holdings = holdings(clips, drag_in, env);
                requests.pairs_came(group, property().as_ref(), &holdings, exchange, env);
            }
            SelectionQuery::Kept => {
                let owner = clipboard_owner(clips);
                keeper.targets_came(property().as_ref(), owner, exchange, env);
            }
            SelectionQuery::Drag(DragQuery::Types(window)) => {
                drag_out.types_came(window, answer, exchange, env)?;
            }
            SelectionQuery::Drag(DragQuery::Actions(window)) => {
                drag_out.actions_came(window, answer, exchange, env)?;
            }
            SelectionQuery::Drag(DragQuery::Settled(asked)) => {
                drag_out.settled(asked, exchange, env);
            }
            SelectionQuery::Drag(query) => drag_in.answer(query, answer, exchange, env),
        }
        Ok(())
    }

    /// Notes that the host's pointer has left Xwayland's surfaces. Returns whether to hide that
    /// from Xwayland.
    pub fn hides_leave(&mut self) -> bool {
        self.drag_out.hides_leave()
    }

    /// Whether an X program drags with a finger that the host has.
    pub fn has_finger(&self) -> bool {
        self.drag_out.has_finger()
    }

    /// Notes that the host's pointer has entered one of Xwayland's surfaces.
    pub fn pointer_entered(&mut self, env: &mut SelectionEnv<'_, '_>) {
        self.drag_out.pointer_entered(env);
    }

    /// Notes that one of Xwayland's surfaces is about to be destroyed.
    pub fn surface_destroyed(&mut self, surface: u32, env: &mut SelectionEnv<'_, '_>) {
        self.drag_out.surface_destroyed(surface, env);
    }

    /// Sends data that other sessions have asked for.
    pub fn woken(&mut self, env: &mut SelectionEnv<'_, '_>) {
        for mut transfer in self.exchange.local.asked() {
            let Some(to) = self.exchange.relay(transfer.to) else { continue };
            transfer.to = to;
            let clip = self.clips.iter().find(|clip| clip.is_local(transfer.source));
            if self.drag_out.is_local(transfer.source) {
                self.drag_out.send(transfer.mime, transfer.to, &mut self.exchange, env);
            } else if self.keeper.is_local(transfer.source) {
                self.keeper.send(&transfer.mime, transfer.to, &mut self.exchange);
            } else if let Some(clip) = clip {
                clip.send(&transfer.mime, transfer.to, &mut self.exchange, env);
            }
        }
    }

    /// Goes on with transfers whose pipes are ready.
    pub fn ready(&mut self, env: &mut SelectionEnv<'_, '_>) {
        for part in self.exchange.transfers.ready(env.x) {
            self.requests.part_answered(part, env);
        }
    }

    /// Ends a turn: shares what has waited for the keyboard, if that has come.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn settle(&mut self, env: &mut SelectionEnv<'_, '_>) -> Result<(), Fault> {
        if env.seat.keyboard != 0 {
            let Exchange { devices, local, .. } = &mut self.exchange;
            if let Some(news) = devices.local_news(&**local, &mut env.host) {
                self.news(news, env);
            }
        }
        for clip in &mut self.clips {
            clip.settle(&self.exchange, env);
        }
        self.keeper.settle(&self.exchange, env);
        self.drag_out.settle(&mut self.exchange, env)
    }
}

/// The X program that owns the clipboard.
fn clipboard_owner(clips: &[Clip]) -> Option<Owner<'_>> {
    clips.iter().find(|clip| clip.kind == SelectionKind::Clipboard)?.owner()
}

/// Everything that the host offers to X programs.
fn holdings<'a>(
    clips: &'a [Clip],
    drag_in: &'a DragIntoX,
    env: &SelectionEnv<'_, '_>,
) -> Vec<HostSelection<'a>> {
    let dragged = drag_in.holding(env.x.atoms().XdndSelection);
    clips.iter().filter_map(Clip::holding).chain(dragged).collect()
}
