//! The schedules that `init` writes: the workflow as YAML, and the crontab line as the shell runs it.
//!
//! Tests called `workflow…` leave what was written in the folder that `PM_SYNC_WORKFLOWS` names, for `tests/actionlint/run` to lint.

use std::process::Command;

use pm_sync::sandbox::{GitHub, Sandbox};
use saphyr::{LoadableYamlNode as _, Yaml};

use super::{EN, JA, Place};

const FILE: &str = ".github/workflows/pm-sync.yml";

fn keep(place: &Place, name: &str) -> String {
    let text = place.read(FILE);
    if let Some(folder) = std::env::var_os("PM_SYNC_WORKFLOWS") {
        let path = std::path::Path::new(&folder).join(format!("{name}.yml"));
        std::fs::write(path, &text).expect("kept");
    }
    text
}

fn get<'y>(yaml: &'y Yaml<'y>, path: &str) -> &'y Yaml<'y> {
    path.split('.').fold(yaml, |yaml, key| {
        yaml.as_mapping_get(key)
            .unwrap_or_else(|| panic!("no {key} of {path} in {yaml:?}"))
    })
}

fn strings(yaml: &Yaml<'_>) -> Vec<String> {
    let items = yaml.as_sequence().expect("a list").iter();
    items
        .map(|item| item.as_str().expect("text").to_owned())
        .collect()
}

#[test]
fn workflow_does_what_is_promised_with_the_rights_it_needs() {
    for (language, zone, cron_days) in [("en", "Europe/Berlin", "1-5"), ("ja", "Asia/Tokyo", "0-4")]
    {
        let mut place = Place::clone_of("git@github.com:octo-org/service.git", language);
        place.zone = zone;
        place.write(
            "docs/postmortems/a.md",
            if language == "ja" { JA } else { EN },
        );
        place
            .run("init --schedule github")
            .exits(0)
            .prints(&["pm-sync.toml", FILE]);
        let text = keep(&place, language);
        let yaml = &Yaml::load_from_str(&text).expect("YAML")[0];

        let paths = ["docs/postmortems/**", "pm-sync.toml"];
        assert_eq!(strings(get(yaml, "on.push.branches")), ["trunk"]);
        assert_eq!(strings(get(yaml, "on.push.paths")), paths);
        assert_eq!(strings(get(yaml, "on.pull_request.paths")), paths);
        let schedule = get(yaml, "on.schedule").as_sequence().expect("a list");
        let cron = get(&schedule[0], "cron").as_str().expect("text");
        assert!(cron.ends_with(&format!(" * * {cron_days}")), "{cron}");
        assert!(
            !cron.starts_with("0 "),
            "the top of the hour is the busiest time"
        );

        // Nothing by default; to each job what it writes to, and to the one that a fork starts nothing.
        assert_eq!(
            get(yaml, "permissions").as_mapping().map(|m| m.len()),
            Some(0)
        );
        for (job, expected) in [
            ("preview", &[("contents", "read"), ("issues", "read")][..]),
            (
                "sync",
                &[
                    ("contents", "write"),
                    ("issues", "write"),
                    ("pull-requests", "write"),
                ],
            ),
            ("check", &[("contents", "read"), ("issues", "read")]),
        ] {
            let permissions = get(yaml, &format!("jobs.{job}.permissions"));
            let given = permissions.as_mapping().expect("a mapping").iter();
            let given: Vec<_> = given
                .map(|(k, v)| (k.as_str().expect("text"), v.as_str().expect("text")))
                .collect();
            assert_eq!(given, expected, "{job}");
        }
        assert_eq!(
            get(yaml, "jobs.sync.concurrency.cancel-in-progress").as_bool(),
            Some(false)
        );
        assert!(!text.contains("pull_request_target"));

        // Whatever stands in an expression is chosen by GitHub or by us, and none is part of a shell line.
        for expression in text.split("${{").skip(1) {
            let expression = expression.split("}}").next().unwrap_or_default();
            for words in [
                "title", "body", "head_ref", "ref_name", "commits", "label", "sender",
            ] {
                assert!(!expression.contains(words), "{expression}");
            }
        }
        let shell = |line: &str| line.trim_start_matches([' ', '-']).starts_with("run:");
        assert!(!text.lines().any(shell));

        let steps = |job: &str| {
            let steps = get(yaml, &format!("jobs.{job}.steps"))
                .as_sequence()
                .expect("a list");
            get(steps.last().expect("a step"), "with")
        };
        // What it asks for is what the binary takes.
        for job in ["preview", "sync", "check"] {
            let with = steps(job);
            let command = get(with, "command").as_str().expect("text");
            let command = if command.contains("sync") {
                "sync"
            } else {
                command
            };
            let help = place.run(&format!("help {command}")).exits(0).stdout;
            let given = with.as_mapping_get("args").and_then(|args| args.as_str());
            for option in given.unwrap_or_default().split_whitespace() {
                assert!(help.contains(option), "{command} has no {option}");
            }
        }
        assert_eq!(get(steps("preview"), "args").as_str(), Some("--dry-run"));
        assert_eq!(get(steps("sync"), "args").as_str(), Some("--pull-request"));
        assert_eq!(get(steps("check"), "format").as_str(), Some("github"));
        let has_japanese = text.contains("プルリクエスト");
        assert_eq!(has_japanese, language == "ja");
    }
}

