//! Converting the encoding of text, piece by piece. X's `STRING` is Latin-1 (ICCCM 2.7.1),
//! `COMPOUND_TEXT` names its encodings itself, and everything else is UTF-8.

#[cfg(test)]
mod tests;

use crate::x11::compound_text::{self, Decoder};

/// How to convert the data of a transfer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Recode {
    /// Not at all.
    #[default]
    Keep,
    /// Latin-1 to UTF-8.
    FromLatin1,
    /// Compound text to UTF-8.
    FromCompoundText(Decoder),
    /// UTF-8 to Latin-1, with `?` for characters that it lacks. It holds the start of a
    /// character whose rest comes with the next piece.
    ToLatin1(Vec<u8>),
    /// UTF-8 to compound text. It holds the start of a character whose rest comes with the next
    /// piece.
    ToCompoundText(Vec<u8>),
}

impl Recode {
    /// Converts the next piece. An unfinished character waits for the piece after it.
    pub fn piece(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Keep => bytes,
            Self::FromLatin1 => {
                let text: String = bytes.into_iter().map(char::from).collect();
                text.into_bytes()
            }
            Self::FromCompoundText(decoder) => decoder.piece(&bytes).into_bytes(),
            Self::ToLatin1(unfinished) => latin1(&whole(unfinished, &bytes)),
            Self::ToCompoundText(unfinished) => compound_text::encode(&whole(unfinished, &bytes)),
        }
    }

    /// The rest, at the end of the data.
    pub fn rest(&mut self) -> Vec<u8> {
        match self {
            Self::FromCompoundText(decoder) => decoder.rest().into_bytes(),
            Self::ToLatin1(unfinished) | Self::ToCompoundText(unfinished) => {
                let unfinished = std::mem::take(unfinished);
                if unfinished.is_empty() { Vec::new() } else { vec![b'?'] }
            }
            Self::Keep | Self::FromLatin1 => Vec::new(),
        }
    }
}

/// Decodes UTF-8, with `?` for invalid bytes; an unfinished character stays in `unfinished`.
fn whole(unfinished: &mut Vec<u8>, more: &[u8]) -> String {
    let mut bytes = std::mem::take(unfinished);
    bytes.extend_from_slice(more);
    let mut text = String::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        // Only the last character of a piece can be unfinished.
        let goes_on = chunks.peek().is_none()
            && str::from_utf8(invalid).is_err_and(|e| e.error_len().is_none());
        if goes_on {
            *unfinished = invalid.to_vec();
        } else if !invalid.is_empty() {
            text.push('?');
        }
    }
    text
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')).collect()
}
