//! Findings for a workflow on GitHub: an annotation on the line of each, and a line that counts them.
//!
//! Sources: GitHub's page on workflow commands for their form, its community discussion 26680 for their number: of a step's errors,
//! warnings and notices ten each are shown. That is why the most pressing come first, and the job's summary holds all of them.

use std::path::Path;

use super::problems::{self, is_unread};
use super::text::{counts, nothing};
use super::{Finding, FindingKind, Findings};
use crate::config::Language;
use crate::item::Problem;
use crate::output::plain;

/// GitHub takes 1 MiB of summary from a step, and nothing at all of more.
pub const SUMMARY_LIMIT: usize = 1024 * 1024;

/// The annotations, one a line. `path` makes a document's path one from the top of the checkout, as GitHub wants it.
pub fn annotations(
    findings: &Findings,
    language: Language,
    path: &dyn Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    for finding in &findings.findings {
        out.push_str(&annotation(finding, language, path));
        out.push('\n');
    }
    for problem in &findings.problems {
        out.push_str(&of_problem(problem, language, path));
        out.push('\n');
    }
    let counts: Vec<String> = counts(findings, language)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    out.push_str(&match counts.is_empty() {
        true => nothing(findings, language),
        false => counts.join(language.pick("、", ", ")),
    });
    if let Some(problems) = problems::counts(findings, language) {
        out.push_str(&format!("\n{problems}"));
    }
    out.push('\n');
    out
}

/// What could not be read or settled.
fn of_problem(problem: &Problem, language: Language, path: &dyn Fn(&str) -> String) -> String {
    let title = match is_unread(problem) {
        true => language.pick("読み取れない文書", "Could not be read"),
        false => language.pick("文書の問題", "Problem in the document"),
    };
    let mut message = problem.kind.message(language);
    let hint = problem.kind.hint(language);
    if !hint.is_empty() {
        message.push_str(&language.pick(format!("\n対処: {hint}"), format!("\nHint: {hint}")));
    }
    format!(
        "::warning file={},line={},title={}::{}",
        property(&path(&problem.path)),
        problem.line.max(1),
        property(title),
        data(&message)
    )
}

fn annotation(finding: &Finding, language: Language, path: &dyn Fn(&str) -> String) -> String {
    let command = match finding.kind {
        FindingKind::Overdue => "error",
        FindingKind::Drift if finding.is_pending() => "notice",
        FindingKind::DueSoon
        | FindingKind::AtRisk
        | FindingKind::Stale
        | FindingKind::Drift
        | FindingKind::ReviewDue
        | FindingKind::LatePostmortem => "warning",
        FindingKind::NoDue | FindingKind::NoOwner | FindingKind::WaiverUnreasoned => "notice",
    };
    let about = match &finding.item {
        Some(item) => &item.title,
        None => &finding.postmortem.title,
    };
    let mut message = format!("{about}: {}", finding.message(language));
    let owners = finding
        .item
        .iter()
        .flat_map(|item| item.owners.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(", ");
    if !owners.is_empty() {
        message.push_str(&language.pick(format!("\n担当: {owners}"), format!("\nOwner: {owners}")));
    }
    if let Some(url) = finding
        .item
        .as_ref()
        .and_then(|item| item.issue.as_ref()?.url.as_deref())
    {
        message.push_str(&format!("\n{url}"));
    }
    if let Some(hint) = finding.hint(language) {
        message.push_str(&language.pick(format!("\n対処: {hint}"), format!("\nHint: {hint}")));
    }
    let title = format!("{} {}", finding.name(), finding.kind.label(language));
    format!(
        "::{command} file={},line={},title={}::{}",
        property(&path(&finding.postmortem.path)),
        finding.line.max(1),
        property(&title),
        data(&message)
    )
}

/// The text of a command: what would end its line is encoded.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(plain).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// A property of a command: also what would end the property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A document's path from the top of the checkout, with slashes; as it is where it lies elsewhere.
pub(super) fn from_top(file: &Path, top: Option<&Path>, shown: &str) -> String {
    match top.and_then(|top| file.strip_prefix(top).ok()) {
        Some(inside) => inside
            .iter()
            .map(|part| part.to_string_lossy())
            .collect::<Vec<_>>()
            .join("/"),
        None => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("50%\r\nof a: b, c::d"), "50%25%0Aof a: b, c::d");
        assert_eq!(
            property("a:b,c%\n::error::"),
            "a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3A"
        );
        assert_eq!(data("a\u{1b}[31mb"), "a[31mb");
    }

    #[test]
    fn paths_begin_at_the_top_of_the_checkout() {
        let file = Path::new("/repo/docs/postmortems/a.md");
        let top = Some(Path::new("/repo"));
        assert_eq!(from_top(file, top, "a.md"), "docs/postmortems/a.md");
        assert_eq!(from_top(file, Some(Path::new("/other")), "a.md"), "a.md");
        assert_eq!(from_top(file, None, "a.md"), "a.md");
    }
}
