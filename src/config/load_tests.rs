use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

const NO_ENV: [(&str, &str); 0] = [];

fn env<const N: usize>(vars: [(&str, &str); N]) -> Env {
    vars.iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
}

fn load_text<const N: usize>(text: &str, vars: [(&str, &str); N]) -> Loaded {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.toml");
    fs::write(&file, text).unwrap();
    Config::load(&LoadOptions {
        file: Some(file),
        env: env(vars),
        ..LoadOptions::default()
    })
}

/// Line, column and message of the first problem.
fn told(loaded: &Loaded) -> (u32, u32, String) {
    let problem = loaded.problem.clone().expect("a problem");
    match problem.place {
        Place::File {
            line: Some(line),
            column: Some(column),
            ..
        } => (line, column, problem.message),
        other => panic!("no place in the file: {other:?}"),
    }
}

#[test]
fn the_built_in_file_sets_and_explains_every_key() {
    let table: toml::Table = DEFAULT.parse().unwrap();
    for key in all_keys() {
        let value = table.get(key.section).and_then(|s| s.get(key.name));
        let value = value.unwrap_or_else(|| panic!("{} is not in default.toml", key.path()));
        assert!(key.kind.accept(value).is_some(), "{}: {value}", key.path());
    }
    let loaded = Config::load(&LoadOptions::default());
    assert_eq!(loaded.problem, None);
    assert_eq!(loaded.config, Config::built_in());
    assert_eq!(loaded.config.poll.busy_secs, 5);
    assert_eq!(loaded.config.delivery.unknown_second_look_secs, 120);
    assert!(!loaded.config.desk.read_only);
    // Nothing in it that the schema does not know.
    let keys = all_keys().count();
    let written: usize = table
        .values()
        .filter_map(|v| v.as_table())
        .map(toml::Table::len)
        .sum();
    assert_eq!(keys, written);
}

#[test]
fn every_key_has_an_environment_name_that_works() {
    let built_in: toml::Table = DEFAULT.parse().unwrap();
    for key in all_keys() {
        let (text, expected) = other_value(*key, &built_in);
        let loaded = load_text("", [(key.env_name().as_str(), text.as_str())]);
        assert_eq!(loaded.problem, None, "{}", key.env_name());
        let now = toml::Table::try_from(&loaded.config).unwrap();
        let value = &now[key.section][key.name];
        match (value, &expected) {
            (toml::Value::Table(value), toml::Value::Table(expected)) => {
                for (name, e) in expected {
                    assert_eq!(value.get(name), Some(e), "{}", key.env_name());
                }
            }
            _ => assert_eq!(*value, expected, "{}", key.env_name()),
        }
        assert_eq!(loaded.sources[&key.path()], Origin::Env);
    }
}

/// A value that differs from the built-in one, as an environment text and as TOML.
fn other_value(key: Key, built_in: &toml::Table) -> (String, toml::Value) {
    let old = &built_in[key.section][key.name];
    match key.kind {
        Kind::Text => ("elsewhere".into(), "elsewhere".into()),
        Kind::Url => (
            "https://rt.example.org".into(),
            "https://rt.example.org".into(),
        ),
        Kind::Choice(words) => {
            let word = words.iter().rev().find(|w| Some(**w) != old.as_str());
            let word = word.unwrap_or(&words[0]);
            ((*word).into(), (*word).into())
        }
        Kind::Flag => {
            let new = !old.as_bool().unwrap();
            (new.to_string(), new.into())
        }
        Kind::Whole(min, max) => {
            let new = if old.as_integer() == Some(min.into()) {
                max
            } else {
                min
            };
            (new.to_string(), i64::from(new).into())
        }
        Kind::Texts => ("x, y z".into(), vec!["x", "y z"].into()),
        Kind::Words => (
            "a=b".into(),
            toml::Value::Table(toml::Table::from_iter([("a".into(), "b".into())])),
        ),
        Kind::Choices(words) => (
            format!("{{ a = \"{}\" }}", words[0]),
            toml::Value::Table(toml::Table::from_iter([("a".into(), words[0].into())])),
        ),
        Kind::Lists => unreachable!("no fixed key has this kind"),
        Kind::Panes => {
            let text = "[{ name = \"Mine\", query = \"owner:me\" }]";
            let table: toml::Table = format!("v = {text}").parse().unwrap();
            (text.into(), table["v"].clone())
        }
    }
}

