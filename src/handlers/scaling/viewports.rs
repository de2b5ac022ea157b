//! The client's `wp_viewport` objects, which only carafe knows. Their state is in the book; here
//! invalid values are refused as a compositor would refuse them.

use super::ints;
use super::wants::Token;
use crate::session::{ArgFault, Context, Fault, Incoming, Refusal};

/// Handles `wp_viewporter.get_viewport`, with the ids of the new object and of the surface.
///
/// # Errors
/// [`Refusal`]: the surface has one.
pub fn get_viewport(
    viewporter: u32,
    (viewport, id): (u32, u32),
    context: &mut Context<'_>,
) -> Result<(), Refusal> {
    let surface = context.surface(id).ok_or(ArgFault::UnknownObject(id))?;
    // The book does not accept a second one.
    if surface.viewport != viewport {
        let text = format!("wl_surface#{id} has a viewport already");
        return Err(Fault::client(viewporter, 0, text).into());
    }
    if let Some(interface) = context.tables.find("wp_viewport") {
        context.objects.make_client_only(viewport, interface, 1)?;
    }
    Ok(())
}

/// `wp_viewport.set_source` and `set_destination`.
///
/// # Errors
/// [`Refusal`]: the arguments make no sense, or the surface is gone.
pub fn check(
    token: Token,
    incoming: &mut Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<(), Refusal> {
    let viewport = incoming.header.object;
    let error = |code, text: &str| Err(Fault::client(viewport, code, text.to_owned()).into());
    if context.book.viewport_mut(incoming.key()).is_none() {
        return error(3, "its surface is gone");
    }
    if token == Token::Source {
        let source @ [x, y, width, height] = ints(incoming)?;
        if source != [-256; 4] && (x < 0 || y < 0 || width <= 0 || height <= 0) {
            return error(0, "a source must have a size and lie within the buffer");
        }
    } else {
        let size @ [width, height] = ints(incoming)?;
        if size != [-1, -1] && (width <= 0 || height <= 0) {
            return error(0, "a destination must have a size");
        }
    }
    Ok(())
}
