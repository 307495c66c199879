//! Remarks at the end of an item: `(@alice)`, `[Rick]`, `— DONE in #12`, `（〜1/31）`, `✅`.

use std::ops::Range;

use super::shape::{
    bracket_at_end, is_initials, is_priority, is_ticket_name, last_dash, looks_like_a_person,
    some_day, split_at, trailing_emoji, trim_separators, words_in,
};
use super::{LONGEST_REMARK, MOST_REMARKS, Mark, Reader};
use crate::document::text::trim_range;
use crate::item::due::{self, Due};
use crate::item::status::{self, Reading};
use crate::item::vocabulary::Column;
use crate::item::{link, owner, words};

impl Reader<'_> {
    pub(super) fn end(&mut self, range: Range<usize>) -> Range<usize> {
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
        let parts: Vec<Range<usize>> = split_at(plain, |c| {
            matches!(c, ',' | '、' | '，' | ';' | '；' | '/' | '／')
        })
        .into_iter()
        .map(|r| trim_range(&self.text.plain, range.start + r.start..range.start + r.end))
        .collect();
        let columns: Option<Vec<Column>> = Some(&parts)
            .filter(|parts| (2..=4).contains(&parts.len()))
            .and_then(|parts| {
                parts
                    .iter()
                    .map(|part| self.column_of(part, bracket))
                    .collect()
            });
        // (@ann, due 2025-01-31) is an owner and a date, though a reader of dates would find one in the whole as well; (Ann, Bo) is one field.
        let each_its_own = |columns: &Vec<Column>| {
            columns
                .iter()
                .enumerate()
                .all(|(at, column)| !columns[..at].contains(column))
        };
        if !columns.as_ref().is_some_and(each_its_own)
            && let Some(column) = self.column_of(&range, bracket)
        {
            return self.take(column, range, mark);
        }
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
}
