//! When an incident began, was noticed and was over, from what the fields of a document say.
//!
//! What can be read in two ways is not read: a time of day that may be that of the morning or the evening, a span of which only one end says
//! which day, an end that is only expected. A text about an incident is better without a time than with a wrong one.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use unicode_normalization::UnicodeNormalization as _;

use super::{Moment, Times, Zone};
use crate::item::postmortem::first_date;

/// No value that says when something happened is longer, in bytes.
const LONGEST: usize = 400;

/// An end that only says a time of day is no longer than this after the beginning, in hours: one that would be is rather a mistake.
const NIGHT: i64 = 12;

/// What a document says behind the labels of each kind, in its order.
#[derive(Debug, Default)]
pub(in crate::item) struct Said<'t> {
    /// When it began.
    pub(in crate::item) occurred: Vec<&'t str>,
    /// When it was noticed.
    pub(in crate::item) detected: Vec<&'t str>,
    /// When it was over.
    pub(in crate::item) recovered: Vec<&'t str>,
    /// A date without another word.
    pub(in crate::item) dated: Vec<&'t str>,
    /// The day of the incident where nothing else says it: that of the document, where it is not plainly the one on which it was written.
    pub(in crate::item) day: Option<NaiveDate>,
    /// The day that its title or the name of its file begins with: good enough for times of day that say none, but nobody wrote that it
    /// is the incident's.
    pub(in crate::item) named: Option<NaiveDate>,
}

/// The times of the incident. A time of day without a day is on the day it began, an end before that on the next; a field that says from
/// when to when gives the end where no field of its own does.
pub(in crate::item) fn times(said: &Said<'_>) -> Times {
    let begin = Value::first(&said.occurred, begins_unknown);
    // `Date: 2025-01-10 09:00 - 10:30` says more than a day, but `Date: 2025-01-10 15:00` may be when somebody wrote it.
    let begin = begin
        .or_else(|| {
            Value::first(&said.dated, begins_unknown).filter(|value| value.range().is_some())
        })
        .unwrap_or_default();
    let noticed = Value::first(&said.detected, begins_unknown).unwrap_or_default();
    let over = Value::first(&said.recovered, goes_on);
    let day = said.day.or(said.named);
    let (mut occurred, end) = begin.span(day);
    let clear = begin.half();
    let base = occurred;
    let detected = noticed
        .points
        .first()
        .and_then(|point| point.after(base, clear, day));
    let base = base.filter(|m| m.time.is_some()).or(detected).or(base);
    let clear = clear || noticed.half();
    let (mut recovered, mut reversed) = match over {
        // Not over, whatever another field says.
        Some(value) if value.doubtful => (None, false),
        Some(value) => match value.last() {
            Some(point) => (
                point.after(base, clear, day),
                point.is_before(base, clear, day),
            ),
            None => (None, false),
        },
        None => (end, begin.is_backwards(day)),
    };
    let before = |end: Moment, begin: Moment| match end.since(begin) {
        Some(length) => length < TimeDelta::zero(),
        // Time zones that are not known can be most of a day apart.
        None => {
            let timed = end.time.is_some() && begin.time.is_some();
            (begin.date - end.date).num_days() > i64::from(timed)
        }
    };
    if let (Some(end), Some(begin)) = (recovered, base)
        && before(end, begin)
    {
        (recovered, reversed) = (None, true);
    }
    if let (None, None, Some(date)) = (occurred, detected, said.day)
        && recovered.is_none_or(|end| end.date >= date)
    {
        occurred = Some(Moment {
            date,
            time: None,
            zone: None,
        });
    }
    one_zone(Times {
        occurred,
        detected,
        recovered,
        reversed,
    })
}

/// A zone that stands once, behind any of the times, is that of all.
fn one_zone(mut times: Times) -> Times {
    let all = [times.occurred, times.detected, times.recovered];
    let mut zones: Vec<Zone> = all.iter().flatten().filter_map(|m| m.zone).collect();
    zones.sort_unstable();
    zones.dedup();
    let several = zones.len() > 1;
    for moment in [
        &mut times.occurred,
        &mut times.detected,
        &mut times.recovered,
    ]
    .into_iter()
    .flatten()
    {
        if let ([zone], Some(_)) = (zones.as_slice(), moment.time) {
            moment.zone = Some(*zone);
        } else if several && moment.zone.is_none() {
            // Which of them it is in is anybody's guess.
            moment.time = None;
        }
    }
    times
}

