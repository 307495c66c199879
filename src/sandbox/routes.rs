//! Which request goes where, and who may: token, visibility, redirects of renamed repositories, and the
//! repository-wide refusals. What a route then does is in the modules below.

mod call;
mod comments;
mod files;
mod git;
mod issues;
mod labels;
mod listing;
mod pulls;

use serde_json::json;

use super::answers::{Answer, Reply};
use super::desk::{Rate, Request, Snapshot};
use super::model::{GitHub, Repository, Token};
use super::shapes::Shapes;
use call::Call;
use files::Files;

/// How a request was handled.
pub(super) struct Handled {
    pub(super) answer: Answer,
    pub(super) login: Option<String>,
    /// No route is known for it.
    pub(super) unexpected: bool,
}

/// A route below a repository, with what its path names.
enum Route {
    Repository,
    ListIssues,
    CreateIssue,
    Issue(u64),
    EditIssue(u64),
    AddLabels(u64),
    RemoveLabel(u64, String),
    AddAssignees(u64),
    RemoveAssignees(u64),
    ListComments(u64),
    CreateComment(u64),
    EditComment(u64),
    ListEvents(u64),
    ListLabels,
    CreateLabel,
    Label(String),
    DeleteLabel(String),
    ListAssignees,
    Assignee(String),
    Files(Files),
}

impl Route {
    fn find(method: &str, rest: &[&str]) -> Option<Route> {
        Some(match (method, rest) {
            ("GET", []) => Route::Repository,
            ("GET", ["issues"]) => Route::ListIssues,
            ("POST", ["issues"]) => Route::CreateIssue,
            ("GET", ["issues", number]) => Route::Issue(number.parse().ok()?),
            ("PATCH", ["issues", "comments", id]) => Route::EditComment(id.parse().ok()?),
            ("PATCH", ["issues", number]) => Route::EditIssue(number.parse().ok()?),
            ("POST", ["issues", number, "labels"]) => Route::AddLabels(number.parse().ok()?),
            ("DELETE", ["issues", number, "labels", name]) => {
                Route::RemoveLabel(number.parse().ok()?, decode(name))
            }
            ("POST", ["issues", number, "assignees"]) => Route::AddAssignees(number.parse().ok()?),
            ("DELETE", ["issues", number, "assignees"]) => {
                Route::RemoveAssignees(number.parse().ok()?)
            }
            ("GET", ["issues", number, "comments"]) => Route::ListComments(number.parse().ok()?),
            ("GET", ["issues", number, "events"]) => Route::ListEvents(number.parse().ok()?),
            ("POST", ["issues", number, "comments"]) => Route::CreateComment(number.parse().ok()?),
            ("GET", ["labels"]) => Route::ListLabels,
            ("POST", ["labels"]) => Route::CreateLabel,
            ("GET", ["labels", name]) => Route::Label(decode(name)),
            ("DELETE", ["labels", name]) => Route::DeleteLabel(decode(name)),
            ("GET", ["assignees"]) => Route::ListAssignees,
            ("GET", ["assignees", login]) => Route::Assignee(decode(login)),
            _ => Route::Files(Files::find(method, rest)?),
        })
    }

