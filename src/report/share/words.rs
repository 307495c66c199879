//! The words that announcements are made of, in both languages: days and times, counts, kinds of measures, blanks.

use chrono::{NaiveDate, Timelike as _};

use crate::config::{DocumentState, Kind, Language};
use crate::item::sections::{Bound, Count, Counted};
use crate::item::{Moment, Severity, Times};

/// What begins and ends a blank, by language.
const MARKS: [(&str, &str); 2] = [("［ここに", "を記入］"), ("[fill in: ", "]")];

/// A place to fill in.
pub(super) fn blank(language: Language, ja: &str, en: &str) -> String {
    let [(ja_begin, ja_end), (en_begin, en_end)] = MARKS;
    language.pick(
        format!("{ja_begin}{ja}{ja_end}"),
        format!("{en_begin}{en}{en_end}"),
    )
}

/// What is to be filled in, each once, in the order of the text.
pub(super) fn blanks(text: &str) -> Vec<String> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (begin, end) in MARKS {
        for (at, _) in text.match_indices(begin) {
            let inside = &text[at + begin.len()..];
            let line = inside.split('\n').next().unwrap_or_default();
            if let Some(length) = line.find(end) {
                found.push((at, &line[..length]));
            }
        }
    }
    found.sort_unstable();
    let mut names: Vec<String> = Vec::new();
    for (_, name) in found {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// What the announcement to colleagues is headed.
pub(super) fn heading(state: Option<DocumentState>, language: Language) -> &'static str {
    match state {
        Some(DocumentState::Draft) => {
            language.pick("ポストモーテム（作成中）", "Postmortem (draft)")
        }
        Some(DocumentState::Review) => {
            language.pick("ポストモーテム（レビュー中）", "Postmortem (in review)")
        }
        Some(DocumentState::Final) | None => {
            language.pick("ポストモーテム完了", "Postmortem complete")
        }
    }
}

/// A severity for colleagues, who say it in English in both languages.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

/// A severity for those who don't know our scale.
pub(super) fn degree(severity: Severity, language: Language) -> &'static str {
    match severity {
        Severity::Critical => language.pick("非常に大きい", "very large"),
        Severity::High => language.pick("大きい", "large"),
        Severity::Medium => language.pick("中程度", "moderate"),
        Severity::Low => language.pick("小さい", "small"),
    }
}

/// A day, written out.
pub(super) fn day(day: NaiveDate, language: Language) -> String {
    let format = language.pick("%Y年%-m月%-d日", "%-d %B %Y");
    day.format(format).to_string()
}

/// A month, written out.
pub(super) fn month(day: NaiveDate, language: Language) -> String {
    let format = language.pick("%Y年%-m月", "%B %Y");
    day.format(format).to_string()
}

/// The one time zone of the times of an incident: the one behind them, else the one that the document writes all over, such as in the
/// head of a table. `None` where there are several, which then stand behind each.
pub(super) fn zone(times: &Times, document: Option<&str>) -> Option<String> {
    let mut zones = [times.occurred, times.detected, times.recovered]
        .into_iter()
        .flatten()
        .filter_map(|moment| moment.zone);
    match (zones.next(), zones.next_back()) {
        (None, _) => document.map(str::to_owned),
        (Some(first), Some(last)) if zones.any(|zone| zone != first) || last != first => None,
        (Some(first), _) => Some(first.to_string()),
    }
}

/// A moment without the time zone that is told for all.
fn bare(moment: Moment, zone: Option<&str>) -> Moment {
    Moment {
        zone: moment.zone.filter(|_| zone.is_none()),
        ..moment
    }
}

/// The time of day, with the time zone that stands behind this one alone.
fn time_of_day(moment: Moment) -> Option<String> {
    let time = moment.time?;
    let mut text = format!("{:02}:{:02}", time.hour(), time.minute());
    text.extend(moment.zone.map(|zone| format!(" {zone}")));
    Some(text)
}

/// A moment as colleagues write it: `2025-01-05 14:20 JST`.
pub(super) fn iso(moment: Moment, zone: Option<&str>) -> String {
    let mut text = moment.date.to_string();
    if let Some(time) = time_of_day(bare(moment, zone)) {
        text.push_str(&format!(" {time}"));
        text.extend(zone.map(|zone| format!(" {zone}")));
    }
    text
}

