//! Reports for people: what is done or would be, document by document, and what a person has to settle.

use similar::TextDiff;

use super::{Action, Change, Difference, DocumentReport, Edit, Remaining, Report, Row, StatusMove};
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
        self.print_remaining(&mut out, language);
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&self.summary(language));
        out.push('\n');
        if self.pulls_preferred > 0 {
            let rows = self.pulls_preferred;
            out.push_str(&language.pick(
                format!("GitHub のステータスを {rows} 行に反映するのは pull です: pm-sync pull --prefer github\n"),
                format!(
                    "{} to be pulled: pm-sync pull --prefer github\n",
                    counted(rows, "row")
                ),
            ));
        }
        if let Some(first) = self.tracked.first() {
            let (count, command) = (self.tracked.len(), first.command());
            out.push_str(&language.pick(
                format!("pm-sync の管理外の Issue {count} 件が行と違います（書き込みません。一覧は -v）。取り込むなら: {command}\n"),
                format!(
                    "{} not pm-sync's and not what the row says; nothing is written there (-v lists them). To take one over: {command}\n",
                    match count {
                        1 => "1 linked issue is".to_owned(),
                        n => format!("{n} linked issues are"),
                    }
                ),
            ));
        }
        if let Some(outcome) = &self.pull_request {
            out.push_str(&outcome.text(language, self.dry_run));
        }
        out
    }

    /// What was not done, row by row; the reason where it is another than that of the row before.
    fn print_remaining(&self, out: &mut String, language: Language) {
        if self.remaining.is_empty() {
            return;
        }
        let heading = language.pick(
            "未完了（もう一度実行すると続きから進みます）",
            "Not done (run it again to go on from here)",
        );
        out.push_str(&format!("{}\n", styled(BOLD, heading)));
        let mut before = "";
        for Remaining {
            row,
            action,
            reason,
        } in &self.remaining
        {
            let (sign, style, word) = action.look(language);
            let title = plain(&row.title);
            out.push_str(&format!(
                "  {} {word}: {} {title}\n",
                styled(style, sign),
                styled(DIM, &row.item)
            ));
            if !reason.is_empty() && reason != before {
                out.push_str(&format!("      {}\n", plain(reason)));
                before = reason;
            }
        }
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
            count(&[Action::Close, Action::Drop, Action::CloseRemoved]),
            count(&[Action::Reopen]),
        );
        let restored = count(&[Action::Restore]);
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
        add(restored, "欄の復元", verb(restored, "restored", "restore"));
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
        let settled = self
            .documents
            .iter()
            .map(|d| d.settled.len())
            .sum::<usize>();
        add(settled, "解決", verb(settled, "settled", "settle"));
        let progress = self.documents.iter().filter(|d| d.progress).count();
        add(
            progress,
            "進捗の更新",
            format!("{} of progress", counted(progress, "region")),
        );
        if parts.is_empty() {
            let agree = self.problems.is_empty()
                && !self.differs
                && self.documents.iter().all(|d| d.waits.is_none());
            return match (agree, self.pulls) {
                (_, due @ 1..) => language.pick(
                    format!(
                        "push するものはありません。GitHub のステータスを {due} 行に反映できます: pm-sync pull"
                    ),
                    format!(
                        "Nothing to push; the status of {} is to be pulled: pm-sync pull",
                        counted(due, "row")
                    ),
                ),
                (true, 0) => language
                    .pick(
                        "変更はありません。文書と Issue は一致しています。",
                        "Nothing to do: documents and issues agree.",
                    )
                    .to_owned(),
                (false, 0) => language
                    .pick("変更はありません。", "Nothing to do.")
                    .to_owned(),
            };
        }
        let list = parts.join(language.pick("、", ", "));
        if !self.has_changes() && settled == 0 && self.remaining.is_empty() {
            return language.pick(format!("未解決: {list}"), format!("Left alone: {list}."));
        }
        match (self.dry_run, self.remaining.is_empty(), language) {
            (true, _, Language::Ja) => format!("予定: {list}（何も書き込んでいません）"),
            (true, _, Language::En) => format!("Plan: {list}. Nothing was written."),
            (false, true, Language::Ja) => format!("結果: {list}"),
            (false, true, Language::En) => format!("Done: {list}."),
            (false, false, Language::Ja) => format!("途中まで: {list}"),
            (false, false, Language::En) => format!("Unfinished: {list}."),
        }
    }
}

impl DocumentReport {
    fn says_something(&self) -> bool {
        let DocumentReport {
            id: _,
            title: _,
            path: _,
            argument: _,
            waits,
            skipped_done: _,
            changes,
            edits,
            progress,
            drift,
            conflicts,
            settled,
            text: _,
        } = self;
        waits.is_some()
            || *progress
            || !(changes.is_empty()
                && edits.is_empty()
                && drift.is_empty()
                && conflicts.is_empty()
                && settled.is_empty())
    }

