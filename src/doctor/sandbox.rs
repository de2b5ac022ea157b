//! Checks what the kernel has to shut carafe's sessions in.

use super::Report;
use crate::sandbox;

const CHECK: &str = "sandbox";

/// Tries it.
pub fn examine(report: &mut Report) {
    let layers = sandbox::available();
    if layers.is_whole() {
        return report.ok(CHECK, format!("carafe's sessions are shut in by {layers}"));
    }
    let what =
        format!("this kernel lacks a part of what shuts carafe's sessions in: there is {layers}");
    report.note(CHECK, what, "nothing, or a kernel with landlock (5.13 or newer) and seccomp");
}
