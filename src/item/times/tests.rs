//! The course of an incident and its reviews, as documents write them.

use super::*;

fn shown(moment: Option<Moment>) -> String {
    match moment {
        None => String::new(),
        Some(Moment { date, time: None }) => date.to_string(),
        Some(Moment {
            date,
            time: Some(time),
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
            "",
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
        let times = times(Some(&text), Some(&text), Some(&text), date);
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
