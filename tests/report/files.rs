//! `-o FILE`: what is written, and what is never overwritten.

use crate::year::world;

#[test]
fn a_report_is_written_and_replaced_but_nothing_else() {
    let world = world();
    for (name, begins) in [
        ("report.md", "<!-- pm-sync:report -->\n"),
        (
            "report.json",
            "{\n  \"schema\": \"pm-sync/1\",\n  \"kind\": \"report\",\n",
        ),
        ("report.csv", "\u{feff}postmortem,path,key,title,"),
        ("report.txt", "pm-sync Follow-up report: January 2025\n"),
    ] {
        let run = format!("report --month 2025-01 --offline -o {name}");
        let first = world.run(&run).exits(0).warns(&["wrote the report to"]);
        assert_eq!(first.stdout, "");
        let text = world.read(name);
        assert!(text.starts_with(begins), "{text}");
        // Idempotent, and replaced by another period's.
        world.run(&run).exits(0);
        assert_eq!(world.read(name), text);
        world
            .run(&format!(
                "report --month 2024-12 --owner @bob --offline -o {name}"
            ))
            .exits(0);
        assert_ne!(world.read(name), text);
    }
    let postmortem = world.document("031.md");
    for name in ["postmortems/031.md", "pm-sync.toml"] {
        let before = world.read(name);
        world
            .run(&format!("report --offline -o {name}"))
            .exits(2)
            .warns(&["is no report of pm-sync's", "--force"]);
        assert_eq!(world.read(name), before);
    }
    assert_eq!(world.document("031.md"), postmortem);
    world.write("other.md", "mine\n");
    world.run("report --offline -o other.md --force").exits(0);
    assert!(world.read("other.md").contains("# Follow-up report"));
    world.write("empty.md", "");
    world.run("report --offline -o empty.md").exits(0);
    // Nothing of ours is left beside.
    let left = std::fs::read_dir(world.folder.path()).expect("the folder");
    let hidden = left.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert!(!hidden.into_iter().any(|name| name.starts_with(".pm-sync")));
}

#[test]
fn a_place_that_takes_no_file_is_said_before_anything_is_asked() {
    let world = world();
    for (name, message) in [
        (
            "nowhere/report.md",
            "the folder nowhere of nowhere/report.md doesn't exist",
        ),
        ("postmortems", "is no file"),
        ("report/", "is no file"),
    ] {
        world
            .run(&format!("report -o {name}"))
            .exits(2)
            .warns(&[message]);
    }
    assert!(world.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_a_new_file_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = world();
    world.run("report --offline -o real.md").exits(0);
    let mode = |name: &str| {
        std::fs::metadata(world.path(name))
            .expect("a file")
            .permissions()
            .mode()
    };
    assert_eq!(mode("real.md") & 0o600, 0o600);
    std::fs::set_permissions(
        world.path("real.md"),
        std::fs::Permissions::from_mode(0o640),
    )
    .expect("set");
    std::os::unix::fs::symlink("real.md", world.path("link.md")).expect("a link");
    world
        .run("report --month 2025-01 --offline -o link.md")
        .exits(0);
    assert!(world.path("link.md").is_symlink());
    assert!(world.read("real.md").contains("January"));
    assert_eq!(mode("real.md") & 0o777, 0o640);
    std::os::unix::fs::symlink("gone.md", world.path("dangling.md")).expect("a link");
    world.run("report --offline -o dangling.md").exits(2);
    assert!(!world.path("gone.md").exists());
}
