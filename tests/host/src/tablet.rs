//! A pen on a tablet (`zwp_tablet_manager_v2`).

use smithay::backend::input::{TabletToolCapabilities, TabletToolDescriptor, TabletToolType};
use smithay::utils::{Logical, Point, SERIAL_COUNTER};
use smithay::wayland::tablet_manager::{
    TabletDescriptor, TabletHandle, TabletSeatTrait, TabletToolHandle,
};

use crate::host::Host;

impl Host {
    /// Plugs the tablet in, and returns it with its pen.
    fn pen(&mut self) -> (TabletHandle, TabletToolHandle) {
        let display = self.display.clone();
        let tablet = TabletDescriptor { name: "tablet".into(), usb_id: None, syspath: None };
        let tool = TabletToolDescriptor {
            tool_type: TabletToolType::Pen,
            hardware_serial: 1,
            hardware_id_wacom: 1,
            capabilities: TabletToolCapabilities::PRESSURE,
        };
        let seat = self.seat.tablet_seat();
        let tablet = seat.add_tablet::<Self>(&display, &tablet);
        let known = seat.get_tool(&tool);
        let tool = known.unwrap_or_else(|| seat.add_tool::<Self>(self, &display, &tool));
        (tablet, tool)
    }

    /// Brings the pen into proximity, or moves it.
    pub fn tablet_move(&mut self, place: Point<f64, Logical>, pressure: Option<f64>) {
        let (tablet, tool) = self.pen();
        let under = self.surface_under(place);
        let serial = SERIAL_COUNTER.next_serial();
        if let Some(pressure) = pressure {
            tool.pressure(pressure);
        }
        tool.motion(place, under, &tablet, serial, self.now());
    }

    /// The pen touches the tablet, or leaves it.
    pub fn tablet_tip(&mut self, down: bool) {
        let (_, tool) = self.pen();
        if down {
            tool.tip_down(SERIAL_COUNTER.next_serial(), self.now());
        } else {
            tool.tip_up(self.now());
        }
    }

    /// Takes the pen away.
    pub fn tablet_out(&mut self) {
        let (_, tool) = self.pen();
        tool.proximity_out(self.now());
    }
}
