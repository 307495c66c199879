//! The git data API: refs, commits, trees, blobs.

use serde_json::{Value, json};

use super::call::Call;
use crate::github::git_object::{from_base64, to_base64};
use crate::sandbox::answers::{Answer, Payload, Reply};
use crate::sandbox::model::{Commit, Permission, Repository};
use crate::sandbox::shapes::time;

/// Writing files takes the role that GitHub calls write; who may only look is told that there is nothing.
pub(super) fn may_write(call: &Call<'_>) -> Result<(), Answer> {
    if call.may(Permission::Push) {
        Ok(())
    } else {
        Err(call.not_found())
    }
}

fn unprocessable(call: &Call<'_>, message: &str) -> Answer {
    Answer::error(422, message, call.docs)
}

fn object(call: &Call<'_>, repository: &Repository, name: &str, sha: &str) -> Value {
    let home = call.shapes.repository_url(repository);
    json!({
        "ref": format!("refs/heads/{name}"),
        "node_id": format!("REF_{sha}"),
        "url": format!("{home}/git/refs/heads/{name}"),
        "object": { "type": "commit", "sha": sha, "url": format!("{home}/git/commits/{sha}") },
    })
}

/// `GET …/git/ref/heads/{branch}`
pub(super) fn branch(call: &Call<'_>, repository: &Repository, name: &str) -> Reply {
    let sha = repository.branch(name).ok_or_else(|| call.not_found())?;
    Ok(Answer::ok(object(call, repository, name, sha)))
}

/// `POST …/git/refs`
pub(super) fn create_branch(call: &Call<'_>, repository: &mut Repository) -> Reply {
    may_write(call)?;
    let (name, sha) = (call.required("ref")?, call.required("sha")?);
    let Some(name) = name.strip_prefix("refs/heads/").map(str::to_owned) else {
        return Err(unprocessable(
            call,
            "Reference name must start with 'refs/'.",
        ));
    };
    if repository.branch(&name).is_some() {
        return Err(unprocessable(call, "Reference already exists"));
    }
    if repository.commit(&sha).is_none() {
        return Err(unprocessable(call, "Object does not exist"));
    }
    repository.set_branch(&name, &sha);
    Ok(Answer::created(object(call, repository, &name, &sha)))
}

/// `PATCH …/git/refs/heads/{branch}`
pub(super) fn move_branch(call: &Call<'_>, repository: &mut Repository, name: &str) -> Reply {
    may_write(call)?;
    let sha = call.required("sha")?;
    let forced = call.body()?.get("force") == Some(&json!(true));
    let Some(old) = repository.branch(name).map(str::to_owned) else {
        return Err(unprocessable(call, "Reference does not exist"));
    };
    if repository.commit(&sha).is_none() {
        return Err(unprocessable(call, "Object does not exist"));
    }
    if !forced && !repository.git.is_ancestor(&old, &sha) {
        return Err(unprocessable(call, "Update is not a fast forward"));
    }
    repository.set_branch(name, &sha);
    Ok(Answer::ok(object(call, repository, name, &sha)))
}

/// `DELETE …/git/refs/heads/{branch}`
pub(super) fn delete_branch(call: &Call<'_>, repository: &mut Repository, name: &str) -> Reply {
    may_write(call)?;
    if name == repository.default_branch {
        return Err(unprocessable(call, "Cannot delete the default branch"));
    }
    if repository.delete_branch(name) {
        Ok(Answer::no_content())
    } else {
        Err(unprocessable(call, "Reference does not exist"))
    }
}