    fn print(&self, out: &mut String, language: Language) {
        let id = self
            .id
            .as_deref()
            .unwrap_or(language.pick("（IDなし）", "(no id)"));
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
                    &finding.shown.github,
                ),
                // A row takes GitHub's status; of all else the document keeps its own, and the difference is no longer reported.
                Side::GitHub if finding.field == "status" => (
                    language.pick("GitHub を採用", "GitHub's value stands"),
                    &finding.shown.document,
                ),
                Side::GitHub => {
                    let kept = language.pick(
                        format!("GitHub「{}」との違いを認め、行が変わるまで報告しません。文書は「{}」のままです", value(&finding.shown.github, language), value(&finding.shown.document, language)),
                        format!("GitHub keeps {}, the document {}; the difference is no longer reported until the row changes", value(&finding.shown.github, language), value(&finding.shown.document, language)),
                    );
                    out.push_str(&format!(
                        "  {} {}: {}: {kept}\n",
                        styled(WARN, "="),
                        finding.row.item,
                        finding.shown.field
                    ));
                    continue;
                }
            };
            let text = format!(
                "{}: {}: {word}{}{}",
                finding.row.item,
                finding.shown.field,
                language.pick("。採用しなかった値: ", "; lost: "),
                value(lost, language)
            );
            out.push_str(&format!("  {} {text}\n", styled(WARN, "=")));
        }
        if self.skipped_done > 0 {
            let n = self.skipped_done;
            let text = language.pick(
                format!("完了済みの {n} 件は Issue を作りません（push.done）"),
                format!(
                    "{} done already and not filed (push.done)",
                    counted(n, "row")
                ),
            );
            out.push_str(&format!("  {}\n", styled(DIM, &text)));
        }
    }
}

impl Action {
    /// Its sign, its colour and its word.
    fn look(self, language: Language) -> (&'static str, anstyle::Style, &'static str) {
        match self {
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
            Action::Restore => (
                "~",
                WARN,
                language.pick(
                    "本文の末尾に pm-sync の欄を戻す",
                    "put pm-sync's part back at the end of the body",
                ),
            ),
            Action::CloseRemoved => (
                "✗",
                DIM,
                language.pick(
                    "行がなくなったため、対応しないとしてクローズ",
                    "close as not planned, its row is gone",
                ),
            ),
            Action::WriteRow => ("←", GOOD, language.pick("行に反映", "write into the row")),
            Action::CloseDuplicate => (
                "=",
                DIM,
                language.pick("重複としてクローズ", "close as duplicate"),
            ),
        }
    }
}

/// A value for people: harmless, and said where there is none.
fn value(value: &str, language: Language) -> String {
    if value.is_empty() {
        language.pick("なし", "none").to_owned()
    } else {
        plain(value)
    }
}

fn waiting(waits: Waits, language: Language) -> String {
    match waits {
        Waits::State(state) => language.pick(
            format!(
                "状態が {} のため push しません（push.states）",
                state.as_str()
            ),
            format!("not pushed: its state is {} (push.states)", state.as_str()),
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
    let (sign, style, word) = change.action.look(language);
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
    // What only its form changes, such as the words around a date, is no news to anybody.
    let news = change.fields.iter().filter(|field| field.old != field.new);
    for FieldChange {
        field,
        old,
        new,
        unticked,
    } in news
    {
        out.push_str(&format!(
            "      {} {} → {}\n",
            styled(DIM, &format!("{}:", field.label(language))),
            value(old, language),
            value(new, language)
        ));
        if !unticked.is_empty() {
            let texts: Vec<String> = unticked.iter().map(|text| plain(text)).collect();
            let texts = texts.join(language.pick("、", ", "));
            out.push_str(&format!(
                "        {}\n",
                language.pick(
                    format!("Issue で付いていたチェックがなくなります: {texts}"),
                    format!("a box that was ticked in the issue goes: {texts}"),
                )
            ));
        }
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
        (Some(StatusMove { old, new }), _) => {
            format!("{} → {}", old.label(language), new.label(language))
        }
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
    let Difference {
        row,
        issue,
        url,
        field: _,
        owner,
        document: _,
        github: _,
        settle,
        shown,
    } = finding;
    let owner = match *owner {
        "document" => language.pick("文書が正", "the document owns it"),
        _ => language.pick("GitHub が正", "GitHub owns it"),
    };
    let open = language.pick("（", " (");
    let close = language.pick("）", ")");
    out.push_str(&format!(
        "  {} {} {}: {}{open}{owner}{close}\n",
        styled(style, &format!("! {word}")),
        styled(DIM, key_of(row)),
        plain(&row.title),
        shown.field,
    ));
    let place = format!("{}:{}", row.path, row.line);
    let issue = issue.map(|n| format!("#{n}")).unwrap_or_default();
    let page = [issue.as_str(), url.as_deref().unwrap_or_default()].join(" ");
    let (text, side) = (
        value(&shown.document, language),
        language.pick("文書", "document"),
    );
    out.push_str(&format!("      {side}: {text}  {}\n", styled(DIM, &place)));
    let text = value(&shown.github, language);
    out.push_str(&format!(
        "      GitHub: {text}  {}\n",
        styled(DIM, page.trim())
    ));
    let keep = |out: &mut String, what: &str, command: &str| {
        out.push_str(&format!("      {} {command}\n", styled(DIM, what)));
    };
    if let Some(command) = &settle.document {
        keep(
            out,
            language.pick("文書に合わせる:", "keep the document's:"),
            command,
        );
    }
    if shown.by_hand {
        let text = language.pick(
            "文書に合わせるには、Issue を GitHub で再オープンし、文書と同じ理由でクローズしてください（クローズ済みの Issue の理由は変えられません）",
            "to keep the document's, reopen the issue on GitHub and close it with the document's reason: that of a closed issue can't be changed",
        );
        out.push_str(&format!("      {}\n", styled(DIM, text)));
    }
    keep(
        out,
        language.pick("GitHub に合わせる:", "keep GitHub's:"),
        &settle.github,
    );
}

/// The unified diff of a document, coloured.
pub(crate) fn diff(path: &str, before: &str, after: &str) -> String {
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
                _ => return format!("{}\n", tabs_kept(body)),
            };
            format!("{}\n", styled(style, &tabs_kept(body)))
        })
        .collect()
}

/// Like [`plain`], for lines of a document, in which tabs are text.
fn tabs_kept(line: &str) -> String {
    let parts: Vec<String> = line.split('\t').map(plain).collect();
    parts.join("\t")
}
