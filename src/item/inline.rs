//! What people write into the line of an action item besides what is to be done: number, owner, due date, status, ticket.
//!
//! Three rules. A *mark in front* (`✅`, `[P1]`, `AI-3:`, `予防:`) and a *remark at the end*, in brackets or behind a dash (`(@alice)`,
//! `[Rick]`, `— DONE in #12`, `（〜1/31）`), count where all of them reads as a field. A *labelled field* (`担当: x、期限: y`, `Owner: @x`) counts where it
//! is set off by a mark or bold type, and where the value reads as what the label says. Everything else is the title; what follows a bold
//! lead, a field, or the first sentence of a long item, is detail.

use std::ops::Range;

use chrono::NaiveDate;

use super::due::{self, Due};
use super::find::Field;
use super::link;
use super::owner::{self, People};
use super::status::{self, Reading};
use super::vocabulary::{Column, Vocabulary};
use super::words;
use crate::document::text::{Text, trim_range};

/// A line as read.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What is to be done.
    pub title: Text,
    /// Its number as written.
    pub number: Option<String>,
    /// The fields, those in front first.
    pub fields: Vec<Field>,
    /// How the status is written, where a mark of the line says one.
    pub mark: Option<Mark>,
    /// Whether the title is struck through.
    pub struck: bool,
}

/// How a line says its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `✅ title`.
    EmojiBefore,
    /// `title ✅`.
    EmojiBehind,
    /// `~~title~~`.
    Struck,
    /// `[DONE] title`, `完了: title`.
    WordBefore,
    /// `title - DONE`.
    Dash,
    /// `title (done)`, `title（実施済み）`.
    Bracket,
}

/// The longest remark, in bytes, that is read as a field.
const LONGEST_REMARK: usize = 160;
/// A longer item, in characters, is told by its first sentence.
const LONG_TITLE: usize = 120;

/// A longer line, in bytes, is no sentence that anybody wrote: all of it is the title.
const LONGEST_LINE: usize = 8_000;
/// More remarks than this stand at the end of no item.
const MOST_REMARKS: usize = 8;

/// Reads the text of an entry or paragraph.
pub fn read(text: &Text, vocabulary: &Vocabulary, people: &People) -> Line {
    let mut reader = Reader {
        text,
        vocabulary,
        people,
        line: Line::default(),
        details: Vec::new(),
    };
    let end = reader.without_own_links(text.plain.len());
    let mut range = trim_range(&text.plain, 0..end);
    if range.len() <= LONGEST_LINE {
        range = reader.front(range);
        range = reader.labelled(range);
        range = reader.end(range);
        range = reader.lead(range);
    }
    let struck_enough = |r: &Range<usize>| r.start <= range.start && range.end <= r.end;
    reader.line.struck = range.start < range.end && text.struck.iter().any(struck_enough);
    reader.line.title = text.slice(range);
    for detail in std::mem::take(&mut reader.details) {
        let part = text.slice(detail);
        if part.plain.chars().any(char::is_alphanumeric) {
            reader.line.fields.push(Field {
                column: Column::Details,
                text: part,
                list: Vec::new(),
            });
        }
    }
    reader.line
}

