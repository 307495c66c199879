//! Documents read and saved in folders made for the purpose.

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn write(root: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(root.join(name).parent().expect("a folder above")).expect("folders");
    fs::write(root.join(name), bytes).expect("a file");
}

fn names(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn bytes_come_and_go_unchanged() {
    let temp = folder();
    let path = Path::new("042.md");
    for text in [
        "",
        "a\n",
        "\u{feff}# 障害\r\n\r\n| a |\r\n",
        "no newline",
        "mixed\r\nand\nand\rso on\0",
    ] {
        write(temp.path(), "042.md", text);
        let read_text = read(temp.path(), path).expect("a document");
        assert_eq!(read_text, text);
        let new = format!("{text}×\r\n");
        save(temp.path(), path, &read_text, &new).expect("saved");
        assert_eq!(
            fs::read(temp.path().join(path)).expect("bytes"),
            new.as_bytes()
        );
    }
    assert_eq!(
        names(temp.path()),
        ["042.md"],
        "no temporary file stays behind"
    );
}

#[test]
fn what_is_no_document_is_refused() {
    let temp = folder();
    let root = temp.path();
    write(root, "sjis.md", b"# A\n\n| \x8f\xe1\x8aQ |\n");
    write(root, "utf16.md", b"\xff\xfe#\0");
    fs::create_dir(root.join("folder.md")).expect("a folder");
    // Sparse: takes no room.
    File::create(root.join("large.md"))
        .and_then(|file| file.set_len(MAX_BYTES + 1))
        .expect("a file");
    File::create(root.join("largest.md"))
        .and_then(|file| file.set_len(MAX_BYTES))
        .expect("a file");

    for (name, code, english) in [
        ("sjis.md", "file-not-utf8", "sjis.md: not UTF-8 (at byte 7)"),
        (
            "utf16.md",
            "file-not-utf8",
            "utf16.md: UTF-16, not UTF-8 (at byte 0)",
        ),
        ("folder.md", "file-special", "folder.md: not a regular file"),
        (
            "large.md",
            "file-too-large",
            "large.md: too large: 65 MiB, where 64 MiB is the limit",
        ),
        ("none.md", "file-missing", "none.md: no such file or folder"),
    ] {
        let problem = read(root, Path::new(name)).expect_err(name);
        assert_eq!(
            (problem.code(), problem.to_string().as_str()),
            (code, english)
        );
    }
    assert_eq!(
        read(root, Path::new("sjis.md"))
            .expect_err("not UTF-8")
            .line(),
        Some(3)
    );
    assert_eq!(
        read(root, Path::new("largest.md"))
            .expect("just small enough")
            .len() as u64,
        MAX_BYTES
    );
}

#[test]
fn a_document_that_changed_is_left_alone() {
    let temp = folder();
    let root = temp.path();
    let path = Path::new("042.md");
    // What was read, what stands there now.
    for (expected, now) in [
        ("old", "old, edited"),
        ("old\n", "old\r\n"),
        ("old", "\u{feff}old"),
        ("old", "new"),
    ] {
        write(root, "042.md", now);
        let error = save(root, path, expected, "new").expect_err("changed");
        assert!(matches!(error, SaveError::Changed { .. }), "{error}");
        assert_eq!(fs::read(root.join(path)).expect("bytes"), now.as_bytes());
    }
    write(root, "042.md", b"\xff");
    assert!(matches!(
        save(root, path, "old", "new"),
        Err(SaveError::Changed { .. })
    ));
    fs::remove_file(root.join(path)).expect("removed");
    assert!(matches!(
        save(root, path, "old", "new"),
        Err(SaveError::Changed { .. })
    ));
    assert!(
        names(root).is_empty(),
        "neither brought back nor a temporary file: {:?}",
        names(root)
    );
}

#[test]
fn nothing_new_is_not_written() {
    let temp = folder();
    write(temp.path(), "042.md", "other");
    save(temp.path(), Path::new("042.md"), "same", "same").expect("nothing to do");
    assert_eq!(
        fs::read_to_string(temp.path().join("042.md")).expect("text"),
        "other"
    );
    save(temp.path(), Path::new("none.md"), "same", "same").expect("nothing to do");
}

#[test]
fn errors_speak_both_languages() {
    let error = SaveError::Changed {
        path: "042.md".into(),
    };
    assert_eq!(
        error.to_string(),
        "042.md: changed while we worked, and was left as it is (run the command again)"
    );
    assert_eq!(
        error.render(Language::Ja),
        "042.md: 処理中にファイルが変更されたため、書き込みませんでした（もう一度実行してください）"
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn permissions_stay() {
        let temp = folder();
        for mode in [0o600, 0o644, 0o755, 0o664] {
            write(temp.path(), "042.md", "old");
            let file = temp.path().join("042.md");
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("permissions");
            let before = fs::metadata(&file).expect("metadata");
            save(temp.path(), Path::new("042.md"), "old", "new").expect("saved");
            let after = fs::metadata(&file).expect("metadata");
            assert_eq!(after.permissions().mode() & 0o7777, mode);
            assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
            assert_ne!(after.ino(), before.ino(), "replaced, not overwritten");
        }
    }

    #[test]
    fn a_read_only_document_is_left_alone() {
        let temp = folder();
        write(temp.path(), "042.md", "old");
        let file = temp.path().join("042.md");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).expect("permissions");
        let error = save(temp.path(), Path::new("042.md"), "old", "new").expect_err("read-only");
        assert!(matches!(error, SaveError::ReadOnly { .. }), "{error}");
        assert_eq!(fs::read_to_string(&file).expect("text"), "old");
    }

    #[test]
    fn a_link_in_the_tree_stays_a_link() {
        let temp = folder();
        let root = temp.path();
        write(root, "docs/042.md", "old");
        fs::create_dir(root.join("postmortems")).expect("a folder");
        symlink("../docs/042.md", root.join("postmortems/link.md")).expect("a link");
        let link = Path::new("postmortems/link.md");
        assert_eq!(read(root, link).expect("text"), "old");
        save(root, link, "old", "new").expect("saved");
        assert_eq!(
            fs::read_link(root.join(link)).expect("a link"),
            Path::new("../docs/042.md")
        );
        assert_eq!(
            fs::read_to_string(root.join("docs/042.md")).expect("text"),
            "new"
        );
        assert_eq!(names(&root.join("postmortems")), ["link.md"]);
        assert_eq!(names(&root.join("docs")), ["042.md"]);
    }

    #[test]
    fn a_link_out_of_the_tree_is_refused() {
        let temp = folder();
        let root = temp.path().join("repo");
        write(temp.path(), "secret.md", "old");
        write(temp.path(), "elsewhere/042.md", "old");
        fs::create_dir_all(root.join("docs")).expect("folders");
        symlink("../secret.md", root.join("link.md")).expect("a link");
        symlink("../elsewhere", root.join("folder")).expect("a link");
        for name in [
            "link.md",
            "folder/042.md",
            "docs/../folder/042.md",
            "./folder/042.md",
        ] {
            let problem = read(&root, Path::new(name)).expect_err(name);
            assert_eq!(problem.code(), "file-outside", "{name}");
            let error = save(&root, Path::new(name), "old", "new").expect_err(name);
            assert!(
                matches!(error, SaveError::LeavesTree { .. }),
                "{name}: {error}"
            );
        }
        assert_eq!(
            fs::read_to_string(temp.path().join("secret.md")).expect("text"),
            "old"
        );
        // What is named outside was asked for.
        assert_eq!(read(&root, Path::new("../secret.md")).expect("text"), "old");
        assert_eq!(
            read(&root, &temp.path().join("elsewhere/042.md")).expect("text"),
            "old"
        );
    }

    #[test]
    fn links_that_lead_nowhere_or_in_circles_say_so() {
        let temp = folder();
        symlink("none.md", temp.path().join("nowhere.md")).expect("a link");
        symlink("circle.md", temp.path().join("circle.md")).expect("a link");
        assert_eq!(
            read(temp.path(), Path::new("nowhere.md"))
                .expect_err("nowhere")
                .code(),
            "file-missing"
        );
        assert_eq!(
            read(temp.path(), Path::new("circle.md"))
                .expect_err("a circle")
                .code(),
            "file-unreadable"
        );
    }
}
