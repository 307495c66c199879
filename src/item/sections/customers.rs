//! Which passages of a document are for customers: those of the section that is written for them, without what colleagues note in between.
//!
//! What isn't plainly for customers is left out, with its line: a text that lacks a sentence is mended before it is sent, one that holds a
//! word too many can't be taken back.

use super::{Inner, Passage, Reader};
use crate::document::outline::BlockId;
use crate::document::prose::{Prose, ProseKind};
use crate::item::vocabulary::{Part, Section};
use crate::item::words::{self, fold};

/// Headings within the text for customers that neither name a part of a postmortem nor anything for colleagues alone.
const HEADINGS: [&str; 46] = [
    "お詫び",
    "おわび",
    "謝罪",
    "ご挨拶",
    "ご報告",
    "日時",
    "発生日時",
    "発生期間",
    "期間",
    "障害発生日時",
    "復旧日時",
    "影響期間",
    "対象",
    "対象サービス",
    "現在の状況",
    "現状",
    "復旧状況",
    "発生状況",
    "状況",
    "事象",
    "内容",
    "障害内容",
    "経緯",
    "経過",
    "お客様へのお願い",
    "お願い",
    "お問い合わせ",
    "お問い合わせ先",
    "apology",
    "our apology",
    "apologies",
    "we are sorry",
    "when",
    "date",
    "timeline",
    "current status",
    "status",
    "affected services",
    "services affected",
    "what you need to do",
    "what you can do",
    "questions",
    "contact us",
    "our commitment",
    "details",
    "incident details",
];

/// Headings of what was done, and of what is going to be done, as one writes them to customers.
const RESPONSES: [&str; 8] = [
    "what we did",
    "our response",
    "how we responded",
    "how we fixed it",
    "対応状況",
    "弊社の対応",
    "当社の対応",
    "対応について",
];
const MEASURES: [&str; 7] = [
    "what we are doing",
    "what we are doing to prevent a recurrence",
    "what happens next",
    "how we will prevent this",
    "再発防止について",
    "再発防止への取り組み",
    "今後について",
];

/// What marks a text as one for colleagues wherever it stands in it.
const ANYWHERE: [&str; 22] = [
    "社外秘",
    "部外秘",
    "社内限",
    "社内のみ",
    "社内向け",
    "社内用",
    "社内共有",
    "社内メモ",
    "関係者限り",
    "非公開",
    "取扱注意",
    "internal only",
    "internal use",
    "internal note",
    "internal-only",
    "internal memo",
    "not for customers",
    "do not publish",
    "do not share",
    "don't share",
    "don't publish",
    "confidential",
];

/// What begins one.
const BEGINS: [&str; 13] = [
    "internal",
    "社内",
    "メモ",
    "memo",
    "note:",
    "notes:",
    "nb:",
    "todo",
    "fyi",
    "draft",
    "下書き",
    "草案",
    "注記:",
];

/// What begins so and says nothing of the kind.
const HARMLESS: [&str; 12] = [
    "メモリ",
    "memor",
    "internal server",
    "internal error",
    "internal system",
    "internal network",
    "社内システム",
    "社内ネットワーク",
    "社内体制",
    "社内調査",
    "社内教育",
    "社内手順",
];

/// What in the name of the section itself says that it isn't the text yet, or one about it.
const NO_TEXT: [&str; 15] = [
    "社内",
    "internal",
    "draft",
    "下書き",
    "ドラフト",
    "草案",
    "メモ",
    "memo",
    "notes",
    "履歴",
    "記録",
    "ログ",
    "history",
    "非公開",
    "confidential",
];

/// Columns of a table that lists who was told, and how.
const TOLD: [&str; 15] = [
    "宛先",
    "報告先",
    "連絡先",
    "通知先",
    "連絡者",
    "報告者",
    "担当",
    "送信者",
    "recipient",
    "told",
    "notified",
    "sent to",
    "sent by",
    "owner",
    "channel",
];

