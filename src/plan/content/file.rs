//! A whole issue at once: a new one, and one that is taken over. And how a region is made to fit its body.

use super::{Field, FieldChange, MAX_ASSIGNEES, Origin, Wanted, has, minus, union};
use crate::github::body::{
    self, Content, MAX_BODY, Part, PartText, Region, RegionReading, Ticks, value_fingerprint,
};
use crate::github::marker::{self, Marker, MarkerReading, Saw, SawIssue, SawLabels, VERSION};
use crate::github::model::{Issue, IssuePatch, Missing, NewIssue};
use crate::item::memory::IssueWord;

/// What is left free in a body whose lists had to be cut, so that the marker and the other values can grow.
const RESERVE: usize = 2_000;

/// The longest text that is put below a region, in characters.
const MAX_TEMPLATE: usize = 25_000;

/// The issue for an item that has none. `template` is text of the configuration that goes below the region, once;
/// it belongs to people from then on.
#[must_use]
pub fn create(wanted: &Wanted, template: Option<&str>) -> NewIssue {
    let logins = wanted.logins();
    let below = template.map(body::without_our_lines).unwrap_or_default();
    let below = body::cut(below.trim(), MAX_TEMPLATE);
    let saw = SawIssue {
        title: wanted.title(),
        labels: labels_of(wanted, &[]),
        assignees: logins.clone(),
        ..SawIssue::default()
    };
    let place = |region: &str| match below.as_str() {
        "" => region.to_owned(),
        below => format!("{region}\n\n{below}\n"),
    };
    let draft = Draft::whole(wanted.content(&logins), Ticks::default());
    let fitted = draft.fit(|region| first_marker(wanted, &saw, region), place);
    // All that isn't a list is limited, and leaves more room than a template may take.
    let body = fitted.map(|fitted| fitted.body).unwrap_or_default();
    NewIssue {
        title: wanted.title(),
        body,
        labels: union(&Origin::ALL.map(|origin| wanted.labels(origin)).concat()),
        assignees: logins,
    }
}

/// What makes an issue without a marker of ours the issue of an item (`push --adopt`): it gets the document's
/// title, the labels and assignees in addition to its own, and a region at the end of its body.
///
/// A damaged region, or one without a marker that can be read, loses its hidden lines, or is renewed where it
/// stands; what it shows and the new one doesn't, stays below it as people's text. The patch is empty where the
/// body has no room for a region.
#[must_use]
pub fn adopt(wanted: &Wanted, issue: &Issue) -> IssuePatch {
    let logins = wanted.logins();
    let mut assignees = union(issue.assignees.iter().chain(&logins));
    assignees.truncate(MAX_ASSIGNEES);
    let assigned: Vec<String> = logins.into_iter().filter(|l| has(&assignees, l)).collect();
    // An issue has one priority. The document's takes the place of another; where the document says none, the issue keeps its own.
    let ours = Origin::ALL.map(|origin| wanted.labels(origin)).concat();
    let priorities: Vec<String> = (issue.labels.iter())
        .filter(|label| has(&wanted.all_priority_labels, label))
        .cloned()
        .collect();
    let mut labels_seen = labels_of(wanted, &issue.labels);
    let replaced = match wanted.priority_label {
        Some(_) => minus(&priorities, &ours),
        None => {
            labels_seen.priority = priorities;
            Vec::new()
        }
    };
    let labels = union(minus(&issue.labels, &replaced).iter().chain(&ours));
    let saw = SawIssue {
        title: wanted.title(),
        labels: labels_seen,
        others: minus(&assignees, &assigned),
        assignees: assignees.clone(),
        ..SawIssue::default()
    };
    let reading = Region::parse(&issue.body);
    let ticks = match &reading {
        RegionReading::Found(region) => Ticks::of(region),
        RegionReading::Absent | RegionReading::Broken => Ticks::default(),
    };
    let place = |region: &str, new: &Region| match &reading {
        RegionReading::Absent | RegionReading::Broken => {
            body::append(&body::without_our_lines(&issue.body), region)
        }
        RegionReading::Found(old) => {
            let mut text = region.to_owned();
            for left in left_over(old, new) {
                text.push_str("\n\n");
                text.push_str(&left);
            }
            body::replace(&issue.body, old.range.clone(), &text)
        }
    };
    let draft = Draft::whole(wanted.content(&assigned), ticks);
    let whole = draft.region.clone();
    let fitted = draft.fit(
        |region| first_marker(wanted, &saw, region),
        |region| place(region, &whole),
    );
    let Some(fitted) = fitted else {
        return IssuePatch::default();
    };
    let changed = |new: Vec<String>, old: &[String]| (!super::same_set(&new, old)).then_some(new);
    IssuePatch {
        title: Some(wanted.title()).filter(|title| *title != issue.title),
        body: Some(fitted.body).filter(|body| *body != issue.body),
        labels: changed(labels, &issue.labels),
        assignees: changed(assignees, &issue.assignees),
        state: None,
    }
}

