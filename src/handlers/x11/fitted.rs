//! Input on scaled surfaces: Xwayland gets the positions that it would get without the scaling.

use std::collections::HashMap;

use super::X11;
use crate::session::{Context, Incoming, Refusal};
use crate::x11::seat::Input;

/// Bound on the fingers and tools that are followed.
const MAX_FOLLOWED: usize = 256;

/// The surfaces with input, by the host's ids of the devices (with a number for fingers); surfaces
/// have the client's ids.
#[derive(Default)]
pub struct Places(HashMap<(u32, u32), u32>);

impl Places {
    fn enter(&mut self, device: (u32, u32), surface: u32) {
        if self.0.len() < MAX_FOLLOWED {
            self.0.insert(device, surface);
        }
    }

    fn of(&self, device: (u32, u32)) -> u32 {
        self.0.get(&device).copied().unwrap_or_default()
    }
}

impl X11 {
    /// Handles an event of a pointer, finger or tool: its position is converted to the content's
    /// coordinates.
    pub(super) fn place_input(
        &mut self,
        input: Input,
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<(), Refusal> {
        let device = incoming.header.object;
        let of_client = |id| context.objects.host(id).map_or(0, |object| object.peer);
        let mut args = incoming.args();
        // The surface, and the number of arguments before the position.
        let (surface, before) = match input {
            Input::PointerEnter => {
                args.uint()?;
                let surface = of_client(args.uint()?);
                self.places.enter((device, 0), surface);
                (surface, 2)
            }
            Input::PointerMotion => (self.places.of((device, 0)), 1),
            Input::PointerLeave | Input::ToolLeave => {
                self.places.0.remove(&(device, 0));
                return Ok(());
            }
            Input::ToolEnter => {
                args.uint()?;
                args.uint()?;
                self.places.enter((device, 0), of_client(args.uint()?));
                return Ok(());
            }
            Input::ToolMotion => (self.places.of((device, 0)), 0),
            Input::TouchDown => {
                args.uint()?;
                args.uint()?;
                let surface = of_client(args.uint()?);
                self.places.enter((device, args.uint()?), surface);
                (surface, 4)
            }
            Input::TouchMotion => {
                args.uint()?;
                (self.places.of((device, args.uint()?)), 2)
            }
            Input::TouchUp => {
                args.uint()?;
                args.uint()?;
                self.places.0.remove(&(device, args.uint()?));
                return Ok(());
            }
            Input::TouchCancel => {
                self.places.0.retain(|(of, _), _| *of != device);
                return Ok(());
            }
            _ => return Ok(()),
        };
        let Some(fit) = context.surface(surface).and_then(|surface| surface.fit) else {
            return Ok(());
        };
        let mut args = incoming.args();
        for _ in 0..before {
            args.uint()?;
        }
        let at = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
        let (x, y) = fit.place(at, context.objects.scale().ratio());
        let mut args = incoming.args();
        for _ in 0..before {
            args.uint()?;
        }
        *args.word()? = x.to_ne_bytes();
        *args.word()? = y.to_ne_bytes();
        Ok(())
    }

    /// Damages a scaled surface as a whole, because the client's position means nothing at the
    /// host.
    pub(super) fn damage_all(
        incoming: &mut Incoming<'_>,
        context: &Context<'_>,
    ) -> Result<(), Refusal> {
        let surface = context.book.surface(incoming.key());
        if surface.is_some_and(|surface| surface.fit.is_some()) {
            let mut args = incoming.args();
            for side in [0, 0, i32::MAX, i32::MAX] {
                *args.word()? = side.to_ne_bytes();
            }
        }
        Ok(())
    }
}
