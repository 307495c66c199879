//! What is told, when, and how: pure parts only. That it reaches anybody is tested through the binary.

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use super::comment;
use super::digest::Digest;
use super::plan::{Step, news, step};
use super::slack::{escape, messages, readable};
use super::told::{OurComment, Record, ToldComment, print};
use super::words::Person;
use crate::check::{
    Checked, DueSource, Filter, Finding, FindingKind, Findings, IssueFacts, ItemFacts,
    PostmortemFacts, Source,
};
use crate::config::{Config, Language, LanguageChoice, Owner, Period, Priority};
use crate::github::Comment;
use crate::item::Status;

const WEEK: Period = Period::days(7);
const SLACK: &str = "slack-01234567";
const OTHER: &str = "slack-89abcdef";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn finding(kind: FindingKind, key: &str, days: i64) -> Finding {
    let today = day("2025-01-08");
    Finding {
        kind,
        postmortem: PostmortemFacts {
            id: Some("PM-042".to_owned()),
            title: "Checkout was down".to_owned(),
            path: "postmortems/042_down.md".to_owned(),
            date: Some(day("2025-01-01")),
            recovered: None,
            severity: None,
            language: Language::En,
        },
        item: Some(ItemFacts {
            key: key.to_owned(),
            title: format!("Item {key}"),
            owners: vec!["@alice".to_owned()],
            owner_text: None,
            due_text: None,
            waivers: Vec::new(),
            priority: Some(Priority::P1),
            kind: None,
            status: Status::Todo,
            line: 9,
            issue: Some(IssueFacts {
                number: key.parse().ok(),
                url: Some(format!("https://github.com/o/r/issues/{key}")),
                assignees: vec!["alice".to_owned()],
                managed: true,
                known: true,
            }),
        }),
        line: 9,
        due: Some(today - TimeDelta::days(days)),
        due_source: Some(DueSource::Document),
        days: Some(days),
        allowed: Some(30),
        difference: None,
        review: None,
    }
}

fn findings(findings: Vec<Finding>) -> Findings {
    Findings {
        today: day("2025-01-08"),
        timezone: chrono_tz::Tz::UTC,
        source: Source::Github,
        checked: Checked::default(),
        only: Filter::default(),
        language: Some(Language::En),
        looked_at: Vec::new(),
        agenda: Vec::new(),
        issues: std::collections::BTreeMap::new(),
        problems: Vec::new(),
        findings,
    }
}

fn config() -> Config {
    let mut config = Config::default_at(std::path::Path::new("/"));
    config.language = LanguageChoice::En;
    config.check.escalate_to = vec!["lead".to_owned(), "octo-org/sre".to_owned()];
    config
}

fn digest<'a>(all: &'a Findings, config: &Config) -> Digest<'a> {
    Digest::new(all, all.findings.iter().collect(), Language::En, config)
}

fn comment(body: &str, association: &str, by_bot: bool) -> Comment {
    Comment {
        id: 7,
        body: body.to_owned(),
        url: String::new(),
        author: Some("somebody".to_owned()),
        by_bot,
        author_association: association.to_owned(),
    }
}

#[test]
fn a_comment_is_left_changed_or_written_anew() {
    let body = ToldComment::body("It is late.", day("2025-01-08"));
    let ours = |body: &str| OurComment::last(&[comment(body, "MEMBER", false)]);
    let told = ours(&body).expect("ours");
    let changed_by_hand = ours(&format!("{body} I am on it.")).expect("ours still");
    for (last, text, today, expected) in [
        (None, "It is late.", "2025-01-08", Step::Create),
        (Some(&told), "It is late.", "2025-01-08", Step::Leave),
        (Some(&told), "It is late.", "2025-01-14", Step::Leave),
        (Some(&told), "It is late.", "2025-01-15", Step::Create),
        // A clock that ran ahead is no reason to tell again.
        (Some(&told), "It is late.", "2024-12-31", Step::Leave),
        (
            Some(&told),
            "It is later.",
            "2025-01-10",
            Step::Update {
                id: 7,
                on: day("2025-01-08"),
            },
        ),
        (Some(&told), "It is later.", "2025-01-15", Step::Create),
        (
            Some(&changed_by_hand),
            "It is later.",
            "2025-01-10",
            Step::Leave,
        ),
        (
            Some(&changed_by_hand),
            "It is late.",
            "2025-01-15",
            Step::Create,
        ),
    ] {
        assert_eq!(
            step(last, text, day(today), WEEK),
            expected,
            "{text} {today}"
        );
    }
    // However short the period is: once a day.
    assert_eq!(
        step(
            Some(&told),
            "It is late.",
            day("2025-01-08"),
            Period::days(0)
        ),
        Step::Leave
    );
}

