//! The requests that describe windows.

use super::ints;
use super::wants::Token;
use crate::session::{Context, Incoming, Refusal};

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
    if matches!(token, Token::Geometry | Token::MinSize | Token::MaxSize) {
        let Some(sizes) = context.book.next_sizes(key) else { return Ok(()) };
        match token {
            Token::MinSize => sizes.min = ints(&mut args)?.into(),
            Token::MaxSize => sizes.max = ints(&mut args)?.into(),
            _ => sizes.geometry = Some(ints(&mut args)?),
        }
        return Ok(());
    }
    let Some(window) = context.book.window_mut(key) else { return Ok(()) };
    match token {
        Token::Title => window.title = args.string()?.unwrap_or_default().to_vec(),
        Token::AppId => window.app_id = args.string()?.unwrap_or_default().to_vec(),
        Token::Maximized { is_wanted } => window.is_maximized = is_wanted,
        Token::Fullscreen { is_wanted: true } => window.fullscreen = Some(args.uint()?),
        Token::Fullscreen { is_wanted: false } => window.fullscreen = None,
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::handlers::{Bookkeeper, MemoryUse};
    use crate::protocol::Tables;
    use crate::session::testing::{Rig, filled, message};
    use crate::surfaces::{WindowDescription, WindowSizes};

    const REGISTRY: u32 = 2;
    const SHELL: u32 = 4;
    const SURFACE: u32 = 5;
    const XDG_SURFACE: u32 = 6;
    const TOPLEVEL: u32 = 7;

    #[test]
    fn what_a_client_says_of_a_window_is_in_the_book() {
        let bookkeeper = Bookkeeper::new(MemoryUse::Unread, false);
        let mut rig = Rig::new(Tables::get(), vec![Box::new(bookkeeper)]);
        rig.request(&message(1, 1, &[REGISTRY])).unwrap();
        rig.bind(&[2], REGISTRY, &[("wl_compositor", 4), ("xdg_wm_base", 3)], 3);
        let said = [
            message(3, 0, &[SURFACE]),
            message(SHELL, 2, &[XDG_SURFACE, SURFACE]),
            message(XDG_SURFACE, 1, &[TOPLEVEL]),
            filled(TOPLEVEL, 2, |m| m.string("a title")),
            filled(TOPLEVEL, 3, |m| m.string("org.an.app")),
            message(XDG_SURFACE, 3, &[1, 2, 300, 200]),
            message(TOPLEVEL, 7, &[500, 400]),
            message(TOPLEVEL, 8, &[100, 50]),
            message(TOPLEVEL, 9, &[]),
            message(TOPLEVEL, 11, &[0]),
        ];
        rig.request(&said.concat()).unwrap();
        let key = rig.engine.objects().key(SURFACE);
        let (window, shown, pending) = rig.context(|context| {
            let surface = context.book.surface(key).unwrap();
            (surface.window.as_deref().cloned(), surface.shown.sizes, surface.pending.sizes)
        });
        let sizes =
            WindowSizes { geometry: Some([1, 2, 300, 200]), min: (100, 50), max: (500, 400) };
        assert_eq!((shown, pending), (WindowSizes::default(), Some(sizes)), "before the commit");
        let title = b"a title".to_vec();
        let app_id = b"org.an.app".to_vec();
        let expected = WindowDescription { title, app_id, is_maximized: true, fullscreen: Some(0) };
        assert_eq!(window, Some(expected));
        rig.request(&message(SURFACE, 6, &[])).unwrap();
        rig.request(&[message(TOPLEVEL, 10, &[]), message(TOPLEVEL, 12, &[])].concat()).unwrap();
        rig.context(|context| {
            let surface = context.book.surface(key).unwrap();
            let window = surface.window.as_deref().unwrap();
            assert!(!window.is_maximized && window.fullscreen.is_none());
            assert_eq!((surface.shown.sizes, surface.pending.sizes), (sizes, None));
        });
        rig.request(&message(TOPLEVEL, 0, &[])).unwrap();
        rig.context(|context| {
            let surface = context.book.surface(key).unwrap();
            assert_eq!(surface.window, None);
            let left = surface.pending.sizes.unwrap();
            assert_eq!((left.min, left.max, left.geometry), ((0, 0), (0, 0), sizes.geometry));
        });
    }
}