/// How lines of a shell, of a log and of programs begin.
const COMMANDS: [&str; 32] = [
    "$ ",
    "% ",
    "> ",
    ">>> ",
    "sudo ",
    "kubectl ",
    "curl ",
    "ssh ",
    "git ",
    "docker ",
    "psql ",
    "mysql ",
    "mysql>",
    "aws ",
    "gcloud ",
    "terraform ",
    "systemctl ",
    "grep ",
    "tail ",
    "cat ",
    "cd ",
    "select ",
    "update ",
    "delete from",
    "root@",
    "traceback",
    "error:",
    "[error",
    "[info",
    "[warn",
    "{",
    "at com.",
];

/// What a fence may say of a text that is to be copied.
const PROSE: [&str; 8] = [
    "",
    "text",
    "txt",
    "plain",
    "plaintext",
    "md",
    "markdown",
    "mail",
];

/// What a document tells customers: the text of the section that is written for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForCustomers {
    /// What stands in it outside of the next four.
    pub summary: Vec<Passage>,
    /// Below a heading in it that names the impact.
    pub impact: Vec<Passage>,
    /// The cause.
    pub cause: Vec<Passage>,
    /// What was done.
    pub response: Vec<Passage>,
    /// What prevents a recurrence.
    pub measures: Vec<Passage>,
    /// What stands there and isn't for customers.
    pub left: Vec<LeftOut>,
}

/// Something in the section for customers that isn't for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its first line in the document, from 1.
    pub line: usize,
    /// How it begins, or what its heading says.
    pub text: String,
}

