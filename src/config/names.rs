//! Names that are checked once, where they enter, and then trusted: repositories, logins, API addresses.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::secret::shown;
use super::{Language, Text, text};

/// A text that is not the name it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message.en)]
pub struct NameError {
    /// What is wrong with it.
    pub message: Text,
    /// What would be right.
    pub hint: Text,
}

impl NameError {
    /// What is wrong, in `language`.
    pub fn render(&self, language: Language) -> &str {
        self.message.get(language)
    }
}

/// A repository, `owner/name`. Compared without regard to case, as GitHub does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoName {
    full: String,
    slash: usize,
}

impl RepoName {
    /// The user or organisation.
    pub fn owner(&self) -> &str {
        self.full.get(..self.slash).unwrap_or_default()
    }

    /// The repository's own name.
    pub fn name(&self) -> &str {
        self.full.get(self.slash + 1..).unwrap_or_default()
    }

    /// `owner/name` as written.
    pub fn as_str(&self) -> &str {
        &self.full
    }
}

impl PartialEq for RepoName {
    fn eq(&self, other: &Self) -> bool {
        self.full.eq_ignore_ascii_case(&other.full)
    }
}

impl Eq for RepoName {}

impl Hash for RepoName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.full.to_ascii_lowercase().hash(state);
    }
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.full)
    }
}

impl FromStr for RepoName {
    type Err = NameError;

    fn from_str(given: &str) -> Result<Self, NameError> {
        match given.split_once('/') {
            Some((owner, name)) if is_login(owner) && is_repo(name) => Ok(Self {
                full: given.to_owned(),
                slash: owner.len(),
            }),
            _ => Err(not_a_repo(given)),
        }
    }
}

impl TryFrom<String> for RepoName {
    type Error = NameError;
    fn try_from(given: String) -> Result<Self, NameError> {
        given.parse()
    }
}

impl From<RepoName> for String {
    fn from(name: RepoName) -> Self {
        name.full
    }
}

/// Whether a text can be a GitHub login: letters, digits and hyphens, at most 39 of them; managed accounts carry
/// `_` and a short code of their company at the end.
pub fn is_login(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=39).contains(&text.len()) && text.chars().all(allowed) && !text.starts_with(['-', '_'])
}

/// Whether a text can be a repository's name: letters, digits, `.`, `-` and `_`, at most 100 of them.
fn is_repo(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (1..=100).contains(&text.len()) && text.chars().all(allowed) && text != "." && text != ".."
}

/// The error for a repository; where an address was pasted, the hint says the name in it.
fn not_a_repo(given: &str) -> NameError {
    let seen = shown(given);
    let pasted = given.trim().trim_end_matches('/').trim_end_matches(".git");
    let mut parts = pasted.rsplit(['/', ':']);
    let guess = match (parts.next(), parts.next()) {
        (Some(name), Some(owner)) if is_login(owner) && is_repo(name) => {
            Some(shown(&format!("{owner}/{name}")))
        }
        _ => None,
    };
    NameError {
        message: text!(
            "`{seen}` is not a repository name",
            "「{seen}」はリポジトリ名ではありません"
        ),
        hint: match guess {
            Some(guess) => text!("did you mean `{guess}`?", "`{guess}` のことですか？"),
            None => text!(
                "write it as `owner/name`",
                "`owner/name` の形で書いてください"
            ),
        },
    }
}

/// Where GitHub's API is: https, or plain http on this machine only. Carries no credentials, query or trailing slash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiUrl {
    text: String,
    /// The same, in its parts.
    uri: http::Uri,
}

