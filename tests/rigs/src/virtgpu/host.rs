//! The host's side of the device: one thread in which rutabaga runs the jobs of the ioctls.

use std::collections::HashMap;
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::{io, thread};

use rustix::net::SendFlags;
use rutabaga_gfx::{
    RUTABAGA_FLAG_FENCE, RUTABAGA_FLAG_INFO_RING_IDX, ResourceCreateBlob, Rutabaga,
    RutabagaBuilder, RutabagaFence, RutabagaHandle, RutabagaHandler, RutabagaIovec, RutabagaPath,
};

use super::abi;
use super::commands::commands;
use super::objects::{Blob, Signal, lock};
use super::relay::Relay;
use crate::supervisor::duplicate;
use crate::sys::mapping::Mapping;

/// A job for the host.
pub(super) enum Job {
    Create {
        context: u32,
    },
    Destroy {
        context: u32,
    },
    /// Makes a blob of a file of the guest, or of the host's object with a number.
    Make {
        context: u32,
        blob: Arc<Blob>,
        file: Option<OwnedFd>,
        id: u64,
    },
    Attach {
        context: u32,
        resource: u32,
    },
    Detach {
        context: u32,
        resource: u32,
    },
    Unref {
        resource: u32,
    },
    Submit {
        context: u32,
        buffer: Vec<u8>,
        fence: Option<Fence>,
        hang_up: bool,
    },
}

/// What to do when the host is done with a command.
pub(super) struct Fence {
    /// The ring, if the command named one.
    pub ring: Option<u8>,
    /// What waits for it.
    pub signal: Option<Arc<Signal>>,
    /// The socket for the program's event.
    pub events: Option<Arc<OwnedFd>>,
    /// Whether to change the announced message while it is being read.
    pub scribble: bool,
}

/// The sender of jobs to the thread.
#[derive(Clone, Debug)]
pub(super) struct Host(Sender<Job>);

impl Host {
    /// Starts the thread. Also returns the capset.
    pub fn start(path: &Path, relay: Option<Relay>) -> io::Result<(Self, Vec<u8>)> {
        let target = relay.as_ref().map_or_else(|| path.to_owned(), Relay::path);
        let (sender, jobs) = channel();
        let (done, capset) = channel();
        let builder = thread::Builder::new().name("host".to_owned());
        builder.spawn(move || {
            let path = RutabagaPath { path: target, path_type: abi::CHANNEL_WAYLAND };
            match Thread::new(path, relay) {
                Ok(mut thread) => {
                    let capset = thread.rutabaga.get_capset(abi::CAPSET_CROSS_DOMAIN, 0);
                    let _ = done.send(capset.unwrap_or_default());
                    thread.run(&jobs);
                }
                Err(error) => eprintln!("rig: rutabaga: {error}"),
            }
        })?;
        let capset = capset.recv().map_err(|_| io::ErrorKind::Unsupported)?;
        Ok((Self(sender), capset))
    }

    /// Sends a job. The thread lives as long as there is a sender.
    pub fn give(&self, job: Job) {
        let _ = self.0.send(job);
    }
}

/// By number, with the context.
type Fences = Arc<Mutex<HashMap<u64, (u32, Fence)>>>;
/// The page with the host's messages, by context.
type Rings = Arc<Mutex<HashMap<u32, Arc<Mapping>>>>;

struct Thread {
    rutabaga: Rutabaga,
    relay: Option<Relay>,
    connections: HashMap<u32, UnixStream>,
    fences: Fences,
    last_fence: u64,
    /// The guest's memory, mapped here while rutabaga may write to it.
    mapped: HashMap<u32, Arc<Mapping>>,
    rings: Rings,
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

impl Thread {
    fn new(path: RutabagaPath, relay: Option<Relay>) -> Result<Self, Box<dyn std::error::Error>> {
        let (fences, rings) = (Fences::default(), Rings::default());
        let handler = {
            let (fences, rings) = (Arc::clone(&fences), Arc::clone(&rings));
            RutabagaHandler::new(move |fence: RutabagaFence| {
                let known = lock(&fences).remove(&fence.fence_id);
                if let Some((_, known)) = known {
                    signal(&known, lock(&rings).get(&fence.ctx_id));
                }
            })
        };
        let rutabaga = RutabagaBuilder::new(1 << abi::CAPSET_CROSS_DOMAIN, handler)
            .set_rutabaga_paths(Some(vec![path]))
            .build()?;
        Ok(Self {
            rutabaga,
            relay,
            connections: HashMap::new(),
            fences,
            last_fence: 0,
            mapped: HashMap::new(),
            rings,
        })
    }

    fn run(&mut self, jobs: &Receiver<Job>) {
        let debug = std::env::var_os("RIG_DEBUG").is_some();
        for job in jobs {
            // The guest does not get the error.
            if let Err(error) = self.job(job)
                && debug
            {
                eprintln!("rig: host: {error}");
            }
        }
    }

