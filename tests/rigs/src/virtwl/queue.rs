//! An object's unread messages of the host, in pages of the device's queue.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;

/// The number of pages for all objects of the device.
pub(super) const PAGES: usize = 256;

/// Bytes of a page that are left for data and descriptors.
pub(super) const PAGE: usize = 4096 - 16;

/// One message of the host: a page.
#[derive(Debug)]
struct Message {
    data: Vec<u8>,
    read: usize,
    files: VecDeque<OwnedFd>,
}

impl Message {
    fn is_read(&self) -> bool {
        self.read == self.data.len() && self.files.is_empty()
    }
}

/// The messages of one object, in order.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<Message>);

impl Queue {
    pub(super) fn push(&mut self, data: Vec<u8>, files: Vec<OwnedFd>) {
        self.0.push_back(Message { data, read: 0, files: files.into() });
    }

    /// How many pages it uses.
    pub(super) fn pages(&self) -> usize {
        self.0.len()
    }

    /// Whether there are bytes in it.
    pub(super) fn has_bytes(&self) -> bool {
        self.0.iter().any(|message| message.read < message.data.len())
    }

    /// Takes bytes, from as many messages as needed, without regard to descriptors between them.
    pub(super) fn take_bytes(&mut self, len: usize) -> Vec<u8> {
        let mut taken = Vec::new();
        for message in &mut self.0 {
            let rest = message.data.get(message.read..).unwrap_or_default();
            let piece = rest.get(..rest.len().min(len - taken.len())).unwrap_or_default();
            taken.extend_from_slice(piece);
            message.read += piece.len();
        }
        self.0.retain(|message| !message.is_read());
        taken
    }

    /// Takes the first descriptors, even if bytes before them were not read.
    pub(super) fn take_files(&mut self, count: usize) -> Vec<OwnedFd> {
        let mut taken = Vec::new();
        for message in &mut self.0 {
            while let Some(file) =
                (taken.len() < count).then(|| message.files.pop_front()).flatten()
            {
                taken.push(file);
            }
        }
        self.0.retain(|message| !message.is_read());
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> OwnedFd {
        std::fs::File::open("/dev/null").unwrap().into()
    }

    #[test]
    fn bytes_are_joined_and_overtake_descriptors() {
        let mut queue = Queue::default();
        for n in 0..3 {
            queue.push(vec![n; 10], (0..20).map(|_| file()).collect());
        }
        assert_eq!(
            queue.take_bytes(25),
            [[0; 10], [1; 10]].concat().iter().chain(&[2; 5]).copied().collect::<Vec<u8>>()
        );
        assert_eq!(queue.pages(), 3, "their descriptors are still there");
        assert_eq!(queue.take_files(28).len(), 28);
        assert_eq!(queue.pages(), 2);
        assert_eq!(queue.take_bytes(100).len(), 5);
        assert_eq!(queue.take_files(28).len(), 28);
        assert_eq!(queue.take_files(28).len(), 4);
        assert_eq!(queue.pages(), 0);
    }
}
