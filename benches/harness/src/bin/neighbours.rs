//! How one client is affected by another one whose large frames carafe copies, or that is stuck in
//! a pipe that nothing reads: `wl_display.sync` round trips over an emulated virtio-wl, alone and
//! beside the other client, in the same run.
//!
//! `neighbours RIG-VIRTWL CARAFE`
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod device;

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use carafe_fixture::wire::{Message, Peer};

use device::{COMPOSITOR, FREE, MANAGER, Rig, SEAT, SHM, percentile};

const ROUNDS: usize = 7;
const TRIPS: usize = 1500;
/// Round trips of a client, sorted, in µs.
fn trips(client: &mut Peer, host: &mut Peer) -> Vec<f64> {
    let mut trip = || {
        let start = Instant::now();
        client.send(&Message::new(1, 0).uint(7));
        let callback = host.next().word(0);
        let answers = [Message::new(callback, 0).uint(0), Message::new(1, 1).uint(callback)];
        host.send_bytes(&answers.map(|m| m.to_bytes()).concat(), &[]);
        client.next();
        client.next();
        start.elapsed().as_secs_f64() * 1e6
    };
    let mut times: Vec<f64> = (0..TRIPS).map(|_| trip()).collect();
    times.sort_by(f64::total_cmp);
    times
}

/// Shows 60 completely changed 4K frames a second, until told to stop.
fn copies(rig: &Rig, stop: &Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    let (mut client, mut host) = rig.connect();
    let stop = Arc::clone(stop);
    let len = 3840 * 2160 * 4;
    let path = rig.runtime.join("pool");
    let file = File::options().create(true).truncate(true).read(true).write(true).open(path);
    let file = file.expect("a file");
    file.set_len(u64::from(len)).expect("a size");
    client.send(&Message::new(COMPOSITOR, 0).uint(FREE)); // create_surface
    client.send_fds(&Message::new(SHM, 0).uint(8).uint(len), &[file.as_fd()]);
    client.send(&Message::new(8, 0).uint(9).uint(0).uint(3840).uint(2160).uint(3840 * 4).uint(0));
    std::thread::spawn(move || {
        let mut shown = 0;
        while !stop.load(Ordering::Relaxed) {
            let frame = [
                Message::new(7, 1).uint(9).uint(0).uint(0),
                Message::new(7, 9).uint(0).uint(0).uint(3840).uint(2160),
                Message::new(7, 6),
            ];
            client.send_bytes(&frame.map(|m| m.to_bytes()).concat(), &[]);
            // The host releases the attached buffer, whose id is in the attach request.
            while let Some(message) = host.next_within(Duration::from_millis(14)) {
                if message.opcode == 1 && message.body.len() == 12 && message.word(0) != 0 {
                    shown = message.word(0);
                }
                if message.opcode == 6 && message.body.is_empty() {
                    host.send(&Message::new(shown, 0));
                }
            }
        }
    })
}

/// Asks for an offer's content and never reads it, while the host writes.
fn stuck(rig: &Rig) -> (Peer, Peer, std::io::PipeReader) {
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(MANAGER, 1).uint(FREE).uint(SEAT)); // get_data_device
    let device = host.next().word(0);
    host.send(&Message::new(device, 0).uint(0xff00_0000));
    let offer = client.next().word(0);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    client.send_fds(&Message::new(offer, 1).string("text/plain"), &[writer.as_fd()]);
    host.next();
    let mut pipe = File::from(host.fd());
    std::thread::spawn(move || while pipe.write_all(&[0; 65536]).is_ok() {});
    (client, host, reader)
}

fn main() {
    let (rig, _) = Rig::from_arguments("neighbours RIG-VIRTWL CARAFE", &[]);
    let (mut client, mut host) = rig.connect();
    println!("| sync, µs: alone, beside | p50 | p99 | longest | ratio of p50 |");
    println!("|---|---|---|---|---|");
    for name in ["beside 4K frames at 60 Hz", "beside a pipe that nobody reads"] {
        let (mut ratios, mut alone, mut beside) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let undisturbed = trips(&mut client, &mut host);
            let stop = Arc::new(AtomicBool::new(false));
            let disturbed = if name.contains("4K") {
                let thread = copies(&rig, &stop);
                let beside = trips(&mut client, &mut host);
                stop.store(true, Ordering::Relaxed);
                thread.join().expect("it shows frames");
                beside
            } else {
                let kept = stuck(&rig);
                std::thread::sleep(Duration::from_millis(20));
                let beside = trips(&mut client, &mut host);
                drop(kept);
                beside
            };
            ratios.push(percentile(&disturbed, 50) / percentile(&undisturbed, 50));
            alone.extend(undisturbed);
            beside.extend(disturbed);
        }
        ratios.sort_by(f64::total_cmp);
        let shown = [50, 99, 100].map(|percent| {
            let of = |times: &mut Vec<f64>| {
                times.sort_by(f64::total_cmp);
                percentile(times, percent)
            };
            format!("{:.0}, {:.0}", of(&mut alone), of(&mut beside))
        });
        println!(
            "| {name} | {} | {:.2}; {:.2}–{:.2} |",
            shown.join(" | "),
            ratios[ROUNDS / 2],
            ratios[0],
            ratios[ROUNDS - 1]
        );
    }
}