#[test]
fn later_layers_win_key_by_key() {
    let text = "[poll]\nbusy_secs = 7\nidle_secs = 30\n[profiles.night.poll]\nidle_secs = 40\nunfocused_secs = 90\n";
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.toml");
    fs::write(&file, text).unwrap();
    let loaded = Config::load(&LoadOptions {
        file: Some(file),
        env: env([
            ("VAGT_POLL_UNFOCUSED_SECS", "100"),
            ("VAGT_PROFILE", "night"),
        ]),
        set: vec![("poll.reconcile_hours".into(), "12".into())],
        ..LoadOptions::default()
    });
    assert_eq!(loaded.problem, None);
    let poll = &loaded.config.poll;
    assert_eq!(
        (
            poll.busy_secs,
            poll.idle_secs,
            poll.unfocused_secs,
            poll.reconcile_hours,
            poll.vocab_minutes
        ),
        (7, 40, 100, 12, 60)
    );
    assert_eq!(loaded.profile.as_deref(), Some("night"));
    assert_eq!(loaded.store, "night");
    assert_eq!(loaded.sources["poll.idle_secs"], Origin::Profile);
    assert_eq!(loaded.sources["poll.vocab_minutes"], Origin::BuiltIn);
}

#[test]
fn tables_are_merged_and_an_empty_text_takes_a_key_away() {
    let text = "[desk]\nstatuses = { venter = \"waiting-requester\", stalled = \"\" }\n";
    let statuses = load_text(text, NO_ENV).config.desk.statuses;
    assert_eq!(statuses["venter"], "waiting-requester");
    assert_eq!(statuses["open"], "open");
    assert!(!statuses.contains_key("stalled"));
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest_known_one() {
    let loaded = load_text("[poll]\n  bussy_secs = 3\nidle_secs = 9\n", NO_ENV);
    assert_eq!(
        told(&loaded),
        (
            2,
            3,
            "there is no key poll.bussy_secs; did you mean poll.busy_secs?".to_owned()
        )
    );
    // What is right still counts, but nothing is written to the desk.
    assert_eq!(loaded.config.poll.idle_secs, 9);
    assert_eq!(loaded.config.poll.busy_secs, 5);
    assert!(loaded.config.desk.read_only);
}

#[test]
fn a_value_of_the_wrong_type_is_told_with_what_was_expected() {
    let loaded = load_text(
        "# æøå\n[ui]\nascii = \"ja\"\n[poll]\nbusy_secs = 0\n",
        NO_ENV,
    );
    assert_eq!(
        told(&loaded),
        (3, 9, "ui.ascii must be true or false".to_owned())
    );
    let further: Vec<_> = loaded.further.iter().map(ToString::to_string).collect();
    assert_eq!(further.len(), 1);
    assert!(
        further[0].ends_with(":5:13: poll.busy_secs must be a whole number from 1 to 3600"),
        "{further:?}"
    );
}

#[test]
fn columns_count_characters_not_bytes() {
    let loaded = load_text(
        "board = { titles = { vpn = \"æøå\" }, hiden = [] }\n",
        NO_ENV,
    );
    let (line, column, message) = told(&loaded);
    assert_eq!((line, column), (1, 37));
    assert!(message.contains("board.hidden"), "{message}");
}

#[test]
fn a_line_that_is_no_toml_costs_only_itself() {
    let loaded = load_text(
        "[desk]\nurl = \"https://rt.example.org\"\nuser = \n",
        NO_ENV,
    );
    let (line, column, message) = told(&loaded);
    assert_eq!((line, column), (3, 8), "{message}");
    assert!(message.starts_with("not TOML: "), "{message}");
    let mut expected = Config::built_in();
    expected.desk.read_only = true;
    expected.desk.url = Setting::from("https://rt.example.org");
    assert_eq!(loaded.config, expected);
    // What else is wrong is told with its own place.
    let loaded = load_text(
        "[ui]\nascii = yes\n[poll]\nidle_secs = 9\nbusy_secs = 0\n",
        NO_ENV,
    );
    assert_eq!(loaded.config.poll.idle_secs, 9);
    let places: Vec<_> = loaded.problems().map(|p| p.place.to_string()).collect();
    assert!(
        places[0].ends_with(":2:9") && places[1].ends_with(":5:13"),
        "{places:?}"
    );
    // Garbage from end to end is given up in the end.
    let loaded = load_text(&"= [ \"\n".repeat(500), NO_ENV);
    assert!(loaded.problem.is_some());
    assert_eq!(loaded.config.poll, Config::built_in().poll);
}

#[test]
fn a_section_whose_name_is_broken_falls_to_no_other() {
    let loaded = load_text(
        "[desk]\nurl = \"https://rt.example.org\"\n[profiles.test.desk\nurl = \"https://test.example.org\"\n[poll]\nidle_secs = 9\n",
        NO_ENV,
    );
    assert_eq!(
        loaded.config.desk.url,
        Setting::from("https://rt.example.org")
    );
    assert_eq!(loaded.config.poll.idle_secs, 9);
}

#[test]
fn a_broken_profile_brings_its_token_to_no_other_desk() {
    let text = "[desk]\nurl = \"https://rt.example.org\"\n[profiles.test.desk]\nurl = https://test.example.org\ntoken_file = \"test.token\"\n";
    let loaded = load_text(text, [("VAGT_PROFILE", "test")]);
    assert!(loaded.problem.is_some());
    assert!(!loaded.config.desk.token_file.is_set());
}

#[test]
fn an_absent_file_is_no_problem_and_an_unreadable_one_is() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &Path| {
        Config::load(&LoadOptions {
            file: Some(path.to_owned()),
            ..LoadOptions::default()
        })
    };
    assert_eq!(at(&dir.path().join("none.toml")).problem, None);
    let problem = at(dir.path()).problem.expect("a directory is no file");
    assert!(problem.message.starts_with("cannot be read: "), "{problem}");
    let latin = dir.path().join("latin.toml");
    fs::write(&latin, b"[ui]\ntheme = \"gr\xf8n\"\n").unwrap();
    assert!(at(&latin).problem.unwrap().message.contains("UTF-8"));
}

