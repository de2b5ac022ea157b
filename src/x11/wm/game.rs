//! Recognises windows of games, by sommelier's rules.

use super::properties::{Properties, WindowType};

/// A window whose largest width and height add up to less than this is not a game.
const LEAST_OF_GAMES: u32 = 400;

/// Words in the names of programs that come with games but are not games.
const HELPERS: [&str; 4] = ["launcher", "easyanticheat", "battleeye", "nprotect"];

/// Whether a window probably belongs to a Steam game itself.
pub fn is_game(properties: &Properties) -> bool {
    let normal = properties.kinds.is_empty() || properties.is(WindowType::Normal);
    let large = properties.size.max.is_none_or(|(w, h)| w.saturating_add(h) >= LEAST_OF_GAMES);
    let name = properties.program.as_deref().unwrap_or_default().to_lowercase();
    normal && large && !HELPERS.iter().any(|helper| name.contains(helper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helper_programs_and_small_windows_are_not_games() {
        let mut normal = Properties::default();
        assert!(is_game(&normal), "its name is not known");
        for (name, is) in [("Game.exe", true), ("GameLauncher.exe", false)] {
            normal.program = Some(name.into());
            assert_eq!(is_game(&normal), is, "{name}");
        }
        let mut dialog = Properties::default();
        dialog.kinds = vec![WindowType::Dialog];
        let mut small = Properties::default();
        small.size.max = Some((200, 199));
        assert!(!is_game(&dialog) && !is_game(&small));
    }
}
