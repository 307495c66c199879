//! Digests: each thing is told once, and nothing that fails hides what was found.

use pm_sync::sandbox::{Fault, Permission, StateReason};
use serde_json::Value;

use super::hook::{Answer, Hook, OK};
use super::stage::{CONFIG, ENGLISH, JAPANESE, MONDAY, check, comments, edit, pushed, said};
use crate::common::{REPOSITORY, World};

#[test]
fn everything_is_told_once() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "--label --comment --notify")
        .exits(1)
        .prints(&["Alert on the queue's length"])
        .warns(&["Told Slack of 2 findings.", "2 new, 0 updated"]);
    let messages = hook.bodies();
    assert_eq!(messages.len(), 1);
    assert!(
        said(&messages[0]).contains("<@U0ALICE>"),
        "{}",
        said(&messages[0])
    );
    assert_eq!(
        world.issue(1).labels.last().map(String::as_str),
        Some("overdue")
    );
    assert!(!world.issue(2).labels.contains(&"overdue".to_owned()));
    assert!(comments(&world, 1)[0].starts_with("@alice This action item was due on 2025-01-10"));
    assert!(comments(&world, 2)[0].starts_with("@bob This action item is due on 2025-01-17."));
    assert!(world.issue(3).comments.is_empty());
    world.sandbox.clear_requests();

    check(&world, &hook, "--label --comment --notify")
        .exits(1)
        .warns(&["Nothing new to send: all 2 findings were told before."]);
    assert!(hook.got().is_empty());
    let requests = world.requests();
    assert!(
        requests.iter().all(|request| request.starts_with("GET ")),
        "{requests:?}"
    );
    // One listing, and a look at the comments of the two issues that might get one.
    assert_eq!(requests.len(), 3, "{requests:?}");
    assert!(world.sandbox.unexpected().is_empty());
}

#[test]
fn nothing_is_told_unless_asked_for() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "").exits(1);
    assert!(hook.got().is_empty());
    assert!(world.writes().is_empty());
}

#[test]
fn what_is_told_disturbs_no_push() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "--label --comment --notify").exits(1);
    world.sandbox.clear_requests();
    world.run("sync --dry-run --exit-code").exits(0);
    world.run("sync").exits(0);
    assert!(world.writes().is_empty());
    check(&world, &hook, "").exits(1);
    let found = world.run("check --format json").json();
    let kinds: Vec<&Value> = found["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| &finding["kind"])
        .collect();
    assert_eq!(kinds, ["overdue", "due-soon"], "no drift");
}

#[test]
fn what_the_next_sync_settles_is_listed_and_told_to_nobody() {
    for (language, words) in [("en", "Drift (1)"), ("ja", "食い違い (1)")] {
        let mut world = pushed("042.md", ENGLISH);
        world.language = language;
        let hook = Hook::ok();
        // Done on GitHub, and the row doesn't know yet: nobody has to do anything.
        world.people(|repository| repository.close_issue(1, StateReason::Completed));
        check(&world, &hook, "--notify --comment --kind drift")
            .exits(0)
            .prints(&[words, "pm-sync pull"]);
        assert!(hook.got().is_empty());
        assert!(world.writes().is_empty(), "and nothing is remembered");
        check(&world, &hook, "--notify").exits(0);
        let message = said(&hook.bodies()[0]);
        assert!(!message.contains("queue"), "{message}");
        assert!(
            !message.contains("told before") && !message.contains("通知済み"),
            "{message}"
        );
        check(&world, &hook, "--notify --dry-run")
            .exits(0)
            .warns(&[if language == "ja" {
                "新しく通知することはありません"
            } else {
                "nothing new"
            }]);
        // The row says done and the issue is open: the next push closes it.
        edit(&world, "042.md", "P1 | todo | [#2]", "P1 | done | [#2]");
        check(&world, &hook, "--notify").exits(0);
        assert!(hook.got().is_empty());
        // Somebody reopened it: now a person has to decide, and is told.
        world.run("sync").exits(0);
        world.people(|repository| repository.reopen_issue(2));
        edit(&world, "042.md", "\"done\"", "\"open\"");
        check(&world, &hook, "--notify").exits(0);
        let message = said(&hook.bodies()[0]);
        assert!(message.contains("failover"), "{message}");
    }
}

