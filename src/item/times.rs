//! When an incident began, was noticed and was over, and when its action items are looked at again, as a document says.
//!
//! Times of day are as written, without a time zone: one document writes all of its own in the same. What is late by them is decided
//! elsewhere.

mod agenda;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::Serialize;

pub use agenda::{AgendaPart, FollowUp, Point, follow_up, level};

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
    /// The time of day, in the document's own time zone.
    pub time: Option<NaiveTime>,
}

impl Moment {
    /// The moment in full, where the time of day is known.
    pub fn instant(self) -> Option<NaiveDateTime> {
        Some(self.date.and_time(self.time?))
    }
}

/// What a document says of the course of the incident.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    /// When it began.
    pub occurred: Option<Moment>,
    /// When it was noticed.
    pub detected: Option<Moment>,
    /// When it was over.
    pub recovered: Option<Moment>,
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

/// The times of the incident, from what its fields say. An end that is only a time of day is on the day it began, or on the next where it
/// would be before that; a field that says from when to when gives the end where no field of its own does.
pub(super) fn times(
    occurred: Option<&str>,
    detected: Option<&str>,
    recovered: Option<&str>,
    date: Option<NaiveDate>,
) -> Times {
    let begun = occurred.map(|text| span(text, None)).unwrap_or_default();
    let day = begun.0.map(|m: Moment| m.date).or(date);
    let following = |text: &str| {
        let moment = span(text, day).0?;
        let dated = first_date(text).is_some();
        Some(if dated {
            moment
        } else {
            not_before(moment, begun.0)
        })
    };
    Times {
        occurred: begun.0,
        detected: detected.and_then(following),
        recovered: recovered.and_then(following).or(begun.1),
    }
}

/// The beginning and the end of a text such as `2025-01-10 09:00 - 10:30`; `day` is that of a time without one.
fn span(text: &str, day: Option<NaiveDate>) -> (Option<Moment>, Option<Moment>) {
    let times = clock_times(text);
    let date = first_date(text).or(day);
    let begin = date.map(|date| Moment {
        date,
        time: times.first().map(|(_, time)| *time),
    });
    let end = match times.as_slice() {
        [_, (at, time)] => {
            // The end may be on another day: 2025-01-10 23:00 〜 2025-01-11 01:30.
            let behind = text
                .char_indices()
                .map(|(i, _)| i)
                .filter(|i| *i > times[0].0 && *i < *at)
                .find_map(|i| {
                    let rest = &text[i..];
                    let fresh = rest.starts_with(|c: char| c.is_ascii_digit())
                        && !text[..i].ends_with(|c: char| c.is_ascii_digit());
                    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
                    fresh.then(|| first_date(&rest[..length])).flatten()
                });
            date.map(|date| {
                let end = Moment {
                    date: behind.unwrap_or(date),
                    time: Some(*time),
                };
                if behind.is_some() {
                    end
                } else {
                    not_before(end, begin)
                }
            })
        }
        _ => None,
    };
    (begin, end)
}

/// A time of day that would be before another is the next day's.
fn not_before(moment: Moment, begin: Option<Moment>) -> Moment {
    match (moment.instant(), begin.and_then(Moment::instant)) {
        (Some(this), Some(begin)) if this < begin => Moment {
            date: moment
                .date
                .checked_add_days(Days::new(1))
                .unwrap_or(moment.date),
            ..moment
        },
        _ => moment,
    }
}

/// The times of day in a text and where they stand: `14:20`, `14:20:03`, `2:20 PM`, `14時20分`.
fn clock_times(text: &str) -> Vec<(usize, NaiveTime)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit());
        match starts.then(|| clock_time(&text[at..])).flatten() {
            Some((time, length)) => {
                found.push((at, time));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn clock_time(text: &str) -> Option<(NaiveTime, usize)> {
    let number = |text: &str| -> Option<(u32, usize)> {
        let length = text.bytes().take_while(u8::is_ascii_digit).count();
        (length == 1 || length == 2).then(|| Some((text[..length].parse().ok()?, length)))?
    };
    let (hour, mut at) = number(text)?;
    let japanese = text[at..].starts_with('時');
    let (minute, second);
    if japanese {
        at += '時'.len_utf8();
        match number(&text[at..]) {
            Some((minutes, length)) if text[at + length..].starts_with('分') => {
                minute = minutes;
                at += length + '分'.len_utf8();
            }
            _ => minute = 0,
        }
        second = 0;
    } else {
        at += text[at..].strip_prefix(':').map(|_| 1)?;
        let (minutes, length) = number(&text[at..]).filter(|(_, length)| *length == 2)?;
        minute = minutes;
        at += length;
        match text[at..].strip_prefix(':').and_then(number) {
            Some((seconds, length)) => {
                second = seconds;
                at += 1 + length;
            }
            None => second = 0,
        }
    }
    let half = text[at..].trim_start().get(..2).unwrap_or("");
    let hour = match (hour, half.to_ascii_lowercase().as_str()) {
        (12, "am") => 0,
        (1..=11, "pm") => hour + 12,
        _ => hour,
    };
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, at))
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
