//! Telling people: what `check --label --comment --notify` says, to whom, and that it says it once.

mod common;
#[path = "notify/hook.rs"]
mod hook;
#[path = "notify/telling.rs"]
mod telling;
#[path = "notify/wire.rs"]
mod wire;
