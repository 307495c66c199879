//! A remark that moves the deadline: `(@alice, due 2025-01-10; extended to 2025-02-01: vendor, legal)`. Its reason goes on to the remark's end.

use std::ops::Range;

use super::shape::{some_day, trim_separators};
use super::{Mark, Reader};
use crate::item::vocabulary::Column;
use crate::item::waiver;

impl Reader<'_> {
    /// Where in a remark a waiver begins that goes on to its end: `@alice, due 2025-01-10; extended to 2025-02-01: vendor, legal`.
    pub(super) fn waived(&self, range: &Range<usize>) -> Option<usize> {
        let plain = self.plain(range.clone());
        let clauses = waiver::clauses(plain, some_day(), self.vocabulary);
        let (first, last) = (clauses.first()?, clauses.last()?);
        let (before, behind) = (&plain[..first.range.start], &plain[last.range.end..]);
        let set_off = before.trim_end();
        let whole = (set_off.is_empty()
            || set_off.ends_with([',', ';', '、', '，', '；', '/', '／']))
            && !behind.contains(char::is_alphanumeric);
        whole.then_some(range.start + first.range.start)
    }

    /// A remark that ends with a waiver: what stands before it has to read as fields too.
    pub(super) fn with_waiver(
        &mut self,
        before: Range<usize>,
        waiver: Range<usize>,
        bracket: Option<bool>,
        mark: Mark,
    ) -> bool {
        let (known, was) = (self.line.fields.len(), self.line.mark);
        let before = trim_separators(&self.text.plain, before);
        let read = before.is_empty() || self.remark(before, bracket, mark);
        if read && !self.has(Column::Waiver) {
            self.field(Column::Waiver, waiver);
            return true;
        }
        self.line.fields.truncate(known);
        self.line.mark = was;
        false
    }
}
