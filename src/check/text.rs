//! Findings for a terminal: the most pressing first, grouped by owner, each with its age and its link.

use unicode_width::UnicodeWidthStr;

use super::message::counted_days;
use super::problems;
use super::{DueSource, Filter, Finding, FindingKind, Findings, Source};
use crate::config::Language;
use crate::item::Status;
use crate::list::counted;
use crate::output::{BAD, BOLD, DIM, GOOD, WARN, plain, styled};

/// Where the second line of a finding begins.
const INDENT: usize = 4;

/// The findings, `width` columns wide at most, but for links, which are never broken.
pub fn text(findings: &Findings, language: Language, width: usize) -> String {
    let mut out = String::new();
    for kind in FindingKind::ALL {
        let found: Vec<&Finding> = findings.of(kind).collect();
        if !found.is_empty() {
            group(&mut out, kind, &found, language, width);
        }
    }
    out.push_str(&summary(findings, language, width));
    out
}

fn group(
    out: &mut String,
    kind: FindingKind,
    found: &[&Finding],
    language: Language,
    width: usize,
) {
    let heading = format!("{} ({})", kind.label(language), found.len());
    out.push_str(&styled(style(kind).bold(), &heading));
    out.push('\n');
    // Owners in the order of their latest item; findings come in that order.
    let mut owners: Vec<Vec<&str>> = Vec::new();
    for finding in found {
        let named = owned_by(finding);
        if !owners.contains(&named) {
            owners.push(named);
        }
    }
    for named in &owners {
        let who = match (named.is_empty(), kind) {
            (false, _) => named.join(language.pick("、", ", ")),
            (true, FindingKind::NoOwner | FindingKind::ReviewDue | FindingKind::LatePostmortem) => {
                String::new()
            }
            (true, _) => language.pick("（担当なし）", "(no owner)").to_owned(),
        };
        if !who.is_empty() {
            out.push_str(&format!(
                "  {}\n",
                styled(BOLD, &cut(&plain(&who), width.saturating_sub(2)))
            ));
        }
        let ages: Vec<String> = found.iter().map(|f| age(f, language)).collect();
        let column = ages.iter().map(|age| age.width()).max().unwrap_or(0);
        for (finding, age) in found.iter().zip(&ages) {
            if owned_by(finding) == *named {
                entry(out, finding, (age, column), language, width);
            }
        }
    }
    out.push('\n');
}

fn owned_by(finding: &Finding) -> Vec<&str> {
    finding
        .item
        .iter()
        .flat_map(|item| item.owners.iter().map(String::as_str))
        .collect()
}

/// Two lines: age, name and title; then what is known of it, and its link, on a line of its own where there is no room.
fn entry(
    out: &mut String,
    finding: &Finding,
    (age, column): (&str, usize),
    language: Language,
    width: usize,
) {
    let title = match &finding.item {
        Some(item) => &item.title,
        None => &finding.postmortem.title,
    };
    let name = plain(&finding.name());
    let indent = if column == 0 {
        INDENT
    } else {
        INDENT + column + 2
    };
    let room = width.saturating_sub(indent + name.width() + 2).max(8);
    let pad = " ".repeat(column.saturating_sub(age.width()));
    let gap = if column == 0 { "" } else { "  " };
    out.push_str(&format!(
        "{}{pad}{}{gap}{}  {}\n",
        " ".repeat(INDENT),
        styled(style(finding.kind), age),
        styled(BOLD, &name),
        cut(&plain(title), room)
    ));
    let facts: Vec<String> = facts(finding, language).iter().map(|f| plain(f)).collect();
    let mut lines = wrapped(&facts, width.saturating_sub(indent));
    let link = match finding.item.as_ref().and_then(|item| item.issue.as_ref()) {
        Some(issue) => issue
            .url
            .clone()
            .or_else(|| issue.number.map(|n| format!("#{n}"))),
        None => None,
    }
    .unwrap_or_else(|| format!("{}:{}", finding.postmortem.path, finding.line));
    let link = plain(&link);
    match lines.last_mut() {
        Some(last) if indent + last.width() + 3 + link.width() <= width => {
            last.push_str(" · ");
            last.push_str(&link);
        }
        _ => lines.push(link),
    }
    for line in lines {
        out.push_str(&format!("{}{}\n", " ".repeat(indent), styled(DIM, &line)));
    }
}

