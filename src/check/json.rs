//! Findings for programs, in the schema that all commands share.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Checked, Filter, Finding, Findings, Source};
use crate::config::Language;
use crate::item::Problem;
use crate::item::problem::ProblemJson;
use crate::list::{SCHEMA, to_json};

#[derive(Serialize)]
struct CheckJson<'a> {
    schema: &'static str,
    today: NaiveDate,
    timezone: &'a str,
    source: Source,
    checked: Checked,
    /// What the findings were narrowed to; null where all were asked for.
    only: Option<&'a Filter>,
    findings: Vec<FindingJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    message: String,
    hint: Option<String>,
}

/// The JSON of the contract: `{schema, today, findings, problems}`, with the words of each finding in the run's language.
pub fn json(findings: &Findings, problems: &[Problem], language: Language) -> String {
    to_json(&CheckJson {
        schema: SCHEMA,
        today: findings.today,
        timezone: findings.timezone.name(),
        source: findings.source,
        checked: findings.checked,
        only: Some(&findings.only).filter(|only| !only.is_open()),
        findings: findings
            .findings
            .iter()
            .map(|finding| FindingJson {
                finding,
                message: finding.message(language),
                hint: finding.hint(language),
            })
            .collect(),
        problems: problems.iter().map(|p| p.json(language)).collect(),
    })
}