#[test]
fn desk_and_environment_choose_a_desk_with_a_store_of_its_own() {
    let text = "[desk]\nurl = \"https://rt.example.org\"\n";
    let loaded = load_text(text, [("VAGT_DESK", "rt+http://127.0.0.1:8081")]);
    assert_eq!(loaded.problem, None);
    assert_eq!(loaded.config.desk.url.get(), Some("http://127.0.0.1:8081"));
    assert_eq!(loaded.store, "at-rt-http-127.0.0.1-8081");
    assert_eq!(load_text(text, NO_ENV).store, "default");
    for bad in [
        "127.0.0.1",
        "rt+",
        "rt+ftp://x",
        "zammad+https://x.org",
        "rt+https://me:pw@x.org",
    ] {
        let loaded = load_text(text, [("VAGT_DESK", bad)]);
        let problem = loaded
            .problem
            .unwrap_or_else(|| panic!("{bad} was accepted"));
        assert!(!problem.to_string().contains("pw"), "{problem}");
    }
}

#[test]
fn credentials_never_follow_to_another_address() {
    let text = "[desk]\nurl = \"https://rt.example.org/a\"\ntoken_file = \"token\"\n[profiles.b.desk]\nurl = \"https://other.example.org\"\n[profiles.c.desk]\nurl = \"https://other.example.org\"\ntoken_file = \"token-c\"\n";
    let file = |loaded: &Loaded| loaded.config.desk.token_file.get().map(ToOwned::to_owned);
    let loaded = load_text(text, [("VAGT_DESK", "rt+https://evil.example.org")]);
    assert_eq!(file(&loaded), None);
    assert!(
        loaded.notices[0].contains("token_file"),
        "{:?}",
        loaded.notices
    );
    assert_eq!(file(&load_text(text, [("VAGT_PROFILE", "b")])), None);
    assert_eq!(
        file(&load_text(text, [("VAGT_PROFILE", "c")])).as_deref(),
        Some("token-c")
    );
    assert_eq!(file(&load_text(text, NO_ENV)).as_deref(), Some("token"));
    let same = load_text(text, [("VAGT_DESK", "rt+https://rt.example.org/b")]);
    assert_eq!(file(&same).as_deref(), Some("token"));
}

