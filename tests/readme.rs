//! The README keeps its promises: its settings load, its examples are read, its commands and options exist.

mod common;

use common::{command, ran};
use tempfile::TempDir;

const README: &str = include_str!("../README.md");
const README_JA: &str = include_str!("../docs/README.ja.md");

/// The fenced blocks of a language, less the indentation that a list gives them.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}");
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for line in text.lines() {
        match &mut open {
            None if line.trim() == fence => {
                open = Some((line.len() - line.trim_start().len(), String::new()));
            }
            None => {}
            Some(_) if line.trim() == "```" => found.extend(open.take().map(|(_, block)| block)),
            Some((indent, block)) => {
                block.push_str(line.get(*indent..).unwrap_or(""));
                block.push('\n');
            }
        }
    }
    found
}

fn run(folder: &TempDir, arguments: &[&str]) -> common::Ran {
    ran(command(folder.path(), None, "2025-01-08", "en")
        .args(arguments)
        .output()
        .expect("the binary runs"))
}

#[test]
fn the_settings_load() {
    for text in [README, README_JA] {
        let settings = blocks(text, "toml");
        assert!(!settings.is_empty());
        for block in settings {
            let folder = TempDir::new().expect("a folder");
            std::fs::create_dir(folder.path().join("postmortems")).expect("a folder");
            std::fs::write(folder.path().join("pm-sync.toml"), block).expect("written");
            run(&folder, &["list"]).exits(0);
        }
    }
}

#[test]
fn the_examples_are_read() {
    let mut forms = std::collections::BTreeSet::new();
    for block in blocks(README, "markdown") {
        let folder = TempDir::new().expect("a folder");
        std::fs::write(
            folder.path().join("a.md"),
            format!("# Postmortem: PM-1 x\n\n**Date**: 2025-01-05\n\n{block}"),
        )
        .expect("written");
        let json = run(&folder, &["list", "--format", "json", "a.md"])
            .exits(0)
            .json();
        assert_eq!(json["problems"].as_array().map(Vec::len), Some(0), "{json}");
        let found = json["postmortems"][0]["items"]
            .as_array()
            .expect("items")
            .clone();
        assert_eq!(
            found.is_empty(),
            block.contains("pm-sync:progress"),
            "{block}"
        );
        for item in &found {
            assert_eq!(item["owners"][0], "@alice", "{item}");
            assert!(item["due"].is_string(), "{item}");
        }
        forms.extend(
            found
                .iter()
                .map(|item| item["form"].as_str().unwrap_or_default().to_owned()),
        );
    }
    for form in ["table", "heading", "task_list", "bullet", "numbered"] {
        assert!(forms.contains(form), "no example of {form}: {forms:?}");
    }
}

#[test]
fn the_commands_and_options_exist() {
    let folder = TempDir::new().expect("a folder");
    for text in [README, README_JA] {
        for line in text.lines().filter(|line| line.starts_with("| `pm-sync ")) {
            let code: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
            let name = code[0].split_whitespace().nth(1).expect("a command");
            let help = run(&folder, &["help", name]).exits(0).stdout;
            for option in code.iter().filter(|c| c.starts_with("--")) {
                let option = option.split_whitespace().next().expect("an option");
                assert!(help.contains(option), "`{name}` has no `{option}`");
            }
        }
    }
}

#[test]
fn the_first_screen_has_what_a_newcomer_needs() {
    for text in [README, README_JA] {
        let first: String = text.lines().take(24).collect::<Vec<_>>().join("\n");
        for promise in ["demo.svg)", "cargo run --release -- demo", "$ cargo test"] {
            assert!(first.contains(promise), "{promise}");
        }
    }
    assert!(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("docs/demo.svg")
            .exists()
    );
}
