//! Labels and comments on issues: written one by one, each for itself.

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::JoinSet;

use super::plan::{Labels, Step, Target, correction, labels, over, step, targets};
use super::told::{OurComment, ToldComment};
use super::{Failed, OnGitHub, Telling};
use crate::github::clock::Clock;
use crate::github::{Error, ErrorKind, NewLabel, Refusal};
use crate::list::counted;

/// The waits between looks for a comment whose creation was not answered. Comments don't lag as listings of issues do.
const LOOKS: [u64; 3] = [1, 3, 6];

/// The colour of the label: the red of what is on fire.
const LABEL_COLOR: &str = "b60205";

/// A comment that is to be written.
struct Due {
    target: Target,
    step: Step,
}

impl Telling<'_> {
    /// Makes the label say the truth.
    pub(super) async fn labels(&self, github: OnGitHub<'_>) -> Result<(), Failed> {
        let language = self.language();
        let label = &self.config.notify.overdue_label;
        let Labels { add, remove } = labels(&self.findings.issues, github.snapshot, label);
        if !add.is_empty() {
            self.make_label(github, label).await?;
        }
        let on = add.iter().map(|number| (*number, true));
        let off = remove.iter().map(|number| (*number, false));
        let mut row = Row::default();
        for (number, put_on) in on.chain(off) {
            let done = if put_on {
                github.client.add_label(number, label).await
            } else {
                github.client.remove_label(number, label).await.map(drop)
            };
            let (ja, en) = if put_on {
                (
                    "ラベルを付けられませんでした",
                    "the label could not be put on",
                )
            } else {
                (
                    "ラベルを外せませんでした",
                    "the label could not be taken off",
                )
            };
            if row.note(self, number, done, ja, en) {
                break;
            }
        }
        if row.done > 0 {
            self.printer.note(&language.pick(
                format!("ラベル「{label}」を更新しました: {} 件", row.done),
                format!(
                    "Label `{label}` brought up to date: {}.",
                    counted(row.done, "issue")
                ),
            ));
        }
        row.end(self, add.len() + remove.len())
    }

    /// The label with its colour, unless an issue of ours shows that it is there.
    async fn make_label(&self, github: OnGitHub<'_>, label: &str) -> Result<(), Failed> {
        let language = self.language();
        let exists = github
            .snapshot
            .issues
            .values()
            .flat_map(|issue| &issue.labels)
            .any(|name| name.to_lowercase() == label.to_lowercase());
        if exists {
            return Ok(());
        }
        let new = NewLabel {
            name: label.to_owned(),
            color: LABEL_COLOR.to_owned(),
            description: "Past its due date, kept by pm-sync".to_owned(),
        };
        match github.client.ensure_label(&new).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let what = language.pick(
                    format!("ラベル「{label}」を作成できませんでした"),
                    format!("the label `{label}` could not be created"),
                );
                Err(self.failed(&what, &error))
            }
        }
    }

    /// What would become of the labels.
    pub(super) fn show_labels(&self, github: OnGitHub<'_>) -> String {
        let language = self.language();
        let label = &self.config.notify.overdue_label;
        let Labels { add, remove } = labels(&self.findings.issues, github.snapshot, label);
        let list = |numbers: &[u64]| {
            numbers
                .iter()
                .map(|number| format!("#{number}"))
                .collect::<Vec<_>>()
                .join(language.pick("、", ", "))
        };
        let mut out = String::new();
        if !add.is_empty() {
            let list = list(&add);
            out.push_str(&language.pick(
                format!("── ラベル「{label}」を付ける Issue: {list}\n"),
                format!("── label `{label}` would be put on {list}\n"),
            ));
        }
        if !remove.is_empty() {
            let list = list(&remove);
            out.push_str(&language.pick(
                format!("── ラベル「{label}」を外す Issue: {list}\n"),
                format!("── label `{label}` would be taken off {list}\n"),
            ));
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// Writes the comments that are due.
    pub(super) async fn comments(&self, github: OnGitHub<'_>) -> Result<(), Failed> {
        let language = self.language();
        let (due, looked) = self.due(github).await;
        self.printer.begin(
            due.len(),
            language.pick("コメントを書き込み中", "writing comments"),
        );
        let mut row = Row::default();
        let (mut created, mut updated) = (0, 0);
        let count = due.len();
        for Due { target, step } in due {
            let Target { number, text, .. } = target;
            let done = match step {
                Step::Leave => continue,
                Step::Create => self.create(github, number, &text).await,
                Step::Update { id, on } => github
                    .client
                    .update_comment(id, &ToldComment::body(&text, on))
                    .await
                    .map(drop),
            };
            match (&done, step) {
                (Ok(()), Step::Create) => created += 1,
                (Ok(()), _) => updated += 1,
                (Err(_), _) => {}
            }
            self.printer.step(1, None);
            if row.note(
                self,
                number,
                done,
                "コメントできませんでした",
                "the comment could not be written",
            ) {
                break;
            }
        }
        self.printer.end();
        if created + updated > 0 {
            self.printer.note(&language.pick(
                format!("Issue へのコメント: 新規 {created} 件、更新 {updated} 件"),
                format!("Comments on issues: {created} new, {updated} updated."),
            ));
        }
        row.end(self, count).and(looked)
    }

    /// The comments that would be written.
    pub(super) async fn show_comments(&self, github: OnGitHub<'_>) -> (String, Result<(), Failed>) {
        let language = self.language();
        let (due, looked) = self.due(github).await;
        let mut out = String::new();
        for Due { target, step } in due {
            let Target { number, text, .. } = target;
            out.push_str(&match step {
                Step::Leave => continue,
                Step::Create => language.pick(
                    format!("── #{number} に新しいコメント\n"),
                    format!("── new comment on #{number}\n"),
                ),
                Step::Update { .. } => language.pick(
                    format!("── #{number} のコメントを更新\n"),
                    format!("── changed comment on #{number}\n"),
                ),
            });
            out.push_str(&format!("{text}\n\n"));
        }
        (out, looked)
    }

    /// Looks at the comments of the issues that one may be due on, eight at a time, and says what is due.
    async fn due(&self, github: OnGitHub<'_>) -> (Vec<Due>, Result<(), Failed>) {
        let (today, every) = (self.findings.today, self.config.check.remind_every);
        let mut targets = targets(self.findings, github.snapshot, self.config);
        targets.extend(over(
            self.findings,
            github.snapshot,
            self.config,
            self.language(),
        ));
        let mut looks = JoinSet::new();
        for target in targets.iter().filter(|target| target.has_comments) {
            let (client, number) = (github.client.clone(), target.number);
            looks.spawn(async move { (number, client.comments(number).await) });
        }
        let mut last: HashMap<u64, Option<OurComment>> = HashMap::new();
        let mut row = Row::default();
        let count = looks.len();
        while let Some(look) = looks.join_next().await {
            // A look that panicked says nothing, and an issue that nothing is known of is left alone.
            let Ok((number, comments)) = look else {
                continue;
            };
            let found = comments.map(|comments| {
                last.insert(number, OurComment::last(&comments));
            });
            if row.note(
                self,
                number,
                found,
                "コメントを確認できませんでした",
                "its comments could not be read",
            ) {
                looks.abort_all();
            }
        }
        let due = targets
            .into_iter()
            .filter_map(|target| {
                let before = match last.remove(&target.number) {
                    Some(before) => before,
                    None if target.has_comments => return None,
                    None => None,
                };
                let step = match target.over {
                    true => correction(before.as_ref(), &target.text),
                    false => step(before.as_ref(), &target.text, today, every),
                };
                (step != Step::Leave).then_some(Due { target, step })
            })
            .collect();
        (due, row.end(self, count))
    }

    /// Writes a new comment. Where the answer is lost it is looked for, never sent again.
    async fn create(&self, github: OnGitHub<'_>, number: u64, text: &str) -> Result<(), Error> {
        let today = self.findings.today;
        let body = ToldComment::body(text, today);
        let error = match github.client.create_comment(number, &body).await {
            Ok(_) => return Ok(()),
            Err(error) if *error.kind() == ErrorKind::Uncertain => error,
            Err(error) => return Err(error),
        };
        let clock = Clock::real();
        for seconds in LOOKS {
            clock.wait(Duration::from_secs(seconds)).await;
            if let Ok(comments) = github.client.comments(number).await
                && OurComment::last(&comments)
                    .is_some_and(|ours| ours.told.on == today && ours.told.says(text))
            {
                return Ok(());
            }
        }
        Err(error)
    }
}

/// A row of requests to issues: what failed is said, and where nothing more can come of it the row stops.
#[derive(Default)]
struct Row {
    done: usize,
    failed: usize,
    refused: usize,
    stopped: bool,
}

impl Row {
    /// Notes what became of one; whether to stop.
    fn note(
        &mut self,
        telling: &Telling<'_>,
        number: u64,
        result: Result<(), Error>,
        ja: &str,
        en: &str,
    ) -> bool {
        let error = match result {
            Ok(()) => {
                self.done += 1;
                return false;
            }
            Err(error) => error,
        };
        if self.stopped {
            return true;
        }
        self.failed += 1;
        let what = telling
            .language()
            .pick(format!("#{number}: {ja}"), format!("#{number}: {en}"));
        telling.failed(&what, &error);
        self.stopped = match error.kind() {
            // About this one alone: gone, moved, locked, or it isn't known what became of it.
            ErrorKind::NotFound
            | ErrorKind::Gone
            | ErrorKind::Moved
            | ErrorKind::Validation(_)
            | ErrorKind::Uncertain
            | ErrorKind::Forbidden(Refusal::Locked) => false,
            // A token that may write to one issue may write to the others.
            ErrorKind::Forbidden(Refusal::Permission(_)) => {
                self.refused += 1;
                self.refused > 1 && self.done == 0
            }
            _ => true,
        };
        self.stopped
    }

    /// Says how many were not come to.
    fn end(&self, telling: &Telling<'_>, all: usize) -> Result<(), Failed> {
        if self.failed == 0 {
            return Ok(());
        }
        let left = all.saturating_sub(self.done + self.failed);
        if left > 0 {
            let text = telling.language().pick(
                format!("残り {left} 件の Issue は試していません。次の実行で処理します"),
                format!(
                    "{} not tried, and left for the next run",
                    match left {
                        1 => "1 more issue was".to_owned(),
                        left => format!("{left} more issues were"),
                    }
                ),
            );
            telling.printer.warn(&text, None);
        }
        Err(Failed)
    }
}
