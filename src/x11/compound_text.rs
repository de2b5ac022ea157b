//! `COMPOUND_TEXT` (the X Consortium's Compound Text Encoding): ISO 2022, where escape sequences
//! choose a character set for the lower and for the upper half of the byte values. UTF-8 is X.org's
//! extension. Text may come in pieces, cut anywhere.

#[cfg(test)]
mod tests;

use encoding_rs::{
    EUC_JP, EUC_KR, Encoding, GBK, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6,
    ISO_8859_7, ISO_8859_8, ISO_8859_10, ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16,
    WINDOWS_874, WINDOWS_1254,
};

const ESCAPE: u8 = 0x1b;
/// The control that sets the direction of the text.
const DIRECTION: u8 = 0x9b;
/// The byte between an encoding's name and the text in it.
const START_OF_TEXT: u8 = 0x02;

/// The escapes that switch to UTF-8 and back.
const BEGIN_UTF8: [u8; 3] = [ESCAPE, b'%', b'G'];
const END_UTF8: [u8; 3] = [ESCAPE, b'%', b'@'];

/// Bound on the length of an escape.
const MAX_ESCAPE: usize = 8;

/// A set of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CharSet {
    Ascii,
    Latin1,
    /// JIS X 0201's right half.
    Kana,
    /// One byte per character.
    Single(&'static Encoding),
    /// Two bytes per character, with the prefix that the encoding expects.
    Double(&'static Encoding, &'static [u8]),
    /// An unknown set, with this many bytes per character.
    Unknown(usize),
}

impl CharSet {
    fn of_94(last: u8) -> Self {
        match last {
            // JIS X 0201 differs from ASCII in two characters.
            b'B' | b'J' => Self::Ascii,
            b'I' => Self::Kana,
            _ => Self::Unknown(1),
        }
    }

    fn of_96(last: u8) -> Self {
        let encoding = match last {
            b'A' => return Self::Latin1,
            b'B' => ISO_8859_2,
            b'C' => ISO_8859_3,
            b'D' => ISO_8859_4,
            b'F' => ISO_8859_7,
            b'G' => ISO_8859_6,
            b'H' => ISO_8859_8,
            b'L' => ISO_8859_5,
            // The upper halves of ISO 8859-9 and 8859-11 are the same as here.
            b'M' => WINDOWS_1254,
            b'T' => WINDOWS_874,
            b'V' => ISO_8859_10,
            b'Y' => ISO_8859_13,
            b'_' => ISO_8859_14,
            b'b' => ISO_8859_15,
            b'f' => ISO_8859_16,
            _ => return Self::Unknown(1),
        };
        Self::Single(encoding)
    }

    fn of_many(last: u8) -> Self {
        match last {
            b'A' => Self::Double(GBK, &[]),
            b'B' => Self::Double(EUC_JP, &[]),
            b'C' => Self::Double(EUC_KR, &[]),
            b'D' => Self::Double(EUC_JP, &[0x8f]),
            _ => Self::Unknown(2),
        }
    }

    fn width(self) -> usize {
        match self {
            Self::Double(..) => 2,
            Self::Unknown(width) => width,
            Self::Ascii | Self::Latin1 | Self::Kana | Self::Single(_) => 1,
        }
    }

    /// Decodes one character and appends it to a text.
    fn decode(self, bytes: &[u8], text: &mut String) {
        let right = |byte: u8| byte | 0x80;
        let (encoding, before): (_, &[u8]) = match self {
            Self::Ascii => return text.extend(bytes.iter().map(|b| char::from(b & 0x7f))),
            Self::Latin1 => return text.extend(bytes.iter().map(|b| char::from(right(*b)))),
            Self::Unknown(_) => return text.push('?'),
            Self::Kana => (EUC_JP, &[0x8e]),
            Self::Single(encoding) => (encoding, &[]),
            Self::Double(encoding, before) => (encoding, before),
        };
        let whole: Vec<u8> =
            before.iter().copied().chain(bytes.iter().copied().map(right)).collect();
        decode(encoding, &whole, text);
    }
}

fn decode(encoding: &'static Encoding, bytes: &[u8], text: &mut String) {
    let (decoded, _) = encoding.decode_without_bom_handling(bytes);
    text.extend(decoded.chars().map(|c| if c == char::REPLACEMENT_CHARACTER { '?' } else { c }));
}

/// Decodes to UTF-8. What cannot be read becomes `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoder {
    left: CharSet,
    right: CharSet,
    is_utf8: bool,
    /// The incomplete end of the last piece.
    rest: Vec<u8>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { left: CharSet::Ascii, right: CharSet::Latin1, is_utf8: false, rest: Vec::new() }
    }
}

impl Decoder {
    /// Decodes the next piece.
    pub fn piece(&mut self, bytes: &[u8]) -> String {
        let mut text = String::new();
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let mut rest: &[u8] = &all;
        while let Some(taken) = self.step(rest, &mut text) {
            rest = rest.get(taken..).unwrap_or_default();
        }
        self.rest = rest.to_vec();
        text
    }

