//! Telling people: what `check --label --comment --notify` says, to whom, and that it says it once.

mod common;
#[path = "notify/hook.rs"]
mod hook;
#[path = "notify/on_issues.rs"]
mod on_issues;
#[path = "notify/stage.rs"]
mod stage;
#[path = "notify/telling.rs"]
mod telling;
#[path = "notify/wire.rs"]
mod wire;
