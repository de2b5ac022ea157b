//! An engine without sockets, and messages for it, for unit tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{
    AnyHandler, Context, Engine, Fault, Flow, Handler, Handlers, Incoming, Refusal, Verdict, Want,
};
use crate::observe::{LogMessages, Observer};
use crate::protocol::Tables;
use crate::wire::{FdQueue, Header, MessageBuilder};

/// A handler that wants these messages, and forwards them.
pub struct Wants(pub &'static [Want<()>]);

impl Handler for Wants {
    type Token = ();

    fn wants(&self) -> &'static [Want<()>] {
        self.0
    }

    fn handle(
        &mut self,
        (): (),
        _: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        Ok(Verdict::Forward)
    }
}

/// An engine; the test plays client and host.
pub struct Rig {
    pub engine: Engine,
}

impl Rig {
    /// With these handlers.
    pub fn new(tables: &'static Tables, handlers: Vec<Box<dyn AnyHandler>>) -> Self {
        let observer = Observer::new("test".into(), LogMessages::default());
        Self { engine: Engine::new(tables, Handlers::new(tables, handlers).unwrap(), observer) }
    }

    /// Sends requests as the client. Returns what the host gets.
    pub fn request(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        feed(&mut self.engine.requests, bytes);
        self.engine.forward()?;
        Ok(take(&mut self.engine.requests))
    }

    /// Calls a function with the context of a handler.
    pub fn context<T>(&mut self, act: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut done = None;
        let tell = |_: &mut Handlers, context: &mut Context<'_>| {
            done = Some(act(context));
            Ok(())
        };
        self.engine.tell_handlers(tell).unwrap();
        done.unwrap()
    }

    /// The host announces globals with these versions, with names from 1 on, in all these
    /// registries. The client binds them with its own registry, with ids from `first` on.
    pub fn bind(&mut self, registries: &[u32], registry: u32, globals: &[(&str, u32)], first: u32) {
        let named = || (1..).zip(globals);
        for host_registry in registries {
            for (name, (interface, version)) in named() {
                self.event(&filled(*host_registry, 0, |m| {
                    m.uint(name).string(interface).uint(*version)
                }));
            }
        }
        let bind = |(id, (name, (interface, version))): (u32, (u32, &(&str, u32)))| {
            filled(registry, 0, |m| m.uint(name).string(interface).uint(*version).uint(id))
        };
        let bound: Vec<_> = (first..).zip(named()).map(bind).collect();
        self.request(&bound.concat()).unwrap();
    }

    /// Sends events as the host. Returns what the client gets.
    pub fn event(&mut self, bytes: &[u8]) -> Vec<u8> {
        feed(&mut self.engine.events, bytes);
        self.engine.forward().unwrap();
        take(&mut self.engine.events)
    }
}

/// Puts bytes into a flow.
pub fn feed(flow: &mut Flow, bytes: &[u8]) {
    flow.input.room()[..bytes.len()].copy_from_slice(bytes);
    flow.input.filled(bytes.len());
}

/// Takes everything that waits to be sent.
pub fn take(flow: &mut Flow) -> Vec<u8> {
    let mut all = Vec::new();
    let Flow { input, out, .. } = flow;
    out.send(input.bytes(), |slices, _: &mut FdQueue| {
        let before = all.len();
        for slice in slices {
            all.extend_from_slice(slice);
        }
        Ok(all.len() - before)
    })
    .unwrap();
    all
}

/// A message whose arguments are these words.
pub fn message(object: u32, opcode: u16, words: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let start = MessageBuilder::new(&mut bytes, object, opcode);
    words.iter().fold(start, |message, word| message.uint(*word)).finish();
    bytes
}

/// Any message.
pub fn filled(
    object: u32,
    opcode: u16,
    fill: impl for<'a> FnOnce(MessageBuilder<'a>) -> MessageBuilder<'a>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    fill(MessageBuilder::new(&mut bytes, object, opcode)).finish();
    bytes
}

/// The messages in a batch: objects, opcodes, words.
pub fn read(mut bytes: &[u8]) -> Vec<(u32, u16, Vec<u32>)> {
    let mut all = Vec::new();
    while let Some(header) = Header::read(bytes).unwrap() {
        let (message, rest) = bytes.split_at(usize::from(header.len));
        let words = message[8..].chunks(4).map(|w| u32::from_ne_bytes(*w.first_chunk().unwrap()));
        all.push((header.object, header.opcode, words.collect()));
        bytes = rest;
    }
    all
}
