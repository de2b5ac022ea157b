//! How the binary is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Protocol tables are full of pointers: as a list, their relocations are a third of a
    // megabyte that each start reads and keeps; packed they are a page or two. (Needs
    // glibc 2.36 or musl 1.2.4, of 2022 and 2023.)
    println!("cargo::rustc-link-arg-bin=carafe=-Wl,-z,pack-relative-relocs");
}
