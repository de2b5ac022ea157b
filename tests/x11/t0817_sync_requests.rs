//! Resizes that wait for the client (`_NET_WM_SYNC_REQUEST`): the host sees only complete frames
//! of the sizes that it asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use carafe_fixture::process::{Process, wait_for};
use serde_json::{Value, json};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::sync::{ConnectionExt as _, Int64};
use x11rb::protocol::xproto::{ChangeGCAux, ConnectionExt, CreateGCAux, Rectangle};

use crate::client::{Client, New};
use crate::stage::Stage;
use crate::t0811_newer_xwayland::newer;
use crate::ways::VIRTGPU;

/// The steps of a resize by the user.
const STEPS: i64 = 100;

/// A window whose client supports sync requests, and its counter.
fn synced(client: &Client, name: &'static str) -> (u32, u32) {
    let window = client.create(&New::named(name, 0xff_00_00));
    let counter = client.x.generate_id().unwrap();
    client.x.sync_initialize(3, 1).unwrap().reply().unwrap();
    client.x.sync_create_counter(counter, Int64 { hi: 0, lo: 0 }).unwrap();
    let protocol = client.atom("_NET_WM_SYNC_REQUEST");
    client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[protocol]);
    client.set_numbers(window, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[counter]);
    client.map(window);
    (window, counter)
}

/// Fills a window with green, and sets the counter to the requested value.
fn draw(client: &Client, window: u32, counter: u32, (width, height): (u16, u16), value: [u32; 2]) {
    let gc = client.x.generate_id().unwrap();
    client.x.create_gc(gc, window, &CreateGCAux::new()).unwrap();
    client.x.change_gc(gc, &ChangeGCAux::new().foreground(0x00_ff_00)).unwrap();
    let all = Rectangle { x: 0, y: 0, width, height };
    client.x.poly_fill_rectangle(window, gc, &[all]).unwrap();
    client.x.free_gc(gc).unwrap();
    let [lo, hi] = value;
    client.x.sync_set_counter(counter, Int64 { hi: hi.cast_signed(), lo }).unwrap();
    client.x.flush().unwrap();
}

/// The host's report about the topmost window of a name.
fn report(stage: &mut Stage, name: &str) -> Value {
    let windows = stage.host().windows().unwrap().into_iter().rev();
    let mut found = windows.filter(|window| window.app_id == name || window.title == name);
    found.next().expect("the window").all
}

/// The number of buffers whose size was not the acknowledged one.
fn misfits(stage: &mut Stage, name: &str) -> u64 {
    report(stage, name)["surfaces"][0]["counts"]["misfits"].as_u64().unwrap()
}

/// Resizes a window at the host as a user does. Returns the last size.
fn resize_by_hand(
    stage: &mut Stage,
    name: &str,
    from: (i64, i64),
    mut look: impl FnMut(&mut Stage),
) -> (i64, i64) {
    let mut size = from;
    for step in 1..=STEPS {
        size = (from.0 + 2 * step, from.1 + step);
        stage.host().ask(&format!("configure {name} {} {}", size.0, size.1)).unwrap();
        thread::sleep(Duration::from_millis(4));
        look(stage);
    }
    wait_for("the last size", || {
        let report = report(stage, name);
        let size_is = |n: usize, size: i64| report["geometry"][n].as_i64() == Some(size);
        (size_is(2, size.0) && size_is(3, size.1)).then_some(())
    });
    size
}

#[test]
fn a_size_is_shown_when_its_client_has_drawn_it() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let (window, counter) = synced(&client, "synced");
    let [x, y, ..] = stage.host().wait_for_window("synced").geometry;
    stage.host().ask("configure synced 320 240").unwrap();
    let data = client.wait_for_message(window, "_NET_WM_SYNC_REQUEST");
    assert_eq!(data[4], 0, "the basic counter");
    client.wait_for_size(window, (320, 240));
    // The new size is not visible yet, and the next one waits.
    stage.host().ask("configure synced 330 250").unwrap();
    stage.host().ask("configure synced 340 260").unwrap();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(stage.host().wait_for_window("synced").geometry[2..], [200, 150]);
    assert_eq!(client.geometry(window)[2..], [320, 240]);
    draw(&client, window, counter, (320, 240), [data[2], data[3]]);
    stage.host().wait_for_colour([x, y, 320, 240], "00ff00");
    // Only the last size is requested.
    let next = client.wait_for_message(window, "_NET_WM_SYNC_REQUEST");
    assert!(next[2] > data[2], "values grow");
    client.wait_for_size(window, (340, 260));
    draw(&client, window, counter, (340, 260), [next[2], next[3]]);
    stage.host().wait_for_colour([x, y, 340, 260], "00ff00");
    assert_eq!(misfits(&mut stage, "synced"), 0);
    stage.end();
}

