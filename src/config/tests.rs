//! The whole configuration, from text to value.

use super::schema::{read, read_booked};
use super::*;

const EXAMPLE: &str = include_str!("../../config.toml.example");

fn dir() -> &'static Path {
    Path::new("/repo")
}

fn good(text: &str) -> Config {
    read(text, dir()).unwrap_or_else(|faults| panic!("{text}\n{faults:#?}"))
}

/// The mistakes in a text as English lines, `line:column: message [hint]`.
fn faults(text: &str) -> Vec<String> {
    let faults = read(text, dir()).expect_err(text);
    let line = |fault: &ConfigFault| {
        let hint = fault
            .hint
            .as_ref()
            .map(|hint| format!(" [{}]", hint.en))
            .unwrap_or_default();
        format!(
            "{}:{}: {}{hint}",
            fault.line, fault.column, fault.message.en
        )
    };
    faults.iter().map(line).collect()
}

/// The example with its commented settings (`#key = value`, no space) switched on.
fn example_switched_on() -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with([' ', '#']) => rest.to_owned(),
        _ => line.to_owned(),
    };
    EXAMPLE.lines().map(on).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_is_the_defaults() {
    assert_eq!(good(EXAMPLE), Config::default_at(dir()));
    assert_eq!(good(""), Config::default_at(dir()));
}

