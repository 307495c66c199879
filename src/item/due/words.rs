//! The words of due dates, in one table.
//!
//! What they make together is the matter of `numbers`, `phrase` and `scan`.

use chrono::Weekday;

use super::calendar::{Part, Unit};

/// What a word of the table is to a due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A number spelled out.
    Number(u32),
    /// `a`, `an`: one, before a unit.
    Article,
    Unit(Unit),
    /// A whole length in one word: 半年, 翌営業日.
    Length(u32, Unit),
    /// 年, 月, 日, 時 after a number.
    YearSign,
    MonthSign,
    DaySign,
    HourSign,
    /// `h`: hours after a number, Heisei or a half-year before one.
    LetterH,
    /// An era; the number is the year before its first.
    Era(i32),
    /// 元 of 令和元年.
    FirstYear,
    /// `q`, 四半期.
    Quarter,
    /// 上半期 and 下半期.
    Half(u32),
    /// 第
    NumberPrefix,
    /// 年度 after a year.
    FiscalSign,
    /// FY and other words of a year whose start the text doesn't say.
    CompanyYear,
    Month(u32),
    Weekday(Weekday),
    /// 金: a weekday only where it stands in brackets.
    ShortWeekday(Weekday),
    /// `st`, `nd`, `rd`, `th`
    Ordinal,
    Part(Part),
    /// A day, week, month, quarter or year counted from the reference's own.
    Span(Unit, i32),
    /// The same, with its end meant in so many words: 月末, EOW.
    EndOf(Unit),
    EndOfDay,
    FiscalYear(i32),
    Weekend(i32),
    AfterWeekend,
    This,
    Next,
    /// 今後, upcoming: before a length or a weekday.
    Coming,
    WeekOf,

    /// Before a date, makes it a limit: by, within, until.
    By,
    /// Before a length, makes it a limit; before a month it only says when.
    In,
    /// Names the field: due, 期限. Makes a limit of what follows; alone it is a template's placeholder.
    Due,
    /// Names any date: 日付. Alone it is a placeholder too.
    Label,
    /// After a length, makes it a limit: 以内.
    Within,
    /// After a date, makes it a limit: まで, 中.
    Until,
    /// 後 after a length; after anything else it names an event to count from.
    After,
    /// 前, ago, before it: counts backwards, which no due date does.
    Ago,
    /// Softens and changes nothing: 頃, 程度.
    About,

    /// Makes what follows recurring: every.
    Every,
    /// Makes what precedes recurring: ごと.
    EveryAfter,
    Recurring,

    /// Says that a date will be written later.
    Placeholder,
    /// Says that there is none.
    Nothing,
    /// Says that it is urgent, which is no date.
    Urgent,

    /// The date that follows is the old one.
    Former,
    /// The date that follows is the new one.
    Moved,
    /// `to`, から: what follows is the end of a range.
    Range,
    /// The date that follows isn't the due date if there is another.
    Remark,
    /// A meeting; its date isn't a limit for the items.
    Review,
    /// `of`, `after`: what follows is what a length counts from.
    Since,
    /// What happened: counting from it is counting from the reference.
    Event,
    /// 以降: a start. After a date it changes nothing, after a length it leaves the end open.
    Onward,
    Filler,
    /// Not for a due date; in the table because it holds another of its words.
    Other,
}

use Part::{Early, End, Mid};
use Unit::{BusinessDay, Day, Hour, Minute, Quarter, Week, Year};