/// What taking an issue over changes beside its body, for people.
#[must_use]
pub fn adopted(wanted: &Wanted, issue: &Issue) -> Vec<FieldChange> {
    let IssuePatch {
        title,
        body: _,
        labels,
        assignees,
        state: _,
    } = adopt(wanted, issue);
    let mentions = |logins: &[String]| {
        let all: Vec<String> = logins.iter().map(|login| format!("@{login}")).collect();
        all.join(", ")
    };
    let change = |field, old: String, new: String| FieldChange {
        field,
        old,
        new,
        unticked: Vec::new(),
    };
    let title = title.map(|new| change(Field::Title, issue.title.clone(), new));
    let labels = labels.map(|new| change(Field::Labels, issue.labels.join(", "), new.join(", ")));
    let assignees =
        assignees.map(|new| change(Field::Owners, mentions(&issue.assignees), mentions(&new)));
    [title, labels, assignees].into_iter().flatten().collect()
}

/// What puts our region back at the end of a body from which somebody deleted it. Nothing else is changed: labels and assignees that are
/// not what the document says may be people's work, and are drift from then on. The patch is empty where there is a region, or no room.
#[must_use]
pub fn put_back(wanted: &Wanted, issue: &Issue) -> IssuePatch {
    if Region::parse(&issue.body) != RegionReading::Absent {
        return IssuePatch::default();
    }
    let logins = wanted.logins();
    let saw = SawIssue {
        title: wanted.title(),
        labels: labels_of(wanted, &[]),
        others: minus(&issue.assignees, &logins),
        assignees: union(issue.assignees.iter().chain(&logins)),
        ..SawIssue::default()
    };
    let draft = Draft::whole(wanted.content(&logins), Ticks::default());
    let fitted = draft.fit(
        |region| first_marker(wanted, &saw, region),
        |region| body::append(&issue.body, region),
    );
    IssuePatch {
        body: fitted.map(|fitted| fitted.body),
        ..IssuePatch::default()
    }
}

/// Has an issue remember that a row whose link said `word` closed it; see [`Marker::closed_from`]. Only the marker's line changes. Where it
/// has no marker, knows it already or has no room left, the patch stays as it is: the closing goes before its memory.
pub fn remember_closing(patch: &mut IssuePatch, issue: &Issue, word: IssueWord) {
    let body = patch.body.as_deref().unwrap_or(&issue.body);
    let RegionReading::Found(region) = Region::parse(body) else {
        return;
    };
    let (MarkerReading::One(mut marker), [line]) = (marker::parse(body), region.markers.as_slice())
    else {
        return;
    };
    let word = word.as_str();
    if marker.closed_from.iter().any(|known| known == word) {
        return;
    }
    marker.closed_from.push(word.to_owned());
    let text = body[region.range.clone()].replacen(line.trim(), &marker.to_line(), 1);
    let new = body::replace(body, region.range.clone(), &text);
    if new.chars().count() <= MAX_BODY {
        patch.body = Some(new);
    }
}

/// What brings the memory in line with an answer of GitHub that lacks labels or assignees it was sent: without
/// push access it drops them silently. Empty where nothing is missing.
///
/// A later run can't tell a dropped assignee from one that a person took away, and would report drift forever. So
/// what GitHub didn't take is struck from the memory at once, in a second write that is as rare as the case.
#[must_use]
pub fn remember(answer: &Issue, missing: &Missing) -> IssuePatch {
    let RegionReading::Found(region) = Region::parse(&answer.body) else {
        return IssuePatch::default();
    };
    let MarkerReading::One(mut marker) = marker::parse(&answer.body) else {
        return IssuePatch::default();
    };
    let before = marker.clone();
    let saw = &mut marker.saw.issue;
    saw.assignees = minus(&saw.assignees, &missing.assignees);
    saw.others = minus(&saw.others, &missing.assignees);
    for origin in Origin::ALL {
        let labels = origin.of_mut(&mut saw.labels);
        *labels = minus(labels, &missing.labels);
    }
    if marker == before {
        return IssuePatch::default();
    }
    let body = body::replace(
        &answer.body,
        region.range.clone(),
        &region.render(&marker.to_line()),
    );
    IssuePatch {
        body: Some(body),
        ..IssuePatch::default()
    }
}

