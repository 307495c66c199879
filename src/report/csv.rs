//! The items of a report as RFC 4180, one row each, for spreadsheets. The words are the JSON's in every language; no cell is a formula.

use csv::{Terminator, WriterBuilder};

use super::model::{Report, Row};
use crate::output::plain;

/// The header. Columns are only ever added, behind these.
pub(super) const HEADER: [&str; 19] = [
    "postmortem",
    "path",
    "key",
    "title",
    "owners",
    "kind",
    "priority",
    "state",
    "status",
    "due",
    "days_late",
    "created",
    "closed",
    "days_to_done",
    "slips",
    "slip_days",
    "last_activity",
    "issue",
    "url",
];

/// The items of a report.
pub fn csv(report: &Report) -> String {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let rows = report.items.iter().map(cells);
    let mut bytes = Vec::new();
    // Every row has as many cells, and memory takes all that is written: none of this can fail.
    if writer.write_record(HEADER).is_ok()
        && rows
            .map(|row| writer.write_record(row))
            .all(|row| row.is_ok())
        && let Ok(written) = writer.into_inner()
    {
        bytes = written;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn cells(row: &Row) -> [String; 19] {
    let Row {
        postmortem,
        path,
        key,
        title,
        owners,
        kind,
        priority,
        state,
        status,
        due,
        days_late,
        created,
        closed,
        days_to_done,
        slips,
        slip_days,
        last_activity,
        issue,
    } = row;
    let number = issue.as_ref().and_then(|issue| issue.number);
    let url = issue.as_ref().and_then(|issue| issue.url.as_deref());
    [
        text(postmortem.as_deref().unwrap_or_default()),
        text(path),
        text(key),
        text(title),
        text(&owners.join(", ")),
        word(kind.map(|kind| kind.as_str())),
        word(priority.map(|priority| priority.as_str())),
        state.as_str().to_owned(),
        word(status.map(|status| status.as_str())),
        shown(*due),
        shown(*days_late),
        shown(*created),
        shown(*closed),
        shown(*days_to_done),
        shown(*slips),
        shown(*slip_days),
        shown(*last_activity),
        shown(number),
        text(url.unwrap_or_default()),
    ]
}

fn word(word: Option<&'static str>) -> String {
    word.unwrap_or_default().to_owned()
}

/// Days and counts, none of them negative; what is unknown is empty.
fn shown(value: Option<impl ToString>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// A text from people. Behind an apostrophe spreadsheets don't take it for a formula
/// (<https://owasp.org/www-community/attacks/CSV_Injection>); they look behind spaces, and some take full-width signs too.
fn text(text: &str) -> String {
    let formula = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠'
        )
    };
    // A tab or a line break at the beginning is taken out with all control characters, but counts.
    let first = text.trim_start_matches(' ').chars().next();
    let plain = plain(text);
    let seen = plain.trim_start().chars().next();
    if first.is_some_and(formula) || seen.is_some_and(formula) {
        format!("'{plain}")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn no_text_is_a_formula() {
        for (given, expected) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@alice", "'@alice"),
            (" =1", "' =1"),
            ("\t=1", "'=1"),
            ("\rx", "'x"),
            ("\u{202e}=1", "'=1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("アラート", "アラート"),
            ("", ""),
        ] {
            assert_eq!(text(given), expected, "{given:?}");
        }
    }
}
