//! Text from one encoding into the other, piece by piece: X's `STRING` is Latin-1
//! (ICCCM 2.7.1), `COMPOUND_TEXT` says itself what it is, all else is UTF-8.

#[cfg(test)]
mod tests;

use crate::x11::compound_text::{self, Decoder};

/// What becomes of data on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Recode {
    /// Nothing.
    #[default]
    Keep,
    /// Latin-1 becomes UTF-8.
    FromLatin1,
    /// Compound text becomes UTF-8.
    FromCompoundText(Decoder),
    /// UTF-8 becomes Latin-1, with `?` for what that lacks; and the character that has
    /// not yet come whole.
    ToLatin1(Vec<u8>),
    /// UTF-8 becomes compound text; and the character that has not yet come whole.
    ToCompoundText(Vec<u8>),
}

impl Recode {
    /// The next piece. An unfinished character waits for the next one.
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

    /// What is left at the end.
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

/// As much text as is there, with `?` for what is none; an unfinished character stays
/// in `unfinished`.
fn whole(unfinished: &mut Vec<u8>, more: &[u8]) -> String {
    let mut bytes = std::mem::take(unfinished);
    bytes.extend_from_slice(more);
    let mut text = String::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        // More may come only of what ends the piece.
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
