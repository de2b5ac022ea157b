//! Titles and names of applications as the host is told them.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

/// A name with words in front. What would change how the host's own text around it looks does
/// not cross: of control characters and line ends a space is left, of marks that turn the
/// direction of writing nothing.
pub fn shown<'a>(prefix: &str, name: &'a str) -> Cow<'a, str> {
    if prefix.is_empty() && !name.chars().any(|letter| is_control(letter) || turns(letter)) {
        return Cow::Borrowed(name);
    }
    let letters = name.chars().filter(|letter| !turns(*letter));
    let letters = letters.map(|letter| if is_control(letter) { ' ' } else { letter });
    Cow::Owned(prefix.chars().chain(letters).collect())
}

/// Controls (Cc), and the separators of lines and paragraphs.
fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Unicode's `Bidi_Control`.
fn turns(letter: char) -> bool {
    matches!(
        letter,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}
