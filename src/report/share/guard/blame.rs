//! Whether a sentence blames people: a word for somebody next to a word for a fault.
//!
//! What a thing got wrong is no blame: a configuration error, 設定の誤り. Fault and somebody have to belong together, as far as a reader of
//! words can see that; in doubt it is blame, since a sentence that is refused can be reworded.

use super::line::{Line, Script};

/// Words for somebody.
const SOMEBODY: [&str; 41] = [
    "担当者",
    "担当エンジニア",
    "当番",
    "オペレーター",
    "オペレータ",
    "従業員",
    "社員",
    "新人",
    "作業者",
    "作業員",
    "レビュアー",
    "レビューア",
    "レビュワー",
    "エンジニア",
    "開発者",
    "運用者",
    "実装者",
    "実施者",
    "設定者",
    "管理者",
    "責任者",
    "当事者",
    "前任者",
    "技術者",
    "スタッフ",
    "職員",
    "係員",
    "要員",
    "委託先",
    "外注先",
    "プログラマー",
    "プログラマ",
    "オンコール",
    "担当",
    "本人",
    "誰か",
    "人間",
    "さん",
    "氏",
    "部長",
    "課長",
];

/// What makes such a word one of a thing: 管理者画面.
const THING: [&str; 14] = [
    "画面",
    "向け",
    "権限",
    "用",
    "メニュー",
    "アカウント",
    "ページ",
    "コンソール",
    "ツール",
    "マニュアル",
    "名",
    "機能",
    "宛",
    "サイト",
];

/// What joins somebody and a fault of theirs.
const OF: [&str; 6] = ["の", "による", "に起因する", "側の", "個人の", "ら の"];
const DOES: [&str; 4] = ["が", "は", "も", "、"];

const FAULTS: [&str; 25] = [
    "ミス",
    "過失",
    "誤り",
    "誤操作",
    "誤作業",
    "誤設定",
    "誤入力",
    "誤認",
    "誤解",
    "間違い",
    "見落と",
    "見逃",
    "怠",
    "忘れ",
    "失念",
    "不注意",
    "不足",
    "勘違い",
    "油断",
    "思い込み",
    "不手際",
    "確認漏れ",
    "対応漏れ",
    "連絡漏れ",
    "落ち度",
];
const FAILS: [&str; 24] = [
    "誤って",
    "誤った",
    "誤り、",
    "誤操作",
    "誤作業",
    "ミスをし",
    "ミスし",
    "ミスを犯",
    "ミスを起",
    "誤りを犯",
    "忘れ",
    "失念",
    "見落と",
    "見逃",
    "怠",
    "間違え",
    "勘違い",
    "確認せず",
    "確認しな",
    "油断",
    "思い込",
    "確認を行わ",
    "うっかり",
    "従わな",
];
const FAILED: [&str; 8] = [
    "ミスをした",
    "ミスした",
    "誤って",
    "怠った",
    "忘れた",
    "見落とした",
    "失念した",
    "間違えた",
];
/// What whoever mends a fault does to it.
const MENDS: [&str; 9] = [
    "戻", "修正", "特定", "発見", "検知", "気付", "気づ", "復旧", "訂正",
];

/// What only people are said to be or to do.
const ALONE: [&str; 24] = [
    "人為的ミス",
    "人為ミス",
    "人為的な",
    "人的ミス",
    "人的要因",
    "人的過誤",
    "人のミス",
    "人によるミス",
    "人による誤り",
    "ヒューマンエラー",
    "ヒューマン・エラー",
    "操作ミス",
    "作業ミス",
    "確認ミス",
    "ケアレスミス",
    "失念",
    "見落とし",
    "確認を怠",
    "懲戒",
    "叱責",
    "厳重注意",
    "始末書",
    "減給",
    "戦犯",
];

