//! What GitHub has to say: token, repository, limits, labels, assignees.

use std::time::Duration;

use crate::checkout::Checkout;
use crate::config::{Config, Priority};
use crate::connect::{self, Connection, Origin};
use crate::github::{Error, ErrorKind, Refusal, Repository, Settings, TokenSort, User};
use crate::item::ProblemKind;
use crate::list::counted;
use crate::output::Printer;
use crate::{Environment, Failure};

use super::report::{Report, What};
use super::{People, names};

/// Requests left below which a push may have to wait.
const FEW_REQUESTS: u64 = 100;

/// Whether GitHub answered as far as it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    Yes,
    No,
}

/// Why nothing further can be looked at; the report has the cause.
struct Stop(Reached);

/// Adds everything that GitHub has to say.
pub(super) async fn look(
    report: &mut Report,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
    people: Option<&People>,
) -> Reached {
    let language = report.language;
    let ended = ask(report, config, environment, printer, people).await;
    report.skip_rest(match &ended {
        Err(Stop(Reached::No)) => language.pick(
            "GitHub に聞けないため、確認していません",
            "not checked: GitHub did not answer",
        ),
        Err(Stop(Reached::Yes)) | Ok(()) => language.pick(
            "失敗した項目を直すと確認できます",
            "not checked: mend what failed first",
        ),
    });
    match ended {
        Ok(()) => Reached::Yes,
        Err(Stop(reached)) => reached,
    }
}

async fn ask(
    report: &mut Report,
    config: &Config,
    environment: &Environment,
    printer: &Printer,
    people: Option<&People>,
) -> Result<(), Stop> {
    let language = report.language;
    let (connection, source) = prepare(report, config, environment)?;
    let client = &connection.client;
    // User, repository, its origin, limit, labels and pull requests, and one for each person.
    printer.begin(
        6 + people.map_or(0, |people| people.logins.len()),
        language.pick("GitHub を確認中", "asking GitHub"),
    );
    let user = user(report, &connection, source).await?;
    printer.step(1, None);
    let target = repository(report, &connection, user.as_ref()).await?;
    printer.step(1, None);
    report.judge(
        What::Archived,
        connect::unarchived(&target, language),
        language.pick("アーカイブされていません", "not archived"),
    );
    report.judge(
        What::Issues,
        connect::takes_issues(&target, language),
        language.pick("有効です", "turned on"),
    );
    match connect::access(&target, client.token_sort(), language) {
        Ok(true) => report.ok(What::Access, language.pick("あります", "granted")),
        Ok(false) => report.skip(
            What::Access,
            language.pick(
                "GitHub はこの種類のトークンの権限を示しません。permissions: issues: write が必要です",
                "GitHub doesn't tell for this sort of token; it needs `permissions: issues: write`",
            ),
        ),
        Err(failure) => report.fail(What::Access, failure),
    }
    visibility(report, &connection, config, &target).await?;
    printer.step(1, None);
    rate_limit(report, &connection, config).await?;
    printer.step(1, None);
    labels(report, &connection, config, people).await?;
    printer.step(1, None);
    if let Some(people) = people {
        assignees(report, &connection, printer, people).await?;
    }
    pull_requests(report, &connection, &target).await?;
    printer.step(1, None);
    Ok(())
}

