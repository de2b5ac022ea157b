//! Showing texts: on a terminal each replaces the previous one, elsewhere they follow each
//! other.

use std::io::{self, IsTerminal, Write};

use rustix::termios::tcgetwinsize;

/// Standard output.
pub struct Terminal {
    redraws: bool,
}

impl Terminal {
    /// Writes to standard output. With `redraws`, a text replaces the previous one if that is
    /// a terminal.
    pub fn new(redraws: bool) -> Self {
        Self { redraws: redraws && io::stdout().is_terminal() }
    }

    /// Shows a text.
    ///
    /// # Errors
    /// When standard output takes nothing.
    pub fn show(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if !self.redraws {
            out.write_all(text.as_bytes())?;
            return out.flush();
        }
        // A terminal that does not know its size reports 0.
        let size = tcgetwinsize(&out).ok().filter(|size| size.ws_row > 0 && size.ws_col > 0);
        let (rows, columns) = size.map_or((24, 80), |size| (size.ws_row, size.ws_col));
        out.write_all(redrawn(text, rows.into(), columns.into()).as_bytes())?;
        out.flush()
    }
}

/// Cuts a text to the terminal's size, and draws it from the upper left corner. The rest of
/// each line, and everything below, is cleared as it goes: clearing all first would flicker.
fn redrawn(text: &str, rows: usize, columns: usize) -> String {
    let mut shown = String::from("\x1b[H");
    for line in text.lines().take(rows.saturating_sub(1)) {
        shown.extend(line.chars().take(columns));
        shown.push_str("\x1b[K\n");
    }
    shown.push_str("\x1b[J");
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut() {
        let text = "one\n→two\nthree\n";
        assert_eq!(redrawn(text, 3, 2), "\x1b[Hon\x1b[K\n→t\x1b[K\n\x1b[J");
    }
}
