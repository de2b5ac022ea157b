//! The user's service manager, replaced by a script. (`make test-system` uses a real one.)
use crate::machine::Machine;

/// A machine whose `systemctl` prints this environment and these units.
fn machine(environment: &str, units: &str) -> Machine {
    let setup = format!(
        "mkdir -p /run/systemd/system; ln -s /bin/sh /opt/bin/sh
        cat > /opt/bin/systemctl <<'END'
#!/bin/sh
case $2 in
show-environment) printf '{environment}' ;;
show) printf '{units}' ;;
esac
END
        chmod 755 /opt/bin/systemctl"
    );
    Machine::healthy().broken_by(&setup)
}

const UNITS: &str = "Id=carafe@0.service\\nLoadState=loaded\\nActiveState=ACTIVE\\n\
                     SubState=running\\nResult=exit-code\\nExecMainStatus=1\\nNRestarts=0\\n";

#[test]
fn all_is_well() {
    let units = UNITS.replace("ACTIVE", "active");
    let found = machine("WAYLAND_DISPLAY=host\\n", &units).examine();
    found.is(&[]).says("systemd", "carafe@0.service is active", "");
    found.says("environment", "WAYLAND_DISPLAY=host for apps and in this shell", "");
}

#[test]
fn a_unit_has_failed() {
    let units = UNITS.replace("ACTIVE", "failed");
    let found = machine("WAYLAND_DISPLAY=host\\n", &units).examine();
    found.is(&["error systemd"]);
    found.says("systemd", "has failed (exit-code, status 1)", "journalctl --user -u carafe@0");
}

#[test]
fn apps_are_told_of_another_display() {
    let units = UNITS.replace("ACTIVE", "active");
    let found = machine("WAYLAND_DISPLAY=wayland-7\\n", &units).examine();
    found.is(&["error environment"]).says(
        "environment",
        "nothing listens at /mnt/wayland-7",
        "restart",
    );
    let found = machine("WAYLAND_DISPLAY=host\\n", &units).env("WAYLAND_DISPLAY", "");
    let found = found.option("--display=host").examine();
    found.is(&["warning environment"]).says("environment", "not in this shell", "log in again");
}

#[test]
fn there_is_no_manager() {
    let setup = "mkdir -p /run/systemd/system; ln -s /bin/false /opt/bin/systemctl";
    let found = Machine::healthy().broken_by(setup).examine();
    found.is(&["warning systemd"]).says("systemd", "does not answer", "loginctl enable-linger");
    let found = Machine::healthy().broken_by("mkdir -p /run/systemd/system").examine();
    found.is(&["warning systemd"]).says("systemd", "no systemctl in PATH", "PATH");
}

#[test]
fn a_manager_that_hangs_does_not_hang_the_doctor() {
    let hangs = "mkdir -p /run/systemd/system; ln -s /bin/sh /opt/bin/sh; ln -s /bin/sleep \
                 /opt/bin/sleep; printf '#!/bin/sh\\nexec sleep 60\\n' > /opt/bin/systemctl; \
                 chmod 755 /opt/bin/systemctl";
    let began = std::time::Instant::now();
    let found = Machine::healthy().broken_by(hangs).examine();
    found.is(&["warning systemd"]).says("systemd", "does not answer", "");
    assert!(began.elapsed().as_secs() < 15);
}
