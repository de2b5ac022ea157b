//! Findings from the output of programs and from files. `tests/doctor` tests whole machines.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::report::{Report, Severity};
use super::{environment, garcon, systemd};

/// `severity: what` of each finding.
fn found(report: &Report) -> Vec<String> {
    let line = |f: &super::Finding| format!("{}: {}", f.severity.name(), f.what);
    report.findings().iter().map(line).collect()
}

#[test]
fn units() {
    let text = "Id=sommelier@0.service\nLoadState=loaded\nActiveState=active\nSubState=running\n\
        Result=success\nNRestarts=0\nExecMainStatus=0\n\n\
        Id=sommelier@1.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\n\
        Result=exit-code\nNRestarts=5\nExecMainStatus=1\n\n\
        Id=sommelier-x@0.service\nLoadState=loaded\nActiveState=activating\n\
        SubState=auto-restart\nResult=signal\nNRestarts=2\nExecMainStatus=11\n\n\
        Id=sommelier-x@1.service\nLoadState=loaded\nActiveState=active\nSubState=running\n\
        Result=success\nNRestarts=3\nExecMainStatus=0\n\n\
        Id=carafe@0.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n\n\
        Id=garcon.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\n\n\
        Id=cros-garcon.service\nLoadState=bad-setting\nActiveState=inactive\nSubState=dead\n";
    let mut report = Report::default();
    systemd::judge(&systemd::parse(text), &mut report);
    let expected = [
        "ok: sommelier@0.service is active (running)",
        "error: sommelier@1.service has failed (exit-code, status 1)",
        "error: sommelier-x@0.service does not become ready (auto-restart; the last try: signal, \
         status 11)",
        "warning: sommelier-x@1.service runs, after 3 restarts",
        "error: cros-garcon.service cannot be loaded (bad-setting)",
    ];
    assert_eq!(found(&report), expected);
    assert!(report.findings().iter().skip(1).all(|finding| finding.next.is_some()));

    let mut report = Report::default();
    let idle = "Id=carafe@0.service\nLoadState=loaded\nActiveState=inactive\n";
    systemd::judge(&systemd::parse(idle), &mut report);
    assert_eq!(found(&report), ["note: carafe@0.service is not running"]);

    let mut report = Report::default();
    let none = "Id=carafe@0.service\nLoadState=not-found\nActiveState=inactive\n";
    systemd::judge(&systemd::parse(none), &mut report);
    assert_eq!(found(&report), ["note: there is no unit of carafe or sommelier"]);
}

#[test]
fn environments() {
    let compared = |manager: &str, shell: &[(&str, &str)]| {
        let mut report = Report::default();
        let here = |name: &str| {
            shell.iter().find(|(found, _)| *found == name).map(|(_, value)| (*value).to_owned())
        };
        environment::compare(|name| environment::value(manager, name), here, &mut report);
        found(&report)
    };
    let manager = "HOME=/h\nWAYLAND_DISPLAY=wayland-0\nDISPLAY=:0\nODD=$'a b'\n";
    let both = [("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":1")];
    let expected = [
        "ok: WAYLAND_DISPLAY=wayland-0 for apps and in this shell",
        "note: DISPLAY is :0 for apps, but :1 in this shell",
    ];
    assert_eq!(compared(manager, &both), expected);
    let expected = [
        "warning: WAYLAND_DISPLAY=wayland-0 is set for apps, but not in this shell",
        "warning: DISPLAY=:0 is set for apps, but not in this shell",
    ];
    assert_eq!(compared(manager, &[]), expected);
    let expected = ["warning: WAYLAND_DISPLAY is set neither for apps nor in this shell"];
    assert_eq!(compared("HOME=/h\n", &[]), expected);
    assert_eq!(environment::value(manager, "ODD").as_deref(), Some("a b"));
}

#[test]
fn garcons_environment() {
    let judged = |environ: &str, is_nixos| {
        let mut report = Report::default();
        garcon::environment(environ, is_nixos, &mut report);
        found(&report).remove(0)
    };
    let displays = "WAYLAND_DISPLAY=wayland-0\0WAYLAND_DISPLAY_LOW_DENSITY=wayland-1\0";
    assert!(judged("HOME=/h\0", false).contains("without WAYLAND_DISPLAY, WAYLAND_DISPLAY_LOW"));
    assert!(judged(displays, false).starts_with("ok: "));
    assert!(judged(displays, true).starts_with("warning: garcon's XDG_DATA_DIRS lacks"));
    let nixos = format!("{displays}XDG_DATA_DIRS=/x:/run/current-system/sw/share\0");
    assert!(judged(&nixos, true).starts_with("ok: "));
}

#[test]
fn a_good_finding_takes_two_lines() {
    let mut report = Report::default();
    report.ok("host", "it answers");
    report.details((0..60).map(|n| format!("wl_number_{n} {n}")).collect());
    let text = report.to_string();
    let lines: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines.iter().all(|line| line.chars().count() <= 88), "{text}");
    assert!(text.contains("          wl_number_0 0, ") && text.contains(", …\n"), "{text}");
    assert!(report.json().contains("wl_number_59 59"));
}

#[test]
fn both_formats() {
    let mut report = Report::default();
    assert_eq!(report.exit_status(), 0);
    assert!(report.to_string().ends_with("No problems found.\n"));
    report.ok("host", "it answers");
    report.details(vec!["wl_shm 1".into(), "wl_seat 7".into()]);
    report.note("x", "a note", "nothing");
    assert_eq!(report.exit_status(), 0);
    report.warn("y", format!("a \"quoted\" {}", "word ".repeat(30)), "do \\ this");
    assert_eq!((report.severity(), report.exit_status()), (Severity::Warning, 1));
    report.error("z", "no way", "do that");
    assert_eq!(report.exit_status(), 2);

    let json: serde_json::Value = serde_json::from_str(&report.json()).expect("JSON");
    assert_eq!(json["severity"], "error");
    assert_eq!(json["findings"][0]["details"][1], "wl_seat 7");
    assert!(json["findings"][0].get("next").is_none());
    assert_eq!(json["findings"][2]["next"], "do \\ this");

    let text = report.to_string();
    assert!(text.contains("ok        host: it answers\n          wl_shm 1, wl_seat 7\n"), "{text}");
    assert!(text.contains("error     z: no way\n          next: do that\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 88), "{text}");
    assert!(text.ends_with("1 error, 1 warning\n"), "{text}");
}
