//! The host's text input: `zwp_text_input_v1`, with `ChromeOS`'s extension if the host has it.

use wayland_protocols::wp::text_input::zv1::client::{
    zwp_text_input_manager_v1, zwp_text_input_v1,
};

use self::zwp_text_input_v1::PreeditStyle;
use crate::protocol::Coordinate;
use crate::session::{Context, IdFault, Refusal};
use crate::text_input::{ContentType, DeletionStart, InputType, SurroundingText};

/// The newest version that carafe knows.
const EXTENSION_VERSION: u32 = 14;

/// `zcr_text_input_extension_v1.get_extended_text_input`
const GET_EXTENDED: u16 = 0;

// Requests of `zcr_extended_text_input_v1`, and the versions from which on they exist.
const SET_INPUT_TYPE_BEFORE_8: (u16, u32) = (1, 2);
const FINALIZE_PANEL: (u16, u32) = (4, 6);
const SET_INPUT_TYPE: (u16, u32) = (6, 8);
const SET_SURROUNDING_SUPPORT: (u16, u32) = (7, 9);
const SET_SURROUNDING_OFFSET: (u16, u32) = (8, 10);

/// `zcr_extended_text_input_v1.inline_composition_support.supported`
const INLINE: u32 = 1;

/// Whether a style stands out: the part of a text that is being converted.
pub fn is_mark(style: u32) -> bool {
    style == PreeditStyle::Highlight as u32 || style == PreeditStyle::Selection as u32
}

/// A session's only text input at the host: such an object cannot be destroyed.
pub struct HostInput {
    object: u32,
    /// The `zcr_extended_text_input_v1`, and its version; 0 if the host has none.
    extended: (u32, u32),
}

