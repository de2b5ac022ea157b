//! A client that breaks the protocol gets the error that a compositor would send. The host and
//! other clients are not affected.
use super::rig::*;

/// Sends bytes as a client that has a compositor (3), a surface (4), a data source (6), a seat
/// (7). Expects an error, and checks that nothing is left.
#[track_caller]
fn refused(bytes: &[u8], code: u32, text: &str) {
    let rig = Rig::new();
    let (mut other, mut host_of_other) = rig.client();
    let before = rig.carafe.open_fds();
    let (mut client, mut host) = rig.client();
    client.send(&bind(COMPOSITOR, 3));
    client.send(&Message::new(3, 0).uint(4));
    client.send(&bind(DATA_DEVICE_MANAGER, 5));
    client.send(&Message::new(5, 0).uint(6));
    client.send(&bind(SEAT, 7));
    for _ in 0..5 {
        host.next();
    }
    client.send_bytes(bytes, &[]);
    assert_eq!(error(&mut client), (DISPLAY, code, text.to_owned()));
    assert_eq!(host.receive(), None, "the host must not see it");
    sync(&mut other, &mut host_of_other, 3);
    rig.wait_for_fds(before);
    let log = rig.log_with(text);
    assert!(!log.contains("bug"), "{log}");
}

#[track_caller]
fn refused_message(message: &Message, code: u32, text: &str) {
    refused(&message.to_bytes(), code, text);
}

fn header(object: u32, opcode: u16, len: u16) -> Vec<u8> {
    let word = u32::from(len) << 16 | u32::from(opcode);
    [object.to_ne_bytes(), word.to_ne_bytes()].concat()
}

#[test]
fn a_size_below_the_header() {
    for len in [0, 4] {
        let text = format!(
            "message of {len} bytes for object 4, opcode 6: a size is a multiple of 4 and at least 8"
        );
        refused(&header(4, 6, len), 1, &text);
    }
}

/// The loop for plain messages knows others by the length 0.
#[test]
fn no_size_for_a_message_of_any_length() {
    let text =
        "message of 0 bytes for object 6, opcode 0: a size is a multiple of 4 and at least 8";
    refused(&header(6, 0, 0), 1, text);
}

#[test]
fn a_size_that_is_no_multiple_of_4() {
    let text =
        "message of 10 bytes for object 4, opcode 6: a size is a multiple of 4 and at least 8";
    refused(&[header(4, 6, 10), vec![0; 2]].concat(), 1, text);
}

#[test]
fn an_unknown_object() {
    refused_message(&Message::new(99, 0), 0, "invalid object 99");
    refused_message(&Message::new(0, 0), 0, "invalid object 0");
    refused_message(&Message::new(u32::MAX, 0), 0, "invalid object 4294967295");
}

#[test]
fn an_unknown_opcode() {
    refused_message(&Message::new(4, 999), 1, "invalid method 999, object wl_surface#4");
}

#[test]
fn arguments_too_short() {
    let text = "invalid arguments for wl_surface#4.attach: the message is too short";
    refused_message(&Message::new(4, 1).uint(0).uint(0), 1, text);
    let text = "invalid arguments for wl_data_source#6.offer: the message is too short";
    refused_message(&Message::new(6, 0), 1, text);
    refused_message(&Message::new(6, 0).uint(100).uint(0), 1, text);
    refused_message(&Message::new(6, 0).uint(u32::MAX), 1, text);
}

#[test]
fn arguments_too_long() {
    let text = "invalid arguments for wl_surface#4.commit: 4 bytes too many";
    refused_message(&Message::new(4, 6).uint(0), 1, text);
    let text = "invalid arguments for wl_data_source#6.offer: 4 bytes too many";
    refused_message(&Message::new(6, 0).string("a").uint(0), 1, text);
}

#[test]
fn strings_that_are_none() {
    let start = "invalid arguments for wl_data_source#6.offer: ";
    let text = format!("{start}string is not UTF-8");
    refused_message(&Message::new(6, 0).array(b"\xff\xfe\0"), 1, &text);
    let text = format!("{start}string is not terminated");
    refused_message(&Message::new(6, 0).array(b"abcd"), 1, &text);
    let text = format!("{start}string holds a zero byte");
    refused_message(&Message::new(6, 0).array(b"a\0b\0"), 1, &text);
    let text = format!("{start}null where it is not allowed");
    refused_message(&Message::new(6, 0).uint(0), 1, &text);
}

#[test]
fn objects_that_are_none() {
    let start = "invalid arguments for wl_surface#4.set_opaque_region: ";
    refused_message(&Message::new(4, 4).uint(50), 1, &format!("{start}unknown object 50"));
    let text = format!("{start}object 3 is wl_compositor, not wl_region");
    refused_message(&Message::new(4, 4).uint(3), 1, &text);
    let text = "invalid arguments for wl_data_device_manager#5.get_data_device: null where it is not allowed";
    refused_message(&Message::new(5, 1).uint(8).uint(0), 1, text);
}

#[test]
fn new_ids_that_are_none() {
    let start = "invalid arguments for wl_compositor#3.create_surface: new object: ";
    refused_message(&Message::new(3, 0).uint(4), 1, &format!("{start}id 4 is in use"));
    refused_message(&Message::new(3, 0).uint(1), 1, &format!("{start}id 1 is in use"));
    for id in [0, 9, 4_000_000, 0xff00_0000] {
        let text = format!("{start}id {id} is out of range");
        refused_message(&Message::new(3, 0).uint(id), 1, &text);
    }
}

#[test]
fn a_request_to_an_object_that_it_destroyed() {
    let destroy = Message::new(4, 0).to_bytes();
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(COMPOSITOR, 3));
    client.send(&Message::new(3, 0).uint(4));
    client.send_bytes(&[destroy.clone(), destroy].concat(), &[]);
    assert_eq!(error(&mut client), (DISPLAY, 0, "invalid object 4".into()));
    // The host gets the requests before the wrong one.
    for _ in 0..3 {
        host.next();
    }
    assert_eq!(host.receive(), None);
    rig.still_serves();
}

#[test]
fn a_request_to_a_callback() {
    let rig = Rig::new();
    let (mut client, _host) = rig.connect();
    client.send(&Message::new(DISPLAY, 0).uint(2));
    client.send(&Message::new(2, 0));
    let text = "invalid method 0, object wl_callback#2".to_owned();
    assert_eq!(error(&mut client), (DISPLAY, 1, text));
}
