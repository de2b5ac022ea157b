//! A client's regions, as it has put them together: a region's edges cannot be computed
//! before the scale is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bound on the rectangles of all regions of a client, those among them that only surfaces
/// still have.
const MAX_RECTS: usize = 1 << 16;

/// `MAX_RECTS` is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {MAX_RECTS} rectangles in regions")]
pub struct TooManyRects;

/// How many rectangles the regions of a client have.
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<AtomicUsize>);

impl Budget {
    /// Takes some; gives whether there were that many.
    fn take(&self, rects: usize) -> bool {
        let all = self.0.fetch_add(rects, Ordering::Relaxed).saturating_add(rects);
        let has_room = all <= MAX_RECTS;
        if !has_room {
            self.0.fetch_sub(rects, Ordering::Relaxed);
        }
        has_room
    }
}

/// A region: rectangles (x, y, width, height) that were added or subtracted, one after the
/// other.
#[derive(Debug)]
pub struct Rects {
    steps: Vec<(bool, [i32; 4])>,
    budget: Budget,
}

impl Rects {
    /// One without a rectangle.
    pub fn new(budget: &Budget) -> Self {
        Self { steps: Vec::new(), budget: budget.clone() }
    }

    /// The same steps once more.
    ///
    /// # Errors
    /// [`TooManyRects`].
    pub fn copy(&self) -> Result<Self, TooManyRects> {
        if !self.budget.take(self.steps.len()) {
            return Err(TooManyRects);
        }
        Ok(Self { steps: self.steps.clone(), budget: self.budget.clone() })
    }

    /// Adds a rectangle, or subtracts it.
    ///
    /// # Errors
    /// [`TooManyRects`].
    pub fn push(&mut self, adds: bool, rect: [i32; 4]) -> Result<(), TooManyRects> {
        if !self.budget.take(1) {
            return Err(TooManyRects);
        }
        self.steps.push((adds, rect));
        Ok(())
    }

    /// What was added (`true`) or subtracted.
    pub fn steps(&self) -> &[(bool, [i32; 4])] {
        &self.steps
    }
}

impl Drop for Rects {
    fn drop(&mut self) {
        self.budget.0.fetch_sub(self.steps.len(), Ordering::Relaxed);
    }
}

impl PartialEq for Rects {
    fn eq(&self, other: &Self) -> bool {
        self.steps == other.steps
    }
}
