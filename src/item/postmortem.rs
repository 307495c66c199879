//! The postmortem itself: id, title, date, severity, state and language, from front matter, labelled fields, ticked boxes and the title.

use chrono::NaiveDate;

use super::due::{self, Due};
use super::find::{Found, split_label};
use super::vocabulary::{Lookup, MetaField, Vocabulary};
use super::{DateSource, Postmortem, Problem, ProblemKind, Severity, status, times, words};
use crate::config::{Language, PostmortemId};
use crate::document::Document;
use crate::document::outline::BlockKind;
use crate::document::region;
use crate::document::text::{Text, source_lines};

/// The front matter's keys for the id.
pub(super) const ID_KEYS: [&str; 3] = ["id", "incident_id", "postmortem_id"];

/// Reads what a document says of itself; its items are not read here.
pub(super) fn read(
    document: &Document,
    path: &str,
    id_prefix: &str,
    vocabulary: &Vocabulary,
    found: &[Found],
) -> Postmortem {
    let fields = fields(document, vocabulary, found);
    let front = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| document.front_matter.get(key))
            .filter(|v| !vocabulary.is_placeholder(v))
    };
    let values = |field: MetaField| {
        fields
            .iter()
            .filter(move |(f, _)| *f == field)
            .map(|(_, value)| value.as_str())
    };

    let heading = document.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Heading { level: 1, text } => Some(text.plain.as_str()),
        _ => None,
    });
    let raw_title = front(&["title"])
        .or_else(|| values(MetaField::Title).find(|v| !vocabulary.is_placeholder(v)))
        .or(heading);
    let stem = file_stem(path);
    let id = front(&ID_KEYS)
        .and_then(PostmortemId::find_in)
        .or_else(|| {
            values(MetaField::Id)
                .filter(|v| !vocabulary.is_placeholder(v))
                .find_map(PostmortemId::find_in)
        })
        .or_else(|| heading.and_then(PostmortemId::find_in))
        .or_else(|| raw_title.and_then(PostmortemId::find_in))
        .or_else(|| PostmortemId::find_in(stem))
        .or_else(|| from_number(stem, id_prefix));

    // A title that says no more than "障害報告 PM-052" is still a better name than the file's.
    let title = raw_title
        .map(|t| bare_title(t, id.as_ref(), vocabulary))
        .filter(|t| !t.is_empty())
        .or_else(|| raw_title.map(str::to_owned));
    let template = raw_title
        .is_some_and(|t| vocabulary.is_placeholder(&bare_title(t, None, vocabulary)))
        || front(&["category"]) == Some("template");
    let (date, date_source) = match date(&values, front(&["date", "incident_date", "created"])) {
        (None, _) => date_of_names(heading, stem),
        found => found,
    };

    let mut problems = Vec::new();
    if !document.front_matter.readable {
        problems.push(Problem {
            path: path.to_owned(),
            line: 1,
            column: 0,
            kind: ProblemKind::FrontMatterUnreadable,
        });
    }
    let states = || values(MetaField::State).chain(front(&["state", "status"]));
    let state = choice(states(), &vocabulary.states);
    if state.is_none()
        && let Some(text) = states().find(|text| is_one_word(text, vocabulary))
    {
        problems.push(Problem {
            path: path.to_owned(),
            line: line_of(document, text),
            column: 0,
            kind: ProblemKind::StateUnknown {
                text: text.to_owned(),
            },
        });
    }
    let times = {
        let said = |field: MetaField| -> Vec<&str> {
            values(field)
                .filter(|v| !vocabulary.is_placeholder(v))
                .collect()
        };
        times::times(&times::Said {
            occurred: said(MetaField::Occurred),
            detected: said(MetaField::Detected),
            recovered: said(MetaField::Recovered),
            dated: said(MetaField::Dated),
            day: values(MetaField::Dated)
                .chain(front(&["incident_date", "date"]))
                .find_map(first_date),
            named: date_of_names(heading, stem).0,
        })
    };
    if times.reversed {
        let end = [MetaField::Recovered, MetaField::Occurred, MetaField::Dated]
            .into_iter()
            .find_map(|field| values(field).next())
            .unwrap_or_default();
        problems.push(Problem {
            path: path.to_owned(),
            line: line_of(document, end),
            column: 0,
            kind: ProblemKind::EndBeforeStart {
                text: end.to_owned(),
            },
        });
    }
    Postmortem {
        title: title.unwrap_or_else(|| stem.to_owned()),
        path: path.to_owned(),
        date,
        date_source,
        times,
        reviews: times::reviews(document, date, vocabulary),
        severity: choice(
            front(&["severity"])
                .into_iter()
                .chain(values(MetaField::Severity)),
            &vocabulary.severities,
        ),
        state,
        language: language(document, vocabulary),
        template,
        id,
        items: Vec::new(),
        problems,
    }
}

