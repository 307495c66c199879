//! What a record means.

pub mod due;

/// Where an action item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not begun; also what a blank status cell means.
    Todo,
    /// Somebody is at it.
    InProgress,
    /// Begun or not, it waits for something else.
    Blocked,
    /// Finished.
    Done,
    /// Decided against: won't fix, not planned, duplicate.
    Dropped,
}
