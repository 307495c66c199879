//! Findings as a Markdown digest: to paste, to post, and for the summary of a job.
//!
//! A digest is cut at whole lines where it would be longer than its reader takes, and says how much is missing. It mentions nobody: who
//! is told of what is for whoever posts it to decide.

use super::problems;
use super::text::{background, counts, nothing};
use super::{Finding, FindingKind, Findings};
use crate::config::Language;
use crate::github::body::{cut, harmless};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 120;

/// Room for the lines that follow the findings, in bytes.
const ENDING: usize = 2_000;

/// The digest in at most `limit` bytes.
pub fn markdown(findings: &Findings, language: Language, limit: usize) -> String {
    let title = language.pick("ポストモーテムのフォローアップ", "Postmortem follow-up");
    let mut out = format!("## {title}: {}\n\n", findings.today);
    let counts = counts(findings, language);
    if counts.is_empty() {
        out.push_str(&harmless(&nothing(findings, language)));
        out.push('\n');
    } else {
        let counts: Vec<String> = counts
            .into_iter()
            .map(|(kind, text)| match kind {
                FindingKind::Overdue => format!("**{text}**"),
                _ => text,
            })
            .collect();
        out.push_str(&counts.join(language.pick("、", ", ")));
        out.push('\n');
    }
    if let Some(problems) = problems::counts(findings, language) {
        out.push_str(&format!("\n**{}**\n", harmless(&problems)));
    }
    let mut left_out = 0;
    for kind in FindingKind::ALL {
        let found: Vec<&Finding> = findings.of(kind).collect();
        if found.is_empty() {
            continue;
        }
        let (heading, row): (String, fn(&Finding, Language) -> String) = match kind {
            FindingKind::Overdue | FindingKind::DueSoon | FindingKind::AtRisk => {
                (dated_heading(kind, language), dated_row)
            }
            _ => (plain_heading(kind, language), plain_row),
        };
        let room = limit.saturating_sub(ENDING);
        if left_out == 0 && out.len() + heading.len() < room {
            out.push_str(&heading);
        } else {
            left_out += found.len();
            continue;
        }
        for finding in found {
            let row = row(finding, language);
            if left_out == 0 && out.len() + row.len() < room {
                out.push_str(&row);
            } else {
                left_out += 1;
            }
        }
    }
    left_out += problem_rows(&mut out, findings, language, limit.saturating_sub(ENDING));
    if left_out > 0 {
        out.push_str(&language.pick(
            format!("\n…ほか {left_out} 件\n"),
            format!("\n… and {left_out} more\n"),
        ));
    }
    out.push_str(&format!(
        "\n{}\n",
        harmless(&background(findings, language).join(" · "))
    ));
    out
}

/// What could not be read or settled, below the findings; answers how many rows had no room.
fn problem_rows(out: &mut String, findings: &Findings, language: Language, room: usize) -> usize {
    let rows = findings.problems.iter().map(|problem| {
        let mut what = harmless(&problem.kind.message(language));
        let hint = problem.kind.hint(language);
        if !hint.is_empty() {
            what.push_str(&format!("<br>→ {}", harmless(&hint)));
        }
        row(&[code(&problem.place()), what])
    });
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return 0;
    }
    let heading = language.pick(
        "\n### 読み取れなかったもの\n\n| 場所 | 内容 |\n|---|---|\n",
        "\n### Could not be read or settled\n\n| Where | What |\n|---|---|\n",
    );
    if out.len() + heading.len() >= room {
        return findings.problems.len();
    }
    out.push_str(heading);
    let mut left_out = 0;
    for row in rows {
        if left_out == 0 && out.len() + row.len() < room {
            out.push_str(&row);
        } else {
            left_out += 1;
        }
    }
    left_out
}

fn dated_heading(kind: FindingKind, language: Language) -> String {
    let columns = language.pick(
        "| 項目 | 担当 | 優先度 | 状況 | Issue |",
        "| Item | Owner | Priority | Due | Issue |",
    );
    format!(
        "\n### {}\n\n{columns}\n|---|---|---|---|---|\n",
        kind.label(language)
    )
}

fn dated_row(finding: &Finding, language: Language) -> String {
    let Some(item) = &finding.item else {
        return String::new();
    };
    row(&[
        name(finding),
        harmless(&item.owners.join(language.pick("、", ", "))),
        item.priority.map_or(String::new(), |p| p.to_string()),
        finding.message(language),
        issue(finding),
    ])
}

fn plain_heading(kind: FindingKind, language: Language) -> String {
    let columns = language.pick(
        "| 項目 | 担当 | 状況 | Issue |",
        "| Item | Owner | What | Issue |",
    );
    format!(
        "\n### {}\n\n{columns}\n|---|---|---|---|\n",
        kind.label(language)
    )
}

fn plain_row(finding: &Finding, language: Language) -> String {
    let owners = finding
        .item
        .iter()
        .flat_map(|item| item.owners.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(language.pick("、", ", "));
    let mut what = harmless(&finding.message(language));
    if finding.kind == FindingKind::Drift
        && let Some(difference) = &finding.difference
    {
        for command in &difference.settle {
            what.push_str(&format!("<br>{}", code(command)));
        }
    }
    row(&[name(finding), harmless(&owners), what, issue(finding)])
}

/// `PM-042#3 Title`, or the postmortem.
fn name(finding: &Finding) -> String {
    let title = match &finding.item {
        Some(item) => &item.title,
        None => &finding.postmortem.title,
    };
    format!(
        "**{}** {}",
        harmless(&finding.name()),
        harmless(&cut(title, LONGEST_TITLE))
    )
}

/// A link to the issue where it has one, else where it is written.
fn issue(finding: &Finding) -> String {
    let issue = finding.item.as_ref().and_then(|item| item.issue.as_ref());
    match issue.map(|issue| (issue.number, &issue.url)) {
        Some((Some(number), Some(url))) if linkable(url) => format!("[#{number}]({url})"),
        Some((Some(number), _)) => format!("#{number}"),
        Some((None, Some(url))) if linkable(url) => format!("<{url}>"),
        _ => code(&format!("{}:{}", finding.postmortem.path, finding.line)),
    }
}

/// Whether an address can stand in a link as it is.
fn linkable(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && url
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[]|\\\"`".contains(c))
}

/// A text as code; what would end the code is left out.
fn code(text: &str) -> String {
    let inner: String = text
        .chars()
        .filter(|c| !c.is_control() && *c != '`')
        .collect();
    format!("`{inner}`")
}

/// A row of a table; a bar in a cell would begin the next.
fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| cell.replace("\\|", "|").replace('|', "\\|"))
        .collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_what_they_are_given() {
        assert_eq!(row(&["a|b".into(), "c\\|d".into()]), "| a\\|b | c\\|d |\n");
        assert_eq!(code("a`b\u{1b}c"), "`abc`");
        assert!(linkable("https://github.com/octo-org/service/issues/12"));
        for bad in [
            "javascript:alert(1)",
            "https://a/b)c",
            "https://a b",
            "https://a|b",
        ] {
            assert!(!linkable(bad), "{bad}");
        }
    }
}
