//! What is found, from the documents alone.

use crate::common::World;
use crate::{ENGLISH, JAPANESE, found, rows};

/// A world on a day.
fn on(today: &str, name: &str, text: &str) -> World {
    let mut world = World::of(name, text);
    world.today = today.to_owned();
    world
}

#[test]
fn every_kind_is_found_in_both_languages() {
    for (name, id, text) in [
        ("042.md", "PM-042", JAPANESE),
        ("007.md", "PM-007", ENGLISH),
    ] {
        let world = on("2025-01-20", name, text);
        let json = world.run("check --offline --format json").exits(1).json();
        let expected: Vec<String> = [
            ("overdue", "#1"),
            ("due-soon", "#2"),
            ("at-risk", "#3"),
            ("review-due", ""),
            ("late-postmortem", ""),
            ("no-due", "#4"),
            ("no-owner", "#5"),
            ("waiver-unreasoned", "#6"),
        ]
        .iter()
        .map(|(kind, key)| format!("{kind} {id}{key}"))
        .collect();
        assert_eq!(found(&json), expected, "{json:#}");
        let days: Vec<_> = (0..5)
            .map(|at| json["findings"][at]["days"].as_i64())
            .collect();
        assert_eq!(days, [Some(3), Some(-3), Some(-15), Some(1), Some(13)]);
        assert_eq!(json["findings"][2]["due"], "2025-02-04");
        assert_eq!(json["findings"][2]["due_source"], "policy");
        assert_eq!(json["checked"]["items"], 8);
        assert_eq!(json["checked"]["open"], 6);
        assert_eq!(json["checked"]["waived"], 1);
        assert_eq!(json["checked"]["next_due"], "2025-01-23");
        assert_eq!(
            (&json["schema"], &json["today"]),
            (&"pm-sync/1".into(), &"2025-01-20".into())
        );
        assert_eq!(json["source"], "documents");
        assert_eq!(json["problems"], serde_json::json!([]));
    }
}

#[test]
fn the_day_itself_is_not_late_and_the_next_one_is() {
    let text = rows("| 1 | Mend it | @alice | 2025-01-10 | P1 | Todo |\n");
    for (today, expected) in [
        ("2025-01-02", &[][..]),
        ("2025-01-03", &["due-soon PM-001#1"][..]),
        ("2025-01-10", &["due-soon PM-001#1"]),
        ("2025-01-11", &["overdue PM-001#1"]),
    ] {
        let world = on(today, "001.md", &text);
        let json = world
            .run("check --offline --fail-on never --format json")
            .exits(0)
            .json();
        assert_eq!(found(&json), expected, "{today}");
    }
}

#[test]
fn half_of_the_time_without_a_start_is_a_risk() {
    // From January 5 to March 6 there are 60 days.
    let row = |status: &str| {
        rows(&format!(
            "| 1 | Mend it | @alice | 2025-03-06 | P1 | {status} |\n"
        ))
    };
    for (today, status, risky) in [
        ("2025-02-03", "Todo", false),
        ("2025-02-04", "Todo", true),
        ("2025-02-04", "In progress", false),
        ("2025-02-04", "Blocked", false),
        ("2025-02-04", "Done", false),
    ] {
        let world = on(today, "001.md", &row(status));
        let json = world
            .run("check --offline --kind at-risk --format json")
            .exits(0)
            .json();
        assert_eq!(found(&json).len(), usize::from(risky), "{today} {status}");
        if risky {
            assert_eq!(json["findings"][0]["allowed"], 60);
            assert_eq!(json["findings"][0]["due_source"], "document");
        }
    }
}