/// Whether a text says that a time is not known.
fn unknown(text: &str) -> bool {
    has_any(
        text,
        &[
            "不明",
            "調査中",
            "確認中",
            "未定",
            "unknown",
            "tbd",
            "tbc",
            "to be confirmed",
            "to be determined",
            "unclear",
        ],
    )
}

/// Whether a text says so before it says anything else.
fn begins_unknown(text: &str) -> bool {
    unknown(
        text.split(|c: char| c.is_ascii_digit())
            .next()
            .unwrap_or_default(),
    )
}

/// Whether a text says that it goes on, or that an end is only expected.
fn goes_on(text: &str) -> bool {
    unknown(text)
        || has_any(
            text,
            &[
                "対応中",
                "未復旧",
                "復旧していない",
                "復旧せず",
                "復旧待ち",
                "未解決",
                "未完了",
                "継続",
                "作業中",
                "監視中",
                "見込",
                "予定",
                "予想",
                "目標",
                "ongoing",
                "on-going",
                "not",
                "unresolved",
                "investigating",
                "in progress",
                "pending",
                "open",
                "expected",
                "estimated",
                "eta",
                "planned",
                "still",
                "continuing",
                "monitoring",
                "target",
            ],
        )
}

/// Whether a text says that only a part is over.
fn partial(text: &str) -> bool {
    has_any(
        text,
        &[
            "一部",
            "部分",
            "暫定",
            "仮復旧",
            "応急",
            "partial",
            "partially",
            "partly",
            "temporary",
            "temporarily",
            "workaround",
        ],
    )
}

/// Whether one of the words stands in a text; Latin ones as whole words.
fn has_any(text: &str, words: &[&str]) -> bool {
    let low = text.to_lowercase();
    words.iter().any(|word| {
        low.match_indices(word).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            !word.is_ascii()
                || !(letter(low[..at].chars().next_back())
                    || letter(low[at + word.len()..].chars().next()))
        })
    })
}

/// Half of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Before,
    After,
}

/// A point in time that a text names, as far as it does.
#[derive(Debug, Clone, Default)]
struct Point {
    date: Option<NaiveDate>,
    /// `1月19日`: the month and the day of a date without a year.
    day: Option<(u32, u32)>,
    /// How many days after the day that it would else be on: `翌日 0:30`, `24:10`.
    days: Option<u64>,
    time: Option<NaiveTime>,
    half: Option<Half>,
    /// Whether the hour says no half and might be in either.
    either: bool,
    zone: Option<Zone>,
    /// What stands between the point before and this one.
    joint: String,
    /// What stands behind it.
    remark: String,
}

/// What a field says.
#[derive(Debug, Default)]
struct Value {
    points: Vec<Point>,
    doubtful: bool,
}

impl Value {
    /// The first text that says when, or that it is not known. A day and a time of day in two fields belong together.
    fn first(texts: &[&str], doubtful: fn(&str) -> bool) -> Option<Value> {
        let mut values = texts
            .iter()
            .filter(|text| text.len() <= LONGEST)
            .map(|text| {
                let text: String = text.nfkc().collect();
                let doubtful = doubtful(&text);
                Value {
                    points: points(&text),
                    doubtful,
                }
            });
        let mut first = values.find(|value| value.doubtful || !value.points.is_empty())?;
        if first.doubtful {
            first.points.clear();
        } else if let [day] = first.points.as_mut_slice()
            && day.time.is_none()
            && let Some(mut other) =
                values.find(|value| value.points.iter().any(|p| p.time.is_some()))
            && !other.doubtful
            && let Some(point) = other.points.first_mut()
            && point.date.is_none()
            && point.day.is_none()
            && point.days.is_none()
        {
            point.date = day.date;
            point.day = day.day;
            return Some(other);
        }
        Some(first)
    }

    /// Whether any of its times says which half of the day it is in.
    fn half(&self) -> bool {
        self.points.iter().any(|point| point.half.is_some())
    }

    /// The two ends of a span of time.
    fn range(&self) -> Option<(&Point, &Point)> {
        let [begin, end] = self.points.as_slice() else {
            return None;
        };
        let joint = &end.joint;
        let joins = ["〜", "~", "–", "—", "―", "→", "から", "->"]
            .iter()
            .any(|sign| joint.contains(sign))
            || has_any(joint, &["to", "until", "till", "through"])
            || joint.trim_start_matches([')', ']', ' ']).starts_with('-');
        (joins && begin.time.is_some() && end.time.is_some()).then_some((begin, end))
    }

