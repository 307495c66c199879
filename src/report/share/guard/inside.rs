//! What leads inside without being a link: machines, addresses, chat channels, tickets, tools on hosts that only colleagues reach.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::What;
use super::line::{Line, is_inside};

/// Labels of hosts where teams keep what is for themselves.
const TOOLS: [&str; 62] = [
    "wiki",
    "jira",
    "confluence",
    "grafana",
    "kibana",
    "gitlab",
    "github",
    "ghe",
    "gitea",
    "gerrit",
    "bitbucket",
    "jenkins",
    "prometheus",
    "alertmanager",
    "sentry",
    "slack",
    "notion",
    "argocd",
    "vault",
    "nagios",
    "zabbix",
    "splunk",
    "redmine",
    "backlog",
    "sharepoint",
    "intranet",
    "internal",
    "corp",
    "bastion",
    "vpn",
    "prod",
    "prd",
    "stg",
    "staging",
    "git",
    "phabricator",
    "pagerduty",
    "datadog",
    "opsgenie",
    "rundeck",
    "airflow",
    "consul",
    "rancher",
    "harbor",
    "nexus",
    "artifactory",
    "sonarqube",
    "ldap",
    "runbook",
    "runbooks",
    "oncall",
    "mattermost",
    "rocketchat",
    "youtrack",
    "tickets",
    "logs",
    "metrics",
    "kubernetes",
    "k8s",
    "growi",
    "kibela",
    "esa",
];

/// What machines are called by their number: `web01`.
const MACHINES: [&str; 48] = [
    "web", "app", "db", "lb", "api", "cache", "host", "srv", "server", "svr", "ap", "proxy", "gw",
    "gateway", "worker", "batch", "queue", "mq", "mail", "smtp", "dns", "ns", "ldap", "bastion",
    "jump", "vm", "k8s", "master", "slave", "primary", "replica", "standby", "prod", "prd", "stg",
    "edge", "fw", "router", "sw", "storage", "nas", "nfs", "mon", "runner", "backup", "bk", "auth",
    "dbserver",
];

/// What is numbered with a zero before and is no machine.
const NUMBERED: [&str; 30] = [
    "step", "no", "day", "ver", "v", "phase", "page", "part", "fig", "vol", "case", "item", "rev",
    "chapter", "ch", "line", "sec", "section", "week", "month", "type", "class", "room", "ex",
    "plan", "id", "utf", "iso", "pre", "post",
];

/// What is written like the key of a ticket and is a standard, a severity or the like.
const STANDARDS: [&str; 30] = [
    "UTF", "ISO", "SHA", "AES", "RSA", "MD", "TLS", "SSL", "HTTP", "IPV", "RFC", "COVID", "CVE",
    "SEV", "GPT", "JIS", "IEC", "IEEE", "FY", "Q", "P", "H", "X", "EC", "EU", "MP", "RS", "USB",
    "CRC", "PCI",
];

/// What of a line names machines, channels and tickets, as it is written. `ids` are the beginnings of ids of documents, in lower case.
pub(super) fn found(line: &Line, ids: &[String]) -> Vec<(What, String)> {
    let mut found = Vec::new();
    let tokens = line.tokens();
    for (at, (begin, token)) in tokens.iter().enumerate() {
        let token = token.trim_end_matches(['.', ':', '!', '?', '/', '\\']);
        let low = token.to_ascii_lowercase();
        let before: String = line.shown[..*begin].iter().collect();
        let before = before.trim_end().to_lowercase();
        let version = ["version", "ver.", "ver", "release", "バージョン", " v"]
            .iter()
            .any(|word| before.ends_with(word));
        if is_id(&low, ids) {
            found.push((What::Ticket, token.to_owned()));
            continue;
        }
        if low.starts_with("arn:") || is_instance(&low) || is_machine(token) {
            found.push((What::Machine, token.to_owned()));
            continue;
        }
        let address = low.split_once("://").map_or(low.as_str(), |(_, rest)| rest);
        let address = address.trim_start_matches('/');
        let host = address.split(['/', '?', '#', ':', '@', '=']).next();
        if let Some(host) = host {
            if host.parse::<Ipv4Addr>().is_ok() && !version {
                found.push((What::Machine, host.to_owned()));
            }
            if let Some(what) = of_host(host) {
                let end = low.find(host).map_or(0, |at| at + host.len());
                let shown = &token[end - host.len().min(end)..end];
                found.push((what, shown.to_owned()));
            }
        }
        let bare = address.split(['/', '%']).next().unwrap_or_default();
        let six = bare.parse::<Ipv6Addr>().is_ok() && bare.contains(|c: char| c.is_ascii_digit());
        if six && bare.len() > 3 {
            found.push((What::Machine, bare.to_owned()));
        }
        if !token.contains("://") && !token.contains('.') {
            for part in token.split(['/', '=', ':', '&', '+']) {
                if is_ticket(part, ids) {
                    found.push((What::Ticket, part.to_owned()));
                }
            }
        }
        let request = matches!(token, "PR" | "MR" | "PRs")
            || (matches!(low.as_str(), "request" | "requests")
                && (before.ends_with("pull") || before.ends_with("merge")));
        if request && let Some((_, next)) = tokens.get(at + 1) {
            let number = next.trim_start_matches(['#', '!']);
            let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
                found.push((What::Ticket, format!("{token} {number}")));
            }
        }
    }
    found.extend(signs(line));
    found
}