/// Whether `--pull-request` works in a workflow. Only who administers the repository may ask, which the token of a workflow never does.
async fn pull_requests(
    report: &mut Report,
    connection: &Connection,
    target: &Repository,
) -> Result<(), Stop> {
    let language = report.language;
    let found = match target.permissions {
        Some(role) if role.admin => {
            let found = connection.client.actions_may_open_pull_requests().await;
            found.map_err(|error| stop(report, What::PullRequests, &error))?
        }
        _ => None,
    };
    let workflow = connection.client.token_sort() == Some(TokenSort::Installation);
    let refusal = Error::new(
        ErrorKind::Forbidden(Refusal::PullRequestsByActions),
        "",
        None,
        "",
    );
    match (found, workflow) {
        (Some(false), _) => report.warn(
            What::PullRequests,
            language.pick(
                "GitHub Actions はこのリポジトリでプルリクエストを作成できません。ワークフローで --pull-request を使うと失敗します",
                "GitHub Actions may not create pull requests here: --pull-request fails in a workflow",
            ),
            refusal.hint(language).unwrap_or_default(),
        ),
        (Some(true), _) => report.ok(
            What::PullRequests,
            language.pick(
                "GitHub Actions も作成できます。ただし Actions のトークンで作ると、ほかのワークフローは起動しません",
                "GitHub Actions may create them too; those made with its own token don't start other workflows",
            ),
        ),
        (None, true) => report.warn(
            What::PullRequests,
            language.pick(
                "Actions のトークンで作ったプルリクエストでは、ほかのワークフロー（必須のチェックなど）が起動しません。また、作成を許可する設定（Settings → Actions → General）はこのトークンでは確認できません",
                "those made with the Actions token don't start other workflows (required checks, say), and this token can't see whether Settings, Actions, General allows it to create them",
            ),
            language.pick(
                "--pull-request には GitHub App か個人のトークンを使ってください",
                "use the token of a GitHub App or of a person for --pull-request",
            ),
        ),
        (None, false) => report.ok(
            What::PullRequests,
            language.pick(
                "このトークンで --pull-request を使えば、ほかのワークフローも起動します（Actions のトークンで作成できるかどうかは管理者にしか見えません）",
                "made with this token they start other workflows as usual (whether the Actions token may make them is shown to administrators only)",
            ),
        ),
    }
    Ok(())
}

/// The server, the token and the repository's name are looked for independently, so that all that is missing is said at once.
fn prepare(
    report: &mut Report,
    config: &Config,
    environment: &Environment,
) -> Result<(Connection, &'static str), Stop> {
    let language = report.language;
    let mut note = |what, failure: Failure| {
        report.fail(what, failure);
        Stop(Reached::Yes)
    };
    let server = connect::server(config, environment, language);
    let server = server.map_err(|failure| note(What::Server, failure));
    let token = match &server {
        Ok(server) => connect::token(&server.api, environment, language)
            .map_err(|failure| note(What::Token, failure)),
        Err(_) => Err(Stop(Reached::Yes)),
    };
    let name = connect::repository(config, environment, language)
        .map_err(|failure| note(What::Repository, failure));
    let (server, (token, source), name) = (server?, token?, name?);
    let mut settings = Settings::new(server.api.clone(), name, Some(token));
    // Here somebody waits for a word about the connection, not for it to come back.
    settings.timeout = Duration::from_secs(15);
    settings.max_wait = Duration::ZERO;
    settings.tries = 2;
    let connection = connect::open(server, settings);
    let connection = connection.map_err(|error| stop(report, What::Server, &error))?;
    Ok((connection, source))
}

/// Notes an error that keeps the rest from being looked at.
fn stop(report: &mut Report, what: What, error: &Error) -> Stop {
    let (what, reached) = match error.kind() {
        ErrorKind::Network | ErrorKind::Server | ErrorKind::Unexpected => {
            (What::Server, Reached::No)
        }
        ErrorKind::RateLimited { .. } => (What::RateLimit, Reached::No),
        _ => (what, Reached::Yes),
    };
    report.fail(what, connect::failure(error, report.language));
    Stop(reached)
}

/// Whose token it is; `None` for one that is nobody's.
async fn user(
    report: &mut Report,
    connection: &Connection,
    source: &str,
) -> Result<Option<User>, Stop> {
    let language = report.language;
    let found = connection.client.user().await;
    if !matches!(&found, Err(error) if is_silence(error)) {
        report.ok(What::Server, connection.client.api_url().as_str());
    }
    match found {
        Ok(user) => {
            let login = &user.login;
            report.ok(
                What::Token,
                language.pick(
                    format!("{login}（{source}）"),
                    format!("{login} ({source})"),
                ),
            );
            Ok(Some(user))
        }
        // A workflow's or an app's token has no user, and that is all this answer says.
        Err(error)
            if connection.client.token_sort() == Some(TokenSort::Installation)
                && matches!(error.kind(), ErrorKind::Forbidden(_)) =>
        {
            report.ok(
                What::Token,
                language.pick(
                    format!("ワークフローか GitHub App のトークン（{source}）"),
                    format!("of a workflow or a GitHub App ({source})"),
                ),
            );
            Ok(None)
        }
        // Every GitHub answers this question: there is none at this address.
        Err(error) if *error.kind() == ErrorKind::NotFound => {
            let lost = Error::new(ErrorKind::Unexpected, error.request(), None, error.detail());
            Err(stop(report, What::Server, &lost))
        }
        Err(error) => Err(stop(report, What::Token, &error)),
    }
}

