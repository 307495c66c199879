//! The lock that keeps two runs which write out of one checkout. Two runs in two checkouts can't see each other; what they do at once is
//! settled by what they find on GitHub.
//!
//! It is a lock of the operating system on a small file, so it ends with its process however that ends. The file is in the folder that git
//! keeps for the checkout, where it is no litter; where there is none, in the system's temporary folder, named after the root. It holds
//! who has the lock, for the message. Where files can't be locked (some network file systems), runs go on without.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::checkout;
use crate::github::marker::fingerprint;
use crate::output::{Printer, plain};
use crate::{Exit, Failure};

/// Ends the lock when it goes.
pub(super) struct Held(#[expect(dead_code, reason = "closing it is what ends the lock")] File);

/// Takes the lock of the checkout that `root` is in, for a command.
///
/// # Errors
/// [`Exit::Failed`] where another run has it, with what is known of that one.
pub(super) fn take(root: &Path, command: &str, printer: &Printer) -> Result<Option<Held>, Failure> {
    let language = printer.language;
    for place in places(root) {
        let Ok(mut file) = open(&place) else { continue };
        match file.try_lock() {
            Ok(()) => {
                // Only the message of another run is the poorer where this fails.
                let who = format!("{command} {}\n", std::process::id());
                drop(
                    file.set_len(0)
                        .and_then(|()| file.write_all(who.as_bytes())),
                );
                return Ok(Some(Held(file)));
            }
            Err(TryLockError::WouldBlock) => return Err(taken(&mut file, printer)),
            Err(TryLockError::Error(_)) => {}
        }
    }
    printer.detail(language.pick(
        "このフォルダーではロックを取れないため、取らずに続けます",
        "no lock can be taken here; going on without",
    ));
    Ok(None)
}

fn taken(file: &mut File, printer: &Printer) -> Failure {
    let mut who = String::new();
    let read = file
        .rewind()
        .and_then(|()| file.take(100).read_to_string(&mut who));
    let who = plain(&who);
    let who = match (read, who.trim().split_once(' ')) {
        (Ok(_), Some((command, process))) => printer.language.pick(
            format!("（{command}、プロセス {process}）"),
            format!(" ({command}, process {process})"),
        ),
        _ => String::new(),
    };
    let language = printer.language;
    Failure {
        exit: Exit::Failed,
        message: language.pick(
            format!("この checkout では別の pm-sync が実行中です{who}"),
            format!("another pm-sync is at work in this checkout{who}"),
        ),
        hint: Some(language.pick(
            "終わってから、もう一度実行してください。--dry-run は今でも使えます".to_owned(),
            "run it again when that one has ended; --dry-run works meanwhile".to_owned(),
        )),
    }
}

/// Where the lock may be, the best place first.
fn places(root: &Path) -> Vec<PathBuf> {
    let whole = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let name = format!("pm-sync-{}.lock", fingerprint(&whole.to_string_lossy()));
    let own = checkout::own_folder(&whole).map(|folder| folder.join("pm-sync.lock"));
    own.into_iter()
        .chain([std::env::temp_dir().join(name)])
        .collect()
}

/// Opens the file, or makes it. Others can write to the temporary folder: what is there under this name and is no ordinary file, such as a
/// link to a file of ours, is not touched.
fn open(place: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.clone().create_new(true).open(place) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            if !std::fs::symlink_metadata(place)?.is_file() {
                return Err(error);
            }
            options.open(place)
        }
        opened => opened,
    }
}
