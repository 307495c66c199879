//! The course of an incident and its reviews, as documents write them.

use super::*;

fn shown(moment: Option<Moment>) -> String {
    match moment {
        None => String::new(),
        Some(Moment {
            date, time: None, ..
        }) => date.to_string(),
        Some(Moment {
            date,
            time: Some(time),
            ..
        }) => format!("{date} {}", time.format("%H:%M")),
    }
}

fn read(text: &str) -> crate::item::Postmortem {
    crate::item::read(
        &Document::parse(text),
        "PM-1.md",
        "PM-",
        Vocabulary::built_in(),
    )
}

#[test]
fn the_course_of_an_incident_is_read() {
    for (text, occurred, detected, recovered) in [
        (
            "**日時**: 2025-01-10 09:00 - 10:30\n",
            "2025-01-10 09:00",
            "",
            "2025-01-10 10:30",
        ),
        (
            "**日時**: 2025年1月10日 23時40分〜1時05分\n",
            "2025-01-10 23:40",
            "",
            "2025-01-11 01:05",
        ),
        (
            "- **発生日時**: 2025-01-10 23:00 JST\n- **検知**: 23:20\n- **復旧**: 01:30 JST\n",
            "2025-01-10 23:00",
            "2025-01-10 23:20",
            "2025-01-11 01:30",
        ),
        (
            "**発生日時**: 2025-01-10 23:00 〜 2025-01-12 01:30\n",
            "2025-01-10 23:00",
            "",
            "2025-01-12 01:30",
        ),
        (
            "**Started**: January 10, 2025 2:20 PM\n\n**Detected**: 2:35 PM\n\n**Resolved**: January 11, 2025\n",
            "2025-01-10 14:20",
            "2025-01-10 14:35",
            "2025-01-11",
        ),
        (
            "| Field | Value |\n|---|---|\n| Date | 2025-01-10 |\n| Recovered | 2025-01-10 12:00 UTC |\n",
            "2025-01-10",
            "",
            "2025-01-10 12:00",
        ),
        ("**日時**: YYYY-MM-DD HH:MM\n", "", "", ""),
        ("**Resolved**: 25:99\n", "", "", ""),
        ("", "", "", ""),
    ] {
        let times = read(&format!("# Postmortem: PM-1 x\n\n{text}")).times;
        assert_eq!(
            (
                shown(times.occurred).as_str(),
                shown(times.detected).as_str(),
                shown(times.recovered).as_str()
            ),
            (occurred, detected, recovered),
            "{text}"
        );
    }
}

/// What is told of the course of an incident: its three moments with their zones, and the minutes from the first to the last.
fn course(text: &str) -> (String, String, String, Option<i64>, bool) {
    let times = read(&format!("# Postmortem: PM-1 x\n\n{text}")).times;
    let told = |moment: Option<Moment>| {
        let zone = moment.and_then(|m| m.zone).map(|z| format!(" {z}"));
        shown(moment) + &zone.unwrap_or_default()
    };
    let minutes = times
        .occurred
        .zip(times.recovered)
        .and_then(|(began, over)| over.since(began))
        .map(|length| length.num_minutes());
    (
        told(times.occurred),
        told(times.detected),
        told(times.recovered),
        minutes,
        times.reversed,
    )
}

#[test]
fn what_goes_on_has_no_end() {
    for end in [
        "Resolved: ongoing",
        "Resolved: not yet",
        "Resolved: unresolved",
        "Resolved: investigating",
        "Resolved: to be confirmed",
        "Resolved: -",
        "Resolved: N/A",
        "Resolved: expected 2025-01-18 12:00",
        "Resolved: 2025-01-18 13:10 (partial)",
        "復旧日時: 対応中",
        "復旧日時: 未復旧",
        "復旧日時: 復旧していない",
        "復旧日時: 継続中",
        "復旧日時: 調査中（2025-01-18 12:00 現在）",
        "復旧日時: 2025-01-18 12:00 予定",
    ] {
        let (began, _, over, minutes, reversed) = course(&format!(
            "**Started**: 2025-01-18 10:00\n\n**{}\n",
            end.replacen(':', "**:", 1)
        ));
        assert_eq!(
            (began.as_str(), over.as_str(), minutes, reversed),
            ("2025-01-18 10:00", "", None, false),
            "{end}"
        );
    }
}

