//! Keyboards of hosts with `zcr_keyboard_extension_v1` (`ChromeOS`'s Exo): without it, such a host
//! takes its shortcuts before the client sees them, Ctrl+W too. With it, the client sees each key
//! first, and says of each press and release whether it was handled. Of those that it has not
//! handled, the host makes shortcuts. carafe says so for its clients, at once: all keys are
//! theirs, except those that the user wants the host to keep.
//!
//! Each keyboard of a client's is one at the host, and acknowledges its own events. The host would
//! follow a shortcut once for each, so only one of a session's keyboards gives keys back.

mod layout;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kbvm::ModifierMask;
use wayland_client::protocol::wl_keyboard::KeyState;
use wayland_protocols::wp::keyboard_shortcuts_inhibit::zv1::client::zwp_keyboard_shortcuts_inhibitor_v1::EVT_ACTIVE_OPCODE;
use wayland_protocols::xdg::shell::client::xdg_toplevel::State;

use crate::session::{Context, Fault, Handler, Incoming, Refusal, Verdict, Want};
use crate::shortcuts::Shortcuts;

pub use layout::{KeymapKeys, Layout};

/// The host's global. Clients do not get it: a keyboard can be extended only once.
pub const EXTENSION: &str = "zcr_keyboard_extension_v1";
/// `peek_key` is there from version 2 on. It also tells of keys that an input method takes, but the
/// host waits for no acknowledgement of those, and sends the release of a key exactly if it has sent
/// the press; so carafe needs to know nothing of them.
const KEYBOARD_EXTENSION_VERSION: u32 = 1;
/// `zcr_keyboard_extension_v1.get_extended_keyboard`
const GET_EXTENDED_KEYBOARD: u16 = 0;
/// `zcr_extended_keyboard_v1.destroy`
const DESTROY: u16 = 0;
/// `zcr_extended_keyboard_v1.ack_key`
const ACK_KEY: u16 = 1;
/// `zcr_extended_keyboard_v1.handled_state`
const NOT_HANDLED: u32 = 0;
const HANDLED: u32 = 1;

/// Modifiers that are locked, and never latched. A made key does not change them.
pub(super) const LOCKS: u32 = ModifierMask::LOCK.0 | ModifierMask::NUM_LOCK.0;

/// Bound on what is known of a client's keyboards, and of its inhibitors.
const MAX_KEYBOARDS: usize = 1024;

/// What a message is to this handler.
#[derive(Clone, Copy)]
pub enum Token {
    Keymap,
    Enter,
    Leave,
    Key,
    Modifiers,
    Released,
    /// A client wants all keys while a surface has the keyboard.
    Inhibit,
    /// It does not any more.
    Uninhibited,
    /// The host says whether it lets the client have them.
    Inhibited,
    /// A window is of another size or in another state.
    Configure,
    /// The same, from hosts that tell places.
    AuraConfigure,
}

static WANTS: &[Want<Token>] = &[
    Want::event("wl_keyboard", "keymap", Token::Keymap),
    Want::request("zwp_keyboard_shortcuts_inhibit_manager_v1", "inhibit_shortcuts", Token::Inhibit),
    Want::request("zwp_keyboard_shortcuts_inhibitor_v1", "destroy", Token::Uninhibited),
    Want::event("zwp_keyboard_shortcuts_inhibitor_v1", "active", Token::Inhibited),
    Want::event("zwp_keyboard_shortcuts_inhibitor_v1", "inactive", Token::Inhibited),
    Want::request("zwp_xwayland_keyboard_grab_manager_v1", "grab_keyboard", Token::Inhibit),
    Want::request("zwp_xwayland_keyboard_grab_v1", "destroy", Token::Uninhibited),
    Want::event("xdg_toplevel", "configure", Token::Configure),
    Want::event("zaura_toplevel", "configure", Token::AuraConfigure),
    // From here on, only while a keyboard's keys are acknowledged.
    Want::event("wl_keyboard", "enter", Token::Enter),
    Want::event("wl_keyboard", "leave", Token::Leave),
    Want::event("wl_keyboard", "key", Token::Key),
    Want::event("wl_keyboard", "modifiers", Token::Modifiers),
    Want::request("wl_keyboard", "release", Token::Released),
];

/// The last ones of [`WANTS`], which other hosts' sessions do not need.
const OF_EXTENDED: usize = 5;

