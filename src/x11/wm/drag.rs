//! Windows that the user moves or resizes by what their clients draw (`_NET_WM_MOVERESIZE`).

use super::{Env, Wm};

impl Wm {
    /// The client has seen the pointer pressed on something that the user moves or
    /// resizes the window with: the host goes on with it.
    pub(super) fn drag(&self, id: u32, direction: u32, env: &mut Env<'_, '_>) {
        // By `_NET_WM_MOVERESIZE`'s directions: `xdg_toplevel.resize_edge`.
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
