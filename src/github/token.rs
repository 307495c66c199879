//! The secret, and where it is found.
//!
//! A [`Token`] prints as `***` and can't be serialised; only [`super::client`] reads it, to put it into the
//! `Authorization` header of requests to its [`ApiUrl`](crate::config::ApiUrl). Which repository it is for is the caller's affair.

use std::ffi::OsStr;
use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::config::Language;

/// A GitHub token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// The sorts of token that differ in what GitHub says of their rights. The beginnings are documented by GitHub,
/// "About authentication to GitHub", token formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSort {
    /// `github_pat_`, or `ghu_` of an app that acts for somebody: has permissions of its own, which GitHub doesn't list; what it shows
    /// is the user's role.
    FineGrained,
    /// `ghs_`: a GitHub App's or a workflow's. It is nobody's, and has permissions instead of a role.
    Installation,
    /// Classic, from `gh`, or of an older form: acts for its user.
    Other,
}

/// A variable holds something that can't be a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Language::En))]
pub struct TokenError {
    /// Where it was found: `GITHUB_TOKEN`, `GH_TOKEN`, `gh auth token`.
    pub source_name: &'static str,
}

impl TokenError {
    /// What is wrong, without the value.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let from = self.source_name;
        language.pick(
            format!(
                "{from} の値はトークンではありません。空白など、トークンに使われない文字が含まれています"
            ),
            format!(
                "what {from} holds is not a token: it has spaces or characters that no token has"
            ),
        )
    }
}

/// How long `gh` may take to hand over its token.
const GH_TIMEOUT: Duration = Duration::from_secs(5);

