//! Claims: what colleagues are told, and what they tell.

use super::session::{Session, at, identity, person, ticket};
use crate::app::Effect;
use crate::app::model::{Leaving, Overlay};
use crate::app::msg::{Msg, Signal};
use crate::domain::action::Verb;
use crate::domain::claim::{Claim, Doing};
use crate::domain::fact::Fact;
use crate::domain::outbox::State;
use crate::domain::source::{Can, SourceEvent};

/// A desk that takes claims; the cursor stands on 4205.
fn session() -> Session {
    let mut s = Session::new();
    let mut identity = identity();
    identity.capabilities.claim = Can::Yes;
    s.source(SourceEvent::Identity(Box::new(identity)));
    s.model.settings.claim = jiff::SignedDuration::from_mins(15);
    s.effects.clear();
    s
}

fn by_anna(seconds: i64) -> Claim {
    let times = (at(seconds), at(seconds + 900));
    Claim::new(Doing::Writing, &person("anna", "Anna Lind"), times, "aa")
}

fn claimed(s: &mut Session, claims: Vec<Claim>) {
    let mut known = ticket("4205");
    known.updated = s.now;
    known.claims = Fact::Known(claims);
    s.changed(vec![known]);
}

/// What the desk was told since this was last asked: verb, seconds until it is over.
fn told(s: &mut Session) -> Vec<(&'static str, i64)> {
    let sent = s.sent().into_iter();
    let claims = sent.filter_map(|action| {
        let claim = action.verb.claim()?.clone();
        Some((
            action.verb.word(),
            claim.until.duration_since(at(0)).as_secs(),
        ))
    });
    claims.collect()
}

#[test]
fn an_open_editor_is_told_after_a_moment_renewed_at_a_third_and_taken_back_when_it_closes() {
    let mut s = session();
    s.keys("n").types("Ser på det").wait(1);
    assert_eq!(told(&mut s), [], "one opened by mistake tells nobody");
    s.wait(2);
    assert_eq!(told(&mut s), [("claim", 902)]);
    s.wait(290);
    assert_eq!(told(&mut s), []);
    s.wait(20);
    assert_eq!(told(&mut s), [("claim", 1202)], "the sixth minute");
    s.keys("esc k");
    assert_eq!(told(&mut s), [("unclaim", 1202)], "kept as a draft: closed");
    s.wait(2000);
    assert_eq!(told(&mut s), []);
}

#[test]
fn a_text_that_is_sent_ends_the_claim_and_a_short_one_never_made_any() {
    let mut s = session();
    s.keys("n").types("Kort").keys("ctrl-d");
    let verbs: Vec<_> = s.sent().into_iter().map(|a| a.verb.word()).collect();
    assert_eq!(verbs, ["note"]);
    s.keys("n").types("Lang").wait(5);
    s.keys("ctrl-d");
    let verbs: Vec<_> = s.sent().into_iter().map(|a| a.verb.word()).collect();
    assert_eq!(verbs, ["claim", "note", "unclaim"]);
}

#[test]
fn a_claim_is_no_row_of_the_outbox_and_keeps_nobody_from_leaving() {
    let mut s = session();
    s.keys("n").wait(5);
    assert_eq!(s.model.outbox.unsent(), 0);
    assert_eq!(s.model.board.row(&"4205".into()).unwrap().pending(), 0);
    assert!(s.model.screens.outbox.rows.is_empty());
    s.sent();
    s.msg(Msg::Signal(Signal::Terminate));
    assert_eq!(s.model.leaving, Leaving::Gone);
    let (at, quit) = (
        s.effects.iter().position(
            |e| matches!(e, Effect::Enqueue { action, .. } if action.verb.word() == "unclaim"),
        ),
        s.effects.iter().position(|e| *e == Effect::Quit),
    );
    assert!(at.is_some() && at < quit, "{:?}", s.effects);
}

