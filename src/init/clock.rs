//! The team's time zone, where this machine tells it for sure, and the morning in it as schedulers write it.

use std::path::Path;

use chrono::{Offset as _, TimeZone as _};
use chrono_tz::Tz;

use crate::Environment;

/// The hour of the morning at which a nightly run is done: in time for the day's first look, in local time.
const HOUR: i32 = 8;

/// Minutes at which few other jobs run. GitHub delays and drops jobs at the top of the hour, and quarters are popular too.
const QUIET_MINUTES: [i32; 16] = [
    7, 11, 13, 17, 19, 22, 23, 26, 27, 37, 41, 43, 47, 49, 52, 53,
];

/// The time zone and who says so: `TZ`, else the link that `/etc/localtime` is. UTC says nothing: it is what machines have that nobody
/// told where they are.
pub(super) fn zone(environment: &Environment) -> Option<(Tz, &'static str)> {
    let zone = match environment.get("TZ") {
        Some(given) => named(&given).map(|zone| (zone, "TZ")),
        None => std::fs::read_link(Path::new("/etc/localtime"))
            .ok()
            .and_then(|target| {
                let target = target.to_str()?;
                named(target.split_once("zoneinfo/")?.1)
            })
            .map(|zone| (zone, "/etc/localtime")),
    };
    zone.filter(|(zone, _)| !is_utc(*zone))
}

/// Whether a zone is UTC by any name.
fn is_utc(zone: Tz) -> bool {
    matches!(
        zone.name().trim_start_matches("Etc/"),
        "UTC" | "UCT" | "Universal" | "Zulu" | "GMT" | "GMT0" | "GMT+0" | "GMT-0" | "Greenwich"
    )
}

/// A zone by its IANA name, as `TZ` may write it; or by the one POSIX form that is common and means one place only.
fn named(text: &str) -> Option<Tz> {
    let name = text.trim().trim_start_matches(':');
    let name = name
        .strip_prefix("posix/")
        .or_else(|| name.strip_prefix("right/"))
        .unwrap_or(name);
    match name {
        "JST-9" => Some(Tz::Asia__Tokyo),
        name => name.parse().ok(),
    }
}

/// When a job runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Morning {
    /// The five fields of cron.
    pub(super) cron: String,
    /// The time on the team's clocks: `08:17`.
    pub(super) local: String,
    /// The same when the clocks are put back, where the job follows UTC and the clocks don't.
    pub(super) winter: Option<String>,
}

/// The morning of working days on the machine's own clock.
pub(super) fn local(seed: &str) -> Morning {
    let minute = minute(seed);
    Morning {
        cron: format!("{minute} {HOUR} * * 1-5"),
        local: clock(HOUR * 60 + minute),
        winter: None,
    }
}

/// The morning of working days in `zone`, in UTC. `year` is the one whose rules about daylight saving hold.
pub(super) fn utc(zone: Tz, year: i32, seed: &str) -> Morning {
    let offset = |month: u32| {
        let day = chrono::NaiveDate::from_ymd_opt(year, month, 15)
            .and_then(|day| day.and_hms_opt(12, 0, 0))
            .unwrap_or_default();
        zone.offset_from_utc_datetime(&day).fix().local_minus_utc() / 60
    };
    let (ahead, behind) = (offset(1).max(offset(7)), offset(1).min(offset(7)));
    let local = HOUR * 60 + minute(seed);
    let at = local - ahead;
    let (day, at) = (at.div_euclid(24 * 60), at.rem_euclid(24 * 60));
    // Monday to Friday here are days that may have another name there.
    let days = match day {
        -1 => "0-4",
        0 => "1-5",
        _ => "2-6",
    };
    Morning {
        cron: format!("{} {} * * {days}", at % 60, at / 60),
        local: clock(local),
        winter: (ahead != behind).then(|| clock(local - (ahead - behind))),
    }
}

fn clock(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A quiet minute, the same for the same repository and spread over repositories (FNV-1a).
fn minute(seed: &str) -> i32 {
    let hash = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let place = (hash ^ (hash >> 32)) % QUIET_MINUTES.len() as u64;
    QUIET_MINUTES[place as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(zone: &'static str) -> Environment {
        Environment {
            cwd: "/".into(),
            var: Box::new(move |name| (name == "TZ").then(|| zone.to_owned())),
        }
    }

    #[test]
    fn zones_are_taken_where_they_are_sure() {
        for (given, expected) in [
            ("Asia/Tokyo", Some("Asia/Tokyo")),
            (":Asia/Tokyo", Some("Asia/Tokyo")),
            ("posix/Europe/Berlin", Some("Europe/Berlin")),
            ("JST-9", Some("Asia/Tokyo")),
            ("EST5EDT4,M3.2.0,M11.1.0", None),
            ("UTC", None),
            ("Etc/UTC", None),
            ("nonsense", None),
        ] {
            let found = zone(&environment(given)).map(|(zone, _)| zone.name());
            assert_eq!(found, expected, "{given}");
        }
    }

    #[test]
    fn the_morning_is_the_teams() {
        for (zone, hour, days, local_hour, winter_hour) in [
            (Tz::Asia__Tokyo, "23", "0-4", "08", None),
            (Tz::UTC, "8", "1-5", "08", None),
            (Tz::Europe__Berlin, "6", "1-5", "08", Some("07")),
            (Tz::America__Los_Angeles, "15", "1-5", "08", Some("07")),
            (Tz::Australia__Sydney, "21", "0-4", "08", Some("07")),
            // 14 hours ahead; and 11 behind.
            (Tz::Pacific__Kiritimati, "18", "0-4", "08", None),
            (Tz::Pacific__Niue, "19", "1-5", "08", None),
        ] {
            let morning = utc(zone, 2025, "octo-org/service");
            let fields: Vec<&str> = morning.cron.split(' ').collect();
            assert_eq!((fields[1], fields[4]), (hour, days), "{zone}");
            assert!(morning.local.starts_with(local_hour), "{zone}");
            let winter = morning.winter.as_deref().map(|time| &time[..2]);
            assert_eq!(winter, winter_hour, "{zone}");
            assert!(morning.local.ends_with(&format!(":{:0>2}", fields[0])));
        }
        // Half an hour moves the minute.
        let india = utc(Tz::Asia__Kolkata, 2025, "octo-org/service");
        let (minute, _) = india.cron.split_once(' ').expect("fields");
        let minute: i32 = minute.parse().expect("a number");
        assert_eq!((minute + 30) % 60, super::minute("octo-org/service"));
    }

    #[test]
    fn minutes_are_quiet_and_spread() {
        let minutes: std::collections::BTreeSet<i32> =
            (0..100).map(|n| minute(&format!("octo-org/{n}"))).collect();
        assert!(minutes.len() > 8, "{minutes:?}");
        assert!(minutes.iter().all(|minute| minute % 5 != 0));
        assert_eq!(minute("octo-org/service"), minute("octo-org/service"));
    }
}
