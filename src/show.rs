//! What `push`, `pull` and `sync` print: a plan before it is carried out, or what was done; for people and as JSON.

use serde::Serialize;
use similar::TextDiff;

use crate::config::Language;
use crate::github::Issue;
use crate::item::problem::ProblemJson;
use crate::item::{ActionItem, Problem, Status};
use crate::list::{SCHEMA, counted, to_json};
use crate::output::{BAD, BOLD, DIM, GOOD, WARN, plain, styled};
use crate::plan::content::{self, Field, FieldChange};
use crate::plan::status::{IssueWord, Side, shown};
use crate::plan::{DocumentPlan, Finding, Inputs, IssueChange, ItemPlan, Plan, StateMove, Waits};

/// All that a run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// Whether nothing was touched.
    pub dry_run: bool,
    /// The documents, in order, with what is said of each.
    pub documents: Vec<DocumentReport>,
    /// What stands in the way.
    pub problems: Vec<Problem>,
    /// What was not done, and why.
    pub remaining: Vec<Remaining>,
    /// How many issues `--limit` kept from being created.
    pub limited: usize,
    /// What became of the pull request, where one was asked for.
    pub pull_request: Option<crate::write_back::Outcome>,
}

/// What is said of a document.
#[derive(Debug, Clone)]
pub struct DocumentReport {
    /// Its id.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its path.
    pub path: String,
    /// Why it is not pushed.
    pub waits: Option<Waits>,
    /// Rows that are done and never had an issue.
    pub skipped_done: usize,
    /// Changes of issues.
    pub changes: Vec<Change>,
    /// Changes of rows.
    pub edits: Vec<Edit>,
    /// Whether the progress region changes.
    pub progress: bool,
    /// Differences left alone.
    pub drift: Vec<Difference>,
    /// Differences left for a person.
    pub conflicts: Vec<Difference>,
    /// Differences that `--prefer` settled; the value that lost is in them.
    pub settled: Vec<(Side, Difference)>,
    /// Its text before and after.
    pub text: Option<(String, String)>,
}

/// The row that something is said of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// `PM-042#3`.
    pub item: String,
    /// Its title.
    pub title: String,
    /// Its document.
    pub path: String,
    /// Its line.
    pub line: usize,
}

/// The change of an issue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// What is done.
    pub action: Action,
    /// The issue; not known before it is created.
    pub issue: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// Old and new values.
    pub fields: Vec<FieldChange>,
}

/// What is done to an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is created.
    Create,
    /// It is brought up to date.
    Update,
    /// It is closed as completed.
    Close,
    /// It is closed as not planned.
    Drop,
    /// It is opened again.
    Reopen,
    /// It is taken over.
    Adopt,
    /// It is closed as a duplicate of one that another run made meanwhile.
    CloseDuplicate,
}

/// The change of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// The issue.
    pub issue: Option<u64>,
    /// The status before and after, where it changes: as it is shown, which for a row that writes none is what its link remembers.
    pub status: Option<StatusMove>,
    /// Whether its link is written.
    pub link: bool,
}

/// A status before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatusMove {
    /// Before.
    pub old: Status,
    /// After.
    pub new: Status,
}

/// A difference between a row and its issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// The issue.
    pub issue: Option<u64>,
    /// Its page.
    pub url: Option<String>,
    /// The field; `status` for the status.
    pub field: String,
    /// Whose the field is: `document` or `github`.
    pub owner: &'static str,
    /// The document's value.
    pub document: String,
    /// GitHub's value.
    pub github: String,
    /// The commands that settle it.
    pub settle: Settle,
    #[serde(skip)]
    shown: Shown,
}

/// The commands that settle a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settle {
    /// For the document's value; none where GitHub has no such state, or the issue or the document isn't pm-sync's to push.
    pub document: Option<String>,
    /// For GitHub's value.
    pub github: String,
}

/// A difference in the words of the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    field: String,
    document: String,
    github: String,
}

/// What was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// What was to be done.
    pub action: Action,
    /// Why it wasn't.
    pub reason: String,
}

