//! Creating issues, so that none is created twice: the labels first, the search for a lost answer, duplicates of two runs at once.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::applied::Applied;
use super::{Run, Stop, uncertain};
use crate::config::{Config, Priority};
use crate::github::marker::{self, Marker, MarkerReading};
use crate::github::model::{CloseReason, Missing, StateChange};
use crate::github::{ErrorKind, Issue, IssuePatch, LabelOutcome, Lookup, NewLabel};
use crate::item::ProblemKind;
use crate::plan::content::{self, Wanted};
use crate::show::{Action, Change, Row};

/// The waits between looks for an issue whose creation was not answered: a minute in all, since listings lag.
pub(crate) const LOOKS: [u64; 6] = [1, 3, 6, 10, 15, 25];

impl Run<'_> {
    /// Creates the labels that no issue of ours carries yet, with their colours.
    pub(super) async fn labels(&self, wanted: &Wanted, applied: &mut Applied) -> Result<(), Stop> {
        for name in wanted.all_labels() {
            if !applied.labels.insert(name.to_lowercase()) {
                continue;
            }
            let priority = Priority::ALL
                .iter()
                .find(|p| self.config.priorities[**p].label == name);
            let (color, description) = match priority {
                Some(priority) => (
                    self.config.priorities[*priority].color.clone(),
                    self.config.priorities[*priority]
                        .description
                        .clone()
                        .unwrap_or_default(),
                ),
                None if name == self.config.issues.marker_label() => {
                    let NewLabel {
                        color, description, ..
                    } = marker_label(self.config);
                    (color, description)
                }
                None => ("c5def5".to_owned(), String::new()),
            };
            match self
                .client
                .ensure_label(&NewLabel {
                    name: name.clone(),
                    color,
                    description,
                })
                .await
            {
                Ok(LabelOutcome::Created) => {
                    self.printer.detail(&format!("label `{name}` created"));
                }
                Ok(LabelOutcome::Existed) => {}
                Err(error) => return Err(Stop::GitHub(error)),
            }
        }
        Ok(())
    }

    /// Whether nothing has to be asked of GitHub before these labels can be used.
    pub(super) fn labels_known(wanted: &Wanted, applied: &Applied) -> bool {
        let mut labels = wanted.all_labels().into_iter();
        labels.all(|name| applied.labels.contains(&name.to_lowercase()))
    }

    pub(super) async fn create(
        &mut self,
        wanted: &Wanted,
        row: &Row,
        applied: &mut Applied,
    ) -> Result<Option<Issue>, Stop> {
        let new = content::create(wanted, self.template.as_deref());
        let mut result = self
            .client
            .create_issue(&new)
            .await
            .map(|issue| (new, issue));
        if matches!(&result, Err(error) if *error.kind() == ErrorKind::AssigneeInvalid) {
            // Nothing was created. Somebody has left since they were asked for: the issue goes without, its body names them.
            let mut without = wanted.clone();
            for login in without
                .owners
                .iter_mut()
                .flat_map(|owner| std::mem::take(&mut owner.logins))
            {
                applied.problem(row, ProblemKind::OwnerUnassignable { login });
            }
            let new = content::create(&without, self.template.as_deref());
            result = self
                .client
                .create_issue(&new)
                .await
                .map(|issue| (new, issue));
        }
        match result {
            Ok((new, issue)) => {
                let issue = self
                    .remember_missing(&new.missing_from(&issue), issue)
                    .await;
                self.snapshot.issues.insert(issue.number, issue.clone());
                Ok(Some(issue))
            }
            Err(error) if *error.kind() == ErrorKind::Uncertain => {
                match self.look_for(wanted, row).await? {
                    Some(issue) => {
                        self.snapshot.issues.insert(issue.number, issue.clone());
                        Ok(Some(issue))
                    }
                    None => Err(Stop::Uncertain(row.clone())),
                }
            }
            Err(error) => self
                .failed(error, row, Action::Create, applied)
                .map(|()| None),
        }
    }

    /// Says what GitHub left out of an issue, and has the issue's memory know it: a later run would take it for something that a person
    /// took away.
    async fn remember_missing(&self, missing: &Missing, issue: Issue) -> Issue {
        if missing.is_empty() {
            return issue;
        }
        self.warn_missing(missing);
        let patch = content::remember(&issue, missing);
        if patch.is_empty() {
            return issue;
        }
        // Where even this fails, the next run reports the difference; the issue is there and must be linked.
        self.client
            .update_issue(issue.number, &patch)
            .await
            .unwrap_or(issue)
    }

    fn warn_missing(&self, missing: &Missing) {
        let language = self.printer.language;
        let what = [missing.labels.join(", "), missing.assignees.join(", ")]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        self.printer.warn(
            &language.pick(
                format!("GitHub は次の指定を無視しました: {what}"),
                format!("GitHub left out: {what}"),
            ),
            Some(language.pick(
                "ラベルと担当者の設定には push 権限のあるトークンが必要です",
                "labels and assignees need a token with push access",
            )),
        );
    }

    /// Looks for an issue whose creation was not answered. Listings lag, so it is looked for again for a minute.
    async fn look_for(&self, wanted: &Wanted, row: &Row) -> Result<Option<Issue>, Stop> {
        let language = self.printer.language;
        let text = language.pick(
            "作成の応答が失われたため、作られたかどうかを確認しています（最長 1 分）",
            "the answer to a create was lost: looking for the issue, for up to a minute",
        );
        self.printer.note(text);
        for seconds in LOOKS {
            for _ in 0..seconds {
                self.clock.wait(Duration::from_secs(1)).await;
                if self.interrupted.load(Ordering::Relaxed) {
                    let hint = language.pick(
                        "一覧に反映されるまで、1 分ほど待ってから実行してください",
                        "run it again in a minute, when listings have caught up",
                    );
                    self.printer.warn(&uncertain(row, language), Some(hint));
                    return Err(Stop::Interrupted);
                }
            }
            let Ok(listed) = self
                .client
                .issues_with_label(self.config.issues.marker_label())
                .await
            else {
                continue;
            };
            let found = listed
                .into_iter()
                .filter(|issue| !self.snapshot.issues.contains_key(&issue.number))
                .find(|issue| carries(issue, wanted));
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Closes what an earlier run left: open twins of an issue. Each is read by number first, and so is the one that stays, since what a
    /// listing says may be old.
    pub(super) async fn close_twins(
        &mut self,
        stays: u64,
        twins: &[u64],
        row: &Row,
        applied: &mut Applied,
    ) -> Result<(), Stop> {
        for &twin in twins {
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(Stop::Interrupted);
            }
            let look = async |number| self.client.issue(number).await.map_err(Stop::GitHub);
            let (Lookup::Found(first), Lookup::Found(second)) =
                (look(stays).await?, look(twin).await?)
            else {
                continue;
            };
            // The one that stays may have got another title by another run meanwhile.
            let planned = self.snapshot.issues.get(&twin).and_then(name);
            let still = first.is_open()
                && content::untouched(&second, self.template.as_deref())
                && name(&first).is_some()
                && planned.is_some()
                && name(&second) == planned;
            if !still {
                // For whoever plans again: what the listing said of it is old.
                self.snapshot.issues.insert(twin, *second);
                continue;
            }
            let patch = IssuePatch {
                state: Some(StateChange::Close(CloseReason::Duplicate)),
                ..IssuePatch::default()
            };
            let closed = self.client.update_issue(twin, &patch).await;
            self.snapshot
                .issues
                .insert(twin, closed.map_err(Stop::GitHub)?);
            applied.document().changes.push(Change {
                row: row.clone(),
                action: Action::CloseDuplicate,
                issue: Some(twin),
                url: None,
                fields: Vec::new(),
            });
        }
        Ok(())
    }

    /// Two runs at once: lists again, once, after the creates. Where another open issue carries the same item, the lowest number stays
    /// and the one this run made is closed as its duplicate, if people have left both as they were: each is read by number before.
    pub(super) async fn settle_duplicates(&mut self, applied: &mut Applied) -> Result<(), Stop> {
        let listed = self
            .client
            .issues_with_label(self.config.issues.marker_label())
            .await
            .map_err(Stop::GitHub)?;
        let mut by_item: BTreeMap<(String, String, String), Vec<&Issue>> = BTreeMap::new();
        for issue in listed
            .iter()
            .filter(|issue| issue.is_open() && !issue.is_pull_request)
        {
            if let Some(name) = name(issue) {
                by_item.entry(name).or_default().push(issue);
            }
        }
        let created = applied.created.clone();
        for (item_name, issues) in &by_item {
            let mut lower: Vec<u64> = issues.iter().map(|issue| issue.number).collect();
            lower.sort_unstable();
            for (document, item, number) in created
                .iter()
                .filter(|(_, _, n)| issues.iter().any(|issue| issue.number == *n))
            {
                // The listing may be older than what people did; what is read by number is not.
                let still =
                    |issue: &Issue| issue.is_open() && name(issue).as_ref() == Some(item_name);
                let mut first = None;
                for other in lower.iter().filter(|other| *other < number) {
                    let read = self.client.issue(*other).await.map_err(Stop::GitHub)?;
                    if let Lookup::Found(issue) = read
                        && still(&issue)
                    {
                        first = Some(issue);
                        break;
                    }
                }
                let Some(first) = first else { continue };
                let read = self.client.issue(*number).await.map_err(Stop::GitHub)?;
                let gives_way = matches!(&read, Lookup::Found(twin)
                    if still(twin) && content::untouched(twin, self.template.as_deref()));
                if !gives_way {
                    continue;
                }
                let patch = IssuePatch {
                    state: Some(StateChange::Close(CloseReason::Duplicate)),
                    ..IssuePatch::default()
                };
                let closed = self
                    .client
                    .update_issue(*number, &patch)
                    .await
                    .map_err(Stop::GitHub)?;
                self.snapshot.issues.insert(*number, closed);
                self.snapshot.issues.insert(first.number, (*first).clone());
                let place =
                    applied.report.documents.iter().position(|d| {
                        d.path == self.workspace.documents[*document].postmortem.path
                    });
                if let Some(place) = place {
                    let row = applied.report.documents[place].row(item);
                    applied.report.documents[place].changes.push(Change {
                        row,
                        action: Action::CloseDuplicate,
                        issue: Some(*number),
                        url: None,
                        fields: Vec::new(),
                    });
                }
                // The other run's link may stand in the row already: then there is nothing left to mend.
                let number = *number;
                applied.report.problems.retain(
                    |problem| !matches!(problem.kind, ProblemKind::RowMoved { number: n } if n == number),
                );
                self.link(*document, item, &first, applied);
            }
        }
        Ok(())
    }
}

/// The label by which our issues are found again, as it is made where there is none.
pub(crate) fn marker_label(config: &Config) -> NewLabel {
    NewLabel {
        name: config.issues.marker_label().to_owned(),
        color: "5319e7".to_owned(),
        description: "Postmortem action item, kept by pm-sync".to_owned(),
    }
}

/// What the marker of an issue says of the item: its document, key and title.
fn name(issue: &Issue) -> Option<(String, String, String)> {
    let MarkerReading::One(marker) = marker::parse(&issue.body) else {
        return None;
    };
    let Marker { doc, key, saw, .. } = *marker;
    Some((doc, key, crate::plan::identity::fold(&saw.doc.title)))
}

fn carries(issue: &Issue, wanted: &Wanted) -> bool {
    match marker::parse(&issue.body) {
        MarkerReading::One(marker) => {
            marker.doc == wanted.doc
                && marker.key == wanted.key
                && marker.saw.doc.title == content::remembered_title(&wanted.title)
        }
        _ => false,
    }
}
