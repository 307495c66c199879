//! Regions of a document that pm-sync owns, between two comments on lines of their own.

use std::borrow::Cow;
use std::ops::Range;

use super::text::source_lines;

/// The line that opens the progress region.
pub const PROGRESS_BEGIN: &str = "<!-- pm-sync:progress -->";
/// The line that closes it.
pub const PROGRESS_END: &str = "<!-- /pm-sync:progress -->";

/// How the line that opens a snapshot of a follow-up review begins; its day and what it is known by follow.
pub const REVIEW_BEGIN: &str = "<!-- pm-sync:review";
/// The line that closes it.
pub const REVIEW_END: &str = "<!-- /pm-sync:review -->";

/// The kinds of region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// How far the items are; a document has one.
    Progress,
    /// How they were on the day of a review; a document has one for each.
    Review,
}

/// A marker line, and whether it opens a region or closes it.
#[derive(Debug, Clone, Copy)]
struct Marker<'s> {
    opens: bool,
    /// Where it begins, behind what makes its line part of a quote or an entry.
    at: usize,
    /// It, without white space around.
    text: &'s str,
}

impl Marker<'_> {
    fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// A snapshot of a follow-up review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot<'s> {
    /// Its bytes, both marker lines included, without the last line end.
    pub span: Range<usize>,
    /// What its first line says behind `pm-sync:review`.
    pub label: &'s str,
}

/// The bytes of the progress region, both marker lines included (without the last line end), outside fenced code.
///
/// `None` where there is none, or where it is not closed: what isn't closed is not ours.
pub fn find(source: &str) -> Option<Range<usize>> {
    let mut begin = None;
    for marker in markers(source, Kind::Progress) {
        match (begin, marker.opens) {
            (None, true) => begin = Some(marker.at),
            (Some(begin), false) => return Some(begin..marker.end()),
            _ => {}
        }
    }
    None
}

/// The snapshots of follow-up reviews, outside fenced code: each from a marker that opens one to the next, which closes it. What isn't
/// closed is not ours; see [`unpaired_review`].
pub fn snapshots(source: &str) -> Vec<Snapshot<'_>> {
    let markers = markers(source, Kind::Review);
    markers
        .windows(2)
        .filter_map(|pair| match pair {
            [begin, end] if begin.opens && !end.opens => Some(Snapshot {
                span: begin.at..end.end(),
                label: label(begin.text).unwrap_or_default(),
            }),
            _ => None,
        })
        .collect()
}

/// Every region of ours, whatever it holds: nothing in them is a person's.
pub fn all(source: &str) -> Vec<Range<usize>> {
    let reviews = snapshots(source).into_iter().map(|found| found.span);
    find(source).into_iter().chain(reviews).collect()
}

/// The text with all of our regions made blank, and every line where it was: what people wrote.
pub fn without(source: &str) -> Cow<'_, str> {
    let ours = all(source);
    if ours.is_empty() {
        return Cow::Borrowed(source);
    }
    let ours = |at: usize| ours.iter().any(|region| region.contains(&at));
    let blank = |(at, c): (usize, char)| match c {
        '\n' | '\r' => Some(c),
        c => (!ours(at)).then_some(c),
    };
    Cow::Owned(source.char_indices().filter_map(blank).collect())
}

/// What stands behind `pm-sync:review` in the line that opens a snapshot.
fn label(line: &str) -> Option<&str> {
    let label = line.strip_prefix(REVIEW_BEGIN)?.strip_suffix("-->")?;
    (label.starts_with(' ') && !label.contains("-->")).then(|| label.trim())
}

/// The markers of a kind outside fenced code.
fn markers(source: &str, kind: Kind) -> Vec<Marker<'_>> {
    let mut found = Vec::new();
    if !source.contains("pm-sync:") {
        return found;
    }
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in source_lines(source) {
        // In a block quote or an entry the markers stand behind what makes it one.
        let bare = line.trim_start_matches(['>', ' ', '\t', '\u{feff}']);
        let trimmed = bare.trim_end();
        let start = at;
        at += line.len();
        if let Some(open) = fence {
            if trimmed.starts_with(open) && trimmed.trim_start_matches(&open[..1]).is_empty() {
                fence = None;
            }
            continue;
        }
        if let Some(open) = ["```", "~~~"].into_iter().find(|f| trimmed.starts_with(f)) {
            fence = Some(open);
            continue;
        }
        let opens = match kind {
            Kind::Progress if trimmed == PROGRESS_BEGIN => true,
            Kind::Progress if trimmed == PROGRESS_END => false,
            Kind::Review if label(trimmed).is_some() => true,
            Kind::Review if trimmed == REVIEW_END => false,
            _ => continue,
        };
        found.push(Marker {
            opens,
            at: start + (line.len() - bare.len()),
            text: trimmed,
        });
    }
    found
}

