//! How findings are printed: for people, for pages, for workflows and for calendars.

use icalendar::{Calendar, Component, DatePerhapsTime};
use unicode_width::UnicodeWidthStr;

use crate::common::World;
use crate::{ENGLISH, JAPANESE, rows};

fn world(language: &'static str) -> World {
    let (name, text) = match language {
        "ja" => ("042.md", JAPANESE),
        _ => ("007.md", ENGLISH),
    };
    let mut world = World::of(name, text);
    world.today = "2025-01-20".to_owned();
    world.language = language;
    world
}

#[test]
fn a_terminal_shows_the_most_pressing_first() {
    let ran = world("en")
        .run_with("check --offline", &[("COLUMNS", "80")])
        .exits(1);
    assert_eq!(
        ran.stdout,
        "\
Overdue (1)
  @alice
    3 days  PM-007#1  Mend the fallback
            P0 · due 2025-01-17 · in progress · postmortems/007.md:11

Due soon (1)
  Platform team
    in 3 days  PM-007#2  Add an alert on queue depth
               P1 · due 2025-01-23 · postmortems/007.md:12

At risk (1)
  @bob
    in 15 days  PM-007#3  Rehearse the failover
                P1 · due 2025-02-04 by policy · 15 of 30 days gone
                postmortems/007.md:13

Review due (1)
    1 day  PM-007  Checkout cache outage
           \"Follow-up review\" was due 1 day ago (2025-01-19), with 6 of 8 items
           open · postmortems/007.md:20

Late postmortem (1)
    13 days  PM-007  Checkout cache outage
             still a draft 13 days after it was due (high: within 2 days of
             recovery) · postmortems/007.md:1

No due date (1)
  @carol
    PM-007#4  Review the capacity plan
    postmortems/007.md:14

No owner (1)
    PM-007#5  Tidy the runbook
    postmortems/007.md:15

Extension without a reason (1)
  @carol
    PM-007#6  Renegotiate the contract
    extended to 2025-02-28 without a reason · postmortems/007.md:16

1 overdue, 1 due soon, 1 at risk, 1 review due, 1 late postmortem,
1 without a due date, 1 without an owner, 1 extension without a reason
6 open of 8 items in 1 document · 1 extended · next due 2025-01-23
2025-01-20 (UTC) · status as the documents say
"
    );
}

#[test]
fn japanese_says_the_same() {
    let ran = world("ja")
        .run_with("check --offline", &[("COLUMNS", "80")])
        .exits(1);
    ran.prints(&[
        "期限切れ (1)\n  @alice\n    3日超過  PM-042#1  退避手順を直す\n             P0 · 期限 2025-01-17 · 進行中 · postmortems/042.md:11\n",
        "期限間近 (1)\n  基盤チーム\n    あと3日  PM-042#2  監視を足す\n",
        "未着手のまま (1)\n  @bob\n    あと15日  PM-042#3  復旧訓練をする\n              P1 · 期限 2025-02-04（目安） · 30日中15日経過\n",
        "レビューの時期 (1)\n",
        "「2週間後レビュー」（2025-01-19）から 1 日たちました。",
        "ポストモーテムの遅れ (1)\n",
        "期限なし (1)\n  @carol\n    PM-042#4  容量計画を見直す\n",
        "担当なし (1)\n    PM-042#5  手順書を整える\n",
        "期限が 2025-02-28 に延長されていますが、理由が書かれていません",
        "期限切れ 1 件、期限間近 1 件、",
        "文書 1 件、アクション 8 件のうち未完了 6 件 · 期限延長 1 件",
    ]);
}