#[test]
fn the_policy_sets_dates_where_nobody_did() {
    let text = rows(
        "| 1 | Now | @alice | | P0 | Todo |\n| 2 | Soon | @alice | TBD | P1 | Todo |\n\
         | 3 | Planned | @alice | - | P2 | Todo |\n| 4 | Some day | @alice | | P3 | Todo |\n\
         | 5 | Unreadable | @alice | after the summer maybe | P0 | Todo |\n\
         | 6 | Watch it | @alice | every Monday | P0 | Todo |\n",
    );
    let world = on("2026-01-01", "001.md", &text);
    let dates = |world: &World| -> Vec<String> {
        let json = world
            .run("check --offline --fail-on never --format json")
            .exits(0)
            .json();
        let findings = json["findings"].as_array().expect("findings").clone();
        findings
            .iter()
            .filter(|f| f["item"].is_object())
            .map(|f| {
                let text = |key: &str| f[key].as_str().unwrap_or("-").to_owned();
                format!(
                    "{} {} {}",
                    f["item"]["key"].as_str().unwrap_or("-"),
                    text("kind"),
                    text("due")
                )
            })
            .collect()
    };
    assert_eq!(
        dates(&world),
        [
            "1 overdue 2025-01-12",
            "2 overdue 2025-02-04",
            "3 overdue 2025-03-06",
            "4 overdue 2025-04-05",
            "5 no-due -"
        ]
    );
    world.configure("[check.allowed]\nP0 = \"0d\"\nP1 = \"1w\"\nP2 = \"30d\"\nP3 = \"never\"\n");
    assert_eq!(
        dates(&world),
        [
            "1 overdue 2025-01-05",
            "2 overdue 2025-01-12",
            "3 overdue 2025-02-04",
            "4 no-due -",
            "5 no-due -"
        ]
    );
}

#[test]
fn a_waiver_moves_the_deadline_wherever_it_is_written() {
    for (language, item) in [
        (
            "en",
            "- [ ] Mend it (@alice, due 2025-01-10)\n  - Extended to 2025-03-01: the vendor is late\n",
        ),
        (
            "en",
            "### 1. Mend it\n\n- **Owner**: @alice\n- **Due**: 2025-01-10\n- **Extension**: 2025-03-01 (the vendor is late)\n",
        ),
        (
            "en",
            "| # | Action | Owner | Due | Status |\n|---|---|---|---|---|\n| 1 | Mend it | @alice | 2025-01-10, extended to 2025-03-01 (the vendor is late) | Todo |\n",
        ),
        (
            "en",
            "| # | Action | Owner | Due | Notes |\n|---|---|---|---|---|\n| 1 | Mend it | @alice | 2025-01-10 | Extended to 2025-03-01: the vendor is late |\n",
        ),
        (
            "en",
            "| # | Action | Owner | Due | Extended to |\n|---|---|---|---|---|\n| 1 | Mend it | @alice | 2025-01-10 | 2025-03-01 (the vendor is late) |\n",
        ),
        (
            "en",
            "- [ ] Mend it (@alice, due 2025-01-10; Extended to 2025-03-01: the vendor is late)\n",
        ),
        (
            "en",
            "| # | Action | Owner | Due | Status |\n|---|---|---|---|---|\n| 1 | Mend it | @alice | 2025-01-10<br>extended to 2025-03-01: the vendor is late<br>extended to 2025-02-01: legal | Todo |\n",
        ),
        (
            "ja",
            "- [ ] 直す（@alice、2025-01-10まで、期限延長: 2025-03-01 業者待ち）\n",
        ),
        (
            "ja",
            "- [ ] 直す（担当: @alice、期限: 2025-01-10）\n  - 期限延長: 2025-03-01（業者待ち）\n",
        ),
        (
            "ja",
            "### 1. 直す\n\n- **担当**: @alice\n- **期限**: 2025-01-10（期限延長: 2025-03-01 業者待ち）\n",
        ),
        (
            "ja",
            "| # | アクション | 担当 | 期限 | 備考 |\n|---|---|---|---|---|\n| 1 | 直す | @alice | 2025-01-10 | 期限延長: 2025-03-01（業者待ち） |\n",
        ),
        (
            "ja",
            "| # | アクション | 担当 | 期限 | 期限延長 |\n|---|---|---|---|---|\n| 1 | 直す | @alice | 2025-01-10 | 2025年3月1日（業者待ち） |\n",
        ),
    ] {
        let text =
            format!("# Postmortem: PM-001 x\n\n**Date**: 2025-01-05\n\n## Action Items\n\n{item}");
        let world = on("2025-02-27", "001.md", &text);
        let json = world.run("check --offline --format json").exits(0).json();
        let finding = &json["findings"][0];
        assert_eq!(finding["kind"], "due-soon", "{item}\n{json:#}");
        assert_eq!(finding["due"], "2025-03-01", "{item}");
        assert_eq!(finding["due_source"], "waiver", "{item}");
        let waiver = &finding["item"]["waivers"][0];
        assert_eq!(waiver["from"], "2025-01-10", "{item}");
        let title = finding["item"]["title"].as_str().unwrap_or_default();
        assert!(["Mend it", "直す"].contains(&title), "{title}");
        let reason = if language == "ja" {
            "業者待ち"
        } else {
            "the vendor is late"
        };
        assert_eq!(waiver["reason"], reason, "{item}");
        assert_eq!(json["checked"]["waived"], 1, "{item}");
        assert_eq!(json["problems"], serde_json::json!([]), "{item}");
    }
}

