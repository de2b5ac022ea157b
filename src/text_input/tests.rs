#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::ops::Range;

use proptest::prelude::*;

use super::*;

/// A client's text field that follows changes as `zwp_text_input_v3` says.
#[derive(Clone, Debug)]
struct Entry {
    text: String,
    selection: Range<usize>,
}

impl Entry {
    fn new(text: &str, selection: Range<usize>) -> Self {
        Self { text: text.to_owned(), selection }
    }

    fn apply(&mut self, change: &TextChange) {
        let Range { start, end } = self.selection;
        let after = end..end + change.after;
        assert!(self.text.get(after.clone()).is_some(), "whole characters: {change:?}");
        self.text.replace_range(after, "");
        let before = start - change.before..start;
        assert!(self.text.get(before.clone()).is_some(), "whole characters: {change:?}");
        self.text.replace_range(before, "");
        self.selection = start - change.before..end - change.before;
        if let Some(text) = &change.commit {
            self.text.replace_range(self.selection.clone(), text);
            let cursor = self.selection.start + text.len();
            self.selection = cursor..cursor;
        }
        if let Some(Preedit { text, begin, end }) = &change.preedit {
            assert!(!text.is_empty() && text.len() <= MAX_TEXT);
            for index in [*begin, *end].iter().filter(|index| **index != -1) {
                assert!(text.is_char_boundary(usize::try_from(*index).unwrap()));
            }
        }
    }

    fn surrounding(&self) -> SurroundingText {
        let [start, end] = [self.selection.start, self.selection.end];
        SurroundingText::new(&self.text, end.try_into().unwrap(), start.try_into().unwrap())
    }
}

fn field(entry: &Entry) -> TextField {
    let mut field = TextField::new(DeletionStart::Text);
    field.set_surrounding(Some(entry.surrounding()));
    field
}

#[test]
fn a_composition_is_shown_and_committed() {
    let mut field = TextField::new(DeletionStart::Text);
    field.place_cursor(3);
    let change = field.compose("にほん").unwrap();
    let preedit = Preedit { text: "にほん".into(), begin: 3, end: 3 };
    assert_eq!(change, TextChange { preedit: Some(preedit), ..TextChange::default() });
    field.mark(0, 6);
    field.mark(6, 3);
    assert_eq!(field.compose("日本語").unwrap().preedit.unwrap().end, 6);
    let change = field.commit("日本");
    assert_eq!(change, TextChange { commit: Some("日本".into()), ..TextChange::default() });
    assert_eq!(field.confirm(), None);
    field.compose("語");
    assert_eq!(field.confirm().unwrap().commit.unwrap(), "語");
}

#[test]
fn a_single_segment_has_a_cursor_and_a_hidden_one_has_none() {
    let mut field = TextField::new(DeletionStart::Text);
    field.mark(0, 6);
    assert_eq!(field.compose("仮名").unwrap().preedit.unwrap().begin, 6);
    field.place_cursor(-1);
    let preedit = field.compose("仮名").unwrap().preedit.unwrap();
    assert_eq!((preedit.begin, preedit.end), (-1, -1));
}

#[test]
fn chromeos_counts_deletions_from_the_texts_start() {
    let mut entry = Entry::new("日本語です", 9..9);
    let mut field = field(&entry);
    let change = field.delete(3, 6).unwrap();
    assert_eq!((change.before, change.after), (6, 0));
    entry.apply(&change);
    assert_eq!(entry.text, "日です");
    // The host knows its own changes before the client tells them.
    entry.apply(&field.delete(0, 3).unwrap());
    assert_eq!(entry.text, "です");
    // Behind the cursor, and on both sides of it.
    entry.apply(&field.delete(3, 3).unwrap());
    assert_eq!(entry.text, "で");
    // A host that counts from the cursor may do so only backwards.
    entry.selection = 3..3;
    field.set_surrounding(Some(entry.surrounding()));
    entry.apply(&field.delete(-3, 3).unwrap());
    assert_eq!(entry.text, "");
}

#[test]
fn others_count_from_the_cursor_and_commit() {
    let mut entry = Entry::new("über", 3..3);
    let mut field = TextField::new(DeletionStart::Cursor);
    field.set_surrounding(Some(entry.surrounding()));
    assert_eq!(field.delete(-1, 1), None);
    entry.apply(&field.commit("p"));
    assert_eq!(entry.text, "üper");
}

#[test]
fn what_is_not_next_to_the_cursor_is_deleted_too() {
    for (cursor, index, length, left) in [
        (9, 0, 3, "本語です"),
        (0, 3, 3, "日語です"),
        (15, 1, 1, "本語です"),
        (3, 14, 90, "日本語で"),
    ] {
        let mut entry = Entry::new("日本語です", cursor..cursor);
        let change = field(&entry).delete(index, length).unwrap();
        entry.apply(&change);
        assert_eq!(entry.text, left, "{index} {length} from {cursor}");
    }
}

