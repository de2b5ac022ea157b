//! Setting `RandR`'s primary output: the screen on which the user works. Games start on it, and
//! panels are shown there. Xwayland itself sets none.

use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::randr::{
    GetMonitorsReply, GetMonitorsRequest, MonitorInfo, NotifyMask, QueryVersionRequest,
    SelectInputRequest, SetOutputPrimaryRequest,
};

use super::geometry::Rect;
use super::query::Query;
use super::{Connection, reply};

/// The primary output.
#[derive(Debug, Default)]
pub struct Primary {
    /// The place in X of the screen that carafe wants.
    wanted: Option<Rect>,
    /// carafe has set it. If another output is primary later, another program has chosen that.
    settled: bool,
}

impl Primary {
    /// Makes a screen the primary one, if it has changed.
    pub fn tell(&mut self, screen: Rect, x: &mut Connection) {
        if self.wanted == Some(screen) {
            return;
        }
        if self.wanted.is_none() {
            x.ask(Query::Nothing, QueryVersionRequest { major_version: 1, minor_version: 5 });
            let (window, enable) = (x.root().0, NotifyMask::SCREEN_CHANGE);
            x.send(SelectInputRequest { window, enable });
        }
        (self.wanted, self.settled) = (Some(screen), false);
        ask(x);
    }

    /// Handles an event: screens may have appeared, vanished or moved.
    pub fn event(&self, event: &Event, x: &mut Connection) {
        if matches!(event, Event::RandrScreenChangeNotify(_)) {
            ask(x);
        }
    }

    /// Takes the answer with X's screens.
    pub fn answer(&mut self, answer: Option<&[u8]>, x: &mut Connection) {
        let reply = answer.and_then(reply::read::<GetMonitorsReply>);
        let Some(GetMonitorsReply { monitors, .. }) = reply else { return };
        let is_wanted = |monitor: &&MonitorInfo| self.wanted == Some(rect(monitor));
        let Some(monitor) = monitors.iter().find(is_wanted) else { return };
        let is_taken = monitors.iter().any(|other| other.primary);
        if let Some(output) = monitor.outputs.first().filter(|_| !(self.settled && is_taken)) {
            if !monitor.primary {
                x.send(SetOutputPrimaryRequest { window: x.root().0, output: *output });
            }
            self.settled = true;
        }
    }
}

fn ask(x: &mut Connection) {
    let window = x.root().0;
    x.ask(Query::Monitors, GetMonitorsRequest { window, get_active: true });
}

fn rect(monitor: &MonitorInfo) -> Rect {
    Rect {
        x: monitor.x.into(),
        y: monitor.y.into(),
        width: monitor.width.into(),
        height: monitor.height.into(),
    }
}
