//! Small input methods that behave towards a client as those of Chrome do: Mozc, Hangul, Pinyin, and
//! dead keys (`chrome/browser/ash/input_method`, `ui/base/ime/ash`). Each knows a few words only.

use smithay::input::keyboard::Keysym;

/// linux/input-event-codes.h
const KEY_HANJA: u32 = 123;

/// Styles of `zwp_text_input_v1.preedit_styling`: a thick line and a thin one.
const HIGHLIGHT: u32 = 4;
const UNDERLINE: u32 = 5;

/// What an input method does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Shows a text that is being composed, with its cursor and its styles in bytes.
    Preedit { text: String, cursor: usize, styles: Vec<(usize, usize, u32)> },
    /// Inserts a text.
    Commit(String),
    /// Inserts what is shown.
    Confirm,
    /// Takes text before the cursor to compose it again: its length in bytes.
    Again(usize),
    /// Presses a key.
    Keysym(Keysym),
}

/// A press of a key.
pub struct Press {
    /// Its code.
    pub code: u32,
    /// Its symbol without modifiers.
    pub symbol: Keysym,
    /// The length of the character before the cursor in bytes, if the client tells it.
    pub before: Option<usize>,
}

/// The input method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// A layout alone.
    #[default]
    Xkb,
    DeadKeys,
    Mozc,
    Hangul,
    Pinyin,
}

impl Method {
    /// Finds it by its name.
    pub fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "xkb" => Self::Xkb,
            "dead-keys" => Self::DeadKeys,
            "mozc" => Self::Mozc,
            "hangul" => Self::Hangul,
            "pinyin" => Self::Pinyin,
            other => return Err(format!("no input method {other}")),
        })
    }
}

/// An input method with what it composes.
#[derive(Debug, Default)]
pub struct Ime {
    method: Method,
    /// What is fixed so far: kana, pinyin, or the dead key.
    composed: String,
    /// Letters that are no kana yet.
    romaji: String,
    /// A conversion, in segments.
    segments: Vec<String>,
    /// A syllable's parts, as places in the tables of jamo.
    jamo: [Option<usize>; 3],
}

impl Ime {
    /// Chooses a method; what was composed is forgotten.
    pub fn choose(&mut self, method: Method) {
        *self = Self { method, ..Self::default() };
    }

    /// Whether it is a layout alone.
    pub fn is_plain(&self) -> bool {
        self.method == Method::Xkb
    }

    /// Forgets what is being composed. Says whether there was something.
    pub fn forget(&mut self) -> bool {
        let had = !self.shown().is_empty();
        self.choose(self.method);
        had
    }

    /// Handles a press: what it does, and whether the client does not get the key.
    pub fn press(&mut self, key: &Press) -> (Vec<Action>, bool) {
        let taken = |actions| (actions, true);
        let not_taken = (Vec::new(), false);
        let composes = !self.shown().is_empty();
        if self.method == Method::Hangul && key.code == KEY_HANJA {
            return match key.before.filter(|_| !composes) {
                Some(length) => taken(vec![Action::Again(length), Action::Commit("漢".into())]),
                None => not_taken,
            };
        }
        match key.symbol {
            Keysym::BackSpace if composes => taken(self.delete()),
            Keysym::Escape if composes => {
                self.forget();
                taken(vec![self.preedit()])
            }
            Keysym::Return if composes => taken(self.enter()),
            Keysym::space if composes => self.space(),
            symbol => match symbol.key_char() {
                Some(letter) if letter.is_ascii_graphic() => self.letter(letter),
                _ => not_taken,
            },
        }
    }

    /// The text that is shown.
    fn shown(&self) -> String {
        match self.method {
            Method::Hangul => syllable(self.jamo),
            _ if !self.segments.is_empty() => self.segments.concat(),
            _ => self.composed.clone() + &self.romaji,
        }
    }

    fn preedit(&self) -> Action {
        let text = self.shown();
        let mut styles = Vec::new();
        let mut start = 0;
        for segment in &self.segments {
            let style = if start == 0 { HIGHLIGHT } else { UNDERLINE };
            styles.push((start, segment.len(), style));
            start += segment.len();
        }
        if styles.is_empty() && !text.is_empty() {
            styles.push((0, text.len(), UNDERLINE));
        }
        let cursor = self.segments.first().map_or(text.len(), String::len);
        Action::Preedit { cursor, text, styles }
    }

