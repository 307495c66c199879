//! What a push asks of GitHub before it writes, against the sandbox.

use std::path::{Path, PathBuf};

use pm_sync::checkout::Checkout;
use pm_sync::config::{Config, Language};
use pm_sync::connect::{Connection, connect, may_write};
use pm_sync::sandbox::{GitHub, Permission, Sandbox};
use pm_sync::{Environment, Exit};

const REPO: &str = "octo-org/service";

fn config() -> Config {
    let mut config = Config::default_at(Path::new("/nowhere"));
    config.github.repository = REPO.parse().ok();
    config
}

async fn start(setup: impl FnOnce(&mut GitHub)) -> (Sandbox, Connection) {
    let mut github = GitHub::new();
    setup(&mut github);
    let sandbox = Sandbox::start(github).await.expect("a sandbox");
    let url = sandbox.url();
    let environment = Environment {
        cwd: PathBuf::from("/nowhere"),
        var: Box::new(move |name| match name {
            "GITHUB_API_URL" => Some(url.clone()),
            "GITHUB_TOKEN" => Some("sandbox-token".to_owned()),
            _ => None,
        }),
    };
    let connection = connect(&config(), &environment, Language::En, |_, _| ()).expect("fine");
    (sandbox, connection)
}

fn checkout(repository: &str) -> Checkout {
    Checkout {
        root: PathBuf::from("/nowhere"),
        host: Some("github.com".to_owned()),
        repository: repository.parse().ok(),
    }
}

#[tokio::test]
async fn what_may_be_written_to_takes_one_request() {
    let (sandbox, connection) = start(|_| ()).await;
    assert_eq!(connection.repository.as_str(), REPO);
    assert!(connection.any_host && connection.html_base == "https://github.com");
    for origin in [None, Some(checkout(REPO)), Some(checkout("not a name"))] {
        sandbox.clear_requests();
        let found = may_write(&connection, &config(), origin.as_ref(), Language::En).await;
        assert_eq!(found.expect("fine").default_branch, "main");
        assert_eq!(sandbox.requests().len(), 1, "{origin:?}");
    }
}

type Change = fn(&mut GitHub);

#[tokio::test]
async fn what_github_refuses_is_refused_before_anything_is_written() {
    let cases: [(Change, &str); 4] = [
        (
            |github| {
                github.repository(REPO).private = true;
                github.token("sandbox-token").revoke(REPO);
            },
            "no repository",
        ),
        (|github| github.repository(REPO).archived = true, "archived"),
        (
            |github| github.repository(REPO).has_issues = false,
            "turned off",
        ),
        (
            |github| {
                let token = github.token("sandbox-token");
                token.grant(REPO, Permission::Triage);
            },
            "no write access",
        ),
    ];
    for (change, part) in cases {
        let (sandbox, connection) = start(change).await;
        let found = may_write(&connection, &config(), None, Language::En).await;
        let failure = found.expect_err(part);
        assert_eq!(failure.exit, Exit::Failed);
        assert!(failure.message.contains(part), "{failure:?}");
        assert!(failure.hint.is_some() && sandbox.writes().is_empty());
    }
}

#[tokio::test]
async fn publishing_what_was_private_needs_consent() {
    let (sandbox, connection) = start(|github| {
        github.add_repository("octo-org/secret").private = true;
        github.add_repository("octo-org/docs");
    })
    .await;
    for (origin, fine) in [("octo-org/secret", false), ("octo-org/docs", true)] {
        sandbox.clear_requests();
        let origin = checkout(origin);
        let found = may_write(&connection, &config(), Some(&origin), Language::En).await;
        assert_eq!(found.is_ok(), fine);
        assert_eq!(sandbox.requests().len(), 2);
        if let Err(failure) = found {
            assert_eq!(failure.exit, Exit::Usage);
        }
    }
    // Neither with consent nor into a private repository is the origin asked for.
    let mut allowed = config();
    allowed.github.allow_public = true;
    let origin = checkout("octo-org/secret");
    sandbox.clear_requests();
    assert!(
        may_write(&connection, &allowed, Some(&origin), Language::En)
            .await
            .is_ok()
    );
    sandbox.github().repository(REPO).private = true;
    assert!(
        may_write(&connection, &config(), Some(&origin), Language::En)
            .await
            .is_ok()
    );
    assert_eq!(sandbox.requests().len(), 2);
    assert!(sandbox.unexpected().is_empty());
}
