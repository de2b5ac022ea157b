//! carafe's own `zaura_surface` objects: the host allows only one for each surface.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::aura::AuraSurface;
use crate::session::{Context, IdFault};

/// The objects, by the client's surfaces.
#[derive(Default)]
pub struct AuraSurfaces(HashMap<u32, AuraSurface>);

impl AuraSurfaces {
    /// The object for one of the client's surfaces, which the first call makes; `None` if there is no
    /// such surface, or the host does not allow the object.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn of(
        &mut self,
        surface: u32,
        context: &mut Context<'_>,
    ) -> Result<Option<&AuraSurface>, IdFault> {
        let place = match self.0.entry(surface) {
            Entry::Occupied(known) => return Ok(Some(known.into_mut())),
            Entry::Vacant(place) => place,
        };
        let Some(at_host) = context.id_at_host(surface, "wl_surface") else { return Ok(None) };
        let made = AuraSurface::make(at_host, context)?;
        Ok(made.map(|made| &*place.insert(made)))
    }

    /// Handles that the client destroys a surface, whose id another one may get.
    pub fn gone(&mut self, surface: u32, context: &mut Context<'_>) {
        if let Some(aura) = self.0.remove(&surface) {
            aura.release(context);
        }
    }
}
