//! What was told, remembered on GitHub so that every machine that runs pm-sync knows.
//!
//! A comment remembers itself: its first line is a hidden marker with the day people were told and a fingerprint of the text, and so
//! the comment and the memory of it can't be separated. A digest has no place of its own on GitHub, and a quiet comment per item would
//! bring everybody a mail for a message that went to a channel. So digests are remembered in one issue, the *record*: closed, with the
//! label that our issues have, and therefore in the listing that every check reads anyway. It holds what was told of items without an
//! issue and of postmortems too.
//!
//! Only the days within `check.remind_every` are kept. What was told before that is told again if it still holds, so that forgetting it
//! changes nothing; and a finding that comes and goes within those days is not told twice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::comment::is_about_silence;
use crate::check::{Finding, FindingKind};
use crate::config::{Language, Period};
use crate::github::marker::{VERSION, fingerprint, fingerprint_list, hidden_line, shown_json};
use crate::github::{Comment, Issue};
use crate::plan::identity::fold;

/// How the marker of a comment and of the record begins.
const START: &str = "<!-- pm-sync:told";

/// The length of a [`fingerprint`].
const PRINT: usize = 12;

/// How many findings the record can hold; the body of an issue ends at 65,536 characters.
const CAPACITY: usize = 5000;

/// Whether a day lies so far back that it is time to tell again.
fn is_past(told: NaiveDate, today: NaiveDate, every: Period) -> bool {
    // However short the period, a second run on the same day has nothing new to say.
    (today - told).num_days() >= every.as_days().max(1)
}

/// What our comment on an issue remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldComment {
    v: u64,
    /// The day on which it was written, and so on which people were told.
    pub on: NaiveDate,
    /// The [`fingerprint`] of the text below the marker.
    text: String,
    /// What a later program added.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A comment of ours as it stands on an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OurComment {
    /// Its id.
    pub id: u64,
    /// What it remembers.
    pub told: ToldComment,
    /// Whether the text is as we wrote it: what a person has added is not overwritten.
    pub untouched: bool,
    /// Whether it is about silence on the issue, which our comment itself has ended.
    pub about_silence: bool,
}

impl ToldComment {
    /// A comment with this text, written on this day: marker and text as they go to GitHub.
    #[must_use]
    pub fn body(text: &str, on: NaiveDate) -> String {
        let told = ToldComment {
            v: VERSION,
            on,
            text: fingerprint(text.trim()),
            rest: Map::new(),
        };
        let json = serde_json::to_string(&told).unwrap_or_default();
        format!("{}\n{}", hidden_line(START, &json), text.trim())
    }

    /// Whether it says what this text says.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.text == fingerprint(text.trim())
    }

    /// Whether it is time for a new comment.
    #[must_use]
    pub fn is_past(&self, today: NaiveDate, every: Period) -> bool {
        is_past(self.on, today, every)
    }
}

impl OurComment {
    /// The last of an issue's comments that is ours. The marker is believed in the first line only, where no quotation has it, and only
    /// of people and programs that belong to the repository.
    #[must_use]
    pub fn last(comments: &[Comment]) -> Option<OurComment> {
        comments
            .iter()
            .rev()
            .filter(|comment| comment.is_from_inside())
            .find_map(OurComment::read)
    }

    fn read(comment: &Comment) -> Option<OurComment> {
        // A comment that was edited in a browser has the line ends of browsers.
        let body = comment.body.replace("\r\n", "\n");
        let (line, text) = body.split_once('\n').unwrap_or((&body, ""));
        let told: ToldComment = serde_json::from_value(shown_json(START, line)?).ok()?;
        let untouched = told.says(text);
        Some(OurComment {
            id: comment.id,
            told,
            untouched,
            about_silence: is_about_silence(text),
        })
    }
}

/// What digests have told, by day and by where they went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    #[serde(default)]
    told: Vec<Entry>,
    /// What a later program added.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    on: NaiveDate,
    /// The channel, as its address is known here.
    to: String,
    /// The prints of the findings, one after the other.
    what: String,
}

