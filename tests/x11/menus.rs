//! Opens menus of programs on the stand-in host, as a user does.

use std::process::Command;
use std::time::{Duration, Instant};

use carafe_fixture::process::{Process, wait_for};
use serde_json::Value;

use crate::stage::Stage;

/// A program with a menu bar.
pub struct App {
    pub name: &'static str,
    pub title: &'static str,
    pub command: fn(&Stage) -> Command,
    /// The places of a menu's title and of an entry with a submenu, relative to the window's
    /// corner.
    pub menu: (i64, i64),
    pub entry: (i64, i64),
}

/// A window by its title.
pub fn window(stage: &mut Stage, title: &str) -> Option<Value> {
    let windows = stage.host().windows().ok()?;
    windows.into_iter().map(|window| window.all).find(|window| window["title"] == title)
}

/// Places and sizes of a window's popups and their own popups, relative to the window's corner.
/// Each popup is followed by those on it.
pub fn popups(stage: &mut Stage, title: &str) -> Vec<[i64; 4]> {
    let mut found = Vec::new();
    collect(&window(stage, title).expect("the window"), (0, 0), &mut found);
    found
}

fn collect(on: &Value, corner: (i64, i64), found: &mut Vec<[i64; 4]>) {
    for popup in on["popups"].as_array().expect("popups") {
        let numbers = popup["geometry"].as_array().expect("a geometry").iter();
        let numbers: Vec<i64> = numbers.filter_map(Value::as_i64).collect();
        let corner = (corner.0 + numbers[0], corner.1 + numbers[1]);
        found.push([corner.0, corner.1, numbers[2], numbers[3]]);
        collect(popup, corner, found);
    }
}

/// Moves the pointer in steps, as a user's hand does.
pub fn point(stage: &mut Stage, (x, y): (i64, i64)) {
    for step in [8, 4, 2, 0] {
        stage.host().ask(&format!("pointer move {} {}", x - step, y)).unwrap();
        stage.host().ask("sync").unwrap();
    }
}

pub fn click(stage: &mut Stage, place: (i64, i64)) {
    point(stage, place);
    std::thread::sleep(Duration::from_millis(50));
    for state in ["press", "release"] {
        stage.host().ask(&format!("pointer button left {state}")).unwrap();
    }
}

/// Does something until a window has a number of popups, and the first one has the size of a menu.
/// Between two tries a slow program has time to open its menu: a second click would close it.
fn insist(
    stage: &mut Stage,
    what: &str,
    title: &str,
    count: usize,
    mut act: impl FnMut(&mut Stage),
) {
    let mut next = Instant::now();
    wait_for(what, || {
        if Instant::now() >= next {
            act(stage);
            next = Instant::now() + Duration::from_secs(3);
        }
        let popups = popups(stage, title);
        let [.., width, height] = *popups.first()?;
        (popups.len() == count && width > 30 && height > 30).then_some(())
    });
}

pub fn menus_open_and_close(mut stage: Stage, apps: &[App]) {
    for app in apps {
        let program = Process::start(&mut (app.command)(&stage));
        wait_for(app.name, || window(&mut stage, app.title)?["mapped"].as_bool().filter(|m| *m));
        stage.host().ask(&format!("place {} 300 200", app.title)).unwrap();
        stage.host().ask(&format!("focus {}", app.title)).unwrap();
        let at = |(x, y): (i64, i64)| (300 + x, 200 + y);
        // Before it has drawn its menus, it ignores clicks.
        insist(&mut stage, &format!("a menu of {}", app.name), app.title, 1, |stage| {
            click(stage, at(app.menu));
        });
        let [x, y, ..] = popups(&mut stage, app.title)[0];
        let under = (app.menu.0 - 30..app.menu.0).contains(&x) && (15..45).contains(&y);
        assert!(under, "{}: a menu at {x} {y}", app.name);

        insist(&mut stage, &format!("a submenu of {}", app.name), app.title, 2, |stage| {
            point(stage, at(app.entry));
        });
        let [sx, sy, ..] = popups(&mut stage, app.title)[1];
        assert!(sx > x && sy >= y, "{}: a submenu at {sx} {sy}", app.name);

        click(&mut stage, (900, 700));
        wait_for(&format!("no menu of {}", app.name), || {
            popups(&mut stage, app.title).is_empty().then_some(())
        });
        drop(program);
        wait_for("its end", || stage.host().windows().ok()?.is_empty().then_some(()));
    }
    stage.end();
}
