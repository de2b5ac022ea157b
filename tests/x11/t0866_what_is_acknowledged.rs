//! Windows have the size of each configuration that carafe acknowledges. The stand-in host, like
//! weston, ends the connection of a client whose window has another size than its acknowledged
//! states require, which would end all X programs.

use std::time::{Duration, Instant};

use carafe_fixture::process::PATIENCE;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeGCAux, ConfigureWindowAux, ConnectionExt, CreateGCAux, Gcontext, Rectangle,
};

use crate::client::{Client, New};
use crate::stage::Stage;

/// A window whose client draws all the time.
struct Drawing {
    client: Client,
    window: u32,
    gc: Gcontext,
    colour: u32,
}

impl Drawing {
    fn new(client: Client, window: u32) -> Self {
        let gc = client.x.generate_id().unwrap();
        client.x.create_gc(gc, window, &CreateGCAux::new()).unwrap();
        Self { client, window, gc, colour: 0 }
    }

    fn draw(&mut self) {
        self.colour = self.colour.wrapping_add(0x03_05_07) & 0xff_ff_ff;
        let x = &self.client.x;
        x.change_gc(self.gc, &ChangeGCAux::new().foreground(self.colour)).unwrap();
        let all = Rectangle { x: 0, y: 0, width: 4000, height: 4000 };
        x.poly_fill_rectangle(self.window, self.gc, &[all]).unwrap();
        // An answer shows that the connection lives.
        self.client.geometry(self.window);
    }

    fn state(&self, on: bool, names: [&str; 2]) {
        let atoms = names.map(|name| match name {
            "" => 0,
            name => self.client.atom(&format!("_NET_WM_STATE_{name}")),
        });
        self.client.ask(self.window, "_NET_WM_STATE", [on.into(), atoms[0], atoms[1], 1, 0]);
    }

    fn decorated(&self, decorated: bool) {
        let hints = [2, 0, decorated.into(), 0, 0];
        self.client.set_numbers(self.window, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &hints);
    }

    fn shadow(&self, width: u32) {
        let extents = [width; 4];
        self.client.set_numbers(self.window, "_GTK_FRAME_EXTENTS", "CARDINAL", &extents);
    }

    fn resize(&self, place: (i32, i32), size: (u32, u32)) {
        let values = ConfigureWindowAux::new().x(place.0).y(place.1);
        self.client.configure(self.window, &values.width(size.0).height(size.1));
    }

