//! Two desks with the same places and people, and nothing in them yet.

use std::collections::BTreeMap;
use std::io::Write as _;

use secrecy::ExposeSecret as _;
use vagt::demo::setup::{Member, Place, Role, Setup};
use vagt::demo::{Desk, DeskOptions, RunningDesk};

use super::rt::Rt;
use super::side::Side;

/// Keeps the embedded desk alive.
pub struct Kept {
    _desk: RunningDesk,
    _runtime: tokio::runtime::Runtime,
}

/// Everybody whose number may come up, with a token unless it is of the system.
const PEOPLE: [&str; 10] = [
    "root",
    "mette",
    "ingrid",
    "kåre",
    "jens",
    "asta",
    "reader",
    "vikar",
    "Nobody",
    "RT_System",
];

/// What `tests/desk/rt5` sets up (`seed.py`, `access.pl`, `staff.tsv`), for the embedded desk.
pub fn setup() -> Setup {
    let place = |(name, description): (&str, &str)| Place {
        name: name.to_owned(),
        description: description.to_owned(),
        hidden: matches!(name, "Personalesager" | "Servere"),
    };
    let member = |(name, real_name, email, zone, role): (&str, &str, &str, &str, Role)| Member {
        name: name.to_owned(),
        real_name: real_name.to_owned(),
        email: format!("{email}@helpdesk.test"),
        zone: zone.to_owned(),
        role,
    };
    Setup {
        queues: [
            ("General", "The default queue"),
            ("VPN og fjernadgang", "Fjernarbejde"),
            ("Videomøder", "Teams, Zoom og Meet"),
            ("Mobilt bredbånd", "4G/5G og SIM"),
            ("Hjemmenet", "Wi-Fi og fiber hjemme"),
            ("Konto og adgang", "Adgangskoder og MFA"),
            ("Brukerstøtte", "Alt annet"),
            ("Personalesager", "Skjult for førstelinjen"),
        ]
        .map(place)
        .to_vec(),
        catalogs: [
            ("General assets", "The default catalog"),
            ("Bærbare", "Hjemmearbejdspladser"),
            ("Mobile routere", "4G og 5G"),
            ("Servere", "Skjult for førstelinjen"),
        ]
        .map(place)
        .to_vec(),
        staff: [
            ("mette", "Mette Ravn", "mette", "", Role::Agent),
            ("ingrid", "Ingrid Bø", "ingrid", "Europe/Oslo", Role::Agent),
            (
                "kåre",
                "Kåre Ålesund",
                "kaare",
                "Europe/Helsinki",
                Role::Agent,
            ),
            ("jens", "Jens Kjær", "jens", "UTC", Role::Agent),
            ("asta", "Åsta Østergård", "asta", "", Role::Agent),
            ("reader", "Læs Hørsholm", "reader", "", Role::Reader),
            (
                "vikar",
                "Vikar Uden Rettigheder",
                "vikar",
                "",
                Role::Requester,
            ),
        ]
        .map(member)
        .to_vec(),
        zone: "Europe/Copenhagen".to_owned(),
        open: true,
    }
}

/// The real desk and the embedded one, alike; none without a real desk of our own.
pub fn both() -> Option<(Side, Side, Kept)> {
    let rt = Rt::from_env()?;
    if std::env::var("VAGT_RT_RESTORE").as_deref() != Ok("yes") {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: this test empties the Request Tracker; set VAGT_RT_RESTORE=yes if {} may be emptied",
            rt.url
        );
        return None;
    }
    rt.up(&["restore", "empty"]);
    let folder = std::env::var("VAGT_RT_DIR").unwrap();
    let logins = &PEOPLE[..8];
    let tokens = logins
        .iter()
        .map(|name| {
            let file = format!("{folder}/secrets/{name}.token");
            let token =
                std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
            (*name, token.trim().to_owned())
        })
        .collect();
    let mut real = Side::new("real", &rt.url, tokens);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let options = DeskOptions {
        setup: setup(),
        ..DeskOptions::default()
    };
    let desk = runtime.block_on(Desk::start(options)).unwrap();
    let tokens: BTreeMap<&'static str, String> = logins
        .iter()
        .map(|name| (*name, desk.token_of(name).expose_secret().to_owned()))
        .collect();
    let mut ours = Side::new("ours", &desk.url(), tokens);
    real.learn(&PEOPLE);
    ours.learn(&PEOPLE);
    Some((
        real,
        ours,
        Kept {
            _desk: desk,
            _runtime: runtime,
        },
    ))
}
