//! `gtk_shell1`, with which GTK tells how a program was started, and brings its windows to the
//! front.

use std::collections::HashMap;

use super::surfaces::AuraSurfaces;
use super::windows::WindowIds;
use crate::session::{Context, Incoming, Refusal};

/// `gtk_shell1.capabilities`
const CAPABILITIES: u16 = 0;
/// `gtk_surface1.configure_edges`
const CONFIGURE_EDGES: u16 = 1;
/// The first version that has edges.
const EDGES_SINCE: u32 = 2;
/// `gtk_surface1.edge_constraint`: all edges can be moved.
const EDGES: [u32; 4] = [1, 2, 3, 4];

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    GetSurface,
    SetStartupId,
    /// The program's D-Bus names, among them its application id.
    SetProperties,
    Present,
    Focus,
    Release,
    /// The host has nothing for it.
    Nothing,
}

/// What GTK has set.
#[derive(Default)]
pub struct Gtk {
    /// The surfaces of its objects.
    surfaces: HashMap<u32, u32>,
    /// The startup id of the program, for each window that it makes after that.
    startup_id: Option<String>,
}

/// Handles that a client binds it: the host has no menus.
pub fn bound(id: u32, context: &mut Context<'_>) {
    context.to_client.make(id, CAPABILITIES, |event| event.uint(0));
}

impl Gtk {
    /// Handles a request to it.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn handle(
        &mut self,
        request: Request,
        incoming: &mut Incoming<'_>,
        surfaces: &mut AuraSurfaces,
        windows: &WindowIds,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let (id, version) = (incoming.header.object, incoming.object.versions.client());
        let surface = self.surfaces.get(&id).copied();
        let mut args = incoming.args();
        match (request, surface) {
            (Request::GetSurface, _) => {
                let (made, surface) = (args.uint()?, args.uint()?);
                args.finish()?;
                context.make_client_only(made, "gtk_surface1", version)?;
                self.surfaces.insert(made, surface);
                if let Some(started) = &self.startup_id
                    && let Some(aura) = surfaces.of(surface, context)?
                {
                    aura.set_startup_id(started, context);
                }
                // Without this event, GTK assumes that no edge can be moved.
                if version >= EDGES_SINCE {
                    let edges: Vec<u8> = EDGES.into_iter().flat_map(u32::to_ne_bytes).collect();
                    context.to_client.make(made, CONFIGURE_EDGES, |event| event.array(&edges));
                }
            }
            (Request::SetStartupId, _) => {
                let started = args.string()?.unwrap_or_default();
                let started = String::from_utf8_lossy(started).into_owned();
                for surface in self.surfaces.values() {
                    if let Some(aura) = surfaces.of(*surface, context)? {
                        aura.set_startup_id(&started, context);
                    }
                }
                self.startup_id = Some(started).filter(|started| !started.is_empty());
            }
            (Request::SetProperties, Some(surface)) => {
                let app_id = String::from_utf8_lossy(args.string()?.unwrap_or_default());
                // Without one, the window keeps the id that it has.
                if app_id.is_empty() {
                    return Ok(());
                }
                let id = windows.id(&app_id);
                if let Some(aura) = surfaces.of(surface, context)? {
                    aura.set_application_id(&id, context);
                }
            }
            (Request::Present, Some(surface)) => {
                if let Some(aura) = surfaces.of(surface, context)? {
                    aura.activate(context);
                }
            }
            (Request::Focus, Some(surface)) => {
                let started = args.string()?.unwrap_or_default();
                let started = String::from_utf8_lossy(started).into_owned();
                if let Some(aura) = surfaces.of(surface, context)? {
                    if !started.is_empty() {
                        aura.set_startup_id(&started, context);
                    }
                    aura.activate(context);
                }
            }
            (Request::Release, _) => {
                self.surfaces.remove(&id);
                context.delete_client_only(id);
            }
            (_, _) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::event;

    #[test]
    fn opcodes_are_those_of_the_protocol() {
        assert_eq!(event("gtk_shell1", CAPABILITIES), ("capabilities", 1));
        assert_eq!(event("gtk_surface1", CONFIGURE_EDGES), ("configure_edges", EDGES_SINCE));
    }
}
