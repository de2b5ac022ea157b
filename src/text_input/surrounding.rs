//! The text around a cursor.

use std::ops::Range;

use super::{MAX_TEXT, TextChange};

/// Bound on a text that input methods have made longer since the client told it.
const MAX: usize = 16 * MAX_TEXT;

/// A text with a cursor and the other end of the selection, in bytes. Both are between two
/// characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurroundingText {
    text: String,
    cursor: usize,
    anchor: usize,
}

impl SurroundingText {
    /// A client's text. Of a text that does not fit a message, this takes the part around the cursor.
    pub fn new(text: &str, cursor: i32, anchor: i32) -> Self {
        let index = |index: i32| text.floor_char_boundary(usize::try_from(index).unwrap_or(0));
        let (cursor, anchor) = (index(cursor), index(anchor));
        let (mut start, mut end) = (0, text.len());
        if text.len() > MAX_TEXT {
            // As much before the cursor as after it, as far as there is text.
            start = cursor.saturating_sub(MAX_TEXT / 2).min(text.len() - MAX_TEXT);
            start = text.ceil_char_boundary(start).min(cursor);
            end = text.floor_char_boundary(start + MAX_TEXT);
        }
        let inside = |index: usize| index.clamp(start, end) - start;
        let (cursor, anchor) = (inside(cursor), inside(anchor));
        Self { text: text.get(start..end).unwrap_or_default().to_owned(), cursor, anchor }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The other end of the selection.
    pub fn anchor(&self) -> usize {
        self.anchor
    }

    /// The selection's start and end.
    pub fn selection(&self) -> (usize, usize) {
        (self.cursor.min(self.anchor), self.cursor.max(self.anchor))
    }

    /// The selection's end: the host's cursor.
    pub fn end(&self) -> usize {
        self.selection().1
    }

    /// A range that is counted from the host's cursor, as whole characters inside the text.
    pub fn from_cursor(&self, index: i64, length: i64) -> Range<usize> {
        let cursor = i64::try_from(self.end()).unwrap_or(i64::MAX);
        let at =
            |index: i64| usize::try_from(index.max(0)).unwrap_or(usize::MAX).min(self.text.len());
        let start = cursor.saturating_add(index);
        let end = start.saturating_add(length.max(0));
        let (start, end) = (at(start), at(end));
        let first = self.text.floor_char_boundary(start);
        first..if start < end { self.text.ceil_char_boundary(end) } else { first }
    }

    /// Replaces the selection by a text; the cursor is after it.
    pub fn insert(&mut self, text: &str) {
        let (start, end) = self.selection();
        self.replace(start..end, text);
    }

    /// Removes a part, and says how a client does that which deletes only next to its selection: of
    /// what it deletes too much, it inserts the rest again.
    pub fn cut(&mut self, part: Range<usize>) -> TextChange {
        let (start, end) = self.selection();
        let mut change = TextChange::default();
        if part.end <= start && part.end == start {
            change.before = part.len();
            self.remove(part);
            return change;
        }
        if part.start == end {
            change.after = part.len();
            self.remove(part);
            return change;
        }
        let whole = start.min(part.start)..end.max(part.end);
        let kept = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        let rest = kept(whole.start..part.start).to_owned() + kept(part.end..whole.end);
        change.before = start - whole.start;
        change.after = whole.end - end;
        change.commit = (start < end || !rest.is_empty()).then(|| rest.clone());
        self.replace(whole, &rest);
        change
    }

    /// Removes a part that is next to the selection, which stays.
    fn remove(&mut self, part: Range<usize>) {
        let moved = |index: usize| if index >= part.end { index - part.len() } else { index };
        (self.cursor, self.anchor) = (moved(self.cursor), moved(self.anchor));
        self.text.replace_range(part, "");
    }

    fn replace(&mut self, part: Range<usize>, text: &str) {
        self.cursor = part.start + text.len();
        self.anchor = self.cursor;
        self.text.replace_range(part, text);
        if self.text.len() > MAX {
            let cursor = i32::try_from(self.cursor).unwrap_or(0);
            *self = Self::new(&std::mem::take(&mut self.text), cursor, cursor);
        }
    }
}