    /// The beginning, and the end where it is a span.
    fn span(&self, day: Option<NaiveDate>) -> (Option<Moment>, Option<Moment>) {
        let Some((begin, end)) = self.range() else {
            let begin = self
                .points
                .first()
                .and_then(|point| point.after(None, false, day));
            return (begin, None);
        };
        // `10:00 - 11:30 PM` may be an hour and a half, or half a day.
        let clear = end.half.is_some() || begin.half.is_some();
        let first = begin.after(None, clear, day);
        let last = first.and_then(|first| end.after(Some(first), clear, day));
        (first, last)
    }

    /// Whether the end of a span can't be after its beginning.
    fn is_backwards(&self, day: Option<NaiveDate>) -> bool {
        let Some((begin, end)) = self.range() else {
            return false;
        };
        let clear = end.half.is_some() || begin.half.is_some();
        end.is_before(begin.after(None, clear, day), clear, day)
    }

    /// The last point at which all was over.
    fn last(&self) -> Option<&Point> {
        let [point] = self.points.as_slice() else {
            let whole: Vec<&Point> = self
                .points
                .iter()
                .filter(|point| !partial(&point.remark))
                .collect();
            // Of several, only those that say all of when they were.
            let all = whole
                .iter()
                .all(|point| point.date.is_some() && point.time.is_some());
            return whole.last().copied().filter(|_| all);
        };
        Some(point).filter(|point| !partial(&point.remark) && !partial(&point.joint))
    }
}

impl Point {
    /// The moment, with what it leaves out taken from what was before it. `clear` where another time of the same incident says in which
    /// half of the day it is, so that this one has to.
    fn after(&self, begin: Option<Moment>, clear: bool, day: Option<NaiveDate>) -> Option<Moment> {
        let time = self.time.filter(|_| !(clear && self.either));
        let base = begin.map(|begin| begin.date).or(day);
        let written = match (self.date, self.day) {
            (Some(date), _) => Some(date),
            (None, Some((month, date))) => {
                use chrono::Datelike as _;
                let base = base?;
                let near = |year: i32| NaiveDate::from_ymd_opt(year, month, date);
                let this = near(base.year())?;
                // The first days of January come after the last of December.
                match begin.is_some() && this < base && base.month() == 12 && month == 1 {
                    true => Some(near(base.year() + 1)?),
                    false => Some(this),
                }
            }
            (None, None) => None,
        };
        let days = Days::new(self.days.unwrap_or(0));
        let on = |date: NaiveDate| -> Option<Moment> {
            Some(Moment {
                date: date.checked_add_days(days)?,
                time,
                zone: self.zone.filter(|_| time.is_some()),
            })
        };
        if let Some(date) = written {
            return on(date);
        }
        time?;
        let moment = on(base?)?;
        let (Some(begin), None) = (begin.filter(|begin| begin.time.is_some()), self.days) else {
            return Some(moment);
        };
        if moment.since(begin)? >= TimeDelta::zero() {
            return Some(moment);
        }
        let next = Moment {
            date: moment.date.checked_add_days(Days::new(1))?,
            ..moment
        };
        let night = next.since(begin)? <= TimeDelta::hours(NIGHT);
        night.then_some(next)
    }

    /// Whether it is a time of day that is neither on the day of the beginning behind that, nor in the night after.
    fn is_before(&self, begin: Option<Moment>, clear: bool, day: Option<NaiveDate>) -> bool {
        let Some(begin) = begin else { return false };
        let here = Moment {
            date: begin.date,
            time: self.time,
            zone: self.zone,
        };
        !(clear && self.either)
            && self.date.is_none()
            && self.day.is_none()
            && here.since(begin).is_some()
            && self.after(Some(begin), clear, day).is_none()
    }
}

