//! Waivers as documents write them, and what only looks like one.

use super::*;
use crate::document::Document;
use crate::document::outline::BlockKind;
use crate::document::text::Text;

fn found(text: &str) -> Vec<(String, Option<String>, String)> {
    let vocabulary = Vocabulary::built_in();
    let reference = NaiveDate::from_ymd_opt(2025, 1, 5);
    let clauses = clauses(text, reference, vocabulary);
    let rest = without(text, &clauses, &[]);
    clauses
        .into_iter()
        .map(|c| (c.until.to_string(), c.reason, rest.clone()))
        .collect()
}

#[test]
fn waivers_are_read_with_their_reasons() {
    for (text, until, reason, rest) in [
        (
            "期限延長: 2025-03-01（ベンダー待ち）",
            "2025-03-01",
            Some("ベンダー待ち"),
            "",
        ),
        (
            "期限延長：2025/3/1 (理由: 予算の承認待ち)",
            "2025-03-01",
            Some("予算の承認待ち"),
            "",
        ),
        (
            "期限延長: 2025年3月1日（土）（理由：体制変更）",
            "2025-03-01",
            Some("体制変更"),
            "",
        ),
        ("期限延長: 3/1", "2025-03-01", None, ""),
        (
            "期限延長: 2025-03-01（理由未定）",
            "2025-03-01",
            Some("理由未定"),
            "",
        ),
        ("期限延長: 2025-03-01（未定）", "2025-03-01", None, ""),
        ("期限延長: 2025-03-01（）", "2025-03-01", None, ""),
        (
            "期限延長: 2025-03-01まで ベンダー待ち",
            "2025-03-01",
            Some("ベンダー待ち"),
            "",
        ),
        (
            "2025-03-01まで延長（ベンダー待ち）",
            "2025-03-01",
            Some("ベンダー待ち"),
            "",
        ),
        (
            "2025-01-31 → 2025-03-01に延長",
            "2025-03-01",
            None,
            "2025-01-31 → ",
        ),
        (
            "2025-01-31 期限延長: 2025-03-01（ベンダー待ち）",
            "2025-03-01",
            Some("ベンダー待ち"),
            "2025-01-31 ",
        ),
        (
            "2025-01-31（期限延長: 2025-03-01 ベンダー待ち）",
            "2025-03-01",
            Some("ベンダー待ち"),
            "2025-01-31（）",
        ),
        (
            "Extended to 2025-03-01: waiting for the vendor",
            "2025-03-01",
            Some("waiting for the vendor"),
            "",
        ),
        (
            "extended until March 1, 2025 (budget not approved)",
            "2025-03-01",
            Some("budget not approved"),
            "",
        ),
        (
            "Extended to 1 March 2025 because the vendor is late",
            "2025-03-01",
            Some("the vendor is late"),
            "",
        ),
        ("Extended to 2025-03-01", "2025-03-01", None, ""),
        ("Extended to 2025-03-01: TBD", "2025-03-01", None, ""),
        (
            "Deadline extended to 2025-03-01 - vendor",
            "2025-03-01",
            Some("vendor"),
            "",
        ),
        (
            "2025-01-31, extended to 2025-03-01 (vendor)",
            "2025-03-01",
            Some("vendor"),
            "2025-01-31, ",
        ),
        (
            "Extension: 2025-03-01, reason: vendor",
            "2025-03-01",
            Some("vendor"),
            "",
        ),
        (
            "Postponed until Sept. 1, 2025: freeze",
            "2025-09-01",
            Some("freeze"),
            "",
        ),
    ] {
        assert_eq!(
            found(text),
            [(until.to_owned(), reason.map(str::to_owned), rest.to_owned())],
            "{text}"
        );
    }
}