impl Reader<'_> {
    /// What each section that is for customers tells them; one that says itself that it isn't ready for them is left out whole.
    pub(super) fn customers(&self) -> Vec<ForCustomers> {
        self.headings()
            .filter(|(_, _, name)| self.vocabulary.parts.whole(name) == Some(Part::Customers))
            .map(|(heading, level, name)| {
                let mut told = ForCustomers::default();
                if is_no_text(name) {
                    told.leave(self.document.blocks[heading].line, name);
                } else {
                    self.tell(heading, level, &mut told);
                }
                told
            })
            .collect()
    }

    fn tell(&self, heading: BlockId, level: u8, told: &mut ForCustomers) {
        let blocks = &self.document.blocks;
        let range = self.below(heading, level);
        let inside = self
            .headings()
            .map(|(id, level, name)| (id, level, name, blocks[id].span.clone()))
            .filter(|(.., span)| range.start <= span.start && span.start < range.end);
        let mut from = range.start;
        let mut inner = Some(Inner::Summary);
        // Below which rank nothing is for customers.
        let mut closed: Option<u8> = None;
        let mut stretches = Vec::new();
        for (id, level, name, span) in inside {
            stretches.extend(inner.map(|inner| (inner, from..span.start)));
            from = span.end;
            if closed.is_some_and(|closed| level > closed) {
                inner = None;
                continue;
            }
            inner = self.inner(name);
            closed = match inner {
                Some(_) => None,
                None => {
                    told.leave(blocks[id].line, name);
                    Some(level)
                }
            };
        }
        stretches.extend(inner.map(|inner| (inner, from..range.end)));
        let found: Vec<(Inner, Vec<Prose>)> = stretches
            .into_iter()
            .map(|(inner, range)| (inner, self.prose(&range)))
            .collect();
        let alone = found.iter().map(|(_, prose)| prose.len()).sum::<usize>() == 1;
        for (inner, prose) in found {
            let kept = self.kept(prose, alone, told);
            let place = match inner {
                Inner::Summary => &mut told.summary,
                Inner::Impact => &mut told.impact,
                Inner::Cause => &mut told.cause,
                Inner::Response => &mut told.response,
                Inner::Measures => &mut told.measures,
            };
            place.extend(self.told(&kept));
        }
    }

    /// Of a stretch what is for customers.
    fn kept(&self, prose: Vec<Prose>, alone: bool, told: &mut ForCustomers) -> Vec<Prose> {
        let mut kept = Vec::new();
        // A line that is nothing but a mark holds for all that follows, as a heading does; a table that lists who was told, for its rows.
        let (mut all, mut rows) = (false, false);
        for mut piece in prose {
            let first = piece.lines.first().cloned().unwrap_or_default();
            let table = matches!(piece.kind, ProseKind::Header | ProseKind::Row);
            if piece.kind == ProseKind::Header {
                let low = fold(&piece.lines.join(" "));
                rows = TOLD.iter().any(|word| low.contains(word));
            }
            if piece.kind == ProseKind::Heading {
                continue;
            }
            if all || (table && rows) {
                if !all && piece.kind == ProseKind::Header {
                    told.leave(piece.line, &first);
                }
                continue;
            }
            if piece.kind == ProseKind::Code {
                match self.is_letter(&piece, alone) {
                    true => kept.push(piece),
                    false => told.leave(piece.line, &first),
                }
                continue;
            }
            let Some(mark) = piece.lines.iter().position(|line| is_internal(line)) else {
                kept.push(piece);
                continue;
            };
            let line = piece.lines[mark].clone();
            told.leave(piece.line + mark, &line);
            let label = line.trim_end().ends_with([':', '：', ']', '】', ')', '）']);
            all = mark + 1 == piece.lines.len() && (label || line.chars().count() <= 16);
            piece.lines.truncate(mark);
            if !piece.lines.is_empty() {
                kept.push(piece);
            }
        }
        kept
    }

    /// Whether a code block is a text to be copied, and nothing that a machine said or is to be told.
    fn is_letter(&self, code: &Prose, alone: bool) -> bool {
        let source = self.document.source.lines();
        let fence = source.skip(code.line.saturating_sub(1)).take(1);
        let fence: String = fence
            .map(|line| line.trim_start_matches(|c: char| c.is_whitespace() || c == '>'))
            .filter(|line| line.starts_with(['`', '~']))
            .map(|line| line.trim_start_matches(['`', '~']).trim().to_lowercase())
            .collect();
        let shell = code.lines.iter().any(|line| {
            let low = line.trim_start().to_lowercase();
            COMMANDS.iter().any(|begin| low.starts_with(begin))
        });
        let internal = code.lines.iter().any(|line| is_internal(line));
        !shell && !internal && (alone || PROSE.contains(&fence.as_str()))
    }

    /// What a heading within the text for customers names; nothing where what stands below it isn't known to be for customers.
    fn inner(&self, name: &str) -> Option<Inner> {
        if is_no_text(name) || is_internal(name) {
            return None;
        }
        let among = |known: &[&str]| {
            words::alternatives(&words::without_number(name))
                .iter()
                .any(|name| known.contains(&name.as_str()))
        };
        if among(&RESPONSES) {
            return Some(Inner::Response);
        }
        if among(&MEASURES) {
            return Some(Inner::Measures);
        }
        match (
            self.vocabulary.parts.whole(name),
            self.vocabulary.heading(name),
        ) {
            (Some(Part::Impact), _) => Some(Inner::Impact),
            (Some(Part::Cause | Part::Analysis), _) => Some(Inner::Cause),
            (Some(Part::Summary | Part::Customers), _) => Some(Inner::Summary),
            (None, Some(Section::Actions | Section::Perhaps)) => Some(Inner::Measures),
            (None, Some(Section::Response)) => Some(Inner::Response),
            _ => among(&HEADINGS).then_some(Inner::Summary),
        }
    }
}

impl ForCustomers {
    fn leave(&mut self, line: usize, text: &str) {
        let mut begin: String = text.trim().chars().take(30).collect();
        if begin.len() < text.trim().len() {
            begin.push('…');
        }
        self.left.push(LeftOut { line, text: begin });
    }
}

/// Whether a line is marked as one for colleagues.
fn is_internal(line: &str) -> bool {
    let low = words::fold_bare(line);
    if ANYWHERE.iter().any(|mark| low.contains(mark)) {
        return true;
    }
    // Behind brackets, bullets and the like; a colon stays.
    let bare = low.trim_start_matches(|c: char| !c.is_alphanumeric());
    BEGINS.iter().any(|mark| bare.starts_with(mark))
        && !HARMLESS.iter().any(|begin| bare.starts_with(begin))
}

