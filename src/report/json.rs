//! A report for programs: `docs/report.md` says what each field means. Fields are only ever added.

use serde::Serialize;

use super::model::Report;
use crate::config::Language;
use crate::item::Problem;
use crate::item::problem::ProblemJson;
use crate::list::{SCHEMA, to_json};

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    report: &'a Report,
    problems: Vec<ProblemJson<'a>>,
}

/// What `kind` says in the JSON of a report.
pub(super) const KIND: &str = "report";

/// The JSON of a report.
pub fn json(report: &Report, problems: &[Problem], language: Language) -> String {
    to_json(&ReportJson {
        schema: SCHEMA,
        kind: KIND,
        report,
        problems: problems
            .iter()
            .map(|problem| problem.json(language))
            .collect(),
    })
}
