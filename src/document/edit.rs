//! Edits by byte span: the only way a document changes.
//!
//! Two laws hold here and are tested by property: no edits give the same bytes, and an edit changes the bytes of its own span only.

use std::ops::Range;

/// One replacement of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes replaced; empty for an insertion.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub with: String,
}

impl Splice {
    /// Puts `with` in front of byte `at`.
    pub fn insert(at: usize, with: impl Into<String>) -> Splice {
        Splice {
            range: at..at,
            with: with.into(),
        }
    }

    /// Replaces the bytes of `range`.
    pub fn replace(range: Range<usize>, with: impl Into<String>) -> Splice {
        Splice {
            range,
            with: with.into(),
        }
    }
}

/// Why edits could not be applied: nothing is changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// Two edits claim the same bytes.
    #[error("two edits claim the same bytes, near byte {0}")]
    Overlap(usize),
    /// An edit lies outside the text or cuts a character.
    #[error("an edit lies outside the text, at byte {0}")]
    Outside(usize),
}

/// Applies edits, in any order, to `text`. Insertions at one place keep the order they are given in.
pub fn splice(text: &str, edits: &[Splice]) -> Result<String, SpliceError> {
    let mut sorted: Vec<&Splice> = edits.iter().collect();
    sorted.sort_by_key(|s| (s.range.start, s.range.end));
    let mut out =
        String::with_capacity(text.len() + edits.iter().map(|s| s.with.len()).sum::<usize>());
    let mut done = 0;
    for edit in sorted {
        if edit.range.start < done {
            return Err(SpliceError::Overlap(edit.range.start));
        }
        let before = text
            .get(done..edit.range.start)
            .ok_or(SpliceError::Outside(edit.range.start))?;
        text.get(edit.range.clone())
            .ok_or(SpliceError::Outside(edit.range.start))?;
        out.push_str(before);
        out.push_str(&edit.with);
        done = edit.range.end;
    }
    out.push_str(&text[done..]);
    Ok(out)
}

/// The newline a text uses: that of its first line, `\n` where it has only one.
pub fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
        None if text.contains('\r') => "\r",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn overlapping_edits_are_refused() {
        let edits = [Splice::replace(0..3, "x"), Splice::replace(2..4, "y")];
        assert_eq!(splice("abcdef", &edits), Err(SpliceError::Overlap(2)));
        assert_eq!(
            splice("é", &[Splice::insert(1, "x")]),
            Err(SpliceError::Outside(1))
        );
        assert_eq!(
            splice("ab", &[Splice::replace(1..9, "x")]),
            Err(SpliceError::Outside(1))
        );
    }

    #[test]
    fn insertions_keep_their_order() {
        let edits = [
            Splice::insert(1, "1"),
            Splice::insert(1, "2"),
            Splice::replace(1..2, "B"),
        ];
        assert_eq!(splice("abc", &edits).as_deref(), Ok("a12Bc"));
    }

    proptest! {
        #[test]
        fn no_edits_give_the_same_bytes(text in any::<String>()) {
            prop_assert_eq!(splice(&text, &[]), Ok(text));
        }

        #[test]
        fn an_edit_changes_its_own_span_only(before in any::<String>(), old in any::<String>(), after in any::<String>(), new in any::<String>()) {
            let text = format!("{before}{old}{after}");
            let edit = Splice::replace(before.len()..before.len() + old.len(), new.clone());
            prop_assert_eq!(splice(&text, &[edit]), Ok(format!("{before}{new}{after}")));
        }
    }
}