/// One keyboard of the client's.
struct Keyboard {
    /// The `wl_keyboard`, by the host's id.
    object: u32,
    /// The `zcr_extended_keyboard_v1`.
    extended: u32,
    /// The surface that has the keyboard, by the client's id.
    focus: u32,
    /// The keys that the client knows to be down.
    held: BTreeSet<u32>,
    modifiers: ModifierMask,
    group: u32,
    layout: Layout,
}

/// The handler.
pub struct Keyboards {
    shortcuts: Arc<Shortcuts>,
    /// In the order in which they were made.
    all: Vec<Keyboard>,
    /// The surfaces that want all keys, by the client's inhibitors and Xwayland's grabs.
    inhibitors: HashMap<u32, u32>,
    /// The window that is active, by the host's `xdg_toplevel`, and whether it fills the screen.
    active: Option<(u32, bool)>,
}

impl Keyboards {
    /// For one session.
    pub fn new(shortcuts: Arc<Shortcuts>) -> Self {
        Self { shortcuts, all: Vec::new(), inhibitors: HashMap::new(), active: None }
    }

    fn keyboard(&mut self, object: u32) -> Option<&mut Keyboard> {
        self.all.iter_mut().find(|keyboard| keyboard.object == object)
    }

    /// The host has made a keyboard, or its layout has changed.
    fn keymap(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let object = incoming.header.object;
        if incoming.object.peer == 0 {
            // It is carafe's own, for the focus alone.
            return Ok(());
        }
        let (_format, len) = {
            let mut args = incoming.args();
            (args.uint()?, args.uint()? as usize)
        };
        let file = context.fds.get(0).and_then(|file| file.try_clone_to_owned().ok());
        let wanted = !self.shortcuts.is_empty();
        let layout = file.filter(|_| wanted).map_or(Layout::None, |f| Layout::Unread(f, len));
        if let Some(keyboard) = self.keyboard(object) {
            keyboard.layout = layout;
        } else if self.all.len() < MAX_KEYBOARDS
            && let Some(extended) = extend(object, context)?
        {
            let (focus, group, modifiers) = (0, 0, ModifierMask::NONE);
            let held = BTreeSet::new();
            *context.wants_others |= self.all.is_empty();
            self.all.push(Keyboard { object, extended, focus, held, modifiers, group, layout });
        }
        Ok(())
    }

    /// The client destroys a keyboard.
    fn released(&mut self, object: u32, context: &mut Context<'_>) {
        if let Some(at) = self.all.iter().position(|keyboard| keyboard.object == object) {
            let keyboard = self.all.remove(at);
            *context.wants_others |= self.all.is_empty();
            context.to_host.make(keyboard.extended, DESTROY, |request| request);
        }
    }

    fn entered(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(keyboard) = self.keyboard(incoming.header.object) else { return Ok(()) };
        let mut args = incoming.args();
        let (_serial, surface) = (args.uint()?, args.uint()?);
        keyboard.focus = context.objects.host(surface).map_or(0, |surface| surface.peer);
        let keys = args.array()?.as_chunks().0;
        keyboard.held = keys.iter().map(|key| u32::from_ne_bytes(*key)).collect();
        Ok(())
    }

    /// A press or a release. It is acknowledged at once, whether or not the client reads.
    fn key(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let Self { shortcuts, all, inhibitors, active } = self;
        let object = incoming.header.object;
        let found = all.iter_mut().enumerate().find(|(_, keyboard)| keyboard.object == object);
        let Some((n, keyboard)) = found else { return Ok(Verdict::Forward) };
        let mut args = incoming.args();
        let (serial, _time, code, state) = (args.uint()?, args.uint()?, args.uint()?, args.uint()?);
        let is_client_s = if state == KeyState::Released as u32 {
            keyboard.held.remove(&code)
        } else {
            let is_inhibited = inhibitors.values().any(|surface| *surface == keyboard.focus);
            let fills_screen = active.is_some_and(|(_, fills_screen)| fills_screen);
            let windowed = if fills_screen { &[][..] } else { &shortcuts.windowed[..] };
            let kept = shortcuts.always.iter().chain(windowed);
            let is_kept = !is_inhibited
                && keyboard.layout.finds(kept, code, keyboard.modifiers, keyboard.group);
            if !is_kept {
                keyboard.held.insert(code);
            }
            !is_kept
        };
        let handled = if is_client_s || n > 0 { HANDLED } else { NOT_HANDLED };
        context
            .to_host
            .make(keyboard.extended, ACK_KEY, |request| request.uint(serial).uint(handled));
        Ok(if is_client_s { Verdict::Forward } else { Verdict::Withhold })
    }

