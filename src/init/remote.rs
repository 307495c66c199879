//! Where the issues would be, by the checkout's `origin`; and whether its server is GitHub at all.

use crate::checkout::Checkout;

/// Where the issues would be, by the checkout's `origin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remote {
    /// A repository on GitHub.
    Known {
        /// `owner/name`.
        repository: String,
        /// The address of the server's API; `None` for github.com.
        api: Option<String>,
    },
    /// A repository on a server that may be a GitHub Enterprise Server. To take it for one would send it a token.
    Unsure {
        /// `owner/name`.
        repository: String,
        /// The server.
        host: String,
    },
    /// No origin, or one that names no repository.
    Absent,
}

/// The repository that the checkout's `origin` names, and whether its server is GitHub.
pub(super) fn remote(checkout: Option<&Checkout>) -> Remote {
    let Some(Checkout {
        host: Some(host),
        repository: Some(repository),
        ..
    }) = checkout
    else {
        return Remote::Absent;
    };
    let repository = repository.to_string();
    match host.as_str() {
        // Also by way of the port for https, and of the aliases that people with two accounts write in their ssh configuration.
        "github.com" | "www.github.com" | "ssh.github.com" => Remote::Known {
            repository,
            api: None,
        },
        host if host.starts_with("github.com-") => Remote::Known {
            repository,
            api: None,
        },
        host if host.ends_with(".ghe.com") => Remote::Known {
            repository,
            api: Some(format!("https://api.{host}")),
        },
        host if host.contains('.') && is_enterprise(host) => Remote::Known {
            repository,
            api: Some(format!("https://{host}/api/v3")),
        },
        host => Remote::Unsure {
            repository,
            host: host.to_owned(),
        },
    }
}

/// Whether a host's name says that it is a GitHub Enterprise Server: `github.example.com`, `ghe.example.com`. A host of github.com's own
/// (`gist.github.com`) and a page there are none.
fn is_enterprise(host: &str) -> bool {
    let ours = ["github.com", "github.io"];
    let foreign = |site: &str| host == site || host.ends_with(&format!(".{site}"));
    let mut labels = host.split('.');
    !ours.into_iter().any(foreign)
        && labels.any(|label| {
            label
                .split('-')
                .any(|part| matches!(part, "github" | "ghe" | "ghes"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_taken_for_github_where_they_are() {
        let known = |api: Option<&str>| Remote::Known {
            repository: "octo-org/service".into(),
            api: api.map(str::to_owned),
        };
        let unsure = |host: &str| Remote::Unsure {
            repository: "octo-org/service".into(),
            host: host.into(),
        };
        for (host, expected) in [
            ("github.com", known(None)),
            ("ssh.github.com", known(None)),
            ("github.com-work", known(None)),
            ("acme.ghe.com", known(Some("https://api.acme.ghe.com"))),
            (
                "github.example.com",
                known(Some("https://github.example.com/api/v3")),
            ),
            (
                "ghe.example.com",
                known(Some("https://ghe.example.com/api/v3")),
            ),
            ("gitlab.com", unsure("gitlab.com")),
            ("git.example.com", unsure("git.example.com")),
            ("gist.github.com", unsure("gist.github.com")),
            // An alias of somebody's ssh configuration.
            ("github", unsure("github")),
        ] {
            let checkout = Checkout {
                root: "/x".into(),
                host: Some(host.into()),
                repository: Some("octo-org/service".parse().expect("a name")),
            };
            assert_eq!(remote(Some(&checkout)), expected, "{host}");
        }
        assert_eq!(remote(None), Remote::Absent);
    }
}
