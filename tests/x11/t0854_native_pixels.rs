//! Programs have the same pixels as on a plain X server.

use std::process::Stdio;

use carafe_fixture::process::{Process, RuntimeDir, command, wait_for};
use x11rb::protocol::shape::{ConnectionExt as _, SK};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, ImageFormat};

use crate::client::Client;
use crate::picture::Picture;
use crate::stage::Stage;
use crate::ways::VIRTGPU;

/// Programs that always show the same, with their classes.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("XTerm", &["xterm", "-e", r"printf '\033[?25l\033[31mred \033[1;42mgreen\n'; exec sleep 60"]),
    ("XLogo", &["xlogo"]),
    ("XLogo", &["xlogo", "-shape"]),
    ("Xman", &["xman"]),
];

/// A picture as rows of `0xrrggbb`.
type Rows = Vec<Vec<u32>>;

/// The host's background.
const BACKGROUND: u32 = 0x20_30_40;

/// A plain X server and its display. It gets a number, because it then locks the number; with
/// `-displayfd`, two servers may choose the same one.
fn native_server(runtime: &RuntimeDir) -> (Process, String) {
    for number in 70..170 {
        let display = format!(":{number}");
        let mut xvfb = command("Xvfb", runtime);
        xvfb.args([&display, "-noreset", "-nolisten", "tcp"]).stderr(Stdio::null());
        let mut xvfb = Process::start(&mut xvfb);
        let serves = wait_for("Xvfb", || {
            // If another server has the number, this one ends, and the other one may answer.
            let ended = !xvfb.is_running();
            let pid = std::fs::read_to_string(format!("/tmp/.X{number}-lock"));
            let locked = pid.is_ok_and(|pid| pid.trim() == xvfb.pid().to_string());
            let answers = locked && x11rb::connect(Some(&display)).is_ok();
            (ended || answers).then_some(!ended)
        });
        if serves {
            return (xvfb, display);
        }
    }
    panic!("no display is free");
}

/// The picture of a program on a plain X server; [`BACKGROUND`] outside its window's shape.
fn natively(class: &str, args: &[&str], runtime: &RuntimeDir) -> Rows {
    let (_xvfb, display) = native_server(runtime);
    let client = Client::connect(&display);
    let mut program = command(args[0], runtime);
    let _program = Process::start(program.args(&args[1..]).env("DISPLAY", &display));
    let window = wait_for(class, || {
        let tree = client.x.query_tree(client.root).unwrap().reply().unwrap();
        tree.children.into_iter().find(|window| {
            let kind = AtomEnum::STRING;
            let reply =
                client.x.get_property(false, *window, AtomEnum::WM_CLASS, kind, 0, 64).unwrap();
            let found = reply.reply().is_ok_and(|reply| {
                reply.value.split(|byte| *byte == 0).any(|word| word == class.as_bytes())
            });
            let shown = client.x.get_window_attributes(*window).unwrap().reply();
            found && shown.is_ok_and(|shown| shown.map_state == 2.into())
        })
    });
    let mut last = Rows::new();
    let mut same = 0;
    wait_for("a picture that stays", || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        // Programs may change their size after they start.
        let [_, _, width, height] = client.geometry(window).map(|n| n as u16);
        let format = ImageFormat::Z_PIXMAP;
        let image = client.x.get_image(format, window, 0, 0, width, height, !0).unwrap();
        let image = image.reply().ok()?.data;
        let pixels = image.chunks_exact(4).map(|p| u32::from_le_bytes([p[0], p[1], p[2], 0]));
        let pixels: Vec<u32> = pixels.collect();
        let mut rows: Rows = pixels.chunks_exact(width.into()).map(<[u32]>::to_vec).collect();
        let shape = client.x.shape_get_rectangles(window, SK::BOUNDING).unwrap().reply().ok()?;
        for (y, row) in (0..).zip(&mut rows) {
            for (x, pixel) in (0..).zip(row) {
                let has = |at: i16, len: u16, place| (at..at + len as i16).contains(&place);
                let mut parts = shape.rectangles.iter();
                if !parts.any(|part| has(part.x, part.width, x) && has(part.y, part.height, y)) {
                    *pixel = BACKGROUND;
                }
            }
        }
        // Before it draws, it has one colour.
        let drawn = rows.iter().flatten().any(|pixel| *pixel != rows[0][0]);
        same = if drawn && rows == last { same + 1 } else { 0 };
        last = rows;
        (same == 3).then_some(())
    });
    last
}

fn looks_the_same(mut stage: Stage) {
    for (class, args) in PROGRAMS {
        let native = natively(class, args, &stage.runtime);
        let mut program = stage.carafe.program(args[0], &stage.runtime);
        let program = Process::start(program.args(&args[1..]));
        let [x, y, width, height] = stage.host().wait_for_window(class).geometry;
        assert_eq!([width, height], [native[0].len() as i64, native.len() as i64], "{class}");
        let path = stage.runtime.join("screen.png");
        wait_for(&format!("{class} as it is natively"), || {
            stage.host().screenshot(&path).ok()?;
            let screen = Picture::read(&path);
            let row = |row| (0..width).map(|column| screen.at(x + column, y + row)).collect();
            let shown: Option<Rows> = (0..height).map(row).collect();
            let shown = shown?;
            let wrong = shown.iter().flatten().zip(native.iter().flatten());
            eprintln!("{class}: {} pixels differ", wrong.filter(|(a, b)| a != b).count());
            (shown == native).then_some(())
        });
        drop(program);
        wait_for("its end", || stage.host().windows().ok()?.is_empty().then_some(()));
    }
    stage.end();
}

#[test]
fn programs_look_as_on_a_native_server() {
    looks_the_same(Stage::new());
}

#[test]
fn programs_look_as_on_a_native_server_behind_a_device() {
    looks_the_same(Stage::behind(VIRTGPU));
}
