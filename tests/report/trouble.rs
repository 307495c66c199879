//! Bad input: days that can't be, documents with nothing, titles out to hurt.

use crate::common::World;
use crate::year::world;

#[test]
fn days_that_cannot_be_are_refused_in_both_languages() {
    let mut world = World::of("001.md", "# PM-001 x\n");
    for (line, en, ja) in [
        ("--month 2025-02", "has not begun", "まだ始まっていません"),
        (
            "--since 2025-01-05 --until 2025-01-04",
            "is after --until",
            "より後です",
        ),
        ("--as-of 2025-01-09", "in the future", "未来の日付"),
        (
            "--month 2025-01 --as-of 2024-12-31",
            "before the period's first day",
            "より前です",
        ),
        (
            "--offline --as-of 2025-01-07",
            "can't know the state",
            "わかりません",
        ),
    ] {
        for (language, expected) in [("en", en), ("ja", ja)] {
            world.language = language;
            world
                .run(&format!("report {line}"))
                .exits(2)
                .warns(&[expected]);
        }
    }
    for line in [
        "--month 2025-13",
        "--quarter 2025Q5",
        "--since yesterday",
        "--month 2025-01 --quarter 2025Q1",
        "--month 2025-01 --since 2025-01-01",
        "--kind other",
        "--force",
        "--format ics",
    ] {
        world.run(&format!("report {line}")).exits(2);
    }
    assert!(world.requests().is_empty());
}

#[test]
fn no_documents_and_documents_with_nothing() {
    let world = World::new();
    world
        .run("report --offline")
        .exits(2)
        .warns(&["postmortems"]);
    world.write("postmortems/001.md", "# PM-001 x\n\n**Date**: 2025-01-02\n");
    world.write(
        "postmortems/template.md",
        "# PM-000 Template\n\n- [ ] fill in\n",
    );
    for line in ["report", "report --offline"] {
        let got = world
            .run(line)
            .exits(0)
            .prints(&["There was no action item", "Postmortems"]);
        assert!(!got.stdout.contains("Overdue items"), "{}", got.stdout);
    }
    let csv = world.run("report --format csv").exits(0).stdout;
    assert_eq!(csv.lines().count(), 1);
}

#[test]
fn what_can_not_be_read_is_told_beside_the_report() {
    let world = World::of(
        "001.md",
        "# PM-001 x\n\n**Date**: 2025-01-02\n\n## Action items\n\n| Action | Due |\n|---|---|\n| Fix it | someday |\n",
    );
    std::fs::write(world.path("postmortems/bad.md"), b"\xff\xfe\x00").expect("written");
    let got = world.run("report --offline").exits(0);
    let got = got.warns(&["postmortems/bad.md", "`pm-sync list` shows it"]);
    assert!(!got.stderr.contains("someday"));
    let json = world.run("report --offline --format json").exits(0).json();
    assert_eq!(json["problems"].as_array().map(Vec::len), Some(2), "{json}");
}

#[test]
fn an_owner_whom_nobody_knows_is_said() {
    let mut world = world();
    for (language, owner, says) in [
        (
            "en",
            "alise",
            "name an owner `alise`\n  hint: did you mean `@alice`?",
        ),
        ("en", "@Zoe", "name an owner `@Zoe`\n"),
        ("ja", "SREのチーム", "「SREチーム」のことですか"),
    ] {
        world.language = language;
        world
            .run(&format!("report --month 2025-01 --offline --owner {owner}"))
            .exits(0)
            .warns(&[says]);
    }
    for owner in ["alice", "@ALICE", "SRE"] {
        let got = world.run(&format!("report --offline --owner {owner}"));
        assert!(!got.exits(0).stderr.contains("owner"), "{owner}");
    }
}