fn commit_shape(call: &Call<'_>, repository: &Repository, sha: &str, commit: &Commit) -> Value {
    let home = call.shapes.repository_url(repository);
    let page = format!("{}/{}/commit", call.shapes.html, repository.full_name());
    let Commit {
        tree,
        parents,
        message,
        author,
        signed,
        date,
    } = commit;
    let person = json!({
        "name": author, "email": format!("{author}@users.noreply.github.com"), "date": time(*date),
    });
    let parents: Vec<Value> = parents
        .iter()
        .map(|sha| {
            json!({
                "sha": sha,
                "url": format!("{home}/git/commits/{sha}"),
                "html_url": format!("{page}/{sha}"),
            })
        })
        .collect();
    json!({
        "sha": sha,
        "node_id": format!("C_{sha}"),
        "url": format!("{home}/git/commits/{sha}"),
        "html_url": format!("{page}/{sha}"),
        "author": person,
        "committer": person,
        "message": message,
        "tree": { "sha": tree, "url": format!("{home}/git/trees/{tree}") },
        "parents": parents,
        "verification": {
            "verified": signed,
            "reason": if *signed { "valid" } else { "unsigned" },
            "signature": signed.then_some("-----BEGIN PGP SIGNATURE-----"),
            "payload": signed.then(|| format!("tree {tree}\n")),
            "verified_at": signed.then(|| time(*date)),
        },
    })
}

/// `GET …/git/commits/{sha}`
pub(super) fn commit(call: &Call<'_>, repository: &Repository, sha: &str) -> Reply {
    let commit = repository.commit(sha).ok_or_else(|| call.not_found())?;
    Ok(Answer::ok(commit_shape(call, repository, sha, commit)))
}

/// `POST …/git/commits`: signed unless an author is named, which is how GitHub treats the tokens of apps and workflows.
pub(super) fn create_commit(call: &Call<'_>, repository: &mut Repository) -> Reply {
    may_write(call)?;
    let (message, tree) = (call.required("message")?, call.required("tree")?);
    if repository.git.tree(&tree).is_none() {
        return Err(unprocessable(call, "Tree SHA does not exist"));
    }
    let parents = call.names("parents")?.unwrap_or_default();
    if parents
        .iter()
        .any(|parent| repository.commit(parent).is_none())
    {
        return Err(unprocessable(
            call,
            "Parent SHA does not exist or is not a commit object",
        ));
    }
    let body = call.body()?;
    let named = body.contains_key("author") || body.contains_key("committer");
    let commit = Commit {
        tree,
        parents,
        message,
        author: call.actor().to_owned(),
        signed: !named,
        date: repository.tick(),
    };
    let sha = repository.git.add_commit(commit.clone());
    Ok(Answer::created(commit_shape(
        call, repository, &sha, &commit,
    )))
}

fn tree_shape(call: &Call<'_>, repository: &Repository, sha: &str, deep: bool) -> Value {
    let home = call.shapes.repository_url(repository);
    let mut entries = Vec::new();
    let mut waiting = vec![(String::new(), sha.to_owned())];
    while let Some((folder, tree)) = waiting.pop() {
        for (name, entry) in repository.git.tree(&tree).into_iter().flatten() {
            let path = format!("{folder}{name}");
            let kind = if entry.is_folder() { "tree" } else { "blob" };
            if entry.is_folder() && deep {
                waiting.push((format!("{path}/"), entry.sha.clone()));
            }
            let mut shape = json!({
                "path": path,
                "mode": entry.mode,
                "type": kind,
                "sha": entry.sha,
                "url": format!("{home}/git/{kind}s/{}", entry.sha),
            });
            if let Some(content) = repository.git.blob(&entry.sha) {
                shape["size"] = json!(content.len());
            }
            entries.push(shape);
        }
    }
    // What is beyond GitHub's reach in one answer is left out, and `truncated` says so.
    let truncated = deep && entries.len() > repository.longest_tree;
    if truncated {
        entries.truncate(repository.longest_tree);
    }
    json!({
        "sha": sha,
        "url": format!("{home}/git/trees/{sha}"),
        "tree": entries,
        "truncated": truncated,
    })
}

