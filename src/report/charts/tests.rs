//! What the charts hold, read from their SVG.

use super::*;
use crate::report::period::Span;

const CAPTION: Caption<'_> = Caption {
    title: "A & B",
    description: "What <b>it</b> shows",
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn bucket(since: &str, created: Option<usize>, done: usize, dropped: usize) -> Bucket {
    Bucket {
        span: Span {
            since: day(since),
            until: day(since),
        },
        created,
        done: Some(done),
        dropped: Some(dropped),
        open: Some(1),
    }
}

/// Whether the SVG names a colour.
fn has(svg: &str, tint: Tint) -> bool {
    svg.contains(tint.light)
}

/// The relative luminance of a colour, as WCAG 2 defines it.
fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let value = u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn what_is_drawn_can_be_seen_in_both_schemes() {
    for tint in TINTS {
        // Text needs 4.5 : 1, a shape 3 : 1; a grid and the ground of a bar say nothing.
        let least = match tint {
            INK | MARK => 4.5,
            GRID | BAND => 1.0,
            _ => 3.0,
        };
        for (color, paper) in [(tint.light, "#FDFDFC"), (tint.dark, "#15171A")] {
            let got = contrast(color, paper);
            assert!(got >= least, "{} {color}: {got:.2} of {least}", tint.name);
        }
        let again = color(tint).hex();
        assert_eq!(tint.light, again, "as the crate writes it");
        let same = TINTS.iter().filter(|other| other.light == tint.light);
        assert_eq!(same.count(), 1, "{} is found by its value", tint.name);
    }
}

#[test]
fn every_chart_has_a_name_and_a_description_and_no_style_of_its_own() {
    let row = row("PM-001", "1", Some("2025-02-10"));
    let on_time = on_time_row(3, 4);
    let pictures = [
        flow(
            &[bucket("2025-01-01", Some(1), 2, 1)],
            ["c", "d", "x"],
            CAPTION,
        ),
        ageing(&late(1), ["a"; 6], CAPTION),
        super::on_time(&[("P0".into(), &on_time)], CAPTION),
        due(&[&row], day("2025-01-31"), CAPTION),
    ];
    for picture in pictures {
        let Picture { wide, narrow } = picture.expect("something to draw");
        for svg in narrow.iter().chain([&wide]) {
            assert!(svg.contains("role=\"img\""), "{svg}");
            assert!(svg.contains("<title>A &amp; B</title>"), "{svg}");
            assert!(
                svg.contains("<desc>What &lt;b&gt;it&lt;/b&gt; shows</desc>"),
                "{svg}"
            );
            for refused in ["style", "NaN", "inf", " id=", "href", "<script"] {
                assert!(!svg.contains(refused), "{refused}: {svg}");
            }
        }
    }
}

fn late(days_1_7: usize) -> Ageing {
    Ageing {
        days_1_7,
        ..Ageing::default()
    }
}

fn on_time_row(part: usize, whole: usize) -> OnTime {
    OnTime {
        priority: None,
        now: Some(Rate { part, whole }),
        before: None,
        goal: Some(80),
        met: Some(part * 100 >= whole * 80),
    }
}

fn row(postmortem: &str, key: &str, due: Option<&str>) -> Row {
    Row {
        postmortem: Some(postmortem.to_owned()),
        path: "a.md".into(),
        key: key.to_owned(),
        title: "Alert".into(),
        owners: Vec::new(),
        kind: None,
        priority: None,
        state: crate::report::model::State::Open,
        status: None,
        due: due.map(day),
        days_late: None,
        created: Some(day("2025-01-06")),
        closed: None,
        days_to_done: None,
        slips: None,
        slip_days: None,
        last_activity: None,
        issue: None,
    }
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let names = ["c", "d", "x"];
    assert_eq!(flow(&[], names, CAPTION), None);
    assert_eq!(
        flow(&[bucket("2025-01-01", None, 0, 0)], names, CAPTION),
        None
    );
    assert_eq!(ageing(&Ageing::default(), ["a"; 6], CAPTION), None);
    assert_eq!(on_time(&[], CAPTION), None);
    assert_eq!(on_time(&[("P0".into(), &on_time_row(0, 0))], CAPTION), None);
    assert_eq!(due(&[], day("2025-01-31"), CAPTION), None);
}

#[test]
fn a_series_of_zeroes_takes_no_room_and_what_is_unknown_is_no_zero() {
    let drawn = |buckets: &[Bucket]| {
        let picture = flow(buckets, ["c", "d", "x"], CAPTION);
        picture.expect("something to draw").wide
    };
    let svg = drawn(&[bucket("2025-01-01", Some(2), 0, 0)]);
    assert!(
        has(&svg, CREATED) && !has(&svg, DONE) && !has(&svg, DROPPED),
        "{svg}"
    );
    let bars = |svg: &str| svg.matches("data-value").count();
    let svg = drawn(&[
        bucket("2025-01-01", None, 1, 0),
        bucket("2025-01-02", Some(3), 1, 0),
    ]);
    assert_eq!(bars(&svg), 3, "{svg}");
}