#[test]
fn an_extension_that_moves_nothing_is_a_problem() {
    for (item, due, code) in [
        (
            "| 1 | Mend it | @alice | 2025-01-10, extended by 2 weeks | P1 | Todo |\n",
            "2025-01-10",
            "extension-unreadable",
        ),
        (
            "| 1 | Mend it | @alice | 2025-01-10（2週間延長） | P1 | Todo |\n",
            "2025-01-10",
            "extension-unreadable",
        ),
        (
            "| 1 | Mend it | @alice | 2025-01-10, extended to 2025-02-30: vendor | P1 | Todo |\n",
            "2025-01-10",
            "extension-unreadable",
        ),
        (
            "\n- [ ] Mend it (@alice, due 2025-01-10)\n  - Extended by 2 weeks\n",
            "2025-01-10",
            "extension-unreadable",
        ),
        (
            "\n- [ ] Mend it (@alice, due 2025-01-10)\n  - Extension: after the summer\n",
            "2025-01-10",
            "extension-unreadable",
        ),
        (
            "| 1 | Mend it | @alice | 2025-01-10, extended to 2024-02-01: vendor | P1 | Todo |\n",
            "2025-01-10",
            "extension-earlier",
        ),
    ] {
        let world = on("2025-01-20", "001.md", &rows(item));
        let json = world
            .run("check --offline --format json --kind overdue")
            .exits(1)
            .json();
        assert_eq!(json["findings"][0]["due"], due, "{item}\n{json:#}");
        assert_eq!(json["findings"][0]["due_source"], "document", "{item}");
        assert_eq!(json["checked"]["waived"], 0, "{item}");
        let problems = json["problems"].as_array().expect("problems");
        let codes: Vec<_> = problems.iter().map(|p| p["code"].as_str()).collect();
        assert_eq!(codes, [Some(code)], "{item}\n{json:#}");
        // What is done is nobody's trouble any more.
        let done = item.replace("| Todo |", "| Done |").replace("[ ]", "[x]");
        let world = on("2025-01-20", "001.md", &rows(&done));
        let json = world.run("check --offline --format json").exits(0).json();
        assert_eq!(json["problems"], serde_json::json!([]), "{done}");
    }
}

#[test]
fn every_command_knows_the_moved_deadline() {
    let text = rows(
        "| 1 | Mend it | @alice | 2025-01-10, extended to 2025-03-01 (vendor) | P1 | Todo |\n\
         | 2 | Tidy it | @alice | 2025-01-31 | P1 | Todo |\n",
    );
    let world = on("2025-01-20", "001.md", &text);
    let json = world.run("list --format json").exits(0).json();
    let items = &json["postmortems"][0]["items"];
    assert_eq!(items[0]["due"], "2025-03-01");
    assert_eq!(items[0]["overdue"], false);
    assert_eq!(items[0]["waivers"][0]["reason"], "vendor");
    assert!(items[1].get("waivers").is_none());
    world.run("push").exits(0);
    assert!(
        world
            .issue(1)
            .body
            .unwrap_or_default()
            .contains("2025-03-01")
    );
    world.requests();
    world.run("push").exits(0);
    assert_eq!(world.writes(), [""; 0]);
}