/// Whether the name of a section says that it is a draft, or for colleagues.
fn is_no_text(name: &str) -> bool {
    let low = words::fold_bare(name).replace("メモリ", "");
    let proposal = low.trim_end_matches([')', ']', '】', ' ']).ends_with('案');
    NO_TEXT.iter().any(|mark| low.contains(mark)) || proposal
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read_text, shown};
    use super::*;

    fn told(text: &str) -> ForCustomers {
        let mut all = ForCustomers::default();
        for one in read_text(&format!("# PM-1\n\n{text}\n\n## 学び\n\n学び\n")).customers {
            all.summary.extend(one.summary);
            all.impact.extend(one.impact);
            all.cause.extend(one.cause);
            all.response.extend(one.response);
            all.measures.extend(one.measures);
            all.left.extend(one.left);
        }
        all
    }

    #[test]
    fn what_colleagues_note_is_left_out() {
        for note in [
            "### Internal notes\n\nsecret",
            "### 社内向けメモ\n\nsecret",
            "### 報告履歴\n\n- secret",
            "### Q&A for support\n\nsecret",
            "### Internal notes\n\n#### Impact\n\nsecret",
            "### Cause (internal)\n\nsecret",
            "### 原因（社内メモ）\n\nsecret",
            "> Internal note: secret",
            "> **社内メモ**: secret",
            "※社内限り: secret",
            "【社内】secret",
            "メモ：secret",
            "Note: secret",
            "- internal: secret",
            "**Internal notes:**\n\n- secret\n\nsecret",
            "secret (internal only)",
            "Known.\nNOTE: secret",
            "```\n$ curl secret\n```",
            "```bash\nsecret\n```",
            "```\nroot@web01:~# secret\n```",
            "| 日時 | 宛先 | 方法 |\n|---|---|---|\n| 1/2 | secret | 電話 |",
        ] {
            let found = told(&format!("## お客様へのお知らせ\n\nKnown.\n\n{note}"));
            let all = format!(
                "{:?}{:?}{:?}{:?}{:?}",
                found.summary, found.impact, found.cause, found.response, found.measures
            );
            assert!(all.contains("Known."), "{note}: {all}");
            assert!(!all.contains("secret"), "{note}: {all}");
            assert_eq!(found.left.len(), 1, "{note}: {:?}", found.left);
            assert!(found.left[0].line >= 7, "{note}: {:?}", found.left);
        }
    }

    #[test]
    fn a_section_that_says_so_itself_is_none() {
        for name in [
            "お客様へのお知らせ（社内メモ）",
            "お客様へのお知らせ（案）",
            "Customer-facing summary (draft)",
            "Message to customers (internal)",
        ] {
            let found = told(&format!("## {name}\n\nsecret"));
            assert!(found.summary.is_empty(), "{name}");
            assert_eq!(found.left.len(), 1, "{name}");
            // A later one that is meant for them is taken.
            let found = told(&format!(
                "## {name}\n\nsecret\n\n## お客様へのお知らせ\n\n本文"
            ));
            assert_eq!(shown(&found.summary), ["本文"], "{name}");
        }
    }

    #[test]
    fn what_is_for_customers_stays() {
        for text in [
            "Internal server errors were returned.",
            "メモリが不足しました。",
            "社内システムの障害により停止しました。",
            "We took note: it is fixed.",
            "### お詫び\n\n申し訳ございません。",
            "### What happened\n\nIt stopped.",
            "### 2. 経緯\n\n10:00 停止",
            "```\nお詫び\n\n停止しました。\n```",
            "Known.\n\n```text\nDear customers\n```",
        ] {
            let found = told(&format!("## お客様へのお知らせ\n\n{text}"));
            assert_eq!(found.left, [], "{text}");
            assert!(!found.summary.is_empty(), "{text}");
        }
        let found = told(
            "## For customers\n\n### Internal notes\n\nx\n\n### Impact\n\nAll.\n\n### What we did\n\nA.\n\n### Prevention\n\nB.",
        );
        assert_eq!(shown(&found.impact), ["All."]);
        assert_eq!(shown(&found.response), ["A."]);
        assert_eq!(shown(&found.measures), ["B."]);
    }
}
