//! A session with its loop, between two sockets that send arbitrary bytes and close at any moment:
//! it must end when its client does.
#![no_main]

use std::io::Write;
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use arbitrary::Arbitrary;
use carafe::channel::{Crossing, UnixChannel};
use carafe::handlers::{self, Scaling};
use carafe::observe::{LogMessages, Observer};
use carafe::session::{Engine, Handlers, Scale, Session};
use carafe::wire::Header;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Step {
    Client(Vec<u8>),
    Host(Vec<u8>),
    /// A bind, which waits if there is a scale and the host has not announced all globals.
    Bind(u8),
    Sync(u8),
    HalfClose { client: bool },
    HostGoes,
}

fn message(object: u32, opcode: u16, words: &[u32]) -> Vec<u8> {
    let len = 8 + 4 * words.len() as u16;
    let body: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    [Header { object, opcode, len }.to_bytes().as_slice(), &body].concat()
}

fn session(
    scaled: bool,
    client: UnixStream,
    host: UnixStream,
    service: &UnixStream,
) -> Session {
    let scale = if scaled { 1.5 } else { 1.0 };
    let scaling = Scaling { scale: Scale::new(scale), ..Scaling::default() };
    let tables = scaling.tables();
    let policy = Arc::default();
    let all = handlers::chain(handlers::Setup::new(&Crossing::DIRECT, &scaling, &policy));
    let observer = Observer::new("fuzz".into(), LogMessages::default());
    let handlers = Handlers::new(tables, all).expect("what carafe has");
    let engine = Engine::new(tables, handlers, observer);
    let end = |stream: UnixStream| Box::new(UnixChannel::from(stream));
    Session::new(engine, end(client), end(host), service.as_fd()).expect("a session")
}

fuzz_target!(|input: (bool, Vec<Step>)| {
    let (scaled, steps) = input;
    let pair = || UnixStream::pair().expect("sockets");
    let ((mut client, to_client), (host, to_host)) = (pair(), pair());
    let (ended, told) = channel();
    let thread = std::thread::spawn(move || {
        // Nothing comes from the service.
        let (service, _service) = UnixStream::pair().expect("sockets");
        session(scaled, to_client, to_host, &service).run(|_| ControlFlow::Continue(()));
        let _ = ended.send(());
    });
    let mut host = Some(host);
    for stream in [Some(&client), host.as_ref()].into_iter().flatten() {
        stream.set_nonblocking(true).expect("a flag");
    }
    let _ = client.write_all(&message(1, 1, &[2]));
    for step in steps {
        let _ = match (step, &mut host) {
            (Step::Client(bytes), _) => client.write_all(&bytes),
            (Step::Host(bytes), Some(host)) => host.write_all(&bytes),
            (Step::Bind(id), _) => {
                // "wl_output"
                let text = [u32::from_ne_bytes(*b"wl_o"), u32::from_ne_bytes(*b"utpu"), 0x74];
                let [a, b, c] = text;
                client.write_all(&message(2, 0, &[1, 10, a, b, c, 1, u32::from(id)]))
            }
            (Step::Sync(id), _) => client.write_all(&message(1, 0, &[u32::from(id)])),
            (Step::HalfClose { client: true }, _) => client.shutdown(std::net::Shutdown::Write),
            (Step::HalfClose { client: false }, Some(host)) => {
                host.shutdown(std::net::Shutdown::Write)
            }
            (Step::HostGoes, host) => {
                *host = None;
                Ok(())
            }
            _ => Ok(()),
        };
    }
    drop(client);
    // For this, the host only needs to read what was sent already.
    if let Some(host) = &mut host {
        host.set_nonblocking(false).expect("a flag");
        let mut host = host.try_clone().expect("a copy");
        std::thread::spawn(move || std::io::copy(&mut host, &mut std::io::sink()));
    }
    told.recv_timeout(Duration::from_secs(10)).expect("the session ends");
    thread.join().expect("no panic");
});
