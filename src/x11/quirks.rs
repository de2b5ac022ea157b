//! `--quirks-config`: what single games need, in sommelier's text format: rules of the
//! form `sommelier { condition { steam_game_id: N } enable: FEATURE disable: FEATURE }`,
//! or `condition { always: true }`. Later rules count more.

#[cfg(test)]
mod tests;

use std::str::FromStr;

/// Something that can be switched on for a game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Clients may place their windows.
    MoveWindows,
    /// Against a black screen after a window was an icon.
    BlackScreenFix,
    /// The window keeps the size that its client wants, whatever the host's is.
    ContainerizeWindows,
    /// The window does not start maximized.
    ForceUnmaximize,
    /// The size of the screen that Xwayland pretends counts.
    RandrEmuFix,
}

const FEATURES: [(&str, Feature); 5] = [
    ("FEATURE_X11_MOVE_WINDOWS", Feature::MoveWindows),
    ("FEATURE_BLACK_SCREEN_FIX", Feature::BlackScreenFix),
    ("FEATURE_CONTAINERIZE_WINDOWS", Feature::ContainerizeWindows),
    ("FEATURE_FORCE_X11_UNMAXIMIZE", Feature::ForceUnmaximize),
    ("FEATURE_RANDR_EMU_FIX", Feature::RandrEmuFix),
];

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wanted} expected")]
pub struct QuirksError {
    /// Counted from 1.
    line: usize,
    wanted: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    /// The game; `None`: all.
    game: Option<u32>,
    feature: Feature,
    on: bool,
}

/// All rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quirks(Vec<Rule>);

impl Quirks {
    /// Adds the rules of another file behind these.
    pub fn add(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// Whether a feature is on for a game of Steam's; `None`: for a window of no game.
    pub fn has(&self, feature: Feature, game: Option<u32>) -> bool {
        let applies =
            |rule: &&Rule| rule.feature == feature && (rule.game.is_none() || rule.game == game);
        self.0.iter().rev().find(applies).is_some_and(|rule| rule.on)
    }

    /// The names of the features that are on for a game.
    pub fn names(&self, game: u32) -> impl Iterator<Item = &'static str> {
        let on = move |(_, feature): &(&str, Feature)| self.has(*feature, Some(game));
        FEATURES.into_iter().filter(on).map(|(name, _)| name)
    }
}

impl FromStr for Quirks {
    type Err = QuirksError;

    fn from_str(text: &str) -> Result<Self, QuirksError> {
        let mut words = Words::of(text);
        let mut quirks = Self::default();
        while let Some(word) = words.next() {
            if word != "sommelier" {
                return words.wrong("sommelier {");
            }
            words.open()?;
            rule(&mut words, &mut quirks.0)?;
        }
        Ok(quirks)
    }
}

/// What is between the braces of a rule.
fn rule(words: &mut Words, rules: &mut Vec<Rule>) -> Result<(), QuirksError> {
    let mut game = None;
    let mut effects = Vec::new();
    loop {
        match words.next().as_deref() {
            Some("}") => break,
            Some("condition") => {
                words.open()?;
                game = Some(condition(words)?);
            }
            Some(effect @ ("enable" | "disable")) => {
                let on = effect == "enable";
                words.colon()?;
                let name = words.next().unwrap_or_default();
                let Some((_, feature)) = FEATURES.iter().find(|(known, _)| *known == name) else {
                    return words.wrong("a feature's name");
                };
                effects.push((*feature, on));
            }
            _ => return words.wrong("condition, enable, disable or }"),
        }
    }
    let Some(game) = game else { return words.wrong("a condition in each rule") };
    rules.extend(effects.into_iter().map(|(feature, on)| Rule { game, feature, on }));
    Ok(())
}

/// What is between the braces of a condition: the game, or `None` for all.
fn condition(words: &mut Words) -> Result<Option<u32>, QuirksError> {
    let game = match words.next().as_deref() {
        Some("steam_game_id") => {
            words.colon()?;
            let Some(Ok(game)) = words.next().map(|word| word.parse()) else {
                return words.wrong("the number of a game");
            };
            Some(game)
        }
        Some("always") => {
            words.colon()?;
            if words.next().as_deref() != Some("true") {
                return words.wrong("true");
            }
            None
        }
        _ => return words.wrong("steam_game_id or always"),
    };
    if words.next().as_deref() != Some("}") {
        return words.wrong("}");
    }
    Ok(game)
}

/// The words of a text, and where they are.
struct Words {
    words: std::vec::IntoIter<(usize, String)>,
    line: usize,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut words = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.split('#').next().unwrap_or_default();
            let mut word = String::new();
            // Commas and semicolons may stand between fields; they mean nothing.
            for letter in text.chars().chain([' ']) {
                if letter.is_alphanumeric() || letter == '_' {
                    word.push(letter);
                    continue;
                }
                if !word.is_empty() {
                    words.push((line, std::mem::take(&mut word)));
                }
                if !letter.is_whitespace() && letter != ',' && letter != ';' {
                    words.push((line, letter.into()));
                }
            }
        }
        Self { words: words.into_iter(), line: 1 }
    }

    fn next(&mut self) -> Option<String> {
        let (line, word) = self.words.next()?;
        self.line = line;
        Some(word)
    }

    /// An opening brace, with or without a colon in front.
    fn open(&mut self) -> Result<(), QuirksError> {
        let mut word = self.next();
        if word.as_deref() == Some(":") {
            word = self.next();
        }
        if word.as_deref() == Some("{") { Ok(()) } else { self.wrong("{") }
    }

    fn colon(&mut self) -> Result<(), QuirksError> {
        if self.next().as_deref() == Some(":") { Ok(()) } else { self.wrong(":") }
    }

    fn wrong<T>(&self, wanted: &'static str) -> Result<T, QuirksError> {
        Err(QuirksError { line: self.line, wanted })
    }
}
