//! Regions of a document that pm-sync owns, between two comments on lines of their own.

use std::ops::Range;

use super::text::source_lines;

/// The line that opens the progress region.
pub const PROGRESS_BEGIN: &str = "<!-- pm-sync:progress -->";
/// The line that closes it.
pub const PROGRESS_END: &str = "<!-- /pm-sync:progress -->";

/// The bytes of the progress region, both marker lines included (without the last line end), outside fenced code.
///
/// `None` where there is none, or where it is not closed: what isn't closed is not ours.
pub fn find(source: &str) -> Option<Range<usize>> {
    let mut begin = None;
    for (at, line) in markers(source) {
        match (begin, line) {
            (None, PROGRESS_BEGIN) => begin = Some(at),
            (Some(begin), PROGRESS_END) => return Some(begin..at + line.len()),
            _ => {}
        }
    }
    None
}

/// The markers outside fenced code, each with where it stands.
fn markers(source: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    if !source.contains(PROGRESS_BEGIN) && !source.contains(PROGRESS_END) {
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
        } else if matches!(trimmed, PROGRESS_BEGIN | PROGRESS_END) {
            found.push((start + (line.len() - bare.len()), trimmed));
        }
    }
    found
}

/// Where a marker stands that opens a region nobody closes, or closes one nobody opened.
pub fn unpaired(source: &str) -> Option<usize> {
    if find(source).is_some() {
        return None;
    }
    markers(source).into_iter().next().map(|(at, _)| at)
}

/// What stands between the markers of a region found by [`find`].
pub fn inner(source: &str, region: &Range<usize>) -> Range<usize> {
    let inner = &source[region.clone()];
    let start = source_lines(inner).next().map_or(inner.len(), str::len);
    let end = inner.rfind(PROGRESS_END).unwrap_or(inner.len());
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
}
