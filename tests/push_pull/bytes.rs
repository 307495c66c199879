//! Documents keep every byte that is not the link's or the status's.

use pm_sync::sandbox::StateReason;

use crate::common::{World, changed_lines};

const LINK: &str = "[#1](https://github.com/octo-org/service/issues/1 \"open\")";

/// Pushes a document with one open item and compares it byte by byte, then closes the issue, pulls and compares again. In `linked` `★`
/// stands for the link, in `pulled` it stands for the link as it is then.
#[track_caller]
fn round_trip(text: &str, linked: &str, pulled: &str) {
    let world = World::of("001.md", text);
    world.run("push").exits(0).prints(&["1 created"]);
    assert_eq!(world.document("001.md"), linked.replace('★', LINK));
    world.run("push").exits(0);
    world.run("pull").exits(0);
    assert_eq!(
        world.document("001.md"),
        linked.replace('★', LINK),
        "nothing to do changes nothing"
    );
    assert_eq!(world.issues(), 1);
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.run("pull").exits(0).prints(&["1 row written"]);
    let done = LINK.replace("open", "done");
    let after = world.document("001.md");
    assert_eq!(after, pulled.replace('★', &done));
    let (before, now) = (linked.replace('★', LINK), after);
    assert_eq!(
        changed_lines(&before, &now).len(),
        before.matches(LINK).count().max(1),
        "only the item's own line"
    );
}

#[test]
fn every_kind_of_line_end_and_padding() {
    let plain = "# PM-001: Outage\n\n## Action Items\n\n| # | Action | Status |\n|---|---|---|\n| 1 | Mend it | Todo |\n| 2 | It is done | Done |\n\nThe end.\n";
    let linked = "# PM-001: Outage\n\n## Action Items\n\n| # | Action | Status | Issue |\n|---|---|---|-----|\n| 1 | Mend it | Todo | ★ |\n| 2 | It is done | Done | |\n\nThe end.\n";
    let pulled = linked.replace("Todo", "Done");
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let bom = |text: &str| format!("\u{feff}{text}");
    let short = |text: &str| text.trim_end().to_owned();
    let ends_in_table = |text: &str| text.replace("\n\nThe end.\n", "");
    let trailing = |text: &str| {
        text.replace("The end.", "The end.  \t ")
            .replace("Outage\n", "Outage   \n")
            .replace("|\n|---", "|  \n|---")
    };
    type Change<'a> = &'a dyn Fn(&str) -> String;
    let changes: [(&str, Change); 7] = [
        ("plain", &str::to_owned),
        ("CRLF", &crlf),
        ("BOM", &bom),
        ("no final newline", &short),
        ("ends in the table", &ends_in_table),
        ("trailing spaces", &trailing),
        ("all at once", &|text| {
            bom(&crlf(&trailing(&ends_in_table(text))))
        }),
    ];
    for (_what, change) in changes {
        round_trip(&change(plain), &change(linked), &change(&pulled));
    }
}

#[test]
fn mixed_line_ends_stay_mixed() {
    round_trip(
        "# PM-001: Outage\r\n\n## Action Items\n\r\n| # | Action | Status |\r\n|---|---|---|\n| 1 | Mend it | Todo |\r\nText.",
        "# PM-001: Outage\r\n\n## Action Items\n\r\n| # | Action | Status | Issue |\r\n|---|---|---|-----|\n| 1 | Mend it | Todo | ★ |\r\nText.",
        "# PM-001: Outage\r\n\n## Action Items\n\r\n| # | Action | Status | Issue |\r\n|---|---|---|-----|\n| 1 | Mend it | Done | ★ |\r\nText.",
    );
}

#[test]
fn cjk_padding_is_left_as_it_is() {
    let text = "# PM-001 障害\n\n## アクションアイテム\n\n| #  | アクション         | 担当者   | ステータス | Issue |\n|:---|:------------------|:--------:|-----------:|-------|\n| 1  | 監視を足す         | @alice   | 📅 未着手   |       |\n| 2  | 全角　空白 を残す  | @bob     | ✅ 完了     |       |\n";
    let linked = text.replacen("📅 未着手   |       |", "📅 未着手   | ★ |", 1);
    round_trip(text, &linked, &linked.replace("📅 未着手", "✅ 完了"));
}

