//! The end of a history: one undisturbed run puts in order what is left, and again there must be nothing to do.

use pm_sync::synchronise::Half;

use super::invariants::{self, Law};
use super::runs::{Order, Outcome};
use super::world::World;

impl World {
    /// The end: one further undisturbed run, and again.
    pub(crate) async fn end(&mut self) {
        self.sandbox.release_listings();
        self.tell("the end");
        let outcome = self.undisturbed(Half::Both).await;
        self.judge(invariants::open_duplicates(
            &self.issues,
            &self.ledger,
            &self.main,
        ));
        if let Some(report) = outcome.and_then(|outcome| outcome.report) {
            self.judge(invariants::silent_differences(
                &self.main,
                &self.issues,
                &report,
            ));
        }
        for half in [Half::Both, Half::Push, Half::Pull] {
            self.again(half).await;
        }
        let unexpected = self.sandbox.unexpected();
        for request in unexpected {
            let what = format!("{} {}", request.method, request.path);
            self.judge(vec![(Law::NothingBreaks, what)]);
        }
    }

    /// A run on the main branch with nothing in its way, saved.
    pub(crate) async fn undisturbed(&mut self, half: Half) -> Option<Outcome> {
        let order = Order {
            docs: self.main.clone(),
            half,
            paths: Vec::new(),
            force: false,
            progress: self.progress,
            weather: 0,
        };
        let mut running = self.carry_out(vec![order], false).await;
        let run = running.pop()?;
        self.set_main(run.docs);
        run.outcome
    }

    /// An undisturbed run that must find nothing to do.
    pub(crate) async fn again(&mut self, half: Half) {
        let before = self.main.clone();
        let Some(outcome) = self.undisturbed(half).await else {
            return;
        };
        let mut broken = Vec::new();
        if outcome.writes > 0 {
            broken.push((Law::Converges, format!("{} writes", outcome.writes)));
        }
        if self.main.files != before.files {
            broken.push((Law::Converges, "documents changed".to_owned()));
        }
        self.judge(broken);
    }
}
