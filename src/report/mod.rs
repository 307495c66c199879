//! `report`: what became of the action items in a period, told truthfully in one page.
//!
//! | module | what it holds |
//! |---|---|
//! | [`period`] | the days that a report is about, and those that they are compared with |
//! | [`history`] | what an item was on a day |
//! | [`model`], [`figures`] | what a report says, and how it is worked out: pure in `today` |

pub mod charts;
pub mod figures;
pub mod history;
pub mod html;
pub mod model;
pub mod page;
pub mod period;
pub mod template;

pub use figures::{Incident, Input, report};
pub use model::Report;
