//! Help and what is wrong with a call, in both languages: before anything is read.

use crate::ENGLISH;
use crate::common::{Ran, World};

fn called(language: &'static str, command: &str) -> Ran {
    let mut world = World::of("007.md", ENGLISH);
    world.language = language;
    let ran = world.run(command);
    assert!(world.requests().is_empty());
    ran
}

#[test]
fn help_is_in_the_language_of_the_user() {
    let en = called("en_US.UTF-8", "push --help").exits(0).prints(&[
        "Usage: pm-sync push [OPTIONS] [PATHS]...",
        "Global options:",
        "Show what would be done, and touch nothing",
    ]);
    assert_eq!(en.stderr, "");
    let ja = called("ja_JP.UTF-8", "push --help").exits(0).prints(&[
        "使い方: pm-sync push [OPTIONS] [PATHS]...",
        "引数:\n",
        "オプション:\n",
        "共通オプション:\n",
        "行う内容を表示するだけで、何も変更しません",
        "- document: 文書の値",
        "［既定: text］",
    ]);
    assert_eq!(ja.stderr, "");
    for english in ["Usage", "Options", "Print", "[default", "[possible", "[env"] {
        assert!(!ja.stdout.contains(english), "{english}: {}", ja.stdout);
    }
    assert_eq!(called("ja", "help push").exits(0).stdout, ja.stdout);
}

#[test]
fn a_wrong_call_is_told_with_the_way_to_mend_it_and_runs_nothing() {
    for (command, en, ja) in [
        (
            "push --limi 3",
            ["unexpected argument '--limi'", "'--limit'"],
            [
                "`--limi` というオプションや引数はありません",
                "もしかして: --limit",
            ],
        ),
        (
            "pus",
            ["unrecognized subcommand 'pus'", "'push'"],
            ["`pus` というコマンドはありません", "もしかして: pull、push"],
        ),
        (
            "push --limit -1",
            ["invalid value '-1'", "write a whole number, such as 20"],
            [
                "--limit <N> の値 `-1` を読めません",
                "20 のような 0 以上の整数",
            ],
        ),
        (
            "push --item PM-007",
            ["invalid value 'PM-007'", "write it as ID#KEY"],
            [
                "--item <ITEM> の値 `PM-007` を読めません",
                "PM-042#3 のように",
            ],
        ),
        (
            "push --prefer me",
            ["invalid value 'me'", "document, github"],
            [
                "--prefer <SIDE> に `me` は使えません",
                "使える値: document、github",
            ],
        ),
        (
            "push --prefer",
            ["a value is required", "document, github"],
            [
                "--prefer <SIDE> には値が必要です",
                "使える値: document、github",
            ],
        ),
        (
            "push --exit-code",
            ["were not provided", "--dry-run"],
            ["--dry-run が必要です", "使い方: pm-sync push"],
        ),
        (
            "push -q -v",
            ["cannot be used with", "--verbose"],
            ["同時に使えません", "--verbose"],
        ),
        (
            "push --dry-run --dry-run",
            ["cannot be used multiple times", "Usage: pm-sync push"],
            ["--dry-run は 1 回だけ指定できます", "使い方: pm-sync push"],
        ),
    ] {
        for (language, sentences) in [("en", en), ("ja", ja)] {
            let ran = called(language, command).exits(2).warns(&sentences);
            assert_eq!(ran.stdout, "", "{command}");
            let lead = if language == "ja" {
                "エラー: "
            } else {
                "error: "
            };
            assert!(ran.stderr.starts_with(lead), "{command}: {}", ran.stderr);
        }
    }
}
