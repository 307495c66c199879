//! `action.yml` keeps what it promises: its inputs and outputs are those of its scripts, the scripts' options are the binary's, and the
//! scripts run, in bash, as a runner runs them.
#![cfg(unix)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{World, ran};
use saphyr::{LoadableYamlNode as _, Yaml};
use tempfile::TempDir;

const ACTION: &str = include_str!("../action.yml");
const RUN: &str = include_str!("../action/run.bash");
const INSTALL: &str = include_str!("../action/install.bash");

const DOCUMENT: &str = "# Postmortem: PM-1 x\n\n**Date**: 2025-01-05\n\n## Action items\n\n- [ ] Alert on it (@alice, due 2025-01-31)\n\
    - [ ] Rehearse it (@alice, due 2025-02-14)\n";

fn action() -> &'static Yaml<'static> {
    Box::leak(Box::new(
        Yaml::load_from_str(ACTION).expect("YAML").remove(0),
    ))
}

fn get<'y>(yaml: &'y Yaml<'y>, path: &str) -> &'y Yaml<'y> {
    path.split('/').fold(yaml, |yaml, key| {
        let inner = yaml.as_mapping_get(key);
        inner.unwrap_or_else(|| panic!("no {key} of {path} in {yaml:?}"))
    })
}

/// The keys of a mapping with their values, where they are text.
fn entries(yaml: &Yaml<'_>) -> BTreeMap<String, String> {
    let entries = yaml.as_mapping().expect("a mapping").iter();
    entries
        .map(|(key, value)| {
            let key = key.as_str().expect("text").to_owned();
            (key, value.as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

fn step(id: &str) -> &'static Yaml<'static> {
    let action = action();
    let steps = get(action, "runs/steps").as_sequence().expect("a list");
    let step = steps
        .iter()
        .find(|step| get(step, "id").as_str() == Some(id));
    step.expect("the step")
}

/// What `${{ … }}` of a step's environment means, given the inputs; what is not given has its default.
struct Runner {
    inputs: BTreeMap<String, String>,
    scratch: TempDir,
    /// The folder of the action, and of programs that stand in for those of the runner.
    home: PathBuf,
}

struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
    outputs: BTreeMap<String, String>,
    summary: String,
}

impl Runner {
    fn new(inputs: &[(&str, &str)]) -> Runner {
        let action = action();
        let mut all = BTreeMap::new();
        for name in entries(get(action, "inputs")).into_keys() {
            let default = get(action, &format!("inputs/{name}/default"));
            all.insert(name, default.as_str().expect("text").to_owned());
        }
        for (name, value) in inputs {
            let known = all.insert((*name).to_owned(), (*value).to_owned());
            assert!(known.is_some(), "no input {name}");
        }
        Runner {
            inputs: all,
            scratch: TempDir::new().expect("a folder"),
            home: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        }
    }

    fn value(&self, text: &str) -> String {
        let Some(inside) = text
            .strip_prefix("${{ ")
            .and_then(|t| t.strip_suffix(" }}"))
        else {
            assert!(!text.contains("${{"), "{text}");
            return text.to_owned();
        };
        match inside {
            "github.action_path" => self.home.to_string_lossy().into_owned(),
            "github.token" => "token-of-actions".to_owned(),
            "steps.install.outputs.path" => env!("CARGO_BIN_EXE_pm-sync").to_owned(),
            input => {
                let name = input.strip_prefix("inputs.").expect(input);
                let value = self
                    .inputs
                    .get(name)
                    .unwrap_or_else(|| panic!("no input {name}"));
                self.value(value)
            }
        }
    }

    /// Runs a step as a runner does: its script in bash, its environment filled in, two files for outputs and summary.
    fn step(&self, id: &str, folder: &Path, more: &[(&str, &str)]) -> Outcome {
        let step = step(id);
        let (outputs, summary) = (
            self.scratch.path().join("outputs"),
            self.scratch.path().join("summary"),
        );
        let fakes = self.scratch.path().join("bin");
        std::fs::create_dir_all(&fakes).expect("made");
        let path = std::env::var("PATH").expect("a PATH");
        let mut command = Command::new("bash");
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{path}", fakes.display()))
            .env("HOME", self.scratch.path())
            .env("LANG", "en")
            .env("CI", "true")
            .env("PM_SYNC_TODAY", "2025-01-08")
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("RUNNER_TEMP", self.scratch.path())
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary);
        for (name, value) in entries(get(step, "env")) {
            command.env(name, self.value(&value));
        }
        command.envs(more.iter().copied());
        assert_eq!(get(step, "shell").as_str(), Some("bash"));
        let script = get(step, "run").as_str().expect("text").to_owned();
        // What `shell: bash` means to a runner.
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script]);
        let ran = ran(command.output().expect("bash runs"));
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        Outcome {
            code: ran.code,
            stdout: ran.stdout,
            stderr: ran.stderr,
            outputs: read(&outputs)
                .lines()
                .map(|line| {
                    let (name, value) = line.split_once('=').expect("an output");
                    (name.to_owned(), value.to_owned())
                })
                .collect(),
            summary: read(&summary),
        }
    }

    /// A program that stands in for one of the runner's.
    fn fake(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.scratch.path().join("bin").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("made");
    }

    /// What the programs were called with, a line each.
    fn calls(&self) -> String {
        std::fs::read_to_string(self.scratch.path().join("calls")).unwrap_or_default()
    }
}

