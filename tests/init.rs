//! `pm-sync init`: settings from what a folder holds, and the schedules, through the binary.

mod common;

#[path = "init/schedule.rs"]
mod schedule;

use std::path::{Path, PathBuf};

use common::{Ran, command, ran};
use pm_sync::sandbox::{GitHub, Sandbox};
use tempfile::TempDir;

const JA: &str = "# ポストモーテム: INC-2025-001 検索の遅延

**日付**: 2025-01-05
**重大度**: SEV2

## アクションアイテム

| # | 対策 | 担当 | 期限 | ストーリー点 |
|---|------|------|------|------|
| 1 | 検索の監視を足す | SREチーム | 2025-01-20 | 2d |
| 2 | 索引を作り直す | 山田 太郎 | 2025-01-25 | 3d |
| 3 | 手順書を直す | SREチーム | 2025-01-30 | 1d |

## 宿題

- [ ] 全社に共有する
";

const EN: &str = "# Postmortem: INC-2025-002 Checkout was down

**Date**: 2025-01-06

## Action items

- [ ] Alert on failed payments (@alice, due 2025-01-31)
- [ ] Rehearse the failover (@bob, due 2025-02-14)
";

/// A folder, perhaps a checkout, in which nothing of this machine is known but what the test says.
struct Place {
    folder: TempDir,
    language: &'static str,
    zone: &'static str,
}

impl Place {
    fn new(language: &'static str) -> Place {
        Place {
            folder: TempDir::new().expect("a folder"),
            language,
            zone: "Asia/Tokyo",
        }
    }