/// Resizes a window ten times. Gives how often its client was asked to say when it has drawn.
fn resizes_that_ask(stage: &mut Stage, client: &mut Client, (name, window): (&str, u32)) -> usize {
    client.events.clear();
    for width in 320..330 {
        stage.host().ask(&format!("configure {name} {width} 240")).unwrap();
        client.wait_for_size(window, (width, 240));
    }
    let is_request = |event: &&Event| matches!(event, Event::ClientMessage(_));
    client.events.iter().filter(is_request).count()
}

#[test]
fn a_client_that_never_answers_is_resized_all_the_same() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let (window, counter) = synced(&client, "silent");
    stage.host().wait_for_window("silent");
    let start = Instant::now();
    stage.host().ask("configure silent 320 240").unwrap();
    let data = client.wait_for_message(window, "_NET_WM_SYNC_REQUEST");
    stage.host().ask("configure silent 340 260").unwrap();
    client.wait_for_size(window, (340, 260));
    assert!(start.elapsed() > Duration::from_millis(900), "it had time to answer");
    wait_for("what it has", || {
        let [.., width, height] = stage.host().wait_for_window("silent").geometry;
        ([width, height] == [340, 260]).then_some(())
    });
    // carafe does not wait for it again.
    assert_eq!(resizes_that_ask(&mut stage, &mut client, ("silent", window)), 0);
    // Once it has answered, carafe waits again.
    draw(&client, window, counter, (329, 240), [data[2], data[3]]);
    wait_for("a request", || {
        stage.host().ask("configure silent 360 260").unwrap();
        stage.host().ask("configure silent 350 260").unwrap();
        client.x.flush().unwrap();
        while let Some(event) = client.x.poll_for_event().unwrap() {
            client.events.push(event);
        }
        let is_request = |event: &Event| {
            matches!(event, Event::ClientMessage(message)
            if message.data.as_data32()[2] > data[2])
        };
        client.events.iter().any(is_request).then_some(())
    });
    stage.end();
}

#[test]
fn a_window_that_goes_while_it_is_waited_for_leaves_nothing_behind() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    for round in 0..3 {
        let (window, _) = synced(&client, "leaving");
        stage.host().wait_for_window("leaving");
        stage.host().ask("configure leaving 320 240").unwrap();
        client.wait_for_message(window, "_NET_WM_SYNC_REQUEST");
        if round == 0 {
            client.destroy(window);
        } else {
            client.unmap(window);
        }
        wait_for("the end", || stage.host().windows().unwrap().is_empty().then_some(()));
    }
    // carafe does not use a counter of another client or one that does not exist.
    let list = client.x.sync_list_system_counters().unwrap().reply().unwrap();
    for counter in [list.counters[0].counter, 0] {
        let window = client.create(&New::named("clock", 0xff_00_00));
        let protocol = client.atom("_NET_WM_SYNC_REQUEST");
        client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[protocol]);
        client.set_numbers(window, "_NET_WM_SYNC_REQUEST_COUNTER", "CARDINAL", &[counter]);
        client.map(window);
        stage.host().wait_for_window("clock");
        assert_eq!(resizes_that_ask(&mut stage, &mut client, ("clock", window)), 0);
        client.destroy(window);
        wait_for("the end", || stage.host().windows().unwrap().is_empty().then_some(()));
    }
    stage.end();
}

/// A client in its own thread that draws each new size with a delay.
struct SlowClient {
    ends: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<Client>>,
}

impl SlowClient {
    fn end(mut self) -> Client {
        self.ends.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap()
    }
}

