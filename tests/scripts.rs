//! What a script asks for and must not get: refused before anything is sent, in a dry run too.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/pty.rs"]
mod pty;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/town.rs"]
mod town;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use town::{Town, times};
use vagt::demo::{DeskOptions, StartAt};

/// Exit code, and what was said.
fn run(town: &Town, args: &[&str]) -> (Option<i32>, String) {
    run_at(town, None, args)
}

/// The same, on the clock of a town.
fn run_at(town: &Town, clock: Option<&str>, args: &[&str]) -> (Option<i32>, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_vagt"))
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("VAGT_CONFIG_DIR", town.home().join("config"))
        .env("VAGT_DATA_DIR", town.home().join("data"))
        .env("VAGT_DESK", town.address())
        .env("VAGT_TOKEN", town.token())
        .envs(clock.map(|clock| ("VAGT_CLOCK", clock)))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].concat();
    (
        out.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn tickets_of_different_people_are_not_merged() {
    let town = Town::new();
    let ours = town.ticket("VPN ned A").to_string();
    let theirs = town
        .ticket_of("VPN ned B", "ole@kommune.example")
        .to_string();
    let (code, said) = run(&town, &["act", "merge", &theirs, "--to", &ours]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("they are of different people"), "{said}");
    let (code, said) = run(&town, &["act", "merge", &ours, "--to", &ours]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("cannot be merged into itself"), "{said}");
    let deleted = town.ticket("VPN ned D");
    town.change_as(deleted, "root", serde_json::json!({"Status": "deleted"}));
    let (code, said) = run(
        &town,
        &["act", "merge", &ours, "--to", &deleted.to_string()],
    );
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("would be gone with it"), "{said}");
    let again = town.ticket("VPN ned C").to_string();
    let (code, said) = run(&town, &["act", "merge", &again, "--to", &ours]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_command_goes_by_the_clock_of_the_town() {
    let town = Town::of(DeskOptions {
        tickets: 20,
        devices: 50,
        at: StartAt::parse("2026-03-03T07:53"),
        ..DeskOptions::default()
    });
    let clock = town.desk().clock().setting();
    let (code, said) = run_at(&town, Some(&clock), &["status", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    let status: serde_json::Value = serde_json::from_str(&said).unwrap();
    let at = status["at"].as_str().unwrap();
    assert!(at.starts_with("2026-03-03T"), "{said}");
    let (code, said) = run_at(&town, Some("noon"), &["status"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("VAGT_CLOCK is not a clock"), "{said}");
}

#[test]
fn nobody_is_taken_for_somebody() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    let ticket = id.to_string();
    for args in [
        ["act", "assign", &ticket, "--to", "nobodyhere"].as_slice(),
        &["act", "assign", &ticket, "--to", "nobodyhere", "--dry-run"],
        &[
            "new",
            "--requester",
            "nobodyhere",
            "--queue",
            "Servicedesk",
            "--subject",
            "x",
            "--file",
            "/proc/version",
        ],
    ] {
        let (code, said) = run(&town, args);
        assert_eq!(code, Some(5), "{args:?} {said}");
        assert!(
            said.contains("knows nobody with the login \"nobodyhere\""),
            "{said}"
        );
    }
    assert_eq!(times(&town.history(id), "", "Owner", ""), 0);
}

#[test]
fn a_misspelt_group_is_said() {
    let town = Town::new();
    let ticket = town.ticket("VPN ned A").to_string();
    let (code, said) = run(&town, &["act", "group", &ticket, "--to", "vpm"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("there is no group \"vpm\""), "{said}");
    let (code, said) = run(&town, &["list", "group:vpm"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("did you mean vpn?"), "{said}");
}

#[test]
fn what_was_done_can_be_named_to_undo_it() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    let ticket = id.to_string();
    let (code, said) = run(&town, &["act", "priority", &ticket, "--to", "75"]);
    assert_eq!(code, Some(0), "{said}");
    let action = said
        .split("(action ")
        .nth(1)
        .unwrap()
        .split(')')
        .next()
        .unwrap();
    let (code, said) = run(&town, &["act", "undo", action]);
    assert_eq!(code, Some(0), "{said}");
    let lines = town.history(id);
    assert_eq!(times(&lines, "Set", "Priority", "75"), 1, "{lines:?}");
    assert_eq!(times(&lines, "Set", "Priority", ""), 2, "{lines:?}");
}

/// The action that a line tells of.
fn action_in(said: &str, line: &str) -> String {
    let line = said.lines().find(|l| l.starts_with(line)).unwrap();
    let action = line.split("(action ").nth(1).unwrap();
    action.split(')').next().unwrap().to_owned()
}

#[test]
fn a_script_declares_with_a_new_ticket_and_each_link_can_be_taken_back() {
    let town = Town::new();
    let ids: Vec<i64> = (0..3)
        .map(|n| town.ticket_of("VPN ned", &format!("p{n}@kommune.example")))
        .collect();
    let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let (first, parent) = (names[0].as_str(), ids[2] + 1);
    let mut args = vec!["act", "declare"];
    // Two numbers may be one ticket.
    let padded = format!("0{first}");
    args.extend(names.iter().map(String::as_str));
    args.push(&padded);
    args.extend(["--subject", "VPN: gateway gw2"]);
    let links = |id: i64, kind: &str| times(&town.history(id), kind, "MemberOf", "");

    let (code, said) = run(&town, &[args.as_slice(), &["--dry-run"]].concat());
    assert_eq!(code, Some(6), "{said}");
    assert!(
        said.contains("would create") && said.contains("would link"),
        "{said}"
    );
    assert!(said.contains("nothing was sent twice"), "{said}");
    assert!(ids.iter().all(|id| links(*id, "AddLink") == 0));

    let (code, said) = run(&town, &args);
    assert_eq!(code, Some(6), "{said}");
    assert!(
        said.contains(&format!("new ticket: done, ticket {parent}")),
        "{said}"
    );
    assert!(ids.iter().all(|id| links(*id, "AddLink") == 1), "{said}");
    let (_, shown) = run(&town, &["show", &parent.to_string()]);
    assert!(shown.contains("VPN: gateway gw2"), "{shown}");
    let (_, audit) = run(&town, &["audit", "show"]);
    assert!(audit.contains("declare"), "{audit}");

    let action = action_in(&said, first);
    let (code, said) = run(&town, &["act", "undo", &action]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(links(ids[0], "DeleteLink"), 1);
}

#[test]
fn a_script_declares_a_ticket_that_is_there() {
    let town = Town::new();
    let ids: Vec<String> = (0..2)
        .map(|n| {
            town.ticket_of("VPN ned", &format!("p{n}@kommune.example"))
                .to_string()
        })
        .collect();
    let parent = town.ticket("VPN ned");
    let to = parent.to_string();
    let (code, said) = run(
        &town,
        &["act", "declare", &ids[0], &ids[1], &to, "--to", &to],
    );
    assert_eq!(code, Some(6), "{said}");
    assert!(
        said.contains(&format!("{to}: it stands for the others itself")),
        "{said}"
    );
    assert_eq!(times(&town.history(parent), "AddLink", "HasMember", ""), 2);
    // It holds already: nothing is sent twice.
    let (code, said) = run(&town, &["act", "declare", &ids[0], "--to", &to, "--json"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("no-change"), "{said}");
    for (args, exit) in [
        (["act", "declare", &ids[0], "--to", "999999"].as_slice(), 5),
        (
            &["act", "declare", &ids[0], "--to", &to, "--subject", "x"],
            2,
        ),
        (&["act", "take", &ids[0], "--subject", "x"], 2),
    ] {
        let (code, said) = run(&town, args);
        assert_eq!(code, Some(exit), "{args:?} {said}");
    }
    assert_eq!(times(&town.history(parent), "AddLink", "HasMember", ""), 2);
}

#[test]
fn free_words_are_found_at_the_end_of_a_long_text_and_personal_numbers_are_not() {
    let town = Town::new();
    let body = format!(
        "{} Skærmen blinker. CPR 010190-1234",
        "Hej igen. ".repeat(80)
    );
    let id = town.ticket_with("Hjælp", &body).to_string();
    town.ticket("VPN ned A");
    for words in [
        "skaermen blinker",
        "blinker",
        "\"skærmen blink\" status:new",
    ] {
        let (code, said) = run(&town, &["list", "--csv", words]);
        assert_eq!(code, Some(0), "{said}");
        let found: Vec<_> = said.lines().skip(1).map(|l| l.split(',').next()).collect();
        assert_eq!(found, [Some(id.as_str())], "{words}: {said}");
    }
    let (_, said) = run(&town, &["list", "--csv", "-blinker"]);
    assert!(
        !said.contains("Hjælp") && said.contains("VPN ned A"),
        "{said}"
    );
    let (code, said) = run(&town, &["list", "--csv", "010190-1234"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("Hjælp") && said.contains("masked"), "{said}");
}

#[test]
fn the_audit_tells_what_was_written_and_finds_a_change_by_hand() {
    let town = Town::new();
    let ticket = town.ticket("VPN ned A").to_string();
    for to in ["75", "20"] {
        let (code, said) = run(&town, &["act", "priority", &ticket, "--to", to]);
        assert_eq!(code, Some(0), "{said}");
    }
    let (code, said) = run(&town, &["act", "group", &ticket, "--to", "video"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&town, &["audit", "show", "--json", "--limit", "2"]);
    assert_eq!(code, Some(0), "{said}");
    let shown: serde_json::Value = serde_json::from_str(&said).unwrap();
    let second = &shown["lines"][1];
    assert_eq!(
        (&second["before"], &second["after"]),
        (&"75".into(), &"20".into())
    );
    assert_eq!(shown["lines"].as_array().unwrap().len(), 2);
    let (_, said) = run(&town, &["audit", "--csv", "--from", "3", "--since", "1h"]);
    assert!(said.lines().nth(1).unwrap().contains(",group,"), "{said}");

    let (code, said) = run(&town, &["audit", "verify"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("3 lines, intact, last hash "), "{said}");
    let hash = said.trim().rsplit(' ').next().unwrap();
    let (code, said) = run(&town, &["audit", "verify", "--last", &"0".repeat(64)]);
    assert_eq!(code, Some(5), "{said}");
    let (code, said) = run(&town, &["audit", "verify", "--last", "not a hash"]);
    assert_eq!(code, Some(2), "{said}");

    let file = outbox_in(&town.home().join("data")).unwrap();
    let by_hand = rusqlite::Connection::open(file).unwrap();
    by_hand
        .execute_batch(
            r#"DROP TRIGGER audit_no_update; UPDATE audit SET line = replace(line, '"after":"75"', '"after":"76"') WHERE n = 1"#,
        )
        .unwrap();
    let (code, said) = run(&town, &["audit", "verify", "--last", hash]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("not intact: line 1 "), "{said}");
}

/// Numbers of each kind, invented, each with a form of its own.
const NUMBERS: [&str; 8] = [
    "010190-1234",
    "0101901234",
    "610190-1234",
    "01018950037",
    "410189 50020",
    "19811228-9874",
    "811288-9871",
    "０１０１９０－１２３４",
];

/// Ways by which text leaves without a screen: the screen masks in `ui::paint`, logs and crash reports in `diag::redact`,
/// which have tests of their own; what is copied is a ticket's number.
#[test]
fn personal_numbers_leave_by_no_command_and_stand_in_no_log_and_no_audit() {
    let town = Town::new();
    let all = NUMBERS.join(", ");
    let id = town.ticket_with(
        &format!("Adgang {all}"),
        &format!("Borger {all} kan ikke logge ind"),
    );
    let ticket = id.to_string();
    let file = town.home().join("note.txt");
    std::fs::write(&file, format!("set {all}")).unwrap();
    let file = file.display().to_string();
    let tag = format!("p {}", NUMBERS[0]);
    let commands: [&[&str]; 17] = [
        &["act", "note", &ticket, "--file", &file, "--dry-run"],
        &[
            "act",
            "note",
            &ticket,
            "--file",
            &file,
            "--dry-run",
            "--json",
        ],
        &["act", "note", &ticket, "--file", &file, "--json"],
        &["act", "tag", &ticket, "--to", &tag],
        &["act", "status", &ticket, "--to", NUMBERS[0]],
        &["show", &ticket],
        &["show", &ticket, "--json"],
        &["list"],
        &["list", "--csv"],
        &["list", "--json"],
        &["list", "--ndjson"],
        &["person", "karen"],
        &["person", "karen", "--json"],
        &["outbox", "list", "--all", "--json"],
        &["audit", "show"],
        &["audit", "show", "--json"],
        &["audit", "show", "--csv"],
    ];
    let mut masked = 0;
    for args in commands {
        let (_, said) = run(&town, args);
        masked += usize::from(said.contains("******"));
        for number in NUMBERS {
            assert!(!said.contains(number), "{args:?} tells {number}: {said}");
        }
    }
    assert!(
        masked >= 10,
        "only {masked} of the commands had something to hide"
    );
    let (_, said) = run(&town, &["outbox", "list", "--all", "--json"]);
    let items: serde_json::Value = serde_json::from_str(&said).unwrap();
    let action = items["items"][0]["action"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, said) = run(&town, &["outbox", "show", &action]);
    assert!(
        said.contains("******") && !NUMBERS.iter().any(|n| said.contains(n)),
        "{said}"
    );

    let outbox = outbox_in(&town.home().join("data")).unwrap();
    let stored = rusqlite::Connection::open(outbox).unwrap();
    let query = "SELECT coalesce(group_concat(line), '') FROM audit";
    let audit: String = stored.query_row(query, [], |r| r.get(0)).unwrap();
    assert!(
        audit.contains("\"note\"") && !NUMBERS.iter().any(|n| audit.contains(n)),
        "{audit}"
    );
}

/// The outbox below a directory.
fn outbox_in(dir: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(dir).ok()?;
    entries.flatten().map(|e| e.path()).find_map(|path| {
        if path.is_dir() {
            return outbox_in(&path);
        }
        (path.file_name()? == "outbox.db").then_some(path)
    })
}

/// What a template of the installation's own says in a file of its directory.
fn template(town: &Town, name: &str, text: &str) {
    let dir = town.home().join("config/templates");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join(format!("{name}.toml")), text).unwrap();
}

#[test]
fn a_template_is_sent_in_the_language_of_each_ticket() {
    let town = Town::new();
    let danish = town.ticket_with("VPN ryger", "Jeg kan ikke komme på VPN, hvad gør jeg?");
    let swedish = town.ticket_with("VPN", "Jag kommer inte in, vad ska jag göra?");
    let (a, b) = (danish.to_string(), swedish.to_string());
    let asked = ["act", "reply", &a, &b, "--template", "vpn-restored"];
    let (code, said) = run(&town, &[&asked[..], &["--dry-run"]].concat());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("\n  VPN virker igen. Luk"), "{said}");
    assert!(said.contains("\n  VPN fungerar igen. Stäng"), "{said}");
    assert_eq!(times(&town.history(danish), "Correspond", "", ""), 0);
    let (code, said) = run(&town, &asked);
    assert_eq!(code, Some(0), "{said}");
    for id in [danish, swedish] {
        assert_eq!(times(&town.history(id), "Correspond", "", ""), 1, "{said}");
    }
    let english = [
        &asked[..4],
        &[
            "--template",
            "vpn-restored",
            "--in",
            "en",
            "--dry-run",
            "--json",
        ],
    ]
    .concat();
    let (code, said) = run(&town, &english);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("\"text\":\"Hi,\\n\\nVPN works again."),
        "{said}"
    );
}

#[test]
fn a_template_with_something_missing_is_not_sent() {
    let town = Town::new();
    let id = town.ticket("VPN ned A");
    let ticket = id.to_string();
    for dry in [&["--dry-run"][..], &[]] {
        let (code, said) = run(
            &town,
            &[&["act", "reply", &ticket, "--template", "vpn-outage"], dry].concat(),
        );
        assert_eq!(code, Some(5), "{said}");
        let why = format!("{{incident.since}}: {ticket} is in no incident");
        assert!(said.contains(&why), "{said}");
    }
    template(
        &town,
        "mine",
        "kind = \"note\"\n[text]\nda = \"{device.gateway}\"\n",
    );
    let (code, said) = run(&town, &["act", "note", &ticket, "--template", "mine"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(
        said.contains("{device.gateway}: no device is known for"),
        "{said}"
    );
    assert_eq!(times(&town.history(id), "Correspond", "", ""), 0);
    assert_eq!(times(&town.history(id), "Comment", "", ""), 0);
}

#[test]
fn a_template_that_is_not_there_or_broken_is_said() {
    let town = Town::new();
    let ticket = town.ticket("VPN ned A").to_string();
    let with = |name: &str| run(&town, &["act", "reply", &ticket, "--template", name]);
    let (code, said) = with("vpn-restord");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("did you mean vpn-restored?"), "{said}");
    let (code, said) = with("note-incident");
    assert_eq!(code, Some(2), "{said}");
    template(&town, "mine", "[text]\nda = \"Hej {navn}\"\n");
    let (code, said) = with("mine");
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("mine.toml:2:11: there is no variable {navn}"),
        "{said}"
    );
    let (code, said) = run(&town, &["config", "check"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(
        said.contains("\n  da = \"Hej {navn}\"\n            ^"),
        "{said}"
    );
    let (code, said) = run(&town, &["config", "templates"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("vpn-restored") && said.contains("mine.toml:2:11"),
        "{said}"
    );
    // A broken template is no reason to stop what has nothing to do with it.
    let (code, said) = with("vpn-restored");
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_script_that_declares_over_a_bad_line_links_each_ticket_once() {
    let town = Town::new();
    let ids: Vec<String> = (0..4)
        .map(|n| {
            let who = format!("p{n}@kommune.example");
            town.ticket_of("VPN ned", &who).to_string()
        })
        .collect();
    let parent = town.ticket("VPN: alle");
    let to = parent.to_string();
    // The answer to one write is lost, that to another is cut, and one never arrives.
    let faults = "lostack=1x@writes,cut=1x@writes,drop=1x@writes";
    town.desk().faults().add_spec(faults).unwrap();
    let mut args = vec!["act", "declare", "--to", &to];
    args.extend(ids.iter().map(String::as_str));
    let (_, said) = run(&town, &args);
    town.desk().faults().clear();
    // Whatever was said of that, asking once more sends nothing twice.
    let (code, again) = run(&town, &args);
    assert_eq!(code, Some(0), "{said}\n{again}");
    for id in &ids {
        let lines = town.history(id.parse().unwrap());
        assert_eq!(
            times(&lines, "AddLink", "MemberOf", ""),
            1,
            "{id}: {said}\n{again}"
        );
    }
    assert_eq!(times(&town.history(parent), "AddLink", "HasMember", ""), 4);
}