#[test]
fn a_table_in_a_block_quote() {
    round_trip(
        "# PM-001: Outage\n\n> ## Action Items\n>\n> | # | Action | Status |\n> |---|---|---|\n> | 1 | Mend it | Todo |\n>\n> Quoted.\n",
        "# PM-001: Outage\n\n> ## Action Items\n>\n> | # | Action | Status | Issue |\n> |---|---|---|-----|\n> | 1 | Mend it | Todo | ★ |\n>\n> Quoted.\n",
        "# PM-001: Outage\n\n> ## Action Items\n>\n> | # | Action | Status | Issue |\n> |---|---|---|-----|\n> | 1 | Mend it | Done | ★ |\n>\n> Quoted.\n",
    );
}

#[test]
fn a_table_in_a_list() {
    round_trip(
        "# PM-001: Outage\n\n## Follow-up\n\n- Backend\n\n  | # | Action Item | Owner | Status |\n  |---|---|---|---|\n  | 1 | Mend it | @bob | Todo |\n\n  More about it.\n",
        "# PM-001: Outage\n\n## Follow-up\n\n- Backend\n\n  | # | Action Item | Owner | Status | Issue |\n  |---|---|---|---|-----|\n  | 1 | Mend it | @bob | Todo | ★ |\n\n  More about it.\n",
        "# PM-001: Outage\n\n## Follow-up\n\n- Backend\n\n  | # | Action Item | Owner | Status | Issue |\n  |---|---|---|---|-----|\n  | 1 | Mend it | @bob | Done | ★ |\n\n  More about it.\n",
    );
}

#[test]
fn a_table_without_outer_pipes_and_with_escapes() {
    round_trip(
        "# PM-001: Outage\n\n## Action Items\n\nNo | Action | Status\n---|---|---\n1 | Mend `a \\| b` \\| c | Todo\n",
        "# PM-001: Outage\n\n## Action Items\n\nNo | Action | Status | Issue\n---|---|---|-----\n1 | Mend `a \\| b` \\| c | Todo | ★\n",
        "# PM-001: Outage\n\n## Action Items\n\nNo | Action | Status | Issue\n---|---|---|-----\n1 | Mend `a \\| b` \\| c | Done | ★\n",
    );
}

#[test]
fn a_file_read_only_is_not_pushed_and_a_link_is_followed() {
    use std::os::unix::fs::PermissionsExt;
    let text = "# PM-001: Outage\n\n## Action Items\n\n| # | Action | Status |\n|---|---|---|\n| 1 | Mend it | Todo |\n";
    let world = World::of("001.md", text);
    let path = world.path("postmortems/001.md");
    let mode = |mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))
            .expect("its mode is set");
    };
    mode(0o444);
    world
        .run("push")
        .exits(3)
        .prints(&["Not done", "PM-001#1 Mend it", "1 not done"])
        .warns(&["postmortems/001.md: read-only", "make it writable"]);
    assert_eq!(
        world.issues(),
        0,
        "an issue whose link can't be kept is not created"
    );
    assert_eq!(world.document("001.md"), text);
    mode(0o640);
    world.run("push").exits(0);
    assert_eq!(
        std::fs::metadata(&path)
            .expect("there")
            .permissions()
            .mode()
            & 0o777,
        0o640
    );
    // Behind a link within the tree the file itself is replaced.
    std::fs::create_dir(world.path("kept")).expect("a folder");
    std::fs::rename(&path, world.path("kept/real.md")).expect("moved");
    std::os::unix::fs::symlink("../kept/real.md", &path).expect("linked");
    world.people(|r| r.close_issue(1, StateReason::Completed));
    world.run("pull").exits(0);
    assert!(path.is_symlink());
    assert!(world.read("kept/real.md").contains("| Done |"));
    let left: Vec<_> = std::fs::read_dir(world.path("postmortems"))
        .expect("a folder")
        .collect();
    assert_eq!(left.len(), 1, "no temporary file stays");
}
