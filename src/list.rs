//! `list`: the action items as a table for people and as JSON for programs. Pure: what is late is told by the `today` it is given.

use chrono::{Days, NaiveDate};
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::config::{Language, WantedOwners};
use crate::item::link::Target;
use crate::item::problem::ProblemJson;
use crate::item::{ActionItem, Postmortem, Problem, Status, Waiver};
use crate::output::{BAD, BOLD, DIM, WARN, plain, styled};

/// Which items to show; what is empty lets all pass.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only what is not closed.
    pub open: bool,
    /// Only what is late.
    pub overdue: bool,
    /// Only these owners.
    pub owners: WantedOwners,
    /// Only these priorities.
    pub priorities: Vec<String>,
    /// Only these statuses.
    pub statuses: Vec<String>,
}

impl Filter {
    /// Whether an item passes.
    pub fn accepts(&self, item: &ActionItem, today: NaiveDate) -> bool {
        let Filter {
            open,
            overdue,
            owners,
            priorities,
            statuses,
        } = self;
        (!open || !item.shown_status().is_closed())
            && (!overdue || item.is_overdue(today))
            && owners.accept(&item.owners)
            && (priorities.is_empty()
                || item.priority.is_some_and(|p| {
                    priorities
                        .iter()
                        .any(|w| w.eq_ignore_ascii_case(p.as_str()))
                }))
            && (statuses.is_empty() || statuses.iter().any(|s| s == item.shown_status().as_str()))
    }
}

#[derive(Serialize)]
struct ListJson<'a> {
    schema: &'static str,
    postmortems: Vec<PostmortemJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct PostmortemJson<'a> {
    id: Option<String>,
    title: &'a str,
    path: &'a str,
    date: Option<NaiveDate>,
    date_source: Option<crate::item::DateSource>,
    severity: Option<&'static str>,
    state: Option<&'static str>,
    language: Language,
    items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    key: &'a str,
    title: &'a str,
    owners: &'a [String],
    due: Option<NaiveDate>,
    due_text: Option<&'a str>,
    priority: Option<&'static str>,
    kind: Option<&'static str>,
    status: &'static str,
    overdue: bool,
    issue: Option<IssueJson>,
    form: crate::item::Form,
    line: usize,
    #[serde(skip_serializing_if = "<[Waiver]>::is_empty")]
    waivers: &'a [Waiver],
}

#[derive(Serialize)]
struct IssueJson {
    number: Option<u64>,
    url: Option<String>,
}

/// The name of the JSON schema.
pub const SCHEMA: &str = "pm-sync/1";

/// The JSON of the contract.
pub fn json(
    postmortems: &[(&Postmortem, Vec<&ActionItem>)],
    problems: &[Problem],
    today: NaiveDate,
    language: Language,
    issue_base: Option<&str>,
) -> String {
    let postmortems = postmortems
        .iter()
        .map(|(postmortem, shown)| PostmortemJson {
            id: postmortem.id.as_ref().map(ToString::to_string),
            title: &postmortem.title,
            path: &postmortem.path,
            date: postmortem.date,
            date_source: postmortem.date_source,
            severity: postmortem.severity.map(|s| s.as_str()),
            state: postmortem.state.map(|s| s.as_str()),
            language: postmortem.language,
            items: shown
                .iter()
                .map(|item| item_json(item, today, issue_base))
                .collect(),
        })
        .collect();
    let list = ListJson {
        schema: SCHEMA,
        postmortems,
        problems: problems.iter().map(|p| p.json(language)).collect(),
    };
    to_json(&list)
}

/// Pretty JSON with a line end.
pub fn to_json(value: &impl Serialize) -> String {
    // Our own structs of strings, numbers and lists: nothing in them can fail to serialise.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn item_json<'a>(item: &'a ActionItem, today: NaiveDate, issue_base: Option<&str>) -> ItemJson<'a> {
    ItemJson {
        key: &item.key,
        title: &item.title,
        owners: &item.owners,
        due: item.due.date,
        due_text: item.due.text.as_deref(),
        priority: item.priority.map(|p| p.as_str()),
        kind: item.kind.map(|k| k.as_str()),
        status: item.shown_status().as_str(),
        overdue: item.is_overdue(today),
        issue: item
            .reference
            .as_ref()
            .map(|r| issue_json(&r.target, issue_base)),
        form: item.form,
        line: item.line,
        waivers: &item.waivers,
    }
}

fn issue_json(target: &Target, issue_base: Option<&str>) -> IssueJson {
    match target {
        Target::GitHub {
            url,
            number,
            repository,
        } => IssueJson {
            number: Some(*number),
            url: url.clone().or_else(|| match repository {
                Some(_) => None,
                None => issue_base.map(|base| format!("{base}/issues/{number}")),
            }),
        },
        Target::Other { url } => IssueJson {
            number: None,
            url: Some(url.clone()),
        },
    }
}

/// The table for people, `width` columns wide at most.
pub fn text(
    postmortems: &[(&Postmortem, Vec<&ActionItem>)],
    today: NaiveDate,
    language: Language,
    width: usize,
) -> String {
    let mut out = String::new();
    for (postmortem, items) in postmortems.iter().filter(|(_, items)| !items.is_empty()) {
        out.push_str(&heading(postmortem, language));
        out.push('\n');
        out.push_str(&table(items, today, language, width));
        out.push('\n');
    }
    out.push_str(&summary(postmortems, today, language));
    out.push('\n');
    out
}

