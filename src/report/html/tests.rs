//! The page as a browser would read it.

mod sample;

use std::path::{Path, PathBuf};

use sample::{made, sample};

use super::*;
use crate::report::history::History;
use crate::report::model::Source;
use crate::report::page::page;

fn page_of(report: &Report, language: Language) -> String {
    html(report, &page(report, language)).expect("our own template is right")
}

/// Where a finished page is kept. With `PM_SYNC_BLESS` it is written anew.
fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_sample_report_is_what_the_program_makes() {
    for (language, name) in [
        (Language::En, "docs/sample-report.html"),
        (Language::Ja, "docs/sample-report.ja.html"),
    ] {
        let report = sample(language);
        let made = page_of(&report, language);
        assert_eq!(
            made,
            page_of(&report, language),
            "the same bytes every time"
        );
        let path = kept(name);
        if std::env::var_os("PM_SYNC_BLESS").is_some() {
            std::fs::write(&path, &made).expect("the repository can be written to");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            made == kept.replace('\r', ""),
            "{name} is out of date: look at what changed, then run this test with PM_SYNC_BLESS=1"
        );
    }
}

/// Everything that people write, made to do harm.
fn hostile() -> Report {
    made(Language::En, |input| {
        let words = [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "</title></style></table><h1>hi",
            "=cmd|' /C calc'!A0",
            "{{ 7 * 7 }}{% include 'x' %}",
            "\u{202e}gnp.exe\u{2066}\u{1b}[31mred\u{7}\r\n",
            "&lt;b&gt; ' onload='x",
        ];
        for (subject, word) in input.subjects.iter_mut().zip(words.iter().cycle()) {
            subject.title = format!("{} {word}", subject.title);
            subject.owners = vec![(*word).to_owned()];
            subject.key.push_str(word);
            if let Some(issue) = &mut subject.issue {
                issue.url = Some(format!("javascript:alert('{word}')"));
            }
        }
        for (incident, word) in input.incidents.iter_mut().zip(words) {
            incident.name.title = word.to_owned();
            incident.name.path = word.to_owned();
            incident.name.id = Some(word.to_owned());
        }
        input.filters = words.map(str::to_owned).to_vec();
        input.narrowed = true;
    })
}

/// A report of nothing.
fn empty() -> Report {
    made(Language::En, |input| {
        input.incidents.clear();
        input.subjects.clear();
    })
}

/// The sample a hundred times over: what a large team has.
fn large() -> Report {
    made(Language::Ja, |input| {
        let (incidents, subjects) = (input.incidents.clone(), input.subjects.clone());
        for round in 1..=100 {
            let first = input.incidents.len();
            input
                .incidents
                .extend(incidents.iter().cloned().map(|mut incident| {
                    incident.name.id = incident.name.id.map(|id| format!("{id}-{round}"));
                    incident
                }));
            input
                .subjects
                .extend(subjects.iter().cloned().map(|mut subject| {
                    subject.postmortem += first;
                    subject
                }));
        }
    })
}

/// From the documents alone, a day before today: nearly nothing is known.
fn unknown() -> Report {
    made(Language::Ja, |input| {
        input.source = Source::Documents;
        for subject in &mut input.subjects {
            subject.history = History::Unknown;
            subject.due_moves = None;
            subject.issue = None;
        }
    })
}

/// Those pages that `tests/report-page/run` opens in a browser: it names a folder.
#[test]
fn pages_for_a_browser() {
    let Some(folder) = std::env::var_os("PM_SYNC_PAGES") else {
        return;
    };
    for (name, report, language) in [
        ("en", sample(Language::En), Language::En),
        ("ja", sample(Language::Ja), Language::Ja),
        ("hostile", hostile(), Language::En),
        ("empty", empty(), Language::En),
        ("unknown", unknown(), Language::Ja),
        ("large", large(), Language::Ja),
    ] {
        let path = Path::new(&folder).join(format!("{name}.html"));
        std::fs::write(path, page_of(&report, language)).expect("the folder can be written to");
    }
}

/// The tags of a page, without what is in the style sheet.
fn tags(page: &str) -> Vec<&str> {
    let (_, body) = page.split_once("</style>").expect("a style sheet");
    let tags = body.split('<').skip(1);
    tags.map(|tag| tag.split_once('>').expect("a tag that ends").0)
        .collect()
}

