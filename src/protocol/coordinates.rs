//! Which numbers in the protocols are coordinates, and how a scale changes them. The
//! table itself is `coordinates.txt`, which explains its words.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::tables::{Arg, Rewrite, RewriteKind};

/// An argument that a scale changes, and how it is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coordinate {
    /// A position: rounded to the nearest.
    At,
    /// A size that stands alone: rounded up.
    Length,
    /// Width or height of a rectangle whose x or y is two words before it: rounded so that
    /// the far edge lies where [`At`](Self::At) puts it.
    Extent,
    /// x or y of a rectangle that is rounded outwards.
    Outer,
    /// Width or height of such a rectangle, two words after its x or y.
    OuterExtent,
    /// Any coordinate in 24.8 fixed point: rounded to the nearest 256th.
    Fixed,
}

/// A message's coordinates.
#[derive(Debug, Default)]
pub struct Coordinates {
    /// Those at a fixed offset, the last one first: rewriting an extent needs the
    /// unchanged start of its rectangle.
    pub fixed: Vec<Rewrite>,
    /// Those after a string or an array, by the number of the argument.
    pub late: Vec<(usize, Coordinate)>,
}

const TEXT: &str = include_str!("coordinates.txt");

/// A row: a message's arguments, their names and words.
pub(super) type Row = Vec<(&'static str, &'static str)>;

/// The table, by `interface.message`.
pub(super) struct Rows(HashMap<&'static str, Row>);

impl Rows {
    pub fn read() -> Self {
        let lines = TEXT.lines().filter_map(|line| line.split('#').next());
        let rows = lines.filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.filter_map(|word| word.split_once(':')).collect()))
        });
        Self(rows.collect())
    }

    /// A message's coordinates, if it has any.
    pub fn of(&self, interface: &str, message: &str, args: &[Arg]) -> Option<Box<Coordinates>> {
        let row = self.0.get(format!("{interface}.{message}").as_str());
        let mut words = row.into_iter().flatten();
        let mut offset = Some(0);
        let mut found = Coordinates::default();
        for (number, arg) in args.iter().enumerate() {
            let coordinate = match arg {
                Arg::Int | Arg::Uint => words.next().and_then(|(_, word)| of_int(word)),
                Arg::Fixed => words.next().and_then(|(_, word)| of_fixed(word)),
                _ => None,
            };
            match (coordinate, offset) {
                (Some(coordinate), Some(offset)) => {
                    found.fixed.push(Rewrite { offset, what: RewriteKind::Coordinate(coordinate) });
                }
                (Some(coordinate), None) => found.late.push((number, coordinate)),
                (None, _) => {}
            }
            offset = match arg {
                Arg::Str(_) | Arg::Array => None,
                Arg::Fd(_) => offset,
                _ => offset.map(|offset| offset + 4),
            };
        }
        found.fixed.reverse();
        let any = !found.fixed.is_empty() || !found.late.is_empty();
        any.then(|| Box::new(found))
    }
}

/// The names of all messages' `int`, `uint` and `fixed` arguments.
#[cfg(test)]
pub fn numbers() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let names = |row: Row| row.into_iter().map(|(argument, _)| argument).collect();
    Rows::read().0.into_iter().map(move |(message, row)| (message, names(row)))
}

fn of_int(word: &str) -> Option<Coordinate> {
    Some(match word {
        "at" => Coordinate::At,
        "length" => Coordinate::Length,
        "extent" => Coordinate::Extent,
        "outer" => Coordinate::Outer,
        "outer-extent" => Coordinate::OuterExtent,
        _ => return None,
    })
}

fn of_fixed(word: &str) -> Option<Coordinate> {
    matches!(word, "at" | "length" | "extent" | "motion").then_some(Coordinate::Fixed)
}
