//! What stands between the fields: people's text, ticks, configuration, limits, damaged bodies.

use super::*;

#[test]
fn a_new_issue_has_everything() {
    let wanted = wanted(Language::Ja);
    let new = create(&wanted, Some("## メモ\r\n<!-- pm-sync:end -->\r\n"));
    assert_eq!(new.title, "[PM-042] メモリアラートの設定");
    assert_eq!(
        new.labels,
        ["postmortem", "priority: P1", "team: a", "kind: detect"]
    );
    assert_eq!(new.assignees, ["alice"]);
    let (start, rest) = new.body.split_once('\n').expect("lines");
    assert_eq!(start, BEGIN);
    assert!(
        rest.starts_with(
            "<!-- pm-sync:item {\"v\":1,\"doc\":\"PM-042\",\"key\":\"3\",\"saw\":{\"doc\":{"
        ),
        "{rest}"
    );
    assert!(
        rest.ends_with(&format!("- see the graph\n{END}\n\n## メモ\n")),
        "{rest}"
    );
    assert_quiet(&wanted, &created(new));
    assert!(create(&wanted, Some(" \n")).body.ends_with(END));
    assert!(create(&wanted, None).body.ends_with(END));
}

#[test]
fn an_empty_item_is_quiet_too() {
    let empty = Wanted {
        owners: Vec::new(),
        due: None,
        due_text: None,
        priority: None,
        kind: None,
        tasks: Vec::new(),
        done_when: Vec::new(),
        details: Vec::new(),
        priority_label: None,
        kind_labels: Vec::new(),
        link: None,
        ..wanted(Language::En)
    };
    let full = wanted(Language::En);
    let issue = issue_of(&empty);
    assert_eq!(region_of(&issue).parts.len(), 1);
    assert_quiet(&empty, &issue);
    // From nothing to everything, and back.
    let (comparison, after) = settle(&full, &issue, &options(None));
    assert_eq!(comparison.changes.len(), 8, "{:?}", comparison.changes);
    assert_eq!(region_of(&after).parts, region_of(&issue_of(&full)).parts);
    let (_, back) = settle(&empty, &after, &options(None));
    assert_eq!(region_of(&back).parts, region_of(&issue).parts);
    assert_eq!(
        (back.labels, back.assignees),
        (issue.labels, issue.assignees)
    );
    let marker = marker_of(&apply(
        &compare(&empty, &after, &options(None)).patch,
        &after,
    ));
    let moves: Vec<_> = marker
        .due_moves
        .iter()
        .map(|step| (step.from, step.to))
        .collect();
    assert_eq!(moves, [(None, full.due), (full.due, None)]);
}

