//! The host's events about selections and drags.

use std::os::fd::OwnedFd;

use super::family::{CONTROLS, CORE, Family, PRIMARY_FAMILY};
use super::{Devices, MAX_OFFERS, Offer, SelectionKind, call};
use crate::policy::{MAX_TYPE, MAX_TYPES, SourceId};
use crate::session::{ArgFault, Context, Incoming, Refusal};
use crate::x11::host::Host;

/// An event of the host. Ids are the host's.
#[derive(Debug)]
pub enum News {
    /// A selection has changed; with its offer, or `None` if it is empty.
    Selection(SelectionKind, Option<u32>),
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

/// An event of a device, an offer or a source of carafe's own.
#[derive(Clone, Copy, Debug)]
pub enum SelectionEvent {
    /// There is an offer.
    DataOffer(&'static Family),
    /// A device's selection is another one; `true`: the primary one.
    Selection(&'static Family, bool),
    /// A drag comes.
    Enter,
    /// It moves.
    Motion,
    /// It goes.
    Leave,
    /// It is dropped.
    Drop,
    /// An offer has a type.
    OfferType,
    /// What may be done with it.
    OfferActions,
    /// What would be done with it.
    OfferAction,
    /// Somebody takes a type of a source, or none.
    Target,
    /// What would be done with a source.
    Action,
    /// Somebody wants its data.
    Send,
    /// It is not used any more.
    Cancelled,
    /// It was dropped.
    Dropped,
    /// Who got it has all.
    Finished,
}

impl SelectionEvent {
    /// All of them: interface, name, and what it is.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str, Self)> {
        let families = [&CORE, &PRIMARY_FAMILY].into_iter().chain(&CONTROLS);
        let of_all = |family: &'static Family| {
            [
                (family.device, "data_offer", Self::DataOffer(family)),
                (family.device, "selection", Self::Selection(family, family.is_primary())),
                (family.offer, "offer", Self::OfferType),
                (family.source, "send", Self::Send),
                (family.source, "cancelled", Self::Cancelled),
            ]
        };
        let of_control = |family: &'static Family| {
            (family.device, "primary_selection", Self::Selection(family, true))
        };
        let of_drags = [
            (CORE.device, "enter", Self::Enter),
            (CORE.device, "motion", Self::Motion),
            (CORE.device, "leave", Self::Leave),
            (CORE.device, "drop", Self::Drop),
            (CORE.offer, "source_actions", Self::OfferActions),
            (CORE.offer, "action", Self::OfferAction),
            (CORE.source, "target", Self::Target),
            (CORE.source, "action", Self::Action),
            (CORE.source, "dnd_drop_performed", Self::Dropped),
            (CORE.source, "dnd_finished", Self::Finished),
        ];
        families.flat_map(of_all).chain(CONTROLS.iter().map(of_control)).chain(of_drags)
    }
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
        event: SelectionEvent,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Option<News>, Refusal> {
        let object = incoming.header.object;
        let version = incoming.object.versions.host();
        let mut args = incoming.args();
        Ok(match event {
            SelectionEvent::DataOffer(family) => {
                let id = args.uint()?;
                self.offered(id, family, version, context)?;
                None
            }
            SelectionEvent::Selection(family, is_primary) => {
                let id = args.uint()?;
                self.selected(family, is_primary, id, context)
            }
            SelectionEvent::Enter => {
                let (serial, surface) = (args.uint()?, args.uint()?);
                let at = (pixels(args.uint()?), pixels(args.uint()?));
                let id = args.uint()?;
                let offer = self.may_take(None, id, context);
                Some(News::Enter { serial, surface, at, offer })
            }
            SelectionEvent::Motion => {
                args.uint()?;
                Some(News::Motion((pixels(args.uint()?), pixels(args.uint()?))))
            }
            SelectionEvent::Leave => Some(News::Leave),
            SelectionEvent::Drop => Some(News::Drop),
            SelectionEvent::OfferType => {
                let mime = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
                if let Some(offer) = self.offers.get_mut(&object) {
                    offer.add(mime);
                }
                None
            }
            SelectionEvent::OfferActions => {
                let actions = args.uint()?;
                if let Some(offer) = self.offers.get_mut(&object) {
                    offer.actions = actions;
                }
                None
            }
            SelectionEvent::OfferAction => {
                let action = args.uint()?;
                self.offers.get_mut(&object).map(|offer| {
                    offer.action = action;
                    News::Chosen(object)
                })
            }
            SelectionEvent::Action => Some(News::Action(object, args.uint()?)),
            SelectionEvent::Target => Some(News::Target(object, args.string()?.is_some())),
            SelectionEvent::Send => {
                let mime = String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
                let (to, _) = context.fds.pop().ok_or(ArgFault::MissingFd)?;
                Some(News::Send { source: object, mime, to })
            }
            SelectionEvent::Cancelled => Some(News::Cancelled(object)),
            SelectionEvent::Dropped => Some(News::Dropped(object)),
            SelectionEvent::Finished => Some(News::Finished(object)),
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
        is_primary: bool,
        id: u32,
        context: &mut Context<'_>,
    ) -> Option<News> {
        let kind = if is_primary { SelectionKind::Primary } else { SelectionKind::Clipboard };
        let used = self.of(kind).is_some_and(|device| device.family.device == family.device);
        if !used {
            self.end_offer(id, &mut Host { context });
            return None;
        }
        Some(News::Selection(kind, self.may_take(Some(kind), id, context)))
    }

    /// Returns an offer that X programs may have, and ends one that they may not. `kind` is its
    /// selection, or `None` for a drag.
    pub(super) fn may_take(
        &mut self,
        kind: Option<SelectionKind>,
        id: u32,
        context: &mut Context<'_>,
    ) -> Option<u32> {
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
