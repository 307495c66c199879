//! `report --review`: the sheet of a follow-up meeting, and its record in the document.
//!
//! | item | due | what became of it by 2025-01-24 |
//! |---|---|---|
//! | PM-042#1 P0 @alice | 01-10 | done 01-09 |
//! | PM-042#2 P1 SREチーム | 01-15, put off to 01-18 and 01-20 | open, four days late |
//! | PM-042#3 P1 nobody | 02-20 | assigned to bob on GitHub, in progress |
//! | PM-042#4 | | nobody's, without a date |
//! | PM-042#5 P2 @bob | 01-26 | blocked |
//! | PM-042#6 P2 @carol | 02-28 | dropped 01-22 |
//! | PM-042#7 P2 @alice | 02-01 | closed on GitHub on 01-23, and not pulled since |

use pm_sync::sandbox::{GitHub, StateReason};

use crate::common::World;
use crate::snapshots::expect;
use crate::year::on;

pub(crate) const CARDS: &str = "# ポストモーテム: PM-042 カード決済の停止

**発生日時**: 2025-01-06 14:00
**重大度**: High

## アクションアイテム

| # | アクション | 担当 | 期限 | 優先度 | ステータス | 完了条件 |
|---|-----------|------|------|--------|-----------|---------|
| 1 | 接続の解放漏れを直す | @alice | 2025-01-10 | P0 | 未着手 | 1週間アラートがない |
| 2 | 接続数が上限の80%に達したら当番へ知らせるアラートを設定する | SREチーム | 2025-01-15 | P1 | 未着手 | |
| 3 | 負荷試験を毎週流す | | 2025-02-20 | P1 | 未着手 | |
| 4 | ベンダーに連絡する | | | | 未着手 | |
| 5 | フェイルオーバーを試す | @bob | 2025-01-26 | P2 | 保留 | |
| 6 | 古いジョブを止める \\| <b>全部</b> | @carol | 2025-02-28 | P2 | 未着手 | |
| 7 | 手順書を直す | @alice | 2025-02-01 | P2 | 未着手 | |

## 🔄 フォローアップ

### 1週間後レビュー（2025-01-13）
- [x] P0 の完了確認

### 2週間後レビュー（2025-01-20）
- [ ] すべてのアクションの完了確認
- [ ] 再発防止策の効果測定

### 1ヶ月後レビュー（2025-02-06）
- [ ] 効果測定

### 教訓化
- [ ] チェックリストに反映

---

## 👥 参加者

- @alice
- @bob
";

/// 2025-01-24: the second review is four days late.
fn world() -> World {
    let mut world = World::with(GitHub::new());
    world.configure("timezone = \"Asia/Tokyo\"\n[owners]\n\"SREチーム\" = [\"alice\"]");
    world.write("postmortems/042.md", CARDS);
    on(&mut world, "2025-01-07");
    world.run("push").exits(0);
    on(&mut world, "2025-01-09");
    world.people(|r| r.close_issue(1, StateReason::Completed));
    for (day, from, to) in [
        ("2025-01-14", "2025-01-15", "2025-01-18"),
        ("2025-01-17", "2025-01-18", "2025-01-20"),
    ] {
        on(&mut world, day);
        let moved = world
            .document("042.md")
            .replace(&format!("| {from} | P1"), &format!("| {to} | P1"));
        world.write("postmortems/042.md", &moved);
        world.run("push").exits(0);
    }
    on(&mut world, "2025-01-22");
    world.people(|r| {
        r.close_issue(6, StateReason::NotPlanned);
        r.comment(3, "bob", "Half of it runs.");
    });
    world.run("pull").exits(0);
    on(&mut world, "2025-01-23");
    world.people(|r| r.close_issue(7, StateReason::Completed));
    on(&mut world, "2025-01-24");
    world.requests();
    world
}

#[test]
fn the_sheet_in_every_format_and_both_languages() {
    let mut world = world();
    for language in ["en", "ja"] {
        world.language = language;
        for (format, ending) in [
            ("text", "txt"),
            ("markdown", "md"),
            ("json", "json"),
            ("html", "html"),
        ] {
            let got = world.run_with(
                &format!("report --review PM-042 --format {format}"),
                &[("COLUMNS", "80")],
            );
            expect(&format!("review.{language}.{ending}"), &got.exits(0).stdout);
        }
        let got = world.run_with("report --review pm-042 --offline", &[("COLUMNS", "80")]);
        expect(
            &format!("review.{language}.offline.txt"),
            &got.exits(0).stdout,
        );
    }
    // One listing for each of the eight, and nothing else.
    assert_eq!(world.requests(), ["GET /repos/octo-org/service/issues"; 8]);
}

