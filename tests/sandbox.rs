//! The sandbox over real HTTP: that it answers as GitHub does, and fails as GitHub does.

#[path = "sandbox/access.rs"]
mod access;
#[path = "sandbox/client.rs"]
mod client;
#[path = "sandbox/events.rs"]
mod events;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/git.rs"]
mod git;
#[path = "sandbox/http.rs"]
mod http;
#[path = "sandbox/issues.rs"]
mod issues;
#[path = "sandbox/labels.rs"]
mod labels;
#[path = "sandbox/lists.rs"]
mod lists;
#[path = "sandbox/service.rs"]
mod service;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Ask, Reply};
use pm_sync::sandbox::{Fault, GitHub, Permission, Sandbox, State, StateReason};
use serde_json::{Value, json};

const REPO: &str = "octo-org/service";
const ISSUES: &str = "/repos/octo-org/service/issues";

fn start() -> Sandbox {
    start_with(|_| {})
}

fn start_with(prepare: impl FnOnce(&mut GitHub)) -> Sandbox {
    let mut github = GitHub::new();
    prepare(&mut github);
    Sandbox::start_blocking(github).expect("a loopback port is free")
}

#[track_caller]
fn get(sandbox: &Sandbox, path: &str) -> Reply {
    Ask::new(sandbox, "GET", path).send()
}

#[track_caller]
fn write(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Reply {
    Ask::new(sandbox, method, path)
        .raw(&body.to_string())
        .send()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}