/// The age that stands in front: days late, or days left.
fn age(finding: &Finding, language: Language) -> String {
    let Some(days) = finding.days else {
        return String::new();
    };
    match finding.kind {
        FindingKind::DueSoon if days == 0 => language.pick("今日", "today").to_owned(),
        FindingKind::DueSoon | FindingKind::AtRisk => language.pick(
            format!("あと{}日", -days),
            format!("in {}", counted_days(-days)),
        ),
        FindingKind::Stale => language.pick(format!("{days}日間"), counted_days(days)),
        FindingKind::ReviewDue if days == 0 => language.pick("今日", "today").to_owned(),
        FindingKind::ReviewDue => language.pick(format!("{days}日経過"), counted_days(days)),
        _ => language.pick(format!("{days}日超過"), counted_days(days)),
    }
}

/// What is known of a finding beside its age and name.
fn facts(finding: &Finding, language: Language) -> Vec<String> {
    let mut facts = Vec::new();
    match finding.kind {
        FindingKind::Overdue | FindingKind::DueSoon | FindingKind::AtRisk => {
            if let Some(priority) = finding.item.as_ref().and_then(|item| item.priority) {
                facts.push(priority.to_string());
            }
            facts.push(match (finding.due_source, finding.due) {
                (Some(DueSource::Policy), Some(due)) => language.pick(
                    format!("期限 {due}（目安）"),
                    format!("due {due} by policy"),
                ),
                _ => finding.due_words(language),
            });
            if finding.kind == FindingKind::AtRisk {
                let (allowed, left) = (
                    finding.allowed.unwrap_or_default(),
                    -finding.days.unwrap_or_default(),
                );
                let gone = allowed - left;
                facts.push(language.pick(
                    format!("{allowed}日中{gone}日経過"),
                    format!("{gone} of {} gone", counted_days(allowed)),
                ));
            }
            if let Some(item) = finding
                .item
                .as_ref()
                .filter(|item| item.status != Status::Todo)
            {
                facts.push(item.status.label(language).to_owned());
            }
        }
        FindingKind::Stale => facts.push(
            language
                .pick("進行中のまま動きなし", "in progress, no activity")
                .to_owned(),
        ),
        FindingKind::Drift => {
            facts.push(finding.message(language));
            facts.extend(finding.hint(language).map(|hint| format!("→ {hint}")));
        }
        FindingKind::ReviewDue | FindingKind::LatePostmortem | FindingKind::WaiverUnreasoned => {
            facts.push(finding.message(language));
        }
        FindingKind::NoDue => facts.extend(
            finding
                .item
                .as_ref()
                .and_then(|item| item.due_text.as_ref())
                .map(|_| finding.message(language)),
        ),
        FindingKind::NoOwner => facts.extend(
            finding
                .item
                .as_ref()
                .and_then(|item| item.owner_text.as_ref())
                .map(|_| finding.message(language)),
        ),
    }
    facts
}

/// Facts joined into lines that fit.
fn wrapped(facts: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for fact in facts {
        match lines.last_mut() {
            Some(last) if last.width() + 3 + fact.width() <= room => {
                last.push_str(" · ");
                last.push_str(fact);
            }
            _ => lines.extend(broken(fact, room)),
        }
    }
    lines
}

