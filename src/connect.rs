//! From the configuration and the environment to a client: which server, which repository, whose token; and whether that
//! repository may be written to.
//!
//! Nothing is guessed: a repository that nobody named is an error, even where the checkout has an `origin`. What is decided here is decided
//! before anything is written (what GitHub must allow is in `rights`); how requests travel is the GitHub room's affair.

mod rights;

use std::time::Duration;

use crate::checkout::Checkout;
use crate::config::{ApiUrl, Config, Language, MAX_WRITE_INTERVAL, NameError, RepoName};
use crate::github::{Client, Clock, Error, Settings, Token, WaitReason};
use crate::output::{Printer, plain};
use crate::{Environment, Exit, Failure};

pub use rights::{Origin, absent, access, consent, may_write, origin, takes_issues, unarchived};

/// A client with what the rest of a run has to know about its server.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The client.
    pub client: Client,
    /// The repository of the issues, as it was named.
    pub repository: RepoName,
    /// Where the server shows its pages to people, without a slash at its end: `https://github.com`.
    pub html_base: String,
    /// Whether links to issues are ours whatever their host is: the API is on this machine, and stands for any server.
    pub any_host: bool,
}

/// A server, before it is known who asks it for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The address of its API.
    pub api: ApiUrl,
    /// As [`Connection::html_base`].
    pub html_base: String,
    /// As [`Connection::any_host`].
    pub any_host: bool,
}

/// Makes a client of what the configuration and the environment say, and calls `on_wait` before every wait. Nothing is sent yet.
///
/// # Errors
/// [`Exit::Usage`] where the repository or the token is missing, or a variable holds what it can't.
pub fn connect(
    config: &Config,
    environment: &Environment,
    language: Language,
    on_wait: impl Fn(Duration, WaitReason) + Send + Sync + 'static,
) -> Result<Connection, Failure> {
    let server = server(config, environment, language)?;
    let repository = repository(config, environment, language)?;
    let (token, _) = token(&server.api, environment, language)?;
    let mut settings = Settings::new(server.api.clone(), repository, Some(token));
    settings.write_interval = write_interval(config, environment, language)?;
    let connection = open(server, settings).map_err(|error| failure(&error, language))?;
    connection.client.on_wait(on_wait);
    Ok(connection)
}

/// As [`connect`], with waits shown in the progress line, and with `-v` every request.
///
/// # Errors
/// As [`connect`].
pub fn watched(
    config: &Config,
    environment: &Environment,
    printer: &Printer,
) -> Result<Connection, Failure> {
    let connection = connect(config, environment, printer.language, on_wait(printer))?;
    watch(&connection.client, printer);
    Ok(connection)
}

/// Says why nothing seems to happen, in the progress line where there is one.
pub fn on_wait(printer: &Printer) -> impl Fn(Duration, WaitReason) + Send + Sync + 'static {
    let printer = printer.clone();
    move |time, reason| {
        // The usual pause between writes is no news, nor is a moment.
        if reason != WaitReason::Spacing && time >= Duration::from_millis(500) {
            printer.waiting(&waiting(time, reason, printer.language));
        }
    }
}

/// Shows every request for those who asked for more, and takes back what was said of a wait once it is over.
pub fn watch(client: &Client, printer: &Printer) {
    let printer = printer.clone();
    client.on_answer(move |request, status| {
        printer.resumed();
        let none = || printer.language.pick("応答なし", "no answer").to_owned();
        let status = status.map_or_else(none, |status| status.to_string());
        printer.detail(&plain(&format!("{request} → {status}")));
    });
}

/// Why nothing seems to happen.
fn waiting(time: Duration, reason: WaitReason, language: Language) -> String {
    let seconds = time.as_secs_f64().ceil();
    match reason {
        WaitReason::Spacing => language.pick(
            format!("次の書き込みまで {seconds} 秒待ちます"),
            format!("waiting {seconds} s before the next write"),
        ),
        WaitReason::RateLimit | WaitReason::SecondaryLimit => language.pick(
            format!("GitHub のレート制限のため {seconds} 秒待ちます"),
            format!("GitHub limits us: waiting {seconds} s"),
        ),
        WaitReason::Retry => language.pick(
            format!("GitHub が応答しません。{seconds} 秒後にもう一度試します"),
            format!("GitHub did not answer: trying again in {seconds} s"),
        ),
    }
}

