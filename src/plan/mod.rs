//! Pure planning.

pub mod identity;
pub mod status;
