//! `docs/how-sync-works.md` keeps its promises: its story is played with the binary, and every output on the page is the real one.
//!
//! Comments on the page say what people do in between: `<!-- test: close 2 completed -->`. With `UPDATE_PAGES` set, what was printed is
//! written into the pages, to be read before it is committed.

mod common;

use common::World;
use pm_sync::sandbox::StateReason;

const DOCUMENT: &str = "postmortems/042.md";

/// Plays a page, and answers with what it should say.
fn played(page: &str, language: &'static str) -> String {
    let mut world = World::new();
    world.language = language;
    let mut written = None;
    let mut code = 0;
    let mut said = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        said.push_str(line);
        said.push('\n');
        if let Some(direction) = line.strip_prefix("<!-- test: ") {
            let direction = direction.strip_suffix(" -->").expect("a whole comment");
            match direction.split_once(' ').expect("two words") {
                ("write", path) => written = Some(path.to_owned()),
                (act, what) => people(&world, act, what),
            }
        }
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match kind {
            "markdown" => {
                let text = format!("{}\n", block.join("\n"));
                match written.take() {
                    Some(path) => world.write(&path, &text),
                    None => assert!(world.read(DOCUMENT).contains(&text), "{text}"),
                }
                said.push_str(&text);
            }
            "console" => {
                for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                    said.push_str(&format!("$ {command}\n"));
                    if command == "echo $?" {
                        said.push_str(&format!("{code}\n"));
                        continue;
                    }
                    let arguments = command.strip_prefix("pm-sync ").expect("our command");
                    let ran = world.run(arguments);
                    code = ran.code;
                    // Problems are said before the result.
                    said.push_str(&ran.stderr);
                    said.push_str(&ran.stdout);
                }
            }
            // How this is tested: nothing to play.
            "sh" => said.extend(block.iter().map(|line| format!("{line}\n"))),
            other => panic!("a block of {other}"),
        }
        said.push_str("```\n");
    }
    said
}

fn people(world: &World, act: &str, what: &str) {
    let first = |text: &str| -> u64 {
        let number = text.split_whitespace().next().and_then(|n| n.parse().ok());
        number.expect("a number first")
    };
    match act {
        "title" => {
            let (_, title) = what.split_once(' ').expect("a title");
            world.people(|r| r.edit_title(first(what), title));
        }
        "close" => world.people(|r| r.close_issue(first(what), StateReason::Completed)),
        "edit" => {
            let (old, new) = what.split_once(" => ").expect("old and new");
            let text = world.read(DOCUMENT);
            assert!(text.contains(old), "{old}");
            world.write(DOCUMENT, &text.replace(old, new));
        }
        "delete" => {
            let text = world.read(DOCUMENT);
            let row = format!("| {what} |");
            let kept = text
                .split_inclusive('\n')
                .filter(|line| !line.starts_with(&row));
            world.write(DOCUMENT, &kept.collect::<String>());
        }
        other => panic!("nobody can {other}"),
    }
}

#[test]
fn the_pages_show_what_is_printed() {
    for (name, language) in [("how-sync-works.md", "en"), ("how-sync-works.ja.md", "ja")] {
        let path = format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(&path).expect("the page");
        let said = played(&page, language);
        if std::env::var_os("UPDATE_PAGES").is_some() {
            std::fs::write(&path, &said).expect("the page is written");
        } else {
            assert_eq!(page, said, "{name}");
        }
    }
}

#[test]
fn both_languages_tell_the_same() {
    let shape = |page: &str| -> Vec<String> {
        let mut code = false;
        page.lines()
            .filter_map(|line| {
                code ^= line.starts_with("```");
                let command = line.starts_with("$ ") || line.starts_with("```");
                let heading = !code && line.starts_with('#');
                match (command, heading) {
                    (true, _) => Some(line.to_owned()),
                    (_, true) => line.split(' ').next().map(str::to_owned),
                    _ => None,
                }
            })
            .collect()
    };
    let (english, japanese) = (
        include_str!("../docs/how-sync-works.md"),
        include_str!("../docs/how-sync-works.ja.md"),
    );
    assert_eq!(shape(english), shape(japanese));
    let links = "how-sync-works";
    assert!(include_str!("../README.md").contains(links));
    assert!(include_str!("../docs/README.ja.md").contains(links));
}
