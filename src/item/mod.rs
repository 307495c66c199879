//! What a record means.

pub mod due;
