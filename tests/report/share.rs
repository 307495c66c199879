//! `report --share`: what the team and the customers are told, and what the customers never are.

use crate::common::{Ran, World};
use pm_sync::sandbox::{GitHub, StateReason};

const MEMORY: &str = "# ポストモーテム: PM-042 検索サーバーのメモリ不足

**日時**: 2025-01-05 14:20 - 14:45 JST
**検知**: 2025-01-05 14:22
**重大度**: High
**ステータス**: Final
**作成者**: 佐藤

## 📊 サマリー

検索サーバーのメモリが不足し、検索が 25 分間遅くなりました。
佐藤が再起動して復旧しました。

## 📈 影響

### ユーザーへの影響
- 影響ユーザー数: 1,234名
- 完全に使えなかった: 15分
- 部分的に使えなかった: 10分
- データ損失: なし

## 🔍 根本原因分析

### 5 Whys

なぜ遅くなったのか？
→ メモリ不足

### 根本原因

- 接続の後始末の漏れ
- メモリの監視がない

## ✅ アクションアイテム

| # | アクション | 担当 | 期限 | 優先度 | 種別 | ステータス |
|---|-----------|------|------|--------|------|-----------|
| 1 | メモリのアラートを設定する | @alice | 2025-01-10 | P1 | 検知 | 未着手 |
| 2 | レビューの観点に後始末を加える | 佐藤 | 2025-01-15 | P1 | プロセス | 進行中 |
| 3 | CI でメモリを測る | SREチーム | 2025-03-20 | P2 | 予防 | 未着手 |

## 📚 学び

1. 監視があれば早く気づける

## 🔄 フォローアップ

### 2週間後レビュー（2025-01-19）
- [ ] 完了確認
";

const LOGIN: &str = "# PM-043 Logins failed

**Started**: 2025-01-06 23:50
**Resolved**: 2025-01-07 01:35 UTC
**Severity**: SEV1
**Status**: Review
**Incident commander**: Ann Lee

## Summary

A certificate had run out. Ann Lee renewed it.

## Customer-facing summary

You could not sign in for about two hours. Signing in works again, and nobody was signed out.

### Cause

A certificate that our service needs had run out.

## Action items

| # | Action | Owner | Due | Priority | Type | Status |
|---|--------|-------|-----|----------|------|--------|
| 1 | Alert before certificates run out | Ann Lee | 2025-01-07 | P0 | detect | todo |
| 2 | =cmd() &lt;script&gt;alert(1)&lt;/script&gt; renews \\| it | @bob | | P1 | prevent | won't do |
";

/// Both documents, pushed, with one issue closed and one at work.
fn world() -> World {
    let mut world = World::with(GitHub::new());
    world.configure(SETTINGS);
    world.write("postmortems/042.md", MEMORY);
    world.write("postmortems/043.md", LOGIN);
    world.run("push").exits(0);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.writes();
    world.today = "2025-01-08".to_owned();
    world
}

const SETTINGS: &str = "timezone = \"Asia/Tokyo\"\n[owners]\n\"佐藤\" = [\"sato-h\"]\n\"SREチーム\" = [\"alice\"]\n\"Ann Lee\" = [\"ann-lee\"]";

