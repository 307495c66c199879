//! Labelled fields in the line of an item: `担当: x、期限: y`, `(Owner: @x, Due: 2025-01-31)`.

use std::ops::Range;

use super::shape::{closing_len, is_priority, is_separator, some_day, trim_separators, words_in};
use super::{LONGEST_REMARK, Reader};
use crate::document::text::trim_range;
use crate::item::due::{self, Due};
use crate::item::vocabulary::Column;
use crate::item::{link, words};

impl Reader<'_> {
    /// Reads the labelled fields, and says where the title ends.
    pub(super) fn labelled(&mut self, range: Range<usize>) -> Range<usize> {
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
                let value = self.without_others(label.column, value);
                self.field(label.column, value);
                // A status may stand behind the fields: `(Owner: @ann) (done)`.
                let last = index + 1 == labels.len();
                let rest = trim_range(&self.text.plain, rest);
                let end = last.then(|| self.remark_at_end(&rest)).flatten();
                self.details.push(rest.start..end.unwrap_or(rest.end));
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
            if taken > 24 || matches!(c, ':' | '：' | '。' | ',' | '、' | '，' | ';' | '；' | '|')
            {
                break;
            }
            let word = &head[at..];
            if !c.is_alphabetic() {
                continue;
            }
            // 担当 / Owner is one label, the end of a title and one are not.
            let parts = || word.split(['/', '／', '・']);
            if parts().nth(1).is_some()
                && !parts().all(|part| self.vocabulary.columns.whole(part).is_some())
            {
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
            // `Add an alert Owner: @ann`: a space alone sets a label off where it is written as one, or its value can hardly be anything else.
            let spaced = !set_off && before.ends_with(char::is_whitespace);
            if !set_off && !spaced {
                continue;
            }
            let value = self.text.plain[colon..].trim_start_matches([':', '：', ' ', '　']);
            if spaced {
                let column = self.vocabulary.columns.whole(word);
                let written = words::is_japanese(word) || word.starts_with(char::is_uppercase);
                let told = match column {
                    Some(Column::Owner) => written || value.starts_with('@'),
                    Some(Column::Due) => written || value.starts_with(|c: char| c.is_ascii_digit()),
                    Some(Column::Status | Column::Priority | Column::Issue) => written,
                    _ => false,
                };
                if !told {
                    continue;
                }
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

    /// What stands before the next label, where a space alone sets that off: 大野 of `大野 期限: 4/4`.
    fn before_next_label<'v>(&self, value: &'v str) -> &'v str {
        let Some(colon) = value.find([':', '：']) else {
            return value;
        };
        let head = &value[..colon];
        match head.rfind(char::is_whitespace) {
            Some(at) if self.vocabulary.columns.whole(&head[at..]).is_some() => &head[..at],
            _ => value,
        }
    }

    /// The end of a value without what says something else by itself: `2025-12-05, P1`, `Ann, 2025-12-05`.
    fn without_others(&mut self, column: Column, value: Range<usize>) -> Range<usize> {
        let mut value = value;
        while let Some(comma) = self
            .plain(value.clone())
            .rfind([',', '、', '，', ';', '；'])
        {
            let at = value.start + comma;
            let part = trim_separators(&self.text.plain, at..value.end);
            let plain = self.plain(part.clone());
            let other = if is_priority(plain, self.vocabulary) {
                Column::Priority
            } else if self.vocabulary.statuses.whole(plain).is_some() {
                Column::Status
            } else if column == Column::Owner && self.says_when(plain) {
                Column::Due
            } else if column == Column::Due && plain.starts_with('@') && words_in(plain) == 1 {
                Column::Owner
            } else {
                break;
            };
            if other == column || self.has(other) {
                break;
            }
            self.field(other, part);
            value = trim_separators(&self.text.plain, value.start..at);
        }
        value
    }

    /// Whether what follows a label reads as what the label says.
    fn fits(&self, label: &Label, end: usize) -> bool {
        let mut cut = (label.value + LONGEST_REMARK).min(end);
        while !self.text.plain.is_char_boundary(cut) {
            cut -= 1;
        }
        let (value, _) = self.value_end(label, cut);
        let value = self.before_next_label(self.plain(value));
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