impl Token {
    /// A token, without the white space around it; `None` unless visible ASCII remains. (Anything else could
    /// not stand in a header, where octocrab would panic over it.)
    #[must_use]
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        let fine = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fine.then(|| Token(text.to_owned()))
    }

    /// The token of the environment: `GITHUB_TOKEN`, else `GH_TOKEN` (empty counts as unset), else what
    /// `gh auth token` says, with the name of where it was found. `host` is the server as gh knows it ([`ApiUrl::gh_host`](crate::config::ApiUrl::gh_host)); `None` leaves gh out.
    ///
    /// Blocks for up to five seconds where gh hangs. No gh, or nobody logged in, is `Ok(None)`.
    ///
    /// # Errors
    /// Where one of the places holds something that can't be a token; it is not passed over silently.
    pub fn from_env(
        get_var: impl Fn(&str) -> Option<String>,
        host: Option<&str>,
    ) -> Result<Option<(Token, &'static str)>, TokenError> {
        Token::find(get_var, || {
            host.and_then(|host| ask_gh(OsStr::new("gh"), host, GH_TIMEOUT))
        })
    }

    fn find(
        get_var: impl Fn(&str) -> Option<String>,
        gh: impl FnOnce() -> Option<String>,
    ) -> Result<Option<(Token, &'static str)>, TokenError> {
        let set = |name| get_var(name).filter(|value| !value.trim().is_empty());
        let found = ["GITHUB_TOKEN", "GH_TOKEN"]
            .into_iter()
            .find_map(|name| set(name).map(|value| (name, value)));
        let found = found.or_else(|| gh().map(|value| ("gh auth token", value)));
        match found {
            Some((source_name, value)) => Token::new(&value)
                .map(|token| Some((token, source_name)))
                .ok_or(TokenError { source_name }),
            None => Ok(None),
        }
    }

    /// What sort it is, by its beginning.
    #[must_use]
    pub fn sort(&self) -> TokenSort {
        if self.0.starts_with("github_pat_") || self.0.starts_with("ghu_") {
            TokenSort::FineGrained
        } else if self.0.starts_with("ghs_") {
            TokenSort::Installation
        } else {
            TokenSort::Other
        }
    }

    /// The secret itself, for the header.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// The text with the secret replaced by `***`.
    pub(super) fn blot_out(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Runs `gh auth token --hostname HOST`; `None` where there is no gh, it fails, says nothing, or takes too long.
fn ask_gh(program: &OsStr, host: &str, timeout: Duration) -> Option<String> {
    let mut gh = Command::new(program)
        .args(["auth", "token", "--hostname", host])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let deadline = Instant::now() + timeout;
    let status = loop {
        match gh.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) | Err(_) => break None,
        }
    };
    if status.is_none() {
        // It may have ended by itself meanwhile; then there is nothing to kill.
        let _ = gh.kill();
        let _ = gh.wait();
    }
    // Read only after it ended well: a token fits into any pipe, so gh never waits for us.
    let mut answer = String::new();
    status.filter(std::process::ExitStatus::success)?;
    gh.stdout
        .take()?
        .take(4096)
        .read_to_string(&mut answer)
        .ok()?;
    Some(answer).filter(|answer| !answer.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(vars: &[(&str, &str)], gh: Option<&str>) -> Result<Option<String>, &'static str> {
        let get = |name: &str| {
            vars.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Token::find(get, || gh.map(str::to_owned))
            .map(|token| token.map(|(token, _)| token.expose().to_owned()))
            .map_err(|error| error.source_name)
    }

    #[test]
    fn the_first_place_that_holds_a_token_wins() {
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(
            find(&[("GH_TOKEN", "b"), ("GITHUB_TOKEN", "a")], Some("c")),
            some("a")
        );
        assert_eq!(
            find(&[("GITHUB_TOKEN", ""), ("GH_TOKEN", " b\n")], Some("c")),
            some("b")
        );
        assert_eq!(find(&[("GITHUB_TOKEN", " ")], Some("c\n")), some("c"));
        assert_eq!(find(&[], None), Ok(None));
    }

    #[test]
    fn what_cannot_be_a_token_is_said_and_not_passed_over() {
        assert_eq!(
            find(&[("GITHUB_TOKEN", "a b")], Some("c")),
            Err("GITHUB_TOKEN")
        );
        assert_eq!(find(&[("GH_TOKEN", "トークン")], None), Err("GH_TOKEN"));
        assert_eq!(find(&[], Some("a\nb")), Err("gh auth token"));
        let error = TokenError {
            source_name: "GH_TOKEN",
        };
        assert!(
            error.message(Language::En).contains("GH_TOKEN")
                && error.message(Language::Ja).contains("GH_TOKEN")
        );
    }

    #[test]
    fn sorts_are_told_by_their_beginnings() {
        for (text, sort) in [
            ("ghp_0123", TokenSort::Other),
            ("gho_0123", TokenSort::Other),
            ("github_pat_0123", TokenSort::FineGrained),
            ("ghu_0123", TokenSort::FineGrained),
            ("ghs_0123", TokenSort::Installation),
            ("0123456789abcdef0123456789abcdef01234567", TokenSort::Other),
        ] {
            assert_eq!(Token::new(text).expect(text).sort(), sort, "{text}");
        }
    }

    #[test]
    fn a_token_never_prints() {
        let token = Token::new("ghp_secret").expect("fine");
        assert_eq!(
            format!("{token} {token:?} {:?}", Some(&token)),
            "*** *** Some(***)"
        );
    }

    #[cfg(unix)]
    #[test]
    fn gh_is_asked_and_not_waited_for() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let script = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
                .expect("made executable");
            path
        };
        let ask =
            |path: &std::path::Path, timeout| ask_gh(path.as_os_str(), "ghes.example", timeout);
        let soon = Duration::from_secs(20);
        // A file just written can't be run while another test's fork still holds it open ("text file busy").
        let good = script("good", r#"echo "$*""#);
        let said = (0..50).find_map(|_| {
            std::thread::sleep(Duration::from_millis(5));
            ask(&good, soon)
        });
        assert_eq!(
            said.as_deref(),
            Some("auth token --hostname ghes.example\n")
        );
        assert_eq!(ask(&script("none", "echo nobody >&2; exit 1"), soon), None);
        assert_eq!(ask(&script("mute", "exit 0"), soon), None);
        assert_eq!(ask(&folder.path().join("absent"), soon), None);
        let start = Instant::now();
        assert_eq!(
            ask(
                &script("hangs", "exec sleep 30"),
                Duration::from_millis(100)
            ),
            None
        );
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
