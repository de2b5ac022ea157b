//! `zwp_text_input_v3` on hosts that have only `zwp_text_input_v1`, with `ChromeOS`'s extension or
//! without: apps of today know version 3 alone. `crate::text_input` computes what the client's text
//! becomes; this handler carries it.
//!
//! The two versions differ in who knows the focus. The host forgets a text input when its surface
//! loses the keyboard, and forgets what was said before it enters one. So carafe activates it anew
//! each time the client enables its own, and tells the field's state when the host has entered it.
//! Until then, the host's events are about another field.

mod host;
mod input;
mod keyboards;
mod wants;

use kbvm::{Keysym, ModifierMask};
use wayland_client::protocol::wl_keyboard::KeyState;

use self::host::HostInput;
use self::input::{ClientInputs, PendingState};
use self::keyboards::{ClientKeyboards, FocusChange, MadeKey};
use self::wants::{Awake, InputEvent, InputRequest, Token, wants};
use super::made_up::{Bind, TEXT_INPUT};
use crate::session::{Context, Handler, IdFault, Incoming, Refusal, Verdict, Want, WantLists};
use crate::text_input::{ContentType, TextChange, TextField};

/// The client's text input that the host's works for.
struct ActiveInput {
    /// The client's id.
    id: u32,
    seat: u32,
    /// The host has entered it: what it says now is about this field.
    is_entered: bool,
    text: TextField,
    content: ContentType,
    place: Option<[u32; 4]>,
}

/// The handler.
#[derive(Default)]
pub struct TextInputs {
    awake: Awake,
    keyboards: ClientKeyboards,
    inputs: ClientInputs,
    host: Option<HostInput>,
    /// There is one for a whole session; the protocol lets a client enable no others meanwhile.
    active: Option<ActiveInput>,
}

impl TextInputs {
    fn wake(&mut self, awake: Awake, context: &mut Context<'_>) {
        if awake > self.awake {
            self.awake = awake;
            *context.wants_others = true;
        }
    }

    /// Where the keyboard is, or what an input method made of a key.
    fn focus_changed(&mut self, change: &FocusChange, context: &mut Context<'_>) {
        match *change {
            FocusChange::Comes { seat, surface } => {
                let before = self.surface_of_active();
                if before.is_some_and(|(of, _)| of == seat) {
                    self.deactivate(false, context);
                }
                self.inputs.enter(seat, surface, context);
            }
            FocusChange::Goes { seat, surface } => {
                if self.surface_of_active() == Some((seat, surface)) {
                    self.confirm(context);
                    self.deactivate(false, context);
                }
                self.inputs.leave(seat, surface, context);
            }
        }
    }

    fn surface_of_active(&self) -> Option<(u32, u32)> {
        let (seat, surface, _) = self.inputs.place_of(self.active.as_ref()?.id)?;
        Some((seat, surface))
    }

    /// What is being composed becomes text, because nobody can compose it further.
    fn confirm(&mut self, context: &mut Context<'_>) {
        self.change(context, TextField::confirm);
    }

    /// Lets the host's input method change the client's text.
    fn change(
        &mut self,
        context: &mut Context<'_>,
        change: impl FnOnce(&mut TextField) -> Option<TextChange>,
    ) {
        let Some(active) = self.active.as_mut().filter(|active| active.is_entered) else { return };
        if let Some(change) = change(&mut active.text) {
            self.inputs.change(active.id, &change, context);
        }
    }

    fn deactivate(&mut self, hides_panel: bool, context: &mut Context<'_>) {
        let Some(active) = self.active.take() else { return };
        if let (Some(host), Some(seat)) = (&self.host, context.id_at_host(active.seat, "wl_seat")) {
            host.deactivate(seat, hides_panel, context);
        }
    }

