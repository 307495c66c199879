//! Runs with a write-back that are killed at every request, and whose connection is cut at every write: the next one finishes them.

use pm_sync::sandbox::{Fault, StateReason};

use crate::common::World;
use crate::{BRANCH, done, on, pull_requests, world};

/// What a run leaves behind, on GitHub and on the disk.
fn state(world: &World) -> Vec<String> {
    let mut all = vec![format!("{:?}", pull_requests(world))];
    for name in ["042.md", "043.md"] {
        all.push(on(world, BRANCH, name));
        all.push(world.document(name));
    }
    all.extend(world.people(|r| {
        let of = |i: &pm_sync::sandbox::Issue| format!("{} {:?} {:?}", i.title, i.state, i.labels);
        r.issues().map(of).collect::<Vec<_>>()
    }));
    all
}

/// A world in which there is something to create, to close, to write back and to propose.
fn before_the_run() -> World {
    let world = world();
    world.run("push postmortems/043.md").exits(0);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.requests();
    world
}

#[test]
fn a_run_killed_at_any_request_is_finished_by_the_next() {
    let world = before_the_run();
    world.run("sync --pull-request").exits(0);
    let undisturbed = state(&world);
    let requests = world.sandbox.requests().len();
    assert!(requests > 15, "{requests}");
    // A few at a time: they mostly wait.
    let places: Vec<usize> = (0..requests).collect();
    for some in places.chunks(8) {
        std::thread::scope(|scope| {
            for at in some {
                scope.spawn(|| killed_at(*at, &undisturbed));
            }
        });
    }
}

fn killed_at(at: usize, undisturbed: &[String]) {
    let world = before_the_run();
    // The request is carried out, and the process is gone before the answer is there.
    let late = Fault::delay(std::time::Duration::from_secs(30));
    world.sandbox.fault(late.skip(at));
    let mut child = world.start("sync --pull-request");
    world.wait_for(|seen| seen.len() > at);
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    world.sandbox.clear_faults();
    let request = world.requests().pop().unwrap_or_default();
    world.run("sync --pull-request").exits(0);
    assert_eq!(state(&world), undisturbed, "killed at {at}: {request}");
    world.writes();
    world.run("sync --pull-request").exits(0);
    assert_eq!(world.writes(), [""; 0], "killed at {at}: {request}");
    done(&world);
}

#[test]
fn an_answer_cut_off_anywhere_changes_nothing_in_the_end() {
    let world = before_the_run();
    world.run("sync --pull-request").exits(0);
    let undisturbed = state(&world);
    let requests = world.requests();
    // The others read, or write issues, and are cut off elsewhere.
    let writes = |request: &&(usize, String)| {
        let (_, request) = request;
        !request.starts_with("GET") && (request.contains("/git/") || request.contains("/pulls"))
    };
    let numbered: Vec<(usize, String)> = requests.into_iter().enumerate().collect();
    let cuts: Vec<&(usize, String)> = numbered.iter().filter(writes).collect();
    assert!(cuts.len() >= 5, "{numbered:?}");
    // Each waits a moment before it tries again: side by side.
    std::thread::scope(|scope| {
        for (at, request) in cuts {
            for fault in [Fault::lost_answer(), Fault::lost_request()] {
                let undisturbed = &undisturbed;
                scope.spawn(move || {
                    let world = before_the_run();
                    world.sandbox.fault(fault.skip(*at));
                    world.run("sync --pull-request");
                    assert_eq!(world.sandbox.waiting_faults(), 0, "{request}");
                    world.run("sync --pull-request").exits(0);
                    assert_eq!(&state(&world), undisturbed, "cut off at {at}: {request}");
                });
            }
        }
    });
}
