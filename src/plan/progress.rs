//! The progress region: how many items are done, what is late, what comes next. Rewritten only when it says something new.

use chrono::NaiveDate;

use super::ItemPlan;
use crate::config::Language;
use crate::document::edit::{Splice, newline};
use crate::document::outline::BlockKind;
use crate::document::region::{self, PROGRESS_BEGIN, PROGRESS_END};
use crate::item::{ActionItem, Status};
use crate::workspace::Loaded;

/// The width of the bar, in characters.
const BAR: usize = 20;

/// How many keys are named before the rest is only counted.
const NAMED: usize = 5;

/// The edit that brings a document's progress region up to date, with the statuses that `items` are about to write. `None` where it
/// stands as it should, or where the document has none and none is asked for (`wanted`).
pub(super) fn splice(
    loaded: &Loaded,
    items: &[ItemPlan],
    wanted: bool,
    today: NaiveDate,
) -> Option<Splice> {
    let source = loaded.document.source.as_str();
    let existing = region::find(source);
    if (existing.is_none() && !wanted) || loaded.postmortem.items.is_empty() {
        return None;
    }
    let status = |at: usize, item: &ActionItem| {
        let edited = items
            .iter()
            .find(|plan| plan.item == at)
            .and_then(|plan| plan.edit.as_ref());
        let remembered = edited.and_then(|edit| match &edit.link {
            Some(crate::item::edit::LinkEdit::Set {
                word: Some(word), ..
            }) => Some(*word),
            _ => None,
        });
        match (edited.and_then(|edit| edit.status), remembered) {
            (Some(status), _) => status,
            (None, Some(word)) => super::status::shown(item.status.row(), Some(word)),
            (None, None) => item.shown_status(),
        }
    };
    let states: Vec<(&ActionItem, Status)> = loaded
        .postmortem
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| (item, status(at, item)))
        .collect();
    let line = text(&states, loaded.postmortem.language, today);
    let newline = newline(source);
    match existing {
        Some(found) => {
            let inner = region::inner(source, &found);
            // The region may stand in a quote or an entry: its lines begin as the marker's line does.
            let line_start = source[..found.start].rfind('\n').map_or(0, |at| at + 1);
            let prefix = &source[line_start..found.start];
            let prefix = if line_start == 0 {
                prefix.trim_start_matches('\u{feff}')
            } else {
                prefix
            };
            let text = format!("{prefix}{line}{newline}{prefix}");
            (source[inner.clone()] != text).then(|| Splice::replace(inner, text))
        }
        None => {
            let at = place(loaded);
            let lead = if at == 0 || source[..at].ends_with("\n") {
                ""
            } else {
                newline
            };
            // In a block quote every line begins as the heading's does.
            let quote = quote(source, at);
            let blank = quote.trim_end();
            let text = [PROGRESS_BEGIN, line.as_str(), PROGRESS_END]
                .map(|line| format!("{quote}{line}{newline}"))
                .concat();
            Some(Splice::insert(at, format!("{lead}{blank}{newline}{text}")))
        }
    }
}

/// What the line that ends at `at` begins with, where it stands in a block quote.
fn quote(source: &str, at: usize) -> &str {
    let line = source[..at].trim_end_matches(['\n', '\r']);
    let line = &line[line.rfind('\n').map_or(0, |before| before + 1)..];
    let rest = line.trim_start_matches(['>', ' ', '\t']);
    let start = &line[..line.len() - rest.len()];
    if start.contains('>') { start } else { "" }
}

/// Behind the line of the heading that names the action items, else of the document's first heading, else at its head.
fn place(loaded: &Loaded) -> usize {
    let document = &loaded.document;
    let section = loaded
        .postmortem
        .items
        .iter()
        .find_map(|item| item.place.section);
    let heading = section.or_else(|| {
        document
            .blocks
            .iter()
            .position(|block| matches!(block.kind, BlockKind::Heading { .. }))
    });
    match heading.map(|id| &document.blocks[id]) {
        Some(block) => {
            let text = document.source[block.span.clone()].trim_end();
            let last = document
                .lines
                .line(block.span.start + text.len().saturating_sub(1));
            document.lines.end(last, &document.source)
        }
        None => document.front_matter.span.end,
    }
}

/// The one line of the region.
pub fn text(states: &[(&ActionItem, Status)], language: Language, today: NaiveDate) -> String {
    let dropped = states
        .iter()
        .filter(|(_, status)| *status == Status::Dropped)
        .count();
    let total = states.len() - dropped;
    let done = states
        .iter()
        .filter(|(_, status)| *status == Status::Done)
        .count();
    let filled = (done * BAR).checked_div(total).unwrap_or(BAR);
    let percent = (done * 100).checked_div(total).unwrap_or(100);
    let bar = "█".repeat(filled) + &"░".repeat(BAR - filled);
    let open = || {
        states
            .iter()
            .filter(|(_, status)| !status.is_closed())
            .filter_map(|(item, _)| Some((item.due.date?, item.key.as_str())))
    };
    let late: Vec<&str> = open()
        .filter(|(due, _)| *due < today)
        .map(|(_, key)| key)
        .collect();
    let next = open().filter(|(due, _)| *due >= today).min();
    let keys = |keys: &[&str]| {
        let named = keys
            .iter()
            .take(NAMED)
            .copied()
            .collect::<Vec<_>>()
            .join(language.pick("、", ", "));
        match keys.len().saturating_sub(NAMED) {
            0 => named,
            more => language.pick(
                format!("{named} ほか{more}件"),
                format!("{named} and {more} more"),
            ),
        }
    };
    let mut parts = vec![language.pick(
        format!("**進捗**: {done}/{total} 完了 {bar} {percent}%"),
        format!("**Progress**: {done}/{total} done {bar} {percent}%"),
    )];
    if dropped > 0 {
        parts.push(language.pick(format!("見送り {dropped} 件"), format!("{dropped} dropped")));
    }
    if !late.is_empty() {
        parts.push(language.pick(
            format!("**期限切れ {} 件**（{}）", late.len(), keys(&late)),
            format!("**{} overdue** ({})", late.len(), keys(&late)),
        ));
    }
    if let Some((due, key)) = next {
        parts.push(language.pick(
            format!("次の期限 {due}（{key}）"),
            format!("next due {due} ({key})"),
        ));
    }
    parts.join(" · ")
}