#[test]
fn a_new_finding_is_told_alone() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "--notify").exits(1);
    hook.got();
    edit(&world, "042.md", "2025-03-01", "2025-01-12");
    check(&world, &hook, "--notify").exits(1);
    let message = said(&hook.bodies()[0]);
    assert!(message.contains("Tell the vendor") && message.contains("Mallory"));
    assert!(!message.contains("queue"), "{message}");
    assert!(message.contains("2 more were told before"), "{message}");
    check(&world, &hook, "--notify").exits(1);
    assert!(hook.got().is_empty());
}

#[test]
fn what_still_holds_after_a_week_is_told_again() {
    let mut world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    let run = |world: &World| {
        check(world, &hook, "--comment --notify").exits(1);
        (hook.got().len(), comments(world, 1).len())
    };
    for (today, sent, on_issue) in [
        ("2025-01-13", 1, 1),
        ("2025-01-14", 0, 1),
        // The second item is late now, which is news for the channel.
        ("2025-01-18", 1, 1),
        ("2025-01-19", 0, 1),
        ("2025-01-20", 1, 2),
        ("2025-01-21", 0, 2),
    ] {
        today.clone_into(&mut world.today);
        assert_eq!(run(&world), (sent, on_issue), "{today}");
    }
    let configured = CONFIG.replace("[check]", "[check]\nremind_every = \"2d\"");
    world.write("pm-sync.toml", &configured);
    "2025-01-22".clone_into(&mut world.today);
    assert_eq!(run(&world).1, 3);
}

#[test]
fn items_without_an_issue_and_whole_documents_are_remembered_too() {
    let mut world = World::of("042.md", ENGLISH);
    world.write(
        "pm-sync.toml",
        &CONFIG.replace("review_after = \"never\"\n", ""),
    );
    "2025-01-20".clone_into(&mut world.today);
    let hook = Hook::ok();
    check(&world, &hook, "--label --comment --notify").exits(1);
    let message = said(&hook.bodies()[0]);
    assert!(message.contains("postmortems/042.md:"), "{message}");
    assert!(message.contains("Review due"), "{message}");
    check(&world, &hook, "--label --comment --notify").exits(1);
    assert!(hook.got().is_empty());
    // A row above moves the others: they are what they were.
    edit(
        &world,
        "042.md",
        "| 1 | Alert",
        "| 0 | Another | @alice | 2025-06-01 | P3 | todo |\n| 1 | Alert",
    );
    check(&world, &hook, "--notify").exits(1);
    assert!(hook.got().is_empty());
    // The record is the only issue, closed, and no push takes it for anything.
    assert_eq!(world.issues(), 1);
    let record = world.issue(1);
    assert_eq!(record.state, pm_sync::sandbox::State::Closed);
    assert_eq!(record.labels, ["postmortem"]);
    world.run("push").exits(0).prints(&["4 created"]);
    let after = world.issue(1);
    assert_eq!((record.title, record.body), (after.title, after.body));
}

#[test]
fn a_webhook_that_fails_hides_nothing_and_is_served_again() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::start(|n| match n {
        0 => Answer::Reply(404, "", "no_service"),
        _ => OK,
    });
    check(&world, &hook, "--notify --comment")
        .exits(3)
        .prints(&["Alert on the queue's length", "Test the failover"])
        .warns(&[
            "2 findings could not be told: Slack did not take the message (404): no_service",
            "hint: the webhook was removed or disabled",
        ]);
    assert_eq!(comments(&world, 1).len(), 1, "the rest goes on");
    hook.got();
    check(&world, &hook, "--notify --comment").exits(1);
    assert_eq!(hook.got().len(), 1);
    check(&world, &hook, "--notify --comment").exits(1);
    assert!(hook.got().is_empty());
    // Findings that fail nothing don't change that a failure is one.
    let dead = Hook::start(|_| Answer::Reply(200, "", "<html><title>Login</title></html>"));
    edit(&world, "042.md", "2025-03-01", "2025-01-12");
    check(&world, &dead, "--notify --fail-on never")
        .exits(3)
        .warns(&["no webhook (200): an HTML page: Login"]);
}

