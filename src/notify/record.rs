//! The issue that remembers what digests have told: found in the listing, read again by number, made, written.

use super::told::Record;
use crate::config::{Config, Language};
use crate::github::model::{CloseReason, StateChange};
use crate::github::snapshot::Snapshot;
use crate::github::{Client, Error, IssuePatch, Lookup, NewIssue};

/// Where the record is, and what it holds.
#[derive(Debug)]
pub(super) struct Home {
    /// The issues that hold it, ascending: one, unless two runs made it at once. The first is written to.
    numbers: Vec<u64>,
    /// What all of them hold.
    pub(super) record: Record,
    /// Whether this run made it, and so has to close it.
    fresh: bool,
}

/// Why the record can't be made.
pub(super) enum Refusal {
    /// GitHub's refusal.
    GitHub(Error),
    /// GitHub has silently left out the label by which it is found again.
    Unlabelled,
}

impl Home {
    /// What the listing has of it.
    pub(super) fn found(snapshot: &Snapshot) -> Home {
        let mut home = Home {
            numbers: Vec::new(),
            record: Record::default(),
            fresh: false,
        };
        for (issue, record) in Record::all(snapshot.issues.values()) {
            home.numbers.push(issue.number);
            home.record.join(record);
        }
        home
    }

    /// Reads it by number, which shows it as it is now.
    pub(super) async fn read_again(&mut self, client: &Client) -> Result<(), Error> {
        let mut record = Record::default();
        let mut numbers = Vec::new();
        for &number in &self.numbers {
            if let Lookup::Found(issue) = client.issue(number).await?
                && let Some(found) = Record::parse(&issue.body)
            {
                record.join(found);
                numbers.push(number);
            }
        }
        (self.record, self.numbers) = (record, numbers);
        Ok(())
    }

    /// Makes it where there is none.
    pub(super) async fn make(
        &mut self,
        client: &Client,
        config: &Config,
        language: Language,
    ) -> Result<(), Refusal> {
        if !self.numbers.is_empty() {
            return Ok(());
        }
        let new = NewIssue {
            title: Record::title(language).to_owned(),
            body: self.record.body(language),
            labels: vec![config.issues.marker_label().to_owned()],
            assignees: Vec::new(),
        };
        let issue = client.create_issue(&new).await.map_err(Refusal::GitHub)?;
        if !new.missing_from(&issue).is_empty() {
            return Err(Refusal::Unlabelled);
        }
        (self.numbers, self.fresh) = (vec![issue.number], true);
        Ok(())
    }

    /// Writes it.
    pub(super) async fn save(&self, client: &Client, language: Language) -> Result<(), Error> {
        let Some(&number) = self.numbers.first() else {
            return Ok(());
        };
        let patch = IssuePatch {
            body: Some(self.record.body(language)),
            // Closed from the start, since there is nothing to do. Who reopens it has a reason.
            state: self
                .fresh
                .then_some(StateChange::Close(CloseReason::NotPlanned)),
            ..IssuePatch::default()
        };
        client.update_issue(number, &patch).await.map(drop)
    }
}
