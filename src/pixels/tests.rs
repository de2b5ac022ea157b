//! Regions, coordinates, copies.