#[test]
fn each_of_two_webhooks_is_remembered_for_itself() {
    let world = pushed("042.md", ENGLISH);
    let slack = Hook::start(|n| match n {
        0 => Answer::Reply(403, "", "action_prohibited"),
        _ => OK,
    });
    let other = Hook::ok();
    let run = || {
        world.run_with(
            "check --notify",
            &[
                ("PM_SYNC_SLACK_WEBHOOK", &slack.url),
                ("PM_SYNC_WEBHOOK", &other.url),
            ],
        )
    };
    run().exits(3);
    assert_eq!((slack.got().len(), other.got().len()), (1, 1));
    run().exits(1);
    assert_eq!((slack.got().len(), other.got().len()), (1, 0));
    run().exits(1);
    assert_eq!((slack.got().len(), other.got().len()), (0, 0));
}

#[test]
fn each_channel_has_a_memory_of_its_own() {
    let world = pushed("042.md", ENGLISH);
    let (ours, theirs) = (Hook::ok(), Hook::ok());
    check(&world, &ours, "--notify").exits(1);
    check(&world, &theirs, "--notify --owner SRE").exits(0);
    assert_eq!(ours.got().len(), 1);
    assert!(!said(&theirs.bodies()[0]).contains("queue"));
    check(&world, &ours, "--notify").exits(1);
    check(&world, &theirs, "--notify --owner SRE").exits(0);
    check(&world, &theirs, "--notify").exits(1);
    assert!(ours.got().is_empty());
    let rest = said(&theirs.bodies()[0]);
    assert!(
        rest.contains("queue") && !rest.contains("failover"),
        "{rest}"
    );
}

#[test]
fn a_webhook_of_another_kind_gets_json() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    world
        .run_with("check --notify", &[("PM_SYNC_WEBHOOK", &hook.url)])
        .exits(1)
        .warns(&["Told the webhook of 2 findings."]);
    let body = hook.bodies().remove(0);
    assert_eq!(body["schema"], "pm-sync/1");
    assert_eq!(body["event"], "check");
    assert_eq!(
        (&body["today"], &body["timezone"]),
        (&MONDAY.into(), &"UTC".into())
    );
    assert_eq!(body["counts"]["overdue"], 1);
    assert_eq!(body["known"], 0);
    let first = &body["findings"][0];
    assert_eq!(
        (&first["kind"], &first["name"]),
        (&"overdue".into(), &"PM-042#1".into())
    );
    assert_eq!(first["item"]["issue"]["assignees"][0], "alice");
    assert_eq!(first["escalated"], false);
    assert!(body["text"].as_str().expect("a text").contains("PM-042#1"));
    assert_eq!(body["id"].as_str().expect("an id").len(), 12);
}

#[test]
fn the_documented_message_is_the_one_that_is_sent() {
    let page = include_str!("../../docs/webhook.md");
    let (_, rest) = page.split_once("```json\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let example: Value = serde_json::from_str(example).expect("JSON");
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    world
        .run_with(
            "check --notify --kind overdue",
            &[("PM_SYNC_WEBHOOK", &hook.url)],
        )
        .exits(1);
    assert_eq!(hook.bodies().remove(0), example);
    // Every field is explained.
    fn fields<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    names.push(name);
                    fields(value, names);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| fields(value, names)),
            _ => {}
        }
    }
    let mut names = Vec::new();
    fields(&example, &mut names);
    let table = page.rsplit("```").next().expect("the text below");
    for name in names {
        assert!(
            table.contains(&format!("`{name}`")) || table.contains(&format!(".{name}`")),
            "`{name}` is not explained"
        );
    }
}

