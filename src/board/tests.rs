use proptest::prelude::*;

use super::*;
use crate::domain::Fact;
use crate::domain::device::{DeviceFact, Value};
use crate::domain::ids::DeviceId;
use crate::domain::ticket::Status;
use crate::domain::view::{Sort, View};

const T0: i64 = 1_770_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(T0 + seconds).unwrap()
}

fn person(id: &str) -> PersonRef {
    PersonRef::new(PersonId::from(id), id)
}

fn ticket(id: u32, subject: &str) -> Ticket {
    Ticket {
        id: TicketId::new(id.to_string()),
        subject: subject.to_owned(),
        body: Fact::Unknown,
        status: Status {
            name: "new".into(),
            class: StatusClass::New,
        },
        priority: Fact::Known(10),
        queue: Fact::Known("IT".into()),
        owner: Fact::Empty,
        requesters: Fact::Known(vec![person("kari")]),
        tags: Fact::Empty,
        group: Fact::Empty,
        device: Fact::Unknown,
        links: Fact::Unknown,
        created: at(i64::from(id)),
        updated: at(i64::from(id)),
        due: Fact::Empty,
        resolved: Fact::Empty,
        custom: std::collections::BTreeMap::new(),
        claims: Fact::Unknown,
        version: None,
    }
}

fn panes() -> Vec<PaneDef> {
    let group = |slug: &str| PaneDef {
        title: slug.into(),
        kind: PaneKind::Group(GroupId::from(slug)),
        view: View::default(),
    };
    vec![
        group("vpn"),
        group("video"),
        PaneDef {
            title: "mine".into(),
            kind: PaneKind::Saved(Query::parse("owner:me").unwrap()),
            view: View {
                sort: Sort::Changed,
                ..View::default()
            },
        },
        PaneDef {
            title: "other".into(),
            kind: PaneKind::Rest,
            view: View::default(),
        },
    ]
}

fn board(tickets: Vec<Ticket>) -> Board {
    let mut board = Board::new(panes(), at(1_000));
    board.tick(at(1_001));
    board.apply(&Changes {
        tickets,
        ..Changes::default()
    });
    board
}

