//! Running Xwayland: the first X11 client starts it, and the next client after its end again.

use std::time::Duration;

use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{Interest, Mode as Trigger, PostAction};

use super::Service;
use crate::service::ServiceError;
use crate::service::session::NewClient;
use crate::service::x11::{NewXwayland, Xwayland, XwaylandOutput};

/// How long carafe waits before the next start if Xwayland failed soon after its start.
const RESTART_BREATHER: Duration = Duration::from_secs(1);

impl Service {
    /// Blocking for the first X11 client.
    pub(super) fn watch_display(&mut self) -> Result<(), ServiceError> {
        let Some(x11) = &self.x11 else { return Ok(()) };
        for listener in x11.listeners()? {
            let source = Generic::new(listener, Interest::READ, Trigger::Level);
            let token = self.handle.insert_source(source, |_, _, service: &mut Self| {
                service.start_xwayland();
                Ok(PostAction::Continue)
            });
            let token = token.map_err(|e| ServiceError::of_loop("X11 socket")(e.error))?;
            self.x11_listeners.push(token);
        }
        Ok(())
    }

    fn stop_watching_display(&mut self) {
        for token in self.x11_listeners.drain(..) {
            self.handle.remove(token);
        }
    }

    /// Starts Xwayland, when the first client connects.
    fn start_xwayland(&mut self) {
        self.stop_watching_display();
        let Some(x11) = &mut self.x11 else { return };
        match x11.start() {
            Ok(spawned) => self.serve_xwayland(spawned),
            Err(e) => {
                tracing::error!("{e}");
                self.try_xwayland_again();
            }
        }
    }

    fn serve_xwayland(&mut self, NewXwayland { end, client, wm, words }: NewXwayland) {
        if let Err(e) = self.hear(words) {
            tracing::warn!("the log will not show Xwayland's messages: {e}");
        }
        let watched = end.map_err(ServiceError::system("pidfd")).and_then(|end| {
            let source = Generic::new(end, Interest::READ, Trigger::Level);
            self.insert(source, |_, _, service: &mut Self| {
                service.xwayland_ended();
                Ok(PostAction::Remove)
            })
        });
        if let Err(e) = watched {
            tracing::error!("{e}");
        }
        let session = self.start_session(NewClient { client, wm: Some(wm), sandbox: None });
        let Some(x11) = &mut self.x11 else { return };
        match session {
            Some(number) => x11.served_by(number),
            None => x11.end(),
        }
    }

    /// Logs what Xwayland prints.
    fn hear(&self, mut words: XwaylandOutput) -> Result<(), ServiceError> {
        let watched = words.watched().map_err(ServiceError::system("Xwayland's messages"))?;
        let source = Generic::new(watched, Interest::READ, Trigger::Level);
        self.insert(source, move |_, _, _| {
            Ok(if words.read() { PostAction::Continue } else { PostAction::Remove })
        })
    }

    fn xwayland_ended(&mut self) {
        let Some((status, too_soon)) = self.x11.as_mut().and_then(Xwayland::ended) else { return };
        if self.stopping {
            return self.stop_if_done();
        }
        if too_soon {
            self.try_xwayland_again();
        } else if let Err(e) = self.watch_display() {
            return tracing::error!("X11 clients can no longer connect: {e}");
        }
        // A client that connects after this line is not refused.
        if status.success() {
            tracing::info!("Xwayland ended; the next X11 client starts it again");
        } else {
            tracing::error!("Xwayland ended with {status}; the next X11 client starts it again");
        }
    }

    /// Refuses the waiting clients, and waits for new ones after a pause.
    fn try_xwayland_again(&mut self) {
        if let Some(x11) = &self.x11 {
            x11.refuse_all();
        }
        let again = |_, (): &mut (), service: &mut Self| {
            if let Err(e) = service.watch_display() {
                tracing::error!("X11 clients can no longer connect: {e}");
            }
            TimeoutAction::Drop
        };
        if let Err(e) = self.handle.insert_source(Timer::from_duration(RESTART_BREATHER), again) {
            tracing::error!("X11 clients can no longer connect: {e}");
        }
    }

    /// Whether an Xwayland runs.
    pub(super) fn has_xwayland(&self) -> bool {
        self.x11.as_ref().is_some_and(Xwayland::is_running)
    }

    /// Ends Xwayland when its session has ended. Without the session it has no window manager
    /// and no host, but may not notice while it has no client.
    pub(super) fn xwayland_session_ended(&mut self, session: u64) {
        if let Some(x11) = self.x11.as_ref().filter(|x11| x11.is_served_by(session)) {
            x11.end();
        }
    }

    /// Accepts no new X11 clients, and ends Xwayland.
    pub(super) fn stop_xwayland(&mut self) {
        self.stop_watching_display();
        if let Some(x11) = &self.x11 {
            x11.end();
        }
    }
}
