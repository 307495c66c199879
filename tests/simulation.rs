//! Histories drawn by chance. (head docs to come)

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the summary and a replay are what this is run for"
)]

#[path = "simulation/invariants.rs"]
mod invariants;
#[path = "simulation/ledger.rs"]
mod ledger;
#[path = "simulation/merge.rs"]
mod merge;
#[path = "simulation/paper.rs"]
mod paper;
#[path = "simulation/people.rs"]
mod people;
#[path = "simulation/runs.rs"]
mod runs;
#[path = "simulation/wire.rs"]
mod wire;
#[path = "simulation/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use invariants::{Broken, Law};
use world::{Tally, Verdict, play};

/// What many seeds came to.
#[derive(Default)]
struct Sum {
    seeds: u64,
    tally: Tally,
    /// The first seeds that broke each law, and how many did.
    broken: BTreeMap<Law, (u64, Vec<(u64, String)>)>,
    took: Duration,
}

fn simulate(seeds: std::ops::Range<u64>) -> Sum {
    let begun = Instant::now();
    let next = AtomicU64::new(seeds.start);
    let sum = Mutex::new(Sum::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let verdict = judged(seed, false);
                    let mut sum = sum.lock().expect("nobody panics with it");
                    sum.add(seed, verdict);
                }
            });
        }
    });
    let mut sum = sum.into_inner().expect("nobody panics with it");
    sum.took = begun.elapsed();
    sum
}

/// A seed's verdict; a panic is one too.
fn judged(seed: u64, aloud: bool) -> Verdict {
    std::panic::catch_unwind(|| play(seed, aloud)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
            .unwrap_or_default();
        Verdict {
            tally: Tally::new(),
            broken: vec![(Law::NothingBreaks, format!("panic: {text}"))],
        }
    })
}

impl Sum {
    fn add(&mut self, seed: u64, verdict: Verdict) {
        self.seeds += 1;
        for (what, count) in verdict.tally {
            *self.tally.entry(what).or_default() += count;
        }
        let mut laws: Vec<Law> = Vec::new();
        for (law, what) in verdict.broken {
            if laws.contains(&law) {
                continue;
            }
            laws.push(law);
            let (count, first) = self.broken.entry(law).or_default();
            *count += 1;
            if first.len() < 5 {
                first.push((seed, what));
            }
        }
    }

    fn show(&self) -> String {
        let mut text = format!("{} seeds in {:.1} s\n", self.seeds, self.took.as_secs_f64());
        for (what, count) in &self.tally {
            text.push_str(&format!("{count:>9}  {what}\n"));
        }
        for (law, (count, first)) in &self.broken {
            text.push_str(&format!("BROKEN by {count} seeds: {law:?}\n"));
            for (seed, what) in first {
                let short: String = what.chars().take(300).collect();
                text.push_str(&format!("    seed {seed}: {short}\n"));
            }
        }
        text
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn two_hundred_histories() {
    let sum = simulate(0..200);
    assert!(sum.broken.is_empty(), "{}", sum.show());
}

#[test]
#[ignore = "ten thousand histories take minutes"]
fn many() {
    if let Some(seed) = number("PM_SYNC_SEED") {
        let verdict = judged(seed, true);
        let broken: Vec<Broken> = verdict.broken;
        assert!(broken.is_empty(), "{broken:#?}");
        return;
    }
    let sum = simulate(0..number("PM_SYNC_SEEDS").unwrap_or(10_000));
    println!("{}", sum.show());
    assert!(sum.broken.is_empty(), "laws were broken");
}
