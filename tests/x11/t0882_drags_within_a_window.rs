//! Drags from one part of a window to another: toolkits show a helper window off screen for them,
//! which the host does not get.

use std::time::Duration;

use carafe_fixture::process::wait_for;

use crate::hosts::Host;
use crate::input::Mouse;
use crate::picture::Picture;
use crate::stage::{Stage, on};
use crate::toolkit::{GTK, QT, Window};

fn on_the_stand_in(script: &str) {
    let mut stage = Stage::new();
    let both = Window::show(script, &stage.carafe, &stage.runtime, "both");
    wait_for("the window", || {
        let windows = stage.host().windows().unwrap();
        windows.iter().any(|window| window.title == "both" && window.mapped).then_some(())
    });
    let window = stage.host().windows().unwrap().remove(0);
    for request in [
        &format!("place {} 100 100", window.app_id),
        "pointer move 140 150",
        "pointer move 150 150",
        "pointer button left press",
        "sync",
    ] {
        stage.host().ask(request).unwrap();
    }
    both.wait("pressed", || ());
    let mut n = 0;
    both.wait("entered", || {
        n += 1;
        // The drag begins over the half that is the source.
        let x = if n < 20 { 150 + n } else { 250 + n % 2 };
        stage.host().ask(&format!("pointer move {x} 150")).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(stage.host().windows().unwrap().len(), 1, "it has one window");
    });
    // Wait until the toolkit knows that it may drop.
    for n in 0..20 {
        stage.host().ask(&format!("pointer move {} 150", 250 + n % 2)).unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    stage.host().ask("pointer button left release").unwrap();
    both.wait("dropped file:///etc/hosts", || ());
    assert_eq!(stage.host().windows().unwrap().len(), 1);
    stage.end();
}

#[test]
fn within_a_window_of_gtk() {
    on_the_stand_in(GTK);
}

#[test]
fn within_a_window_of_qt() {
    on_the_stand_in(QT);
}

fn on_sway(script: &str) {
    let host = Host::sway();
    let mut carafe = on(&host);
    let mut mouse = Mouse::new(&host);
    let at = |x| Picture::decode(host.screenshot().bytes()).at(x, 100);
    let empty = at(60);
    let both = Window::show(script, &carafe, host.runtime(), "both");
    // It is from 20 to 220.
    wait_for("the window", || (at(60) != empty && at(180) != empty).then_some(()));
    mouse.move_to((50, 100));
    mouse.move_to((60, 100));
    mouse.press();
    both.wait("pressed", || ());
    let mut n = 0;
    both.wait("entered", || {
        n += 1;
        let x = if n < 20 { 60 + n } else { 180 + n % 2 };
        mouse.move_to((x, 100));
        std::thread::sleep(Duration::from_millis(20));
    });
    for n in 0..20 {
        mouse.move_to((180 + n % 2, 100));
        std::thread::sleep(Duration::from_millis(20));
    }
    mouse.release();
    both.wait("dropped file:///etc/hosts", || ());
    drop(both);
    carafe.stop();
}

#[test]
fn within_a_window_of_gtk_on_sway() {
    on_sway(GTK);
}

#[test]
fn within_a_window_of_qt_on_sway() {
    on_sway(QT);
}
