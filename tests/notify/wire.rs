//! Posting to webhooks that misbehave. Waiting takes no time here; how long one silence may last does.

use std::time::Duration;

use pm_sync::config::Language;
use pm_sync::github::Clock;
use pm_sync::notify::webhook::{Kind, Patience, Undelivered, Webhooks};
use pm_sync::notify::{Address, Sort};
use serde_json::json;

use super::hook::{Answer, Hook, OK};

fn patience() -> Patience {
    Patience {
        timeout: Duration::from_millis(400),
        ..Patience::default()
    }
}

fn address(sort: Sort, url: &str) -> Address {
    Address::parse(sort, url, Language::En).expect("an address")
}

async fn post(sort: Sort, hook: &Hook) -> (Result<(), Undelivered>, Clock) {
    let clock = Clock::fake();
    let webhooks = Webhooks::new(clock.clone(), patience()).expect("TLS");
    let result = webhooks
        .post(&address(sort, &hook.url), &json!({"text": "期限切れ"}))
        .await;
    (result, clock)
}

#[tokio::test]
async fn a_message_arrives_as_json() {
    let hook = Hook::ok();
    let (result, clock) = post(Sort::Slack, &hook).await;
    assert_eq!(result, Ok(()));
    let got = hook.got();
    assert_eq!(
        got[0].line,
        "POST /services/T0SECRET0/B0SECRET0/sesame-sesame HTTP/1.1"
    );
    assert!(got[0].headers.contains("content-type: application/json"));
    assert!(got[0].headers.contains("user-agent: pm-sync/"));
    assert_eq!(got[0].body, json!({"text": "期限切れ"}));
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    // Trouble twice, then it works.
    for trouble in [
        Answer::Reply(500, "", "rollup_error"),
        Answer::Reply(502, "", "<html><title>Bad Gateway</title>"),
        Answer::Reply(408, "", ""),
        Answer::Reply(429, "", ""),
        Answer::Silence,
        Answer::Close,
    ] {
        let first = trouble.clone();
        let hook = Hook::start(move |n| if n < 2 { first.clone() } else { OK });
        let (result, clock) = post(Sort::Slack, &hook).await;
        assert_eq!(result, Ok(()));
        assert_eq!((hook.got().len(), clock.waits().len()), (3, 2));
    }
    // A wait that is asked for is waited.
    let hook = Hook::start(|n| match n {
        0 => Answer::Reply(429, "retry-after: 30\r\n", ""),
        _ => OK,
    });
    let (result, clock) = post(Sort::Json, &hook).await;
    assert_eq!(result, Ok(()));
    assert_eq!(clock.waits(), [Duration::from_secs(30)]);
}

#[tokio::test]
async fn a_server_that_hangs_is_left_after_a_while() {
    // In the middle of its answer: the status is known, and a message that was taken isn't sent again.
    let hook = Hook::start(|_| Answer::Hang(200));
    let (result, clock) = post(Sort::Json, &hook).await;
    assert_eq!(result, Ok(()));
    assert_eq!((hook.got().len(), clock.waits().len()), (1, 0));
    let hook = Hook::start(|_| Answer::Hang(400));
    let (result, _) = post(Sort::Json, &hook).await;
    let error = result.expect_err("it is refused");
    assert_eq!((error.kind(), hook.got().len()), (Kind::Refused(400), 1));
    // Before it: a few tries with growing pauses, and then the next message's turn is over too.
    let hook = Hook::start(|_| Answer::Silence);
    let clock = Clock::fake();
    let webhooks = Webhooks::new(clock.clone(), patience()).expect("TLS");
    let messages = [json!({ "n": 1 }), json!({ "n": 2 })];
    let (arrived, result) = webhooks
        .post_all(&address(Sort::Json, &hook.url), &messages)
        .await;
    assert_eq!(arrived, 0);
    assert_eq!(result.expect_err("nobody answers").kind(), Kind::Silent);
    let numbers: Vec<_> = hook.bodies().iter().map(|body| body["n"].clone()).collect();
    assert_eq!(numbers, [1, 1, 1, 1]);
    let waits = clock.waits();
    assert!(waits.len() == 3 && waits.is_sorted(), "{waits:?}");
}

