//! Tests about the sources and documents as a whole.

mod layers;
mod limits;
mod names;
