//! A window, as both sides see it.

use std::time::Instant;

use super::decisions::Inquiry;
use super::iconify::{IconWish, RestoreStates};
use super::opacity::Opacity;
use super::properties::{Properties, WindowType};
use super::shape::Shape;
use super::sizing::Sizing;
use super::states::States;
use crate::x11::geometry::Rect;
use crate::x11::property::Writers;
use crate::x11::role::{Role, Toplevel};

/// The state of a window in X.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Life {
    /// Its client does not want it to be shown.
    #[default]
    Withdrawn,
    /// It is mapped once its properties are known.
    Awaited,
    /// It is mapped, or iconified.
    Mapped,
}

/// A window, as both sides see it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is the case without the others")]
pub struct Window {
    /// Its id.
    pub id: u32,
    /// Its place and size.
    pub sizing: Sizing,
    /// Its last place according to the server.
    pub at_server: (i32, i32),
    /// The width of its border; managed windows have none.
    pub border: u32,
    /// The window manager must not touch it: menus, tooltips, combo boxes.
    pub override_redirect: bool,
    /// See [`Life`].
    pub life: Life,
    /// Its properties.
    pub properties: Properties,
    /// Which properties are being read, and what waits for them.
    pub inquiry: Inquiry,
    /// Who has written the properties that both its client and carafe write.
    pub writers: Writers,
    /// The states in its properties are the ones that its client wants when it is mapped.
    pub wants_states: bool,
    /// Whether carafe reads its properties.
    pub watched: bool,
    /// Which of its pixels are shown and take input.
    pub shape: Shape,
    /// It has an alpha channel, as far as carafe has asked.
    pub has_alpha: bool,
    /// carafe has asked that, and has no answer yet.
    pub awaits_depth: bool,
    /// Its states.
    pub states: States,
    /// The states that carafe has written for its client, while they are there.
    pub told_states: Option<States>,
    /// Xwayland's surface for it, by the client's id.
    pub surface: Option<u32>,
    /// The role of the surface at the host.
    pub role: Option<Role>,
    /// Its client wants it to be fullscreen.
    pub wants_fullscreen: bool,
    /// What its client has asked last: maximized or not, fullscreen or not; `None` if it has not
    /// asked.
    pub asked_states: (Option<bool>, Option<bool>),
    /// It is fullscreen only because its client has given it the size of the screen.
    pub covers: bool,
    /// Its client wants it minimized. The host has done that once the window is not visible any
    /// more.
    pub icon_wish: IconWish,
    /// The object that makes its surface translucent at the host.
    pub opacity: Option<Opacity>,
    /// Its client sees it as iconified; with the states for when it is restored.
    pub iconified: Option<RestoreStates>,
    /// The features that were last reported for it, see `quirks`.
    pub quirks: String,
    /// The last value of `_NET_WM_ALLOWED_ACTIONS`.
    pub actions: Option<Vec<u32>>,
    /// The screens that its surface is on, by the client's ids of their outputs.
    pub outputs: Vec<u32>,
    /// The one that its place in X is on; `None` if it has not been on any.
    pub output: Option<u32>,
    /// When its client was asked for an answer that has not come.
    pub pinged: Option<Instant>,
    /// Its client does not want it to get the keyboard just because it is shown.
    pub declines_focus: bool,
    /// carafe has asked whether its client has grabbed the keyboard, and has no answer yet.
    pub awaits_grab: bool,
    /// Whether it may grab all input as a menu.
    pub grabs: bool,
    /// The `wl_callback` after which it becomes a new window at the host, see `parents`.
    pub remake_after: Option<u32>,
    /// Its number in the order in which windows were mapped.
    pub mapped_at: u64,
}

/// The client of a resource, as the client's first id: Xwayland gives each client 21 bits of ids.
pub fn client_of(id: u32) -> u32 {
    id & !0x001f_ffff
}

/// Whether two windows belong to one client.
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
            has_alpha: false,
            awaits_depth: false,
            states: States::default(),
            told_states: None,
            surface: None,
            role: None,
            wants_fullscreen: false,
            asked_states: (None, None),
            covers: false,
            icon_wish: IconWish::default(),
            opacity: None,
            iconified: None,
            quirks: String::new(),
            actions: None,
            outputs: Vec::new(),
            output: None,
            pinged: None,
            declines_focus: false,
            awaits_grab: false,
            grabs: true,
            remake_after: None,
            mapped_at: 0,
        }
    }

    /// Its place and size in X, now or soon.
    pub fn rect(&self) -> Rect {
        self.sizing.rect()
    }

    /// Its toplevel at the host.
    pub fn toplevel(&self) -> Option<&Toplevel> {
        self.role.as_ref().and_then(Role::toplevel)
    }

    /// The same, mutable.
    pub fn toplevel_mut(&mut self) -> Option<&mut Toplevel> {
        if let Some(Role::Toplevel(toplevel)) = &mut self.role { Some(toplevel) } else { None }
    }

    /// Whether the host has configured its role.
    pub fn is_configured(&self) -> bool {
        match &self.role {
            None => false,
            Some(Role::Toplevel(_)) => self.sizing.is_configured(),
            Some(Role::Popup(popup)) => popup.configured,
            Some(Role::Layer(layer)) => layer.configured,
        }
    }

    /// Whether the host shows it: Exo ends a client that puts a popup on what it does not show.
    pub fn is_shown(&self) -> bool {
        let has_content = match &self.role {
            None => false,
            Some(Role::Toplevel(toplevel)) => toplevel.has_content,
            Some(Role::Popup(popup)) => popup.has_content,
            Some(Role::Layer(_)) => true,
        };
        has_content && self.is_configured()
    }

    /// Whether everything that must be known before it is shown is known.
    pub fn is_known(&self) -> bool {
        let awaits = self.awaits_grab || self.awaits_depth;
        self.watched && self.inquiry.is_answered() && self.shape.known && !awaits
    }

    /// Whether somebody must draw a frame for it.
    pub fn wants_frame(&self) -> bool {
        let plain =
            [WindowType::Splash, WindowType::Dock, WindowType::Desktop, WindowType::Notification];
        self.is_managed()
            && !self.properties.undecorated
            && self.properties.frame_extents.is_none()
            && !plain.iter().any(|kind| self.properties.is(*kind))
    }

    /// The counter with which its client reports that it has drawn.
    pub fn sync_counter(&self) -> Option<u32> {
        let Properties { sync_counter, protocols, .. } = &self.properties;
        // Not one of the server's own counters, such as its clock.
        sync_counter.filter(|id| protocols.sync && is_of_same_client(*id, self.id))
    }

    /// Whether the window manager places and stacks it.
    pub fn is_managed(&self) -> bool {
        !self.override_redirect
    }
}
