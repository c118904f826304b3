//! Writing: drafts, files, fields, and what happens to text when something goes wrong.

use super::session::{Session, at, entry, known, person, ticket};
use crate::app::compose::{Compose, ComposeField};
use crate::app::model::Overlay;
use crate::app::msg::{FileFacts, Signal, Startup};
use crate::app::{Effect, Msg};
use crate::domain::action::Verb;
use crate::domain::draft::{Draft, DraftKey, DraftKind};
use crate::domain::entry::EntryKind;
use crate::domain::fact::Fact;
use crate::domain::ids::{EntryId, PersonId, TicketId};
use crate::domain::outbox::State;

fn compose(s: &Session) -> &Compose {
    s.model
        .overlays
        .iter()
        .find_map(|overlay| match overlay {
            Overlay::Compose(compose) => Some(&**compose),
            _ => None,
        })
        .expect("something is being written")
}

fn saved(s: &Session) -> Vec<Draft> {
    s.effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::SaveDraft(draft) => Some((**draft).clone()),
            _ => None,
        })
        .collect()
}

fn reply_key() -> DraftKey {
    DraftKey {
        ticket: Some(TicketId::from("4205")),
        kind: DraftKind::Reply,
    }
}

#[test]
fn a_reply_names_its_readers_before_it_is_sent_and_is_held() {
    let mut s = Session::new();
    s.keys("r");
    assert_eq!(
        compose(&s).about,
        "4205 to 1 person (Kåre Ødegård): VPN ryger 4205"
    );
    s.types("Hej Kåre")
        .keys("enter")
        .types("Prøv igen")
        .keys("ctrl-d");
    let Some(Overlay::Confirm(confirm)) = s.model.overlays.last() else {
        panic!("no question")
    };
    assert_eq!(
        confirm.question,
        "Send this reply on 4205 to 1 person (Kåre Ødegård)?"
    );
    s.keys("n");
    assert_eq!(
        compose(&s).text.text(),
        "Hej Kåre\nPrøv igen",
        "no goes back to the text"
    );
    s.keys("ctrl-d y");
    let (ticket, verb) = s.sent_one();
    assert_eq!(ticket, "4205");
    let Verb::Reply { text, .. } = verb else {
        panic!("{verb:?}")
    };
    assert_eq!(text, "Hej Kåre\nPrøv igen");
    assert!(s.model.overlays.is_empty());
    assert_eq!(s.newest().state, State::Held);
}

#[test]
fn a_note_goes_at_once() {
    let mut s = Session::new();
    s.keys("n").types("Ring ikke").keys("ctrl-d");
    assert!(matches!(s.sent_one().1, Verb::Note { .. }));
    assert_eq!(s.newest().state, State::Ready);
}

#[test]
fn take_priority_and_note_take_six_keys_beside_the_text() {
    let mut s = Session::new();
    s.keys("t p h enter n").types("Ser på det").keys("ctrl-d");
    let verbs: Vec<_> = s.sent().into_iter().map(|a| a.verb.word()).collect();
    assert_eq!(verbs, ["take", "priority", "note"]);
}

#[test]
fn a_draft_is_on_disk_a_second_after_a_letter_and_once_per_second() {
    let mut s = Session::new();
    s.keys("r").types("He");
    assert_eq!(saved(&s), []);
    s.wait(2);
    assert_eq!(saved(&s).len(), 1);
    assert_eq!(saved(&s)[0].text, "He");
    s.wait(60);
    assert_eq!(saved(&s).len(), 1, "nothing changed, nothing is written");
    s.types("j").wait(2);
    assert_eq!(saved(&s)[1].text, "Hej");
}

#[test]
fn a_draft_is_kept_and_comes_back() {
    let mut s = Session::new();
    s.keys("r").types("Halv").keys("esc k");
    assert_eq!(saved(&s).last().unwrap().text, "Halv");
    assert!(s.told().contains("reply on 4205"), "{}", s.told());
    s.keys("r");
    assert_eq!(compose(&s).text.text(), "Halv");
    s.keys("esc x y");
    assert!(s.has_effect(&Effect::DropDraft(reply_key())));
    s.keys("r");
    assert_eq!(compose(&s).text.text(), "");
}

