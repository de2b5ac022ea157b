//! The client's regions. A surface keeps a region as it was when it was set.

use std::collections::HashMap;
use std::sync::Arc;

use crate::session::{Fault, Refusal};
use crate::surfaces::{Budget, Rects, TooManyRects};

/// The regions by the client's ids.
#[derive(Default)]
pub struct Regions {
    known: HashMap<u32, Arc<Rects>>,
    budget: Budget,
}

impl Regions {
    /// Notes that the client makes a region.
    pub fn create(&mut self, id: u32) {
        self.known.insert(id, Arc::new(Rects::new(&self.budget)));
    }

    /// A region's rectangles; `None` if there is no such region.
    pub fn get(&self, id: u32) -> Option<Arc<Rects>> {
        self.known.get(&id).cloned()
    }

    /// Adds a rectangle to a region, or subtracts it.
    pub fn change(&mut self, id: u32, adds: bool, rect: [i32; 4]) -> Result<(), Refusal> {
        let Some(rects) = self.known.get_mut(&id) else { return Ok(()) };
        let pushed = own(rects).and_then(|rects| rects.push(adds, rect));
        pushed.map_err(|full| Fault::resources(full.to_string()).into())
    }

    /// Notes that the client destroys a region.
    pub fn destroyed(&mut self, id: u32) {
        self.known.remove(&id);
    }
}

/// The rectangles, to change them. Surfaces that hold them keep the old ones.
fn own(rects: &mut Arc<Rects>) -> Result<&mut Rects, TooManyRects> {
    if Arc::get_mut(rects).is_none() {
        *rects = Arc::new(rects.copy()?);
    }
    Arc::get_mut(rects).ok_or(TooManyRects)
}
