//! The frame clock: `wl_surface.frame`, `wp_presentation`, `wp_fifo_manager_v1`,
//! `wp_commit_timing_manager_v1`.

use std::time::Duration;

use smithay::reexports::wayland_protocols::wp::presentation_time::server::wp_presentation_feedback::Kind;
use smithay::reexports::wayland_server::Resource;
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::utils::{Clock, Monotonic, Time};
use smithay::wayland::commit_timing::CommitTimerBarrierStateUserData;
use smithay::wayland::compositor::{
    SurfaceAttributes, TraversalAction, with_states, with_surface_tree_upward,
};
use smithay::wayland::fifo::FifoBarrierCachedState;
use smithay::wayland::presentation::{PresentationFeedbackCachedState, Refresh};
use smithay::{delegate_commit_timing, delegate_fifo, delegate_presentation};

use crate::host::Host;
use crate::output::REFRESH;

/// The time of a frame.
pub const FRAME: Duration = Duration::from_nanos(1_000_000_000_000 / REFRESH as u64);

impl Host {
    /// Makes a frame: everything that was committed counts as shown.
    pub fn frame(&mut self) {
        self.counters.frames += 1;
        self.place_surfaces();
        for placed in self.scene() {
            self.show(&placed.surface);
        }
        // A waiting commit may have the first content.
        self.release_barriers();
        self.answer_pending();
    }

    /// The clock of `wp_presentation`, which may be another than clients'.
    fn clock(&self) -> Time<Monotonic> {
        Clock::<Monotonic>::new().now() + self.options.clock_ahead
    }

    fn show(&mut self, surface: &WlSurface) {
        let now = self.clock();
        let milliseconds = self.now();
        with_states(surface, |states| {
            let mut attributes = states.cached_state.get::<SurfaceAttributes>();
            for callback in attributes.current().frame_callbacks.drain(..) {
                callback.done(milliseconds);
                self.counters.frame_callbacks += 1;
            }
            let mut feedback = states.cached_state.get::<PresentationFeedbackCachedState>();
            for callback in std::mem::take(&mut feedback.current().callbacks) {
                let refresh = Refresh::fixed(FRAME);
                callback.presented(
                    &self.screen.output,
                    now,
                    refresh,
                    self.counters.frames,
                    Kind::Vsync,
                );
                self.counters.presented += 1;
            }
        });
    }

    /// Continues the commits that waited for this frame.
    fn release_barriers(&mut self) {
        let until = self.clock() + FRAME;
        let mut roots: Vec<WlSurface> =
            self.windows.iter().map(|window| window.toplevel.wl_surface().clone()).collect();
        roots.extend(self.popups.iter().map(|popup| popup.wl_surface().clone()));
        roots.extend(self.layers.iter().map(|panel| panel.surface.wl_surface().clone()));
        let mut clients = Vec::new();
        for root in roots {
            with_surface_tree_upward(
                &root,
                (),
                |_, _, ()| TraversalAction::DoChildren(()),
                |surface, states, ()| {
                    let mut released = false;
                    let mut fifo = states.cached_state.get::<FifoBarrierCachedState>();
                    if let Some(barrier) = fifo.current().barrier.take() {
                        barrier.signal();
                        released = true;
                    }
                    let timer = states.data_map.get::<CommitTimerBarrierStateUserData>();
                    if let Some(Ok(mut timer)) = timer.map(|timer| timer.lock()) {
                        released |= timer.signal_until(until);
                    }
                    if released {
                        clients.extend(surface.client());
                    }
                },
                |_, _, ()| true,
            );
        }
        let display = self.display.clone();
        for client in clients {
            let state = client.get_data::<crate::clients::ClientState>();
            if let Some(state) = state {
                state.compositor.blocker_cleared(self, &display);
            }
        }
    }
}

delegate_presentation!(Host);
delegate_fifo!(Host);
delegate_commit_timing!(Host);
