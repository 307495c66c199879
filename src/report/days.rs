//! The days that the command line asks for.

use chrono::NaiveDate;

use super::period::{Period, USUAL_DAYS};
use crate::Failure;
use crate::cli::ReportArgs;
use crate::config::Language;

/// The days of a report and the day whose state it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WhichDays {
    pub(crate) period: Period,
    pub(crate) as_of: NaiveDate,
    pub(crate) today: NaiveDate,
}

/// What the command line says about days.
pub(crate) fn days(
    args: &ReportArgs,
    today: NaiveDate,
    language: Language,
) -> Result<WhichDays, Failure> {
    let wrong = |ja: String, en: String, hint: (&str, &str)| {
        let hint = language.pick(hint.0, hint.1).to_owned();
        Err(Failure::usage(language.pick(ja, en), Some(hint)))
    };
    if let Some(as_of) = args.as_of.filter(|as_of| *as_of > today) {
        return wrong(
            format!("--as-of {as_of} は未来の日付です（今日は {today}）"),
            format!("--as-of {as_of} is in the future (today is {today})"),
            ("今日までの日付を指定してください", "name a day up to today"),
        );
    }
    // Where no end is given, the days end with the one whose state is told.
    let last = args.until.or(args.as_of).unwrap_or(today);
    let period = match (args.month, args.quarter, args.since) {
        (Some(month), ..) => month.0,
        (None, Some(quarter), _) => quarter.0,
        (None, None, None) => Period::last(USUAL_DAYS, last),
        (None, None, Some(since)) if args.until.is_none() && since > last => Period::last(1, since),
        (None, None, Some(since)) => match Period::between(since, last) {
            Some(period) => period,
            None => {
                return wrong(
                    format!("--since {since} が --until {last} より後です"),
                    format!("--since {since} is after --until {last}"),
                    ("日付を入れ替えてください", "swap them"),
                );
            }
        },
    };
    let since = period.span.since;
    if since > today {
        return wrong(
            format!(
                "期間 {}〜{} はまだ始まっていません（今日は {today}）",
                since, period.span.until
            ),
            format!(
                "the period {since} to {} has not begun (today is {today})",
                period.span.until
            ),
            ("過去の期間を指定してください", "name a period of the past"),
        );
    }
    let usual = match args.offline {
        // Documents know no other day.
        true => today,
        false => today.min(period.span.until),
    };
    let as_of = args.as_of.unwrap_or(usual);
    if as_of < since {
        return wrong(
            format!("--as-of {as_of} が期間の最初の日 {since} より前です"),
            format!("--as-of {as_of} is before the period's first day, {since}"),
            (
                "期間内かそれより後の日付を指定してください",
                "name a day in the period or after it",
            ),
        );
    }
    if args.offline && as_of != today {
        return wrong(
            format!(
                "--offline では {as_of} の状態はわかりません（文書からわかるのは今日の状態だけです）"
            ),
            format!("--offline can't know the state of {as_of}: documents tell today's alone"),
            (
                "--as-of か --offline を外してください",
                "leave out --as-of or --offline",
            ),
        );
    }
    Ok(WhichDays {
        period,
        as_of,
        today,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    fn at(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn parsed(line: &str) -> ReportArgs {
        use clap::Parser as _;
        let words = ["pm-sync", "report"]
            .into_iter()
            .chain(line.split_whitespace());
        match crate::cli::Cli::try_parse_from(words).map(|cli| cli.command) {
            Ok(crate::cli::Command::Report(args)) => args,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn days_of_the_command_line() {
        let today = at("2025-03-10");
        for (line, span, as_of) in [
            ("", "2025-02-09..2025-03-10", "2025-03-10"),
            ("--month 2025-01", "2025-01-01..2025-01-31", "2025-01-31"),
            ("--month 2025-03", "2025-03-01..2025-03-31", "2025-03-10"),
            ("--quarter 2025Q1", "2025-01-01..2025-03-31", "2025-03-10"),
            ("--since 2025-03-01", "2025-03-01..2025-03-10", "2025-03-10"),
            ("--until 2025-01-30", "2025-01-01..2025-01-30", "2025-01-30"),
            (
                "--since 2025-01-05 --until 2025-01-05",
                "2025-01-05..2025-01-05",
                "2025-01-05",
            ),
            (
                "--month 2025-01 --as-of 2025-02-10",
                "2025-01-01..2025-01-31",
                "2025-02-10",
            ),
            (
                "--month 2025-01 --offline",
                "2025-01-01..2025-01-31",
                "2025-03-10",
            ),
            ("--as-of 2025-01-30", "2025-01-01..2025-01-30", "2025-01-30"),
            (
                "--since 2025-01-10 --as-of 2025-01-12",
                "2025-01-10..2025-01-12",
                "2025-01-12",
            ),
        ] {
            let got = days(&parsed(line), today, Language::En).expect("days");
            assert_eq!(got.period.span.to_string(), span, "{line}");
            assert_eq!(got.as_of, at(as_of), "{line}");
        }
        for (line, message) in [
            ("--month 2025-04", "has not begun"),
            ("--since 2025-03-11", "has not begun"),
            ("--since 2025-02-02 --until 2025-02-01", "is after --until"),
            ("--as-of 2025-03-11", "in the future"),
            (
                "--month 2025-01 --as-of 2024-12-31",
                "before the period's first day",
            ),
            (
                "--since 2025-03-05 --as-of 2025-03-01",
                "before the period's first day",
            ),
            ("--offline --as-of 2025-03-01", "can't know"),
        ] {
            let failure = days(&parsed(line), today, Language::En).expect_err(line);
            assert_eq!(failure.exit, Exit::Usage);
            assert!(failure.message.contains(message), "{}", failure.message);
            assert!(failure.hint.is_some());
        }
    }
}