/// The line of the first place where a text stands.
fn line_of(document: &Document, text: &str) -> usize {
    let at = document.source.find(text);
    at.map_or(1, |at| document.lines.line(at))
}

/// The labelled fields of the document, in order: `**日付**: 2025-01-05`, a table of names and values, a heading with its value below it.
/// Those of the action items themselves are left out.
fn fields(
    document: &Document,
    vocabulary: &Vocabulary,
    found: &[Found],
) -> Vec<(MetaField, String)> {
    let first_item = found
        .iter()
        .map(|f| f.block)
        .min()
        .unwrap_or(document.blocks.len());
    let mut fields = Vec::new();
    let mut add = |label: &str, value: &str| {
        if let Some(field) = vocabulary.fields.whole(label)
            && !value.trim().is_empty()
        {
            fields.push((field, value.trim().to_owned()));
        }
    };
    let labelled = |text: &Text, add: &mut dyn FnMut(&str, &str)| {
        if let Some((label, value)) = split_label(text) {
            add(&label, &value.plain);
        }
    };
    for block in &document.blocks[..first_item] {
        let heading = block
            .section
            .and_then(|id| match &document.blocks[id].kind {
                BlockKind::Heading { text, .. } => Some(text.plain.as_str()),
                _ => None,
            });
        match &block.kind {
            BlockKind::Paragraph(lines) => {
                for line in lines {
                    labelled(line, &mut add);
                    if let Some(heading) = heading {
                        add(heading, &line.plain);
                    }
                }
            }
            BlockKind::Entry(entry) => {
                if let Some(lead) = entry.lead.first() {
                    labelled(lead, &mut add);
                    if let (Some(heading), Some(true)) =
                        (heading, entry.checkbox.as_ref().map(|c| c.ticked))
                    {
                        add(heading, &lead.plain);
                    }
                }
            }
            BlockKind::Table(table) => {
                for row in std::iter::once(&table.header).chain(&table.rows) {
                    if let [label, value] = row.cells.as_slice() {
                        add(&label.text.plain, &value.text.plain);
                    }
                }
            }
            BlockKind::Heading { .. } => {}
        }
    }
    fields
}

/// The date and where it comes from: of occurrence, else of detection, else the written one, else the front matter's.
fn date<'v, I: Iterator<Item = &'v str>>(
    values: &impl Fn(MetaField) -> I,
    front: Option<&str>,
) -> (Option<NaiveDate>, Option<DateSource>) {
    let ranked = [
        (MetaField::Occurred, DateSource::Occurred),
        (MetaField::Detected, DateSource::Detected),
        (MetaField::Dated, DateSource::Written),
        (MetaField::Written, DateSource::Written),
    ];
    for (field, source) in ranked {
        if let Some(date) = values(field).find_map(first_date) {
            return (Some(date), Some(source));
        }
    }
    match front.and_then(first_date) {
        Some(date) => (Some(date), Some(DateSource::FrontMatter)),
        None => (None, None),
    }
}

/// The date in the title, else the one that the file's name begins or ends with: `2025-01-05-outage.md`.
fn date_of_names(title: Option<&str>, stem: &str) -> (Option<NaiveDate>, Option<DateSource>) {
    // 2025-01-05 at the start of a title is a date, and no number in front of it.
    let titled =
        |title: &str| first_date(title).or_else(|| first_date(&words::without_number(title)));
    if let Some(date) = title.and_then(titled) {
        return (Some(date), Some(DateSource::Written));
    }
    let digits = |part: Option<&str>| {
        let part = part?;
        let compact = part.len() == 8 && part.bytes().all(|b| b.is_ascii_digit());
        let written = if compact {
            format!("{}-{}-{}", &part[..4], &part[4..6], &part[6..])
        } else {
            part.to_owned()
        };
        written.parse::<NaiveDate>().ok()
    };
    let tail = |length: usize| stem.len().checked_sub(length).and_then(|at| stem.get(at..));
    let date = [stem.get(..10), tail(10), stem.get(..8), tail(8)]
        .into_iter()
        .find_map(digits);
    (date, date.map(|_| DateSource::FileName))
}

