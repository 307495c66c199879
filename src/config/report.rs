//! `[report]`: what a report measures against.

use toml::de::DeValue;

use super::reader::{Entry, Reader, Section};
use super::words::Word as _;
use super::{Priority, text};

/// `[report]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSettings {
    goal: [Option<u8>; 4],
}

impl ReportSettings {
    /// How many of a priority's items shall be done by their due date, in percent; `None` where no goal is set.
    pub fn goal(&self, priority: Priority) -> Option<u8> {
        let [p0, p1, p2, p3] = self.goal;
        match priority {
            Priority::P0 => p0,
            Priority::P1 => p1,
            Priority::P2 => p2,
            Priority::P3 => p3,
        }
    }
}

impl Default for ReportSettings {
    /// Four of five of what prevents a recurrence.
    fn default() -> Self {
        Self {
            goal: [Some(80), Some(80), None, None],
        }
    }
}

/// Reads `[report]`.
pub(super) fn report<'t>(reader: &mut Reader<'t>, top: &mut Section<'t>) -> ReportSettings {
    let table = &mut reader.section(top, "report");
    let goals = &mut reader.section(table, "goal");
    let ReportSettings { mut goal } = ReportSettings::default();
    for (&priority, goal) in Priority::ALL.iter().zip(&mut goal) {
        if let Some(given) = reader.get(goals, priority.word(), percent) {
            // A goal of nothing is none.
            *goal = (given > 0).then_some(given);
        }
    }
    reader.close(goals);
    reader.close(table);
    ReportSettings { goal }
}

/// A percentage: 0 to 100, as a whole number.
fn percent<'t>(reader: &mut Reader<'t>, entry: &Entry<'t>) -> Option<u8> {
    let given = match entry.value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse::<u8>().ok(),
        _ => None,
    };
    let fine = given.filter(|percent| *percent <= 100);
    if fine.is_none() {
        let name = &entry.name;
        reader.fault_in(
            entry,
            text!(
                "`{name}` is no percentage",
                "`{name}` の値は百分率ではありません"
            ),
            Some(text!(
                "a whole number from 0 to 100, such as 80; 0 sets no goal",
                "0 から 100 の整数で書いてください（例: 80）。0 なら目標を置きません"
            )),
        );
    }
    fine
}