impl Report {
    /// What a plan would do.
    pub fn of_plan(plan: &Plan, inputs: Inputs<'_>, language: Language) -> Report {
        let documents = plan
            .documents
            .iter()
            .map(|document| DocumentReport::of_plan(document, inputs, language))
            .collect();
        Report {
            dry_run: true,
            documents,
            problems: plan.problems.clone(),
            remaining: Vec::new(),
            limited: plan.remaining,
            pull_request: None,
        }
    }

    /// Whether there is anything to do or done.
    pub fn has_changes(&self) -> bool {
        self.documents
            .iter()
            .any(|d| !d.changes.is_empty() || !d.edits.is_empty() || d.progress)
    }

    /// The JSON of the contract.
    pub fn json(&self, language: Language) -> String {
        #[derive(Serialize)]
        struct DocumentJson<'a> {
            id: Option<&'a str>,
            path: &'a str,
            waits: Option<&'static str>,
            skipped_done: usize,
            progress: bool,
        }
        #[derive(Serialize)]
        struct SettledJson<'a> {
            kept: &'static str,
            #[serde(flatten)]
            difference: &'a Difference,
        }
        #[derive(Serialize)]
        struct Json<'a> {
            schema: &'static str,
            dry_run: bool,
            documents: Vec<DocumentJson<'a>>,
            changes: Vec<&'a Change>,
            edits: Vec<&'a Edit>,
            drift: Vec<&'a Difference>,
            conflicts: Vec<&'a Difference>,
            settled: Vec<SettledJson<'a>>,
            problems: Vec<ProblemJson<'a>>,
            remaining: Vec<&'a Remaining>,
            limited: usize,
            #[serde(skip_serializing_if = "Option::is_none")]
            pull_request: Option<&'a crate::write_back::Outcome>,
        }
        let documents = self.documents.iter().map(|d| DocumentJson {
            id: d.id.as_deref(),
            path: &d.path,
            waits: d.waits.map(|waits| match waits {
                Waits::State(_) => "state",
                Waits::Template => "template",
                Waits::NoId => "no-id",
                Waits::IdTwice => "id-twice",
            }),
            skipped_done: d.skipped_done,
            progress: d.progress,
        });
        let settled = self.documents.iter().flat_map(|d| &d.settled);
        to_json(&Json {
            schema: SCHEMA,
            dry_run: self.dry_run,
            documents: documents.collect(),
            changes: self.documents.iter().flat_map(|d| &d.changes).collect(),
            edits: self.documents.iter().flat_map(|d| &d.edits).collect(),
            drift: self.documents.iter().flat_map(|d| &d.drift).collect(),
            conflicts: self.documents.iter().flat_map(|d| &d.conflicts).collect(),
            settled: settled
                .map(|(side, difference)| SettledJson {
                    kept: side_name(*side),
                    difference,
                })
                .collect(),
            problems: self.problems.iter().map(|p| p.json(language)).collect(),
            remaining: self.remaining.iter().collect(),
            limited: self.limited,
            pull_request: self.pull_request.as_ref(),
        })
    }

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
        if let Some(outcome) = &self.pull_request {
            out.push_str(&outcome.text(language));
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
        let progress = self.documents.iter().filter(|d| d.progress).count();
        add(
            progress,
            "進捗の更新",
            format!("{} of progress", counted(progress, "region")),
        );
        if parts.is_empty() {
            let agree =
                self.problems.is_empty() && self.documents.iter().all(|d| d.waits.is_none());
            return match agree {
                true => language.pick(
                    "変更はありません。文書と Issue は一致しています。",
                    "Nothing to do: documents and issues agree.",
                ),
                false => language.pick("変更はありません。", "Nothing to do."),
            }
            .to_owned();
        }
        let list = parts.join(language.pick("、", ", "));
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
    fn of_plan(document: &DocumentPlan, inputs: Inputs<'_>, language: Language) -> DocumentReport {
        let loaded = &inputs.documents[document.document];
        let mut report = DocumentReport::new(document, inputs);
        for plan in &document.items {
            let item = &loaded.postmortem.items[plan.item];
            let row = report.row(item);
            report.findings(plan, &row, language);
            if let Some(change) = &plan.change {
                report
                    .changes
                    .extend(changes(change, &row, plan.issue, None));
            }
            if let Some(edit) = &plan.edit {
                report.edits.push(edit_of(edit, item, row, plan.issue));
            }
        }
        report.progress = document.progress.is_some();
        report
    }

    /// A report of a document with nothing said of its items yet.
    pub fn new(document: &DocumentPlan, inputs: Inputs<'_>) -> DocumentReport {
        let postmortem = &inputs.documents[document.document].postmortem;
        DocumentReport {
            id: postmortem.id.as_ref().map(ToString::to_string),
            title: postmortem.title.clone(),
            path: postmortem.path.clone(),
            waits: document
                .waits
                .filter(|_| inputs.options.push && !postmortem.items.is_empty()),
            skipped_done: document.skipped_done,
            changes: Vec::new(),
            edits: Vec::new(),
            progress: false,
            drift: Vec::new(),
            conflicts: Vec::new(),
            settled: Vec::new(),
            text: None,
        }
    }

    /// How an item of this document is named.
    pub fn row(&self, item: &ActionItem) -> Row {
        let id = self.id.as_deref().unwrap_or_default();
        Row {
            item: format!("{id}#{}", item.key),
            title: item.title.clone(),
            path: self.path.clone(),
            line: item.line,
        }
    }

    /// Takes over drift and conflicts of an item's plan.
    pub fn findings(&mut self, plan: &ItemPlan, row: &Row, language: Language) {
        let issue = || (plan.issue, plan.url.clone());
        let show = |finding: &Finding| difference(finding, row, issue(), language);
        self.drift.extend(plan.drift.iter().map(show));
        self.conflicts.extend(plan.conflicts.iter().map(show));
        self.settled.extend(
            plan.settled
                .iter()
                .map(|(side, finding)| (*side, show(finding))),
        );
    }

    /// Takes over what only showed when the issue was read right before its update.
    pub fn found_later(
        &mut self,
        drift: Vec<content::Difference>,
        conflicts: Vec<content::Difference>,
        row: &Row,
        issue: &Issue,
        language: Language,
    ) {
        let show = |found: content::Difference| {
            let (number, url) = (Some(issue.number), Some(issue.url.clone()));
            difference(&Finding::Content(found), row, (number, url), language)
        };
        for (known, found) in [(&mut self.drift, drift), (&mut self.conflicts, conflicts)] {
            for found in found.into_iter().map(show) {
                if !known.contains(&found) {
                    known.push(found);
                }
            }
        }
    }

    fn says_something(&self) -> bool {
        let DocumentReport {
            id: _,
            title: _,
            path: _,
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
                    &finding.shown.github,
                ),
                Side::GitHub => (
                    language.pick("GitHub を採用", "GitHub's value stands"),
                    &finding.shown.document,
                ),
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

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Document => "document",
        Side::GitHub => "github",
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

/// How a planned change is shown; `issue` and `url` as far as they are known.
pub fn changes(
    change: &IssueChange,
    row: &Row,
    issue: Option<u64>,
    url: Option<&str>,
) -> Vec<Change> {
    let one = |action, fields| Change {
        row: row.clone(),
        action,
        issue,
        url: url.map(str::to_owned),
        fields,
    };
    match change {
        IssueChange::Create { wanted, close } => {
            let fields = [
                (Field::Title, wanted.issue_title.clone()),
                (
                    Field::Priority,
                    wanted.priority.map(|p| p.to_string()).unwrap_or_default(),
                ),
                (
                    Field::Owners,
                    wanted
                        .owners
                        .iter()
                        .map(|o| o.written.clone())
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
                (
                    Field::Due,
                    wanted.due.map(|d| d.to_string()).unwrap_or_default(),
                ),
                (Field::Labels, wanted.all_labels().join(", ")),
            ];
            let fields = fields
                .into_iter()
                .filter(|(_, new)| !new.is_empty())
                .map(|(field, new)| FieldChange {
                    field,
                    old: String::new(),
                    new,
                })
                .collect();
            std::iter::once(one(Action::Create, fields))
                .chain(close.map(|dropped| {
                    one(
                        if dropped { Action::Drop } else { Action::Close },
                        Vec::new(),
                    )
                }))
                .collect()
        }
        IssueChange::Update {
            wanted: _,
            changes,
            state,
        } => {
            let update = (!changes.is_empty()).then(|| one(Action::Update, changes.clone()));
            let state = state.map(|state| {
                one(
                    match state {
                        StateMove::Close { dropped: false } => Action::Close,
                        StateMove::Close { dropped: true } => Action::Drop,
                        StateMove::Reopen => Action::Reopen,
                    },
                    Vec::new(),
                )
            });
            update.into_iter().chain(state).collect()
        }
        IssueChange::Adopt { .. } => vec![one(Action::Adopt, Vec::new())],
    }
}

/// How an edit of a row is shown.
pub fn edit_of(
    edit: &crate::item::edit::ItemEdit,
    item: &ActionItem,
    row: Row,
    issue: Option<u64>,
) -> Edit {
    use crate::item::edit::LinkEdit;
    use crate::plan::status::Row as RowStatus;
    let old = item.shown_status();
    let memory = match &edit.link {
        Some(LinkEdit::Set { word, .. }) => *word,
        Some(LinkEdit::Remove) => None,
        None => item.memory(),
    };
    let status = RowStatus {
        status: edit.status.unwrap_or(item.status.status),
        notation: item.status.notation,
    };
    let new = shown(status, memory);
    // A link that is written for the first time brings a memory along, which is no change of status.
    let moved = old != new && (edit.status.is_some() || item.memory().is_some());
    Edit {
        row,
        issue,
        status: moved.then_some(StatusMove { old, new }),
        link: edit.link.is_some(),
    }
}

fn difference(
    finding: &Finding,
    row: &Row,
    (issue, url): (Option<u64>, Option<String>),
    language: Language,
) -> Difference {
    let path = quoted(&row.path);
    let difference = |field: String, owner: Side, document, github, settle, shown| Difference {
        row: row.clone(),
        issue,
        url: url.clone(),
        field,
        owner: side_name(owner),
        document,
        github,
        settle,
        shown,
    };
    match finding {
        Finding::Content(found) => difference(
            field_name(found.field),
            Side::Document,
            found.document.clone(),
            found.github.clone(),
            Settle {
                document: Some(format!("pm-sync push --prefer document {path}")),
                github: format!("pm-sync push --prefer github {path}"),
            },
            Shown {
                field: found.field.label(language).to_owned(),
                document: found.document.clone(),
                github: found.github.clone(),
            },
        ),
        Finding::Status {
            row: document,
            issue: word,
            row_can_decide,
        } => difference(
            "status".to_owned(),
            Side::GitHub,
            document.as_str().to_owned(),
            word.as_str().to_owned(),
            Settle {
                document: row_can_decide.then(|| format!("pm-sync push --status {path}")),
                github: format!("pm-sync pull --prefer github {path}"),
            },
            Shown {
                field: language.pick("ステータス", "status").to_owned(),
                document: document.label(language).to_owned(),
                github: word_label(*word, language).to_owned(),
            },
        ),
    }
}

/// GitHub's state in the reader's language.
fn word_label(word: IssueWord, language: Language) -> &'static str {
    match word {
        IssueWord::Open => language.pick("オープン", "open"),
        IssueWord::Reopened => language.pick("再オープン", "reopened"),
        IssueWord::InProgress => language.pick("進行中", "in progress"),
        IssueWord::Blocked => language.pick("保留", "blocked"),
        IssueWord::Done => language.pick("完了としてクローズ", "closed as completed"),
        IssueWord::Dropped => language.pick("対応しないとしてクローズ", "closed as not planned"),
    }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || "/._-+=,@%:".contains(c);
    if path.chars().all(harmless) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// The field's name in JSON.
fn field_name(field: Field) -> String {
    serde_json::to_value(field)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
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
    for FieldChange { field, old, new } in &change.fields {
        out.push_str(&format!(
            "      {} {} → {}\n",
            styled(DIM, &format!("{}:", field.label(language))),
            value(old, language),
            value(new, language)
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
    keep(
        out,
        language.pick("GitHub に合わせる:", "keep GitHub's:"),
        &settle.github,
    );
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
