//! Remarks at the end of an item: `(@alice)`, `[Rick]`, `— DONE in #12`, `（〜1/31）`, `✅`.

use std::ops::Range;

use super::shape::{
    bracket_at_end, is_given_name, is_initials, last_dash, limit_len, limit_word,
    looks_like_a_person, some_day, trailing_emoji, trim_separators, words_in,
};
use super::{LONGEST_REMARK, LONGEST_WAIVED, MOST_REMARKS, Mark, Reader};
use crate::document::text::{Text, trim_range};
use crate::item::due::{self, Due};
use crate::item::vocabulary::{Column, Vocabulary};
use crate::item::{link, owner, words};

/// What looks like a name at the end of a line, in brackets or behind a dash, perhaps beside a date.
pub(in crate::item) fn name_behind<'t>(text: &'t Text, vocabulary: &Vocabulary) -> Option<&'t str> {
    let plain = text.plain[..super::without_own_links(text)].trim_end();
    let mut from = plain.len().saturating_sub(LONGEST_REMARK);
    while !plain.is_char_boundary(from) {
        from += 1;
    }
    let plain = plain[..plain.len() - trailing_emoji(plain)].trim_end();
    from = from.min(plain.len());
    while !plain.is_char_boundary(from) {
        from -= 1;
    }
    // A date behind the name is looked past: `(Zoe) — due 5/19`.
    let dated = last_dash(&plain[from..])
        .map(|dash| (from + dash.start, &plain[from + dash.end..]))
        .filter(|(_, tail)| tail.contains(char::is_numeric) || limit_len(tail.trim()) > 0);
    let plain = dated.map_or(plain, |(at, _)| plain[..at].trim_end());
    from = from.min(plain.len());
    let inner = match bracket_at_end(plain, from) {
        Some(inner) => plain[inner].trim_start_matches(['(', '（', '[', '［', '【']),
        None => &plain[from + last_dash(&plain[from..])?.end..],
    };
    let name = inner.split([',', '、', '，', '/', '／']).next()?.trim();
    let known = || {
        vocabulary.statuses.whole(name).is_some()
            || vocabulary.kinds.whole(name).is_some()
            || vocabulary.priorities.whole(name).is_some()
            || vocabulary.headers.whole(name).is_some()
            || vocabulary.is_placeholder(name)
    };
    (is_given_name(name) && !known()).then_some(name)
}

/// Words whose number is part of what is said.
pub(super) const BELONGS_TO_A_NUMBER: [&str; 27] = [
    "on", "of", "in", "for", "see", "to", "with", "from", "by", "and", "or", "after", "before",
    "via", "like", "issue", "issues", "pr", "bug", "ticket", "item", "no", "number", "step",
    "task", "option", "part",
];

/// What one does to the person whose handle follows.
const ADDRESSES: [&str; 16] = [
    "ping", "thank", "call", "email", "mail", "page", "invite", "remind", "contact", "message",
    "meet", "train", "onboard", "consult", "inform", "add",
];

/// The words on which GitHub closes the issue whose number follows: it is what the item is about, not where the item is tracked.
const CLOSES: [&str; 9] = [
    "close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved",
];
/// What says when, or because of what: the number behind it is another issue's.
const ELSEWHERE: [&str; 7] = [
    "after",
    "before",
    "until",
    "since",
    "once",
    "unlike",
    "duplicate",
];

/// Whether the words in front of a number say that another issue is meant: `fixes #2`, `after #2 lands`. But `fixed in #2`
/// and `closed by #2` tell where.
pub(super) fn means_another(words: &str) -> bool {
    let said: Vec<String> = words.split_whitespace().map(words::fold).collect();
    said.last()
        .is_some_and(|word| CLOSES.contains(&word.as_str()))
        || said.iter().any(|word| ELSEWHERE.contains(&word.as_str()))
}

/// Verbs that a reference behind them completes: `Please review #4` says what there is to review.
const TAKES_A_REFERENCE: [&str; 20] = [
    "review",
    "merge",
    "revert",
    "land",
    "reopen",
    "backport",
    "cherry-pick",
    "read",
    "refs",
    "ref",
    "finish",
    "address",
    "triage",
    "investigate",
    "approve",
    "rebase",
    "implement",
    "continue",
    "complete",
    "verify",
];
/// What tells where an item is dealt with, before `in`, `by`, `as`: the reference behind it is the item's own.
const DEALT_WITH: [&str; 14] = [
    "done",
    "tracked",
    "filed",
    "fixed",
    "implemented",
    "completed",
    "merged",
    "shipped",
    "landed",
    "resolved",
    "closed",
    "handled",
    "raised",
    "logged",
];
/// Words in a remark that point to something to read.
const POINTS: [&str; 8] = [
    "see", "cf", "cf.", "compare", "related", "like", "from", "per",
];

