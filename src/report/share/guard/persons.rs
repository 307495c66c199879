//! Who somebody is by their name: the forms of a known one, which of them say nothing by themselves, and what marks one that nobody knows.

use std::collections::BTreeSet;

use super::line::{Line, Script};

/// Words that are names as well, and months. They are names where they are written as one within a sentence, away from a number.
const WORDS: [&str; 92] = [
    "will", "mark", "may", "jan", "bill", "april", "june", "july", "august", "march", "grace",
    "hope", "faith", "joy", "rose", "art", "dean", "chase", "drew", "grant", "frank", "jack",
    "pat", "rob", "sue", "ray", "max", "gene", "dawn", "eve", "ivy", "lily", "daisy", "violet",
    "ruby", "amber", "crystal", "pearl", "summer", "autumn", "bob", "nick", "rich", "miles",
    "page", "young", "long", "short", "brown", "black", "white", "green", "king", "cook", "baker",
    "day", "wood", "stone", "hill", "field", "fields", "banks", "case", "price", "rice", "cash",
    "cross", "power", "powers", "best", "good", "wise", "sharp", "small", "little", "major", "an",
    "so", "do", "to", "in", "it", "me", "no", "go", "us", "we", "he", "is", "on", "or", "see",
];

/// What teams and functions are called. A name that is nothing else names nobody.
const FUNCTIONS: [&str; 104] = [
    "search",
    "payments",
    "payment",
    "web",
    "app",
    "apps",
    "mobile",
    "api",
    "data",
    "billing",
    "checkout",
    "core",
    "growth",
    "identity",
    "auth",
    "login",
    "network",
    "networking",
    "cloud",
    "storage",
    "database",
    "customer",
    "customers",
    "support",
    "success",
    "service",
    "services",
    "product",
    "products",
    "engineering",
    "design",
    "marketing",
    "sales",
    "finance",
    "it",
    "monitoring",
    "alert",
    "alerts",
    "alerting",
    "system",
    "systems",
    "release",
    "quality",
    "risk",
    "compliance",
    "partner",
    "partners",
    "vendor",
    "user",
    "users",
    "client",
    "server",
    "orders",
    "order",
    "shipping",
    "inventory",
    "notifications",
    "notification",
    "messaging",
    "email",
    "mail",
    "監視",
    "アプリ",
    "決済",
    "検索",
    "基盤",
    "ウェブ",
    "モバイル",
    "データ",
    "認証",
    "請求",
    "課金",
    "注文",
    "配送",
    "在庫",
    "通知",
    "配信",
    "画面",
    "機能",
    "設計",
    "品質",
    "企画",
    "営業",
    "管理",
    "保守",
    "サポート",
    "システム",
    "サーバー",
    "サーバ",
    "ネットワーク",
    "クラウド",
    "サービス",
    "東京",
    "大阪",
    "京都",
    "名古屋",
    "北海道",
    "沖縄",
    "関東",
    "関西",
    "業務",
    "事業",
    "本社",
    "お客様",
];

/// Family names that are places too, where one of these stands behind them.
const PLACES: [&str; 25] = [
    "千葉", "石川", "山口", "福島", "宮崎", "長野", "福岡", "山形", "秋田", "香川", "富山", "岡山",
    "佐賀", "長崎", "熊本", "川崎", "渋谷", "中野", "豊島", "品川", "大田", "横浜", "新宿", "目黒",
    "仙台",
];
const OF_PLACES: [&str; 16] = [
    "県",
    "市",
    "区",
    "都",
    "府",
    "駅",
    "町",
    "村",
    "リージョン",
    "支店",
    "支社",
    "オフィス",
    "センター",
    "データセンター",
    "拠点",
    "地方",
];

/// What is said to or of somebody behind their name.
const HONORIFICS: [&str; 5] = ["さん", "様", "氏", "部長", "課長"];

/// How what stands before one ends where it is no name.
const NOBODY: [&str; 62] = [
    "客",
    "皆",
    "位",
    "者",
    "先",
    "社",
    "員",
    "舗",
    "店",
    "業",
    "法人",
    "個人",
    "主人",
    "団体",
    "校",
    "院",
    "家族",
    "遺族",
    "生徒",
    "株主",
    "々",
    "当",
    "各",
    "両",
    "同",
    "諸",
    "仕",
    "多",
    "模",
    "異",
    "一",
    "有",
    "文",
    "摂",
    "華",
    "セ",
    "カ",
    "奥",
    "神",
    "王",
    "殿",
    "何",
    "世間",
    "ユーザー",
    "ユーザ",
    "パートナー",
    "メンバー",
    "オーナー",
    "ゲスト",
    "クライアント",
    "テナント",
    "ベンダー",
    "スタッフ",
    "エンジニア",
    "サポート",
    "メーカー",
    "グループ",
    "チーム",
    "キャリア",
    "ショップ",
    "施設",
    "屋",
];

