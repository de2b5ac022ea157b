//! The requests that give surfaces their roles.

use super::wants::Token;
use crate::session::{Context, Incoming, Refusal};
use crate::surfaces::SurfaceRole;

/// Such a request.
///
/// # Errors
/// [`Refusal`]: its arguments are wrong.
pub fn request(
    token: Token,
    incoming: &mut Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<(), Refusal> {
    let key = incoming.key();
    let mut args = incoming.args();
    let mut next = || args.uint();
    match token {
        Token::XdgSurface => {
            let (id, surface) = (next()?, context.objects.key(next()?));
            context.book.create_xdg_surface(id, surface);
        }
        Token::Role(role) => {
            let (id, surface) = (next()?, context.objects.key(next()?));
            context.book.create_role(id, role, surface);
        }
        Token::OldPopup => {
            let (id, surface, parent) = (next()?, next()?, next()?);
            let (surface, parent) = (context.objects.key(surface), context.objects.key(parent));
            context.book.create_role(id, SurfaceRole::Popup, surface);
            context.book.set_parent(surface, Some(parent));
        }
        Token::XdgRole(role) => {
            context.book.create_xdg_role(next()?, role, key);
            if role == SurfaceRole::Popup {
                context.book.set_role_parent(key, context.objects.key(next()?));
            }
        }
        Token::LayerPopup => context.book.set_role_parent(context.objects.key(next()?), key),
        Token::Parent => context.book.set_role_parent(key, context.objects.key(next()?)),
        Token::RoleDestroyed => context.book.destroy_role(key),
        _ => {}
    }
    Ok(())
}