fn world() -> World {
    World::of("a.md", DOCUMENT)
}

fn api(world: &World) -> String {
    world.sandbox.url()
}

// ── what is declared ──

#[test]
fn inputs_and_outputs_are_those_of_the_scripts() {
    let action = action();
    let mut used = BTreeSet::new();
    let mut outputs = BTreeSet::new();
    for (id, script) in [("install", INSTALL), ("run", RUN)] {
        let step = step(id);
        for (name, value) in entries(get(step, "env")) {
            let by_binary = name == "GITHUB_TOKEN";
            assert!(
                by_binary || script.contains(&name) || name == "GITHUB_ACTION_PATH",
                "{name}"
            );
            used.insert(value);
        }
        if let Some(folder) = step.as_mapping_get("working-directory") {
            used.insert(folder.as_str().expect("text").to_owned());
        }
        // What is in the script's text is the same for everybody.
        assert!(
            !get(step, "run").as_str().expect("text").contains("${{"),
            "{id}"
        );
        assert!(script.contains("set -euo pipefail"), "{id}");
        for output in script.split("echo \"").skip(1) {
            if let Some((name, _)) = output.split_once('=')
                && output
                    .split('\n')
                    .next()
                    .is_some_and(|line| line.ends_with(">>\"$GITHUB_OUTPUT\""))
            {
                outputs.insert(format!("${{{{ steps.{id}.outputs.{name} }}}}"));
            }
        }
        for count in script.split("count(\"").skip(1) {
            let name = count.split('"').next().expect("a name");
            outputs.insert(format!("${{{{ steps.{id}.outputs.{name} }}}}"));
        }
    }
    for name in entries(get(action, "inputs")).into_keys() {
        assert!(
            used.contains(&format!("${{{{ inputs.{name} }}}}")),
            "{name} is used nowhere"
        );
    }
    let declared: BTreeSet<String> = entries(get(action, "outputs"))
        .into_keys()
        .map(|name| {
            let value = get(action, &format!("outputs/{name}/value"));
            value.as_str().expect("text").to_owned()
        })
        .collect();
    assert_eq!(declared, outputs);
}

#[test]
fn commands_and_options_are_those_of_the_binary() {
    let help = |arguments: &[&str]| {
        let mut command = common::command(Path::new("/"), None, "2025-01-08", "en");
        ran(command.args(arguments).output().expect("runs"))
            .exits(0)
            .stdout
    };
    let commands = help(&["--help"]);
    let on_one_line = commands.split_whitespace().collect::<Vec<_>>().join(" ");
    let action = action();
    let described = get(action, "inputs/command/description")
        .as_str()
        .expect("text");
    let (_, list) = described.split_once(": ").expect("a list");
    let mut all = String::new();
    for name in list
        .split([',', ' '])
        .filter(|word| !word.is_empty() && *word != "or")
    {
        assert!(
            commands.contains(&format!("\n  {name} ")),
            "no command {name}"
        );
        all.push_str(&help(&["help", name]));
    }
    let options = RUN
        .split("arguments+=(")
        .skip(1)
        .filter_map(|rest| rest.strip_prefix("--"));
    let options: Vec<&str> = options
        .filter_map(|rest| rest.split([' ', ')']).next())
        .filter(|o| !o.is_empty())
        .collect();
    assert_eq!(options, ["config", "fail-on"]);
    for option in options.into_iter().chain(["format", "dry-run", "limit"]) {
        assert!(all.contains(&format!("--{option}")), "no option {option}");
    }
    let codes = get(action, "outputs/exit-code/description")
        .as_str()
        .expect("text");
    for code in [
        "0 done",
        "1 findings",
        "2 usage or configuration",
        "3 GitHub, network or file failure",
        "4 conflicts",
    ] {
        assert!(codes.contains(code) && on_one_line.contains(code), "{code}");
    }
}