/// The first date of a text that may go on with times, an end, a remark. Only full dates count.
pub fn first_date(text: &str) -> Option<NaiveDate> {
    let begin = text
        .split(['〜', '~', '～', '→', '–', '—'])
        .next()
        .unwrap_or(text);
    let begin = begin.split(" - ").next().unwrap_or(begin);
    let begin = begin.split(" to ").next().unwrap_or(begin);
    match due::read(begin, None) {
        Due::On {
            date,
            relative: false,
        } => Some(date),
        _ => None,
    }
}

/// The one meaning that a value names; `Draft / Review / Final` names all of them, and so none.
fn choice<'v, T: Copy + PartialEq>(
    values: impl Iterator<Item = &'v str>,
    lookup: &Lookup<T>,
) -> Option<T> {
    let mut values = values;
    values.find_map(|value| {
        let mut chosen: Option<T> = None;
        for part in value.split(['/', '|', '／']) {
            let bare = part.trim_start_matches(|c: char| !c.is_alphanumeric());
            let named = lookup
                .whole(bare)
                .or_else(|| lookup.prefix(bare).map(|(meaning, _)| meaning))
                // レベルA（重大）
                .or_else(|| {
                    let (_, inside) = bare.split_once(['(', '（'])?;
                    lookup.whole(inside.trim_end().strip_suffix([')', '）'])?)
                });
            match (named, chosen) {
                (Some(named), Some(chosen)) if named != chosen => return None,
                (Some(named), _) => chosen = Some(named),
                (None, _) => {}
            }
        }
        chosen
    })
}

/// Whether a value names one state, known or not: neither a choice of several, nor a sentence, nor a place to fill in.
fn is_one_word(value: &str, vocabulary: &Vocabulary) -> bool {
    !value.contains(['/', '|', '／'])
        && value.chars().count() <= 30
        && value.split_whitespace().count() <= 3
        && !vocabulary.is_placeholder(value)
        && !vocabulary.is_blank(value)
}

/// The title without "Postmortem:" and the id.
fn bare_title(title: &str, id: Option<&PostmortemId>, vocabulary: &Vocabulary) -> String {
    let mut rest = title.trim().to_owned();
    let separators =
        |c: char| c.is_whitespace() || matches!(c, ':' | '：' | '-' | '–' | '—' | '|' | '/' | '・');
    loop {
        let before = rest.len();
        rest = rest.trim_matches(separators).to_owned();
        if let Some(id) = id {
            for form in [
                format!("[{id}]"),
                format!("【{id}】"),
                format!("({id})"),
                format!("（{id}）"),
                id.to_string(),
            ] {
                rest = rest.strip_prefix(&form).map_or(rest.clone(), str::to_owned);
                rest = rest.strip_suffix(&form).map_or(rest.clone(), str::to_owned);
            }
        }
        let stripped = vocabulary
            .title_prefixes
            .iter()
            .filter_map(|prefix| words::prefix_len(&rest, prefix))
            .max();
        if let Some(length) = stripped {
            let after = &rest[length..];
            // "Postmortem template" keeps its word: only what a separator ends is a prefix.
            if after
                .trim_start()
                .starts_with([':', '：', '-', '–', '—', '|', '/'])
                || after.is_empty()
            {
                rest = after.to_owned();
            } else if id.is_some_and(|id| after.trim_start().starts_with(&id.to_string())) {
                rest = after.trim_start().to_owned();
            }
        }
        if rest.len() == before {
            return rest;
        }
    }
}