/// What a client is made of and nobody gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// No repository is named.
    Repository,
    /// There is no token.
    Token,
}

/// As [`connect()`], for a run that goes on without GitHub where nobody named a repository or gave a token, and that waits for it only so
/// long as `adjust` says.
///
/// # Errors
/// [`Exit::Usage`] where a variable holds what it can't: that is no wish to go on without.
pub fn connect_or_go_on(
    config: &Config,
    environment: &Environment,
    language: Language,
    adjust: impl FnOnce(&mut Settings),
    on_wait: impl Fn(Duration, WaitReason) + Send + Sync + 'static,
) -> Result<Result<Connection, Missing>, Failure> {
    if config.github.repository.is_none() && environment.get("GITHUB_REPOSITORY").is_none() {
        return Ok(Err(Missing::Repository));
    }
    let server = server(config, environment, language)?;
    let repository = repository(config, environment, language)?;
    let host = (!server.api.is_loopback()).then(|| server.api.gh_host());
    let token = match Token::from_env(|name| environment.get(name), host) {
        Ok(None) => return Ok(Err(Missing::Token)),
        Ok(Some((token, _))) => token,
        // Says what is wrong with it.
        Err(_) => token(&server.api, environment, language)?.0,
    };
    let mut settings = Settings::new(server.api.clone(), repository, Some(token));
    settings.write_interval = write_interval(config, environment, language)?;
    adjust(&mut settings);
    let connection = open(server, settings).map_err(|error| failure(&error, language))?;
    connection.client.on_wait(on_wait);
    Ok(Ok(connection))
}

/// The connection with these settings.
///
/// # Errors
/// As [`Client::new`].
pub fn open(server: Server, settings: Settings) -> Result<Connection, Error> {
    let repository = settings.repository.clone();
    let Server {
        api: _,
        html_base,
        any_host,
    } = server;
    Ok(Connection {
        client: Client::new(settings, Clock::real())?,
        repository,
        html_base,
        any_host,
    })
}

/// The server: `github.api_url`, else `GITHUB_API_URL`, else GitHub.com. `GITHUB_SERVER_URL` says where its pages are when it came with the
/// address of the API, as on a runner; a configured server isn't the one that the runner belongs to.
///
/// # Errors
/// [`Exit::Usage`] where a variable holds no such address.
pub fn server(
    config: &Config,
    environment: &Environment,
    language: Language,
) -> Result<Server, Failure> {
    let (api, from_environment) = match (&config.github.api_url, environment.get("GITHUB_API_URL"))
    {
        (Some(api), _) => (api.clone(), false),
        (None, Some(given)) => (
            given
                .parse()
                .map_err(|error| misnamed("GITHUB_API_URL", &error, language))?,
            true,
        ),
        (None, None) => (ApiUrl::github(), false),
    };
    let any_host = api.is_loopback();
    let given = environment
        .get("GITHUB_SERVER_URL")
        .filter(|_| from_environment || any_host);
    let html_base = match (given, api.site()) {
        (Some(given), _) => html_base(&given, language)?,
        (None, Some(site)) => site,
        (None, None) => "https://github.com".to_owned(),
    };
    Ok(Server {
        api,
        html_base,
        any_host,
    })
}

/// `GITHUB_SERVER_URL`, checked: it becomes part of links in documents.
fn html_base(given: &str, language: Language) -> Result<String, Failure> {
    let base = given.trim().trim_end_matches('/');
    let fine = !base.contains(['?', '#', '@', '(', ')', '<', '>', '"'])
        && base.parse::<http::Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("https" | "http"))
                && uri.host().is_some_and(|host| !host.is_empty())
        });
    if fine {
        return Ok(base.to_owned());
    }
    Err(Failure::usage(
        language.pick(
            "GITHUB_SERVER_URL の値は URL ではありません",
            "what GITHUB_SERVER_URL holds is not an address",
        ),
        Some(language.pick(
            "https://github.com のように書くか、設定をやめてください".to_owned(),
            "write it as https://github.com, or unset it".to_owned(),
        )),
    ))
}