    /// The page of GitHub's documentation that its errors name, below `https://docs.github.com/rest`.
    fn docs(&self) -> &'static str {
        match self {
            Route::Repository => "/repos/repos#get-a-repository",
            Route::ListIssues => "/issues/issues#list-repository-issues",
            Route::CreateIssue => "/issues/issues#create-an-issue",
            Route::Issue(_) => "/issues/issues#get-an-issue",
            Route::EditIssue(_) => "/issues/issues#update-an-issue",
            Route::AddLabels(_) => "/issues/labels#add-labels-to-an-issue",
            Route::RemoveLabel(..) => "/issues/labels#remove-a-label-from-an-issue",
            Route::AddAssignees(_) => "/issues/assignees#add-assignees-to-an-issue",
            Route::RemoveAssignees(_) => "/issues/assignees#remove-assignees-from-an-issue",
            Route::ListComments(_) => "/issues/comments#list-issue-comments",
            Route::CreateComment(_) => "/issues/comments#create-an-issue-comment",
            Route::EditComment(_) => "/issues/comments#update-an-issue-comment",
            Route::ListEvents(_) => "/issues/events#list-issue-events",
            Route::ListLabels => "/issues/labels#list-labels-for-a-repository",
            Route::CreateLabel => "/issues/labels#create-a-label",
            Route::Label(_) => "/issues/labels#get-a-label",
            Route::DeleteLabel(_) => "/issues/labels#delete-a-label",
            Route::ListAssignees => "/issues/assignees#list-assignees",
            Route::Assignee(_) => "/issues/assignees#check-if-a-user-can-be-assigned",
            Route::Files(files) => files.docs(),
        }
    }

    /// Whether it is gone where issues are disabled.
    fn needs_issues(&self) -> bool {
        match self {
            Route::ListIssues
            | Route::CreateIssue
            | Route::Issue(_)
            | Route::EditIssue(_)
            | Route::AddLabels(_)
            | Route::RemoveLabel(..)
            | Route::AddAssignees(_)
            | Route::RemoveAssignees(_)
            | Route::ListComments(_)
            | Route::CreateComment(_)
            | Route::EditComment(_)
            | Route::ListEvents(_) => true,
            Route::Repository
            | Route::ListLabels
            | Route::CreateLabel
            | Route::Label(_)
            | Route::DeleteLabel(_)
            | Route::ListAssignees
            | Route::Assignee(_)
            | Route::Files(_) => false,
        }
    }
}

/// A request with what is known about it before its repository is found.
struct Visit<'a> {
    request: &'a Request,
    /// The path's, still encoded.
    segments: Vec<&'a str>,
    token: Option<Token>,
    stale: Option<&'a Snapshot>,
    shapes: &'a Shapes,
}

/// Where GitHub Enterprise Server keeps its API; the same routes are there.
pub(super) const ENTERPRISE: &str = "/api/v3";

/// Carries a request out.
pub(super) fn handle(
    request: &Request,
    authorization: Option<&str>,
    stale: Option<&Snapshot>,
    rate: &Rate,
    github: &mut GitHub,
    shapes: &Shapes,
) -> Handled {
    let mut handled = Handled {
        answer: Answer::no_content(),
        login: None,
        unexpected: false,
    };
    if request
        .header("user-agent")
        .is_none_or(|agent| agent.trim().is_empty())
    {
        handled.answer = Answer::no_user_agent();
        return handled;
    }
    let token = authorization.map(|authorization| find_token(authorization, github));
    let token = match token {
        Some(None) => {
            handled.answer = Answer::error(401, "Bad credentials", "");
            return handled;
        }
        Some(token) => token,
        None => None,
    };
    handled.login = token.as_ref().map(|token| token.login.clone());
    // Nothing is forgiven here: a doubled or a trailing slash finds no route on GitHub either.
    let path = request
        .path
        .strip_prefix(ENTERPRISE)
        .unwrap_or(&request.path);
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let visit = Visit {
        request,
        segments,
        token,
        stale,
        shapes,
    };
    let reply = match (request.method.as_str(), visit.segments.as_slice()) {
        ("GET", ["user"]) => viewer(&visit, github),
        ("GET", ["rate_limit"]) => Ok(rate_limit(rate)),
        (method, ["repos", _, _, rest @ ..] | ["repositories", _, rest @ ..]) => {
            match Route::find(method, rest) {
                Some(route) => in_repository(&visit, &route, rest, github),
                None => {
                    handled.unexpected = true;
                    Err(unknown_route(request))
                }
            }
        }
        _ => {
            handled.unexpected = true;
            Err(unknown_route(request))
        }
    };
    handled.answer = reply.unwrap_or_else(|error| error);
    if let Some(Token {
        scopes: Some(scopes),
        ..
    }) = &visit.token
    {
        let accepted = if visit.segments == ["user"] {
            ""
        } else {
            "repo"
        };
        handled.answer = handled
            .answer
            .with("x-oauth-scopes", scopes.join(", "))
            .with("x-accepted-oauth-scopes", accepted);
    }
    handled
}

