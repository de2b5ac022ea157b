//! The words of a file of quirks, and what is wrong with them.

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wanted} expected")]
pub struct QuirksError {
    /// Counted from 1.
    pub line: usize,
    /// What would be right.
    pub wanted: &'static str,
}

/// A feature that carafe does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFeature {
    /// Counted from 1.
    pub line: usize,
    /// As it is written.
    pub name: String,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'a> {
    /// Letters, digits and underscores.
    Name(&'a str),
    /// What stands between double quotes in one line.
    Text(&'a str),
    /// Any other letter.
    Mark(char),
}

/// The words of a text, and where they are.
pub struct Words<'a> {
    words: std::vec::IntoIter<(usize, Word<'a>)>,
    /// Where the last one was, counted from 1.
    pub line: usize,
}

impl<'a> Words<'a> {
    /// Of a text, in which `#` begins a comment.
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
                // Commas and semicolons may stand between fields; they mean nothing.
                if !matches!(word, Word::Mark(',' | ';')) {
                    words.push((line, word));
                }
                rest = behind.trim_start();
            }
        }
        Ok(Self { words: words.into_iter(), line: 1 })
    }

    /// The next one.
    pub fn next(&mut self) -> Option<Word<'a>> {
        let (line, word) = self.words.next()?;
        self.line = line;
        Some(word)
    }

    /// An opening brace, with or without a colon in front.
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

    /// A colon.
    ///
    /// # Errors
    /// [`QuirksError`]: it is something else.
    pub fn colon(&mut self) -> Result<(), QuirksError> {
        if self.next() == Some(Word::Mark(':')) { Ok(()) } else { self.wrong(":") }
    }

    /// The last word is not what it should be.
    ///
    /// # Errors
    /// Always.
    pub fn wrong<T>(&self, wanted: &'static str) -> Result<T, QuirksError> {
        Err(QuirksError { line: self.line, wanted })
    }
}
