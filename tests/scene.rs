//! 08:05, the VPN certificate expires: 40 tickets in 25 minutes in five languages, 130 silent devices, 2 misfits. The whole
//! scene at the keyboard: the real program in a terminal, on the embedded desk with the scenario that `vagt demo` ships.
//!
//! How the numbers come together: 42 people write about VPN. For 40 of them the cause is the certificate; the other two mean
//! something of their own (an error 691 on another gateway; a slow line while the tunnel is up), and the engine leaves them out
//! by itself. So 40 are declared, linked, answered and solved. When the certificate is renewed, the device of one of the 40
//! stays as it is, and another one writes that it still does not work though the device is well: 38 of 40, and those two named.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/five.rs"]
mod five;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use five::FIVE;
use pty::Session;
use serde_json::Value as Json;
use town::{Town, times};
use vagt::demo::{DeskOptions, HistoryLine, Scenario, StartAt};
use vagt::triage::{Engine, Input};

const SIZE: (u16, u16) = (120, 40);
const ENTER: &str = "\r";
const CTRL_D: &str = "\u{4}";
const ESC: &str = "\u{1b}";
const DOWN: &str = "\u{1b}[B";
/// Who sits at the console.
const AGENT: &str = "mette";
/// How many times faster than the clock on the wall the town lives.
const SPEED: f64 = 60.0;
/// Half an hour of the town takes half a minute.
const PATIENCE: Duration = Duration::from_secs(80);
/// Seconds of the town: a second on the wall is a minute there.
const BRISK: [(&str, &str); 7] = [
    ("VAGT_POLL_BUSY_SECS", "20"),
    ("VAGT_POLL_IDLE_SECS", "20"),
    ("VAGT_POLL_UNFOCUSED_SECS", "20"),
    ("VAGT_POLL_BACKOFF_MAX_SECS", "40"),
    ("VAGT_DELIVERY_HOLD_SECS", "60"),
    ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("NO_COLOR", "1"),
];

/// What is true of a ticket about VPN.
struct Truth {
    lang: String,
    /// Their login.
    person: String,
    of_the_certificate: bool,
}

struct Scene {
    town: Town,
    record: tempfile::TempDir,
    vagt: Session,
    /// Keys that were pressed; each letter of a filter is one.
    keys: usize,
}

fn console(town: &Town) -> Session {
    let clock = town.desk().clock().setting();
    let mut env = BRISK.to_vec();
    env.push(("VAGT_CLOCK", clock.as_str()));
    town.console(SIZE, &env)
}

