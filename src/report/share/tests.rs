//! Whatever a document holds, customers read nothing of it that is for colleagues alone.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::document::Document;
use crate::item::vocabulary::Vocabulary;

/// What must never be read by customers.
const SECRETS: [&str; 9] = [
    "Zaphod",
    "角田",
    "@zaphod",
    "@ford-p",
    "https://github.com/octo-org/service/issues/7",
    "octo-org/service#7",
    "bob@corp.example",
    "postmortems/042.md",
    "http://wiki.corp/x",
];

fn secret() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("the pool"),
        Just("設定"),
        Just("12"),
        Just("**bold**"),
        Just("|"),
        Just("")
    ];
    let secrets = proptest::collection::vec(proptest::sample::select(&SECRETS[..]), 0..3);
    (words.clone(), secrets, words).prop_map(|(before, secrets, after)| {
        // A pipe would end a cell of a table, which makes another document and no other law.
        format!("{before} {} {after}", secrets.join(" "))
            .trim()
            .to_owned()
    })
}

/// A document with one of the texts in each field that a document has.
fn document(texts: &[String], japanese: bool, for_customers: bool) -> String {
    let mut rest = texts.iter().cycle();
    let mut t = || rest.next().cloned().unwrap_or_default();
    let mut text = String::new();
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("# PM-042 {}\n", t()));
    line("**Author**: Zaphod, 角田, @ford-p\n".to_owned());
    for label in [
        "日時",
        "検知",
        "復旧",
        "重大度",
        "ステータス",
        "Date",
        "影響ユーザー数",
        "ダウンタイム",
        "データ損失",
    ] {
        let known = match label {
            "日時" => "2025-01-05 14:20",
            "検知" => "14:22",
            "復旧" => "14:45 JST",
            "重大度" => "High",
            "影響ユーザー数" => "1,234名",
            "ダウンタイム" => "15分",
            _ => "なし",
        };
        line(format!("- **{label}**: {known} {}", t()));
    }
    let headings = match japanese {
        true => [
            "サマリー",
            "影響",
            "根本原因",
            "学び",
            "アクションアイテム",
            "対応",
        ],
        false => [
            "Summary",
            "Impact",
            "Root cause",
            "Lessons learned",
            "Action items",
            "Response",
        ],
    };
    for heading in headings {
        line(format!(
            "\n## {heading} {}\n",
            if heading == "対応" {
                t()
            } else {
                String::new()
            }
        ));
        line(format!("{}\n\n- {}\n- {}", t(), t(), t()));
        if heading == headings[4] {
            line("\n| # | Action | Owner | Due | Type | Status | Issue |\n|---|---|---|---|---|---|---|".to_owned());
            for at in 1..4 {
                let cells = [t(), t(), t(), t(), t()].map(|cell| cell.replace('|', "/"));
                let [title, owner, due, status, issue] = cells;
                line(format!(
                    "| {at} | {title} | {owner} | 2025-02-0{at} {due} | detect | {status} | {issue} |"
                ));
            }
        }
    }
    line(format!("\n### 2週間後レビュー（2025-01-19） {}\n", t()));
    if for_customers {
        line(format!(
            "\n## {}\n\n{}\n",
            if japanese {
                "顧客への報告"
            } else {
                "Message to customers"
            },
            t()
        ));
        for heading in ["影響", "Root cause", "再発防止策"] {
            line(format!(
                "### {heading}\n\n{}\n- {}\n\n```\n{}\n```\n",
                t(),
                t(),
                t()
            ));
        }
    }
    text
}

/// What customers would read, and what the last look says of it.
fn announced(text: &str, language: Language) -> (String, Vec<Leak>) {
    let vocabulary = Vocabulary::built_in();
    let document = Document::parse(text);
    let postmortem = crate::item::read(&document, "postmortems/042.md", "PM-", vocabulary);
    let sections = sections::read(&document, vocabulary);
    let documents = [Loaded {
        file: PathBuf::from("/repo/postmortems/042.md"),
        argument: "postmortems/042.md".to_owned(),
        document,
        postmortem,
        selected: true,
    }];
    let config = Config::default_at(Path::new("/repo"));
    let today = NaiveDate::from_ymd_opt(2025, 1, 8).expect("a day");
    let link = |_: &Reference| IssueLink {
        number: Some(7),
        url: Some(SECRETS[4].to_owned()),
    };
    let (_, items) = gather(&documents, None, &Filter::default(), &config, &link, today);
    let facts = Facts {
        postmortem: &documents[0].postmortem,
        sections: &sections,
        items: &items,
        url: Some(SECRETS[4].to_owned()),
        review: review(&documents[0].postmortem, &config, today),
        source: Source::Documents,
        today,
        contact: None,
    };
    let values = Customer::of(&Public::of(&facts), language);
    let template = Template::of(Audience::Customer, language, &config, language);
    let template = template.unwrap_or_else(|failure| panic!("{}", failure.message));
    let text = template.text(&values, Format::Markdown, language);
    let text = text.unwrap_or_else(|failure| panic!("{}", failure.message));
    let text = format!("{text}\n{}", json(&values));
    let common = [Language::Ja, Language::En].map(|l| built_in(Audience::Customer, l).1);
    let mut insiders = Insiders::of(&documents, vocabulary, &config, None, &common.join("\n"));
    insiders.add_server("https://github.com");
    let leaks = insiders.leaks(&text, &values.made());
    (text, leaks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Without a section that is written for them, customers read no word of the document, so that the last look finds nothing either.
    #[test]
    fn nothing_leaks_by_construction(
        texts in proptest::collection::vec(secret(), 60),
        japanese in any::<bool>(),
        spoken in any::<bool>(),
    ) {
        let language = if spoken { Language::Ja } else { Language::En };
        let (text, leaks) = announced(&document(&texts, japanese, false), language);
        for secret in SECRETS {
            prop_assert!(!text.contains(secret), "{secret} in\n{text}");
        }
        prop_assert_eq!(leaks, []);
    }

    /// With one, they read it whole or not at all.
    #[test]
    fn what_is_written_for_customers_is_looked_at(
        texts in proptest::collection::vec(secret(), 60),
        japanese in any::<bool>(),
        spoken in any::<bool>(),
    ) {
        let language = if spoken { Language::Ja } else { Language::En };
        let (text, leaks) = announced(&document(&texts, japanese, true), language);
        let leaked = SECRETS.iter().any(|secret| text.contains(secret));
        prop_assert!(!leaked || !leaks.is_empty(), "{text}");
    }
}
