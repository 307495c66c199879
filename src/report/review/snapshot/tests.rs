//! Records in documents of every build: where they go, and that nothing else changes.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::super::history::Subject;
use super::super::{Known, sheet, snapshots_in};
use super::*;
use crate::check::{self, IssueFacts, Question};
use crate::config::Check;
use crate::item::vocabulary::Vocabulary;

fn read(document: &Document) -> Postmortem {
    crate::item::read(document, "PM-001.md", "PM-", Vocabulary::built_in())
}

/// Records a document's state on a day, as its text and the documents' own statuses tell it.
fn recorded(text: &str, today: &str) -> Result<Recorded, Refusal> {
    let document = Document::parse(text);
    let postmortem = read(&document);
    let today = today.parse().expect("a day");
    let findings = check::decide(&Question {
        documents: vec![(0, &postmortem)],
        lives: None,
        undated: &|_| None,
        policy: &Check::default(),
        today,
        timezone: chrono_tz::Tz::UTC,
        issue: &|_| IssueFacts {
            number: None,
            url: None,
            assignees: Vec::new(),
            managed: false,
            known: false,
        },
    });
    let subjects: Vec<Subject> = postmortem
        .items
        .iter()
        .map(|item| Subject {
            key: item.key.clone(),
            title: item.title.clone(),
            owners: item.owners.clone(),
            status: item.shown_status(),
            due: item.due.date,
            ..Subject::blank()
        })
        .collect();
    let follow_up = crate::item::times::follow_up(&document, &postmortem, Vocabulary::built_in());
    let made = sheet(&Known {
        postmortem: &postmortem,
        subjects: subjects.iter().collect(),
        assignees: Vec::new(),
        findings: &findings,
        follow_up: &follow_up,
        snapshots: snapshots_in(&document),
        source: Source::Documents,
        today,
    });
    record(&document, &postmortem, &follow_up, &made, &read)
}

/// The text without what was added between its two halves; `None` where more than that changed.
fn without_addition<'t>(before: &str, after: &'t str) -> Option<&'t str> {
    let same = |(a, b): &(u8, u8)| a == b;
    let head = before.bytes().zip(after.bytes()).take_while(same).count();
    let tail = before.bytes().rev().zip(after.bytes().rev());
    let tail = tail.take_while(same).count();
    let added = after.len().checked_sub(before.len())?;
    (head + tail >= before.len()).then(|| &after[head.min(before.len())..][..added])
}

const ITEMS: &str = "# PM-001 Disk full\n\n**Date**: 2025-01-02\n\n## Action items\n\n| # | Action | Owner | Due |\n|---|---|---|---|\n| 1 | Alert before it is full | @alice | 2025-01-20 |\n\n";

#[test]
fn a_record_stands_where_people_look_for_it() {
    for (text, under, before) in [
        // Below the review whose day has come, behind what stands there.
        (
            "## Follow-up\n\n### 1-week review (2025-01-09)\n- [x] done\n\n### 2-week review (2025-01-16)\n- [ ] all?\n\nNotes.\n\n#### Decisions\n\nNone.\n\n### 30-day review (2025-02-01)\n",
            "2-week review (2025-01-16)",
            "Notes.\n\n<!-- pm-sync:review",
        ),
        // A review on this very day is this one, ticked or not.
        (
            "## Follow-up review (2025-01-24)\n- [x] all?\n",
            "Follow-up review (2025-01-24)",
            "- [x] all?\n\n<!-- pm-sync:review",
        ),
        // One that was held before is over, and so are those before it.
        (
            "## Follow-up\n\nWe meet.\n\n### 1-week review (2025-01-09)\n- [ ] open\n\n### 2-week review (2025-01-16)\n- [x] all?\n\n---\n\n## Approval\n",
            "Follow-up",
            "- [x] all?\n\n<!-- pm-sync:review",
        ),
        // None has come yet.
        (
            "## Follow-up\n\n### 30-day review (2025-02-01)\n- [ ] a\n",
            "Follow-up",
            "- [ ] a\n\n<!-- pm-sync:review",
        ),
        // A line that sets a review is no heading.
        (
            "## Follow-up\n\n- Next review: 2025-01-20\n\n***\n\n## Approval\n",
            "Follow-up",
            "- Next review: 2025-01-20\n\n<!-- pm-sync:review",
        ),
        (
            "> ## Follow-up review (2025-01-20)\n> - [ ] all?\n\nelse\n",
            "Follow-up review (2025-01-20)",
            "> - [ ] all?\n>\n> <!-- pm-sync:review",
        ),
        (
            "Follow-up review (2025-01-20)\n-----------------------------\n- [ ] all?\n# Other\n",
            "Follow-up review (2025-01-20)",
            "- [ ] all?\n\n<!-- pm-sync:review",
        ),
        // In a list entry nothing of ours would stand well.
        (
            "- # Follow-up review (2025-01-20)\n\n  text\n",
            "Follow-up review",
            "  text\n\n## Follow-up review\n\n<!-- pm-sync:review",
        ),
        (
            "text  \n\n\n",
            "Follow-up review",
            "text  \n\n## Follow-up review\n\n<!-- pm-sync:review",
        ),
    ] {
        let text = format!("{ITEMS}{text}");
        let got = recorded(&text, "2025-01-24").expect(&text);
        assert_eq!(got.under.as_deref(), Some(under), "{text}");
        assert!(got.text.contains(before), "{}", got.text);
        assert_eq!(got.change, Change::Added);
        let line = got.text.lines().nth(got.line - 1);
        assert!(
            line.is_some_and(|line| line.contains(REVIEW_BEGIN)),
            "{line:?}"
        );
        let added = without_addition(&text, &got.text);
        assert!(added.is_some_and(|added| added.contains(REVIEW_END)));
        let again = recorded(&got.text, "2025-01-24").expect("again");
        assert_eq!((again.change, again.text), (Change::Unchanged, got.text));
    }
}