#[test]
fn what_people_write_does_no_harm() {
    let page = page_of(&hostile(), Language::En);
    let safe = page_of(&sample(Language::En), Language::En);
    let names = |page: &str| -> std::collections::BTreeSet<String> {
        let name = |tag: &str| {
            let end = tag.find([' ', '\n']).unwrap_or(tag.len());
            tag[..end].to_owned()
        };
        tags(page).into_iter().map(name).collect()
    };
    let more: Vec<_> = names(&page).difference(&names(&safe)).cloned().collect();
    assert_eq!(more, Vec::<String>::new(), "no tag but ours");
    for tag in tags(&page) {
        for word in ["javascript:", "onerror", "onload", "alert"] {
            assert!(!tag.contains(word) || tag.contains("data-"), "{tag}");
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(
        !page.contains(['\u{202e}', '\u{2066}', '\u{1b}', '\u{7}', '\r']),
        "control characters and direction overrides are gone"
    );
    assert!(
        page.contains("{{ 7 * 7 }}"),
        "a template in a title is text"
    );
    assert!(
        page.contains("=cmd|"),
        "what only a spreadsheet minds is left"
    );
}

#[test]
fn the_policy_lets_this_style_in_and_nothing_else() {
    let page = page_of(&sample(Language::Ja), Language::Ja);
    let (_, style) = page.split_once("<style>").expect("a style sheet");
    let (style, _) = style.split_once("</style>").expect("its end");
    let hash = to_base64(&Sha256::digest(style.as_bytes()));
    let policy = format!(
        "content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\""
    )
    .replace('\'', "&#39;");
    assert!(page.contains(&policy), "{policy}\n{}", &page[..900]);
    assert!(page.find("Content-Security-Policy") < page.find("<style>"));
    // One more sheet or an attribute would be refused.
    assert_eq!(page.matches("<style").count(), 1);
    assert!(!tags(&page).iter().any(|tag| tag.contains("style=")));
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn a_page_says_what_it_is() {
    for (language, lang, title) in [
        (Language::En, "en", "Follow-up report: January 2025"),
        (Language::Ja, "ja", "フォローアップレポート: 2025年1月"),
    ] {
        let page = page_of(&sample(language), language);
        assert!(page.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\">\n")));
        assert!(page.contains(&format!("<title>{title}</title>")));
        assert!(page.contains(&format!("<h1>{title}</h1>")));
        assert_eq!(page.matches("<h1").count(), 1);
        // The line by which `-o` knows a report of ours again.
        let mark = "<meta name=\"generator\" content=\"pm-sync report\">";
        assert!(page.lines().take(50).any(|line| line == mark));
        let mut ids: Vec<&str> = page
            .split(" id=\"")
            .skip(1)
            .filter_map(|t| t.split('"').next())
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "every id is there once");
        for link in page
            .split("href=\"#")
            .skip(1)
            .filter_map(|t| t.split('"').next())
        {
            assert!(ids.contains(&link), "#{link} leads somewhere");
        }
    }
}

#[test]
fn every_figure_of_the_page_is_there() {
    for language in [Language::En, Language::Ja] {
        for report in [sample(language), unknown(), empty()] {
            let words = page(&report, language);
            let got = page_of(&report, language);
            for section in &words.sections {
                assert!(got.contains(&section.heading), "{}", section.heading);
                for cell in section.table.rows.iter().flatten() {
                    // The arrow and what it is of are apart; what is in brackets may be.
                    let text = cell.text.trim_start_matches(['▲', '▼', ' ']);
                    let text = text.split([' ', '（', '\'']).next().unwrap_or(text);
                    assert!(got.contains(text), "{}: {}", section.id, cell.text);
                }
            }
        }
    }
}

#[test]
fn a_report_of_nothing_has_no_charts() {
    let nothing = page_of(&empty(), Language::En);
    assert!(
        !nothing.contains("<svg") && !nothing.contains("<nav"),
        "{nothing}"
    );
    let lines = page(&unknown(), Language::Ja).lead;
    assert!(
        !lines.iter().any(|line| line.text.contains("未完了")),
        "nothing is said of what isn't known: {lines:?}"
    );
}

