//! pm-sync makes postmortem action items get done.
#![allow(missing_docs, reason = "the skeleton; filled room by room")]

pub mod config;
pub mod document;
pub mod item;
pub mod sandbox;
