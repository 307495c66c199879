//! `report`: what became of the action items in a period, told truthfully in one page.
//!
//! | module | what it holds |
//! |---|---|
//! | [`period`] | the days that a report is about, and those that they are compared with |
//! | [`history`] | what an item was on a day |
//! | [`model`], [`figures`] | what a report says, and how it is worked out: pure in `today` |
//! | `gather` | documents and GitHub's answers made into what that takes |
//! | [`page`] | a report in words, without a format |
//! | [`text`], [`markdown`] | a page laid out |
//! | [`html`], [`charts`] | a page laid out as one HTML file, with pictures |
//! | [`template`] | the engine behind that, and behind the templates of a team |
//! | [`json`], [`csv`] | a report for programs |
//! | `share` | announcements to the team and to customers, and the look that keeps names and links from the latter |
//! | [`output`] | a report in a file: known again, and never written over anything else |
//! | `one` | the one postmortem that a sheet or an announcement is about |
//! | `issue` | a report in an issue of its own, kept up to date |
//! | [`review`] | the sheet for one follow-up meeting, and its record in the document |
//! | `days`, [`run`] | the command: its days, and what is asked and printed |
//!
//! A figure is defined with its formula in `docs/report.md`, worked out in [`figures`], worded in [`page`] and nowhere else.

pub mod charts;
pub mod csv;
mod days;
pub mod figures;
mod gather;
pub mod history;
pub mod html;
mod issue;
pub mod json;
pub mod markdown;
pub mod model;
mod one;
pub mod output;
pub mod page;
pub mod period;
pub mod review;
pub mod run;
mod share;
pub mod template;
pub mod text;

pub use figures::{Incident, Input, report};
pub use model::Report;