#[test]
fn lines_fit_and_a_pipe_gets_no_colour() {
    for language in ["en", "ja"] {
        let long = "長い題名が続くとどうなるかを確かめるための項目で、監視と通知と復旧の手順を全部まとめて見直す";
        let world = world(language);
        world.write(
            "postmortems/001.md",
            &rows(&format!("| 1 | {long} {long} | 決済基盤チームの全員とその上長、@alice | 2025-01-10 | P1 | 対応中 |\n")),
        );
        for width in ["40", "60", "80", "120"] {
            let ran = world.run_with("check --offline", &[("COLUMNS", width)]);
            let width: usize = width.parse().expect("a number");
            for line in ran.stdout.lines() {
                assert!(line.width() <= width, "{} > {width}: {line}", line.width());
            }
            assert!(!ran.stdout.contains('\u{1b}'));
        }
        let coloured = world.run("--color always check --offline").stdout;
        assert!(
            coloured.contains("\u{1b}[31m") || coloured.contains("\u{1b}[1m\u{1b}[31m"),
            "{coloured:?}"
        );
    }
}

#[test]
fn nothing_late_is_said_calmly() {
    for (language, words) in [
        (
            "en",
            "Nothing is late.\n1 open of 1 item in 1 document · next due 2025-06-30",
        ),
        (
            "ja",
            "遅れているものはありません。\n文書 1 件、アクション 1 件のうち未完了 1 件 · 次の期限 2025-06-30",
        ),
    ] {
        let mut world = World::of(
            "001.md",
            &rows("| 1 | Mend it | @alice | 2025-06-30 | P2 | Todo |\n"),
        );
        world.language = language;
        let ran = world.run("check --offline").exits(0);
        assert!(ran.stdout.starts_with(words), "{}", ran.stdout);
        let empty = World::of("001.md", "# Postmortem: PM-1 x\n");
        empty
            .run("check --offline")
            .exits(0)
            .prints(&["Nothing is late.", "0 open of 0 items in 1 document"]);
    }
}

#[test]
fn a_digest_is_a_page_that_pings_nobody() {
    let ran = world("en")
        .run("check --offline --format markdown")
        .exits(1);
    let ran = ran.prints(&[
        "## Postmortem follow-up: 2025-01-20\n\n**1 overdue**, 1 due soon, ",
        "### Overdue\n\n| Item | Owner | Priority | Due | Issue |\n|---|---|---|---|---|\n",
        "Mend the fallback | @<!-- -->alice | P0 | 3 days overdue (due 2025-01-17) | `postmortems/007.md:11` |",
        "### Extension without a reason",
    ]);
    // Every row of a table has as many cells as its header.
    let mut columns = 0;
    for line in ran.stdout.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        if line.starts_with("| Item") {
            columns = bars;
        } else if line.starts_with('|') {
            assert_eq!(bars, columns, "{line}");
        }
    }
    let ran = world("ja")
        .run("check --offline --format markdown")
        .exits(1);
    ran.prints(&[
        "## ポストモーテムのフォローアップ: 2025-01-20",
        "**期限切れ 1 件**、期限間近 1 件",
        "| 項目 | 担当 | 優先度 | 状況 | Issue |",
    ]);
}

#[test]
fn titles_can_not_break_out_of_a_digest() {
    let mut world = World::of(
        "001.md",
        &rows(
            "| 1 | <img src=x onerror=alert(1)> [x](javascript:alert(1)) `a\\|b` @everyone fixes #12 | @alice | 2025-01-01 | P1 | Todo |\n",
        ),
    );
    world.today = "2025-01-20".to_owned();
    let out = world
        .run("check --offline --format markdown")
        .exits(1)
        .stdout;
    assert!(!out.contains("<img"), "{out}");
    assert!(!out.contains("](javascript"), "{out}");
    assert!(!out.contains("@everyone") && !out.contains(" #12"), "{out}");
}

