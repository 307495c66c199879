//! Tokens and settings that don't allow it all.

use pm_sync::sandbox::{GitHub, Permission};

use crate::common::{REPOSITORY, Ran, World, ran};
use crate::{BRANCH, ENGLISH, changed, done, issue_count, pull_requests, world_with};

/// Runs with the token of a workflow.
fn as_workflow(world: &World, token: &str, arguments: &str) -> Ran {
    let said = ran(world
        .command()
        .env("GITHUB_TOKEN", token)
        .env("CI", "true")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", "schedule")
        .args(arguments.split_whitespace())
        .output()
        .expect("the binary runs"));
    assert!(
        !said.stdout.contains(token) && !said.stderr.contains(token),
        "the token is printed"
    );
    said
}

#[test]
fn where_actions_may_not_the_branch_is_kept_and_a_hint_given() {
    const TOKEN: &str = "ghs_0123456789abcdefghijABCDEFGHIJ012345";
    let mut github = GitHub::new();
    let token = github.add_token(TOKEN, "github-actions[bot]");
    token.workflow = true;
    token.scopes = None;
    token.grant(REPOSITORY, Permission::Push);
    github.repository(REPOSITORY).actions_may_open_pull_requests = false;
    let mut world = world_with(github, &[("042.md", ENGLISH)]);
    let said = as_workflow(&world, TOKEN, "sync --pull-request");
    assert_eq!(said.code, 3, "{}{}", said.stdout, said.stderr);
    for part in [
        "GitHub Actions is not permitted to create or approve pull requests",
        "Allow GitHub Actions to create and approve pull requests",
        "https://github.com/octo-org/service/compare/main...pm-sync/write-back?expand=1",
    ] {
        assert!(said.stderr.contains(part), "{part}\n{}", said.stderr);
    }
    assert_eq!(changed(&world), ["postmortems/042.md"]);
    assert_eq!(pull_requests(&world).len(), 0);
    assert_eq!(issue_count(&world), 2);
    world.language = "ja";
    let said = as_workflow(&world, TOKEN, "sync --pull-request");
    assert_eq!(said.code, 3);
    assert!(said.stderr.contains("有効にするか"), "{}", said.stderr);
    // Allowed at last.
    world.people(|r| r.actions_may_open_pull_requests = true);
    let said = as_workflow(&world, TOKEN, "sync --pull-request");
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(
        said.stdout
            .contains("プルリクエスト #3 を作成しました（文書 1 件）"),
        "{}",
        said.stdout
    );
    done(&world);
}

#[test]
fn a_token_without_the_permission_is_told_which() {
    let mut github = GitHub::new();
    github.token("sandbox-token").contents_write = false;
    let world = world_with(github, &[("042.md", ENGLISH)]);
    let said = world.run("sync --pull-request").exits(3);
    assert!(
        said.stderr
            .contains("needs Contents: write and Pull requests: write"),
        "{}",
        said.stderr
    );
    assert_eq!(world.people(|r| r.branch(BRANCH).map(str::to_owned)), None);
    assert_eq!(issue_count(&world), 2, "what could be done is done");
    done(&world);
}
