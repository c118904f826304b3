//! The Board: panes, filter, what the sources say.

use super::session::{Session, at, ticket};
use crate::app::model::{Overlay, Screen, Severity};
use crate::app::{Effect, Msg};
use crate::domain::fact::Fact;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::source::{Liveness, Pulse, Source, SourceEvent};
use crate::domain::ticket::Ticket;

fn in_group(id: &str, group: &str) -> Ticket {
    Ticket {
        group: Fact::Known(GroupId::from(group)),
        ..ticket(id)
    }
}

#[test]
fn panes_are_reached_by_number_tab_and_letters() {
    let mut s = Session::new();
    s.changed(vec![in_group("4300", "video"), in_group("4301", "mobile")]);
    s.keys("2");
    assert_eq!(s.cursor(), "4300");
    s.keys("tab");
    assert_eq!(s.cursor(), "4301");
    s.keys("h");
    assert_eq!(s.cursor(), "4300");
    s.keys("left l right");
    assert_eq!(s.cursor(), "4301");
    s.keys("backtab backtab backtab");
    assert_eq!(s.model.screens.board.focus, 13, "around the end");
    s.keys("1");
    assert_eq!(s.cursor(), "4205");
}

#[test]
fn what_the_engine_says_moves_a_ticket_to_its_pane() {
    let mut s = Session::new();
    s.changed(vec![Ticket {
        group: Fact::Empty,
        ..ticket("4300")
    }]);
    s.finding("4300", "wifi");
    s.keys("4");
    assert_eq!(s.cursor(), "4300");
}

#[test]
fn zoom_and_filter_are_taken_back_by_esc() {
    let mut s = Session::new();
    s.keys("z /").types("4207").keys("enter");
    assert_eq!(s.rows(), ["4207"]);
    assert_eq!(s.cursor(), "4207");
    assert!(s.model.screens.board.zoom);
    s.keys("esc");
    assert!(!s.model.screens.board.zoom);
    assert_eq!(s.rows().len(), 1);
    s.keys("esc");
    assert_eq!(s.rows().len(), 7);
    s.keys("esc esc");
    assert!(!s.has_effect(&Effect::Quit), "esc never leaves");
}

#[test]
fn a_wrong_filter_points_at_its_column_and_changes_nothing() {
    let mut s = Session::new();
    s.keys("/").types("group:vpn stauts:open").keys("enter");
    let Some(Overlay::Prompt(prompt)) = s.model.overlays.last() else {
        panic!("closed")
    };
    assert_eq!(prompt.error.as_ref().unwrap().column, 11);
    assert_eq!(s.rows().len(), 7);
    s.keys("esc");
    assert_eq!(s.model.screens.board.filter, "");
}

#[test]
fn liveness_becomes_words() {
    let mut s = Session::new();
    assert_eq!(s.model.banners(), []);
    s.now = at(600);
    let trouble = Some(Trouble::new(TroubleKind::Transient, "connection refused"));
    let state = |pulse| Liveness {
        pulse,
        last_ok: Some(at(0)),
        next_try: Some(at(660)),
        trouble: trouble.clone(),
        ..Liveness::default()
    };
    let mut say = |pulse| {
        s.source(SourceEvent::Pulse(Source::Desk, state(pulse)));
        let banner = s.model.banners().remove(0);
        (banner.severity, banner.text)
    };
    assert_eq!(
        say(Pulse::Late),
        (
            Severity::Warning,
            "The desk is late since 08:00, next try at 08:11:00: connection refused".into()
        )
    );
    assert_eq!(
        say(Pulse::Stale),
        (
            Severity::Error,
            "STALE 10 min: no good answer from the desk; showing what was known at 08:00, next try at 08:11:00: connection refused".into()
        )
    );
    assert!(
        say(Pulse::Waiting)
            .1
            .contains("asked us to wait, next try in 60 s; showing")
    );
    assert!(say(Pulse::Refused).1.contains("does not accept us"));
    assert_eq!(
        say(Pulse::Live),
        (Severity::Warning, "connection refused".into()),
        "alive, and something is wrong on our side"
    );
}

#[test]
fn a_wait_that_the_desk_asked_for_is_counted_down() {
    let mut s = Session::new();
    let waiting = Liveness {
        pulse: Pulse::Waiting,
        last_ok: Some(at(0)),
        next_try: Some(at(7)),
        ..Liveness::default()
    };
    s.source(SourceEvent::Pulse(Source::Desk, waiting));
    let said = |s: &Session| s.model.banners()[0].text.clone();
    assert!(said(&s).contains("next try in 7 s"), "{}", said(&s));
    s.wait(3);
    assert!(said(&s).contains("next try in 4 s"), "{}", said(&s));
    s.wait(4);
    assert!(said(&s).contains("asking again"), "{}", said(&s));
}

