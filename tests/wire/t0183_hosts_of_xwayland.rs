//! A host that says anything to Xwayland, whose session is also the window manager: at most that
//! session ends.
use std::os::unix::net::UnixStream;
use std::time::Instant;

use carafe_fixture::process::wait_for;
use fastrand::Rng;

use super::grammar::Side;
use super::rig::*;
use super::talk::{check_log, connect, end, round_trip, seed};

/// The X11 display's socket.
fn display(rig: &Rig) -> String {
    let log = rig.log_with("X11 display :");
    let (_, after) = log.split_once("X11 display :").expect("it was found");
    let number: String = after.chars().take_while(char::is_ascii_digit).collect();
    format!("/tmp/.X11-unix/X{number}")
}

/// Xwayland's life, with an X11 client that only connects.
fn live(rig: &Rig, socket: &str, rng: &mut Rng, until: Instant) {
    let Ok(_client) = UnixStream::connect(socket) else { return };
    let mut host = None;
    // carafe starts Xwayland anew for this client if the last one has ended.
    while host.is_none() && Instant::now() < until {
        host = rig.host.accept_now().map(|peer| Side::new(peer, false));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let Some(mut host) = host else { return };
    let slips = [0, 200][rng.usize(..2)];
    while let Some(requests) = host.peer.heard() {
        requests.iter().for_each(|request| host.answer(request));
        // Mostly it only answers, so that Xwayland gets to its windows.
        if rng.u8(..20) == 0 && host.peer.has_room() {
            host.say(rng, slips);
        }
        std::thread::sleep(std::time::Duration::from_micros(200));
        if Instant::now() > until {
            return;
        }
    }
}

#[test]
fn disturb_nobody_else() {
    let seed = seed();
    let (mut rng, until) = (Rng::with_seed(seed), end());
    let rig = Rig::start(&["-X", "--log-level=info"]);
    let socket = display(&rig);
    let mut other = connect(&rig);
    round_trip(&mut other);
    let mut lives = 0;
    while Instant::now() < until {
        live(&rig, &socket, &mut rng, until);
        round_trip(&mut other);
        lives += 1;
        check_log(&rig, seed);
    }
    eprintln!("{lives} lives of Xwayland");
    let log = wait_for("a log", || Some(rig.log()));
    assert!(log.contains("Xwayland"), "{log}");
}
