//! A sheet as a record in its document: how the items stood on a day, in a region of ours, in the document's language.
//!
//! Each day has a region of its own, so that older ones are never touched. Its first line says the day and what the record is known by:
//! a record that somebody edited since is not replaced. Nothing is written that would change how the document is read, or that would not
//! show: the text is read again before it is saved.

mod alike;
mod place;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::super::model::Source;
use super::words::{due, legend, people, slips, totals};
use super::{Row, Sheet};
use crate::config::Language;
use crate::document::Document;
use crate::document::edit::{Splice, newline, splice};
use crate::document::region::{self, REVIEW_BEGIN, REVIEW_END, Snapshot};
use crate::item::Postmortem;
use crate::item::times::FollowUp;
use alike::{is_built_alike, is_read_alike, standing};
use place::Place;

/// A document with the day's record in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its whole text.
    pub text: String,
    /// What was done.
    pub change: Change,
    /// The line of the record in it, from 1.
    pub line: usize,
    /// The heading that the record stands under; none in a document without headings.
    pub under: Option<String>,
}

/// What was done about a day's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There was none.
    Added,
    /// The state has changed since the one that was there.
    Replaced,
    /// It says all that there is to say.
    Unchanged,
}

/// Why nothing is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A record has only one of its two marker lines.
    Unpaired {
        /// Its line, from 1.
        line: usize,
    },
    /// The first line of a record doesn't say its day and what it is known by.
    Unreadable {
        /// Its line.
        line: usize,
    },
    /// Two records are of one day.
    Copied {
        /// The day.
        day: NaiveDate,
        /// Their lines.
        lines: [usize; 2],
    },
    /// Somebody edited the day's record.
    Edited {
        /// Its line.
        line: usize,
    },
    /// At this place it would not show, or would change how the document is read.
    Disturbs {
        /// The line that it would stand in.
        line: usize,
    },
}

impl Refusal {
    /// The line to look at, from 1.
    pub fn line(&self) -> usize {
        match self {
            Refusal::Unpaired { line }
            | Refusal::Unreadable { line }
            | Refusal::Copied {
                lines: [_, line], ..
            }
            | Refusal::Edited { line }
            | Refusal::Disturbs { line } => *line,
        }
    }

    /// What is wrong.
    pub fn message(&self, language: Language) -> String {
        match self {
            Refusal::Unpaired { .. } => language.pick(
                "レビュー記録の目印が片方しかないため、何も書きませんでした".into(),
                "a review's snapshot has only one of its two markers; nothing was written".into(),
            ),
            Refusal::Unreadable { .. } => language.pick(
                "レビュー記録の目印が書き換えられているため、何も書きませんでした".into(),
                "the marker of a review's snapshot was changed; nothing was written".into(),
            ),
            Refusal::Copied { day, lines: [first, _] } => language.pick(
                format!("{day} のレビュー記録が {first} 行目にもあるため、何も書きませんでした"),
                format!("the snapshot of {day} is also on line {first}; nothing was written"),
            ),
            Refusal::Edited { .. } => language.pick(
                "今日のレビュー記録が編集されているため、上書きしませんでした".into(),
                "today's snapshot was edited by hand and is not overwritten".into(),
            ),
            Refusal::Disturbs { .. } => language.pick(
                "ここに記録を書くと文書の読み取りが変わるか、表として表示されないため、何も書きませんでした".into(),
                "a snapshot here would not show as a table, or would change how the document is read; nothing was written".into(),
            ),
        }
    }

    /// How to mend it.
    pub fn hint(&self, language: Language) -> String {
        match self {
            Refusal::Unpaired { .. } => language.pick(
                format!("欠けた目印（{REVIEW_END} など）を戻すか、残った行も消してください"),
                format!("put the missing marker back (such as {REVIEW_END}), or delete the other one too"),
            ),
            Refusal::Unreadable { .. } => language.pick(
                format!("`{REVIEW_BEGIN} 2025-01-24 0a1b2c3d -->` の形に戻すか、目印の2行を消してください（中身は普通の文になります）"),
                format!("restore it (`{REVIEW_BEGIN} 2025-01-24 0a1b2c3d -->`), or delete its two marker lines, which makes ordinary text of what is between"),
            ),
            Refusal::Copied { .. } => language.pick(
                "どちらかを目印ごと消してください".into(),
                "delete one of them with its markers".into(),
            ),
            Refusal::Edited { .. } => language.pick(
                "書き込みは記録の外（目印の行より下）に移し、記録を消してから、もう一度実行してください".into(),
                "move your notes out of the snapshot, below its last line, delete it, and run the command again".into(),
            ),
            Refusal::Disturbs { .. } => language.pick(
                "閉じていないコードブロックやコメントがないか確かめるか、「## フォローアップレビュー」という見出しを書いてください".into(),
                "look for a code block or comment that is not closed, or write a heading `## Follow-up review`".into(),
            ),
        }
    }
}

