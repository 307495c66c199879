//! What a document says of its incident: summary, impact, cause, lessons, what customers are told, and what can be counted of the impact.
//!
//! A section is known by its heading, else by the label of a line. Most of it is text for colleagues, with their names in it; only the
//! section that is written for customers is text for customers, and only numbers are taken out of the rest for them.

mod customers;
mod toll;

use std::ops::Range;

use super::find::split_label;
use super::vocabulary::{Part, Section, Vocabulary};
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind};
use crate::document::prose::{self, Prose, ProseKind};
use crate::document::text::Text;

pub use customers::{ForCustomers, LeftOut};
pub use toll::{Bound, Count, Counted, Toll, Unread};
use toll::{minutes, people, yes, zone};

/// How many characters stand behind a label at most where they say what is to be written below.
const ASKED: usize = 20;

/// A piece of a section, as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// What it says, line by line. Never empty.
    pub lines: Vec<String>,
    /// Whether it is an entry of a list, or a row of a table.
    pub point: bool,
    /// Whether it is a code block: what is to be copied as it is.
    pub verbatim: bool,
    /// Its first line in the document, from 1.
    pub line: usize,
}

impl Passage {
    /// All of it on one line. Between Japanese characters a line end is nothing, else a space.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            let wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
            let close = wide(out.chars().next_back()) && wide(line.chars().next());
            if !out.is_empty() && !close {
                out.push(' ');
            }
            out.push_str(line.trim());
        }
        out
    }
}

/// What a document says of its incident.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sections {
    /// What happened.
    pub summary: Vec<Passage>,
    /// Whom it hit.
    pub impact: Vec<Passage>,
    /// Why it happened.
    pub cause: Vec<Passage>,
    /// What was learned.
    pub lessons: Vec<Passage>,
    /// What customers are told: one for each section that is for them.
    pub customers: Vec<ForCustomers>,
    /// What can be counted.
    pub toll: Toll,
    /// The time zone behind its times, where it writes one and always the same.
    pub zone: Option<&'static str>,
}

/// Reads the sections of a document. What isn't there is empty; what is yet to be filled in counts as not there.
pub fn read(document: &Document, vocabulary: &Vocabulary) -> Sections {
    let reader = Reader {
        document,
        vocabulary,
    };
    let first = |parts: &[Part]| {
        parts
            .iter()
            .map(|part| reader.part(*part))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    };
    Sections {
        summary: first(&[Part::Summary]),
        impact: first(&[Part::Impact]),
        cause: first(&[Part::Cause, Part::Analysis]),
        lessons: first(&[Part::Lessons]),
        customers: reader.customers(),
        toll: reader.toll(),
        zone: zone(&document.source),
    }
}

/// The parts of what customers are told, as in [`ForCustomers`].
#[derive(Debug, Clone, Copy)]
enum Inner {
    Summary,
    Impact,
    Cause,
    Response,
    Measures,
}

struct Reader<'d> {
    document: &'d Document,
    vocabulary: &'d Vocabulary,
}