fn heading(postmortem: &Postmortem, language: Language) -> String {
    let id = postmortem.id.as_ref().map_or_else(
        || language.pick("（IDなし）", "(no id)").to_owned(),
        ToString::to_string,
    );
    let facts: Vec<String> = [
        postmortem.severity.map(|s| s.as_str().to_owned()),
        postmortem.date.map(|d| d.to_string()),
        postmortem.state.map(|s| s.as_str().to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!("{} · ", facts.join(" · "))
    };
    format!(
        "{} {}  {}",
        styled(BOLD, &id),
        styled(BOLD, &plain(&postmortem.title)),
        styled(DIM, &format!("{facts}{}", plain(&postmortem.path)))
    )
}

fn table(items: &[&ActionItem], today: NaiveDate, language: Language, width: usize) -> String {
    let header = language.pick(
        [
            "#",
            "アクション",
            "担当",
            "期限",
            "優先度",
            "ステータス",
            "Issue",
        ],
        ["#", "Action", "Owner", "Due", "Priority", "Status", "Issue"],
    );
    let cells: Vec<[String; 7]> = items
        .iter()
        .map(|item| {
            [
                item.key.clone(),
                plain(&item.title),
                plain(&item.owners.join(", ")),
                item.due.date.map_or_else(
                    || plain(item.due.text.as_deref().unwrap_or("")),
                    |d| d.to_string(),
                ),
                item.priority.map_or(String::new(), |p| p.to_string()),
                item.shown_status().label(language).to_owned(),
                item.reference
                    .as_ref()
                    .map_or(String::new(), |r| match &r.target {
                        Target::GitHub { number, .. } => format!("#{number}"),
                        Target::Other { url } => plain(url),
                    }),
            ]
        })
        .collect();
    // Columns that say nothing for any item take no room.
    let used: Vec<usize> = (0..header.len())
        .filter(|&column| cells.iter().any(|row| !row[column].is_empty()))
        .collect();
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(100));
    table.set_header(used.iter().map(|&column| header[column]));
    for row in &cells {
        table.add_row(used.iter().map(|&column| row[column].as_str()));
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if at == 0 { 2 } else { 0 }, 2));
    }
    // A wrapped row goes on in lines whose first column, the key, is blank; the header is the first to begin.
    let mut begun = 0usize;
    table
        .lines()
        .map(|line| {
            if line.get(2..3).is_some_and(|c| c != " ") {
                begun += 1;
            }
            let style = match begun.checked_sub(2).and_then(|row| items.get(row)) {
                Some(item) => row_style(item, today),
                None => DIM,
            };
            styled(style, line.trim_end()) + "\n"
        })
        .collect()
}

/// Late is red, due within a week yellow, closed dim.
fn row_style(item: &ActionItem, today: NaiveDate) -> anstyle::Style {
    let soon = today.checked_add_days(Days::new(7)).unwrap_or(today);
    if item.shown_status().is_closed() {
        DIM
    } else if item.is_overdue(today) {
        BAD
    } else if item.due.date.is_some_and(|due| due <= soon) {
        WARN
    } else {
        anstyle::Style::new()
    }
}

fn summary(
    postmortems: &[(&Postmortem, Vec<&ActionItem>)],
    today: NaiveDate,
    language: Language,
) -> String {
    let items: Vec<&ActionItem> = postmortems
        .iter()
        .flat_map(|(_, items)| items.iter().copied())
        .collect();
    let documents = postmortems.len();
    if items.is_empty() {
        return language.pick(
            format!("アクションアイテムはありません（文書 {documents} 件）"),
            format!("no action items in {}", counted(documents, "document")),
        );
    }
    let by_status: Vec<String> = Status::ALL
        .iter()
        .map(|status| {
            (
                status,
                items.iter().filter(|i| i.shown_status() == *status).count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| {
            language.pick(
                format!("{} {count}", status.label(language)),
                format!("{count} {}", status.label(language)),
            )
        })
        .collect();
    let late = items.iter().filter(|i| i.is_overdue(today)).count();
    let late_text = match late {
        0 => String::new(),
        late => {
            let text = language.pick(format!("期限切れ {late} 件"), format!("{late} overdue"));
            language.pick("、", ", ").to_owned() + &styled(BAD, &text)
        }
    };
    language.pick(
        format!(
            "{} 件（{}）{late_text}（文書 {documents} 件）",
            items.len(),
            by_status.join("、")
        ),
        format!(
            "{} in {}: {}{late_text}",
            counted(items.len(), "action item"),
            counted(documents, "document"),
            by_status.join(", ")
        ),
    )
}

/// `1 document`, `2 documents`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// A problem in two lines: where and what, and how to mend it.
pub fn problem(problem: &Problem, language: Language) -> String {
    let word = language.pick("注意", "problem");
    let message = plain(&problem.kind.message(language));
    let hint = problem.kind.hint(language);
    let first = format!(
        "{}: {} {message} {}",
        styled(BOLD, &plain(&problem.place())),
        styled(WARN, &format!("{word}:")),
        styled(DIM, &format!("[{}]", problem.kind.code()))
    );
    if hint.is_empty() {
        first
    } else {
        format!(
            "{first}\n  {} {hint}",
            styled(DIM, language.pick("対処:", "hint:"))
        )
    }
}