struct Reader<'t> {
    text: &'t Text,
    vocabulary: &'t Vocabulary,
    people: &'t People,
    line: Line,
    details: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn plain(&self, range: Range<usize>) -> &str {
        &self.text.plain[range]
    }

    fn field(&mut self, column: Column, range: Range<usize>) {
        let text = self.text.slice(range);
        self.line.fields.push(Field {
            column,
            text,
            list: Vec::new(),
        });
    }

    fn has(&self, column: Column) -> bool {
        self.line.fields.iter().any(|f| f.column == column)
    }

    /// The end of the text without the links that pm-sync put there.
    fn without_own_links(&self, end: usize) -> usize {
        let mut end = end;
        for link in self.text.links.iter().rev() {
            let trimmed = self.text.plain[..end].trim_end().len();
            if link.text.end == trimmed && super::read::is_own_link(link) {
                end = link.text.start;
            } else {
                break;
            }
        }
        end
    }

    // ── in front ──

    fn front(&mut self, range: Range<usize>) -> Range<usize> {
        let mut range = range;
        while let Some(next) = self.mark_in_front(&range) {
            if next <= range.start || next >= range.end {
                break;
            }
            range = trim_range(&self.text.plain, next..range.end);
        }
        range
    }

    /// Reads one mark at the start, and says where the text goes on.
    fn mark_in_front(&mut self, range: &Range<usize>) -> Option<usize> {
        let rest = self.plain(range.clone());
        let emoji = status::leading_emoji(rest);
        if emoji > 0 {
            let known = rest[..emoji]
                .chars()
                .any(|c| self.vocabulary.emoji.contains_key(&c));
            let blank = emoji >= rest.trim_end().len();
            if !known || blank || self.has(Column::Status) {
                return None;
            }
            self.field(Column::Status, range.start..range.start + emoji);
            self.line.mark = Some(Mark::EmojiBefore);
            return Some(range.start + emoji);
        }
        if let Some((inner, after)) = bracket_in_front(rest) {
            let inner = range.start + inner.start..range.start + inner.end;
            return self
                .name_of_value(inner, Mark::WordBefore)
                .then_some(range.start + after);
        }
        let head = head(rest);
        let colon = rest[..head]
            .char_indices()
            .find(|(_, c)| matches!(c, ':' | '：'));
        if let Some((at, colon)) = colon {
            let after = at + colon.len_utf8();
            if at > 0 && !rest[after..].starts_with("//") && !rest[after..].trim().is_empty() {
                let label = range.start..range.start + at;
                if self.label_in_front(label) {
                    return Some(range.start + after);
                }
            }
        }
        // **AI-3** title
        let bold = self.text.strong.iter().find(|s| s.start == range.start)?;
        let bold = bold.clone();
        if bold.end < range.end && is_code(self.plain(bold.clone())) && self.line.number.is_none() {
            self.line.number = Some(self.plain(bold.clone()).trim().to_owned());
            return Some(bold.end);
        }
        None
    }

    /// A label in front of the title: its number, a value that names its field by itself, an owner, or the word "Action".
    fn label_in_front(&mut self, label: Range<usize>) -> bool {
        let plain = self.plain(label.clone()).trim().to_owned();
        if is_code(&plain) && self.line.number.is_none() {
            self.line.number = Some(plain);
            return true;
        }
        if self.vocabulary.columns.whole(&plain) == Some(Column::Title) {
            return true;
        }
        if owner::is_name(&plain, self.vocabulary, self.people) && !self.has(Column::Owner) {
            self.field(Column::Owner, label);
            return true;
        }
        self.name_of_value(label, Mark::WordBefore)
    }

    /// A whole text that is a status, a priority or a kind.
    fn name_of_value(&mut self, range: Range<usize>, mark: Mark) -> bool {
        let plain = self.plain(range.clone()).to_owned();
        let vocabulary = self.vocabulary;
        let column = if vocabulary.kinds.whole(&plain).is_some() && mark != Mark::Bracket {
            Column::Kind
        } else if is_priority(&plain, vocabulary) {
            Column::Priority
        } else if vocabulary.statuses.whole(&plain).is_some() {
            Column::Status
        } else {
            return false;
        };
        if self.has(column) {
            return false;
        }
        if column == Column::Status {
            self.line.mark = Some(mark);
        }
        self.field(column, range);
        true
    }

    // ── labelled fields ──

    /// Reads the labelled fields, and says where the title ends.
    fn labelled(&mut self, range: Range<usize>) -> Range<usize> {
        let labels = self.labels(&range);
        let Some(first) = labels.first() else {
            return range;
        };
        let title = trim_separators(&self.text.plain, range.start..first.from);
        if title.is_empty() {
            return range;
        }
        for (index, label) in labels.iter().enumerate() {
            let next = labels.get(index + 1).map_or(range.end, |l| l.from);
            let (value, rest) = self.value_end(label, next);
            let value = trim_separators(&self.text.plain, value);
            let says = label.column != Column::Status
                || self
                    .vocabulary
                    .statuses
                    .prefix(self.plain(value.clone()))
                    .is_some();
            if says {
                self.field(label.column, value);
                self.details.push(rest);
            } else {
                // 完了: 2025-01-31 has the status for its label.
                self.field(label.column, label.word.clone());
                self.details.push(value.start..rest.end);
            }
        }
        title
    }

    /// Where the value of a label ends, and what stands between it and the next one.
    fn value_end(&self, label: &Label, next: usize) -> (Range<usize>, Range<usize>) {
        let plain = self.plain(label.value..next);
        let mut end = plain.len();
        let mut depth = 0usize;
        for (at, c) in plain.char_indices() {
            match c {
                '(' | '（' | '[' | '［' | '【' => depth += 1,
                ')' | '）' | ']' | '］' | '】' if depth == 0 => {
                    end = at;
                    break;
                }
                ')' | '）' | ']' | '］' | '】' => depth -= 1,
                '。' if depth == 0 => {
                    end = at;
                    break;
                }
                '.' | ';' | '；'
                    if depth == 0
                        && plain[at + c.len_utf8()..]
                            .chars()
                            .next()
                            .is_none_or(char::is_whitespace) =>
                {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let value = trim_range(&self.text.plain, label.value..label.value + end);
        let rest = label.value + end;
        let rest = rest + closing_len(&self.text.plain[rest..next]);
        (value, rest.min(next)..next)
    }

    fn labels(&self, range: &Range<usize>) -> Vec<Label> {
        let plain = self.plain(range.clone());
        let mut labels: Vec<Label> = Vec::new();
        for (at, colon) in plain
            .char_indices()
            .filter(|(_, c)| matches!(c, ':' | '：'))
        {
            let after = at + colon.len_utf8();
            if plain[after..].starts_with("//") {
                continue;
            }
            if let Some((from, word, column)) = self.label_before(range.start, range.start + at) {
                let label = Label {
                    from,
                    word: word..range.start + at,
                    value: range.start + after,
                    column,
                };
                if labels.iter().all(|l| l.column != column && l.value <= from)
                    && self.fits(&label, range.end)
                {
                    labels.push(label);
                }
            }
        }
        labels
    }

    /// The label that ends at `colon`: the longest known word there that is set off from what stands before it. Says where the field begins,
    /// its bracket or dash included.
    fn label_before(&self, start: usize, colon: usize) -> Option<(usize, usize, Column)> {
        let head = self.plain(start..colon).trim_end();
        let mut found = None;
        let mut taken = 0;
        for (at, c) in head.char_indices().rev() {
            taken += 1;
            if taken > 24 || matches!(c, ':' | '：' | '。' | ',' | '、' | '，' | ';' | '；') {
                break;
            }
            let word = &head[at..];
            if !c.is_alphabetic() {
                continue;
            }
            let before = &head[..at];
            let bold = self
                .text
                .strong
                .binary_search_by_key(&(start + at), |s| s.start)
                .is_ok();
            let set_off = bold
                || before.trim_end().ends_with(is_separator)
                || before.trim_end().ends_with(['.', '。', '!'])
                || self.text.begins_line(start + at);
            if !set_off {
                continue;
            }
            if let Some(column) = self.vocabulary.columns.whole(word).filter(|c| {
                matches!(
                    c,
                    Column::Owner
                        | Column::Due
                        | Column::Status
                        | Column::Priority
                        | Column::Kind
                        | Column::Issue
                        | Column::DoneWhen
                )
            }) {
                found = Some((at, column));
            } else if self.vocabulary.statuses.whole(word).is_some() {
                // 完了: 2025-01-31
                found = Some((at, Column::Status));
            }
        }
        let (at, column) = found?;
        let before = &head[..at];
        let lead = before.trim_end().trim_end_matches(is_separator);
        Some((start + lead.len(), start + at, column))
    }

    /// Whether what follows a label reads as what the label says.
    fn fits(&self, label: &Label, end: usize) -> bool {
        let mut cut = (label.value + LONGEST_REMARK).min(end);
        while !self.text.plain.is_char_boundary(cut) {
            cut -= 1;
        }
        let (value, _) = self.value_end(label, cut);
        let value = self.plain(value);
        let first = value
            .split(['、', ',', ';', '；', '/'])
            .next()
            .unwrap_or(value)
            .trim();
        match label.column {
            Column::Owner => !first.is_empty() && first.chars().count() <= 40,
            Column::Due => {
                self.vocabulary.is_placeholder(value)
                    || !matches!(due::read(value, some_day()), Due::Unreadable)
            }
            Column::Status => {
                // The word itself may be the label: `完了: 2025-01-31`.
                self.vocabulary.statuses.prefix(first).is_some()
                    || self
                        .vocabulary
                        .statuses
                        .whole(self.plain(label.word.clone()))
                        .is_some()
            }
            Column::Priority => is_priority(first, self.vocabulary),
            Column::Kind => self.vocabulary.kinds.whole(first).is_some(),
            Column::Issue => {
                !link::find(&self.text.slice(label.value..end)).is_empty() || value.contains("://")
            }
            _ => !value.is_empty(),
        }
    }

    // ── at the end ──

    fn end(&mut self, range: Range<usize>) -> Range<usize> {
        let mut range = trim_range(&self.text.plain, range);
        for _ in 0..MOST_REMARKS {
            let Some(end) = self.remark_at_end(&range) else {
                break;
            };
            let before = trim_separators(&self.text.plain, range.start..end.max(range.start));
            if before.is_empty() || before.end >= range.end {
                break;
            }
            range = before;
        }
        range
    }

    /// Reads one remark at the end, and says where the text before it ends.
    fn remark_at_end(&mut self, range: &Range<usize>) -> Option<usize> {
        let plain = self.plain(range.clone());
        let mut from = plain.len().saturating_sub(LONGEST_REMARK);
        while !plain.is_char_boundary(from) {
            from += 1;
        }
        if let Some(inner) = bracket_at_end(plain, from) {
            let open = range.start + inner.start;
            let width = self.text.plain[open..]
                .chars()
                .next()
                .map_or(1, char::len_utf8);
            let square = self.text.plain[open..].starts_with(['[', '［', '【']);
            let inner = open + width..range.start + inner.end;
            // A link isn't a bracket, though it may be written as one.
            return self
                .remark(inner, Some(square), Mark::Bracket)
                .then_some(open);
        }
        let emoji = trailing_emoji(plain);
        if emoji > 0
            && emoji < plain.len()
            && !self.has(Column::Status)
            && plain[plain.len() - emoji..]
                .chars()
                .any(|c| self.vocabulary.emoji.contains_key(&c))
        {
            self.field(Column::Status, range.end - emoji..range.end);
            self.line.mark = Some(Mark::EmojiBehind);
            return Some(range.end - emoji);
        }
        if let Some(dash) = last_dash(&plain[from..]) {
            let (at, after) = (
                range.start + from + dash.start,
                range.start + from + dash.end,
            );
            if self.remark(after..range.end, None, Mark::Dash) {
                return Some(at);
            }
        }
        self.bare_end(range)
    }

    /// What needs no bracket or dash: a link at the end, a handle, bold initials, a ticket behind the last sentence.
    fn bare_end(&mut self, range: &Range<usize>) -> Option<usize> {
        let link = self
            .text
            .links
            .iter()
            .rev()
            .find(|l| l.text.end == range.end);
        if let Some(link) = link
            && link.text.start > range.start
            && !self.has(Column::Issue)
        {
            let at = link.text.start;
            let named = self.plain(link.text.clone());
            let is_ticket = link::from_url(&link.url).is_some()
                && (named.contains("://") || named.contains('#') || words_in(named) <= 2);
            if is_ticket {
                let range = link.text.clone();
                self.field(Column::Issue, range);
                return Some(at);
            }
            return None;
        }
        let plain = self.plain(range.clone());
        let word_at = plain
            .rfind(char::is_whitespace)
            .map(|at| at + plain[at..].chars().next().map_or(1, char::len_utf8))?;
        let word = &plain[word_at..];
        let before = plain[..word_at].trim_end();
        let at = range.start + word_at;
        if link::from_url(word).is_some() && !self.has(Column::Issue) {
            self.field(Column::Issue, at..range.end);
            return Some(at);
        }
        let sentence_over = before.ends_with(['.', '。', '!', '！']);
        if sentence_over && !self.has(Column::Issue) && self.is_reference(at..range.end) {
            self.field(Column::Issue, at..range.end);
            return Some(at);
        }
        if self.has(Column::Owner) {
            return None;
        }
        if word.starts_with('@') && owner::is_name(word, self.vocabulary, self.people) {
            let previous = before.rsplit(char::is_whitespace).next().unwrap_or("");
            let asks = matches!(
                words::fold(previous).as_str(),
                "to" | "with"
                    | "by"
                    | "from"
                    | "for"
                    | "and"
                    | "of"
                    | "ask"
                    | "cc"
                    | "via"
                    | "notify"
                    | "tell"
                    | "at"
            );
            if !asks && words_in(before) >= 2 {
                self.field(Column::Owner, at..range.end);
                return Some(at);
            }
        }
        let bold = self
            .text
            .strong
            .iter()
            .any(|s| s.start <= at && at < s.end && s.start > range.start);
        if bold && is_initials(word) {
            self.field(Column::Owner, at..range.end);
            return Some(at);
        }
        None
    }

    /// A remark all of which reads as fields, separated by commas.
    fn remark(&mut self, range: Range<usize>, bracket: Option<bool>, mark: Mark) -> bool {
        let range = trim_range(&self.text.plain, range);
        let plain = self.plain(range.clone());
        if plain.is_empty() {
            // What pm-sync's own link left behind.
            return bracket.is_some();
        }
        if plain.len() > LONGEST_REMARK {
            return false;
        }
        if let Some(column) = self.column_of(&range, bracket) {
            return self.take(column, range, mark);
        }
        let parts: Vec<Range<usize>> = split_at(plain, |c| {
            matches!(c, ',' | '、' | '，' | ';' | '；' | '/' | '／')
        })
        .into_iter()
        .map(|r| trim_range(&self.text.plain, range.start + r.start..range.start + r.end))
        .collect();
        if parts.len() < 2 || parts.len() > 4 {
            return false;
        }
        let columns: Option<Vec<Column>> = parts
            .iter()
            .map(|part| self.column_of(part, bracket))
            .collect();
        let Some(columns) = columns else {
            return false;
        };
        let mut taken = true;
        for (column, part) in columns.into_iter().zip(parts) {
            taken &= self.take(column, part, mark);
        }
        taken
    }

    fn take(&mut self, column: Column, range: Range<usize>, mark: Mark) -> bool {
        if self.has(column) {
            return column == Column::Owner || column == Column::Issue;
        }
        if column == Column::Status {
            self.line.mark = Some(mark);
        }
        self.field(column, range);
        true
    }

    /// What a whole remark says.
    fn column_of(&self, range: &Range<usize>, bracket: Option<bool>) -> Option<Column> {
        let plain = self.plain(range.clone()).trim();
        let vocabulary = self.vocabulary;
        if vocabulary.statuses.whole(plain).is_some() {
            return Some(Column::Status);
        }
        let text = self.text.slice(range.clone());
        if let Reading::Known(_, word) = status::read(&text, vocabulary) {
            let after = plain[word.plain.end.min(plain.len())..].trim_start();
            let goes_on = after.is_empty()
                || after.starts_with(['(', '（', ':', '：', '-', '—', '–', '#', '['])
                || ["in ", "by ", "on ", "via ", "with "]
                    .iter()
                    .any(|w| after.starts_with(w));
            if goes_on {
                return Some(Column::Status);
            }
        }
        if is_priority(plain, vocabulary) {
            return Some(Column::Priority);
        }
        if self.is_reference(range.clone()) {
            return Some(Column::Issue);
        }
        if owner::is_name(plain, vocabulary, self.people) {
            return Some(Column::Owner);
        }
        if due::horizon(plain, some_day()).is_some() && words_in(plain) <= 5 {
            return Some(Column::Due);
        }
        // Behind a dash or in square brackets stands a name or a date, not a remark.
        if bracket != Some(false) && matches!(due::read(plain, None), Due::On { .. }) {
            return Some(Column::Due);
        }
        if bracket == Some(true) && looks_like_a_person(plain) {
            return Some(Column::Owner);
        }
        if bracket == Some(false)
            && let Some(first) = plain.split_whitespace().next()
            && words_in(plain) <= 5
            && owner::is_name(first, vocabulary, self.people)
            && vocabulary.roles.whole(first).is_none()
        {
            // (Ann calls a meeting)
            return Some(Column::Owner);
        }
        None
    }

    /// Whether a text is a reference to an issue or ticket, with no more than a word or two around it.
    fn is_reference(&self, range: Range<usize>) -> bool {
        let text = self.text.slice(range);
        let references = link::find(&text);
        if references.is_empty() {
            let mut links = text.links.iter();
            let other =
                links.any(|l| l.text == (0..text.plain.len()) && is_ticket_name(&text.plain));
            return other || (is_ticket_name(text.plain.trim()) && !text.plain.contains(' '));
        }
        let around = text
            .plain
            .split_whitespace()
            .filter(|w| !w.contains(['#', '/']))
            .count();
        around <= 2
    }

    // ── the rest ──

    /// The bold lead of an item, or the first sentence of a long one; what follows is detail.
    fn lead(&mut self, range: Range<usize>) -> Range<usize> {
        let plain = self.plain(range.clone());
        let bold = self
            .text
            .strong
            .iter()
            .find(|s| s.start <= range.start && range.start < s.end && s.end < range.end);
        if let Some(bold) = bold {
            let behind = self.text.plain[bold.end..range.end].trim_start();
            let bold_text = self.plain(range.start..bold.end).trim_end();
            let set_off = behind.starts_with([':', '：', '—', '–', '。'])
                || behind.starts_with("- ")
                || bold_text.ends_with([':', '：', '.', '。']);
            let long = bold_text.chars().filter(|c| c.is_alphanumeric()).count() >= 4;
            if set_off && long {
                let (from, end) = (range.start, bold.end);
                self.details
                    .insert(0, trim_separators(&self.text.plain, end..range.end));
                return trim_separators(&self.text.plain, from..end);
            }
        }
        if plain.chars().nth(LONG_TITLE).is_some()
            && let Some(end) = first_sentence(plain)
        {
            self.details.insert(
                0,
                trim_range(&self.text.plain, range.start + end..range.end),
            );
            return range.start..range.start + end;
        }
        range
    }
}

struct Label {
    /// Where the field begins, its bracket or dash included.
    from: usize,
    /// The word before the colon.
    word: Range<usize>,
    /// Where its value begins.
    value: usize,
    column: Column,
}

/// Any date will do to see whether a text is one.
fn some_day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2025, 1, 6)
}