/// What goes wrong by itself.
const THINGS: [&str; 28] = [
    "システム",
    "プログラム",
    "スクリプト",
    "ジョブ",
    "処理",
    "バッチ",
    "機能",
    "ツール",
    "サーバー",
    "サーバ",
    "設定",
    "ボット",
    "サービス",
    "製品",
    "データ",
    "キャッシュ",
    "装置",
    "機器",
    "ロジック",
    "アプリ",
    "自動化",
    "コード",
    "監視",
    "アラート",
    "通知",
    "基盤",
    "ソフトウェア",
    "ソフト",
];

const PEOPLE: [&str; 25] = [
    "engineer",
    "operator",
    "developer",
    "employee",
    "staff",
    "technician",
    "administrator",
    "admin",
    "colleague",
    "contractor",
    "intern",
    "on-call",
    "oncall",
    "responder",
    "someone",
    "somebody",
    "reviewer",
    "person",
    "human",
    "individual",
    "worker",
    "programmer",
    "junior",
    "manager",
    "vendor's",
];
const NOUNS: [&str; 9] = [
    "mistake",
    "error",
    "fault",
    "oversight",
    "negligence",
    "typo",
    "carelessness",
    "blunder",
    "misjudgement",
];
/// What an error is of when it is nobody's.
const OF_THINGS: [&str; 15] = [
    "message",
    "messages",
    "rate",
    "rates",
    "code",
    "codes",
    "page",
    "pages",
    "log",
    "logs",
    "budget",
    "response",
    "responses",
    "handling",
    "tracking",
];
const MADE: [&str; 7] = [
    "made",
    "make",
    "makes",
    "making",
    "committed",
    "introduced",
    "caused",
];
const VERBS: [&str; 17] = [
    "forgot",
    "forgotten",
    "overlooked",
    "neglected",
    "mistakenly",
    "accidentally",
    "inadvertently",
    "erroneously",
    "carelessly",
    "misconfigured",
    "mistyped",
    "misread",
    "misjudged",
    "missed",
    "wrongly",
    "incorrectly",
    "mishandled",
];
const WORDS: [&str; 13] = [
    "negligence",
    "negligent",
    "negligently",
    "disciplined",
    "disciplinary",
    "reprimanded",
    "incompetence",
    "incompetent",
    "careless",
    "carelessness",
    "carelessly",
    "sloppy",
    "culprit",
];

/// The phrases of a line that blame somebody, as they are written. `names` are people, folded.
pub(super) fn found(line: &Line, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut from = 0;
    let low = line.low.as_str();
    let mut sentence = |from: usize, to: usize| {
        let text = &low[from..to];
        for (begin, end) in japanese(text, names)
            .into_iter()
            .chain(english(text, names))
        {
            found.push(line.written(from + begin, from + end));
        }
    };
    for (at, c) in low.char_indices() {
        let end = at + c.len_utf8();
        let stop = matches!(c, '。' | '!' | '?' | '｡')
            || (c == '.' && low[end..].chars().next().is_none_or(char::is_whitespace));
        if stop {
            sentence(from, end);
            from = end;
        }
    }
    sentence(from, low.len());
    found
}

/// The end of the nearest of some words within so many characters, with none of `stops` before it.
fn nearest(text: &str, words: &[&str], within: usize, stops: &[char]) -> Option<(usize, usize)> {
    let mut chars = 0;
    for (at, c) in text.char_indices() {
        if let Some(word) = words.iter().find(|word| text[at..].starts_with(**word)) {
            return Some((at, at + word.len()));
        }
        chars += 1;
        if chars > within || stops.contains(&c) {
            return None;
        }
    }
    None
}

