//! Commands as bytes, both ways.