fn words_in(plain: &str) -> usize {
    plain.split_whitespace().count()
}

/// `P1`, `SEV2`, `優先度: 高`, but not a lone `high`, which also begins sentences.
fn is_priority(plain: &str, vocabulary: &Vocabulary) -> bool {
    vocabulary.priorities.whole(plain).is_some()
}

/// What sets a field off: dashes, commas, bars, opening brackets.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        '(' | '（'
            | '['
            | '［'
            | '【'
            | '—'
            | '–'
            | '―'
            | '-'
            | '、'
            | ','
            | '，'
            | ';'
            | '；'
            | '|'
            | '/'
            | '／'
            | '・'
            | '→'
            | '*'
    )
}

/// A range without white space and separators at its ends.
fn trim_separators(plain: &str, range: Range<usize>) -> Range<usize> {
    let range = trim_range(plain, range);
    let part = &plain[range.clone()];
    let end = range.start
        + part
            .trim_end_matches(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '(' | '（'
                            | '['
                            | '—'
                            | '–'
                            | '―'
                            | '-'
                            | '、'
                            | ','
                            | '，'
                            | ';'
                            | '；'
                            | '|'
                            | ':'
                            | '：'
                            | '→'
                    )
            })
            .len();
    let part = &plain[range.start..end];
    let start = end
        - part
            .trim_start_matches(|c: char| {
                c.is_whitespace()
                    || matches!(
                        c,
                        '—' | '–'
                            | '―'
                            | '-'
                            | '、'
                            | ','
                            | '，'
                            | ';'
                            | '；'
                            | ':'
                            | '：'
                            | '。'
                            | '.'
                    )
            })
            .len();
    start..end
}

