//! The hidden marker: what an issue remembers of the row it was made from, and of itself as we last wrote it.
//!
//! A line of the region in the issue's body, `<!-- pm-sync:item {"v":1,"doc":"PM-042","key":"3",…} -->`. It is the
//! only state pm-sync has on GitHub's side: from it a later run tells which side changed a value. Anybody who can
//! edit the issue can edit it, so nothing is believed that isn't exactly one readable marker inside our region.
//!
//! Left to others: the region around it ([`super::body`]), what the remembered values lead to (`plan::content`),
//! and whether an issue's marker may be believed at all (`plan::identity`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::body::Region;

/// The version of the marker that this program writes and believes.
pub const VERSION: u64 = 1;

/// How a line begins that holds the marker.
pub(super) const START: &str = "<!-- pm-sync:item";

/// How many moves of a due date are kept. Beyond it the two oldest become one, so that the whole slip stays known.
const MAX_DUE_MOVES: usize = 100;

/// What an issue remembers.
///
/// Fields of a later program are kept as they are and written back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// Always [`VERSION`].
    pub v: u64,
    /// The postmortem's id, such as `PM-042`.
    pub doc: String,
    /// The row's key as of our last write.
    pub key: String,
    /// What both sides said as of our last write.
    pub saw: Saw,
    /// Every move of the due date, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub due_moves: Vec<DueMove>,
    /// What the row's link remembered each time that the row closed the issue, in the words of links. Somebody may reopen the issue while
    /// the row still says so, because its write-back was lost: it must not close it again from there. A list, for the same words come
    /// again. A marker without it is one that no row has closed, or an old one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_from: Vec<String>,
    /// What a later program added.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What both sides said as of our last write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saw {
    /// The document's values.
    #[serde(default)]
    pub doc: SawDocument,
    /// The issue's values.
    #[serde(default)]
    pub issue: SawIssue,
    /// What a later program added.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The document's values as of our last write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SawDocument {
    /// The item's title; see [`brief`].
    #[serde(default)]
    pub title: String,
    /// The owners as written; see [`brief_list`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// The due date.
    #[serde(default)]
    pub due: Option<NaiveDate>,
    /// `P0` to `P3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// `prevent`, `detect`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// [`fingerprint_list`] of the tasks' texts, ticks aside; empty where there are none. So are the next two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tasks: String,
    /// The definition of done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub done_when: String,
    /// The details.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub details: String,
    /// [`fingerprint_list`] of the postmortem's title and the link to its section.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postmortem: String,
    /// What a later program added.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The issue's values as of our last write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SawIssue {
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// The labels that are ours.
    #[serde(default)]
    pub labels: SawLabels,
    /// All its assignees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<String>,
    /// Those of the assignees that people assigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    /// The fields that a person settled for GitHub: what stands there is theirs, until the document changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
    /// The [`fingerprint`] of each part of the region, by [`super::body::Part::name`].
    #[serde(default)]
    pub body: BTreeMap<String, String>,
    /// What a later program added.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// The labels that are ours to take away again, by what they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SawLabels {
    /// `issues.labels`, those that were not there before us.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub base: Vec<String>,
    /// The priority's. An issue has one priority, so this is the label it had after our write, whoever set it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<String>,
    /// The owners', those that were not there before us.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// The kind's, those that were not there before us.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<String>,
}

/// A move of the due date. One of the dates is `None` where a date was first set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueMove {
    /// The date before.
    pub from: Option<NaiveDate>,
    /// The date since.
    pub to: Option<NaiveDate>,
    /// The day of the run that carried it to the issue.
    pub on: NaiveDate,
}

/// What a body has in the way of a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkerReading {
    /// None inside a region of ours.
    None,
    /// Something that looks like one, damaged, of another version, or in a region that is damaged itself.
    Unreadable,
    /// Exactly one.
    One(Box<Marker>),
    /// More than one: none of them is believed.
    Several,
}

impl Marker {
    /// Adds a move of the due date.
    pub fn push_due_move(&mut self, step: DueMove) {
        self.due_moves.push(step);
        while self.due_moves.len() > MAX_DUE_MOVES {
            let oldest = self.due_moves.remove(0);
            if let Some(next) = self.due_moves.first_mut() {
                next.from = oldest.from;
            }
        }
    }

    /// The line of the region; see [`hidden_line`].
    #[must_use]
    pub fn to_line(&self) -> String {
        // A map with text keys and plain values always becomes JSON.
        hidden_line(START, &serde_json::to_string(self).unwrap_or_default())
    }