    /// Decodes one item and returns its length; `None` if it is not complete yet.
    fn step(&mut self, bytes: &[u8], text: &mut String) -> Option<usize> {
        if self.is_utf8 {
            return self.utf8(bytes, text);
        }
        match *bytes {
            [] | [DIRECTION] => None,
            [ESCAPE, ..] => self.escape(bytes, text),
            [DIRECTION, b'1' | b'2', ..] => Some(3.min(bytes.len())),
            [DIRECTION, ..] => Some(2),
            [control, ..] if control <= 0x20 => {
                text.push(char::from(control));
                Some(1)
            }
            [0x7f..=0x9f, ..] => Some(1),
            [first, ..] => {
                let set = if first < 0x80 { self.left } else { self.right };
                let character = bytes.get(..set.width())?;
                set.decode(character, text);
                Some(character.len())
            }
        }
    }

    fn utf8(&mut self, bytes: &[u8], text: &mut String) -> Option<usize> {
        if bytes.starts_with(&END_UTF8) {
            self.is_utf8 = false;
            return Some(END_UTF8.len());
        }
        if END_UTF8.starts_with(bytes) {
            return None;
        }
        let escape = bytes.iter().skip(1).position(|byte| *byte == ESCAPE).map(|at| at + 1);
        let run = bytes.get(..escape.unwrap_or(bytes.len())).unwrap_or_default();
        let Err(error) = str::from_utf8(run).map(|run| text.push_str(run)) else {
            return Some(run.len());
        };
        let (valid, bad) = run.split_at_checked(error.valid_up_to()).unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(valid));
        match error.error_len() {
            // The next piece may complete the character.
            None if escape.is_none() => (!valid.is_empty()).then_some(valid.len()),
            length => {
                text.push('?');
                Some(valid.len() + length.unwrap_or(bad.len()))
            }
        }
    }

    fn escape(&mut self, bytes: &[u8], text: &mut String) -> Option<usize> {
        let between = bytes.iter().skip(1).take_while(|byte| (0x20..0x30).contains(*byte)).count();
        if between >= MAX_ESCAPE {
            return Some(1);
        }
        let (kind, behind) = bytes.get(1..)?.split_at_checked(between)?;
        let last = *behind.first()?;
        let length = between + 2;
        match kind {
            b"%" if last == b'G' => self.is_utf8 = true,
            b"%/" => return segment(bytes, length, text),
            b"(" => self.left = CharSet::of_94(last),
            b")" => self.right = CharSet::of_94(last),
            b"-" => self.right = CharSet::of_96(last),
            b"$" | b"$(" => self.left = CharSet::of_many(last),
            b"$)" => self.right = CharSet::of_many(last),
            _ => {}
        }
        Some(length)
    }

    /// Decodes what is left at the end.
    pub fn rest(&mut self) -> String {
        let unfinished = std::mem::take(self).rest;
        // An incomplete escape shows nothing.
        let shows = !unfinished.is_empty() && unfinished.first() != Some(&ESCAPE);
        if shows { "?".to_owned() } else { String::new() }
    }
}

/// Decodes text in an encoding that is named at its start, after an escape of this length.
fn segment(bytes: &[u8], escape: usize, text: &mut String) -> Option<usize> {
    let [high, low] = *bytes.get(escape..)?.first_chunk()?;
    let length = usize::from(high & 0x7f) * 128 + usize::from(low & 0x7f);
    let whole = escape + 2 + length;
    let body = bytes.get(escape + 2..whole)?;
    let mut parts = body.splitn(2, |byte| *byte == START_OF_TEXT);
    let (name, inner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    // The X names of some encodings end with the number of a half.
    let short = name.strip_suffix(b"-0").or(name.strip_suffix(b"-1")).unwrap_or(name);
    match Encoding::for_label(name).or_else(|| Encoding::for_label(short)) {
        Some(encoding) => decode(encoding, inner, text),
        None => text.push('?'),
    }
    Some(whole)
}

/// Decodes a whole text.
pub fn decode_all(bytes: &[u8]) -> String {
    let mut decoder = Decoder::default();
    let text = decoder.piece(bytes);
    text + &decoder.rest()
}

/// Encodes UTF-8. Characters that Latin-1 lacks stay UTF-8.
pub fn encode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut is_utf8 = false;
    for letter in text.chars() {
        let latin1 = match u32::from(letter) {
            0x1b | 0x7f..=0x9f => Some(b'?'),
            code => u8::try_from(code).ok(),
        };
        if is_utf8 != latin1.is_none() {
            is_utf8 = latin1.is_none();
            bytes.extend(if is_utf8 { BEGIN_UTF8 } else { END_UTF8 });
        }
        match latin1 {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    if is_utf8 {
        bytes.extend(END_UTF8);
    }
    bytes
}
