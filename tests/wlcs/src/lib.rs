//! A WLCS integration module that puts a carafe between each test client and the compositor of a
//! real integration module.
//!
//! The real module is named by `WLCS_MODULE` (Mir's, if unset), the carafe to
//! test by `CARAFE`. `CARAFE_MESSAGES=1` shows the messages that cross.
#![expect(unsafe_code, reason = "WLCS's interface is C")]

mod client;
mod log;
mod real;
mod server;
mod surfaces;

use wlcs::ffi_display_server_api::WlcsServerIntegration;

/// The symbol that WLCS loads.
#[allow(non_upper_case_globals, reason = "the name is WLCS's")]
#[unsafe(no_mangle)]
pub static wlcs_server_integration: WlcsServerIntegration = WlcsServerIntegration {
    version: 1,
    create_server: Some(server::create),
    destroy_server: Some(server::destroy),
};