impl Scene {
    /// The scenario as it is shipped, but for the end: the certificate is renewed when the test says so, however slow the
    /// machine is.
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vpn-certificate.toml");
        let shipped = include_str!("../assets/demo/scenarios/vpn-certificate.toml");
        let longer = shipped.replace("lasts = \"45m\"", "lasts = \"9h\"");
        assert_ne!(longer, shipped);
        std::fs::write(&path, longer).unwrap();
        Self::of(Scenario::from_file(&path).unwrap())
    }

    fn of(scenario: Scenario) -> Self {
        let record = tempfile::tempdir().unwrap();
        let town = Town::of(DeskOptions {
            tickets: 60,
            devices: 1_200,
            scenario,
            // Early enough for the console to be there.
            at: StartAt::parse("2026-03-03T07:53"),
            speed: SPEED,
            record: Some(record.path().join("day.jsonl")),
            ..DeskOptions::default()
        });
        let vagt = console(&town);
        Self {
            town,
            record,
            vagt,
            keys: 0,
        }
    }

    /// Waits until a text stands on the screen; the screen as one line.
    fn says(&self, what: &str) -> String {
        self.vagt.says_within(PATIENCE, what)
    }

    fn press(&mut self, key: &str) {
        self.keys += match key {
            DOWN => 1,
            keys => keys.chars().count(),
        };
        self.vagt.press(key);
    }

    /// What is true of the tickets about VPN, by number, and who is ill still.
    fn truth(&self) -> (BTreeMap<i64, Truth>, BTreeSet<String>) {
        self.town.desk().keep_recording().unwrap();
        let file = self.record.path().join("day.truth.jsonl");
        let text = std::fs::read_to_string(file).unwrap();
        let lines: Vec<Json> = text
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let vpn = lines
            .iter()
            .filter(|l| l["truth"] == "ticket" && l["group"] == "vpn");
        let tickets = vpn.map(|l| {
            let truth = Truth {
                lang: text(&l["lang"]),
                person: text(&l["person"]),
                of_the_certificate: l["incident"] == "certificate",
            };
            (text(&l["id"]).parse().unwrap(), truth)
        });
        let certificate = lines.iter().find(|l| l["truth"] == "incident").unwrap();
        let ill = certificate["ill"].as_array().unwrap().iter().map(text);
        (tickets.collect(), ill.collect())
    }

    /// The language that Vagt reads in each ticket.
    fn read(&self) -> BTreeMap<i64, String> {
        let text = std::fs::read_to_string(self.record.path().join("day.jsonl")).unwrap();
        let engine = Engine::built_in().unwrap();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Json>(line).unwrap());
        let written = lines.filter(|line| line["subject"].is_string());
        let read = written.map(|line| {
            let finding = engine.classify(&Input {
                subject: line["subject"].as_str().unwrap(),
                body: line["body"].as_str().unwrap(),
                lang: None,
            });
            let id = line["id"].as_str().unwrap().parse().unwrap();
            (id, finding.lang.unwrap_or_default())
        });
        read.collect()
    }

    /// How many of the tickets of the certificate have this in their history.
    fn count(&self, has: impl Fn(&[HistoryLine]) -> bool) -> usize {
        let (tickets, _) = self.truth();
        let mut own = tickets.iter().filter(|(_, truth)| truth.of_the_certificate);
        own.by_ref()
            .filter(|(id, _)| has(&self.town.history(**id)))
            .count()
    }

    /// Waits until so many of them have.
    fn until(&self, what: &str, many: usize, has: impl Fn(&[HistoryLine]) -> bool) {
        self.vagt
            .wait_for(PATIENCE, what, |_| self.count(&has) >= many);
    }

    /// The number of the ticket that stands for all, from the screen.
    fn parent(&self) -> i64 {
        let number = |screen: &str| {
            let screen = screen.to_lowercase();
            let (_, rest) = screen.split_once("declared ")?;
            rest.split_whitespace().next()?.parse::<i64>().ok()
        };
        let screen = self
            .vagt
            .wait_for(PATIENCE, "the number of the new ticket", |s| {
                number(s).is_some()
            });
        number(&screen).unwrap()
    }

    /// Moves down in the list of templates until this one is chosen.
    fn choose(&mut self, template: &str) {
        let chosen = |screen: &str| {
            let mut rows = screen.lines().filter(|row| row.contains("┃›"));
            rows.next().map(str::to_owned)
        };
        let first = |s: &str| s.contains("from a template") && chosen(s).is_some();
        let mut screen = self.vagt.wait("the templates", first);
        for _ in 0..5 {
            let row = chosen(&screen);
            if row.as_ref().is_some_and(|row| row.contains(template)) {
                return;
            }
            self.press(DOWN);
            let moved = |s: &str| chosen(s).is_some() && chosen(s) != row;
            screen = self.vagt.wait("the next row", moved);
        }
        unreachable!("{template} is not among the first:\n{screen}");
    }

    /// The console is killed without warning, and another one is started.
    fn killed(&mut self) {
        self.vagt.kill();
        self.vagt = console(&self.town);
    }

    /// From the Board to the screen of the incident.
    fn goes_to_the_incident(&mut self) {
        self.says("gateway gw1");
        self.press("i");
        self.says("1 incident goes on");
        self.press(ENTER);
        self.says("Tickets 40");
    }
}

fn links(lines: &[HistoryLine]) -> Vec<&str> {
    let added = lines
        .iter()
        .filter(|l| l.typ == "AddLink" && l.field == "MemberOf");
    added.map(|l| l.new.as_str()).collect()
}