/// What a document says of its items, and whatever else `list` reads.
fn listed(world: &World) -> serde_json::Value {
    let mut json = world.run("list --format json").exits(0).json();
    for postmortem in json["postmortems"].as_array_mut().expect("postmortems") {
        for item in postmortem["items"].as_array_mut().expect("items") {
            // Where an item stands may change; what it is may not.
            item["line"] = 0.into();
        }
    }
    json
}

#[test]
fn the_days_record_is_written_once_and_brought_up_to_date() {
    let mut world = world();
    let before = world.document("042.md");
    let read = listed(&world);
    let checked = world.run("check --format json").json();
    let run = "report --review PM-042 --write";
    world.language = "ja";
    let dry = world.run(&format!("{run} --dry-run")).exits(0);
    expect("review.ja.diff", &dry.stdout);
    let dry = dry.warns(&[
        "postmortems/042.md:27 に今日の記録を書きます（「2週間後レビュー（2025-01-20）」の下）",
    ]);
    assert!(!dry.stdout.contains("決めること"));
    assert_eq!(world.document("042.md"), before);
    world.language = "en";
    let got = world.run(run).exits(0);
    let got = got.warns(&[
        "wrote today's snapshot to postmortems/042.md:27, under \"2週間後レビュー（2025-01-20）\"",
    ]);
    assert!(got.stdout.starts_with("pm-sync Follow-up review: PM-042"));
    let written = world.document("042.md");
    expect("review.ja.snapshot.md", &written);
    assert_eq!(listed(&world), read);
    assert_eq!(
        world.run("check --format json").json()["findings"],
        checked["findings"]
    );
    // The second time there is nothing to do, whoever looks.
    world.language = "ja";
    world.run(run).exits(0).warns(&["今日の記録は最新です"]);
    assert_eq!(world.document("042.md"), written);
    assert_eq!(world.run(&format!("{run} --dry-run")).exits(0).stdout, "");
    // A pull writes into the rows and leaves the record alone; then the record says so too.
    world.language = "en";
    world.run("pull").exits(0);
    let pulled = world.document("042.md");
    assert_ne!(pulled, written);
    let region = |text: &str| {
        let from = text.find("<!-- pm-sync:review ").expect("a record");
        text[from..]
            .split("<!-- /pm-sync:review -->")
            .next()
            .map(str::to_owned)
    };
    assert_eq!(region(&pulled), region(&written));
    world.run(run).exits(0).warns(&["is up to date"]);
    world.people(|r| r.close_issue(3, StateReason::Completed));
    world
        .run(run)
        .exits(0)
        .warns(&["brought today's snapshot up to date"]);
    let updated = world.document("042.md");
    assert_ne!(region(&updated), region(&written));
    let outside = |text: &str| text.replace(&region(text).expect("a record"), "");
    assert_eq!(outside(&updated), outside(&pulled));
    world.run("push").exits(0);
    world.run("sync").exits(0);
    let synced = world.document("042.md");
    assert_eq!(region(&synced), region(&updated));
    // Another day gets another record, under the review of that day; the older one keeps every byte.
    on(&mut world, "2025-02-06");
    world
        .run(run)
        .exits(0)
        .warns(&["under \"1ヶ月後レビュー（2025-02-06）\""]);
    let later = world.document("042.md");
    assert_eq!(region(&later), region(&updated));
    assert_eq!(later.matches("<!-- pm-sync:review ").count(), 2);
    // With all of them held, it is recorded behind the parts of the section, under a heading of its own.
    let held = later.replace("- [ ]", "- [x]");
    world.write("postmortems/042.md", &held);
    on(&mut world, "2025-03-01");
    world
        .run(run)
        .exits(0)
        .warns(&["under \"🔄 フォローアップ\""]);
    let last = world.document("042.md");
    expect("review.ja.snapshots.md", &last);
    world.run(run).exits(0).warns(&["is up to date"]);
    let sheet = world
        .run("report --review PM-042 --format json")
        .exits(0)
        .json();
    assert_eq!(
        sheet["snapshots"],
        serde_json::json!(["2025-01-24", "2025-02-06", "2025-03-01"])
    );
    assert!(world.sandbox.unexpected().is_empty());
}