/// Where a marker of the progress stands that opens a region nobody closes, or closes one nobody opened.
pub fn unpaired(source: &str) -> Option<usize> {
    if find(source).is_some() {
        return None;
    }
    let markers = markers(source, Kind::Progress);
    markers.first().map(|marker| marker.at)
}

/// Where a marker of a snapshot stands that opens a region nobody closes, or closes one nobody opened.
pub fn unpaired_review(source: &str) -> Option<usize> {
    let mut open: Option<usize> = None;
    for marker in markers(source, Kind::Review) {
        open = match (open, marker.opens) {
            (None, true) => Some(marker.at),
            (Some(_), false) => None,
            (Some(at), true) => return Some(at),
            (None, false) => return Some(marker.at),
        };
    }
    open
}

/// What stands between the markers of a region found by [`find`] or [`snapshots`].
pub fn inner(source: &str, region: &Range<usize>) -> Range<usize> {
    let inner = &source[region.clone()];
    let start = source_lines(inner).next().map_or(inner.len(), str::len);
    let end = inner.rfind("<!-- /pm-sync:").unwrap_or(inner.len());
    region.start + start..region.start + end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_found_outside_code_only() {
        let text = "```\n<!-- pm-sync:progress -->\n<!-- /pm-sync:progress -->\n```\na\r\n<!-- pm-sync:progress -->\r\nx\r\n<!-- /pm-sync:progress -->\r\nb";
        let region = find(text).expect("one region");
        assert_eq!(&text[inner(text, &region)], "x\r\n");
        assert!(text[region].ends_with("-->"));
        assert_eq!(find("<!-- pm-sync:progress -->\nnever closed"), None);
        assert_eq!(find("nothing"), None);
        assert_eq!(unpaired(text), None);
        assert_eq!(
            unpaired("a\n\n<!-- pm-sync:progress -->\nnever closed"),
            Some(3)
        );
        assert_eq!(unpaired("a\n<!-- /pm-sync:progress -->\n"), Some(2));
        assert_eq!(unpaired("```\n<!-- pm-sync:progress -->\n```\n"), None);
        let old = "a\r<!-- pm-sync:progress -->\rx\r<!-- /pm-sync:progress -->\r";
        let region = find(old).expect("one between carriage returns");
        assert_eq!(&old[inner(old, &region)], "x\r");
        let quoted = "> <!-- pm-sync:progress -->\n> x\n> <!-- /pm-sync:progress -->\n";
        let region = find(quoted).expect("one in a quote");
        assert_eq!(&quoted[inner(quoted, &region)], "> x\n> ");
    }

    #[test]
    fn each_review_has_a_region_of_its_own() {
        let text = "# a\n<!-- pm-sync:review 2025-01-24 ab -->\nx\n<!-- /pm-sync:review -->\nmine\n> <!-- pm-sync:review -->\n> y\n> <!-- /pm-sync:review -->\n";
        let found = snapshots(text);
        let labels: Vec<&str> = found.iter().map(|found| found.label).collect();
        assert_eq!(labels, ["2025-01-24 ab", ""]);
        assert_eq!(&text[inner(text, &found[0].span)], "x\n");
        assert_eq!(&text[inner(text, &found[1].span)], "> y\n> ");
        assert_eq!(without(text), "# a\n\n\n\nmine\n> \n\n\n");
        assert_eq!(unpaired_review(text), None);
        assert_eq!(find(text), None);
        for (text, at, closed) in [
            ("a\n<!-- pm-sync:review x -->\n", Some(2), 0),
            ("a\n<!-- /pm-sync:review -->\n", Some(2), 0),
            // The first is not closed: what people wrote behind it stays theirs.
            (
                "<!-- pm-sync:review x -->\nmine\n<!-- pm-sync:review y -->\n<!-- /pm-sync:review -->\n",
                Some(0),
                1,
            ),
            (
                "<!-- pm-sync:review x -->\n<!-- /pm-sync:review -->\n<!-- /pm-sync:review -->",
                Some(51),
                1,
            ),
            ("```\n<!-- pm-sync:review x -->\n```\n", None, 0),
            ("<!-- pm-sync:reviewed -->\n", None, 0),
            ("<!-- pm-sync:review a --> b -->\n", None, 0),
            ("text <!-- pm-sync:review x -->\n", None, 0),
        ] {
            assert_eq!(unpaired_review(text), at, "{text}");
            assert_eq!(snapshots(text).len(), closed, "{text}");
        }
    }
}