#[tokio::test]
async fn what_does_not_pass_is_said_and_nothing_secret_with_it() {
    let cases: [(Answer, usize, Kind, &str, &str); 13] = [
        (
            Answer::Reply(404, "", "no_service"),
            1,
            Kind::Refused(404),
            "did not take the message (404): no_service",
            "make a new one in Slack",
        ),
        (
            Answer::Reply(400, "", "invalid_blocks"),
            1,
            Kind::Refused(400),
            "invalid_blocks",
            "fault of pm-sync",
        ),
        (
            Answer::Reply(400, "", "user_not_found"),
            1,
            Kind::Refused(400),
            "user_not_found",
            "[owners] names a member id",
        ),
        (
            Answer::Reply(410, "", "channel_is_archived"),
            1,
            Kind::Refused(410),
            "channel_is_archived",
            "archived",
        ),
        (
            Answer::Reply(403, "", "action_prohibited"),
            1,
            Kind::Refused(403),
            "action_prohibited",
            "administrators",
        ),
        (
            Answer::Reply(
                200,
                "",
                "<!doctype html><title>Log in</title> /services/T0SECRET0/B0SECRET0/sesame-sesame",
            ),
            1,
            Kind::NoWebhook(200),
            "no webhook (200): an HTML page: Log in",
            "PM_SYNC_SLACK_WEBHOOK",
        ),
        (
            Answer::Reply(404, "", "<html><title>Not here</title></html>"),
            1,
            Kind::NoWebhook(404),
            "an HTML page: Not here",
            "PM_SYNC_SLACK_WEBHOOK",
        ),
        (
            Answer::Reply(200, "", "{\"ok\":false,\"error\":\"invalid_auth\"}"),
            1,
            Kind::NoWebhook(200),
            "invalid_auth",
            "PM_SYNC_SLACK_WEBHOOK",
        ),
        (
            Answer::Reply(302, "location: http://127.0.0.1:9/elsewhere\r\n", ""),
            1,
            Kind::Redirect(302),
            "redirect (302)",
            "PM_SYNC_SLACK_WEBHOOK",
        ),
        (
            Answer::Reply(500, "", "sesame-sesame is no word of T0SECRET0"),
            4,
            Kind::Server(500),
            "failed (500): *** is no word of ***",
            "run it again later",
        ),
        (
            Answer::Reply(429, "retry-after: 600\r\n", ""),
            1,
            Kind::Limited,
            "takes no more messages",
            "run it again later",
        ),
        (
            Answer::Silence,
            4,
            Kind::Silent,
            "did not answer in time",
            "run it again later",
        ),
        (
            Answer::Close,
            4,
            Kind::Network,
            "could not be reached",
            "check the network",
        ),
    ];
    for (answer, tries, kind, message, hint) in cases {
        let hook = Hook::start(move |_| answer.clone());
        let (result, _) = post(Sort::Slack, &hook).await;
        let error = result.expect_err("it never arrives");
        assert_eq!((error.kind(), hook.got().len()), (kind, tries), "{error:?}");
        let english = format!(
            "{} {}",
            error.message(Language::En),
            error.hint(Language::En)
        );
        assert!(
            english.contains(message) && english.contains(hint),
            "{english}"
        );
        let japanese = error.message(Language::Ja);
        for text in [english, japanese, format!("{error:?}")] {
            for secret in ["SECRET", "sesame", "127.0.0.1:", "/services/"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_at_the_address() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    // A name that never resolves, a port where nobody listens, and one that speaks no TLS.
    let plain = Hook::ok();
    for url in [
        "https://webhooks.invalid/sesame-sesame".to_owned(),
        format!("http://127.0.0.1:{port}/sesame-sesame"),
        plain.url.replace("http:", "https:"),
    ] {
        let clock = Clock::fake();
        let webhooks = Webhooks::new(clock.clone(), patience()).expect("TLS");
        let address = address(Sort::Json, &url);
        let error = webhooks
            .post(&address, &json!({}))
            .await
            .expect_err("nobody");
        assert!(
            matches!(error.kind(), Kind::Network | Kind::Silent),
            "{error:?}"
        );
        let text = format!("{} {error:?} {address:?}", error.message(Language::En));
        for secret in ["sesame", "webhooks.invalid"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn messages_are_sent_in_order_until_one_fails() {
    let hook = Hook::start(|n| match n {
        0 | 1 => OK,
        _ => Answer::Reply(400, "", "invalid_payload"),
    });
    let webhooks = Webhooks::new(Clock::fake(), patience()).expect("TLS");
    let messages: Vec<_> = (0..5).map(|n| json!({ "n": n })).collect();
    let (arrived, result) = webhooks
        .post_all(&address(Sort::Slack, &hook.url), &messages)
        .await;
    assert_eq!(arrived, 2);
    assert_eq!(
        result.expect_err("the third is refused").kind(),
        Kind::Refused(400)
    );
    let numbers: Vec<_> = hook.bodies().iter().map(|body| body["n"].clone()).collect();
    assert_eq!(numbers, [0, 1, 2]);
}