#[test]
fn a_workflow_gets_annotations_and_a_summary() {
    let world = world("en");
    let summary = world.path("summary.md");
    std::fs::write(&summary, "Before\n").expect("written");
    let variables = [("GITHUB_STEP_SUMMARY", summary.to_str().expect("a path"))];
    let ran = world
        .run_with("check --offline --format github", &variables)
        .exits(1);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "::error file=postmortems/007.md,line=11,title=PM-007#1 Overdue::Mend the fallback: 3 days overdue (due 2025-01-17)%0AOwner: @alice"
    );
    assert!(
        lines[1].starts_with("::warning file=postmortems/007.md,line=12,"),
        "{}",
        lines[1]
    );
    assert!(
        lines[7].starts_with("::notice file=postmortems/007.md,line=16,"),
        "{}",
        lines[7]
    );
    assert_eq!(lines.len(), 9);
    let written = std::fs::read_to_string(&summary).expect("there");
    assert!(
        written.starts_with("Before\n\n## Postmortem follow-up: 2025-01-20\n"),
        "{written}"
    );
    assert!(written.contains("Mend the fallback"));
    // Other formats leave it alone.
    world.run_with("check --offline", &variables).exits(1);
    assert_eq!(std::fs::read_to_string(&summary).expect("there"), written);
    // Somebody else's summary that can't be written hides nothing.
    let bad = [("GITHUB_STEP_SUMMARY", "/nowhere/at/all")];
    world
        .run_with("check --offline --format github", &bad)
        .exits(1)
        .prints(&["::error "])
        .warns(&["GITHUB_STEP_SUMMARY"]);
}

#[test]
fn annotations_name_files_from_the_top_of_the_checkout() {
    let world = World::new();
    std::fs::create_dir_all(world.path(".git")).expect("a folder");
    world.write("docs/ops/pm-sync.toml", "");
    world.write(
        "docs/ops/postmortems/a: b,%.md",
        &rows("| 1 | 100%: mend it::now | @alice | 2025-01-01 | P1 | Todo |\n"),
    );
    let mut command = world.command();
    command
        .current_dir(world.path("docs/ops"))
        .args(["check", "--offline", "--format", "github"]);
    let ran = crate::common::ran(command.output().expect("it runs")).exits(1);
    ran.prints(&["::error file=docs/ops/postmortems/a%3A b%2C%25.md,line=9,title=PM-001#1 Overdue::100%25: mend it::now: 7 days overdue"]);
}

#[test]
fn a_summary_keeps_to_github_s_limit() {
    let mut text = String::new();
    for key in 1..=6000 {
        text.push_str(&format!("| {key} | Something rather long to fill the page with, number {key}, that somebody has to do before long | @alice | 2025-01-01 | P1 | Todo |\n"));
    }
    let world = World::of("001.md", &rows(&text));
    let summary = world.path("summary.md");
    let variables = [("GITHUB_STEP_SUMMARY", summary.to_str().expect("a path"))];
    world
        .run_with("check --offline --format github", &variables)
        .exits(1);
    let once = std::fs::read_to_string(&summary).expect("there");
    assert!(
        once.len() > 900_000 && once.len() <= 1024 * 1024,
        "{}",
        once.len()
    );
    assert!(once.contains("\n… and "), "it says how much is missing");
    assert!(once.trim_end().ends_with("status as the documents say"));
    // A second run finds no room, and leaves what is there.
    world
        .run_with("check --offline --format github", &variables)
        .exits(1);
    assert!(std::fs::metadata(&summary).expect("there").len() <= 1024 * 1024);
}

fn events(text: &str) -> Vec<(String, String, String, u32)> {
    let calendar: Calendar = text.parse().expect("a calendar");
    calendar
        .events()
        .map(|event| {
            let day = match event.get_start() {
                Some(DatePerhapsTime::Date(day)) => day.to_string(),
                other => panic!("no all-day event: {other:?}"),
            };
            (
                event.get_uid().expect("a UID").to_owned(),
                day,
                event.get_summary().expect("a summary").to_owned(),
                event.get_sequence().expect("a sequence"),
            )
        })
        .collect()
}

