//! The options of X11.

use std::ffi::OsString;
use std::sync::Arc;

use super::{Arguments, UsageError};
use crate::service::X11Options;
use crate::x11::quirks::{Quirks, Subject, UnknownFeature};
use crate::x11::settings::Settings;

/// Reads the options; `None` if the user does not want X11.
///
/// # Errors
/// [`UsageError`].
pub(super) fn options(given: &mut Arguments) -> Result<Option<X11Options>, UsageError> {
    // As in sommelier, -1 lets carafe choose the number, and the option itself asks for X11.
    let wanted = "the number of an X11 display, from 0 to 59535";
    let display = given.in_range("x-display", -1..=59_535, wanted)?;
    let idle = given.parsed("x-idle", "a number of seconds")?;
    let glamor = glamor(given)?;
    let (quirks, warnings) = quirks(given)?;
    given.warnings.extend(warnings);
    if !given.has("x11") && !given.has("x-display") {
        return Ok(None);
    }
    if given.has("client-fd") {
        return Err(UsageError::Conflict(
            "-X and --client-fd exclude each other; leave out one of them",
        ));
    }
    let path = |name| given.path(name);
    let prefix = given.get("xwayland-cmd-prefix").unwrap_or_default();
    Ok(Some(X11Options {
        display: display.and_then(|number| u32::try_from(number).ok()),
        xwayland: path("xwayland-path"),
        prefix: words(&prefix.to_string_lossy()),
        gl_drivers: path("xwayland-gl-driver-path"),
        glamor,
        auth: path("x-auth"),
        font_path: given.get("x-font-path").map(OsString::from),
        idle,
        settings: Settings {
            keep_fullscreen: given.has("only-client-can-exit-fullscreen"),
            ignore_stateless: given.has("ignore-stateless-toplevel-configure"),
            move_windows: given.has("enable-x11-move-windows"),
            viewport_resize: given.has("viewport-resize"),
            emulate_screen: given.has("allow-xwayland-emulate-screen-pos-size"),
            // The variable has the opposite meaning: 1 asks for a clipboard manager.
            keeps_selections: given.get("no-clipboard-manager").is_some_and(|value| value != "1"),
            policy: Arc::default(),
            shell: Arc::default(),
            quirks: Arc::new(quirks),
        },
    }))
}

fn glamor(given: &Arguments) -> Result<Option<bool>, UsageError> {
    let Some(value) = given.get("glamor") else { return Ok(None) };
    match value.to_str() {
        Some("" | "1") => Ok(Some(true)),
        Some("0") => Ok(Some(false)),
        _ => Err(UsageError::bad_value("glamor", value, "0 or 1")),
    }
}

/// The text that `--print-enabled-features` asks for; `None` if it was not given.
///
/// # Errors
/// [`UsageError`].
pub(super) fn features(given: &Arguments) -> Result<Option<String>, UsageError> {
    let Some(game) = given.parsed("print-enabled-features", "the number of a game at Steam")?
    else {
        return Ok(None);
    };
    let (quirks, _) = quirks(given)?;
    let window = Subject { game: Some(game), class: "" };
    let mut text: Vec<_> = quirks.names(window).collect();
    // This ends the last line too.
    text.push("");
    Ok(Some(text.join("\n")))
}

/// Reads the rules; returns them and warnings about unknown features.
fn quirks(given: &Arguments) -> Result<(Quirks, Vec<String>), UsageError> {
    let (mut quirks, mut warnings) = (Quirks::default(), Vec::new());
    let paths = given.get("quirks-config").unwrap_or_default().to_string_lossy();
    for path in paths.split(',').filter(|path| !path.is_empty()) {
        let wrong = |reason: String| UsageError::Quirks { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        let (more, unknown) = Quirks::read(&text).map_err(|e| wrong(e.to_string()))?;
        quirks.add(more);
        warnings.extend(unknown.into_iter().map(|UnknownFeature { line, name }| {
            format!("--quirks-config: {path}: line {line}: unknown feature {name} is ignored")
        }));
    }
    Ok((quirks, warnings))
}

/// Splits a text at blanks, except at those between double quotes.
fn words(text: &str) -> Vec<OsString> {
    let mut words: Vec<String> = Vec::new();
    let (mut quoted, mut inside) = (false, false);
    for letter in text.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                if !std::mem::replace(&mut inside, true) {
                    words.push(String::new());
                }
            }
            ' ' | '\t' if !quoted => inside = false,
            _ => {
                if !std::mem::replace(&mut inside, true) {
                    words.push(String::new());
                }
                if let Some(word) = words.last_mut() {
                    word.push(letter);
                }
            }
        }
    }
    words.into_iter().map(OsString::from).collect()
}
