//! Finds the host's ids of clients' surfaces in carafe's log of messages.

use std::collections::HashMap;

/// What one client's log has shown so far.
#[derive(Default)]
pub struct Surfaces {
    host_ids: HashMap<u32, u32>,
    /// The client's new surface; its id at the host is in the log's next line.
    new: Option<u32>,
}

impl Surfaces {
    /// Handles a line of carafe's standard error. Returns `false` if it is not a message.
    pub fn line(&mut self, line: &str) -> bool {
        let Some(message) = message(line) else { return false };
        if let Some(id) = created(message, "client-> ") {
            self.new = Some(id);
        } else if let Some(id) = created(message, "->host ") {
            self.host_ids.extend(self.new.take().map(|client_id| (client_id, id)));
        } else if let Some(id) = deleted(message) {
            // The client may use the id again for its next surface.
            self.host_ids.remove(&id);
        }
        true
    }

    /// The host's id of a client's surface.
    pub fn host_id(&self, client_id: u32) -> Option<u32> {
        self.host_ids.get(&client_id).copied()
    }
}

/// `0.001695 session 1 (name pid): client-> wl_compositor#4...` from the arrow on.
fn message(line: &str) -> Option<&str> {
    let (time, rest) = line.trim_start().split_once(' ')?;
    time.parse::<f64>().ok()?;
    let (_, message) = rest.strip_prefix("session ")?.split_once("): ")?;
    Some(message)
}

fn created(message: &str, arrow: &str) -> Option<u32> {
    let request = message.strip_prefix(arrow)?.strip_prefix("wl_compositor#")?;
    let (_, id) = request.split_once(".create_surface(new id wl_surface#")?;
    id.strip_suffix(')')?.parse().ok()
}

fn deleted(message: &str) -> Option<u32> {
    message.strip_prefix("->client wl_display#1.delete_id(")?.strip_suffix(')')?.parse().ok()
}

#[cfg(test)]
mod tests;
