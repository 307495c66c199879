//! The text that a report is for people: sign, issue, key and title of each row, old → new, and what to do about differences.

use similar::TextDiff;

use super::{Action, Change, Difference, DocumentReport, Edit, OldNew, Report, Row};
use crate::config::Language;
use crate::list::counted;
use crate::output::{BAD, BOLD, DIM, GOOD, WARN, plain, styled};
use crate::plan::Waits;
use crate::plan::content::{Field, FieldChange};
use crate::plan::status::Side;

impl Report {
    /// The text for people. `diffs` adds the documents' unified diffs.
    pub fn text(&self, language: Language, diffs: bool) -> String {
        let mut out = String::new();
        for document in self.documents.iter().filter(|d| d.says_something()) {
            document.print(&mut out, language);
        }
        if diffs {
            for document in &self.documents {
                if let Some((before, after)) = &document.text {
                    out.push_str(&diff(&document.path, before, after));
                }
            }
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&self.summary(language));
        out.push('\n');
        out
    }

    fn summary(&self, language: Language) -> String {
        let count = |actions: &[Action]| {
            self.documents
                .iter()
                .flat_map(|d| &d.changes)
                .filter(|c| actions.contains(&c.action))
                .count()
        };
        let rows = self.documents.iter().map(|d| d.edits.len()).sum::<usize>();
        let drift = self.documents.iter().map(|d| d.drift.len()).sum::<usize>();
        let conflicts = self
            .documents
            .iter()
            .map(|d| d.conflicts.len())
            .sum::<usize>();
        let mut parts = Vec::new();
        let mut add = |n: usize, ja: &str, en: String| {
            if n > 0 {
                parts.push(language.pick(format!("{ja} {n} 件"), en));
            }
        };
        let (created, updated) = (count(&[Action::Create]), count(&[Action::Update]));
        let (closed, reopened) = (
            count(&[Action::Close, Action::Drop]),
            count(&[Action::Reopen]),
        );
        let (adopted, doubled) = (count(&[Action::Adopt]), count(&[Action::CloseDuplicate]));
        let verb = |n: usize, done: &str, plan: &str| {
            if self.dry_run {
                format!("{n} to {plan}")
            } else {
                format!("{n} {done}")
            }
        };
        add(created, "作成", verb(created, "created", "create"));
        add(updated, "更新", verb(updated, "updated", "update"));
        add(closed, "クローズ", verb(closed, "closed", "close"));
        add(reopened, "再オープン", verb(reopened, "reopened", "reopen"));
        add(adopted, "取り込み", verb(adopted, "adopted", "adopt"));
        add(
            doubled,
            "重複のクローズ",
            format!("{doubled} closed as duplicate"),
        );
        add(
            rows,
            "文書の行の更新",
            format!(
                "{} {}",
                counted(rows, "row"),
                if self.dry_run { "to write" } else { "written" }
            ),
        );
        add(drift, "差異", format!("{drift} drifted"));
        add(conflicts, "競合", counted(conflicts, "conflict"));
        add(
            self.limited,
            "上限により保留",
            format!("{} held back by --limit", self.limited),
        );
        add(
            self.remaining.len(),
            "未完了",
            format!("{} not done", self.remaining.len()),
        );
        if parts.is_empty() {
            return language
                .pick(
                    "変更はありません。",
                    "Nothing to do: documents and issues agree.",
                )
                .to_owned();
        }
        let list = parts.join(language.pick("、", ", "));
        match (self.dry_run, language) {
            (true, Language::Ja) => format!("予定: {list}（何も書き込んでいません）"),
            (true, Language::En) => format!("Plan: {list}. Nothing was written."),
            (false, Language::Ja) => format!("結果: {list}"),
            (false, Language::En) => format!("Done: {list}."),
        }
    }
}

impl DocumentReport {
    fn print(&self, out: &mut String, language: Language) {
        let id = self
            .id
            .as_deref()
            .unwrap_or(language.pick("(IDなし)", "(no id)"));
        out.push_str(&format!(
            "{} {}  {}\n",
            styled(BOLD, id),
            styled(BOLD, &plain(&self.title)),
            styled(DIM, &plain(&self.path))
        ));
        if let Some(waits) = self.waits {
            out.push_str(&format!("  {}\n", styled(DIM, &waiting(waits, language))));
        }
        for change in &self.changes {
            print_change(out, change, language);
        }
        for edit in &self.edits {
            // That a created issue is linked goes without saying.
            let said = edit.status.is_none()
                && self
                    .changes
                    .iter()
                    .any(|change| change.row.item == edit.row.item);
            if !said {
                print_edit(out, edit, language);
            }
        }
        if self.progress {
            out.push_str(&format!(
                "  {} {}\n",
                styled(GOOD, "←"),
                language.pick("進捗の欄", "progress region")
            ));
        }
        for (style, word, findings) in [
            (WARN, language.pick("差異", "drift"), &self.drift),
            (BAD, language.pick("競合", "conflict"), &self.conflicts),
        ] {
            for finding in findings {
                print_difference(out, style, word, finding, language);
            }
        }
        for (side, finding) in &self.settled {
            let (word, lost) = match side {
                Side::Document => (
                    language.pick("文書を採用", "the document's value stands"),
                    &finding.github,
                ),
                Side::GitHub => (
                    language.pick("GitHub を採用", "GitHub's value stands"),
                    &finding.document,
                ),
            };
            let text = format!(
                "{}: {}: {word}{}{}",
                finding.row.item,
                finding.label,
                language.pick("。失われた値: ", "; lost: "),
                plain(lost)
            );
            out.push_str(&format!("  {} {text}\n", styled(WARN, "=")));
        }
    }
}

