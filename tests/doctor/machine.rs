//! A machine: a mount namespace with an empty `/dev`, `/run`, `/opt` and `/tmp`, a
//! runtime directory at `/mnt`, and what a test adds.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use carafe_fixture::process::RuntimeDir;
use carafe_host::StandIn;
use serde_json::Value;

/// The id of a user without rights.
pub const NOBODY: &str = "65534";

pub struct Machine {
    pub runtime: RuntimeDir,
    host: Option<StandIn>,
    setup: String,
    env: Vec<(&'static str, String)>,
    user: Option<&'static str>,
    rig: Option<(&'static str, Vec<&'static str>)>,
    options: Vec<&'static str>,
}

impl Machine {
    /// Makes a machine with a host that answers at a socket, and without problems.
    pub fn healthy() -> Self {
        Self::with_host(&[])
    }

    /// As `healthy`, with options of the stand-in host.
    pub fn with_host(options: &[&str]) -> Self {
        let mut machine = Self::without_host();
        machine.host = Some(StandIn::start(&machine.runtime, options));
        machine
    }

    /// Makes a machine without a host.
    pub fn without_host() -> Self {
        assert!(rustix::process::getuid().is_root(), "these tests make namespaces: run as root");
        let runtime = RuntimeDir::new();
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(runtime.path(), private).unwrap();
        let env = [
            ("XDG_RUNTIME_DIR", "/mnt"),
            ("WAYLAND_DISPLAY", StandIn::DISPLAY),
            // `new` links the programs there, so that a test can remove one.
            ("PATH", "/opt/bin"),
        ];
        Self {
            runtime,
            host: None,
            setup: String::new(),
            env: env.map(|(name, value)| (name, value.to_owned())).into(),
            user: None,
            rig: None,
            options: Vec::new(),
        }
    }

    /// Breaks the machine by a shell script.
    pub fn broken_by(mut self, setup: &str) -> Self {
        self.setup += setup;
        self.setup += "\n";
        self
    }

    pub fn env(mut self, name: &'static str, value: &str) -> Self {
        self.env.retain(|(known, _)| *known != name);
        self.env.push((name, value.to_owned()));
        self
    }

    /// Runs the doctor as the user nobody, who owns the runtime directory.
    pub fn by_nobody(mut self) -> Self {
        std::os::unix::fs::chown(self.runtime.path(), Some(65534), Some(65534)).unwrap();
        self.user = Some(NOBODY);
        self
    }

    pub fn option(mut self, option: &'static str) -> Self {
        self.options.push(option);
        self
    }

    /// Puts the machine behind an emulated device.
    pub fn behind(mut self, rig: &'static str, faults: &[&'static str]) -> Self {
        self.rig = Some((rig, faults.to_vec()));
        self
    }

    pub fn host(&mut self) -> &mut StandIn {
        self.host.as_mut().expect("a host")
    }

    fn run(&self, format: &str) -> Output {
        // What is mounted here is this machine's alone. In a chroot `/` may be no mount point; the
        // namespace's own root is, which is reached by entering the namespace anew.
        // A symbolic link would leave the namespace's /opt, so programs are found by name.
        let script = format!(
            "mount --make-rprivate / 2>/dev/null ||
                nsenter --mount=/proc/self/ns/mnt mount --make-rprivate /
            mount -t tmpfs none /srv; mkdir /srv/bin; chmod 755 /srv /srv/bin
            touch /srv/carafe /srv/rig; mount --bind {carafe} /srv/carafe
            {rig}
            mount --bind {runtime} /mnt
            mount -t tmpfs -o mode=1777 none /tmp
            mount -t tmpfs -o mode=755 none /run
            mount -t tmpfs -o mode=755 none /opt
            mkdir /opt/bin; ln -s /usr/bin/Xwayland /opt/bin/Xwayland
            ln -s /bin/true /opt/bin/xauth
            mount -t tmpfs -o mode=755 none /dev
            mknod -m 666 /dev/null c 1 3; mkdir /dev/dri
            {setup}
            [ -z \"$USER_ID\" ] || exec setpriv --reuid=$USER_ID --regid=$USER_ID --clear-groups \
                -- /usr/bin/env PATH=/opt/bin \"$@\"
            exec /usr/bin/env PATH=/opt/bin \"$@\"",
            carafe = env!("CARGO_BIN_EXE_carafe"),
            runtime = self.runtime.path().display(),
            rig = self.rig.as_ref().map_or(String::new(), |(rig, _)| format!(
                "mount --bind {} /srv/rig",
                beside_the_test(rig).display()
            )),
            setup = self.setup,
        );
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "unchanged", "sh", "-ec", &script, "doctor"]);
        if let Some((_, faults)) = &self.rig {
            command.arg("/srv/rig").args(faults.iter().map(|fault| format!("--fault={fault}")));
            command.args(["/mnt/host", "--"]);
        }
        command.args(["/srv/carafe", "doctor", format]).args(&self.options);
        command.env_clear().envs(self.env.iter().map(|(name, value)| (*name, value.as_str())));
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.env("USER_ID", self.user.unwrap_or_default()).output().expect("unshare")
    }

    /// Runs the doctor with JSON.
    #[track_caller]
    pub fn examine(&self) -> Diagnosis {
        let output = self.run("--json");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let json = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {said}{}", String::from_utf8_lossy(&output.stdout)));
        Diagnosis { json, status: output.status.code().expect("a status") }
    }

    /// Runs the doctor with text.
    pub fn text(&self) -> String {
        String::from_utf8(self.run("--display=host").stdout).unwrap()
    }
}

/// A program that cargo built beside the running test.
fn beside_the_test(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let mut found = test.ancestors().skip(1).map(|folder| folder.join(name));
    let found = found.find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{name}: cargo build --workspace"))
}

pub struct Diagnosis {
    json: Value,
    status: i32,
}

impl Diagnosis {
    fn findings(&self) -> &[Value] {
        self.json["findings"].as_array().expect("a list")
    }

    /// `severity check` of all problems.
    fn wrong(&self) -> Vec<String> {
        let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let wrong = |finding: &&Value| ["warning", "error"].contains(&&*word(finding, "severity"));
        let found = self.findings().iter().filter(wrong);
        found.map(|f| format!("{} {}", word(f, "severity"), word(f, "check"))).collect()
    }

    /// Checks that exactly these problems were found, and the exit status.
    #[track_caller]
    pub fn is(&self, wrong: &[&str]) -> &Self {
        assert_eq!(self.wrong(), wrong, "{:#}", self.json);
        let status = match (wrong.is_empty(), wrong.iter().any(|w| w.starts_with("error"))) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        assert_eq!(self.status, status);
        self
    }

    /// Checks that a finding of `check` contains `what` and `next`.
    #[track_caller]
    pub fn says(&self, check: &str, what: &str, next: &str) -> &Self {
        let holds = |finding: &Value, key: &str, part: &str| {
            part.is_empty() || finding[key].as_str().is_some_and(|text| text.contains(part))
        };
        let found = self.findings().iter().any(|finding| {
            finding["check"] == check
                && holds(finding, "what", what)
                && holds(finding, "next", next)
        });
        assert!(found, "{check}: {what}; {next}: not in {:#}", self.json);
        self
    }
}
