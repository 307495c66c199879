//! Whether a text with a record in it still says, shows and hides what it did without.

use std::ops::Range;

use super::Label;
use crate::document::Document;
use crate::document::outline::BlockKind;
use crate::document::region::{self, REVIEW_BEGIN, REVIEW_END};
use crate::item::{ActionItem, Postmortem, Review, RowStatus, Waiver};
use crate::report::review::Sheet;

/// Where the day's record stands in a text, if it does, and would as well if its markers said nothing: as a table with a row for each
/// item. In a code block or a comment it would not.
pub(super) fn standing(text: &str, sheet: &Sheet) -> Option<usize> {
    let span = |text: &str| -> Option<Range<usize>> {
        let mut todays = region::snapshots(text).into_iter().filter(|found| {
            Label::parse(found.label).is_some_and(|label| label.day == sheet.today)
        });
        let only = todays.next().filter(|_| todays.next().is_none())?;
        Some(only.span)
    };
    let ours = span(text)?;
    let unmarked = text
        .replace(REVIEW_BEGIN, &REVIEW_BEGIN.replace(':', "_"))
        .replace(REVIEW_END, &REVIEW_END.replace(':', "_"));
    Document::parse(unmarked)
        .blocks
        .iter()
        .any(|block| {
            ours.contains(&block.span.start)
                && matches!(&block.kind, BlockKind::Table(table) if table.rows.len() == sheet.items.len())
        })
        .then_some(ours.start)
}

/// Whether the blocks outside of our regions are the same as before, but for the heading of a section of our own: nothing of what people
/// wrote is hidden or shown by what was added. The end of a comment would show what stands behind it.
pub(super) fn is_built_alike(before: &Document, after: &Document, section: Option<&str>) -> bool {
    let blocks = |document: &Document| -> Vec<(std::mem::Discriminant<BlockKind>, usize, String)> {
        let blocks = document.blocks.iter();
        let each = blocks.map(|block| {
            let text = &document.source[block.span.clone()];
            let first = text.lines().next().unwrap_or_default().trim();
            let kind = std::mem::discriminant(&block.kind);
            (kind, block.quotes, first.to_owned())
        });
        each.collect()
    };
    let (before, mut after) = (blocks(before), blocks(after));
    if let Some(name) = section {
        // It is the last that was added.
        match after.pop() {
            Some((.., text)) if text.trim_start_matches(['#', ' ']) == name => {}
            _ => return false,
        }
    }
    before == after
}

/// Whether two readings of a document say the same, wherever it stands.
pub(super) fn is_read_alike(before: &Postmortem, after: &Postmortem) -> bool {
    let Postmortem {
        id,
        title,
        path,
        date,
        date_source,
        times,
        reviews,
        severity,
        state,
        language,
        template,
        items,
        problems,
    } = before;
    let codes = |postmortem: &Postmortem| -> Vec<&str> {
        let mut codes: Vec<&str> = postmortem.problems.iter().map(|p| p.kind.code()).collect();
        codes.sort_unstable();
        codes
    };
    let review = |one: &Review| (one.title.clone(), one.date, one.held);
    id == &after.id
        && title == &after.title
        && path == &after.path
        && date == &after.date
        && date_source == &after.date_source
        && times == &after.times
        && reviews
            .iter()
            .map(review)
            .eq(after.reviews.iter().map(review))
        && severity == &after.severity
        && state == &after.state
        && language == &after.language
        && template == &after.template
        && problems.len() == after.problems.len()
        && codes(before) == codes(after)
        && items.len() == after.items.len()
        && items
            .iter()
            .zip(&after.items)
            .all(|(a, b)| is_item_alike(a, b))
}

fn is_item_alike(before: &ActionItem, after: &ActionItem) -> bool {
    let ActionItem {
        key,
        title,
        owners,
        owner_text,
        due,
        waivers,
        priority,
        kind,
        status,
        reference,
        tasks,
        done_when,
        details,
        form,
        unusable,
        line: _,
        place: _,
    } = before;
    let said = |status: &RowStatus| (status.status, status.notation);
    let waiver = |one: &Waiver| (one.from, one.until, one.reason.clone());
    let target = |item: &ActionItem| {
        item.reference
            .as_ref()
            .map(|r| (r.target.clone(), r.memory))
    };
    key == &after.key
        && title == &after.title
        && owners == &after.owners
        && owner_text == &after.owner_text
        && due == &after.due
        && waivers
            .iter()
            .map(waiver)
            .eq(after.waivers.iter().map(waiver))
        && priority == &after.priority
        && kind == &after.kind
        && said(status) == said(&after.status)
        && reference.is_some() == after.reference.is_some()
        && target(before) == target(after)
        && tasks == &after.tasks
        && done_when == &after.done_when
        && details == &after.details
        && form == &after.form
        && unusable == &after.unusable
}
