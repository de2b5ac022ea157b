//! Clipboard and primary selection between X programs and the host.
//!
//! What an X program owns, the host is offered as a source of carafe's; what the host
//! offers, a window of carafe's owns in X. Data goes straight from one to the other, in
//! pieces ([`outgoing`], [`incoming`]), whoever is slow. What X programs exchange among
//! themselves passes here by.

pub mod clip;
pub mod device;
pub mod exchange;
pub mod incoming;
pub mod names;
pub mod outgoing;
pub mod recode;
pub mod requests;
pub mod server;
pub mod targets;
pub mod transfers;

use std::io;
use std::os::fd::BorrowedFd;

use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xfixes;
use x11rb_protocol::protocol::xproto::{GetPropertyReply, Property, PropertyNotifyEvent};
use x11rb_protocol::x11_utils::TryParse;

use super::host::Host;
use super::query::SelectionQuery;
use super::seat::Seat;
use crate::handlers::LocalSources;
use crate::session::{Context, Fault, Incoming, Refusal, Verdict};
use clip::Clip;
use device::{Kind, News};
use exchange::Exchange;
use requests::Requests;
use server::SelectionServer;

/// What selections act through.
pub struct Env<'a, 'c> {
    /// The X server.
    pub x: &'a mut dyn SelectionServer,
    /// The host.
    pub host: Host<'a, 'c>,
    /// What the user did.
    pub seat: &'a Seat,
}

/// See the module.
pub struct Selections {
    /// Whether selections are shared at all; drags always are.
    are_shared: bool,
    exchange: Exchange,
    clips: Vec<Clip>,
    requests: Requests,
}

impl Selections {
    /// For an Xwayland that can reach these sources without the host.
    ///
    /// # Errors
    /// When the kernel has no descriptors left.
    pub fn new(are_shared: bool, local: Box<dyn LocalSources>) -> io::Result<Self> {
        Ok(Self {
            are_shared,
            exchange: Exchange::new(local)?,
            clips: Vec::new(),
            requests: Requests::default(),
        })
    }