#[test]
fn only_our_own_comments_are_believed() {
    let body = ToldComment::body("text", day("2025-01-08"));
    let line = body.lines().next().expect("a marker");
    for (shape, association, by_bot, believed) in [
        (body.clone(), "MEMBER", false, true),
        (body.replace('\n', "\r\n"), "OWNER", false, true),
        (body.clone(), "NONE", true, true),
        (body.clone(), "NONE", false, false),
        (body.clone(), "CONTRIBUTOR", false, false),
        (format!("> {body}"), "MEMBER", false, false),
        (format!("I saw this:\n{body}"), "MEMBER", false, false),
        (line.replace("\"v\":1", "\"v\":2"), "MEMBER", false, false),
        (line.replace('{', "("), "MEMBER", false, false),
        (String::new(), "MEMBER", false, false),
    ] {
        let found = OurComment::last(&[comment(&shape, association, by_bot)]);
        assert_eq!(found.is_some(), believed, "{association} {shape}");
    }
    let later = ToldComment::body("text", day("2025-01-20"));
    let last = OurComment::last(&[
        comment(&body, "MEMBER", false),
        comment(&later, "MEMBER", false),
        comment("thanks", "MEMBER", false),
    ]);
    assert_eq!(last.expect("one").told.on, day("2025-01-20"));
}

#[test]
fn a_record_remembers_what_was_told_where_for_as_long_as_it_matters() {
    let all = findings(vec![
        finding(FindingKind::Overdue, "1", 3),
        finding(FindingKind::Overdue, "2", 3),
    ]);
    let mut record = Record::default();
    let known = |record: &Record, to, today: &str| {
        let all = Findings {
            today: day(today),
            ..all.clone()
        };
        2 - news(&all, record, to, WEEK).len()
    };
    record.note(&[print(&all.findings[0])], SLACK, day("2025-01-08"), WEEK);
    let record = Record::parse(&record.body(Language::Ja)).expect("it reads what it wrote");
    assert_eq!(known(&record, SLACK, "2025-01-08"), 1);
    assert_eq!(known(&record, SLACK, "2025-01-14"), 1);
    assert_eq!(known(&record, SLACK, "2025-01-15"), 0);
    assert_eq!(known(&record, OTHER, "2025-01-08"), 0);
    // The second on a later day, twice the same day, and what lies back is forgotten.
    let mut later = record;
    later.note(&[print(&all.findings[1])], SLACK, day("2025-01-10"), WEEK);
    later.note(&[], SLACK, day("2025-01-10"), WEEK);
    assert_eq!(known(&later, SLACK, "2025-01-11"), 2);
    later.note(&[], OTHER, day("2025-01-16"), WEEK);
    assert_eq!(known(&later, SLACK, "2025-01-11"), 1);
    // A comment's marker is no record, and neither is a broken one.
    for body in [
        ToldComment::body("text", day("2025-01-08")),
        "<!-- pm-sync:told {\"v\":1,\"told\":7} -->".to_owned(),
        "<!-- pm-sync:told {\"v\":2,\"told\":[]} -->".to_owned(),
        "text".to_owned(),
        String::new(),
    ] {
        assert_eq!(Record::parse(&body), None, "{body}");
    }
    // Prints of odd lengths or letters fit nothing, and stop nothing.
    let odd = "<!-- pm-sync:told {\"v\":1,\"told\":[{\"on\":\"2025-01-08\",\"to\":\"slack\",\"what\":\"日本語のあいうえおかきく\"}]} -->";
    let mut odd = Record::parse(odd).expect("a record");
    assert_eq!(known(&odd, SLACK, "2025-01-08"), 0);
    odd.note(&["0123456789ab".to_owned()], SLACK, day("2025-01-08"), WEEK);
}

#[test]
fn a_record_never_outgrows_an_issue() {
    let mut record = Record::default();
    for day_of_month in 1..=6 {
        let prints: Vec<String> = (0..2000)
            .map(|n| format!("{:012x}", day_of_month * 10_000 + n))
            .collect();
        let today = NaiveDate::from_ymd_opt(2025, 1, day_of_month).expect("a day");
        record.note(&prints, SLACK, today, WEEK);
    }
    let body = record.body(Language::En);
    assert!(body.chars().count() < 65_536, "{}", body.chars().count());
    let today = day("2025-01-06");
    let newest = format!("{:012x}", 6 * 10_000 + 1999);
    let oldest = format!("{:012x}", 10_000);
    assert!(record.knows(&newest, SLACK, today, WEEK));
    assert!(!record.knows(&oldest, SLACK, today, WEEK));
}

