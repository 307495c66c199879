//! Reads documents and saves them without ever losing one.
//!
//! A document is people's work: what is saved replaces it in one step or not at all, and only if the document is still
//! the one that was read. Its bytes are kept as they are, line endings and byte order mark included.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::files::{FileFault, FileProblem, real_path};
use crate::config::{Language, Text, text};

/// The largest document that is read, in bytes. Postmortems are thousands of times smaller; this keeps a path given by
/// mistake from filling the memory.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Reads the document at `path`, from `root` where it is relative. A byte order mark stays in the text.
///
/// # Errors
/// When there is no such file, when it is not a regular file, too large or not UTF-8, or a link out of the tree.
pub fn read(root: &Path, path: &Path) -> Result<String, FileProblem> {
    read_real(root, path).map_err(|fault| FileProblem {
        path: path.to_owned(),
        fault,
    })
}

fn read_real(root: &Path, path: &Path) -> Result<String, FileFault> {
    let real = real_path(root, path)?;
    // Asked before opening: opening a named pipe waits for its other end.
    let metadata = fs::metadata(&real).map_err(FileFault::Unreadable)?;
    if !metadata.is_file() {
        return Err(FileFault::NotAFile);
    }
    let mut bytes = Vec::new();
    let file = File::open(&real).map_err(FileFault::Unreadable)?;
    // The file may grow while it is read.
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(FileFault::Unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FileFault::TooLarge {
            bytes: metadata.len().max(bytes.len() as u64),
        });
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        FileFault::NotUtf8 {
            offset,
            line: bytes
                .iter()
                .take(offset)
                .filter(|&&byte| byte == b'\n')
                .count()
                + 1,
            is_utf16: bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]),
        }
    })
}

