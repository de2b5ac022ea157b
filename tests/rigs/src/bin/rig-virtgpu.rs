//! Runs a program with an emulated virtio-gpu render node.

use std::process::ExitCode;

fn main() -> ExitCode {
    carafe_rigs::supervisor::main::<carafe_rigs::virtgpu::Virtgpu>()
}