/// What makes a finding the same as yesterday's, as a short print. A new due date makes it another one, a further day of lateness
/// doesn't; an item with an issue is its issue, the others are told by their title.
#[must_use]
pub fn print(finding: &Finding) -> String {
    let document = finding
        .postmortem
        .id
        .as_deref()
        .unwrap_or(&finding.postmortem.path);
    let item = finding.item.as_ref().map(|item| {
        let number = item.issue.as_ref().and_then(|issue| issue.number);
        number.map_or_else(|| fold(&item.title), |number| format!("#{number}"))
    });
    let day = match finding.kind {
        FindingKind::Overdue
        | FindingKind::DueSoon
        | FindingKind::AtRisk
        | FindingKind::ReviewDue
        | FindingKind::LatePostmortem => finding.due.map(|due| due.to_string()),
        FindingKind::Stale
        | FindingKind::Drift
        | FindingKind::NoDue
        | FindingKind::NoOwner
        | FindingKind::WaiverUnreasoned => None,
    };
    let difference = finding.difference.as_ref();
    fingerprint_list([
        finding.kind.as_str(),
        document,
        item.as_deref().unwrap_or_default(),
        day.as_deref().unwrap_or_default(),
        difference.map_or("", |difference| &difference.field),
        difference.map_or("", |difference| &difference.document),
        difference.map_or("", |difference| &difference.github),
    ])
}

impl Record {
    /// Reads the record in the body of an issue.
    #[must_use]
    pub fn parse(body: &str) -> Option<Record> {
        let line = body.lines().next()?;
        let mut value = shown_json(START, line)?;
        value.as_object_mut()?.remove("v");
        // Our comment on an issue begins alike.
        value.get("told")?;
        serde_json::from_value(value).ok()
    }

    /// The records among the issues with our label, by number. There is one, unless two runs began at once.
    pub fn all<'a>(
        issues: impl IntoIterator<Item = &'a Issue>,
    ) -> impl Iterator<Item = (&'a Issue, Record)> {
        issues
            .into_iter()
            .filter(|issue| !issue.is_pull_request)
            .filter_map(|issue| Some((issue, Record::parse(&issue.body)?)))
    }

    /// Adds what another record holds.
    pub fn join(&mut self, other: Record) {
        self.told.extend(other.told);
    }

    /// Whether a finding was told there, so lately that it isn't told again.
    #[must_use]
    pub fn knows(&self, print: &str, to: &str, today: NaiveDate, every: Period) -> bool {
        self.told
            .iter()
            .filter(|entry| entry.to == to && !is_past(entry.on, today, every))
            .any(|entry| prints(&entry.what).any(|known| known == print))
    }

    /// Notes what was told, and forgets what lies too far back to matter.
    pub fn note(&mut self, told: &[String], to: &str, today: NaiveDate, every: Period) {
        self.told
            .retain(|entry| !is_past(entry.on, today, every) && !entry.what.is_empty());
        let same = self
            .told
            .iter_mut()
            .find(|entry| entry.on == today && entry.to == to);
        match same {
            Some(entry) => entry.what.push_str(&told.concat()),
            None if told.is_empty() => {}
            None => self.told.push(Entry {
                on: today,
                to: to.to_owned(),
                what: told.concat(),
            }),
        }
        self.shorten();
    }

    /// Forgets the oldest where there is no room for more: they are told once more.
    fn shorten(&mut self) {
        self.told.sort_by_key(|entry| entry.on);
        let mut surplus = self
            .told
            .iter()
            .map(|entry| prints(&entry.what).count())
            .sum::<usize>()
            .saturating_sub(CAPACITY);
        for entry in &mut self.told {
            let gone = surplus.min(prints(&entry.what).count());
            entry.what = entry
                .what
                .get(gone * PRINT..)
                .unwrap_or_default()
                .to_owned();
            surplus -= gone;
        }
        self.told.retain(|entry| !entry.what.is_empty());
    }

    /// The title of the issue that holds it.
    #[must_use]
    pub fn title(language: Language) -> &'static str {
        language.pick(
            "pm-sync の通知記録（クローズしたまま残してください）",
            "pm-sync: what has been told (please keep, closed)",
        )
    }

    /// The body of the issue that holds it.
    #[must_use]
    pub fn body(&self, language: Language) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(map) = value.as_object_mut() {
            map.insert("v".to_owned(), VERSION.into());
        }
        let text = language.pick(
            "`pm-sync check --notify` が何を通知したかを、pm-sync がこの Issue の見えない部分に記録しています。どのマシンで実行しても同じことを二度通知しないためのものです。クローズしたまま、ラベルも外さずに残してください。この Issue がなくなると、通知済みの内容がもう一度だけ通知されます。",
            "In a hidden part of this issue pm-sync notes what `pm-sync check --notify` has told, so that no machine that runs it tells the same thing twice. Please leave it closed, with its label. Without it everything is told once more.",
        );
        format!("{}\n{text}\n", hidden_line(START, &value.to_string()))
    }
}

/// The prints in a text of them; a damaged one gives prints that fit nothing.
fn prints(what: &str) -> impl Iterator<Item = &str> {
    (0..what.len() / PRINT).filter_map(move |at| what.get(at * PRINT..(at + 1) * PRINT))
}
