//! Menus, submenus and combo boxes of toolkits open as popups in the right place, and close when
//! the user clicks elsewhere.

use std::process::Command;

use crate::menus::{App, menus_open_and_close};
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

/// A window of Qt with a menu bar.
pub fn qt(stage: &Stage, version: u32) -> Command {
    let program = format!(
        "\
from PyQt{version}.QtWidgets import *
app = QApplication([])
window = QMainWindow()
window.setWindowTitle('Toolkit')
menu = window.menuBar().addMenu('File')
menu.addAction('Open')
menu.addMenu('More').addAction('One')
window.resize(300, 150)
window.show()
getattr(app, 'exec_' if {version} < 6 else 'exec')()
"
    );
    let mut command = stage.carafe.program("/usr/bin/python3", &stage.runtime);
    command.args(["-c", &program]).env("QT_QPA_PLATFORM", "xcb");
    command
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
        command: |stage| qt(stage, 6),
        menu: (18, 10),
        entry: (30, 58),
    },
];

#[test]
fn menus_of_toolkits_open_where_they_belong() {
    menus_open_and_close(Stage::new(), &APPS);
}

#[test]
fn menus_of_toolkits_open_where_they_belong_behind_a_device() {
    menus_open_and_close(Stage::behind(VIRTGPU), &APPS);
}
