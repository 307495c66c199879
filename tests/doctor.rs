//! `pm-sync doctor` as people and scripts run it, against the sandbox.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pm_sync::sandbox::{Fault, GitHub, Permission, Sandbox};
use serde_json::Value;

const REPO: &str = "octo-org/service";
const TOKEN: &str = "ghp_doctor0123456789abcdefABCDEF01234567";

/// A folder with a postmortem, a configuration and a server.
struct Setup {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
    token: Option<&'static str>,
    api: String,
}

const POSTMORTEM: &str = "# PM-042 Checkout was down

**Date**: 2025-01-05

## Action items

| # | Action | Owner | Due | Priority | Status |
|---|--------|-------|-----|----------|--------|
| 1 | Alert on queue length | @alice | 2025-01-10 | P1 | todo |
| 2 | Test the failover | SRE | 2025-01-20 | P2 | in progress |
| 3 | Thank the on-call | @mallory | 2025-01-07 | P3 | done |
";

const CONFIG: &str =
    "[github]\nrepository = \"octo-org/service\"\n\n[owners]\n\"SRE\" = [\"bob\"]\n";

impl Setup {
    fn new() -> Setup {
        Setup::with(|_| ())
    }

    fn with(prepare: impl FnOnce(&mut GitHub)) -> Setup {
        let mut github = GitHub::new();
        github
            .add_token(TOKEN, "octocat")
            .grant(REPO, Permission::Push);
        prepare(&mut github);
        let sandbox = Sandbox::start_blocking(github).expect("a loopback port is free");
        let setup = Setup {
            folder: tempfile::tempdir().expect("a folder"),
            api: sandbox.url(),
            sandbox,
            token: Some(TOKEN),
        };
        setup.write("pm-sync.toml", CONFIG);
        setup.write("postmortems/checkout.md", POSTMORTEM);
        setup
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    /// Makes the folder a checkout of `origin`.
    fn clone_of(&self, origin: &str) {
        self.write(
            ".git/config",
            &format!("[remote \"origin\"]\n\turl = {origin}\n"),
        );
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pm-sync"));
        command
            .arg("doctor")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("GITHUB_API_URL", &self.api)
            .envs(variables.iter().copied());
        if let Some(token) = self.token {
            command.env("GITHUB_TOKEN", token);
        }
        let output = command.output().expect("it runs");
        let all = [output.stdout.clone(), output.stderr.clone()].concat();
        let all = String::from_utf8(all).expect("UTF-8");
        for token in [TOKEN, "wrong-token-0123456789"] {
            assert!(!all.contains(token), "the token is printed:\n{all}");
        }
        assert!(self.sandbox.unexpected().is_empty());
        assert!(self.sandbox.writes().is_empty(), "doctor changes nothing");
        output
    }

    /// The exit code and the checks.
    #[track_caller]
    fn checks(&self) -> (i32, Checks) {
        let output = self.run(&["--format", "json"], &[]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["schema"], "pm-sync/1");
        let keys: Vec<&String> = json.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["schema", "checks"]);
        let checks = json["checks"].as_array().expect("a list").clone();
        (output.status.code().unwrap_or(-1), Checks(checks))
    }
}

struct Checks(Vec<Value>);

impl Checks {
    #[track_caller]
    fn find(&self, name: &str) -> &Value {
        let found = self.0.iter().find(|check| check["name"] == name);
        found.unwrap_or_else(|| panic!("no check {name}: {:#?}", self.0))
    }

    #[track_caller]
    fn state(&self, name: &str) -> &str {
        self.find(name)["state"].as_str().expect("a word")
    }

    #[track_caller]
    fn detail(&self, name: &str) -> &str {
        self.find(name)["detail"].as_str().expect("a text")
    }

    #[track_caller]
    fn hint(&self, name: &str) -> &str {
        self.find(name)["hint"].as_str().expect("a hint")
    }