    /// Draws until the host has the window in some states, with the screen's size if they require
    /// it.
    #[track_caller]
    fn until(&mut self, stage: &mut Stage, what: &str, states: &[&str]) {
        let until = Instant::now() + PATIENCE;
        loop {
            self.draw();
            let window = stage.host().windows().unwrap().into_iter().find(|w| w.app_id == "win");
            let window = window.expect("the window");
            let is: Vec<&str> = window.all["states"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|state| state.as_str())
                .filter(|state| ["maximized", "fullscreen"].contains(state))
                .collect();
            let fills = window.geometry[2..] == [1024, 768];
            if is == states && (fills || states.is_empty()) {
                return;
            }
            let geometry = window.geometry;
            assert!(Instant::now() < until, "{what}: {is:?} {geometry:?} for {states:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

const MAXIMIZED: [&str; 2] = ["MAXIMIZED_VERT", "MAXIMIZED_HORZ"];
const FULLSCREEN: [&str; 2] = ["FULLSCREEN", ""];

fn all_ways(host: &[&str], carafe: &[&str]) {
    let mut stage = Stage::with(host, carafe);
    let client = stage.client();
    let window = client.show(&New::named("win", 0xff_00_00));
    stage.host().wait_for_window("win");
    let mut win = Drawing::new(client, window);
    let both = [(MAXIMIZED, "maximized"), (FULLSCREEN, "fullscreen")];
    for (names, state) in both {
        // It has the screen's size already, at a place where this does not ask for fullscreen.
        win.resize((3, 3), (1024, 768));
        for _ in 0..3 {
            win.state(true, names);
            win.until(&mut stage, "of the screen's size", &[state]);
            win.state(false, names);
            win.until(&mut stage, "back", &[]);
            win.resize((3, 3), (1024, 768));
        }
        // Change its frame meanwhile.
        win.state(true, names);
        win.until(&mut stage, "framed", &[state]);
        win.decorated(false);
        win.until(&mut stage, "its frame goes", &[state]);
        win.shadow(20);
        win.until(&mut stage, "a shadow comes", &[state]);
        win.shadow(0);
        win.until(&mut stage, "the shadow goes", &[state]);
        win.decorated(true);
        win.until(&mut stage, "its frame comes", &[state]);
        win.state(false, names);
        // At once, without a frame between.
        for n in 0..6 {
            win.shadow(n % 3 * 10);
            win.decorated(n % 2 == 0);
            win.state(n % 4 < 2, names);
            win.resize((0, 0), (300 + n * 10, 200));
            win.draw();
        }
        win.shadow(0);
        win.decorated(true);
        win.state(false, names);
        win.until(&mut stage, "back again", &[]);
        // Hide and show it in that state.
        win.state(true, names);
        win.until(&mut stage, "before it is hidden", &[state]);
        win.client.unmap(window);
        carafe_fixture::process::wait_for("it to be hidden", || {
            stage.host().windows().unwrap().is_empty().then_some(())
        });
        win.client.map(window);
        stage.host().wait_for_window("win");
        win.state(false, names);
        win.until(&mut stage, "shown again", &[]);
    }
    // Change from one state to the other.
    win.state(true, MAXIMIZED);
    win.state(true, FULLSCREEN);
    win.draw();
    win.state(false, FULLSCREEN);
    win.state(false, MAXIMIZED);
    win.until(&mut stage, "neither", &[]);
    stage.end();
}

#[test]
fn a_window_has_the_size_that_it_acknowledges_in_the_hosts_frame() {
    all_ways(&[], &[]);
}

#[test]
fn a_window_has_the_size_that_it_acknowledges_in_a_frame_of_carafes() {
    all_ways(&["--without=zxdg_decoration_manager_v1"], &[]);
}

#[test]
fn a_window_has_the_size_that_it_acknowledges_at_any_scale() {
    for scale in ["--scale=1.5", "--scale=0.7"] {
        all_ways(&["--without=zxdg_decoration_manager_v1"], &[scale]);
    }
}

#[test]
fn the_hints_of_a_window_that_draws_nothing_hold_at_once() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("win", 0xff_00_00));
    stage.host().wait_for_window("win");
    for (min, max) in [((300, 200), (400, 300)), ((0, 0), (0, 0)), ((50, 60), (500, 600))] {
        let mut hints = [0; 18];
        hints[0] = if min.0 == 0 { 0 } else { 1 << 4 | 1 << 5 };
        hints[5..9].copy_from_slice(&[min.0, min.1, max.0, max.1]);
        client.set_numbers(window, "WM_NORMAL_HINTS", "WM_SIZE_HINTS", &hints);
        carafe_fixture::process::wait_for("the limits", || {
            let all = stage.host().wait_for_window("win").all;
            let said = &all["surfaces"][0]["said"];
            let is = |what: &str, wanted: (u32, u32)| {
                said[what][0] == wanted.0 && said[what][1] == wanted.1
            };
            (is("min", min) && is("max", max)).then_some(())
        });
    }
    stage.end();
}

#[test]
fn a_program_that_makes_its_window_as_large_as_the_screen_gets_all_of_it() {
    let mut stage = Stage::with(&["--output=HOST-2,800x600,1,1024,0"], &[]);
    let client = stage.client();
    // The client resizes itself later, and back.
    let window = client.show(&New::named("win", 0xff_00_00));
    stage.host().wait_for_window("win");
    let mut win = Drawing::new(client, window);
    win.resize((0, 0), (1024, 768));
    win.until(&mut stage, "large", &["fullscreen"]);
    win.resize((5, 5), (320, 240));
    win.until(&mut stage, "small", &[]);
    carafe_fixture::process::wait_for("its own size", || {
        (stage.host().wait_for_window("win").geometry[2..] == [320, 240]).then_some(())
    });
    // WM_STATE belongs to the window manager, so a client cannot minimize itself by it.
    let state = win.client.atom("WM_STATE");
    win.client.set_bytes(window, state, state, &[3, 0, 0, 0, 0, 0, 0, 0].map(|byte: u8| byte));
    win.until(&mut stage, "iconic", &[]);
    assert_eq!(stage.host().wait_for_window("win").all["asked"], "");
    // From the start: without a frame it is fullscreen, with one it is maximized.
    for (decorated, wanted) in [(false, "fullscreen"), (true, "maximized")] {
        let new = New { size: (1024, 768), ..New::named("new", 0xff) };
        let new = win.client.create(&new);
        let hints = [2, 0, u32::from(decorated), 0, 0];
        win.client.set_numbers(new, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &hints);
        win.client.map(new);
        carafe_fixture::process::wait_for(wanted, || {
            let all = stage.host().wait_for_window("new").all;
            let states = all["states"].as_array().unwrap();
            states.iter().any(|state| state == wanted).then_some(())
        });
        win.client.destroy(new);
        carafe_fixture::process::wait_for("its end", || {
            let all = stage.host().windows().unwrap();
            all.iter().all(|window| window.app_id != "new").then_some(())
        });
    }
    stage.end();
}