    /// What becomes readable when a transfer can go on.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.exchange.transfers.fd()
    }

    /// The connection to the server is there. `parent`: where windows go that are never
    /// shown.
    ///
    /// # Errors
    /// [`Fault::Resources`] when there are too many objects.
    pub fn started(&mut self, parent: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        self.exchange.parent = parent;
        self.exchange.devices.start(self.are_shared, &mut env.host)?;
        if !self.are_shared {
            return Ok(());
        }
        let selections = [(Kind::Clipboard, atoms.CLIPBOARD), (Kind::Primary, 1)];
        for (kind, selection) in selections {
            let window = env.x.create_window(Some(parent));
            env.x.watch_selection(selection, window);
            self.clips.push(Clip::new(kind, selection, window));
        }
        Ok(())
    }

    /// An event of the server's.
    ///
    /// # Errors
    /// [`Fault::Resources`] when there are too many objects at the host.
    pub fn event(&mut self, event: &Event, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match event {
            Event::XfixesSelectionNotify(event) => self.owner_changed(event, env),
            Event::SelectionNotify(event) => {
                let given = event.property != 0;
                match self.clips.iter_mut().find(|clip| clip.window == event.requestor) {
                    Some(clip) => clip.answered(event, &mut self.exchange, env)?,
                    None => self.exchange.transfers.answered(event.requestor, given, env.x),
                }
            }
            Event::SelectionRequest(event) => {
                let Self { clips, requests, exchange, .. } = self;
                requests.requested(event, clips, exchange, env);
            }
            Event::PropertyNotify(event) => self.property(event, env),
            Event::DestroyNotify(event) => {
                self.exchange.transfers.window_gone(event.window, env.x);
            }
            _ => {}
        }
        Ok(())
    }

    fn owner_changed(&mut self, event: &xfixes::SelectionNotifyEvent, env: &mut Env<'_, '_>) {
        let clip = self.clips.iter_mut().find(|clip| clip.selection == event.selection);
        if let Some(clip) = clip {
            clip.owner_changed(event, &mut self.exchange, env);
        }
    }

    fn property(&mut self, event: &PropertyNotifyEvent, env: &mut Env<'_, '_>) {
        let transfers = &mut self.exchange.transfers;
        if event.state == Property::DELETE {
            if let Some(part) = transfers.property_deleted(event.window, event.atom, env.x) {
                self.requests.part_answered(part, env);
            }
        } else {
            transfers.property_set(event.window, event.atom, env.x);
        }
    }

    /// The answer to a question; `None`: an error.
    ///
    /// # Errors
    /// [`Fault::Resources`] when there are too many objects at the host.
    pub fn answer(
        &mut self,
        query: SelectionQuery,
        answer: Option<&[u8]>,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let property = || {
            let (reply, _) = GetPropertyReply::try_parse(answer?).ok()?;
            Some(reply)
        };
        let Self { clips, requests, exchange, .. } = self;
        match query {
            SelectionQuery::Atom => {
                exchange.names.got_atom(answer);
                clips.iter_mut().for_each(|clip| clip.own(exchange, env));
            }
            SelectionQuery::Name(atom) => {
                exchange.names.got_name(atom, answer);
                for clip in clips {
                    clip.publish(exchange, env)?;
                }
            }
            SelectionQuery::Targets(window) => {
                if let Some(clip) = clips.iter_mut().find(|clip| clip.window == window) {
                    clip.targets_came(property(), exchange, env)?;
                }
            }
            SelectionQuery::Data(token) => exchange.transfers.piece(token, property(), env.x),
            SelectionQuery::Pairs(group) => {
                requests.pairs_came(group, property(), clips, exchange, env);
            }
        }
        Ok(())
    }

    /// An event of the host's for one of carafe's own objects.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn host_event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
        x: &mut dyn SelectionServer,
        seat: &Seat,
    ) -> Result<Verdict, Refusal> {
        let Some(news) = self.exchange.devices.event(incoming, context)? else {
            return Ok(Verdict::Drop);
        };
        let took = matches!(news, News::Send { .. });
        self.news(news, &mut Env { x, host: Host { context }, seat });
        Ok(if took { Verdict::Took } else { Verdict::Drop })
    }

    fn news(&mut self, news: News, env: &mut Env<'_, '_>) {
        let Self { clips, exchange, .. } = self;
        match news {
            News::Selection(kind, offer) => {
                if let Some(clip) = clips.iter_mut().find(|clip| clip.kind == kind) {
                    clip.host_changed(offer, exchange, env);
                }
            }
            News::Send { source, mime, to } => {
                if let Some(clip) = clips.iter().find(|clip| clip.has_source(source)) {
                    clip.send(&mime, to, exchange, env);
                }
            }
            News::Cancelled(source) => {
                for clip in clips {
                    clip.cancelled(source, exchange, env);
                }
            }
            _ => {}
        }
    }

    /// Another client of carafe's may want data.
    pub fn woken(&mut self, env: &mut Env<'_, '_>) {
        for transfer in self.exchange.local.asked() {
            let clip = self.clips.iter().find(|clip| clip.is_local(transfer.source));
            if let Some(clip) = clip {
                clip.send(&transfer.mime, transfer.to, &mut self.exchange, env);
            }
        }
    }

    /// A pipe may be ready.
    pub fn ready(&mut self, env: &mut Env<'_, '_>) {
        for part in self.exchange.transfers.ready(env.x) {
            self.requests.part_answered(part, env);
        }
    }

    /// A turn ends: what waited for the keyboard may be shared by now.
    pub fn settle(&mut self, env: &mut Env<'_, '_>) {
        for clip in &mut self.clips {
            clip.settle(&self.exchange, env);
        }
    }
}
