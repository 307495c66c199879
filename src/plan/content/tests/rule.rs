//! Every field under every combination of who changed it.

use super::*;

#[test]
fn the_rule_is_the_contracts() {
    use FieldDecision::{Accept, Conflict, Drift, Keep, Refresh, Write};
    // (document changed, issue changed, same) → nobody prefers, the document, GitHub
    for ((doc, issue, same), expected) in [
        ((false, false, false), [Keep, Keep, Keep]),
        ((false, false, true), [Keep, Keep, Keep]),
        ((true, false, false), [Write, Write, Write]),
        ((true, false, true), [Write, Write, Write]),
        ((false, true, false), [Drift, Write, Accept]),
        ((false, true, true), [Refresh, Refresh, Refresh]),
        ((true, true, false), [Conflict, Write, Accept]),
        ((true, true, true), [Refresh, Refresh, Refresh]),
    ] {
        let got = [None, Some(Side::Document), Some(Side::GitHub)]
            .map(|prefer| decide_field(doc, issue, same, prefer));
        assert_eq!(got, expected, "{doc} {issue} {same}");
    }
}

/// A change of one field in the document.
fn edit_document(wanted: &mut Wanted, field: Field) {
    match field {
        Field::Title => {
            wanted.title.push_str(" v2");
            wanted.issue_title.push_str(" v2");
        }
        Field::Owners => wanted.owners = vec![owner("チームB", &["bob", "carol"], &["team: b"])],
        Field::Due => {
            wanted.due = Some(date("2025-01-20"));
            wanted.due_text = None;
        }
        Field::Priority => {
            wanted.priority = Some(Priority::P0);
            wanted.priority_label = Some("priority: P0".to_owned());
        }
        Field::Kind => {
            wanted.kind = Some(Kind::Prevent);
            wanted.kind_labels = strings(&["kind: prevent", "shared"]);
        }
        Field::Tasks => wanted.tasks.push(Task {
            text: "step three".to_owned(),
            done: false,
        }),
        Field::DoneWhen => wanted.done_when = strings(&["nobody is woken"]),
        Field::Details => wanted.details.clear(),
        Field::Postmortem => wanted.postmortem_title.push('!'),
        Field::Labels => wanted.base_labels = strings(&["postmortem", "reliability"]),
    }
}

/// Ways in which people change a field on GitHub, to something else than [`edit_document`] does.
fn edits_of_issue(field: Field) -> Vec<fn(&mut Issue)> {
    fn in_body(issue: &mut Issue, part: Part, new: &str) {
        let old = super::part(issue, part);
        // As stored, which may be with CRLF.
        let crlf = issue.body.contains('\r');
        let line_ends = |text: &str| {
            if crlf {
                text.replace('\n', "\r\n")
            } else {
                text.to_owned()
            }
        };
        let body = issue.body.replacen(&line_ends(&old), &line_ends(new), 1);
        assert_ne!(body, issue.body);
        issue.body = body;
    }
    match field {
        Field::Title => vec![|i| i.title = "mine".to_owned(), |i| i.title.push('!')],
        Field::Owners => vec![
            |i| i.assignees.push("mallory".to_owned()),
            |i| i.assignees.clear(),
            |i| i.labels.retain(|label| label != "team: a"),
            |i| in_body(i, Part::Owner, "**Owner**: @dave"),
            |i| in_body(i, Part::Owner, ""),
        ],
        Field::Due => vec![
            |i| in_body(i, Part::Due, "**Due**: 2025-03-03"),
            |i| in_body(i, Part::Due, ""),
            |i| in_body(i, Part::Due, "**期限**: いつか"),
        ],
        Field::Priority => vec![
            |i| i.labels.push("priority: P3".to_owned()),
            |i| i.labels.retain(|label| label != "priority: P1"),
            |i| in_body(i, Part::Priority, "**優先度**: P3"),
        ],
        Field::Kind => vec![|i| i.labels.retain(|label| label != "kind: detect"), |i| {
            in_body(i, Part::Kind, "**種別**: 何か");
        }],
        Field::Tasks => vec![
            |i| in_body(i, Part::Tasks, "**Tasks**:\n- [ ] step one\n- [ ] mine"),
            |i| in_body(i, Part::Tasks, ""),
        ],
        Field::DoneWhen => vec![|i| in_body(i, Part::DoneWhen, "**完了条件**:\n- it works")],
        Field::Details => vec![|i| in_body(i, Part::Details, "**Details**: mine\n- x")],
        Field::Postmortem => vec![|i| in_body(i, Part::Postmortem, "**Postmortem**: PM-0")],
        Field::Labels => vec![|i| i.labels.retain(|label| label != "postmortem")],
    }
}

