//! `--quirks-config`: what single programs need, in sommelier's text format: rules of the
//! form `sommelier { condition { steam_game_id: N } enable: FEATURE disable: FEATURE }`,
//! or `condition { always: true }`. Later rules count more. carafe's own are the condition
//! `wm_class: "NAME"`, `FEATURE_VIEWPORT_RESIZE` and `FEATURE_X11_POPUP`.

mod words;

#[cfg(test)]
mod tests;

pub use words::{QuirksError, UnknownFeature};
use words::{Word, Words};

/// Something that can be switched on for a game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Clients may place their windows.
    MoveWindows,
    /// Against a black screen after a window was an icon.
    BlackScreenFix,
    /// The window keeps the size that its client wants, whatever the host's is.
    ContainerizeWindows,
    /// The client is not told that its window is maximized.
    ForceUnmaximize,
    /// The size of the screen that Xwayland pretends counts.
    RandrEmuFix,
    /// The window is shown at the host's size where it keeps another one: carafe's own, as
    /// `--viewport-resize` for all.
    ViewportResize,
    /// A managed window is a popup on the one in use, whatever its hints say; switched off: it
    /// is none. carafe's own.
    Popup,
}

const FEATURES: [(&str, Feature); 7] = [
    ("FEATURE_X11_MOVE_WINDOWS", Feature::MoveWindows),
    ("FEATURE_BLACK_SCREEN_FIX", Feature::BlackScreenFix),
    ("FEATURE_CONTAINERIZE_WINDOWS", Feature::ContainerizeWindows),
    ("FEATURE_FORCE_X11_UNMAXIMIZE", Feature::ForceUnmaximize),
    ("FEATURE_RANDR_EMU_FIX", Feature::RandrEmuFix),
    ("FEATURE_VIEWPORT_RESIZE", Feature::ViewportResize),
    ("FEATURE_X11_POPUP", Feature::Popup),
];

/// Whether a feature is on is asked of this: a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The number of the game that it is of, at Steam.
    pub game: Option<u32>,
    /// The second word of its `WM_CLASS`.
    pub class: &'a str,
}

/// The windows that a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Always,
    Game(u32),
    Class(String),
}

impl Condition {
    fn holds(&self, window: Subject<'_>) -> bool {
        match self {
            Self::Always => true,
            Self::Game(game) => window.game == Some(*game),
            Self::Class(class) => window.class == class,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct QuirkRule {
    condition: Condition,
    feature: Feature,
    on: bool,
}

/// All rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quirks(Vec<QuirkRule>);

impl Quirks {
    /// Adds the rules of another file behind these.
    pub fn add(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// Whether a feature is on for a window.
    pub fn has(&self, feature: Feature, window: Subject<'_>) -> bool {
        self.decides(feature, window) == Some(true)
    }

    /// Whether a feature is switched on or off for a window; `None`: no rule says so.
    pub fn decides(&self, feature: Feature, window: Subject<'_>) -> Option<bool> {
        let applies = |rule: &&QuirkRule| rule.feature == feature && rule.condition.holds(window);
        self.0.iter().rev().find(applies).map(|rule| rule.on)
    }

    /// Whether any rule switches a feature on.
    pub fn names_any(&self, feature: Feature) -> bool {
        self.0.iter().any(|rule| rule.feature == feature && rule.on)
    }

    /// The names of the features that are on for a window.
    pub fn names(&self, window: Subject<'_>) -> impl Iterator<Item = &'static str> {
        let on = move |(_, feature): &(&str, Feature)| self.has(*feature, window);
        FEATURES.into_iter().filter(on).map(|(name, _)| name)
    }

    /// Reads a file. A feature that is not known is no mistake, for other versions know
    /// others: there is a line about each.
    ///
    /// # Errors
    /// [`QuirksError`]: what was expected, and where.
    pub fn read(text: &str) -> Result<(Self, Vec<UnknownFeature>), QuirksError> {
        let mut words = Words::of(text)?;
        let (mut quirks, mut unknown) = (Self::default(), Vec::new());
        while let Some(word) = words.next() {
            if word != Word::Name("sommelier") {
                return words.wrong("sommelier {");
            }
            words.open()?;
            rule(&mut words, &mut quirks.0, &mut unknown)?;
        }
        Ok((quirks, unknown))
    }
}

/// What is between the braces of a rule.
fn rule(
    words: &mut Words<'_>,
    rules: &mut Vec<QuirkRule>,
    unknown: &mut Vec<UnknownFeature>,
) -> Result<(), QuirksError> {
    let mut of = None;
    let mut effects = Vec::new();
    loop {
        match words.next() {
            Some(Word::Mark('}')) => break,
            Some(Word::Name("condition")) => {
                words.open()?;
                of = Some(condition(words)?);
            }
            Some(Word::Name(effect @ ("enable" | "disable"))) => {
                words.colon()?;
                let Some(Word::Name(name)) = words.next() else {
                    return words.wrong("a feature's name");
                };
                match FEATURES.iter().find(|(known, _)| *known == name) {
                    Some((_, feature)) => effects.push((*feature, effect == "enable")),
                    None => unknown.push(UnknownFeature { line: words.line, name: name.into() }),
                }
            }
            _ => return words.wrong("condition, enable, disable or }"),
        }
    }
    let Some(condition) = of else { return words.wrong("a condition in each rule") };
    let rule = |(feature, on)| QuirkRule { condition: condition.clone(), feature, on };
    rules.extend(effects.into_iter().map(rule));
    Ok(())
}

/// What is between the braces of a condition.
fn condition(words: &mut Words<'_>) -> Result<Condition, QuirksError> {
    let condition = match words.next() {
        Some(Word::Name("steam_game_id")) => {
            words.colon()?;
            let game = match words.next() {
                Some(Word::Name(number)) => number.parse().ok(),
                _ => None,
            };
            let Some(game) = game else { return words.wrong("the number of a game") };
            Condition::Game(game)
        }
        Some(Word::Name("wm_class")) => {
            words.colon()?;
            let Some(Word::Text(class)) = words.next() else {
                return words.wrong("a class in double quotes");
            };
            Condition::Class(class.to_owned())
        }
        Some(Word::Name("always")) => {
            words.colon()?;
            if words.next() != Some(Word::Name("true")) {
                return words.wrong("true");
            }
            Condition::Always
        }
        _ => return words.wrong("steam_game_id, wm_class or always"),
    };
    if words.next() != Some(Word::Mark('}')) {
        return words.wrong("}");
    }
    Ok(condition)
}
