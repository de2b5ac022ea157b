//! Programs that carafe starts draw their cursors for its scale.

use carafe_fixture::process::{RuntimeDir, command};
use carafe_host::StandIn;

use crate::proxy::program;

#[test]
fn programs_are_told_the_cursors_size() {
    let runtime = RuntimeDir::new();
    let _host = StandIn::start(&runtime, &[]);
    for (scale, size) in [("1", "24"), ("0.5", "12"), ("1.25", "30"), ("1.5", "36"), ("2.25", "54")]
    {
        let mut carafe = command(program(), &runtime);
        carafe.arg(format!("--display={}", StandIn::DISPLAY)).arg(format!("--scale={scale}"));
        carafe.args(["--", "sh", "-c", "echo $XCURSOR_SIZE"]).env_remove("XCURSOR_SIZE");
        let output = carafe.output().expect("carafe runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), size, "--scale={scale}");
    }
}