#[test]
fn drafts_of_the_last_session_come_back() {
    let mut s = Session::new();
    s.keys("r").types("Halv");
    s.msg(Msg::Signal(Signal::Hangup));
    assert!(s.has_effect(&Effect::Quit));
    let drafts = saved(&s);
    assert_eq!(drafts.len(), 1, "a lost line saves what is written");

    let mut next = Session::empty();
    next.msg(Msg::Startup(Box::new(Startup {
        tickets: vec![ticket("4205")],
        drafts,
        ..Startup::default()
    })));
    assert_eq!(next.told(), "Drafts kept: reply on 4205");
    next.keys("r");
    assert_eq!(compose(&next).text.text(), "Halv");
}

#[test]
fn a_draft_whose_reply_is_in_the_outbox_is_no_draft() {
    let mut s = Session::new();
    s.store_answers = false;
    s.keys("r").types("Hej").keys("ctrl-d y");
    let draft = saved(&s).pop().unwrap();
    let action = s.sent().remove(0);
    let item = s.item(action, State::Held, None);
    let mut next = Session::empty();
    next.msg(Msg::Startup(Box::new(Startup {
        drafts: vec![draft],
        outbox: vec![item],
        ..Startup::default()
    })));
    assert!(next.model.drafts.is_empty());
}

#[test]
fn the_draft_goes_only_when_the_action_is_on_disk() {
    let mut s = Session::new();
    s.store_answers = false;
    s.keys("r").types("Hej").keys("ctrl-d y");
    assert_eq!(saved(&s).last().unwrap().text, "Hej");
    assert!(!s.any_effect(|e| matches!(e, Effect::DropDraft(_))));
    let action = s.sent().remove(0).id;
    s.msg(Msg::Stored {
        action,
        result: Err("the disk is full".into()),
    });
    assert!(
        s.told().contains("The text is kept as a draft."),
        "{}",
        s.told()
    );
    s.keys("r");
    assert_eq!(compose(&s).text.text(), "Hej");

    let mut s = Session::new();
    s.keys("r").types("Hej").keys("ctrl-d y");
    assert!(s.has_effect(&Effect::DropDraft(reply_key())));
}

#[test]
fn a_reply_taken_back_becomes_a_draft_again() {
    let mut s = Session::new();
    s.keys("r").types("For hurtigt").keys("ctrl-d y u");
    assert_eq!(
        s.told(),
        "4205: reply taken back; it was not sent; the text is kept as a draft"
    );
    s.keys("r");
    assert_eq!(compose(&s).text.text(), "For hurtigt");
}

#[test]
fn nothing_written_is_not_sent_and_closes_without_a_question() {
    let mut s = Session::new();
    s.keys("r ctrl-d");
    assert_eq!(
        compose(&s).problem.as_deref(),
        Some("Nothing is written yet")
    );
    s.keys("esc");
    assert!(s.model.overlays.is_empty());
    assert_eq!(s.sent(), []);
}

#[test]
fn a_reply_knows_the_last_entry_that_was_on_the_screen() {
    let mut s = Session::new();
    s.keys("enter");
    s.msg(Msg::DetailLoaded {
        ticket: TicketId::from("4205"),
        result: Ok(Box::new(super::session::detail("4205"))),
    });
    s.keys("r").types("Hej").keys("ctrl-d y");
    let action = s.sent().remove(0);
    assert_eq!(action.seen.last_entry, Some(EntryId::from("901")));
    assert_eq!(action.seen.at, Some(at(-60)));

    let mut s = Session::new();
    s.keys("r").types("Hej").keys("ctrl-d y");
    assert_eq!(
        s.sent().remove(0).seen.last_entry,
        None,
        "the conversation was not open"
    );
}

