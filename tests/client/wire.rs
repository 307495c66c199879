//! The client against servers that misbehave in ways GitHub's own shape has no place for: raw headers, other
//! hosts, half answers, silence.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use pm_sync::config::Language;
use pm_sync::github::{Client, Clock, ErrorKind, IssuePatch, Lookup, NewIssue, Settings, Token};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const SECRET: &str = "ghp_0123456789abcdefABCDEF0123456789abcd";

/// A request as the server got it.
#[derive(Debug, Clone)]
struct Heard {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Value,
    at: Duration,
}

/// A server that answers as it is told and notes when (by the test's clock) it was asked.
struct Script {
    url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    clock: Clock,
}

impl Script {
    /// `answer` gets the request, how many came before it, and the server's own address.
    async fn start(
        answer: impl Fn(&Heard, usize, &str) -> Response<Body> + Clone + Send + Sync + 'static,
    ) -> Script {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let clock = Clock::fake();
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let (log, time, own_url) = (Arc::clone(&heard), clock.clone(), url.clone());
        let router = Router::new().fallback(
            move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
                let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
                let (path, query) = (
                    uri.path().to_owned(),
                    uri.query().unwrap_or_default().to_owned(),
                );
                let new = Heard {
                    method,
                    path,
                    query,
                    headers,
                    body,
                    at: time.elapsed(),
                };
                let mut log = log.lock().expect("no panic");
                let response = answer(&new, log.len(), &own_url);
                log.push(new);
                async move { response }
            },
        );
        tokio::spawn(async move { axum::serve(listener, router).await });
        Script { url, heard, clock }
    }

    fn client(&self) -> Client {
        client(&self.url, &self.clock)
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("no panic").clone()
    }

    /// When the requests came, in seconds.
    fn times(&self) -> Vec<u64> {
        self.heard()
            .iter()
            .map(|heard| heard.at.as_secs())
            .collect()
    }
}

fn client(url: &str, clock: &Clock) -> Client {
    let repository = "acme/shop".parse().expect("a repository");
    let mut settings = Settings::new(url.parse().expect("a url"), repository, Token::new(SECRET));
    settings.timeout = Duration::from_millis(900);
    Client::new(settings, clock.clone()).expect("a client")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "dozens of calls read better without `&`"
)]
fn answer(status: u16, headers: &[(&str, &str)], body: impl ToString) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response
        .body(Body::from(body.to_string()))
        .expect("a response")
}

fn issue(number: u64) -> Value {
    json!({
        "number": number, "title": "t", "body": null, "state": "open",
        "html_url": format!("https://github.com/acme/shop/issues/{number}"),
        "repository_url": "https://api.github.com/repos/acme/shop",
        "created_at": "2025-01-06T09:00:00Z", "updated_at": "2025-01-06T09:00:00Z",
    })
}