#[test]
fn what_would_not_show_is_not_written() {
    for text in [
        "```\ncode that never ends\n",
        "<!-- a comment that never ends\n",
        "<script>\nnever ends\n",
    ] {
        let text = format!("{ITEMS}{text}");
        let got = recorded(&text, "2025-01-24");
        assert!(matches!(got, Err(Refusal::Disturbs { .. })), "{got:?}");
    }
}

#[test]
fn text_of_people_stays_in_its_cell() {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    for text in [
        "a | b",
        "a \\| b \\",
        "<script>x</script> <!-- /pm-sync:review -->",
        "**bold** _it_ `code` ~~no~~ ![x](y) [l](m) snake_case_name",
        "&lt; $a$ @alice #12",
    ] {
        let table = format!("| a | b |\n|---|---|\n| {} | end |\n", cell(text));
        let mut cells = vec![String::new()];
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(&table, options) {
            match event {
                Event::Text(text) => cells.last_mut().expect("a cell").push_str(&text),
                Event::End(TagEnd::TableCell) => cells.push(String::new()),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell)
                | Event::End(TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow) => {}
                other => panic!("{other:?} of {text}"),
            }
        }
        assert_eq!(cells[2..4], [text, "end"]);
    }
}

/// A part of a document, of any build.
fn part() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "## Follow-up",
        "## フォローアップ",
        "### 2週間後レビュー（2025-01-16）",
        "### 1-week review (2025-01-09)",
        "### 30-day review (2025-02-01)",
        "- [ ] all done?",
        "- [x] done",
        "- Next review: 2025-01-20",
        "> ## Follow-up review (2025-01-20)",
        "> quoted",
        "- # Follow-up",
        "  more  ",
        "```",
        "~~~ text",
        "---",
        "<details>",
        "</details>",
        "<!-- comment",
        "-->",
        "text",
        "    indented",
        "| a | b |\n|---|---|\n| c | d |",
        "[x]: https://example.com",
        "# Approval",
        "<!-- pm-sync:progress -->\n**Progress**\n<!-- /pm-sync:progress -->",
        "",
        "",
        "",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    /// Wherever a record goes: every byte that people wrote stays, the document is read as before, and the second time nothing happens.
    #[test]
    fn nothing_outside_the_record_changes(
        above in prop::collection::vec(part(), 0..4),
        below in prop::collection::vec(part(), 0..9),
        newline in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        mark in any::<bool>(),
        end in prop::sample::select(vec!["", "\n", "\n\n", "  ", "\t\n"]),
    ) {
        let parts = [above, vec![ITEMS.to_owned()], below].concat();
        let text = format!("{}{}{end}", if mark { "\u{feff}" } else { "" }, parts.join("\n"));
        let text = text.replace('\n', newline);
        let items = |text: &str| -> Vec<(String, String)> {
            let read = read(&Document::parse(text));
            read.items.into_iter().map(|item| (item.key, item.title)).collect()
        };
        if items(&text).is_empty() {
            return Ok(());
        }
        let Ok(first) = recorded(&text, "2025-01-24") else {
            return Ok(());
        };
        let added = without_addition(&text, &first.text);
        prop_assert!(added.is_some(), "{:?}\nbecame\n{:?}", text, first.text);
        prop_assert_eq!(items(&first.text), items(&text));
        let ended = |text: &str| text.ends_with(['\n', '\r']);
        prop_assert_eq!(ended(&first.text), ended(&text), "{:?}", first.text);
        if newline != "\n" {
            let bare = first.text.replace(newline, "");
            prop_assert!(!bare.contains('\n') && (newline == "\r" || !bare.contains('\r')));
        }
        let again = recorded(&first.text, "2025-01-24");
        let again = again.map_err(|error| TestCaseError::fail(format!("{error:?} of {:?}", first.text)))?;
        prop_assert_eq!(again.change, Change::Unchanged);
        prop_assert_eq!(&again.text, &first.text);
        // The state changes: the day's record does, and nothing else.
        let row = |day: &str| format!("| @alice | {day} |{newline}");
        let moved = first.text.replacen(&row("2025-01-20"), &row("2025-01-31"), 1);
        if let Ok(replaced) = recorded(&moved, "2025-01-24") {
            prop_assert_eq!(replaced.change, Change::Replaced);
            let outside = |text: &str| {
                let span = region::snapshots(text).pop().map(|found| found.span);
                span.map(|span| (text[..span.start].to_owned(), text[span.end..].to_owned()))
            };
            prop_assert_eq!(outside(&replaced.text), outside(&moved));
        }
        // Another day's is added; this one's bytes stay.
        if let Ok(later) = recorded(&first.text, "2025-01-25") {
            prop_assert!(without_addition(&first.text, &later.text).is_some());
            let days: BTreeMap<NaiveDate, ()> = snapshots_in(&Document::parse(later.text.as_str())).into_iter().map(|day| (day, ())).collect();
            prop_assert_eq!(days.len(), 2);
        }
    }
}