    /// The client wants text for its field, or for another one on the same surface.
    fn enable(
        &mut self,
        id: u32,
        said: PendingState,
        context: &mut Context<'_>,
    ) -> Result<(), IdFault> {
        let place = self.inputs.place_of(id).filter(|(_, surface, _)| *surface != 0);
        let Some((seat, surface, _)) = place else { return Ok(()) };
        if self.active.as_ref().is_some_and(|active| active.id != id) {
            return Ok(());
        }
        let at_host =
            (context.id_at_host(seat, "wl_seat"), context.id_at_host(surface, "wl_surface"));
        let (Some(host_seat), Some(host_surface)) = at_host else { return Ok(()) };
        self.deactivate(false, context);
        if self.host.is_none() {
            self.host = HostInput::make(context)?;
        }
        let Some(host) = &self.host else { return Ok(()) };
        let mut text = TextField::new(host.origin());
        text.set_surrounding(said.around);
        self.active = Some(ActiveInput {
            id,
            seat,
            is_entered: false,
            text,
            content: said.content.unwrap_or_default(),
            place: said.place,
        });
        host.activate(host_seat, host_surface, context);
        Ok(())
    }

    /// The client tells more of its field.
    fn update(
        &mut self,
        id: u32,
        said: PendingState,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(active) = self.active.as_mut().filter(|active| active.id == id) else {
            return Ok(());
        };
        let before = (active.content, active.text.surrounding().is_some());
        let is_told = said.around.is_some();
        if is_told {
            active.text.set_surrounding(said.around);
        }
        active.content = said.content.unwrap_or(active.content);
        active.place = said.place.or(active.place);
        let has_new_type = before != (active.content, active.text.surrounding().is_some());
        let ends = said.is_other && active.text.is_composing();
        if ends {
            if let Some(host) = &self.host {
                host.reset(context);
            }
            self.confirm(context);
        }
        self.tell(has_new_type, is_told, context)
    }

    /// Tells the host about the field, if the host is there.
    fn tell(
        &self,
        has_new_type: bool,
        has_new_text: bool,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let active = self.active.as_ref().filter(|active| active.is_entered);
        let (Some(active), Some(host)) = (active, &self.host) else { return Ok(()) };
        let around = active.text.surrounding();
        if has_new_type {
            host.tell_type(active.content, around.is_some(), context);
        }
        if let Some(around) = around.filter(|_| has_new_text) {
            host.tell_text(around, context);
        }
        if let Some(place) = active.place {
            host.tell_place(place, context)?;
        }
        let commits = self.inputs.place_of(active.id).map_or(0, |(.., commits)| commits);
        host.commit_state(commits, context);
        Ok(())
    }

    fn request(
        &mut self,
        request: InputRequest,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (id, version) = (incoming.header.object, incoming.object.versions.client());
        match request {
            InputRequest::DestroyManager => context.delete_client_only(id),
            InputRequest::GetTextInput => {
                let mut args = incoming.args();
                let (made, seat) = (args.uint()?, args.uint()?);
                args.finish()?;
                context.make_client_only(made, "zwp_text_input_v3", version)?;
                let seat = self.keyboards.seat_for(seat);
                self.inputs.add(made, seat, self.keyboards.focus_of(seat), context);
            }
            InputRequest::Destroy => {
                self.disable(id, context);
                self.inputs.remove(id);
                context.delete_client_only(id);
            }
            InputRequest::Commit => {
                let said = self.inputs.commit(id);
                match said.enable {
                    Some(true) => self.enable(id, said, context)?,
                    Some(false) => self.disable(id, context),
                    None => self.update(id, said, context)?,
                }
            }
            _ => self.inputs.say(request, incoming)?,
        }
        Ok(())
    }

    fn disable(&mut self, id: u32, context: &mut Context<'_>) {
        if self.active.as_ref().is_some_and(|active| active.id == id) {
            self.deactivate(true, context);
        }
    }

