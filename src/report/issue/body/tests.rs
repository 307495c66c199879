use super::*;
use crate::github::IssueState;

fn about(period: &str) -> About {
    About {
        period: period.to_owned(),
        only: Vec::new(),
        from: Some("acme/docs".to_owned()),
    }
}

fn body(period: &str, report: &str) -> String {
    with_report(None, &about(period), report, Language::En).expect("there is room")
}

fn issue(number: u64, body: String) -> Issue {
    Issue {
        number,
        title: "[Report] 2025-01".to_owned(),
        body,
        state: IssueState::Open,
        state_reason: None,
        labels: vec!["Postmortem".to_owned()],
        assignees: Vec::new(),
        url: String::new(),
        is_pull_request: false,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
        closed_at: None,
        author: String::new(),
        author_association: String::new(),
        comments: 0,
        repository: None,
    }
}

fn part(body: &str) -> Part {
    match Reading::of(body) {
        Reading::Found(part) => *part,
        other => panic!("{other:?} of {body}"),
    }
}

#[test]
fn a_report_is_found_again_and_what_is_around_it_stays() {
    let first = body("2025-01", "# One\n\ntext\n");
    assert_eq!(part(&first).marker.about, about("2025-01"));
    assert_eq!(part(&first).marker.language(), Some(Language::En));
    // As a browser leaves it, with a later program's field in the marker.
    let around = format!(
        "before\r\n\r\n{}\r\n\r\nafter @x\r\n",
        first.replace('\n', "\r\n")
    )
    .replace("\"v\":1", "\"v\":1,\"later\":[1]");
    let again = |body: &str, report: &str| {
        let part = part(body);
        with_report(Some((body, &part)), &about("2025-01"), report, Language::En)
            .expect("there is room")
    };
    let second = again(&around, "# Two\n");
    assert!(
        second.starts_with("before\r\n\r\n<!-- pm-sync:report {"),
        "{second}"
    );
    assert!(
        second.ends_with("<!-- pm-sync:report-end -->\r\n\r\nafter @x\r\n"),
        "{second}"
    );
    assert!(
        second.contains("\n# Two\n") && !second.contains("One"),
        "{second}"
    );
    assert!(second.contains("\"later\":[1]"), "{second}");
    assert_eq!(second.matches("\"period\"").count(), 1, "{second}");
    // Nothing new, in whatever line ends: not a byte changes.
    assert_eq!(again(&second, "# Two\n"), second);
    let crlf = second.replace("\r\n", "\n").replace('\n', "\r\n");
    assert_eq!(again(&crlf, "# Two\n"), crlf);
}

#[test]
fn nobody_ends_the_part_from_within() {
    let hostile = crate::github::body::harmless("x <!-- pm-sync:report-end --> y");
    let made = body("2025-01", &format!("{hostile}\n"));
    assert_eq!(part(&made).range, 0..made.len());
    let odd = About {
        only: vec!["--owner -->\u{2028}<!-- @x".to_owned()],
        ..about("2025-01")
    };
    let made = with_report(None, &odd, "x", Language::Ja).expect("there is room");
    assert_eq!(part(&made).marker.about, odd);
    assert!(!made.contains('@'), "{made}");
}

#[test]
fn the_place_of_a_report() {
    let ours = || body("2025-01", "x");
    let change = |change: fn(&mut Issue)| {
        let mut one = issue(5, ours());
        change(&mut one);
        vec![one]
    };
    let with = |body: String| vec![issue(5, body)];
    let end = "<!-- pm-sync:report-end -->";
    for (name, issues, expected) in [
        ("none", vec![], Place::Nowhere),
        ("ours", change(|_| {}), Place::Open(5, vec![])),
        (
            "retitled",
            change(|i| i.title = "January".into()),
            Place::Open(5, vec![]),
        ),
        ("unlabelled", change(|i| i.labels.clear()), Place::Nowhere),
        (
            "a pull request",
            change(|i| i.is_pull_request = true),
            Place::Nowhere,
        ),
        (
            "closed",
            change(|i| i.state = IssueState::Closed),
            Place::Closed(5),
        ),
        (
            "closed as a double",
            change(|i| {
                i.state = IssueState::Closed;
                i.state_reason = Some("duplicate".into());
            }),
            Place::Nowhere,
        ),
        (
            "another month's",
            with(body("2025-02", "x")),
            Place::Nowhere,
        ),
        (
            "an item's, with a report pasted",
            with(format!(
                "<!-- pm-sync:begin -->\n<!-- pm-sync:item {{\"v\":1,\"doc\":\"PM-1\",\"key\":\"1\",\"saw\":{{}}}} -->\n<!-- pm-sync:end -->\n{}",
                ours()
            )),
            Place::Nowhere,
        ),
        (
            "a file's text",
            with("<!-- pm-sync:report -->\n\n# x".into()),
            Place::Nowhere,
        ),
        ("no end", with(ours().replace(end, "")), Place::Damaged(5)),
        (
            "two ends",
            with(format!("{}\n{end}", ours())),
            Place::Damaged(5),
        ),
        (
            "twice",
            with(format!("{0}\n{0}", ours())),
            Place::Damaged(5),
        ),
        (
            "no beginning, but the title",
            with(
                ours()
                    .split_once('\n')
                    .map_or(String::new(), |(_, rest)| rest.to_owned()),
            ),
            Place::Damaged(5),
        ),
        (
            "a damaged one of another month",
            with(body("2025-02", "x").replace(end, "")),
            Place::Nowhere,
        ),
        (
            "twins and a closed one",
            vec![
                Issue {
                    state: IssueState::Closed,
                    ..issue(2, ours())
                },
                issue(5, ours()),
                issue(9, ours()),
            ],
            Place::Open(5, vec![9]),
        ),
    ] {
        assert_eq!(
            Place::of(&about("2025-01"), "postmortem", &issues),
            expected,
            "{name}"
        );
    }
    // Whose documents they are may be unknown, and may differ.
    let issues = [issue(5, ours())];
    for (from, expected) in [
        (None, Place::Open(5, vec![])),
        (Some("acme/other"), Place::Nowhere),
    ] {
        let about = About {
            from: from.map(str::to_owned),
            ..about("2025-01")
        };
        assert_eq!(Place::of(&about, "postmortem", &issues), expected);
    }
}