#[test]
fn only_a_date_beside_the_word_moves_a_deadline() {
    for text in [
        "延長コードを3本用意する",
        "サポート契約を延長する（期限 2025-03-01）",
        "extended to three regions by 2025-03-01",
        "Extended to 2 weeks",
        "browser extension 4.2",
        "期限延長: 未定",
        "期限延長: YYYY-MM-DD（理由）",
        "期限延長: 2025-02-30（理由）",
        "2025-03-01 までに契約を延長する",
        "overextended to 2025-03-01",
        "",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn several_waivers_are_told_apart() {
    for (text, reasons, rest) in [
        (
            "期限延長: 2025-02-01（調達）、期限延長: 2025-03-01（検収）",
            [Some("調達"), Some("検収")],
            "、",
        ),
        (
            "期限延長: 2025-02-01 調達、期限延長: 2025-03-01 検収",
            [Some("調達"), Some("検収")],
            "、",
        ),
        (
            "2025-02-01まで延長 調達；2025-03-01まで延長 検収",
            [Some("調達"), Some("検収")],
            "；",
        ),
        (
            "Extended to 2025-02-01: vendor; extended to 2025-03-01: legal",
            [Some("vendor"), Some("legal")],
            "; ",
        ),
        (
            "Extended to 2025-02-01: vendor\nextended to 2025-03-01",
            [Some("vendor"), None],
            "\n",
        ),
        (
            "Extended to 2025-02-01; extended to 2025-03-01: legal",
            [None, Some("legal")],
            "; ",
        ),
        (
            "2025-01-10 (extended to 2025-02-01: vendor; extended to 2025-03-01: legal)",
            [Some("vendor"), Some("legal")],
            "2025-01-10 (; )",
        ),
    ] {
        let expected: Vec<_> = ["2025-02-01", "2025-03-01"]
            .iter()
            .zip(reasons)
            .map(|(until, reason)| {
                (
                    (*until).to_owned(),
                    reason.map(str::to_owned),
                    rest.to_owned(),
                )
            })
            .collect();
        assert_eq!(found(text), expected, "{text}");
    }
    // What a reason says of other dates is its own.
    let one = found("Extended to 2025-03-01: the vendor extended to 2025-02-20");
    assert_eq!(one.len(), 1, "{one:?}");
}

#[test]
fn an_extension_to_no_day_is_seen() {
    for (text, in_due, in_details) in [
        ("Extended by 2 weeks", &["Extended by 2 weeks"][..], true),
        (
            "Extended to 2 weeks: vendor",
            &["Extended to 2 weeks: vendor"],
            true,
        ),
        (
            "2025-01-10, extended by 2 weeks",
            &["extended by 2 weeks"],
            false,
        ),
        (
            "2025-01-10 (extended by 2 weeks)",
            &["extended by 2 weeks"],
            false,
        ),
        ("Extension: 2025-02-30", &["Extension: 2025-02-30"], true),
        (
            "Postponed until next month",
            &["Postponed until next month"],
            true,
        ),
        (
            "期限延長: 2週間（業者待ち）",
            &["期限延長: 2週間（業者待ち）"],
            true,
        ),
        ("期限延長: 2月30日", &["期限延長: 2月30日"], true),
        ("期限延長：来月末", &["期限延長：来月末"], true),
        ("2025-01-10（2週間延長）", &["2週間延長"], false),
        ("2025-01-10（1か月の延長）", &["1か月の延長"], false),
        (
            "See the notes\nExtended by 2 weeks",
            &["Extended by 2 weeks"],
            true,
        ),
        (
            "extended to 2025-02-01: vendor; extended by 2 weeks",
            &["extended by 2 weeks"],
            false,
        ),
        // A day, a reason, a thing: nothing is amiss.
        ("Extended to 2025-03-01: vendor", &[], false),
        ("2025-01-10（延長）", &[], false),
        ("2025-03-01（期限延長: 業者待ち）", &[], false),
        ("2025-01-10, extended: vendor late", &[], false),
        ("期限延長: 未定", &[], false),
        ("期限延長: YYYY-MM-DD（理由）", &[], false),
        ("Extended to three regions", &[], false),
        ("Extended to 3 regions", &[], false),
        ("延長コードを3本用意する", &[], false),
        ("browser extension 4.2", &[], false),
    ] {
        let vocabulary = Vocabulary::built_in();
        let clauses = clauses(text, NaiveDate::from_ymd_opt(2025, 1, 5), vocabulary);
        let found = |place| -> Vec<&str> {
            let ranges = vague(text, &clauses, place, vocabulary);
            ranges.into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(found(Place::Due), in_due, "{text}");
        let details = if in_details { in_due } else { &[] };
        assert_eq!(found(Place::Details), details, "{text}");
    }
}

/// The first line of a document as a cell would hold it.
fn cell(text: &str) -> Option<Text> {
    let document = Document::parse(text);
    document.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Paragraph(lines) => lines.first().cloned(),
        _ => None,
    })
}

proptest::proptest! {
    /// Whatever stands there, clauses are in order, apart, and cut at characters.
    #[test]
    fn any_text_is_read(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "期限延長", "延長", "extended to ", "Extension: ", "2025-03-01", "2025年3月1日", "3/1", "Mar", "1,", " ",
                "（", "）", "(", ")", "理由", "reason:", "まで", "に", "〜", "é", "１", "-", ".", "th", "Sept.", "because ", "\u{200b}", "①",
                "期限を", "変更", "moved to ", "Deadline ", "was ", "now ", "旧", "→", "->", "末", "1週間", "から", "\n", "(土)",
            ]),
            0..14,
        ),
    ) {
        let text = parts.concat();
        let vocabulary = Vocabulary::built_in();
        let clauses = clauses(&text, NaiveDate::from_ymd_opt(2025, 1, 5), vocabulary);
        let mut end = 0;
        for clause in &clauses {
            assert!(end <= clause.range.start && clause.range.end <= text.len(), "{text:?}");
            assert!(text.get(clause.range.clone()).is_some(), "{text:?}");
            end = clause.range.end;
        }
        let vague = vague(&text, &clauses, Place::Due, vocabulary);
        for range in &vague {
            assert!(text.get(range.clone()).is_some(), "{text:?}");
        }
        without(&text, &clauses, &vague);
        begins(&text, vocabulary);
        is_day(&text);
        if let Some(cell) = cell(&text) {
            moves(&cell, NaiveDate::from_ymd_opt(2025, 1, 5), vocabulary);
        }
        for at in 0..text.len() {
            if text.is_char_boundary(at) {
                is_foreign(&text, at);
            }
        }
        bare(&text, None, vocabulary);
    }
}
