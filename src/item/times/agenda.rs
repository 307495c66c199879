//! What a follow-up review goes through, as the document itself writes it: the headings of its follow-up section and the entries below.

use super::super::Postmortem;
use super::super::vocabulary::Vocabulary;
use super::heads_review;
use crate::document::Document;
use crate::document::outline::{BlockId, BlockKind};

/// The part of a document that is about following up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowUp {
    /// The heading over all of it: the one above the reviews, else one of that name.
    pub section: Option<BlockId>,
    /// The heading of each review, in the order of [`Postmortem::reviews`]; `None` for one that is set in a line or a table.
    pub reviews: Vec<Option<BlockId>>,
    /// What there is to go through, in document order.
    pub agenda: Vec<AgendaPart>,
}

/// A heading and what stands directly below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaPart {
    /// The heading.
    pub heading: BlockId,
    /// What it says.
    pub title: String,
    /// The review that it sets: its place in [`Postmortem::reviews`].
    pub review: Option<usize>,
    /// Its entries, but for action items.
    pub points: Vec<Point>,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// What it says, as plain text.
    pub text: String,
    /// Whether its box is ticked; `None` without one.
    pub done: Option<bool>,
    /// Its line, from 1.
    pub line: usize,
}

/// Finds the part of a document that is about following up.
pub fn follow_up(
    document: &Document,
    postmortem: &Postmortem,
    vocabulary: &Vocabulary,
) -> FollowUp {
    let blocks = &document.blocks;
    let is_heading = |id: &BlockId| matches!(blocks[*id].kind, BlockKind::Heading { .. });
    let headings = || (0..blocks.len()).filter(is_heading);
    let reviews: Vec<Option<BlockId>> = postmortem
        .reviews
        .iter()
        .map(|review| headings().find(|id| blocks[*id].line == review.line))
        .collect();
    // The title of the whole document names no section of it.
    let title = headings().next().filter(|id| level(document, *id) == 1);
    let is_section = |id: &BlockId| Some(*id) != title;
    let above = reviews
        .iter()
        .flatten()
        .find_map(|id| blocks[*id].section)
        .filter(is_section);
    let named = |id: &BlockId| {
        let name = heading(document, *id);
        is_section(id)
            && !reviews.contains(&Some(*id))
            && (vocabulary.review_sections.whole(name) == Some(())
                || heads_review(name, vocabulary))
    };
    let section = above.or_else(|| headings().find(named));
    let within = |id: BlockId| {
        Some(id) == section
            || document
                .sections(id)
                .any(|(above, _)| Some(above) == section)
    };
    let is_item = |id: BlockId| postmortem.items.iter().any(|item| item.place.block == id);
    let agenda = headings()
        .filter(|id| section.is_some() && within(*id) || reviews.contains(&Some(*id)))
        .filter(|id| !is_item(*id))
        .map(|id| AgendaPart {
            heading: id,
            title: heading(document, id).trim().to_owned(),
            review: reviews.iter().position(|review| *review == Some(id)),
            points: points(document, id, &is_item),
        })
        .filter(|part| part.review.is_some() || !part.points.is_empty())
        .collect();
    FollowUp {
        section,
        reviews,
        agenda,
    }
}

/// The entries directly below a heading, and those in them; an action item and its steps are none.
fn points(document: &Document, heading: BlockId, is_item: &dyn Fn(BlockId) -> bool) -> Vec<Point> {
    let blocks = &document.blocks;
    let belongs_to_item = |id: BlockId| {
        let mut at = Some(id);
        std::iter::from_fn(|| {
            let this = at?;
            at = blocks[this].parent;
            Some(this)
        })
        .any(is_item)
    };
    (heading + 1..blocks.len())
        .take_while(|id| !matches!(blocks[*id].kind, BlockKind::Heading { .. }))
        .filter(|id| !belongs_to_item(*id))
        .filter_map(|id| match &blocks[id].kind {
            BlockKind::Entry(entry) => {
                let lead = entry.lead.first().filter(|lead| !lead.is_blank())?;
                Some(Point {
                    text: lead.plain.trim().to_owned(),
                    done: entry.checkbox.as_ref().map(|checkbox| checkbox.ticked),
                    line: blocks[id].line,
                })
            }
            _ => None,
        })
        .collect()
}

fn heading(document: &Document, id: BlockId) -> &str {
    match &document.blocks[id].kind {
        BlockKind::Heading { text, .. } => &text.plain,
        _ => "",
    }
}

/// The rank of a heading, 1 to 6.
pub fn level(document: &Document, id: BlockId) -> u8 {
    match &document.blocks[id].kind {
        BlockKind::Heading { level, .. } => *level,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, Vec<String>) {
        let document = Document::parse(text);
        let vocabulary = Vocabulary::built_in();
        let postmortem = crate::item::read(&document, "PM-1.md", "PM-", vocabulary);
        let found = follow_up(&document, &postmortem, vocabulary);
        let parts = found.agenda.iter().map(|part| {
            let points = part.points.iter().map(|point| {
                let sign = match point.done {
                    Some(true) => "x ",
                    Some(false) => "o ",
                    None => "",
                };
                format!("{sign}{}", point.text)
            });
            let review = if part.review.is_some() { "*" } else { "" };
            format!(
                "{}{review}: {}",
                part.title,
                points.collect::<Vec<_>>().join(" / ")
            )
        });
        let section = found.section.map(|id| heading(&document, id).to_owned());
        (section, parts.collect())
    }

    #[test]
    fn what_a_review_goes_through_is_read() {
        for (text, section, agenda) in [
            (
                "# PM-1\n\n## 🔄 フォローアップ\n\n### 2週間後レビュー（2025-01-24）\n- [ ] 全件の完了\n- [x] 効果\n\n### 教訓化\n- [ ] 手順書\n\n## 参加者\n- @bob\n",
                Some("🔄 フォローアップ"),
                vec![
                    "2週間後レビュー（2025-01-24）*: o 全件の完了 / x 効果",
                    "教訓化: o 手順書",
                ],
            ),
            (
                "# PM-1\n\n## Follow-up\n\n1. Look at the graphs\n   - [ ] of memory\n\ntext\n",
                Some("Follow-up"),
                vec!["Follow-up: Look at the graphs / o of memory"],
            ),
            // The section is known by the reviews in it, whatever it is called.
            (
                "# PM-1\n\n## Later\n\n### 30-day review (2025-02-01)\n\n- [ ] all done?\n",
                Some("Later"),
                vec!["30-day review (2025-02-01)*: o all done?"],
            ),
            (
                "# PM-1\n\n## Follow-up review (2025-02-01)\n",
                None,
                vec!["Follow-up review (2025-02-01)*: "],
            ),
            ("# Follow-up review of PM-1\n\n- a\n", None, vec![]),
            ("# PM-1\n\n- Next review: 2025-02-01\n", None, vec![]),
            // Action items are no agenda.
            (
                "# PM-1\n\n## Follow-up\n\n- [ ] Fix it (@bob, due 2025-02-01)\n  - [ ] first\n- [ ] Fix that (@eve, due 2025-02-01)\n",
                Some("Follow-up"),
                vec![],
            ),
            ("", None, vec![]),
        ] {
            let (found, parts) = read(text);
            assert_eq!(found.as_deref(), section, "{text}");
            assert_eq!(parts, agenda, "{text}");
        }
    }
}
