//! The progress region: written where it is wanted, and only when it says something new.

use pm_sync::sandbox::StateReason;

use crate::common::{World, changed_lines};
use crate::{JAPANESE, pushed};

#[test]
fn a_region_is_added_where_it_is_asked_for() {
    let world = World::of("042.md", JAPANESE);
    world.configure("[documents]\nprogress = true\n");
    world.run("push").exits(0);
    let linked = world.document("042.md");
    world.run("pull").exits(0).prints(&["progress region"]);
    let region = "\n<!-- pm-sync:progress -->\n**進捗**: 1/3 完了 ██████░░░░░░░░░░░░░░ 33% · 次の期限 2025-01-08（2）\n<!-- /pm-sync:progress -->\n";
    let with = linked.replace(
        "## アクションアイテム\n",
        &format!("## アクションアイテム\n{region}"),
    );
    assert_eq!(world.document("042.md"), with);
    for command in ["pull", "sync", "push"] {
        world.run(command).exits(0).prints(&["Nothing to do"]);
        assert_eq!(world.document("042.md"), with, "{command}");
    }
    assert_eq!(world.issues(), 2);
    // A day later the second is late; and then the third is done.
    let late = crate::common::ran(
        world
            .command()
            .env("PM_SYNC_TODAY", "2025-01-09")
            .arg("pull")
            .output()
            .expect("it runs"),
    );
    late.exits(0).prints(&["1 region of progress"]);
    let document = world.document("042.md");
    assert!(
        document.contains("33% · **期限切れ 1 件**（2） · 次の期限 2025-01-19（3）\n"),
        "{document}"
    );
    world.people(|r| {
        r.close_issue(1, StateReason::NotPlanned);
        r.close_issue(2, StateReason::Completed);
    });
    world.run("pull").exits(0);
    let after = world.document("042.md");
    assert!(
        after.contains("**進捗**: 2/2 完了 ████████████████████ 100% · 見送り 1 件\n"),
        "{after}"
    );
    assert_eq!(
        changed_lines(&document, &after).len(),
        3,
        "two rows and the region"
    );
}

#[test]
fn a_region_that_is_there_is_kept_up_with_its_line_ends() {
    let text = format!(
        "# PM-001: Outage\n\n<!-- pm-sync:progress -->\nold words\n- [ ] an old list\n\n| # | Action | Status |\n|---|---|---|\n| 1 | Not an item | Todo |\n<!-- /pm-sync:progress -->\n\n## Action Items\n\n{}",
        "| # | Action | Due | Status |\n|---|---|---|---|\n| 1 | Mend it | 2025-02-01 | Todo |\n"
    )
    .replace('\n', "\r\n");
    let world = World::of("001.md", &text);
    let list = world.run("list --format json").exits(0).json();
    assert_eq!(
        list["postmortems"][0]["items"].as_array().map(Vec::len),
        Some(1),
        "{list}"
    );
    world.run("push").exits(0).prints(&["1 created"]);
    let linked = world.document("001.md");
    assert!(linked.contains("old words\r\n"), "pushing leaves it alone");
    world.run("pull").exits(0);
    let document = world.document("001.md");
    assert!(
        document.contains("-->\r\n**Progress**: 0/1 done ░░░░░░░░░░░░░░░░░░░░ 0% · next due 2025-02-01 (1)\r\n<!-- /pm"),
        "{document}"
    );
    assert!(!document.contains("old words") && !document.replace("\r\n", "").contains('\n'));
    world.run("pull").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.document("001.md"), document);
    assert_eq!(
        world.run("list --format json").json()["postmortems"][0]["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_region_that_is_not_closed_is_not_ours() {
    let world = pushed(
        "042.md",
        &JAPANESE.replace(
            "## アクション",
            "<!-- pm-sync:progress -->\n\n## アクション",
        ),
    );
    let before = world.document("042.md");
    world.run("pull").exits(0);
    assert_eq!(world.document("042.md"), before);
}

#[test]
fn a_region_goes_below_a_heading_in_a_quote() {
    let text = "# PM-001: Outage\n\n> ## Action Items\n>\n> | # | Action | Status |\n> |---|---|---|\n> | 1 | Mend it | Todo |\n";
    let world = World::of("001.md", text);
    world.configure("[documents]\nprogress = true\n");
    world.run("sync").exits(0);
    let document = world.document("001.md");
    assert!(
        document.contains(
            "> ## Action Items\n>\n> <!-- pm-sync:progress -->\n> **Progress**: 0/1 done"
        ),
        "{document}"
    );
    world.run("sync").exits(0).prints(&["Nothing to do"]);
    assert_eq!(world.document("001.md"), document);
}