#[test]
fn reviews_are_due_while_items_are_open() {
    let review = |today: &str, rest: &str, status: &str| {
        let text = rows(&format!(
            "| 1 | Mend it | @alice | 2026-01-10 | P1 | {status} |\n\n{rest}"
        ));
        let world = on(today, "001.md", &text);
        let json = world
            .run("check --offline --kind review-due --format json")
            .exits(0)
            .json();
        let finding = &json["findings"][0];
        finding["due"].as_str().map(|due| {
            (
                due.to_owned(),
                finding["due_source"].as_str().unwrap_or("").to_owned(),
                finding["line"].as_u64(),
            )
        })
    };
    let written = |day: &str, line| Some((day.to_owned(), "document".to_owned(), Some(line)));
    let open = "## Follow-up review: 2025-01-24\n\n- [ ] Look at it\n";
    assert_eq!(review("2025-01-23", open, "Todo"), None);
    assert_eq!(
        review("2025-01-24", open, "Todo"),
        written("2025-01-24", 11)
    );
    assert_eq!(
        review("2025-03-24", open, "Todo"),
        written("2025-01-24", 11)
    );
    assert_eq!(review("2025-03-24", open, "Done"), None);
    let held = "## Follow-up review: 2025-01-24\n\n- [x] Looked at it\n";
    assert_eq!(review("2025-03-24", held, "Todo"), None);
    let two = format!("{held}\n## Follow-up review: 2025-02-24\n\n- [ ] Look again\n");
    assert_eq!(review("2025-02-23", &two, "Todo"), None);
    assert_eq!(
        review("2025-02-25", &two, "Todo"),
        written("2025-02-24", 15)
    );
    // Without a review of its own, two weeks after the postmortem's date.
    let by_policy = Some(("2025-01-19".to_owned(), "policy".to_owned(), Some(1)));
    assert_eq!(review("2025-01-18", "", "Todo"), None);
    assert_eq!(review("2025-01-19", "", "Todo"), by_policy);
}

#[test]
fn the_boxes_of_a_review_are_no_action_items() {
    for heading in [
        "### Follow-up review (2025-01-24)",
        "### 2週間後レビュー（2025-01-24）",
        "## 30-day review",
    ] {
        let text = rows(&format!(
            "| 1 | Mend it | @alice | 2026-01-10 | P1 | Todo |\n\n{heading}\n\n- [ ] Look at it\n- [ ] Measure it\n"
        ));
        let world = on("2025-01-08", "001.md", &text);
        let json = world.run("check --offline --format json").exits(0).json();
        assert_eq!(json["checked"]["items"], 1, "{heading}");
    }
}