// ── running ──

#[test]
fn a_run_prints_its_result_and_tells_its_exit_code() {
    let world = world();
    let runner = Runner::new(&[("command", "list"), ("token", "")]);
    let ended = runner.step("run", world.folder.path(), &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("Rehearse it"));
    assert_eq!(ended.outputs["exit-code"], "0");
    assert!(!ended.outputs.contains_key("json") && ended.summary.is_empty());

    let runner = Runner::new(&[("command", "list"), ("config", "none.toml")]);
    let ended = runner.step("run", world.folder.path(), &[]);
    assert_eq!((ended.code, ended.outputs["exit-code"].as_str()), (2, "2"));
}

#[test]
fn json_is_kept_and_counted() {
    let world = world();
    let api = api(&world);
    let inputs = [
        ("command", "push"),
        ("format", "json"),
        ("args", "--dry-run\n--limit 1"),
        ("token", "sandbox-token"),
    ];
    let ended = Runner::new(&inputs);
    let preview = ended.step("run", world.folder.path(), &[("GITHUB_API_URL", &api)]);
    assert_eq!(preview.code, 0, "{}", preview.stderr);
    let count = |outcome: &Outcome, name: &str| outcome.outputs.get(name).cloned();
    assert_eq!(count(&preview, "conflicts").as_deref(), Some("0"));
    assert_eq!(count(&preview, "problems").as_deref(), Some("0"));
    assert_eq!(count(&preview, "findings"), None);
    let file = std::fs::read_to_string(&preview.outputs["json"]).expect("the file");
    let json: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    let list = |name: &str| json[name].as_array().map_or(0, Vec::len);
    assert_eq!(list("changes"), 1);
    let changes = (list("changes") + list("edits")).to_string();
    assert_eq!(count(&preview, "changes"), Some(changes));
    assert_eq!(world.issues(), 0);

    // And for real; the second time there is nothing to do.
    for expected in [false, true] {
        let runner = Runner::new(&[
            ("command", "sync"),
            ("format", "json"),
            ("token", "sandbox-token"),
        ]);
        let ended = runner.step("run", world.folder.path(), &[("GITHUB_API_URL", &api)]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert_eq!(
            ended.outputs["changes"] == "0",
            expected,
            "{:?}",
            ended.outputs
        );
    }
    assert_eq!(world.issues(), 2);
}

#[test]
fn a_check_fails_the_step_as_it_is_told_to() {
    let world = world();
    let late = [("PM_SYNC_TODAY", "2025-03-01")];
    let check = |inputs: &[(&str, &str)]| {
        let inputs = [&[("command", "check"), ("args", "--offline")], inputs].concat();
        let runner = Runner::new(&inputs);
        (runner.step("run", world.folder.path(), &late), runner)
    };
    let (counted, _runner) = check(&[("format", "json")]);
    assert_eq!(counted.code, 1, "{}", counted.stderr);
    assert_eq!(counted.outputs["exit-code"], "1");
    let file = std::fs::read_to_string(&counted.outputs["json"]).expect("the file");
    let json: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    let findings = json["findings"].as_array().map_or(0, Vec::len);
    assert!(findings >= 2, "{json}");
    assert_eq!(counted.outputs["findings"], findings.to_string());
    assert!(!counted.outputs.contains_key("changes"));
    let (never, _) = check(&[("fail-on", "never"), ("format", "github")]);
    assert_eq!(never.code, 0, "{}", never.stderr);
    // Annotations are commands to the runner, so they are not stopped.
    assert!(
        never.stdout.contains("file=postmortems/a.md"),
        "{}",
        never.stdout
    );
    assert!(!never.stdout.contains("stop-commands"));
}

#[test]
fn what_people_write_is_no_command() {
    let world = world();
    let name = "postmortems/$(touch owned) `touch owned` *.md";
    world.write(
        name,
        &DOCUMENT
            .replace("PM-1", "PM-2")
            .replace("Rehearse it", "::error::```` $(touch owned)"),
    );
    let runner = Runner::new(&[
        ("command", "list"),
        ("paths", &format!("{name}\n\n--help")),
        ("summary", "true"),
    ]);
    world.write("--help", &DOCUMENT.replace("PM-1", "PM-3"));
    let ended = runner.step("run", world.folder.path(), &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    // Both paths are documents, and no other is read.
    assert!(
        ended.stdout.contains("PM-2") && ended.stdout.contains("PM-3"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("PM-1"), "{}", ended.stdout);
    assert!(!world.path("owned").exists());
    // The runner takes no commands while the result is printed, and the word that ends this can't be guessed.
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let word = lines[0]
        .strip_prefix("::stop-commands::")
        .expect("commands are stopped");
    assert!(word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(lines.last(), Some(&format!("::{word}::").as_str()));
    // In the summary it stands in a fence that it doesn't hold.
    assert!(ended.summary.contains("\n`````text\n"), "{}", ended.summary);
    assert!(ended.summary.trim_end().ends_with("\n`````"));
}

#[test]
fn arguments_are_words_and_no_patterns() {
    let world = world();
    let runner = Runner::new(&[("command", "list"), ("args", "--owner *  --open")]);
    let ended = runner.step("run", world.folder.path(), &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stdout.contains("Rehearse it"), "`*` is nobody");
}

// ── installing ──

/// A curl that takes files from a folder instead of the network, and notes its last argument.
const CURL: &str = r#"while [ $# -gt 1 ]; do [ "$1" = --output ] && out=$2; shift; done
echo "curl $1" >>"$HOME/calls"
[ -f "$HOME/release/${1##*/}" ] || exit 22
cp "$HOME/release/${1##*/}" "$out""#;

/// A cargo that builds a binary which tells its version.
const CARGO: &str = r#"echo "cargo $*" >>"$HOME/calls"
mkdir -p "$4/bin"; printf '#!/bin/sh\necho built\n' >"$4/bin/pm-sync"; chmod +x "$4/bin/pm-sync""#;

const ARCHIVE: &str = concat!(
    "pm-sync-",
    env!("CARGO_PKG_VERSION"),
    "-x86_64-unknown-linux-musl.tar.gz"
);

/// A release with one archive, and the checksums that are given for it.
fn release(runner: &Runner, checksums: impl Fn(&str) -> String) {
    let folder = runner.scratch.path().join("release");
    std::fs::create_dir_all(&folder).expect("made");
    runner.fake("../release/pm-sync", "echo released");
    let pack = Command::new("tar")
        .current_dir(&folder)
        .args(["-czf", ARCHIVE, "pm-sync"])
        .status();
    assert!(pack.expect("tar runs").success());
    let bytes = std::fs::read(folder.join(ARCHIVE)).expect("there");
    let sum: String = {
        use sha2::Digest as _;
        sha2::Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    std::fs::write(folder.join("SHA256SUMS"), checksums(&sum)).expect("written");
    runner.fake("curl", CURL);
    runner.fake("cargo", CARGO);
}

#[test]
fn a_release_is_installed_once_its_checksum_fits() {
    let runner = Runner::new(&[]);
    release(&runner, |sum| {
        format!("{}  other.tar.gz\n{sum}  {ARCHIVE}\n", "0".repeat(64))
    });
    let ended = runner.step("install", Path::new("/"), &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("released"));
    assert!(Path::new(&ended.outputs["path"]).is_file());
    let version = env!("CARGO_PKG_VERSION");
    assert!(runner.calls().contains(&format!(
        "https://github.com/pm-sync/pm-sync/releases/download/v{version}/{ARCHIVE}\n"
    )));
    assert!(!runner.calls().contains("cargo"));
    // The next step of the job takes it as it is.
    let before = runner.calls();
    assert_eq!(runner.step("install", Path::new("/"), &[]).code, 0);
    assert_eq!(runner.calls(), before);
}

#[test]
fn a_release_that_is_not_what_it_says_is_refused() {
    for checksums in [format!("{}  {ARCHIVE}\n", "0".repeat(64)), String::new()] {
        let runner = Runner::new(&[]);
        release(&runner, |_| checksums.clone());
        let ended = runner.step("install", Path::new("/"), &[]);
        assert_eq!(ended.code, 1);
        assert!(
            ended.stdout.contains("::error title=pm-sync::") && !ended.stdout.contains("released")
        );
        assert!(!ended.outputs.contains_key("path") && !runner.calls().contains("cargo"));
    }
}

#[test]
fn without_a_release_it_is_built() {
    let version = env!("CARGO_PKG_VERSION");
    for (inputs, more, wanted) in [
        (&[][..], &[][..], version),
        (&[("version", "v9.9.9")], &[], "9.9.9"),
        // A platform that no release is made for.
        (&[], &[("RUNNER_ARCH", "X86")], version),
    ] {
        let runner = Runner::new(inputs);
        runner.fake("curl", CURL);
        runner.fake("cargo", CARGO);
        let ended = runner.step("install", Path::new("/"), more);
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains("built"));
        let calls = runner.calls();
        assert!(
            calls.contains("cargo install --locked --root ")
                && calls.ends_with(&format!(" pm-sync@{wanted}\n")),
            "{calls}"
        );
        assert_eq!(calls.contains("curl"), more.is_empty());
    }
}

#[test]
fn a_version_that_is_none_goes_nowhere() {
    for version in [
        "latest",
        "1",
        "1.2.3/../../x",
        "1.2.3 --git=x",
        "$(touch x)",
    ] {
        let runner = Runner::new(&[("version", version)]);
        runner.fake("curl", CURL);
        runner.fake("cargo", CARGO);
        let ended = runner.step("install", Path::new("/"), &[]);
        assert_eq!((ended.code, runner.calls().as_str()), (1, ""), "{version}");
    }
}

#[test]
fn the_binary_on_the_path_serves_where_it_is_asked_for() {
    let runner = Runner::new(&[("version", "path")]);
    assert_eq!(runner.step("install", Path::new("/"), &[]).code, 1);
    runner.fake("pm-sync", "echo mine");
    let ended = runner.step("install", Path::new("/"), &[]);
    assert_eq!(ended.code, 0);
    assert!(ended.outputs["path"].ends_with("/bin/pm-sync") && ended.stdout.contains("mine"));
}

#[test]
fn releases_hold_what_the_action_asks_for() {
    let workflow = include_str!("../.github/workflows/release.yml");
    let targets: BTreeSet<&str> = INSTALL
        .split("target=")
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next())
        .filter(|target| target.contains('-'))
        .collect();
    assert_eq!(targets.len(), 5, "{targets:?}");
    for target in targets {
        assert!(
            workflow.contains(&format!("target: {target} ")),
            "{target} is not built"
        );
    }
    assert!(
        INSTALL.contains("pm-sync-$version-$target.tar.gz")
            && workflow.contains("pm-sync-$VERSION-$TARGET.tar.gz")
    );
    // What `init` writes names the commit of the release.
    assert!(workflow.contains("PM_SYNC_RELEASE_COMMIT: ${{ github.sha }}"));
    assert!(
        include_str!("../src/init/schedule.rs").contains("option_env!(\"PM_SYNC_RELEASE_COMMIT\")")
    );
}

#[test]
fn the_readmes_name_what_there_is() {
    let action = action();
    let readme = include_str!("../README.md");
    for part in ["inputs", "outputs"] {
        for name in entries(get(action, part)).into_keys() {
            let named = [
                format!("`{name}`"),
                format!("    {name}: "),
                format!("outputs.{name} "),
            ];
            assert!(named.iter().any(|form| readme.contains(form)), "{name}");
        }
    }
    let uses = concat!("uses: pm-sync/pm-sync@v", env!("CARGO_PKG_VERSION"), "\n");
    for text in [readme, include_str!("../docs/README.ja.md")] {
        assert_eq!(
            text.matches("pm-sync/pm-sync@").count(),
            text.matches(uses).count()
        );
        assert!(text.contains(uses));
    }
}