fn file_stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// `042.md`, `042-memory.md` with the prefix of the config; a date (`2025-01-05-outage.md`) is no number.
fn from_number(stem: &str, prefix: &str) -> Option<PostmortemId> {
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &stem[digits..];
    let date = rest
        .strip_prefix('-')
        .is_some_and(|r| r.len() >= 2 && r.as_bytes()[..2].iter().all(u8::is_ascii_digit));
    if digits == 0
        || digits > 6
        || date
        || !(rest.is_empty() || rest.starts_with(['-', '_', ' ', '.']))
    {
        return None;
    }
    format!("{prefix}{}", &stem[..digits]).parse().ok()
}

/// Japanese where the headings and text hold any amount of kana or han worth the name.
fn language(document: &Document, vocabulary: &Vocabulary) -> Language {
    let (mut japanese, mut latin) = (0usize, 0usize);
    let mut count = |text: &str| {
        for c in text.chars() {
            if matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}') {
                japanese += 1;
            } else if c.is_ascii_alphabetic() {
                latin += 1;
            }
        }
    };
    // What we write ourselves, regions, links and statuses, must not decide: writing it would change the answer.
    let text = region::without(&document.source);
    let end = text.char_indices().nth(20_000);
    let text = &text[..end.map_or(text.len(), |(at, _)| at)];
    for line in source_lines(text) {
        match line.trim() {
            row if row.starts_with('|') => {
                row.split('|')
                    .filter(|cell| !is_written_by_us(cell, vocabulary))
                    .for_each(&mut count);
            }
            line => count(line),
        }
    }
    // A Japanese character carries about as much as two or three letters.
    if japanese * 8 > latin && japanese > 0 {
        Language::Ja
    } else {
        Language::En
    }
}

/// Whether a table's cell is one that pulls and pushes write: a link to an issue, the head of its column, or a status.
fn is_written_by_us(cell: &str, vocabulary: &Vocabulary) -> bool {
    let cell = cell.trim();
    let link = cell.starts_with("[#") && cell.ends_with(')');
    link || cell == "Issue" || {
        let word = cell.trim_start_matches(|c: char| {
            status::is_emoji(c) || c.is_whitespace() || words::is_unseen(c)
        });
        vocabulary.statuses.whole(word).is_some()
    }
}

