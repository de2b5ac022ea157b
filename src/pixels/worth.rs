//! Which memory at the host is worth more for a surface: images, which the host shows as they
//! are, but each copy into one waits for it twice, or plain memory, of which the host copies
//! once more what changed.
//!
//! What counts is how much changes with a frame, so each surface is followed.
//! `benches/NOTES.md` has the figures.

/// Frames for which a surface must have been so before it changes its memory: to change it
/// costs a copy of all that it shows.
const STEADY: u32 = 128;

/// One frame in so many counts for the mean.
const WEIGHT: u64 = 32;

/// What a surface's frames were of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Bytes that change with a frame.
    mean: u64,
    /// Since its memory was chosen.
    frames: u32,
    is_image: bool,
}

impl Worth {
    /// For a surface of so many bytes: at first all of them are new. `least`: the bytes that
    /// must change with a frame before an image is worth its price.
    pub fn new(whole: u64, least: u64) -> Self {
        Self { mean: whole, frames: 0, is_image: whole >= least }
    }

    /// Whether an image is worth its price.
    pub fn is_image(&self) -> bool {
        self.is_image
    }

    /// So many bytes change with a frame. Gives whether the surface is better off with the other
    /// sort of memory from now on.
    pub fn frame(&mut self, changed: u64, least: u64) -> bool {
        self.mean = self.mean - self.mean / WEIGHT + changed / WEIGHT;
        self.frames = self.frames.saturating_add(1);
        // Between the two, a surface keeps what it has.
        let other =
            if self.is_image { self.mean < least / 2 } else { self.mean > least.saturating_mul(2) };
        let is_time = other && self.frames >= STEADY;
        if is_time {
            (self.is_image, self.frames) = (!self.is_image, 0);
        }
        is_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: u64 = 128 << 10;
    const WINDOW: u64 = 800 * 600 * 4;
    const CURSOR: u64 = 10 * 20 * 4;

    /// After how many frames the memory changes.
    fn changes_after(worth: &mut Worth, changed: u64) -> Option<u32> {
        (1..1000).find(|_| worth.frame(changed, LEAST))
    }

    #[test]
    fn what_is_small_never_gets_an_image() {
        let mut worth = Worth::new(64 * 64 * 4, LEAST);
        assert!(!worth.is_image());
        assert_eq!(changes_after(&mut worth, 64 * 64 * 4), None);
    }

    #[test]
    fn a_window_has_one_as_long_as_much_of_it_changes() {
        let mut worth = Worth::new(WINDOW, LEAST);
        assert!(worth.is_image());
        assert_eq!(changes_after(&mut worth, WINDOW), None);
        // A moment of little change is no reason, a long one is.
        let mut now = worth;
        assert!((0..30).all(|_| !now.frame(CURSOR, LEAST)));
        let after = changes_after(&mut worth, CURSOR).expect("plain memory is better");
        assert!((30..400).contains(&after), "{after}");
        assert!(!worth.is_image());
        let after = changes_after(&mut worth, WINDOW).expect("an image is better again");
        assert_eq!(after, STEADY);
        assert!(worth.is_image());
    }

    #[test]
    fn what_changes_about_that_much_stays_as_it_is() {
        for whole in [WINDOW, LEAST / 2] {
            let mut worth = Worth::new(whole, LEAST);
            for _ in 0..10 {
                assert_eq!(changes_after(&mut worth, LEAST * 3 / 2), None);
                assert_eq!(changes_after(&mut worth, LEAST * 2 / 3), None);
            }
        }
    }

    #[test]
    fn where_images_cost_nothing_they_are_always_worth_it() {
        let mut worth = Worth::new(4, 0);
        assert!(worth.is_image());
        assert!((1..1000).all(|_| !worth.frame(0, 0)));
    }
}
