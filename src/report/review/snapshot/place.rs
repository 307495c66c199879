//! Where in a document the day's record belongs.

use chrono::NaiveDate;

use crate::config::Language;
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind};
use crate::document::region;
use crate::document::text::source_lines;
use crate::item::Postmortem;
use crate::item::times::{FollowUp, level};

/// Where a record goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The byte it is inserted at: the beginning of a line, or the end of the text.
    pub(super) at: usize,
    /// What each line begins with: the signs of the quote it stands in.
    pub(super) prefix: String,
    /// The rank of the heading of a new section for records, where the document has none.
    pub(super) section: Option<u8>,
    /// The rank of the record's own heading; 0 for none.
    pub(super) level: u8,
    /// The heading it stands under.
    heading: Option<BlockId>,
}

impl Place {
    /// The heading that the record stands under, as people read it.
    pub(super) fn under(&self, document: &Document, language: Language) -> Option<String> {
        match (self.heading, self.section) {
            (Some(id), _) => Some(name(document, id)),
            (None, Some(_)) => Some(section_name(language).to_owned()),
            (None, None) => None,
        }
    }
}

/// The name of a section of our own.
pub(super) fn section_name(language: Language) -> &'static str {
    language.pick("フォローアップレビュー", "Follow-up review")
}

/// Under the review of these days, else at the end of the section about following up, else at the end of the document.
///
/// The review of these days is the last whose day has come. One that was held before today is over, and so are those before it.
pub(super) fn find(
    document: &Document,
    postmortem: &Postmortem,
    follow_up: &FollowUp,
    today: NaiveDate,
) -> Place {
    // What stands in a list entry would have to be indented by what nobody sees.
    let free = |id: &BlockId| document.blocks[*id].parent.is_none();
    let come = postmortem.reviews.iter().zip(&follow_up.reviews);
    let current = come
        .filter(|(review, _)| review.date <= today)
        .max_by_key(|(review, _)| review.date)
        .filter(|(review, _)| !review.held || review.date == today)
        .and_then(|(_, heading)| *heading)
        .filter(free);
    if let Some(heading) = current {
        return Place {
            at: end(document, heading, false),
            prefix: prefix(document, heading),
            section: None,
            level: 0,
            heading: Some(heading),
        };
    }
    if let Some(heading) = follow_up.section.filter(free) {
        let parts = (0..document.blocks.len()).any(|id| {
            matches!(document.blocks[id].kind, BlockKind::Heading { .. })
                && document.sections(id).any(|(above, _)| above == heading)
        });
        // Behind the section's parts a record needs a heading, or it would belong to the last of them.
        let own = match parts {
            true => level(document, heading).saturating_add(1).min(6),
            false => 0,
        };
        return Place {
            at: end(document, heading, true),
            prefix: prefix(document, heading),
            section: None,
            level: own,
            heading: Some(heading),
        };
    }
    let is_heading = |id: &BlockId| matches!(document.blocks[*id].kind, BlockKind::Heading { .. });
    let first = (0..document.blocks.len()).find(is_heading);
    let beside = postmortem
        .items
        .iter()
        .find_map(|item| item.place.section)
        .filter(|id| Some(*id) != first);
    Place {
        at: last_line(
            document,
            document.front_matter.span.end,
            document.source.len(),
            "",
        ),
        prefix: String::new(),
        section: first.map(|_| beside.map_or(2, |id| level(document, id))),
        level: 0,
        heading: None,
    }
}

/// The nearest heading above a byte, as people read it.
pub(super) fn above(document: &Document, at: usize) -> Option<String> {
    let before = |id: &BlockId| document.blocks[*id].span.start < at;
    (0..document.blocks.len())
        .take_while(before)
        .filter(|id| matches!(document.blocks[*id].kind, BlockKind::Heading { .. }))
        .last()
        .map(|id| name(document, id))
}

fn name(document: &Document, id: BlockId) -> String {
    match &document.blocks[id].kind {
        BlockKind::Heading { text, .. } => text.plain.trim().to_owned(),
        _ => String::new(),
    }
}

/// What the line of a heading begins with, where it stands in a quote.
fn prefix(document: &Document, heading: BlockId) -> String {
    let lead = super::prefix_at(document, document.blocks[heading].span.start);
    let quoted = lead.contains('>') && lead.trim_matches(['>', ' ', '\t']).is_empty();
    if quoted { lead } else { String::new() }
}

/// The end of what stands directly below a heading; with `whole`, of all that stands below it and below its own headings.
fn end(document: &Document, heading: BlockId, whole: bool) -> usize {
    let source = document.source.as_str();
    let own = &document.blocks[heading];
    let ends_it = |id: &BlockId| {
        let block = &document.blocks[*id];
        matches!(&block.kind, BlockKind::Heading { level: other, .. } if !whole || *other <= level(document, heading))
            && block.parent.is_none()
            && block.quotes == own.quotes
    };
    let next = (heading + 1..document.blocks.len())
        .find(ends_it)
        .map(|id| document.blocks[id].span.start);
    // A record with a heading of its own belongs to the section above.
    let record = region::snapshots(source)
        .into_iter()
        .filter(|found| !whole && found.span.start > own.span.start)
        .find(|found| {
            let inner = &source[region::inner(source, &found.span)];
            inner
                .trim_start_matches(['>', ' ', '\t', '\r', '\n'])
                .starts_with('#')
        })
        .map(|found| found.span.start);
    let limit = next.into_iter().chain(record).min();
    let limit = limit.map_or(source.len(), |at| {
        document.lines.start(document.lines.line(at))
    });
    let text = source[own.span.clone()].trim_end();
    let last = own.span.start + text.len().saturating_sub(1);
    let from = document.lines.end(document.lines.line(last), source);
    last_line(document, from, limit, &prefix(document, heading))
}

/// The end of the last line with text between two bytes, the first of which is the beginning of a line. A rule at the end parts what
/// follows from what stands above, and stays below.
fn last_line(document: &Document, from: usize, to: usize, prefix: &str) -> usize {
    let mut at = from;
    let (mut end, mut before_rule) = (from, None);
    for line in source_lines(document.source.get(from..to).unwrap_or_default()) {
        if !prefix.is_empty() && !line.trim_start().starts_with('>') {
            break;
        }
        at += line.len();
        let text = match prefix.is_empty() {
            true => line.trim(),
            false => line.trim_matches(['>', ' ', '\t', '\r', '\n']),
        };
        if is_rule(text) {
            before_rule = before_rule.or(Some(end));
            end = at;
        } else if !text.is_empty() {
            (end, before_rule) = (at, None);
        }
    }
    match before_rule {
        Some(before) if to < document.source.len() => before,
        _ => end,
    }
}

fn is_rule(line: &str) -> bool {
    ['-', '*', '_'].iter().any(|sign| {
        line.chars().filter(|c| c == sign).count() >= 3
            && line.chars().all(|c| c == *sign || c == ' ')
    })
}
