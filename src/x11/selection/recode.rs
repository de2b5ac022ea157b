//! Text from one encoding into the other, piece by piece: X's `STRING` is Latin-1
//! (ICCCM 2.7.1), all else UTF-8.

#[cfg(test)]
mod tests;

/// What becomes of data on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Recode {
    /// Nothing.
    #[default]
    Keep,
    /// Latin-1 becomes UTF-8.
    FromLatin1,
    /// UTF-8 becomes Latin-1, with `?` for what that lacks; and the character that has
    /// not yet come whole.
    ToLatin1(Vec<u8>),
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
            Self::ToLatin1(unfinished) => {
                unfinished.extend_from_slice(&bytes);
                let (text, rest) = latin1(unfinished);
                *unfinished = rest;
                text
            }
        }
    }

    /// What is left at the end.
    pub fn rest(&mut self) -> Vec<u8> {
        match self {
            Self::ToLatin1(unfinished) => {
                let unfinished = std::mem::take(unfinished);
                if unfinished.is_empty() { Vec::new() } else { vec![b'?'] }
            }
            Self::Keep | Self::FromLatin1 => Vec::new(),
        }
    }
}

/// As much of it as can be said, and an unfinished character.
fn latin1(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut text = Vec::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.extend(chunk.valid().chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')));
        let invalid = chunk.invalid();
        // More may come only of what ends the piece.
        let unfinished = chunks.peek().is_none()
            && str::from_utf8(invalid).is_err_and(|e| e.error_len().is_none());
        if unfinished {
            return (text, invalid.to_vec());
        }
        if !invalid.is_empty() {
            text.push(b'?');
        }
    }
    (text, Vec::new())
}
