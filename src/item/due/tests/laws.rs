//! What holds for any text and any date.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use super::super::{Due, horizon, read};

/// Any text made of what due dates are made of, which reaches deeper than random characters do.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("2025"),
        Just("9999"),
        Just("999"),
        Just("31"),
        Just("1"),
        Just("0"),
        Just("年"),
        Just("月"),
        Just("日"),
        Just("週間"),
        Just("以内"),
        Just("後"),
        Just("-"),
        Just("/"),
        Just("."),
        Just(" "),
        Just("〜"),
        Just("→"),
        Just("("),
        Just(")"),
        Just(","),
        Just(":"),
        Just("Q"),
        Just("H"),
        Just("R"),
        Just("Jan"),
        Just("next"),
        Just("end of"),
        Just("week"),
        Just("months"),
        Just("years"),
        Just("Friday"),
        Just("of"),
        Just("from"),
        Just("から"),
        Just("年度"),
        Just("今週"),
        Just("来月"),
        Just("来年"),
        Just("末"),
        Just("毎"),
        Just("ごと"),
        Just("TBD"),
        Just("~~"),
        Just("十"),
        Just("二"),
        Just("'25"),
        Just("x"),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// Every date of the years that four digits write, the first and the last that chrono has, and none.
fn references() -> impl Strategy<Value = Option<NaiveDate>> {
    prop_oneof![
        Just(None),
        Just(Some(NaiveDate::MIN)),
        Just(Some(NaiveDate::MAX)),
        dates().prop_map(Some),
    ]
}

fn dates() -> impl Strategy<Value = NaiveDate> {
    // 1000-01-01 to 9999-12-31, in days from the common era.
    (364_878_i32..=3_652_059)
        .prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).expect("within chrono's range"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), reference in references()) {
        let _ = (read(&text, reference), horizon(&text, reference));
    }

    #[test]
    fn any_pieces_are_read_without_panic(text in pieces(), reference in references()) {
        let _ = (read(&text, reference), horizon(&text, reference));
    }

    #[test]
    fn every_date_is_read_back(date in dates(), reference in references()) {
        for format in [
            "%Y-%m-%d", "%Y/%m/%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y年%-m月%-d日", "%Y年%m月%d日(%a)", "%d %b %Y", "%-d %B %Y", "%B %-d, %Y", "%b %d %Y",
            "%a, %d %b %Y", "%d-%b-%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S", "by %Y-%m-%d", "〜%Y/%m/%d", "**%Y-%m-%d**まで",
        ] {
            let text = date.and_hms_opt(18, 5, 0).expect("a time").format(format).to_string();
            prop_assert_eq!(read(&text, reference), Due::On { date, relative: false }, "{}", text);
        }
    }

    #[test]
    fn every_wareki_date_is_read_back(days in 0_i32..36_000) {
        // From 2019-05-01 on, for as long as two digits of 令和 last.
        let date = NaiveDate::from_num_days_from_ce_opt(737_180 + days).expect("within chrono's range");
        let year = date.year() - 2018;
        for text in [date.format(&format!("令和{year}年%-m月%-d日")).to_string(), date.format(&format!("R{year}.%-m.%-d")).to_string()] {
            prop_assert_eq!(read(&text, None), Due::On { date, relative: false }, "{}", text);
        }
    }

    #[test]
    fn a_missing_year_is_never_half_a_year_away(date in dates(), reference in dates()) {
        if let Due::On { date: found, .. } = read(&date.format("%m/%d").to_string(), Some(reference)) {
            prop_assert_eq!((found.month(), found.day()), (date.month(), date.day()));
            prop_assert!((found - reference).num_days().abs() <= 183);
        } else {
            prop_assert_eq!((date.month(), date.day()), (2, 29));
        }
    }
}
