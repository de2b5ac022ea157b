//! The options of X11.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Given, UsageError};
use crate::service::X11Options;
use crate::x11::settings::Settings;

/// What is said of X11; `None`: it is not wanted.
///
/// # Errors
/// [`UsageError`].
pub(super) fn options(given: &Given) -> Result<Option<X11Options>, UsageError> {
    // sommelier's number is -1 where none is chosen, and any choice asks for X11.
    let display = given.parsed::<i64>("x-display", "the number of an X11 display")?;
    if !given.has("x11") && !given.has("x-display") {
        return Ok(None);
    }
    if given.has("client-fd") {
        return Err(UsageError::Conflict("-X and --client-fd exclude each other"));
    }
    let path = |name| given.get(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let glamor = given.get("glamor").map(|value| value != "0");
    let prefix = given.get("xwayland-cmd-prefix").unwrap_or_default();
    Ok(Some(X11Options {
        display: display.and_then(|number| u32::try_from(number).ok()),
        xwayland: path("xwayland-path"),
        prefix: words(&prefix.to_string_lossy()),
        gl_drivers: path("xwayland-gl-driver-path"),
        glamor,
        auth: path("x-auth"),
        font_path: given.get("x-font-path").map(OsString::from),
        idle: given.parsed("x-idle", "a number of seconds")?,
        settings: Settings {
            keep_fullscreen: given.has("only-client-can-exit-fullscreen"),
            ignore_stateless: given.has("ignore-stateless-toplevel-configure"),
            emulate_screen: given.has("allow-xwayland-emulate-screen-pos-size"),
            // The variable says whether there is one.
            keeps_selections: given.get("no-clipboard-manager").is_some_and(|value| value != "1"),
        },
    }))
}

/// Words that are separated by blanks; blanks between double quotes separate nothing.
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
