//! The words of a quirks file, and errors in it.

/// An error in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wanted} expected")]
pub struct QuirksError {
    /// Counted from 1.
    pub line: usize,
    /// What carafe expected there.
    pub wanted: &'static str,
}

/// A feature that carafe does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFeature {
    /// Counted from 1.
    pub line: usize,
    /// Its name in the file.
    pub name: String,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'a> {
    /// Letters, digits and underscores.
    Name(&'a str),
    /// Text between double quotes, on one line.
    Text(&'a str),
    /// Any other character.
    Mark(char),
}

/// The words of a text, with their lines.
pub struct Words<'a> {
    words: std::vec::IntoIter<(usize, Word<'a>)>,
    /// The line of the last word, counted from 1.
    pub line: usize,
}

impl<'a> Words<'a> {
    /// Splits a text, in which `#` begins a comment.
    ///
    /// # Errors
    /// [`QuirksError`] when quotes do not end.
    pub fn of(text: &'a str) -> Result<Self, QuirksError> {
        let mut words = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let mut rest = text.trim_start();
            while let Some(first) = rest.chars().next() {
                let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
                let (word, behind) = if is_part(first) {
                    let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
                    let (name, behind) = rest.split_at(end);
                    (Word::Name(name), behind)
                } else {
                    let behind = rest.strip_prefix(first).unwrap_or_default();
                    match first {
                        '#' => break,
                        '"' => {
                            let wanted = "\" at the text's end";
                            let quoted = behind.split_once('"');
                            let (text, behind) = quoted.ok_or(QuirksError { line, wanted })?;
                            (Word::Text(text), behind)
                        }
                        mark => (Word::Mark(mark), behind),
                    }
                };
                // Commas and semicolons may stand between fields and mean nothing.
                if !matches!(word, Word::Mark(',' | ';')) {
                    words.push((line, word));
                }
                rest = behind.trim_start();
            }
        }
        Ok(Self { words: words.into_iter(), line: 1 })
    }

    /// The next word.
    pub fn next(&mut self) -> Option<Word<'a>> {
        let (line, word) = self.words.next()?;
        self.line = line;
        Some(word)
    }

    /// Expects an opening brace, with or without a colon before it.
    ///
    /// # Errors
    /// [`QuirksError`]: it is something else.
    pub fn open(&mut self) -> Result<(), QuirksError> {
        let mut word = self.next();
        if word == Some(Word::Mark(':')) {
            word = self.next();
        }
        if word == Some(Word::Mark('{')) { Ok(()) } else { self.wrong("{") }
    }

    /// Expects a colon.
    ///
    /// # Errors
    /// [`QuirksError`]: it is something else.
    pub fn colon(&mut self) -> Result<(), QuirksError> {
        if self.next() == Some(Word::Mark(':')) { Ok(()) } else { self.wrong(":") }
    }

    /// The error that the last word is not what was expected.
    ///
    /// # Errors
    /// Always.
    pub fn wrong<T>(&self, wanted: &'static str) -> Result<T, QuirksError> {
        Err(QuirksError { line: self.line, wanted })
    }
}
