//! An issue against the document: every field by the rule, and the one patch that follows.

use super::file::{Draft, Fitted};
use super::{
    Comparison, ContentOptions, Difference, Field, FieldChange, FieldDecision, MAX_ASSIGNEES,
    Origin, Piece, Wanted, decide_field, document_differs, has, minus, same_set, see_document,
    union,
};
use crate::config::Kind;
use crate::github::body::{self, Part, Region, RegionReading, Ticks, one_line, plain};
use crate::github::marker::{self, DueMove, Marker, MarkerReading, SawDocument};
use crate::github::model::{Issue, IssuePatch};
use crate::plan::status::Side;

/// Compares an issue of ours with what the document wants of it.
///
/// Applying the patch and comparing again changes nothing. An issue whose region or marker can't be read is left
/// alone.
#[must_use]
pub fn compare(wanted: &Wanted, issue: &Issue, options: &ContentOptions) -> Comparison {
    let unreadable = Comparison {
        region_missing: true,
        ..Comparison::default()
    };
    let RegionReading::Found(region) = Region::parse(&issue.body) else {
        return unreadable;
    };
    let MarkerReading::One(marker) = marker::parse(&issue.body) else {
        return unreadable;
    };
    let state = State {
        wanted,
        issue,
        options,
        document: wanted.saw(),
        logins: wanted.logins(),
        region,
        marker: *marker,
    };
    state.compare()
}

/// Everything that the decisions look at.
struct State<'a> {
    wanted: &'a Wanted,
    issue: &'a Issue,
    options: &'a ContentOptions,
    /// The document's values in the form of the memory.
    document: SawDocument,
    /// Who is to be assigned.
    logins: Vec<String>,
    /// The region as it is.
    region: Region,
    /// The marker as it is.
    marker: Marker,
}

/// What was decided for a field.
struct Decided {
    field: Field,
    decision: FieldDecision,
    /// The document's value is another than the remembered one.
    document_moved: bool,
    /// The pieces that are made to say what the document says.
    write: Vec<Piece>,
    /// The pieces that are remembered as they are.
    see: Vec<Piece>,
}

/// What the issue has after the patch.
struct After {
    title: String,
    labels: Vec<String>,
    assignees: Vec<String>,
}