/// The repository of the issues: `github.repository`, else `GITHUB_REPOSITORY`. Never the checkout's `origin`, which the hint names.
///
/// # Errors
/// [`Exit::Usage`] where neither names one.
pub fn repository(
    config: &Config,
    environment: &Environment,
    language: Language,
) -> Result<RepoName, Failure> {
    if let Some(repository) = &config.github.repository {
        return Ok(repository.clone());
    }
    if let Some(given) = environment.get("GITHUB_REPOSITORY") {
        return given
            .trim()
            .parse()
            .map_err(|error| misnamed("GITHUB_REPOSITORY", &error, language));
    }
    let origin = Checkout::find(&config.root).and_then(|checkout| checkout.repository);
    let hint = match origin {
        Some(origin) => language.pick(
            format!(
                "この checkout の origin は {origin} です。ここに作成するなら、pm-sync.toml の [github] に repository = \"{origin}\" と書いてください"
            ),
            format!(
                "this checkout's origin is {origin}: if the issues belong there, write repository = \"{origin}\" below [github] in pm-sync.toml"
            ),
        ),
        None => language.pick(
            "pm-sync.toml の [github] に repository = \"所有者/名前\" と書くか、GITHUB_REPOSITORY を設定してください".to_owned(),
            "write repository = \"owner/name\" below [github] in pm-sync.toml, or set GITHUB_REPOSITORY".to_owned(),
        ),
    };
    Err(Failure::usage(
        language.pick(
            "Issue を作成するリポジトリが指定されていません",
            "no repository is named for the issues",
        ),
        Some(hint),
    ))
}

/// The token, and where it was found: `GITHUB_TOKEN`, `GH_TOKEN`, `gh auth token`. An API on this machine never gets what `gh` knows.
///
/// # Errors
/// [`Exit::Usage`] where there is none, or something else in its place. No message holds it.
pub fn token(
    api: &ApiUrl,
    environment: &Environment,
    language: Language,
) -> Result<(Token, &'static str), Failure> {
    let host = (!api.is_loopback()).then(|| api.gh_host());
    match Token::from_env(|name| environment.get(name), host) {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(Failure::usage(
            language.pick(
                "GitHub のトークンがありません",
                "there is no token for GitHub",
            ),
            Some(language.pick(
                format!(
                    "GITHUB_TOKEN を設定するか、`gh auth login` でログインしてください。必要な権限: {}",
                    needed(language)
                ),
                format!(
                    "set GITHUB_TOKEN, or log in with `gh auth login`; it needs {}",
                    needed(language)
                ),
            )),
        )),
        Err(error) => Err(Failure::usage(
            error.message(language),
            Some(language.pick(
                "トークンだけを、引用符や改行なしで設定してください".to_owned(),
                "set it to the token alone, without quotes or line breaks".to_owned(),
            )),
        )),
    }
}

/// What a token must be allowed to do, sort by sort.
pub(crate) fn needed(language: Language) -> &'static str {
    language.pick(
        "classic トークンなら repo スコープ、fine-grained トークンなら Issues の読み書きと Metadata の読み取り、ワークフローなら permissions: issues: write",
        "the scope `repo` (classic), Issues: read and write with Metadata: read (fine-grained), or `permissions: issues: write` (workflow)",
    )
}

/// The pause between writes: `PM_SYNC_WRITE_INTERVAL`, else `github.write_interval`.
fn write_interval(
    config: &Config,
    environment: &Environment,
    language: Language,
) -> Result<Duration, Failure> {
    let Some(given) = environment.get("PM_SYNC_WRITE_INTERVAL") else {
        return Ok(config.github.write_interval);
    };
    // The range leaves out what a float can be and a duration can't.
    given
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|seconds| (0.0..=MAX_WRITE_INTERVAL).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| {
            Failure::usage(
                language.pick(
                    "PM_SYNC_WRITE_INTERVAL の値は秒数ではありません",
                    "what PM_SYNC_WRITE_INTERVAL holds is no number of seconds",
                ),
                Some(language.pick(
                    format!("0 から {MAX_WRITE_INTERVAL} の秒数で書いてください（例: 1.5）"),
                    format!("write seconds from 0 to {MAX_WRITE_INTERVAL}, such as 1.5"),
                )),
            )
        })
}

fn misnamed(variable: &str, error: &NameError, language: Language) -> Failure {
    let NameError { message, hint } = error;
    Failure::usage(
        format!("{variable}: {}", message.get(language)),
        Some(hint.get(language).to_owned()),
    )
}

/// How an error of GitHub's ends a run.
pub fn failure(error: &Error, language: Language) -> Failure {
    Failure {
        exit: Exit::Failed,
        message: error.message(language),
        hint: error.hint(language),
    }
}

#[cfg(test)]
mod tests;