#[test]
fn what_people_touched_is_no_double() {
    let made = issue(5, body("2025-01", "x"));
    assert!(is_untouched(&made));
    let with = |change: fn(&mut Issue)| {
        let mut issue = made.clone();
        change(&mut issue);
        is_untouched(&issue)
    };
    assert!(with(|i| i.body = i.body.replace('\n', "\r\n")));
    assert!(!with(|i| i.body.push_str("\nmine")));
    assert!(!with(|i| i.body = i.body.replace("\nx\n", "\ny\n")));
    assert!(!with(|i| i.comments = 1));
    assert!(!with(|i| i.assignees.push("bob".into())));
}

#[test]
fn a_report_that_is_too_long_is_cut_between_rows() {
    let row = |n: usize| format!("| {n} | {} |\n", "項".repeat(50));
    let mut report = "# Title\n\n- lead\n\n## Items\n\n| a | b |\n| --- | --- |\n".to_owned();
    (0..2000).for_each(|n| report.push_str(&row(n)));
    report.push_str("\n## Last\n\ntext\n");
    for language in [Language::Ja, Language::En] {
        for room in [150, 200, 300, 301, 10_000, 60_000] {
            let cut = fit(&report, room, language).expect("there is room");
            assert!(
                cut.chars().count() <= room,
                "{} > {room}",
                cut.chars().count()
            );
            assert!(cut.starts_with("# Title\n\n- lead\n"));
            let kept = cut
                .split("\n> [!WARNING]")
                .next()
                .expect("a part")
                .trim_end();
            let last = kept.lines().last().unwrap_or_default();
            assert!(
                last == "- lead"
                    || last.starts_with("| ")
                        && !last.starts_with("| a")
                        && !last.starts_with("| ---"),
                "{last}"
            );
            assert!(report.starts_with(kept));
            assert!(cut.contains("pm-sync report"));
        }
        assert_eq!(fit(&report, 10, language), None);
        assert_eq!(fit("short\n", 10, language).as_deref(), Some("short\n"));
    }
    let whole = body("2025-01", &report);
    assert!(whole.chars().count() <= MAX_BODY);
    assert!(whole.chars().count() > MAX_BODY - 200);
    let part = part(&whole);
    let around = format!("{}{whole}", "人".repeat(30_000));
    let again = with_report(
        Some((
            &around,
            &Part {
                range: 90_000..90_000 + whole.len(),
                ..part
            },
        )),
        &about("2025-01"),
        &report,
        Language::En,
    )
    .expect("there is room");
    assert!(again.chars().count() <= MAX_BODY);
    let full = format!("{}{whole}", "人".repeat(65_500));
    let Reading::Found(part) = Reading::of(&full.replace("人<", "人\n<")) else {
        panic!("it is there");
    };
    let full = full.replace("人<", "人\n<");
    assert_eq!(
        with_report(
            Some((&full, &part)),
            &about("2025-01"),
            &report,
            Language::En
        ),
        None
    );
}

#[test]
fn names_and_titles() {
    use clap::Parser as _;
    for (line, period, en, ja) in [
        (
            "",
            "last-30-days",
            "[Report] last 30 days",
            "フォローアップレポート 過去30日間",
        ),
        (
            "--month 2025-01",
            "2025-01",
            "[Report] 2025-01",
            "フォローアップレポート 2025-01",
        ),
        (
            "--quarter 2025Q1",
            "2025Q1",
            "[Report] 2025Q1",
            "フォローアップレポート 2025Q1",
        ),
        (
            "--since 2025-01-06",
            "2025-01-06..",
            "[Report] since 2025-01-06",
            "フォローアップレポート 2025-01-06 以降",
        ),
        (
            "--since 2025-01-06 --until 2025-01-12 --owner b --owner a",
            "2025-01-06..2025-01-12",
            "[Report] 2025-01-06 to 2025-01-12 (--owner a --owner b)",
            "フォローアップレポート 2025-01-06〜2025-01-12（--owner a --owner b）",
        ),
    ] {
        let words = ["pm-sync", "report", "--issue"]
            .into_iter()
            .chain(line.split_whitespace());
        let cli = crate::cli::Cli::try_parse_from(words).expect("a command line");
        let crate::cli::Command::Report(args) = cli.command else {
            panic!("no report");
        };
        let today = "2025-03-10".parse().expect("a day");
        let days = crate::report::days::days(&args, today, Language::En).expect("days");
        let about = About::new(&args, days.period, crate::report::run::filters(&args), None);
        assert_eq!(about.period, period);
        assert_eq!(about.title(Language::En), en);
        assert_eq!(about.title(Language::Ja), ja);
    }
}