#[test]
fn times_are_told_only_where_they_are_plain() {
    for (text, began, noticed, over, minutes) in [
        (
            "- 発生日時: 2025年1月18日 午後11時50分\n- 復旧日時: 翌日 午前0時30分\n",
            "2025-01-18 23:50",
            "",
            "2025-01-19 00:30",
            Some(40),
        ),
        (
            "- 発生日時: 2025年1月18日 午後11時50分\n- 復旧日時: 2025年1月19日 午前0時30分\n",
            "2025-01-18 23:50",
            "",
            "2025-01-19 00:30",
            Some(40),
        ),
        (
            "- 発生日時: ２０２５年１月１８日 ２３：５０\n- 復旧日時: 24:10\n",
            "2025-01-18 23:50",
            "",
            "2025-01-19 00:10",
            Some(20),
        ),
        (
            "- 発生日時: 2025-01-18 23:50\n- 復旧日時: 25時\n",
            "2025-01-18 23:50",
            "",
            "2025-01-19 01:00",
            Some(70),
        ),
        (
            "- 発生日時: 2025-01-18 10:00\n- 復旧日時: 翌朝 9:00\n",
            "2025-01-18 10:00",
            "",
            "2025-01-19 09:00",
            Some(1380),
        ),
        (
            "- Started: 2025-01-18 11:50 PM\n- Resolved: 12:30 AM the next day\n",
            "2025-01-18 23:50",
            "",
            "2025-01-19 00:30",
            Some(40),
        ),
        (
            "- Started: 2025-01-18 11:50 PM\n- Resolved: 10:30\n",
            "2025-01-18 23:50",
            "",
            "",
            None,
        ),
        (
            "発生期間: 2025年1月18日 23:50 〜 翌日 0:30\n",
            "2025-01-18 23:50",
            "",
            "2025-01-19 00:30",
            Some(40),
        ),
        (
            "発生期間: 2025年1月18日 23:50 〜 1月19日 0:30\n",
            "2025-01-18 23:50",
            "",
            "2025-01-19 00:30",
            Some(40),
        ),
        // Time zones.
        (
            "- Started: 2025-01-20 17:00 EST\n- Resolved: 2025-01-20 23:30 UTC\n",
            "2025-01-20 17:00 EST",
            "",
            "2025-01-20 23:30 UTC",
            Some(90),
        ),
        (
            "日時: 2025-01-20 10:00（UTC）〜20:00（JST）\n",
            "2025-01-20 10:00 UTC",
            "",
            "2025-01-20 20:00 JST",
            Some(60),
        ),
        (
            "- Started: 2025-01-20T16:30:00Z\n- Resolved: 2025-01-20T12:30:00-05:00\n",
            "2025-01-20 16:30 UTC",
            "",
            "2025-01-20 12:30 UTC-05:00",
            Some(60),
        ),
        (
            "- Started: 2025-01-20 10:00 IST\n- Resolved: 2025-01-20 23:30 UTC\n",
            "2025-01-20 10:00 IST",
            "",
            "2025-01-20 23:30 UTC",
            None,
        ),
        (
            "- 日時: 2025-01-20 14:20 JST (05:20 UTC)\n",
            "2025-01-20 14:20 JST",
            "",
            "",
            None,
        ),
        (
            "- Started: 2025-01-20 05:20 UTC / 14:20 JST\n- Resolved: 06:20\n",
            "2025-01-20 05:20 UTC",
            "",
            "2025-01-20 06:20 UTC",
            Some(60),
        ),
        // A day that stands elsewhere.
        (
            "**Date**: 2025-01-20\n**Start time**: 09:40\n**Detection time**: 09:58\n**End time**: 10:30\n",
            "2025-01-20 09:40",
            "2025-01-20 09:58",
            "2025-01-20 10:30",
            Some(50),
        ),
        (
            "**Date**: 2025-01-20\n**Start time**: 23:40\n**Detection time**: 23:58\n**End time**: 00:30\n",
            "2025-01-20 23:40",
            "2025-01-20 23:58",
            "2025-01-21 00:30",
            Some(50),
        ),
        (
            "日付: 2025-01-20\n開始時刻: 23:40\n検知時刻: 23:58\n終了時刻: 00:30\n",
            "2025-01-20 23:40",
            "2025-01-20 23:58",
            "2025-01-21 00:30",
            Some(50),
        ),
        (
            "発生日: 2025-01-20\n発生時刻: 9:40\n復旧時刻: 10:30\n",
            "2025-01-20 09:40",
            "",
            "2025-01-20 10:30",
            Some(50),
        ),
        (
            "**Date**: January 20, 2025\n**Started**: 11:50 PM\n",
            "2025-01-20 23:50",
            "",
            "",
            None,
        ),
        (
            "**Date**: 2025-01-20\n**Time**: 10:00 - 11:30 UTC\n",
            "2025-01-20 10:00 UTC",
            "",
            "2025-01-20 11:30 UTC",
            Some(90),
        ),
        ("**Date**: 2025-01-20\n", "2025-01-20", "", "", None),
        ("**日付**: 2025-01-20\n", "2025-01-20", "", "", None),
        ("**作成日**: 2025-01-20\n", "", "", "", None),
        (
            "**Written**: 2025-01-20\n**Started**: 09:40\n",
            "",
            "",
            "",
            None,
        ),
        // Several ends.
        (
            "- Started: 2025-01-18 10:00\n- Resolved: 2025-01-18 13:10 (partial), 2025-01-19 09:00 (full)\n",
            "2025-01-18 10:00",
            "",
            "2025-01-19 09:00",
            Some(1380),
        ),
        (
            "- Started: 2025-01-18 10:00\n- Resolved: 2025-01-18 13:10, then 15:00\n",
            "2025-01-18 10:00",
            "",
            "",
            None,
        ),
        (
            "- Started: 2025-01-18 10:00\n- Resolved: 2025-01-18\n",
            "2025-01-18 10:00",
            "",
            "2025-01-18",
            None,
        ),
    ] {
        let (a, b, c, length, reversed) = course(text);
        assert_eq!(
            (a.as_str(), b.as_str(), c.as_str(), length, reversed),
            (began, noticed, over, minutes, false),
            "{text}"
        );
    }
}

