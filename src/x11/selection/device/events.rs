//! The host's events about selections and drags.

use std::os::fd::OwnedFd;

use super::family::{CONTROLS, CORE, Family, PRIMARY};
use super::{Devices, Kind, MAX_OFFERS, MAX_TYPE, MAX_TYPES, Offer, call};
use crate::session::{ArgFault, Context, Incoming, Refusal};
use crate::sharing::SourceId;
use crate::x11::host::Host;

/// An event of the host. Ids are the host's.
#[derive(Debug)]
pub enum News {
    /// A selection has changed; with its offer, or `None` if it is empty.
    Selection(Kind, Option<u32>),
    /// The host wants data of one of carafe's sources.
    Send {
        /// The source.
        source: u32,
        /// The type.
        mime: String,
        /// The pipe to write to.
        to: OwnedFd,
    },
    /// A source is not used any more.
    Cancelled(u32),
    /// Whether the target under the pointer accepts a dragged source.
    Target(u32, bool),
    /// The action that the host has chosen for a dragged source.
    Action(u32, u32),
    /// The host has chosen another action for the drag over an X window; with its offer.
    Chosen(u32),
    /// A dragged source was dropped.
    Dropped(u32),
    /// The target of a drop has all the data that it wanted.
    Finished(u32),
    /// A drag enters one of Xwayland's surfaces.
    Enter {
        /// The serial for answers.
        serial: u32,
        /// The surface.
        surface: u32,
        /// The position on the surface.
        at: (i32, i32),
        /// The offer; `None` if the drag has no data for others.
        offer: Option<u32>,
    },
    /// The drag moves.
    Motion((i32, i32)),
    /// The drag leaves the surface.
    Leave,
    /// The user drops.
    Drop,
}

/// The family that an interface belongs to.
fn family(interface: &str) -> Option<&'static Family> {
    let all = [&CORE, &PRIMARY].into_iter().chain(&CONTROLS);
    let of = |family: &&Family| [family.device, family.source, family.offer].contains(&interface);
    all.into_iter().find(of)
}

/// A fixed-point coordinate in whole pixels.
fn pixels(fixed: u32) -> i32 {
    fixed.cast_signed() >> 8
}

impl Devices {
    /// Reads an event of one of carafe's objects; `None` if nothing follows from it.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<News>, Refusal> {
        let interface = context.tables.interface(incoming.object.interface);
        let Some(family) = family(interface.name) else { return Ok(None) };
        let object = incoming.header.object;
        let event = interface.events.get(usize::from(incoming.header.opcode));
        let event = event.map_or("", |event| event.name);
        let version = incoming.object.version;
        let mut args = incoming.args();
        Ok(match event {
            "data_offer" => {
                let id = args.uint()?;
                self.offered(id, family, version, context)?;
                None
            }
            "selection" | "primary_selection" => {
                let id = args.uint()?;
                self.selected(family, event, id, context)
            }
            "enter" => {
                let (serial, surface) = (args.uint()?, args.uint()?);
                let at = (pixels(args.uint()?), pixels(args.uint()?));
                let id = args.uint()?;
                let offer = self.may_take(None, id, context);
                Some(News::Enter { serial, surface, at, offer })
            }
            "motion" => {
                args.uint()?;
                Some(News::Motion((pixels(args.uint()?), pixels(args.uint()?))))
            }
            "leave" => Some(News::Leave),
            "drop" => Some(News::Drop),
            "offer" => {
                let mime = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
                if let Some(offer) = self.offers.get_mut(&object) {
                    offer.add(mime);
                }
                None
            }
            "source_actions" => {
                let actions = args.uint()?;
                if let Some(offer) = self.offers.get_mut(&object) {
                    offer.actions = actions;
                }
                None
            }
            "action" if family.offer == interface.name => {
                let action = args.uint()?;
                self.offers.get_mut(&object).map(|offer| {
                    offer.action = action;
                    News::Chosen(object)
                })
            }
            "action" => Some(News::Action(object, args.uint()?)),
            "target" => Some(News::Target(object, args.string()?.is_some())),
            "send" => {
                let mime = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
                let (to, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
                Some(News::Send { source: object, mime, to })
            }
            "cancelled" => Some(News::Cancelled(object)),
            "dnd_drop_performed" => Some(News::Dropped(object)),
            "dnd_finished" => Some(News::Finished(object)),
            _ => None,
        })
    }

    fn offered(
        &mut self,
        id: u32,
        family: &'static Family,
        version: u32,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(interface) = context.tables.find(family.offer) else { return Ok(()) };
        context.objects.take_host_made(id, interface, version)?;
        if self.offers.len() >= MAX_OFFERS {
            call(&mut Host { context }, (id, family.offer), "destroy", |request| request);
            return Ok(());
        }
        let offer =
            Offer { family, version, types: Vec::new(), local: None, actions: 0, action: 0 };
        self.offers.insert(id, offer);
        Ok(())
    }

    /// Reads a device's selection; `None` if carafe uses another device for this selection.
    fn selected(
        &mut self,
        family: &'static Family,
        event: &str,
        id: u32,
        context: &mut Context<'_>,
    ) -> Option<News> {
        let is_primary = event == "primary_selection" || family.device == PRIMARY.device;
        let kind = if is_primary { Kind::Primary } else { Kind::Clipboard };
        let used = self.of(kind).is_some_and(|device| device.family.device == family.device);
        if !used {
            self.end_offer(id, &mut Host { context });
            return None;
        }
        Some(News::Selection(kind, self.may_take(Some(kind), id, context)))
    }

    /// Returns an offer that X programs may have, and ends one that they may not. `kind` is its
    /// selection, or `None` for a drag.
    fn may_take(&mut self, kind: Option<Kind>, id: u32, context: &mut Context<'_>) -> Option<u32> {
        if !self.sharing(kind).to_guest {
            self.end_offer(id, &mut Host { context });
        }
        Some(id).filter(|id| self.offers.contains_key(id))
    }
}

impl Offer {
    fn add(&mut self, mime: String) {
        if let Some(source) = SourceId::of_marker(&mime) {
            self.local = Some(source);
        } else if self.types.len() < MAX_TYPES && mime.len() <= MAX_TYPE {
            self.types.push(mime);
        }
    }
}
