//! When an incident began, was noticed and was over, and when its action items are looked at again, as a document says.
//!
//! Times of day are as written, in the time zone that stands behind them. What is late by them is decided elsewhere.

mod agenda;
mod course;
mod zone;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::Serialize;

pub use agenda::{AgendaPart, FollowUp, Point, follow_up, level};
pub(super) use course::{Said, times};
pub use zone::Zone;

use super::due::{self, Due};
use super::postmortem::first_date;
use super::status;
use super::vocabulary::Vocabulary;
use super::words;
use crate::document::Document;
use crate::document::outline::{Block, BlockId, BlockKind};
use crate::document::text::Text;
use crate::item::Status;

/// No line that sets a review is longer, in bytes.
const LONGEST: usize = 200;

/// A point in time as a document writes it: a day, and the time of day where it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moment {
    /// The day.
    pub date: NaiveDate,
    /// The time of day.
    pub time: Option<NaiveTime>,
    /// The time zone that the document writes for it.
    pub zone: Option<Zone>,
}

impl Moment {
    /// The moment in full, where the time of day is known; in its own time zone.
    pub fn instant(self) -> Option<NaiveDateTime> {
        Some(self.date.and_time(self.time?))
    }

    /// How long after another it is. `None` where a time of day is missing, and where the time zones differ and that of one is not known:
    /// two zones of one name, and times without any, are taken for the same.
    pub fn since(self, earlier: Moment) -> Option<TimeDelta> {
        let apart = self.instant()?.signed_duration_since(earlier.instant()?);
        let (Some(here), Some(there)) = (self.zone, earlier.zone) else {
            return Some(apart);
        };
        if here == there {
            return Some(apart);
        }
        let ahead = here.minutes()?.checked_sub(there.minutes()?)?;
        apart.checked_sub(&TimeDelta::minutes(i64::from(ahead)))
    }
}

/// What a document says of the course of the incident.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// When it began; only the day where the document says no more than its own date.
    pub occurred: Option<Moment>,
    /// When it was noticed.
    pub detected: Option<Moment>,
    /// When it was over: nothing where the document says that it goes on, or an end before the beginning.
    pub recovered: Option<Moment>,
    /// Whether the end that the document writes is before the beginning that it writes.
    pub reversed: bool,
}

/// A follow-up review that the document sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What it is called there, without its date: `2週間後レビュー`.
    pub title: String,
    /// Its day.
    pub date: NaiveDate,
    /// Whether the document says that it was held: all boxes below it are ticked, its own line says done, or the day of the *next* review
    /// is written, which comes later.
    pub held: bool,
    /// Whether there are boxes to tick, below its heading or its own.
    pub boxes: bool,
    /// Its line, from 1.
    pub line: usize,
}