impl Reader<'_> {
    /// The headings of the document, with level and name.
    fn headings(&self) -> impl Iterator<Item = (BlockId, u8, &str)> {
        let blocks = self.document.blocks.iter().enumerate();
        blocks.filter_map(|(id, block)| match &block.kind {
            BlockKind::Heading { level, text } => Some((id, *level, text.plain.as_str())),
            _ => None,
        })
    }

    /// The bytes below a heading, down to the next of its rank.
    fn below(&self, heading: BlockId, level: u8) -> Range<usize> {
        let blocks = &self.document.blocks;
        let start = blocks[heading].span.end;
        let end = self
            .headings()
            .find(|(id, other, _)| *id > heading && *other <= level)
            .map_or(self.document.source.len(), |(id, ..)| blocks[id].span.start);
        start..end.max(start)
    }

    /// What the document says of a part: below the first heading of that name with anything below it, else behind a label.
    fn part(&self, part: Part) -> Vec<Passage> {
        // A title names the document, not a section of it.
        let sections = self
            .headings()
            .enumerate()
            .filter(|(at, (_, level, _))| *at > 0 || *level > 1 || self.titles() > 1);
        for (_, (id, level, name)) in sections {
            if self.vocabulary.parts.whole(name) != Some(part) {
                continue;
            }
            let mut passages = Vec::new();
            for stretch in self.own(self.below(id, level), part) {
                passages.extend(self.passages(&stretch));
            }
            if !passages.is_empty() {
                return passages;
            }
        }
        self.labelled(part)
    }

    fn titles(&self) -> usize {
        self.headings().filter(|(_, level, _)| *level == 1).count()
    }

    /// A section without the sections in it that tell something else. A summary ends where the first of any kind begins.
    fn own(&self, range: Range<usize>, part: Part) -> Vec<Range<usize>> {
        let blocks = &self.document.blocks;
        let mut stretches = Vec::new();
        let mut from = range.start;
        for (id, level, name) in self.headings() {
            let start = blocks[id].span.start;
            if start < from || start >= range.end {
                continue;
            }
            if part == Part::Summary {
                stretches.push(from..start);
                return stretches;
            }
            let named = self.vocabulary.parts.whole(name);
            let other = named.is_some_and(|named| named != part)
                && !(part == Part::Analysis && named == Some(Part::Cause));
            let items = self.vocabulary.heading(name).is_some_and(Section::is_open);
            if other || items {
                stretches.push(from..start);
                from = self.below(id, level).end;
            }
        }
        stretches.push(from..range.end.max(from));
        stretches
    }

    fn passages(&self, range: &Range<usize>) -> Vec<Passage> {
        self.told(&self.prose(range))
    }

    fn prose(&self, range: &Range<usize>) -> Vec<Prose> {
        prose::within(self.document, range)
    }

    fn told(&self, found: &[Prose]) -> Vec<Passage> {
        let mut passages: Vec<Passage> = Vec::new();
        for (at, prose) in found.iter().enumerate() {
            let next = found.get(at + 1).map(|next| next.kind);
            let names_list = matches!(prose.kind, ProseKind::Paragraph)
                && matches!(next, Some(ProseKind::Point { .. }))
                && prose.lines.len() == 1
                && prose.lines[0].ends_with([':', '：']);
            let told = match prose.kind {
                ProseKind::Heading => false,
                // The first row of a table of names and values, and no header at all.
                ProseKind::Header => {
                    let name = prose.lines[0].split_once(": ").map_or("", |(name, _)| name);
                    self.vocabulary.parts.whole(name).is_some()
                }
                _ => !names_list,
            };
            if told && let Some(passage) = self.passage(prose) {
                passages.push(passage);
            }
        }
        passages
    }

    fn passage(&self, prose: &Prose) -> Option<Passage> {
        let words = self.vocabulary;
        let told = |line: &&String| {
            !(words.is_blank(line) || words.is_placeholder(line) || words.is_example(line))
        };
        let code = prose.kind == ProseKind::Code;
        let lines: Vec<String> = match code {
            true => prose.lines.clone(),
            false => prose.lines.iter().filter(told).cloned().collect(),
        };
        let something = lines.iter().any(|line| !line.trim().is_empty());
        something.then_some(Passage {
            lines,
            point: matches!(
                prose.kind,
                ProseKind::Point { .. } | ProseKind::Header | ProseKind::Row
            ),
            verbatim: code,
            line: prose.line,
        })
    }

    /// Every labelled line of the document outside of what customers are told: label, value and line.
    fn labels(&self) -> Vec<(String, String, usize)> {
        let mut found = Vec::new();
        let labelled = |text: &Text, line: usize| {
            split_label(text).map(|(label, value)| (label, value.plain.trim().to_owned(), line))
        };
        for block in &self.document.blocks {
            match &block.kind {
                BlockKind::Paragraph(lines) => {
                    found.extend(lines.iter().filter_map(|text| {
                        labelled(text, self.document.lines.line(text.span.start))
                    }));
                }
                BlockKind::Entry(entry) => {
                    let lead = entry.lead.first();
                    found.extend(lead.and_then(|lead| labelled(lead, block.line)));
                }
                BlockKind::Table(table) => {
                    for row in std::iter::once(&table.header).chain(&table.rows) {
                        if let [label, value] = row.cells.as_slice() {
                            let (label, value) = (&label.text.plain, &value.text.plain);
                            found.push((label.clone(), value.trim().to_owned(), row.line));
                        }
                    }
                }
                BlockKind::Heading { .. } => {}
            }
        }
        found
    }

    fn labelled(&self, part: Part) -> Vec<Passage> {
        let below = self.below_label(part);
        if !below.is_empty() {
            return below;
        }
        let told = self.labels().into_iter().find(|(label, value, _)| {
            self.vocabulary.parts.whole(label) == Some(part)
                && !self.vocabulary.is_blank(value)
                && !self.vocabulary.is_placeholder(value)
        });
        told.map(|(_, value, line)| Passage {
            lines: vec![value],
            point: false,
            verbatim: false,
            line,
        })
        .into_iter()
        .collect()
    }

    /// What stands below a line that is the name of a part, with no value behind it but what a template asks for
    /// (`サマリ：どんな障害だったか`): the rest of its paragraph, and the list after it.
    fn below_label(&self, part: Part) -> Vec<Passage> {
        let blocks = &self.document.blocks;
        for (id, block) in blocks.iter().enumerate() {
            let BlockKind::Paragraph(lines) = &block.kind else {
                continue;
            };
            let named = |text: &Text| split_label(text).filter(|(label, _)| self.is_label(label));
            let begin = lines.iter().position(|line| {
                named(line).is_some_and(|(label, value)| {
                    let asks = value.plain.chars().count() <= ASKED
                        && !value.plain.contains(|c: char| c.is_numeric() || c == '。');
                    self.vocabulary.parts.whole(&label) == Some(part) && asks
                })
            });
            let Some(begin) = begin else { continue };
            let rest = &lines[begin + 1..];
            let length = rest.iter().position(|line| named(line).is_some());
            let end = rest[..length.unwrap_or(rest.len())]
                .last()
                .map_or(lines[begin].span.end, |line| line.span.end);
            // A list right below is this one's; one behind a blank line may be anybody's.
            let at = |end: usize| self.document.lines.line(end.saturating_sub(1));
            let adjoins = length.is_none()
                && blocks
                    .get(id + 1)
                    .is_some_and(|next| next.line == at(end) + 1);
            let list = blocks[id + 1..].iter().take_while(|next| {
                adjoins && matches!(next.kind, BlockKind::Entry(_)) && next.section == block.section
            });
            let end = list.last().map_or(end, |entry| entry.span.end.max(end));
            let passages = self.passages(&(lines[begin].span.end..end));
            if !passages.is_empty() {
                return passages;
            }
        }
        Vec::new()
    }

    /// Whether a label is the name of anything that a document tells.
    fn is_label(&self, label: &str) -> bool {
        let words = self.vocabulary;
        words.parts.whole(label).is_some()
            || words.fields.whole(label).is_some()
            || words.heading(label).is_some()
    }

    fn toll(&self) -> Toll {
        let mut toll = Toll::default();
        for (label, value, _) in self.labels() {
            let empty = self.vocabulary.is_placeholder(&value) || self.vocabulary.is_blank(&value);
            match self.vocabulary.parts.whole(&label) {
                // なし is an answer to whether data was lost.
                part if empty && (part != Some(Part::DataLoss) || yes(&value).is_none()) => {}
                Some(Part::Users) => {
                    toll.users = toll.users.or_else(|| people(&value));
                    toll.unread.users |= toll.users.is_none();
                }
                Some(Part::Down) => {
                    toll.unread.down |= minutes(&value).is_none();
                    toll.down_minutes = toll.down_minutes.or_else(|| minutes(&value));
                }
                Some(Part::Degraded) => {
                    toll.unread.degraded |= minutes(&value).is_none();
                    toll.degraded_minutes = toll.degraded_minutes.or_else(|| minutes(&value));
                }
                Some(Part::DataLoss) => {
                    toll.unread.data |= yes(&value).is_none();
                    toll.data_lost = toll.data_lost.or_else(|| yes(&value));
                }
                _ => {}
            }
        }
        toll
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(in crate::item::sections) fn read_text(text: &str) -> Sections {
        read(&Document::parse(text), Vocabulary::built_in())
    }

    pub(in crate::item::sections) fn shown(passages: &[Passage]) -> Vec<String> {
        passages.iter().map(Passage::text).collect()
    }

    #[test]
    fn sections_are_known_by_their_headings() {
        let japanese = "# ポストモーテム: 検索の停止\n\n## 📊 サマリー\n\n検索が止まりました。\n復旧済みです。\n\n### 背景\n別の話\n\n## 🔍 根本原因分析\n\n### 5 Whys\n\nなぜ？\n\n### 根本原因\n\n**Primary**:\n- 監視がない\n- [ここに記入]\n\n## 影響範囲（ユーザー/時間）\n\n### ユーザーへの影響\n- 影響ユーザー数: 約1万2000ユーザー\n\n### ビジネスへの影響\n- 問い合わせ: 12件\n\n## 📚 学び\n\n1. 早く気づく\n";
        let told = read_text(japanese);
        assert_eq!(shown(&told.summary), ["検索が止まりました。復旧済みです。"]);
        assert_eq!(shown(&told.cause), ["監視がない"]);
        assert_eq!(
            shown(&told.impact),
            ["影響ユーザー数: 約1万2000ユーザー", "問い合わせ: 12件"]
        );
        assert_eq!(shown(&told.lessons), ["早く気づく"]);
        assert_eq!(told.toll.users, Some(Count::about(12_000.0)));
        assert!(told.customers.is_empty());

        let english = "# 2025-01-05 Search was down\n\n# Summary\n\nSearch was\ndown.\n\n# 3. Impact\n\n| Users affected | 1,234 |\n|---|---|\n| Downtime | 1 hour 45 min |\n\n# Root cause analysis\n\nNo index.\n\n## Action items\n\n- Add one\n\n# Lessons Learned\n\n- TBD\n";
        let told = read_text(english);
        assert_eq!(shown(&told.summary), ["Search was down."]);
        assert_eq!(
            shown(&told.impact),
            ["Users affected: 1,234", "Downtime: 1 hour 45 min"]
        );
        assert_eq!(shown(&told.cause), ["No index."]);
        assert!(told.lessons.is_empty());
        assert_eq!(told.toll.users.map(|u| u.number), Some(1234.0));
        assert_eq!(told.toll.down_minutes, Some(105));
    }

    #[test]
    fn labels_serve_where_no_heading_does() {
        let told = read_text(
            "# 障害報告\n\n**影響**: iOS 15 の約500名\n**原因**: [原因を記入]\n\n- データ損失: なし\n",
        );
        assert_eq!(shown(&told.impact), ["iOS 15 の約500名"]);
        assert!(told.cause.is_empty() && told.summary.is_empty());
        assert_eq!(told.toll.data_lost, Some(false));
        let told = read_text(
            "タイトル：検索の停止\n\nサマリ：どんな障害だったか\n検索が\n止まった。\n影響：数\n\n原因：障害の原因\n- 索引がない\n- 試験がない\n\n対応：\n1. 戻した\n",
        );
        assert_eq!(shown(&told.summary), ["検索が止まった。"]);
        assert_eq!(shown(&told.impact), ["数"]);
        assert_eq!(shown(&told.cause), ["索引がない", "試験がない"]);
        let title = read_text("# Root cause analysis\n\nJust a text\n");
        assert!(title.cause.is_empty(), "a title is no section");
    }

    #[test]
    fn what_is_for_customers_is_read_with_its_parts() {
        let told = read_text(
            "# PM-1\n\n## 📝 顧客への報告\n\n```\nお詫び\n\n停止しました。\n```\n\n### 原因\n\n設定の誤り\n\n### 再発防止策\n\n- 監視の強化\n\n## フォローアップ\n\n社内のこと\n",
        );
        let letter = &told.customers[0].summary[0];
        assert_eq!(letter.lines, ["お詫び", "", "停止しました。"]);
        assert_eq!(letter.line, 5);
        assert_eq!(shown(&told.customers[0].cause), ["設定の誤り"]);
        assert_eq!(shown(&told.customers[0].measures), ["監視の強化"]);
        assert_eq!(told.customers[0].summary.len(), 1);
        // How customers were told is no text for them.
        let told = read_text("# PM-1\n\n## Customer communication\n\nBob wrote to them.\n");
        assert!(told.customers.is_empty());
    }
}
