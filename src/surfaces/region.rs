//! A client's regions, as lists of the steps that made them: their edges can only be computed once
//! the scale is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bound on the rectangles of all regions of a client, including regions that only surfaces still
/// hold.
const MAX_REGION_RECTS: usize = 1 << 16;

/// There are `MAX_REGION_RECTS` rectangles already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {MAX_REGION_RECTS} rectangles in regions")]
pub struct TooManyRects;

/// The number of rectangles in a client's regions.
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<AtomicUsize>);

impl Budget {
    /// Takes some from the budget; returns whether there were enough.
    fn take(&self, rects: usize) -> bool {
        let all = self.0.fetch_add(rects, Ordering::Relaxed).saturating_add(rects);
        let has_room = all <= MAX_REGION_RECTS;
        if !has_room {
            self.0.fetch_sub(rects, Ordering::Relaxed);
        }
        has_room
    }
}

/// A region: rectangles (x, y, width, height) that were added or subtracted in this order.
#[derive(Debug)]
pub struct Rects {
    steps: Vec<(bool, [i32; 4])>,
    budget: Budget,
}

impl Rects {
    /// An empty region.
    pub fn new(budget: &Budget) -> Self {
        Self { steps: Vec::new(), budget: budget.clone() }
    }

    /// A copy with the same steps.
    ///
    /// # Errors
    /// [`TooManyRects`].
    pub fn copy(&self) -> Result<Self, TooManyRects> {
        if !self.budget.take(self.steps.len()) {
            return Err(TooManyRects);
        }
        Ok(Self { steps: self.steps.clone(), budget: self.budget.clone() })
    }

    /// Adds or subtracts a rectangle.
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

    /// The steps; `true` means added.
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
