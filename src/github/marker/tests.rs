use serde_json::json;

use super::*;
use crate::github::body::{BEGIN, END};

fn marker(title: &str) -> Marker {
    Marker {
        v: VERSION,
        doc: "PM-042".to_owned(),
        key: "3".to_owned(),
        saw: Saw {
            doc: SawDocument {
                title: title.to_owned(),
                owners: vec!["@alice".to_owned()],
                due: NaiveDate::from_ymd_opt(2025, 1, 10),
                ..SawDocument::default()
            },
            ..Saw::default()
        },
        due_moves: Vec::new(),
        closed_from: Vec::new(),
        rest: Map::new(),
    }
}

fn body(lines: &[&str]) -> String {
    format!("{BEGIN}\n{}\n**期限**: x\n{END}\n", lines.join("\n"))
}

#[test]
fn a_marker_is_read_as_it_was_written() {
    for title in [
        "メモリアラートの設定",
        "--> <!-- pm-sync:end --> --",
        "a\n-->\nb\u{2028}c\u{85}d\r",
        "@alice \"quoted\" \\ \u{0} 🎉",
        "-",
        "",
    ] {
        let marker = marker(title);
        let line = marker.to_line();
        let json = &line[START.len()..line.len() - 3];
        assert!(
            line.ends_with(" -->") && !json.contains(['<', '>', '@']),
            "{line}"
        );
        assert!(!json.contains("--"), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        for text in [body(&[&line]), body(&[&line]).replace('\n', "\r\n")] {
            assert_eq!(
                parse(&text),
                MarkerReading::One(Box::new(marker.clone())),
                "{line}"
            );
        }
    }
}

#[test]
fn only_one_readable_marker_inside_the_region_counts() {
    let one = marker("x").to_line();
    let future = one.replace("\"v\":1", "\"v\":2");
    let cut = one.replace("\"key\"", "key");
    let unfinished = one.replace(" -->", "");
    for (text, expected) in [
        (String::new(), "none"),
        (body(&[]), "none"),
        (one.clone(), "none"),
        (format!("{one}\n{}", body(&[])), "none"),
        (format!("{}\n{one}", body(&[])), "none"),
        (format!("{one}\n{}", body(&[&one])), "one"),
        (body(&["people's", &one]), "one"),
        (body(&[&one, &one]), "several"),
        (body(&[&one, &future]), "several"),
        (body(&[&future]), "unreadable"),
        (body(&[&cut]), "unreadable"),
        (body(&[&unfinished]), "unreadable"),
        (body(&["<!-- pm-sync:item -->"]), "unreadable"),
        (body(&["<!-- pm-sync:item [] -->"]), "unreadable"),
        (body(&["<!-- pm-sync:item {\"v\":1} -->"]), "unreadable"),
        (format!("{BEGIN}\n{one}\n"), "unreadable"),
        (format!("{one}\n{END}"), "unreadable"),
        (format!("{}{}", body(&[&one]), body(&[&one])), "several"),
        (format!("{BEGIN}\n{BEGIN}\n{END}"), "none"),
    ] {
        let got = match parse(&text) {
            MarkerReading::None => "none",
            MarkerReading::Unreadable => "unreadable",
            MarkerReading::One(_) => "one",
            MarkerReading::Several => "several",
        };
        assert_eq!(got, expected, "{text}");
    }
}

#[test]
fn what_a_later_program_added_is_written_back() {
    let value = json!({
        "v": 1, "doc": "PM-1", "key": "1", "new": [1],
        "saw": {"doc": {"title": "t", "due": null, "more": {"a": 1}}, "issue": {"title": "", "labels": {}, "body": {"x": "y"}, "z": 2}, "w": 3},
    });
    let line = format!("{START} {value} -->");
    let MarkerReading::One(marker) = parse(&body(&[&line])) else {
        panic!("{line}");
    };
    let written = marker.to_line();
    for kept in [
        "\"new\":[1]",
        "\"more\":{\"a\":1}",
        "\"z\":2",
        "\"w\":3",
        "\"x\":\"y\"",
    ] {
        assert!(written.contains(kept), "{kept} in {written}");
    }
}

#[test]
fn the_history_of_a_due_date_stays_small_and_whole() {
    let mut marker = marker("x");
    let day = |n: i64| NaiveDate::from_ymd_opt(2025, 1, 1).map(|d| d + chrono::TimeDelta::days(n));
    for n in 0..300 {
        let on = day(n).expect("a date of 2025");
        marker.push_due_move(DueMove {
            from: day(n),
            to: day(n + 1),
            on,
        });
    }
    assert_eq!(marker.due_moves.len(), MAX_DUE_MOVES);
    assert_eq!(marker.due_moves[0].from, day(0));
    for pair in marker.due_moves.windows(2) {
        assert_eq!(pair[0].to, pair[1].from);
    }
    assert_eq!(marker.due_moves[MAX_DUE_MOVES - 1].to, day(300));
}

#[test]
fn fingerprints_tell_texts_apart() {
    assert_eq!(
        fingerprint(""),
        "e3b0c44298fc",
        "SHA-256 of nothing, as everybody knows it"
    );
    assert_eq!(fingerprint_list([]), "");
    let lists: [&[&str]; 5] = [&[""], &["ab"], &["a", "b"], &["", "ab"], &["b", "a"]];
    let all: std::collections::BTreeSet<String> = lists
        .iter()
        .map(|list| fingerprint_list(list.iter().copied()))
        .collect();
    assert_eq!(all.len(), lists.len());
    let (a, b) = ("あ".repeat(5000), format!("{}い", "あ".repeat(4999)));
    assert!(brief(&a) != brief(&b) && brief(&a).chars().count() < 1100);
    assert_eq!(brief("短い"), "短い");
    let many: Vec<String> = (0..1000).map(|n| format!("owner {n}")).collect();
    assert_eq!(brief_list(&many).len(), 1);
    assert_eq!(brief_list(&many[..3]), many[..3]);
}