#[test]
fn workflow_for_settings_that_are_there_changes_nothing_else() {
    let place = Place::clone_of("git@github.com:octo-org/service.git", "en");
    let settings = "timezone = \"Asia/Kolkata\"\n[documents]\npaths = [\"pm\", \"docs/*rca*.md\"]\n[github]\nrepository = \"octo-org/tracker\"\n";
    place.write("ops/pm-sync.toml", settings);
    place.write("ops/pm/a.md", EN);
    place
        .run_in("ops", "init --schedule github")
        .exits(0)
        .prints(&["kept", FILE]);
    assert_eq!(place.read("ops/pm-sync.toml"), settings);
    let text = keep(&place, "elsewhere");
    let yaml = &Yaml::load_from_str(&text).expect("YAML")[0];
    assert_eq!(
        strings(get(yaml, "on.push.paths")),
        ["ops/pm/**", "ops/docs/*rca*.md", "ops/pm-sync.toml"]
    );
    // The token of Actions is good for its own repository only; and a fork gets no other.
    assert_eq!(
        text.matches("token: ${{ secrets.PM_SYNC_TOKEN }}").count(),
        3
    );
    assert_eq!(text.matches("working-directory: \"ops\"").count(), 3);
    assert!(text.contains("head.repo.full_name == github.repository"));
    assert!(text.contains("in Asia/Kolkata"));
}

#[test]
fn workflow_for_an_enterprise_server_says_what_that_takes() {
    let place = Place::clone_of("git@ghe.example.com:octo-org/service.git", "en");
    place.write("postmortems/a.md", EN);
    place.run("init --schedule github").exits(0);
    assert!(keep(&place, "enterprise").contains("GitHub Connect"));
}

#[test]
fn workflow_is_not_overwritten_and_then_nothing_is_written() {
    for language in ["en", "ja"] {
        let place = Place::clone_of("git@github.com:octo-org/service.git", language);
        place.write("postmortems/a.md", EN);
        place.write(FILE, "name: ours\n");
        place
            .run("init --schedule github")
            .exits(2)
            .warns(&[FILE, "--dry-run"]);
        assert_eq!(place.read(FILE), "name: ours\n");
        assert!(!place.path("pm-sync.toml").exists());
    }
}

#[test]
fn workflow_of_wrong_settings_is_none() {
    let place = Place::new("en");
    place.write("pm-sync.toml", "timezon = \"UTC\"\n");
    place
        .run("init --schedule github")
        .exits(2)
        .warns(&["pm-sync.toml:1:1", "timezone"]);
    assert_eq!(place.files(), ["pm-sync.toml"]);
}

#[test]
fn workflow_without_a_checkout_says_so() {
    let place = Place::new("en");
    place.write("postmortems/a.md", EN);
    place
        .run("init --schedule github")
        .exits(0)
        .warns(&["no git checkout here"]);
    assert!(keep(&place, "alone").contains("branches: [\"main\"]"));
}

