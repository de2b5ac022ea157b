//! An X program that owns the clipboard and offers several targets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, EventMask, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
    SelectionRequestEvent,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::{Client, New};
use crate::stage::Carafe;

/// A target, the type of its data, and the data.
pub type Form = (&'static str, &'static str, &'static [u8]);

/// The program; dropping it ends it.
pub struct Owner {
    ends: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Owner {
    pub fn new(carafe: &Carafe, forms: Vec<Form>) -> Self {
        let client = carafe.client();
        let window = client.create(&New::named("owner", 0));
        let clipboard = client.atom("CLIPBOARD");
        client.x.set_selection_owner(window, clipboard, 0u32).unwrap();
        client.x.flush().unwrap();
        let ends = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&ends);
        let serving = std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                match client.x.poll_for_event().unwrap() {
                    Some(Event::SelectionRequest(asked)) => answer(&client, &forms, &asked),
                    Some(_) => {}
                    None => std::thread::sleep(std::time::Duration::from_millis(2)),
                }
            }
        });
        Self { ends, serving: Some(serving) }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        let _ = self.serving.take().map(JoinHandle::join);
    }
}

fn answer(client: &Client, forms: &[Form], asked: &SelectionRequestEvent) {
    let SelectionRequestEvent { requestor: to, property, target, .. } = *asked;
    let form = forms.iter().find(|(name, ..)| client.atom(name) == target);
    let x = &client.x;
    if let Some((_, kind, bytes)) = form {
        x.change_property8(PropMode::REPLACE, to, property, client.atom(kind), bytes).unwrap();
    } else if target == client.atom("TARGETS") {
        let all: Vec<u32> = forms.iter().map(|(name, ..)| client.atom(name)).collect();
        x.change_property32(PropMode::REPLACE, to, property, AtomEnum::ATOM, &all).unwrap();
    }
    let answer = SelectionNotifyEvent {
        response_type: SELECTION_NOTIFY_EVENT,
        sequence: 0,
        time: asked.time,
        requestor: to,
        selection: asked.selection,
        target,
        property,
    };
    x.send_event(false, to, EventMask::NO_EVENT, answer).unwrap();
    x.flush().unwrap();
}
