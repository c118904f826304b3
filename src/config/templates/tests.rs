//! Files as people write them, right and wrong.

use std::collections::BTreeSet;
use std::fs;

use super::*;
use crate::domain::ids::GroupId;
use crate::domain::template::{Values, Variable};
use crate::text::lang::Lang;

/// What is loaded when these files lie in the directory.
fn with(files: &[(&str, &str)]) -> Loaded {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    load(Some(dir.path()))
}

fn told(loaded: &Loaded) -> Vec<String> {
    let told = loaded.problems.iter().map(ConfigProblem::with_caret);
    told.map(|text| match text.rsplit_once('/') {
        Some((_, rest)) => rest.to_owned(),
        None => text,
    })
    .collect()
}

#[test]
fn what_comes_with_the_program_is_right_and_speaks_five_languages() {
    let loaded = load(None);
    assert_eq!(told(&loaded), Vec::<String>::new());
    let files: BTreeSet<String> =
        fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/templates"))
            .unwrap()
            .map(|entry| {
                entry
                    .unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
    let listed: BTreeSet<String> = SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(listed, files);
    let (templates, macros) = (loaded.shelf.templates.len(), loaded.shelf.macros.len());
    assert_eq!(templates + macros, SHIPPED.len());
    assert!(macros >= 4);
    for made in &loaded.shelf.macros {
        for lang in Lang::ALL {
            assert!(made.titles.contains_key(&lang), "{} {lang:?}", made.name);
        }
    }
    for template in &loaded.shelf.templates {
        for lang in Lang::ALL {
            assert_eq!(template.language(lang), lang, "{}", template.name);
            let first = template.texts.get(&Lang::Da).unwrap();
            let text = template.texts.get(&lang).unwrap();
            let variables =
                |p: &crate::domain::template::Pattern| p.variables().collect::<BTreeSet<_>>();
            assert_eq!(
                variables(text),
                variables(first),
                "{} {lang:?}",
                template.name
            );
        }
    }
    for group in [
        "vpn",
        "video",
        "mobile",
        "wifi",
        "login",
        "remote",
        "files",
        "email",
        "printing",
        "telephony",
        "school",
        "health",
    ] {
        let groups = [GroupId::from(group)];
        let first = loaded.shelf.templates_for(&groups);
        assert!(first[0].groups.contains(&groups[0]), "{group}");
    }
}

/// What is shipped is read in the language that it says, by the same detector that reads the tickets.
#[test]
fn shipped_texts_are_in_their_language() {
    let mut values = Values::default();
    for variable in Variable::ALL {
        values.set(*variable, "X", "");
    }
    for template in &load(None).shelf.templates {
        for lang in Lang::ALL {
            let text = template.fill(lang, &values).text;
            let read = crate::text::lang::detect(&text);
            // A line of a note is too short to be told from its neighbours.
            if text.lines().count() > 3 {
                assert_eq!(read, lang, "{}: {text}", template.name);
            }
        }
    }
}

#[test]
fn a_file_of_ones_own_replaces_what_is_shipped() {
    let loaded = with(&[(
        "vpn-outage.toml",
        "groups = [\"vpn\"]\n[title]\nda = \"Vores\"\n[text]\nda = \"Ring 42\\r\\n\\u001b[31mtil {agent.name}\"\n",
    )]);
    assert_eq!(told(&loaded), Vec::<String>::new());
    let ours = loaded.shelf.template("vpn-outage").unwrap();
    assert!(!ours.is_shipped);
    assert_eq!(ours.title(Lang::Sv), "Vores");
    let text = ours.fill(Lang::Sv, &Values::default()).text;
    assert_eq!(text, "Ring 42\ntil {agent.name}");
    assert!(loaded.shelf.template("vpn-update").unwrap().is_shipped);
}

#[test]
fn a_broken_file_costs_itself_and_is_told_with_line_column_and_caret() {
    let loaded = with(&[
        (
            "a.toml",
            "[text]\nda = \"\"\"\nHej\n  Kære {requester.first_nam}, sag {ticket.id}\n\"\"\"\n",
        ),
        ("b.toml", "[text]\nda = \"Hej\n"),
        ("c.toml", "kind = \"reply\"\n[text]\nda = \"ok\"\n"),
        ("vpn-outage.toml", "[text]\nde = \"Hallo\"\n"),
        ("notes.txt", "not read"),
    ]);
    let told = told(&loaded);
    assert_eq!(
        told[0],
        "a.toml:4:8: there is no variable {requester.first_nam}; did you mean {requester.first_name}?\n    \
         Kære {requester.first_nam}, sag {ticket.id}\n         ^"
    );
    assert!(
        told[1].starts_with("b.toml:2:10: not TOML: "),
        "{}",
        told[1]
    );
    assert!(
        told[1].ends_with("\n  da = \"Hej\n           ^"),
        "{}",
        told[1]
    );
    assert!(
        told[2].starts_with("vpn-outage.toml:2:1: there is no such language"),
        "{}",
        told[2]
    );
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(loaded.shelf.template("c").is_some());
    assert!(loaded.shelf.template("a").is_none());
    assert!(
        loaded.shelf.template("vpn-outage").is_none(),
        "nobody sends the text that was to be replaced"
    );
    assert!(loaded.shelf.template("vpn-update").is_some());
}

/// A file with this text is left out, and this is said of it, once.
fn is_told(text: &str, said: &str) {
    let loaded = with(&[("mine.toml", text)]);
    let told = told(&loaded);
    assert_eq!(told.len(), 1, "{text}: {told:?}");
    assert!(told[0].contains(said), "{text}: {told:?}");
    assert!(loaded.shelf.template("mine").is_none());
    assert!(loaded.shelf.find_macro("mine").is_none());
}

#[test]
fn each_mistake_of_a_macro_says_what_to_write() {
    for (text, said) in [
        (
            "kind = \"macro\"\n",
            "mine.toml:1:1: a macro says what it does: do = [",
        ),
        (
            "kind = \"macro\"\ndo = []\n",
            "mine.toml:2:1: a macro says what it does",
        ),
        (
            "kind = \"macro\"\ndo = [\"tke\"]\n",
            "mine.toml:2:7: a macro cannot do \"tke\"; did you mean take?",
        ),
        (
            "kind = \"macro\"\ndo = [\"take\", { sttus = \"open\" }]\n",
            "mine.toml:2:17: a macro cannot do \"sttus\"; did you mean status?",
        ),
        (
            "kind = \"macro\"\ndo = [{ status = 7 }]\n",
            "mine.toml:2:18: expected a text in quotes",
        ),
        (
            "kind = \"macro\"\ndo = [{ priority = \"high\" }]\n",
            "expected a number",
        ),
        (
            "kind = \"macro\"\ndo = [{ status = \"open\", priority = 3 }]\n",
            "expected a word such as",
        ),
        (
            "kind = \"macro\"\ndo = [\"take\", \"steal\"]\n",
            "mine.toml:2:15: steal is done by an earlier part already",
        ),
        (
            "kind = \"macro\"\ndo = [{ group = \"vpm\" }]\n",
            "did you mean vpn?",
        ),
        (
            "kind = \"macro\"\ndo = [\"reply\"]\n",
            "mine.toml:2:7: there is no text: write [reply] with da",
        ),
        (
            "kind = \"macro\"\ndo = [\"take\"]\n[note]\nda = \"x\"\n",
            "mine.toml:3:2: the text of [note] is not used",
        ),
        (
            "kind = \"macro\"\ndo = [\"reply\"]\n[reply]\nda = \"x {ticket.idd}\"\n",
            "mine.toml:4:9: there is no variable {ticket.idd}; did you mean {ticket.id}?",
        ),
        (
            "kind = \"macro\"\ndo = [{ reply = \"vpn-outag\" }]\n",
            "mine.toml:2:17: there is no template vpn-outag for a reply; did you mean vpn-outage?",
        ),
        (
            "kind = \"macro\"\ndo = [{ note = [\"vpn-outage\"] }]\n",
            "there is no template vpn-outage for a note",
        ),
        (
            "kind = \"macro\"\ntext = 1\ndo = [\"take\"]\n",
            "there is no key text; there are kind, groups, moment, title, do, reply, note",
        ),
    ] {
        is_told(text, said);
    }
}

#[test]
fn each_mistake_says_what_to_write() {
    for (text, said) in [
        ("", "there is no text"),
        (
            "kind = \"answer\"\n",
            "kind must be \"reply\", \"note\" or \"macro\"",
        ),
        (
            "texts = 1\n[text]\nda = \"x\"\n",
            "there is no key texts; did you mean text?",
        ),
        (
            "groups = [\"vpm\"]\n[text]\nda = \"x\"\n",
            "mine.toml:1:11: no built-in group is called so; did you mean vpn?",
        ),
        (
            "groups = [\"VPN\"]\n[text]\nda = \"x\"\n",
            "did you mean vpn?",
        ),
        (
            "groups = [\"wifi\", \"Par King\"]\n[text]\nda = \"x\"\n",
            "mine.toml:1:19: expected the slug of a group",
        ),
        (
            "groups = [\"\"]\n[text]\nda = \"x\"\n",
            "expected the slug of a group",
        ),
        (
            "groups = [7]\n[text]\nda = \"x\"\n",
            "expected the slug of a group",
        ),
        (
            "groups = \"vpn\"\n[text]\nda = \"x\"\n",
            "groups must be a list",
        ),
        (
            "moment = \"later\"\n[text]\nda = \"x\"\n",
            "mine.toml:1:10: moment must be \"outage\" or \"restored\"",
        ),
        ("text = \"x\"\n", "text must be a table by language"),
        ("[text]\nda = 1\n", "expected a text in quotes"),
        ("[text]\nda = \"  \"\n", "the text is empty"),
        ("[text]\nda = \"a } b\"\n", "a } without its {"),
        (
            "do = [\"take\"]\n[text]\nda = \"x\"\n",
            "there is no key do; there are kind, groups, moment, title, text",
        ),
    ] {
        is_told(text, said);
    }
    let loaded = with(&[("min skabelon.toml", "[text]\nda = \"x\"\n")]);
    assert!(told(&loaded)[0].contains("must be named with letters"));
}

#[test]
fn a_macro_says_what_it_does_in_its_order() {
    let loaded = with(&[(
        "mine.toml",
        "kind = \"macro\"\ngroups = [\"vpn\"]\ndo = [\"take\", \"reply\", { note = \"note-no-answer\" }, \
         { reply = [\"x\"] }]\n",
    )]);
    // A part that is wrong costs the whole file: nobody does half of what was meant.
    assert!(loaded.shelf.find_macro("mine").is_none());
    let loaded = with(&[(
        "mine.toml",
        "kind = \"macro\"\ndo = [\"steal\", { priority = -5 }, { owner = \"anna\" }]\n",
    )]);
    assert!(told(&loaded)[0].contains("assign is done by an earlier part already"));
    let loaded = with(&[(
        "mine.toml",
        "kind = \"macro\"\ndo = [\"take\", { priority = 5 }, { queue = \"Net\" }, { group = \"vpn\" }, { tag = \"a\" }, \
         { untag = \"b\" }, \"reply\", { note = \"note-no-answer\" }, { status = \"resolved\" }]\n\
         [title]\nen = \"Mine\"\n[reply]\nen = \"Done with {ticket.id}\"\n",
    )]);
    assert_eq!(told(&loaded), Vec::<String>::new());
    let made = loaded.shelf.find_macro("mine").unwrap();
    assert_eq!(
        made.words(),
        [
            "take", "priority", "queue", "group", "tag", "untag", "reply", "note", "status"
        ]
    );
    assert!(!made.is_shipped);
    assert_eq!(made.title(Lang::Da), "Mine");
}

#[test]
fn a_group_of_ones_own_may_be_named() {
    let longest = "x".repeat(32);
    let text =
        |slug: &str| format!("groups = [\"parking-2\", \"vpn\", \"{slug}\"]\n[text]\nda = \"x\"\n");
    let loaded = with(&[("mine.toml", &text(&longest))]);
    assert_eq!(told(&loaded), Vec::<String>::new());
    let parking = ["parking-2".into()];
    let first = loaded.shelf.templates_for(&parking);
    assert_eq!(first[0].name, "mine", "it is offered first in its group");
    let named: Vec<&str> = first[0].groups.iter().map(GroupId::as_str).collect();
    assert_eq!(named, ["parking-2", "vpn", &longest]);
    let loaded = with(&[("mine.toml", &text(&"x".repeat(33)))]);
    assert!(told(&loaded)[0].contains("1 to 32 letters"));
}

#[test]
fn a_directory_that_cannot_be_read_and_a_huge_file_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("templates");
    fs::write(&file, "x").unwrap();
    let loaded = load(Some(&file));
    assert!(
        told(&loaded)[0].contains("cannot be read"),
        "{:?}",
        loaded.problems
    );
    assert_eq!(load(Some(&dir.path().join("none"))).problems, []);
    let huge = "x".repeat(300 * 1024);
    assert!(told(&with(&[("huge.toml", &huge)]))[0].contains("larger than 256 KiB"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(kind|text|title|groups|do|macro|status|\\[|\\]|\\{|\\}|=|\"|\\.|,|é|1|\n| |da|note|reply){0,24}") {
        let source = Source::new("x.toml".into(), text);
        drop(read::read("x", false, &source));
    }
}