#[test]
fn during_the_first_read_the_cursor_stays_at_the_top_until_a_key_is_pressed() {
    let loading = |tickets: &[&str]| {
        let mut s = Session::empty();
        s.pulse(Pulse::Loading, None);
        for id in tickets {
            s.changed(vec![ticket(id)]);
        }
        s
    };
    let s = loading(&["4207", "4205"]);
    assert_eq!(s.cursor(), "4205", "the first row, whichever came first");

    let mut s = loading(&["4207"]);
    s.keys("N esc");
    s.changed(vec![ticket("4205")]);
    assert_eq!(s.cursor(), "4207", "somebody has a finger on it");

    let mut s = loading(&["4207"]);
    s.pulse(Pulse::Live, Some(at(0)));
    s.wait(10);
    s.changed(vec![ticket("4205")]);
    assert_eq!(s.cursor(), "4207", "somebody has looked at it");
}

#[test]
fn a_stale_source_counts_minutes_and_the_title_says_it() {
    let mut s = Session::new();
    s.now = at(130);
    s.pulse(Pulse::Stale, Some(at(0)));
    assert!(s.model.banners()[0].text.starts_with("STALE 2 min"));
    assert!(s.any_effect(|e| matches!(e, Effect::SetTitle(t) if t.contains("STALE"))));
    let revision = s.model.revision;
    s.wait(60);
    assert!(s.model.banners()[0].text.starts_with("STALE 3 min"));
    assert!(s.model.revision > revision, "painted anew");
}

#[test]
fn before_the_first_answer_the_cache_is_shown_with_its_time() {
    let mut s = Session::empty();
    s.msg(Msg::Startup(Box::new(crate::app::msg::Startup {
        tickets: vec![ticket("4205")],
        as_of: Some(at(-86_400)),
        ..Default::default()
    })));
    assert_eq!(s.cursor(), "4205");
    s.pulse(Pulse::Starting, None);
    assert_eq!(
        s.model.banners()[0].text,
        "Asking the desk; showing what was known at 20 Nov 08:00"
    );
    s.keys("t");
    assert_eq!(s.sent().len(), 1, "one can work before the desk answers");
}

#[test]
fn a_broken_configuration_is_said_at_the_top() {
    let mut s = Session::new();
    s.model.settings.config_problems = vec!["config.toml:3:1: unknown key".into(), "b".into()];
    assert_eq!(
        s.model.banners()[0].text,
        "Configuration: config.toml:3:1: unknown key (and 1 more: vagt config check)"
    );
}

#[test]
fn an_open_ticket_is_read_again_when_it_changes() {
    let mut s = Session::new();
    s.keys("enter");
    let load = Effect::LoadDetail(TicketId::from("4205"));
    assert!(s.has_effect(&load));
    s.msg(Msg::DetailLoaded {
        ticket: TicketId::from("4205"),
        result: Ok(Box::new(super::session::detail("4205"))),
    });
    s.effects.clear();
    s.changed(vec![ticket("4205")]);
    assert!(!s.has_effect(&load), "nothing new");
    s.changed(vec![Ticket {
        updated: at(10),
        ..ticket("4205")
    }]);
    assert!(s.has_effect(&load));
}

#[test]
fn an_old_cache_answer_does_not_take_the_board_back() {
    let mut s = Session::new();
    s.changed(vec![Ticket {
        subject: "new words".into(),
        updated: at(10),
        ..ticket("4205")
    }]);
    s.keys("enter");
    let mut old = super::session::detail("4205");
    old.read_at = None;
    s.msg(Msg::DetailLoaded {
        ticket: TicketId::from("4205"),
        result: Ok(Box::new(old)),
    });
    let id = TicketId::from("4205");
    assert_eq!(s.model.ticket(&id).unwrap().subject, "new words");
    let state = s.model.details.get(&id).unwrap();
    assert!(state.loading, "the desk's answer is still awaited");
    assert!(state.shown.is_some());
}

#[test]
fn a_failed_read_keeps_what_is_shown() {
    let mut s = Session::new();
    let id = TicketId::from("4205");
    s.keys("enter");
    s.msg(Msg::DetailLoaded {
        ticket: id.clone(),
        result: Ok(Box::new(super::session::detail("4205"))),
    });
    s.keys("R");
    s.msg(Msg::DetailLoaded {
        ticket: id.clone(),
        result: Err(Trouble::new(TroubleKind::Transient, "no line")),
    });
    let state = s.model.details.get(&id).unwrap();
    assert!(state.shown.is_some() && !state.loading);
    assert_eq!(state.trouble.as_ref().unwrap().message, "no line");
}

#[test]
fn a_merged_ticket_that_is_opened_becomes_the_one_it_lives_on_as() {
    let mut s = Session::new();
    s.keys("enter");
    s.msg(Msg::DetailLoaded {
        ticket: TicketId::from("4205"),
        result: Ok(Box::new(super::session::detail("4207"))),
    });
    assert_eq!(s.cursor(), "4207");
    assert!(s.told().contains("4205 was merged into 4207"));
    assert!(matches!(s.model.screens.current(), Screen::Ticket(t) if t.id.as_str() == "4207"));
}