/// What the first line of a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label<'s> {
    /// Its day.
    pub day: NaiveDate,
    /// What its text is known by; see [`sum`].
    sum: &'s str,
}

impl<'s> Label<'s> {
    /// Reads one.
    pub fn parse(label: &'s str) -> Option<Label<'s>> {
        let (day, sum) = label.split_once(' ')?;
        let is_sum = sum.len() == SUM && sum.bytes().all(|b| b.is_ascii_hexdigit());
        Some(Label {
            day: day.parse().ok()?,
            sum: is_sum.then_some(sum)?,
        })
    }
}

/// How many characters a record is known by.
const SUM: usize = 8;

/// What a record is known by. Formatters pad tables, and quotes begin lines with a sign: neither is an edit.
fn sum(text: &str) -> String {
    let said: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '|' | ':' | '>'))
        .collect();
    let digest = Sha256::digest(said.as_bytes());
    let mut hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.truncate(SUM);
    hex
}

/// Puts the day's record into the document, or brings it up to date. `read` is how the run reads documents.
///
/// # Errors
/// Where a record is damaged, copied or edited, or the document would be read differently with it.
pub(super) fn record(
    document: &Document,
    postmortem: &Postmortem,
    follow_up: &FollowUp,
    sheet: &Sheet,
    read: &dyn Fn(&Document) -> Postmortem,
) -> Result<Recorded, Refusal> {
    let source = document.source.as_str();
    let line = |at: usize| document.lines.line(at);
    if let Some(at) = region::unpaired_review(source) {
        return Err(Refusal::Unpaired { line: line(at) });
    }
    let found = region::snapshots(source);
    let mut labelled: Vec<(Label<'_>, &Snapshot<'_>)> = Vec::new();
    for snapshot in &found {
        let at = line(snapshot.span.start);
        let label = Label::parse(snapshot.label).ok_or(Refusal::Unreadable { line: at })?;
        if let Some((_, other)) = labelled.iter().find(|(known, _)| known.day == label.day) {
            return Err(Refusal::Copied {
                day: label.day,
                lines: [line(other.span.start), at],
            });
        }
        labelled.push((label, snapshot));
    }
    let todays = labelled.iter().find(|(label, _)| label.day == sheet.today);
    let mut section = None;
    let (edit, change, heading) = match todays {
        Some((label, snapshot)) => {
            let inner = &source[region::inner(source, &snapshot.span)];
            let bare = inner.trim_start_matches(['>', ' ', '\t', '\r', '\n']);
            let level = bare.len() - bare.trim_start_matches('#').len();
            let body = body(sheet, level);
            let heading = place::above(document, snapshot.span.start);
            if label.sum == sum(&body.concat()) {
                return Ok(Recorded {
                    text: source.to_owned(),
                    change: Change::Unchanged,
                    line: line(snapshot.span.start),
                    under: heading,
                });
            }
            if label.sum != sum(inner) {
                return Err(Refusal::Edited {
                    line: line(snapshot.span.start),
                });
            }
            let prefix = prefix_at(document, snapshot.span.start);
            let all = prefixed(&lines(sheet.today, &body), &prefix);
            let text = all.join(newline(source));
            // The first line begins where the old one began.
            let text = text.strip_prefix(&prefix).unwrap_or(&text);
            (
                Splice::replace(snapshot.span.clone(), text),
                Change::Replaced,
                heading,
            )
        }
        None => {
            let place = place::find(document, postmortem, follow_up, sheet.today);
            let heading = place.under(document, sheet.postmortem.language);
            section = place.section.and(heading.clone());
            (inserted(document, &place, sheet), Change::Added, heading)
        }
    };
    let at = edit.range.start;
    let disturbs = || Refusal::Disturbs { line: line(at) };
    let text = splice(source, std::slice::from_ref(&edit)).map_err(|_| disturbs())?;
    let after = Document::parse(text.as_str());
    let at = standing(&text, sheet)
        .filter(|_| is_built_alike(document, &after, section.as_deref()))
        .filter(|_| is_read_alike(postmortem, &read(&after)))
        .ok_or_else(disturbs)?;
    let line = after.lines.line(at);
    Ok(Recorded {
        text,
        change,
        line,
        under: heading,
    })
}