/// `GET …/git/trees/{sha}`; like GitHub it also takes the name of a commit or a branch.
pub(super) fn tree(call: &Call<'_>, repository: &Repository, name: &str) -> Reply {
    let commit = repository.branch(name).unwrap_or(name);
    let sha = repository
        .commit(commit)
        .map_or(name, |commit| commit.tree.as_str());
    if repository.git.tree(sha).is_none() {
        return Err(call.not_found());
    }
    // Any value will do, says the documentation; even `0` and `false`.
    let deep = call.request.parameter("recursive").is_some();
    Ok(Answer::ok(tree_shape(call, repository, sha, deep)))
}

/// `POST …/git/trees`
pub(super) fn create_tree(call: &Call<'_>, repository: &mut Repository) -> Reply {
    may_write(call)?;
    let mut files = match call.text("base_tree")? {
        Some(base) if repository.git.tree(&base).is_none() => {
            return Err(unprocessable(call, "base_tree is not a valid tree"));
        }
        Some(base) => repository.git.files(&base),
        None => Default::default(),
    };
    let entries = call.body()?.get("tree").and_then(Value::as_array);
    let entries = entries
        .ok_or_else(|| call.invalid_request("\"tree\" wasn't supplied."))?
        .clone();
    for entry in entries {
        let Some(path) = entry["path"].as_str().filter(|path| is_clean(path)) else {
            return Err(unprocessable(
                call,
                "tree.path contains a malformed path component",
            ));
        };
        let mode = entry["mode"].as_str().unwrap_or("100644").to_owned();
        let sha = match (&entry["sha"], &entry["content"]) {
            (Value::Null, Value::String(text)) => {
                repository.git.add_blob(text.clone().into_bytes())
            }
            (Value::Null, _) => {
                files.remove(path);
                continue;
            }
            (Value::String(sha), _) if repository.git.blob(sha).is_some() => sha.clone(),
            (sha, _) => {
                let message = format!("tree.sha {sha} is not a valid blob");
                return Err(unprocessable(call, &message));
            }
        };
        files.insert(path.to_owned(), (mode, sha));
    }
    let sha = repository.git.add_tree(&files);
    Ok(Answer::created(tree_shape(call, repository, &sha, false)))
}

/// Whether git takes it for a path inside the repository.
fn is_clean(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|part| !matches!(part, "" | "." | ".." | ".git"))
}

/// `GET …/git/blobs/{sha}`: Base64, broken into lines as GitHub's is.
pub(super) fn blob(call: &Call<'_>, repository: &Repository, sha: &str) -> Reply {
    let content = repository.git.blob(sha).ok_or_else(|| call.not_found())?;
    let text = to_base64(content);
    let lines: Vec<&str> = (0..text.len())
        .step_by(60)
        .filter_map(|at| text.get(at..text.len().min(at + 60)))
        .collect();
    let text: String = lines.iter().flat_map(|line| [*line, "\n"]).collect();
    let home = call.shapes.repository_url(repository);
    Ok(Answer::ok(json!({
        "sha": sha,
        "node_id": format!("B_{sha}"),
        "size": content.len(),
        "url": format!("{home}/git/blobs/{sha}"),
        "content": text,
        "encoding": "base64",
    })))
}

/// `POST …/git/blobs`
pub(super) fn create_blob(call: &Call<'_>, repository: &mut Repository) -> Reply {
    may_write(call)?;
    let content = call.required("content")?;
    let bytes = match call.text("encoding")?.as_deref() {
        None | Some("utf-8") => content.into_bytes(),
        Some("base64") => from_base64(&content)
            .ok_or_else(|| unprocessable(call, "content is not valid Base64"))?,
        Some(other) => {
            let message = format!("Unsupported encoding: {other}");
            return Err(unprocessable(call, &message));
        }
    };
    let sha = repository.git.add_blob(bytes);
    let url = format!("{}/git/blobs/{sha}", call.shapes.repository_url(repository));
    Ok(Answer::new(201, Payload::Json(json!({ "url": url, "sha": sha }))).with("location", url))
}
