//! Pictures of the host's screen.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use carafe_fixture::process::{PATIENCE, Process, built, wait_for};

use crate::hosts::Host;
use crate::proxy::Carafe;

/// How long a picture must stay the same before it counts as the final one.
const SETTLED: Duration = Duration::from_millis(400);

/// A picture, as PNG. The host's program encodes the same pixels as the same
/// bytes, so there is no need to decode them.
#[derive(Clone, PartialEq, Eq)]
pub struct Shot(Vec<u8>);

impl fmt::Debug for Shot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a picture of {} bytes", self.0.len())
    }
}

impl Shot {
    /// Reads a file.
    pub fn read(path: &Path) -> Self {
        Self(std::fs::read(path).expect("a picture"))
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Saves it under `target/debug/pictures`, so that people can look at it.
    pub fn keep(&self, name: &str) -> PathBuf {
        let dir = built("carafe").with_file_name("pictures");
        std::fs::create_dir_all(&dir).expect("a directory");
        let path = dir.join(format!("{name}.png"));
        std::fs::write(&path, &self.0).expect("a file");
        path
    }
}

/// Waits until the screen shows something else than `before`, and stays the same.
pub fn settled(host: &Host, before: &Shot) -> Shot {
    let mut last = host.screenshot();
    let mut since = Instant::now();
    wait_for("a picture that stays", || {
        std::thread::sleep(Duration::from_millis(50));
        let shot = host.screenshot();
        if shot != last {
            (last, since) = (shot, Instant::now());
        }
        (last != *before && since.elapsed() >= SETTLED).then(|| last.clone())
    })
}

/// Waits until the screen shows `expected` again.
pub fn wait_until_shown(host: &Host, expected: &Shot) {
    wait_for("the former picture", || (host.screenshot() == *expected).then_some(()));
}

/// Runs a program directly on the host, then through carafe. Both must show the same picture,
/// which this returns. `start` gets the display.
pub fn same_pixels(name: &str, host: &Host, start: impl Fn(&str) -> Process) -> Shot {
    compare(name, host, start, None, &[("proxied", &Carafe::parent)])
}

/// A name and how to start a carafe.
pub type Proxy<'a> = (&'a str, &'a dyn Fn(&Host) -> Carafe);

/// As [`same_pixels`], through each of several carafes.
pub fn same_pixels_through(
    name: &str,
    host: &Host,
    start: impl Fn(&str) -> Process,
    proxies: &[Proxy<'_>],
) -> Shot {
    compare(name, host, start, None, proxies)
}

/// As `same_pixels_through`, after something has changed what the program shows.
pub fn same_pixels_after(
    name: &str,
    host: &Host,
    start: impl Fn(&str) -> Process,
    act: &mut dyn FnMut(),
) -> Shot {
    compare(name, host, start, Some(act), &[("proxied", &Carafe::parent)])
}

fn compare(
    name: &str,
    host: &Host,
    start: impl Fn(&str) -> Process,
    mut act: Option<&mut dyn FnMut()>,
    proxies: &[Proxy<'_>],
) -> Shot {
    let mut show = |host: &Host, display: &str, expected: Option<&Shot>| {
        let background = host.screenshot();
        let program = start(display);
        let until = Instant::now() + PATIENCE;
        let mut shot = settled(host, &background);
        if let Some(act) = &mut act {
            act();
            shot = settled(host, &shot);
        }
        // On a busy machine a program may pause before the final picture, so wait for the expected
        // one.
        while expected.is_some_and(|expected| shot != *expected) && Instant::now() < until {
            shot = settled(host, &background);
        }
        drop(program);
        wait_until_shown(host, &background);
        shot
    };
    let current = host.current();
    let direct = match &current {
        Some(current) => {
            let display = current.runtime().join(current.display());
            show(current, display.to_str().expect("a path of letters"), None)
        }
        None => show(host, host.display(), None),
    };
    let direct_path = direct.keep(&format!("{name}-direct"));
    for (way, proxy) in proxies {
        let carafe = proxy(host);
        let behind = show(host, Carafe::DISPLAY, Some(&direct));
        let kept = (&direct_path, behind.keep(&format!("{name}-{way}")));
        assert!(behind == direct, "{name} shows something else through carafe: {kept:?}");
        assert!(carafe.stop().clients > 0, "{name} did not come through carafe");
    }
    direct
}

/// Runs a program through carafe whose window moves for a while.
pub fn animates(name: &str, host: &Host, start: impl Fn(&str) -> Process) {
    animates_through(name, host, start, &[("proxied", &Carafe::parent)]);
}

/// As [`animates`], through each of several carafes.
pub fn animates_through(
    name: &str,
    host: &Host,
    start: impl Fn(&str) -> Process,
    proxies: &[Proxy<'_>],
) {
    for proxy in proxies {
        animate(name, host, &start, proxy);
    }
}

fn animate(name: &str, host: &Host, start: impl Fn(&str) -> Process, (way, proxy): &Proxy<'_>) {
    /// A second's worth on a slow machine.
    const FRAMES: usize = 10;
    let background = host.screenshot();
    let carafe = proxy(host);
    let mut program = start(Carafe::DISPLAY);
    let mut last = background.clone();
    for n in 0..FRAMES {
        last = wait_for("another picture", || Some(host.screenshot()).filter(|shot| *shot != last));
        assert!(last != background, "{name} is gone after {n} pictures");
    }
    last.keep(&format!("{name}-{way}"));
    assert!(program.is_running(), "{name} has ended");
    drop(program);
    wait_until_shown(host, &background);
    let crossed = carafe.stop();
    assert!(crossed.frames >= FRAMES, "{} frames of {name}", crossed.frames);
}
