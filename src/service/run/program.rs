//! The program that carafe runs, and telling the service manager when carafe is ready.

use std::ffi::OsString;
use std::time::Duration;

use calloop::generic::Generic;
use calloop::{Interest, Mode as Trigger, PostAction};

use super::Service;
use crate::service::child::Child;
use crate::service::{Mode, ServiceError, systemd};

/// How long sessions may take to report after the program's end.
const LAST_REPORTS: Duration = Duration::from_secs(1);

impl Service {
    /// Starts the program, if there is one, and notifies the service manager when ready.
    pub(super) fn start(
        &mut self,
        mode: Mode,
        display: Option<OsString>,
    ) -> Result<(), ServiceError> {
        let (command, keep_x11) = match mode {
            Mode::Program { command } => (command, false),
            Mode::Parent { init, .. } => {
                // With --parent, the program only prepares things, so carafe outlives it.
                self.exit_with_child = false;
                if self.notify.is_none() {
                    self.notify = Some("READY=1".into());
                }
                (init, true)
            }
            Mode::Client { .. } => (Vec::new(), true),
        };
        if let Some(socket) = &display {
            tracing::info!("listening on {}", socket.to_string_lossy());
        }
        if command.is_empty() {
            self.ready();
            return Ok(());
        }
        let mut variables = Vec::new();
        if let Some(x11) = &self.x11 {
            variables.push(("DISPLAY", x11.name()));
            // Java's older toolkit (AWT) waits for a window manager to put its windows into a
            // frame, unless this says that the window manager does not.
            variables.push(("_JAVA_AWT_WM_NONREPARENTING", "1".into()));
        } else if !keep_x11 {
            // Without -X, an app that found another X server would bypass carafe.
            variables.push(("DISPLAY", OsString::new()));
        }
        if let Some(display) = display {
            variables.push(("WAYLAND_DISPLAY", display));
        }
        if let Some(size) = self.cursor_size {
            variables.push(("XCURSOR_SIZE", size.to_string().into()));
        }
        let child = Child::spawn(&command, &variables)?;
        let ended = child.watch().map_err(ServiceError::system("pidfd"))?;
        self.child = Some(child);
        let source = Generic::new(ended, Interest::READ, Trigger::Level);
        self.insert(source, |_, _, service: &mut Self| {
            service.child_ended();
            Ok(PostAction::Remove)
        })?;
        if self.exit_with_child {
            self.ready();
        }
        Ok(())
    }

    fn ready(&mut self) {
        if let Some(state) = self.notify.take() {
            systemd::notify(&state);
        }
    }

    fn child_ended(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let Some(status) = child.ended() else { return };
        if self.exit_with_child {
            self.program_status = Some(status);
        }
        if self.stopping {
            return self.stop_if_done();
        }
        if self.exit_with_child {
            return self.stop_after(LAST_REPORTS);
        }
        if !status.success() {
            tracing::warn!("{} ended with {status}", child.name);
        }
        self.ready();
    }
}