#[test]
fn a_move_of_the_due_date_is_history() {
    let mut wanted = wanted(Language::Ja);
    let issue = issue_of(&wanted);
    wanted.due = Some(date("2025-01-20"));
    let (comparison, after) = settle(&wanted, &issue, &options(None));
    assert_eq!(
        (&*comparison.changes[0].old, &*comparison.changes[0].new),
        ("2025-01-10", "2025-01-20")
    );
    assert!(
        after
            .body
            .contains(r#""due_moves":[{"from":"2025-01-10","to":"2025-01-20","on":"2025-01-08"}]"#),
        "{}",
        after.body
    );
    assert_eq!(part(&after, Part::Due), "**期限**: 2025-01-20（2週間以内）");
    // The words alone are no change.
    wanted.due_text = Some("来週中".to_owned());
    assert_quiet(&wanted, &after);
    // A person who wrote the same date in their own words is agreed with, and keeps the words.
    wanted.due = Some(date("2025-02-01"));
    let mut theirs = after;
    theirs.body = theirs
        .body
        .replace("2025-01-20（2週間以内）", "2025-02-01 頃");
    let (comparison, _) = settle(&wanted, &theirs, &options(None));
    assert_eq!(comparison.refreshed, [Field::Due]);
}

#[test]
fn peoples_text_and_ticks_survive_every_write() {
    let mut wanted = wanted(Language::En);
    let mut issue = issue_of(&wanted);
    issue.body = issue
        .body
        .replace(BEGIN, &format!("Hello @someone\r\n{BEGIN}"))
        .replace("- [ ] step two", "- [x] step two")
        .replace("**Kind**", "moved twice already\n**Kind**")
        .replace("**Done when**", "call me\n\n- and me\n\n**Done when**")
        + "tail\r\n";
    assert_quiet(&wanted, &issue);
    let mut reworded = wanted.clone();
    reworded.tasks[1].text = "the second step".to_owned();
    let (comparison, after) = settle(&reworded, &issue, &options(None));
    assert!(part(&after, Part::Tasks).ends_with("- [ ] step one\n- [x] the second step"));
    assert_eq!(comparison.changes[0].unticked, [""; 0]);
    reworded.tasks[0].text = "the first step".to_owned();
    let (comparison, _) = settle(&reworded, &issue, &options(None));
    assert_eq!(comparison.changes[0].unticked, ["step two"]);
    wanted.due = None;
    wanted.tasks.insert(
        0,
        Task {
            text: "step zero".to_owned(),
            done: true,
        },
    );
    wanted.priority = None;
    wanted.priority_label = None;
    let (comparison, after) = settle(&wanted, &issue, &options(None));
    assert_eq!(comparison.changes.len(), 3, "{:?}", comparison.changes);
    assert_eq!(
        part(&after, Part::Tasks),
        "**Tasks**:\n- [x] step zero\n- [ ] step one\n- [x] step two"
    );
    for kept in [
        "\nmoved twice already\n",
        "\ncall me\n\n- and me\n",
        "\r\n",
        "tail\r\n",
    ] {
        assert!(after.body.contains(kept), "{kept:?} in {}", after.body);
    }
    assert!(
        !after
            .labels
            .iter()
            .any(|label| label.starts_with("priority"))
    );
}

#[test]
fn the_configuration_alone_changes_nothing_until_asked() {
    let before = wanted(Language::En);
    let issue = issue_of(&before);
    let configured = Wanted {
        language: Language::Ja,
        key: "3-2".to_owned(),
        issue_title: "再発防止: Add a memory alert".to_owned(),
        owners: vec![owner("@alice", &["alice-acme"], &["sre"])],
        priority_label: Some("P1".to_owned()),
        all_priority_labels: strings(&["P0", "P1"]),
        kind_labels: Vec::new(),
        base_labels: strings(&["事後検証"]),
        ..before
    };
    assert_quiet(&configured, &issue);
    let (comparison, after) = settle(&configured, &issue, &reapply());
    assert_eq!(
        comparison.changes.len(),
        Field::ALL.len(),
        "{:?}",
        comparison.changes
    );
    let fresh = issue_of(&configured);
    assert_eq!(
        (&after.title, region_of(&after).parts),
        (&fresh.title, region_of(&fresh).parts)
    );
    assert!(same_set(&after.labels, &fresh.labels), "{:?}", after.labels);
    assert_eq!(after.assignees, ["alice-acme"]);
    assert_eq!(marker_of(&after).key, "3-2");
    let priority = comparison
        .changes
        .iter()
        .find(|change| change.field == Field::Priority)
        .expect("changed");
    assert_eq!(
        (&*priority.old, &*priority.new),
        ("priority: P1 / P1", "P1 / P1")
    );
    let title = &comparison.changes[0];
    assert_eq!(
        (&*title.old, &*title.new),
        (
            "[PM-042] Add a memory alert",
            "再発防止: Add a memory alert"
        )
    );
}

#[test]
fn only_our_labels_and_assignees_go() {
    let mut wanted = wanted(Language::En);
    wanted.kind_labels = strings(&["Team: A", "kind: detect"]);
    let mut issue = issue_of(&wanted);
    issue
        .labels
        .extend(strings(&["good first issue", "team: b"]));
    assert_quiet(&wanted, &issue);
    // The owner's label is the kind's as well, and the new owner's was there before us.
    wanted.owners = vec![owner("チームB", &["bob"], &["team: b"])];
    let (_, after) = settle(&wanted, &issue, &options(None));
    assert_eq!(
        after.labels,
        [
            "postmortem",
            "priority: P1",
            "team: a",
            "kind: detect",
            "good first issue",
            "team: b"
        ]
    );
    assert_eq!(after.assignees, ["bob"]);
    wanted.owners = vec![owner("@carol", &["carol"], &[])];
    wanted.kind_labels.clear();
    wanted.kind = None;
    let (_, after) = settle(&wanted, &after, &options(None));
    assert_eq!(
        after.labels,
        ["postmortem", "priority: P1", "good first issue", "team: b"]
    );

    // Somebody who assigned themselves stays when the owner changes.
    let mut joined = after;
    joined.assignees.push("dave".to_owned());
    let (_, joined) = settle(&wanted, &joined, &options(Some(Side::GitHub)));
    wanted.owners = vec![owner("@erin", &["erin"], &[])];
    let (_, joined) = settle(&wanted, &joined, &options(None));
    assert_eq!(joined.assignees, ["dave", "erin"]);
    // Who joined and is then named by the document goes with the document's next word.
    let mut named = wanted.clone();
    named.owners = vec![owner("@dave", &["dave"], &[])];
    let (_, theirs) = settle(&named, &joined, &options(None));
    assert_eq!(theirs.assignees, ["dave"]);
    named.owners = vec![owner("@erin", &["erin"], &[])];
    let (_, theirs) = settle(&named, &theirs, &options(None));
    assert_eq!(theirs.assignees, ["erin"]);
    // Names are one whatever their case.
    let mut cased = joined;
    cased.assignees = strings(&["Erin", "DAVE"]);
    cased.labels = cased
        .labels
        .iter()
        .map(|label| label.to_uppercase())
        .collect();
    assert_quiet(&wanted, &cased);
}

#[test]
fn half_of_a_change_made_by_hand_is_completed() {
    let mut wanted = wanted(Language::Ja);
    let mut issue = issue_of(&wanted);
    wanted.priority = Some(Priority::P0);
    wanted.priority_label = Some("priority: P0".to_owned());
    issue.labels.retain(|label| label != "priority: P1");
    issue.labels.push("priority: P0".to_owned());
    let (comparison, after) = settle(&wanted, &issue, &options(None));
    assert_eq!(fields(&comparison.conflicts), []);
    assert_eq!(
        (comparison.changes.len(), part(&after, Part::Priority)),
        (1, "**優先度**: P0".to_owned())
    );
    assert_eq!(comparison.patch.labels, None);
    assert_quiet(&wanted, &after);
}

#[test]
fn an_edit_that_was_taken_back_is_no_drift() {
    let wanted = wanted(Language::En);
    let issue = issue_of(&wanted);
    let mut edited = issue.clone();
    edited.title = "mine".to_owned();
    let (_, accepted) = settle(&wanted, &edited, &options(Some(Side::GitHub)));
    assert_quiet(&wanted, &accepted);
    let mut back = accepted;
    back.title = issue.title;
    let (comparison, _) = settle(&wanted, &back, &options(None));
    assert_eq!(
        (fields(&comparison.drift), comparison.refreshed),
        (vec![], vec![Field::Title])
    );
}

#[test]
fn what_github_dropped_is_forgotten_at_once() {
    let wanted = wanted(Language::Ja);
    let new = create(&wanted, None);
    let mut answer = created(new.clone());
    answer.assignees.clear();
    answer.labels.retain(|label| label == "postmortem");
    let missing = new.missing_from(&answer);
    let patch = remember(&answer, &missing);
    let after = apply(&patch, &answer);
    assert_eq!(
        (&after.labels, &after.assignees),
        (&answer.labels, &answer.assignees)
    );
    assert_quiet(&wanted, &after);
    assert_eq!(
        remember(&after, &missing),
        IssuePatch::default(),
        "once is enough"
    );
    assert_eq!(
        remember(&answer, &Missing::default()),
        IssuePatch::default()
    );
    let mut foreign = answer;
    foreign.body = "no region".to_owned();
    assert_eq!(remember(&foreign, &missing), IssuePatch::default());
}

#[test]
fn a_body_that_cannot_be_read_is_left_alone() {
    let wanted = wanted(Language::En);
    let issue = issue_of(&wanted);
    let line = marker_of(&issue).to_line();
    let bodies = [
        String::new(),
        "people".to_owned(),
        issue.body.replace(END, ""),
        issue.body.replace(BEGIN, ""),
        issue.body.replace(&line, ""),
        issue.body.replace(&line, &format!("{line}\n{line}")),
        issue.body.replace("\"v\":1", "\"v\":2"),
        format!("{}\n{}", issue.body, issue.body),
        line,
    ];
    for body in bodies {
        let mut damaged = issue.clone();
        damaged.body = body;
        let mut changed = wanted.clone();
        changed.title.push('!');
        for prefer in [None, Some(Side::Document), Some(Side::GitHub)] {
            let comparison = compare(
                &changed,
                &damaged,
                &ContentOptions {
                    reapply: true,
                    ..options(prefer)
                },
            );
            assert_eq!(
                comparison,
                Comparison {
                    region_missing: true,
                    ..Comparison::default()
                }
            );
        }
        // Adopting mends it and loses nothing of what can be seen.
        let mut adopted = apply(&adopt(&wanted, &damaged), &damaged);
        assert_quiet(&wanted, &adopted);
        for line in damaged
            .body
            .lines()
            .filter(|line| !line.contains("pm-sync:"))
        {
            assert!(adopted.body.contains(line), "{line:?} in {}", adopted.body);
        }
        // A marker of people's text changes nothing.
        adopted.body.push_str("\n<!-- pm-sync:item {} -->");
        assert_quiet(&wanted, &adopted);
    }
}

#[test]
fn an_issue_made_by_hand_is_taken_over() {
    let wanted = wanted(Language::Ja);
    let mut hand = created(NewIssue {
        title: "アラートがほしい".to_owned(),
        body: "背景\r\n\r\n- 1\r\n".to_owned(),
        labels: strings(&["bug", "Team: A"]),
        assignees: strings(&["zoe", "Alice"]),
    });
    let patch = adopt(&wanted, &hand);
    let after = apply(&patch, &hand);
    assert_eq!(after.title, "[PM-042] メモリアラートの設定");
    assert_eq!(
        after.labels,
        [
            "bug",
            "Team: A",
            "postmortem",
            "priority: P1",
            "kind: detect"
        ]
    );
    assert_eq!(patch.assignees, None);
    assert!(
        after
            .body
            .starts_with(&format!("背景\r\n\r\n- 1\r\n\n{BEGIN}\n")),
        "{}",
        after.body
    );
    assert_quiet(&wanted, &after);
    // Ours from now on: the owner goes, who was there before stays.
    let mut next = wanted.clone();
    next.owners = vec![owner("@bob", &["bob"], &[])];
    let (_, changed) = settle(&next, &after, &options(None));
    assert_eq!(changed.assignees, ["zoe", "bob"]);
    assert_eq!(
        changed.labels,
        [
            "bug",
            "Team: A",
            "postmortem",
            "priority: P1",
            "kind: detect"
        ]
    );
    // Another priority on it gives way.
    hand.labels.push("priority: P0".to_owned());
    let after = apply(&adopt(&wanted, &hand), &hand);
    assert!(!after.labels.iter().any(|label| label == "priority: P0"));
    let (comparison, _) = settle(&wanted, &after, &options(None));
    assert_eq!(fields(&comparison.drift), []);
    // A region without a marker is renewed where it stands; a person's version of a part stays below it.
    let mut old = issue_of(&wanted);
    let line = marker_of(&old).to_line();
    old.body = old
        .body
        .replace(&line, "note")
        .replace("- [ ] step one", "- [x] step one")
        .replace("see the graph", "mine");
    let after = apply(&adopt(&wanted, &old), &old);
    assert_quiet(&wanted, &after);
    assert!(
        part(&after, Part::Tasks).contains("- [x] step one"),
        "{}",
        after.body
    );
    assert!(
        after
            .body
            .contains(&format!("{END}\n\nnote\n\n**詳細**:\n- mine\n\n## Notes")),
        "{}",
        after.body
    );
}

#[test]
fn long_values_are_cut_for_the_issue_only() {
    for language in LANGUAGES {
        let mut wanted = wanted(language);
        wanted.issue_title = "題".repeat(300);
        wanted.details = vec!["細".repeat(70_000), "end".to_owned()];
        wanted.done_when = vec!["<".repeat(20_000)];
        wanted.tasks = (0..3000)
            .map(|n| Task {
                text: format!("task {n} 🎉"),
                done: false,
            })
            .collect();
        wanted.owners = vec![owner(&"$".repeat(3_000), &["alice"], &[]); 50];
        wanted.postmortem_title = "$".repeat(5_000);
        wanted.title = "x".repeat(5_000);
        let template = "t".repeat(70_000);
        for template in [None, Some("short"), Some(template.as_str())] {
            let issue = created(create(&wanted, template));
            assert_eq!(issue.title.chars().count(), MAX_TITLE);
            assert!(
                issue.body.chars().count() <= MAX_BODY,
                "{}",
                issue.body.chars().count()
            );
            assert_quiet(&wanted, &issue);
            if template == Some("short") {
                assert!(issue.body.ends_with("\n\nshort\n"));
            }
            let (comparison, _) = settle(&wanted, &issue, &reapply());
            assert_eq!(comparison.changes, []);
        }
        // What was cut away is remembered all the same.
        let issue = created(create(&wanted, None));
        wanted.details[1].push('!');
        wanted.due = Some(date("2025-02-02"));
        let (comparison, after) = settle(&wanted, &issue, &options(None));
        assert_eq!(comparison.changes.len(), 1, "{:?}", comparison.changes);
        assert_eq!(comparison.refreshed, [Field::Details]);
        assert_quiet(&wanted, &after);
    }
}

#[test]
fn a_body_without_room_is_not_written() {
    let mut wanted = wanted(Language::En);
    let mut issue = issue_of(&wanted);
    let spare = MAX_BODY - issue.body.chars().count();
    issue.body.insert_str(0, &"x\n".repeat(spare / 2));
    assert_quiet(&wanted, &issue);
    // Details give way.
    wanted.details = vec!["word ".repeat(1000)];
    wanted.due_text = None;
    wanted.due = Some(date("2025-01-11"));
    let (comparison, after) = settle(&wanted, &issue, &options(None));
    assert!(comparison.no_room || after.body.chars().count() > MAX_BODY - 100);
    let mut full = after;
    let spare = MAX_BODY - full.body.chars().count();
    full.body.insert_str(0, &"y".repeat(spare));
    wanted.kind = None;
    wanted
        .owners
        .push(owner(&"long ".repeat(12), &["zed"], &["z"]));
    let comparison = compare(&wanted, &full, &options(None));
    assert!(comparison.no_room);
    assert_eq!(
        (comparison.patch, comparison.changes),
        (IssuePatch::default(), vec![])
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn whatever_changes_a_run_settles_and_touches_nothing_else(
        texts in prop::collection::vec("[ -~あ-ん\n🎉<>@#`*\\[\\]-]{0,30}", 8),
        above in "[ -~あ-ん\r\n]{0,60}",
        below in "[ -~あ-ん\r\n]{0,60}",
        which in any::<[bool; 8]>(),
        day in 1u32..28,
        prefer in prop::option::of(prop::sample::select(vec![Side::Document, Side::GitHub])),
        human in prop::option::of("[ -~\n]{0,40}"),
    ) {
        let before = wanted(Language::Ja);
        let mut issue = issue_of(&before);
        issue.body = format!("{above}\n{}\n{below}", issue.body);
        if let Some(human) = human {
            issue.body = issue.body.replace("- see the graph", &human);
        }
        let mut after = before;
        let mut texts = texts.into_iter();
        let mut next = |on: bool, slot: &mut String| {
            let text = texts.next().unwrap_or_default();
            if on {
                *slot = text;
            }
        };
        next(which[0], &mut after.title);
        next(which[1], &mut after.issue_title);
        next(which[2], &mut after.postmortem_title);
        next(which[3], &mut after.owners[0].written);
        next(which[4], &mut after.tasks[0].text);
        next(which[5], &mut after.done_when[0]);
        next(which[6], &mut after.details[0]);
        after.due = NaiveDate::from_ymd_opt(2025, 3, day);
        if which[7] {
            after.owners[0].logins = strings(&["bob"]);
        }
        settle(&after, &issue, &options(prefer));
        settle(&after, &issue, &ContentOptions { reapply: true, ..options(prefer) });
    }
}
