//! The secret, where it is found, and the address it may be sent to.
//!
//! A [`Token`] prints as `***` and can't be serialised; only [`super::client`] reads it, to put it into the
//! `Authorization` header of requests to its [`ApiUrl`]. Which repository it is for is the caller's affair.

use std::ffi::OsStr;
use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use http::Uri;

use super::error::Lang;

/// A GitHub token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// A variable holds something that can't be a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
pub struct TokenError {
    /// Where it was found: `GITHUB_TOKEN`, `GH_TOKEN`, `gh auth token`.
    pub source_name: &'static str,
}

impl TokenError {
    /// What is wrong, without the value.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let from = self.source_name;
        match lang {
            Lang::En => format!(
                "what {from} holds is not a token: it has spaces or characters that no token has"
            ),
            Lang::Ja => format!(
                "{from} の値はトークンではありません。空白など、トークンに使われない文字が含まれています"
            ),
        }
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
    /// `gh auth token` says. `host` is the server as gh knows it ([`ApiUrl::gh_host`]); `None` leaves gh out.
    ///
    /// Blocks for up to five seconds where gh hangs. No gh, or nobody logged in, is `Ok(None)`.
    ///
    /// # Errors
    /// Where one of the places holds something that can't be a token; it is not passed over silently.
    pub fn from_env(
        get_var: impl Fn(&str) -> Option<String>,
        host: Option<&str>,
    ) -> Result<Option<Token>, TokenError> {
        Token::find(get_var, || {
            host.and_then(|host| ask_gh(OsStr::new("gh"), host, GH_TIMEOUT))
        })
    }

    fn find(
        get_var: impl Fn(&str) -> Option<String>,
        gh: impl FnOnce() -> Option<String>,
    ) -> Result<Option<Token>, TokenError> {
        let set = |name| get_var(name).filter(|value| !value.trim().is_empty());
        let found = ["GITHUB_TOKEN", "GH_TOKEN"]
            .into_iter()
            .find_map(|name| set(name).map(|value| (name, value)));
        let found = found.or_else(|| gh().map(|value| ("gh auth token", value)));
        match found {
            Some((source_name, value)) => Token::new(&value)
                .map(Some)
                .ok_or(TokenError { source_name }),
            None => Ok(None),
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

/// Where GitHub's REST API lives: `https://api.github.com`, or `https://ghes.example/api/v3`.
///
/// Plain `http` is taken for this machine only, since the token travels with every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUrl {
    uri: Uri,
    text: String,
}

/// Why a text is no address of an API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
pub struct ApiUrlError {
    url: String,
    why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    NoUrl,
    Plain,
    Extra,
    Site,
}

impl ApiUrlError {
    /// What is wrong and how to mend it.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let url = &self.url;
        let why = match (self.why, lang) {
            (Why::NoUrl, Lang::En) => {
                "write an address such as https://api.github.com or https://ghes.example/api/v3"
            }
            (Why::NoUrl, Lang::Ja) => {
                "https://api.github.com や https://ghes.example/api/v3 のように指定してください"
            }
            (Why::Plain, Lang::En) => {
                "it must be https: the token would travel in the clear (http is for this machine only)"
            }
            (Why::Plain, Lang::Ja) => {
                "トークンが暗号化されずに送られるため、https にしてください(http は自分のマシンに限ります)"
            }
            (Why::Extra, Lang::En) => "it must carry no user name, `?` or `#`",
            (Why::Extra, Lang::Ja) => "ユーザー名や `?`、`#` は含められません",
            (Why::Site, Lang::En) => "this is the web site; the API is https://api.github.com",
            (Why::Site, Lang::Ja) => {
                "これはウェブサイトのアドレスです。API は https://api.github.com です"
            }
        };
        match lang {
            Lang::En => format!("`{url}` is not an address of GitHub's API: {why}"),
            Lang::Ja => format!("`{url}` は GitHub API のアドレスとして使えません。{why}"),
        }
    }
}

impl ApiUrl {
    /// GitHub.com's own.
    #[must_use]
    pub fn github() -> ApiUrl {
        let text = "https://api.github.com";
        ApiUrl {
            uri: Uri::from_static(text),
            text: text.to_owned(),
        }
    }

    /// The server as `gh` knows it, for its `--hostname`: `github.com`, `acme.ghe.com`, `ghes.example`.
    #[must_use]
    pub fn gh_host(&self) -> &str {
        let host = self.uri.host().unwrap_or_default();
        match host.strip_prefix("api.") {
            Some(rest) if rest == "github.com" || rest.ends_with(".ghe.com") => rest,
            _ => host,
        }
    }