/// `AI-3`, `A12-P1`, `#4`: a code that people number items with.
pub(super) fn is_code(text: &str) -> bool {
    let text = text.trim();
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &text[letters..];
    let digits = rest.bytes().any(|b| b.is_ascii_digit());
    let shape = rest
        .bytes()
        .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-');
    let numbered = text
        .strip_prefix('#')
        .is_some_and(|n| !n.is_empty() && n.len() < 4 && n.bytes().all(|b| b.is_ascii_digit()));
    numbered
        || ((1..=8).contains(&letters)
            && rest.starts_with('-')
            && digits
            && shape
            && text.len() <= 16)
}

/// Where the head of a line ends, in which a label may stand: at most 40 characters.
fn head(text: &str) -> usize {
    text.char_indices().nth(40).map_or(text.len(), |(at, _)| at)
}

const BRACKETS: [(char, char); 6] = [
    ('(', ')'),
    ('（', '）'),
    ('[', ']'),
    ('［', '］'),
    ('【', '】'),
    ('<', '>'),
];

/// A bracket that the text begins with: what is in it, and where it ends.
fn bracket_in_front(text: &str) -> Option<(Range<usize>, usize)> {
    let open = text.chars().next()?;
    let (_, close) = BRACKETS.iter().find(|(o, _)| *o == open)?;
    let head = &text[..head(text)];
    let at = head.find(*close)?;
    (at + close.len_utf8() < text.len()).then_some((open.len_utf8()..at, at + close.len_utf8()))
}