#[test]
fn a_calendar_can_be_subscribed_to() {
    let mut world = world("en");
    let text = world
        .run("check --offline --format ics --fail-on never")
        .exits(0)
        .stdout;
    let event = |uid: &str, day: &str, title: &str, moves| {
        (
            format!("{uid}@octo-org-service.pm-sync"),
            day.to_owned(),
            title.to_owned(),
            moves,
        )
    };
    let read = events(&text);
    assert_eq!(
        read,
        [
            event(
                "PM-007-1",
                "2025-01-17",
                "[PM-007#1] Mend the fallback (P0)",
                0
            ),
            event(
                "PM-007-review-1",
                "2025-01-19",
                "[PM-007] Follow-up review",
                0
            ),
            event(
                "PM-007-2",
                "2025-01-23",
                "[PM-007#2] Add an alert on queue depth (P1)",
                0
            ),
            event(
                "PM-007-3",
                "2025-02-04",
                "[PM-007#3] Rehearse the failover (P1)",
                0
            ),
            event(
                "PM-007-6",
                "2025-02-28",
                "[PM-007#6] Renegotiate the contract (P2)",
                1
            ),
            event(
                "PM-007-5",
                "2025-03-31",
                "[PM-007#5] Tidy the runbook (P3)",
                0
            ),
        ]
    );
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(text.matches("\r\n").count(), text.matches('\n').count());
    assert_eq!(text.matches("PRODID").count(), 1);
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{line}");
    }
    // Another day, the same bytes: subscribers see no change where there is none.
    world.today = "2025-06-01".to_owned();
    assert_eq!(
        world
            .run("check --offline --format ics --fail-on never")
            .stdout,
        text
    );
    // A deadline that moves keeps its event; what is done goes.
    let moved = ENGLISH
        .replace(
            "2025-01-17 | P0 | In progress | |",
            "2025-01-17 | P0 | In progress | Extended to 2025-02-01: vendor |",
        )
        .replace("| P1 | Todo |", "| P1 | Done |");
    world.write("postmortems/007.md", &moved);
    let read = events(
        &world
            .run("check --offline --format ics --fail-on never")
            .stdout,
    );
    assert!(
        read.contains(&event(
            "PM-007-1",
            "2025-02-01",
            "[PM-007#1] Mend the fallback (P0)",
            1
        )),
        "{read:?}"
    );
    assert!(
        !read.iter().any(|(uid, ..)| uid.starts_with("PM-007-2@")),
        "{read:?}"
    );
}

#[test]
fn a_japanese_calendar_is_read_back_whole() {
    let world = world("ja");
    let text = world
        .run("check --offline --format ics --fail-on never")
        .exits(0)
        .stdout;
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let titles: Vec<String> = events(&text)
        .into_iter()
        .map(|(_, _, title, _)| title)
        .collect();
    assert!(
        titles.contains(&"[PM-042] 2週間後レビュー".to_owned()),
        "{titles:?}"
    );
    let calendar: Calendar = text.parse().expect("a calendar");
    let described = calendar
        .events()
        .filter_map(|event| event.get_description())
        .any(|text| text.contains("担当: 基盤チーム"));
    assert!(described, "{text}");
    let long = "、".repeat(10) + &"とても長い題名;と,区切り\\文字".repeat(20);
    world.write(
        "postmortems/001.md",
        &rows(&format!(
            "| 1 | 題名{long} | @alice | 2025-01-10 | P1 | Todo |\n"
        )),
    );
    let text = world
        .run("check --offline --format ics --fail-on never")
        .exits(0)
        .stdout;
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    assert!(
        events(&text)
            .iter()
            .any(|(uid, ..)| uid.starts_with("PM-001-1@"))
    );
}

#[test]
fn a_format_that_a_command_can_not_print_is_refused() {
    let world = world("en");
    for (command, format) in [
        ("list", "markdown"),
        ("push", "ics"),
        ("doctor", "github"),
        ("link PM-007#1 2", "ics"),
    ] {
        world
            .run(&format!("{command} --format {format}"))
            .exits(2)
            .warns(&[
                &format!("can't print `--format {format}`"),
                "it can print: text, json",
            ]);
    }
    assert_eq!(world.requests(), [""; 0]);
    world
        .run_with("list --format ics", &[("LANG", "ja")])
        .exits(2)
        .warns(&["使える形式: text、json"]);
}