    /// The names of the checks in this state.
    fn that_are(&self, state: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|check| check["state"] == state)
            .filter_map(|check| check["name"].as_str())
            .collect()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn everything_is_fine() {
    let setup = Setup::new();
    setup
        .sandbox
        .github()
        .repository(REPO)
        .create_label("Postmortem", "ffffff", None);
    let (code, checks) = setup.checks();
    assert_eq!(code, 0);
    assert_eq!(checks.that_are("ok").len(), 16, "{:#?}", checks.0);
    for (name, detail) in [
        ("config", "pm-sync.toml"),
        ("documents", "1 document, 3 action items"),
        ("owners", "2 owners of open items, 2 GitHub accounts"),
        ("token", "octocat (GITHUB_TOKEN)"),
        ("scopes", "repo"),
        ("repository", "https://github.com/octo-org/service"),
        (
            "labels",
            "there: postmortem; push will create priority: P0, priority: P1, priority: P2, priority: P3",
        ),
        ("assignees", "2 accounts can be assigned"),
    ] {
        assert!(checks.detail(name).contains(detail), "{:#?}", checks.0);
        assert_eq!(checks.find(name)["hint"], Value::Null);
    }
    // Nobody asks whether the owner of a finished item can be assigned.
    let asked: Vec<String> = setup
        .sandbox
        .requests()
        .iter()
        .map(|request| request.path.clone())
        .collect();
    assert_eq!(asked.len(), 6, "{asked:?}");
    assert!(!asked.iter().any(|path| path.contains("mallory")));
}

#[test]
fn both_languages_say_it_and_pipes_get_no_colours() {
    let mut setup = Setup::new();
    let english = setup.run(&[], &[]);
    assert_eq!(english.status.code(), Some(0));
    let english = stdout(&english);
    assert!(
        english.starts_with("✓ configuration — pm-sync.toml\n"),
        "{english}"
    );
    assert!(english.ends_with("\nready to push\n"), "{english}");
    let japanese = stdout(&setup.run(&[], &[("LANG", "ja_JP.UTF-8")]));
    assert!(
        japanese.contains("✓ トークン — octocat（GITHUB_TOKEN）\n"),
        "{japanese}"
    );
    assert!(japanese.ends_with("\npush できます\n"), "{japanese}");

    setup.token = None;
    let english = stdout(&setup.run(&[], &[]));
    assert!(english.contains("✗ token — there is no token for GitHub\n    hint: set GITHUB_TOKEN"));
    assert!(
        english.ends_with("\npush will not work yet (1 failed, 11 not checked)\n"),
        "{english}"
    );
    let japanese = stdout(&setup.run(&[], &[("LC_ALL", "ja_JP.UTF-8")]));
    assert!(japanese.contains("✗ トークン — GitHub のトークンがありません\n    対処: "));
    for text in [english, japanese] {
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    let coloured = stdout(&setup.run(&["--color", "always"], &[]));
    assert!(coloured.contains("\u{1b}[31m✗"), "{coloured}");
    let plain = stdout(&setup.run(&[], &[("NO_COLOR", "1"), ("CLICOLOR", "1")]));
    assert!(!plain.contains('\u{1b}'));
}

#[test]
fn without_a_token_the_documents_are_still_checked() {
    let mut setup = Setup::new();
    setup.token = None;
    let (code, checks) = setup.checks();
    assert_eq!(code, 1);
    assert_eq!(checks.that_are("fail"), ["token"]);
    assert_eq!(
        checks.that_are("ok"),
        ["config", "documents", "ids", "owners"]
    );
    let hint = checks.hint("token");
    assert!(
        hint.contains("GITHUB_TOKEN") && hint.contains("`repo`"),
        "{hint}"
    );
    assert!(setup.sandbox.requests().is_empty());
}

#[test]
fn a_wrong_token() {
    let mut setup = Setup::new();
    setup.token = Some("wrong-token-0123456789");
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["token"]));
    assert_eq!(checks.state("server"), "ok", "somebody did answer");
    assert_eq!(checks.state("repository"), "skipped");
    assert!(checks.hint("token").contains("expired"));
}