/// The follow-up reviews that a document sets, in order: headings, and labelled lines. `date` is the postmortem's, from which
/// `2週間後レビュー` counts where no day is written.
pub(super) fn reviews(
    document: &Document,
    date: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Vec<Review> {
    let mut reviews: Vec<Review> = Vec::new();
    for (id, block) in document.blocks.iter().enumerate() {
        // What its boxes say; `None` without any.
        let mut add = |text: &Text, ticked: Option<bool>| {
            let heads = matches!(block.kind, BlockKind::Heading { .. });
            if let Some((title, day)) = review(&text.plain, date, vocabulary).or_else(|| {
                heads.then(|| review_by_place(document, id, &text.plain, date, vocabulary))?
            }) && !reviews.iter().any(|known| known.date == day)
            {
                reviews.push(Review {
                    title,
                    date: day,
                    held: ticked == Some(true) || says_done(&text.plain, vocabulary),
                    boxes: ticked.is_some(),
                    line: document.lines.line(text.span.start),
                });
            }
        };
        match &block.kind {
            BlockKind::Heading { level: 2.., text } => add(text, boxes_ticked(document, id)),
            BlockKind::Heading { .. } => {}
            BlockKind::Paragraph(lines) => lines.iter().for_each(|line| add(line, None)),
            BlockKind::Entry(entry) => {
                if let Some(lead) = entry.lead.first() {
                    add(lead, entry.checkbox.as_ref().map(|c| c.ticked));
                }
            }
            BlockKind::Table(table) => {
                for row in std::iter::once(&table.header).chain(&table.rows) {
                    if let [label, value] = row.cells.as_slice()
                        && is_review(&label.text.plain, vocabulary)
                        && let Some(day) = first_date(&value.text.plain)
                        && !reviews.iter().any(|known| known.date == day)
                    {
                        reviews.push(Review {
                            title: label.text.plain.trim().to_owned(),
                            date: day,
                            held: says_done(&value.text.plain, vocabulary),
                            boxes: false,
                            line: row.line,
                        });
                    }
                }
            }
        }
    }
    let next = reviews.iter().filter(|review| names_next(&review.title));
    if let Some(last) = next.map(|review| review.date).max() {
        for review in reviews.iter_mut().filter(|review| review.date < last) {
            review.held = true;
        }
    }
    reviews
}

/// Whether a name is that of the review after another one: 次回レビュー, `Next review`.
fn names_next(name: &str) -> bool {
    let folded = words::fold(name);
    folded.starts_with("次回") || folded.starts_with("next ")
}

/// Whether a follow-up review that stands in a document without a day was held: its heading says done, or all boxes below it are ticked.
/// `None` where the document has no such heading with boxes.
pub fn undated_review(document: &Document, vocabulary: &Vocabulary) -> Option<bool> {
    let mut found = None;
    for (id, block) in document.blocks.iter().enumerate() {
        let BlockKind::Heading { level: 2.., text } = &block.kind else {
            continue;
        };
        let name = &text.plain;
        if !heads_review(name, vocabulary) || first_date(name).is_some() {
            continue;
        }
        let held = match boxes_ticked(document, id) {
            _ if says_done(name, vocabulary) => Some(true),
            ticked => ticked,
        };
        found = found.max(held);
    }
    found
}

/// The name and the day of a review in a line: `2週間後レビュー（2025-01-24）`, `Follow-up review: 2025-01-24`.
fn review(
    plain: &str,
    date: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Option<(String, NaiveDate)> {
    if !may_name(plain) {
        return None;
    }
    let (name, rest) = split_name(plain, vocabulary)?;
    let day = match day_in(without_brackets(rest), date) {
        Some(day) => Some(day),
        // Nothing else is written, so that the name alone says when.
        None if !rest.chars().any(char::is_alphanumeric) => relative(name, date),
        None => None,
    };
    let title = name.trim_matches(|c: char| !c.is_alphanumeric());
    Some((title.to_owned(), day?))
}

/// A full date, else a day of a month whose year the postmortem's date tells: `1月19日`.
fn day_in(text: &str, date: Option<NaiveDate>) -> Option<NaiveDate> {
    first_date(text).or_else(|| match due::read(text, Some(date?)) {
        Due::On {
            date,
            relative: false,
        } => Some(date),
        _ => None,
    })
}

/// Reviews of something else than what became of the action items, as folded text.
const OTHER_REVIEWS: [&str; 15] = [
    "コード",
    "設計",
    "デザイン",
    "アーキテクチャ",
    "セキュリティ",
    "プルリクエスト",
    "ピアレビュー",
    "code",
    "design",
    "architecture",
    "security",
    "pull request",
    "pr review",
    "peer review",
    "access review",
];

/// The name and the day of a review that a heading sets by where it stands: `第1回レビュー（2025-01-19）` in a follow-up section, or a bare
/// `2025-01-19` directly below a heading that names reviews.
fn review_by_place(
    document: &Document,
    heading: BlockId,
    plain: &str,
    date: Option<NaiveDate>,
    vocabulary: &Vocabulary,
) -> Option<(String, NaiveDate)> {
    if plain.len() > LONGEST {
        return None;
    }
    let follows_up = |above: &str| {
        vocabulary.review_sections.whole(above) == Some(()) || heads_review(above, vocabulary)
    };
    let folded = words::fold(plain);
    if is_bare_day(&folded) {
        let (_, above) = document.sections(heading).next()?;
        let above = &above.plain;
        let names = names_review(&words::fold(above)) && follows_up(above);
        let name = cut_name(without_ordinal(above)).0;
        let title = name.trim_matches(|c: char| !c.is_alphanumeric());
        return Some((title.to_owned(), first_date(plain).filter(|_| names)?));
    }
    let other = OTHER_REVIEWS.iter().any(|word| folded.contains(word));
    if !names_review(&folded)
        || other
        || !document
            .sections(heading)
            .any(|(_, above)| follows_up(&above.plain))
    {
        return None;
    }
    let plain = without_ordinal(plain);
    let (name, rest) = cut_name(plain);
    let (name, day) = match day_in(without_brackets(rest), date) {
        Some(day) => (name, day),
        // `レビュー 2025/1/19`, `2025-01-19 review`
        None => {
            let day = first_date(plain)?;
            let before = plain
                .split_inclusive([' ', '\u{3000}'])
                .take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
                .map(str::len)
                .sum();
            (plain.get(..before).filter(|n| !n.is_empty())?, day)
        }
    };
    let title = name.trim_matches(|c: char| !c.is_alphanumeric());
    Some((title.to_owned(), day))
}

/// Whether folded text names a review.
fn names_review(folded: &str) -> bool {
    folded.contains("レビュー")
        || folded.contains("振り返り")
        || folded
            .split(|c: char| !c.is_alphabetic())
            .any(|word| matches!(word, "review" | "reviews"))
}

/// Whether folded text is a day in figures and nothing else: `2025-01-19`, `2025年1月19日(日)`.
fn is_bare_day(folded: &str) -> bool {
    folded.starts_with(|c: char| c.is_ascii_digit())
        && folded
            .chars()
            .all(|c| c.is_ascii_digit() || " -/.:()（）年月日火水木金土曜".contains(c))
}

/// The name of a review and what stands behind it; `None` where a line names none.
fn split_name<'t>(plain: &'t str, vocabulary: &Vocabulary) -> Option<(&'t str, &'t str)> {
    let plain = without_ordinal(plain);
    let (name, rest) = cut_name(plain);
    if is_review(name, vocabulary) {
        return Some((name, rest));
    }
    // `Follow-up review 2025-01-24`
    let (name, day) = plain.split_at(name.find(|c: char| c.is_ascii_digit())?);
    is_review(name, vocabulary).then_some((name, day))
}

/// A text before its first bracket, colon or dash, and the rest.
fn cut_name(plain: &str) -> (&str, &str) {
    let cut = plain
        .find(['(', '（', ':', '：', '—', '–'])
        .unwrap_or(plain.len());
    let joint = plain.find(" - ").unwrap_or(plain.len());
    plain.split_at(cut.min(joint))
}

/// Whether a heading names a follow-up review: what stands below it is for the review to go through, and no action item.
pub(super) fn heads_review(heading: &str, vocabulary: &Vocabulary) -> bool {
    may_name(heading) && split_name(heading, vocabulary).is_some()
}

/// Whether it is worth looking at a line: most name nothing of the kind, and every line of a document is asked.
fn may_name(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let has = |word: &str| {
        line.as_bytes()
            .windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    // Full-width letters count as what they stand for, which takes a closer look.
    has("review")
        || has("follow")
        || ["レビュー", "フォロー", "振り返り"]
            .iter()
            .any(|word| line.contains(word))
        || line.contains(|c: char| matches!(c, '\u{ff00}'..='\u{ffef}'))
}

/// A heading without its number: `3. 2週間後レビュー`.
fn without_ordinal(plain: &str) -> &str {
    let rest = plain.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(['.', ')']) {
        Some(after) if rest.len() < plain.len() && after.starts_with(' ') => after.trim_start(),
        _ => plain,
    }
}

fn without_brackets(text: &str) -> &str {
    text.trim_start_matches(|c: char| !c.is_alphanumeric())
        .trim_end_matches([')', '）', ' '])
}

/// Whether a name is that of a follow-up review: one of the vocabulary, or one that says how long after.
fn is_review(name: &str, vocabulary: &Vocabulary) -> bool {
    if name.len() > 120 {
        return false;
    }
    if vocabulary.reviews.whole(name) == Some(()) {
        return true;
    }
    length(name).is_some()
        || without_count(&words::fold(name))
            .is_some_and(|rest| vocabulary.reviews.whole(rest) == Some(()))
}

/// Folded text without which of several it is: `第1回フォローアップレビュー`, `2回目のフォローアップレビュー`, `first follow-up review`. `None` where
/// it says nothing of the kind.
fn without_count(folded: &str) -> Option<&str> {
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let counted = folded.strip_prefix('第').unwrap_or(folded);
    let rest = counted.trim_start_matches(number);
    if rest.len() < counted.len()
        && let Some(rest) = rest.strip_prefix('回')
    {
        let rest = rest.strip_prefix('目').unwrap_or(rest);
        return Some(rest.strip_prefix('の').unwrap_or(rest).trim_start());
    }
    let (first, rest) = folded.split_once(' ')?;
    let ordinal = matches!(
        first,
        "first" | "second" | "third" | "fourth" | "fifth" | "1st" | "2nd" | "3rd" | "4th" | "5th"
    );
    ordinal.then_some(rest)
}

/// The length of time in `2週間後レビュー`, `1ヶ月後のフォローアップレビュー`, `30-day review`, `two-week follow-up review`, in words that a due
/// date is read from.
fn length(name: &str) -> Option<String> {
    let folded = words::fold(name);
    if let Some((before, after)) = folded.split_once('後') {
        let review = [
            "レビュー",
            "のレビュー",
            "フォローアップレビュー",
            "のフォローアップレビュー",
            "振り返り",
            "の振り返り",
            "フォローアップ",
        ];
        let unit = [
            "日", "週間", "週", "ヶ月", "か月", "カ月", "ケ月", "ヵ月", "箇月",
        ]
        .iter()
        .any(|unit| {
            before.strip_suffix(unit).is_some_and(|n| {
                let digit = |c: char| c.is_numeric() || "一二三四五六七八九十".contains(c);
                !n.is_empty() && n.len() <= 9 && n.chars().all(digit)
            })
        });
        return (unit && review.contains(&after)).then(|| format!("{before}後"));
    }
    let words: Vec<&str> = folded.split([' ', '-']).collect();
    let [count, unit, rest @ ..] = words.as_slice() else {
        return None;
    };
    let counted = count.parse::<u32>().is_ok()
        || ["one", "two", "three", "four", "six", "eight"].contains(count);
    let unit = unit.trim_end_matches('s');
    let review = matches!(
        rest,
        ["review"] | ["follow", "up", "review"] | ["followup", "review"] | ["follow", "up"]
    );
    (counted && review && ["day", "week", "month"].contains(&unit))
        .then(|| format!("in {count} {unit}s"))
}

fn relative(name: &str, date: Option<NaiveDate>) -> Option<NaiveDate> {
    match due::read(&length(name)?, Some(date?)) {
        Due::On { date, .. } => Some(date),
        _ => None,
    }
}

/// Whether the boxes in the section of a heading are all ticked; `None` where it has none.
fn boxes_ticked(document: &Document, heading: BlockId) -> Option<bool> {
    let boxes: Vec<bool> = document.blocks[heading + 1..]
        .iter()
        .take_while(|block: &&Block| !matches!(block.kind, BlockKind::Heading { .. }))
        .filter_map(|block| match &block.kind {
            BlockKind::Entry(entry) => entry.checkbox.as_ref().map(|c| c.ticked),
            _ => None,
        })
        .collect();
    (!boxes.is_empty()).then(|| boxes.iter().all(|ticked| *ticked))
}

/// Whether a line ends or begins with a word or emoji for done: `✅ 2週間後レビュー（2025-01-24）`, `Next review: 2025-01-24 (done)`.
fn says_done(plain: &str, vocabulary: &Vocabulary) -> bool {
    let emoji = plain
        .chars()
        .filter(|c| status::is_emoji(*c))
        .any(|c| vocabulary.emoji.get(&c) == Some(&Status::Done));
    let last = plain
        .trim_end()
        .trim_end_matches([')', '）', '。', ']', '】'])
        .rsplit(|c: char| c.is_whitespace() || "(（)）:：,、[【".contains(c))
        .next()
        .unwrap_or("");
    emoji || vocabulary.statuses.whole(last) == Some(Status::Done)
}

#[cfg(test)]
mod tests;