    fn delete(&mut self) -> Vec<Action> {
        if !self.segments.is_empty() {
            self.segments.clear();
        } else if let Some(last) = self.jamo.iter_mut().rev().find(|part| part.is_some()) {
            *last = None;
        } else if self.romaji.pop().is_none() {
            self.composed.pop();
        }
        vec![self.preedit()]
    }

    fn enter(&mut self) -> Vec<Action> {
        let shown = self.shown();
        self.forget();
        match self.method {
            Method::Mozc => vec![Action::Confirm],
            // The key goes another way than the keys that it does not take.
            Method::Hangul => vec![Action::Commit(shown), Action::Keysym(Keysym::Return)],
            _ => vec![Action::Commit(shown)],
        }
    }

    fn space(&mut self) -> (Vec<Action>, bool) {
        let shown = self.shown();
        match self.method {
            Method::Mozc => {
                self.finish_kana();
                self.segments = converted(&self.composed);
                (vec![self.preedit()], true)
            }
            Method::Hangul => {
                self.forget();
                (vec![Action::Commit(shown)], false)
            }
            Method::DeadKeys => {
                self.forget();
                (vec![Action::Commit("'".into())], true)
            }
            _ => {
                self.forget();
                let found = PINYIN.iter().find(|(letters, _)| *letters == shown);
                let word = found.map_or(shown.as_str(), |(_, word)| word);
                (vec![Action::Commit(word.to_owned())], true)
            }
        }
    }

    fn letter(&mut self, letter: char) -> (Vec<Action>, bool) {
        match self.method {
            Method::Mozc if letter.is_ascii_lowercase() => {
                let mut actions = Vec::new();
                if !self.segments.is_empty() {
                    self.forget();
                    actions.push(Action::Confirm);
                }
                self.romaji.push(letter);
                self.spell();
                actions.push(self.preedit());
                (actions, true)
            }
            Method::Pinyin if letter.is_ascii_lowercase() => {
                self.composed.push(letter);
                (vec![self.preedit()], true)
            }
            Method::Hangul if JAMO.iter().any(|(key, _)| *key == letter) => {
                (self.jamo(letter), true)
            }
            Method::DeadKeys if !self.composed.is_empty() => {
                self.forget();
                let found = ACUTE.iter().find(|(plain, _)| *plain == letter);
                let text =
                    found.map_or(format!("´{letter}"), |(_, accented)| accented.to_string());
                (vec![Action::Commit(text)], true)
            }
            Method::DeadKeys if letter == '\'' => {
                self.composed.push('´');
                (vec![self.preedit()], true)
            }
            _ => (Vec::new(), false),
        }
    }

    /// Makes kana of letters.
    fn spell(&mut self) {
        let letters: Vec<char> = self.romaji.chars().collect();
        if let [first, second] = letters[..]
            && !"aiueoy".contains(second)
            && (first == 'n' || first == second)
        {
            self.composed.push(if first == 'n' { 'ん' } else { 'っ' });
            self.romaji = if first == 'n' && second == 'n' { String::new() } else { second.into() };
            return;
        }
        let Some((vowel, row)) = letters.split_last() else { return };
        let Some(column) = "aiueo".find(*vowel) else { return };
        let row: String = row.iter().collect();
        let found = KANA.iter().find(|(consonant, _)| *consonant == row);
        if let Some(kana) = found.and_then(|(_, kana)| kana.chars().nth(column)) {
            self.composed.push(kana);
            self.romaji.clear();
        }
    }

    fn finish_kana(&mut self) {
        if std::mem::take(&mut self.romaji) == "n" {
            self.composed.push('ん');
        }
    }

