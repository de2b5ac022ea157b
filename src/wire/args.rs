//! Walking over a message's arguments with every length checked.

/// An error in the layout of a message's arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgShape {
    /// The message ends in the middle of an argument.
    #[error("the message is too short")]
    Short,
    /// Bytes are left after the last argument.
    #[error("{0} bytes too many")]
    Long(usize),
    /// A string without its terminating zero.
    #[error("string is not terminated")]
    Unterminated,
    /// A zero inside a string.
    #[error("string holds a zero byte")]
    EmbeddedZero,
}

/// A cursor over the arguments of one message.
pub struct ArgReader<'a> {
    body: &'a mut [u8],
    at: usize,
}

impl<'a> ArgReader<'a> {
    /// Starts at the first argument; `body` is the message without its header.
    #[inline]
    pub fn new(body: &'a mut [u8]) -> Self {
        Self { body, at: 0 }
    }

    /// The next 32-bit argument.
    ///
    /// # Errors
    /// [`ArgShape::Short`] at the end of the message.
    #[inline]
    pub fn uint(&mut self) -> Result<u32, ArgShape> {
        Ok(u32::from_ne_bytes(*self.word()?))
    }

    /// The next 32-bit argument, to be read and replaced in place.
    ///
    /// # Errors
    /// [`ArgShape::Short`] at the end of the message.
    #[inline]
    pub fn word(&mut self) -> Result<&mut [u8; 4], ArgShape> {
        let rest = self.body.get_mut(self.at..).ok_or(ArgShape::Short)?;
        let word = rest.first_chunk_mut::<4>().ok_or(ArgShape::Short)?;
        self.at += 4;
        Ok(word)
    }

    /// The next array argument.
    ///
    /// # Errors
    /// [`ArgShape::Short`] when it reaches past the message.
    pub fn array(&mut self) -> Result<&[u8], ArgShape> {
        let len = self.uint()? as usize;
        let padded = len.checked_next_multiple_of(4).ok_or(ArgShape::Short)?;
        let end = self.at.checked_add(padded).ok_or(ArgShape::Short)?;
        if end > self.body.len() {
            return Err(ArgShape::Short);
        }
        let start = std::mem::replace(&mut self.at, end);
        self.body.get(start..start + len).ok_or(ArgShape::Short)
    }

    /// The next string argument without its terminating zero, or `None` for
    /// a null string.
    ///
    /// # Errors
    /// [`ArgShape`] when it reaches past the message, is not terminated, or holds
    /// a zero. The caller checks for UTF-8, where it matters.
    pub fn string(&mut self) -> Result<Option<&[u8]>, ArgShape> {
        match self.array()? {
            [] => Ok(None),
            [text @ .., 0] if text.contains(&0) => Err(ArgShape::EmbeddedZero),
            [text @ .., 0] => Ok(Some(text)),
            _ => Err(ArgShape::Unterminated),
        }
    }

    /// Ends the walk.
    ///
    /// # Errors
    /// [`ArgShape::Long`] when bytes are left.
    pub fn finish(self) -> Result<(), ArgShape> {
        match self.body.len() - self.at {
            0 => Ok(()),
            left => Err(ArgShape::Long(left)),
        }
    }
}