#[test]
fn a_goal_that_is_missed_has_another_colour() {
    let drawn = |part| {
        let row = on_time_row(part, 5);
        on_time(&[("P1".into(), &row)], CAPTION)
            .expect("a chart")
            .wide
    };
    assert!(has(&drawn(4), DONE) && !has(&drawn(4), LATE));
    assert!(has(&drawn(3), LATE) && !has(&drawn(3), DONE));
    assert!(drawn(3).contains("P1  3/5"), "the figure is in words");
    assert!(drawn(3).contains("data-value=\"60\""));
}

#[test]
fn a_late_item_is_red_from_its_due_date_on() {
    let today = day("2025-01-31");
    let drawn = |due_on: Option<&str>, created: Option<&str>| {
        let item = Row {
            created: created.map(day),
            ..row("PM-001", "1", due_on)
        };
        due(&[&item], today, CAPTION).map(|picture| picture.wide)
    };
    let svg = drawn(Some("2025-01-20"), Some("2025-01-06")).expect("a chart");
    assert!(has(&svg, CREATED) && has(&svg, LATE), "{svg}");
    assert!(
        svg.contains("data-start=\"2025-01-06") && svg.contains("data-end=\"2025-01-20"),
        "{svg}"
    );
    assert!(
        svg.contains("data-start=\"2025-01-20") && svg.contains("data-end=\"2025-01-31"),
        "{svg}"
    );
    for due_on in ["2025-01-31", "2025-03-01"] {
        let svg = drawn(Some(due_on), Some("2025-01-06")).expect("a chart");
        assert!(has(&svg, CREATED) && !has(&svg, LATE), "{due_on}: {svg}");
    }
    // Of one without a day it began on, the due date alone is known.
    let svg = drawn(Some("2025-02-20"), None).expect("a chart");
    assert!(
        svg.contains("data-start=\"2025-02-20\"") && !svg.contains("data-end"),
        "{svg}"
    );
    // Two that are called the same are still two.
    let item = row("PM-001", "1", Some("2025-02-20"));
    let picture = due(&[&item, &item], today, CAPTION).expect("a chart");
    assert_eq!(picture.wide.matches(">PM-001#1<").count(), 2);
    // A name is cut where it begins: its end tells items of one document apart.
    let item = row(
        "a/very/long/path/to/a/document/of/ours.md",
        "1",
        Some("2025-02-20"),
    );
    let picture = due(&[&item], today, CAPTION).expect("a chart");
    assert!(
        picture.wide.contains(">…nt/of/ours.md#1<"),
        "{}",
        picture.wide
    );
    // One that is years late stays within reach.
    let svg = drawn(Some("2015-01-20"), Some("2015-01-01")).expect("a chart");
    assert!(
        has(&svg, LATE) && !has(&svg, CREATED) && !svg.contains("2015"),
        "{svg}"
    );
    assert_eq!(drawn(None, None), None);
}

#[test]
fn text_from_people_is_text() {
    let hostile = "\"><script>alert(1)</script>\u{202e}\u{1b}[31m&";
    let item = row(hostile, "'onload=x", Some("2025-02-10"));
    let picture = due(&[&item], day("2025-01-31"), CAPTION).expect("a chart");
    for svg in picture.narrow.iter().chain([&picture.wide]) {
        assert!(!svg.contains("<script"), "{svg}");
        assert!(!svg.contains(['\u{202e}', '\u{1b}']), "{svg}");
        assert!(
            svg.contains("&lt;script&gt;alert(1)&lt;/script&gt;[31m&amp;"),
            "{svg}"
        );
        let mut quotes = svg
            .split('<')
            .map(|tag| tag.split('>').next().unwrap_or(tag));
        assert!(quotes.all(|tag| tag.matches('"').count() % 2 == 0), "{svg}");
    }
}

#[test]
fn axes_end_at_round_numbers() {
    for (most, end) in [
        (0, (1, 1)),
        (1, (1, 1)),
        (3, (3, 3)),
        (5, (5, 5)),
        (6, (6, 3)),
        (11, (15, 3)),
        (23, (25, 5)),
        (99, (100, 5)),
        (1_000, (1_000, 5)),
        (usize::MAX, (usize::MAX, 4)),
    ] {
        assert_eq!(scale(most), end, "{most}");
    }
}