/// The bracket that the text ends with, from its opening sign to before its closing one.
fn bracket_at_end(text: &str, from: usize) -> Option<Range<usize>> {
    let text_end = text.trim_end_matches(['.', '。']);
    let last = text_end.chars().next_back()?;
    let (open, close) = BRACKETS.iter().find(|(_, c)| *c == last)?;
    let end = text_end.len() - close.len_utf8();
    let mut depth = 0usize;
    for (at, c) in text.get(from..end)?.char_indices().rev() {
        if c == *close {
            depth += 1;
        } else if c == *open {
            if depth == 0 {
                return Some(from + at..end);
            }
            depth -= 1;
        }
    }
    None
}

fn closing_len(text: &str) -> usize {
    text.chars()
        .take_while(|c| BRACKETS.iter().any(|(_, close)| close == c))
        .map(char::len_utf8)
        .sum()
}

/// The last dash with white space around it (or a Japanese one, or an arrow).
fn last_dash(text: &str) -> Option<Range<usize>> {
    let mut found = None;
    for (at, c) in text.char_indices() {
        let width = c.len_utf8();
        let spaced = text[..at].ends_with(char::is_whitespace)
            && text[at + width..].starts_with(char::is_whitespace);
        if (matches!(c, '-' | '–' | '—' | '―' | '|' | ':') && spaced)
            || matches!(c, '→' | '⇒' | '—')
        {
            found = Some(at..at + width);
        }
    }
    found
}

