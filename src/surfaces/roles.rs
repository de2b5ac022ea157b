//! The objects by which a client gives surfaces their roles.

use super::book::Book;
use super::slots::Key;
use super::surface::{Surface, SurfaceRole};
use super::window::{WindowDescription, WindowSizes};

impl Book {
    /// The surface that an object is about which gives it its role.
    pub fn with_role(&self, object: Key) -> Option<&Surface> {
        self.at(object.slot?).filter(|surface| surface.has_object(object.id))
    }

    /// The same, to be changed.
    fn with_role_mut(&mut self, object: Key) -> Option<&mut Surface> {
        self.surfaces.get_mut(object.slot?).filter(|surface| surface.has_object(object.id))
    }

    /// The request under way makes an object for a surface, which says its role later: an
    /// `xdg_surface` or the like.
    pub fn create_xdg_surface(&mut self, id: u32, surface: Key) {
        let Some(found) = self.surface_mut(surface) else { return };
        found.xdg_surface = id;
        self.made(id, surface.slot);
    }

    /// The request under way makes an object that gives a surface its role.
    pub fn create_role(&mut self, id: u32, role: SurfaceRole, surface: Key) {
        let Some(found) = self.surface_mut(surface) else { return };
        (found.role_object, found.role) = (id, Some(role));
        self.made(id, surface.slot);
    }

    /// The same by way of an `xdg_surface`.
    pub fn create_xdg_role(&mut self, id: u32, role: SurfaceRole, xdg_surface: Key) {
        let Some(surface) = self.with_role(xdg_surface).map(|found| found.id) else { return };
        self.create_role(id, role, Key { id: surface, slot: xdg_surface.slot });
    }

    /// A popup is on another surface, or a window belongs to it, from now on.
    pub fn set_parent(&mut self, surface: Key, parent: Option<Key>) {
        if let Some(found) = self.surface_mut(surface) {
            found.parent = parent;
        }
    }

    /// The same by the objects that give the two their roles.
    pub fn set_role_parent(&mut self, object: Key, parent: Key) {
        let parent = self.with_role(parent).map(|found| Key { id: found.id, slot: parent.slot });
        if let Some(found) = self.with_role_mut(object) {
            found.parent = parent;
        }
    }

    /// What the client says of a window, by the object that gives it its role.
    pub fn window_mut(&mut self, object: Key) -> Option<&mut WindowDescription> {
        self.with_role_mut(object).map(|found| &mut **found.window.get_or_insert_default())
    }

    /// The sizes of a window after its next commit.
    pub fn next_sizes(&mut self, object: Key) -> Option<&mut WindowSizes> {
        self.with_role_mut(object).map(Surface::next_sizes)
    }

    /// The client destroys an object that gives a surface its role.
    pub fn destroy_role(&mut self, object: Key) {
        let Some(found) = self.with_role_mut(object) else { return };
        if found.xdg_surface == object.id {
            (found.xdg_surface, found.next_sizes().geometry) = (0, None);
        } else {
            (found.role_object, found.parent, found.window) = (0, None, None);
            let sizes = found.next_sizes();
            *sizes = WindowSizes { geometry: sizes.geometry, ..WindowSizes::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn made(book: &mut Book) -> Key {
        let (id, slot) = book.take_made().unwrap();
        Key { id, slot: Some(slot) }
    }

    fn surface(id: u32, book: &mut Book) -> Key {
        book.create_surface(id);
        made(book)
    }

    #[test]
    fn objects_lead_to_the_surface_that_they_give_a_role() {
        let mut book = Book::default();
        let (window, menu) = (surface(1, &mut book), surface(2, &mut book));
        book.create_xdg_surface(11, window);
        let xdg_window = made(&mut book);
        book.create_xdg_role(21, SurfaceRole::Toplevel, xdg_window);
        let toplevel = made(&mut book);
        book.create_xdg_surface(12, menu);
        let xdg_menu = made(&mut book);
        book.create_xdg_role(22, SurfaceRole::Popup, xdg_menu);
        book.set_role_parent(xdg_menu, xdg_window);
        let popup = made(&mut book);
        for (object, surface) in
            [(xdg_window, window), (toplevel, window), (xdg_menu, menu), (popup, menu)]
        {
            assert_eq!(book.with_role(object).unwrap().id, surface.id);
        }
        assert_eq!(book.surface(menu).unwrap().parent, Some(window));
        // Its role stays its role, and only that may come again.
        book.destroy_role(popup);
        assert!(book.with_role(popup).is_none());
        let found = book.surface(menu).unwrap();
        assert_eq!((found.role, found.parent), (Some(SurfaceRole::Popup), None));
        assert!(found.may_be(SurfaceRole::Popup) && !found.may_be(SurfaceRole::Toplevel));
        // What takes the surface's place is another one.
        book.destroy_surface(window);
        let other = surface(3, &mut book);
        assert_eq!(other.slot, window.slot);
        assert!(book.with_role(toplevel).is_none() && book.with_role(xdg_window).is_none());
    }
}