/// A moment, written out; `zone` is the time zone that is told for all.
pub(super) fn long(moment: Moment, zone: Option<&str>, language: Language) -> String {
    let day = day(moment.date, language);
    match time_of_day(bare(moment, zone)) {
        Some(time) => format!("{day}{}{time}", language.pick(" ", ", ")),
        None => day,
    }
}

/// A time of day; where that is not on the first day, the moment as `one` writes it.
pub(super) fn clock(
    moment: Moment,
    first: Option<NaiveDate>,
    zone: Option<&str>,
    one: &dyn Fn(Moment) -> String,
) -> String {
    match time_of_day(bare(moment, zone)) {
        Some(time) if first == Some(moment.date) => time,
        _ => one(moment),
    }
}

/// From when to when, and how long. What isn't known is a blank; `written` writes the days out.
pub(super) fn span(times: &Times, zone: Option<&str>, written: bool, language: Language) -> String {
    let one = |moment: Moment| match written {
        true => long(bare(moment, zone), None, language),
        false => iso(bare(moment, zone), None),
    };
    let began = times
        .occurred
        .filter(|m| m.time.is_some())
        .or(times.detected);
    let began = began.or(times.occurred);
    let begin = match began {
        Some(moment) if moment.time.is_some() => one(moment),
        Some(moment) => format!(
            "{} {}",
            one(moment),
            blank(language, "発生時刻", "the time it began")
        ),
        None => blank(language, "発生日時", "when it began"),
    };
    let end = match times.recovered {
        Some(moment) if moment.time.is_some() => clock(moment, began.map(|m| m.date), zone, &one),
        _ => blank(language, "復旧時刻", "when it was over"),
    };
    let joint = language.pick(" 〜 ", "–");
    // A dash without space reads as one word between times only.
    let joint = match end.contains(' ') && language == Language::En {
        true => " – ",
        false => joint,
    };
    let mut text = format!("{begin}{joint}{end}");
    let timed = |moment: Option<Moment>| moment.is_some_and(|m| m.time.is_some());
    if timed(began) || timed(times.recovered) {
        text.extend(zone.map(|zone| format!(" {zone}")));
    }
    if let Some(minutes) = super::values::minutes(times) {
        let length = duration(minutes, language);
        text.push_str(&language.pick(format!("（{length}）"), format!(" ({length})")));
    }
    text
}

/// A length of time: `1時間45分`, `1 hour 45 minutes`.
pub(super) fn duration(minutes: u64, language: Language) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let parts = [
        (days, "日", "day"),
        (hours, "時間", "hour"),
        (rest, "分", "minute"),
    ];
    let shown: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, ja, en)| {
            let s = if count == 1 { "" } else { "s" };
            language.pick(format!("{count}{ja}"), format!("{count} {en}{s}"))
        })
        .collect();
    match shown.is_empty() {
        true => language.pick("0分", "0 minutes").to_owned(),
        false => shown.join(language.pick("", " ")),
    }
}

/// A length of time that somebody estimated.
pub(super) fn about_minutes(minutes: u64, language: Language) -> String {
    let length = duration(minutes, language);
    language.pick(format!("約{length}"), format!("about {length}"))
}

/// How many of whom, as sure as the document is; from a hundred on rounded to two digits, but for bounds.
pub(super) fn count(count: Count, language: Language) -> String {
    let mut bound = count.bound;
    let number = if count.of == Counted::Percent {
        count.number.to_string()
    } else {
        // Counts are whole numbers below a billion billions.
        let mut number = count.number as u64;
        if number >= 100 && matches!(bound, Bound::Exactly | Bound::About) {
            let unit = 10u64.pow(number.ilog10() - 1);
            number = (number + unit / 2) / unit * unit;
            bound = Bound::About;
        }
        grouped(number)
    };
    let ja = match count.of {
        Counted::People => "名",
        Counted::Customers => "のお客様",
        Counted::Companies => "社",
        Counted::Accounts => "アカウント",
        Counted::Cases => "件",
        Counted::Percent => "%",
    };
    let one = count.number == 1.0;
    let en = match count.of {
        Counted::People => "",
        Counted::Customers if one => " customer",
        Counted::Customers => " customers",
        Counted::Companies if one => " company",
        Counted::Companies => " companies",
        Counted::Accounts if one => " account",
        Counted::Accounts => " accounts",
        Counted::Cases if one => " case",
        Counted::Cases => " cases",
        Counted::Percent => "%",
    };
    let (ja_before, ja_behind, en_before) = match bound {
        Bound::Exactly => ("", "", ""),
        Bound::About => ("約", "", "about "),
        Bound::AtLeast => ("", "以上", "at least "),
        Bound::UpTo => ("最大", "", "up to "),
    };
    language.pick(
        format!("{ja_before}{number}{ja}{ja_behind}"),
        format!("{en_before}{number}{en}"),
    )
}