#[test]
fn a_document_without_a_follow_up_section_gets_one() {
    for (text, heading, language) in [
        (
            "# PM-001 Disk full\n\n## Action items\n\n- [ ] Alert before it is full (@alice, due 2025-01-20)\n",
            "## Follow-up review",
            "en",
        ),
        (
            "\u{feff}# PM-001 ディスクが一杯\r\n\r\n## アクションアイテム\r\n\r\n| # | アクション | 担当 | 期限 |\r\n|---|---|---|---|\r\n| 1 | 監視する | @alice | 2025-01-20 |  ",
            "## フォローアップレビュー",
            "ja",
        ),
    ] {
        let mut world = World::of("001.md", text);
        on(&mut world, "2025-01-24");
        let read = listed(&world);
        world
            .run("report --review PM-001 --write --offline")
            .exits(0);
        let written = world.document("001.md");
        expect(&format!("review.{language}.appended.md"), &written);
        assert!(written.contains(heading), "{written}");
        // Not one byte of what people wrote is lost, and nothing is added before the end.
        assert!(written.starts_with(text), "{written}");
        assert_eq!(written.ends_with('\n'), text.ends_with('\n'));
        if text.contains("\r\n") {
            assert!(!written.replace("\r\n", "").contains('\n'), "{written:?}");
        }
        assert_eq!(listed(&world), read);
        // The next day's goes into the same section.
        on(&mut world, "2025-01-25");
        world
            .run("report --review PM-001 --write --offline")
            .exits(0);
        let next = world.document("001.md");
        assert!(next.starts_with(&written), "{next}");
        assert_eq!(next.matches(heading).count(), 1);
    }
}

#[test]
fn damaged_copied_and_edited_records_are_left_alone() {
    let text = "# PM-001 Disk full\n\n## Action items\n\n- [ ] Alert before it is full (@alice, due 2025-01-20)\n\n## Follow-up\n";
    let mut world = World::of("001.md", text);
    on(&mut world, "2025-01-24");
    let run = "report --review PM-001 --write --offline";
    world.run(run).exits(0);
    let good = world.document("001.md");
    let record = good[good.find("<!--").expect("a record")..].to_owned();
    let changed = good.replace("todo", "todo, says Bob");
    for (text, en, ja) in [
        (
            good.replace("<!-- /pm-sync:review -->", ""),
            "postmortems/001.md:9: a review's snapshot has only one of its two markers",
            "目印が片方しかない",
        ),
        (
            good.replace(
                "<!-- pm-sync:review 2025-01-24",
                "<!-- pm-sync:review 24 January",
            ),
            "postmortems/001.md:9: the marker of a review's snapshot was changed",
            "目印が書き換えられている",
        ),
        (
            format!("{good}\n{record}"),
            "the snapshot of 2025-01-24 is also on line 9",
            "2025-01-24 のレビュー記録が 9 行目にもある",
        ),
    ] {
        world.write("postmortems/001.md", &text);
        for (language, message) in [("en", en), ("ja", ja)] {
            world.language = language;
            let got = world.run(run).exits(3).warns(&[message]);
            // The sheet is there all the same.
            assert!(got.stdout.contains("Alert before it is full"));
            assert_eq!(world.document("001.md"), text);
        }
        // However damaged, no row of a record is an action item.
        let items = listed(&world);
        let items = items["postmortems"][0]["items"].as_array().map(Vec::len);
        assert_eq!(items, Some(1), "{text}");
    }
    world.language = "en";
    // Somebody's note in the day's record stays, and is no reason to fail while there is nothing new to say.
    world.write("postmortems/001.md", &changed);
    world.run(run).exits(0).warns(&["up to date"]);
    assert_eq!(world.document("001.md"), changed);
    let moved = changed.replace("due 2025-01-20", "due 2025-03-20");
    world.write("postmortems/001.md", &moved);
    let got = world.run(run).exits(3);
    got.warns(&[
        "001.md:9: today's snapshot was edited by hand",
        "move your notes out",
    ]);
    assert_eq!(world.document("001.md"), moved);
    // A formatter's padding is no edit.
    let padded = good
        .replace("| --- |", "| :------ |")
        .replace(" todo", "   todo  ")
        .replace("due 2025-01-20", "due 2025-03-20");
    world.write("postmortems/001.md", &padded);
    world
        .run(run)
        .exits(0)
        .warns(&["brought today's snapshot up to date"]);
    // In a code block that is never closed it would not show.
    let open =
        "# PM-001 Disk full\n\n## Action items\n\n- [ ] Alert (@alice, due 2025-01-20)\n\n```\n";
    world.write("postmortems/001.md", open);
    world
        .run(run)
        .exits(3)
        .warns(&["would not show as a table", "a code block"]);
    assert_eq!(world.document("001.md"), open);
}