impl State<'_> {
    fn compare(&self) -> Comparison {
        let mut comparison = Comparison::default();
        let mut decided = Vec::new();
        for field in Field::ALL {
            let one = self.decide(field);
            let difference = || self.difference(&one);
            match (one.decision, self.options.prefer) {
                (FieldDecision::Drift, _) => comparison.drift.push(difference()),
                (FieldDecision::Conflict, _) => comparison.conflicts.push(difference()),
                (FieldDecision::Accept, _) => comparison.settled.push((Side::GitHub, difference())),
                (FieldDecision::Write, Some(Side::Document)) if self.differs_by_person(field) => {
                    comparison.settled.push((Side::Document, difference()));
                }
                // What a person once settled for GitHub gives way to a later change of the document, but not unsaid.
                (FieldDecision::Write, _) if self.accepted(field) => {
                    comparison.settled.push((Side::Document, difference()));
                }
                _ => {}
            }
            decided.push(one);
        }

        let after = self.after(&decided);
        let tasks = self.rendered(Part::Tasks);
        let mut ticks = Ticks::of(&self.region);
        if let Some(tasks) = &tasks {
            ticks.follow(&self.region, tasks);
        }
        let mut draft = Draft {
            content: self.wanted.content(&self.logins),
            ticks: ticks.clone(),
            written: Vec::new(),
            region: self.region.clone(),
        };
        for piece in decided.iter().flat_map(|one| &one.write) {
            if let Piece::Part(part) = *piece {
                let value = draft.content.part(part, &mut ticks.clone(), usize::MAX);
                draft.region.set(part, value);
                draft.written.push(part);
            }
        }
        let fitted = draft.fit(
            |region| self.new_marker(&decided, &after, region),
            |region| body::replace(&self.issue.body, self.region.range.clone(), region),
        );
        // Without room for the body nothing is written; what would have been is still told.
        let region = fitted
            .as_ref()
            .map_or(&self.region, |fitted| &fitted.region);
        for one in &decided {
            let differs = one
                .write
                .iter()
                .any(|&piece| self.moves(piece, &after, region));
            if differs {
                comparison.changes.push(self.change(one, &after, region));
            } else if one.decision == FieldDecision::Refresh
                || one.document_moved && !one.write.is_empty()
            {
                comparison.refreshed.push(one.field);
            }
        }
        comparison.marker = Some(self.marker.clone());
        let Some(Fitted { marker, body, .. }) = fitted else {
            comparison.no_room = true;
            comparison.changes.clear();
            comparison.settled.clear();
            return comparison;
        };
        if comparison.changes.is_empty() && comparison.settled.is_empty() {
            return comparison;
        }
        let issue = self.issue;
        comparison.patch = IssuePatch {
            title: (after.title != issue.title).then_some(after.title),
            body: (body != issue.body).then_some(body),
            labels: (!same_set(&after.labels, &issue.labels)).then_some(after.labels),
            assignees: (!same_set(&after.assignees, &issue.assignees)).then_some(after.assignees),
            state: None,
        };
        comparison.marker = Some(marker);
        comparison
    }

    fn decide(&self, field: Field) -> Decided {
        let pieces = || field.pieces().iter().copied();
        let changed: Vec<Piece> = pieces().filter(|&piece| self.changed(piece)).collect();
        let same = changed.iter().all(|&piece| self.agrees(piece));
        let mut document_moved = document_differs(field, &self.document, &self.marker.saw.doc);
        if field == Field::Title && changed.is_empty() && !self.accepted(field) {
            // The document's id in the title follows a row that moved; a title that a person chose stays.
            document_moved |= self.marker.doc != self.wanted.doc;
        }
        let mut decision = decide_field(
            document_moved,
            !changed.is_empty(),
            same,
            self.options.prefer,
        );
        if decision == FieldDecision::Keep && self.options.reapply && !self.accepted(field) {
            decision = FieldDecision::Write;
        }
        let (write, see) = match decision {
            FieldDecision::Write => (pieces().collect(), Vec::new()),
            // A person may have changed the label and not the line, or the line and not the label.
            FieldDecision::Refresh if document_moved || self.options.reapply => (
                pieces().filter(|piece| !changed.contains(piece)).collect(),
                changed,
            ),
            FieldDecision::Refresh => (Vec::new(), changed),
            FieldDecision::Accept => (Vec::new(), pieces().collect()),
            FieldDecision::Keep | FieldDecision::Drift | FieldDecision::Conflict => {
                (Vec::new(), Vec::new())
            }
        };
        Decided {
            field,
            decision,
            document_moved,
            write,
            see,
        }
    }

    /// Whether a person settled the field for GitHub.
    fn accepted(&self, field: Field) -> bool {
        let accepted = &self.marker.saw.issue.accepted;
        accepted.iter().any(|name| name == field.as_str())
    }

    /// Whether a person's change stands against the document's value.
    fn differs_by_person(&self, field: Field) -> bool {
        field
            .pieces()
            .iter()
            .any(|&piece| self.changed(piece) && !self.agrees(piece))
    }

    /// Whether a piece of the issue is not what we last wrote.
    fn changed(&self, piece: Piece) -> bool {
        let saw = &self.marker.saw.issue;
        match piece {
            // GitHub trims titles.
            Piece::Title => one_line(&self.issue.title) != one_line(&saw.title),
            Piece::Assignees => !same_set(&self.issue.assignees, &saw.assignees),
            Piece::Labels(origin) => !same_set(&self.labels_now(origin), origin.of(&saw.labels)),
            Piece::Part(part) => {
                let now = self.region.part(part).map(|text| text.fingerprint());
                now.as_deref() != saw.body.get(part.name()).map(String::as_str)
            }
        }
    }

    /// Whether a piece of the issue says what the document wants.
    fn agrees(&self, piece: Piece) -> bool {
        match piece {
            Piece::Title => one_line(&self.issue.title) == self.wanted.title(),
            Piece::Assignees => {
                let others = &self.marker.saw.issue.others;
                same_set(
                    &self.issue.assignees,
                    &union(self.logins.iter().chain(others)),
                )
            }
            Piece::Labels(Origin::Priority) => same_set(
                &self.labels_now(Origin::Priority),
                &self.wanted.labels(Origin::Priority),
            ),
            Piece::Labels(origin) => {
                let wanted = self.wanted.labels(origin);
                minus(&wanted, &self.issue.labels).is_empty()
                    && minus(&self.labels_now(origin), &wanted).is_empty()
            }
            Piece::Part(part) => {
                let now = self.region.part(part);
                // The words behind the date are not part of the value.
                if part == Part::Due && self.wanted.due.is_some() {
                    return now.and_then(body::PartText::date) == self.wanted.due;
                }
                let wanted = self.rendered(part);
                now.map(|text| text.fingerprint()) == wanted.as_deref().map(body::value_fingerprint)
            }
        }
    }

    fn rendered(&self, part: Part) -> Option<String> {
        let content = self.wanted.content(&self.logins);
        content.part(part, &mut Ticks::default(), usize::MAX)
    }

    /// The labels of an origin that the issue has: those of ours, and for the priority any that means one.
    fn labels_now(&self, origin: Origin) -> Vec<String> {
        let ours = origin.of(&self.marker.saw.issue.labels);
        let meant = match origin {
            Origin::Priority => union(
                ours.iter()
                    .chain(&self.wanted.all_priority_labels)
                    .chain(&self.wanted.priority_label),
            ),
            Origin::Base | Origin::Owners | Origin::Kind => union(ours),
        };
        meant
            .into_iter()
            .filter(|name| has(&self.issue.labels, name))
            .collect()
    }

    /// What the issue has once the decisions are carried out; the body is seen to elsewhere.
    fn after(&self, decided: &[Decided]) -> After {
        let saw = &self.marker.saw.issue;
        let written = |piece: Piece| decided.iter().any(|one| one.write.contains(&piece));

        // A label may come from several origins: it goes only when none wants it any more.
        let (mut gone, mut needed) = (Vec::new(), Vec::new());
        for origin in Origin::ALL {
            if written(Piece::Labels(origin)) {
                let wanted = self.wanted.labels(origin);
                gone.extend(minus(&self.labels_now(origin), &wanted));
                needed.extend(wanted);
            }
        }
        let mut kept = needed.clone();
        for origin in Origin::ALL
            .into_iter()
            .filter(|&origin| !written(Piece::Labels(origin)))
        {
            kept.extend_from_slice(origin.of(&saw.labels));
        }
        let labels = minus(&self.issue.labels, &minus(&gone, &kept));

        let assignees = if written(Piece::Assignees) {
            let ours = minus(&saw.assignees, &saw.others);
            // Who was assigned by hand stays, unless that is the very difference that was settled for the document.
            let settled = self.options.prefer == Some(Side::Document)
                && self.changed(Piece::Assignees)
                && !self.agrees(Piece::Assignees);
            let now = match settled {
                true => minus(
                    &self.issue.assignees,
                    &minus(&self.issue.assignees, &saw.others),
                ),
                false => minus(&self.issue.assignees, &ours),
            };
            let mut all = union(now.iter().chain(&self.logins));
            all.truncate(MAX_ASSIGNEES);
            all
        } else {
            self.issue.assignees.clone()
        };
        After {
            title: if written(Piece::Title) && !self.agrees(Piece::Title) {
                self.wanted.title()
            } else {
                self.issue.title.clone()
            },
            labels: union(labels.iter().chain(&needed)),
            assignees,
        }
    }

    /// Whether writing a piece changes it.
    fn moves(&self, piece: Piece, after: &After, region: &Region) -> bool {
        match piece {
            Piece::Title => after.title != self.issue.title,
            Piece::Assignees => !same_set(&after.assignees, &self.issue.assignees),
            Piece::Labels(origin) => {
                let now = self.labels_now(origin);
                let wanted = self.wanted.labels(origin);
                !minus(&wanted, &self.issue.labels).is_empty()
                    || minus(&now, &wanted)
                        .iter()
                        .any(|name| !has(&after.labels, name))
            }
            Piece::Part(part) => {
                let value = |region: &Region| region.part(part).map(|text| text.fingerprint());
                value(&self.region) != value(region)
            }
        }
    }

    fn new_marker(&self, decided: &[Decided], after: &After, region: &Region) -> Marker {
        let mut marker = self.marker.clone();
        marker.doc.clone_from(&self.wanted.doc);
        marker.key.clone_from(&self.wanted.key);
        for one in decided {
            if one.write.is_empty() && one.see.is_empty() {
                continue;
            }
            let (from, to) = (marker.saw.doc.due, self.document.due);
            if one.field == Field::Due && from != to {
                let on = self.options.today;
                marker.push_due_move(DueMove { from, to, on });
            }
            let accepted = &mut marker.saw.issue.accepted;
            accepted.retain(|name| name != one.field.as_str());
            if one.decision == FieldDecision::Accept {
                accepted.push(one.field.as_str().to_owned());
            }
            see_document(one.field, &mut marker.saw.doc, &self.document);
            for &piece in &one.write {
                self.see_written(&mut marker, piece, after, region);
            }
            for &piece in &one.see {
                self.see_as_is(&mut marker, piece, one.decision);
            }
        }
        marker
    }

    /// Remembers a piece as it is after writing it.
    fn see_written(&self, marker: &mut Marker, piece: Piece, after: &After, region: &Region) {
        let before = &self.marker.saw.issue;
        let saw = &mut marker.saw.issue;
        match piece {
            Piece::Title => saw.title = self.wanted.title(),
            Piece::Assignees => {
                saw.assignees.clone_from(&after.assignees);
                saw.others = minus(&after.assignees, &self.logins);
            }
            Piece::Labels(Origin::Priority) => {
                let meant = self.labels_now(Origin::Priority);
                let all = meant.iter().chain(&self.wanted.priority_label);
                saw.labels.priority = union(all.filter(|name| has(&after.labels, name)));
            }
            Piece::Labels(origin) => {
                let ours = Origin::ALL
                    .map(|origin| origin.of(&before.labels).to_vec())
                    .concat();
                let theirs = minus(&self.issue.labels, &ours);
                *origin.of_mut(&mut saw.labels) = minus(&self.wanted.labels(origin), &theirs);
            }
            Piece::Part(part) => remember_part(saw, part, region),
        }
    }

    /// Remembers a piece as a person left it.
    fn see_as_is(&self, marker: &mut Marker, piece: Piece, decision: FieldDecision) {
        let ours = minus(&marker.saw.issue.assignees, &marker.saw.issue.others);
        let saw = &mut marker.saw.issue;
        match piece {
            Piece::Title => saw.title.clone_from(&self.issue.title),
            Piece::Assignees => {
                saw.assignees.clone_from(&self.issue.assignees);
                let gone = minus(&ours, &self.issue.assignees);
                saw.others = match decision {
                    FieldDecision::Refresh => minus(&self.issue.assignees, &self.logins),
                    // Who joined the document's owners stays when these change.
                    _ if gone.is_empty() && !ours.is_empty() => minus(&self.issue.assignees, &ours),
                    // Who took their place stands for them, and gives way to the document's next.
                    _ => minus(&saw.others, &minus(&saw.others, &self.issue.assignees)),
                };
            }
            Piece::Labels(origin) => *origin.of_mut(&mut saw.labels) = self.labels_now(origin),
            Piece::Part(part) => remember_part(saw, part, &self.region),
        }
    }

    fn difference(&self, one: &Decided) -> Difference {
        Difference {
            field: one.field,
            document: self.wanted.says(one.field),
            github: self.by_person(one.field),
        }
    }

    /// What a person made of a field on GitHub: since we last wrote, or before, and it was accepted.
    fn by_person(&self, field: Field) -> String {
        let pieces = field.pieces().iter().copied();
        let changed: Vec<Piece> = pieces.clone().filter(|&p| self.changed(p)).collect();
        if !changed.is_empty() || !self.accepted(field) {
            return join(changed.iter().map(|&piece| self.shown(piece, None)));
        }
        // Which of the pieces it was is not remembered: those that still say what the document said are not among them.
        let said = self.remembered(field).unwrap_or_default();
        let shown: Vec<String> = pieces.map(|piece| self.shown(piece, None)).collect();
        let theirs = shown
            .iter()
            .filter(|text| said.is_empty() || !text.ends_with(&said));
        let theirs = join(theirs.cloned());
        match theirs.is_empty() {
            true => join(shown.into_iter()),
            false => theirs,
        }
    }

    fn change(&self, one: &Decided, after: &After, region: &Region) -> FieldChange {
        let by_document =
            one.document_moved && !matches!(one.field, Field::Title | Field::Postmortem);
        let personal = self.differs_by_person(one.field) || self.accepted(one.field);
        let (old, new) = match self.remembered(one.field).filter(|_| by_document) {
            // What goes is what the issue holds, and that is not what the document said before.
            Some(_) if personal => (self.by_person(one.field), self.wanted.says(one.field)),
            Some(old) => (old, self.wanted.says(one.field)),
            // Only the issue can say what it was.
            None => {
                let pieces: Vec<Piece> = one
                    .write
                    .iter()
                    .copied()
                    .filter(|&piece| self.moves(piece, after, region))
                    .collect();
                (
                    join(pieces.iter().map(|&piece| self.shown(piece, None))),
                    join(
                        pieces
                            .iter()
                            .map(|&piece| self.shown(piece, Some((after, region)))),
                    ),
                )
            }
        };
        FieldChange {
            field: one.field,
            old,
            new,
            unticked: match one.field {
                Field::Tasks => body::unticked(&self.region, region),
                _ => Vec::new(),
            },
        }
    }

    /// The document's former value, for fields of which the memory keeps more than a fingerprint.
    fn remembered(&self, field: Field) -> Option<String> {
        let saw = &self.marker.saw.doc;
        match field {
            Field::Owners => Some(saw.owners.join(self.wanted.language.pick("、", ", "))),
            Field::Due => Some(saw.due.map(|due| due.to_string()).unwrap_or_default()),
            Field::Priority => Some(saw.priority.clone().unwrap_or_default()),
            Field::Kind => {
                let word = saw.kind.clone().unwrap_or_default();
                let kind = Kind::ALL.iter().find(|kind| kind.as_str() == word);
                Some(kind.map_or(word, |kind| kind.label(self.wanted.language).to_owned()))
            }
            Field::Title
            | Field::Tasks
            | Field::DoneWhen
            | Field::Details
            | Field::Postmortem
            | Field::Labels => None,
        }
    }

    /// What a piece says, for people: as it is, or as it will be.
    fn shown(&self, piece: Piece, after: Option<(&After, &Region)>) -> String {
        let issue = self.issue;
        match piece {
            Piece::Title => after
                .map_or(&issue.title, |(after, _)| &after.title)
                .clone(),
            Piece::Assignees => {
                let logins = after.map_or(&issue.assignees, |(after, _)| &after.assignees);
                let mentions: Vec<String> =
                    logins.iter().map(|login| format!("@{login}")).collect();
                mentions.join(", ")
            }
            Piece::Labels(origin) => match after {
                Some(_) => self.wanted.labels(origin),
                None => self.labels_now(origin),
            }
            .join(", "),
            Piece::Part(part) => {
                let region = after.map_or(&self.region, |(_, region)| region);
                region
                    .part(part)
                    .map(|text| plain(&text.value))
                    .unwrap_or_default()
            }
        }
    }
}

fn remember_part(saw: &mut marker::SawIssue, part: Part, region: &Region) {
    match region.part(part) {
        Some(text) => {
            saw.body.insert(part.name().to_owned(), text.fingerprint());
        }
        None => {
            saw.body.remove(part.name());
        }
    }
}

fn join(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    texts.join(" / ")
}
