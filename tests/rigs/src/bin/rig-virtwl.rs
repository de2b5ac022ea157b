//! Runs a program with an emulated virtio-wl device.

use std::process::ExitCode;

fn main() -> ExitCode {
    carafe_rigs::supervisor::main::<carafe_rigs::virtwl::Virtwl>()
}
