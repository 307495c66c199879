//! `report`, through the binary: three months of documents and issues, the report of January, and what becomes of bad input.

mod common;

#[path = "report/demo.rs"]
mod demo;
#[path = "report/files.rs"]
mod files;
#[path = "report/issue.rs"]
mod issue;
#[path = "report/requests.rs"]
mod requests;
#[path = "report/review.rs"]
mod review;
#[path = "report/share.rs"]
mod share;
#[path = "report/snapshots.rs"]
mod snapshots;
#[path = "report/trouble.rs"]
mod trouble;
#[path = "report/year.rs"]
mod year;