#[test]
fn an_unknown_profile_is_a_problem_and_no_other_desk_is_taken_for_it() {
    let text = "[desk]\nurl = \"https://rt.example.org\"\n[profiles.night.desk]\nurl = \"https://n.example.org\"\n";
    let loaded = load_text(text, [("VAGT_PROFILE", "nigth")]);
    let problem = loaded.problem.unwrap();
    assert_eq!(
        problem.to_string(),
        "VAGT_PROFILE in the environment: there is no profile of that name; did you mean night?"
    );
    assert_eq!(loaded.config.desk.url.get(), None);
}

#[test]
fn keys_are_read_as_texts() {
    let loaded = load_text(
        "[keys]\n\"ticket.take\" = \"t\"\n\"nav.top\" = [\"g g\", \"Home\"]\nbad = 3\n",
        NO_ENV,
    );
    assert_eq!(loaded.config.keys["ticket.take"], ["t"]);
    assert_eq!(loaded.config.keys["nav.top"], ["g g", "Home"]);
    let (line, _, message) = told(&loaded);
    assert_eq!(line, 4);
    assert!(
        message.starts_with("keys.bad must be a text or a list"),
        "{message}"
    );
}

#[test]
fn control_characters_are_refused() {
    let loaded = load_text("[board]\ntitles = { vpn = \"a\\u001b]0;x\" }\n", NO_ENV);
    assert!(told(&loaded).2.starts_with("board.titles must be"));
}

#[test]
fn a_slip_in_an_environment_name_is_noticed_but_stops_nothing() {
    let loaded = load_text("", [("VAGT_POLL_BUSY_SEC", "9")]);
    assert_eq!(loaded.problem, None);
    assert!(
        loaded.notices[0].contains("VAGT_POLL_BUSY_SECS"),
        "{:?}",
        loaded.notices
    );
}

#[test]
fn a_new_file_is_private_whole_and_never_overwrites() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vagt/config.toml");
    let settings = [
        ("desk.url", "https://rt.example.org"),
        ("desk.token_file", "a \"b\" token"),
        ("poll.busy_secs", "9"),
    ];
    Config::write_new(&path, &settings).unwrap();
    let loaded = Config::load(&LoadOptions {
        file: Some(path.clone()),
        ..LoadOptions::default()
    });
    assert_eq!(loaded.problem, None);
    assert_eq!(loaded.config.desk.token_file.get(), Some("a \"b\" token"));
    assert_eq!(loaded.config.poll.busy_secs, 9);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }
    let again = Config::write_new(&path, &settings).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
    let unknown = Config::write_new(&dir.path().join("x.toml"), &[("desk.urll", "x")]).unwrap_err();
    assert!(unknown.to_string().contains("desk.url"), "{unknown}");
}

#[test]
fn directories_come_from_the_environment_when_it_names_them() {
    let dirs = Dirs::find(&env([("VAGT_CONFIG_DIR", "/c"), ("VAGT_DATA_DIR", "/d")])).unwrap();
    assert_eq!(dirs.config_file(), Path::new("/c/config.toml"));
    assert_eq!(dirs.data, Path::new("/d"));
    assert_eq!(dirs.state, Path::new("/d/state"));
}

#[test]
fn debug_of_the_environment_shows_no_values() {
    let env = env([
        ("VAGT_TOKEN", "s3cret-token"),
        ("VAGT_DESK", "rt+https://x.org"),
    ]);
    let shown = format!("{env:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!shown.contains("x.org"), "{shown}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = load_text(&text, NO_ENV);
    }

    #[test]
    fn a_broken_built_in_file_never_panics_and_keeps_its_limits(at in 0usize..6000, junk in "[\\[\\]={}\"a-z0-9.\n_-]{0,6}", cut in 0usize..8) {
        let mut chars: Vec<char> = DEFAULT.chars().collect();
        let at = at.min(chars.len());
        let end = (at + cut).min(chars.len());
        chars.splice(at..end, junk.chars());
        let loaded = load_text(&chars.into_iter().collect::<String>(), NO_ENV);
        prop_assert!((1..=3600).contains(&loaded.config.poll.busy_secs));
        prop_assert_eq!(loaded.problem.is_some(), loaded.config.desk.read_only);
    }

    #[test]
    fn no_environment_value_makes_it_panic(text in "\\PC{0,60}") {
        for key in all_keys() {
            if let Some(value) = key.kind.read(&text) {
                prop_assert!(key.kind.accept(&value).is_some());
            }
        }
    }
}
