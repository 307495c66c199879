//! The GitHub client over real HTTP.

#[path = "client/wire.rs"]
mod wire;