/// Whether nothing came back that GitHub itself would say.
fn is_silence(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Network | ErrorKind::Server | ErrorKind::Unexpected
    )
}

async fn repository(
    report: &mut Report,
    connection: &Connection,
    user: Option<&User>,
) -> Result<Repository, Stop> {
    let language = report.language;
    let name = &connection.repository;
    let found = connection.client.repository(name).await;
    let found = found.map_err(|error| stop(report, What::Repository, &error))?;
    scopes(report, connection, user, found.as_ref());
    let Some(target) = found else {
        report.fail(What::Repository, connect::absent(name, language));
        return Err(Stop(Reached::Yes));
    };
    let now = &target.full_name;
    if name.as_str().eq_ignore_ascii_case(now) {
        report.ok(What::Repository, target.html_url.as_str());
    } else {
        report.warn(
            What::Repository,
            language.pick(
                format!("{name} は {now} に改名されています"),
                format!("{name} is called {now} now"),
            ),
            language.pick(
                format!("github.repository を \"{now}\" に直してください"),
                format!("write github.repository = \"{now}\""),
            ),
        );
    }
    Ok(target)
}

fn scopes(
    report: &mut Report,
    connection: &Connection,
    user: Option<&User>,
    target: Option<&Repository>,
) {
    let language = report.language;
    let listed = user
        .and_then(|user| user.scopes.as_ref())
        .filter(|_| connection.client.token_sort() == Some(TokenSort::Other));
    let Some(listed) = listed else {
        report.skip(
            What::Scopes,
            language.pick(
                format!(
                    "GitHub はこの種類のトークンの権限を示しません。必要な権限: {}",
                    connect::needed(language)
                ),
                format!(
                    "GitHub doesn't list what this sort of token may do; it needs {}",
                    connect::needed(language)
                ),
            ),
        );
        return;
    };
    let has = |scope: &str| listed.iter().any(|listed| listed == scope);
    let is_public = target.is_some_and(|target| !target.private);
    if has("repo") || (has("public_repo") && is_public) {
        report.ok(What::Scopes, listed.join(", "));
        return;
    }
    let scopes = if listed.is_empty() {
        language.pick("なし", "none").to_owned()
    } else {
        listed.join(", ")
    };
    report.fail(
        What::Scopes,
        Failure::usage(
            language.pick(
                format!("repo スコープがありません（現在: {scopes}）"),
                format!("the scope `repo` is missing (now: {scopes})"),
            ),
            Some(language.pick(
                "repo（公開リポジトリなら public_repo でも可）を付けたトークンを作るか、`gh auth refresh -s repo` を実行してください".to_owned(),
                "make a token with `repo` (`public_repo` is enough for a public repository), or run `gh auth refresh -s repo`".to_owned(),
            )),
        ),
    );
}

async fn visibility(
    report: &mut Report,
    connection: &Connection,
    config: &Config,
    target: &Repository,
) -> Result<(), Stop> {
    let language = report.language;
    if target.private {
        report.ok(What::Visibility, language.pick("非公開", "not public"));
        return Ok(());
    }
    if config.github.allow_public {
        report.ok(
            What::Visibility,
            language.pick(
                "公開（github.allow_public で許可済み）",
                "public, as github.allow_public permits",
            ),
        );
        return Ok(());
    }
    let checkout = Checkout::find(&config.root);
    let origin = connect::origin(connection, target, checkout.as_ref()).await;
    let origin = origin.map_err(|error| stop(report, What::Visibility, &error))?;
    let fine = match &origin {
        Origin::Public(name) => language.pick(
            format!("公開（origin の {name} も公開）"),
            format!("public, as is the origin, {name}"),
        ),
        Origin::Target => language.pick(
            "公開（この checkout と同じリポジトリ）".to_owned(),
            "public, and this checkout's own".to_owned(),
        ),
        Origin::Unknown | Origin::Private(_) | Origin::Elsewhere { .. } => {
            language.pick("公開".to_owned(), "public".to_owned())
        }
    };
    let found = connect::consent(target, &origin, false, language);
    report.judge(What::Visibility, found, fine);
    Ok(())
}