#[test]
fn which_document_is_meant() {
    let mut world = World::of("042.md", "# PM-042 x\n\nNothing yet.\n");
    for (name, id) in [
        ("043.md", "PM-043"),
        ("inc.md", "INC-2025-001"),
        ("a.md", "PM-100"),
        ("b.md", "PM-100"),
    ] {
        world.write(
            &format!("postmortems/{name}"),
            &format!("# {id} x\n\n## Action items\n\n- [ ] Fix (@bob, due 2025-01-20)\n"),
        );
    }
    std::fs::write(world.path("postmortems/044.md"), b"\xff\xfe\x00").expect("written");
    for (id, code, en, ja) in [
        (
            "PM-044",
            2,
            "the nearest ids: PM-043, PM-042",
            "近い ID: PM-043、PM-042",
        ),
        (
            "PM-044",
            2,
            "files that could not be read: postmortems/044.md",
            "読めなかったファイル: postmortems/044.md",
        ),
        (
            "INC-2025-002",
            2,
            "the nearest ids: INC-2025-001",
            "近い ID: INC-2025-001",
        ),
        (
            "PM-100",
            4,
            "several documents have the id PM-100: postmortems/a.md, postmortems/b.md",
            "PM-100 の文書が複数あります: postmortems/a.md、postmortems/b.md",
        ),
    ] {
        for (language, message) in [("en", en), ("ja", ja)] {
            world.language = language;
            world
                .run(&format!("report --review {id}"))
                .exits(code)
                .warns(&[message]);
        }
    }
    world.language = "en";
    world
        .run("report --review PM-100 postmortems/a.md --offline")
        .exits(0);
    // One without items has a sheet that says so, and nothing to record.
    let got = world
        .run("report --review PM-042 --write --offline")
        .exits(0);
    let got = got.prints(&["This document has no action items."]);
    got.warns(&["no action item to record"]);
    assert_eq!(world.document("042.md"), "# PM-042 x\n\nNothing yet.\n");
    for line in [
        "--review PM-042 --month 2025-01",
        "--review PM-042 --as-of 2025-01-01",
        "--review PM-042 --owner @bob",
        "--review 42",
        "--write",
        "--review PM-042 --dry-run",
        "--review PM-042 --format csv",
        "--review PM-042 -o sheet.csv",
    ] {
        world.run(&format!("report {line} --offline")).exits(2);
    }
    assert!(world.requests().is_empty());
}

#[test]
fn the_sheet_goes_into_a_file_too() {
    let world = world();
    for (name, begins) in [
        ("sheet.md", "<!-- pm-sync:report -->\n"),
        (
            "sheet.json",
            "{\n  \"schema\": \"pm-sync/1\",\n  \"kind\": \"review\",\n",
        ),
        ("sheet.html", "<!doctype html>"),
        ("sheet.txt", "pm-sync Follow-up review: PM-042 "),
    ] {
        for _ in 0..2 {
            world
                .run(&format!("report --review PM-042 -o {name}"))
                .exits(0)
                .warns(&["wrote the sheet to"]);
            assert!(world.read(name).starts_with(begins), "{}", world.read(name));
        }
    }
    let before = world.document("042.md");
    world
        .run("report --review PM-042 -o postmortems/042.md --write")
        .exits(2)
        .warns(&["is no report of pm-sync's"]);
    assert_eq!(world.document("042.md"), before);
}

/// A row that was deleted is gone, whatever records of former days say.
#[test]
fn a_record_keeps_no_deleted_row_alive() {
    let world = world();
    world.run("report --review PM-042 --write").exits(0);
    let row = world.document("042.md");
    let row = row
        .lines()
        .find(|line| line.starts_with("| 4 |"))
        .map(|line| format!("{line}\n"));
    let without = world
        .document("042.md")
        .replacen(&row.expect("the row"), "", 1);
    world.write("postmortems/042.md", &without);
    world.run("push --close-removed").exits(0);
    let reason = world.issue(4).state_reason;
    assert_eq!(reason, Some(StateReason::NotPlanned), "{without}");
}

#[test]
fn sheets_fit_their_columns() {
    let mut world = world();
    for language in ["en", "ja"] {
        world.language = language;
        for columns in ["80", "60", "200"] {
            for more in ["", "--offline"] {
                let got = world
                    .run_with(
                        &format!("report --review PM-042 {more}"),
                        &[("COLUMNS", columns)],
                    )
                    .exits(0)
                    .stdout;
                // What can't be cut runs over: on the narrowest, the table of dates does.
                let most = columns.parse::<usize>().expect("a number").clamp(70, 80);
                for line in got.lines() {
                    let width = unicode_width::UnicodeWidthStr::width(line);
                    assert!(width <= most, "{width} columns: {line}");
                    assert_eq!(line, line.trim_end());
                }
            }
        }
    }
}