/// What an author left to be filled in: `○月○日`, `XX時XX分`, `[担当者名]`, `{name}`, `TBD`; each once, in the order of the text.
pub(super) fn placeholders(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |place: &str| {
        let place = place.trim();
        if !place.is_empty() && !found.iter().any(|known| known == place) {
            found.push(place.to_owned());
        }
    };
    let circle = |c: char| "○〇◯×✕".contains(c);
    let part = |c: char| {
        circle(c) || c == 'X' || c == ':' || c == '：' || c.is_numeric() || "年月日時分".contains(c)
    };
    for line in text.lines() {
        for (open, close) in [('[', ']'), ('［', '］'), ('{', '}'), ('｛', '｝')] {
            for (at, _) in line.match_indices(open) {
                let inside = &line[at + open.len_utf8()..];
                let Some(length) = inside.find(close) else {
                    continue;
                };
                let (name, behind) = (&inside[..length], &inside[length + close.len_utf8()..]);
                let ours = MARKS.iter().any(|(begin, _)| line[at..].starts_with(begin));
                let short = (2..=40).contains(&name.chars().count());
                let link = behind.starts_with(['(', '[', ':']);
                if short && !ours && !link && name.chars().any(char::is_alphabetic)
                    || name.chars().any(circle)
                {
                    add(&line[at..at + open.len_utf8() + length + close.len_utf8()]);
                }
            }
        }
        for stretch in line.split(|c: char| !part(c)) {
            let circles = stretch.chars().filter(|c| circle(*c)).count();
            let unit = |c: char| "年月日時分".contains(c);
            if circles > 1 || circles == 1 && stretch.contains(unit) || stretch.contains("XX") {
                add(stretch);
            }
        }
        for word in line.split(|c: char| !c.is_ascii_alphanumeric()) {
            if ["TBD", "TBC", "TODO"].contains(&word) {
                add(word);
            }
        }
    }
    found
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// What a kind of action item does for customers.
pub(super) fn measure(kind: Option<Kind>, language: Language) -> &'static str {
    match kind {
        Some(Kind::Prevent) => language.pick(
            "再発を防ぐ仕組みの改善",
            "Changes that prevent a recurrence",
        ),
        Some(Kind::Detect) => {
            language.pick("監視・検知体制の強化", "Stronger monitoring and detection")
        }
        Some(Kind::Mitigate) => {
            language.pick("影響を小さくする対策", "Measures that limit the impact")
        }
        Some(Kind::Repair) => language.pick("不具合の修正", "Repairs"),
        Some(Kind::Process) => {
            language.pick("作業・確認手順の見直し", "Better procedures and checks")
        }
        Some(Kind::Document) => language.pick("手順書の整備", "Better documentation of procedures"),
        Some(Kind::Investigate) => language.pick("追加調査", "Further investigation"),
        None => language.pick("その他の対策", "Other measures"),
    }
}

/// How many measures of a kind there are.
pub(super) fn of_kind(kind: &str, count: usize, done: usize, language: Language) -> String {
    let finished = match done {
        0 => String::new(),
        _ if done == count => language.pick("（完了）", " (done)").to_owned(),
        _ => language.pick(format!("（うち{done}件完了）"), format!(" ({done} done)")),
    };
    language.pick(
        format!("{kind}: {count}件{finished}"),
        format!("{kind}: {count}{finished}"),
    )
}