/// Every field in both languages, with the body as we send it and as the web editor leaves it.
fn worlds() -> impl Iterator<Item = (Field, Wanted, Issue)> {
    let bodies = LANGUAGES
        .into_iter()
        .flat_map(|language| [(language, false), (language, true)]);
    bodies.flat_map(|(language, crlf)| {
        Field::ALL.into_iter().map(move |field| {
            let wanted = wanted(language);
            let mut issue = issue_of(&wanted);
            issue.body.insert_str(0, "people's text\n\n");
            if crlf {
                issue.body = issue.body.replace('\n', "\r\n");
            }
            (field, wanted, issue)
        })
    })
}

#[test]
fn nobody_changed_anything() {
    for (_, wanted, issue) in worlds() {
        assert_quiet(&wanted, &issue);
    }
}

#[test]
fn the_documents_change_is_written() {
    for (field, mut wanted, issue) in worlds() {
        edit_document(&mut wanted, field);
        if field == Field::Labels {
            // Only the configuration says it, and that changes nothing until it is asked for.
            assert_quiet(&wanted, &issue);
            let (comparison, after) = settle(&wanted, &issue, &reapply());
            assert_eq!(comparison.changes[0].new, "postmortem, reliability");
            assert!(after.labels.iter().any(|label| label == "reliability"));
            continue;
        }
        let (comparison, after) = settle(&wanted, &issue, &options(None));
        let [change] = comparison.changes.as_slice() else {
            panic!("{field:?}: {:?}", comparison.changes);
        };
        assert_eq!(change.field, field);
        assert_ne!(change.old, change.new, "{field:?}");
        assert_quiet(&wanted, &after);
        // What it looks like is what a new issue would look like.
        let fresh = issue_of(&wanted);
        assert_eq!(after.title, fresh.title, "{field:?}");
        assert!(
            same_set(&after.labels, &fresh.labels),
            "{field:?}: {:?}",
            after.labels
        );
        assert!(
            same_set(&after.assignees, &fresh.assignees),
            "{field:?}: {:?}",
            after.assignees
        );
        for each in Part::ALL {
            assert_eq!(part(&after, each), part(&fresh, each), "{field:?}");
        }
    }
}

#[test]
fn a_change_on_github_is_drift_and_stays() {
    for (field, wanted, issue) in worlds() {
        for edit in edits_of_issue(field) {
            let mut issue = issue.clone();
            edit(&mut issue);
            let (comparison, after) = settle(&wanted, &issue, &options(None));
            assert_eq!(fields(&comparison.drift), [field]);
            assert_eq!(comparison.patch, IssuePatch::default(), "{field:?}");
            assert_eq!(after, issue);
            assert_ne!(comparison.drift[0].document, "", "{field:?}");
            let (comparison, _) = settle(&wanted, &issue, &reapply());
            assert_eq!(
                fields(&comparison.drift),
                [field],
                "reapplying settles nothing"
            );
            assert_eq!(comparison.patch, IssuePatch::default(), "{field:?}");

            // For the document.
            let (comparison, after) = settle(&wanted, &issue, &options(Some(Side::Document)));
            assert_eq!(comparison.settled.len(), 1, "{field:?}");
            assert_eq!(comparison.settled[0].0, Side::Document);
            assert_quiet(&wanted, &after);
            if field != Field::Owners {
                let fresh = issue_of(&wanted);
                assert_eq!(
                    (&after.title, part(&after, Part::Due)),
                    (&fresh.title, part(&fresh, Part::Due))
                );
                assert!(
                    same_set(&after.labels, &fresh.labels),
                    "{field:?}: {:?}",
                    after.labels
                );
            }

            // For GitHub: silent, and nothing but the marker moves.
            let (comparison, after) = settle(&wanted, &issue, &options(Some(Side::GitHub)));
            assert_eq!(fields(&comparison.drift), []);
            assert_eq!(comparison.settled.len(), 1, "{field:?}");
            assert_eq!(comparison.changes, []);
            assert_quiet(&wanted, &after);
            assert_eq!(region_of(&after).parts, region_of(&issue).parts);
            assert_eq!(
                (after.title, after.labels, after.assignees),
                (issue.title, issue.labels, issue.assignees)
            );
        }
    }
}

