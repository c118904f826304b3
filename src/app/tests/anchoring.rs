//! Nothing moves under your finger.

use jiff::SignedDuration;

use super::session::{Session, at, ticket};
use crate::domain::action::Verb;
use crate::domain::fact::Fact;
use crate::domain::ids::{GroupId, TicketId};
use crate::domain::source::{Changes, Gone, SourceEvent};
use crate::domain::ticket::{StatusClass, Ticket};

/// More urgent than all others: stands at the top.
fn urgent(id: i64) -> Ticket {
    Ticket {
        priority: Fact::Known(100),
        ..ticket(&id.to_string())
    }
}

#[test]
fn twenty_rows_above_and_a_new_order_while_a_key_is_held() {
    let mut s = Session::new();
    s.keys("down down");
    assert_eq!(s.cursor(), "4207");
    for n in 0..20 {
        // Between two repeats of the key rows arrive above, and the order of the old ones turns round.
        s.changed(vec![urgent(5000 + n)]);
        let turned = (4205..=4211).map(|id| Ticket {
            priority: Fact::Known(90 - id % 10 + n),
            ..ticket(&id.to_string())
        });
        s.changed(turned.collect());
        s.now += SignedDuration::from_millis(30);
        if n % 2 == 0 {
            s.keys("down");
            assert_eq!(s.cursor(), "4208");
        } else {
            s.keys("up");
            assert_eq!(s.cursor(), "4207");
        }
    }
    s.keys("t");
    assert_eq!(s.sent_one(), ("4207".into(), Verb::Take));
    assert!(s.told().contains("4207"), "{}", s.told());
}

#[test]
fn new_rows_wait_and_are_counted_while_the_pane_is_used() {
    let mut s = Session::new();
    s.keys("down");
    let before = s.rows();
    s.changed((5000..5004).map(urgent).collect());
    assert_eq!(s.rows(), before);
    assert_eq!(s.model.screens.board.view().unwrap().new_rows(), 4);
    s.wait(9);
    assert_eq!(s.rows(), before);
    s.wait(2);
    assert_eq!(s.rows().len(), before.len() + 4);
    assert_eq!(s.rows()[0], "5000");
    assert_eq!(s.model.screens.board.view().unwrap().new_rows(), 0);
    assert_eq!(s.cursor(), "4206");
}

#[test]
fn a_key_or_leaving_the_pane_brings_new_rows_in() {
    for keys in ["R", "tab backtab", "2 1"] {
        let mut s = Session::new();
        s.keys("down");
        s.changed(vec![urgent(5000)]);
        assert_eq!(s.rows().len(), 7, "{keys}");
        s.keys(keys);
        assert_eq!(s.rows().len(), 8, "{keys}");
        assert_eq!(s.cursor(), "4206", "{keys}");
    }
}

#[test]
fn changes_show_in_place() {
    let mut s = Session::new();
    s.keys("down");
    s.changed(vec![Ticket {
        subject: "Now with a name".into(),
        priority: Fact::Known(100),
        ..ticket("4209")
    }]);
    assert_eq!(s.rows()[4], "4209");
    let shown = s.model.ticket(&TicketId::from("4209")).unwrap();
    assert_eq!(shown.subject, "Now with a name");
}

#[test]
fn the_order_follows_at_once_where_nobody_is() {
    let mut s = Session::new();
    s.changed(vec![urgent(5000)]);
    assert_eq!(s.rows()[0], "5000");
    assert_eq!(s.cursor(), "4205", "the cursor stays with its ticket");
    assert_eq!(s.model.screens.board.view().unwrap().at(), 1);
}

#[test]
fn a_row_that_leaves_keeps_its_place_under_the_cursor() {
    let mut s = Session::new();
    s.keys("down down").wait(60);
    let resolved = |id: &str| {
        let mut t = ticket(id);
        t.status.class = StatusClass::Resolved;
        t.updated = at(30);
        t
    };
    s.changed(vec![resolved("4207")]);
    assert_eq!(s.cursor(), "4207");
    assert!(s.model.screens.board.view().unwrap().is_ghost());
    assert_eq!(s.rows()[2], "4207");
    s.keys("n");
    s.types("x").keys("ctrl-d");
    assert_eq!(s.sent_one().0, "4207", "the key meant that ticket");
    s.keys("down");
    assert_eq!(s.cursor(), "4208");
    s.wait(60);
    assert_eq!(s.rows(), ["4205", "4206", "4208", "4209", "4210", "4211"]);
}

