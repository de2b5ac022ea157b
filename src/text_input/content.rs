//! What a text field is for, in the words of each protocol.

use wayland_protocols::wp::text_input::zv3::client::zwp_text_input_v3::{
    ContentHint, ContentPurpose,
};

// `zcr_extended_text_input_v1.input_type`
const TYPE_TEXT: u32 = 1;
const PASSWORD: u32 = 2;
const EMAIL: u32 = 4;
const NUMBER: u32 = 5;
const TELEPHONE: u32 = 6;
const URL: u32 = 7;
const DATE: u32 = 8;
const DATE_TIME: u32 = 9;
const TIME: u32 = 12;
const TEXT_AREA: u32 = 14;

// `zcr_extended_text_input_v1.input_mode`
const MODE_DEFAULT: u32 = 0;
const MODE_TEXT: u32 = 2;
const MODE_TEL: u32 = 3;
const MODE_URL: u32 = 4;
const MODE_EMAIL: u32 = 5;
const MODE_NUMERIC: u32 = 6;
const MODE_DECIMAL: u32 = 7;

/// For each hint of a client the flag of `zcr_extended_text_input_v1.input_flags`.
const FLAGS: [(ContentHint, u32); 6] = [
    (ContentHint::Completion, 0x1),           // autocomplete_on
    (ContentHint::Spellcheck, 0x10),          // spellcheck_on
    (ContentHint::AutoCapitalization, 0x200), // autocapitalize_sentences
    (ContentHint::Lowercase, 0x40),           // autocapitalize_none
    (ContentHint::Uppercase, 0x80),           // autocapitalize_characters
    (ContentHint::Titlecase, 0x100),          // autocapitalize_words
];

/// `autocomplete_off`, `autocorrect_off`, `spellcheck_off` and `autocapitalize_none`, for what is not
/// a language.
const NO_LANGUAGE: u32 = 0x2 | 0x8 | 0x20 | 0x40;

/// `zwp_text_input_v1.content_purpose.digits`, for a PIN: the protocol has none.
const DIGITS: u32 = 2;

/// Hint and purpose of `zwp_text_input_v3`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContentType {
    /// The hint's bits.
    pub hint: u32,
    /// The purpose's number.
    pub purpose: u32,
}

/// The arguments of `zcr_extended_text_input_v1.set_input_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputType {
    /// `input_type`
    pub kind: u32,
    /// `input_mode`
    pub mode: u32,
    /// `input_flags`
    pub flags: u32,
    /// Whether the host may learn from the text.
    pub learns: bool,
}

impl ContentType {
    fn has(self, hint: ContentHint) -> bool {
        self.hint & hint.bits() != 0
    }

    fn purpose(self) -> ContentPurpose {
        ContentPurpose::try_from(self.purpose).unwrap_or(ContentPurpose::Normal)
    }

    /// For `ChromeOS`.
    pub fn to_input_type(self) -> InputType {
        let is_hidden = self.has(ContentHint::HiddenText);
        let (kind, mode) = match self.purpose() {
            ContentPurpose::Password => (PASSWORD, MODE_DEFAULT),
            ContentPurpose::Pin => (PASSWORD, MODE_NUMERIC),
            _ if is_hidden => (PASSWORD, MODE_DEFAULT),
            ContentPurpose::Digits => (NUMBER, MODE_NUMERIC),
            ContentPurpose::Number => (NUMBER, MODE_DECIMAL),
            ContentPurpose::Phone => (TELEPHONE, MODE_TEL),
            ContentPurpose::Url => (URL, MODE_URL),
            ContentPurpose::Email => (EMAIL, MODE_EMAIL),
            ContentPurpose::Date => (DATE, MODE_DEFAULT),
            ContentPurpose::Time => (TIME, MODE_DEFAULT),
            ContentPurpose::Datetime => (DATE_TIME, MODE_DEFAULT),
            ContentPurpose::Alpha | ContentPurpose::Name => (TYPE_TEXT, MODE_TEXT),
            _ if self.has(ContentHint::Multiline) => (TEXT_AREA, MODE_DEFAULT),
            _ => (TYPE_TEXT, MODE_DEFAULT),
        };
        let given = FLAGS.iter().filter(|(hint, _)| self.has(*hint));
        let mut flags = given.fold(0, |flags, (_, flag)| flags | flag);
        if self.purpose() == ContentPurpose::Terminal {
            flags = NO_LANGUAGE;
        }
        let learns = kind != PASSWORD && !self.has(ContentHint::SensitiveData);
        InputType { kind, mode, flags, learns }
    }

    /// Hint and purpose of `zwp_text_input_v1`, whose purposes lack the PIN.
    pub fn to_v1(self) -> (u32, u32) {
        const PIN: u32 = ContentPurpose::Pin as u32;
        // Version 1 has the same hints, as far as it has them.
        let hint = self.hint & 0x3ff;
        match self.purpose {
            PIN => (hint | ContentHint::SensitiveData.bits(), DIGITS),
            purpose if purpose > PIN => (hint, purpose - 1),
            purpose => (hint, purpose),
        }
    }
}