    fn job(&mut self, job: Job) -> Outcome {
        match job {
            Job::Create { context } => {
                self.rutabaga.create_context(context, abi::CAPSET_CROSS_DOMAIN, None)?;
            }
            Job::Destroy { context } => {
                lock(&self.rings).remove(&context);
                if let Some(connection) = self.connections.remove(&context) {
                    let _ = connection.shutdown(Shutdown::Both);
                }
                let result = self.rutabaga.destroy_context(context);
                lock(&self.fences).retain(|_, (of, _)| *of != context);
                result?;
            }
            Job::Make { context, blob, file: Some(file), .. } => {
                let result = self.make_guest(context, &blob, &file);
                blob.set_memory(Some(file));
                return result;
            }
            Job::Make { context, blob, file: None, id } => {
                let file = self.make_host(context, &blob, id);
                let (file, result) = match file {
                    Ok(file) => (Some(file), Ok(())),
                    Err(error) => (None, Err(error)),
                };
                blob.set_memory(file);
                return result;
            }
            Job::Attach { context, resource } => {
                self.rutabaga.context_attach_resource(context, resource)?;
            }
            Job::Detach { context, resource } => {
                self.rutabaga.context_detach_resource(context, resource)?;
            }
            Job::Unref { resource } => {
                self.mapped.remove(&resource);
                self.rutabaga.unref_resource(resource)?;
            }
            Job::Submit { context, buffer, fence, hang_up } => {
                return self.submit(context, buffer, fence, hang_up);
            }
        }
        Ok(())
    }

    fn make_guest(&mut self, context: u32, blob: &Blob, file: &OwnedFd) -> Outcome {
        let mapping = Arc::new(Mapping::new(file, 0, usize::try_from(blob.size)?)?);
        let memory = RutabagaIovec { base: mapping.start().cast(), len: mapping.len() };
        self.mapped.insert(blob.resource, mapping);
        self.rutabaga.resource_create_blob(
            0,
            blob.resource,
            describe(blob, 0),
            Some(vec![memory]),
            None,
        )?;
        self.rutabaga.context_attach_resource(context, blob.resource)?;
        Ok(())
    }

    fn make_host(
        &mut self,
        context: u32,
        blob: &Blob,
        id: u64,
    ) -> Result<OwnedFd, Box<dyn std::error::Error>> {
        self.rutabaga.resource_create_blob(
            context,
            blob.resource,
            describe(blob, id),
            None,
            None,
        )?;
        let handle = self.rutabaga.export_blob(blob.resource)?;
        self.rutabaga.context_attach_resource(context, blob.resource)?;
        match handle {
            RutabagaHandle::MagmaGpuHandle(handle) => Ok(duplicate(handle.os_handle.as_fd())?),
            RutabagaHandle::AhbInfo(_) => Err("not a file".into()),
        }
    }

    fn submit(
        &mut self,
        context: u32,
        mut buffer: Vec<u8>,
        fence: Option<Fence>,
        hang_up: bool,
    ) -> Outcome {
        let init = commands(&buffer).find(|command| command.code == abi::CMD_INIT);
        if let Some(ring) = init.and_then(|init| init.word(3))
            && let Some(page) = self.mapped.get(&ring)
        {
            lock(&self.rings).insert(context, Arc::clone(page));
        }
        let is_init = init.is_some();
        let result = self.rutabaga.submit_command(context, &mut buffer, &[]);
        if is_init
            && result.is_ok()
            && let Some(relay) = &self.relay
        {
            self.connections.insert(context, relay.accept()?);
        }
        if hang_up && let Some(connection) = self.connections.get(&context) {
            connection.shutdown(Shutdown::Both)?;
        }
        if let Some(fence) = fence {
            self.fence(context, fence, result.is_ok())?;
        }
        Ok(result?)
    }

    fn fence(&mut self, context: u32, fence: Fence, is_good: bool) -> Outcome {
        self.last_fence += 1;
        let id = self.last_fence;
        let ring = if is_good { fence.ring } else { None };
        lock(&self.fences).insert(id, (context, fence));
        // After a failed command the host answers at once, and the driver takes that
        // for its end. Commands without a ring are done when the host has taken them.
        let Some(ring) = ring else {
            let known = lock(&self.fences).remove(&id);
            if let Some((_, fence)) = known {
                signal(&fence, None);
            }
            return Ok(());
        };
        self.rutabaga.create_fence(RutabagaFence {
            flags: RUTABAGA_FLAG_FENCE | RUTABAGA_FLAG_INFO_RING_IDX,
            fence_id: id,
            ctx_id: context,
            ring_idx: ring,
        })?;
        Ok(())
    }
}

/// Exports the host's memory, because mappings need a file here.
fn describe(blob: &Blob, id: u64) -> ResourceCreateBlob {
    ResourceCreateBlob {
        blob_mem: blob.kind,
        blob_flags: blob.flags | (blob.kind & abi::MEM_HOST3D),
        blob_id: id,
        size: blob.size,
    }
}

fn signal(fence: &Fence, page: Option<&Arc<Mapping>>) {
    if let Some(signal) = &fence.signal {
        signal.raise();
    }
    if let Some(events) = &fence.events {
        let event = [abi::EVENT_FENCE, abi::EVENT_SIZE as u32];
        let bytes: Vec<u8> = event.iter().flat_map(|word| word.to_ne_bytes()).collect();
        if fence.scribble
            && let Some(page) = page.cloned()
        {
            thread::spawn(move || scribble(&page));
        }
        let _ = rustix::net::send(events, &bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL);
    }
}

/// Changes the message's header again and again for a while.
fn scribble(page: &Mapping) {
    let head = page.read(0, 16);
    let until = std::time::Instant::now() + std::time::Duration::from_millis(50);
    while std::time::Instant::now() < until {
        page.write(8, &[0xff; 8]);
        page.write(8, head.get(8..).unwrap_or_default());
    }
    page.write(8, &[0xff; 8]);
}