#[test]
fn both_changed_alike_is_remembered_with_the_next_write() {
    for (field, wanted, issue) in worlds().filter(|(field, ..)| *field != Field::Labels) {
        let mut changed = wanted.clone();
        edit_document(&mut changed, field);
        // A person did exactly what the document asks for: the issue is as if written, but for the memory.
        let mut theirs = apply(&compare(&changed, &issue, &options(None)).patch, &issue);
        let region = region_of(&theirs);
        let memory = marker_of(&issue).to_line();
        theirs
            .body
            .replace_range(region.range.clone(), &region.render(&memory));
        for prefer in [None, Some(Side::Document), Some(Side::GitHub)] {
            let (comparison, _) = settle(&changed, &theirs, &options(prefer));
            assert_eq!(comparison.refreshed, [field], "{prefer:?}");
            assert_eq!(comparison.patch, IssuePatch::default(), "{field:?}");
            assert_eq!(
                (comparison.drift, comparison.conflicts, comparison.settled),
                Default::default()
            );
        }

        // Another field's write takes the memory along.
        let other = if field == Field::Due {
            Field::Priority
        } else {
            Field::Due
        };
        edit_document(&mut changed, other);
        let (comparison, after) = settle(&changed, &theirs, &options(None));
        assert_eq!(
            comparison
                .changes
                .iter()
                .map(|c| c.field)
                .collect::<Vec<_>>(),
            [other]
        );
        assert_eq!(comparison.refreshed, [field]);
        assert_quiet(&changed, &after);
        assert_eq!(marker_of(&after).saw.doc, changed.saw());
    }
}

#[test]
fn both_changed_differently_is_a_conflict() {
    for (field, mut wanted, issue) in worlds().filter(|(field, ..)| *field != Field::Labels) {
        edit_document(&mut wanted, field);
        for edit in edits_of_issue(field) {
            let mut issue = issue.clone();
            edit(&mut issue);
            if field == Field::Details && part(&issue, Part::Details).is_empty() {
                continue;
            }
            let (comparison, after) = settle(&wanted, &issue, &options(None));
            assert_eq!(fields(&comparison.conflicts), [field]);
            assert_eq!(after, issue);

            let (comparison, after) = settle(&wanted, &issue, &options(Some(Side::Document)));
            assert_eq!(comparison.settled.len(), 1, "{field:?}");
            assert_quiet(&wanted, &after);
            let fresh = issue_of(&wanted);
            assert_eq!(after.title, fresh.title);
            assert!(
                same_set(&after.labels, &fresh.labels),
                "{field:?}: {:?}",
                after.labels
            );
            assert!(
                fresh
                    .assignees
                    .iter()
                    .all(|login| has(&after.assignees, login))
            );
            for each in Part::ALL {
                assert_eq!(part(&after, each), part(&fresh, each), "{field:?}");
            }

            let (comparison, after) = settle(&wanted, &issue, &options(Some(Side::GitHub)));
            assert_eq!(comparison.settled.len(), 1, "{field:?}");
            assert_eq!(comparison.settled[0].1.document, wanted.says(field));
            assert_quiet(&wanted, &after);
            assert_eq!(region_of(&after).parts, region_of(&issue).parts);
        }
    }
}

#[test]
fn a_conflict_in_one_field_stops_no_other() {
    for (field, mut wanted, mut issue) in worlds().filter(|(field, ..)| *field != Field::Labels) {
        let other = if field == Field::Priority {
            Field::Kind
        } else {
            Field::Priority
        };
        edits_of_issue(field)[0](&mut issue);
        edit_document(&mut wanted, other);
        let (comparison, after) = settle(&wanted, &issue, &options(None));
        assert_eq!(
            comparison
                .changes
                .iter()
                .map(|c| c.field)
                .collect::<Vec<_>>(),
            [other]
        );
        assert_eq!(fields(&comparison.drift), [field]);
        edit_document(&mut wanted, field);
        let (comparison, still) = settle(&wanted, &after, &options(None));
        assert_eq!(
            fields(&comparison.conflicts),
            [field],
            "the memory of {field:?} has stayed"
        );
        assert_eq!(still, after);
    }
}
