//! The status rule.