#[test]
fn what_somebody_else_does_meanwhile_is_said_and_the_text_stays() {
    let mut s = Session::new();
    let said = |s: &Session| s.model.meanwhile(compose(s));
    s.keys("r").types("Hej");
    assert_eq!(said(&s), None);

    // Our own change is no news.
    let mut mine = ticket("4205");
    mine.updated = at(10);
    mine.owner = Fact::Known(s.model.desk.identity.as_ref().unwrap().me.clone());
    s.changed(vec![mine.clone()]);
    assert_eq!(said(&s), None);

    let mut theirs = mine;
    theirs.updated = at(20);
    theirs.owner = Fact::Known(person("jens", "Jens Kjær"));
    s.changed(vec![theirs]);
    assert!(
        s.has_effect(&Effect::LoadDetail(TicketId::from("4205"))),
        "the ticket that is written on is read again"
    );
    assert_eq!(
        said(&s).as_deref(),
        Some("Meanwhile Jens Kjær became the owner.")
    );

    let mut read = super::session::detail("4205");
    let mut note = entry("950", person("jens", "Jens Kjær"), "Jeg tager den");
    note.kind = EntryKind::Note;
    note.at = at(19);
    let mut change = entry("951", person("jens", "Jens Kjær"), "");
    change.kind = EntryKind::Change {
        field: "owner".into(),
        from: String::new(),
        to: "jens".into(),
    };
    change.at = at(20);
    read.entries.extend([note, change]);
    s.msg(Msg::DetailLoaded {
        ticket: TicketId::from("4205"),
        result: Ok(Box::new(read)),
    });
    let told = said(&s).unwrap();
    assert!(
        told.starts_with("Meanwhile Jens Kjær wrote a note at 08:00"),
        "{told}"
    );
    s.types("!");
    assert!(said(&s).is_some(), "writing on does not take it away");
    assert_eq!(compose(&s).text.text(), "Hej!");
}

#[test]
fn a_paste_of_a_megabyte_is_taken_whole_and_undone_in_one_step() {
    let mut s = Session::new();
    s.keys("r").types("Log: ");
    let log = "2026-11-21 08:00:00 vpn[412]: tunnel gw2 nede, prøver igen\n".repeat(17_500);
    assert!(log.len() > 1_000_000);
    s.msg(Msg::Paste(log.clone()));
    let text = compose(&s).text.text();
    let whole = format!("Log: {}", log.trim_end());
    assert!(text == whole, "{} of {} bytes", text.len(), whole.len());
    s.keys("ctrl-u");
    assert_eq!(compose(&s).text.text(), "Log: ");
}

fn facts(name: &str, size: u64) -> FileFacts {
    FileFacts {
        path: format!("/home/mette/{name}"),
        name: name.into(),
        media_type: "application/pdf".into(),
        size,
    }
}

#[test]
fn a_file_is_looked_at_before_and_its_new_name_is_said() {
    let mut s = Session::new();
    s.keys("r")
        .types("Se her")
        .keys("ctrl-f")
        .types("~/blåbær.pdf")
        .keys("enter");
    assert!(s.has_effect(&Effect::InspectFile("~/blåbær.pdf".into())));
    s.msg(Msg::FileInspected {
        path: "~/blåbær.pdf".into(),
        result: Ok(facts("blåbær.pdf", 5_000_000)),
    });
    s.keys("ctrl-d");
    let Some(Overlay::Confirm(confirm)) = s.model.overlays.last() else {
        panic!("no question")
    };
    let lines = confirm.lines.join("\n");
    assert!(lines.contains("5.0 MB"), "{lines}");
    assert!(lines.contains("blåbær.pdf is sent as "), "{lines}");
    s.keys("y");
    let files = s.effects.iter().find_map(|effect| match effect {
        Effect::Enqueue { files, .. } => Some(files.clone()),
        _ => None,
    });
    assert_eq!(files.unwrap(), ["/home/mette/blåbær.pdf"]);
    let Verb::Reply { files, .. } = s.sent_one().1 else {
        panic!("no reply")
    };
    assert!(files[0].name.is_ascii(), "{}", files[0].name);
    assert_eq!((files[0].size, files[0].position), (5_000_000, 0));
}