/// The points in time that a text names, in its order. What stands in brackets behind one is about that one.
fn points(text: &str) -> Vec<Point> {
    let clocks: Vec<Clock> = clocks(text);
    let depth = |at: usize| {
        let count = |sign: [char; 2]| text[..at].matches(sign).count();
        count(['(', '[']).saturating_sub(count([')', ']']))
    };
    let outside = clocks.iter().any(|clock| depth(clock.begin) == 0);
    let clocks: Vec<&Clock> = clocks
        .iter()
        .filter(|clock| !outside || depth(clock.begin) == 0)
        .collect();
    let mut points = Vec::new();
    let mut from = 0;
    for (at, clock) in clocks.iter().enumerate() {
        let gap = text.get(from..clock.begin).unwrap_or_default();
        let next = clocks.get(at + 1).map_or(text.len(), |next| next.begin);
        let behind = text.get(clock.end..next).unwrap_or_default();
        let (date, day, readable) = date_in(gap);
        let mut days = days_after(gap, false);
        if days.is_none() && at + 1 == clocks.len() {
            days = days_after(behind, true);
        }
        if let Some(over) = clock.days {
            days = Some(days.unwrap_or(0) + over);
        }
        let point = Point {
            date,
            day,
            days,
            time: clock.time.filter(|_| readable),
            half: clock.half,
            either: clock.either,
            zone: clock.zone,
            joint: gap.to_owned(),
            remark: behind.to_owned(),
        };
        from = clock.end;
        // 14:20 JST / 05:20 UTC: one and the same, told twice.
        let again = points.last().is_some_and(|before: &Point| {
            let base = NaiveDate::default();
            let moment = |point: &Point| Moment {
                date: base,
                time: point.time,
                zone: point.zone,
            };
            before.zone.is_some()
                && point.zone.is_some()
                && before.zone != point.zone
                && point.date.is_none()
                && moment(&point)
                    .since(moment(before))
                    .is_some_and(|apart| apart.num_minutes() % 1440 == 0)
        });
        if !again {
            points.push(point);
        }
    }
    // Without a time of day, only a text that begins with its day is about that day.
    if points.is_empty() {
        let date = first_date(text);
        let day = match (date, leading(text.trim_start())) {
            (None, Some((month, rest))) => rest
                .strip_prefix('月')
                .and_then(leading)
                .map(|(day, _)| (month, day)),
            _ => None,
        };
        if date.is_some() || day.is_some() {
            points.push(Point {
                date,
                day,
                remark: text.to_owned(),
                ..Point::default()
            });
        }
    }
    points
}

/// The date in what stands before a time of day: in full, or month and day; and whether all digits there are understood.
fn date_in(text: &str) -> (Option<NaiveDate>, Option<(u32, u32)>, bool) {
    let text = text.strip_suffix('T').unwrap_or(text);
    let starts = text.char_indices().filter(|(at, c)| {
        let before = text[..*at].chars().next_back();
        (c.is_ascii_digit() && !before.is_some_and(|b| b.is_ascii_digit()))
            || (c.is_ascii_alphabetic() && !before.is_some_and(|b| b.is_ascii_alphanumeric()))
    });
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    if let Some(date) = starts
        .iter()
        .find_map(|at| first_date(text[*at..].trim_end_matches([' ', '(', '[', ','])))
    {
        return (Some(date), None, true);
    }
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    let short = starts.iter().find_map(|at| {
        let rest = &text[*at..];
        let (month, rest) = leading(rest)?;
        let rest = rest.strip_prefix(['月', '/'])?;
        let (day, rest) = leading(rest)?;
        (!rest.starts_with(['/', '-'])).then_some((month, day))
    });
    let plain = !digits || short.is_some() || days_after(text, false).is_some();
    (None, short, plain)
}

/// A number of one or two digits, and what is behind it.
fn leading(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..length].parse().ok()?;
    (1..=2)
        .contains(&length)
        .then_some((number, &text[length..]))
}

/// How many days later a text says: `翌日`, `the next day`, `(+1)`.
fn days_after(text: &str, behind: bool) -> Option<u64> {
    let low = text.to_lowercase();
    if low.contains("翌々日") {
        return Some(2);
    }
    let next = low.contains('翌')
        || [
            "next day",
            "following day",
            "next morning",
            "following morning",
        ]
        .iter()
        .any(|word| low.contains(word))
        || behind
            && ["(+1)", "+1d", "+1 day", "(+1 "]
                .iter()
                .any(|word| low.contains(word));
    let same = ["同日", "当日", "same day"]
        .iter()
        .any(|word| low.contains(word));
    match (next, same) {
        (true, _) => Some(1),
        (false, true) => Some(0),
        _ => None,
    }
}

/// A time of day in a text, from where to where it stands with all that belongs to it.
struct Clock {
    begin: usize,
    end: usize,
    /// `None` where it could be read in two ways.
    time: Option<NaiveTime>,
    days: Option<u64>,
    half: Option<Half>,
    either: bool,
    zone: Option<Zone>,
}

/// The times of day in a text: `14:20`, `14:20:03`, `2:20 PM`, `2 PM`, `14時20分`, `午後2時20分`, `25時`.
fn clocks(text: &str) -> Vec<Clock> {
    let bytes = text.as_bytes();
    let mut found: Vec<Clock> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit()
            && (at == 0
                || !(bytes[at - 1].is_ascii_digit() || matches!(bytes[at - 1], b':' | b'.')));
        match starts.then(|| clock(text, at)).flatten() {
            Some(clock) => {
                at = clock.end.max(at + 1);
                found.push(clock);
            }
            None => at += 1,
        }
    }
    found
}

