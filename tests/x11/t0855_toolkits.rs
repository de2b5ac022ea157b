//! Menus, submenus and combo boxes of toolkits: they open as popups where they belong,
//! and close when something else is clicked.

use std::process::Command;
use std::time::Duration;

use carafe_fixture::process::{Process, wait_for};
use serde_json::Value;

use crate::stage::Stage;
use crate::ways::VIRTGPU;

const TK: &str = "\
wm title . Toolkit
menu .m
. configure -menu .m
menu .m.f -tearoff 0
.m add cascade -label File -menu .m.f
.m.f add command -label Open
menu .m.f.s -tearoff 0
.m.f add cascade -label More -menu .m.f.s
.m.f.s add command -label One
package require Ttk
ttk::combobox .c -values {red green blue}
pack .c
wm geometry . 300x150
";

const QT: &str = "\
from PyQt6.QtWidgets import *
app = QApplication([])
window = QMainWindow()
window.setWindowTitle('Toolkit')
menu = window.menuBar().addMenu('File')
menu.addAction('Open')
menu.addMenu('More').addAction('One')
window.resize(300, 150)
window.show()
app.exec()
";

/// A program with a menu bar.
struct App {
    name: &'static str,
    title: &'static str,
    command: fn(&Stage) -> Command,
    /// A menu's title, and an entry with a submenu, from the window's corner.
    menu: (i64, i64),
    entry: (i64, i64),
}

const APPS: [App; 3] = [
    App {
        name: "GTK 3",
        title: "Menus",
        command: |stage| {
            let mut command = stage.carafe.program("gtk3-demo", &stage.runtime);
            command.arg("--run=menus").env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
            command
        },
        menu: (20, 12),
        entry: (40, 55),
    },
    App {
        name: "Tk",
        title: "Toolkit",
        command: |stage| {
            let path = stage.runtime.join("menus.tcl");
            std::fs::write(&path, TK).unwrap();
            let mut command = stage.carafe.program("wish", &stage.runtime);
            command.arg(path);
            command
        },
        menu: (15, 10),
        entry: (20, 58),
    },
    App {
        name: "Qt 6",
        title: "Toolkit",
        command: |stage| {
            let mut command = stage.carafe.program("/usr/bin/python3", &stage.runtime);
            command.args(["-c", QT]).env("QT_QPA_PLATFORM", "xcb");
            command
        },
        menu: (18, 10),
        entry: (30, 58),
    },
];

/// A window by its title.
fn window(stage: &mut Stage, title: &str) -> Option<Value> {
    let windows = stage.host().windows().ok()?;
    windows.into_iter().map(|window| window.all).find(|window| window["title"] == title)
}

/// Places and sizes of a window's popups, and of those that are on them.
fn popups(stage: &mut Stage, title: &str) -> Vec<[i64; 4]> {
    let mut found = Vec::new();
    let mut corner = (0, 0);
    let mut on = window(stage, title).expect("the window");
    while let Some(popup) = on["popups"].get(0).cloned() {
        let numbers = popup["geometry"].as_array().unwrap().iter();
        let numbers: Vec<i64> = numbers.filter_map(Value::as_i64).collect();
        corner = (corner.0 + numbers[0], corner.1 + numbers[1]);
        found.push([corner.0, corner.1, numbers[2], numbers[3]]);
        on = popup;
    }
    found
}

/// Moves the pointer as a hand does, not at one stroke.
fn point(stage: &mut Stage, (x, y): (i64, i64)) {
    for step in [8, 4, 2, 0] {
        stage.host().ask(&format!("pointer move {} {}", x - step, y)).unwrap();
        stage.host().ask("sync").unwrap();
    }
}

fn click(stage: &mut Stage, place: (i64, i64)) {
    point(stage, place);
    std::thread::sleep(Duration::from_millis(50));
    for state in ["press", "release"] {
        stage.host().ask(&format!("pointer button left {state}")).unwrap();
    }
}

fn menus_open_and_close(mut stage: Stage) {
    for app in APPS {
        let program = Process::start(&mut (app.command)(&stage));
        wait_for(app.name, || window(&mut stage, app.title)?["mapped"].as_bool().filter(|m| *m));
        stage.host().ask(&format!("place {} 300 200", app.title)).unwrap();
        stage.host().ask(&format!("focus {}", app.title)).unwrap();
        let at = |(x, y): (i64, i64)| (300 + x, 200 + y);
        // It may not have drawn its menus yet.
        wait_for(&format!("a menu of {}", app.name), || {
            if popups(&mut stage, app.title).is_empty() {
                click(&mut stage, at(app.menu));
                std::thread::sleep(Duration::from_millis(500));
            }
            (popups(&mut stage, app.title).len() == 1).then_some(())
        });
        let [x, y, width, height] = popups(&mut stage, app.title)[0];
        let under = (-10..20).contains(&x) && (15..45).contains(&y);
        assert!(under && width > 30 && height > 30, "{}: a menu at {x} {y}", app.name);

        wait_for(&format!("a submenu of {}", app.name), || {
            point(&mut stage, at(app.entry));
            std::thread::sleep(Duration::from_millis(300));
            (popups(&mut stage, app.title).len() == 2).then_some(())
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

#[test]
fn menus_of_toolkits_open_where_they_belong() {
    menus_open_and_close(Stage::new());
}

#[test]
fn menus_of_toolkits_do_so_behind_a_device() {
    menus_open_and_close(Stage::behind(VIRTGPU));
}