impl ApiUrl {
    /// GitHub.com's own.
    pub fn github() -> Self {
        let text = "https://api.github.com";
        Self {
            text: text.to_owned(),
            uri: http::Uri::from_static(text),
        }
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address in its parts. It always has a scheme and a host.
    pub fn uri(&self) -> &http::Uri {
        &self.uri
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.uri.host().unwrap_or_default())
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for ApiUrl {
    type Err = NameError;

    fn from_str(given: &str) -> Result<Self, NameError> {
        let given = given.trim().trim_end_matches('/');
        let example = || {
            text!(
                "for example `https://github.example.com/api/v3`",
                "例: `https://github.example.com/api/v3`"
            )
        };
        // What may be a password or a secret parameter is not repeated.
        let seen = if given.contains(['@', '?', '#']) {
            "…".to_owned()
        } else {
            shown(given)
        };
        let Ok(url) = given.parse::<http::Uri>() else {
            return Err(NameError {
                message: text!(
                    "`{seen}` is not an address",
                    "「{seen}」は URL ではありません"
                ),
                hint: example(),
            });
        };
        let (Some(scheme), Some(authority)) = (url.scheme_str(), url.authority()) else {
            return Err(NameError {
                message: text!(
                    "`{seen}` is not a full address",
                    "「{seen}」は完全な URL ではありません"
                ),
                hint: example(),
            });
        };
        if authority.as_str().contains('@') {
            return Err(NameError {
                message: text!(
                    "the address of the API must not carry a user or password",
                    "API の URL にユーザー名やパスワードを含めないでください"
                ),
                hint: text!(
                    "tokens come from the environment: GITHUB_TOKEN or GH_TOKEN",
                    "トークンは環境変数 GITHUB_TOKEN または GH_TOKEN で渡します"
                ),
            });
        }
        // The parser drops what follows a `#`.
        if given.contains(['?', '#']) {
            return Err(NameError {
                message: text!(
                    "the address of the API ends before any `?` or `#`",
                    "API の URL に `?` や `#` 以降は書けません"
                ),
                hint: example(),
            });
        }
        let host = url.host().unwrap_or_default();
        if host.is_empty() {
            return Err(NameError {
                message: text!("`{seen}` has no host", "「{seen}」にホスト名がありません"),
                hint: example(),
            });
        }
        if scheme != "https" && !(scheme == "http" && is_loopback(host)) {
            return Err(NameError {
                message: text!(
                    "`{seen}` would send the token unencrypted",
                    "「{seen}」ではトークンが暗号化されずに送られます"
                ),
                hint: text!(
                    "use https; http is only for this machine (localhost, 127.0.0.1, [::1])",
                    "https を使ってください。http が使えるのはこのマシン自身（localhost、127.0.0.1、[::1]）だけです"
                ),
            });
        }
        if ["github.com", "www.github.com"]
            .iter()
            .any(|site| host.eq_ignore_ascii_case(site))
        {
            return Err(NameError {
                message: text!(
                    "`{seen}` is the web site, not the API",
                    "「{seen}」はウェブサイトの URL で、API ではありません"
                ),
                hint: text!(
                    "GitHub.com's API is `https://api.github.com`",
                    "GitHub.com の API は `https://api.github.com` です"
                ),
            });
        }
        Ok(Self {
            text: given.to_owned(),
            uri: url,
        })
    }
}

impl TryFrom<String> for ApiUrl {
    type Error = NameError;
    fn try_from(given: String) -> Result<Self, NameError> {
        given.parse()
    }
}

impl From<ApiUrl> for String {
    fn from(url: ApiUrl) -> Self {
        url.text
    }
}

/// Whether a host is this machine. Names other than `localhost` could resolve to anywhere.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories() {
        let name: RepoName = "Acme-Inc/web.api_v2".parse().expect("a good name");
        assert_eq!(
            (name.owner(), name.name(), name.to_string().as_str()),
            ("Acme-Inc", "web.api_v2", "Acme-Inc/web.api_v2")
        );
        assert_eq!(
            name,
            "acme-inc/WEB.api_v2".parse().expect("a good name"),
            "case does not matter to GitHub"
        );
        for (bad, hint) in [
            ("acme", "write it as `owner/name`"),
            ("acme/web/api", "did you mean `web/api`?"),
            (
                "https://github.com/acme/web.git",
                "did you mean `acme/web`?",
            ),
            ("git@github.com:acme/web.git", "did you mean `acme/web`?"),
            ("https://github.com/acme/web/", "did you mean `acme/web`?"),
            ("acme/..", "write it as `owner/name`"),
            ("-acme/web", "write it as `owner/name`"),
            ("acme/", "write it as `owner/name`"),
            ("", "write it as `owner/name`"),
            ("acme/ウェブ", "write it as `owner/name`"),
        ] {
            let error = bad.parse::<RepoName>().expect_err(bad);
            assert_eq!(error.hint.en, hint, "{bad}");
        }
    }

    #[test]
    fn repositories_are_strings_in_json() {
        let name: RepoName = serde_json::from_str("\"acme/web\"").expect("a good name");
        assert_eq!(
            serde_json::to_string(&name).expect("a string"),
            "\"acme/web\""
        );
        let error = serde_json::from_str::<RepoName>("\"acme\"").expect_err("no slash");
        assert!(
            error
                .to_string()
                .contains("`acme` is not a repository name"),
            "{error}"
        );
    }

    #[test]
    fn api_addresses() {
        for (given, kept) in [
            ("https://api.github.com", "https://api.github.com"),
            (
                "https://github.example.com/api/v3/",
                "https://github.example.com/api/v3",
            ),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://127.8.0.1", "http://127.8.0.1"),
            (
                "http://localhost:3000/api/v3",
                "http://localhost:3000/api/v3",
            ),
            ("http://[::1]:3000", "http://[::1]:3000"),
            (
                " https://ghes.example:8443/api/v3\n",
                "https://ghes.example:8443/api/v3",
            ),
        ] {
            let url: ApiUrl = given.parse().expect(given);
            assert_eq!(url.as_str(), kept);
            assert_eq!(url.is_loopback(), kept.starts_with("http://"), "{kept}");
        }
        for (bad, part) in [
            ("http://github.example.com/api/v3", "unencrypted"),
            ("http://localhost.example.com", "unencrypted"),
            ("http://127.0.0.1.example.com", "unencrypted"),
            ("ftp://localhost", "unencrypted"),
            ("api.github.com", "not a full address"),
            ("/api/v3", "not a full address"),
            ("https://alice:hunter2@github.example.com", "must not carry"),
            ("http://localhost@github.example.com", "must not carry"),
            ("https://github.example.com?token=hunter2", "before any `?`"),
            ("https://github.example.com/#hunter2", "before any `?`"),
            ("https://GitHub.com", "the web site"),
            ("https://", "not a full address"),
            ("https://:80", "no host"),
            ("", "not an address"),
            ("https://例え.jp", "not an address"),
        ] {
            let error = bad.parse::<ApiUrl>().expect_err(bad);
            assert!(error.to_string().contains(part), "{bad}: {error}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn logins() {
        for good in ["a", "alice", "Alice-B", "alice_acme", "0x"] {
            assert!(is_login(good), "{good}");
        }
        for bad in [
            "",
            "-a",
            "a b",
            "acme/sre",
            "@alice",
            "ありす",
            &"a".repeat(40),
        ] {
            assert!(!is_login(bad), "{bad}");
        }
    }
}