#[test]
fn a_dry_run_shows_each_message_and_sends_none() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    let shown = check(&world, &hook, "--label --comment --notify --dry-run")
        .exits(1)
        .prints(&[
            "message 1 of 1 to Slack: 2 findings",
            "Action items: 1 overdue, 1 due soon",
            "label `overdue` would be put on #1",
            "new comment on #1",
            "@alice This action item was due on 2025-01-10",
        ]);
    assert!(!shown.stdout.contains("sesame"));
    assert!(hook.got().is_empty() && world.writes().is_empty());
    // Without an address the message is shown as Slack would get it.
    world
        .run("check --notify --dry-run")
        .exits(1)
        .prints(&["message 1 of 1 to Slack"]);
    // Programs get their JSON alone.
    let ran = check(&world, &hook, "--notify --dry-run --format json");
    assert_eq!(ran.json()["schema"], "pm-sync/1");
    assert!(ran.stderr.contains("message 1 of 1"), "{}", ran.stderr);
    // On a pull request's runner it is the only way.
    let ci = [
        ("CI", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("PM_SYNC_SLACK_WEBHOOK", hook.url.as_str()),
    ];
    world
        .run_with("check --notify", &ci)
        .exits(2)
        .warns(&["--dry-run"]);
    world.run_with("check --notify --dry-run", &ci).exits(1);
    world.run_with("check", &ci).exits(1);
    assert!(hook.got().is_empty() && world.writes().is_empty());
    check(&world, &hook, "--label --comment --notify").exits(1);
    hook.got();
    check(&world, &hook, "--label --comment --notify --dry-run")
        .exits(1)
        .warns(&["There is nothing new to tell, and no label to change."]);
    check(&world, &hook, "--label --dry-run")
        .exits(1)
        .warns(&["There is no label to change."]);
    check(&world, &hook, "--comment --dry-run")
        .exits(1)
        .warns(&["There is nothing new to tell."]);
}

#[test]
fn a_digest_keeps_the_language_of_most_documents() {
    let world = pushed("042.md", ENGLISH);
    world.write("postmortems/043.md", JAPANESE);
    world.write(
        "postmortems/044.md",
        "# PM-044 検索の停止\n\n**日時**: 2025-01-05\n\n障害の記録です。対応は完了しました。\n",
    );
    let hook = Hook::ok();
    check(&world, &hook, "--notify").exits(1);
    let message = said(&hook.bodies()[0]);
    assert!(message.contains("期限切れ"), "{message}");
    // What is new is English alone; the channel's language stays.
    edit(&world, "042.md", "2025-03-01", "2025-01-12");
    check(&world, &hook, "--notify").exits(1);
    let message = said(&hook.bodies()[0]);
    assert!(message.contains("Tell the vendor"), "{message}");
    assert!(message.contains("期限切れ 1 件"), "{message}");
    // A configured language is the one.
    edit(&world, "042.md", "2025-01-12", "2025-01-11");
    world.write("pm-sync.toml", &format!("language = \"en\"\n{CONFIG}"));
    check(&world, &hook, "--notify").exits(1);
    let message = said(&hook.bodies()[0]);
    assert!(message.contains("1 overdue"), "{message}");
}

