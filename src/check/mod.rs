//! `check`: what is late, and what will be. Pure in `today`: action items, and what GitHub has where it was asked, become [`Findings`].
//!
//! Telling people is another room's part, and so is reading documents and GitHub: here it is only decided what there is to tell, and
//! rendered beside it.

pub mod finding;

pub use finding::{
    Checked, Difference, DueSource, Finding, FindingKind, Findings, IssueFacts, ItemFacts,
    PostmortemFacts, Source,
};
