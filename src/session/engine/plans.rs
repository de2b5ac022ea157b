//! Which messages are plain: it changes when a session is watched, and when a handler wants others.

use super::Engine;
use crate::observe::{Watch, WatchOptions};
use crate::session::fault::Fault;

impl Engine {
    /// Watches what is wanted from now on, or nothing any more. Messages of the
    /// watched interfaces are then forwarded one by one.
    pub fn watch(&mut self, wanted: WatchOptions) {
        if wanted.any() == self.observer.watch.is_some() {
            return;
        }
        self.observer.watch = wanted.any().then(|| Box::new(Watch::new(self.state.tables, wanted)));
        self.set_plans();
    }

    /// A handler wants other messages: finds out anew who sees which.
    #[cold]
    pub(super) fn reroute(&mut self) -> Result<(), Fault> {
        self.state.wants_others = false;
        let rerouted = self.handlers.reroute(self.state.tables);
        rerouted.map_err(|e| Fault::service(e.to_string()))?;
        self.set_plans();
        Ok(())
    }

    fn set_plans(&mut self) {
        let Self { handlers, state, observer, .. } = self;
        let is_watched = observer.watch.is_some();
        let plans = if is_watched { handlers.watched_plans() } else { handlers.plans() };
        state.objects.set_plans(plans);
    }
}
