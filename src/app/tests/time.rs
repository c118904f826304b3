//! Deadlines: nothing ticks without a reason, and nothing is forgotten.

use jiff::SignedDuration;

use super::session::{Session, at};
use crate::app::{Attention, Effect, Msg, next_wake};

#[test]
fn an_idle_console_wakes_at_five_minute_marks_only() {
    let mut s = Session::new();
    s.wait(400);
    let mut wakes = 0;
    let end = s.now + SignedDuration::from_hours(1);
    while let Some(due) = next_wake(&s.model).filter(|due| *due <= end) {
        assert_eq!(due.as_second() % 300, 0, "{due}");
        s.now = due;
        s.msg(Msg::Tick);
        wakes += 1;
    }
    assert_eq!(wakes, 12);
}

#[test]
fn notices_leave_the_screen_by_themselves() {
    let mut s = Session::new();
    s.keys("f12");
    assert_eq!(s.model.notices.current(s.now).count(), 1);
    assert_eq!(next_wake(&s.model), Some(at(6)));
    let revision = s.model.revision;
    s.wait(7);
    assert_eq!(s.model.notices.current(s.now).count(), 0);
    assert!(s.model.revision > revision);
}

#[test]
fn attention_follows_keys_and_focus() {
    let mut s = Session::new();
    s.wait(61);
    assert!(s.has_effect(&Effect::Attention(Attention::Idle)));
    s.keys("down");
    assert!(s.has_effect(&Effect::Attention(Attention::InUse)));
    s.msg(Msg::Focus(false));
    assert!(s.has_effect(&Effect::Attention(Attention::Unfocused)));
    s.effects.clear();
    s.msg(Msg::Focus(false));
    assert!(s.effects.is_empty(), "told once");
}

#[test]
fn the_title_is_set_when_it_changes() {
    let mut s = Session::new();
    s.keys("t");
    assert!(s.has_effect(&Effect::SetTitle("Vagt 7 open, 1 to send".into())));
    s.effects.clear();
    s.keys("down");
    assert!(!s.any_effect(|e| matches!(e, Effect::SetTitle(_))));
}

#[test]
fn a_clock_that_goes_back_does_no_harm() {
    let mut s = Session::new();
    s.keys("down");
    s.now = at(-3600);
    s.keys("down t");
    assert_eq!(s.sent_one().0, "4207");
    s.wait(7200);
}