    /// Exo has the locked modifiers in the place of the latched ones, and the reverse.
    fn modifiers(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let Some(keyboard) = self.keyboard(incoming.header.object) else { return Ok(()) };
        let mut args = incoming.args();
        let (_serial, pressed, mut latched, mut locked) =
            (args.uint()?, args.uint()?, args.uint()?, args.uint()?);
        let group = args.uint()?;
        if latched & LOCKS & !locked != 0 {
            std::mem::swap(&mut latched, &mut locked);
            let mut args = incoming.args();
            let (_serial, _pressed) = (args.uint()?, args.uint()?);
            *args.word()? = latched.to_ne_bytes();
            *args.word()? = locked.to_ne_bytes();
        }
        (keyboard.modifiers, keyboard.group) = (ModifierMask(pressed | latched), group);
        Ok(())
    }

    /// A client wants all keys for a surface.
    fn inhibit(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (inhibitor, surface) = (args.uint()?, args.uint()?);
        let is_exo = context.globals.find(context.tables, EXTENSION).is_some();
        if !is_exo || self.inhibitors.len() >= MAX_KEYBOARDS {
            return Ok(());
        }
        self.inhibitors.insert(inhibitor, surface);
        let interface = context.tables.interface(incoming.object.interface).name;
        if interface == "zwp_keyboard_shortcuts_inhibit_manager_v1" {
            // Exo takes no notice of it.
            context.to_client.make(inhibitor, EVT_ACTIVE_OPCODE, |event| event);
        }
        Ok(())
    }

    fn configured(&mut self, toplevel: u32, states: &[u8]) {
        let has = |wanted: State| {
            let states = states.as_chunks().0;
            states.iter().any(|state| u32::from_ne_bytes(*state) == wanted as u32)
        };
        if has(State::Activated) {
            self.active = Some((toplevel, has(State::Fullscreen)));
        } else {
            self.active = self.active.filter(|(active, _)| *active != toplevel);
        }
    }
}

/// Makes a keyboard of the host's one whose keys are acknowledged, if the host has such.
fn extend(keyboard: u32, context: &mut Context<'_>) -> Result<Option<u32>, Fault> {
    let made =
        context.make_at_host(EXTENSION, KEYBOARD_EXTENSION_VERSION, "zcr_extended_keyboard_v1")?;
    let Some((extension, extended, _)) = made else { return Ok(None) };
    context
        .to_host
        .make(extension, GET_EXTENDED_KEYBOARD, |request| request.uint(extended).uint(keyboard));
    Ok(Some(extended))
}

impl Handler for Keyboards {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        let asleep = WANTS.len() - OF_EXTENDED;
        if self.all.is_empty() { WANTS.get(..asleep).unwrap_or(WANTS) } else { WANTS }
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let object = incoming.header.object;
        match token {
            Token::Keymap => self.keymap(incoming, context)?,
            Token::Released => self.released(incoming.object.peer, context),
            Token::Enter => self.entered(incoming, context)?,
            Token::Leave => {
                if let Some(keyboard) = self.keyboard(object) {
                    keyboard.held.clear();
                    keyboard.focus = 0;
                }
            }
            Token::Key => return self.key(incoming, context),
            Token::Modifiers => self.modifiers(incoming)?,
            Token::Inhibit => self.inhibit(incoming, context)?,
            Token::Uninhibited => drop(self.inhibitors.remove(&object)),
            Token::Inhibited if self.inhibitors.contains_key(&incoming.object.peer) => {
                return Ok(Verdict::Drop);
            }
            Token::Inhibited => {}
            Token::Configure => {
                let mut args = incoming.args();
                let (_width, _height) = (args.uint()?, args.uint()?);
                self.configured(object, args.array()?);
            }
            Token::AuraConfigure => {
                let mut args = incoming.args();
                for _place_and_size in 0..4 {
                    args.uint()?;
                }
                self.configured(object, args.array()?);
            }
        }
        Ok(Verdict::Forward)
    }
}