fn found(lookup: Lookup) -> u64 {
    match lookup {
        Lookup::Found(issue) => issue.number,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_request_carries_the_right_headers_once() {
    let server =
        Script::start(|_, n, _| answer(if n == 0 { 200 } else { 201 }, &[], issue(1))).await;
    server.client().issue(1).await.expect("read");
    server
        .client()
        .create_issue(&NewIssue::default())
        .await
        .expect("created");
    let heard = server.heard();
    for request in &heard {
        for (name, value) in [
            ("user-agent", concat!("pm-sync/", env!("CARGO_PKG_VERSION"))),
            ("accept", "application/vnd.github+json"),
            ("x-github-api-version", "2022-11-28"),
            ("authorization", &format!("Bearer {SECRET}")),
        ] {
            let values: Vec<_> = request.headers.get_all(name).iter().collect();
            assert_eq!(values[0], value, "{name}");
            // octocrab's own `User-Agent` can't be kept out, only be put second.
            assert_eq!(
                values.len(),
                if name == "user-agent" { 2 } else { 1 },
                "{name}"
            );
        }
    }
    assert_eq!(heard[1].headers["content-type"], "application/json");
    assert_eq!(
        heard[1].body,
        json!({"title": "", "body": "", "labels": [], "assignees": []})
    );
    assert!(heard[0].headers.get("transfer-encoding").is_none() && heard[0].body.is_null());
}

#[tokio::test]
async fn a_base_path_is_kept_even_where_the_path_begins_like_it() {
    for base in ["/api/v3", "/api/v3/", "/r"] {
        let server = Script::start(move |heard, _, url| {
            let base = base.trim_end_matches('/');
            match heard.query.contains("after") {
                false => {
                    let link =
                        format!(r#"<{url}{base}/repositories/1/issues?after=x>; rel="next""#);
                    answer(200, &[("link", &link)], json!([issue(1)]))
                }
                true => answer(200, &[], json!([issue(2), issue(1)])),
            }
        })
        .await;
        let client = client(&format!("{}{base}", server.url), &server.clock);
        let numbers: Vec<u64> = client
            .issues_with_label("優先度: P1")
            .await
            .expect("a listing")
            .iter()
            .map(|i| i.number)
            .collect();
        assert_eq!(numbers, [1, 2], "an issue that comes twice is one");
        let base = base.trim_end_matches('/');
        let heard = server.heard();
        assert_eq!(heard[0].path, format!("{base}/repos/acme/shop/issues"));
        assert_eq!(
            heard[0].query,
            "state=all&labels=%E5%84%AA%E5%85%88%E5%BA%A6%3A%20P1&per_page=100&sort=created&direction=asc"
        );
        assert_eq!(heard[1].path, format!("{base}/repositories/1/issues"));
    }
}

#[tokio::test]
async fn pages_in_a_circle_end() {
    let server = Script::start(|_, _, url| {
        answer(
            200,
            &[("link", &format!(r#"<{url}/again>; rel="next""#))],
            json!([issue(1)]),
        )
    })
    .await;
    let error = server
        .client()
        .issues_with_label("x")
        .await
        .expect_err("a circle");
    assert_eq!(
        (error.kind(), server.heard().len()),
        (&ErrorKind::Unexpected, 2)
    );
}

#[tokio::test]
async fn the_token_stays_with_its_server() {
    let other = Script::start(|_, _, _| answer(200, &[], json!([issue(1)]))).await;
    let elsewhere = other.url.clone();
    let server = Script::start(move |heard, _, _| match heard.method {
        Method::GET => answer(
            200,
            &[("link", &format!(r#"<{elsewhere}/x>; rel="next""#))],
            "[]",
        ),
        _ => answer(
            307,
            &[("location", &format!("{elsewhere}/repositories/1/issues"))],
            "",
        ),
    })
    .await;
    let client = server.client();
    let error = client
        .issues_with_label("x")
        .await
        .expect_err("the next page is elsewhere");
    assert_eq!(error.kind(), &ErrorKind::Unexpected, "{error}");
    let error = client
        .create_issue(&NewIssue::default())
        .await
        .expect_err("elsewhere");
    assert_eq!(error.kind(), &ErrorKind::Moved, "{error}");
    assert!(other.heard().is_empty());
}

/// octocrab's feature `follow-redirect` follows GETs below us and takes the token away for the first foreign
/// request only: tower-http 0.6.11 decides hop by hop, and the second hop stays on the foreign server.
#[tokio::test]
async fn the_token_stays_with_its_server_through_a_chain_of_redirects() {
    let other = Script::start(|_, n, url| match n {
        0 => answer(301, &[("location", &format!("{url}/again"))], ""),
        _ => answer(200, &[], issue(1)),
    })
    .await;
    let elsewhere = other.url.clone();
    let server = Script::start(move |_, _, _| answer(301, &[("location", &elsewhere)], "")).await;
    let _ = server.client().issue(1).await;
    for heard in other.heard() {
        assert!(
            heard.headers.get("authorization").is_none(),
            "{} got the token",
            heard.path
        );
    }
}

#[tokio::test]
async fn redirects_of_reads_are_followed_on_the_server() {
    let server = Script::start(|heard, _, url| match heard.path.as_str() {
        "/repos/acme/shop/issues/1" => answer(
            301,
            &[("location", &format!("{url}/repositories/7/issues/1"))],
            "",
        ),
        "/repositories/7/issues/1" => answer(200, &[], issue(1)),
        "/repos/acme/shop/issues/2" => {
            answer(301, &[("location", "/repos/acme/shop/issues/2")], "")
        }
        _ => answer(500, &[], ""),
    })
    .await;
    assert_eq!(found(server.client().issue(1).await.expect("followed")), 1);
    assert_eq!(
        server.heard()[1].headers["authorization"],
        format!("Bearer {SECRET}")
    );
    let circle = server.client().issue(2).await.expect("an answer");
    assert_eq!(circle, Lookup::Moved { url: None });
}

#[tokio::test]
async fn writes_follow_only_to_the_same_thing_in_the_same_repository() {
    // Our repository is number 7 and now called acme/store.
    for (status, location, followed) in [
        (307, "/repositories/7/issues/1", true),
        (308, "/repos/Acme/Store/issues/1", true),
        (307, "/repositories/8/issues/1", false),
        (307, "/repositories/77/issues/1", false),
        (307, "/repositories/7/issues/2", false),
        (307, "/repositories/7/issues/1/lock", false),
        (307, "/repos/other/place/issues/1", false),
        (307, "//evil.example/repositories/7/issues/1", false),
        (301, "/repositories/7/issues/1", false),
    ] {
        let server = Script::start(move |heard, n, _| match (&heard.method, n) {
            (&Method::PATCH, 0) => answer(status, &[("location", location)], ""),
            (&Method::PATCH, _) => answer(200, &[], issue(1)),
            _ => answer(200, &[], json!({"id": 7, "full_name": "acme/store", "html_url": "https://github.com/acme/store"})),
        })
        .await;
        let patch = IssuePatch {
            title: Some("新しい題".into()),
            ..IssuePatch::default()
        };
        let result = server.client().update_issue(1, &patch).await;
        let patches: Vec<_> = server
            .heard()
            .into_iter()
            .filter(|heard| heard.method == Method::PATCH)
            .collect();
        if followed {
            assert_eq!(result.expect(location).number, 1);
            assert_eq!(patches.len(), 2);
            assert_eq!(patches[1].path, location);
            assert_eq!(
                patches[1].body,
                json!({"title": "新しい題"}),
                "method and body are kept"
            );
        } else {
            assert_eq!(result.expect_err(location).kind(), &ErrorKind::Moved);
            assert_eq!(patches.len(), 1, "{location}");
        }
    }
}

#[tokio::test]
async fn the_token_is_in_no_error_however_the_server_echoes_it() {
    for status in [200, 201, 400, 401, 403, 404, 410, 422, 500] {
        for body in [
            json!({"message": SECRET, "errors": [{"field": SECRET, "code": SECRET, "message": SECRET}, SECRET]}).to_string(),
            json!({"number": SECRET}).to_string(),
            format!("<html><title>{SECRET}</title>"),
        ] {
            let server = Script::start(move |_, _, _| {
                let permissions = [("x-accepted-github-permissions", SECRET), ("retry-after", SECRET)];
                answer(status, if status == 403 { &permissions[..1] } else { &permissions[1..] }, &body)
            })
            .await;
            let client = server.client();
            let errors = [
                client.create_issue(&NewIssue::default()).await.err(),
                client.issues_with_label(SECRET).await.err(),
                client.repository(&format!("x/{SECRET}").parse().expect("a name")).await.err(),
                client.user().await.err(),
            ];
            assert!(errors[0].is_some() && errors[1].is_some() && errors[3].is_some());
            for error in errors.into_iter().flatten() {
                let shown = format!(
                    "{error} {error:?} {} {:?} {:?} {client:?}",
                    error.message(Language::Ja),
                    error.hint(Language::Ja),
                    error.hint(Language::En)
                );
                assert!(!shown.contains(SECRET), "{status}: {shown}");
            }
        }
    }
}

#[tokio::test]
async fn limits_are_waited_for_to_the_second() {
    // The server's own clock is a day ahead of ours: the reset counts from its `Date`.
    let date = ("date", "Tue, 07 Jan 2025 00:00:00 GMT");
    let reset = ("x-ratelimit-reset", "1736208040");
    let none_left = ("x-ratelimit-remaining", "0");
    let used_up = [date, none_left, reset].to_vec();
    for (status, headers, body, expected) in [
        (429, vec![("retry-after", "7")], "", 7),
        (403, vec![("retry-after", "7")], "", 7),
        (403, used_up.clone(), "", 41),
        (429, vec![], "", 60),
        (403, vec![], "You have exceeded a secondary rate limit.", 60),
        (200, used_up.clone(), "[]", 41),
    ] {
        let first = headers.clone();
        let server = Script::start(move |_, n, _| match n {
            0 => answer(status, &first, body),
            _ => answer(200, &[], "[]"),
        })
        .await;
        let client = server.client();
        client.issues_with_label("x").await.expect("in the end");
        client
            .clone()
            .issues_with_label("x")
            .await
            .expect("in the end");
        assert_eq!(
            server.times()[..2],
            [0, expected],
            "{status} {headers:?} {body}"
        );
        assert_eq!(server.clock.waits(), [Duration::from_secs(expected)]);
    }
}

#[tokio::test]
async fn a_limited_create_is_sent_again_and_untold_limits_double() {
    let server = Script::start(|_, n, _| match n {
        0..3 => answer(403, &[], "secondary rate limit"),
        _ => answer(201, &[], issue(1)),
    })
    .await;
    server
        .client()
        .create_issue(&NewIssue::default())
        .await
        .expect("created");
    assert_eq!(server.times(), [0, 60, 180, 420]);
    assert_eq!(
        server.client().counts().writes,
        0,
        "counts are each client's own"
    );
}

#[tokio::test]
async fn limits_without_end_are_given_up_and_long_ones_not_waited_for() {
    let server = Script::start(|_, _, _| answer(429, &[("retry-after", "10")], "")).await;
    let error = server
        .client()
        .create_issue(&NewIssue::default())
        .await
        .expect_err("limited");
    let until = server.clock.now() + chrono::TimeDelta::seconds(10);
    assert_eq!(error.kind(), &ErrorKind::RateLimited { until });
    assert_eq!(server.times(), [0, 10, 20, 30, 40]);

    let server = Script::start(|_, _, _| answer(403, &[("retry-after", "901")], "")).await;
    let client = server.client();
    let until = server.clock.now() + chrono::TimeDelta::seconds(901);
    for _ in 0..3 {
        let error = client.clone().issue(1).await.expect_err("limited");
        assert_eq!(error.kind(), &ErrorKind::RateLimited { until });
    }
    assert_eq!(
        (server.times(), server.clock.waits()),
        (vec![0], vec![]),
        "nothing is sent meanwhile"
    );
    assert!(
        error.to_string().contains("until 2025-01-06 00:00:50 UTC"),
        "{error}"
    );
}

#[tokio::test]
async fn answers_that_make_no_sense() {
    let cases = [
        (200, issue(1).to_string(), ErrorKind::Uncertain),
        (201, "{".to_owned(), ErrorKind::Uncertain),
        (
            201,
            "<!doctype html><title>Welcome</title>".to_owned(),
            ErrorKind::Uncertain,
        ),
        (204, String::new(), ErrorKind::Uncertain),
        (408, String::new(), ErrorKind::Uncertain),
        (418, String::new(), ErrorKind::Unexpected),
    ];
    for (status, body, kind) in cases {
        let server = Script::start(move |_, _, _| answer(status, &[], &body)).await;
        let error = server
            .client()
            .create_issue(&NewIssue::default())
            .await
            .expect_err("no issue");
        assert_eq!(
            (error.kind(), server.heard().len()),
            (&kind, 1),
            "{status}: {error}"
        );
    }
    let server =
        Script::start(|_, _, _| answer(200, &[], "<!doctype html><title>Log in</title>")).await;
    let error = server.client().user().await.expect_err("a page");
    assert_eq!(
        (error.kind(), error.detail()),
        (&ErrorKind::Unexpected, "an HTML page: Log in")
    );
}

#[tokio::test]
async fn a_server_that_asks_for_patience_gets_it() {
    let server = Script::start(|_, n, _| match n {
        0 => answer(503, &[("retry-after", "100")], ""),
        1 => answer(503, &[("retry-after", "1000")], ""),
        _ => answer(200, &[], issue(1)),
    })
    .await;
    let error = server
        .client()
        .issue(1)
        .await
        .expect_err("a wait of 1000 s is too long");
    assert_eq!(
        (error.kind(), server.times()),
        (&ErrorKind::Server, vec![0, 100])
    );
}

/// A server that gives every request the same bytes, then closes or falls silent; counts the requests.
fn raw(reply: &'static [u8], then_silent: bool) -> (String, Arc<AtomicUsize>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    // The thread ends with the test process.
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for mut stream in listener.incoming().flatten() {
            if stream.read(&mut [0; 65536]).is_ok_and(|read| read > 0) {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(reply);
            }
            if then_silent {
                silent.push(stream);
            }
        }
    });
    (url, requests)
}

/// Sends a create and a read to a server whose answers never become whole.
async fn lose(reply: &'static [u8], silent: bool) {
    let clock = Clock::fake();
    let (url, requests) = raw(reply, silent);
    let error = client(&url, &clock)
        .create_issue(&NewIssue::default())
        .await
        .expect_err("lost");
    assert_eq!(error.kind(), &ErrorKind::Uncertain, "{error}");
    assert_eq!(
        (requests.load(Ordering::SeqCst), clock.waits().len()),
        (1, 0),
        "sent once"
    );

    let (url, requests) = raw(reply, silent);
    let error = client(&url, &clock).issue(1).await.expect_err("lost");
    assert_eq!(error.kind(), &ErrorKind::Network, "{error}");
    assert_eq!(
        (requests.load(Ordering::SeqCst), clock.waits().len()),
        (5, 4)
    );
    assert!(!error.detail().is_empty());
}

const HALF: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 1000\r\n\r\n{\"number\": 1";

#[tokio::test]
async fn a_connection_that_closes_leaves_a_create_uncertain_and_a_read_repeated() {
    lose(b"", false).await;
    lose(HALF, false).await;
}

#[tokio::test]
async fn so_does_a_server_that_falls_silent() {
    lose(b"", true).await;
}

#[tokio::test]
async fn and_one_that_falls_silent_halfway() {
    lose(HALF, true).await;
}

#[tokio::test]
async fn what_was_never_sent_is_no_uncertainty() {
    // Nobody listens on the first; the second speaks no TLS.
    let vacant = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port")
        .local_addr()
        .expect("bound");
    let (plain, _) = raw(b"HTTP/1.1 400 Bad Request\r\n\r\n", false);
    for url in [format!("http://{vacant}"), plain.replace("http:", "https:")] {
        let clock = Clock::fake();
        let client = client(&url, &clock);
        let error = client
            .create_issue(&NewIssue::default())
            .await
            .expect_err("unreachable");
        assert_eq!(error.kind(), &ErrorKind::Network, "{error}");
        assert_eq!(
            (client.counts().writes, clock.waits().len()),
            (5, 4),
            "tried again, harmlessly"
        );
        assert!(
            error
                .hint(Language::Ja)
                .expect("a hint")
                .contains("GITHUB_API_URL")
        );
    }
}

#[tokio::test]
async fn events_of_every_sort_are_passed_over() {
    let events = json!([
        { "event": "closed", "created_at": "2025-01-10T09:00:00Z", "state_reason": null },
        { "event": "a_word_of_tomorrow", "created_at": 7, "state_reason": { "deep": [] } },
        { "event": null },
        {},
        { "event": "closed", "created_at": "yesterday" },
        { "event": "reopened", "created_at": "2025-01-09T09:00:00Z" },
    ]);
    let script = Script::start(move |_, _, _| Response::new(Body::from(events.to_string()))).await;
    let changes = script.client().state_changes(1).await.expect("an answer");
    let days: Vec<String> = changes
        .expect("an issue")
        .iter()
        .map(|change| change.at.to_rfc3339())
        .collect();
    // In the order of their times, whatever the order on the page.
    assert_eq!(
        days,
        ["2025-01-09T09:00:00+00:00", "2025-01-10T09:00:00+00:00"]
    );
}
