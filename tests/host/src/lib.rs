//! carafe's stand-in host for tests: starts the program, and talks to its control interface.
//! `carafe-host --help` describes the program.
//!
//! ```no_run
//! use carafe_fixture::process::RuntimeDir;
//! use carafe_host::StandIn;
//!
//! let runtime = RuntimeDir::new();
//! let mut host = StandIn::start(&runtime, &["--size=800x600"]);
//! // ... start something with WAYLAND_DISPLAY=host ...
//! let control = host.control();
//! control.wait_for_window("foot");
//! control.ask("key 30 press").unwrap();
//! assert!(control.pixels(0, 0, 800, 600).unwrap().colours > 1);
//! ```

mod control;
mod stand_in;

pub use control::{Control, ControlError, Pixels, Shot, Window};
pub use stand_in::StandIn;