    /// Whether a request to `uri` goes to the same server over the same protocol, so that it may carry the token.
    pub(super) fn is_origin_of(&self, uri: &Uri) -> bool {
        let origin = |uri: &Uri| {
            let scheme = uri.scheme_str()?.to_ascii_lowercase();
            let port = uri
                .port_u16()
                .unwrap_or(if scheme == "https" { 443 } else { 80 });
            Some((scheme, uri.host()?.to_ascii_lowercase(), port))
        };
        origin(&self.uri) == origin(uri) && origin(uri).is_some()
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for ApiUrl {
    type Err = ApiUrlError;

    fn from_str(text: &str) -> Result<ApiUrl, ApiUrlError> {
        let text = text.trim().trim_end_matches('/');
        // A password in the address must not reach the terminal by way of the error.
        let shown = match (text.find("://"), text.rfind('@')) {
            (Some(scheme), Some(at)) if scheme < at => {
                format!("{}://…{}", &text[..scheme], &text[at..])
            }
            _ => text.to_owned(),
        };
        let fail = |why| {
            Err(ApiUrlError {
                url: shown.clone(),
                why,
            })
        };
        let Ok(uri) = Uri::from_str(text) else {
            return fail(Why::NoUrl);
        };
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return fail(Why::NoUrl);
        };
        if host.is_empty() {
            return fail(Why::NoUrl);
        }
        if text.contains(['?', '#', '@']) {
            return fail(Why::Extra);
        }
        match scheme.to_ascii_lowercase().as_str() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return fail(Why::Plain),
            _ => return fail(Why::NoUrl),
        }
        if ["github.com", "www.github.com"]
            .iter()
            .any(|site| host.eq_ignore_ascii_case(site))
        {
            return fail(Why::Site);
        }
        Ok(ApiUrl {
            text: text.to_owned(),
            uri,
        })
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
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
            .map(|token| token.map(|token| token.expose().to_owned()))
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
            error.message(Lang::En).contains("GH_TOKEN")
                && error.message(Lang::Ja).contains("GH_TOKEN")
        );
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

    #[test]
    fn addresses() {
        for good in [
            "https://api.github.com",
            "https://ghes.example/api/v3",
            "https://ghes.example:8443/api/v3/",
            "http://127.0.0.1:8080",
            "http://[::1]:9/api/v3",
            "http://localhost",
        ] {
            let url: ApiUrl = good.parse().expect(good);
            assert_eq!(url.to_string(), good.trim_end_matches('/'));
        }
        for (bad, why) in [
            ("", Why::NoUrl),
            ("api.github.com", Why::NoUrl),
            ("/api/v3", Why::NoUrl),
            ("ftp://ghes.example", Why::NoUrl),
            ("https://", Why::NoUrl),
            ("http://ghes.example/api/v3", Why::Plain),
            ("http://127.0.0.1.evil.example", Why::Plain),
            ("http://localhost.evil.example", Why::Plain),
            ("https://user:pw@ghes.example", Why::Extra),
            ("http://localhost@evil.example", Why::Extra),
            ("https://ghes.example/?x", Why::Extra),
            ("https://ghes.example/#x", Why::Extra),
            ("https://GitHub.com", Why::Site),
        ] {
            let error = bad.parse::<ApiUrl>().expect_err(bad);
            assert_eq!(error.why, why, "{bad}");
            assert!(
                !error.to_string().contains("pw")
                    && error.message(Lang::Ja) != error.message(Lang::En)
            );
        }
    }

    #[test]
    fn the_host_that_gh_knows() {
        for (url, host) in [
            ("https://api.github.com", "github.com"),
            ("https://api.acme.ghe.com", "acme.ghe.com"),
            ("https://ghes.example/api/v3", "ghes.example"),
            ("https://api.ghes.example/api/v3", "api.ghes.example"),
        ] {
            assert_eq!(url.parse::<ApiUrl>().expect(url).gh_host(), host);
        }
    }

    #[test]
    fn the_token_goes_to_one_origin() {
        let api: ApiUrl = "https://ghes.example/api/v3".parse().expect("valid");
        for (uri, same) in [
            ("https://ghes.example/x", true),
            ("https://GHES.example:443/x", true),
            ("http://ghes.example/x", false),
            ("https://ghes.example:444/x", false),
            ("https://ghes.example.evil/x", false),
            ("/relative", false),
        ] {
            assert_eq!(api.is_origin_of(&uri.parse().expect(uri)), same, "{uri}");
        }
    }
}
