//! Window titles and application names as the host sees them.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

/// Puts a prefix before a name, and removes what could change the appearance of the host's own text
/// around it: control characters and line ends become spaces, and marks of the writing direction
/// are removed.
pub fn shown<'a>(prefix: &str, name: &'a str) -> Cow<'a, str> {
    if prefix.is_empty() && !name.chars().any(|letter| is_control(letter) || turns(letter)) {
        return Cow::Borrowed(name);
    }
    let letters = name.chars().filter(|letter| !turns(*letter));
    let letters = letters.map(|letter| if is_control(letter) { ' ' } else { letter });
    Cow::Owned(prefix.chars().chain(letters).collect())
}

/// Control characters (Cc), and the separators of lines and paragraphs.
fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Characters with Unicode's property `Bidi_Control`.
fn turns(letter: char) -> bool {
    matches!(
        letter,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}