#[test]
fn what_matters_comes_first() {
    let lead = |report: &Report, language| {
        let lines = page(report, language).lead;
        lines
            .into_iter()
            .map(|line| (line.text, line.tone))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lead(&sample(Language::En), Language::En),
        [
            ("4 of 10 open items are overdue, the longest by 98 days (PM-039#3).".into(), Tone::Bad),
            ("The goal for finishing on time was missed for P1 (1 of 4, goal 80%), and met for P0 (83%, goal 80%).".into(), Tone::Bad),
            ("Nothing in this period's postmortems prevents it from happening again (6 mitigate or repair).".into(), Tone::Warn),
        ]
    );
    assert_eq!(
        lead(&sample(Language::Ja), Language::Ja),
        [
            (
                "未完了 10 件のうち 4 件が期限切れです（最長 98 日、PM-039#3）。".into(),
                Tone::Bad
            ),
            (
                "期限内完了の目標は、P1（4 件中 1 件、目標 80%）が未達、P0（83%、目標 80%）は達成です。"
                    .into(),
                Tone::Bad
            ),
            (
                "この期間のポストモーテムには、再発を予防する項目がありません（緩和・修正は 6 件）。"
                    .into(),
                Tone::Warn
            ),
        ]
    );
    // Only these of the sample's items.
    let only = |keep: &[usize]| {
        made(Language::En, |input| {
            let mut at = 0;
            input.subjects.retain(|_| {
                at += 1;
                keep.contains(&(at - 1))
            });
        })
    };
    for (keep, en, ja) in [
        (vec![], "", ""),
        (
            vec![11],
            "Nothing is left open. The goal for finishing on time was met: P0 (1 of 1, goal 80%).",
            "未完了の項目はありません。 期限内完了の目標は達成しました: P0（1 件中 1 件、目標 80%）。",
        ),
        (
            vec![17],
            "The one open item is not overdue.",
            "未完了の 1 件に、期限切れはありません。",
        ),
        (
            vec![2, 17],
            "None of the 2 open items is overdue.",
            "未完了の 2 件に、期限切れはありません。",
        ),
        (
            vec![5],
            "The one open item is overdue, by 98 days (PM-039#3).",
            "未完了 1 件のうち 1 件が期限切れです（最長 98 日、PM-039#3）。",
        ),
        (
            vec![5, 17],
            "1 of 2 open items is overdue, by 98 days (PM-039#3).",
            "未完了 2 件のうち 1 件が期限切れです（最長 98 日、PM-039#3）。",
        ),
        (
            vec![8],
            "The one open item is overdue, by 14 days (PM-040#3). The goal for finishing on time was missed: P1 (0 of 1, goal 80%).",
            "未完了 1 件のうち 1 件が期限切れです（最長 14 日、PM-040#3）。 期限内完了の目標は未達です: P1（1 件中 0 件、目標 80%）。",
        ),
    ] {
        let report = only(&keep);
        // Which kinds the few are of is not the point here.
        let text = |language| {
            let lines = lead(&report, language);
            let lines = lines.into_iter().filter(|(_, tone)| *tone != Tone::Warn);
            lines.map(|(text, _)| text).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(text(Language::En), en, "{keep:?}");
        assert_eq!(text(Language::Ja), ja, "{keep:?}");
    }
    // That there is nothing else is only said where there is nothing else.
    let mut report = sample(Language::En);
    for (prevent, mitigate, other, unstated, says) in [
        (0, 3, 0, 0, Some("only mitigate or repair")),
        (0, 3, 1, 0, Some("(3 mitigate or repair)")),
        (0, 3, 0, 1, Some("(3 mitigate or repair)")),
        (1, 3, 0, 0, None),
        (0, 0, 3, 0, None),
    ] {
        report.prevention = Some(crate::report::model::Prevention {
            items: prevent + mitigate + other + unstated,
            prevent,
            mitigate,
            other,
            unstated,
        });
        let said = lead(&report, Language::En);
        let said = said.iter().find(|(_, tone)| *tone == Tone::Warn);
        match says {
            Some(says) => assert!(
                said.is_some_and(|(text, _)| text.contains(says)),
                "{said:?}"
            ),
            None => assert_eq!(said, None),
        }
    }
}
