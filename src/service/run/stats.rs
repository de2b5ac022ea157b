//! The stats socket with its watchers, and the files of statistics. The service asks all
//! sessions, and uses the answers that arrive within a moment.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use calloop::generic::Generic;
use calloop::timer::{TimeoutAction, Timer};
use calloop::{Interest, Mode as Trigger, PostAction};

use super::Service;
use crate::service::report::SessionCommand;
use crate::service::stats_socket::StatsSocket;
use crate::service::watchers::{INTERVAL, ReadResult, SILENCE};
use crate::service::{ServiceError, stats_path};

/// How long sessions have to answer. They need microseconds; on an overloaded machine that
/// needs longer, the previous answers are shown.
const ANSWERS: Duration = Duration::from_millis(100);

impl Service {
    /// Makes the stats socket that belongs to a clients' socket.
    pub(super) fn listen_for_watchers(&mut self, path: &Path) {
        let made =
            StatsSocket::bind(path).and_then(|socket| Ok((socket.listener().try_clone()?, socket)));
        let (listener, socket) = match made {
            Ok(made) => made,
            Err(e) => {
                return tracing::warn!(
                    "`carafe stats` will not work: cannot listen on {}: {e}",
                    stats_path(path).display()
                );
            }
        };
        let source = Generic::new(listener, Interest::READ, Trigger::Level);
        // The callback owns the socket: removing the source removes its file.
        let accept = move |_, _: &mut _, service: &mut Self| {
            let came = match socket.listener().accept() {
                Ok((stream, _)) => service.watcher_came(stream),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => Ok(()),
                Err(e) => {
                    service.pause_listening();
                    Err(e)
                }
            };
            if let Err(e) = came {
                tracing::warn!("cannot serve `carafe stats`: {e}");
            }
            Ok(PostAction::Continue)
        };
        match self.handle.insert_source(source, accept) {
            Ok(token) => self.listeners.push(token),
            Err(e) => tracing::warn!("`carafe stats` will not work: {}", e.error),
        }
    }

    fn watcher_came(&mut self, stream: UnixStream) -> io::Result<()> {
        let socket = stream.try_clone()?;
        let Some(number) = self.watching.watchers.add(stream)? else {
            return Err(io::Error::other("too many of them run; end some"));
        };
        let source = Generic::new(socket, Interest::READ, Trigger::Level);
        let inserted = self.insert(source, move |_, _, service| {
            match service.watching.watchers.listen(number) {
                ReadResult::Nothing => {}
                ReadResult::Begin => service.watch(),
                ReadResult::Gone => {
                    service.watcher_went();
                    return Ok(PostAction::Remove);
                }
            }
            Ok(PostAction::Continue)
        });
        inserted.map_err(io::Error::other)?;
        let expire = move |_, (): &mut (), service: &mut Self| {
            service.watching.watchers.drop_silent(number);
            TimeoutAction::Drop
        };
        let inserted = self.handle.insert_source(Timer::from_duration(SILENCE), expire);
        inserted.map(drop).map_err(|e| io::Error::other(e.error))
    }

    /// Starts to watch the sessions, for a new watcher.
    fn watch(&mut self) {
        self.sessions.ask(&SessionCommand::Watch(true));
        self.sessions.observe.is_watched = true;
        if std::mem::replace(&mut self.watching.ticking, true) {
            return;
        }
        self.watching.asked = false;
        let timer = Timer::immediate();
        let inserted = self.handle.insert_source(timer, |_, (), service| service.tick());
        if let Err(e) = inserted {
            self.watching.ticking = false;
            tracing::error!("`carafe stats` will show nothing: {e}");
        }
    }

    fn watcher_went(&mut self) {
        if !self.watching.watchers.is_watching() {
            self.sessions.ask(&SessionCommand::Watch(false));
            self.sessions.observe.is_watched = false;
            self.watching.watchers.forget_sessions();
        }
    }

    /// Asks the sessions, or publishes what they answered.
    fn tick(&mut self) -> TimeoutAction {
        if !self.watching.watchers.is_watching() {
            self.watching.ticking = false;
            return TimeoutAction::Drop;
        }
        self.watching.asked = !self.watching.asked;
        if self.watching.asked {
            self.sessions.ask(&SessionCommand::Stats);
            return TimeoutAction::ToDuration(ANSWERS);
        }
        for number in self.watching.watchers.publish() {
            self.give_rest(number);
        }
        // `publish` may have dropped the last watcher.
        self.watcher_went();
        TimeoutAction::ToDuration(INTERVAL.saturating_sub(ANSWERS))
    }

    /// Blocking until a watcher's socket takes more.
    fn give_rest(&mut self, number: u32) {
        let Some(socket) = self.watching.watchers.stream(number) else { return };
        let source = Generic::new(socket, Interest::WRITE, Trigger::Level);
        let inserted = self.insert(source, move |_, _, service| {
            let more = service.watching.watchers.give_rest(number);
            Ok(if more { PostAction::Continue } else { PostAction::Remove })
        });
        if let Err(e) = inserted {
            tracing::warn!("`carafe stats` will show nothing more: {e}");
        }
    }

    /// Starts to write sommelier's statistics at the end of each period, if they are wanted.
    pub(super) fn write_periods(&mut self) -> Result<(), ServiceError> {
        if !self.watching.files.is_wanted() {
            return Ok(());
        }
        let period = self.watching.period;
        let mut asked = false;
        let tick = move |_, (): &mut (), service: &mut Self| {
            asked = !asked;
            if asked {
                service.sessions.ask(&SessionCommand::Period);
                return TimeoutAction::ToDuration(ANSWERS);
            }
            service.watching.files.write();
            TimeoutAction::ToDuration(period.saturating_sub(ANSWERS))
        };
        let inserted = self.handle.insert_source(Timer::from_duration(period), tick);
        inserted.map(drop).map_err(|e| ServiceError::of_loop("timer")(e.error))
    }

    /// Writes the trace and the timing, once the sessions have answered.
    pub(super) fn write_traces(&mut self) {
        if !self.watching.traces.is_wanted() {
            return;
        }
        let write = |_, (): &mut (), service: &mut Self| {
            service.watching.traces.write();
            TimeoutAction::Drop
        };
        if let Err(e) = self.handle.insert_source(Timer::from_duration(ANSWERS), write) {
            tracing::error!("cannot write the trace: {e}");
        }
    }
}