#[test]
fn a_path_that_cannot_be_attached_is_refused_where_it_is_typed() {
    for result in [
        Ok(facts("x.pdf", 26_000_000)),
        Err("no such file".to_owned()),
    ] {
        let mut s = Session::new();
        s.keys("n").types("Se her").keys("ctrl-f");
        s.types("x.pdf").keys("enter");
        let path = "x.pdf".to_owned();
        s.msg(Msg::FileInspected { path, result });
        let Some(Overlay::Prompt(prompt)) = s.model.overlays.last() else {
            panic!("the line is gone")
        };
        let error = prompt.error.clone().expect("a reason").message;
        assert!(error.starts_with("It cannot be attached: "), "{error}");
        assert_eq!(compose(&s).files, []);
        s.keys("esc ctrl-d");
        assert_eq!(s.sent().len(), 1, "without the file it goes");
    }
}

#[test]
fn an_empty_path_removes_the_file_that_is_in_the_way() {
    let mut s = Session::new();
    s.keys("n").types("Se her");
    let mut draft = compose(&s).draft(at(0));
    draft.files = vec!["gone.pdf".into(), "there.pdf".into()];
    s.keys("esc k");
    s.model.drafts.insert(draft.key.clone(), draft);
    s.keys("n");
    for (path, result) in [
        ("gone.pdf", Err("no such file".to_owned())),
        ("there.pdf", Ok(facts("there.pdf", 10))),
    ] {
        let path = path.to_owned();
        s.msg(Msg::FileInspected { path, result });
    }
    s.keys("ctrl-d");
    let problem = compose(&s).problem.clone().expect("it is not sent");
    assert!(
        problem.starts_with("gone.pdf cannot be attached: no such file"),
        "{problem}"
    );
    s.keys("ctrl-f");
    let Some(Overlay::Prompt(prompt)) = s.model.overlays.last() else {
        panic!("no line")
    };
    assert!(prompt.hint.contains("removes gone.pdf"), "{}", prompt.hint);
    s.keys("enter");
    let left: Vec<_> = compose(&s).files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(left, ["there.pdf"]);
    s.keys("ctrl-d");
    assert_eq!(s.sent().len(), 1);
}

#[test]
fn esc_twice_keeps_the_draft_and_enter_goes_on() {
    let mut s = Session::new();
    s.keys("r").types("Halv").keys("esc enter").types("t");
    assert_eq!(compose(&s).text.text(), "Halvt");
    s.keys("esc esc");
    assert!(s.model.overlays.is_empty());
    assert_eq!(s.told(), "Kept as draft: reply on 4205");
    assert_eq!(saved(&s).last().unwrap().text, "Halvt");
}

#[test]
fn tab_takes_the_person_that_is_highlighted() {
    let mut s = Session::new();
    s.keys("c tab").types("kar").keys("tab");
    let new = compose(&s).new.clone().unwrap();
    assert_eq!(new.requester.person(), Some(PersonId::from("kare")));

    let mut s = Session::new();
    s.keys("c tab").types("nobody").keys("tab");
    let problem = compose(&s).problem.clone();
    assert!(problem.unwrap().contains("requester"), "said at once");
}

#[test]
fn a_priority_that_is_none_is_said_at_once() {
    let mut s = Session::new();
    s.keys("c tab tab tab").types("hi");
    assert_eq!(compose(&s).problem, None, "it may become high");
    s.types("gh");
    assert_eq!(
        compose(&s).new.as_ref().unwrap().priority(),
        Ok(Some(100)),
        "a word is taken"
    );
    s.types("est");
    let problem = compose(&s).problem.clone().expect("it is said");
    assert!(problem.contains("highest is not a number"), "{problem}");
}

#[test]
fn paths_complete() {
    let mut s = Session::new();
    s.keys("n x ctrl-f").types("/tmp/a").keys("tab");
    assert!(s.has_effect(&Effect::CompletePath("/tmp/a".into())));
    s.msg(Msg::PathCompleted {
        typed: "/tmp/a".into(),
        paths: vec!["/tmp/abc.txt".into(), "/tmp/abd.txt".into()],
    });
    let Some(Overlay::Prompt(prompt)) = s.model.overlays.last() else {
        panic!("no line")
    };
    assert_eq!(prompt.input.text(), "/tmp/ab");
}

