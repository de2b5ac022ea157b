//! A window, as both sides see it.

use std::time::Instant;

use super::iconify::{IconWish, Later};
use super::inquiry::Inquiry;
use super::opacity::Opacity;
use super::properties::{Kind, Properties};
use super::shape::Shape;
use super::sizing::Sizing;
use super::states::States;
use super::writers::Writers;
use crate::x11::rect::Rect;
use crate::x11::role::{Role, Toplevel};

/// What the server and the client have done with a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// The client does not want it to be seen.
    #[default]
    Withdrawn,
    /// It is to be mapped once its properties are known.
    Awaited,
    /// It is mapped, or an icon.
    Mapped,
}

/// See the module.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Window {
    /// Its number.
    pub id: u32,
    /// Where it is, and how large.
    pub sizing: Sizing,
    /// Where the server said last that it is.
    pub at_server: (i32, i32),
    /// Its border's width; managed windows have none.
    pub border: u32,
    /// The window manager is not to meddle: menus, tooltips, combo boxes.
    pub override_redirect: bool,
    /// See [`Life`].
    pub life: Life,
    /// What it says of itself.
    pub properties: Properties,
    /// What was asked of it, and what waits for that.
    pub inquiry: Inquiry,
    /// Who has written what both its client and carafe write.
    pub writers: Writers,
    /// The states in its properties are those that its client wants when it is mapped.
    pub wants_states: bool,
    /// Whether its properties were asked for at all.
    pub watched: bool,
    /// What of it shows and takes input.
    pub shape: Shape,
    /// Its states.
    pub states: States,
    /// Those that were written to where its client looks for them, and are there.
    pub told_states: Option<States>,
    /// Xwayland's surface for it, by the client's id.
    pub surface: Option<u32>,
    /// What the surface is at the host.
    pub role: Option<Role>,
    /// Its client wants it to fill the screen.
    pub wants_fullscreen: bool,
    /// Whether its client has asked last for it to be maximized, and to fill the screen;
    /// `None`: neither for that nor for its end.
    pub asked_states: (Option<bool>, Option<bool>),
    /// It fills the screen only because its client has made it as large as the screen.
    pub covers: bool,
    /// Its client wants it put away; the host has done it when it is not seen any more.
    pub icon_wish: IconWish,
    /// What makes its surface less opaque at the host.
    pub opacity: Option<Opacity>,
    /// Its client believes that it is an icon.
    pub icon: Option<Later>,
    /// What it was said to have by rules, see `quirks`.
    pub quirks: String,
    /// What the user was last said to be able to do with it (`_NET_WM_ALLOWED_ACTIONS`).
    pub actions: Option<Vec<u32>>,
    /// The screens that its surface is on, by the client's ids of their outputs.
    pub outputs: Vec<u32>,
    /// The one of them that its place in X is on; `None`: it was on none so far.
    pub output: Option<u32>,
    /// Since when its client has not answered.
    pub pinged: Option<Instant>,
    /// Its client does not want the keyboard for it just because it is shown.
    pub is_shy: bool,
    /// Whether its client has grabbed the keyboard was asked, and is not known yet.
    pub awaits_grab: bool,
    /// Whether it may have all input as a menu.
    pub grabs: bool,
    /// The `wl_callback` after which it is made a new window of the host's, see `parents`.
    pub anew: Option<u32>,
    /// When it was mapped, in the order of all windows: the later, the higher.
    pub mapped_at: u64,
}

/// The client that something is of, as the first number that it may give: Xwayland gives
/// each client 21 bits.
pub fn client_of(id: u32) -> u32 {
    id & !0x001f_ffff
}

/// Whether two windows are of one client.
pub fn is_of_same_client(one: u32, other: u32) -> bool {
    client_of(one) == client_of(other)
}

impl Window {
    /// A window that was just created.
    pub fn new(id: u32, rect: Rect, override_redirect: bool) -> Self {
        Self {
            id,
            sizing: Sizing::new(rect),
            at_server: (rect.x, rect.y),
            border: 0,
            override_redirect,
            life: Life::default(),
            properties: Properties::default(),
            inquiry: Inquiry::default(),
            writers: Writers::default(),
            wants_states: false,
            watched: false,
            shape: Shape::default(),
            states: States::default(),
            told_states: None,
            surface: None,
            role: None,
            wants_fullscreen: false,
            asked_states: (None, None),
            covers: false,
            icon_wish: IconWish::default(),
            opacity: None,
            icon: None,
            quirks: String::new(),
            actions: None,
            outputs: Vec::new(),
            output: None,
            pinged: None,
            is_shy: false,
            awaits_grab: false,
            grabs: true,
            anew: None,
            mapped_at: 0,
        }
    }

    /// Where it is by the server, or will be.
    pub fn rect(&self) -> Rect {
        self.sizing.rect()
    }

    /// The toplevel that it is at the host.
    pub fn toplevel(&self) -> Option<&Toplevel> {
        self.role.as_ref().and_then(Role::toplevel)
    }

    /// The same, to be changed.
    pub fn toplevel_mut(&mut self) -> Option<&mut Toplevel> {
        if let Some(Role::Toplevel(toplevel)) = &mut self.role { Some(toplevel) } else { None }
    }

    /// Whether the host has configured what it is there.
    pub fn is_configured(&self) -> bool {
        match &self.role {
            None => false,
            Some(Role::Toplevel(_)) => self.sizing.is_configured(),
            Some(Role::Popup(popup)) => popup.configured,
            Some(Role::Layer(layer)) => layer.configured,
        }
    }

    /// Whether all is known that is asked for before it is shown, as it was then.
    pub fn is_known(&self) -> bool {
        self.watched && self.inquiry.is_answered() && self.shape.known && !self.awaits_grab
    }

    /// Whether somebody is to draw title and frame for it.
    pub fn wants_frame(&self) -> bool {
        let plain = [Kind::Splash, Kind::Dock, Kind::Desktop, Kind::Notification];
        self.is_managed()
            && !self.properties.undecorated
            && self.properties.frame_extents.is_none()
            && !plain.iter().any(|kind| self.properties.is(*kind))
    }

    /// The counter that its client sets to what it is asked to when it has drawn.
    pub fn sync_counter(&self) -> Option<u32> {
        let Properties { sync_counter, protocols, .. } = &self.properties;
        // The server's own, as its clock, are not for that.
        sync_counter.filter(|id| protocols.sync && is_of_same_client(*id, self.id))
    }

    /// Whether it is placed and stacked by the window manager.
    pub fn is_managed(&self) -> bool {
        !self.override_redirect
    }
}