/// What the agent at the console wrote to the requester.
fn answers(lines: &[HistoryLine]) -> Vec<&str> {
    let answers = lines
        .iter()
        .filter(|l| l.typ == "Correspond" && l.creator == AGENT);
    answers.map(|l| l.text.as_str()).collect()
}

fn solved(lines: &[HistoryLine]) -> usize {
    let by_agent = |l: &&HistoryLine| l.creator == AGENT;
    let lines: Vec<HistoryLine> = lines.iter().filter(by_agent).cloned().collect();
    times(&lines, "Status", "", "resolved")
}

/// What stands in the answer to everybody, in a language.
fn outage(lang: &str) -> &'static str {
    let place = ["da", "nb", "nn", "sv", "en"]
        .iter()
        .position(|l| *l == lang);
    FIVE[place.unwrap()].outage
}

/// The number in brackets behind the first name after these words.
fn named(screen: &str, words: &str) -> i64 {
    let (_, rest) = screen.split_once(words).unwrap();
    let (_, rest) = rest.split_once('(').unwrap();
    let (number, rest) = rest.split_once(')').unwrap();
    assert!(
        !rest.trim_start().starts_with(','),
        "one is named, not more: {screen}"
    );
    number.parse().unwrap()
}

/// The end of the scene, on the screen and on the desk.
fn check(scene: &Scene, parent: i64) {
    let screen = scene.says("38 of 40 well again; still failing:");
    let failing = named(&screen, "still failing:");
    let doubting = named(&screen, "wrote that it still does not work:");
    scene.says("Not well 2");
    let (tickets, ill) = scene.truth();
    let read = scene.read();
    assert_eq!(ill.len(), 1, "one device stayed as it was: {ill:?}");
    assert_ne!(failing, doubting);
    let device = |id: i64| {
        let person = &tickets[&id].person;
        // Who is the tenth of the town holds its tenth device.
        let number: usize = person.trim_start_matches('u').parse().unwrap();
        format!("LT-{:04}", number - 10_000)
    };
    assert!(ill.contains(&device(failing)), "{failing} of {ill:?}");
    assert_eq!(times(&scene.town.history(parent), "Create", "", ""), 1);
    let mut langs = BTreeSet::new();
    let mut misfits = 0;
    let mut misread = Vec::new();
    for (id, truth) in &tickets {
        let lines = scene.town.history(*id);
        if !truth.of_the_certificate {
            misfits += 1;
            let done = lines.iter().filter(|l| l.creator == AGENT);
            assert_eq!(done.count(), 0, "{id} does not belong to it: {lines:?}");
            continue;
        }
        let linked = links(&lines);
        assert!(
            linked.len() == 1 && linked[0].ends_with(&format!("/{parent}")),
            "{id}: {linked:?}"
        );
        let answered = answers(&lines);
        assert_eq!(answered.len(), 1, "{id}: {answered:?}");
        let lang = read[id].as_str();
        assert!(
            answered[0].contains(outage(lang)),
            "{id} is read as {lang}: {answered:?}"
        );
        if lang == truth.lang {
            langs.insert(lang);
        } else {
            misread.push(format!("{id} is in {}: {}", truth.lang, lines[0].text));
        }
        assert_eq!(solved(&lines), 1, "{id}: {lines:?}");
        // The desk opens what its requester writes on.
        let last = lines.iter().rfind(|l| l.typ == "Status").unwrap();
        let at = lines
            .iter()
            .rposition(|l| l.creator == AGENT && l.typ == "Status");
        let wrote = lines[at.unwrap()..]
            .iter()
            .any(|l| l.creator == truth.person && l.typ == "Correspond");
        let status = if wrote { "open" } else { "resolved" };
        assert_eq!(last.new, status, "{id}: {lines:?}");
        assert!(
            wrote || *id != doubting,
            "{id} is said to have written: {lines:?}"
        );
    }
    assert_eq!((tickets.len(), langs.len(), misfits), (42, 5, 2));
    // How well languages are read is measured elsewhere (`tests/engine.rs`); here nearly everybody is answered in their own.
    assert!(misread.len() <= 4, "{misread:#?}");
}

