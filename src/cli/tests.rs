//! The command line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::aura::{AppIds, FrameColours, ShellSettings};
use crate::policy::{Client, Policy, Quotas, Sharing};
use crate::session::{GlobalRule, GlobalSet, Scale};

fn parse_with(args: &[&str], env: &[(&str, &str)]) -> Result<Invocation, UsageError> {
    let env =
        |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(*value));
    parse(args.iter().map(OsString::from), env)
}

#[track_caller]
fn run(args: &[&str]) -> Run {
    run_with(args, &[])
}

#[track_caller]
fn run_with(args: &[&str], env: &[(&str, &str)]) -> Run {
    match parse_with(args, env) {
        Ok(Invocation::Run(run)) => *run,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_program_and_its_own_options() {
    let run = run(&["--display=host", "foot", "--title", "-v", "--socket=x"]);
    let command = ["foot", "--title", "-v", "--socket=x"].map(OsString::from).to_vec();
    assert_eq!(run.config.mode, Mode::Program { command });
    assert_eq!(run.config.host.display, Some("host".into()));
    assert!(run.config.exit_with_child);
    assert_eq!(run.warnings, Vec::<String>::new());
}

#[test]
fn two_dashes_end_the_options() {
    let run = run(&["--", "--odd-name"]);
    assert_eq!(run.config.mode, Mode::Program { command: vec!["--odd-name".into()] });
}

#[test]
fn parent_under_both_names() {
    for name in ["--parent", "--master"] {
        let run = run(&[name, "--socket=wayland-5", "sh", "-c", "true"]);
        let init = ["sh", "-c", "true"].map(OsString::from).to_vec();
        assert_eq!(run.config.mode, Mode::Parent { socket: "wayland-5".into(), init });
    }
    let run = run(&["--parent"]);
    assert_eq!(run.config.mode, Mode::Parent { socket: "wayland-0".into(), init: vec![] });
}

#[test]
fn the_units_of_crostini_are_understood() {
    // sommelier@0.service, and sommelier-x@0.service without its shell script.
    let env = [
        ("SOMMELIER_SCALE", "1.0"),
        ("SOMMELIER_ACCELERATORS", "Super_L,<Alt>bracketleft,<Alt>bracketright,<Alt>tab"),
    ];
    let args = [
        "--parent",
        "--sd-notify=READY=1",
        "--socket=wayland-0",
        "--stable-scaling",
        "--enable-linux-dmabuf",
        "sh",
        "-c",
        "systemctl --user set-environment WAYLAND_DISPLAY=$${WAYLAND_DISPLAY}",
    ];
    let run = run_with(&args, &env);
    assert_eq!(run.config.sd_notify.as_deref(), Some("READY=1"));
    assert_eq!(run.warnings, [""; 0]);
    assert_eq!(run.config.shortcuts.always.len(), 4);
    let x = run_with(&["-X", "--x-display=0", "--no-exit-with-child", "sh"], &[]);
    assert!(!x.config.exit_with_child);
    assert_eq!(x.warnings, [""; 0]);
    assert_eq!(x.config.x11.and_then(|x11| x11.display), Some(0));
}

#[test]
fn unknown_options_are_ignored_with_one_warning_each() {
    let run = run(&["--nonesuch", "--other=value", "-Z", "true"]);
    let expected =
        ["--nonesuch", "--other", "-Z"].map(|o| format!("unknown option {o} is ignored"));
    assert_eq!(run.warnings, expected);
}

#[test]
fn a_mistyped_option_is_named_with_the_nearest() {
    let error = |args: &[&str]| parse_with(args, &[]).unwrap_err().to_string();
    for (typed, meant) in [
        ("--parnet", "--parent"),
        ("--pareny", "--parent"),
        ("--prent", "--parent"),
        ("--sockte=x", "--socket"),
        ("--deny-global=wl_shm", "--deny-globals"),
        ("--log-message", "--log-messages"),
        ("--enable-x11-mvoe-windows", "--enable-x11-move-windows"),
        ("--scal=2", "--scale"),
    ] {
        let name = typed.split('=').next().unwrap();
        let wanted = format!("unknown option {name} (did you mean {meant}?)");
        assert!(error(&[typed]).starts_with(&wanted), "{}", error(&[typed]));
        // With a program carafe still runs it: units are made for several versions.
        let warned = format!("unknown option {name} is ignored (did you mean {meant}?)");
        assert_eq!(run(&[typed, "true"]).warnings, [warned]);
    }
    assert!(error(&["-Z"]).starts_with("unknown option -Z; `carafe --help`"));
    assert!(error(&["--zzzzzz"]).starts_with("unknown option --zzzzzz; `carafe --help`"));
    assert!(error(&["stats", "--sekonds=4"]).contains("did you mean --seconds?"));
    assert!(error(&["doctor", "--jsno"]).contains("did you mean --json?"));
}

#[test]
fn values_out_of_range_name_the_range() {
    for (option, wanted) in [
        ("--scale=20", "0.1 to 10"),
        ("--scale=0.05", "0.1 to 10"),
        ("--scale=inf", "0.1 to 10"),
        ("--scale=", "0.1 to 10"),
        ("--dpi=1,2", "72 to 9600"),
        ("--dpi=96,9601", "72 to 9600"),
        ("--stats-timer=0", "from 1 to"),
        ("--stats-timer=86401", "to 86400"),
        ("--stats-timer=-1", "from 1 to"),
        ("--client-fd=2", "3 or more"),
        ("--client-fd=-1", "3 or more"),
        ("--x-display=-2", "0 to 59535"),
        ("--x-display=59536", "0 to 59535"),
        ("--x-idle=-1", "a number of seconds"),
        ("--glamor=yes", "0 or 1"),
        ("--socket=", "a name or a path"),
        ("--log-messages=client,", "client, host, secrets"),
        ("--log-level=4", "-1 to 3"),
        ("--print-enabled-features=x", "the number of a game"),
    ] {
        let program: &[&str] = if option.contains("client-fd") { &[] } else { &["true"] };
        let error = parse_with(&[&[option], program].concat(), &[]).unwrap_err();
        assert!(matches!(error, UsageError::BadValue { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.starts_with(option) && text.contains(wanted), "{text}");
        assert_eq!(error.exit_status(), 2);
    }
    // The file is checked with and without X11.
    for options in [&["-X"][..], &[]] {
        let args = [options, &["--quirks-config=/nonesuch", "true"]].concat();
        let error = parse_with(&args, &[]).unwrap_err().to_string();
        assert!(
            error.starts_with("--quirks-config: cannot use /nonesuch: No such file"),
            "{error}"
        );
    }
}

#[test]
fn every_option_of_sommelier_is_known() {
    // The options in sommelier's source, and four that later versions dropped.
    let names = "help version x-display log-level parent master socket display noop-driver \
        virtgpu-channel scale dpi direct-scale stable-scaling viewport-resize accelerators \
        windowed-accelerators windowed_accelerators application-id application-id-x11-property \
        vm-identifier xwayland-path xwayland-gl-driver-path xwayland-cmd-prefix peer-cmd-prefix \
        glamor force-drm-device enable-linux-dmabuf explicit-fence enable-xshape \
        enable-x11-move-windows no-clipboard-manager no-exit-with-child sd-notify frame-color \
        dark-frame-color no-support-damage-buffer fullscreen-mode x-auth x-font-path \
        timing-filename stats-summary stats-log stats-timer trace-filename trace-system \
        quirks-config print-enabled-features allow-xwayland-emulate-screen-pos-size \
        ignore-stateless-toplevel-configure only-client-can-exit-fullscreen peer-pid client-fd \
        virtwl-device drm-device";
    for name in names.split_whitespace() {
        assert!(options::long(name).is_some(), "{name}");
    }
    let variables = "DISPLAY SCALE DPI ACCELERATORS WINDOWED_ACCELERATORS VM_IDENTIFIER \
        XWAYLAND_PATH XWAYLAND_GL_DRIVER_PATH XWAYLAND_CMD_PREFIX PEER_CMD_PREFIX GLAMOR \
        CLIPBOARD_MANAGER FRAME_COLOR DARK_FRAME_COLOR SUPPORT_DAMAGE_BUFFER FULLSCREEN_MODE \
        XAUTH_PATH XFONT_PATH QUIRKS_CONFIG DRM_DEVICE";
    for name in variables.split_whitespace() {
        let name = format!("SOMMELIER_{name}");
        assert!(OPTIONS.iter().any(|spec| spec.env == Some(name.as_str())), "{name}");
    }
}

#[test]
fn each_option_is_in_the_table_once() {
    for (n, spec) in OPTIONS.iter().enumerate() {
        let later = OPTIONS.iter().skip(n + 1);
        assert!(later.clone().all(|other| other.name != spec.name), "{}", spec.name);
        assert!(later.clone().all(|other| other.env.is_none() || other.env != spec.env));
    }
}

#[test]
fn an_option_beats_its_variable() {
    let env = [("SOMMELIER_DISPLAY", "one"), ("SOMMELIER_GLAMOR", "0"), ("SOMMELIER_SCALE", "")];
    let run = run_with(&["--display=two", "true"], &env);
    assert_eq!(run.config.host.display, Some("two".into()));
    assert_eq!(run.warnings, Vec::<String>::new());
    assert_eq!(run_with(&["true"], &env).config.host.display, Some("one".into()));
}

#[test]
fn levels_by_name_and_by_sommeliers_number() {
    for (text, level) in [
        ("-1", LevelFilter::DEBUG),
        ("0", LevelFilter::INFO),
        ("1", LevelFilter::WARN),
        ("3", LevelFilter::ERROR),
        ("trace", LevelFilter::TRACE),
    ] {
        let option = format!("--log-level={text}");
        assert_eq!(run(&[&option, "true"]).log_level, Some(level));
    }
}

#[test]
fn message_logs() {
    let log = |option: &str| run(&[option, "true"]).config.log_messages;
    let (client, host, secrets) = (true, true, true);
    let none = LogMessages::default();
    assert_eq!(log("--log-messages"), LogMessages { client, ..none });
    assert_eq!(log("--log-messages=host"), LogMessages { host, ..none });
    assert_eq!(log("--log-messages=client,host"), LogMessages { client, host, ..none });
    assert_eq!(log("--log-messages=host,secrets"), LogMessages { host, secrets, ..none });
    assert_eq!(log("--log-messages=secrets"), LogMessages { secrets, ..none });
    assert!(parse_with(&["--log-messages=both", "true"], &[]).is_err());
}

#[test]
fn stats_is_a_command_only_as_the_first_word() {
    let watch = |args: &[&str]| match parse_with(args, &[]) {
        Ok(Invocation::Stats(options)) => options,
        other => panic!("{other:?}"),
    };
    assert_eq!(watch(&["stats"]), StatsOptions::default());
    let all = watch(&["stats", "--socket=x", "--seconds", "5", "--json"]);
    assert_eq!(all, StatsOptions { socket: Some("x".into()), seconds: Some(5), json: true });
    assert_eq!(watch(&["stats", "--once"]).seconds, Some(1));
    assert!(matches!(parse_with(&["stats", "-h"], &[]), Ok(Invocation::Help(_))));
    for args in [&["--", "stats", "x"][..], &["--display=h", "stats", "x"], &["./stats", "x"]] {
        assert!(matches!(run(args).config.mode, Mode::Program { .. }), "{args:?}");
    }
    for wrong in ["--seconds=0", "--seconds=x", "--socket", "--nonesuch", "foot"] {
        let error = parse_with(&["stats", wrong], &[]).unwrap_err().to_string();
        assert!(error.contains("`carafe stats --help`"), "{error}");
    }
}

#[test]
fn doctor_takes_the_options_that_choose_the_host() {
    let examine = |args: &[&str], env: &[(&str, &str)]| match parse_with(args, env) {
        Ok(Invocation::Doctor(options)) => *options,
        other => panic!("{other:?}"),
    };
    assert_eq!(examine(&["doctor"], &[]), DoctorOptions::default());
    let env = [("SOMMELIER_DISPLAY", "h"), ("SOMMELIER_XWAYLAND_PATH", "/x")];
    let options = examine(&["doctor", "--json", "--force-drm-device=/dev/dri/renderD129"], &env);
    assert!(options.json && options.host.force_drm_device);
    assert_eq!(options.host.display, Some("h".into()));
    assert_eq!(options.xwayland, Some("/x".into()));
    assert!(matches!(parse_with(&["doctor", "-h"], &[]), Ok(Invocation::Help(_))));
    for wrong in ["--jsno", "foot", "-Z", "--display"] {
        let error = parse_with(&["doctor", wrong], &[]).unwrap_err();
        assert!(error.to_string().contains("`carafe doctor --help`"), "{error}");
        assert_eq!(error.exit_status(), 3);
    }
    assert!(matches!(run(&["--", "doctor"]).config.mode, Mode::Program { .. }));
}

#[test]
fn statistics() {
    let stats = |args: &[&str]| run(args).config.stats;
    let default = Stats { timer: Duration::from_mins(1), ..Stats::default() };
    assert_eq!(stats(&["true"]), default);
    let all = stats(&[
        "--stats",
        "--stats-summary=s",
        "--stats-log=l",
        "--stats-timer=5",
        "--timing-filename=t",
        "--trace-filename=c",
        "true",
    ]);
    let path = |name: &str| Some(PathBuf::from(name));
    let expected = Stats {
        table: true,
        summary: path("s"),
        log: path("l"),
        timer: Duration::from_secs(5),
        timing: path("t"),
        trace: path("c"),
    };
    assert_eq!(all, expected);
    assert!(parse_with(&["--stats-timer=often", "true"], &[]).is_err());
}

#[test]
fn a_transfer_has_a_limit() {
    let limit = |args: &[&str]| match parse_with(args, &[]) {
        Ok(Invocation::Run(run)) => Some(run.config.host.transfer_limit),
        _ => None,
    };
    assert_eq!(limit(&["true"]), Some(0));
    assert_eq!(limit(&["--transfer-limit=3", "true"]), Some(3 << 20));
    assert_eq!(limit(&["--transfer-limit=0", "true"]), None);
    assert_eq!(limit(&["--transfer-limit=much", "true"]), None);
}

#[test]
fn mistakes_say_what_would_be_right() {
    let error = |args: &[&str]| parse_with(args, &[]).unwrap_err().to_string();
    assert_eq!(error(&["--socket"]), "--socket needs a value: --socket=NAME");
    let text = "--client-fd=x: expected the number of an open file descriptor";
    assert_eq!(error(&["--client-fd=x"]), text);
    assert!(error(&[]).starts_with("nothing to do: name a program"));
    assert!(error(&["--parent", "--client-fd=3"]).contains("exclude each other"));
    assert!(error(&["--log-level=loud", "true"]).contains("trace, debug, info"));
}

#[test]
fn help_and_version() {
    assert!(matches!(parse_with(&["-h"], &[]), Ok(Invocation::Help(_))));
    assert!(matches!(parse_with(&["-?"], &[]), Ok(Invocation::Help(_))));
    assert!(matches!(parse_with(&["--version"], &[]), Ok(Invocation::Version)));
    for command in commands::COMMANDS {
        let text = command.help();
        assert!(command.options.iter().all(|spec| text.contains(&spec.names())), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 82), "{text}");
    }
    let help = help();
    for spec in OPTIONS {
        let is_shown = help.contains(&format!(" --{}", spec.name));
        assert_eq!(is_shown, !spec.help.is_empty(), "{}", spec.name);
        let works = matches!(spec.effect, OptionEffect::Works);
        assert!(works || spec.help.is_empty(), "{} never works", spec.name);
    }
    assert!(help.lines().all(|line| line.chars().count() <= 100), "a line is too long");
    assert!(version().starts_with("carafe "));
}

#[test]
fn scales_and_densities() {
    let config = |args: &[&str]| run([args, &["true"]].concat().as_slice()).config;
    let plain = config(&["--stable-scaling"]);
    assert!(!plain.scaling.is_wanted() && plain.cursor_size.is_none());
    let env = [("SOMMELIER_SCALE", "0.5"), ("SOMMELIER_DPI", "72,96,240")];
    let half = run_with(&["true"], &env).config;
    assert_eq!(half.scaling.scale, Scale::new(0.5));
    assert_eq!(*half.scaling.dpi, [72, 96, 240]);
    assert_eq!(half.cursor_size, Some(12));
    assert_eq!(config(&["--scale=1.25"]).cursor_size, Some(30));
    assert_eq!(config(&["--scale=1"]).cursor_size, Some(24));
    assert!(!config(&["--scale=1"]).scaling.is_wanted());
    assert!(config(&["--direct-scale"]).scaling.direct);
    assert_eq!(config(&["--scale=10"]).scaling.scale, Scale::new(10.0));
    for bad in ["--scale=x", "--scale=-1", "--scale=nan", "--scale=0", "--dpi=96,b"] {
        let parsed = parse([bad, "true"].map(OsString::from), |_| None);
        assert!(matches!(parsed, Err(UsageError::BadValue { .. })), "{bad}: {parsed:?}");
    }
}

#[test]
fn policies() {
    let none = Sharing { to_guest: false, to_host: false, limit: None };
    let out = Sharing { to_guest: false, to_host: true, limit: None };
    let policy = |options: &[&str], behind_device| {
        let options = [options, &["true"]].concat();
        run(&options).config.rules.policy(&Client::default(), behind_device)
    };
    let options = [
        "--deny-globals=wl_drm, wp_viewporter",
        "--max-versions=wl_seat=5,xdg_wm_base=2",
        "--limits=surfaces=9,host-mib=64",
        "--clipboard=none",
        "--dnd=guest-to-host",
        "--title-prefix=[vm] ",
        "--app-id-prefix=vm.",
    ];
    let expected = Policy {
        globals: Arc::new(GlobalRule {
            denied: ["wl_drm", "wp_viewporter"].map(String::from).to_vec(),
            allowed: None,
            max_versions: vec![("wl_seat".into(), 5), ("xdg_wm_base".into(), 2)],
            ..GlobalRule::default()
        }),
        clipboard: none,
        primary: none,
        dnd: out,
        title_prefix: "[vm] ".into(),
        app_id_prefix: "vm.".into(),
        formats: None,
        quotas: Quotas { surfaces: 9, host_mib: 64, ..Quotas::default() },
    };
    assert_eq!(policy(&options, false), expected);
    assert_eq!(run(&[&options[..], &["true"]].concat()).warnings, [""; 0]);
    let primary = policy(&["--clipboard=none", "--primary=both"], false).primary;
    assert_eq!(primary, Sharing::BOTH);
    assert_eq!(policy(&[], false), Policy::default());
    let bad = [
        "--deny-globals=",
        "--allow-globals=wl_shm,,",
        "--allow-privileged=zwlr-layer-shell",
        "--max-versions=wl_seat",
        "--max-versions=wl_seat=0",
        "--limits=surfaces",
        "--limits=surfaces=-1",
        "--limits=sirfaces=1",
        "--clipboard=yes",
        "--dnd=",
    ];
    for bad in bad {
        let parsed = parse_with(&[bad, "true"], &[]);
        assert!(matches!(parsed, Err(UsageError::BadValue { .. })), "{bad}: {parsed:?}");
    }
    // Over a virtual device clients are confined, on a socket where the user says so.
    let privileged = |options: &[&str], device| policy(options, device).globals.privileged.clone();
    assert_eq!(privileged(&[], true), GlobalSet::Named(Vec::new()));
    assert_eq!(privileged(&["--confine"], false), GlobalSet::Named(Vec::new()));
    let one = "--allow-privileged=zwlr_layer_shell_v1";
    let named = GlobalSet::Named(vec!["zwlr_layer_shell_v1".into()]);
    assert_eq!(privileged(&[one], true), named);
    assert_eq!(privileged(&["--allow-privileged=all"], true), GlobalSet::All);
}

#[test]
fn a_policy_file_that_is_wrong_is_named() {
    let error = parse_with(&["--policy=/nonesuch", "true"], &[]).unwrap_err();
    assert!(error.to_string().starts_with("--policy: /nonesuch: No such file"), "{error}");
    for words in [&["check"][..], &["why", "me"], &["why", "0"], &["what", "x"], &[]] {
        let parsed = parse_with(&[&["policy"], words].concat(), &[]);
        assert!(matches!(parsed, Err(UsageError::Policy(_))), "{words:?}: {parsed:?}");
    }
    let parsed = parse_with(&["policy", "why", "12", "--clipboard=none"], &[]).unwrap();
    let Invocation::Policy(options) = parsed else { panic!("{parsed:?}") };
    let PolicyOptions::Why { pid: 12, rules } = *options else { panic!("{options:?}") };
    assert!(!rules.policy(&Client::default(), false).clipboard.to_host);
}

#[test]
fn terms_that_keep_windows_from_showing_cause_one_warning() {
    let warnings = |option: &str| run(&[option, "true"]).warnings;
    let denied = warnings("--deny-globals=wl_shm,wl_drm,wl_seat");
    assert_eq!(denied.len(), 1);
    assert!(denied.iter().all(|line| line.contains("wl_shm, wl_seat may")), "{denied:?}");
    let allowed = warnings("--allow-globals=wl_compositor,wl_shm,wl_seat,wl_output");
    assert!(allowed.iter().all(|line| line.contains("need xdg_wm_base may")), "{allowed:?}");
    assert_eq!(allowed.len(), 1);
    let unknown = warnings("--deny-globals=wl_sm");
    assert_eq!(unknown, ["carafe does not know the interface wl_sm: check its spelling"]);
}

#[test]
fn a_bad_shortcut_is_named_and_left_out() {
    let run = run(&["--windowed-accelerators=<Meta>a,Super_L", "true"]);
    assert_eq!(run.config.shortcuts.windowed.len(), 1);
    let [warning] = &run.warnings[..] else { panic!("{:?}", run.warnings) };
    let begin = "--windowed-accelerators: <Meta>a: <Meta> is no modifier: ";
    assert!(warning.starts_with(begin) && warning.ends_with("; it is left out"), "{warning}");
}

#[test]
fn options_without_effect_cause_a_warning() {
    for (option, why) in [
        ("--trace-system", "carafe sends nothing to a tracing daemon; use --trace-filename"),
        ("--peer-cmd-prefix=nice", "one carafe serves all clients"),
    ] {
        let warnings = run(&[option, "true"]).warnings;
        assert_eq!(warnings, [format!("{option} has no effect: {why}")]);
    }
    for option in ["--viewport-resize", "--enable-x11-move-windows", "--quirks-config="] {
        assert_eq!(run(&["-X", option, "true"]).warnings, [""; 0], "{option}");
    }
}

#[test]
fn what_the_hosts_shell_is_told() {
    let shell = run(&["true"]).config.shell;
    assert_eq!(shell, ShellSettings::default());
    let shell = run(&[
        "--vm-identifier=penguin",
        "--application-id=one",
        "--application-id-x11-property=GAME",
        "--frame-color=#0a0B0c",
        "--dark-frame-color=#010203",
        "--fullscreen-mode=plain",
        "true",
    ]);
    let expected = ShellSettings {
        ids: AppIds::new(Some("penguin".into()), Some("one".into())),
        id_property: Some("GAME".into()),
        frame_colours: FrameColours { light: 0x0a_0b_0c, dark: 0x01_02_03 },
        plain_fullscreen: true,
    };
    assert_eq!(shell.config.shell, expected);
    assert_eq!(shell.warnings, [""; 0]);
    let of_environment = run_with(&["true"], &[("SOMMELIER_VM_IDENTIFIER", "f00")]);
    assert_eq!(of_environment.config.shell.ids, AppIds::new(Some("f00".into()), None));
    for (option, value) in [
        ("frame-color", "red"),
        ("frame-color", "f2f2f2"),
        ("frame-color", "#+2f2f2"),
        ("dark-frame-color", "#f2f2f"),
        ("fullscreen-mode", "Plain"),
    ] {
        let given = format!("--{option}={value}");
        let error = parse_with(&[&given, "true"], &[]).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{given}: expected ")), "{error}");
    }
}

#[test]
fn an_old_compositor_on_request() {
    let most = |args: &[&str], env: &[(&str, &str)]| {
        let rule = run_with(args, env).config.rules.policy(&Client::default(), false).globals;
        rule.version("wl_compositor", 6)
    };
    let variable = "SOMMELIER_SUPPORT_DAMAGE_BUFFER";
    assert_eq!(most(&["true"], &[]), 6);
    assert_eq!(most(&["--no-support-damage-buffer", "true"], &[]), 3);
    assert_eq!(most(&["true"], &[(variable, "0")]), 3);
    assert_eq!(most(&["true"], &[(variable, "1")]), 6);
    let both = ["--no-support-damage-buffer", "--max-versions=wl_compositor=2", "true"];
    assert_eq!(most(&both, &[]), 2);
}