/// Compares with the file under `tests/report/expected/share`, or writes it where `PM_SYNC_BLESS` is set.
#[track_caller]
fn expect(name: &str, got: &str) {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/expected/share");
    let path = folder.join(name);
    if std::env::var_os("PM_SYNC_BLESS").is_some() {
        std::fs::create_dir_all(&folder).expect("the folder is made");
        std::fs::write(&path, got).expect("the file is written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(got, expected, "{name}; PM_SYNC_BLESS=1 writes it anew");
}

#[test]
fn every_announcement_in_both_languages() {
    let world = world();
    for (id, language) in [("PM-042", "ja"), ("PM-043", "en")] {
        for audience in ["team", "customer"] {
            for (format, ending) in [("markdown", "md"), ("text", "txt"), ("json", "json")] {
                let got = world.run(&format!("report --share {audience} {id} --format {format}"));
                expect(
                    &format!("{audience}.{language}.{ending}"),
                    &got.exits(0).stdout,
                );
            }
        }
    }
    assert!(world.writes().is_empty(), "nothing is written to GitHub");
    assert!(world.sandbox.unexpected().is_empty());
}

#[test]
fn markdown_is_what_comes_of_no_format_and_the_statuses_are_live() {
    let mut world = world();
    let live = world.run("report --share team PM-042").exits(0);
    world.language = "ja";
    assert_eq!(live.stdout, world.run("report --share team PM-042").stdout);
    world.language = "en";
    assert_eq!(
        live.stdout,
        world
            .run("report --share team PM-042 --format markdown")
            .stdout
    );
    assert!(
        live.stdout.starts_with("📋 **ポストモーテム完了: PM-042"),
        "{}",
        live.stdout
    );
    let live = live.prints(&["メモリのアラートを設定する（@alice、期限 2025-01-10）✅ 完了"]);
    assert_eq!(live.stderr, "", "nothing is left to fill in");
    let asked = world.requests();
    assert!(!asked.is_empty());
    assert!(
        !asked.iter().any(|request| request.contains("/events")),
        "{asked:?}"
    );
    world
        .run("report --share team PM-042 --offline")
        .exits(0)
        .prints(&["メモリのアラートを設定する（@alice、期限 2025-01-10）未着手"]);
    assert!(world.requests().is_empty());
    // Without a token it says how to go on without.
    world
        .run_with("report --share team PM-042", &[("GITHUB_TOKEN", "")])
        .exits(2)
        .warns(&["--offline"]);
}

#[test]
fn the_other_language_has_no_words_of_the_first() {
    let world = world();
    let got = world
        .run("report --share customer PM-042 --offline --in en")
        .exits(0);
    let japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    assert!(!got.stdout.contains(japanese), "{}", got.stdout);
    got.prints(&[
        "5 January 2025, 14:20–14:45 JST (25 minutes)",
        "about 1,200",
    ]);
    // What is written for customers in English is no Japanese text.
    world
        .run("report --share customer PM-043 --offline --in ja")
        .exits(0)
        .prints(&[
            "［ここにお客様から見て何が起きたかを記入］",
            "2025年1月7日 01:35 UTC（1時間45分）",
        ])
        .warns(&["to be filled in before it is sent (3)"]);
    world
        .run("report --share team PM-043 --offline --in fr")
        .exits(2);
    world.run("report --in en").exits(2).warns(&["--share"]);
}

#[test]
fn wrong_words_are_told_in_both_languages() {
    let mut world = World::of("042.md", MEMORY);
    world.write("postmortems/a/050.md", "# PM-050 one\n");
    world.write("postmortems/b/050.md", "# PM-050 other\n");
    world.write("postmortems/template.md", "# PM-060 [title]\n");
    for (line, code, en, ja) in [
        (
            "customers PM-042",
            2,
            "knows no audience `customers`",
            "宛先「customers」がわかりません",
        ),
        (
            "PM-042 team",
            2,
            "it is `team` or `customer`",
            "team（チーム向け）か customer（お客様向け）です",
        ),
        (
            "team memory",
            2,
            "`memory` is no postmortem id",
            "「memory」はポストモーテムの ID ではありません",
        ),
        (
            "team PM-24",
            2,
            "no document has the id PM-24\n  hint: the nearest ids: PM-042",
            "PM-24 の文書が見つかりません\n  対処: 近い ID: PM-042",
        ),
        (
            "team PM-060",
            2,
            "no document has the id PM-060",
            "PM-060 の文書が見つかりません",
        ),
        (
            "customer PM-050",
            4,
            "several documents have the id PM-050: postmortems/a/050.md, postmortems/b/050.md",
            "PM-050 の文書が複数あります: postmortems/a/050.md、postmortems/b/050.md",
        ),
    ] {
        for (language, expected) in [("en", en), ("ja", ja)] {
            world.language = language;
            let got = world.run(&format!("report --share {line} --offline"));
            let got = got.exits(code).warns(&[expected]);
            assert_eq!(got.stdout, "");
        }
    }
    world.language = "en";
    for line in [
        "--share team",
        "--share team PM-042 --month 2025-01",
        "--share team PM-042 --as-of 2025-01-01",
        "--share team PM-042 --owner @alice",
        "--share team PM-042 --issue",
        "--share team PM-042 --format html",
        "--share team PM-042 --format csv",
        "--share team PM-042 -o a.html",
        "--share team PM-042 -o -",
        "--share team PM-042 --write",
    ] {
        world.run(&format!("report {line} --offline")).exits(2);
    }
    // One of two is meant where its file is named; a number stands for the id; case doesn't matter.
    world
        .run("report --share team PM-050 --offline postmortems/b/050.md")
        .exits(0)
        .prints(&["PM-050 other"]);
    world
        .run("report --share TEAM 042 --offline")
        .exits(0)
        .prints(&["PM-042"]);
    world.run("report --share team pm-042 --offline").exits(0);
}

#[test]
fn a_document_with_nothing_is_all_blanks() {
    let mut world = World::of("001.md", "# PM-001 x\n");
    for (language, count) in [("en", "(8)"), ("ja", "（8か所）")] {
        world.language = language;
        world
            .run(&format!(
                "report --share customer PM-001 --offline --in {language}"
            ))
            .exits(0)
            .warns(&[count]);
        world
            .run(&format!(
                "report --share team PM-001 --offline --in {language}"
            ))
            .exits(0);
    }
    world
        .run("report --share team PM-001 --offline")
        .exits(0)
        .prints(&[
            "[fill in: what happened]",
            "[fill in: the action items]",
            "[fill in: the day of the next review]",
        ]);
}

#[test]
fn a_team_has_its_own_words() {
    let world = world();
    let with = |settings: &str| world.configure(&format!("{SETTINGS}\n[templates]\n{settings}"));
    world.write(
        "templates/team.md",
        "{{ id }}: {{ counts.open }} open of {{ counts.items }}\n{% for item in items if not item.done %}\n* {{ item.title }}\n{% endfor %}\n",
    );
    world.write(
        "templates/customer.ja.txt",
        "{{ when }}\n{% if \"cause\" in told %}あり{% else %}{{ cause[0] }}{% endif %}\n",
    );
    with("team = \"templates/team.md\"\ncustomer_ja = \"templates/customer.ja.txt\"");
    let got = world.run("report --share team PM-042").exits(0);
    assert_eq!(
        got.stdout,
        "PM-042: 2 open of 3\n* レビューの観点に後始末を加える\n* CI でメモリを測る\n"
    );
    let got = world
        .run("report --share customer PM-042 --offline")
        .exits(0);
    assert_eq!(
        got.stdout,
        "2025年1月5日 14:20 〜 14:45 JST（25分）\n［ここにお客様向けの原因の説明を記入］\n"
    );
    // The other language has none of its own.
    world
        .run("report --share customer PM-043 --offline")
        .exits(0)
        .prints(&["# Incident report"]);
}

#[test]
fn a_template_with_a_mistake_is_told_with_its_line() {
    let mut world = world();
    let with = |world: &World, path: &str| {
        world.configure(&format!("{SETTINGS}\n[templates]\nteam = \"{path}\""));
    };
    for (source, en, ja) in [
        (
            "ok\n{% for item in items %}\n",
            "templates/team.md:2: the template has an error",
            "templates/team.md:2: テンプレートの誤りです",
        ),
        (
            "ok\n\n{{ ownr }}\n",
            "templates/team.md:3: the template uses a name that it is not given: {{ ownr }}",
            "templates/team.md:3: テンプレートが、渡されていない名前を使っています: {{ ownr }}",
        ),
    ] {
        world.write("templates/team.md", source);
        with(&world, "templates/team.md");
        for (language, expected) in [("en", en), ("ja", ja)] {
            world.language = language;
            let got = world
                .run("report --share team PM-042 --offline")
                .exits(2)
                .warns(&[expected]);
            assert_eq!(got.stdout, "");
        }
    }
    let outside = tempfile::TempDir::new().expect("a folder");
    std::fs::write(outside.path().join("t.md"), "x").expect("written");
    let outside = outside.path().join("t.md").display().to_string();
    for path in ["templates/gone.md", "templates", "../t.md", &outside] {
        with(&world, path);
        for (language, expected) in [
            ("en", "templates.team in pm-sync.toml"),
            ("ja", "pm-sync.toml の templates.team"),
        ] {
            world.language = language;
            let got = world.run("report --share team PM-042 --offline").exits(2);
            got.warns(&[path, expected]);
        }
    }
    // The values are there all the same.
    with(&world, "templates/team.md");
    world.write("templates/team.md", "{{ ownr }}");
    let got = world
        .run("report --share team PM-042 --offline --format json")
        .exits(0)
        .json();
    assert_eq!(got["kind"], "announcement");
}

#[test]
fn nothing_is_told_that_the_document_does_not_say() {
    let table = "## Action items\n\n| # | Action | Owner | Due | Priority | Status |\n|---|---|---|---|---|---|\n| 1 | Foo | Bob Smith | TBD | P3 | Todo |\n";
    let mut world = World::new();
    world.today = "2025-02-01".to_owned();
    for (fields, there, gone) in [
        (
            "**Started**: 2025-01-18 10:00\n**Resolved**: ongoing\n",
            vec!["18 January 2025, 10:00 – [fill in: when it was over]"],
            vec!["restored"],
        ),
        (
            "**Started**: 2025-01-20 17:00 EST\n**Resolved**: 2025-01-20 23:30 UTC\n",
            vec!["20 January 2025, 17:00 EST – 23:30 UTC (1 hour 30 minutes)"],
            vec![],
        ),
        (
            "**Date**: 2025-01-20\n**Start time**: 09:40\n**Detection time**: 09:58\n**End time**: 10:30\n",
            vec![
                "20 January 2025, 09:40–10:30 (50 minutes)",
                "09:58 - we noticed it",
            ],
            vec![],
        ),
        (
            // The policy's deadline is nobody's promise.
            "**Date**: 2025-01-20\n**Data loss**: possible\n**Users affected**: at least 3 companies (Acme, Beta)\n",
            vec![
                "On 20 January 2025, an incident",
                "1 measure to be carried out",
                "Users affected: at least 3 companies",
                "Data lost: [fill in: whether data was lost, and which]",
            ],
            vec!["planned", "Acme"],
        ),
    ] {
        world.write(
            "postmortems/601.md",
            &format!("# Postmortem: PM-601\n\n{fields}\n{table}"),
        );
        let got = world
            .run("report --share customer PM-601 --offline")
            .exits(0)
            .prints(&there);
        for word in gone {
            assert!(!got.stdout.contains(word), "{word}: {}", got.stdout);
        }
    }
    world
        .run("report --share team PM-601 --offline")
        .exits(0)
        .prints(&[": PM-601**\n", "by policy"]);
    world.write(
        "postmortems/601.md",
        "# PM-601 x\n\n**Started**: 2025-01-18 10:00\n**Resolved**: 2025-01-17 11:00\n\n## お客様へのお知らせ\n\n```\n○月○日に停止しました。[担当者名]\n```\n\n## Message to customers\n\nNot required.\n",
    );
    world
        .run("report --share customer PM-601 --offline --in en")
        .exits(0)
        .warns(&["postmortems/601.md:4: the end \"2025-01-17 11:00\" is before the beginning"]);
    world
        .run("report --share customer PM-601 --offline --in ja")
        .exits(0)
        .warns(&["(2)", "○月○日", "[担当者名]"]);
}

#[test]
fn what_customers_may_not_read_is_refused_with_its_place() {
    let mut world = world();
    let customer = |world: &World, more: &str| {
        world.configure(&format!(
            "{SETTINGS}\n[templates]\ncustomer = \"templates/c.md\"\n{more}"
        ));
    };
    customer(&world, "");
    for (literal, en) in [
        ("Ask @alice", "`@alice` (a handle)"),
        (
            "Sato-H fixed it",
            "`Sato-H` (the name of an owner or participant)",
        ),
        (
            "佐藤が対応しました",
            "`佐藤` (the name of an owner or participant)",
        ),
        (
            "mail help@example.com",
            "`help@example.com` (an e-mail address)",
        ),
        (
            "[more](https://github.com/octo-org/service/issues/1)",
            "`github.com` (a link that leads inside)",
        ),
        ("see http://wiki/x", "`wiki` (a link that leads inside)"),
        (
            "in octo-org/service",
            "`octo-org/service` (where repository or document are)",
        ),
        (
            "postmortems/042.md",
            "`postmortems/042.md` (where repository or document are)",
        ),
        ("src/pool.rs", "`src/pool.rs` (an internal path)"),
        ("a human error", "`human error` (blames a person)"),
    ] {
        world.write("templates/c.md", &format!("{{{{ when }}}}\n\n{literal}\n"));
        let got = world.run("report --share customer PM-042").exits(3);
        assert_eq!(got.stdout, "", "nothing is printed");
        got.warns(&[&format!("templates/c.md:3: not for customers: {en}")]);
    }
    world.language = "ja";
    world
        .run("report --share customer PM-042 --offline")
        .exits(3)
        .warns(&[
            "templates/c.md:3: お客様に見せられない表現です: 「human error」（人を責める表現）",
        ]);
    world.language = "en";
    // A contact that the settings name may be told, and a name that is no person's.
    world.write("templates/c.md", "Mail {{ contact }} about 佐藤.\n");
    customer(
        &world,
        "contact = \"help@example.com\"\npublic = [\"佐藤\"]",
    );
    let got = world
        .run("report --share customer PM-042 --offline")
        .exits(0);
    assert_eq!(got.stdout, "Mail help@example.com about 佐藤.\n");

    // What the document's authors wrote for customers is looked at, too; also in JSON.
    world.configure(SETTINGS);
    world.write(
        "postmortems/043.md",
        &LOGIN.replace(
            "Signing in works again",
            "Ann renewed the certificate, see [here](https://acme.slack.com/x)",
        ),
    );
    for format in ["markdown", "text", "json"] {
        let got = world.run(&format!(
            "report --share customer PM-043 --offline --format {format}"
        ));
        let got = got
            .exits(3)
            .warns(&["postmortems/043.md:15: not for customers: `Ann`"]);
        assert!(!got.stdout.contains("You could not"), "{}", got.stdout);
    }
    // Colleagues may read all of it.
    world
        .run("report --share team PM-043 --offline")
        .exits(0)
        .prints(&["Ann Lee renewed it."]);
}

#[test]
fn a_letter_in_the_document_goes_out_as_it_is() {
    let world = World::of(
        "045.md",
        "# PM-045 停止\n\n**日時**: 2025-01-05 14:20 - 14:45\n**重大度**: High\n\n## 顧客への報告\n\n```\nお詫び\n\n検索が\n止まりました。\n誠に申し訳ございませんでした。\n```\n\n## アクションアイテム\n\n- [ ] 監視を加える\n",
    );
    let got = world
        .run("report --share customer PM-045 --offline")
        .exits(0);
    assert_eq!(
        got.stdout,
        "お詫び\n\n検索が  \n止まりました。  \n誠に申し訳ございませんでした。\n"
    );
    assert_eq!(got.stderr, "");
    let got = world
        .run("report --share customer PM-045 --offline --format text")
        .exits(0);
    assert_eq!(
        got.stdout,
        "お詫び\n\n検索が\n止まりました。\n誠に申し訳ございませんでした。\n"
    );
    // In the other language there is none, and kinds that nobody gave are not told apart.
    world
        .run("report --share customer PM-045 --offline --in en")
        .exits(0)
        .prints(&["prevent a recurrence**:\n\n- 1 measure to be carried out\n"]);
}

#[test]
fn titles_out_to_hurt_do_not() {
    let world = world();
    world
        .run("report --share team PM-043")
        .exits(0)
        .prints(&["\\<script>alert(1)\\</script>"]);
    world
        .run("report --share team PM-043 --format text")
        .exits(0)
        .prints(&["=cmd() <script>alert(1)</script> renews | it"]);
    world.write("postmortems/044.md", "# PM-044 \u{202e}evil\u{1b}[31m\n");
    let got = world.run("report --share team PM-044 --offline").exits(0);
    assert!(
        !got.stdout.contains(['\u{202e}', '\u{1b}']),
        "{:?}",
        got.stdout
    );
}

#[test]
fn a_file_that_people_filled_in_is_kept() {
    let world = world();
    let run = |more: &str| -> Ran {
        world.run(&format!("report --share customer PM-042 --offline {more}"))
    };
    let plain = run("").exits(0).stdout;
    let got = run("-o announcement.md").exits(0).warns(&[
        "wrote the announcement to announcement.md",
        "to be filled in",
    ]);
    assert_eq!(got.stdout, "");
    assert_eq!(
        world.read("announcement.md"),
        plain,
        "no sign of ours is in it"
    );
    run("-o announcement.md").exits(0);
    let filled = plain.replace("［ここにお客様向けの原因の説明を記入］", "設定の誤りです。");
    world.write("announcement.md", &filled);
    run("-o announcement.md")
        .exits(2)
        .warns(&["what people filled in would be lost", "--force"]);
    assert_eq!(world.read("announcement.md"), filled);
    run("-o announcement.md --force").exits(0);
    assert_eq!(world.read("announcement.md"), plain);
    // The ending says what it is.
    run("-o a.txt").exits(0);
    assert!(
        world
            .read("a.txt")
            .starts_with("インシデントレポート\n\n日時: 2025年1月5日")
    );
    run("-o a.json").exits(0);
    assert!(world.read("a.json").contains("\"kind\": \"announcement\""));
    run("-o nowhere/a.md")
        .exits(2)
        .warns(&["the folder nowhere"]);
    // A report is no announcement's to replace, nor the other way round.
    world
        .run("report --offline -o announcement.md")
        .exits(2)
        .warns(&["is no report"]);
}

#[test]
fn what_colleagues_note_in_the_section_for_customers_is_left_out_and_told() {
    let mut world = World::of(
        "606.md",
        "# PM-606 X\n\n## Customer-facing summary\n\nCheckout was down.\n\n> Internal note: the key leaked.\n\n### Internal notes\n\nLegal says hush.\n\n### Cause\n\nA wrong setting.\n",
    );
    let got = world
        .run("report --share customer PM-606 --offline")
        .exits(0)
        .prints(&["Checkout was down.", "A wrong setting."]);
    assert!(!got.stdout.contains("Legal") && !got.stdout.contains("leaked"));
    got.warns(&[
        "postmortems/606.md:7: left out, since it may not be for customers: `Internal note: the key leaked.`",
        "postmortems/606.md:9: left out, since it may not be for customers: `Internal notes`",
    ]);
    world.language = "ja";
    world
        .run("report --share customer PM-606 --offline")
        .exits(0)
        .warns(&["postmortems/606.md:9: お客様向けとは限らないため、文面に入れませんでした: 「Internal notes」"]);
}

/// A document with one sentence for customers, and what is said of it.
fn refused(head: &str, sentence: &str) -> Ran {
    let world = World::of(
        "605.md",
        &format!(
            "# PM-605 X\n\n{head}\n\n## Customer-facing summary\n\nService was down. {sentence}\n\n## Action items\n\n| # | Action | Owner | Due |\n|---|---|---|---|\n| 1 | Foo | Bob Smith | 2025-02-20 |\n"
        ),
    );
    let japanese = !sentence.is_ascii();
    let spoken = if japanese { "ja" } else { "en" };
    world.run(&format!(
        "report --share customer PM-605 --offline --in {spoken}"
    ))
}

#[test]
fn machines_names_and_blame_are_refused_whatever_they_are_called() {
    let people = "**Scribe**: Quentin\n**Approved by**: Priya\n\n承認者：基盤部　西園寺\n\n| Role | Name |\n|---|---|\n| Comms lead | Jane Doe |";
    for (sentence, refusal) in [
        (
            "It was on web01.",
            "`web01` (the name or address of a machine)",
        ),
        (
            "It was 10.2.3.4.",
            "`10.2.3.4` (the name or address of a machine)",
        ),
        ("See #inc-checkout.", "`#inc-checkout` (a chat channel)"),
        (
            "See https://wiki.acme.com/x.",
            "`wiki.acme.com` (a link that leads inside)",
        ),
        (
            "See grafana.corp.acme.com/d/a.",
            "`grafana.corp.acme.com` (a link that leads inside)",
        ),
        (
            "See PM-200.",
            "`PM-200` (the number of a ticket or document)",
        ),
        (
            "See OPS-12.",
            "`OPS-12` (the number of a ticket or document)",
        ),
        ("See #12.", "`#12` (the number of an issue)"),
        ("Quentin repaired it.", "`Quentin` (the name"),
        ("By Priya.", "`Priya` (the name"),
        ("By Smith.", "`Smith` (the name"),
        ("By Mr. Jones.", "`Mr. Jones` (the name"),
        ("By Jane.", "`Jane` (the name"),
        ("西園寺が対応しました。", "`西園寺` (the name"),
        ("高橋さんが対応しました。", "`高橋さん` (the name"),
        ("An engineer made an error.", "(blames a person)"),
        ("弊社担当者の操作ミスです。", "(blames a person)"),
    ] {
        let got = refused(people, sentence).exits(3);
        assert_eq!(got.stdout, "", "{sentence}");
        got.warns(&[refusal]);
    }
    for sentence in [
        "A configuration error was repaired with HTTP/2 on S3.",
        "We will tell you more on Jan 20.",
        "設定の誤りを修正しました。お客様、ユーザー様にお詫びします。",
    ] {
        refused("**Scribe**: Will, Jan", sentence).exits(0);
    }
}

#[test]
fn a_public_name_lets_no_other_form_pass() {
    let world = World::of(
        "605.md",
        "# PM-605 X\n\n**Author**: Bob Smith\n\n## Customer-facing summary\n\nBob of the App Store did.\n",
    );
    world.configure("[owners]\n\"App Store\" = [\"store-team\"]\n[templates]\npublic = [\"App Store\", \"Bob\"]");
    let run = || world.run("report --share customer PM-605 --offline");
    run().exits(0).prints(&["Bob of the App Store did."]);
    world.write(
        "postmortems/605.md",
        "# PM-605 X\n\n**Author**: Bob Smith\n\n## Customer-facing summary\n\nBob Smith did.\n",
    );
    run().exits(3).warns(&["`Smith` (the name"]);
}

#[test]
fn colleagues_are_warned_where_their_text_blames_somebody() {
    let mut world = World::of(
        "608.md",
        "# PM-608 X\n\n## Summary\n\nIt stopped.\n\n## Root cause\n\n- Our on-call engineer forgot to renew it.\n",
    );
    let claim = "This is not about who was involved";
    let got = world.run("report --share team PM-608 --offline").exits(0);
    let got = got.prints(&["forgot to renew it"]).warns(&[
        "postmortems/608.md:9: this may read as blaming somebody: `on-call engineer forgot`",
    ]);
    assert!(!got.stdout.contains(claim), "{}", got.stdout);
    world.language = "ja";
    world
        .run("report --share team PM-608 --offline")
        .exits(0)
        .warns(&["postmortems/608.md:9: 人を責める表現かもしれません"]);
    world.write(
        "postmortems/608.md",
        "# PM-608 X\n\n## Summary\n\nIt stopped.\n",
    );
    let got = world.run("report --share team PM-608 --offline").exits(0);
    got.prints(&[claim]);
}