#[test]
fn nothing_is_deleted_of_a_text_that_is_not_known() {
    let mut field = TextField::new(DeletionStart::Text);
    assert_eq!(field.delete(0, 5), None);
    assert_eq!(field.delete(-5, 5), None);
    assert_eq!(field.compose_again(-3, 3), None);
    field.set_surrounding(Some(SurroundingText::default()));
    for (index, length) in [(0, 5), (i32::MIN, u32::MAX), (i32::MAX, u32::MAX)] {
        assert_eq!(field.delete(index, length), None);
        assert_eq!(field.compose_again(index, length), None);
    }
}

#[test]
fn text_is_composed_again() {
    let mut entry = Entry::new("가나", 6..6);
    let mut field = field(&entry);
    let change = field.compose_again(-3, 3).unwrap();
    entry.apply(&change);
    assert_eq!((entry.text.as_str(), change.preedit.unwrap().text.as_str()), ("가", "나"));
    entry.apply(&field.commit("羅"));
    assert_eq!(entry.text, "가羅");
}

#[test]
fn a_selection_is_composed_again() {
    let mut entry = Entry::new("abc日本", 3..9);
    let mut field = field(&entry);
    let change = field.compose_again(-6, 6).unwrap();
    entry.apply(&change);
    assert_eq!((entry.text.as_str(), change.preedit.unwrap().text.as_str()), ("abc", "日本"));
}

#[test]
fn long_texts_have_bounds() {
    let long = "é".repeat(1 << 19);
    let mut field = TextField::new(DeletionStart::Text);
    field.place_cursor(i32::MAX);
    let preedit = field.compose(&long).unwrap().preedit.unwrap();
    assert_eq!((preedit.text.len(), preedit.begin), (MAX_TEXT, 4000));
    let confirmed = field.confirm().unwrap().commit.unwrap();
    assert_eq!(confirmed.len(), MAX_PREEDIT);
    assert_eq!(pieces(&confirmed).collect::<String>(), confirmed);
    assert!(pieces(&confirmed).all(|piece| piece.len() <= MAX_TEXT));
    assert_eq!(pieces("").collect::<Vec<_>>(), [""]);
    for (cursor, anchor) in [(0, 0), (i32::MAX, 0), (500_001, 500_011), (-5, i32::MAX)] {
        let around = SurroundingText::new(&long, cursor, anchor);
        assert!(around.text().len() <= MAX_TEXT, "{}", around.text().len());
        for index in [around.cursor(), around.anchor()] {
            assert!(around.text().is_char_boundary(index));
        }
    }
    let around = SurroundingText::new(&long, 500_001, 500_011);
    assert_eq!(around.anchor() - around.cursor(), 10);
    field.set_surrounding(Some(around));
    for _ in 0..100 {
        field.commit(&confirmed);
        assert!(field.surrounding().unwrap().text().len() <= 2 * MAX_PREEDIT);
    }
}

#[test]
fn content_types() {
    let of = |hint, purpose| ContentType { hint, purpose };
    let exo = |hint, purpose| {
        let InputType { kind, mode, flags, learns } = of(hint, purpose).to_input_type();
        (kind, mode, flags, learns)
    };
    assert_eq!(exo(0, 0), (1, 0, 0, true));
    assert_eq!(exo(0x2, 0), (1, 0, 0x10, true));
    assert_eq!(exo(0x200, 0), (14, 0, 0, true));
    assert_eq!(exo(0x80, 8), (2, 0, 0, false));
    assert_eq!(exo(0x40, 0), (2, 0, 0, false));
    assert_eq!(exo(0, 9), (2, 6, 0, false));
    assert_eq!(exo(0, 13), (1, 0, 0x6a, true));
    assert_eq!(exo(u32::MAX, 99), (2, 0, 0x3d1, false));
    assert_eq!(of(0x2, 8).to_v1(), (0x2, 8));
    assert_eq!(of(0x40, 9).to_v1(), (0xc0, 2));
    assert_eq!(of(0xffff, 13).to_v1(), (0x3ff, 12));
}

