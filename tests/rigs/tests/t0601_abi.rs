//! The programs that test a device from outside pass on the emulated ones.

mod common;

use carafe_fixture::process::RuntimeDir;
use common::{Rig, VIRTGPU, VIRTWL, output, report, weston};

const ABI_VIRTWL: &str = env!("CARGO_BIN_EXE_abi-virtwl");
const ABI_VIRTGPU: &str = env!("CARGO_BIN_EXE_abi-virtgpu");

fn passes(rig: &str, options: &[&str], program: &[&str]) -> String {
    let runtime = RuntimeDir::new();
    let (_weston, socket) = weston(&runtime);
    let mut rig = Rig::new(rig, &runtime, options).start(&socket, program);
    let output = output(&mut rig);
    let status = rig.wait();
    assert!(status.success(), "{status}\n{output}");
    assert!(report(&runtime).made("contexts") > 2, "it used the device");
    output
}

#[test]
fn virtwl() {
    let output = passes(VIRTWL, &[], &[ABI_VIRTWL, "--rude", "{device}"]);
    assert!(output.contains("DMABUF_SYNC"), "with dma-bufs:\n{output}");
}

#[test]
fn virtwl_without_dmabufs() {
    let output = passes(VIRTWL, &["--fault=no-dmabuf"], &[ABI_VIRTWL, "{device}"]);
    assert!(output.contains("there are no dma-bufs"), "{output}");
}

#[test]
fn virtgpu() {
    let output = passes(VIRTGPU, &[], &[ABI_VIRTGPU, "{device}"]);
    assert!(output.contains("there is no extended RESOURCE_INFO"), "{output}");
}

#[test]
fn virtgpu_of_a_chromeos_kernel() {
    let output = passes(VIRTGPU, &["--fault=extended-info"], &[ABI_VIRTGPU, "{device}"]);
    assert!(output.contains("there is an extended RESOURCE_INFO"), "{output}");
}

const THREE_PROCESSES: &str = "pids=; for n in 1 2 3; do $0 $1 & pids=\"$pids $!\"; done; \
    for pid in $pids; do wait $pid || exit 1; done";

#[test]
fn virtwl_in_three_processes_at_once() {
    passes(VIRTWL, &[], &["sh", "-c", THREE_PROCESSES, ABI_VIRTWL, "{device}"]);
}

#[test]
fn virtgpu_in_three_processes_at_once() {
    passes(VIRTGPU, &[], &["sh", "-c", THREE_PROCESSES, ABI_VIRTGPU, "{device}"]);
}
