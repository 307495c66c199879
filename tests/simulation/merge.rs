//! Merging as git does it: what one side changed is taken, lines that both changed are a conflict.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Brings what `head` changed since `base` into `onto`. None where both changed the same lines, or lines beside each other.
pub(crate) fn merge(base: &str, head: &str, onto: &str) -> Option<String> {
    if head == base {
        return Some(onto.to_owned());
    }
    if onto == base {
        return Some(head.to_owned());
    }
    let old: Vec<&str> = base.split_inclusive('\n').collect();
    let (ours, theirs) = (changes(&old, onto), changes(&old, head));
    let mut merged = String::new();
    let mut at = 0;
    let mut all: Vec<&(Range<usize>, String)> = ours.iter().chain(&theirs).collect();
    all.sort_by_key(|(range, _)| (range.start, range.end));
    all.dedup();
    for pair in all.windows(2) {
        // Beside each other is too close for git.
        if pair[1].0.start <= pair[0].0.end {
            return None;
        }
    }
    for (range, text) in all {
        merged.extend(old[at..range.start].iter().copied());
        merged.push_str(text);
        at = range.end;
    }
    merged.extend(old[at..].iter().copied());
    Some(merged)
}

/// What became of which lines.
fn changes(old: &[&str], new: &str) -> Vec<(Range<usize>, String)> {
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    capture_diff_slices(Algorithm::Myers, old, &new)
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| (op.old_range(), new[op.new_range()].concat()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn both_sides_or_a_conflict() {
        let base = "a\nb\nc\nd\ne\n";
        assert_eq!(
            merge(base, "a\nB\nc\nd\ne\n", "a\nb\nc\nd\nE\n").as_deref(),
            Some("a\nB\nc\nd\nE\n")
        );
        assert_eq!(merge(base, "a\nB\nc\nd\ne\n", "a\nb\nC\nd\ne\n"), None);
        let alike = "a\nB\nc\nd\ne\n";
        assert_eq!(merge(base, alike, alike).as_deref(), Some(alike));
    }
}
