//! The page as a browser would read it.

mod sample;

use std::path::{Path, PathBuf};

use sample::{made, sample};

use super::*;
use crate::report::page::page;

fn page_of(report: &Report, language: Language) -> String {
    html(report, &page(report, language)).expect("our own template is right")
}

/// Where a finished page is kept. With `PM_SYNC_BLESS` it is written anew.
fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_sample_report_is_what_the_program_makes() {
    for (language, name) in [
        (Language::En, "docs/sample-report.html"),
        (Language::Ja, "docs/sample-report.ja.html"),
    ] {
        let report = sample(language);
        let made = page_of(&report, language);
        assert_eq!(
            made,
            page_of(&report, language),
            "the same bytes every time"
        );
        let path = kept(name);
        if std::env::var_os("PM_SYNC_BLESS").is_some() {
            std::fs::write(&path, &made).expect("the repository can be written to");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            made == kept.replace('\r', ""),
            "{name} is out of date: look at what changed, then run this test with PM_SYNC_BLESS=1"
        );
    }
}
