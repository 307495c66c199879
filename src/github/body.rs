//! An issue's body: the one region of it that pm-sync owns, read and written back.
//!
//! ```text
//! what people wrote
//! <!-- pm-sync:begin -->
//! <!-- pm-sync:item {…} -->
//! **優先度**: P1
//! **期限**: 2025-01-10（2週間以内）
//!
//! **タスク**:
//! - [ ] …
//! <!-- pm-sync:end -->
//! what people wrote
//! ```
//!
//! Everything outside the region belongs to people and stays byte for byte. Inside, a part begins at a line with
//! a label and goes on to the next one. Its value is that line, with the list below it where it is a list; what
//! else stands there was put there by a person and is kept behind the value it follows.
//!
//! GitHub's web editor turns line feeds into CRLF, so the region is read without carriage returns.
//!
//! Left to others: the marker's content ([`super::marker`]), which values are written (`plan::content`).

mod harmless;
mod link;
mod render;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;

pub use harmless::{cut, harmless, harmless_in_link, one_line};
pub use link::{anchor, blob_url};
pub use render::{Content, OwnerLine};

use super::marker::{fingerprint, is_marker_line};
use crate::config::Language;

/// The line that begins the region.
pub const BEGIN: &str = "<!-- pm-sync:begin -->";

/// The line that ends the region.
pub const END: &str = "<!-- pm-sync:end -->";

/// GitHub's limit for a body, in characters.
pub const MAX_BODY: usize = 65_536;

/// GitHub's limit for a title, in characters.
pub const MAX_TITLE: usize = 256;

/// A part of the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The postmortem, with a link to the section of the action items.
    Postmortem,
    /// The priority.
    Priority,
    /// The owners.
    Owner,
    /// The due date.
    Due,
    /// The kind.
    Kind,
    /// The steps, as a list of checkboxes.
    Tasks,
    /// The definition of done, as a list.
    DoneWhen,
    /// More about it, as a list.
    Details,
}

impl Part {
    /// All parts, in the order they stand in the region.
    pub const ALL: [Self; 8] = [
        Self::Postmortem,
        Self::Priority,
        Self::Owner,
        Self::Due,
        Self::Kind,
        Self::Tasks,
        Self::DoneWhen,
        Self::Details,
    ];

    /// The name in the marker.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Postmortem => "postmortem",
            Self::Priority => "priority",
            Self::Owner => "owner",
            Self::Due => "due",
            Self::Kind => "kind",
            Self::Tasks => "tasks",
            Self::DoneWhen => "done_when",
            Self::Details => "details",
        }
    }

    /// The label in the region.
    #[must_use]
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Postmortem => language.pick("ポストモーテム", "Postmortem"),
            Self::Priority => language.pick("優先度", "Priority"),
            Self::Owner => language.pick("担当", "Owner"),
            Self::Due => language.pick("期限", "Due"),
            Self::Kind => language.pick("種別", "Kind"),
            Self::Tasks => language.pick("タスク", "Tasks"),
            Self::DoneWhen => language.pick("完了条件", "Done when"),
            Self::Details => language.pick("詳細", "Details"),
        }
    }

    /// Whether its value is a list below the label.
    fn is_list(self) -> bool {
        matches!(self, Self::Tasks | Self::DoneWhen | Self::Details)
    }

    /// The part that a line begins, in either language: `**Due**: …`, also as people retype it, `**Due:** …`.
    fn begun_by(line: &str) -> Option<Self> {
        let (name, after) = line.trim().strip_prefix("**")?.split_once("**")?;
        let bare = name.trim_end_matches([':', '：']).trim();
        if bare.len() == name.trim().len() && !after.trim_start().starts_with([':', '：']) {
            return None;
        }
        Self::ALL.into_iter().find(|part| {
            [Language::Ja, Language::En]
                .iter()
                .any(|&language| part.label(language) == bare)
        })
    }
}

/// A part as it stands in a region, with line feeds only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartText {
    /// Which part it is.
    pub part: Part,
    /// The line of the label, and the list below it where it is a list.
    pub value: String,
    /// What a person put between it and the next part; mostly nothing.
    pub extra: String,
}

impl PartText {
    /// A part nobody has added to.
    #[must_use]
    pub fn new(part: Part, value: String) -> Self {
        Self {
            part,
            value,
            extra: String::new(),
        }
    }