/// Whether nobody has written on an issue of ours: title and region are as we wrote them, around the region stands nothing but the
/// template, there is no comment, and it was never closed. Who was assigned and how it is labelled is no text that could be lost.
#[must_use]
pub fn untouched(issue: &Issue, template: Option<&str>) -> bool {
    let RegionReading::Found(region) = Region::parse(&issue.body) else {
        return false;
    };
    let MarkerReading::One(marker) = marker::parse(&issue.body) else {
        return false;
    };
    let saw = &marker.saw.issue;
    let parts_as_written = region.parts.len() == saw.body.len()
        && region.parts.iter().all(|text| {
            text.extra.trim().is_empty()
                && saw.body.get(text.part.name()) == Some(&text.fingerprint())
        });
    let around = [
        &issue.body[..region.range.start],
        &issue.body[region.range.end..],
    ]
    .concat();
    let below = body::cut(
        template
            .map(body::without_our_lines)
            .unwrap_or_default()
            .trim(),
        MAX_TEMPLATE,
    );
    issue.is_open()
        && issue.state_reason.is_none()
        && issue.comments == 0
        && body::one_line(&issue.title) == body::one_line(&saw.title)
        && region.head.trim().is_empty()
        && parts_as_written
        && [String::new(), below].contains(&around.trim().replace("\r\n", "\n"))
}

/// The labels of ours, where the issue has some already. The priority's is ours whoever set it.
fn labels_of(wanted: &Wanted, already: &[String]) -> SawLabels {
    SawLabels {
        base: minus(&wanted.labels(Origin::Base), already),
        priority: wanted.labels(Origin::Priority),
        owners: minus(&wanted.labels(Origin::Owners), already),
        kind: minus(&wanted.labels(Origin::Kind), already),
    }
}

fn first_marker(wanted: &Wanted, saw: &SawIssue, region: &Region) -> Marker {
    let mut issue = saw.clone();
    for text in &region.parts {
        issue
            .body
            .insert(text.part.name().to_owned(), text.fingerprint());
    }
    Marker {
        v: VERSION,
        doc: wanted.doc.clone(),
        key: wanted.key.clone(),
        saw: Saw {
            doc: wanted.saw(),
            issue,
            rest: serde_json::Map::new(),
        },
        due_moves: Vec::new(),
        closed_from: Vec::new(),
        rest: serde_json::Map::new(),
    }
}

/// What an old region shows and the new one doesn't.
fn left_over(old: &Region, new: &Region) -> Vec<String> {
    let mut left = vec![old.head.clone()];
    for text in &old.parts {
        let shown = new.part(text.part);
        if shown.is_none_or(|new| value_fingerprint(&new.value) != text.fingerprint()) {
            left.push(text.value.clone());
        }
        left.push(text.extra.trim_matches('\n').to_owned());
    }
    left.retain(|text| !text.trim().is_empty());
    left
}

/// A region on its way into a body.
pub(super) struct Draft<'a> {
    /// What it shows.
    pub(super) content: Content<'a>,
    /// The ticks that people set.
    pub(super) ticks: Ticks<'a>,
    /// The parts that are ours to shorten: those written now.
    pub(super) written: Vec<Part>,
    /// The region, with every part in full.
    pub(super) region: Region,
}

/// A region that fits its body.
pub(super) struct Fitted {
    pub(super) region: Region,
    pub(super) marker: Marker,
    pub(super) body: String,
}

impl<'a> Draft<'a> {
    /// A region of which everything is ours.
    fn whole(content: Content<'a>, mut ticks: Ticks<'a>) -> Self {
        let all_ticks = ticks.clone();
        let parts = Part::ALL
            .into_iter()
            .filter_map(|part| {
                Some(PartText::new(
                    part,
                    content.part(part, &mut ticks, usize::MAX)?,
                ))
            })
            .collect();
        Draft {
            region: Region::of(parts),
            content,
            ticks: all_ticks,
            written: Part::ALL.to_vec(),
        }
    }

    /// Shortens the details, then the tasks, then the definition of done, until the body is within GitHub's limit.
    /// `None` where that isn't enough.
    pub(super) fn fit(
        mut self,
        marker: impl Fn(&Region) -> Marker,
        place: impl Fn(&str) -> String,
    ) -> Option<Fitted> {
        let mut shorten = [Part::Details, Part::Tasks, Part::DoneWhen].into_iter();
        loop {
            let now = marker(&self.region);
            let body = place(&self.region.render(&now.to_line()));
            let excess = body.chars().count().saturating_sub(MAX_BODY);
            if excess == 0 {
                return Some(Fitted {
                    region: self.region,
                    marker: now,
                    body,
                });
            }
            let part = shorten.find(|part| self.written.contains(part))?;
            if let Some(text) = self.region.part(part) {
                let room = text.value.chars().count().saturating_sub(excess + RESERVE);
                let short = self.content.part(part, &mut self.ticks.clone(), room);
                self.region.set(part, short);
            }
        }
    }
}
