//! A server of the real module, with three hooks replaced. The other hooks do not concern clients.

use std::collections::BTreeMap;
use std::ffi::{c_char, c_int, c_void};
use std::io;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{process, ptr};

use rustix::io::{DupFlags, dup3, fcntl_dupfd_cloexec};
use wayland_sys::client::{wayland_client_handle, wl_display, wl_proxy};
use wlcs::ffi_display_server_api::WlcsDisplayServer;

use crate::client::Client;
use crate::real;

/// How long the carafes may take to end after their clients.
const PATIENCE: Duration = Duration::from_secs(5);

/// Servers by address.
static SERVERS: Mutex<BTreeMap<usize, Arc<Server>>> = Mutex::new(BTreeMap::new());

/// What we need to know about a server.
struct Server {
    real: Replaced,
    clients: Mutex<Vec<Client>>,
}

/// The real module's hooks that ours replace.
struct Replaced {
    stop: Option<unsafe extern "C" fn(*mut WlcsDisplayServer)>,
    create_client_socket: Option<unsafe extern "C" fn(*mut WlcsDisplayServer) -> c_int>,
    position_window_absolute: Option<
        unsafe extern "C" fn(*mut WlcsDisplayServer, *mut wl_display, *mut wl_proxy, c_int, c_int),
    >,
}

/// The part of libwayland's `wl_proxy` that says which object it is.
#[repr(C)]
struct Object {
    interface: *const c_void,
    implementation: *const c_void,
    id: u32,
}

/// WLCS's `create_server`.
pub unsafe extern "C" fn create(count: c_int, args: *mut *const c_char) -> *mut WlcsDisplayServer {
    let create = real::integration().and_then(|real| real.create_server);
    // SAFETY: the arguments are WLCS's own.
    let this = create.map_or(ptr::null_mut(), |create| unsafe { create(count, args) });
    if this.is_null() {
        eprintln!("carafe-wlcs: there is no real server");
        // WLCS does not expect a failure.
        process::exit(1);
    }
    // SAFETY: it is a server that WLCS does not have yet; all versions of it
    // have these members.
    let real = unsafe {
        Replaced {
            stop: (*this).stop.replace(stop),
            create_client_socket: (*this).create_client_socket.replace(create_client_socket),
            position_window_absolute: (*this)
                .position_window_absolute
                .replace(position_window_absolute),
        }
    };
    lock(&SERVERS).insert(this.addr(), Arc::new(Server { real, clients: Mutex::default() }));
    this
}

/// WLCS's `destroy_server`.
pub unsafe extern "C" fn destroy(this: *mut WlcsDisplayServer) {
    let server = lock(&SERVERS).remove(&this.addr());
    if let Some(server) = server {
        server.end_clients();
    }
    if let Some(destroy) = real::integration().and_then(|real| real.destroy_server) {
        // SAFETY: the real module made it.
        unsafe { destroy(this) };
    }
}

unsafe extern "C" fn stop(this: *mut WlcsDisplayServer) {
    let Some(server) = find(this) else { return };
    // Mir sometimes crashes if it stops while clients are connected.
    server.end_clients();
    if let Some(stop) = server.real.stop {
        // SAFETY: as WLCS called us.
        unsafe { stop(this) };
    }
}

unsafe extern "C" fn create_client_socket(this: *mut WlcsDisplayServer) -> c_int {
    let Some(server) = find(this) else { return -1 };
    // SAFETY: as WLCS called us.
    let number = server.real.create_client_socket.map_or(-1, |create| unsafe { create(this) });
    if number < 0 {
        return number;
    }
    // SAFETY: the real server gives the descriptor to its caller.
    let connection = unsafe { OwnedFd::from_raw_fd(number) };
    server.interpose(number, connection).unwrap_or_else(|e| {
        eprintln!("carafe-wlcs: no carafe for a client: {e}");
        -1
    })
}

unsafe extern "C" fn position_window_absolute(
    this: *mut WlcsDisplayServer,
    client: *mut wl_display,
    surface: *mut wl_proxy,
    x: c_int,
    y: c_int,
) {
    let Some(server) = find(this) else { return };
    let Some(position) = server.real.position_window_absolute else { return };
    let wayland = wayland_client_handle();
    // SAFETY: WLCS names a display and a surface that live.
    let (number, client_id) =
        unsafe { ((wayland.wl_display_get_fd)(client), (wayland.wl_proxy_get_id)(surface)) };
    let Some(id) = server.host_id(number, client_id) else {
        // The real server would crash on an object that does not exist.
        eprintln!("carafe-wlcs: the host has no surface for wl_surface#{client_id}");
        return;
    };
    // The real server asks the surface for its id and for nothing else, so it
    // gets a copy that has the host's; the client goes on with its own.
    // SAFETY: every version of libwayland starts a wl_proxy with this.
    let mut copy = Object { id, ..unsafe { surface.cast::<Object>().read() } };
    // SAFETY: as WLCS called us; the copy outlives the call.
    unsafe { position(this, client, ptr::from_mut(&mut copy).cast(), x, y) };
}

fn find(this: *mut WlcsDisplayServer) -> Option<Arc<Server>> {
    lock(&SERVERS).get(&this.addr()).cloned()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Gives a host connection to a carafe, and its number to the client's end of a connection to
    /// carafe, because Mir identifies clients by this number.
    fn interpose(&self, number: RawFd, mut connection: OwnedFd) -> io::Result<RawFd> {
        let host = fcntl_dupfd_cloexec(&connection, 3)?;
        let (client, end) = Client::start(number, &host)?;
        dup3(&end, &mut connection, DupFlags::CLOEXEC)?;
        lock(&self.clients).push(client);
        Ok(connection.into_raw_fd())
    }

    fn host_id(&self, number: RawFd, client_id: u32) -> Option<u32> {
        // The last one: numbers are used again.
        let clients = lock(&self.clients);
        clients.iter().rfind(|client| client.number == number)?.host_id(client_id)
    }

    fn end_clients(&self) {
        let until = Instant::now() + PATIENCE;
        for client in lock(&self.clients).drain(..) {
            if let Err(e) = client.end(until) {
                eprintln!("carafe-wlcs: the end of a carafe: {e}");
            }
        }
    }
}