/// What a head of a department heads.
const HEADS: [&str; 24] = [
    "営業",
    "開発",
    "運用",
    "総務",
    "人事",
    "経理",
    "技術",
    "製造",
    "企画",
    "広報",
    "法務",
    "情報",
    "システム",
    "事業",
    "本",
    "副",
    "サポート",
    "インフラ",
    "品質",
    "業務",
    "管理",
    "財務",
    "担当",
    "前",
];

/// Particles of names.
const PARTICLES: [&str; 10] = [
    "van", "de", "von", "der", "den", "la", "el", "bin", "al", "da",
];

/// Ends of what a team is called.
const TEAMS: [&str; 16] = [
    "チーム",
    "部",
    "課",
    "室",
    "班",
    "係",
    "局",
    "グループ",
    "本部",
    "担当",
    "株式会社",
    "team",
    "squad",
    "group",
    "owners",
    "on-call",
];

/// Whether a folded name says nothing about who somebody is.
pub(super) fn is_function(name: &str) -> bool {
    name.split([' ', '-', '_'])
        .all(|word| FUNCTIONS.contains(&word))
}

/// The forms that a folded name is written in, itself the first: without what is said behind it, and its parts.
pub(super) fn forms(name: &str, suffixes: &[String]) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([name.to_owned()]);
    let team = |word: &str| {
        TEAMS.iter().any(|end| word.ends_with(end)) || suffixes.iter().any(|s| s == word)
    };
    let bare = |word: &str| {
        let titles = [
            "さん",
            "様",
            "氏",
            "部長",
            "課長",
            "係長",
            "主任",
            "リーダー",
            "くん",
            "殿",
        ];
        let title = titles.iter().find_map(|title| word.strip_suffix(title));
        title
            .filter(|bare| !bare.is_empty())
            .unwrap_or(word)
            .to_owned()
    };
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    if let [word] = words.as_slice() {
        let one = bare(word);
        let chars: Vec<char> = one.chars().collect();
        // Four characters are a family name of two and another of two, mostly.
        if chars.len() == 4
            && chars.iter().all(|c| Script::of(*c) == Script::Han)
            && !FUNCTIONS.iter().any(|word| one.contains(word))
            && !chars
                .iter()
                .any(|c| "部課室班係局担当者長社員員内外用".contains(*c))
        {
            forms.insert(chars[..2].iter().collect());
        }
        if word.is_ascii() && one.contains(['.', '_']) {
            forms.extend(
                one.split(['.', '_', '-'])
                    .filter(|p| p.len() > 2)
                    .map(str::to_owned),
            );
        } else if word.is_ascii()
            && let Some((first, _)) = one.split_once('-')
            && first.len() > 3
        {
            forms.insert(first.to_owned());
        }
        if !team(&one) {
            forms.insert(one);
        }
    }
    // `payments team` has no parts; of `SREチーム 田中` one is somebody's.
    let last_is_team = words.last().is_some_and(|last| team(last));
    let functions = words
        .iter()
        .any(|word| FUNCTIONS.contains(word) && !WORDS.contains(word));
    if (2..=4).contains(&words.len()) && !(last_is_team && name.is_ascii()) {
        for (at, word) in words.iter().enumerate() {
            let part = bare(word.trim_matches('.'));
            let count = part.chars().count();
            let han = part.chars().all(|c| Script::of(c) == Script::Han);
            let fits = count > 1 || (han && at == 0);
            let known = team(word)
                || PARTICLES.contains(&part.as_str())
                || FUNCTIONS.contains(&part.as_str())
                || suffixes.contains(&part)
                || (functions && !part.is_ascii());
            if fits && !known && part.chars().any(char::is_alphabetic) {
                forms.insert(part);
            }
        }
    }
    forms
}

/// Where a folded name stands in a line as somebody's, as it is written there.
pub(super) fn named(line: &Line, name: &str) -> Option<String> {
    let word = WORDS.contains(&name);
    let place = PLACES.contains(&name);
    line.names(name).into_iter().find_map(|(begin, end)| {
        let written: String = line.shown[begin..end].iter().collect();
        if word && !is_somebody(line, begin, end) {
            return None;
        }
        let after: String = line.shown[end..].iter().take(8).collect();
        if place && OF_PLACES.iter().any(|of| after.starts_with(of)) {
            return None;
        }
        Some(written)
    })
}

/// Whether a word that may be a name is one here: with a capital, and neither at the start of a sentence nor beside a number.
fn is_somebody(line: &Line, begin: usize, end: usize) -> bool {
    let chars = &line.shown;
    let capital =
        chars[begin].is_uppercase() && chars[begin + 1..end].iter().all(|c| !c.is_uppercase());
    let before = chars[..begin].iter().rev().find(|c| !c.is_whitespace());
    let start = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, ',' | '&' | '('));
    let after = chars[end..]
        .iter()
        .find(|c| !c.is_whitespace() && !matches!(c, '.' | ','));
    let beside = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    capital && !start && !beside(before) && !beside(after)
}