/// Whether the sentence in front of a reference needs it: `Follow up on https://…/issues/4`, `Review https://…/pull/4`, 詳細は #4. It is what
/// the item is about then, not where the item is tracked.
fn of_the_sentence(before: &str) -> bool {
    let before = before.trim_end().trim_end_matches([':', '：']);
    let mut said = before.split_whitespace().rev().map(words::fold);
    let (Some(last), next) = (said.next(), said.next()) else {
        return true;
    };
    let dealt_with = next.is_some_and(|word| DEALT_WITH.contains(&word.as_str()));
    let needs =
        BELONGS_TO_A_NUMBER.contains(&last.as_str()) || TAKES_A_REFERENCE.contains(&last.as_str());
    let particle = ["は", "を", "に", "へ", "から", "より", "参照", "参考"];
    (needs && !dealt_with)
        || means_another(before)
        || particle.iter().any(|end| before.ends_with(end))
}

/// Whether the words around a reference in a remark only point to it: `(see #4)`, `（#4 を参照）`.
pub(super) fn points_elsewhere(before: &str, after: &str) -> bool {
    let first = before.split_whitespace().next().map(words::fold);
    first.is_some_and(|word| POINTS.contains(&word.as_str()))
        || [before, after]
            .iter()
            .any(|text| text.contains("参照") || text.contains("参考"))
}

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
    pub(super) fn remark_at_end(&mut self, range: &Range<usize>) -> Option<usize> {
        let plain = self.plain(range.clone());
        let within = |length: usize| {
            let mut from = plain.len().saturating_sub(length);
            while !plain.is_char_boundary(from) {
                from += 1;
            }
            from
        };
        let from = within(LONGEST_REMARK);
        let longer = || {
            let inner = bracket_at_end(plain, within(LONGEST_WAIVED))?;
            self.vocabulary
                .may_waive(&plain[inner.clone()])
                .then_some(inner)
        };
        if let Some(inner) = bracket_at_end(plain, from).or_else(longer) {
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
            // `title – Hana – Q1 2026`: a name stands before the date.
            let chained = self.has(Column::Due) && !self.has(Column::Owner) && {
                let next = self.text.plain[range.end..].trim_start();
                next.starts_with(['-', '–', '—', '―'])
            };
            if chained && looks_like_a_person(self.plain(after..range.end).trim()) {
                self.field(
                    Column::Owner,
                    trim_range(&self.text.plain, after..range.end),
                );
                return Some(at);
            }
        }
        self.bare_priority(range)
            .or_else(|| self.bare_date(range))
            .or_else(|| self.bare_end(range))
            .or_else(|| self.behind_comma(range))
            .or_else(|| self.limit_at_end(range))
            .or_else(|| self.bare_limit(range))
            .or_else(|| self.mention_at_end(range))
            .or_else(|| self.status_sentence(range))
            .or_else(|| self.behind_colon(range))
    }

    /// 再現環境を作る：菊地さん: behind a colon stands a handle or somebody spoken of politely.
    fn behind_colon(&mut self, range: &Range<usize>) -> Option<usize> {
        let plain = self.plain(range.clone());
        let colon = plain.rfind([':', '：'])?;
        let name = plain[colon..].trim_start_matches([':', '：']).trim();
        let told = name.starts_with('@') || name.ends_with("さん");
        if !told || self.has(Column::Owner) || !owner::is_name(name, self.vocabulary, self.people) {
            return None;
        }
        let from = range.end - name.len();
        self.field(Column::Owner, from..range.end);
        Some(range.start + colon)
    }

    /// `Add a probe. In progress.`: the last sentence is a status.
    fn status_sentence(&mut self, range: &Range<usize>) -> Option<usize> {
        if self.has(Column::Status) {
            return None;
        }
        let plain = self.plain(range.clone());
        let bare = plain.trim_end_matches(['.', '。', '!']);
        let at = [". ", "。"]
            .iter()
            .filter_map(|stop| Some(bare.rfind(stop)? + stop.len()))
            .max()?;
        self.vocabulary.statuses.whole(&bare[at..])?;
        self.field(Column::Status, range.start + at..range.start + bare.len());
        Some(range.start + at)
    }

    /// `Rotate the keys, @ann, 12/10`: behind a comma stands a handle, or a date behind a handle.
    fn behind_comma(&mut self, range: &Range<usize>) -> Option<usize> {
        let plain = self.plain(range.clone());
        let comma = plain.rfind([',', '、', '，'])?;
        let before = plain[..comma].trim_end();
        let part = trim_separators(&self.text.plain, range.start + comma..range.end);
        let said = self.plain(part.clone());
        let last = before
            .rsplit([' ', ',', '、', '，', '　'])
            .next()
            .unwrap_or("");
        let column = if said.starts_with('@') && words_in(said) == 1 && !self.has(Column::Owner) {
            Column::Owner
        } else if last.starts_with('@') && !self.has(Column::Due) && self.says_when(said) {
            Column::Due
        } else {
            return None;
        };
        self.field(column, part);
        Some(range.start + comma)
    }

    /// `… by 2025-02-01`, `… due January 31`, 〜5/23, 3/21まで.
    fn limit_at_end(&mut self, range: &Range<usize>) -> Option<usize> {
        if self.has(Column::Due) {
            return None;
        }
        let plain = self.plain(range.clone());
        let at = limit_word(plain).or_else(|| {
            let at = plain.rfind([' ', '　'])?;
            let word = plain[at..].trim_start();
            let limits = word.starts_with(['〜', '~', '～'])
                || word.trim_end_matches('に').ends_with("まで");
            limits.then(|| plain.len() - word.len())
        })?;
        let limit = range.start + at..range.end;
        if at == 0 || !self.says_when(self.plain(limit.clone())) {
            return None;
        }
        let field = range.start + at + limit_len(self.plain(limit))..range.end;
        let bare = self
            .plain(field.clone())
            .trim_end_matches(['.', '。'])
            .len();
        let field = field.start..field.start + bare;
        self.field(Column::Due, field);
        Some(range.start + at)
    }

    /// `… @Ana Ruiz @March 14, 2025`: people and dates as a wiki mentions them.
    fn mention_at_end(&mut self, range: &Range<usize>) -> Option<usize> {
        let plain = self.plain(range.clone());
        let at = plain.rfind(" @")? + 1;
        let said = &plain[at + 1..];
        let column = if !self.has(Column::Due) && self.says_when(said) {
            Column::Due
        } else if !self.has(Column::Owner) && words_in(said) > 1 && looks_like_a_person(said) {
            Column::Owner
        } else {
            return None;
        };
        let from = at + usize::from(column == Column::Due);
        self.field(column, range.start + from..range.end);
        Some(range.start + at)
    }

    /// Whether a text is a date and nothing else, whatever it counts from; or a word for one to come, where it says that it is the due date.
    pub(super) fn says_when(&self, plain: &str) -> bool {
        let length = limit_len(plain);
        let bare = plain[length..].trim();
        if bare.is_empty() || words_in(bare) > 6 || bare.len() > LONGEST_REMARK {
            return false;
        }
        due::horizon(&format!("by {bare}"), some_day()).is_some()
            || matches!(due::read(bare, None), Due::On { .. })
            || (length > 0 && self.vocabulary.is_placeholder(bare))
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
            // `[#12](…/12)` is how pm-sync writes a link, whatever is in front of it.
            let ours = match link::from_url(&link.url) {
                Some(link::Target::GitHub { number, .. }) => named == format!("#{number}"),
                _ => false,
            };
            if is_ticket && (ours || !of_the_sentence(self.plain(range.start..at))) {
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
        let told = words_in(before) > 1 || words::is_japanese(before);
        if link::from_url(word).is_some()
            && told
            && !of_the_sentence(before)
            && !self.has(Column::Issue)
        {
            self.field(Column::Issue, at..range.end);
            return Some(at);
        }
        let sentence_over = before.ends_with(['.', '。', '!', '！']);
        // `Fix the flaky deploy #42`, but not `Follow up on #42`.
        let previous = words::fold(before.rsplit(char::is_whitespace).next().unwrap_or(""));
        let numbered = word
            .strip_prefix('#')
            .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
            && words_in(before) > 1
            && !means_another(&previous)
            && !TAKES_A_REFERENCE.contains(&previous.as_str())
            && !BELONGS_TO_A_NUMBER.contains(&previous.as_str());
        if (sentence_over || numbered)
            && !self.has(Column::Issue)
            && self.is_reference(at..range.end)
        {
            self.field(Column::Issue, at..range.end);
            return Some(at);
        }
        if self.has(Column::Owner) {
            return None;
        }
        if word.starts_with(['@', '＠']) && owner::is_name(word, self.vocabulary, self.people) {
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
            // `Ask @bob` is all there is to do; `Rehearse @bob by 2025-01-31` says more than that beside the handle.
            let single = (self.has(Column::Due) || self.has(Column::Priority))
                && words_in(before) == 1
                && !ADDRESSES.contains(&words::fold(before).as_str());
            if !asks && (words_in(before) >= 2 || words::is_japanese(before) || single) {
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
}
