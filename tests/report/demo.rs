//! `demo`: the whole story, without a token and without the network, and narrow enough for any terminal.

use crate::common::{command, ran};

#[test]
fn the_demo_ends_with_what_is_late_the_report_and_its_issue() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (language, says) in [
        (
            "en",
            [
                "$ pm-sync push\n",
                "Done: 8 created, 8 rows written.",
                "Done: 4 rows written.",
                "Overdue (4)",
                "$ pm-sync report --month 2025-01 | head -",
                "4 of 5 open items are overdue",
                "$ pm-sync report --month 2025-01 --issue\n",
                "https://github.com/acme/shop/issues/9\n",
                "pm-sync doctor",
            ],
        ),
        (
            "ja",
            [
                "$ pm-sync push\n",
                "作成 8 件",
                "$ pm-sync pull\n",
                "期限切れ (4)",
                "$ pm-sync report --month 2025-01 | head -",
                "未完了 5 件のうち 4 件が期限切れです",
                "$ pm-sync report --month 2025-01 --issue\n",
                "https://github.com/acme/shop/issues/9\n",
                "pm-sync doctor",
            ],
        ),
    ] {
        let run = || {
            let mut demo = command(folder.path(), None, "2030-01-01", language);
            ran(demo
                .args(["demo"])
                .env("COLUMNS", "80")
                .output()
                .expect("it runs"))
            .exits(0)
        };
        let got = run();
        let mut rest = got.stdout.as_str();
        for text in says {
            let at = rest.find(text);
            let at = at.unwrap_or_else(|| panic!("{text:?} isn't in\n{rest}"));
            rest = &rest[at..];
        }
        for line in got.stdout.lines() {
            // The lines of a diff are those of the documents, and a heading ends in its document's path.
            let of_document =
                line.starts_with([' ', '+', '-']) && line.contains('|') || line.starts_with("PM-");
            let width = unicode_width::UnicodeWidthStr::width(line);
            assert!(of_document || width <= 80, "{width}: {line}");
        }
        assert_eq!(run().stdout, got.stdout, "the same every time");
    }
    let left = std::fs::read_dir(folder.path()).expect("the folder");
    assert_eq!(left.count(), 0, "nothing is left behind");
}