impl Severity {
    /// The word of the JSON output.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn read_text(text: &str, path: &str) -> Postmortem {
        super::super::read(&Document::parse(text), path, "PM-", Vocabulary::built_in())
    }

    #[test]
    fn ids_come_from_the_first_place_that_has_one() {
        for (text, path, id) in [
            (
                "---\nid: PM-001\n---\n# PM-002: x\n",
                "PM-003.md",
                Some("PM-001"),
            ),
            (
                "# PM-002: x\n\n**Incident ID**: INC-2025-007\n",
                "PM-003.md",
                Some("INC-2025-007"),
            ),
            ("# 障害報告 PM-002\n", "PM-003.md", Some("PM-002")),
            ("# x\n", "docs/PM-003-memory.md", Some("PM-003")),
            ("# x\n", "042.md", Some("PM-042")),
            ("# x\n", "042-memory.md", Some("PM-042")),
            ("# x\n", "2025-01-05-outage.md", None),
            (
                "# x\n\n### インシデントID / Incident ID\n[例: INC-2025-001]\n",
                "a.md",
                None,
            ),
            (
                "# x\n\n### インシデントID\nINC-2025-001\n",
                "a.md",
                Some("INC-2025-001"),
            ),
            (
                "# x\n\n| 項目 | 値 |\n|---|---|\n| インシデントID | INC-9 |\n",
                "a.md",
                Some("INC-9"),
            ),
        ] {
            assert_eq!(
                read_text(text, path).id.map(|id| id.to_string()).as_deref(),
                id,
                "{text}"
            );
        }
    }

    #[test]
    fn titles_lose_prefix_and_id() {
        for (heading, title) in [
            ("ポストモーテム: 決済の遅延", "決済の遅延"),
            ("Post-Mortem: PM-042 — Memory exhausted", "Memory exhausted"),
            ("[PM-042] Memory exhausted", "Memory exhausted"),
            ("PM-042: Memory exhausted", "Memory exhausted"),
            ("障害報告 PM-042 決済の遅延", "決済の遅延"),
            ("障害報告 PM-042", "障害報告 PM-042"),
            ("Incident response was slow", "Incident response was slow"),
        ] {
            assert_eq!(
                read_text(&format!("# {heading}\n"), "PM-042.md").title,
                title,
                "{heading}"
            );
        }
    }

    #[test]
    fn an_unknown_state_is_a_problem() {
        for (text, state, problem) in [
            ("---\nstatus: triaged\n---\n# PM-1\n", None, Some(2)),
            ("# PM-1\n\n**ステータス**: 様子見\n", None, Some(3)),
            ("# PM-1\n\n**Status**: Reviewed\n", Some(State::Final), None),
            ("# PM-1\n\n**Status**: Draft / Review / Final\n", None, None),
            ("# PM-1\n\n**Status**: [status]\n", None, None),
            ("# PM-1\n", None, None),
        ] {
            let read = read_text(text, "a.md");
            assert_eq!(read.state, state, "{text}");
            let unknown = read
                .problems
                .iter()
                .find(|p| p.kind.code() == "state-unknown");
            assert_eq!(unknown.map(|p| p.line), problem, "{text}");
        }
    }

    #[test]
    fn names_have_dates_too() {
        for (text, path, date, source) in [
            (
                "# Outage of 2025-03-04\n",
                "a.md",
                Some("2025-03-04"),
                Some(DateSource::Written),
            ),
            (
                "# 障害振り返り 2025年3月4日\n",
                "a.md",
                Some("2025-03-04"),
                Some(DateSource::Written),
            ),
            (
                "# Outage\n",
                "2025-03-04-outage.md",
                Some("2025-03-04"),
                Some(DateSource::FileName),
            ),
            (
                "# Outage\n",
                "x/outage_20250304.md",
                Some("2025-03-04"),
                Some(DateSource::FileName),
            ),
            ("# Outage\n", "outage-1234567.md", None, None),
            ("# Outage of 3/4\n", "a.md", None, None),
            (
                "# Outage of 2025-03-04\n\n**Date**: 2025-03-05\n",
                "2025-03-04.md",
                Some("2025-03-05"),
                Some(DateSource::Written),
            ),
        ] {
            let read = read_text(text, path);
            assert_eq!(read.date.map(|d| d.to_string()).as_deref(), date, "{text}");
            assert_eq!(read.date_source, source, "{text}");
        }
    }

    #[test]
    fn dates_are_ranked() {
        for (text, date, source) in [
            (
                "**日時**: 2025-01-10 09:00 - 10:30\n**日付**: 2025-01-12\n",
                Some("2025-01-10"),
                Some(DateSource::Occurred),
            ),
            (
                "- **検知**: 2025-01-11 09:00:00 JST\n- **日付**: 2025-01-12\n",
                Some("2025-01-11"),
                Some(DateSource::Detected),
            ),
            (
                "**Date**: January 12, 2025\n",
                Some("2025-01-12"),
                Some(DateSource::Written),
            ),
            (
                "---\ndate: 2025-01-13\n---\nx\n",
                Some("2025-01-13"),
                Some(DateSource::FrontMatter),
            ),
            ("**日付**: YYYY-MM-DD\n", None, None),
            ("作成日：2024年（日付未指定）\n", None, None),
        ] {
            let read = read_text(text, "a.md");
            assert_eq!(read.date.map(|d| d.to_string()).as_deref(), date, "{text}");
            assert_eq!(read.date_source, source, "{text}");
        }
    }

    #[test]
    fn severity_and_state_are_chosen_not_listed() {
        for (text, severity, state) in [
            (
                "**重大度**: High\n**ステータス**: Draft\n",
                Some(Severity::High),
                Some(State::Draft),
            ),
            (
                "**影響度**: Critical / High / Medium / Low\n**ステータス**: Draft / Review / Final\n",
                None,
                None,
            ),
            (
                "### 重大度 / Severity\n- [ ] Critical(致命的)\n- [x] High(高)- x\n",
                Some(Severity::High),
                None,
            ),
            (
                "**Severity**: SEV1 (critical)\n**Status**: Final\n",
                Some(Severity::Critical),
                Some(State::Final),
            ),
            (
                "---\nseverity: sev3\nstatus: review\n---\nx\n",
                Some(Severity::Medium),
                Some(State::Review),
            ),
        ] {
            let read = read_text(text, "a.md");
            assert_eq!((read.severity, read.state), (severity, state), "{text}");
        }
    }
}