/// Lower case and NFKC. The longest match counts; a Latin word must end where the entry ends.
#[rustfmt::skip]
const WORDS: &[(Word, &[&str])] = &[
    (Word::Number(1), &["one"]), (Word::Number(2), &["two", "couple", "couple of", "a couple of"]), (Word::Number(3), &["three"]), (Word::Number(4), &["four"]),
    (Word::Number(5), &["five"]), (Word::Number(6), &["six"]), (Word::Number(7), &["seven"]), (Word::Number(8), &["eight"]), (Word::Number(9), &["nine"]),
    (Word::Number(10), &["ten"]), (Word::Number(12), &["twelve"]), (Word::Number(30), &["thirty"]), (Word::Number(60), &["sixty"]), (Word::Number(90), &["ninety"]),
    (Word::Article, &["a", "an"]),
    (Word::Unit(Minute), &["minute", "minutes", "min", "mins", "分", "分間"]),
    (Word::Unit(Hour), &["hour", "hours", "hr", "hrs", "時間"]),
    (Word::Unit(Day), &["day", "days", "d", "日間"]),
    (Word::Unit(BusinessDay), &["business day", "business days", "working day", "working days", "営業日", "営業日間"]),
    (Word::Unit(Week), &["week", "weeks", "wk", "wks", "w", "週間", "週"]),
    (Word::Unit(Unit::Month), &["month", "months", "mo", "mos", "ヶ月", "か月", "カ月", "ヵ月", "ケ月", "箇月", "個月",
        "ヶ月間", "か月間", "カ月間", "ヵ月間", "ケ月間", "箇月間"]),
    (Word::Unit(Quarter), &["quarter", "quarters"]),
    (Word::Unit(Year), &["year", "years", "yr", "yrs", "年間"]),
    (Word::Length(6, Unit::Month), &["半年", "半年間", "half a year"]),
    (Word::Length(1, BusinessDay), &["翌営業日", "next business day", "next working day"]),
    (Word::YearSign, &["年"]), (Word::MonthSign, &["月"]), (Word::DaySign, &["日"]), (Word::HourSign, &["時", "am", "pm"]),
    (Word::LetterH, &["h"]), (Word::FirstYear, &["元"]),
    (Word::Era(2018), &["令和", "r"]), (Word::Era(1988), &["平成"]), (Word::Era(1925), &["昭和", "s"]),
    (Word::Quarter, &["q", "四半期"]), (Word::NumberPrefix, &["第"]),
    (Word::Half(1), &["上半期", "前半期"]), (Word::Half(2), &["下半期", "後半期"]),
    (Word::FiscalSign, &["年度"]), (Word::CompanyYear, &["fy", "fiscal year", "fiscal", "上期", "下期"]),
    (Word::Month(1), &["january", "jan"]), (Word::Month(2), &["february", "feb"]), (Word::Month(3), &["march", "mar"]), (Word::Month(4), &["april", "apr"]),
    (Word::Month(5), &["may"]), (Word::Month(6), &["june", "jun"]), (Word::Month(7), &["july", "jul"]), (Word::Month(8), &["august", "aug"]),
    (Word::Month(9), &["september", "sept", "sep"]), (Word::Month(10), &["october", "oct"]), (Word::Month(11), &["november", "nov"]), (Word::Month(12), &["december", "dec"]),
    (Word::Weekday(Weekday::Mon), &["monday", "mon", "月曜日", "月曜"]), (Word::Weekday(Weekday::Tue), &["tuesday", "tue", "tues", "火曜日", "火曜"]),
    (Word::Weekday(Weekday::Wed), &["wednesday", "wed", "水曜日", "水曜"]), (Word::Weekday(Weekday::Thu), &["thursday", "thu", "thur", "thurs", "木曜日", "木曜"]),
    (Word::Weekday(Weekday::Fri), &["friday", "fri", "金曜日", "金曜"]), (Word::Weekday(Weekday::Sat), &["saturday", "sat", "土曜日", "土曜"]),
    (Word::Weekday(Weekday::Sun), &["sunday", "sun", "日曜日", "日曜"]),
    (Word::ShortWeekday(Weekday::Tue), &["火"]), (Word::ShortWeekday(Weekday::Wed), &["水"]), (Word::ShortWeekday(Weekday::Thu), &["木"]),
    (Word::ShortWeekday(Weekday::Fri), &["金"]), (Word::ShortWeekday(Weekday::Sat), &["土"]),
    (Word::Ordinal, &["st", "nd", "rd", "th"]),
    (Word::Part(Early), &["上旬", "初旬", "初め", "初頭", "頭", "初", "early", "beginning of", "start of", "beginning of the", "start of the"]),
    (Word::Part(Mid), &["中旬", "半ば", "mid", "middle of", "middle of the"]),
    (Word::Part(End), &["下旬", "末", "末日", "late", "end of", "end of the", "the end of", "the end of the"]),

    (Word::Span(Day, 0), &["今日", "本日", "当日", "即日", "同日", "today"]), (Word::Span(Day, 1), &["明日", "あす", "あした", "翌日", "tomorrow"]),
    (Word::Span(Day, 2), &["明後日", "あさって", "翌々日", "day after tomorrow"]),
    (Word::Span(Week, 0), &["今週", "今週内"]), (Word::Span(Week, 1), &["来週", "翌週", "次週"]), (Word::Span(Week, 2), &["再来週", "翌々週", "week after next"]),
    (Word::Span(Unit::Month, 0), &["今月", "当月", "本月"]), (Word::Span(Unit::Month, 1), &["来月", "翌月"]), (Word::Span(Unit::Month, 2), &["再来月", "翌々月"]),
    (Word::Span(Quarter, 0), &["今四半期", "当四半期"]), (Word::Span(Quarter, 1), &["来四半期", "次四半期", "翌四半期"]),
    (Word::Span(Year, 0), &["今年", "本年"]), (Word::Span(Year, 1), &["来年", "翌年"]),
    (Word::EndOf(Week), &["eow", "end-of-week", "週内"]), (Word::EndOf(Unit::Month), &["eom", "end-of-month", "month end", "month-end", "月末", "月内"]), (Word::EndOf(Quarter), &["eoq", "end-of-quarter", "quarter end", "quarter-end", "四半期末", "四半期内"]),
    (Word::EndOf(Year), &["eoy", "end-of-year", "year end", "year-end", "年末", "年内"]),
    (Word::EndOfDay, &["eod", "cob", "eob", "end of day", "end of the day", "end-of-day", "end of business", "close of business", "営業終了"]),
    (Word::FiscalYear(0), &["年度末", "年度内", "今年度", "本年度", "今年度末", "本年度末"]), (Word::FiscalYear(1), &["来年度", "翌年度", "来年度末", "翌年度末"]),
    (Word::Weekend(0), &["週末", "今週末", "weekend", "this weekend"]), (Word::Weekend(1), &["来週末", "next weekend"]),
    (Word::AfterWeekend, &["週明け", "翌週明け"]),
    (Word::This, &["this", "current"]), (Word::Next, &["next", "following"]),
    (Word::Coming, &["coming", "upcoming", "今後", "向こう", "これから", "次の", "今度の"]),
    (Word::WeekOf, &["week of", "the week of", "w/c", "week commencing"]),

    (Word::By, &["by", "within", "until", "till", "before", "no later than", "not later than", "on or before", "at the latest by", "遅くとも"]),
    (Word::In, &["in", "during"]), (Word::Label, &["date", "dates", "日付", "日時", "年月日", "いつまで", "when"]),
    (Word::Due, &["due", "due date", "due by", "due on", "due in", "deadline", "target", "target date", "eta", "end date", "期限", "期限日", "期日", "締切", "締切日", "締め切り", "〆切",
        "〆", "納期", "目標", "目標日", "予定日", "完了予定", "完了予定日", "完了期限", "完了目標", "対応期限", "対応予定", "vencimento", "prazo"]),
    (Word::Within, &["以内", "以内に", "内"]), (Word::Until, &["まで", "までに", "迄", "迄に", "中", "中に"]),
    (Word::After, &["後"]), (Word::Ago, &["前", "ago", "earlier", "before release", "before launch"]),
    (Word::About, &["頃", "ごろ", "ころ", "程度", "ほど", "くらい", "ぐらい", "目途", "目処", "めど", "予定", "見込み", "間", "約", "およそ", "about", "around", "approx", "circa", "ca"]),

    (Word::Every, &["毎", "毎週", "毎月", "毎日", "毎年", "毎回", "毎朝", "毎四半期", "毎営業日", "every", "each", "per", "各"]),
    (Word::EveryAfter, &["ごと", "毎に", "おき", "に1回", "に一回", "に1度"]),
    (Word::Recurring, &["週次", "月次", "日次", "年次", "隔週", "隔月", "四半期ごと", "四半期毎", "四半期に1回", "半期ごと", "週1回", "月1回", "年1回", "週一", "月一", "都度", "その都度", "随時", "適宜",
        "継続", "継続的", "継続中", "常時", "恒常", "定期", "定期的", "daily", "weekly", "biweekly", "bi-weekly", "fortnightly", "monthly", "quarterly", "annually", "annual",
        "yearly", "semiannually", "ongoing", "on-going", "continuous", "continuously", "continual", "recurring", "periodic", "periodically", "regularly", "always", "rolling",
        "once a", "once per", "once every", "twice a", "twice per", "24/7"]),

    (Word::Placeholder, &["tbd", "tba", "tbc", "to be decided", "to be determined", "to be defined", "to be announced", "to be confirmed", "to be set", "not set", "unset", "unknown", "undecided",
        "no date yet", "todo", "未定", "未設定", "未記入", "未入力", "未決定", "未決", "要設定", "要記入", "要検討", "要調整", "要確認", "要相談", "要決定", "要入力", "調整中", "検討中", "確認中",
        "yyyy", "yy", "mm", "dd"]),
    (Word::Nothing, &["n/a", "na", "none", "nil", "null", "no due date", "not applicable", "なし", "無し", "該当なし", "特になし", "無期限", "不要"]),
    (Word::Urgent, &["asap", "as soon as possible", "immediate", "immediately", "urgent", "urgently", "right away", "now", "即時", "即座", "即座に", "至急", "大至急", "早急", "早急に",
        "緊急", "今すぐ", "すぐ", "直ちに", "ただちに", "速やかに", "可及的速やかに", "できるだけ早く", "なる早", "最優先"]),

    (Word::Former, &["was", "formerly", "previously", "originally", "original", "initially", "old", "instead of", "旧", "当初", "元々", "変更前", "前回", "以前"]),
    (Word::Moved, &["moved", "moved to", "extended", "extended to", "postponed", "postponed to", "delayed to", "rescheduled", "rescheduled to", "slipped to", "now due", "revised", "updated to", "new", "期限延長",
        "延長", "延期", "再設定", "変更", "変更後", "再延長", "新", "見直し後", "リスケ"]),
    (Word::Range, &["to", "through", "thru", "から", "より"]),
    (Word::Remark, &["completed", "complete", "done", "finished", "closed", "merged", "fixed", "resolved", "deployed", "released", "created", "filed", "opened", "started", "starting", "start", "checked", "decided",
        "updated", "as of", "完了", "完了日", "完了済", "完了済み", "実施済", "実施済み", "対応済", "対応済み", "済", "実施日", "着手", "開始", "起票", "作成", "更新", "決定", "記入", "確認", "時点"]),
    (Word::Review, &["review", "reviews", "reviewed", "retrospective", "retro", "meeting", "mtg", "checkpoint", "レビュー", "振り返り", "ふりかえり", "ミーティング", "会議", "定例", "報告会"]),
    (Word::Since, &["of", "after", "from", "since"]),
    (Word::Event, &["incident", "the incident", "this incident", "detection", "postmortem", "post-mortem", "インシデント", "障害", "障害発生", "発生", "発生日", "インシデント発生", "インシデント発生日", "検知", "復旧", "事象", "本件", "発覚", "ポストモーテム"]),
    (Word::Onward, &["以降", "以後", "or more", "or longer"]),
    (Word::Filler, &["the", "on", "at", "is", "be", "for", "over", "and", "or", "then", "first", "date is", "approximately", "t", "z", "jst", "utc", "gmt", "est", "pst", "p0", "p1", "p2", "p3", "p4", "action", "actions",
        "action items", "item", "items", "task", "tasks", "fix", "fixes", "short-term", "short term", "mid-term", "mid term", "medium-term", "medium term", "long-term", "long term", "near-term", "near term", "short", "medium",
        "long", "term", "high", "low", "priority", "immediate actions", "の", "に", "を", "は", "が", "で", "と", "も", "へ", "初回", "その後", "次回", "対応", "実施", "完遂", "短期", "中期", "長期",
        "短期的", "中期的", "長期的", "即時対応", "即座対応", "緊急対応", "優先度", "高", "低", "アクション", "アクションアイテム", "施策", "対策", "再発防止", "再発防止策", "恒久", "恒久対応", "暫定", "暫定対応", "午前",
        "午後", "正午", "最終", "目標期限"]),
    (Word::Other, &["未定義", "中止", "中断", "端末", "週報", "月報", "日報", "前提", "事前", "直前", "後続", "最後", "内容", "期限切れ", "不要不急"]),
];

/// The longest entry that `rest` starts with, and its length in bytes. Right after a number, 月末 is not one word: 3月末 is 3月 and 末.
pub(super) fn look_up(rest: &str, after_number: bool) -> Option<(Word, usize)> {
    let latin = |c: char| c.is_ascii_alphabetic();
    let mut best: Option<(Word, usize)> = None;
    for (word, spellings) in WORDS {
        if after_number && matches!(word, Word::EndOf(_) | Word::FiscalYear(_)) {
            continue;
        }
        for spelling in *spellings {
            let longer = best.is_none_or(|(_, length)| spelling.len() > length);
            if longer && let Some(tail) = rest.strip_prefix(spelling) {
                let next = tail.chars().next().unwrap_or(' ');
                let cut_short = spelling.ends_with(latin) && latin(next)
                    || spelling.ends_with(|c: char| c.is_ascii_digit())
                        && (next.is_ascii_digit() || next == '/');
                if !cut_short {
                    best = Some((*word, spelling.len()));
                }
            }
        }
    }
    best
}