    /// The fingerprint of the value. Ticks and blank lines don't count.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        value_fingerprint(&self.value)
    }

    /// The value for a message: one line, without label, bullets and boxes. Text from GitHub, so untrusted.
    #[must_use]
    pub fn plain(&self) -> String {
        plain(&self.value)
    }

    /// The first date in the value, written as pm-sync writes dates.
    #[must_use]
    pub fn date(&self) -> Option<NaiveDate> {
        let bytes = self.value.as_bytes();
        (0..bytes.len()).find_map(|at| {
            let text = self.value.get(at..at + 10)?;
            let alone = |at: Option<usize>| {
                at.and_then(|at| bytes.get(at))
                    .is_none_or(|b| !b.is_ascii_digit())
            };
            let looks = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            (looks && alone(at.checked_sub(1)) && alone(Some(at + 10)))
                .then(|| text.parse().ok())
                .flatten()
        })
    }
}

/// Like [`PartText::fingerprint`], for a value that isn't in a region yet.
#[must_use]
pub fn value_fingerprint(value: &str) -> String {
    let mut bare = String::with_capacity(value.len());
    for line in value.lines().filter(|line| !line.trim().is_empty()) {
        match ticked(line) {
            Some((start, text)) => {
                bare.push_str(start);
                bare.push_str("[ ]");
                bare.push_str(text);
            }
            None => bare.push_str(line.trim_end()),
        }
        bare.push('\n');
    }
    fingerprint(&bare)
}

/// Like [`PartText::plain`], for a value that isn't in a region yet.
#[must_use]
pub fn plain(value: &str) -> String {
    let mut lines = value.lines();
    let label = lines.next().unwrap_or_default();
    let first = label
        .trim()
        .strip_prefix("**")
        .and_then(|rest| rest.split_once("**"))
        .map_or(label, |(_, after)| after)
        .trim_start_matches([':', '：', ' ']);
    let items = lines.map(|line| {
        let text = line.trim_start().trim_start_matches(['-', '*', '+', ' ']);
        ["[ ] ", "[x] ", "[X] "]
            .iter()
            .find_map(|box_| text.strip_prefix(box_))
            .unwrap_or(text)
    });
    let texts: Vec<String> = std::iter::once(first)
        .chain(items)
        .map(|text| one_line(&text.replace("<!-- -->", "")))
        .filter(|text| !text.is_empty())
        .collect();
    texts.join(" / ")
}

/// A ticked box: what stands before the bracket, and what behind it.
fn ticked(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let bullet = line.trim_start().strip_prefix(['-', '*', '+'])?;
    let text = bullet.trim_start();
    let text = text
        .strip_prefix("[x]")
        .or_else(|| text.strip_prefix("[X]"))?;
    Some((&line[..line.len() - text.len() - 3], text))
}

/// A box with its text, and whether it is ticked.
fn boxed(line: &str) -> Option<(bool, &str)> {
    if let Some((_, text)) = ticked(line) {
        return Some((true, text.trim()));
    }
    let bullet = line.trim().strip_prefix(['-', '*', '+'])?;
    let text = bullet.trim_start().strip_prefix("[ ]")?;
    Some((false, text.trim()))
}

/// The tasks that are ticked in one region and not in the other, each as often as it is. Text from GitHub, so untrusted.
#[must_use]
pub fn unticked(before: &Region, after: &Region) -> Vec<String> {
    let mut left = Ticks::of(after);
    let Some(tasks) = before.part(Part::Tasks) else {
        return Vec::new();
    };
    let now = after
        .part(Part::Tasks)
        .map_or("", |part| part.value.as_str());
    let followed = reworded(&tasks.value, now).map(|(old, _)| old);
    let texts = tasks.value.lines().filter_map(ticked);
    texts
        .map(|(_, text)| text.trim())
        .filter(|text| !left.take(text) && followed != Some(*text))
        .map(one_line)
        .collect()
}