    /// Reads what [`Marker::to_line`] writes; `None` for anything else, and for another version.
    fn from_line(line: &str) -> Option<Self> {
        serde_json::from_value(shown_json(START, line)?).ok()
    }
}

/// One line that GitHub doesn't show: `start`, JSON, and the end of the comment. Nothing in it can end the comment, and no `@` stands in
/// it for a bot to find. [`shown_json`] reads it.
#[must_use]
pub(crate) fn hidden_line(start: &str, json: &str) -> String {
    let mut line = String::with_capacity(json.len() + 32);
    line.push_str(start);
    line.push(' ');
    for c in json.chars() {
        // These stand in JSON inside strings only, where an escape means the same.
        match c {
            '<' => line.push_str("\\u003c"),
            '>' => line.push_str("\\u003e"),
            '@' => line.push_str("\\u0040"),
            '-' if line.ends_with('-') => line.push_str("\\u002d"),
            // Not line breaks to JSON, but to some of those who read it.
            '\u{85}' => line.push_str("\\u0085"),
            '\u{2028}' => line.push_str("\\u2028"),
            '\u{2029}' => line.push_str("\\u2029"),
            c => line.push(c),
        }
    }
    line.push_str(" -->");
    line
}

/// The JSON of a [`hidden_line`] that begins with `start`; `None` for any other line, and for another version than [`VERSION`].
pub(crate) fn shown_json(start: &str, line: &str) -> Option<Value> {
    let json = line.trim().strip_prefix(start)?.strip_suffix("-->")?;
    let value: Value = serde_json::from_str(json.trim()).ok()?;
    (value.get("v").and_then(Value::as_u64) == Some(VERSION)).then_some(value)
}

/// Reads the marker of an issue's body.
#[must_use]
pub fn parse(body: &str) -> MarkerReading {
    read(&Region::parse(body), body)
}

/// Like [`parse`], for a region that is parsed already.
pub(super) fn read(region: &super::body::RegionReading, body: &str) -> MarkerReading {
    use super::body::RegionReading;
    let lines = match region {
        RegionReading::Absent => return MarkerReading::None,
        RegionReading::Broken => {
            // Where a damaged region ends can't be told, so whatever is there is inside or might be.
            return match body.lines().filter(|line| is_marker_line(line)).count() {
                0 => MarkerReading::None,
                1 => MarkerReading::Unreadable,
                _ => MarkerReading::Several,
            };
        }
        RegionReading::Found(region) => &region.markers,
    };
    match lines.as_slice() {
        [] => MarkerReading::None,
        [line] => Marker::from_line(line).map_or(MarkerReading::Unreadable, |marker| {
            MarkerReading::One(Box::new(marker))
        }),
        _ => MarkerReading::Several,
    }
}

/// Whether a line of a body holds a marker, readable or not.
pub(super) fn is_marker_line(line: &str) -> bool {
    line.trim_start().starts_with(START)
}

/// The first 12 hexadecimal digits of a text's SHA-256: enough to notice an edit, short enough for the marker.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    hex12(Sha256::new().chain_update(text))
}

/// The fingerprint of several texts, which differs however they are joined; empty where there are none.
#[must_use]
pub fn fingerprint_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    let mut count = 0;
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
        count += 1;
    }
    if count == 0 {
        String::new()
    } else {
        hex12(hash)
    }
}

fn hex12(hash: Sha256) -> String {
    let digest = hash.finalize();
    digest.iter().take(6).map(|b| format!("{b:02x}")).collect()
}

/// A text as the marker remembers it: in full, unless it is so long that it would crowd the body; then its
/// beginning and its fingerprint. Both sides of a comparison have to be in this form.
#[must_use]
pub fn brief(text: &str) -> String {
    const LONGEST: usize = 1000;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}… [{}]", fingerprint(text))
}

/// A list as the marker remembers it, like [`brief`].
#[must_use]
pub fn brief_list(texts: &[String]) -> Vec<String> {
    let brief_ones: Vec<String> = texts.iter().map(|text| brief(text)).collect();
    if brief_ones.len() <= 50 && brief_ones.iter().map(String::len).sum::<usize>() <= 4000 {
        return brief_ones;
    }
    let all = fingerprint_list(texts.iter().map(String::as_str));
    let first: String = texts.iter().flat_map(|t| t.chars()).take(100).collect();
    vec![format!("{first}… [{all}]")]
}

#[cfg(test)]
mod tests;