#[test]
fn an_end_before_the_beginning_is_told_with_its_line() {
    for text in [
        "Started: 2025-01-18 10:00\nResolved: 2025-01-17 11:00\n",
        "Started: 2025-01-18 10:00\nResolved: 09:40\n",
        "Started: 2025-01-18 10:00 EST\nResolved: 2025-01-18 11:00 UTC\n",
    ] {
        let read = read(&format!("# Postmortem: PM-1 x\n\n{text}"));
        assert_eq!(read.times.recovered, None, "{text}");
        let told: Vec<_> = read
            .problems
            .iter()
            .map(|p| (p.kind.code(), p.line))
            .collect();
        assert_eq!(told, [("end-before-start", 4)], "{text}");
    }
    let span = course("日時: 2025-01-18 10:00 〜 09:40\n");
    assert_eq!((span.2.as_str(), span.4), ("", true));
}

#[test]
fn reviews_are_read_in_both_languages() {
    for (text, title, date, held) in [
        (
            "### 2週間後レビュー（2025-01-24）\n- [ ] 完了確認\n",
            "2週間後レビュー",
            "2025-01-24",
            false,
        ),
        (
            "### 2週間後レビュー（2025-01-24）\n- [x] 完了確認\n",
            "2週間後レビュー",
            "2025-01-24",
            true,
        ),
        (
            "### 1ヶ月後レビュー\n",
            "1ヶ月後レビュー",
            "2025-02-10",
            false,
        ),
        (
            "### ✅ フォローアップレビュー: 2025年1月24日\n",
            "フォローアップレビュー",
            "2025-01-24",
            true,
        ),
        (
            "- **次回レビュー**: 2025-01-24 14:00\n",
            "次回レビュー",
            "2025-01-24",
            false,
        ),
        (
            "| 項目 | 値 |\n|---|---|\n| 次回レビュー日 | 2025-01-24 |\n",
            "次回レビュー日",
            "2025-01-24",
            false,
        ),
        (
            "Follow-up review: 2025-01-24\n",
            "Follow-up review",
            "2025-01-24",
            false,
        ),
        (
            "## Follow-up review (January 24, 2025)\n",
            "Follow-up review",
            "2025-01-24",
            false,
        ),
        (
            "## Follow-up review 2025-01-24\n",
            "Follow-up review",
            "2025-01-24",
            false,
        ),
        (
            "- [x] Follow-up review: 2025-01-24\n",
            "Follow-up review",
            "2025-01-24",
            true,
        ),
        (
            "- Next review: 2025-01-24 (done)\n",
            "Next review",
            "2025-01-24",
            true,
        ),
        ("### 30-day review\n", "30-day review", "2025-02-09", false),
        (
            "### Two-week follow-up review — 2025-01-24\n",
            "Two-week follow-up review",
            "2025-01-24",
            false,
        ),
    ] {
        let reviews = read(&format!(
            "# Postmortem: PM-1 x\n\n**Date**: 2025-01-10\n\n{text}"
        ))
        .reviews;
        let found: Vec<_> = reviews
            .iter()
            .map(|r| (r.title.as_str(), r.date.to_string(), r.held))
            .collect();
        assert_eq!(found, [(title, date.to_owned(), held)], "{text}");
    }
}

