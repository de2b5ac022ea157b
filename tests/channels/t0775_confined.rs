//! Behind a virtual device, clients get no privileged globals unless an option names them.

use carafe_fixture::process::wait_for;

use crate::client::Client;
use crate::hosts::Host;
use crate::proxy::Carafe;
use crate::ways::devices;

/// Those that sway offers.
const PRIVILEGED: [&str; 6] = [
    "zwp_virtual_keyboard_manager_v1",
    "zwlr_virtual_pointer_manager_v1",
    "zwlr_data_control_manager_v1",
    "zwlr_screencopy_manager_v1",
    "zwlr_layer_shell_v1",
    "zwlr_output_manager_v1",
];

#[test]
fn privileged_globals_are_offered_if_named() {
    for way in devices() {
        let host = Host::sway();
        let direct = Client::connect(&host.runtime().join(host.display()));
        for name in PRIVILEGED {
            assert!(direct.offers(name).is_some(), "sway offers {name}");
        }
        for named in [&[][..], &["zwlr_layer_shell_v1"]] {
            let socket = host.runtime().join(host.display());
            let mut command = way.confined(&socket, host.runtime(), &[]);
            command.args(named.iter().map(|name| format!("--allow-privileged={name}")));
            let carafe = Carafe::start(&mut command, host.runtime());
            let client = Client::connect(&host.runtime().join(Carafe::DISPLAY));
            for name in PRIVILEGED {
                let is_offered = client.offers(name).is_some();
                assert_eq!(is_offered, named.contains(&name), "{name} over {way:?}");
            }
            assert!(client.offers("xdg_wm_base").is_some());
            let said = "zwlr_screencopy_manager_v1 (version 3) is not offered: it is privileged; --allow-privileged";
            wait_for(said, || carafe.log().contains(said).then_some(()));
            drop(client);
            carafe.stop();
        }
    }
}