/// The insertion of a new record.
fn inserted(document: &Document, place: &Place, sheet: &Sheet) -> Splice {
    let Place {
        at,
        prefix,
        section,
        level,
        ..
    } = place;
    let source = document.source.as_str();
    let newline = newline(source);
    let mut all = vec![String::new()];
    if let Some(level) = section {
        let name = place::section_name(sheet.postmortem.language);
        all.extend([
            format!("{} {name}", "#".repeat((*level).into())),
            String::new(),
        ]);
    }
    all.extend(lines(sheet.today, &body(sheet, (*level).into())));
    let rest = &source[*at..];
    let ended = *at == 0 || source[..*at].ends_with(['\n', '\r']);
    let follows = rest.split(['\n', '\r']).next().unwrap_or_default();
    let follows = follows.trim_matches(['>', ' ', '\t', '\u{feff}']);
    if !rest.is_empty() && !follows.is_empty() {
        all.push(String::new());
    }
    let text = prefixed(&all, prefix).join(newline);
    Splice::insert(
        *at,
        match ended {
            true => format!("{text}{newline}"),
            // The last line of a document keeps having no end.
            false => format!("{newline}{text}"),
        },
    )
}

/// Lines as they stand in a quote, or wherever `prefix` puts them.
fn prefixed(lines: &[String], prefix: &str) -> Vec<String> {
    let each = lines.iter().map(|line| match line.is_empty() {
        true => prefix.trim_end().to_owned(),
        false => format!("{prefix}{line}"),
    });
    each.collect()
}

/// The lines of a record with its markers.
fn lines(day: NaiveDate, body: &[String]) -> Vec<String> {
    let mut lines = vec![format!("{REVIEW_BEGIN} {day} {} -->", sum(&body.concat()))];
    lines.extend(body.iter().cloned());
    lines.push(REVIEW_END.to_owned());
    lines
}

/// What a record says; with a heading of its own where `level` is not 0.
fn body(sheet: &Sheet, level: usize) -> Vec<String> {
    let language = sheet.postmortem.language;
    let today = sheet.today;
    let mut lines = Vec::new();
    if level > 0 {
        let name = language.pick(format!("{today} の状況"), format!("Status on {today}"));
        lines.extend([format!("{} {name}", "#".repeat(level)), String::new()]);
    }
    let from = match sheet.source {
        Source::Github => language.pick("GitHub の Issue による", "from the GitHub issues"),
        Source::Documents => language.pick("文書の記載による", "from this document alone"),
    };
    let totals = totals(sheet, language);
    lines.push(language.pick(
        format!("**{today} 時点**（{from}）: {totals}"),
        format!("**As of {today}** ({from}): {totals}"),
    ));
    lines.push(String::new());
    let put_off = sheet
        .items
        .iter()
        .any(|row| row.slips.is_some_and(|slips| slips > 0));
    let row = |cells: Vec<String>| {
        let shown = if put_off {
            cells.len()
        } else {
            cells.len() - 1
        };
        format!("| {} |", cells[..shown].join(" | "))
    };
    // The fifth of these heads no table of action items, should the markers ever be lost.
    let head = [
        "#",
        language.pick("アクション", "Action"),
        language.pick("担当", "Owner"),
        language.pick("期限", "Due"),
        language.pick("この日の状況", "Status on the day"),
        language.pick("延期", "Put off"),
    ];
    lines.push(row(head.map(str::to_owned).to_vec()));
    lines.push(row(head.map(|_| "---".to_owned()).to_vec()));
    for item in &sheet.items {
        lines.push(row(vec![
            cell(&item.key),
            cell(&item.title),
            cell(&people(item, language)),
            cell(&due(item)),
            status(item, language),
            slips(item, language),
        ]));
    }
    // A line directly below a table would be a row of it.
    lines.push(String::new());
    for text in legend(sheet, language) {
        lines.extend([cell(text), String::new()]);
    }
    lines
}

fn status(row: &Row, language: Language) -> String {
    let status = row.status.label(language);
    match row.days_late {
        Some(1) => language.pick(
            format!("{status}（**1 日超過**）"),
            format!("{status}, **1 day late**"),
        ),
        Some(days) => language.pick(
            format!("{status}（**{days} 日超過**）"),
            format!("{status}, **{days} days late**"),
        ),
        None => status.to_owned(),
    }
}

/// A text as a cell of a table in a document. Names stay as people write them: a file calls nobody.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let in_word = before.is_alphanumeric() && after.is_alphanumeric();
        match c {
            '\\' | '|' | '<' | '`' | '*' | '[' | ']' | '~' | '&' | '$' => out.extend(['\\', c]),
            '_' if !in_word => out.extend(['\\', c]),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out.trim().to_owned()
}

/// What the line of a byte begins with, before it: the signs of a quote.
fn prefix_at(document: &Document, at: usize) -> String {
    let start = document.lines.start(document.lines.line(at));
    let lead = document.source.get(start..at).unwrap_or_default();
    lead.trim_start_matches('\u{feff}').to_owned()
}

#[cfg(test)]
mod tests;