    /// A clone of a repository.
    fn clone_of(origin: &str, language: &'static str) -> Place {
        let place = Place::new(language);
        place.write(
            ".git/config",
            &format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {origin}\n"),
        );
        place.write(".git/HEAD", "ref: refs/heads/topic\n");
        place.write(
            ".git/refs/remotes/origin/HEAD",
            "ref: refs/remotes/origin/trunk\n",
        );
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn run(&self, arguments: &str) -> Ran {
        self.run_in("", arguments)
    }

    fn run_in(&self, folder: &str, arguments: &str) -> Ran {
        let mut command = command(&self.path(folder), None, "2025-01-08", self.language);
        command.env("TZ", self.zone);
        ran(command
            .args(arguments.split_whitespace())
            .output()
            .expect("the binary runs"))
    }

    /// All files but those of git, from the folder.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).expect("readable").flatten() {
                let path = entry.path();
                let name = path.strip_prefix(root).expect("below").to_string_lossy();
                if path.is_dir() && name != ".git" {
                    walk(&path, root, found);
                } else if name != ".git" {
                    found.push(name.into_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut found);
        found.sort();
        found
    }
}

#[test]
fn settings_say_what_is_there_in_english() {
    let place = Place::clone_of("git@github.com:octo-org/service.git", "en_GB.UTF-8");
    place.write("docs/incidents/2025/checkout.md", EN);
    place.write(
        "docs/minutes/monday.md",
        "# Monday\n\n## Action items\n\n- [ ] Book a room (@carol)\n",
    );
    place.write("README.md", "# Service\n");
    let ran = place.run("init").exits(0).prints(&[
        "1 postmortem with 2 action items in docs/incidents",
        "octo-org/service",
        "Asia/Tokyo (TZ)",
        "INC-…",
        "English",
        "wrote pm-sync.toml",
        "pm-sync push --dry-run",
    ]);
    assert_eq!(ran.stderr, "");
    let settings = place.read("pm-sync.toml");
    for line in [
        "timezone = \"Asia/Tokyo\"",
        "language = \"en\"",
        "paths = [\"docs/incidents\"]",
        "id_prefix = \"INC-\"",
        "repository = \"octo-org/service\"",
    ] {
        assert!(settings.lines().any(|l| l == line), "{line}\n{settings}");
    }
    assert!(settings.is_ascii(), "{settings}");
    assert!(settings.contains("config.toml.example") && !settings.contains("api_url"));
}

#[test]
fn settings_say_what_is_there_in_japanese() {
    let place = Place::clone_of("https://github.example.com/octo-org/service", "ja_JP.UTF-8");
    place.write("障害報告/2025/検索.md", JA);
    place.run("init").exits(0).prints(&[
        "ポストモーテム 1 件、アクションアイテム 3 件（障害報告）",
        "octo-org/service (https://github.example.com/api/v3)",
        "日本語",
        "SREチーム (2), 山田 太郎 (1)",
        "作成 pm-sync.toml",
        "次の手順",
    ]);
    let settings = place.read("pm-sync.toml");
    for line in [
        "language = \"ja\"",
        "paths = [\"障害報告\"]",
        "api_url = \"https://github.example.com/api/v3\"",
        // What a person has to decide stands there to be filled in, the most frequent name first.
        "#sections = [\"宿題\"]",
        "#columns = { kind = [\"ストーリー点\"] }",
        "#\"SREチーム\" = [\"login\"]",
        "#\"山田 太郎\" = [\"login\"]",
    ] {
        assert!(settings.lines().any(|l| l == line), "{line}\n{settings}");
    }
    assert!(settings.find("SREチーム") < settings.find("山田"));
    let prose = settings.lines().filter(|line| line.starts_with("# "));
    assert!(prose.clone().count() >= 6);
    assert!(
        prose.filter(|line| line.is_ascii()).count() <= 1,
        "{settings}"
    );
}

#[test]
fn without_a_locale_the_comments_are_in_the_documents_language() {
    let place = Place::new("C.UTF-8");
    place.write("postmortems/a.md", JA);
    place.run("init").exits(0);
    assert!(place.read("pm-sync.toml").contains("の設定です"));
}

#[test]
fn the_written_settings_run() {
    for (language, document) in [("ja", JA), ("en", EN)] {
        let place = Place::clone_of("git@github.com:octo-org/service.git", language);
        place.write("docs/postmortems/2025/a.md", document);
        place.run("init").exits(0);
        let list = place.run("list --format json").exits(0).json();
        let found = &list["postmortems"][0];
        assert_eq!(found["path"], "docs/postmortems/2025/a.md");
        assert!(
            found["items"]
                .as_array()
                .is_some_and(|items| items.len() >= 2)
        );
        // From a folder further down too.
        place.run_in("docs", "list").exits(0);

        let sandbox = Sandbox::start_blocking(GitHub::new()).expect("the sandbox starts");
        let mut doctor = command(
            place.folder.path(),
            Some(&sandbox.url()),
            "2025-01-08",
            language,
        );
        let report = ran(doctor
            .args(["doctor", "--format", "json"])
            .output()
            .expect("runs"))
        .exits(0)
        .json();
        let state = |name: &str| {
            let checks = report["checks"].as_array().expect("checks");
            let check = checks.iter().find(|check| check["name"] == name);
            check
                .map(|check| check["state"].clone())
                .unwrap_or_default()
        };
        for name in ["config", "documents", "ids", "repository"] {
            assert_eq!(state(name), "ok", "{name}: {report}");
        }
    }
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    for (language, words) in [("en", "is not overwritten"), ("ja", "上書きしません")] {
        let place = Place::new(language);
        place.write("postmortems/a.md", EN);
        place.write("pm-sync.toml", "timezone = \"UTC\" # ours\n");
        let hint = "pm-sync init --dry-run";
        place
            .run("init")
            .exits(2)
            .warns(&["pm-sync.toml", words, hint]);
        // Nor where it is found upwards, in the same checkout.
        place.write(".git/config", "");
        place.run_in("postmortems", "init").exits(2).warns(&[words]);
        assert_eq!(place.read("pm-sync.toml"), "timezone = \"UTC\" # ours\n");
        assert_eq!(place.files(), ["pm-sync.toml", "postmortems/a.md"]);
        // What it would be can be seen all the same.
        for option in ["--dry-run", "-n", "--print"] {
            let shown = place.run(&format!("init {option}")).exits(0);
            assert!(shown.stdout.contains("timezone = \"Asia/Tokyo\""));
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_there_too() {
    let place = Place::new("en");
    std::os::unix::fs::symlink("elsewhere.toml", place.path("pm-sync.toml")).expect("linked");
    place.run("init").exits(2);
    assert!(!place.path("elsewhere.toml").exists());
}

#[test]
fn a_dry_run_prints_and_touches_nothing() {
    let place = Place::clone_of("git@github.com:octo-org/service.git", "en");
    place.write("postmortems/a.md", EN);
    let shown = place
        .run("init --dry-run")
        .exits(0)
        .warns(&["2 action items"]);
    assert_eq!(place.files(), ["postmortems/a.md"]);
    let both = place.run("init --dry-run --schedule github").exits(0);
    assert!(both.stdout.contains("# ── pm-sync.toml ──") && both.stdout.contains("pm-sync.yml ──"));
    assert_eq!(place.files(), ["postmortems/a.md"]);
    // What is printed is what is written.
    place.run("init").exits(0);
    assert_eq!(place.read("pm-sync.toml"), shown.stdout);
}

#[test]
fn an_empty_folder_gets_settings_too() {
    for (language, missing) in [
        ("en", ["no postmortems found", "no origin on GitHub"]),
        (
            "ja",
            ["ポストモーテムが見つかりません", "origin がありません"],
        ),
    ] {
        let mut place = Place::new(language);
        place.zone = "UTC";
        place.run("init").exits(0).prints(&missing);
        assert_eq!(place.files(), ["pm-sync.toml"]);
        assert!(place.read("pm-sync.toml").contains("#timezone = "));
        place.write("postmortems/a.md", EN);
        place
            .run("list")
            .exits(0)
            .prints(&["Rehearse the failover"]);
    }
}

#[test]
fn postmortems_are_known_by_what_they_say_wherever_they_lie() {
    let items = "## Action items\n\n- [ ] Alert on it (@alice, due 2025-01-31)\n";
    for (folder, text) in [
        ("事故報告", format!("# 決済の停止\n\n{items}")),
        (
            "retro",
            format!("# PM-042 Slow api\n\n**Date**: 2025-01-05\n\n{items}"),
        ),
        (
            "docs/pm",
            format!("# Slow api\n\n**Started**: 2025-01-05 10:00\n**Severity**: SEV2\n\n{items}"),
        ),
    ] {
        let place = Place::new("en");
        place.write(&format!("{folder}/2025-01-05.md"), &text);
        place.write(
            &format!("{folder}/2025-02-05.md"),
            &text.replace("042", "043"),
        );
        place.write("README.md", "# Service\n");
        place.write("docs/design.md", "# Design\n\n## Tasks\n");
        place
            .run("init")
            .exits(0)
            .prints(&[&format!("2 postmortems with 2 action items in {folder}")]);
        assert!(
            place
                .read("pm-sync.toml")
                .contains(&format!("paths = [\"{folder}\"]")),
            "{}",
            place.read("pm-sync.toml")
        );
    }
}

#[test]
fn what_may_be_minutes_is_only_mentioned() {
    for (language, told, comment) in [
        (
            "en",
            "minutes has action items: if those are postmortems, set documents.paths",
            "# There are action items in [\"minutes\"] too",
        ),
        (
            "ja",
            "minutes にアクションアイテムがあります。ポストモーテムなら documents.paths に書いてください",
            "# [\"minutes\"] にもアクションアイテムがあります。",
        ),
    ] {
        let place = Place::new(language);
        let items = "## Action items\n\n- [ ] Book a room (@alice, due 2025-01-31)\n";
        place.write("minutes/2025-01-05.md", &format!("# Weekly\n\n{items}"));
        place.run("init").exits(0).prints(&[told]);
        let settings = place.read("pm-sync.toml");
        assert!(settings.contains("paths = [\"postmortems\"]"), "{settings}");
        assert!(settings.contains(comment), "{settings}");
    }
}

#[test]
fn a_schedule_that_watches_nothing_is_pointed_out() {
    for (language, github, cron) in [
        (
            "en",
            "the workflow watches postmortems, and nothing is there yet",
            "isn't there yet: postmortems",
        ),
        (
            "ja",
            "ワークフローが見張る postmortems がまだありません",
            "毎朝調べる postmortems がまだありません",
        ),
    ] {
        let place = Place::clone_of("git@github.com:octo-org/service.git", language);
        place
            .run("init --schedule github")
            .exits(0)
            .warns(&[github]);
        place.run("init --schedule cron").exits(0).warns(&[cron]);
        place.write("postmortems/a.md", EN);
        let ran = place.run("init --schedule github --dry-run").exits(0);
        assert!(!ran.stderr.contains(github), "{}", ran.stderr);
    }
}

#[test]
fn a_folder_that_waits_for_postmortems_is_taken() {
    let place = Place::new("en");
    place.write("ops/postmortems/template.md", "# Postmortem: [title]\n");
    place
        .run("init")
        .exits(0)
        .prints(&["no postmortems yet in ops/postmortems"]);
    assert!(
        place
            .read("pm-sync.toml")
            .contains("paths = [\"ops/postmortems\"]")
    );
}

#[test]
fn in_a_checkout_the_settings_lie_at_its_top() {
    let place = Place::clone_of("ssh://git@github.com:22/octo-org/service", "en");
    place.write("postmortems/a.md", EN);
    place.run_in("postmortems", "init").exits(0);
    assert_eq!(place.files(), ["pm-sync.toml", "postmortems/a.md"]);
    assert!(
        place
            .read("pm-sync.toml")
            .contains("paths = [\"postmortems\"]")
    );
}

#[test]
fn the_file_that_is_named_is_the_one_that_is_written() {
    let place = Place::new("en");
    place.write("ops/postmortems/a.md", EN);
    place.run("init --config ops/pm.toml").exits(0);
    assert_eq!(place.files(), ["ops/pm.toml", "ops/postmortems/a.md"]);
    place
        .run("list --config ops/pm.toml")
        .exits(0)
        .prints(&["Rehearse"]);
    place.run("init --config ops/pm.toml").exits(2);
}

#[test]
fn what_git_does_not_see_is_not_taken() {
    let place = Place::clone_of("git@github.com:octo-org/service.git", "en");
    place.write(".gitignore", "/private\n");
    place.write("private/postmortems/a.md", EN);
    place.write("node_modules/x/postmortem.md", EN);
    place.run("init").exits(0).prints(&["no postmortems found"]);
    assert!(!place.read("pm-sync.toml").contains("private"));
}

#[test]
fn a_token_in_a_document_never_reaches_the_settings() {
    let place = Place::new("en");
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let text = EN.replace("@alice", "@bob").replace(
        "## Action items\n",
        &format!("## Action items\n\n| Action | Owner | Due |\n|---|---|---|\n| Rotate it | {token} | 2025-01-31 |\n"),
    );
    place.write("postmortems/a.md", &text);
    place.run("init").exits(0);
    assert!(!place.read("pm-sync.toml").contains("ghp_"));
    place.run("list").exits(0);
}

#[test]
fn a_server_that_may_not_be_github_is_a_comment() {
    let place = Place::clone_of("git@git.example.com:octo-org/service.git", "en");
    place
        .run("init")
        .exits(0)
        .prints(&["which may not be GitHub"]);
    let settings = place.read("pm-sync.toml");
    assert!(settings.contains("#repository = \"octo-org/service\""));
    assert!(settings.contains("#api_url = \"https://git.example.com/api/v3\""));
}

#[cfg(unix)]
#[test]
fn new_files_are_as_readable_as_any() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new("en");
    place.write("other", "");
    place.run("init").exits(0);
    let mode = |name: &str| {
        let metadata = std::fs::metadata(place.path(name)).expect("there");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("pm-sync.toml"), mode("other"));
}

#[test]
fn a_language_is_pinned_where_the_user_reads_it() {
    for (locale, document, expected) in [
        ("ja_JP.UTF-8", JA, "\"ja\""),
        ("en_US.UTF-8", EN, "\"en\""),
        ("C.UTF-8", JA, "\"ja\""),
        ("ja_JP.UTF-8", EN, "\"auto\"  # Issue は"),
        ("en_US.UTF-8", JA, "\"auto\"  # issues are"),
    ] {
        let place = Place::new(locale);
        place.write("postmortems/a.md", document);
        place.run("init").exits(0);
        let settings = place.read("pm-sync.toml");
        let line = format!("language = {expected}");
        assert!(
            settings.lines().any(|l| l.starts_with(&line)),
            "{locale} {line}\n{settings}"
        );
    }
    // The messages of the next run are in the user's language.
    let place = Place::new("ja_JP.UTF-8");
    place.write("postmortems/a.md", EN);
    place.run("init").exits(0);
    place.run("check --offline").prints(&["未完了"]);
}

#[test]
fn a_folder_with_brackets_in_its_name_is_a_folder() {
    let place = Place::new("en");
    place.write("old [pm]/a.md", EN);
    place.write("old [pm]/b.md", &EN.replace("002", "003"));
    place.run("init").exits(0);
    let settings = place.read("pm-sync.toml");
    assert!(settings.contains("paths = [\"old [pm]\"]"), "{settings}");
    // What is written there next month is found, too.
    place.write("old [pm]/c.md", &EN.replace("002", "004"));
    let found = place.run("list --format json").exits(0).json();
    assert_eq!(found["postmortems"].as_array().map(Vec::len), Some(3));
}

#[test]
fn settings_under_another_name_are_named_in_the_next_steps() {
    let place = Place::new("en");
    place.write("postmortems/a.md", EN);
    let ran = place.run("--config other.toml init").exits(0);
    ran.prints(&[
        "pm-sync --config other.toml list ",
        "pm-sync --config other.toml init --schedule github ",
    ]);
    place
        .run("--config other.toml init --schedule github")
        .exits(0)
        .prints(&["git add other.toml .github"]);
}