/// How far the measures are.
pub(super) fn progress(count: usize, done: usize, by: Option<&str>, language: Language) -> String {
    if done == count {
        return language.pick(
            format!("{count}件の対策はすべて完了しています"),
            match count {
                1 => "The measure is done".to_owned(),
                _ => format!("All {count} measures are done"),
            },
        );
    }
    let s = if count == 1 { "measure" } else { "measures" };
    match (done, by) {
        (0, Some(by)) => language.pick(
            format!("{count}件の対策を{by}までに実施する予定です"),
            format!("{count} {s}, planned by {by}"),
        ),
        (0, None) => language.pick(
            format!("{count}件の対策を順次実施してまいります"),
            format!("{count} {s} to be carried out"),
        ),
        (_, Some(by)) => language.pick(
            format!("{count}件の対策のうち{done}件が完了し、残りは{by}までに実施する予定です"),
            format!("{count} {s} in all, {done} done, the rest planned by {by}"),
        ),
        (_, None) => language.pick(
            format!("{count}件の対策のうち{done}件が完了し、残りを順次実施してまいります"),
            format!("{count} {s} in all, {done} done, the rest to follow"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Option<Moment> {
        let (date, time) = text
            .split_once(' ')
            .map_or((text, None), |(d, t)| (d, Some(t)));
        Some(Moment {
            date: date.parse().expect("a day"),
            time: time.map(|time| time.parse().expect("a time")),
            zone: None,
        })
    }

    #[test]
    fn spans_say_what_is_known_and_leave_the_rest_blank() {
        for (begin, end, zone, ja, en) in [
            (
                moment("2025-01-05 14:20:00"),
                moment("2025-01-05 14:45:00"),
                Some("JST"),
                "2025年1月5日 14:20 〜 14:45 JST（25分）",
                "5 January 2025, 14:20–14:45 JST (25 minutes)",
            ),
            (
                moment("2025-01-05 23:00:00"),
                moment("2025-01-06 00:45:00"),
                None,
                "2025年1月5日 23:00 〜 2025年1月6日 00:45（1時間45分）",
                "5 January 2025, 23:00 – 6 January 2025, 00:45 (1 hour 45 minutes)",
            ),
            (
                moment("2025-01-05"),
                None,
                Some("JST"),
                "2025年1月5日 ［ここに発生時刻を記入］ 〜 ［ここに復旧時刻を記入］",
                "5 January 2025 [fill in: the time it began] – [fill in: when it was over]",
            ),
            (
                None,
                None,
                None,
                "［ここに発生日時を記入］ 〜 ［ここに復旧時刻を記入］",
                "[fill in: when it began] – [fill in: when it was over]",
            ),
        ] {
            let times = Times {
                occurred: begin,
                recovered: end,
                ..Times::default()
            };
            assert_eq!(span(&times, zone, true, Language::Ja), ja);
            assert_eq!(span(&times, zone, true, Language::En), en);
        }
    }

    #[test]
    fn counts_keep_what_they_count() {
        for (number, of, bound, ja, en) in [
            (7.0, Counted::People, Bound::Exactly, "7名", "7"),
            (
                100.0,
                Counted::People,
                Bound::Exactly,
                "約100名",
                "about 100",
            ),
            (
                1250.0,
                Counted::People,
                Bound::About,
                "約1,300名",
                "about 1,300",
            ),
            (
                999_999.0,
                Counted::People,
                Bound::Exactly,
                "約1,000,000名",
                "about 1,000,000",
            ),
            (
                3.0,
                Counted::Companies,
                Bound::Exactly,
                "3社",
                "3 companies",
            ),
            (
                100.0,
                Counted::People,
                Bound::AtLeast,
                "100名以上",
                "at least 100",
            ),
            (
                5000.0,
                Counted::People,
                Bound::UpTo,
                "最大5,000名",
                "up to 5,000",
            ),
            (
                12.5,
                Counted::Percent,
                Bound::About,
                "約12.5%",
                "about 12.5%",
            ),
        ] {
            let shown = Count { number, of, bound };
            assert_eq!(count(shown, Language::Ja), ja);
            assert_eq!(count(shown, Language::En), en);
        }
    }

    #[test]
    fn what_an_author_left_open_is_found() {
        for (text, found) in [
            ("○月○日に停止しました", vec!["○月○日"]),
            ("XX時XX分に復旧", vec!["XX時XX分"]),
            (
                "[担当者名] より、{name} へ TBD",
                vec!["[担当者名]", "{name}", "TBD"],
            ),
            ("［会社名］", vec!["［会社名］"]),
            ("[状況](https://status.example.com) を [1] で", vec![]),
            ("［ここに原因を記入］ [fill in: x]", vec![]),
            ("2025年1月5日 14:20 に停止しました", vec![]),
        ] {
            assert_eq!(placeholders(text), found, "{text}");
        }
    }

    #[test]
    fn blanks_are_found_again() {
        let text = format!(
            "x {} y\n{} {} [a] ［ここに x",
            blank(Language::En, "", "b"),
            blank(Language::Ja, "あ", ""),
            blank(Language::En, "", "b")
        );
        assert_eq!(blanks(&text), ["b", "あ"]);
    }
}