/// `#channel`, `#12`.
fn signs(line: &Line) -> Vec<(What, String)> {
    let mut found = Vec::new();
    let chars = &line.shown;
    let styles = ["color", "background", "border", "style"];
    let styled = styles.iter().any(|word| line.low.contains(word));
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '#') {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        // A place in a page: `/help#top`, `href="#top"`.
        let joined = before.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '/' | '&' | '=' | '?' | '#' | '-' | '_' | ')')
        });
        let quoted = at > 1 && chars[at - 2] == '=' && matches!(chars[at - 1], '"' | '\'');
        if joined || quoted {
            continue;
        }
        let name: String = chars[at + 1..]
            .iter()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        let number = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
        let colour = styled
            && matches!(name.len(), 3 | 4 | 6 | 8)
            && name.bytes().all(|b| b.is_ascii_hexdigit());
        let after = chars[at + 1 + name.chars().count()..]
            .iter()
            .find(|c| !c.is_whitespace());
        if colour || after == Some(&'{') {
            continue;
        }
        if number {
            found.push((What::Issue, format!("#{name}")));
        } else if name.chars().count() > 1 {
            found.push((What::Channel, format!("#{name}")));
        }
    }
    found
}

/// What a host with dots in it says of itself.
fn of_host(host: &str) -> Option<What> {
    let labels: Vec<&str> = host.split('.').collect();
    let (last, others) = labels.split_last()?;
    let written = |label: &&str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let is_host = !others.is_empty()
        && labels.iter().all(written)
        && last.len() > 1
        && last.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_host {
        return None;
    }
    if others.iter().any(|label| is_machine(label)) {
        return Some(What::Machine);
    }
    (is_inside(host) || others.iter().any(|label| TOOLS.contains(label))).then_some(What::Link)
}