#[test]
fn no_secret_is_shown_however_much_is_said() {
    let world = pushed("042.md", ENGLISH);
    let answers = [
        OK,
        Answer::Reply(400, "", "sesame-sesame T0SECRET0 B0SECRET0 invalid_payload"),
        Answer::Reply(
            200,
            "",
            "<html><title>/services/T0SECRET0/B0SECRET0/sesame-sesame</title>",
        ),
        Answer::Reply(
            302,
            "location: http://127.0.0.1:1/sesame-sesame\r\n",
            "sesame-sesame",
        ),
    ];
    for answer in answers {
        let hook = Hook::start(move |_| answer.clone());
        for arguments in ["-vv check --notify --dry-run", "-vv check --notify"] {
            let ran = world.run_with(
                arguments,
                &[
                    ("PM_SYNC_SLACK_WEBHOOK", &hook.url),
                    ("PM_SYNC_WEBHOOK", &hook.url),
                ],
            );
            let all = format!("{}{}", ran.stdout, ran.stderr);
            for secret in ["sesame", "SECRET", "/services/"] {
                assert!(!all.contains(secret), "{all}");
            }
        }
    }
    for bad in [
        "http://hooks.example/services/sesame-sesame",
        "sesame-sesame",
        "https://user:sesame@hooks.example/x",
    ] {
        let ran = world
            .run_with("check --notify", &[("PM_SYNC_WEBHOOK", bad)])
            .exits(2)
            .warns(&["PM_SYNC_WEBHOOK"]);
        assert!(!ran.stderr.contains("sesame") && ran.stdout.is_empty());
    }
    for bad in [
        "sesame-sesame",
        "hooks.example:443",
        "ftp://hooks.example/x",
    ] {
        world
            .run_with("check --notify", &[("PM_SYNC_WEBHOOK", bad)])
            .exits(2)
            .warns(&["what PM_SYNC_WEBHOOK holds is not an address", "https://"]);
    }
    world
        .run("check --notify")
        .exits(2)
        .warns(&["PM_SYNC_SLACK_WEBHOOK"]);
    // No record of it anywhere on GitHub either.
    let bodies: Vec<String> = world.people(|repository| {
        repository
            .issues()
            .filter_map(|issue| issue.body.clone())
            .collect()
    });
    assert!(bodies.iter().all(|body| !body.contains("sesame")));
}

#[test]
fn what_can_t_be_remembered_is_not_sent() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    world
        .sandbox
        .github()
        .token("sandbox-token")
        .grant(REPOSITORY, Permission::Read);
    check(&world, &hook, "--notify")
        .exits(3)
        .prints(&["Alert on the queue's length"])
        .warns(&["nothing was sent"]);
    assert!(hook.got().is_empty());
    world
        .sandbox
        .github()
        .token("sandbox-token")
        .grant(REPOSITORY, Permission::Push);
    world.sandbox.github().token("sandbox-token").issues_write = false;
    check(&world, &hook, "--notify --label --comment")
        .exits(3)
        .warns(&[
            "nothing was sent, because it could not be remembered",
            "the token needs the permission issues=write",
        ]);
    assert!(hook.got().is_empty());
}

#[test]
fn without_github_nobody_is_told() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    let away = |variables: &[(&str, &str)], arguments: &str| {
        let variables = [variables, &[("PM_SYNC_SLACK_WEBHOOK", &hook.url)]].concat();
        let ran = world
            .run_with(&format!("check {arguments}"), &variables)
            .exits(3)
            .prints(&["Alert on the queue's length"]);
        let (_, said) = ran.stderr.split_once("error: ").expect("an error");
        assert!(hook.got().is_empty());
        said.to_owned()
    };
    // Each is told what helps, and not what is not amiss.
    let said = away(&[], "--offline --notify");
    assert!(said.contains("nobody was told"), "{said}");
    assert!(said.contains("leave out --offline"), "{said}");
    let said = away(&[("GITHUB_TOKEN", "")], "--notify");
    assert!(said.contains("set GITHUB_TOKEN"), "{said}");
    assert!(!said.contains("--offline"), "{said}");
    let said = away(&[], "--offline --label");
    assert!(
        said.contains("the label was not brought up to date"),
        "{said}"
    );
    world
        .sandbox
        .fault(Fault::status(404).on("GET", "/repos/*/*/issues").always());
    let said = away(&[], "--notify");
    assert!(said.contains("nobody was told"), "{said}");
    assert!(said.contains("the next run that reaches GitHub"), "{said}");
    assert!(
        !said.contains("--offline") && !said.contains("GITHUB_TOKEN"),
        "{said}"
    );
    check(&world, &hook, "--offline --notify --dry-run")
        .exits(1)
        .prints(&["message 1 of 1 to Slack"])
        .warns(&["everything is shown"]);
}

#[test]
fn a_listing_that_lags_has_nothing_told_twice() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "--notify").exits(1);
    edit(&world, "042.md", "2025-03-01", "2025-01-12");
    world.sandbox.hold_listings();
    check(&world, &hook, "--notify").exits(1);
    assert_eq!(hook.got().len(), 2);
    check(&world, &hook, "--notify").exits(1);
    assert!(hook.got().is_empty());
}

