//! What a run is asked for is what it is about: the row's own link, the document's own id, one document however it is named, commands that
//! work where the user stands, and no green run over a document that nobody could read.

use crate::common::World;

fn table(rows: &str) -> String {
    format!(
        "# Postmortem: PM-042 Checkout outage\n\n**Date**: 2025-01-05\n\n## Action items\n\n\
         | # | Action | Owner | Status | Issue |\n|---|---|---|---|---|\n{rows}"
    )
}

const PLAIN: &str = "# Postmortem: PM-042 Checkout outage\n\n**Date**: 2025-01-05\n\n## Action items\n\n\
     | # | Action | Owner | Due | Status |\n|---|---|---|---|---|\n\
     | 1 | Alert on the queue | @alice | 2025-01-10 | Todo |\n\
     | 2 | Rehearse the failover | @bob | 2025-02-01 | Todo |\n";

#[test]
fn an_issue_that_a_title_mentions_is_no_link_where_a_column_holds_the_links() {
    let world = World::of(
        "042.md",
        &table(
            "| 1 | Add the missing alert (see #1) | @alice | Todo | |\n\
             | 2 | Follow up on https://github.com/octo-org/service/issues/1 | @alice | Todo | |\n\
             | 3 | Mend the probe #1 | @alice | Todo | |\n",
        ),
    );
    world.people(|r| r.add_issue("dana", "an old ticket", None));
    world.run("push").exits(0).prints(&["3 created"]);
    for (number, title) in [(2, "alert (see #1)"), (3, "issues/1"), (4, "probe #1")] {
        assert!(world.issue(number).title.contains(title), "{number}");
        assert!(world.document("042.md").contains(&format!("[#{number}](")));
    }
    world.people(|r| r.close_issue(1, pm_sync::sandbox::StateReason::Completed));
    world.run("sync").exits(0).prints(&["Nothing to"]);
    // Its own link goes, what it mentions stays.
    world.run("unlink PM-042#1").exits(0);
    let text = world.document("042.md");
    assert!(
        text.contains("(see #1) | @alice | Todo |") && !text.contains("[#2]("),
        "{text}"
    );
}

#[test]
fn a_reference_that_belongs_to_the_sentence_is_no_link() {
    let at = "https://github.com/octo-org/service";
    let mentions = [
        "Add the missing alert (see #1)".to_owned(),
        "Roll back the flag - see #1".to_owned(),
        format!("Review {at}/pull/1"),
        format!("Please review {at}/pull/1"),
        format!("Follow up on {at}/issues/1"),
        format!("Add the alert (see {at}/issues/1)"),
        format!("Follow up on [the ticket]({at}/issues/1)"),
        "監視を追加する（#1 を参照）".to_owned(),
    ];
    let links = [
        "Add the alert (#1)".to_owned(),
        "Widen the timeout #1".to_owned(),
        "Warm the cache (tracked in #1)".to_owned(),
        format!("Pin the kernel {at}/issues/1"),
        format!("Turn the alert on [#1]({at}/issues/1)"),
        format!("Mend the probe - DONE in [#1]({at}/issues/1 \"done\")"),
    ];
    let head = "# Postmortem: PM-042 Outage\n\n**Date**: 2025-01-05\n\n## Action items\n\n";
    for (written, linked) in mentions
        .iter()
        .map(|m| (m, false))
        .chain(links.iter().map(|l| (l, true)))
    {
        let as_list = format!("{head}- [ ] {written}\n");
        let as_table = format!("{head}| Action | Owner |\n|---|---|\n| {written} | @alice |\n");
        for text in [as_list, as_table] {
            let world = World::of("042.md", &text);
            let list = world.run("list --format json").exits(0).json();
            let item = &list["postmortems"][0]["items"][0];
            assert_eq!(item["issue"].is_null(), !linked, "{text}\n{item}");
        }
    }
}

#[test]
fn unlink_says_where_it_cannot_take_a_link_out() {
    let world = World::of(
        "042.md",
        &PLAIN.replace("Alert on the queue", "Alert on the queue (#1)"),
    );
    world.people(|r| r.add_issue("dana", "an old ticket", None));
    let before = world.document("042.md");
    world.run("unlink PM-042#1").exits(4).warns(&[
        "postmortems/042.md:9",
        "#1 is part of its text",
        "by hand",
    ]);
    assert_eq!(world.document("042.md"), before);
    assert_eq!(world.writes(), [] as [&str; 0]);
}