#[test]
fn the_own_editor_gives_its_text_back() {
    let mut s = Session::new();
    s.keys("r").types("Hej").keys("ctrl-o");
    assert!(s.has_effect(&Effect::OpenEditor("Hej".into())));
    s.msg(Msg::EditorReturned(Ok("Hej\u{1b}[31m\r\nigen\n".into())));
    assert_eq!(compose(&s).text.text(), "Hej\nigen");
    s.msg(Msg::EditorReturned(Err("vi was not found".into())));
    assert_eq!(
        compose(&s).text.text(),
        "Hej\nigen",
        "trouble with the editor loses nothing"
    );
    assert!(
        compose(&s)
            .problem
            .as_ref()
            .unwrap()
            .contains("vi was not found")
    );
}

#[test]
fn a_ticket_for_a_caller() {
    let mut s = Session::new();
    s.keys("c")
        .types("Kan ikke printe")
        .keys("tab")
        .types("kar");
    let new = compose(&s).new.clone().unwrap();
    assert_eq!(
        new.requester.found[0].who.name, "Kåre Ødegård",
        "known people without asking"
    );
    s.wait(1);
    assert!(s.has_effect(&Effect::FindPeople("kar".into())));
    s.msg(Msg::PeopleFound {
        text: "kar".into(),
        result: Ok(vec![known("karin", "Karin Berg")]),
    });
    s.keys("down enter");
    let new = compose(&s).new.clone().unwrap();
    assert_eq!(new.requester.person(), Some(PersonId::from("karin")));
    assert_eq!(compose(&s).focus, ComposeField::Queue);
    s.keys("down tab")
        .types("80")
        .keys("tab")
        .types("Ringer fra bilen")
        .keys("ctrl-d");
    let Verb::Create { new } = s.sent_one().1 else {
        panic!("no create")
    };
    assert_eq!(new.subject, "Kan ikke printe");
    assert_eq!(new.requester, PersonId::from("karin"));
    assert_eq!(new.queue, "Network");
    assert_eq!(new.priority, Some(80));
    assert_eq!(new.text, "Ringer fra bilen");
    assert_eq!(s.newest().state, State::Held, "held, and not asked");
    assert!(s.model.overlays.is_empty());
}

#[test]
fn a_new_ticket_says_what_is_missing() {
    let mut s = Session::new();
    s.keys("c ctrl-d");
    assert_eq!(
        compose(&s).problem.as_deref(),
        Some("The subject is missing")
    );
    s.types("Emne").keys("ctrl-d");
    assert!(compose(&s).problem.as_ref().unwrap().contains("requester"));
    s.keys("tab").types("ny@soro.example").keys("ctrl-d");
    let Verb::Create { new } = s.sent_one().1 else {
        panic!("no create")
    };
    assert_eq!(new.requester, PersonId::from("ny@soro.example"));
}

#[test]
fn late_answers_of_the_directory_do_not_disturb() {
    let mut s = Session::new();
    s.keys("c tab").types("kar").wait(1);
    s.types("in");
    s.msg(Msg::PeopleFound {
        text: "kar".into(),
        result: Ok(vec![known("karla", "Karla")]),
    });
    let found = compose(&s).new.clone().unwrap().requester.found;
    assert!(found.iter().all(|p| p.who.name != "Karla"), "{found:?}");
}

#[test]
fn pasted_text_goes_into_the_text_and_nowhere_else() {
    let mut s = Session::new();
    s.msg(Msg::Paste("qtr".into()));
    assert_eq!(s.sent(), []);
    assert!(
        !s.has_effect(&Effect::Quit),
        "pasted letters are no commands"
    );
    s.keys("r");
    s.msg(Msg::Paste("linje 1\r\nlinje 2\u{202e}".into()));
    assert_eq!(compose(&s).text.text(), "linje 1\nlinje 2");
}
