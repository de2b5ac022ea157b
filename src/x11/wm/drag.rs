//! Moving and resizing by decorations that clients draw (`_NET_WM_MOVERESIZE`).

use super::{Env, Wm};

impl Wm {
    /// The user has pressed the pointer on a part of the window with which it is moved or resized.
    /// The host takes over from here.
    pub(super) fn drag(&self, id: u32, direction: u32, env: &mut Env<'_, '_>) {
        // `_NET_WM_MOVERESIZE`'s directions as `xdg_toplevel.resize_edge`.
        const EDGES: [u32; 8] = [5, 1, 9, 8, 10, 2, 6, 4];
        const MOVE: u32 = 8;
        let (Some(toplevel), Some(deed)) = (self.toplevel(id), env.seat.held) else { return };
        if direction == MOVE {
            toplevel.drag(deed.seat, deed.serial, &mut env.host);
        } else if let Some(edge) = EDGES.get(direction as usize) {
            toplevel.drag_edge(deed.seat, deed.serial, *edge, &mut env.host);
        }
    }
}
