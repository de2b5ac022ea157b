//! The control interface's connections: each line is answered by a line, in order.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};

use calloop::channel::{self, Sender};
use calloop::generic::Generic;
use calloop::{Interest, Mode, PostAction};
use serde_json::{Value, json};

use crate::commands::{self, Answer};
use crate::host::Host;

/// Identifies a connection.
pub type ConnectionId = u64;

/// All connections.
#[derive(Debug, Default)]
pub struct Connections {
    next: ConnectionId,
    all: HashMap<ConnectionId, Connection>,
    /// For answers from other threads.
    sender: Option<Sender<(ConnectionId, Value)>>,
}

#[derive(Debug)]
struct Connection {
    stream: UnixStream,
    partial: Vec<u8>,
    lines: VecDeque<String>,
    /// A request is being worked on.
    busy: bool,
    /// No more lines will come.
    ended: bool,
}

impl Host {
    /// Listens for tests' connections.
    pub fn serve_control(
        &mut self,
        socket: UnixListener,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let (sender, replies) = channel::channel();
        self.connections.sender = Some(sender);
        self.handle.insert_source(replies, |event, (), host| {
            if let channel::Event::Msg((connection, reply)) = event {
                host.reply(connection, &reply);
            }
        })?;
        let source = Generic::new(socket, Interest::READ, Mode::Level);
        self.handle.insert_source(source, |_, socket, host| {
            while let Ok((stream, _)) = socket.accept() {
                host.connect(stream)?;
            }
            Ok(PostAction::Continue)
        })?;
        Ok(())
    }

    fn connect(&mut self, stream: UnixStream) -> io::Result<()> {
        stream.set_nonblocking(true)?;
        let mut reader = stream.try_clone()?;
        let id = self.connections.next;
        self.connections.next += 1;
        let connection = Connection {
            stream,
            partial: Vec::new(),
            lines: VecDeque::new(),
            busy: false,
            ended: false,
        };
        self.connections.all.insert(id, connection);
        let source = Generic::new(reader.try_clone()?, Interest::READ, Mode::Level);
        let inserted = self.handle.insert_source(source, move |_, _, host| {
            let mut bytes = [0; 4096];
            let read = reader.read(&mut bytes);
            let Some(connection) = host.connections.all.get_mut(&id) else {
                return Ok(PostAction::Remove);
            };
            let action = match read {
                Ok(0) => PostAction::Remove,
                Ok(n) => {
                    connection.take(bytes.get(..n).unwrap_or_default());
                    PostAction::Continue
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => PostAction::Continue,
                Err(_) => PostAction::Remove,
            };
            connection.ended = action == PostAction::Remove;
            host.work(id);
            Ok(action)
        });
        inserted.map(drop).map_err(|error| io::Error::other(error.to_string()))
    }

    /// Answers a request, and goes on with the next one of its connection.
    pub fn reply(&mut self, id: ConnectionId, reply: &Value) {
        if let Some(connection) = self.connections.all.get_mut(&id) {
            connection.busy = false;
            // If this fails, the client is gone.
            let _ = connection.write(&format!("{reply}\n"));
        }
        self.work(id);
    }

    /// Where another thread sends an answer.
    pub fn replies(&self) -> Option<Sender<(ConnectionId, Value)>> {
        self.connections.sender.clone()
    }

    fn work(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.all.get_mut(&id) else { return };
        if connection.busy {
            return;
        }
        let Some(line) = connection.lines.pop_front() else {
            if connection.ended {
                self.connections.all.remove(&id);
            }
            return;
        };
        connection.busy = true;
        match commands::execute(self, id, &line) {
            Ok(Answer::Done) => self.reply(id, &json!({})),
            Ok(Answer::Says(reply)) => self.reply(id, &reply),
            Ok(Answer::Later) => {}
            Err(error) => self.reply(id, &json!({ "error": error })),
        }
    }
}

impl Connection {
    fn take(&mut self, bytes: &[u8]) {
        self.partial.extend_from_slice(bytes);
        while let Some(end) = self.partial.iter().position(|byte| *byte == b'\n') {
            let rest = self.partial.split_off(end + 1);
            let line = std::mem::replace(&mut self.partial, rest);
            self.lines.push_back(
                String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned(),
            );
        }
    }

    /// May wait, because tests read their answers.
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.set_nonblocking(false)?;
        self.stream.set_write_timeout(Some(std::time::Duration::from_secs(1)))?;
        let written = self.stream.write_all(text.as_bytes());
        self.stream.set_nonblocking(true)?;
        written
    }
}
