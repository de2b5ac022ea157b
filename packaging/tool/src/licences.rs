//! The licences of all that is linked into the program, as its users are to have them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Writes the names, licences and licence texts of all dependencies.
pub fn write(file: &Path) -> io::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--locked", "--filter-platform", &target])
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    fs::write(file, text(&metadata)?)
}

fn text(metadata: &Value) -> io::Result<String> {
    let packages: BTreeMap<&str, &Value> = list(metadata, "packages")
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let linked = linked(metadata)?;
    let mut text = String::from(
        "carafe is MIT OR Apache-2.0. Linked into it are Rust's standard library (MIT OR \
         Apache-2.0),\nin static binaries the C library (glibc: LGPL-2.1-or-later, musl: MIT), \
         and:\n\n",
    );
    // One text for all that share it.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for id in &linked {
        let Some(package) = packages.get(id) else { continue };
        let get = |key: &str| package[key].as_str().unwrap_or_default();
        let name = format!("{} {}", get("name"), get("version"));
        let folder = PathBuf::from(get("manifest_path"));
        let found = licence_files(folder.parent().unwrap_or(Path::new("/")))?;
        let _ = write!(text, "{name}: {}", get("license"));
        if found.is_empty() {
            let authors: Vec<&str> = list(package, "authors").filter_map(Value::as_str).collect();
            let _ = write!(text, " (it carries no text; by {})", authors.join(", "));
        }
        text.push('\n');
        for file in found {
            texts.entry(fs::read_to_string(file)?).or_default().push(name.clone());
        }
    }
    for (licence, names) in texts {
        let _ = write!(text, "\n{}\n{}:\n\n{licence}", "-".repeat(80), names.join(", "));
    }
    Ok(text)
}

/// What carafe needs when it runs: neither build scripts' dependencies nor tests'.
fn linked(metadata: &Value) -> io::Result<BTreeSet<&str>> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"], "nodes")
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let root = list(metadata, "packages").find(|package| package["name"] == "carafe");
    let root = root.and_then(|package| package["id"].as_str());
    let root = root.ok_or_else(|| io::Error::other("cargo metadata names no carafe"))?;
    let (mut linked, mut waiting) = (BTreeSet::new(), vec![root]);
    while let Some(id) = waiting.pop() {
        let Some(node) = nodes.get(id) else { continue };
        for dependency in list(node, "deps") {
            let is_normal = list(dependency, "dep_kinds").any(|kind| kind["kind"].is_null());
            if let Some(id) = dependency["pkg"].as_str().filter(|_| is_normal)
                && linked.insert(id)
            {
                waiting.push(id);
            }
        }
    }
    Ok(linked)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// `LICENSE*`, `LICENCE*`, `COPYING*` of a crate.
fn licence_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.is_file() && ["LICEN", "COPYING"].iter().any(|start| name.starts_with(start)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