#[test]
fn a_draft_is_late_by_its_severity() {
    let late = |today: &str, severity: &str, times: &str, state: &str| {
        let text = format!(
            "# Postmortem: PM-001 x\n\n{times}\n**Severity**: {severity}\n**Status**: {state}\n"
        );
        let world = on(today, "001.md", &text);
        let json = world.run("check --offline --format json").exits(0).json();
        json["findings"][0]["due"].as_str().map(str::to_owned)
    };
    let due = |day: &str| Some(day.to_owned());
    let times = "**Date**: 2025-01-05 23:00\n**Recovered**: 2025-01-06 01:00\n";
    // 48 hours after 01:00 on the 6th end on the 8th.
    assert_eq!(late("2025-01-08", "SEV1", times, "Draft"), None);
    assert_eq!(
        late("2025-01-09", "SEV1", times, "Draft"),
        due("2025-01-08")
    );
    assert_eq!(
        late("2025-01-09", "SEV2", times, "Draft"),
        due("2025-01-08")
    );
    assert_eq!(late("2025-01-09", "SEV3", times, "Draft"), None);
    assert_eq!(
        late("2025-01-14", "SEV3", times, "Draft"),
        due("2025-01-13")
    );
    assert_eq!(late("2025-01-09", "SEV1", times, "Review"), None);
    assert_eq!(late("2025-01-09", "SEV1", times, "Final"), None);
    for (times, english, japanese) in [
        (
            times,
            "critical: within 2 days of recovery)",
            "（重大度 Critical、復旧した 2025-01-06 から 2 日以内）",
        ),
        (
            "**Date**: 2025-01-05\n",
            "critical: within 2 days of its date, 2025-01-05)",
            "（重大度 Critical、文書の日付 2025-01-05 から 2 日以内）",
        ),
    ] {
        let text =
            format!("# Postmortem: PM-001 x\n\n{times}\n**Severity**: SEV1\n**Status**: Draft\n");
        let world = on("2025-01-20", "001.md", &text);
        let message = |language| {
            let ran = world.run_with("check --offline --format json", &[("LANG", language)]);
            ran.json()["findings"][0]["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        assert!(message("en").ends_with(english), "{}", message("en"));
        assert!(message("ja").contains(japanese), "{}", message("ja"));
    }
    // Without a recovery, from its date.
    assert_eq!(
        late("2025-01-07", "SEV1", "**Date**: 2025-01-05\n", "Draft"),
        None
    );
    assert_eq!(
        late("2025-01-08", "SEV1", "**Date**: 2025-01-05\n", "Draft"),
        due("2025-01-07")
    );
}

#[test]
fn filters_and_what_fails() {
    let world = on("2025-01-20", "007.md", ENGLISH);
    for (arguments, code, count) in [
        ("", 1, 8),
        ("--fail-on never", 0, 8),
        ("--fail-on any", 1, 8),
        ("--kind due-soon", 0, 1),
        ("--kind due-soon --fail-on due-soon", 1, 1),
        ("--kind no-owner --kind no-due --fail-on due-soon", 0, 2),
        ("--kind no-owner --fail-on any", 1, 1),
        ("--owner @bob", 0, 1),
        ("--owner alice --owner bob", 1, 2),
        ("--min-priority p1", 1, 3),
        ("--min-priority P3", 1, 5),
        ("--owner nobody", 0, 0),
    ] {
        let json = world
            .run(&format!("check --offline --format json {arguments}"))
            .exits(code)
            .json();
        assert_eq!(found(&json).len(), count, "{arguments}: {:?}", found(&json));
    }
    // Width and case don't tell names apart.
    let mut command = world.command();
    command.args([
        "check",
        "--offline",
        "--format",
        "json",
        "--owner",
        "ＰＬＡＴＦＯＲＭ team",
    ]);
    let json = crate::common::ran(command.output().expect("it runs")).json();
    assert_eq!(found(&json), ["due-soon PM-007#2"]);
}

#[test]
fn what_was_looked_at_is_counted_as_narrowed() {
    let world = on("2025-01-20", "007.md", ENGLISH);
    world.write("postmortems/042.md", JAPANESE);
    let whole = "12 open of 16 items in 2 documents · 2 extended · next due 2025-01-23";
    world.run("check --offline").exits(1).prints(&[whole]);
    for (arguments, code, words) in [
        (
            "postmortems/007.md",
            1,
            &["6 open of 8 items in 1 document · 1 extended"][..],
        ),
        (
            "--owner carol",
            0,
            &["only carol · 4 open of 4 items in 2 documents · 2 extended · next due 2025-02-28"],
        ),
        (
            "--owner @bob --min-priority p1",
            0,
            &["only @bob, P1 and above · 2 open of 2 items in 2 documents · next due"],
        ),
        (
            "--kind no-due --kind no-owner",
            0,
            &[
                "2 without a due date, 2 without an owner",
                "only no due date, no owner · 12 open",
            ],
        ),
        (
            "--kind no-due --owner alice",
            0,
            &[
                "Nothing found: no due date.",
                "only alice, no due date · 2 open of 6 items",
            ],
        ),
        (
            "--owner bob --kind overdue",
            0,
            &["Nothing found: overdue."],
        ),
    ] {
        let ran = world.run_with(
            &format!("check --offline {arguments}"),
            &[("COLUMNS", "200")],
        );
        ran.exits(code).prints(words);
    }
    let json = world
        .run("check --offline --format json --owner bob --kind overdue")
        .exits(0)
        .json();
    assert_eq!(
        json["only"],
        serde_json::json!({ "owners": ["bob"], "kinds": ["overdue"], "min_priority": null })
    );
    assert_eq!(json["checked"]["items"], 2);
    assert!(world.run("check --offline --format json").json()["only"].is_null());
    world
        .run_with(
            "check --offline --owner bob --kind no-due",
            &[("LANG", "ja")],
        )
        .exits(0)
        .prints(&[
            "該当するものはありません（期限なし）。",
            "絞り込み: bob、期限なし",
        ]);
    for format in ["markdown", "github"] {
        world
            .run(&format!(
                "check --offline --format {format} --owner bob --kind no-due"
            ))
            .exits(0)
            .prints(&["Nothing found: no due date."]);
    }
}

#[test]
fn a_name_that_nobody_bears_is_no_good_news() {
    let world = on("2025-01-20", "007.md", ENGLISH);
    world.configure("[owners]\n\"Night shift\" = [\"dora\"]\n");
    for (owner, words) in [
        ("@alcie", "hint: did you mean `@alice`?"),
        ("Platfrom-team", "hint: did you mean `Platform team`?"),
        ("doro", "hint: did you mean `dora`?"),
        (
            "zzz",
            "hint: the owners are @alice, Platform team, @bob, @carol, Night shift, dora",
        ),
    ] {
        for command in ["check --offline", "list"] {
            world
                .run(&format!("{command} --owner {owner}"))
                .exits(0)
                .warns(&[
                    &format!("neither the documents nor [owners] name an owner `{owner}`"),
                    words,
                ]);
        }
    }
    world
        .run_with("check --offline --owner alcie", &[("LANG", "ja")])
        .exits(0)
        .warns(&[
            "「alcie」という担当者は、文書にも [owners] にもいません",
            "「@alice」のことですか？",
        ]);
    // Who has nothing left to do, or is only configured, is somebody.
    for owner in ["ALICE", "dora", "bob"] {
        let ran = world.run(&format!("check --offline --kind no-due --owner {owner}"));
        assert!(!ran.stderr.contains("neither"), "{}", ran.stderr);
    }
}

#[test]
fn a_finding_says_what_stands_there() {
    let text = rows(
        "| 1 | Mend it | TBD | 2026-01-10 | P1 | Todo |\n| 2 | Tidy it | | 2026-01-10 | P1 | Todo |\n",
    );
    let world = on("2025-01-08", "001.md", &text);
    let json = world
        .run("check --offline --format json --kind no-owner")
        .exits(0)
        .json();
    assert_eq!(json["findings"][0]["message"], "its owner is still \"TBD\"");
    assert_eq!(json["findings"][0]["item"]["owner_text"], "TBD");
    assert_eq!(json["findings"][1]["message"], "no owner");
    world
        .run("check --offline")
        .exits(0)
        .prints(&["its owner is still \"TBD\"", "2 without an owner"]);
    world.write("postmortems/001.md", &text.replace("TBD", "未定"));
    world
        .run_with("check --offline", &[("LANG", "ja")])
        .exits(0)
        .prints(&["担当者が「未定」のままです"]);
}

#[test]
fn paths_narrow_a_check() {
    let world = on("2025-01-20", "007.md", ENGLISH);
    world.write("postmortems/042.md", JAPANESE);
    let json = world
        .run("check --offline --format json postmortems/042.md")
        .exits(1)
        .json();
    assert_eq!(json["checked"]["documents"], 1);
    assert!(
        found(&json).iter().all(|f| f.contains("PM-042")),
        "{json:#}"
    );
}

#[test]
fn templates_are_left_alone() {
    let world = on(
        "2025-01-20",
        "form.md",
        &ENGLISH.replace("PM-007 Checkout cache outage", "[Title]"),
    );
    let ran = world.run("check --offline --format json").exits(0);
    assert_eq!(found(&ran.json()), [""; 0]);
}

#[test]
fn a_policy_or_day_that_makes_no_sense_is_refused() {
    let world = on("2025-01-20", "007.md", ENGLISH);
    world.configure("[check]\ndue_soon = \"-3d\"\n");
    world.run("check --offline").exits(2).warns(&[
        "pm-sync.toml:2:12",
        "can't be negative",
        "\"7d\", \"2w\", \"48h\"",
    ]);
    world.configure("timezone = \"Asia/Tokio\"\n");
    world
        .run("check --offline")
        .exits(2)
        .warns(&["is not a time zone", "Asia/Tokyo"]);
    world.configure("");
    world
        .run_with("check --offline", &[("PM_SYNC_TODAY", "20-01-2025")])
        .exits(2)
        .warns(&["PM_SYNC_TODAY", "2025-01-31"]);
    world
        .run_with(
            "check --offline",
            &[("PM_SYNC_TODAY", "20-01-2025"), ("LANG", "ja")],
        )
        .exits(2)
        .warns(&["日付ではありません"]);
    // The last day that a calendar can hold, and the first: nothing wraps.
    for day in ["9999-12-31", "0001-01-01", "+262142-12-31", "-262143-01-01"] {
        let ran = world.run_with("check --offline --format json", &[("PM_SYNC_TODAY", day)]);
        assert!(ran.code < 2, "{day}: {}", ran.stderr);
    }
}

/// The review that is found due in a postmortem of 2025-01-05 with an open item, and its hint.
fn review_of(rest: &str, today: &str, language: &'static str) -> Option<String> {
    let text = format!(
        "{}\n{rest}",
        rows("| 1 | A | @alice | 2025-12-31 | P3 | Todo |\n")
    );
    let mut world = on(today, "001.md", &text);
    world.language = language;
    let json = world
        .run("check --offline --kind review-due --format json")
        .exits(0)
        .json();
    json["findings"]
        .get(0)
        .map(|found| found["hint"].as_str().expect("a hint").to_owned())
}

#[test]
fn a_review_ends_in_each_way_that_its_hint_names() {
    let is_due = |rest: &str| review_of(rest, "2025-02-10", "en").is_some();
    let open = "\n- [ ] Look at it\n";
    for (before, next) in [
        (
            "## 2週間後レビュー（2025-01-19）",
            "## 次回レビュー: 2025-03-24",
        ),
        (
            "## Follow-up review: 2025-01-19",
            "## Next review: 2025-03-24",
        ),
        ("Next review: 2025-01-19", "Next review: 2025-03-24"),
    ] {
        let settled = format!("{before}\n{open}\n{next}\n{open}");
        assert!(is_due(&format!("{before}\n{open}")), "{before}");
        assert!(!is_due(&settled), "{settled}");
        // The next one falls due in its turn.
        assert!(
            review_of(&settled, "2025-03-24", "en").is_some(),
            "{settled}"
        );
    }
    // Another one of the schedule is none that follows on this.
    assert!(is_due(&format!(
        "## 2週間後レビュー（2025-01-19）\n{open}\n## 3ヶ月後レビュー（2025-04-05）\n{open}"
    )));

    // By the policy: no day is written.
    assert!(is_due(""));
    assert!(is_due(&format!("## Follow-up review\n{open}")));
    assert!(!is_due("## Follow-up review\n\n- [x] Looked at it\n"));
    assert!(!is_due("## フォローアップレビュー\n\n- [x] 確かめた\n"));
    for (language, boxes) in [("en", "boxes"), ("ja", "チェックボックス")] {
        let with = review_of(
            &format!("## Follow-up review\n{open}"),
            "2025-02-10",
            language,
        );
        assert!(with.expect("due").contains(boxes));
        for rest in ["", "Follow-up review: 2025-01-19\n"] {
            let hint = review_of(rest, "2025-02-10", language).expect("due");
            assert!(!hint.contains(boxes), "{hint}");
            // What the hint says to write, written.
            let quotes: &[char] = if language == "ja" {
                &['「', '」']
            } else {
                &['`']
            };
            let line = hint.split(quotes).nth(1).expect("a line to write");
            assert_eq!(
                review_of(&format!("{rest}\n{line}\n"), "2025-02-10", language),
                None,
                "{line}"
            );
        }
    }
}