#[test]
fn a_colleague_who_writes_is_named_when_the_editor_opens_and_while_one_writes() {
    let mut s = session();
    claimed(&mut s, vec![by_anna(-120)]);
    s.keys("r");
    assert_eq!(s.told(), "4205: Anna Lind has been writing since 07:58");
    let Some(Overlay::Compose(compose)) = s.model.overlays.last() else {
        panic!("it opens all the same")
    };
    assert_eq!(
        s.model.meanwhile(compose).as_deref(),
        Some("Anna Lind has been writing since 07:58.")
    );
    claimed(&mut s, Vec::new());
    let Some(Overlay::Compose(compose)) = s.model.overlays.last() else {
        panic!()
    };
    assert_eq!(s.model.meanwhile(compose), None, "she is done");
}

#[test]
fn the_age_of_a_claim_grows_by_the_minute_and_it_ends_by_itself() {
    let mut s = session();
    claimed(&mut s, vec![by_anna(0)]);
    let known = |s: &Session| s.model.claimed_minutes();
    assert_eq!(known(&s), [("4205".into(), 0)]);
    s.wait(60);
    assert_eq!(known(&s), [("4205".into(), 1)]);
    assert_eq!(s.model.now, at(60), "drawn when the minute is over");
    s.wait(839);
    assert_eq!(known(&s), [("4205".into(), 14)]);
    s.wait(1);
    assert_eq!(known(&s), [], "nobody took it back: the console was killed");
}

#[test]
fn the_clock_of_the_desk_counts() {
    let mut s = session();
    let mut identity = identity();
    identity.capabilities.claim = Can::Yes;
    identity.skew_ms = Some(60_000);
    s.source(SourceEvent::Identity(Box::new(identity)));
    claimed(&mut s, vec![by_anna(0)]);
    assert_eq!(s.model.claimed_minutes(), [("4205".into(), 1)]);
    s.keys("n").wait(3);
    assert_eq!(told(&mut s), [("claim", 962)]);
}

#[test]
fn the_key_says_that_i_look_until_it_is_pressed_again_or_the_time_is_over() {
    let mut s = session();
    s.keys("C");
    assert_eq!(told(&mut s), [("claim", 900)]);
    assert!(s.told().contains("until 08:15"), "{}", s.told());
    s.keys("C");
    assert_eq!(told(&mut s), [("unclaim", 900)]);
    s.keys("C").wait(1000);
    assert_eq!(told(&mut s), [("claim", 900)], "not renewed");
    assert!(s.model.claims.mine.is_empty());
    s.keys("C").wait(10);
    s.keys("n").wait(3);
    s.keys("esc");
    let verbs: Vec<_> = told(&mut s).into_iter().map(|(verb, _)| verb).collect();
    assert_eq!(
        verbs,
        ["claim", "claim", "unclaim"],
        "looking became writing"
    );
}

#[test]
fn without_the_field_or_the_right_nobody_is_told_and_the_key_says_why() {
    let mut s = Session::new();
    s.keys("n").wait(5);
    assert_eq!(told(&mut s), []);
    s.keys("esc C");
    assert!(s.told().contains("not here"), "{}", s.told());
    let mut s = session();
    s.model.settings.read_only = vec!["this console is set to read only".into()];
    s.keys("C").wait(5);
    assert_eq!(told(&mut s), []);
    assert!(s.told().contains("read only"), "{}", s.told());
}

#[test]
fn a_refusal_is_told_once() {
    let mut s = session();
    let claim = by_anna(0);
    for n in 0..2 {
        let action = crate::domain::action::Action {
            id: s.model.ids.next(s.now),
            ticket: Some("4205".into()),
            verb: Verb::Claim {
                claim: claim.clone(),
            },
            seen: crate::domain::action::Seen::default(),
            at: s.now,
            undoes: None,
            parent: None,
            force: false,
        };
        let mut item = s.item(action, State::Refused, None);
        item.message = format!("no right {n}");
        s.source(SourceEvent::Outbox(vec![item]));
    }
    assert_eq!(
        s.told(),
        "4205: claim: the desk does not take it: no right 0"
    );
}