fn viewer(visit: &Visit<'_>, github: &GitHub) -> Reply {
    match &visit.token {
        Some(token) => Ok(Answer::ok(visit.shapes.viewer(&token.login, github))),
        None => {
            let docs = "/users/users#get-the-authenticated-user";
            Err(Answer::error(401, "Requires authentication", docs))
        }
    }
}

fn in_repository(visit: &Visit<'_>, route: &Route, rest: &[&str], github: &mut GitHub) -> Reply {
    let Visit {
        request,
        token,
        stale,
        shapes,
        ..
    } = visit;
    let token = token.as_ref();
    let docs = route.docs();
    let (index, renamed) =
        find_repository(&visit.segments, github).ok_or_else(|| Answer::not_found(docs))?;
    let repository = &github.repositories()[index];
    let role = token.and_then(|token| token.permission(repository));
    if repository.private && role.is_none() {
        return Err(Answer::not_found(docs));
    }
    let login = token.map(|token| token.login.as_str());
    let call = Call {
        request,
        shapes,
        login,
        role,
        workflow: token.is_some_and(|token| token.workflow),
        docs,
        stale: *stale,
    };
    if renamed {
        let base = shapes.permanent_url(repository.id);
        let path = rest.iter().fold(base, |path, segment| path + "/" + segment);
        let query = call.query_with(&[]);
        let location = if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        };
        return Err(Answer::moved(
            if request.is_write() { 307 } else { 301 },
            location,
        ));
    }
    if route.needs_issues() && !repository.has_issues {
        return Err(Answer::error(
            410,
            "Issues are disabled for this repo",
            docs,
        ));
    }
    if request.is_write() {
        check_write(token, repository, route, docs)?;
    }
    if let Some(number) = route.issue() {
        let visible = |id| {
            let target = github
                .repositories()
                .iter()
                .find(|repository| repository.id == id);
            target.is_some_and(|target| {
                !target.private || token.is_some_and(|token| token.permission(target).is_some())
            })
        };
        issues::present(&call, repository, number, rest, visible)?;
    }
    answer(route, &call, &mut github.repositories_mut()[index])
}

/// What is refused before it matters what is written.
fn check_write(
    token: Option<&Token>,
    repository: &Repository,
    route: &Route,
    docs: &'static str,
) -> Result<(), Answer> {
    let token = token.ok_or_else(|| Answer::error(401, "Requires authentication", docs))?;
    if !token.may_write(repository) {
        return Err(Answer::not_found(docs));
    }
    let (granted, needed) = match route {
        Route::Files(Files::CreatePull | Files::EditPull(_)) => {
            (token.contents_write, "pull_requests=write")
        }
        Route::Files(_) => (token.contents_write, "contents=write"),
        _ => (token.issues_write, "issues=write"),
    };
    if !granted {
        let words = if token.workflow {
            "Resource not accessible by integration"
        } else {
            "Resource not accessible by personal access token"
        };
        let refusal = Answer::error(403, words, docs);
        return Err(refusal.with("x-accepted-github-permissions", needed));
    }
    if repository.archived {
        return Err(Answer::error(
            403,
            "Repository was archived so is read-only.",
            docs,
        ));
    }
    Ok(())
}

impl Route {
    /// The issue that the route is about.
    fn issue(&self) -> Option<u64> {
        match *self {
            Route::Issue(number)
            | Route::EditIssue(number)
            | Route::AddLabels(number)
            | Route::RemoveLabel(number, _)
            | Route::AddAssignees(number)
            | Route::RemoveAssignees(number)
            | Route::ListComments(number)
            | Route::CreateComment(number)
            | Route::ListEvents(number) => Some(number),
            _ => None,
        }
    }
}