#[test]
fn a_heading_is_a_review_by_its_section_too() {
    for (text, title, date) in [
        (
            "## フォローアップ\n\n### 第1回レビュー（2025-01-19）\n",
            "第1回レビュー",
            "2025-01-19",
        ),
        (
            "## 🔄 フォローアップ / Follow-up\n\n### 第2回レビュー（2025-02-01）\n",
            "第2回レビュー",
            "2025-02-01",
        ),
        (
            "## Follow-up\n\n### Review (2025-01-19)\n",
            "Review",
            "2025-01-19",
        ),
        (
            "## Follow-up\n\n### Review: 2025-01-19\n",
            "Review",
            "2025-01-19",
        ),
        (
            "## Follow-up\n\n### First review (January 19, 2025)\n",
            "First review",
            "2025-01-19",
        ),
        (
            "## フォローアップ\n\n### 1回目のレビュー（2025-01-19）\n",
            "1回目のレビュー",
            "2025-01-19",
        ),
        (
            "## フォローアップ\n\n### 1回目のレビュー（1/19）\n",
            "1回目のレビュー",
            "2025-01-19",
        ),
        (
            "## フォローアップ\n\n### レビュー 2025/1/19\n",
            "レビュー",
            "2025-01-19",
        ),
        (
            "## フォローアップ\n\n### 振り返り（2025年1月19日）\n",
            "振り返り",
            "2025-01-19",
        ),
        // It says so itself, wherever it stands.
        (
            "### 第1回フォローアップレビュー（2025-01-19）\n",
            "第1回フォローアップレビュー",
            "2025-01-19",
        ),
        (
            "### 2回目のフォローアップレビュー: 2025-01-19\n",
            "2回目のフォローアップレビュー",
            "2025-01-19",
        ),
        (
            "### Second follow-up review (2025-01-19)\n",
            "Second follow-up review",
            "2025-01-19",
        ),
        (
            "## フォローアップレビュー（1月19日）\n",
            "フォローアップレビュー",
            "2025-01-19",
        ),
        ("### 二週間後レビュー\n", "二週間後レビュー", "2025-01-24"),
        (
            "## フォローアップレビュー\n\n### 2025-01-19\n",
            "フォローアップレビュー",
            "2025-01-19",
        ),
        (
            "## Follow-up reviews\n\n### 2025-01-19\n",
            "Follow-up reviews",
            "2025-01-19",
        ),
    ] {
        let reviews = read(&format!(
            "# Postmortem: PM-1 x\n\n**Date**: 2025-01-10\n\n{text}"
        ))
        .reviews;
        let found: Vec<_> = reviews
            .iter()
            .map(|r| (r.title.as_str(), r.date.to_string()))
            .collect();
        assert_eq!(found, [(title, date.to_owned())], "{text}");
    }
}

#[test]
fn what_is_no_follow_up_review_is_left_alone() {
    for text in [
        "### ポストモーテムレビュー会議 / Postmortem Review Meeting\n**日時**: 2025-01-12\n",
        "### 2週間後レビュー（YYYY-MM-DD）\n",
        "Follow-up review: TBD\n",
        "レビュー履歴: 2025-01-12\n",
        "- コードレビューの改善: 2025-01-12\n",
        "2週間後に復旧した（2025-01-24）\n",
        "### Code review (2025-01-12)\n",
        "### Design review: 2025-01-12\n",
        "### レビュー（2025-01-12）\n",
        "## Follow-up\n\n### Code review (2025-01-12)\n",
        "## フォローアップ\n\n### 設計レビュー（2025-01-12）\n",
        "## フォローアップ\n\n### 2025-01-12\n",
        "## フォローアップ\n\n### 手順書の更新（2025-01-12）\n",
        "## フォローアップ\n\n### レビュー（未定）\n",
        "## Timeline\n\n### 2025-01-12\n",
        "## Follow-up actions\n\n### Review of the alerts (2025-01-12)\n",
        "```\nFollow-up review: 2025-01-24\n```\n",
    ] {
        let reviews = read(&format!(
            "# Postmortem: PM-1 x\n\n**Date**: 2025-01-10\n\n{text}"
        ))
        .reviews;
        assert_eq!(reviews, [], "{text}");
    }
}

proptest::proptest! {
    /// Whatever stands there, reading it comes to an end, and an end is not before its beginning.
    #[test]
    fn any_text_is_read(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "2025-01-10", "2025年1月10日", "9999-12-31", "23:59", "00:01", "25:61", "14時", "20分", "2:20 PM", "12 am", " - ", "〜", "~", " to ",
                "2週間後レビュー", "Follow-up review", "30-day review", "（", "）", ": ", "：", "3. ", "é", "１", "後", "レビュー", "review", " ",
            ]),
            0..10,
        ),
    ) {
        let text = parts.concat();
        let date = NaiveDate::from_ymd_opt(2025, 1, 10);
        let said = || vec![text.as_str()];
        let times = times(&Said {
            occurred: said(),
            detected: said(),
            recovered: said(),
            dated: said(),
            day: date,
            named: date,
        });
        if let (Some(begin), Some(end)) = (times.occurred, times.recovered)
            && first_date(&text).is_none()
            && let (Some(begin), Some(end)) = (begin.instant(), end.instant())
        {
            assert!(begin <= end, "{text:?}");
        }
        review(&text, date, Vocabulary::built_in());
        heads_review(&text, Vocabulary::built_in());
    }
}