impl HostInput {
    /// Makes it; `None` if the host has no text input any more.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn make(context: &mut Context<'_>) -> Result<Option<Self>, IdFault> {
        let made = context.make_at_host("zwp_text_input_manager_v1", 1, "zwp_text_input_v1")?;
        let Some((manager, object, _)) = made else { return Ok(None) };
        let opcode = zwp_text_input_manager_v1::REQ_CREATE_TEXT_INPUT_OPCODE;
        context.to_host.make(manager, opcode, |request| request.uint(object));
        let made = context.make_at_host(
            "zcr_text_input_extension_v1",
            EXTENSION_VERSION,
            "zcr_extended_text_input_v1",
        )?;
        let extended = made.map_or((0, 0), |(extension, extended, version)| {
            context
                .to_host
                .make(extension, GET_EXTENDED, |request| request.uint(extended).uint(object));
            (extended, version)
        });
        Ok(Some(Self { object, extended }))
    }

    /// Where its deletions count from.
    pub fn origin(&self) -> DeletionStart {
        if self.extended.0 == 0 { DeletionStart::Cursor } else { DeletionStart::Text }
    }

    /// It works for a surface from now on, and the virtual keyboard may show.
    pub fn activate(&self, seat: u32, surface: u32, context: &mut Context<'_>) {
        let opcode = zwp_text_input_v1::REQ_ACTIVATE_OPCODE;
        context.to_host.make(self.object, opcode, |request| request.uint(seat).uint(surface));
        self.make_plain(zwp_text_input_v1::REQ_SHOW_INPUT_PANEL_OPCODE, context);
        self.extended(FINALIZE_PANEL, &[], context);
    }

    /// It works for nothing from now on.
    pub fn deactivate(&self, seat: u32, hides_panel: bool, context: &mut Context<'_>) {
        if hides_panel {
            self.make_plain(zwp_text_input_v1::REQ_HIDE_INPUT_PANEL_OPCODE, context);
            self.extended(FINALIZE_PANEL, &[], context);
        }
        let opcode = zwp_text_input_v1::REQ_DEACTIVATE_OPCODE;
        context.to_host.make(self.object, opcode, |request| request.uint(seat));
    }

    /// Nothing is being composed any more.
    pub fn reset(&self, context: &mut Context<'_>) {
        self.make_plain(zwp_text_input_v1::REQ_RESET_OPCODE, context);
    }

    /// What the field is for, and whether its text is known.
    pub fn tell_type(&self, wanted: ContentType, has_text: bool, context: &mut Context<'_>) {
        // It has an effect with the next type.
        self.extended(SET_SURROUNDING_SUPPORT, &[has_text.into()], context);
        let InputType { kind, mode, flags, learns } = wanted.to_input_type();
        let arguments = [kind, mode, flags, learns.into(), INLINE];
        let is_told = self.extended(SET_INPUT_TYPE, &arguments, context)
            || self.extended(SET_INPUT_TYPE_BEFORE_8, &[kind, mode, flags, learns.into()], context);
        if !is_told {
            let (hint, purpose) = wanted.to_v1();
            let opcode = zwp_text_input_v1::REQ_SET_CONTENT_TYPE_OPCODE;
            context.to_host.make(self.object, opcode, |request| request.uint(hint).uint(purpose));
        }
    }

    /// The text around the cursor.
    pub fn tell_text(&self, around: &SurroundingText, context: &mut Context<'_>) {
        // Clients do not say where in the document it is.
        self.extended(SET_SURROUNDING_OFFSET, &[0], context);
        let [cursor, anchor] =
            [around.cursor(), around.anchor()].map(|at| u32::try_from(at).unwrap_or_default());
        let opcode = zwp_text_input_v1::REQ_SET_SURROUNDING_TEXT_OPCODE;
        context.to_host.make(self.object, opcode, |request| {
            request.string(around.text()).uint(cursor).uint(anchor)
        });
    }

    /// The cursor's place on the surface, in the client's units.
    ///
    /// # Errors
    /// None in fact: there are four numbers.
    pub fn tell_place(&self, place: [u32; 4], context: &mut Context<'_>) -> Result<(), Refusal> {
        let mut words = place.map(u32::to_ne_bytes);
        let scale = context.objects.scale();
        // Sizes first: they depend on the place.
        for (offset, sort) in [
            (12, Coordinate::Extent),
            (8, Coordinate::Extent),
            (4, Coordinate::At),
            (0, Coordinate::At),
        ] {
            scale.rewrite::<true>(words.as_flattened_mut(), offset, sort)?;
        }
        let opcode = zwp_text_input_v1::REQ_SET_CURSOR_RECTANGLE_OPCODE;
        context.to_host.make(self.object, opcode, |request| {
            words.into_iter().fold(request, |request, word| request.uint(u32::from_ne_bytes(word)))
        });
        Ok(())
    }

    /// All of that is told now.
    pub fn commit_state(&self, serial: u32, context: &mut Context<'_>) {
        let opcode = zwp_text_input_v1::REQ_COMMIT_STATE_OPCODE;
        context.to_host.make(self.object, opcode, |request| request.uint(serial));
    }

    fn make_plain(&self, opcode: u16, context: &mut Context<'_>) {
        context.to_host.make(self.object, opcode, |request| request);
    }

    /// Makes a request of the extension; `false` if the host's version has none.
    fn extended(
        &self,
        (opcode, since): (u16, u32),
        arguments: &[u32],
        context: &mut Context<'_>,
    ) -> bool {
        let (object, version) = self.extended;
        if version < since {
            return false;
        }
        context.to_host.make(object, opcode, |request| {
            arguments.iter().fold(request, |request, argument| request.uint(*argument))
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::request;

    #[test]
    fn the_requests_are_the_protocols() {
        assert_eq!(
            request("zcr_text_input_extension_v1", GET_EXTENDED),
            ("get_extended_text_input", 1)
        );
        for ((opcode, since), name) in [
            (SET_INPUT_TYPE_BEFORE_8, "deprecated_set_input_type"),
            (FINALIZE_PANEL, "finalize_virtual_keyboard_changes"),
            (SET_INPUT_TYPE, "set_input_type"),
            (SET_SURROUNDING_SUPPORT, "set_surrounding_text_support"),
            (SET_SURROUNDING_OFFSET, "set_surrounding_text_offset_utf16"),
        ] {
            assert_eq!(request("zcr_extended_text_input_v1", opcode), (name, since));
        }
    }
}
