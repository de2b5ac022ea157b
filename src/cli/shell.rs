//! The options about what `ChromeOS`'s shell is told.

use std::path::Path;

use super::{Arguments, UsageError};
use crate::aura::{AppIds, FrameColours, ShellSettings};

/// Where the images of Crostini's containers keep the token by which `ChromeOS` knows them.
const TOKEN: &str = "/dev/.container_token";

/// Bound on a token's length.
const MAX_TOKEN: usize = 128;

/// Reads the options.
///
/// # Errors
/// [`UsageError::BadValue`]
pub(super) fn options(given: &Arguments) -> Result<ShellSettings, UsageError> {
    let text = |option| given.get(option).map(|value| value.to_string_lossy().into_owned());
    let token = text("vm-identifier").filter(|token| !token.is_empty());
    let token = token.or_else(|| token_of(Path::new(TOKEN)));
    let plain_fullscreen = match text("fullscreen-mode").as_deref() {
        None | Some("immersive") => false,
        Some("plain") => true,
        Some(value) => {
            let wanted = "immersive or plain";
            return Err(UsageError::bad_value("fullscreen-mode", value.as_ref(), wanted));
        }
    };
    let FrameColours { light, dark } = FrameColours::default();
    Ok(ShellSettings {
        ids: AppIds::new(token, text("application-id")),
        id_property: text("application-id-x11-property").filter(|name| !name.is_empty()),
        frame_colours: FrameColours {
            light: colour(given, "frame-color")?.unwrap_or(light),
            dark: colour(given, "dark-frame-color")?.unwrap_or(dark),
        },
        plain_fullscreen,
    })
}

/// The token in a file, if there is one.
fn token_of(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let token = text.trim();
    // ChromeOS reads up to the next full stop.
    let may_be = |byte: u8| byte.is_ascii_graphic() && byte != b'.';
    let is_token = (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(may_be);
    is_token.then(|| token.to_owned())
}

fn colour(given: &Arguments, option: &'static str) -> Result<Option<u32>, UsageError> {
    let Some(value) = given.get(option) else { return Ok(None) };
    let digits = value.to_str().and_then(|text| text.strip_prefix('#'));
    let digits = digits.filter(|digits| digits.len() == 6 && !digits.starts_with('+'));
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let wanted = "a colour, like #f2f2f2";
    number.map(Some).ok_or_else(|| UsageError::bad_value(option, value, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let long = "a".repeat(MAX_TOKEN + 1);
        for (text, token) in [
            ("f00-ba7\n", Some("f00-ba7")),
            ("", None),
            ("a.b", None),
            ("two words", None),
            ("\u{1b}[2J", None),
            (&long, None),
        ] {
            std::fs::write(file.path(), text).unwrap();
            assert_eq!(token_of(file.path()).as_deref(), token, "{text}");
        }
        assert_eq!(token_of(Path::new("/nonexistent")), None);
    }
}
