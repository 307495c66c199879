//! `check`: what is late, and what will be. Pure in `today`: action items, and what GitHub has where it was asked, become [`Findings`].
//!
//! Telling people is another room's part, and so is reading documents and GitHub: here it is only decided what there is to tell, and
//! rendered beside it.

mod deadline;
mod decide;
pub mod finding;
mod live;

pub(crate) use deadline::due;
pub(crate) use live::{Lives, of as live, options as live_options};

pub use finding::{
    Appointment, Checked, Difference, Due, DueSource, Finding, FindingKind, Findings, IssueFacts,
    ItemFacts, PostmortemFacts, ReviewFacts, Source,
};