#[test]
fn a_thousand_findings_arrive_once_each() {
    let mut world = World::new();
    world.write("pm-sync.toml", CONFIG);
    for document in 1..=100 {
        let rows: String = (1..=10)
            .map(|row| {
                format!("| {row} | Work {document}-{row} on <the> \"thing\" | @alice | 2025-01-10 | P1 | todo |\n")
            })
            .collect();
        let text = format!(
            "# PM-{document:03} Down\n\n**Date**: 2025-01-05\n\n## Action items\n\n| # | Action | Owner | Due | Priority | Status |\n|---|---|---|---|---|---|\n{rows}"
        );
        world.write(&format!("postmortems/{document:03}.md"), &text);
    }
    MONDAY.clone_into(&mut world.today);
    let hook = Hook::ok();
    check(&world, &hook, "--notify")
        .exits(1)
        .warns(&["Told Slack of 1000 findings."]);
    let messages = hook.bodies();
    assert!(messages.len() > 1);
    let mut lines = 0;
    for message in &messages {
        assert!(message["blocks"].as_array().expect("blocks").len() <= 50);
        lines += said(message).matches("\n• ").count();
    }
    assert_eq!(lines, 1000);
    check(&world, &hook, "--notify").exits(1);
    assert!(hook.got().is_empty());
}

#[test]
fn a_digest_in_english() {
    let world = pushed("042.md", ENGLISH);
    let hook = Hook::ok();
    check(&world, &hook, "--notify --comment").exits(1);
    assert_eq!(
        said(&hook.bodies()[0]),
        "Action items: 1 overdue, 1 due soon
*Overdue* (1)
• <https://github.com/octo-org/service/issues/1|PM-042#1> Alert on the queue's length — <@U0ALICE> · 3 days overdue (due 2025-01-10) · P1
*Due soon* (1)
• <https://github.com/octo-org/service/issues/2|PM-042#2> Test the failover — <!subteam^S0SRE> · due in 4 days (due 2025-01-17) · P1
as of 2025-01-13 · pm-sync check
"
    );
    assert_eq!(
        comments(&world, 1),
        ["@alice This action item was due on 2025-01-10 and is still open.

If it is done, close the issue. If it needs more time, write `Extended to YYYY-MM-DD: reason` beside it in postmortems/042.md.

<sub>PM-042#<!-- -->1 · a reminder by pm-sync, at most every 7 days while it is open</sub>"]
    );
}

#[test]
fn a_digest_in_japanese() {
    let mut world = pushed("043.md", JAPANESE);
    world.language = "ja_JP.UTF-8";
    let hook = Hook::ok();
    check(&world, &hook, "--notify --comment")
        .exits(1)
        .warns(&["Slack に 2 件を通知しました", "新規 2 件"]);
    assert_eq!(
        said(&hook.bodies()[0]),
        "アクションアイテム: 期限切れ 1 件、期限間近 1 件
*期限切れ* (1)
• <https://github.com/octo-org/service/issues/1|PM-043#1> 索引の作り直しを自動にする — <@U0ALICE> · 期限を 3 日過ぎています（期限 2025-01-10） · P1
*期限間近* (1)
• <https://github.com/octo-org/service/issues/2|PM-043#2> 監視を足す &amp; code — 基盤チーム · 今日が期限です（期限 2025-01-13） · P2
2025-01-13 時点 · pm-sync check
"
    );
    assert_eq!(
        comments(&world, 1),
        ["@alice このアクションアイテムの期限は 2025-01-10 でした。まだ完了していません。

終わっていれば、この Issue をクローズしてください。間に合わないときは、postmortems/043.md のこの項目に「期限延長: YYYY-MM-DD（理由）」と書き添えてください。

<sub>PM-043#<!-- -->1 · pm-sync からのお知らせ（未完了の間、7 日に 1 回まで）</sub>"]
    );
    assert!(
        comments(&world, 2)[0].contains("ポストモーテム上の担当は 基盤チーム ですが"),
        "{:?}",
        comments(&world, 2)
    );
}