fn names(ids: &[TicketId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[test]
fn panes_sum_to_the_open_tickets_and_rest_catches_groups_without_a_pane() {
    let mut wifi = ticket(3, "nettet er nede");
    wifi.group = Fact::Known(GroupId::from("wifi"));
    let mut vpn = ticket(1, "vpn");
    vpn.group = Fact::Known(GroupId::from("vpn"));
    let board = board(vec![vpn, ticket(2, "?"), wifi]);
    assert_eq!(
        board.panes().iter().map(Pane::len).collect::<Vec<_>>(),
        [1, 0, 0, 2]
    );
    assert_eq!(board.open_total(), 3);
}

#[test]
fn due_soon_comes_first_then_priority_then_waiting_longest() {
    let mut due = ticket(1, "due in an hour");
    due.due = Fact::Known(at(1_000 + 3_600));
    due.priority = Fact::Known(0);
    let mut urgent = ticket(2, "urgent");
    urgent.priority = Fact::Known(100);
    let mut far = ticket(3, "due in a week");
    far.due = Fact::Known(at(604_800));
    let mut board = board(vec![ticket(5, "young"), far, ticket(4, "old"), urgent, due]);
    assert_eq!(names(&board.ids(3)), ["1", "2", "3", "4", "5"]);
    assert_eq!(board.position(3, &TicketId::from("4")), Some(3));
    board.tick(at(604_000));
    assert_eq!(
        names(&board.ids(3)),
        ["1", "3", "2", "4", "5"],
        "a due date that has come near moves a ticket up"
    );
}

#[test]
fn unsent_actions_show_on_top_survive_a_refresh_and_go_away() {
    let id = TicketId::from("1");
    let mut board = board(vec![ticket(1, "vpn")]);
    board.set_me(person("mette"));
    board.set_pending(
        &id,
        &[
            Verb::Take,
            Verb::Group {
                to: Some(GroupId::from("vpn")),
            },
        ],
    );
    assert_eq!(names(&board.ids(0)), ["1"]);
    assert_eq!(names(&board.ids(2)), ["1"], "owner:me sees the unsent take");
    board.apply(&Changes {
        tickets: vec![ticket(1, "vpn, new subject")],
        ..Changes::default()
    });
    let row = board.row(&id).unwrap();
    assert_eq!(
        (row.pending(), row.ticket().subject.as_str()),
        (2, "vpn, new subject")
    );
    assert_eq!(row.ticket().owner.known(), Some(&person("mette")));
    assert_eq!(
        row.server.owner,
        Fact::Empty,
        "never stored into the desk's row"
    );
    board.set_pending(&id, &[]);
    assert_eq!(names(&board.ids(3)), ["1"]);
    assert_eq!(board.row(&id).unwrap().ticket().owner, Fact::Empty);
}

#[test]
fn an_older_answer_fills_gaps_and_overwrites_nothing() {
    let mut read_back = ticket(1, "vpn");
    read_back.updated = at(500);
    read_back.priority = Fact::Known(75);
    let mut board = board(vec![read_back]);
    let mut late = ticket(1, "vpn");
    late.updated = at(499);
    late.body = Fact::Known("text".into());
    board.apply(&Changes {
        tickets: vec![late],
        ..Changes::default()
    });
    let row = board.row(&TicketId::from("1")).unwrap();
    assert_eq!(row.server.priority, Fact::Known(75));
    assert_eq!(row.server.body.known().map(String::as_str), Some("text"));
}

#[test]
fn a_filter_narrows_panes_and_not_the_numbers() {
    let mut board = board(vec![ticket(1, "Møtet henger"), ticket(2, "printer")]);
    board.set_filter(Some(Query::parse("mote").unwrap()));
    assert_eq!(names(&board.ids(3)), ["1"]);
    assert_eq!(board.open_total(), 2);
    board.set_filter(None);
    assert_eq!(board.ids(3).len(), 2);
}

#[test]
fn device_facts_can_be_asked_and_are_compared_with_all() {
    let device = |id: &str, gateway: &str, rsrp: f64| Device {
        id: DeviceId::from(id),
        name: id.into(),
        kind: Fact::Unknown,
        holder: Fact::Known(person(if id == "1" { "kari" } else { "ola" })),
        status: Fact::Unknown,
        last_seen: Fact::Unknown,
        facts: [
            (
                "gateway".to_owned(),
                DeviceFact {
                    value: Value::Text(gateway.into()),
                    seen: None,
                },
            ),
            (
                "rsrp_dbm".to_owned(),
                DeviceFact {
                    value: Value::Number(rsrp),
                    seen: None,
                },
            ),
        ]
        .into(),
        source: "test".into(),
    };
    let mut board = board(vec![ticket(1, "x")]);
    board.apply(&Changes {
        devices: vec![
            device("1", "gw2", -115.0),
            device("2", "gw2", -80.0),
            device("3", "gw1", -80.0),
        ],
        ..Changes::default()
    });
    assert_eq!(
        names(&board.select(&Query::parse("device.rsrp_dbm<-110").unwrap())),
        ["1"]
    );
    assert!(
        board
            .select(&Query::parse("device.rsrp_dbm>-110").unwrap())
            .is_empty()
    );
    let spread = board.fleet().spread("gateway", |d| {
        d.number("rsrp_dbm").is_some_and(|n| n < -110.0)
    });
    assert_eq!(
        spread[0],
        SharedValue {
            value: "gw2".into(),
            failing: 1,
            all: 2
        }
    );
}

#[test]
fn arrivals_are_counted_in_the_bin_in_which_they_came() {
    let now = at(10 * 3_600);
    let mut board = Board::new(panes(), now);
    let mut early = ticket(1, "a");
    early.created = now
        .checked_sub(jiff::SignedDuration::from_hours(2))
        .unwrap();
    let mut late = ticket(2, "b");
    late.created = now;
    board.apply(&Changes {
        tickets: vec![early, late],
        ..Changes::default()
    });
    let trend = board.load().arrivals(&GroupId::other());
    assert_eq!(trend.iter().sum::<u32>(), 2);
    assert_eq!((trend[BINS - 1], trend[BINS - 9]), (1, 1));
    assert_eq!(board.load().arrived_lately(60), 1);
    assert_eq!(board.load().arrived_lately_in(&GroupId::other(), 121), 2);
}

#[test]
fn the_last_hour_is_sixty_minutes_whatever_the_clock_says() {
    let now = at(10 * 3_600 + 14 * 60);
    let mut board = Board::new(panes(), now);
    let mut inside = ticket(1, "a");
    inside.created = at(9 * 3_600 + 15 * 60);
    let mut outside = ticket(2, "b");
    outside.created = at(9 * 3_600 + 13 * 60);
    board.apply(&Changes {
        tickets: vec![inside, outside],
        ..Changes::default()
    });
    assert_eq!(board.load().arrived_lately(60), 1);
}

#[test]
fn arrivals_are_counted_before_the_first_tick() {
    let mut board = Board::new(panes(), at(0));
    let mut late = ticket(1, "a");
    late.created = at(0);
    board.apply(&Changes {
        tickets: vec![late],
        ..Changes::default()
    });
    assert_eq!(board.load().arrived_lately(60), 1);
}

#[derive(Debug, Clone)]
enum Event {
    Ticket {
        id: u32,
        priority: i64,
        due: Option<i64>,
        group: Option<&'static str>,
        active: bool,
    },
    Gone(u32),
    Finding(u32, &'static str),
    Unsent(u32, bool),
    Tick(i64),
    Filter(bool),
}

fn event() -> impl Strategy<Value = Event> {
    let slug = prop::sample::select(vec!["vpn", "video", "wifi", "other"]);
    prop_oneof![
        8 => (1u32..12, 0i64..3, prop::option::of(0i64..40_000), prop::option::of(slug.clone()), prop::bool::weighted(0.8))
            .prop_map(|(id, priority, due, group, active)| Event::Ticket { id, priority, due, group, active }),
        1 => (1u32..12).prop_map(Event::Gone),
        2 => ((1u32..12), slug).prop_map(|(id, group)| Event::Finding(id, group)),
        2 => ((1u32..12), any::<bool>()).prop_map(|(id, on)| Event::Unsent(id, on)),
        1 => (2_000i64..40_000).prop_map(Event::Tick),
        1 => any::<bool>().prop_map(Event::Filter),
    ]
}

proptest! {
    #[test]
    fn the_index_equals_a_fresh_look(events in proptest::collection::vec(event(), 1..60)) {
        let mut board = board(Vec::new());
        board.set_me(person("mette"));
        for event in events {
            match event {
                Event::Ticket { id, priority, due, group, active } => {
                    let mut t = ticket(id, if id % 2 == 0 { "møte" } else { "vpn" });
                    t.priority = Fact::Known(priority);
                    t.due = Fact::from(due.map(at));
                    t.group = Fact::from(group.map(GroupId::from));
                    if !active {
                        t.status = Status { name: "resolved".into(), class: StatusClass::Resolved };
                    }
                    board.apply(&Changes { tickets: vec![t], ..Changes::default() });
                }
                Event::Gone(id) => {
                    let gone = vec![(TicketId::new(id.to_string()), Gone::Deleted)];
                    board.apply(&Changes { gone, ..Changes::default() });
                }
                Event::Finding(id, group) => board.set_finding(&TicketId::new(id.to_string()), Finding::of(group.into(), 0.5)),
                Event::Unsent(id, on) => board.set_pending(&TicketId::new(id.to_string()), if on { &[Verb::Take] } else { &[] }),
                Event::Tick(seconds) => board.tick(at(seconds)),
                Event::Filter(on) => board.set_filter(on.then(|| Query::parse("mote").unwrap())),
            }
        }
        let mut fresh = board.clone();
        fresh.settle_all();
        for pane in 0..board.panes().len() {
            prop_assert_eq!(board.ids(pane), fresh.ids(pane), "pane {}", pane);
        }
        let open = board.rows().filter(|r| r.ticket().is_active()).count();
        prop_assert_eq!(board.open_total(), open);
        if board.filter().is_none() {
            let shown: usize = board.panes().iter().filter(|p| !matches!(p.def().kind, PaneKind::Saved(_))).map(Pane::len).sum();
            prop_assert_eq!(shown, open);
        }
        let oldest = board.rows().filter(|r| r.ticket().is_active()).map(|r| r.ticket().created).min();
        prop_assert_eq!(board.load().oldest(), oldest);
    }
}

#[test]
fn care_and_school_stand_above_what_is_as_urgent_and_below_what_is_more() {
    let mut urgent = ticket(1, "urgent");
    urgent.priority = Fact::Known(100);
    let mut due = ticket(2, "due");
    due.due = Fact::Known(at(1_000 + 3_600));
    let same = Ticket {
        id: TicketId::from("9"),
        created: at(9),
        ..due.clone()
    };
    let old = ticket(3, "older");
    let mut board = board(vec![old, ticket(4, "care"), urgent, due, same]);
    assert_eq!(names(&board.ids(3)), ["2", "9", "1", "3", "4"]);
    for id in ["4", "9"] {
        let lanes = vec![GroupId::from("health")];
        let finding = Finding {
            lanes,
            ..Finding::of(GroupId::from("other"), 0.9)
        };
        board.set_finding(&TicketId::from(id), finding);
    }
    assert_eq!(names(&board.ids(3)), ["9", "2", "1", "4", "3"]);
    assert_eq!(board.position(3, &TicketId::from("4")), Some(3));
    let lane = board.row(&TicketId::from("4")).unwrap().lane();
    assert_eq!(lane, Some(&GroupId::from("health")));
    assert_eq!(board.row(&TicketId::from("1")).unwrap().lane(), None);
}

#[test]
fn a_saved_pane_has_an_order_of_its_own_and_keeps_it_through_changes() {
    let mine = |id: u32, updated: i64| {
        let mut one = ticket(id, "mine");
        one.owner = Fact::Known(person("mette"));
        one.updated = at(updated);
        one
    };
    let mut board = board(vec![mine(1, 50), mine(2, 90), mine(3, 70)]);
    board.set_me(person("mette"));
    assert_eq!(names(&board.ids(2)), ["2", "3", "1"], "changed last first");
    board.apply(&Changes {
        tickets: vec![mine(1, 99)],
        ..Changes::default()
    });
    assert_eq!(names(&board.ids(2)), ["1", "2", "3"]);
    assert_eq!(board.position(2, &TicketId::from("3")), Some(2));
    board.tick(at(1_302));
    assert_eq!(names(&board.ids(2)), ["1", "2", "3"]);
    for (sort, order) in [
        (Sort::Newest, ["3", "2", "1"]),
        (Sort::Oldest, ["1", "2", "3"]),
    ] {
        let mut panes = panes();
        panes[2].view.sort = sort;
        board.set_panes(panes);
        assert_eq!(names(&board.ids(2)), order);
    }
}