#[test]
fn tokens_that_may_too_little_or_do_not_say() {
    for (scopes, private, state) in [
        (Some(vec!["repo"]), true, "ok"),
        (Some(vec!["public_repo", "gist"]), false, "ok"),
        (Some(vec!["read:org"]), false, "fail"),
        (Some(vec![]), false, "fail"),
        (None, false, "skipped"),
    ] {
        let setup = Setup::with(|github| {
            github.repository(REPO).private = private;
            let words = |words: &Vec<&str>| words.iter().map(|&word| word.to_owned()).collect();
            github.token(TOKEN).scopes = scopes.as_ref().map(words);
        });
        let (code, checks) = setup.checks();
        assert_eq!(checks.state("scopes"), state, "{scopes:?}");
        assert_eq!(code, i32::from(state == "fail"));
        if state != "ok" {
            let said = checks.find("scopes").to_string();
            assert!(said.contains("`repo`"), "{said}");
        }
    }
}

#[test]
fn no_such_repository() {
    let setup = Setup::with(|github| {
        github.add_repository("octo-org/hidden").private = true;
    });
    for name in ["octo-org/nowhere", "octo-org/hidden"] {
        setup.write("pm-sync.toml", &format!("github.repository = \"{name}\"\n"));
        let (code, checks) = setup.checks();
        assert_eq!((code, checks.that_are("fail")), (1, vec!["repository"]));
        assert!(checks.detail("repository").contains(name));
        assert_eq!(checks.state("access"), "skipped");
    }
    setup.write("pm-sync.toml", "");
    setup.clone_of("git@github.com:octo-org/service.git");
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["repository"]));
    assert!(checks.hint("repository").contains("\"octo-org/service\""));
}

#[test]
fn a_renamed_repository_works_and_is_said() {
    let setup = Setup::with(|github| github.rename_repository(REPO, "octo-org/platform"));
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("warn")), (0, vec!["repository"]));
    assert!(checks.hint("repository").contains("\"octo-org/platform\""));
}

#[test]
fn a_repository_that_takes_nothing() {
    let setup = Setup::with(|github| github.repository(REPO).has_issues = false);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["issues"]));

    let setup = Setup::with(|github| github.repository(REPO).archived = true);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["archived"]));
    assert!(checks.hint("archived").contains("unarchive"));
}

#[test]
fn no_write_access() {
    for role in [Permission::Read, Permission::Triage] {
        let setup = Setup::with(|github| {
            github.token(TOKEN).revoke(REPO).grant(REPO, role);
        });
        let (code, checks) = setup.checks();
        assert_eq!((code, checks.that_are("fail")), (1, vec!["access"]));
        assert!(checks.hint("access").contains("silently drops labels"));
    }
    // A workflow's token has no role, so nothing is concluded from one.
    let mut setup = Setup::with(|github| {
        github
            .add_token("ghs_workflow", "github-actions[bot]")
            .scopes = None;
    });
    setup.token = Some("ghs_workflow");
    setup.sandbox.fault(Fault::status(403).on("GET", "/user"));
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (0, vec![]));
    assert_eq!(checks.that_are("skipped"), ["scopes", "access"]);
    assert!(checks.detail("token").contains("workflow"));
    // The token of Actions never may see the setting; that much is known of it all the same.
    assert_eq!(checks.that_are("warn"), ["pull_requests"]);
    assert!(
        checks
            .detail("pull_requests")
            .contains("don't start other workflows")
    );
    assert!(checks.hint("pull_requests").contains("GitHub App"));
}

#[test]
fn administrators_see_whether_actions_may_open_pull_requests() {
    for (allowed, state) in [(true, "ok"), (false, "warn")] {
        let setup = Setup::with(|github| {
            github.token(TOKEN).grant(REPO, Permission::Admin);
            github.repository(REPO).actions_may_open_pull_requests = allowed;
        });
        let (code, checks) = setup.checks();
        assert_eq!((code, checks.state("pull_requests")), (0, state));
    }
    let setup = Setup::with(|github| {
        github.token(TOKEN).grant(REPO, Permission::Admin);
        github.repository(REPO).actions_may_open_pull_requests = false;
    });
    let (_, checks) = setup.checks();
    assert!(
        checks
            .hint("pull_requests")
            .contains("Allow GitHub Actions to create and approve pull requests")
    );
}