#[test]
fn a_ticket_that_went_away_takes_no_action_and_says_where_it_went() {
    let mut s = Session::new();
    s.keys("down");
    s.source(SourceEvent::Changed(Changes {
        gone: vec![(TicketId::from("4206"), Gone::Merged(TicketId::from("4205")))],
        ..Changes::default()
    }));
    assert_eq!(s.cursor(), "4206");
    s.keys("t");
    assert_eq!(s.sent(), []);
    assert_eq!(s.told(), "4206 was merged into 4205: go on there");
}

#[test]
fn a_choice_is_about_the_ticket_of_its_key() {
    let mut s = Session::new();
    s.keys("down p");
    // While the list is open the ticket leaves the pane and the cursor's pane changes.
    s.changed(vec![Ticket {
        group: Fact::Known(GroupId::from("wifi")),
        priority: Fact::Known(10),
        updated: at(1),
        ..ticket("4206")
    }]);
    s.wait(30);
    s.types("75").keys("enter");
    let action = s.sent().remove(0);
    assert_eq!(action.ticket, Some(TicketId::from("4206")));
    assert_eq!(action.verb, Verb::Priority { to: 75 });
    assert_eq!(
        action.seen.priority,
        Fact::Known(50),
        "compared with what the person saw, not with what came later"
    );
}

#[test]
fn the_window_jumps_by_half_a_page_at_its_edge() {
    let mut s = Session::new();
    s.changed((6000..6100).map(|n| ticket(&n.to_string())).collect());
    s.keys("home");
    let height = s.model.height(crate::app::model::Area::Pane(0));
    let mut tops = vec![0];
    for _ in 0..height * 2 {
        s.keys("down");
        let view = s.model.screens.board.view().unwrap();
        assert!(view.top() <= view.at() && view.at() < view.top() + height);
        if tops.last() != Some(&view.top()) {
            tops.push(view.top());
        }
    }
    assert!(tops.len() <= 5, "{tops:?}");
    s.keys("end");
    assert_eq!(s.cursor(), "6099");
    s.keys("home pagedown pageup");
    assert_eq!(s.cursor(), "4205");
}

#[test]
fn a_part_of_the_rows_is_the_same_as_that_part_of_all() {
    let mut s = Session::new();
    s.keys("down down").wait(60);
    let mut gone = ticket("4207");
    gone.status.class = StatusClass::Resolved;
    s.changed(vec![gone]);
    let view = s.model.screens.board.view().unwrap();
    assert!(view.is_ghost());
    let all = view.window(&s.model.board, 0, 0, usize::MAX);
    assert_eq!(all.len(), view.count(&s.model.board, 0));
    for from in 0..9 {
        for count in 0..9 {
            let part = view.window(&s.model.board, 0, from, count);
            let wanted: Vec<_> = all.iter().skip(from).take(count).cloned().collect();
            assert_eq!(part, wanted, "{from} {count}");
        }
    }
}

#[test]
fn a_pane_without_the_focus_keeps_no_place_for_what_left() {
    let mut s = Session::new();
    let unsorted = |id: &str, seconds| Ticket {
        group: Fact::Empty,
        updated: at(seconds),
        ..ticket(id)
    };
    s.changed(vec![unsorted("4300", 0), unsorted("4301", 0)]);
    let rows = |s: &Session, pane: usize| {
        let view = &s.model.screens.board.panes[pane];
        view.window(&s.model.board, pane, 0, 9).len()
    };
    let other = s.model.screens.board.panes.len() - 1;
    assert_eq!(rows(&s, other), 2);
    s.finding("4300", "printing");
    assert_eq!((rows(&s, other), rows(&s, 7)), (1, 1), "never visited");
    s.keys("backtab down up tab");
    s.finding("4301", "printing");
    assert_eq!((rows(&s, other), rows(&s, 7)), (0, 2), "visited and left");
    s.keys("8");
    assert_eq!(s.cursor(), "4300");
}

#[test]
fn a_pane_that_nobody_visited_begins_at_its_first_row() {
    let mut s = Session::new();
    let wifi = |id: i64, priority| Ticket {
        group: Fact::Known(GroupId::from("wifi")),
        priority: Fact::Known(priority),
        ..ticket(&id.to_string())
    };
    s.changed(vec![wifi(5000, 10)]);
    s.changed(vec![wifi(5001, 90)]);
    s.keys("4");
    assert_eq!(s.cursor(), "5001");
    s.keys("down 1");
    s.changed(vec![wifi(5002, 99)]);
    s.keys("4");
    assert_eq!(s.cursor(), "5000", "where the person had put it");
}
