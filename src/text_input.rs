//! Text input, without messages: the text field as the client has told it, what the host's input
//! method does to it, and what the client must be told for that. The host counts bytes and may be
//! wrong; whatever it says, all indexes that come out are between two characters, and inside the
//! text.

mod content;
mod surrounding;
#[cfg(test)]
mod tests;

pub use content::{ContentType, InputType};
pub use surrounding::SurroundingText;

/// The longest text of one message, with its terminating zero left out.
pub const MAX_TEXT: usize = 4000;

/// Bound on the text that is being composed. Clients are shown its first [`MAX_TEXT`] bytes.
const MAX_PREEDIT: usize = 64 << 10;

/// Bound on a host's styles for one text.
const MAX_STYLES: usize = 64;

/// Where the host's `delete_surrounding_text` counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionStart {
    /// The start of the surrounding text: `ChromeOS`. (A negative index counts from the cursor.)
    Text,
    /// The cursor: the protocol. The deletion belongs to the commit that follows.
    Cursor,
}

/// A text that is being composed, as the client is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preedit {
    /// The text.
    pub text: String,
    /// Its cursor or, if `end` differs, the part that is marked; both are -1 for neither.
    pub begin: i32,
    /// See [`begin`](Self::begin).
    pub end: i32,
}

/// A change of the client's text, in the order in which the client makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextChange {
    /// How many bytes to delete before the cursor or the selection.
    pub before: usize,
    /// The same after it.
    pub after: usize,
    /// What to insert in the place of the selection.
    pub commit: Option<String>,
    /// What is composed from then on.
    pub preedit: Option<Preedit>,
}

/// The text field of a client that the host's input method works on.
#[derive(Debug)]
pub struct TextField {
    origin: DeletionStart,
    /// The text around the cursor, with what the input method has changed since the client told
    /// it; `None` if the client does not tell.
    around: Option<SurroundingText>,
    /// What is being composed; empty for nothing.
    composed: String,
    /// What of it is shown.
    shown: Option<Preedit>,
    /// The cursor of the next text to be composed.
    cursor: Option<i32>,
    /// The marked parts of the next text to be composed.
    marks: Vec<(usize, usize)>,
    /// What the next commit deletes, from the cursor.
    deletion: Option<(i64, i64)>,
}

impl TextField {
    /// A field of which nothing is known.
    pub fn new(origin: DeletionStart) -> Self {
        let (cursor, marks, deletion) = (None, Vec::new(), None);
        let (around, composed, shown) = (None, String::new(), None);
        Self { origin, around, composed, shown, cursor, marks, deletion }
    }

    /// The client has told the text around the cursor.
    pub fn set_surrounding(&mut self, around: Option<SurroundingText>) {
        self.around = around;
    }

    /// The text around the cursor.
    pub fn surrounding(&self) -> Option<&SurroundingText> {
        self.around.as_ref()
    }

    /// Whether something is being composed.
    pub fn is_composing(&self) -> bool {
        !self.composed.is_empty()
    }

    /// The host marks a part of the next text to be composed.
    pub fn mark(&mut self, index: u32, length: u32) {
        if self.marks.len() < MAX_STYLES {
            let start = index as usize;
            self.marks.push((start, start.saturating_add(length as usize)));
        }
    }

    /// The host places the cursor in the next text to be composed; a negative index hides it.
    pub fn place_cursor(&mut self, index: i32) {
        self.cursor = Some(index);
    }

    /// Another text is being composed; `None` if there was none, and is none now.
    pub fn compose(&mut self, text: &str) -> Option<TextChange> {
        let text = text.get(..text.floor_char_boundary(MAX_PREEDIT)).unwrap_or_default();
        let is_change = self.is_composing() || !text.is_empty();
        text.clone_into(&mut self.composed);
        let cursor = self.cursor.take();
        let marks = std::mem::take(&mut self.marks);
        self.shown = shown(text, cursor, &marks);
        is_change.then(|| TextChange { preedit: self.shown.clone(), ..TextChange::default() })
    }

    /// The host inserts a text. What was being composed is gone.
    pub fn commit(&mut self, text: &str) -> TextChange {
        self.forget();
        let mut change = match self.deletion.take() {
            Some((index, length)) => self.cut(index, length).unwrap_or_default(),
            None => TextChange::default(),
        };
        let mut whole = change.commit.take().unwrap_or_default();
        whole.push_str(text);
        if let Some(around) = &mut self.around {
            around.insert(text);
        }
        change.commit = Some(whole);
        change
    }

    /// What is being composed becomes text; `None` if there is nothing.
    pub fn confirm(&mut self) -> Option<TextChange> {
        let text = std::mem::take(&mut self.composed);
        self.deletion = None;
        (!text.is_empty()).then(|| self.commit(&text))
    }

    /// The host deletes text; `None` if nothing is to be done now.
    pub fn delete(&mut self, index: i32, length: u32) -> Option<TextChange> {
        let (index, length) = (i64::from(index), i64::from(length));
        match self.origin {
            DeletionStart::Cursor => {
                self.deletion = Some((index, length));
                None
            }
            DeletionStart::Text if index < 0 => self.cut(index, length),
            DeletionStart::Text => {
                let cursor = self.around.as_ref()?.end();
                let cursor = i64::try_from(cursor).unwrap_or(i64::MAX);
                self.cut(index - cursor, length)
            }
        }
    }

    /// The host takes text next to the cursor to compose it again; `None` if nothing is to be done.
    pub fn compose_again(&mut self, index: i32, length: u32) -> Option<TextChange> {
        let is_composing = self.is_composing();
        let around = self.around.as_mut()?;
        let part = around.from_cursor(index.into(), length.into());
        let (start, end) = around.selection();
        if part.is_empty() || part.start > start || part.end < end || is_composing {
            return None;
        }
        let text = around.text().get(part.clone())?.to_owned();
        let cut = around.cut(part);
        self.cursor = None;
        self.marks.clear();
        let preedit = self.compose(&text)?.preedit;
        Some(TextChange { preedit, ..cut })
    }

    fn cut(&mut self, index: i64, length: i64) -> Option<TextChange> {
        let around = self.around.as_mut()?;
        let part = around.from_cursor(index, length);
        if part.is_empty() {
            return None;
        }
        let cut = around.cut(part);
        Some(TextChange { preedit: self.shown.clone(), ..cut })
    }

    fn forget(&mut self) {
        self.composed.clear();
        self.shown = None;
        self.cursor = None;
        self.marks.clear();
    }
}

/// What a client shows of a composed text: its beginning, and its mark if that is not all of it, or
/// else the cursor.
fn shown(text: &str, cursor: Option<i32>, marks: &[(usize, usize)]) -> Option<Preedit> {
    let text = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default();
    let inside = |index: usize| text.floor_char_boundary(index);
    let number = |index: usize| i32::try_from(index).unwrap_or(-1);
    let mut marks = marks.iter().map(|(start, end)| (inside(*start), inside(*end)));
    let mark = marks.find(|(start, end)| start < end && end - start < text.len());
    let cursor = cursor.map_or(number(text.len()), |cursor| {
        usize::try_from(cursor).map_or(-1, |cursor| number(inside(cursor)))
    });
    let (begin, end) = mark.map_or((cursor, cursor), |(start, end)| (number(start), number(end)));
    (!text.is_empty()).then(|| Preedit { text: text.to_owned(), begin, end })
}

/// A long text in pieces that fit a message; there is at least one.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (piece, left) = rest?.split_at(rest?.floor_char_boundary(MAX_TEXT));
        rest = (!left.is_empty()).then_some(left);
        Some(piece)
    })
}