#[test]
fn private_postmortems_are_not_published() {
    let setup = Setup::with(|github| {
        github.add_repository("octo-org/private").private = true;
        github.add_repository("octo-org/docs");
    });
    // GitHub hides the first from this token, shows the second after the grant, and the third is open.
    setup.clone_of("https://github.com/octo-org/private.git");
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["visibility"]));
    setup
        .sandbox
        .github()
        .token(TOKEN)
        .grant("octo-org/private", Permission::Push);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["visibility"]));
    assert!(checks.detail("visibility").contains("octo-org/private"));
    assert!(checks.hint("visibility").contains("allow_public = true"));

    let permitted = CONFIG.replace("[owners]", "allow_public = true\n[owners]");
    setup.write("pm-sync.toml", &permitted);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.state("visibility")), (0, "ok"));
    setup.write("pm-sync.toml", CONFIG);
    for origin in ["octo-org/docs", "octo-org/service", "Octo-Org/Service"] {
        setup.clone_of(&format!("git@github.com:{origin}.git"));
        let (code, checks) = setup.checks();
        assert_eq!((code, checks.state("visibility")), (0, "ok"), "{origin}");
    }
}

#[test]
fn owners_nobody_knows_and_nobody_can_assign() {
    let setup = Setup::new();
    setup.write(
        "postmortems/checkout.md",
        &POSTMORTEM
            .replace("| SRE |", "| Facilities |")
            .replace("@alice", "@zoe"),
    );
    let (code, checks) = setup.checks();
    assert_eq!(
        (code, checks.that_are("warn")),
        (0, vec!["owners", "assignees"])
    );
    assert!(checks.detail("owners").contains("Facilities"));
    assert!(checks.hint("owners").contains("[owners]"));
    assert!(checks.detail("assignees").contains("@zoe"));
}

#[test]
fn documents_that_cannot_be_pushed() {
    let setup = Setup::new();
    setup.write("postmortems/again.md", POSTMORTEM);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["ids"]));
    let detail = checks.detail("ids");
    assert!(
        detail.contains("PM-042") && detail.contains("again.md"),
        "{detail}"
    );

    setup.write("postmortems/again.md", &POSTMORTEM.replace("PM-042 ", ""));
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("warn")), (0, vec!["ids"]));
    assert!(checks.hint("ids").contains("--assign-ids"));

    setup.write(
        "postmortems/again.md",
        &POSTMORTEM
            .replace("PM-042", "PM-043")
            .replace("2025-01-20", "some day"),
    );
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("warn")), (0, vec!["documents"]));

    let output = setup.run(&["absent", "--format", "json"], &[]);
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let checks = Checks(json["checks"].as_array().expect("a list").clone());
    assert_eq!(
        (output.status.code(), checks.that_are("fail")),
        (Some(1), vec!["documents"])
    );
    assert_eq!(checks.that_are("skipped"), ["ids", "owners", "assignees"]);
    assert_eq!(checks.state("labels"), "ok", "GitHub is asked all the same");
}

#[test]
fn few_requests_are_left() {
    let setup = Setup::new();
    setup.sandbox.set_rate_limit(50);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("warn")), (0, vec!["rate_limit"]));

    setup.sandbox.set_rate_limit(1);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (3, vec!["rate_limit"]));
}

#[test]
fn github_cannot_be_reached() {
    let mut setup = Setup::new();
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    setup.api = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (3, vec!["server"]));
    assert_eq!(
        checks.that_are("ok"),
        ["config", "documents", "ids", "owners"]
    );
    assert!(checks.detail("token").contains("did not answer"));

    setup.api = "http://github.example/api/v3".to_owned();
    let (code, checks) = setup.checks();
    assert_eq!((code, checks.that_are("fail")), (1, vec!["server"]));

    // An address where something else answers.
    setup.api = setup.sandbox.url();
    for fault in [Fault::status(404), Fault::html(200)] {
        setup.sandbox.fault(fault.on("GET", "/user"));
        let (code, checks) = setup.checks();
        assert_eq!((code, checks.that_are("fail")), (3, vec!["server"]));
        assert!(checks.hint("server").contains("/api/v3"));
    }
}

#[test]
fn a_broken_configuration_is_said_first() {
    let setup = Setup::new();
    setup.write("pm-sync.toml", "[github]\nrepo = \"octo-org/service\"\n");
    let output = setup.run(&[], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("repository"), "{said}");
}