/// Ids that a cloud gives: `i-0abc123def456789a`.
fn is_instance(low: &str) -> bool {
    let Some((kind, id)) = low.split_once('-') else {
        return false;
    };
    matches!(kind, "i" | "vpc" | "subnet" | "sg" | "vol" | "eni")
        && matches!(id.len(), 8 | 17)
        && id.bytes().all(|b| b.is_ascii_hexdigit())
        && id.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a word is plainly the name of a machine: letters that machines are called by and at least two digits, or any with a zero before.
fn is_machine(token: &str) -> bool {
    let low = token.to_ascii_lowercase();
    let parts: Vec<&str> = low.split(['-', '_']).collect();
    if let ["ip", numbers @ ..] = parts.as_slice() {
        return numbers.len() == 4 && numbers.iter().all(|part| part.parse::<u8>().is_ok());
    }
    let whole = low
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !whole || !low.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let head = low.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &low[head.len()..];
    let head = head.trim_end_matches(['-', '_']);
    if digits.is_empty() || digits.len() > 3 || head.is_empty() {
        return false;
    }
    let stems: Vec<&str> = head
        .split(['-', '_'])
        .map(|stem| stem.trim_end_matches(|c: char| c.is_ascii_digit()))
        .collect();
    let shouted = token == token.to_ascii_uppercase();
    let plain = shouted || token == low;
    let zero = digits.len() > 1 && digits.starts_with('0');
    if stems.iter().any(|stem| MACHINES.contains(stem)) {
        return zero || (plain && (digits.len() > 1 || (stems.len() > 1 && !shouted)));
    }
    zero && token == low && head.len() > 1 && !stems.iter().any(|stem| NUMBERED.contains(stem))
}

/// `PM-200`, by the beginning of an id.
fn is_id(low: &str, ids: &[String]) -> bool {
    ids.iter().filter(|id| !id.is_empty()).any(|id| {
        low.strip_prefix(id.as_str()).is_some_and(|rest| {
            let end = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
            end.is_empty() && (rest.starts_with(|c: char| c.is_ascii_digit()) || rest.is_empty())
        })
    })
}

/// `OPS-12`.
fn is_ticket(part: &str, ids: &[String]) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if is_id(&part.to_ascii_lowercase(), ids) {
        return true;
    }
    let Some((key, digits)) = part.split_once('-') else {
        return false;
    };
    (2..=10).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && number(digits)
        && !digits.starts_with('0')
        && digits.len() < 7
        && !STANDARDS.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(What, String)> {
        found(&Line::of(text), &["pm-".to_owned()])
    }

    #[test]
    fn what_leads_inside_is_found() {
        for (text, what, quoted) in [
            ("down on web01", What::Machine, "web01"),
            ("サーバーweb01が停止", What::Machine, "web01"),
            ("on (10.2.3.4,", What::Machine, "10.2.3.4"),
            ("８.8.4.4:53", What::Machine, "8.8.4.4"),
            ("fe80::1", What::Machine, "fe80::1"),
            ("lb-03.prod.acme.net", What::Machine, "lb-03.prod.acme.net"),
            ("DB-01 and AP02", What::Machine, "DB-01"),
            ("prod-db-1", What::Machine, "prod-db-1"),
            ("hoge-fuga01", What::Machine, "hoge-fuga01"),
            (
                "ip-10-0-3-4.ec2.internal",
                What::Machine,
                "ip-10-0-3-4.ec2.internal",
            ),
            ("arn:aws:s3:::x", What::Machine, "arn:aws:s3:::x"),
            ("i-0abc123def456789a", What::Machine, "i-0abc123def456789a"),
            ("see #inc-checkout.", What::Channel, "#inc-checkout"),
            ("「#障害対応」で", What::Channel, "#障害対応"),
            ("see #12", What::Issue, "#12"),
            ("https://wiki.acme.com/x", What::Link, "wiki.acme.com"),
            (
                "<a href=\"https://jira.acme.com/browse/OPS-12\">",
                What::Link,
                "jira.acme.com",
            ),
            (
                "<a href=\"https:&#x2f;&#x2f;grafana.acme.com&#x2f;d\">",
                What::Link,
                "grafana.acme.com",
            ),
            (
                "Grafana.corp.acme.com/d/abc",
                What::Link,
                "Grafana.corp.acme.com",
            ),
            ("//kibana.acme.com", What::Link, "kibana.acme.com"),
            ("acme.notion.site", What::Link, "acme.notion.site"),
            ("confluence.acme.com", What::Link, "confluence.acme.com"),
            ("gitlab.acme.com", What::Link, "gitlab.acme.com"),
            ("db.acme.internal", What::Link, "db.acme.internal"),
            ("PM-200を参照", What::Ticket, "PM-200"),
            ("pm-2025-01", What::Ticket, "pm-2025-01"),
            ("OPS-12, OPS-13", What::Ticket, "OPS-12"),
            ("PR 1234", What::Ticket, "PR 1234"),
            ("pull request #77.", What::Ticket, "request 77"),
        ] {
            let found = of(text);
            assert!(
                found.contains(&(what, quoted.to_owned())),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        for text in [
            "HTTP2, HTTP/2, SHA256, SHA-256, IPv6, S3, EC2, MP3, H264, UTF-8, ISO-8859-1, COVID-19, CVE-2024-1234",
            "version 1.2.3.4, バージョン1.2.3.4, v1.2.3.4, 14:20:30, 2025-01-05",
            "https://status.example.com/incidents/INC-12#top",
            "example.com/help.html, www.example.co.jp, Node.js",
            "C# and F#, # Heading, ## Heading",
            "iOS 15, Android14, Windows11, Web3, Node18, step01, STEP-02",
            "<a href=\"#top\" style=\"color: #336699\">",
            "#main {",
            "PR to the press; 24/7; 3-1; Q3",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }
}