/// A long fact in lines, broken at spaces, and anywhere between Japanese characters.
fn broken(fact: &str, room: usize) -> Vec<String> {
    let room = room.max(20);
    let mut lines = vec![String::new()];
    for word in words(fact) {
        let last = lines.last_mut().map_or("", |line| line.as_str());
        if !last.is_empty() && last.width() + word.trim_end().width() > room {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
        }
    }
    lines
        .iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The parts that a line may be broken between: words with the space behind them, single wide characters, and commands between backticks.
fn words(text: &str) -> Vec<&str> {
    let wide = |c: char| UnicodeWidthStr::width(c.encode_utf8(&mut [0; 4]) as &str) > 1;
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut in_command = false;
    for (at, c) in text.char_indices() {
        // A command stays in one piece, to be copied.
        let breaks = !in_command
            && before.is_some_and(|b| {
                (b.is_whitespace() && !c.is_whitespace())
                    || (wide(b)
                        && !"（「".contains(b)
                        && !"、。」）".contains(c)
                        && (wide(c) || c.is_alphanumeric()))
            });
        if breaks {
            parts.push(&text[start..at]);
            start = at;
        }
        in_command ^= c == '`';
        before = Some(c);
    }
    parts.push(&text[start..]);
    parts
}

/// A text cut to a display width, with a mark where something is missing.
fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        let mut next = short.clone();
        next.push(c);
        if next.width() + 1 > room {
            break;
        }
        short = next;
    }
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

fn style(kind: FindingKind) -> anstyle::Style {
    match kind {
        FindingKind::Overdue => BAD,
        FindingKind::DueSoon
        | FindingKind::AtRisk
        | FindingKind::Stale
        | FindingKind::Drift
        | FindingKind::ReviewDue
        | FindingKind::LatePostmortem => WARN,
        FindingKind::NoDue | FindingKind::NoOwner | FindingKind::WaiverUnreasoned => {
            anstyle::Style::new()
        }
    }
}

/// What there is in all: found, looked at, and from where.
fn summary(findings: &Findings, language: Language, width: usize) -> String {
    let counts = counts(findings, language);
    let comma = language.pick("、", ", ");
    let first = match counts.is_empty() {
        true if problems::unread(findings) > 0 => nothing(findings, language),
        true => styled(GOOD, &nothing(findings, language)),
        false => {
            let (mut lines, mut taken) = (String::new(), 0);
            for (at, (kind, text)) in counts.iter().enumerate() {
                let more = at + 1 < counts.len();
                let needed = text.width() + if more { comma.trim_end().width() } else { 0 };
                if taken > 0 && taken + needed > width {
                    lines.truncate(lines.trim_end().len());
                    lines.push('\n');
                    taken = 0;
                }
                lines.push_str(&styled(style(*kind), text));
                lines.push_str(if more { comma } else { "" });
                taken += text.width() + comma.width();
            }
            lines
        }
    };
    let mut out = format!("{first}\n");
    for line in problems::counts(findings, language)
        .iter()
        .flat_map(|text| broken(text, width))
    {
        out.push_str(&format!("{}\n", styled(WARN, &line)));
    }
    for line in wrapped(&background(findings, language), width) {
        out.push_str(&format!("{}\n", styled(DIM, &line)));
    }
    out
}

/// How many findings there are of each kind.
pub(super) fn counts(findings: &Findings, language: Language) -> Vec<(FindingKind, String)> {
    FindingKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let count = findings.count(kind);
            (count > 0).then(|| (kind, kind.counted(count, language)))
        })
        .collect()
}

/// That nothing was found, of what was asked for.
pub(super) fn nothing(findings: &Findings, language: Language) -> String {
    let Filter { kinds, owners, .. } = &findings.only;
    if !owners.is_everybody() && findings.checked.items == 0 {
        // To be told that nothing is late would be good news for whoever has nothing here at all.
        let names = owners.names().iter().map(|name| plain(name));
        let names = names.collect::<Vec<_>>().join(language.pick("、", ", "));
        return language.pick(
            format!("{names} の項目は、この文書の中にありません。"),
            format!("No item of these documents is {names}'s."),
        );
    }
    if kinds.is_empty() {
        return match problems::unread(findings) {
            0 => language.pick("遅れているものはありません。", "Nothing is late."),
            _ => language.pick(
                "読み取れた文書には、遅れているものはありません。",
                "Nothing is late in what could be read.",
            ),
        }
        .to_owned();
    }
    let kinds = listed(kinds.iter().map(|kind| kind.label(language)), language);
    language.pick(
        format!("該当するものはありません（{kinds}）。"),
        format!("Nothing found: {}.", kinds.to_lowercase()),
    )
}

