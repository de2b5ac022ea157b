//! Tests about the sources and documents as a whole.

mod constants;
mod layers;
mod limits;
mod names;
