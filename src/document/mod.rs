//! Documents: finding the files, reading and saving them. A skeleton; the rest of the room comes later.

pub mod files;
pub mod save;