fn japanese(text: &str, names: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let han = |name: &&&str| {
        name.chars()
            .all(|c| matches!(Script::of(c), Script::Han | Script::Katakana))
    };
    let agents: Vec<&str> = SOMEBODY
        .iter()
        .chain(names.iter().filter(han))
        .copied()
        .collect();
    for agent in &agents {
        for (begin, _) in text.match_indices(agent) {
            let rest = &text[begin + agent.len()..];
            if THING.iter().any(|thing| rest.starts_with(thing)) {
                continue;
            }
            let bare = rest.trim_start_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, '名' | 'ら' | '達' | 'た' | 'ち')
            });
            let end = |part: &str, to: usize| text.len() - part.len() + to;
            for joint in OF {
                if let Some(part) = bare.strip_prefix(joint)
                    && let Some((_, to)) =
                        nearest(part, &FAULTS, 12, &['、', 'を', 'が', 'は', 'に', 'で'])
                {
                    found.push((begin, end(part, to)));
                }
            }
            for joint in DOES {
                if let Some(part) = bare.strip_prefix(joint)
                    && let Some((at, to)) = nearest(part, &FAILS, 24, &[])
                {
                    // Who takes back what was wrong is not the one who did it.
                    let mended = part[at..].starts_with("誤った")
                        && nearest(&part[to..], &MENDS, 20, &[]).is_some();
                    if !mended {
                        found.push((begin, end(part, to)));
                    }
                }
            }
        }
    }
    for failed in FAILED {
        for (begin, _) in text.match_indices(failed) {
            let rest = &text[begin + failed.len()..];
            if let Some((_, to)) = nearest(rest, &agents, 12, &['、', 'が', 'は']) {
                found.push((begin, begin + failed.len() + to));
            }
        }
    }
    for alone in ALONE {
        found.extend(
            text.match_indices(alone)
                .map(|(at, _)| (at, at + alone.len())),
        );
    }
    // Whoever does something wrong is somebody; to what it is done is a thing.
    for (at, joint) in text.match_indices("が誤って") {
        let end = at + joint.len();
        let before = &text[..at];
        let thing = THINGS.iter().any(|thing| before.ends_with(thing));
        let passive = text[end..].contains("れ");
        let somebody = before
            .chars()
            .next_back()
            .is_some_and(|c| matches!(Script::of(c), Script::Han | Script::Katakana));
        if somebody && !thing && !passive {
            let run = before
                .char_indices()
                .rev()
                .take_while(|(_, c)| matches!(Script::of(*c), Script::Han | Script::Katakana))
                .last();
            found.push((run.map_or(at, |(begin, _)| begin), end));
        }
    }
    found
}

/// A word of an English sentence, with where it stands.
struct Word<'t> {
    text: &'t str,
    /// Without `'s`.
    bare: &'t str,
    begin: usize,
    end: usize,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'');
    let mut found = Vec::new();
    let mut begin = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        match (part(c), begin) {
            (true, None) => begin = Some(at),
            (false, Some(from)) => {
                let word = &text[from..at];
                let bare = word.strip_suffix("'s").or(word.strip_suffix("s'"));
                found.push(Word {
                    text: word,
                    bare: bare.unwrap_or(word),
                    begin: from,
                    end: at,
                });
                begin = None;
            }
            _ => {}
        }
    }
    found
}