/// What an input method does.
#[derive(Clone, Debug)]
enum Deed {
    Compose(String, Option<i32>, Vec<(u32, u32)>),
    Commit(String),
    Confirm,
    Delete(i32, u32),
    ComposeAgain(i32, u32),
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = "[aß日🙂]{0,6}";
    let index = prop_oneof![-12_i32..30, any::<i32>()];
    let length = prop_oneof![0_u32..12, any::<u32>()];
    let marks = prop::collection::vec((0_u32..20, 0_u32..20), 0..3);
    prop_oneof![
        (text, prop::option::of(-2_i32..20), marks).prop_map(|(t, c, m)| Deed::Compose(t, c, m)),
        text.prop_map(Deed::Commit),
        Just(Deed::Confirm),
        (index.clone(), length.clone()).prop_map(|(i, l)| Deed::Delete(i, l)),
        (index, length).prop_map(|(i, l)| Deed::ComposeAgain(i, l)),
    ]
}

/// The host's own idea of the text: it works on whole characters, and knows where it composes.
struct Model {
    text: String,
    selection: Range<usize>,
    composed: String,
}

impl Model {
    fn insert(&mut self, text: &str) {
        self.text.replace_range(self.selection.clone(), text);
        let cursor = self.selection.start + text.len();
        self.selection = cursor..cursor;
    }

    /// The characters of which a range has a byte.
    fn part(&self, start: i64, length: u32) -> Range<usize> {
        if length == 0 {
            return 0..0;
        }
        let end = start + i64::from(length);
        let mut touched = self.text.char_indices().filter(|(at, c)| {
            let at = i64::try_from(*at).unwrap();
            at < end && at + i64::try_from(c.len_utf8()).unwrap() > start
        });
        let Some((first, c)) = touched.next() else { return 0..0 };
        let (last, c) = touched.next_back().unwrap_or((first, c));
        first..last + c.len_utf8()
    }

    /// Removes characters one by one.
    fn remove(&mut self, part: Range<usize>) {
        let moved = |at: usize| if at <= part.start { at } else { at.max(part.end) - part.len() };
        self.selection = moved(self.selection.start)..moved(self.selection.end);
        self.text.replace_range(part, "");
    }

    fn follow(&mut self, deed: &Deed) {
        match deed {
            Deed::Compose(text, ..) => self.composed.clone_from(text),
            Deed::Commit(text) => {
                self.composed.clear();
                self.insert(text);
            }
            Deed::Confirm => {
                let text = std::mem::take(&mut self.composed);
                if !text.is_empty() {
                    self.insert(&text);
                }
            }
            Deed::Delete(index, length) => {
                let cursor = i64::try_from(self.selection.end).unwrap();
                let start = i64::from(*index) + if *index < 0 { cursor } else { 0 };
                let part = self.part(start, *length);
                self.remove(part);
            }
            Deed::ComposeAgain(index, length) => {
                let cursor = i64::try_from(self.selection.end).unwrap();
                let part = self.part(cursor + i64::from(*index), *length);
                let Range { start, end } = self.selection;
                let touches = part.start <= start && part.end >= end;
                if !part.is_empty() && touches && self.composed.is_empty() {
                    self.composed = self.text[part.clone()].to_owned();
                    self.remove(part.clone());
                    self.selection = part.start..part.start;
                }
            }
        }
    }
}

fn play(field: &mut TextField, deed: &Deed) -> Option<TextChange> {
    match deed {
        Deed::Compose(text, cursor, marks) => {
            if let Some(cursor) = cursor {
                field.place_cursor(*cursor);
            }
            for (index, length) in marks {
                field.mark(*index, *length);
            }
            field.compose(text)
        }
        Deed::Commit(text) => Some(field.commit(text)),
        Deed::Confirm => field.confirm(),
        Deed::Delete(index, length) => field.delete(*index, *length),
        Deed::ComposeAgain(index, length) => field.compose_again(*index, *length),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_clients_text_is_the_models(
        text in "[aß日🙂]{0,12}",
        ends in any::<[prop::sample::Index; 2]>(),
        deeds in prop::collection::vec((deed(), any::<bool>()), 1..20),
    ) {
        let places: Vec<usize> =
            (0..=text.len()).filter(|index| text.is_char_boundary(*index)).collect();
        let [one, other] = ends.map(|end| places[end.index(places.len())]);
        let mut entry = Entry::new(&text, one.min(other)..one.max(other));
        let mut model =
            Model { text, selection: entry.selection.clone(), composed: String::new() };
        let mut field = field(&entry);
        for (deed, tells) in deeds {
            if let Some(change) = play(&mut field, &deed) {
                entry.apply(&change);
                let shown = change.preedit.map(|preedit| preedit.text).unwrap_or_default();
                model.follow(&deed);
                prop_assert_eq!(shown, model.composed.as_str());
            } else {
                model.follow(&deed);
            }
            prop_assert_eq!(&entry.text, &model.text, "{:?}", deed);
            // A client may have its cursor elsewhere after it inserted again what it had deleted.
            model.selection = entry.selection.clone();
            if tells {
                field.set_surrounding(Some(entry.surrounding()));
            }
        }
    }
}