#[cfg(unix)]
#[test]
fn the_crontab_line_runs_as_it_stands() {
    for language in ["en", "ja"] {
        let place = Place::new(language);
        let folder = "it's 100% ours";
        place.write(&format!("{folder}/postmortems/a.md"), EN);
        place.write(
            &format!("{folder}/pm-sync.toml"),
            "[github]\nrepository = \"octo-org/service\"\nwrite_interval = 0\n",
        );
        let ran = place.run_in(folder, "init --schedule cron").exits(0);
        let line = ran.stdout.lines().last().expect("a line");
        assert!(
            ran.stdout
                .lines()
                .filter(|line| !line.starts_with('#'))
                .count()
                == 1
        );
        let fields: Vec<&str> = line.splitn(6, ' ').collect();
        let [minute, "8", "*", "*", "1-5", command] = fields[..] else {
            panic!("{line}");
        };
        assert!(minute.parse::<u8>().is_ok_and(|minute| minute < 60));
        // What cron does to the line before the shell sees it.
        assert!(!command.replace("\\%", "").contains('%'), "{command}");
        let command = command.replace("\\%", "%");

        let sandbox = Sandbox::start_blocking(GitHub::new()).expect("the sandbox starts");
        place.write(
            ".config/pm-sync/env",
            &format!(
                "GITHUB_TOKEN=sandbox-token\nGITHUB_API_URL={}\n",
                sandbox.url()
            ),
        );
        let status = Command::new("/bin/sh")
            .env_clear()
            .env("HOME", place.folder.path())
            .env("PATH", "/usr/bin:/bin")
            .current_dir("/")
            .args(["-c", &command])
            .output()
            .expect("sh runs");
        assert!(
            status.stdout.is_empty() && status.stderr.is_empty(),
            "cron would mail it"
        );
        let log = place.read("pm-sync.log");
        assert!(log.contains("Rehearse the failover"), "{log}");
        assert!(!log.contains("sandbox-token"), "{log}");
        assert!(!log.contains("error:"), "{log}");
        let document = place.read(&format!("{folder}/postmortems/a.md"));
        assert_eq!(
            document.matches("octo-org/service/issues/").count(),
            2,
            "{document}"
        );
    }
}

#[test]
fn the_crontab_line_of_a_new_folder_comes_with_settings() {
    let place = Place::new("en");
    place.write("postmortems/a.md", EN);
    let ran = place
        .run("init --schedule cron")
        .exits(0)
        .warns(&["wrote pm-sync.toml"]);
    assert!(ran.stdout.starts_with("# pm-sync on working days"));
    assert!(place.path("pm-sync.toml").exists());
}

#[test]
fn the_workflow_is_for_the_branch_that_the_checkout_has() {
    let head = |branch: &str| {
        (
            ".git/HEAD".to_owned(),
            format!("ref: refs/heads/{branch}\n"),
        )
    };
    let there = |name: &str| (format!(".git/refs/{name}"), "0\n".to_owned());
    let packed = |names: &str| (".git/packed-refs".to_owned(), names.to_owned());
    let cases = [
        (vec![head("master")], "master", true),
        (
            vec![
                head("topic"),
                there("remotes/origin/master"),
                there("heads/topic"),
                there("heads/x"),
            ],
            "master",
            true,
        ),
        (
            vec![
                head("topic"),
                packed("# pack-refs\n0 refs/remotes/origin/master\n0 refs/heads/topic\n"),
            ],
            "master",
            true,
        ),
        (vec![head("trunk"), there("heads/trunk")], "trunk", true),
        (
            vec![head("main"), there("heads/main"), there("heads/a/b")],
            "main",
            true,
        ),
        (
            vec![head("topic"), there("heads/topic"), there("heads/master")],
            "master",
            false,
        ),
        (
            vec![head("topic"), there("heads/topic"), there("heads/a/b")],
            "main",
            false,
        ),
        (
            vec![
                (".git/HEAD".to_owned(), "0123\n".to_owned()),
                there("heads/topic"),
            ],
            "main",
            false,
        ),
    ];
    for (language, words) in [("en", "a guess"), ("ja", "分からない")] {
        for (files, branch, is_sure) in &cases {
            let place = Place::new(language);
            place.write(".git/config", "[core]\n\tbare = false\n");
            for (name, text) in files {
                place.write(name, text);
            }
            place.write("postmortems/a.md", EN);
            let ran = place.run("init --schedule github").exits(0);
            let says_so = ran
                .stdout
                .lines()
                .any(|line| line.starts_with("! ") && line.contains(words));
            assert_eq!(says_so, !is_sure, "{files:?}\n{}", ran.stdout);
            let text = place.read(FILE);
            let yaml = &Yaml::load_from_str(&text).expect("YAML")[0];
            assert_eq!(
                strings(get(yaml, "on.push.branches")),
                [*branch],
                "{files:?}"
            );
        }
    }
}