async fn rate_limit(
    report: &mut Report,
    connection: &Connection,
    config: &Config,
) -> Result<(), Stop> {
    let language = report.language;
    let limit = connection.client.rate_limit().await;
    let limit = limit.map_err(|error| stop(report, What::RateLimit, &error))?;
    let Some(limit) = limit else {
        report.ok(What::RateLimit, language.pick("なし", "none"));
        return Ok(());
    };
    let (left, all) = (limit.remaining, limit.limit);
    let reset = limit
        .reset
        .with_timezone(&config.timezone)
        .format("%H:%M %Z");
    let detail = language.pick(
        format!("残り {left} / {all} 回（{reset} に回復）"),
        format!("{left} of {all} requests left until {reset}"),
    );
    if left < FEW_REQUESTS {
        report.warn(
            What::RateLimit,
            detail,
            language.pick(
                format!("push は回復を待つことがあります。{reset} 以降の実行をおすすめします"),
                format!("a push may have to wait: better run it after {reset}"),
            ),
        );
    } else {
        report.ok(What::RateLimit, detail);
    }
    Ok(())
}

async fn labels(
    report: &mut Report,
    connection: &Connection,
    config: &Config,
    people: Option<&People>,
) -> Result<(), Stop> {
    let language = report.language;
    let there = connection.client.labels().await;
    let there = there.map_err(|error| stop(report, What::Labels, &error))?;
    let priorities = Priority::ALL
        .iter()
        .map(|priority| config.priorities[*priority].label.clone());
    let mut ours: Vec<String> = config.issues.labels.clone();
    ours.extend(priorities);
    ours.extend(
        people
            .iter()
            .flat_map(|people| people.labels.iter().cloned()),
    );
    let is_there = |label: &String| there.iter().any(|name| name.eq_ignore_ascii_case(label));
    let (old, new): (Vec<String>, Vec<String>) = ours.into_iter().partition(is_there);
    let detail = match (old.is_empty(), new.is_empty()) {
        (_, true) => language.pick("すべてあります".to_owned(), "all there".to_owned()),
        (true, false) => {
            let new = names(&new, report);
            language.pick(
                format!("push のときに作成します: {new}"),
                format!("push will create {new}"),
            )
        }
        (false, false) => {
            let (old, new) = (names(&old, report), names(&new, report));
            language.pick(
                format!("既存: {old}。push のときに作成: {new}"),
                format!("there: {old}; push will create {new}"),
            )
        }
    };
    report.ok(What::Labels, detail);
    Ok(())
}

async fn assignees(
    report: &mut Report,
    connection: &Connection,
    printer: &Printer,
    people: &People,
) -> Result<(), Stop> {
    let language = report.language;
    let mut strangers = Vec::new();
    for login in &people.logins {
        let found = connection.client.is_assignable(login).await;
        if !found.map_err(|error| stop(report, What::Assignees, &error))? {
            strangers.push(format!("@{login}"));
        }
        printer.step(1, None);
    }
    if let Some(first) = strangers.first() {
        let names = names(&strangers, report);
        let login = first.trim_start_matches('@').to_owned();
        report.warn(
            What::Assignees,
            language.pick(
                format!("このリポジトリの Issue に割り当てられません: {names}"),
                format!("can't be assigned to issues of this repository: {names}"),
            ),
            ProblemKind::OwnerUnassignable { login }.hint(language),
        );
    } else {
        let detail = match people.logins.len() {
            0 => language.pick("該当なし".to_owned(), "nobody to assign".to_owned()),
            count => language.pick(
                format!("{count} 人すべて割り当てられます"),
                format!("{} can be assigned", counted(count, "account")),
            ),
        };
        report.ok(What::Assignees, detail);
    }
    Ok(())
}