fn english(text: &str, names: &[&str]) -> Vec<(usize, usize)> {
    let words = words(text);
    let get = |at: usize| words.get(at).map_or("", |word| word.text);
    let singular = |word: &str, known: &[&str]| {
        known.contains(&word)
            || word
                .strip_suffix('s')
                .is_some_and(|word| known.contains(&word))
    };
    let agent = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| singular(word.bare, &PEOPLE) || names.contains(&word.bare))
    };
    let noun = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| singular(word.text, &NOUNS))
            && !OF_THINGS.contains(&get(at + 1))
    };
    let fails = |at: usize| {
        let next = get(at + 1);
        VERBS.contains(&get(at))
            || (get(at) == "failed" && next == "to")
            || (get(at) == "should" && next == "have")
            || (get(at) == "wrong" && matches!(next, "command" | "button" | "database" | "server"))
            || (matches!(get(at), "didn't" | "not")
                && matches!(
                    next,
                    "check" | "follow" | "notice" | "test" | "verify" | "renew"
                ))
    };
    let by_somebody = |at: usize| (at..at + 5).find(|at| agent(*at));
    let mut found = Vec::new();
    let mut add = |from: usize, to: usize| {
        if let (Some(from), Some(to)) = (words.get(from), words.get(to)) {
            found.push((from.begin, to.end));
        }
    };
    for (at, word) in words.iter().enumerate() {
        if agent(at) {
            let possessive = word.text.len() > word.bare.len();
            let reach = if possessive { 3 } else { 1 };
            if let Some(to) = (at + 1..=at + reach).find(|to| noun(*to)) {
                add(at, to);
            }
            let made =
                (at + 1..=at + 4).find(|to| MADE.contains(&get(*to)) && get(to + 1) != "sure");
            if let Some(to) = made.and_then(|made| (made + 1..=made + 3).find(|to| noun(*to))) {
                add(at, to);
            }
            if let Some(to) = (at + 1..=at + 3).find(|to| fails(*to)) {
                add(at, to);
            }
        }
        if noun(at) {
            let mut to = at + 1;
            while matches!(get(to), "that" | "was" | "were" | "is" | "which") {
                to += 1;
            }
            if MADE.contains(&get(to)) {
                to += 1;
            }
            let of = matches!(get(to), "by" | "from" | "of")
                || (get(to) == "on" && get(to + 2) == "part");
            if of && let Some(to) = by_somebody(to + 1) {
                add(at, to);
            }
        }
        if fails(at)
            && let Some(by) = (at + 1..=at + 6).find(|to| get(*to) == "by")
            && let Some(to) = by_somebody(by + 1)
        {
            add(at, to);
        }
        let adjective = matches!(get(at + 1), "approach" | "process" | "way");
        if WORDS.contains(&get(at)) && !adjective {
            add(at, at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_somebody_is_blame() {
        for text in [
            "弊社担当者の操作ミスによるものです。",
            "担当者がミスをしました。",
            "担当者の確認不足が原因です。",
            "オペレーターの操作ミスでした。",
            "従業員のミス",
            "社員の過失により",
            "新人エンジニアの誤り",
            "作業者による設定値の入力誤り",
            "レビュアー2名が誤りを見落としました",
            "オペレータが誤って削除",
            "高橋が誤って削除しました",
            "高橋さんのミス",
            "確認を怠り、",
            "ケアレスミス",
            "更新を失念しておりました",
            "人為的ミス",
            "誤って削除した担当者",
            "Caused by an operator's error.",
            "It was a human mistake.",
            "due to staff error",
            "a mistake by an engineer",
            "a mistake made by one of our operators",
            "An engineer made an error.",
            "Our on-call engineer forgot to renew it.",
            "Negligence.",
            "The employee was disciplined.",
            "It was accidentally deleted by a contractor.",
            "Human Error",
            "An engineer ran the wrong command.",
            "Quentin overlooked it",
        ] {
            assert!(!found(&Line::of(text), &["quentin"]).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_a_thing_got_wrong_is_none() {
        for text in [
            "設定の誤りが原因でした。",
            "担当者が設定の誤りを修正しました。",
            "エンジニアが誤った設定を元に戻しました。",
            "システムが誤って二重に請求しました。",
            "料金が誤って請求されました。",
            "管理者画面の誤り",
            "担当者が対応し、復旧しました。",
            "スタッフ一同お詫び申し上げます。",
            "誰かの責任を問うためではなく、",
            "設定ミス",
            "a configuration error",
            "an error in the deployment script",
            "Our engineers found an error in the deployment script.",
            "Our engineers made sure that errors are noticed.",
            "Engineers saw error messages rise.",
            "A wrong setting. Engineers restored it after errors appeared.",
            "errors were reported by our monitoring",
            "a disciplined approach",
        ] {
            assert_eq!(found(&Line::of(text), &[]), [""; 0], "{text}");
        }
    }
}
