//! A client's text inputs, as `zwp_text_input_v3` has them.

use std::collections::BTreeMap;

use wayland_protocols::wp::text_input::zv3::client::zwp_text_input_v3::{
    ChangeCause, EVT_COMMIT_STRING_OPCODE, EVT_DELETE_SURROUNDING_TEXT_OPCODE, EVT_DONE_OPCODE,
    EVT_ENTER_OPCODE, EVT_LEAVE_OPCODE, EVT_PREEDIT_STRING_OPCODE,
};

use super::wants::InputRequest;
use crate::session::{Context, Incoming, Refusal};
use crate::text_input::{ContentType, SurroundingText, TextChange, pieces};

/// Bound on a client's text inputs; those beyond it are never entered.
const MAX: usize = 64;

/// What a client has said since its last commit.
#[derive(Default)]
pub struct PendingState {
    /// Whether it wants text.
    pub enable: Option<bool>,
    /// The text around the cursor.
    pub around: Option<SurroundingText>,
    /// Whether the text was changed by something other than the input method.
    pub is_other: bool,
    /// What the field is for.
    pub content: Option<ContentType>,
    /// The cursor's rectangle.
    pub place: Option<[u32; 4]>,
}

/// One of the client's objects.
#[derive(Default)]
struct ClientInput {
    seat: u32,
    /// The surface that it was told to be on; 0 for none.
    surface: u32,
    /// The number of commits.
    commits: u32,
    pending: PendingState,
}

/// All of them, by the client's ids.
#[derive(Default)]
pub struct ClientInputs(BTreeMap<u32, ClientInput>);

impl ClientInputs {
    /// Makes one for a seat whose keyboard is on a surface (0 for none).
    pub fn add(&mut self, id: u32, seat: u32, surface: u32, context: &mut Context<'_>) {
        if self.0.len() < MAX {
            self.0.insert(id, ClientInput { seat, ..ClientInput::default() });
            self.enter(seat, surface, context);
        }
    }

    /// One is destroyed.
    pub fn remove(&mut self, id: u32) {
        self.0.remove(&id);
    }

    /// Its seat, its surface (0 for none) and the number of its commits.
    pub fn place_of(&self, id: u32) -> Option<(u32, u32, u32)> {
        self.0.get(&id).map(|input| (input.seat, input.surface, input.commits))
    }

    /// A seat's keyboard comes to a surface.
    pub fn enter(&mut self, seat: u32, surface: u32, context: &mut Context<'_>) {
        for (id, input) in &mut self.0 {
            if input.seat == seat && surface != 0 && input.surface == 0 {
                input.surface = surface;
                input.pending = PendingState::default();
                context.to_client.make(*id, EVT_ENTER_OPCODE, |event| event.uint(surface));
            }
        }
    }

    /// A seat's keyboard leaves a surface.
    pub fn leave(&mut self, seat: u32, surface: u32, context: &mut Context<'_>) {
        for (id, input) in &mut self.0 {
            if input.seat == seat && input.surface == surface {
                input.surface = 0;
                input.pending = PendingState::default();
                context.to_client.make(*id, EVT_LEAVE_OPCODE, |event| event.uint(surface));
            }
        }
    }

    /// A surface is gone. There is nothing to be told to leave.
    pub fn forget_surface(&mut self, surface: u32) {
        for input in self.0.values_mut().filter(|input| input.surface == surface) {
            input.surface = 0;
            input.pending = PendingState::default();
        }
    }

    /// The client says something that counts from its next commit on.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn say(
        &mut self,
        request: InputRequest,
        incoming: &mut Incoming<'_>,
    ) -> Result<(), Refusal> {
        let Some(input) = self.0.get_mut(&incoming.header.object) else { return Ok(()) };
        let pending = &mut input.pending;
        let mut args = incoming.args();
        match request {
            // It ends all that was said before.
            InputRequest::Enable => {
                *pending = PendingState { enable: Some(true), ..PendingState::default() };
            }
            InputRequest::Disable => pending.enable = Some(false),
            InputRequest::SetSurroundingText => {
                let text = args.string()?.unwrap_or_default();
                let text = String::from_utf8_lossy(text).into_owned();
                let [cursor, anchor] = [args.uint()?, args.uint()?].map(u32::cast_signed);
                pending.around = Some(SurroundingText::new(&text, cursor, anchor));
            }
            InputRequest::SetTextChangeCause => {
                pending.is_other = args.uint()? == ChangeCause::Other as u32;
            }
            InputRequest::SetContentType => {
                let (hint, purpose) = (args.uint()?, args.uint()?);
                pending.content = Some(ContentType { hint, purpose });
            }
            InputRequest::SetCursorRectangle => {
                let mut place = [0; 4];
                for word in &mut place {
                    *word = args.uint()?;
                }
                pending.place = Some(place);
            }
            _ => {}
        }
        Ok(())
    }

    /// The client commits what it has said.
    pub fn commit(&mut self, id: u32) -> PendingState {
        let Some(input) = self.0.get_mut(&id) else { return PendingState::default() };
        input.commits = input.commits.wrapping_add(1);
        std::mem::take(&mut input.pending)
    }

    /// Changes a client's text.
    pub fn change(&self, id: u32, change: &TextChange, context: &mut Context<'_>) {
        let Some(input) = self.0.get(&id) else { return };
        let out = &mut *context.to_client;
        let [before, after] =
            [change.before, change.after].map(|len| u32::try_from(len).unwrap_or_default());
        if before != 0 || after != 0 {
            let opcode = EVT_DELETE_SURROUNDING_TEXT_OPCODE;
            out.make(id, opcode, |event| event.uint(before).uint(after));
        }
        let pieces = change.commit.as_deref().into_iter().flat_map(pieces);
        for (n, piece) in pieces.enumerate() {
            if n > 0 {
                out.make(id, EVT_DONE_OPCODE, |event| event.uint(input.commits));
            }
            out.make(id, EVT_COMMIT_STRING_OPCODE, |event| event.string(piece));
        }
        if let Some(preedit) = &change.preedit {
            let [begin, end] = [preedit.begin, preedit.end].map(i32::cast_unsigned);
            out.make(id, EVT_PREEDIT_STRING_OPCODE, |event| {
                event.string(&preedit.text).uint(begin).uint(end)
            });
        }
        out.make(id, EVT_DONE_OPCODE, |event| event.uint(input.commits));
    }
}
