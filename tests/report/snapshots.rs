//! January's report in every format and both languages, and its figures as worked out by hand.

use pm_sync::sandbox::StateReason;
use serde_json::{Value, json};

use crate::common::World;
use crate::year::{on, world};

/// Compares with the file under `tests/report/expected`, or writes it where `PM_SYNC_BLESS` is set.
#[track_caller]
pub(crate) fn expect(name: &str, got: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/report/expected")
        .join(name);
    if std::env::var_os("PM_SYNC_BLESS").is_some() {
        std::fs::write(&path, got).expect("the file is written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(got, expected, "{name}; PM_SYNC_BLESS=1 writes it anew");
}

#[test]
fn every_format_in_both_languages() {
    let mut world = world();
    for language in ["en", "ja"] {
        world.language = language;
        for (format, ending) in [
            ("text", "txt"),
            ("markdown", "md"),
            ("json", "json"),
            ("csv", "csv"),
            ("html", "html"),
        ] {
            let got = world.run(&format!("report --month 2025-01 --format {format}"));
            expect(&format!("{language}.{ending}"), &got.exits(0).stdout);
        }
        let got = world.run("report --month 2025-01 --offline").exits(0);
        expect(&format!("{language}.offline.txt"), &got.stdout);
    }
    assert!(world.sandbox.unexpected().is_empty());
}

#[test]
fn the_figures_are_those_worked_out_by_hand() {
    let got = world()
        .run("report --month 2025-01 --format json")
        .exits(0)
        .json();
    for (pointer, expected) in [
        (
            "/period",
            json!({"since": "2025-01-01", "until": "2025-01-31", "shape": "month", "so_far": false}),
        ),
        (
            "/before",
            json!({"since": "2024-12-01", "until": "2024-12-31"}),
        ),
        (
            "/coverage",
            json!({"documents": 4, "items": 10, "with_history": 9, "without_history": 1, "unknown": 0}),
        ),
        // Four of PM-032 and two of PM-033; three of PM-031.
        (
            "/totals/created",
            json!({"now": 6, "comparable": 6, "before": 3}),
        ),
        // PM-031#2 and PM-032#1, not PM-033#1, which was reopened; PM-031#1.
        (
            "/totals/done",
            json!({"now": 2, "comparable": 2, "before": 1}),
        ),
        (
            "/totals/dropped",
            json!({"now": 1, "comparable": 1, "before": 0}),
        ),
        // PM-031#3, PM-032#2 to 4, PM-033#1; PM-031#2 and 3.
        (
            "/totals/open",
            json!({"now": 5, "comparable": 5, "before": 2}),
        ),
        // PM-031#3, PM-032#3, PM-033#1; PM-031#3.
        (
            "/totals/overdue",
            json!({"now": 3, "comparable": 3, "before": 1}),
        ),
        (
            "/balance",
            json!({"items": 10, "closed_before": 1, "done": 2, "dropped": 1, "closed_after": 0,
                   "closed_undated": 1, "open": 5, "unknown": 0}),
        ),
        // The 30 days of PM-031's items ended on 2 January, when the first was done.
        (
            "/within_30_days",
            json!({"now": {"part": 1, "whole": 3}, "before": {"part": 0, "whole": 0}}),
        ),
        // PM-032#1; PM-031#1.
        (
            "/on_time/0",
            json!({"priority": "P0", "now": {"part": 1, "whole": 1}, "before": {"part": 1, "whole": 1},
                   "goal": 80, "met": true}),
        ),
        // PM-033#1 was done on its day; PM-031#2 and PM-032#3 were not; PM-032#2 has until tonight.
        (
            "/on_time/1",
            json!({"priority": "P1", "now": {"part": 1, "whole": 3}, "before": {"part": 0, "whole": 0},
                   "goal": 80, "met": false}),
        ),
        // PM-031#3 was due in December.
        (
            "/on_time/2",
            json!({"priority": "P2", "now": {"part": 0, "whole": 0}, "before": {"part": 0, "whole": 1},
                   "goal": null, "met": null}),
        ),
        // 48 days from 3 December, and 2 from 7 January; 15 before.
        (
            "/days_to_done/0",
            json!({"of": "all", "count": 2, "median": 2, "p90": 48, "median_before": 15}),
        ),
        // PM-032#2, which is due today; PM-032#3 six and PM-033#1 three days; PM-031#3 37 days; PM-032#4.
        (
            "/ageing",
            json!({"not_yet_due": 1, "days_1_7": 2, "days_8_30": 0, "days_31_90": 1, "over_90_days": 0,
                   "no_due_date": 1}),
        ),
        // PM-032#3, from the 15th to the 25th.
        (
            "/slips/now",
            json!({"items": 1, "later": 1, "days": 10, "median": 10, "longest": 10, "earlier": 0, "set": 0,
                   "removed": 0, "untold": 1}),
        ),
        // PM-031#3.
        ("/carried_over", json!(1)),
        // Of PM-032 and PM-033 without the dropped one: two detect or change processes, three mitigate or repair, one doesn't say.
        (
            "/prevention",
            json!({"items": 6, "prevent": 0, "mitigate": 3, "other": 2, "unstated": 1}),
        ),
        ("/postmortems/now", json!(2)),
        ("/postmortems/before", json!(1)),
        ("/postmortems/undated", json!(1)),
        (
            "/postmortems/recovery",
            json!({"now": {"mean_minutes": 25, "told": 1, "untold": 1},
                   "before": {"mean_minutes": 30, "told": 1, "untold": 0}}),
        ),
    ] {
        assert_eq!(got.pointer(pointer), Some(&expected), "{pointer}");
    }
    let owner = |name: &str| {
        let groups = got["by_owner"].as_array().expect("groups");
        let group = groups.iter().find(|g| g["name"] == name).expect("an owner");
        (
            group["open"].clone(),
            group["overdue"].clone(),
            group["created"].clone(),
            group["done"].clone(),
        )
    };
    // PM-033#1 is both's.
    assert_eq!(owner("@bob"), (json!(3), json!(2), json!(3), json!(0)));
    assert_eq!(owner("@alice"), (json!(1), json!(1), json!(2), json!(1)));
}

#[test]
fn a_past_day_is_told_as_it_was() {
    let mut world = world();
    let then = world
        .run("report --month 2025-01 --format json")
        .exits(0)
        .json();
    // A month later nothing is as it was, but January.
    on(&mut world, "2025-02-28");
    world.people(|r| {
        r.close_issue(3, pm_sync::sandbox::StateReason::Completed);
        r.close_issue(8, pm_sync::sandbox::StateReason::NotPlanned);
        r.reopen_issue(4);
    });
    let moved = world.document("032.md").replace("2025-01-25", "2025-03-31");
    world.write("postmortems/032.md", &moved);
    world.run("push").exits(0);
    let now = world
        .run("report --month 2025-01 --format json")
        .exits(0)
        .json();
    for pointer in [
        "/totals/created",
        "/totals/done",
        "/totals/dropped",
        "/totals/open",
        "/totals/overdue",
        "/within_30_days",
        "/days_to_done",
        "/ageing",
        "/slips",
        "/carried_over",
        "/postmortems",
        "/flow",
        "/on_time/0",
        "/on_time/2",
    ] {
        assert_eq!(now.pointer(pointer), then.pointer(pointer), "{pointer}");
    }
    // PM-032#2 had until the evening of the 31st.
    assert_eq!(now["on_time"][1]["now"], json!({"part": 1, "whole": 4}));
    // What has no issue can't be told of.
    assert_eq!(now["coverage"]["unknown"], json!(1));
    let february = world
        .run("report --month 2025-02 --format json")
        .exits(0)
        .json();
    assert_eq!(
        february["totals"]["open"]["before"],
        then["totals"]["open"]["now"]
    );
    assert_eq!(
        february["totals"]["done"],
        json!({"now": 1, "comparable": 1, "before": 2})
    );
    // January's items seen from February's end: one was reopened.
    let later = world
        .run("report --month 2025-01 --as-of 2025-02-28 --format json")
        .exits(0)
        .json();
    assert_eq!(later["totals"]["done"]["now"], json!(1));
    assert_eq!(later["balance"]["closed_after"], json!(2));
}

#[test]
fn documents_alone_agree_on_today() {
    let world = world();
    let json = |line: &str| world.run(line).exits(0).json();
    let live = json("report --month 2025-01 --format json");
    let offline = json("report --month 2025-01 --format json --offline");
    for pointer in [
        "/totals/open/now",
        "/totals/overdue/now",
        "/ageing",
        "/prevention",
        "/postmortems",
    ] {
        assert_eq!(offline.pointer(pointer), live.pointer(pointer), "{pointer}");
    }
    for pointer in [
        "/totals/created/now",
        "/within_30_days/now",
        "/slips/now",
        "/carried_over",
    ] {
        assert_eq!(offline.pointer(pointer), Some(&Value::Null), "{pointer}");
    }
}

/// Items of every status, deadline, priority, kind and owner, some of them closed on GitHub, and pulled.
fn every_sort_of_item() -> World {
    let mut world = World::new();
    world.configure("timezone = \"Asia/Tokyo\"");
    on(&mut world, "2025-01-06");
    let statuses = ["todo", "in progress", "blocked"];
    let dues = [
        "",
        "2025-01-10",
        "2025-01-27",
        "2025-01-31",
        "2025-02-20",
        "2024-10-01",
    ];
    let owners = ["@alice", "@alice, @bob", "", "SRE"];
    let mut items = Vec::new();
    for (at, due) in (0..24).zip(dues.iter().cycle()) {
        let (status, owner) = (statuses[at % 3], owners[at % 4]);
        let kind = ["prevent", "mitigate", "", "detect", "process"][at % 5];
        let priority = ["P0", "P1", "P2", "P3", ""][at / 5];
        items.push(format!(
            "| Step {at} | {owner} | {due} | {priority} | {kind} | {status} |\n"
        ));
    }
    for (number, part) in items.chunks(8).enumerate() {
        let text = format!(
            "# PM-{number:03} Outage\n\n**Date**: 2025-01-0{}\n\n## Action items\n\n| Action | Owner | Due | Priority | Type | Status |\n|---|---|---|---|---|---|\n{}",
            number + 2,
            part.concat()
        );
        world.write(&format!("postmortems/{number:03}.md"), &text);
    }
    world.run("push").exits(0);
    on(&mut world, "2025-01-20");
    world.people(|r| {
        for number in (2..=24).step_by(4) {
            r.close_issue(number, StateReason::Completed);
        }
        for number in (3..=24).step_by(7) {
            r.close_issue(number, StateReason::NotPlanned);
        }
        r.close_issue(1, StateReason::Completed);
        r.reopen_issue(1);
    });
    on(&mut world, "2025-01-31");
    world.run("pull").exits(0);
    world
}

#[test]
fn today_is_the_live_state_and_documents_alone_say_the_same_of_it() {
    let world = every_sort_of_item();
    let json = |line: &str| world.run(&format!("{line} --format json")).exits(0).json();
    let live = json("report --month 2025-01");
    let as_of = json("report --month 2025-01 --as-of 2025-01-31");
    let offline = json("report --month 2025-01 --offline");
    assert_eq!(as_of, live);
    // What is live: the list of the documents that were just pulled, and what a check finds late on GitHub.
    let list = json("list");
    let mut states = Vec::new();
    for item in list["postmortems"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|p| p["items"].as_array().expect("items"))
    {
        states.push(match item["status"].as_str().expect("a status") {
            "done" => "done",
            "dropped" => "dropped",
            _ => "open",
        });
    }
    for closed in ["open", "done", "dropped"] {
        assert!(
            states.contains(&closed),
            "{closed} is missing in the example"
        );
    }
    let of = |report: &Value, field: &str| -> Vec<Value> {
        let rows = report["items"].as_array().expect("rows");
        rows.iter().map(|row| row[field].clone()).collect()
    };
    assert_eq!(of(&live, "state"), states);
    let check = world.run("check --format json").json();
    let found = check["findings"].as_array().expect("findings");
    let late = found
        .iter()
        .filter(|finding| finding["kind"] == "overdue")
        .count();
    assert!(late > 3);
    assert_eq!(live["totals"]["overdue"]["now"], late);
    // Both know these.
    for pointer in [
        "/totals/open/now",
        "/totals/overdue/now",
        "/ageing",
        "/prevention",
        "/postmortems",
    ] {
        assert_eq!(offline.pointer(pointer), live.pointer(pointer), "{pointer}");
    }
    for field in [
        "key",
        "title",
        "state",
        "status",
        "due",
        "days_late",
        "issue",
    ] {
        assert_eq!(of(&offline, field), of(&live, field), "{field}");
    }
    for groups in ["by_owner", "by_kind", "by_document"] {
        let standing = |report: &Value| -> Vec<[Value; 4]> {
            let groups = report[groups].as_array().expect("groups");
            let mut rows: Vec<_> = groups
                .iter()
                .map(|g| ["name", "items", "open", "overdue"].map(|key| g[key].clone()))
                .collect();
            rows.sort_by_key(|row| row[0].to_string());
            rows
        };
        assert_eq!(standing(&offline), standing(&live), "{groups}");
    }
}

#[test]
fn filters_narrow_the_report_and_say_so() {
    let world = world();
    for (line, items) in [
        // Hers, and those of the team that she stands for.
        ("--owner alice", 6),
        // The team is one account, @alice.
        ("--owner @bob --owner sreチーム", 9),
        ("--priority p0", 2),
        ("--kind repair --kind detect", 4),
        ("postmortems/031.md", 3),
        ("--owner nobody", 0),
    ] {
        let got = world
            .run(&format!("report --month 2025-01 --format json {line}"))
            .exits(0)
            .json();
        assert_eq!(got["items"].as_array().map(Vec::len), Some(items), "{line}");
        assert!(!got["filters"].as_array().expect("a list").is_empty());
    }
    world
        .run("report --owner alice")
        .exits(0)
        .prints(&["Only: --owner alice"]);
}

/// Every key of the JSON, once.
fn keys(value: &Value, into: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                into.insert(key.clone());
                keys(value, into);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| keys(value, into)),
        _ => {}
    }
}

#[test]
fn every_field_is_documented() {
    let got = world()
        .run("report --month 2025-01 --format json")
        .exits(0)
        .json();
    let mut all = std::collections::BTreeSet::new();
    keys(&got, &mut all);
    for document in [
        include_str!("../../docs/report.md"),
        include_str!("../../docs/report.ja.md"),
    ] {
        for key in &all {
            assert!(document.contains(&format!("`{key}`")), "{key} is nowhere");
        }
    }
}