#[test]
#[ignore = "counts one too few or too many of those who wrote that it still does not work; not understood yet"]
fn forty_are_told_with_ten_keys_and_it_is_known_who_is_not_well() {
    let mut scene = Scene::begin();
    scene.says("No incident and no surge");
    // By itself, while they write still.
    scene.says("INCIDENT VPN");
    // On the Board, once everybody has written who will.
    scene.says("VPN: 40 people since");
    scene.says("130 devices fail without a ticket");
    scene.press("i");
    scene.says("gateway gw1");
    scene.says("2 tickets do not fit");
    scene.press("d");
    scene.says("link 40 tickets of 40 people to it? 2 are left out.");
    scene.press(CTRL_D);
    let parent = scene.parent();
    scene.press(ENTER);
    scene.says("40 of 40 linked");
    scene.press("e");
    scene.choose("VPN is down: to those");
    scene.press(ENTER);
    scene.says("reply from vpn-outage: 40 tickets of 40 people?");
    scene.press("y");
    scene.says("reply from vpn-outage: 40 tickets");
    scene.says("40 done");
    assert!(scene.keys <= 10, "{} keys", scene.keys);
    // They are marked still: solved by one more action.
    scene.press(ESC);
    scene.vagt.wait("no overlay", |s| !s.contains("40/40"));
    scene.press("s");
    scene.press("res");
    scene.press(ENTER);
    scene.says("status resolved: 40 tickets of 40 people?");
    scene.press("y");
    scene.says("status resolved: 40 tickets");
    scene.says("40 done");
    scene.press(ESC);
    scene.says("0 of 40 well again");
    scene.town.desk().mend();
    check(&scene, parent);
    assert!(scene.keys <= 17, "{} keys for all of it", scene.keys);
}

/// The same with a desk that fails and lines that are cut, and a console that is killed at each step.
#[test]
#[ignore = "counts one too few or too many of those who wrote that it still does not work; not understood yet"]
fn the_end_is_the_same_though_the_desk_fails_and_the_console_is_killed_at_each_step() {
    let mut scene = Scene::begin();
    let faults = "503=4%,drop=3%,lostack=10%@writes,cut=2%";
    scene.town.desk().faults().add_spec(faults).unwrap();
    scene.says("VPN: 40 people since");
    scene.killed();
    scene.says("130 devices fail without a ticket");
    scene.press("i");
    scene.says("2 tickets do not fit");
    scene.press("d");
    scene.says("link 40 tickets of 40 people to it? 2 are left out.");
    scene.press(CTRL_D);
    scene.says("held until");
    scene.killed();
    let parent = scene.parent();
    scene.until("some of them linked", 5, |lines| !links(lines).is_empty());
    scene.killed();
    scene.until("all of them linked", 40, |lines| !links(lines).is_empty());
    scene.goes_to_the_incident();
    scene.press("e");
    scene.choose("VPN is down: to those");
    scene.press(ENTER);
    scene.says("reply from vpn-outage: 40 tickets of 40 people?");
    scene.press("y");
    scene.until("some of them answered", 5, |lines| {
        !answers(lines).is_empty()
    });
    scene.killed();
    scene.until("all of them answered", 40, |lines| {
        !answers(lines).is_empty()
    });
    scene.goes_to_the_incident();
    scene.press("A");
    scene.says("42 marked");
    scene.press("s");
    scene.press("res");
    scene.press(ENTER);
    scene.says("status resolved: 40 tickets of 40 people?");
    scene.press("y");
    scene.until("some of them solved", 5, |lines| solved(lines) > 0);
    scene.killed();
    scene.until("all of them solved", 40, |lines| solved(lines) > 0);
    scene.goes_to_the_incident();
    scene.says("0 of 40 well again");
    scene.town.desk().mend();
    scene.says("38 of 40 well again");
    check(&scene, parent);
}