fn listed<'t>(names: impl Iterator<Item = &'t str>, language: Language) -> String {
    names.collect::<Vec<_>>().join(language.pick("、", ", "))
}

/// What the findings were narrowed to; nothing where all were asked for.
pub(crate) fn narrowed(findings: &Findings, language: Language) -> Option<String> {
    let Filter {
        owners,
        kinds,
        min_priority,
    } = &findings.only;
    let mut parts = Vec::new();
    if !owners.is_everybody() {
        let owners: Vec<String> = owners.names().iter().map(|owner| plain(owner)).collect();
        parts.push(listed(owners.iter().map(String::as_str), language));
    }
    if let Some(least) = min_priority {
        let least = least.as_str();
        parts.push(language.pick(format!("{least} 以上"), format!("{least} and above")));
    }
    if !kinds.is_empty() {
        let kinds = listed(kinds.iter().map(|kind| kind.label(language)), language);
        parts.push(language.pick(kinds.clone(), kinds.to_lowercase()));
    }
    if parts.is_empty() {
        return None;
    }
    let parts = parts.join(language.pick("、", ", "));
    Some(language.pick(format!("絞り込み: {parts}"), format!("only {parts}")))
}

/// What was looked at, when, and by what.
pub(super) fn background(findings: &Findings, language: Language) -> Vec<String> {
    let checked = findings.checked;
    let mut facts: Vec<String> = narrowed(findings, language).into_iter().collect();
    facts.push(language.pick(
        format!(
            "文書 {} 件、アクション {} 件のうち未完了 {} 件",
            checked.documents, checked.items, checked.open
        ),
        format!(
            "{} open of {} in {}",
            checked.open,
            counted(checked.items, "item"),
            counted(checked.documents, "document")
        ),
    ));
    if checked.waived > 0 {
        facts.push(language.pick(
            format!("期限延長 {} 件", checked.waived),
            format!("{} extended", checked.waived),
        ));
    }
    if let Some(next) = checked.next_due {
        facts.push(language.pick(format!("次の期限 {next}"), format!("next due {next}")));
    }
    facts.push(format!("{} ({})", findings.today, findings.timezone.name()));
    facts.push(
        match findings.source {
            Source::Github => language.pick("状態は GitHub の現在", "status from GitHub"),
            Source::Documents => language.pick("状態は文書の記載", "status as the documents say"),
        }
        .to_owned(),
    );
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_cut_by_display_width() {
        for (text, room, expected) in [
            ("short", 10, "short"),
            ("exactly ten", 11, "exactly ten"),
            ("a longer title", 8, "a longe…"),
            ("監視を足す", 10, "監視を足す"),
            ("監視を足して通知する", 10, "監視を足…"),
        ] {
            assert_eq!(cut(text, room), expected);
            assert!(cut(text, room).width() <= room);
        }
    }

    #[test]
    fn long_facts_are_broken_to_the_width() {
        for text in [
            "status: `done` in the document, `reopened` on GitHub, and somebody has to decide which one it is",
            "ステータス: 文書は「完了」、GitHub は「再オープン」です。どちらが正しいかを決めてください。決まったら次のコマンドを実行します",
        ] {
            let lines = broken(text, 40);
            assert!(lines.len() > 1, "{lines:?}");
            assert!(lines.iter().all(|line| line.width() <= 40), "{lines:?}");
            let joined: String = lines.join(" ").split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
    }
}