/// The length of the emoji at the end.
fn trailing_emoji(text: &str) -> usize {
    let bare = text.trim_end_matches(|c: char| status::is_emoji(c) || words::is_unseen(c));
    let emoji = &text[bare.len()..];
    if emoji.chars().any(status::is_emoji) {
        emoji.len()
    } else {
        0
    }
}

fn split_at(text: &str, separator: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if separator(c) {
            parts.push(start..at);
            start = at + c.len_utf8();
        }
    }
    parts.push(start..text.len());
    parts
}

/// The end of the first sentence, its full stop included, where it is a sentence of its own and something follows.
fn first_sentence(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        match c {
            '(' | '（' | '「' | '[' => depth += 1,
            ')' | '）' | '」' | ']' => depth = depth.saturating_sub(1),
            '。' if depth == 0 && at >= 24 && !after.trim().is_empty() => {
                return Some(at + c.len_utf8());
            }
            '.' | '!' | '?' if depth == 0 && at >= 16 => {
                let mut next = after.chars();
                if next.next().is_some_and(char::is_whitespace)
                    && after
                        .trim_start()
                        .starts_with(|c: char| c.is_uppercase() || !c.is_ascii())
                {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// `RK`, `JT/JG`.
fn is_initials(word: &str) -> bool {
    let mut parts = word.split(['/', '&', ',']);
    parts.all(|part| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase()))
}

/// `ABC-123`: the key of a ticket in another tracker.
fn is_ticket_name(text: &str) -> bool {
    text.split_once('-').is_some_and(|(project, number)| {
        project.len() >= 2
            && project
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
    })
}

/// One to three capitalised words, or a few Japanese characters: what stands in square brackets behind an item is a name.
fn looks_like_a_person(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let latin = (1..=3).contains(&words.len())
        && words.iter().all(|w| {
            w.starts_with(char::is_uppercase)
                && w.chars()
                    .all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '-'))
        });
    let japanese = words::is_japanese(text)
        && text.chars().count() <= 8
        && text.chars().all(char::is_alphanumeric);
    latin || japanese
}