fn answer(route: &Route, call: &Call<'_>, repository: &mut Repository) -> Reply {
    match route {
        Route::Repository => Ok(Answer::ok(call.shapes.repository(repository, call.role))),
        Route::ListIssues => listing::issues(call, repository),
        Route::CreateIssue => issues::create(call, repository),
        Route::Issue(number) => Ok(Answer::ok(
            call.shapes.issue(repository, repository.issue(*number)),
        )),
        Route::EditIssue(number) => issues::edit(call, repository, *number),
        Route::AddLabels(number) => labels::add(call, repository, *number),
        Route::RemoveLabel(number, name) => labels::remove(call, repository, *number, name),
        Route::AddAssignees(number) => issues::assign(call, repository, *number),
        Route::RemoveAssignees(number) => issues::unassign(call, repository, *number),
        Route::ListComments(number) => comments::list(call, repository, *number),
        Route::CreateComment(number) => comments::create(call, repository, *number),
        Route::ListEvents(number) => listing::events(call, repository, *number),
        Route::EditComment(id) => comments::edit(call, repository, *id),
        Route::ListLabels => labels::list(call, repository),
        Route::CreateLabel => labels::create(call, repository),
        Route::Label(name) => labels::get(call, repository, name),
        Route::DeleteLabel(name) => labels::delete(call, repository, name),
        Route::ListAssignees => listing::assignees(call, repository),
        Route::Assignee(login) if repository.can_assign(login) => Ok(Answer::no_content()),
        Route::Assignee(_) => Err(call.not_found()),
        Route::Files(files) => files.answer(call, repository),
    }
}

/// The repository's place in the model, and whether it was called by a former name.
fn find_repository(segments: &[&str], github: &GitHub) -> Option<(usize, bool)> {
    let repositories = github.repositories();
    match segments {
        ["repositories", id, ..] => {
            let id: u64 = id.parse().ok()?;
            repositories
                .iter()
                .position(|repository| repository.id == id)
                .map(|index| (index, false))
        }
        ["repos", owner, name, ..] => {
            let full_name = format!("{}/{}", decode(owner), decode(name));
            let current = repositories
                .iter()
                .position(|repository| repository.is_called(&full_name));
            let former = || {
                repositories
                    .iter()
                    .position(|repository| repository.was_called(&full_name))
            };
            current
                .map(|index| (index, false))
                .or_else(|| former().map(|index| (index, true)))
        }
        _ => None,
    }
}

fn find_token(authorization: &str, github: &GitHub) -> Option<Token> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    if known {
        github.find_token(token.trim()).cloned()
    } else {
        None
    }
}

fn rate_limit(rate: &Rate) -> Answer {
    let core = json!({ "limit": rate.limit, "used": rate.used, "remaining": rate.remaining, "reset": rate.reset });
    let other =
        |limit: u64| json!({ "limit": limit, "used": 0, "remaining": limit, "reset": rate.reset });
    Answer::ok(json!({
        "resources": { "core": core, "search": other(30), "graphql": other(5000) },
        "rate": core,
    }))
}

/// Loud on purpose: a client that asks for what the sandbox doesn't have is being tested against nothing.
fn unknown_route(request: &Request) -> Answer {
    let message = format!(
        "The sandbox has no route for {} {}",
        request.method, request.path
    );
    Answer::error(501, &message, "")
}

/// A path segment without its percent-encoding; what isn't valid encoding stays as it is.
fn decode(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|_| byte == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) => {
                bytes.push(escaped);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn segments_are_decoded_once_and_never_broken() {
        for (segment, expected) in [
            ("priority%3A%20P1", "priority: P1"),
            ("%E5%84%AA%E5%85%88", "優先"),
            ("a%2520b", "a%20b"),
            ("50%", "50%"),
            ("%zz", "%zz"),
            ("%ff", "%ff"),
            ("", ""),
        ] {
            assert_eq!(decode(segment), expected, "{segment}");
        }
    }
}