    fn event(
        &mut self,
        event: InputEvent,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        match event {
            InputEvent::Enter => {
                if let Some(active) = &mut self.active {
                    active.is_entered = true;
                    self.tell(true, true, context)?;
                }
            }
            InputEvent::Leave => {
                self.confirm(context);
                if let Some(active) = &mut self.active {
                    active.is_entered = false;
                }
            }
            InputEvent::ModifiersMap => self.keyboards.set_map(args.array()?),
            InputEvent::Preedit => {
                let _serial = args.uint()?;
                let text = text(args.string()?);
                self.change(context, |field| field.compose(&text));
            }
            InputEvent::PreeditStyling => {
                let (index, length, style) = (args.uint()?, args.uint()?, args.uint()?);
                if host::is_mark(style) {
                    self.change(context, |field| {
                        field.mark(index, length);
                        None
                    });
                }
            }
            InputEvent::PreeditCursor => {
                let index = args.uint()?.cast_signed();
                self.change(context, |field| {
                    field.place_cursor(index);
                    None
                });
            }
            InputEvent::Commit => {
                let _serial = args.uint()?;
                let text = text(args.string()?);
                self.change(context, |field| Some(field.commit(&text)));
            }
            InputEvent::Delete => {
                let (index, length) = (args.uint()?.cast_signed(), args.uint()?);
                self.change(context, |field| field.delete(index, length));
            }
            InputEvent::PreeditRegion => {
                let (index, length) = (args.uint()?.cast_signed(), args.uint()?);
                self.change(context, |field| field.compose_again(index, length));
            }
            InputEvent::ConfirmPreedit => self.confirm(context),
            InputEvent::Keysym => {
                let (serial, time, symbol) = (args.uint()?, args.uint()?, Keysym(args.uint()?));
                let (state, modifiers) = (args.uint()?, args.uint()?);
                // Each press is made with its release: the host may send none.
                if state == KeyState::Pressed as u32 {
                    self.key_made(MadeKey { serial, time, symbol, modifiers }, context);
                }
            }
        }
        Ok(())
    }

    fn key_made(&mut self, key: MadeKey, context: &mut Context<'_>) {
        let active = self.active.as_ref().filter(|active| active.is_entered);
        let Some(seat) = active.map(|active| active.seat) else { return };
        if self.keyboards.press(seat, key, context) {
            return;
        }
        // No key has it; if it is a letter, the client can have it as text.
        let is_letter = key.modifiers & (ModifierMask::CONTROL.0 | ModifierMask::MOD1.0) == 0;
        if let Some(letter) = key.symbol.char().filter(|c| is_letter && !c.is_control()) {
            self.change(context, |field| Some(field.commit(letter.encode_utf8(&mut [0; 4]))));
        }
    }
}

fn text(argument: Option<&[u8]>) -> String {
    String::from_utf8_lossy(argument.unwrap_or_default()).into_owned()
}

impl Handler for TextInputs {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        static LISTS: WantLists<Token, { Awake::SORTS }> = WantLists::empty();
        LISTS.get(self.awake as usize, || wants(self.awake))
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        match token {
            Token::Bind => {
                let bound = Bind::read(incoming, context)?;
                if bound.is_some_and(|bind| bind.name == TEXT_INPUT.name) {
                    self.wake(Awake::All, context);
                }
            }
            Token::GetKeyboard => {
                let id = incoming.args().uint()?;
                if context.globals.by_name.contains_key(&TEXT_INPUT.name) {
                    self.keyboards.add(id, incoming.header.object);
                    self.wake(Awake::Focus, context);
                }
            }
            Token::Keyboard(message) => {
                let (verdict, change) = self.keyboards.handle(message, incoming, context)?;
                if let Some(change) = change {
                    self.focus_changed(&change, context);
                }
                return Ok(verdict);
            }
            Token::SurfaceDestroyed => {
                let id = incoming.header.object;
                if self.surface_of_active().is_some_and(|(_, surface)| surface == id) {
                    self.deactivate(true, context);
                }
                self.keyboards.forget_surface(id);
                self.inputs.forget_surface(id);
            }
            // They are the client's own.
            Token::Host(_) | Token::Client(_) if incoming.object.peer != 0 => {}
            Token::Host(event) => {
                self.event(event, incoming, context)?;
                return Ok(Verdict::Withhold);
            }
            Token::Client(request) => {
                self.request(request, incoming, context)?;
                return Ok(Verdict::Withhold);
            }
        }
        Ok(Verdict::Forward)
    }
}
