//! Counts the virtual machine's virtio-wl objects. There is a limit for all programs together;
//! when it is reached, no window can be opened.

use std::path::Path;

use super::Report;
use crate::channel::virtwl::{MANY_OBJECTS, MAX_VFDS};

/// The link in `/proc/PID/fd` of an object's descriptor.
const LINK: &str = "anon_inode:[virtwl_vfd]";

/// Counts the objects of all programs that this user may inspect.
pub fn examine(check: &'static str, report: &mut Report) {
    tell(check, count(Path::new("/proc")), report);
}

fn tell(check: &'static str, (objects, by): (usize, Option<Holder>), report: &mut Report) {
    let what = format!("{objects} of the virtual machine's {MAX_VFDS} objects are in use");
    let Some(Holder { name, objects: most }) = by.filter(|_| objects >= MANY_OBJECTS) else {
        return report.ok(check, what);
    };
    let next = format!(
        "close some windows, because none can be opened at the limit; {name} has most of the \
         objects ({most}), so restart it if that does not help"
    );
    report.warn(check, what, next);
}

/// The process with the most objects.
struct Holder {
    name: String,
    objects: usize,
}

fn count(proc: &Path) -> (usize, Option<Holder>) {
    let mut all = 0;
    let mut most: Option<Holder> = None;
    for process in std::fs::read_dir(proc).into_iter().flatten().flatten() {
        let links = std::fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        let is_one = |fd: &std::fs::DirEntry| {
            std::fs::read_link(fd.path()).is_ok_and(|link| link.as_os_str() == LINK)
        };
        let objects = links.filter(is_one).count();
        all += objects;
        if objects > 0 && most.as_ref().is_none_or(|most| objects > most.objects) {
            let name = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            let number = process.file_name();
            let name = format!("{} {}", name.trim_end(), number.to_string_lossy());
            most = Some(Holder { name, objects });
        }
    }
    (all, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_objects_are_counted() {
        let proc = tempfile::tempdir().unwrap();
        for (number, name, objects) in [(7, "sommelier", 3), (8, "carafe", 5), (9, "cat", 0)] {
            let fds = proc.path().join(format!("{number}/fd"));
            std::fs::create_dir_all(&fds).unwrap();
            std::fs::write(proc.path().join(format!("{number}/comm")), format!("{name}\n"))
                .unwrap();
            std::os::unix::fs::symlink("socket:[12]", fds.join("0")).unwrap();
            for n in 1..=objects {
                std::os::unix::fs::symlink(LINK, fds.join(n.to_string())).unwrap();
            }
        }
        let (all, most) = count(proc.path());
        let most = most.unwrap();
        assert_eq!((all, most.name.as_str(), most.objects), (8, "carafe 8", 5));
        let mut report = Report::default();
        tell("virtio-wl", (all, Some(most)), &mut report);
        let most = Some(Holder { name: "carafe 8".into(), objects: MANY_OBJECTS });
        tell("virtio-wl", (MANY_OBJECTS, most), &mut report);
        let text = report.to_string();
        assert!(text.contains("8 of the virtual machine's 2047 objects"), "{text}");
        assert!(text.contains("carafe 8\n          has most of the objects"), "{text}");
    }
}
