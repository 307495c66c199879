//! A made-up month of a made-up team, in either language. It is what `docs/sample-report.html` shows.

use chrono::NaiveDate;

use crate::config::{Kind, Language, Priority, ReportSettings};
use crate::github::marker::DueMove;
use crate::item::{Severity, Status};
use crate::report::figures::{Incident, Input, report};
use crate::report::history::{Change, Event, History, IssueLink, Subject};
use crate::report::model::{DocumentName, Report, Source};
use crate::report::period::Month;

fn at(text: &str) -> NaiveDate {
    let text = match text.len() {
        5 => format!("2025-{text}"),
        _ => text.to_owned(),
    };
    text.parse().expect("a day")
}

/// `"01-05 +01-10 -01-20 r01-12"`: created, done (+), dropped (-), reopened (r).
fn history(life: &str) -> History {
    let mut words = life.split_whitespace();
    let Some(created) = words.next() else {
        return History::Unknown;
    };
    History::Known {
        created: at(created),
        events: words
            .map(|word| {
                let (sign, on) = word.split_at(1);
                let change = match sign {
                    "+" => Change::Done,
                    "-" => Change::Dropped,
                    _ => Change::Reopened,
                };
                Event { on: at(on), change }
            })
            .collect(),
    }
}

fn status(history: &History) -> Status {
    match history {
        History::Known { events, .. } => match events.last().map(|event| event.change) {
            Some(Change::Done) => Status::Done,
            Some(Change::Dropped) => Status::Dropped,
            _ => Status::InProgress,
        },
        History::Unknown => Status::Todo,
    }
}

/// A move of the due date: `12-20>01-10@12-18`.
fn moves(text: &str) -> Vec<DueMove> {
    let one = |text: &str| {
        let (from, rest) = text.split_once('>')?;
        let (to, on) = rest.split_once('@')?;
        Some(DueMove {
            from: Some(at(from)),
            to: Some(at(to)),
            on: at(on),
        })
    };
    text.split_whitespace()
        .map(|text| one(text).expect("a move"))
        .collect()
}

