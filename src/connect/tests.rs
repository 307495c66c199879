use std::path::{Path, PathBuf};

use super::*;

fn environment(variables: &'static [(&'static str, &'static str)]) -> Environment {
    Environment {
        cwd: PathBuf::from("/"),
        var: Box::new(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        }),
    }
}

fn config() -> Config {
    Config::default_at(Path::new("/nowhere"))
}

/// Both languages say something, and not the same.
pub(in crate::connect) fn both<T: std::fmt::Debug>(
    check: impl Fn(Language) -> Result<T, Failure>,
) -> Failure {
    let (ja, en) = (
        check(Language::Ja).expect_err("refused"),
        check(Language::En).expect_err("refused"),
    );
    assert!(ja.message != en.message && ja.hint != en.hint, "{en:?}");
    assert!(ja.hint.is_some() && en.hint.is_some() && ja.exit == en.exit);
    en
}

#[test]
fn servers() {
    for (configured, variables, expected) in [
        (
            None,
            &[][..],
            ("https://api.github.com", "https://github.com", false),
        ),
        (
            None,
            &[("GITHUB_API_URL", "https://ghes.example/api/v3")],
            ("https://ghes.example/api/v3", "https://ghes.example", false),
        ),
        (
            None,
            &[
                ("GITHUB_API_URL", "https://api.ghes.example"),
                ("GITHUB_SERVER_URL", "https://ghes.example/"),
            ],
            ("https://api.ghes.example", "https://ghes.example", false),
        ),
        (
            // On a runner of GitHub.com: its variables say nothing of the server that is configured.
            Some("https://ghes.example/api/v3"),
            &[
                ("GITHUB_API_URL", "https://api.github.com"),
                ("GITHUB_SERVER_URL", "https://github.com"),
            ],
            ("https://ghes.example/api/v3", "https://ghes.example", false),
        ),
        (
            None,
            &[("GITHUB_API_URL", "http://127.0.0.1:80/api")],
            ("http://127.0.0.1:80/api", "https://github.com", true),
        ),
        (
            Some("http://localhost:80"),
            &[("GITHUB_SERVER_URL", "https://ghes.example")],
            ("http://localhost:80", "https://ghes.example", true),
        ),
    ] {
        let mut config = config();
        config.github.api_url = configured.map(|url| url.parse().expect(url));
        let server = server(&config, &environment(variables), Language::En).expect("a server");
        assert_eq!(
            (
                server.api.as_str(),
                server.html_base.as_str(),
                server.any_host
            ),
            expected
        );
    }
    for variables in [
        &[("GITHUB_API_URL", "http://ghes.example/api/v3")][..],
        &[("GITHUB_API_URL", "ghes.example")],
        &[
            ("GITHUB_API_URL", "http://[::1]:80"),
            ("GITHUB_SERVER_URL", "github.com"),
        ],
        &[
            ("GITHUB_API_URL", "http://[::1]:80"),
            ("GITHUB_SERVER_URL", "https://github.com/) [x](y"),
        ],
    ] {
        let failure = both(|language| server(&config(), &environment(variables), language));
        assert_eq!(failure.exit, Exit::Usage, "{variables:?}");
    }
}

#[test]
fn the_repository_is_named_and_never_guessed() {
    let named = environment(&[("GITHUB_REPOSITORY", "acme/shop")]);
    let name = repository(&config(), &named, Language::En).expect("named");
    assert_eq!(name.as_str(), "acme/shop");
    let mut configured = config();
    configured.github.repository = "acme/post".parse().ok();
    let name = repository(&configured, &named, Language::En).expect("configured");
    assert_eq!(name.as_str(), "acme/post", "the configuration outranks it");

    let url = environment(&[("GITHUB_REPOSITORY", "https://github.com/acme/shop")]);
    let failure = both(|language| repository(&config(), &url, language));
    assert!(failure.message.starts_with("GITHUB_REPOSITORY: "));
    assert_eq!(
        (failure.exit, failure.hint.as_deref()),
        (Exit::Usage, Some("did you mean `acme/shop`?"))
    );

    let folder = tempfile::tempdir().expect("a folder");
    let at = Config::default_at(folder.path());
    let failure = both(|language| repository(&at, &environment(&[]), language));
    assert_eq!(failure.exit, Exit::Usage);
    std::fs::create_dir(folder.path().join(".git")).expect("made");
    let text = "[remote \"origin\"]\n\turl = git@github.com:acme/shop.git\n";
    std::fs::write(folder.path().join(".git/config"), text).expect("written");
    let failure = both(|language| repository(&at, &environment(&[]), language));
    assert!(
        failure
            .hint
            .is_some_and(|hint| hint.contains("\"acme/shop\""))
    );
}

#[test]
fn tokens_come_from_the_environment() {
    let local: ApiUrl = "http://127.0.0.1:80".parse().expect("fine");
    let found = token(&local, &environment(&[("GH_TOKEN", "ghp_x")]), Language::En);
    assert!(matches!(found, Ok((_, "GH_TOKEN"))), "{found:?}");
    let none = both(|language| token(&local, &environment(&[]), language));
    assert!(none.hint.is_some_and(|hint| hint.contains("GITHUB_TOKEN")
        && hint.contains("`repo`")
        && hint.contains("Issues: read and write")));
    assert_eq!(none.exit, Exit::Usage);
    let odd = environment(&[("GITHUB_TOKEN", "ghp_hush hush")]);
    let odd = both(|language| token(&local, &odd, language));
    assert!(!format!("{odd:?}").contains("hush"), "{odd:?}");
}

#[test]
fn write_intervals() {
    for (given, expected) in [
        ("0", Some(0)),
        (" 1.5\n", Some(1500)),
        ("3600", Some(3_600_000)),
        ("3601", None),
        ("-1", None),
        ("NaN", None),
        ("inf", None),
        ("1s", None),
    ] {
        let variables: &'static [(&str, &str)] = Vec::leak(vec![("PM_SYNC_WRITE_INTERVAL", given)]);
        let found = write_interval(&config(), &environment(variables), Language::En);
        let found = found.map(|time| time.as_millis()).ok();
        assert_eq!(found, expected, "{given}");
    }
    let unset = write_interval(&config(), &environment(&[]), Language::En);
    assert_eq!(unset.ok(), Some(config().github.write_interval));
    let wrong = environment(&[("PM_SYNC_WRITE_INTERVAL", "soon")]);
    let failure = both(|language| write_interval(&config(), &wrong, language));
    assert_eq!(failure.exit, Exit::Usage);
}