/// Every field of a value's objects.
fn keys(value: &serde_json::Value, all: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                all.insert(key.clone());
                keys(value, all);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, all)),
        _ => {}
    }
}

#[test]
fn every_field_and_every_question_is_documented() {
    let world = world();
    let got = world.run("report --review PM-042 --write --dry-run --format json");
    let got = got.exits(0).json();
    assert_eq!(got["written"]["change"], "added");
    assert!(
        got["written"]["diff"]
            .as_str()
            .is_some_and(|diff| diff.contains("+| 2 |"))
    );
    let mut all = std::collections::BTreeSet::new();
    keys(&got, &mut all);
    let asked = [
        "new-date",
        "unblock",
        "which-side",
        "begin",
        "in-time",
        "goes-on",
        "name-owner",
        "set-date",
        "give-reason",
        "confirm-done",
        "confirm-dropped",
        "finish-draft",
        "next-review",
    ];
    all.extend(asked.map(str::to_owned));
    for document in [
        include_str!("../../docs/report.md"),
        include_str!("../../docs/report.ja.md"),
    ] {
        for key in &all {
            assert!(document.contains(&format!("`{key}`")), "{key} is nowhere");
        }
    }
}

/// Somebody saves the document while GitHub is asked: what they wrote stays, and nothing is recorded.
#[test]
fn a_document_that_changes_meanwhile_is_not_overwritten() {
    let world = world();
    let slow = std::time::Duration::from_secs(2);
    world
        .sandbox
        .fault(pm_sync::sandbox::Fault::delay(slow).on("GET", "/repos/*/*/issues"));
    let run = world.start("report --review PM-042 --write");
    world.wait_for(|requests| !requests.is_empty());
    let theirs = format!("{}\nOne more thought.\n", world.document("042.md"));
    world.write("postmortems/042.md", &theirs);
    let got = crate::common::ran(run.wait_with_output().expect("it ends"));
    got.exits(3).warns(&[
        "postmortems/042.md: changed while we worked",
        "run the command again",
    ]);
    assert_eq!(world.document("042.md"), theirs);
    world.run("report --review PM-042 --write").exits(0);
    assert!(world.document("042.md").contains("One more thought."));
}

/// Whatever people write, it stays text: in the sheet, and in the record.
#[test]
fn titles_out_to_hurt_stay_titles() {
    let titles = [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "a \u{1b}[31mred\u{1b}[0m \u{202e}gnp.exe \u{7}",
        "**bold** [link](javascript:alert(1)) `code` <!-- /pm-sync:review -->",
        "@alice fixes #1 and GH-2",
        "<!-- pm-sync:review 2025-01-10 00000000 -->",
    ];
    let mut text = "# PM-001 x\n\n**Date**: 2025-01-02\n\n## Action items\n\n| # | Action | Owner | Due |\n|---|---|---|---|\n".to_owned();
    for (at, title) in titles.iter().enumerate() {
        text.push_str(&format!("| {} | {title} x | @bob | 2025-01-03 |\n", at + 1));
    }
    text.push_str(&format!("\n## Follow-up\n\n- [ ] {}\n", titles.join(" ")));
    let mut world = World::of("001.md", &text);
    for format in ["text", "markdown", "json", "html"] {
        let got = world
            .run(&format!(
                "report --review PM-001 --offline --format {format} --color always"
            ))
            .exits(0)
            .stdout;
        assert!(!got.contains(['\u{202e}', '\u{7}']), "{got}");
        assert!(!got.contains("\u{1b}[31mred"), "{got}");
        if format == "markdown" || format == "html" {
            for harm in ["<script", "<img", "](javascript", "href=\"javascript"] {
                assert!(!got.contains(harm), "{harm} is in\n{got}");
            }
        }
    }
    let read = listed(&world);
    for day in ["2025-01-10", "2025-01-11"] {
        world.today = day.to_owned();
        world
            .run("report --review PM-001 --offline --write")
            .exits(0);
        assert_eq!(listed(&world), read);
    }
    let written = world.document("001.md");
    assert!(written.starts_with(&text), "{written}");
    let added = &written[text.len()..];
    assert!(!added.contains(['\u{202e}', '\u{7}', '\u{1b}']), "{added}");
    assert_eq!(
        added.matches("\n<!-- pm-sync:review ").count(),
        2,
        "{added}"
    );
}