/// Half a minute, most of it asleep: a read is tried five times.
#[test]
fn a_server_out_of_reach_is_said() {
    let mut world = world();
    world.language = "ja";
    let got = world.run_with(
        "report --month 2025-01",
        &[("GITHUB_API_URL", "http://127.0.0.1:9")],
    );
    let got = got.exits(3).warns(&["--offline"]);
    assert!(got.stdout.is_empty() && !got.stderr.contains("sandbox-token"));
}

#[test]
fn a_report_of_nothing_is_a_report_in_every_format() {
    let mut world = World::of("001.md", "# PM-001 x\n\n**Date**: 2025-01-02\n");
    for (language, says) in [
        ("en", "There was no action item"),
        ("ja", "アクションアイテムはありません"),
    ] {
        world.language = language;
        for format in ["text", "markdown", "html"] {
            let line = format!("report --month 2025-01 --format {format}");
            let got = world.run(&line).exits(0).prints(&[says]).stdout;
            // Of nothing there is nothing good or bad to say.
            for news in [
                "Nothing is left open",
                "未完了の項目はありません",
                "NaN",
                "inf",
            ] {
                assert!(!got.contains(news), "{news} is in\n{got}");
            }
        }
    }
}

/// Whatever people write, it stays text.
#[test]
fn titles_out_to_hurt_stay_titles() {
    let titles = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "@SUM(A1)",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "a \u{1b}[31mred\u{1b}[0m \u{202e}gnp.exe \u{7}",
        "**bold** [link](javascript:alert(1)) `code` <!-- x -->",
        "@alice fixes #1 and GH-2",
    ];
    let mut text = "# PM-001 x\n\n**Date**: 2025-01-02\n\n## Action items\n\n| # | Action | Owner | Due |\n|---|---|---|---|\n".to_owned();
    for (at, title) in titles.iter().enumerate() {
        let cell = title.replace('|', "\\|");
        text.push_str(&format!("| {} | {cell} | @bob | 2025-01-03 |\n", at + 1));
    }
    let world = World::of("001.md", &text);
    for format in ["text", "markdown", "json", "csv", "html"] {
        for color in ["never", "always"] {
            let got = world
                .run(&format!(
                    "report --offline --format {format} --color {color}"
                ))
                .exits(0)
                .stdout;
            // The colours are ours; nothing of anybody else's reaches the terminal.
            assert!(!got.contains(['\u{202e}', '\u{7}']), "{got}");
            assert!(!got.contains("\u{1b}[31mred"), "{got}");
            if color == "never" {
                assert!(!got.contains('\u{1b}'), "{got}");
            }
        }
    }
    let csv = world.run("report --offline --format csv").exits(0).stdout;
    for line in csv.lines().skip(1) {
        for cell in line.split(',') {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
        }
    }
    assert!(csv.lines().all(|line| csv.contains(&format!("{line}\r\n"))));
    let markdown = world
        .run("report --offline --format markdown")
        .exits(0)
        .stdout;
    let html = world.run("report --offline --format html").exits(0).stdout;
    for harm in ["<script", "<img", "onerror=alert(1)>", "href=\"javascript"] {
        assert!(!html.contains(harm), "{harm} is in\n{html}");
    }
    assert!(
        html.contains("=cmd|") && html.contains("PM-001#7"),
        "{html}"
    );
    for harm in ["<script", "<img", "](javascript", "@alice", "#1 ", "GH-2"] {
        assert!(!markdown.contains(harm), "{harm} is in\n{markdown}");
    }
}

#[test]
fn lines_fit_eighty_columns() {
    let mut world = world();
    for language in ["en", "ja"] {
        world.language = language;
        for columns in ["80", "60", "200"] {
            let got = world
                .run_with("report --month 2025-01", &[("COLUMNS", columns)])
                .exits(0)
                .stdout;
            let most = columns.parse::<usize>().expect("a number").min(80);
            for line in got.lines() {
                let width = unicode_width::UnicodeWidthStr::width(line);
                assert!(width <= most, "{width} columns: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}