#[test]
fn every_key_stands_in_the_example() {
    let switched_on = example_switched_on();
    let (config, keys) =
        read_booked(&switched_on, dir()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let missing: Vec<_> = keys.known.difference(&keys.present).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(keys.known.len() > 40, "{:?}", keys.known);
    assert!(
        config.owners.iter().count() >= 2,
        "the examples show both forms of an owner"
    );
}

#[test]
fn settings_arrive() {
    let config = good(
        r##"
timezone = "Asia/Tokyo"
language = "ja"
[documents]
paths = ["docs/**/*.md", "incidents"]
exclude = []
id_prefix = "INC-"
progress = true
sections = ["宿題"]
columns = { owner = ["主担当"], due = ["いつまで", "期日"] }
[github]
repository = "acme/web"
api_url = "http://127.0.0.1:9999/"
write_interval = 0
allow_public = true
branch = "bot/postmortems"
[issues]
title = "{id}#{key} {title}"
labels = [" 障害 ", "postmortem"]
template = "docs/body.md"
in_progress = []
blocked = ["in progress"]
[push]
states = ["draft"]
done = "create_closed"
close_done = false
[priorities.P1]
label = "優先度: 高"
color = "#FF0000"
description = "今週中"
[owners]
"SREチーム" = ["@alice", "bob"]
"外注" = { labels = ["vendor"] }
[owners."DBA"]
github = ["carol"]
slack = "S0123"
[kinds]
detect = { labels = ["monitoring"] }
"##,
    );
    let owned = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    let mut expected = Config::default_at(dir());
    expected.timezone = Tz::Asia__Tokyo;
    expected.language = LanguageChoice::Ja;
    expected.documents = Documents {
        paths: owned(&["docs/**/*.md", "incidents"]),
        exclude: Vec::new(),
        id_prefix: "INC-".into(),
        progress: true,
        sections: owned(&["宿題"]),
        columns: BTreeMap::from([
            (ColumnField::Owner, owned(&["主担当"])),
            (ColumnField::Due, owned(&["いつまで", "期日"])),
        ]),
    };
    expected.github = GitHub {
        repository: Some("acme/web".parse().expect("a good name")),
        api_url: Some("http://127.0.0.1:9999".parse().expect("a good address")),
        write_interval: Duration::ZERO,
        branch: "bot/postmortems".into(),
        allow_public: true,
    };
    expected.issues = Issues {
        title: "{id}#{key} {title}".parse().expect("a good template"),
        labels: owned(&["障害", "postmortem"]),
        template: Some("docs/body.md".into()),
        in_progress: Vec::new(),
        blocked: owned(&["in progress"]),
    };
    expected.push = Push {
        states: vec![DocumentState::Draft],
        done: DoneRows::CreateClosed,
        close_done: false,
    };
    expected.priorities[Priority::P1] = PriorityLabel {
        label: "優先度: 高".into(),
        color: "ff0000".into(),
        description: Some("今週中".into()),
    };
    expected.owners.insert(
        "DBA",
        Owner {
            github: owned(&["carol"]),
            labels: Vec::new(),
            slack: Some("S0123".into()),
        },
    );
    expected.owners.insert(
        "SREチーム",
        Owner {
            github: owned(&["alice", "bob"]),
            ..Owner::default()
        },
    );
    expected.owners.insert(
        "外注",
        Owner {
            labels: owned(&["vendor"]),
            ..Owner::default()
        },
    );
    expected.kinds.insert(Kind::Detect, owned(&["monitoring"]));
    assert_eq!(config, expected);
    assert_eq!(config.issues.marker_label(), "障害");
    assert_eq!(config.kind_labels(Kind::Detect), ["monitoring"]);
    assert!(config.kind_labels(Kind::Repair).is_empty());
    assert_eq!(
        config.resolve("docs/body.md"),
        Path::new("/repo/docs/body.md")
    );
}

#[test]
fn mistakes_say_where_what_and_how_to_mend_them() {
    for (text, expected) in [
        // Unknown keys.
        (
            "[github]\nrepositry = \"a/b\"",
            "2:1: unknown key `github.repositry` [did you mean `repository`?]",
        ),
        (
            "[github]\napi-url = \"https://x.test\"",
            "2:1: unknown key `github.api-url` [did you mean `api_url`?]",
        ),
        (
            "repository = \"a/b\"",
            "1:1: unknown key `repository` [`repository` belongs in [github]]",
        ),
        (
            "[document]\npaths = []",
            "1:2: unknown key `document` [did you mean `documents`?]",
        ),
        ("[mail]", "1:2: unknown key `mail`"),
        (
            "[notify]\noverdue-label = \"late\"",
            "2:1: unknown key `notify.overdue-label` [did you mean `overdue_label`?]",
        ),
        (
            "[notify]\noverdue_label = \"Ｐostmortem\"",
            "2:17: `Ｐostmortem` stands for something else already, and `check --label` would take it away [set `overdue_label` in [notify] to a label of its own]",
        ),
        (
            "[owners]\nalice = { slack = \"@alice\" }",
            "2:19: `@alice` is not the id of a member or group in Slack [in Slack, open the profile and choose \"Copy member ID\": it looks like `U0123ABCD`]",
        ),
        (
            "[kinds]\nprevention = { labels = [] }",
            "2:1: unknown key `kinds.prevention` [did you mean `prevent`?]",
        ),
        (
            "[priorities.p1]",
            "1:13: unknown key `priorities.p1` [did you mean `P1`?]",
        ),
        (
            "[owners]\nx = { gihub = [] }",
            "2:7: unknown key `owners.x.gihub` [did you mean `github`?]",
        ),
        ("\u{feff}# 設定\r\n  zzz = 1", "2:3: unknown key `zzz`"),
        // Wrong types.
        (
            "documents = 1",
            "1:13: `documents` must be a table, not a number",
        ),
        (
            "[documents]\npaths = \"docs\"",
            "2:9: `documents.paths` must be a list, not a string [write it in brackets: [\"…\"]]",
        ),
        (
            "[documents]\nprogress = \"true\"",
            "2:12: `documents.progress` must be true or false, not a string [without quotes]",
        ),
        (
            "[issues]\nlabels = [1]",
            "2:11: `issues.labels` must be a string, not a number [put it in quotes]",
        ),
        (
            "[github]\nwrite_interval = \"1\"",
            "2:18: `github.write_interval` must be a number, not a string",
        ),
        (
            "[owners]\nx = 1",
            "2:5: `owners.x` must be a list, not a number",
        ),
        (
            "timezone = 2025-01-05",
            "1:12: `timezone` must be a string, not a date [put it in quotes]",
        ),
        // Wrong values.
        (
            "timezone = \"Asia/Tokio\"",
            "1:12: `Asia/Tokio` is not a time zone [did you mean `Asia/Tokyo`?]",
        ),
        (
            "timezone = \"+09:00\"",
            "1:12: `+09:00` is not a time zone [an IANA name, such as `Asia/Tokyo`]",
        ),
        (
            "language = \"jp\"",
            "1:12: `language` cannot be `jp` [it is one of `auto`, `ja`, `en`]",
        ),
        (
            "[push]\nstates = [\"reviewed\"]",
            "2:11: `push.states` cannot be `reviewed` [did you mean `review`?]",
        ),
        (
            "[push]\nstates = []",
            "2:10: `push.states` is empty [remove the key to get the default]",
        ),
        (
            "[push]\ndone = \"create-closed\"",
            "2:8: `push.done` cannot be `create-closed` [did you mean `create_closed`?]",
        ),
        (
            "[documents]\npaths = []",
            "2:9: `documents.paths` is empty [remove the key to get the default]",
        ),
        (
            "[documents]\npaths = [\" \"]",
            "2:10: `documents.paths` is empty",
        ),
        (
            "[documents]\nexclude = [\"a[\"]",
            "2:12: `a[` is not a pattern: unclosed character class; missing ']' [for example `docs/**/*.md`]",
        ),
        (
            "[documents]\nid_prefix = \"pm\"",
            "2:13: `pm` cannot begin a postmortem id [capital letters and a hyphen, such as `PM-` or `INC-`]",
        ),
        (
            "[documents.columns]\ntitle = [\"内容\"]\nkind = [\" 内容\"]",
            "3:9: ` 内容` stands for both `title` and `kind`",
        ),
        (
            "[github]\nrepository = \"https://github.com/a/b\"",
            "2:14: `github.repository`: `https://github.com/a/b` is not a repository name [did you mean `a/b`?]",
        ),
        (
            "[github]\nwrite_interval = -0.5",
            "2:18: `github.write_interval` must be from 0 to 3600 seconds",
        ),
        (
            "[github]\nbranch = \"a..b\"",
            "2:10: `a..b` can't be the name of a branch [write it as `pm-sync/write-back`, without `refs/heads/`]",
        ),
        (
            "[github]\nwrite_interval = nan",
            "2:18: `github.write_interval` must be from 0 to 3600 seconds",
        ),
        (
            "[issues]\nlabels = []",
            "2:10: `issues.labels` is empty [remove the key to get the default]",
        ),
        (
            "[issues]\nlabels = [\"\"]",
            "2:11: `issues.labels` is empty",
        ),
        (
            "[issues]\nlabels = [\"a,b\"]",
            "2:11: a label has no commas or line breaks",
        ),
        (
            "[issues]\nblocked = [\"In Progress\"]",
            "2:11: `In Progress` stands in both `in_progress` and `blocked`",
        ),
        (
            "[issues]\nin_progress = [\"保留\"]",
            "2:15: `保留` stands in both `in_progress` and `blocked`",
        ),
        (
            "[priorities]\nP0 = { label = \"x\" }\nP2 = { label = \"X\" }",
            "3:16: `X` is already the label of P0",
        ),
        (
            "[priorities.P0]\nlabel = \"Priority: p3\"",
            "2:9: `Priority: p3` is already the label of P3",
        ),
        (
            "[priorities.P0]\ncolor = \"red\"",
            "2:9: `red` is not a colour [six hexadecimal digits, such as `d93f0b`]",
        ),
        (
            "[owners]\nx = [\"acme/sre\"]",
            "2:6: `acme/sre` is not a GitHub login [a team can't be assigned: list its members]",
        ),
        ("[owners]\n\" \" = []", "2:1: an owner's name is empty"),
        (
            "[owners]\nSRE = []\n\"ＳＲＥ\" = []",
            "3:1: `ＳＲＥ` is the same name as another owner's [case, width and spaces don't tell names apart]",
        ),
        // Not TOML.
        ("[github\n", "1:8: not TOML: unclosed table, expected `]`"),
        (
            "language = \"ja\"\nlanguage = \"en\"",
            "2:1: not TOML: duplicate key",
        ),
    ] {
        assert_eq!(faults(text), [expected], "{text}");
    }
}

#[test]
fn priorities_may_swap_their_labels() {
    let text = "[priorities]\nP0 = { label = \"priority: P1\" }\nP1 = { label = \"priority: P0\" }";
    assert_eq!(good(text).priorities[Priority::P0].label, "priority: P1");
}

#[test]
fn every_mistake_is_listed_in_the_order_of_the_file() {
    let text = "zzz = 1\ntimezone = \"Mars\"\n[issues]\nlabels = [\"\", \"a,b\"]\ntitel = 1\n[push]\ndone = 1\n";
    let lines: Vec<_> = faults(text)
        .iter()
        .map(|fault| fault.split(": ").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(lines, ["1:1", "2:12", "4:11", "4:15", "5:1", "7:8"]);
}

#[test]
fn tokens_are_refused_and_never_repeated() {
    for text in [
        "token = \"ghp_0123456789secretsecret\"",
        "[github]\nrepository = \"ghp_0123456789secretsecret\"",
        "[github]\nghp_0123456789secretsecret = true",
        "[github]\ntoken = ghp_0123456789secretsecret",
        "# ghp_0123456789secretsecret",
        "[github]\ntoken = \"secretsecret\"",
        "github_token = \"secretsecret\"",
        "[owners]\nalice = { slack = \"xoxb-0123456789secretsecret\" }",
    ] {
        let error = ConfigError::Invalid {
            path: FILE_NAME.into(),
            faults: read(text, dir()).expect_err(text),
        };
        for language in [Language::Ja, Language::En] {
            let shown = error.render(language);
            assert!(shown.contains("GITHUB_TOKEN"), "{shown}");
            assert!(!shown.contains("secretsecret"), "{shown}");
        }
    }
    for text in [
        "[github]\nrepository = \"0123456789abcdef0123456789abcdef01234567\"",
        "language = \"0123456789abcdef0123456789abcdef01234567\"",
    ] {
        let shown = format!("{:?}", faults(text));
        assert!(
            !shown.contains("0123456789"),
            "what could be a token is not repeated: {shown}"
        );
    }
}

#[test]
fn errors_speak_both_languages() {
    let error = ConfigError::Invalid {
        path: FILE_NAME.into(),
        faults: read(
            "language = \"auto\"\n\n[github]\nrepositry = \"a/b\"\nallow_public = 1\n",
            dir(),
        )
        .expect_err("mistakes"),
    };
    assert_eq!(
        error.to_string(),
        "pm-sync.toml:4:1: unknown key `github.repositry`\n  hint: did you mean `repository`?\n\
         pm-sync.toml:5:16: `github.allow_public` must be true or false, not a number"
    );
    assert_eq!(
        error.render(Language::Ja),
        "pm-sync.toml:4:1: `github.repositry` という設定はありません\n  対処: `repository` のことですか？\n\
         pm-sync.toml:5:16: `github.allow_public` は true か false で指定してください（数値になっています）"
    );
}

#[test]
fn the_nearest_file_is_found_upwards() {
    let temp = tempfile::tempdir().expect("a folder");
    let deep = temp.path().join("docs/postmortems");
    fs::create_dir_all(&deep).expect("folders");
    let file = temp.path().join(FILE_NAME);
    fs::write(&file, "language = \"en\"").expect("a file");
    let config = Config::discover(&deep)
        .expect("a good file")
        .expect("a file above");
    assert_eq!(
        (config.language, config.root.as_path()),
        (LanguageChoice::En, temp.path())
    );
    assert_eq!(config.file.as_deref(), Some(file.as_path()));

    // A nearer file wins, and a wrong one is not passed over.
    fs::write(
        temp.path().join("docs").join(FILE_NAME),
        "langauge = \"en\"",
    )
    .expect("a file");
    let error = Config::discover(&deep).expect_err("a mistake");
    assert_eq!(error.path(), temp.path().join("docs").join(FILE_NAME));
    assert_eq!(error.faults().len(), 1);
}

#[test]
fn files_that_cannot_be_read_say_so() {
    let temp = tempfile::tempdir().expect("a folder");
    let missing = Config::load(&temp.path().join("no.toml")).expect_err("no file");
    assert!(
        matches!(missing, ConfigError::Unreadable { .. }),
        "{missing}"
    );
    let latin = temp.path().join("latin.toml");
    fs::write(&latin, b"\n# \xe3\x81\x82\xe9").expect("a file");
    let error = Config::load(&latin).expect_err("not UTF-8");
    let [fault] = error.faults() else {
        panic!("{error}")
    };
    assert_eq!(
        (fault.line, fault.column, fault.message.en.as_str()),
        (2, 4, "not UTF-8")
    );
}

#[test]
fn a_relative_path_has_an_absolute_root() {
    let config = Config::default_at(Path::new(""));
    assert!(config.root.is_absolute(), "{:?}", config.root);
    assert_eq!(config.root, Config::default_at(Path::new(".")).root);
}

#[test]
fn the_policy_of_check_is_read() {
    let config = good(
        r#"
[check]
due_soon = 3
stale_after = "never"
review_after = "2w"
remind_every = "48h"
escalate_to = ["@lead", "octo-org/sre"]
escalate_after = "never"
[check.allowed]
P0 = "0d"
P3 = "never"
[check.late_postmortem]
high = "36h"
low = "never"
"#,
    );
    let check = &config.check;
    assert_eq!(check.due_soon, Period::days(3));
    assert_eq!((check.stale_after, check.escalate_after), (None, None));
    assert_eq!(check.review_after, Some(Period::days(14)));
    assert_eq!(check.remind_every, Period::hours(48));
    assert_eq!(check.escalate_to, ["lead", "octo-org/sre"]);
    assert_eq!(check.allowed.of(Priority::P0), Some(Period::days(0)));
    assert_eq!(check.allowed.of(Priority::P1), Some(Period::days(30)));
    assert_eq!(check.allowed.of(Priority::P3), None);
    assert_eq!(check.late_postmortem.high, Some(Period::hours(36)));
    assert_eq!(check.late_postmortem.critical, Some(Period::hours(48)));
    assert_eq!(check.late_postmortem.low, None);
}

#[test]
fn a_policy_that_cannot_be_meant_is_refused() {
    assert_eq!(
        faults(
            "[check]\ndue_soon = -3\nstale_after = \"99999w\"\nreview_after = \"soon\"\nremind_every = true\nescalate_to = [\"not a login\"]\n\
             [check.allowed]\nP1 = \"-1d\"\nP9 = \"7d\"\n"
        ),
        [
            "2:12: `check.due_soon` can't be negative: `-3d` [write days, weeks or hours: \"7d\", \"2w\", \"48h\"]",
            "3:15: `check.stale_after` is longer than ten years: `99999w` [write days, weeks or hours: \"7d\", \"2w\", \"48h\"]",
            "4:16: `check.review_after`: `soon` is no length of time [write days, weeks or hours: \"7d\", \"2w\", \"48h\"]",
            "5:16: `check.remind_every` must be a string, not true or false",
            "6:16: `not a login` is neither a GitHub login nor a team [such as `octocat` or `octo-org/sre`]",
            "8:6: `check.allowed.P1` can't be negative: `-1d` [write days, weeks or hours: \"7d\", \"2w\", \"48h\"]",
            "9:1: unknown key `check.allowed.P9`",
        ]
    );
}

#[test]
fn the_goals_of_reports_are_read() {
    let goals = |text: &str| {
        let config = good(text);
        [Priority::P0, Priority::P1, Priority::P2, Priority::P3].map(|p| config.report.goal(p))
    };
    assert_eq!(goals(""), [Some(80), Some(80), None, None]);
    assert_eq!(
        goals("[report.goal]\nP0 = 100\nP1 = 0\nP3 = 50\n"),
        [Some(100), None, None, Some(50)]
    );
    assert_eq!(
        faults("[report.goal]\nP0 = 101\nP1 = \"80%\"\nP2 = -1\nP4 = 80\n[report]\nwindow = 30\n"),
        [
            "2:6: `report.goal.P0` is no percentage [a whole number from 0 to 100, such as 80; 0 sets no goal]",
            "3:6: `report.goal.P1` is no percentage [a whole number from 0 to 100, such as 80; 0 sets no goal]",
            "4:6: `report.goal.P2` is no percentage [a whole number from 0 to 100, such as 80; 0 sets no goal]",
            "5:1: unknown key `report.goal.P4`",
            "7:1: unknown key `report.window`",
        ]
    );
}

#[test]
fn a_template_of_the_language_goes_before_one_for_both() {
    let config = good(
        "[templates]\nteam = \"t.md\"\nteam_ja = \"t.ja.md\"\ncustomer_en = \"c.en.md\"\ncontact = \"\"",
    );
    for (audience, language, expected) in [
        (Audience::Team, Language::Ja, Some(("t.ja.md", "team_ja"))),
        (Audience::Team, Language::En, Some(("t.md", "team"))),
        (Audience::Customer, Language::Ja, None),
        (
            Audience::Customer,
            Language::En,
            Some(("c.en.md", "customer_en")),
        ),
    ] {
        let found = config.templates.file(audience, language);
        let expected = expected.map(|(path, key)| (Path::new(path), key));
        assert_eq!(found, expected, "{audience} {language:?}");
    }
    assert_eq!(config.templates.contact, None);
    assert_eq!(
        faults("[templates]\nteams = \"x\""),
        ["2:1: unknown key `templates.teams` [did you mean `team`?]"]
    );
}