type Action = (
    usize,
    &'static str,
    [&'static str; 2],
    &'static str,
    Option<Kind>,
    Option<Priority>,
    &'static str,
    &'static str,
    &'static str,
);

/// Document, key, title in Japanese and English, owners, kind, priority, due date, its moves, life.
const ITEMS: [Action; 22] = [
    (
        0,
        "1",
        [
            "接続プールの上限をサービスごとに設定する",
            "Give each service its own connection limit",
        ],
        "@mori",
        Some(Kind::Prevent),
        Some(Priority::P0),
        "2024-11-22",
        "",
        "2024-11-08 +2024-11-21",
    ),
    (
        0,
        "2",
        [
            "接続数が上限の80%でアラートを出す",
            "Alert at 80 % of the connection limit",
        ],
        "@mori",
        Some(Kind::Detect),
        Some(Priority::P1),
        "2024-12-06",
        "",
        "2024-11-08 +2024-12-03",
    ),
    (
        0,
        "3",
        [
            "フェイルオーバー手順を演習する",
            "Rehearse the failover runbook",
        ],
        "@sato @ito",
        Some(Kind::Process),
        Some(Priority::P2),
        "12-20",
        "2024-12-20>01-24@2024-12-18 01-24>02-14@01-22",
        "2024-11-08",
    ),
    (
        1,
        "1",
        ["証明書の期限を監視する", "Watch the expiry of certificates"],
        "@ito",
        Some(Kind::Detect),
        Some(Priority::P0),
        "2024-12-13",
        "",
        "2024-12-02 +2024-12-12",
    ),
    (
        1,
        "2",
        [
            "証明書の更新を自動化する",
            "Renew certificates automatically",
        ],
        "@ito",
        Some(Kind::Prevent),
        Some(Priority::P0),
        "01-10",
        "",
        "2024-12-02 +01-09",
    ),
    (
        1,
        "3",
        [
            "障害時の連絡先一覧を見直す",
            "Bring the on-call contact list up to date",
        ],
        "",
        Some(Kind::Document),
        Some(Priority::P3),
        "2024-10-25",
        "",
        "2024-10-11",
    ),
    (
        2,
        "1",
        [
            "キャッシュが空のときの読み込みを制限する",
            "Limit reads while the cache is cold",
        ],
        "@kim",
        Some(Kind::Mitigate),
        Some(Priority::P0),
        "01-10",
        "",
        "2024-12-20 +01-08",
    ),
    (
        2,
        "2",
        [
            "デプロイ前にキャッシュを温める",
            "Warm the cache before a deployment",
        ],
        "@kim @mori",
        Some(Kind::Prevent),
        Some(Priority::P1),
        "01-17",
        "2024-12-27>01-17@2024-12-26",
        "2024-12-20 +01-22",
    ),
    (
        2,
        "3",
        [
            "負荷試験にキャッシュなしの場合を加える",
            "Add a cold cache to the load test",
        ],
        "@lee",
        Some(Kind::Prevent),
        Some(Priority::P1),
        "01-17",
        "",
        "2024-12-20",
    ),
    (
        2,
        "4",
        [
            "古いキャッシュ用ホストを廃止する",
            "Retire the old cache hosts",
        ],
        "@lee",
        Some(Kind::Repair),
        Some(Priority::P2),
        "",
        "",
        "2024-12-20 -01-15",
    ),
    (
        3,
        "1",
        [
            "メモリ使用率のアラートを追加する",
            "Add an alert on memory use",
        ],
        "@mori",
        Some(Kind::Detect),
        Some(Priority::P0),
        "01-15",
        "",
        "01-06 +01-14",
    ),
    (
        3,
        "2",
        [
            "画像変換のメモリリークを直す",
            "Fix the leak in the image converter",
        ],
        "@kim",
        Some(Kind::Repair),
        Some(Priority::P0),
        "01-13",
        "",
        "01-06 +01-10",
    ),
    (
        3,
        "3",
        [
            "OOMで落ちたPodを自動で再起動する",
            "Restart pods that ran out of memory",
        ],
        "@sato",
        Some(Kind::Mitigate),
        Some(Priority::P1),
        "01-20",
        "",
        "01-06 +01-20",
    ),
    (
        3,
        "4",
        [
            "リリース前に長時間の負荷試験を行う",
            "Soak-test for a day before a release",
        ],
        "@lee",
        Some(Kind::Process),
        Some(Priority::P1),
        "01-31",
        "01-17>01-31@01-16",
        "01-06",
    ),
    (
        3,
        "5",
        [
            "メモリ上限の決め方を文書にする",
            "Write down how memory limits are chosen",
        ],
        "@sato",
        Some(Kind::Document),
        Some(Priority::P2),
        "01-24",
        "",
        "01-06",
    ),
    (
        4,
        "1",
        [
            "決済の再試行を冪等にする",
            "Make payment retries idempotent",
        ],
        "@tanaka",
        Some(Kind::Repair),
        Some(Priority::P0),
        "01-24",
        "",
        "01-17 +01-23",
    ),
    (
        4,
        "2",
        [
            "二重請求を検知して通知する",
            "Notice double charges and say so",
        ],
        "@tanaka",
        Some(Kind::Detect),
        Some(Priority::P0),
        "01-29",
        "",
        "01-17",
    ),
    (
        4,
        "3",
        ["決済のタイムアウトを見直す", "Review the payment timeouts"],
        "@tanaka",
        Some(Kind::Mitigate),
        Some(Priority::P1),
        "02-07",
        "",
        "01-17",
    ),
    (
        4,
        "4",
        ["返金の手順を自動化する", "Script the refunds"],
        "@ito",
        Some(Kind::Mitigate),
        Some(Priority::P2),
        "02-28",
        "",
        "01-17",
    ),
    (
        4,
        "5",
        [
            "請求の突き合わせを毎日行う",
            "Reconcile the charges every day",
        ],
        "",
        Some(Kind::Detect),
        Some(Priority::P2),
        "",
        "",
        "01-17",
    ),
    (
        5,
        "1",
        ["設定変更を段階的に配る", "Roll configuration out in stages"],
        "@kim",
        Some(Kind::Mitigate),
        Some(Priority::P1),
        "03-14",
        "",
        "01-28",
    ),
    (
        5,
        "2",
        ["設定の検証をCIに加える", "Check the configuration in CI"],
        "@lee",
        None,
        Some(Priority::P1),
        "02-14",
        "",
        "",
    ),
];

type Outage = (
    &'static str,
    [&'static str; 2],
    &'static str,
    Option<Severity>,
    Option<i64>,
);

/// Id, title in Japanese and English, date, severity, minutes to recover.
const DOCUMENTS: [Outage; 6] = [
    (
        "PM-038",
        ["データベース接続の枯渇", "Database connections ran out"],
        "2024-11-05",
        Some(Severity::Critical),
        Some(96),
    ),
    (
        "PM-039",
        ["証明書の期限切れ", "An expired certificate"],
        "2024-11-29",
        Some(Severity::High),
        Some(41),
    ),
    (
        "PM-040",
        [
            "再起動後のキャッシュの雪崩",
            "A cold cache after the restart",
        ],
        "2024-12-18",
        Some(Severity::Medium),
        Some(75),
    ),
    (
        "PM-041",
        [
            "画像変換のメモリリーク",
            "A memory leak in the image converter",
        ],
        "01-04",
        Some(Severity::High),
        Some(58),
    ),
    (
        "PM-042",
        ["決済の二重請求", "Customers were charged twice"],
        "01-15",
        Some(Severity::Critical),
        Some(134),
    ),
    (
        "PM-043",
        ["設定の誤配布", "A wrong setting reached every host"],
        "01-27",
        Some(Severity::Medium),
        None,
    ),
];

pub(super) fn sample(language: Language) -> Report {
    made(language, |_| {})
}

/// The sample with something done to its input.
pub(super) fn made(language: Language, change: impl FnOnce(&mut Input<'_>)) -> Report {
    let Month(period) = "2025-01".parse().expect("a month");
    let settings = ReportSettings::default();
    let mut input = Input {
        period,
        as_of: at("01-31"),
        today: at("02-03"),
        source: Source::Github,
        filters: Vec::new(),
        narrowed: false,
        settings: &settings,
        incidents: incidents(language),
        subjects: subjects(language),
    };
    change(&mut input);
    report(&input)
}

fn incidents(language: Language) -> Vec<Incident> {
    let incident = |(id, [ja, en], date, severity, minutes): &Outage| Incident {
        name: DocumentName {
            id: Some((*id).to_owned()),
            title: language.pick(*ja, *en).to_owned(),
            path: format!("postmortems/{}.md", id.trim_start_matches("PM-")),
        },
        date: Some(at(date)),
        severity: *severity,
        minutes_to_recover: *minutes,
    };
    DOCUMENTS.iter().map(incident).collect()
}

fn subjects(language: Language) -> Vec<Subject> {
    let subject = |(place, line): (usize, &Action)| {
        let (postmortem, key, [ja, en], owners, kind, priority, due, slips, life) = *line;
        let history = history(life);
        let number = 101 + place as u64;
        let slips = moves(slips);
        let issue = (history != History::Unknown).then(|| IssueLink {
            number: Some(number),
            url: Some(format!(
                "https://github.com/example/postmortems/issues/{number}"
            )),
        });
        Subject {
            postmortem,
            key: key.to_owned(),
            title: language.pick(ja, en).to_owned(),
            owners: owners.split_whitespace().map(str::to_owned).collect(),
            kind,
            priority,
            status: status(&history),
            due: slips
                .last()
                .map_or_else(|| (!due.is_empty()).then(|| at(due)), |last| last.to),
            due_by_policy: false,
            policy_due: None,
            due_moves: issue.is_some().then_some(slips),
            history,
            last_activity: issue.is_some().then(|| at("01-30")),
            issue,
        }
    };
    ITEMS.iter().enumerate().map(subject).collect()
}
