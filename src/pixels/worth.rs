//! Which memory at the host is better for a surface. Images are shown as they are, but each copy
//! into one waits for the host twice. Of plain memory, the host copies everything that has changed
//! once more.
//!
//! The better choice depends on how much changes with each frame, so this follows each surface.
//! `benches/NOTES.md` has the figures.

/// A surface changes its memory only after this many frames, because the change costs a copy of its
/// whole content.
const STEADY: u32 = 128;

/// The weight of one frame in the mean: one part of this many.
const WEIGHT: u64 = 32;

/// How much a surface's latest frames have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// The mean number of bytes that change with a frame.
    mean: u64,
    /// The number of frames since its memory was chosen.
    frames: u32,
    is_image: bool,
}

impl Worth {
    /// For a surface of this many bytes; at first all of them are new. `least` is the number of
    /// bytes that must change with a frame to make an image worth its price.
    pub fn new(whole: u64, least: u64) -> Self {
        Self { mean: whole, frames: 0, is_image: whole >= least }
    }

    /// Whether an image is better.
    pub fn is_image(&self) -> bool {
        self.is_image
    }

    /// Notes that this many bytes have changed with a frame. Returns whether the surface should get
    /// the other kind of memory now.
    pub fn frame(&mut self, changed: u64, least: u64) -> bool {
        self.mean = self.mean - self.mean / WEIGHT + changed / WEIGHT;
        self.frames = self.frames.saturating_add(1);
        // Between the two limits, a surface keeps what it has.
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

    /// The number of frames after which the memory changes.
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
        // A short time with few changes is not enough; a long one is.
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
