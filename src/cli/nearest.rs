//! Guessing which option a mistyped one should be.

use super::options::Spec;

/// The option whose name is most similar to a name; `None` if none is similar enough.
pub fn nearest(name: &str, specs: impl IntoIterator<Item = &'static Spec>) -> Option<&'static str> {
    let specs = specs.into_iter().filter(|spec| spec.name != "peer-pid");
    let names = specs.flat_map(|spec| [spec.name].into_iter().chain(spec.aliases.iter().copied()));
    let near = names.map(|known| (distance(name, known), known));
    let (distance, known) = near.min_by_key(|(distance, _)| *distance)?;
    // One mistake, and one more for every five letters: in a short name, two mistakes leave
    // little that is right.
    (distance <= 1 + known.len().min(name.len()) / 5).then_some(known)
}

/// How many letters must be added, removed, replaced, or swapped with their neighbours
/// (the Damerau-Levenshtein distance).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    let at = |rows: &[Vec<usize>], row: usize, column: usize| {
        rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or(usize::MAX / 2)
    };
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let left = row.last().copied().unwrap_or(usize::MAX / 2);
            let mut best = (left + 1).min(at(&rows, i, j + 1) + 1);
            best = best.min(at(&rows, i, j) + usize::from(letter != other));
            let before =
                |all: &[char], n: usize| n.checked_sub(1).and_then(|n| all.get(n).copied());
            if before(&a, i) == Some(*other) && before(&b, j) == Some(*letter) {
                best = best.min(at(&rows, i.wrapping_sub(1), j.wrapping_sub(1)) + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    at(&rows, a.len(), b.len())
}

/// The nearest known option, as errors suggest it.
pub fn meant(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean --{name}?)")).unwrap_or_default()
}
