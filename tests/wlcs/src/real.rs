//! The module that integrates the real compositor.

use std::env;
use std::path::PathBuf;
use std::sync::OnceLock;

use libloading::Library;
use wlcs::ffi_display_server_api::WlcsServerIntegration;

/// Its entry point, loaded on first use. If it cannot be loaded, prints the error and returns
/// `None`.
pub fn integration() -> Option<&'static WlcsServerIntegration> {
    static REAL: OnceLock<Option<&WlcsServerIntegration>> = OnceLock::new();
    *REAL.get_or_init(|| {
        let path = path();
        load(&path).inspect_err(|e| eprintln!("carafe-wlcs: {}: {e}", path.display())).ok()
    })
}

fn path() -> PathBuf {
    env::var_os("WLCS_MODULE").map_or_else(
        || {
            // Debian's multiarch directory, as most architectures spell it.
            let dir = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
            PathBuf::from(dir).join("mir/miral_wlcs_integration.so")
        },
        PathBuf::from,
    )
}

fn load(path: &PathBuf) -> Result<&'static WlcsServerIntegration, libloading::Error> {
    // SAFETY: loading runs the module's initialisers, as its user wants.
    let library = unsafe { Library::new(path) }?;
    // SAFETY: a WLCS integration module's symbol of this name is this struct.
    let entry = unsafe { library.get::<*const WlcsServerIntegration>(b"wlcs_server_integration") }?;
    // SAFETY: the linker gave an address in the module's constant data, which
    // stays: the module is never unloaded.
    let entry = unsafe { &**entry };
    std::mem::forget(library);
    Ok(entry)
}
