//! `--quirks-config`: exceptions for single programs, in sommelier's text format: rules of the form
//! `sommelier { condition { steam_game_id: N } enable: FEATURE disable: FEATURE }`, or `condition {
//! always: true }`. Later rules override earlier ones. carafe adds the condition `wm_class:
//! "NAME"`, `FEATURE_VIEWPORT_RESIZE` and `FEATURE_X11_POPUP`.

mod words;

#[cfg(test)]
mod tests;

pub use words::{QuirksError, UnknownFeature};
use words::{Word, Words};

/// Something that a rule can switch on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Clients may place their windows.
    MoveWindows,
    /// Works around games that show a black screen after they were minimized.
    BlackScreenFix,
    /// The window keeps the size that its client wants, whatever size the host gives it.
    ContainerizeWindows,
    /// The client is not told that its window is maximized.
    ForceUnmaximize,
    /// The size of the screen that Xwayland emulates counts.
    RandrEmuFix,
    /// If the window keeps a size of its own, it is scaled to the host's size. carafe's addition;
    /// `--viewport-resize` does this for all windows.
    ViewportResize,
    /// Switched on, a managed window becomes a popup on the window in use, whatever its hints say;
    /// switched off, it never becomes a popup. carafe's addition.
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

/// The window for which a feature may be on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Steam's number of the game that the window belongs to.
    pub game: Option<u32>,
    /// The second word of its `WM_CLASS`.
    pub class: &'a str,
}

/// Which windows a rule applies to.
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
    /// Appends the rules of another file.
    pub fn add(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// Whether a feature is on for a window.
    pub fn has(&self, feature: Feature, window: Subject<'_>) -> bool {
        self.decides(feature, window) == Some(true)
    }

    /// Whether rules switch a feature on or off for a window; `None` if no rule mentions it.
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

    /// Reads a file. An unknown feature is not an error, because other versions know other
    /// features. It is reported in the second list.
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

/// Reads what is between the braces of a rule.
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

/// Reads what is between the braces of a condition.
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
