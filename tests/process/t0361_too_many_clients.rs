//! More clients than there may be: each further one is told so, and the others go on.
use carafe_fixture::process::{Process, RuntimeDir, command};
use carafe_fixture::wire::{FakeHost, Message, Peer};

fn refused_after(most: usize, options: &str, limit: &str) {
    let runtime = RuntimeDir::new();
    let host = FakeHost::listen(&runtime.join("host"));
    let mut command = command(env!("CARGO_BIN_EXE_carafe"), &runtime);
    let carafe = Process::start(command.args(["--parent", "--display=host", options]));
    let path = runtime.wait_for_socket("wayland-0");
    drop(host.accept());
    let connect = || {
        let mut client = Peer::connect(&path);
        client.send(&Message::new(1, 0).uint(2));
        let mut at_host = host.accept();
        assert_eq!(at_host.next(), Message::new(1, 0).uint(2));
        (client, at_host)
    };
    let mut served: Vec<_> = (0..most).map(|_| connect()).collect();
    for _ in 0..3 {
        let mut client = Peer::connect(&path);
        let error = client.next();
        assert_eq!((error.object, error.opcode, error.word(0)), (1, 0, 1));
        let text = error.text(2);
        assert!(text.contains(&format!("{most} clients already (--limits={limit}=N)")), "{text}");
        assert_eq!(client.receive(), None);
    }
    served.pop();
    carafe.wait_for_sessions(most - 1);
    served.push(connect());
    for (client, at_host) in &mut served {
        at_host.send(&Message::new(2, 0).uint(7));
        assert_eq!(client.next(), Message::new(2, 0).uint(7));
    }
}

#[test]
fn of_one_user() {
    refused_after(3, "--limits=clients-of-user=3", "clients-of-user");
}

#[test]
fn in_all() {
    refused_after(2, "--limits=clients=2", "clients");
}
