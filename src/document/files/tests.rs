//! Searches in folders made for the purpose.

use super::*;

/// A folder with these files, each with a little text.
fn tree(names: &[&str]) -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a folder");
    for name in names {
        write(temp.path(), name, "# A\n");
    }
    temp
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder above")).expect("folders");
    fs::write(path, text).expect("a file");
}

/// What a search gives: the files, then `code path` of the problems.
fn search(root: &Path, paths: &[&str], exclude: &[&str]) -> (Vec<String>, Vec<String>) {
    let exclude: Vec<String> = exclude.iter().map(|&glob| glob.to_owned()).collect();
    let Found { files, problems } = find(root, paths, &exclude);
    (
        files
            .iter()
            .map(|file| file.display().to_string())
            .collect(),
        problems
            .iter()
            .map(|problem| format!("{} {}", problem.code(), problem.path.display()))
            .collect(),
    )
}

#[test]
fn paths_are_files_folders_and_globs() {
    let temp = tree(&[
        "postmortems/042.md",
        "postmortems/041.MD",
        "postmortems/2025/043.markdown",
        "postmortems/2025/044.mdx",
        "postmortems/notes.txt",
        "postmortems/image.png",
        "postmortems/template.md",
        "postmortems/Template-ja.md",
        "postmortems/templates/a.md",
        "postmortems/.draft.md",
        "postmortems/.hidden/x.md",
        "postmortems/045.rst",
        "services/api/postmortems/1.md",
        "services/web/postmortems/2.md",
        "services/web/README.md",
        "odd [1].md",
        "障害/報告.md",
    ]);
    let root = temp.path();
    let template = &["**/*template*"][..];
    for (paths, exclude, files, problems) in [
        (
            &["postmortems"][..],
            template,
            &[
                "postmortems/041.MD",
                "postmortems/042.md",
                "postmortems/2025/043.markdown",
                "postmortems/2025/044.mdx",
                "postmortems/notes.txt",
            ][..],
            &[][..],
        ),
        (
            &["./postmortems/2025/"],
            &[],
            &["postmortems/2025/043.markdown", "postmortems/2025/044.mdx"],
            &[],
        ),
        // Named files: whatever the ending, whatever is excluded, once.
        (
            &[
                "postmortems/045.rst",
                "postmortems/template.md",
                "./postmortems/template.md",
            ],
            template,
            &["postmortems/045.rst", "postmortems/template.md"],
            &[],
        ),
        (
            &["postmortems/.draft.md", "postmortems/.hidden"],
            &[],
            &["postmortems/.draft.md", "postmortems/.hidden/x.md"],
            &[],
        ),
        // Globs.
        (
            &["postmortems/*.md"],
            template,
            &["postmortems/042.md"],
            &[],
        ),
        (
            &["postmortems/0*"],
            &[],
            &["postmortems/041.MD", "postmortems/042.md"],
            &[],
        ),
        (&["postmortems/*.rst"], &[], &["postmortems/045.rst"], &[]),
        (
            &["postmortems/*.{rst,md}"],
            template,
            &["postmortems/042.md", "postmortems/045.rst"],
            &[],
        ),
        (
            &["**/04[23].*"],
            &[],
            &["postmortems/042.md", "postmortems/2025/043.markdown"],
            &[],
        ),
        (
            &["services/*/postmortems"],
            &[],
            &[
                "services/api/postmortems/1.md",
                "services/web/postmortems/2.md",
            ],
            &[],
        ),
        (
            &["{services/api,postmortems/2025}/**"],
            &["**/*.mdx"],
            &[
                "postmortems/2025/043.markdown",
                "services/api/postmortems/1.md",
            ],
            &[],
        ),
        (
            &["postmortems/.hidden/*.md"],
            &[],
            &["postmortems/.hidden/x.md"],
            &[],
        ),
        (&["odd [1].md"], &[], &["odd [1].md"], &[]),
        (&["障害/*"], &[], &["障害/報告.md"], &[]),
        // Exclusion.
        (&["services"], &["services/web", "services/api/"], &[], &[]),
        (
            &["services"],
            &["SERVICES/WEB/*.md"],
            &[
                "services/api/postmortems/1.md",
                "services/web/postmortems/2.md",
            ],
            &[],
        ),
        (
            &["postmortems/templates"],
            template,
            &["postmortems/templates/a.md"],
            &[],
        ),
        // What is not there.
        (
            &["none", "none.md"],
            &[],
            &[],
            &["file-missing none", "file-missing none.md"],
        ),
        (
            &["none/*.md", "services/*.md"],
            &[],
            &[],
            &["glob-empty none/*.md", "glob-empty services/*.md"],
        ),
        (
            &["postmortems/{*.md"],
            &[],
            &[],
            &["glob-invalid postmortems/{*.md"],
        ),
        (
            &["障害"],
            &["[z-a]"],
            &["障害/報告.md"],
            &["glob-invalid [z-a]"],
        ),
        (&[], &[], &[], &[]),
    ] {
        let (found, met) = search(root, paths, exclude);
        assert_eq!(
            (found.as_slice(), met.as_slice()),
            (&strings(files)[..], &strings(problems)[..]),
            "{paths:?} {exclude:?}"
        );
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn a_file_is_given_once_however_it_is_asked_for() {
    let temp = tree(&["docs/a.md", "docs/b.md"]);
    let root = temp.path();
    let absolute = root.join("docs/a.md");
    let paths = [
        "docs",
        "docs/a.md",
        "docs/*.md",
        "docs/../docs/b.md",
        absolute.to_str().expect("UTF-8"),
    ];
    let (files, problems) = search(root, &paths, &[]);
    assert_eq!(
        (files, problems),
        (strings(&["docs/a.md", "docs/b.md"]), Vec::new())
    );
}

#[test]
fn folders_are_searched_as_git_sees_them() {
    let ignored = [
        (".gitignore", "/docs/private/\n*.draft.md\n"),
        ("docs/.gitignore", "old/\n!keep.draft.md\n"),
        (".ignore", "a.md\n"),
    ];
    let names = [
        "docs/a.md",
        "docs/x.draft.md",
        "docs/keep.draft.md",
        "docs/private/b.md",
        "docs/old/c.md",
        "docs/sub/d.md",
    ];
    for has_git in [false, true] {
        let temp = tree(&names);
        for (name, text) in ignored {
            write(temp.path(), name, text);
        }
        if has_git {
            fs::create_dir(temp.path().join(".git")).expect("a folder");
        }
        for paths in [&["docs"][..], &["."], &["**/*.md"], &["docs/**"]] {
            let (files, _) = search(temp.path(), paths, &[]);
            assert_eq!(
                files,
                ["docs/a.md", "docs/keep.draft.md", "docs/sub/d.md"],
                "{paths:?}, git: {has_git}"
            );
        }
        let (files, _) = search(temp.path(), &["docs/x.draft.md"], &[]);
        assert_eq!(files, ["docs/x.draft.md"], "asked for by name");
    }
}

#[test]
fn a_repository_ends_where_its_git_folder_is() {
    let temp = tree(&["repo/docs/a.md"]);
    write(temp.path(), ".gitignore", "*\n");
    fs::create_dir(temp.path().join("repo/.git")).expect("a folder");
    let (files, problems) = search(&temp.path().join("repo"), &["docs"], &[]);
    assert_eq!((files, problems), (strings(&["docs/a.md"]), Vec::new()));
}

#[test]
fn the_root_may_be_a_folder_further_down() {
    let temp = tree(&["docs/a.md", "docs/sub/b.md", "other/c.md"]);
    let root = temp.path().join("docs");
    let (files, problems) = search(&root, &[".", "../other", "../other/*.md", "../none"], &[]);
    assert_eq!(files, ["../other/c.md", "a.md", "sub/b.md"]);
    assert_eq!(problems, ["file-missing ../none"]);
}

#[test]
fn everything_found_can_be_read() {
    let temp = tree(&["docs/a.md", "other/c.md"]);
    let root = temp.path().join("docs");
    for file in find(&root, &[".", "../other"], &[]).files {
        crate::document::save::read(&root, &file).unwrap_or_else(|problem| panic!("{problem}"));
    }
}

#[test]
fn problems_speak_both_languages() {
    let problem = FileProblem {
        path: "a.md".into(),
        fault: FileFault::NotUtf8 {
            offset: 70,
            line: 3,
            is_utf16: false,
        },
    };
    assert_eq!(
        problem.render(Language::En),
        "a.md:3: not UTF-8 (at byte 70) (save the file as UTF-8; older Japanese files are often Shift_JIS)"
    );
    assert!(
        problem
            .render(Language::Ja)
            .starts_with("a.md:3: UTF-8 ではありません"),
        "{}",
        problem.render(Language::Ja)
    );
    assert_eq!(
        FileProblem {
            path: "a.md".into(),
            fault: FileFault::Missing
        }
        .to_string(),
        "a.md: no such file or folder"
    );
}

#[cfg(unix)]
#[test]
fn links_may_not_leave_the_tree() {
    use std::os::unix::fs::symlink;

    let temp = tree(&["repo/docs/a.md", "repo/archive/b.md", "outside/c.md"]);
    let root = temp.path().join("repo");
    for (target, link) in [
        ("a.md", "docs/0-latest.md"),
        ("../archive/b.md", "docs/b.md"),
        ("../../outside/c.md", "docs/c.md"),
        ("../../outside/c.md", "docs/c.png"),
        ("../../outside", "docs/outside"),
        ("../archive", "docs/archive"),
        ("none.md", "docs/nowhere.md"),
        ("../../outside", "docs/folder.md"),
    ] {
        symlink(target, root.join(link)).expect("a link");
    }
    for paths in [&["docs"][..], &["docs/*.md"]] {
        let (files, problems) = search(&root, paths, &[]);
        assert_eq!(files, ["docs/a.md", "docs/b.md"], "{paths:?}");
        let mut problems = problems;
        problems.sort();
        assert_eq!(
            problems,
            [
                "file-missing docs/nowhere.md",
                "file-outside docs/c.md",
                "file-outside docs/folder.md"
            ]
        );
    }
    let (files, problems) = search(
        &root,
        &[
            "docs/c.md",
            "docs/outside",
            "docs/archive",
            "docs/outside/*.md",
        ],
        &[],
    );
    // A file is one document by whatever way it was named.
    assert_eq!(files, ["archive/b.md"]);
    assert_eq!(
        problems,
        [
            "file-outside docs/c.md",
            "file-outside docs/outside",
            "file-outside docs/outside"
        ]
    );
}

#[cfg(unix)]
#[test]
fn special_files_are_refused() {
    let (files, problems) = search(Path::new("/"), &["dev/null"], &[]);
    assert_eq!(
        (files, problems),
        (Vec::new(), strings(&["file-special dev/null"]))
    );
}

#[cfg(unix)]
#[test]
fn a_root_behind_a_link_is_the_same_root() {
    let temp = tree(&["repo/docs/a.md"]);
    let root = temp.path().join("link");
    std::os::unix::fs::symlink("repo", &root).expect("a link");
    std::os::unix::fs::symlink("a.md", root.join("docs/0.md")).expect("a link");
    let real = fs::canonicalize(temp.path())
        .expect("a path")
        .join("repo/docs/a.md");
    for paths in [&["docs"][..], &["docs/0.md", real.to_str().expect("UTF-8")]] {
        let (files, problems) = search(&root, paths, &[]);
        assert_eq!(
            (files, problems),
            (strings(&["docs/a.md"]), Vec::new()),
            "{paths:?}"
        );
    }
}
