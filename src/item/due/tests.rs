//! Tables of what people write, and laws that hold for any text and any date.

mod dates;
mod laws;
mod missing;
mod relative;

use chrono::NaiveDate;

use super::{Due, read};

/// A Wednesday.
const REFERENCE: &str = "2025-01-15";

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date of the test itself")
}

/// How the tables write a [`Due`]: `~` for a relative date.
fn show(due: &Due) -> String {
    match due {
        Due::On {
            date,
            relative: false,
        } => date.to_string(),
        Due::On {
            date,
            relative: true,
        } => format!("~{date}"),
        Due::Recurring => "recurring".to_owned(),
        Due::Missing { placeholder: true } => "placeholder".to_owned(),
        Due::Missing { placeholder: false } => "empty".to_owned(),
        Due::NeedsReference => "needs reference".to_owned(),
        Due::Unreadable => "unreadable".to_owned(),
    }
}

/// Checks every row before it fails, so that one run shows all that is wrong.
fn check(reference: Option<&str>, rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, wanted)| {
            let got = show(&read(text, reference.map(date)));
            (got != *wanted).then(|| format!("{text:?}: wanted {wanted}, got {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
