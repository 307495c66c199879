use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::config::{Kind, Priority};
use crate::item::Task;

fn found(body: &str) -> Region {
    match Region::parse(body) {
        RegionReading::Found(region) => region,
        other => panic!("{other:?}: {body}"),
    }
}

fn part(part: Part, value: &str, extra: &str) -> PartText {
    PartText {
        part,
        value: value.to_owned(),
        extra: extra.to_owned(),
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn task(text: &str, done: bool) -> Task {
    Task {
        text: text.to_owned(),
        done,
    }
}

#[test]
fn a_region_is_found_only_where_it_is_certain() {
    for (body, expected) in [
        ("", "absent"),
        ("text about `<!-- pm-sync:begin -->` in a line", "absent"),
        ("<!-- pm-sync:begin -->\n<!-- pm-sync:end -->", "found"),
        (
            "a\r\n<!-- pm-sync:begin -->\r\nx\r\n<!-- pm-sync:end -->\r\nb",
            "found",
        ),
        (
            "  <!-- pm-sync:begin -->  \nx\n <!-- pm-sync:end -->",
            "found",
        ),
        ("<!-- pm-sync:begin -->\nx", "broken"),
        ("x\n<!-- pm-sync:end -->", "broken"),
        ("<!-- pm-sync:end -->\n<!-- pm-sync:begin -->", "broken"),
        (
            "<!-- pm-sync:begin -->\n<!-- pm-sync:begin -->\n<!-- pm-sync:end -->",
            "broken",
        ),
        (
            "<!-- pm-sync:begin -->\n<!-- pm-sync:end -->\n<!-- pm-sync:end -->",
            "broken",
        ),
    ] {
        let got = match Region::parse(body) {
            RegionReading::Absent => "absent",
            RegionReading::Broken => "broken",
            RegionReading::Found(region) => {
                let text = &body[region.range];
                assert!(text.starts_with(BEGIN) && text.ends_with(END), "{text}");
                "found"
            }
        };
        assert_eq!(got, expected, "{body}");
    }
}

#[test]
fn parts_are_read_as_people_leave_them() {
    let body = "above\n\n<!-- pm-sync:begin -->\n<!-- pm-sync:item {} -->\n\nnote at the top\n\n\
        **優先度**: P1  \n**Due:** 2025-01-10\nmoved by hand\n\n  - indented\n**種別** ：検知\n\n\
        **タスク**:\n\n- [x] one\n  more\n\n* [ ] two\n\nafterthought\n- not a task\n\
        **優先度**: a second one is text\n**太字**: too\n<!-- pm-sync:end -->\nbelow";
    for body in [body.to_owned(), body.replace('\n', "\r\n")] {
        let region = found(&body);
        assert_eq!(region.markers, ["<!-- pm-sync:item {} -->"]);
        assert_eq!(region.head, "note at the top");
        assert_eq!(
            region.parts,
            [
                part(Part::Priority, "**優先度**: P1", ""),
                part(
                    Part::Due,
                    "**Due:** 2025-01-10",
                    "moved by hand\n\n  - indented"
                ),
                part(Part::Kind, "**種別** ：検知", ""),
                part(
                    Part::Tasks,
                    "**タスク**:\n\n- [x] one\n  more\n\n* [ ] two",
                    "\nafterthought\n- not a task\n**優先度**: a second one is text\n**太字**: too"
                ),
            ]
        );
        assert_eq!(region.parts[1].date(), NaiveDate::from_ymd_opt(2025, 1, 10));
        assert_eq!(region.parts[3].plain(), "one / more / two");
        let again = found(&region.render("<!-- pm-sync:item {} -->"));
        assert_eq!((again.head, again.parts), (region.head, region.parts));
    }
}

#[test]
fn values_come_and_go_and_peoples_lines_stay() {
    let mut region = Region {
        head: "head".to_owned(),
        parts: vec![
            part(Part::Postmortem, "**Postmortem**: x", ""),
            part(Part::Due, "**Due**: 2025-01-10", "why: because"),
            part(Part::Tasks, "**Tasks**:\n- [ ] a", "tail"),
            part(Part::Details, "**Details**:\n- a", ""),
        ],
        ..Region::default()
    };
    region.set(Part::Due, None);
    region.set(Part::Tasks, None);
    region.set(Part::Priority, Some("**Priority**: P1".to_owned()));
    region.set(Part::Details, Some("**Details**:\n- b".to_owned()));
    region.set(Part::Kind, None);
    let shown = region.render("<!-- pm-sync:item {} -->");
    assert_eq!(
        shown,
        "<!-- pm-sync:begin -->\n<!-- pm-sync:item {} -->\nhead\n\n**Postmortem**: x\n\nwhy: because\n\ntail\n\n\
         **Priority**: P1\n\n**Details**:\n- b\n<!-- pm-sync:end -->"
    );
    region.set(Part::Postmortem, None);
    assert_eq!(region.head, "head\n\nwhy: because\n\ntail");

    // A person's list doesn't become a part of the list it lands behind.
    let mut region = Region::of(vec![
        part(Part::Tasks, "**Tasks**:\n- [ ] a", ""),
        part(Part::Due, "**Due**: x", "- note"),
    ]);
    region.set(Part::Due, None);
    let again = found(&region.render("m"));
    assert_eq!(again.part(Part::Tasks), region.part(Part::Tasks));
    assert!(again.head.contains("- note"), "{again:?}");
}

fn content(language: Language) -> Content<'static> {
    Content {
        language,
        doc: "PM-042",
        postmortem_title: "サーバー [API] のメモリ不足",
        link: Some("https://github.com/o/r/blob/HEAD/postmortems/042.md#アクションアイテム"),
        priority: Some(Priority::P1),
        owners: vec![
            OwnerLine {
                written: "@Alice",
                mentions: vec!["alice"],
            },
            OwnerLine {
                written: "インフラチーム",
                mentions: vec!["bob", "carol"],
            },
            OwnerLine {
                written: "@left-us",
                mentions: vec![],
            },
        ],
        due: NaiveDate::from_ymd_opt(2025, 1, 10),
        due_text: Some("2週間以内"),
        kind: Some(Kind::Detect),
        tasks: &[],
        done_when: &[],
        details: &[],
    }
}

fn whole(content: &Content<'_>, ticks: &Ticks<'_>) -> Region {
    let mut ticks = ticks.clone();
    let text = |part| {
        Some(PartText::new(
            part,
            content.part(part, &mut ticks, usize::MAX)?,
        ))
    };
    Region::of(Part::ALL.into_iter().filter_map(text).collect())
}

#[test]
fn the_region_is_in_the_documents_language() {
    let tasks = [
        task("閾値を決める", false),
        task("アラートを作る", true),
        task(" ", false),
    ];
    let (done_when, details) = (strings(&["通知が届く"]), strings(&["一行目\n二行目", ""]));
    let ja = Content {
        tasks: &tasks,
        done_when: &done_when,
        details: &details,
        ..content(Language::Ja)
    };
    assert_eq!(
        whole(&ja, &Ticks::default()).render("<!-- pm-sync:item {} -->"),
        "<!-- pm-sync:begin -->\n\
         <!-- pm-sync:item {} -->\n\
         **ポストモーテム**: [PM-042 サーバー \\[API\\] のメモリ不足](https://github.com/o/r/blob/HEAD/postmortems/042.md#アクションアイテム)\n\
         **優先度**: P1\n\
         **担当**: @alice、インフラチーム (@bob, @carol)、@<!-- -->left-us\n\
         **期限**: 2025-01-10（2週間以内）\n\
         **種別**: 検知\n\
         \n\
         **タスク**:\n\
         - [ ] 閾値を決める\n\
         - [x] アラートを作る\n\
         \n\
         **完了条件**:\n\
         - 通知が届く\n\
         \n\
         **詳細**:\n\
         - 一行目 二行目\n\
         <!-- pm-sync:end -->"
    );
    let en = Content {
        due_text: Some("within 2 weeks"),
        link: None,
        priority: None,
        kind: None,
        done_when: &done_when,
        ..content(Language::En)
    };
    assert_eq!(
        whole(&en, &Ticks::default()).render("<!-- pm-sync:item {} -->"),
        "<!-- pm-sync:begin -->\n\
         <!-- pm-sync:item {} -->\n\
         **Postmortem**: PM-042 サーバー \\[API] のメモリ不足\n\
         **Owner**: @alice, インフラチーム (@bob, @carol), @<!-- -->left-us\n\
         **Due**: 2025-01-10 (within 2 weeks)\n\
         \n\
         **Done when**:\n\
         - 通知が届く\n\
         <!-- pm-sync:end -->"
    );
}

#[test]
fn ticks_are_kept_and_are_no_change() {
    let tasks = [task("a #1", false), task("b", false), task("b", false)];
    let content = Content {
        tasks: &tasks,
        ..content(Language::En)
    };
    let plain = whole(&content, &Ticks::default());
    let mut ticked = plain.clone();
    for text in &mut ticked.parts {
        text.value = text
            .value
            .replacen("[ ] a", "[X] a", 1)
            .replacen("[ ] b", "[x] b", 1);
    }
    assert_ne!(plain, ticked);
    assert_eq!(
        plain.part(Part::Tasks).map(PartText::fingerprint),
        ticked.part(Part::Tasks).map(PartText::fingerprint)
    );
    let longer = [
        task("new", false),
        task("b", false),
        task("a #1", false),
        task("b", false),
    ];
    let content = Content {
        tasks: &longer,
        ..content
    };
    let value = whole(&content, &Ticks::of(&ticked))
        .part(Part::Tasks)
        .map(|t| t.value.clone());
    assert_eq!(
        value.as_deref(),
        Some("**Tasks**:\n- [ ] new\n- [x] b\n- [x] a #<!-- -->1\n- [ ] b")
    );
}

#[test]
fn lists_are_cut_to_their_room() {
    let long = [
        format!("最初の{}", "長い説明".repeat(200)),
        "二つ目".to_owned(),
    ];
    for (link, pointer) in [
        (
            Some("https://x/y z"),
            "… [more in the document](https://x/y%20z)",
        ),
        (None, "… more in the document"),
    ] {
        let content = Content {
            details: &long,
            link,
            ..content(Language::En)
        };
        for room in [0, 60, 100, 101, 500, 820, 830, 1000] {
            let Some(text) = content.part(Part::Details, &mut Ticks::default(), room) else {
                panic!("details are there");
            };
            let length = text.chars().count();
            let whole = room >= 1000;
            assert_eq!(text.ends_with(pointer), !whole, "{room}: {text}");
            assert!(length <= room.max(80), "{room}: {length}");
            assert!(
                whole || room < 100 || length + 10 >= room,
                "{room}: {length}"
            );
            assert!(room < 100 || text.contains("最初の"), "{room}: {text}");
        }
    }
}

#[test]
fn bodies_get_a_region_and_lose_its_lines() {
    for (body, expected) in [
        ("", "R"),
        ("\r\n", "R"),
        ("text", "text\n\nR"),
        ("text\r\n", "text\r\n\nR"),
        ("text\n\n", "text\n\nR"),
    ] {
        assert_eq!(append(body, "R"), expected);
    }
    assert_eq!(
        without_our_lines(
            "a\r\n<!-- pm-sync:begin -->\r\n <!-- pm-sync:item {\"v\":9} -->\nb <!-- pm-sync:end -->\n<!-- pm-sync:end -->"
        ),
        "a\r\nb <!-- pm-sync:end -->\n"
    );
}

/// What GitHub's Markdown makes of a text in a list: what is read, in runs that GitHub searches for references.
fn rendered(markdown: &str) -> Result<Vec<String>, String> {
    let options = Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    let mut runs = vec![String::new()];
    let mut in_link = 0;
    for event in Parser::new_ext(&format!("- {markdown}\n"), options) {
        match event {
            Event::Text(text) if in_link == 0 => {
                if let Some(run) = runs.last_mut() {
                    run.push_str(&text);
                }
            }
            // A finished link is not searched; its text is told apart by a space that the caller knows of.
            Event::Text(text) => runs.push(format!("\u{1}{text}")),
            Event::InlineHtml(html) if ["<!-- -->", "<span>", "</span>"].contains(&&*html) => {
                runs.push(String::new());
            }
            Event::Start(Tag::List(None) | Tag::Item) => {}
            Event::Start(Tag::Link { .. }) => in_link += 1,
            Event::End(pulldown_cmark::TagEnd::Link) => {
                in_link -= 1;
                runs.push(String::new());
            }
            Event::End(_) => {}
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(runs)
}

/// Texts made of what means something to Markdown or GitHub.
fn nasty() -> impl Strategy<Value = String> {
    let tokens = prop::sample::select(vec![
        "@",
        "alice",
        "#",
        "12",
        "GH-",
        "/",
        "acme/shop",
        "<",
        ">",
        "<!--",
        "-->",
        "--",
        "-",
        "`",
        "```",
        "~",
        "~~",
        "*",
        "**",
        "_",
        "[",
        "]",
        "(",
        ")",
        "](",
        "!",
        "[ ]",
        "[x]",
        "[^1]",
        "&",
        "&lt;",
        "&#64;",
        "\\",
        "$",
        "$$",
        "|",
        "=",
        "+",
        "1.",
        "2)",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        "あ",
        "、",
        "（",
        "🎉",
        "https://",
        "example.com",
        "?q=",
        "a1b2c3d",
        "0",
        ".",
        ":",
        "'",
        "\"",
        "<b>",
        "<!-- pm-sync:end -->",
        "**期限**:",
        "\u{202e}",
        "\u{200b}",
    ]);
    prop::collection::vec(tokens, 0..12).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn harmless_text_reads_as_written_and_reaches_nobody(text in nasty()) {
        let markdown = harmless(&text);
        let runs = rendered(&markdown).map_err(|event| TestCaseError::fail(format!("{event} from {markdown:?}")))?;
        let read: String = runs.concat().replace('\u{1}', "");
        let written = one_line(&text);
        prop_assert_eq!(read.trim(), written.trim(), "{}", markdown);
        for run in runs.iter().filter(|run| !run.starts_with('\u{1}')) {
            let bytes = run.as_bytes();
            for pair in bytes.windows(2) {
                prop_assert!(pair[0] != b'@' || !pair[1].is_ascii_alphanumeric(), "{}", markdown);
                prop_assert!(pair[0] != b'#' || !pair[1].is_ascii_digit(), "{}", markdown);
            }
            let mut words = run.split(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c));
            prop_assert!(!words.any(|word| word.starts_with("GH-1")), "{}", markdown);
        }
        prop_assert!(!markdown.contains(['\n', '\r']));
    }

    #[test]
    fn a_region_reads_back_as_it_was_rendered(
        texts in prop::collection::vec(nasty(), 0..6),
        title in nasty(),
        owner in nasty(),
        above in nasty(),
        japanese in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let tasks: Vec<Task> = texts.iter().map(|text| task(text, text.len() % 2 == 0)).collect();
        let language = if japanese { Language::Ja } else { Language::En };
        let content = Content {
            postmortem_title: &title,
            owners: vec![OwnerLine { written: &owner, mentions: vec!["bob"] }],
            tasks: &tasks,
            done_when: &texts,
            details: &texts,
            ..content(language)
        };
        let region = whole(&content, &Ticks::default());
        let mut body = append(&without_our_lines(&above), &region.render("<!-- pm-sync:item {} -->"));
        body.push_str("\n\nbelow");
        if crlf {
            body = body.replace('\n', "\r\n");
        }
        let read = found(&body);
        prop_assert_eq!(&read.parts, &region.parts);
        prop_assert_eq!(read.head, "");
        let same = replace(&body, read.range.clone(), &body[read.range]);
        prop_assert_eq!(same, body);
    }
}