    /// A key of the Korean layout.
    fn jamo(&mut self, key: char) -> Vec<Action> {
        let Some((_, jamo)) = JAMO.iter().find(|(of, _)| *of == key) else { return Vec::new() };
        let at = |table: &str| table.chars().position(|known| known == *jamo);
        let (initial, vowel, last) = (at(INITIALS), at(VOWELS), at(FINALS));
        let mut actions = Vec::new();
        let commit = |actions: &mut Vec<Action>, jamo| actions.push(Action::Commit(syllable(jamo)));
        match (self.jamo, vowel) {
            ([Some(first), None, None], Some(_)) => self.jamo = [Some(first), vowel, None],
            ([first, middle, Some(last)], Some(_)) => {
                // The last consonant is the first one of the next syllable.
                commit(&mut actions, [first, middle, None]);
                let moved = FINALS.chars().nth(last);
                let moved = moved.and_then(|jamo| INITIALS.chars().position(|known| known == jamo));
                self.jamo = [moved, vowel, None];
            }
            ([Some(first), Some(middle), None], None) if last.is_some() => {
                self.jamo = [Some(first), Some(middle), last];
            }
            (before, _) => {
                if before != [None; 3] {
                    commit(&mut actions, before);
                }
                self.jamo = [initial, vowel, None];
            }
        }
        actions.push(self.preedit());
        actions
    }
}

const ACUTE: [(char, char); 5] = [('a', 'á'), ('e', 'é'), ('i', 'í'), ('o', 'ó'), ('u', 'ú')];

const PINYIN: [(&str, &str); 3] = [("nihao", "你好"), ("zhongguo", "中国"), ("weixiao", "🙂")];

/// Rows of kana with the letters before the vowel.
const KANA: [(&str, &str); 17] = [
    ("", "あいうえお"),
    ("k", "かきくけこ"),
    ("s", "さしすせそ"),
    ("sh", "　し"),
    ("t", "たちつてと"),
    ("ch", "　ち"),
    ("ts", "　　つ"),
    ("n", "なにぬねの"),
    ("h", "はひふへほ"),
    ("m", "まみむめも"),
    ("r", "らりるれろ"),
    ("w", "わ　　　を"),
    ("g", "がぎぐげご"),
    ("z", "ざじずぜぞ"),
    ("d", "だぢづでど"),
    ("b", "ばびぶべぼ"),
    ("p", "ぱぴぷぺぽ"),
];

/// Words of Japanese.
const WORDS: [(&str, &str); 5] = [
    ("にほんご", "日本語"),
    ("にほん", "日本"),
    ("わたしの", "私の"),
    ("なまえ", "名前"),
    ("かな", "仮名"),
];

/// Kana in segments, with the words that are known.
fn converted(kana: &str) -> Vec<String> {
    let mut segments = Vec::new();
    let mut rest = kana;
    while !rest.is_empty() {
        let found = WORDS.iter().find_map(|(kana, word)| Some((rest.strip_prefix(kana)?, *word)));
        let (left, word) = found.unwrap_or(("", rest));
        segments.push(word.to_owned());
        rest = left;
    }
    segments
}

/// The Korean layout.
const JAMO: [(char, char); 26] = [
    ('r', 'ㄱ'),
    ('s', 'ㄴ'),
    ('e', 'ㄷ'),
    ('f', 'ㄹ'),
    ('a', 'ㅁ'),
    ('q', 'ㅂ'),
    ('t', 'ㅅ'),
    ('d', 'ㅇ'),
    ('w', 'ㅈ'),
    ('c', 'ㅊ'),
    ('z', 'ㅋ'),
    ('x', 'ㅌ'),
    ('v', 'ㅍ'),
    ('g', 'ㅎ'),
    ('k', 'ㅏ'),
    ('o', 'ㅐ'),
    ('i', 'ㅑ'),
    ('j', 'ㅓ'),
    ('p', 'ㅔ'),
    ('u', 'ㅕ'),
    ('h', 'ㅗ'),
    ('y', 'ㅛ'),
    ('n', 'ㅜ'),
    ('b', 'ㅠ'),
    ('m', 'ㅡ'),
    ('l', 'ㅣ'),
];

// In Unicode's order.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const FINALS: &str = "　ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

/// A syllable, or a part of one.
fn syllable(jamo: [Option<usize>; 3]) -> String {
    let of = |table: &str, at: usize| table.chars().nth(at);
    let letter = match jamo {
        [Some(first), Some(middle), last] => {
            let number = 0xac00 + (first * 21 + middle) * 28 + last.unwrap_or(0);
            char::from_u32(number as u32)
        }
        [Some(first), ..] => of(INITIALS, first),
        [None, Some(middle), _] => of(VOWELS, middle),
        [None, None, _] => None,
    };
    letter.into_iter().collect()
}
