//! Marks in front of an item: `✅`, `[P1]`, `AI-3:`, 予防:, `DONE -`, `@ann to …`, ①.

use std::ops::Range;

use super::shape::{bracket_in_front, circled_number, head, is_code, is_priority, limit_len};
use super::{Mark, Reader};
use crate::document::text::trim_range;
use crate::item::vocabulary::Column;
use crate::item::{link, owner, status, words};

impl Reader<'_> {
    pub(super) fn front(&mut self, range: Range<usize>) -> Range<usize> {
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
        let text = self.text;
        let rest = &text.plain[range.clone()];
        let emoji = status::leading_emoji(rest);
        if emoji > 0 {
            let known = rest[..emoji]
                .chars()
                .any(|c| self.vocabulary.emoji.contains_key(&c));
            let blank = emoji >= rest.trim_end().len();
            if !known || blank || self.has(Column::Status) {
                return None;
            }
            let length = emoji + self.word_behind_emoji(&rest[..emoji], &rest[emoji..]);
            self.field(Column::Status, range.start..range.start + length);
            self.line.mark = Some(Mark::EmojiBefore);
            return Some(range.start + length);
        }
        if let Some((inner, after)) = bracket_in_front(rest) {
            let inner = range.start + inner.start..range.start + inner.end;
            return (self.code(inner.clone())
                || self.name_of_value(inner.clone(), Mark::WordBefore)
                || self.dated_status(inner))
            .then_some(range.start + after);
        }
        // :white_check_mark: is how chats write ✅.
        if let Some(code) = rest.strip_prefix(':').and_then(|code| {
            let end = code.find(':')?;
            (end < 32 && !code[end + 1..].trim().is_empty()).then_some(end + 2)
        }) && !self.has(Column::Status)
            && self.vocabulary.codes.whole(&rest[..code]).is_some()
        {
            self.field(Column::Status, range.start..range.start + code);
            self.line.mark = Some(Mark::EmojiBefore);
            return Some(range.start + code);
        }
        if let Some(length) = circled_number(rest).filter(|_| self.line.number.is_none()) {
            self.line.number = Some(rest[..length].to_owned());
            return Some(range.start + length);
        }
        if let Some(next) = self.owner_in_front(range) {
            return Some(next);
        }
        if let Some(next) = self.link_in_front(range) {
            return Some(next);
        }
        if let Some(next) = self.shouted_status(range) {
            return Some(next);
        }
        let head = head(rest).min(self.first_line(range) - range.start);
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
        if let Some(dash) = first_dash(&rest[..head]) {
            let label = range.start..range.start + dash.start;
            if !rest[dash.end..].trim().is_empty() && self.value_in_front(label) {
                return Some(range.start + dash.end);
            }
        }
        // **AI-3** title
        let bold = self.text.strong.iter().find(|s| s.start == range.start)?;
        let bold = bold.clone();
        (bold.end < range.end && self.code(bold.clone())).then_some(bold.end)
    }

    /// Where the first line of the text ends: a label further down is none in front.
    fn first_line(&self, range: &Range<usize>) -> usize {
        self.text
            .next_line(range.start)
            .unwrap_or(range.end)
            .min(range.end)
    }

    /// `✅ 完了 title`: how long the word behind an emoji is that says the same.
    fn word_behind_emoji(&self, emoji: &str, rest: &str) -> usize {
        let gap = rest.len() - rest.trim_start().len();
        let Some((status, length)) = self.vocabulary.statuses.prefix(&rest[gap..]) else {
            return 0;
        };
        let after = &rest[gap + length..];
        let same = emoji
            .chars()
            .any(|c| self.vocabulary.emoji.get(&c) == Some(&status));
        let apart = after.starts_with(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
        if same && apart && !after.trim().is_empty() {
            gap + length
        } else {
            0
        }
    }

    /// `(DONE 5/6) title`: a status and when it was so.
    fn dated_status(&mut self, inner: Range<usize>) -> bool {
        let plain = self.plain(inner.clone());
        let Some((_, length)) = self.vocabulary.statuses.prefix(plain) else {
            return false;
        };
        if self.has(Column::Status) || !self.says_when(&plain[length..]) {
            return false;
        }
        self.line.mark = Some(Mark::WordBefore);
        self.field(Column::Status, inner.start..inner.start + length);
        true
    }

    /// `DONE Add a probe`, `WIP 監視を足す`: a status in capitals, apart from what is to be done. `OPEN API` and `TODO list` are names.
    fn shouted_status(&mut self, range: &Range<usize>) -> Option<usize> {
        let rest = self.plain(range.clone());
        let (_, length) = self.vocabulary.statuses.prefix(rest)?;
        let (word, after) = rest.split_at_checked(length)?;
        let next = after.split_whitespace().next()?;
        let shouted = |word: &str| {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            letters > 2 && !word.chars().any(char::is_lowercase) && word.is_ascii()
        };
        let apart = after.starts_with(char::is_whitespace);
        let begins =
            next.starts_with(|c: char| c.is_uppercase() || c.is_alphabetic() && !c.is_ascii());
        if !apart || !begins || !shouted(word) || shouted(next) || self.has(Column::Status) {
            return None;
        }
        let end = range.start + word.len();
        self.line.mark = Some(Mark::WordBefore);
        self.field(Column::Status, range.start..end);
        Some(end)
    }

    /// `@ann to add a probe`, `Platform team will add a probe`.
    fn owner_in_front(&mut self, range: &Range<usize>) -> Option<usize> {
        if self.has(Column::Owner) {
            return None;
        }
        let rest = self.plain(range.clone());
        let head = &rest[..head(rest)];
        let (at, joint) = [" to ", " will ", " should "]
            .iter()
            .filter_map(|joint| Some((head.find(joint)?, *joint)))
            .min()?;
        let name = &head[..at];
        let known = name.starts_with('@') || self.people.names(name);
        if !known || !owner::is_name(name, self.vocabulary, self.people) {
            return None;
        }
        self.field(Column::Owner, range.start..range.start + at);
        Some(range.start + at + joint.len())
    }

    /// `[OPS-1](https://…) title`, `https://… title`: the ticket in front of what is to be done there.
    fn link_in_front(&mut self, range: &Range<usize>) -> Option<usize> {
        if self.has(Column::Issue) {
            return None;
        }
        let rest = self.plain(range.clone());
        let link = self.text.links.iter().find(|l| l.text.start == range.start);
        let end = match link {
            Some(link) => {
                let named = self.plain(link.text.clone());
                let ticket = is_code(named)
                    || named.contains(['#', '/']) && link::from_url(&link.url).is_some();
                link.text
                    .end
                    .min(if ticket { range.end } else { range.start })
            }
            None => {
                let word = rest.split_whitespace().next()?;
                let url = word.starts_with("https://") || word.starts_with("http://");
                url.then_some(range.start + word.len())?
            }
        };
        if end <= range.start || self.plain(end..range.end).trim().is_empty() {
            return None;
        }
        self.field(Column::Issue, range.start..end);
        let behind = self.plain(end..range.end);
        let gap = behind.len()
            - behind
                .trim_start_matches([' ', ':', '：', '-', '–', '—', '　'])
                .len();
        Some(end + gap)
    }

    /// `WIP - title`, `OPS-1 — title`.
    fn value_in_front(&mut self, label: Range<usize>) -> bool {
        self.code(label.clone()) || self.name_of_value(label, Mark::WordBefore)
    }

    /// A label in front of the title: its number, a value that names its field by itself, an owner, or the word "Action".
    fn label_in_front(&mut self, label: Range<usize>) -> bool {
        let plain = self.plain(label.clone()).trim().to_owned();
        if self.code(label.clone()) {
            return true;
        }
        if let Some(number) = self.counted(&plain).filter(|_| self.line.number.is_none()) {
            self.line.number = Some(number);
            return true;
        }
        if self.vocabulary.columns.whole(&plain) == Some(Column::Title) {
            return true;
        }
        // `Add an alert Owner: @ann` has the label of a field at its end, not a name in front.
        let labels = plain.contains(char::is_whitespace)
            && plain
                .split_whitespace()
                .next_back()
                .is_some_and(|last| self.vocabulary.columns.whole(last).is_some());
        if !labels
            && owner::is_name(&plain, self.vocabulary, self.people)
            && !self.has(Column::Owner)
        {
            self.field(Column::Owner, label);
            return true;
        }
        // 4/18まで：監視を作る
        let plain = self.plain(label.clone());
        let limits = ["まで", "中", "末"]
            .iter()
            .any(|word| plain.trim_end_matches('に').ends_with(word));
        if (limits || limit_len(plain) > 0)
            && plain.contains(char::is_numeric)
            && !self.has(Column::Due)
            && self.says_when(plain)
        {
            self.field(Column::Due, label);
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

    /// A number, or the ticket that a link makes of it.
    fn code(&mut self, range: Range<usize>) -> bool {
        if !is_code(self.plain(range.clone())) {
            // owner/repo#12, #1234
            let text = self.text.slice(range.clone());
            let whole = |r: &link::Reference| r.span == text.span;
            let ticket = !self.has(Column::Issue) && link::find(&text).iter().any(whole);
            if ticket {
                self.field(Column::Issue, range);
            }
            return ticket;
        }
        let linked = self
            .text
            .links
            .iter()
            .any(|l| l.text.start <= range.start && range.end <= l.text.end);
        if linked && !self.has(Column::Issue) {
            self.field(Column::Issue, range);
            return true;
        }
        if linked || self.line.number.is_some() {
            return false;
        }
        self.line.number = Some(self.plain(range).trim().to_owned());
        true
    }

    /// `対策1`, `Action 2`: the number behind a word for what is to be done.
    fn counted(&self, plain: &str) -> Option<String> {
        let folded = words::fold(plain);
        let word = folded.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = &folded[word.len()..];
        let title = self.vocabulary.columns.whole(word) == Some(Column::Title);
        (title && !number.is_empty() && number.len() < 4).then(|| number.to_owned())
    }
}

/// The first dash with white space around it.
fn first_dash(text: &str) -> Option<Range<usize>> {
    [" - ", " – ", " — "]
        .iter()
        .filter_map(|dash| Some((text.find(dash)?, dash.len())))
        .min()
        .map(|(at, length)| at..at + length)
}
