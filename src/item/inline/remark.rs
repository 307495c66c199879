//! What a remark says: `@alice, 2025-01-31`, `Rick`, `DONE in #12`, `担当: x`. Where it stands is told in [`super::end`].

use std::ops::Range;

use super::end::{means_another, points_elsewhere};
use super::shape::{
    is_priority, is_ticket_name, limit_len, looks_like_a_person, some_day, split_fields, words_in,
};
use super::{LONGEST_REMARK, Mark, Reader};
use crate::document::text::trim_range;
use crate::item::due;
use crate::item::status::{self, Reading};
use crate::item::vocabulary::Column;
use crate::item::{link, owner};

impl Reader<'_> {
    /// A remark all of which reads as fields, separated by commas.
    pub(super) fn remark(
        &mut self,
        range: Range<usize>,
        bracket: Option<bool>,
        mark: Mark,
    ) -> bool {
        let range = trim_range(&self.text.plain, range);
        let plain = self.plain(range.clone());
        if plain.is_empty() {
            // What pm-sync's own link left behind.
            return bracket.is_some();
        }
        if let Some(waived) = self.waived(&range) {
            return self.with_waiver(range.start..waived, waived..range.end, bracket, mark);
        }
        if plain.len() > LONGEST_REMARK {
            return false;
        }
        // HedgeDoc signs with [name=Ann].
        if let Some(name) = plain.strip_prefix("name=") {
            let named = range.end - name.len()..range.end;
            return self.take(Column::Owner, named, mark);
        }
        let parts: Vec<Range<usize>> = split_fields(plain)
            .into_iter()
            .map(|r| trim_range(&self.text.plain, range.start + r.start..range.start + r.end))
            .collect();
        if let Some(taken) = self.assigned(&parts, mark) {
            return taken;
        }
        let columns: Option<Vec<Column>> = Some(&parts)
            .filter(|parts| (2..=4).contains(&parts.len()))
            .and_then(|parts| {
                parts
                    .iter()
                    .map(|part| self.column_beside(part, bracket))
                    .collect()
            });
        // (@ann, due 2025-01-31) is an owner and a date, though a reader of dates would find one in the whole as well; (Ann, Bo) is one field.
        let each_its_own = |columns: &Vec<Column>| {
            columns
                .iter()
                .enumerate()
                .all(|(at, column)| !columns[..at].contains(column))
        };
        if columns.is_none() && parts.len() > 1 && self.with_date(&parts, mark) {
            return true;
        }
        if !columns.as_ref().is_some_and(each_its_own)
            && let Some(column) = self.column_of(&range, bracket)
        {
            return self.take(column, range, mark);
        }
        let Some(columns) = columns else {
            return self.with_date(&parts, mark);
        };
        let mut taken = true;
        for (column, part) in columns.into_iter().zip(parts) {
            taken &= self.take(column, part, mark);
        }
        taken
    }

    /// `(assigned to Noor, due Aug 15)`: whom an item is assigned to needs no colon, and a date may stand beside it.
    fn assigned(&mut self, parts: &[Range<usize>], mark: Mark) -> Option<bool> {
        let (first, rest) = parts.split_first()?;
        let plain = self.plain(first.clone());
        let length = "assigned to ".len();
        let head = plain.get(..length)?;
        let name = first.start + length..first.end;
        let dated = match rest {
            [] => true,
            [date] => !self.has(Column::Due) && self.says_when(self.plain(date.clone())),
            _ => false,
        };
        if !head.eq_ignore_ascii_case("assigned to ")
            || self.has(Column::Owner)
            || !dated
            || words_in(self.plain(name.clone())) > 3
        {
            return None;
        }
        let owner = self.take(Column::Owner, name, mark);
        Some(match rest {
            [date] => self.take(Column::Due, date.clone(), mark) && owner,
            _ => owner,
        })
    }

    /// What a part of a remark says beside others: there a date is the due date.
    fn column_beside(&self, part: &Range<usize>, bracket: Option<bool>) -> Option<Column> {
        self.column_of(part, bracket).or_else(|| {
            self.says_when(self.plain(part.clone()))
                .then_some(Column::Due)
        })
    }

    /// `(Gus, 12/15)`, （SRE 高木 / 3月21日まで）: what stands beside a date and looks like a name is one. `(3/3 完了)` tells when something was done.
    fn with_date(&mut self, parts: &[Range<usize>], mark: Mark) -> bool {
        if let [part] = parts {
            let plain = self.plain(part.clone());
            let Some(at) = plain.rfind([' ', '　']) else {
                return false;
            };
            let word = trim_range(&self.text.plain, part.start + at..part.end);
            let done = self
                .vocabulary
                .statuses
                .whole(self.plain(word.clone()))
                .is_some();
            if done {
                return self.says_when(&plain[..at]) && self.take(Column::Status, word, mark);
            }
            // → 5/9 平野, → 平野さん 5/9まで
            let (first, last) = (
                trim_range(&self.text.plain, part.start..part.start + at),
                word,
            );
            let (date, name) = if self.says_when(self.plain(first.clone())) {
                (first, last)
            } else {
                (last, first)
            };
            let named = looks_like_a_person(self.plain(name.clone()))
                || owner::is_name(self.plain(name.clone()), self.vocabulary, self.people);
            let dated = self.plain(date.clone()).contains(char::is_numeric);
            return named
                && dated
                && self.says_when(self.plain(date.clone()))
                && !self.has(Column::Owner)
                && self.take(Column::Due, date, mark)
                && self.take(Column::Owner, name, mark);
        }
        let dates: Vec<bool> = parts
            .iter()
            .map(|part| self.says_when(self.plain(part.clone())))
            .collect();
        let names = parts.iter().zip(&dates).filter(|(_, date)| !**date);
        // (jonas, by 5/18): beside a limit a lone lower-case word is somebody's login.
        let limited = parts
            .iter()
            .any(|part| limit_len(self.plain(part.clone())) > 0);
        let named = names.clone().all(|(part, _)| {
            let plain = self.plain(part.clone());
            looks_like_a_person(plain)
                || owner::is_name(plain, self.vocabulary, self.people)
                || (limited && is_login(plain))
        });
        if parts.len() > 3
            || dates.iter().filter(|d| **d).count() != 1
            || !named
            || self.has(Column::Owner)
        {
            return false;
        }
        let first = names.clone().map(|(part, _)| part.start).min();
        let last = names.map(|(part, _)| part.end).max();
        let (Some(first), Some(last)) = (first, last) else {
            return false;
        };
        let date = parts
            .iter()
            .zip(dates)
            .find(|(_, date)| *date)
            .map(|(part, _)| part.clone());
        let Some(date) = date.filter(|date| date.end <= first || last <= date.start) else {
            return false;
        };
        self.take(Column::Due, date, mark) && self.take(Column::Owner, first..last, mark)
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
        // （6/12） in Japanese is a date, (2025-06-12) may say when something was.
        let wide = self.text.plain[..range.start].ends_with('（');
        let last = plain.rsplit([' ', '　']).next().unwrap_or(plain);
        let done = vocabulary.statuses.whole(last).is_some();
        if (bracket != Some(false) || wide) && !done && self.says_when(plain) {
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
    pub(super) fn is_reference(&self, range: Range<usize>) -> bool {
        let text = self.text.slice(range);
        let references = link::find(&text);
        if references.is_empty() {
            let mut links = text.links.iter();
            let other =
                links.any(|l| l.text == (0..text.plain.len()) && is_ticket_name(&text.plain));
            return other || (is_ticket_name(text.plain.trim()) && !text.plain.contains(' '));
        }
        let is_number = |word: &&str| word.contains(['#', '/']);
        let before: Vec<&str> = text
            .plain
            .split_whitespace()
            .take_while(|word| !is_number(word))
            .collect();
        let around = text
            .plain
            .split_whitespace()
            .filter(|word| !is_number(word))
            .count();
        let after: Vec<&str> = text
            .plain
            .split_whitespace()
            .skip_while(|word| !is_number(word))
            .collect();
        let before = before.join(" ");
        around <= 2 && !means_another(&before) && !points_elsewhere(&before, &after.join(" "))
    }
}

/// One lower-case word as people log in with: `jonas`, `m.ruiz`.
fn is_login(text: &str) -> bool {
    (2..=20).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_')
        })
}