/// Why a document was not saved. In every case it is as it was.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.render(Language::En))]
pub enum SaveError {
    /// It is not the document that was read: somebody edited, moved or removed it meanwhile.
    Changed {
        /// The document.
        path: PathBuf,
    },
    /// It is write-protected.
    ReadOnly {
        /// The document.
        path: PathBuf,
    },
    /// It is a link out of the tree.
    LeavesTree {
        /// The document.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// The system would not let us.
    Failed {
        /// The document.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl SaveError {
    /// The document that was not saved.
    pub fn path(&self) -> &Path {
        match self {
            Self::Changed { path }
            | Self::ReadOnly { path }
            | Self::LeavesTree { path, .. }
            | Self::Failed { path, .. } => path,
        }
    }

    /// What is wrong, without the path.
    pub fn message(&self) -> Text {
        match self {
            Self::Changed { .. } => text!(
                "changed while we worked, and was left as it is",
                "処理中にファイルが変更されたため、書き込みませんでした"
            ),
            Self::ReadOnly { .. } => text!(
                "read-only, so nothing can be written",
                "読み取り専用のため書き込めません"
            ),
            Self::LeavesTree { target, .. } => {
                let target = target.display();
                text!(
                    "leads out of the tree, to {target}",
                    "ツリーの外（{target}）を指しています"
                )
            }
            Self::Failed { error, .. } => {
                text!(
                    "could not be saved: {error}",
                    "保存できませんでした: {error}"
                )
            }
        }
    }

    /// How to mend it.
    pub fn hint(&self) -> Option<Text> {
        match self {
            Self::Changed { .. } => {
                Some(text!("run the command again", "もう一度実行してください"))
            }
            Self::ReadOnly { .. } => Some(text!(
                "make it writable and run the command again",
                "書き込みを許可してから、もう一度実行してください"
            )),
            Self::LeavesTree { .. } | Self::Failed { .. } => None,
        }
    }

    /// The error in one line for a person: the path, what is wrong, and the hint.
    pub fn render(&self, language: Language) -> String {
        let (path, message) = (self.path().display(), self.message());
        let hint = self
            .hint()
            .map(|hint| language.pick(format!("（{}）", hint.ja), format!(" ({})", hint.en)));
        format!(
            "{path}: {}{}",
            message.get(language),
            hint.unwrap_or_default()
        )
    }
}

/// Replaces the document at `path` (from `root` where it is relative), which was read as `expected`, by `new`.
///
/// The new text is complete on the disk before it takes the old one's place in one step; permissions stay, and so does
/// the owner where the system allows it. A link stays a link and the file it leads to is replaced. (Another hard link
/// to the same file keeps the old text, as with any editor that saves safely.) Between the last look at the old
/// document and its replacement there are a few microseconds in which an edit would be lost; no system offers less.
///
/// # Errors
/// When the document is not what it was, is read-only or out of the tree, or the system refuses. It is then unchanged.
pub fn save(root: &Path, path: &Path, expected: &str, new: &str) -> Result<(), SaveError> {
    if new == expected {
        return Ok(());
    }
    let (real, metadata) = replaceable(root, path)?;
    let shown = || path.to_owned();
    let failed = |error: io::Error| SaveError::Failed {
        path: shown(),
        error,
    };
    let folder = real.parent().unwrap_or(Path::new("."));
    let temp = written_beside(folder, new, &metadata).map_err(failed)?;
    // As late as possible.
    match fs::read(&real) {
        Ok(bytes) if bytes == expected.as_bytes() => {}
        Ok(_) => return Err(SaveError::Changed { path: shown() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SaveError::Changed { path: shown() });
        }
        Err(error) => return Err(failed(error)),
    }
    temp.persist(&real).map_err(|error| failed(error.error))?;
    sync_folder(folder);
    Ok(())
}

/// Whether a document can be saved, as far as can be told without changing it: before something is done elsewhere that it has to record.
///
/// # Errors
/// What [`save`] would say.
pub fn may_save(root: &Path, path: &Path) -> Result<(), SaveError> {
    let (real, _) = replaceable(root, path)?;
    // Gone again at once; a folder that takes no new file takes no saved document.
    tempfile::Builder::new()
        .prefix(".pm-sync-")
        .suffix(".tmp")
        .tempfile_in(real.parent().unwrap_or(Path::new(".")))
        .map(drop)
        .map_err(|error| SaveError::Failed {
            path: path.to_owned(),
            error,
        })
}

/// The file behind a path, if it is one that may be replaced.
fn replaceable(root: &Path, path: &Path) -> Result<(PathBuf, fs::Metadata), SaveError> {
    let shown = || path.to_owned();
    let failed = |error: io::Error| SaveError::Failed {
        path: shown(),
        error,
    };
    let real = real_path(root, path).map_err(|fault| match fault {
        FileFault::LeavesTree { target } => SaveError::LeavesTree {
            path: shown(),
            target,
        },
        FileFault::Unreadable(error) => failed(error),
        _ => SaveError::Changed { path: shown() },
    })?;
    let metadata = fs::metadata(&real).map_err(failed)?;
    if !metadata.is_file() {
        return Err(SaveError::Changed { path: shown() });
    }
    // Replacing needs only the folder to be writable; the protection was meant all the same.
    if metadata.permissions().readonly() {
        return Err(SaveError::ReadOnly { path: shown() });
    }
    Ok((real, metadata))
}

/// Writes a text to a new file in a folder, down to the disk, with the permissions of the file it is to replace. Hidden,
/// so that no search for documents meets it; removed when it is dropped.
fn written_beside(folder: &Path, text: &str, like: &fs::Metadata) -> io::Result<NamedTempFile> {
    let mut temp = tempfile::Builder::new()
        .prefix(".pm-sync-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    temp.write_all(text.as_bytes())?;
    keep_owner(temp.as_file(), like);
    temp.as_file().set_permissions(like.permissions())?;
    temp.as_file().sync_all()?;
    Ok(temp)
}

/// Gives a file the owner of another, so that a run as root (in a container, say) leaves people their documents.
#[cfg(unix)]
fn keep_owner(file: &File, like: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if let Ok(own) = file.metadata()
        && (own.uid(), own.gid()) != (like.uid(), like.gid())
    {
        // Only root may give files away. For anyone else the file is theirs now, as with any editor.
        let _ = fchown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _like: &fs::Metadata) {}

/// Makes a replacement in a folder last through a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    // The document has been replaced; some file systems can't sync folders, and that is no reason to report a failure.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) {}

#[cfg(test)]
mod tests;
