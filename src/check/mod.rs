//! `check`: what is late, and what will be. Pure in `today`: action items, and what GitHub has where it was asked, become [`Findings`].
//!
//! Telling people is another room's part, and so is reading documents and GitHub: here it is only decided what there is to tell, and
//! rendered beside it.

mod deadline;
mod decide;
pub mod finding;
pub mod github;
pub mod ics;
pub mod json;
mod live;
pub mod markdown;
mod message;
mod owners;
pub(crate) mod problems;
pub mod run;
pub mod text;

pub(crate) use deadline::due;
pub(crate) use decide::{Question, decide};
pub(crate) use live::{Lives, of as live, options as live_options};
pub(crate) use owners::note_unknown;
pub(crate) use text::narrowed;

pub use finding::{
    Appointment, Checked, Difference, Due, DueSource, Filter, Finding, FindingKind, Findings,
    IssueFacts, ItemFacts, LookedAt, PostmortemFacts, ReviewFacts, Source,
};