fn slow_client(stage: &Stage, name: &'static str) -> SlowClient {
    let client = stage.client();
    let (window, counter) = synced(&client, name);
    let ends = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&ends);
    let thread = thread::spawn(move || {
        let mut value = [0, 0];
        while !ended.load(Ordering::Relaxed) {
            let mut size = None;
            while let Some(event) = client.x.poll_for_event().unwrap() {
                match event {
                    Event::ClientMessage(message) => {
                        let data = message.data.as_data32();
                        value = [data[2], data[3]];
                    }
                    Event::ConfigureNotify(event) => size = Some((event.width, event.height)),
                    _ => {}
                }
            }
            match size {
                Some(size) => {
                    thread::sleep(Duration::from_millis(20));
                    draw(&client, window, counter, size, value);
                }
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
        client
    });
    SlowClient { ends, thread: Some(thread) }
}

#[test]
fn every_frame_of_a_resize_by_hand_is_whole_and_fits_what_was_acknowledged() {
    let mut stage = Stage::new();
    let client = slow_client(&stage, "slow");
    let [x, y, ..] = stage.host().wait_for_window("slow").geometry;
    // Once drawn, it is green before the background, and never red where it has grown.
    let mut drawn = false;
    let (width, height) = resize_by_hand(&mut stage, "slow", (200, 150), |stage| {
        let pixels = stage.host().pixels(x, y, 500, 400).unwrap();
        drawn |= pixels.first == "00ff00";
        assert!(!drawn || pixels.colours == 2, "{pixels:?}");
    });
    assert!(drawn);
    stage.host().wait_for_colour([x, y, width, height], "00ff00");
    assert_eq!(misfits(&mut stage, "slow"), 0);
    client.end();
    stage.end();
}

#[test]
fn gtk_is_resized_by_hand() {
    resize_gtk(Stage::new(), PLAIN);
}

#[test]
fn gtk_is_resized_by_hand_in_a_newer_xwayland() {
    resize_gtk(Stage::with(&[], &[&newer()]), PLAIN);
}

#[test]
fn gtk_is_resized_by_hand_behind_a_device() {
    resize_gtk(Stage::behind(VIRTGPU), PLAIN);
}

#[test]
fn gtk_is_resized_by_hand_with_its_shadow() {
    resize_gtk(Stage::new(), SHADOWED);
}

/// GTK's demos and the titles of their windows.
const PLAIN: (&str, &str) = ("drawingarea", "Drawing Area");
const QT: &str = "\
from PyQt6.QtWidgets import *
app = QApplication([])
window = QMainWindow()
window.setWindowTitle('Toolkit')
window.menuBar().addMenu('File')
window.setCentralWidget(QTextEdit('text'))
window.resize(300, 150)
window.show()
app.exec()
";
const SHADOWED: (&str, &str) = ("headerbar", "Welcome to Facebook - Log in, sign up or learn more");

#[test]
fn gtk_fills_the_screen_without_its_shadow_and_comes_back() {
    fill_the_screen(Stage::new());
    // A host that sends nothing new when the frame changes.
    let mut stage = Stage::new();
    stage.host().ask("remove zxdg_decoration_manager_v1").unwrap();
    fill_the_screen(stage);
}

fn fill_the_screen(mut stage: Stage) {
    let client = stage.client();
    let (demo, title) = SHADOWED;
    let mut program = stage.carafe.program("gtk3-demo", &stage.runtime);
    program.arg(format!("--run={demo}")).env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
    let _gtk = Process::start(&mut program);
    let window = wait_for("the window", || {
        let windows = stage.host().windows().unwrap();
        windows.iter().find(|window| window.mapped && window.title == title)?;
        let ids = client.numbers(client.root, "_NET_CLIENT_LIST");
        ids.into_iter().find(|id| client.text(*id, "_NET_WM_NAME") == title)
    });
    let size = |stage: &mut Stage| report(stage, title)["geometry"].clone();
    let before = size(&mut stage);
    let states = ["VERT", "HORZ"].map(|way| client.atom(&format!("_NET_WM_STATE_MAXIMIZED_{way}")));
    for (action, wanted) in [(1, json!([0, 0, 1024, 768])), (0, before)] {
        client.ask(window, "_NET_WM_STATE", [action, states[0], states[1], 2, 0]);
        wait_for(&format!("{wanted}"), || (size(&mut stage) == wanted).then_some(()));
    }
    stage.end();
}

#[test]
fn qt_is_resized_by_hand() {
    let stage = Stage::new();
    let mut program = stage.carafe.program("/usr/bin/python3", &stage.runtime);
    program.args(["-c", QT]).env("QT_QPA_PLATFORM", "xcb");
    let program = Process::start(&mut program);
    resize(stage, program, "Toolkit");
}

fn resize_gtk(stage: Stage, (demo, title): (&str, &str)) {
    let mut program = stage.carafe.program("gtk3-demo", &stage.runtime);
    program.arg(format!("--run={demo}")).env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
    let program = Process::start(&mut program);
    resize(stage, program, title);
}

fn resize(mut stage: Stage, program: Process, title: &str) {
    wait_for("the window", || {
        let windows = stage.host().windows().unwrap();
        windows.iter().any(|window| window.mapped && window.title == title).then_some(())
    });
    // By the title, if it is one word, because some windows have no other name.
    let id = report(&mut stage, title)["app_id"].as_str().unwrap().to_owned();
    let name = if title.contains(' ') { id } else { title.to_owned() };
    stage.host().ask(&format!("focus {name}")).unwrap();
    resize_by_hand(&mut stage, &name, (500, 400), |_| ());
    assert_eq!(misfits(&mut stage, &name), 0);
    let commits = |stage: &mut Stage| {
        report(stage, &name)["surfaces"][0]["counts"]["commits"].as_u64().unwrap()
    };
    // It stops changing.
    wait_for("rest, but for a cursor that blinks", || {
        let before = commits(&mut stage);
        thread::sleep(Duration::from_millis(500));
        (commits(&mut stage) <= before + 2).then_some(())
    });
    drop(program);
    stage.end();
}
