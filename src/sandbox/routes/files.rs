//! Which request about files and pull requests goes where.

use super::call::Call;
use super::{decode, git, pulls};
use crate::sandbox::answers::Reply;
use crate::sandbox::model::Repository;

/// Routes below a repository, which need other permissions than those about issues.
pub(super) enum Files {
    Branch(String),
    CreateBranch,
    MoveBranch(String),
    DeleteBranch(String),
    Commit(String),
    CreateCommit,
    Tree(String),
    CreateTree,
    Blob(String),
    CreateBlob,
    ListPulls,
    CreatePull,
    Pull(u64),
    EditPull(u64),
    WorkflowPermissions,
}

impl Files {
    pub(super) fn find(method: &str, rest: &[&str]) -> Option<Files> {
        let branch = |parts: &[&str]| decode(&parts.join("/"));
        Some(match (method, rest) {
            ("GET", ["git", "ref", "heads", name @ ..]) => Files::Branch(branch(name)),
            ("POST", ["git", "refs"]) => Files::CreateBranch,
            ("PATCH", ["git", "refs", "heads", name @ ..]) => Files::MoveBranch(branch(name)),
            ("DELETE", ["git", "refs", "heads", name @ ..]) => Files::DeleteBranch(branch(name)),
            ("GET", ["git", "commits", sha]) => Files::Commit(decode(sha)),
            ("POST", ["git", "commits"]) => Files::CreateCommit,
            ("GET", ["git", "trees", sha]) => Files::Tree(decode(sha)),
            ("POST", ["git", "trees"]) => Files::CreateTree,
            ("GET", ["git", "blobs", sha]) => Files::Blob(decode(sha)),
            ("POST", ["git", "blobs"]) => Files::CreateBlob,
            ("GET", ["pulls"]) => Files::ListPulls,
            ("POST", ["pulls"]) => Files::CreatePull,
            ("GET", ["pulls", number]) => Files::Pull(number.parse().ok()?),
            ("PATCH", ["pulls", number]) => Files::EditPull(number.parse().ok()?),
            ("GET", ["actions", "permissions", "workflow"]) => Files::WorkflowPermissions,
            _ => return None,
        })
    }

    pub(super) fn docs(&self) -> &'static str {
        match self {
            Files::Branch(_) => "/git/refs#get-a-reference",
            Files::CreateBranch => "/git/refs#create-a-reference",
            Files::MoveBranch(_) => "/git/refs#update-a-reference",
            Files::DeleteBranch(_) => "/git/refs#delete-a-reference",
            Files::Commit(_) => "/git/commits#get-a-commit-object",
            Files::CreateCommit => "/git/commits#create-a-commit",
            Files::Tree(_) => "/git/trees#get-a-tree",
            Files::CreateTree => "/git/trees#create-a-tree",
            Files::Blob(_) => "/git/blobs#get-a-blob",
            Files::CreateBlob => "/git/blobs#create-a-blob",
            Files::ListPulls => "/pulls/pulls#list-pull-requests",
            Files::CreatePull => "/pulls/pulls#create-a-pull-request",
            Files::Pull(_) => "/pulls/pulls#get-a-pull-request",
            Files::EditPull(_) => "/pulls/pulls#update-a-pull-request",
            Files::WorkflowPermissions => {
                "/actions/permissions#get-default-workflow-permissions-for-a-repository"
            }
        }
    }

    pub(super) fn answer(&self, call: &Call<'_>, repository: &mut Repository) -> Reply {
        match self {
            Files::Branch(name) => git::branch(call, repository, name),
            Files::CreateBranch => git::create_branch(call, repository),
            Files::MoveBranch(name) => git::move_branch(call, repository, name),
            Files::DeleteBranch(name) => git::delete_branch(call, repository, name),
            Files::Commit(sha) => git::commit(call, repository, sha),
            Files::CreateCommit => git::create_commit(call, repository),
            Files::Tree(sha) => git::tree(call, repository, sha),
            Files::CreateTree => git::create_tree(call, repository),
            Files::Blob(sha) => git::blob(call, repository, sha),
            Files::CreateBlob => git::create_blob(call, repository),
            Files::ListPulls => pulls::list(call, repository),
            Files::CreatePull => pulls::create(call, repository),
            Files::Pull(number) => pulls::get(call, repository, *number),
            Files::EditPull(number) => pulls::edit(call, repository, *number),
            Files::WorkflowPermissions => pulls::workflow_permissions(call, repository),
        }
    }
}