/// What reads as somebody's name by what stands around it: `高橋さん`, `Mr. Smith`.
pub(super) fn marked(line: &Line) -> Vec<String> {
    let mut found = Vec::new();
    let chars = &line.shown;
    let text: Vec<char> = line.low.chars().collect();
    for honorific in HONORIFICS {
        let letters: Vec<char> = honorific.chars().collect();
        for at in 1..text.len() {
            if !text[at..].starts_with(&letters) {
                continue;
            }
            let kind = Script::of(text[at - 1]);
            if !matches!(kind, Script::Han | Script::Katakana) {
                continue;
            }
            let same = text[..at]
                .iter()
                .rev()
                .take_while(|c| Script::of(**c) == kind)
                .count();
            let run: String = text[at - same..at].iter().collect();
            let next = text.get(at + letters.len()).copied().unwrap_or(' ');
            let other = match honorific {
                "様" => "々子式相態変".contains(next),
                "氏" => next == '名' || next == '族',
                "部長" | "課長" => HEADS.iter().any(|head| run.contains(head)),
                _ => false,
            };
            if other || same > 8 || NOBODY.iter().any(|end| run.ends_with(end)) || run == "上" {
                continue;
            }
            found.push(chars[at - same..at + letters.len()].iter().collect());
        }
    }
    for title in ["Mr", "Ms", "Mrs", "Dr", "Mx"] {
        let letters: Vec<char> = title.chars().collect();
        for at in 0..chars.len() {
            let first = at == 0 || !chars[at - 1].is_alphanumeric();
            if !first || !chars[at..].starts_with(&letters) {
                continue;
            }
            let mut name = at + letters.len();
            let dot = chars.get(name) == Some(&'.');
            name += usize::from(dot);
            let gap = chars[name..]
                .iter()
                .take_while(|c| c.is_whitespace())
                .count();
            name += gap;
            let capital = chars.get(name).is_some_and(|c| c.is_uppercase());
            if capital && (dot || gap > 0) {
                let rest = chars[name..]
                    .iter()
                    .take_while(|c| c.is_alphanumeric() || **c == '-');
                found.push(chars[at..name + rest.count()].iter().collect());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_name_is_known_in_its_parts() {
        for (name, parts) in [
            ("bob smith", vec!["bob", "smith"]),
            ("jane.doe", vec!["jane", "doe"]),
            ("田中 一郎", vec!["田中", "一郎"]),
            ("田中さん", vec!["田中"]),
            ("田中部長", vec!["田中"]),
            ("sreチーム 田中", vec!["田中"]),
            ("基盤部 西園寺", vec!["西園寺"]),
            ("田中太郎", vec!["田中"]),
            ("ludwig van beethoven", vec!["ludwig", "beethoven"]),
        ] {
            let forms = forms(name, &[]);
            for part in parts {
                assert!(forms.contains(part), "{name}: {forms:?}");
            }
        }
        let team = forms("payments team", &[]);
        assert_eq!(team.len(), 1, "{team:?}");
        assert!(!forms("sreチーム 田中", &[]).contains("sreチーム"));
        assert!(!forms("ludwig van beethoven", &[]).contains("van"));
    }

    #[test]
    fn what_marks_a_person_is_seen() {
        for (text, name) in [
            ("高橋さんが対応", "高橋さん"),
            ("ﾀｶﾊｼ様", "タカハシ様"),
            ("西園寺氏が", "西園寺氏"),
            ("田中部長の", "田中部長"),
            ("ask Mr. Smith.", "Mr. Smith"),
            ("Dr Strange", "Dr Strange"),
        ] {
            assert_eq!(marked(&Line::of(text)), [name], "{text}");
        }
        for text in [
            "お客様、皆様、各位様、ユーザー様、関係者様、取引先様、弊社担当者様、会員様、加盟店様",
            "仕様、同様、様々、多様、模様、氏名、摂氏、皆さん、業者さん、たくさん",
            "営業部長、システム開発課長",
            "MS Office, DR site, Mr",
        ] {
            assert_eq!(marked(&Line::of(text)), [""; 0], "{text}");
        }
    }

    #[test]
    fn words_and_places_are_no_names() {
        for (name, text) in [
            ("will", "We will tell you. Will it return?"),
            ("jan", "On Jan 20 and 20 Jan"),
            ("may", "It may return. May 5"),
            ("bill", "the bill was wrong"),
            ("千葉", "千葉県のお客様、千葉駅"),
        ] {
            assert_eq!(named(&Line::of(text), name), None, "{text}");
        }
        for (name, text, written) in [
            ("will", "fixed by Will", "Will"),
            ("jan", "We asked Jan to help", "Jan"),
            ("千葉", "千葉が対応", "千葉"),
            ("smith", "by SMITH", "SMITH"),
        ] {
            assert_eq!(
                named(&Line::of(text), name).as_deref(),
                Some(written),
                "{text}"
            );
        }
        assert!(is_function("payments") && is_function("監視") && is_function("customer support"));
        assert!(!is_function("田中") && !is_function("search lee"));
    }
}