fn waiting(waits: Waits, language: Language) -> String {
    match waits {
        Waits::State(state) => language.pick(
            format!("{} のため push しません（push.states）", state.as_str()),
            format!("not pushed: it is {} (push.states)", state.as_str()),
        ),
        Waits::Template => language.pick(
            "テンプレートのため push しません".into(),
            "not pushed: it is a template".into(),
        ),
        Waits::NoId => language.pick(
            "IDがないため push しません".into(),
            "not pushed: it has no id".into(),
        ),
        Waits::IdTwice => language.pick(
            "IDが重複しているため push しません".into(),
            "not pushed: another document has its id".into(),
        ),
    }
}

fn key_of(row: &Row) -> &str {
    row.item
        .split_once('#')
        .map_or(row.item.as_str(), |(_, key)| key)
}

fn print_change(out: &mut String, change: &Change, language: Language) {
    let (sign, style, word) = match change.action {
        Action::Create => ("+", GOOD, language.pick("作成", "create")),
        Action::Update => ("~", WARN, language.pick("更新", "update")),
        Action::Close => (
            "✓",
            GOOD,
            language.pick("完了としてクローズ", "close as completed"),
        ),
        Action::Drop => (
            "✗",
            DIM,
            language.pick("対応しないとしてクローズ", "close as not planned"),
        ),
        Action::Reopen => ("↺", WARN, language.pick("再オープン", "reopen")),
        Action::Adopt => ("@", WARN, language.pick("取り込み", "adopt")),
        Action::CloseDuplicate => (
            "=",
            DIM,
            language.pick("重複としてクローズ", "close as duplicate"),
        ),
    };
    let issue = change.issue.map(|n| format!("#{n} ")).unwrap_or_default();
    out.push_str(&format!(
        "  {} {issue}{word}: {} {}\n",
        styled(style, sign),
        styled(DIM, key_of(&change.row)),
        plain(&change.row.title)
    ));
    if change.action == Action::Create {
        let facts: Vec<String> = change
            .fields
            .iter()
            .filter_map(|field| fact(field, language))
            .collect();
        if !facts.is_empty() {
            out.push_str(&format!("      {}\n", styled(DIM, &facts.join(" · "))));
        }
        return;
    }
    let none = language.pick("なし", "none");
    let show = |value: &str| {
        if value.is_empty() {
            none.to_owned()
        } else {
            plain(value)
        }
    };
    for FieldChange { field, old, new } in &change.fields {
        out.push_str(&format!(
            "      {} {} → {}\n",
            styled(DIM, &format!("{}:", field.label(language))),
            show(old),
            show(new)
        ));
    }
}

/// A value of an issue to be created, where it says something that its title and the labels of its priority don't.
fn fact(change: &FieldChange, language: Language) -> Option<String> {
    let new = plain(&change.new);
    match change.field {
        Field::Priority | Field::Owners => Some(new),
        Field::Due => Some(language.pick(format!("期限 {new}"), format!("due {new}"))),
        _ => None,
    }
}

fn print_edit(out: &mut String, edit: &Edit, language: Language) {
    let issue = edit.issue.map(|n| format!("#{n} ")).unwrap_or_default();
    let what = match (&edit.status, edit.link) {
        (Some(OldNew { old, new }), _) => format!("{old} → {new}"),
        (None, _) => language.pick("リンク", "link").to_owned(),
    };
    out.push_str(&format!(
        "  {} {issue}{} {}: {what}\n",
        styled(GOOD, "←"),
        styled(DIM, key_of(&edit.row)),
        plain(&edit.row.title)
    ));
}

fn print_difference(
    out: &mut String,
    style: anstyle::Style,
    word: &str,
    finding: &Difference,
    language: Language,
) {
    let issue = finding.issue.map(|n| format!("#{n} ")).unwrap_or_default();
    let none = language.pick("なし", "none");
    let show = |value: &str| {
        if value.is_empty() {
            none.to_owned()
        } else {
            plain(value)
        }
    };
    let (document, github) = (show(&finding.document), show(&finding.github));
    let sides = language.pick(
        format!("文書「{document}」、GitHub「{github}」"),
        format!("document \"{document}\", GitHub \"{github}\""),
    );
    out.push_str(&format!(
        "  {} {issue}{} {}: {}: {sides}\n      {} {}\n",
        styled(style, &format!("! {word}")),
        styled(DIM, key_of(&finding.row)),
        plain(&finding.row.title),
        finding.label,
        styled(DIM, language.pick("対処:", "hint:")),
        finding.hint
    ));
}

/// The unified diff of a document, coloured.
pub fn diff(path: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let text = diff
        .unified_diff()
        .context_radius(1)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    text.split_inclusive('\n')
        .map(|line| {
            let body = line.trim_end_matches(['\n', '\r']);
            let style = match body.as_bytes() {
                [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => BOLD,
                [b'+', ..] => GOOD,
                [b'-', ..] => BAD,
                [b'@', ..] => DIM,
                _ => return format!("{}\n", plain(body)),
            };
            format!("{}\n", styled(style, &plain(body)))
        })
        .collect()
}