/// The ticked task that stands under other words in another list: the lists are as long as each other, and no other task differs.
fn reworded<'a, 'b>(old: &'a str, new: &'b str) -> Option<(&'a str, &'b str)> {
    let old: Vec<(bool, &'a str)> = old.lines().filter_map(boxed).collect();
    let new: Vec<(bool, &'b str)> = new.lines().filter_map(boxed).collect();
    if old.len() != new.len() {
        return None;
    }
    let mut pairs = old.into_iter().zip(new).filter(|(old, new)| old.1 != new.1);
    match (pairs.next(), pairs.next()) {
        (Some(((true, old), (_, new))), None) => Some((old, new)),
        _ => None,
    }
}

/// The ticks of a list of tasks: how often each text is ticked.
#[derive(Debug, Clone, Default)]
pub struct Ticks<'a>(HashMap<&'a str, usize>);

impl<'a> Ticks<'a> {
    /// Those that people set in a region.
    #[must_use]
    pub fn of(region: &'a Region) -> Self {
        let mut ticks = Self::default();
        if let Some(tasks) = region.part(Part::Tasks) {
            for (_, text) in tasks.value.lines().filter_map(ticked) {
                *ticks.0.entry(text.trim()).or_default() += 1;
            }
        }
        ticks
    }

    /// Has the tick of a task that was reworded follow it into `value`, the list as it will be: where the lists are as long as each other
    /// and only one task differs, it is plainly the same one.
    pub fn follow(&mut self, region: &Region, value: &'a str) {
        let Some(tasks) = region.part(Part::Tasks) else {
            return;
        };
        if let Some((_, text)) = reworded(&tasks.value, value) {
            *self.0.entry(text).or_default() += 1;
        }
    }

    /// Takes one tick for a text, where there is one left.
    fn take(&mut self, text: &str) -> bool {
        match self.0.get_mut(text) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

/// The region of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Region {
    /// Its bytes in the body, from the first of [`BEGIN`] to the last of [`END`].
    pub range: Range<usize>,
    /// The lines that hold a marker.
    pub(crate) markers: Vec<String>,
    /// What a person put before the first part.
    pub head: String,
    /// The parts in the order they stand there, each at most once.
    pub parts: Vec<PartText>,
}

/// What a body has in the way of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionReading {
    /// None.
    Absent,
    /// One of the two lines around it is missing or stands twice, so that nobody can tell what is ours.
    Broken,
    /// Exactly one.
    Found(Region),
}

impl Region {
    /// A region of these parts.
    #[must_use]
    pub fn of(parts: Vec<PartText>) -> Self {
        Self {
            parts,
            ..Self::default()
        }
    }

    /// Finds the region of a body and its parts.
    #[must_use]
    pub fn parse(body: &str) -> RegionReading {
        let (mut begins, mut ends) = (Vec::new(), Vec::new());
        let mut at = 0;
        for line in body.split_inclusive('\n') {
            let bare = line.trim();
            let start = at + (line.len() - line.trim_start().len());
            if bare == BEGIN {
                begins.push(start);
            } else if bare == END {
                ends.push(start);
            }
            at += line.len();
        }
        match (begins.as_slice(), ends.as_slice()) {
            ([], []) => RegionReading::Absent,
            (&[begin], &[end]) if begin < end => {
                let mut region = Self::inside(&body[begin + BEGIN.len()..end]);
                region.range = begin..end + END.len();
                RegionReading::Found(region)
            }
            _ => RegionReading::Broken,
        }
    }

    fn inside(text: &str) -> Self {
        let mut region = Self::default();
        let mut head = Vec::new();
        let mut extras: Vec<Vec<&str>> = Vec::new();
        // Whether the list of the last part may still go on, and the blank lines it would go on behind.
        let (mut in_list, mut blanks) = (false, 0);
        for full_line in text.lines() {
            let line = full_line.trim_end();
            if is_marker_line(line) {
                region.markers.push(line.to_owned());
                continue;
            }
            if let Some(part) = Part::begun_by(line).filter(|&part| region.part(part).is_none()) {
                region.parts.push(PartText::new(part, line.to_owned()));
                extras.push(Vec::new());
                (in_list, blanks) = (part.is_list(), 0);
                continue;
            }
            let (Some(current), Some(extra)) = (region.parts.last_mut(), extras.last_mut()) else {
                head.push(full_line);
                continue;
            };
            if in_list && line.is_empty() {
                blanks += 1;
                continue;
            }
            in_list = in_list && is_list_line(line);
            let between = std::iter::repeat_n("", std::mem::take(&mut blanks));
            if in_list {
                for line in between.chain([line]) {
                    current.value.push('\n');
                    current.value.push_str(line);
                }
            } else {
                extra.extend(between.chain([full_line]));
            }
        }
        region.head = head.join("\n").trim_matches('\n').to_owned();
        for (text, extra) in region.parts.iter_mut().zip(extras) {
            text.extra = extra.join("\n").trim_end().to_owned();
        }
        region
    }

    /// A part of it, if it is there.
    #[must_use]
    pub fn part(&self, part: Part) -> Option<&PartText> {
        self.parts.iter().find(|text| text.part == part)
    }

    /// Gives a part a value, or takes it away; what people put behind it stays.
    pub fn set(&mut self, part: Part, value: Option<String>) {
        let at = self.parts.iter().position(|text| text.part == part);
        match (at, value) {
            (Some(at), Some(value)) => {
                if let Some(text) = self.parts.get_mut(at) {
                    text.value = value;
                }
            }
            (Some(at), None) => {
                let extra = self.parts.remove(at).extra;
                if extra.is_empty() {
                    return;
                }
                let extra = extra.trim_start_matches('\n');
                let before = at.checked_sub(1).and_then(|at| self.parts.get_mut(at));
                let (target, gap) = match before {
                    // A list behind a list would become a part of it.
                    Some(before) if !(before.part.is_list() && is_list_line(extra)) => {
                        let gap = if before.extra.is_empty() {
                            "\n"
                        } else {
                            "\n\n"
                        };
                        (&mut before.extra, gap)
                    }
                    _ if self.head.is_empty() => (&mut self.head, ""),
                    _ => (&mut self.head, "\n\n"),
                };
                target.push_str(gap);
                target.push_str(extra);
            }
            (None, Some(value)) => {
                let at = self.parts.iter().rposition(|text| text.part < part);
                let at = at.map_or(0, |before| before + 1);
                self.parts.insert(at, PartText::new(part, value));
            }
            (None, None) => {}
        }
    }

    /// The whole region around a marker's line, without a line break at its end.
    #[must_use]
    pub fn render(&self, marker: &str) -> String {
        let mut out = format!("{BEGIN}\n{marker}\n");
        if !self.head.is_empty() {
            out.push_str(&self.head);
            // A blank line, so that a person's list doesn't take the labels into its last item.
            out.push_str("\n\n");
        }
        let mut before: Option<&PartText> = None;
        for text in &self.parts {
            let apart = |before: &PartText| {
                before.part.is_list() || text.part.is_list() || !before.extra.is_empty()
            };
            if before.is_some_and(apart) {
                out.push('\n');
            }
            out.push_str(&text.value);
            out.push('\n');
            if !text.extra.is_empty() {
                out.push_str(&text.extra);
                out.push('\n');
            }
            before = Some(text);
        }
        out.push_str(END);
        out
    }
}

/// An entry of a list, or a line that goes on with one.
fn is_list_line(line: &str) -> bool {
    let bare = line.trim_start();
    if bare.len() < line.len() {
        return true;
    }
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let after = bare[digits..].strip_prefix(if digits > 0 {
        &['.', ')'][..]
    } else {
        &['-', '*', '+'][..]
    });
    after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

/// The body with another region in place of the one it has.
#[must_use]
pub fn replace(body: &str, range: Range<usize>, region: &str) -> String {
    let mut out = body.to_owned();
    out.replace_range(range, region);
    out
}

/// The body with a region at its end.
#[must_use]
pub fn append(body: &str, region: &str) -> String {
    if body.trim().is_empty() {
        return region.to_owned();
    }
    let gap = match body.replace('\r', "") {
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{body}{gap}{region}")
}

/// The body without any line of ours that can't be seen: the ends of regions, and markers. What can be seen of a
/// region becomes people's text. For bodies that can't be read as they are, and for text that goes into bodies.
#[must_use]
pub fn without_our_lines(body: &str) -> String {
    body.split_inclusive('\n')
        .filter(|line| {
            let bare = line.trim();
            bare != BEGIN && bare != END && bare != LET_GO && !is_marker_line(line)
        })
        .collect()
}

/// The hidden line on an issue that `unlink` let go of and that keeps our label: it is nobody's, and no row need be filed as it.
pub const LET_GO: &str = "<!-- pm-sync:let-go -->";

/// Whether `unlink` let go of the issue with this body, and nothing of ours came back since.
#[must_use]
pub fn is_let_go(body: &str) -> bool {
    Region::parse(body) == RegionReading::Absent && body.lines().any(|line| line.trim() == LET_GO)
}

/// How the hidden line begins, before its JSON, that begins a report in an issue of its own (`report --issue`).
pub const REPORT: &str = "<!-- pm-sync:report";

/// Whether a line of a body begins a report. The file of a report begins alike, without the JSON.
#[must_use]
pub fn begins_report(line: &str) -> bool {
    let rest = line.trim().strip_prefix(REPORT);
    rest.is_some_and(|rest| rest.trim_start().starts_with('{'))
}

/// Whether the issue with this body holds a report, and so is no action item.
#[must_use]
pub fn is_report(body: &str) -> bool {
    Region::parse(body) == RegionReading::Absent && body.lines().any(begins_report)
}

/// The body of an issue that is let go of, and whether our region went with all that it said. It stays, as ordinary text, where people
/// changed something of it; `seen` says what we wrote, by the names of the parts.
#[must_use]
pub fn let_go(body: &str, seen: &std::collections::BTreeMap<String, String>) -> (String, bool) {
    if let RegionReading::Found(region) = Region::parse(body) {
        let ours = |text: &PartText| {
            let ticked = text.value.lines().any(|line| ticked(line).is_some());
            text.extra.is_empty()
                && !ticked
                && seen.get(text.part.name()) == Some(&text.fingerprint())
        };
        if region.head.is_empty() && region.parts.iter().all(ours) {
            let before = body[..region.range.start].trim_end();
            let after = body[region.range.end..].trim_start_matches(['\r', '\n']);
            let gap = match before.is_empty() || after.is_empty() {
                true => "",
                false => "\n\n",
            };
            return (without_our_lines(&format!("{before}{gap}{after}")), true);
        }
    }
    (without_our_lines(body), false)
}