/// The hour, the minute and the second at the start of a text, and their length.
fn numbers(text: &str) -> Option<(u32, u32, u32, usize)> {
    let (hour, rest) = leading(text)?;
    if let Some(rest) = rest.strip_prefix('時') {
        // 2時間 is how long, and no time of day.
        if rest.starts_with('間') {
            return None;
        }
        if let Some(rest) = rest.strip_prefix('半') {
            return Some((hour, 30, 0, text.len() - rest.len()));
        }
        return Some(
            match leading(rest).and_then(|(minute, rest)| Some((minute, rest.strip_prefix('分')?)))
            {
                Some((minute, rest)) => (hour, minute, 0, text.len() - rest.len()),
                None => (hour, 0, 0, text.len() - rest.len()),
            },
        );
    }
    let Some(rest) = rest.strip_prefix(':') else {
        // `2 PM`
        let half = rest.trim_start();
        return half_behind(half).map(|_| (hour, 0, 0, text.len() - rest.len()));
    };
    let two =
        |text: &'_ str| text.len() >= 2 && text.as_bytes()[..2].iter().all(u8::is_ascii_digit);
    let (minute, rest) = leading(rest).filter(|_| two(rest))?;
    let seconds = rest
        .strip_prefix(':')
        .filter(|rest| two(rest))
        .and_then(leading);
    let (second, mut rest) = seconds.unwrap_or((0, rest));
    if seconds.is_some()
        && let Some(fraction) = rest.strip_prefix('.')
    {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    Some((hour, minute, second, text.len() - rest.len()))
}

/// `AM`, `p.m.` and how long that is.
fn half_behind(text: &str) -> Option<(Half, usize)> {
    let words = [
        ("a.m.", Half::Before),
        ("p.m.", Half::After),
        ("am", Half::Before),
        ("pm", Half::After),
    ];
    words.into_iter().find_map(|(word, half)| {
        let head = text.get(..word.len())?;
        let rest = &text[word.len()..];
        (head.eq_ignore_ascii_case(word) && !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
            .then_some((half, word.len()))
    })
}

fn clock(text: &str, at: usize) -> Option<Clock> {
    let (hour, minute, second, length) = numbers(&text[at..])?;
    let before = text[..at].trim_end_matches(' ');
    let mut begin = at;
    let mut end = at + length;
    // What says which half of the day it is; an evening's or a night's hour may be of either.
    let ahead = [
        ("午前", Some(Half::Before)),
        ("午後", Some(Half::After)),
        ("AM", Some(Half::Before)),
        ("PM", Some(Half::After)),
        ("早朝", Some(Half::Before)),
        ("未明", Some(Half::Before)),
        ("朝", Some(Half::Before)),
        ("深夜", None),
        ("夜", None),
        ("夕方", None),
        ("昼", None),
    ];
    let mut vague = false;
    let mut half = None;
    for (word, says) in ahead {
        if let Some(rest) = before.strip_suffix(word)
            && !(word.is_ascii() && rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
        {
            // 翌朝 says the day, too, and is looked for before the time.
            begin = match word {
                "朝" => at,
                _ => rest.len(),
            };
            half = says;
            vague = says.is_none() && (1..=12).contains(&hour);
            break;
        }
    }
    if half.is_none() {
        let gap = text[end..].len() - text[end..].trim_start_matches(' ').len();
        if let Some((says, length)) = half_behind(&text[end + gap..]) {
            half = Some(says);
            end += gap + length;
        }
    }
    let (hour, days) = match (half, hour) {
        // 午前12時 is noon to some and midnight to others.
        (Some(Half::Before), 12) if begin < at => {
            vague = true;
            (hour, None)
        }
        (Some(Half::Before), 12) => (0, None),
        (Some(Half::After), 0..=11) => (hour + 12, None),
        (None, 24..=29) => (hour - 24, Some(1)),
        _ => (hour, None),
    };
    let iso = before.ends_with('T');
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let mut zone = None;
    if let Some((found, length)) = Zone::behind(&text[end..], iso) {
        zone = Some(found);
        end += length;
        if text[end..].starts_with([')', ']']) {
            end += 1;
        }
    }
    Some(Clock {
        begin,
        end,
        time: (!vague).then_some(time),
        days,
        half,
        either: half.is_none() && days.is_none() && (1..=12).contains(&hour),
        zone,
    })
}
