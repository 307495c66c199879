use super::super::tests::both;
use super::*;
use crate::github::Permissions;

fn target() -> Repository {
    Repository {
        id: 7,
        full_name: "acme/shop".to_owned(),
        html_url: "https://github.com/acme/shop".to_owned(),
        private: false,
        has_issues: true,
        archived: false,
        default_branch: "main".to_owned(),
        permissions: None,
    }
}

#[test]
fn access_is_told_by_the_role() {
    let none = Permissions {
        pull: true,
        ..Permissions::default()
    };
    let triage = Permissions {
        triage: true,
        ..none
    };
    let push = Permissions {
        push: true,
        ..triage
    };
    let admin = Permissions {
        admin: true,
        ..none
    };
    use TokenSort::{FineGrained, Installation, Other};
    for (role, sort, expected) in [
        (Some(push), Other, Some(true)),
        (Some(admin), Other, Some(true)),
        (Some(triage), Other, None),
        (Some(none), Other, None),
        (Some(none), FineGrained, None),
        (Some(none), Installation, Some(false)),
        (Some(push), Installation, Some(true)),
        (None, Other, Some(false)),
    ] {
        let mut target = target();
        target.permissions = role;
        let found = access(&target, Some(sort), Language::En).ok();
        assert_eq!(found, expected, "{role:?} {sort:?}");
    }
    let mut target = target();
    target.permissions = Some(none);
    let failure = both(|language| access(&target, Some(Other), language));
    assert_eq!(failure.exit, Exit::Failed);
}

#[test]
fn what_takes_no_issues_is_refused() {
    let fine = target();
    assert!(unarchived(&fine, Language::En).is_ok() && takes_issues(&fine, Language::En).is_ok());
    let archived = Repository {
        archived: true,
        ..target()
    };
    assert_eq!(
        both(|language| unarchived(&archived, language)).exit,
        Exit::Failed
    );
    let off = Repository {
        has_issues: false,
        ..target()
    };
    assert_eq!(
        both(|language| takes_issues(&off, language)).exit,
        Exit::Failed
    );
}

#[test]
fn consent_is_needed_from_private_to_public() {
    let other = || "acme/secret".parse::<RepoName>().expect("a name");
    let elsewhere = || Origin::Elsewhere {
        host: "git.example".to_owned(),
        repository: other(),
    };
    for (private, origin, allow_public, fine) in [
        (false, Origin::Private(other()), false, false),
        (false, elsewhere(), false, false),
        (false, Origin::Private(other()), true, true),
        (false, elsewhere(), true, true),
        (true, Origin::Private(other()), false, true),
        (true, elsewhere(), false, true),
        (false, Origin::Public(other()), false, true),
        (false, Origin::Target, false, true),
        (false, Origin::Unknown, false, true),
    ] {
        let target = Repository {
            private,
            ..target()
        };
        let found = consent(&target, &origin, allow_public, Language::En);
        assert_eq!(found.is_ok(), fine, "{private} {origin:?} {allow_public}");
    }
    for origin in [Origin::Private(other()), elsewhere()] {
        let failure = both(|language| consent(&target(), &origin, false, language));
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains("acme/secret"));
    }
}

#[test]
fn servers_are_told_by_their_hosts() {
    for (host, base, same) in [
        ("github.com", "https://github.com", true),
        ("GitHub.com", "https://github.com", true),
        ("ssh.github.com", "https://github.com", true),
        ("work", "https://github.com", true),
        ("ghes.example", "https://ghes.example:8443", true),
        ("ghes.example", "https://github.com", false),
        ("github.com", "https://ghes.example", false),
        ("github.com.evil.example", "https://github.com", false),
    ] {
        assert_eq!(same_server(host, base), same, "{host} {base}");
    }
}