#[test]
fn a_finding_is_the_same_while_only_days_pass() {
    let base = finding(FindingKind::Overdue, "1", 3);
    let print_of = |change: fn(&mut Finding)| {
        let mut finding = base.clone();
        change(&mut finding);
        print(&finding)
    };
    let item = |finding: &mut Finding| finding.item.take().expect("an item");
    assert_eq!(print_of(|f| f.days = Some(4)), print(&base));
    assert_eq!(print_of(|f| f.line = 99), print(&base));
    assert_eq!(
        print_of(|f| f.item.as_mut().expect("an item").title = "Other".into()),
        print(&base),
        "an item with an issue is its issue"
    );
    assert_ne!(print_of(|f| f.due = None), print(&base));
    assert_ne!(print_of(|f| f.kind = FindingKind::DueSoon), print(&base));
    let mut two = [base.clone(), base.clone()];
    for (finding, key) in two.iter_mut().zip(["1", "9"]) {
        let mut facts = item(finding);
        (facts.issue, facts.key) = (None, key.to_owned());
        finding.item = Some(facts);
    }
    assert_eq!(print(&two[0]), print(&two[1]), "rows move, titles stay");
}

#[test]
fn nothing_in_a_title_pings_anybody_in_slack() {
    let mut config = config();
    config.owners.insert(
        "SREチーム",
        Owner {
            slack: Some("S0SRE".to_owned()),
            ..Owner::default()
        },
    );
    config.owners.insert(
        "山田 太郎",
        Owner {
            github: vec!["taro".to_owned()],
            slack: Some("U0TARO".to_owned()),
            ..Owner::default()
        },
    );
    let mut evil = finding(FindingKind::Overdue, "1", 3);
    let facts = evil.item.as_mut().expect("an item");
    facts.title = "<!channel> & <@U0EVIL> <https://evil.example|here> `code` \n@here".to_owned();
    facts.owners = [
        "ＳＲＥチーム",
        "@Taro",
        "山田太郎",
        "<!everyone>",
        "@nobody",
    ]
    .map(str::to_owned)
    .to_vec();
    let issue = facts.issue.as_mut().expect("an issue");
    issue.url = Some("https://github.com/o/r/issues/1|x> <!channel".to_owned());
    let all = findings(vec![evil]);
    let message = &messages(&digest(&all, &config), &config)[0];
    let text = message.body["blocks"][1]["text"]["text"]
        .as_str()
        .expect("a section");
    assert!(
        text.contains(
            "&lt;!channel&gt; &amp; &lt;@U0EVIL&gt; &lt;https://evil.example|here&gt; 'code' @here"
        ),
        "{text}"
    );
    assert!(
        text.contains("<!subteam^S0SRE>, <@U0TARO>, <@U0TARO>, &lt;!everyone&gt;, @nobody"),
        "{text}"
    );
    // Between angle brackets stand only the owners of the configuration; 山田太郎 is its 山田 太郎.
    assert_eq!(text.matches('<').count(), 3, "{text}");
    assert_eq!(message.body["blocks"][1]["text"]["verbatim"], true);
    assert_eq!(escape("a<b>&c"), "a&lt;b&gt;&amp;c");
}

#[test]
fn people_are_found_in_slack_by_name_and_by_login() {
    let mut config = config();
    for (name, github, slack) in [
        ("@alice", vec!["alice"], "U0ALICE"),
        ("Bob", vec!["bob"], "U0BOB"),
        ("The pair", vec!["carol", "dave"], "U0PAIR"),
    ] {
        let owner = Owner {
            github: github.into_iter().map(str::to_owned).collect(),
            slack: Some(slack.to_owned()),
            ..Owner::default()
        };
        config.owners.insert(name, owner);
    }
    for (name, slack) in [
        ("@alice", Some("U0ALICE")),
        ("@Bob", Some("U0BOB")),
        ("bob", Some("U0BOB")),
        ("@carol", None),
        ("The Pair", Some("U0PAIR")),
        ("Erin", None),
    ] {
        assert_eq!(Person::of(name, &config).slack.as_deref(), slack, "{name}");
    }
}

#[test]
fn a_thousand_findings_stay_within_slack_s_limits() {
    let config = config();
    let all = findings(
        (0..1000)
            .map(|n| {
                let kind = FindingKind::ALL[n % 4];
                let mut finding = finding(kind, &n.to_string(), 20);
                let facts = finding.item.as_mut().expect("an item");
                facts.title = match n % 5 {
                    0 => "\"<&>\" ".repeat(200),
                    1 => "監視のアラートを設定する🚨".repeat(30),
                    _ => "Alert on the queue's length".to_owned(),
                };
                facts.owners = match n % 7 {
                    0 => vec!["<".repeat(100); 30],
                    _ => vec!["長い名前の担当者".repeat(20); 30],
                };
                facts.issue.as_mut().expect("an issue").url =
                    Some(format!("https://github.com/?{}", "&".repeat(n)));
                finding
            })
            .collect(),
    );
    let messages = messages(&digest(&all, &config), &config);
    assert!(messages.len() > 1);
    let mut told = 0;
    for (at, message) in messages.iter().enumerate() {
        let blocks = message.body["blocks"].as_array().expect("blocks");
        assert!(blocks.len() <= 50);
        let utf16 = |text: &str| text.encode_utf16().count();
        for block in blocks {
            let text = &block["text"]["text"];
            match block["type"].as_str() {
                Some("header") => {
                    let text = text.as_str().expect("a header");
                    assert!(utf16(text) <= 150, "{text}");
                    assert!(text.ends_with(&format!("({}/{})", at + 1, messages.len())));
                }
                Some("section") => {
                    let text = text.as_str().expect("a section");
                    assert!(utf16(text) <= 3000 && !text.is_empty(), "{}", utf16(text));
                }
                _ => assert_eq!(block["type"], "context"),
            }
        }
        let size = utf16(&Value::from(blocks.clone()).to_string());
        assert!(size <= 12_000, "{size}");
        let lines = readable(&message.body).matches("\n• ").count();
        assert_eq!(lines, message.told.len());
        told += message.told.len();
    }
    assert_eq!(told, 1000, "each once");
}

#[test]
fn a_comment_says_what_is_the_matter_and_mentions_the_right_people() {
    let mut config = config();
    let late = finding(FindingKind::Overdue, "1", 3);
    let text = comment::text(&late, &config);
    assert!(
        text.starts_with("@alice This action item was due on 2025-01-05 and is still open."),
        "{text}"
    );
    assert!(!text.contains("@lead"), "not yet: {text}");
    let later = finding(FindingKind::Overdue, "1", 14);
    let text = comment::text(&later, &config);
    assert!(
        text.contains("@lead @octo-org/sre For your attention"),
        "{text}"
    );
    // Who is mentioned anyway isn't mentioned twice.
    config.check.escalate_to = vec!["Alice".to_owned()];
    assert_eq!(
        comment::text(&later, &config)
            .to_lowercase()
            .matches("@alice")
            .count(),
        1
    );

    // Nobody is assigned: the accounts of the owners, else their names, which ping nobody.
    let mut unassigned = finding(FindingKind::DueSoon, "1", -2);
    let facts = unassigned.item.as_mut().expect("an item");
    facts.issue.as_mut().expect("an issue").assignees.clear();
    facts.owners = vec!["@bob".to_owned(), "@octo-org/all".to_owned()];
    let text = comment::text(&unassigned, &config);
    assert!(text.starts_with("@bob This action item is due on 2025-01-10."));
    let facts = unassigned.item.as_mut().expect("an item");
    facts.owners = vec!["@octo-org/all".to_owned(), "<b>x</b>".to_owned()];
    let text = comment::text(&unassigned, &config);
    assert!(
        text.contains("@<!-- -->octo-org/all, &lt;b>x&lt;/b>"),
        "{text}"
    );
    assert!(!text.contains("@octo-org/all"), "{text}");
}

#[test]
fn a_comment_counts_no_days() {
    let config = config();
    for kind in comment::KINDS {
        for language in [LanguageChoice::Ja, LanguageChoice::En] {
            let mut config = config.clone();
            config.language = language;
            let (mut today, mut tomorrow) = (finding(kind, "1", 3), finding(kind, "1", 4));
            (today.due, tomorrow.due) = (Some(day("2025-01-05")), Some(day("2025-01-05")));
            assert_eq!(
                comment::text(&today, &config),
                comment::text(&tomorrow, &config)
            );
        }
    }
}

#[test]
fn a_digest_speaks_the_language_of_most_of_its_documents() {
    let mut config = config();
    config.language = LanguageChoice::Auto;
    let mut all = findings(
        (1..=3)
            .map(|n| finding(FindingKind::Overdue, &n.to_string(), n))
            .collect(),
    );
    // Most of the documents are Japanese; what is told, in English.
    all.language = Some(Language::Ja);
    let of = |all: &Findings, config: &Config| {
        let digest = Digest::new(all, vec![&all.findings[0]], Language::En, config);
        (digest.language, digest.heading(), digest.closing())
    };
    let (language, heading, closing) = of(&all, &config);
    assert_eq!(language, Language::Ja);
    assert_eq!(heading, "アクションアイテム: 期限切れ 1 件");
    assert!(closing.contains("ほかに通知済みのもの 2 件"), "{closing}");
    config.language = LanguageChoice::En;
    let (language, heading, closing) = of(&all, &config);
    assert_eq!(language, Language::En);
    assert_eq!(heading, "Action items: 1 overdue");
    assert!(closing.contains("2 more were told before"), "{closing}");
    // As many in each: the run's own.
    config.language = LanguageChoice::Auto;
    all.language = None;
    assert_eq!(of(&all, &config).0, Language::En);
}
