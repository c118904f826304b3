//! What a frame costs, with 10,000 tickets and 1,200 devices: a key on the Board, a frame in which nothing changed, and a
//! conversation of 500 entries that scrolls. Bytes are counted as well, because a slow line pays for those.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and prints what it measured"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use vagt::app::model::{Settings, settings};
use vagt::app::{Model, Msg, update};
use vagt::config::Config;
use vagt::domain::device::{Device, DeviceFact, Value};
use vagt::domain::entry::{Entry, EntryKind, Visibility};
use vagt::domain::ids::{DeviceId, EntryId, GroupId, PersonId, TicketId};
use vagt::domain::person::PersonRef;
use vagt::domain::source::{Changes, Detail, Liveness, Pulse, Source, SourceEvent};
use vagt::domain::ticket::{Status, StatusClass, Ticket};
use vagt::domain::{Fact, Timestamp};
use vagt::term::backend::{SizeSource, TtyBackend};
use vagt::term::screen::Screen;
use vagt::ui::{Look, ViewCache, view};

const TICKETS: u32 = 10_000;
const DEVICES: u32 = 1_200;
const ENTRIES: u32 = 500;

fn now() -> Timestamp {
    "2026-11-20T07:10:00Z".parse().unwrap()
}

fn ago(minutes: u32) -> Timestamp {
    now() - jiff::SignedDuration::from_mins(minutes.into())
}

fn person(n: u32) -> PersonRef {
    PersonRef::new(PersonId::new(format!("p{n}")), format!("Kåre Ødegård {n}"))
}

fn ticket(n: u32) -> Ticket {
    let groups = GroupId::BUILT_IN;
    let group = groups.get(n as usize % groups.len()).unwrap();
    Ticket {
        id: TicketId::new(n.to_string()),
        subject: format!("Forbindelsen til {group} ryger hvert tiende minut, sag {n}"),
        body: Fact::Unknown,
        status: Status {
            name: "new".into(),
            class: StatusClass::New,
        },
        priority: Fact::Known(i64::from(n % 100)),
        queue: Fact::Known("IT".into()),
        owner: Fact::Empty,
        requesters: Fact::Known(vec![person(n % 4000)]),
        tags: Fact::Empty,
        group: Fact::Known(GroupId::from(*group)),
        device: Fact::Unknown,
        links: Fact::Unknown,
        created: ago(n % 480),
        updated: ago(n % 480),
        due: Fact::Empty,
        resolved: Fact::Empty,
        custom: BTreeMap::new(),
        claims: Fact::Unknown,
        version: None,
    }
}

fn device(n: u32) -> Device {
    let fact = |value| DeviceFact {
        value,
        seen: Some(now()),
    };
    let state = if n.is_multiple_of(9) { "down" } else { "up" };
    Device {
        id: DeviceId::new(n.to_string()),
        name: format!("LT-{n:04}"),
        kind: Fact::Unknown,
        holder: Fact::Known(person(n)),
        status: Fact::Unknown,
        last_seen: Fact::Known(now()),
        facts: BTreeMap::from([
            ("vpn_state".to_owned(), fact(Value::Text(state.into()))),
            ("rsrp_dbm".to_owned(), fact(Value::Number(-110.0))),
            ("loss_pct".to_owned(), fact(Value::Number(0.3))),
        ]),
        source: "bench".into(),
    }
}

/// Takes everything and keeps nothing.
struct Drain;
impl Write for Drain {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(black_box(bytes).len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Console {
    model: Model,
    cache: ViewCache,
    screen: Screen<TtyBackend<Drain>>,
}

impl Console {
    fn new(columns: u16, rows: u16) -> Self {
        let config = Config::built_in();
        let settings = Settings::of(&config, "bench".to_owned(), TimeZone::UTC);
        let (panes, _) = settings::panes(&config);
        let size = SizeSource::Fixed(Size::new(columns, rows));
        let mut console = Self {
            model: Model::new(settings, panes, now(), [1, 2]),
            cache: ViewCache::new(Look::new("auto", true, true, true)),
            screen: Screen::new(TtyBackend::new(Drain, true, size)).unwrap(),
        };
        console.tell(Msg::Resize { columns, rows });
        let changes = Changes {
            tickets: (1..=TICKETS).map(ticket).collect(),
            devices: (1..=DEVICES).map(device).collect(),
            ..Changes::default()
        };
        console.source(SourceEvent::Changed(changes));
        let live = Liveness {
            pulse: Pulse::Live,
            last_ok: Some(now()),
            ..Liveness::default()
        };
        console.source(SourceEvent::Pulse(Source::Desk, live));
        console.draw();
        console.draw();
        console
    }
    fn tell(&mut self, msg: Msg) {
        black_box(update(&mut self.model, now(), msg));
    }
    fn source(&mut self, event: SourceEvent) {
        self.tell(Msg::Source(Box::new(event)));
    }
    fn draw(&mut self) {
        let (model, cache) = (&self.model, &mut self.cache);
        self.screen.draw(|frame| view(model, cache, frame)).unwrap();
        let viewport = self.cache.viewport().clone();
        self.tell(Msg::Viewport(viewport));
    }
    fn key(&mut self, key: &str) {
        self.tell(Msg::Key(key.parse().unwrap()));
        self.draw();
    }
    /// Bytes sent while `act` runs.
    fn bytes(&mut self, act: impl FnOnce(&mut Self)) -> u64 {
        let before = self.screen.sent().bytes;
        act(self);
        self.screen.sent().bytes - before
    }
    fn open_long_ticket(&mut self) {
        let id = self
            .model
            .ticket_under_cursor()
            .expect("the pane has rows")
            .clone();
        self.key("enter");
        let entries = (0..ENTRIES)
            .map(|n| Entry {
                id: EntryId::new(n.to_string()),
                at: ago(ENTRIES - n),
                author: Fact::Known(person(n)),
                visibility: Visibility::Public,
                kind: EntryKind::Reply,
                text: "Det sker stadig, og jeg har prøvet at genstarte to gange. ".repeat(12),
                cut: false,
                attachments: vec![],
                marker: None,
            })
            .collect();
        let detail = Detail {
            ticket: self.model.ticket(&id).unwrap().clone(),
            entries,
            requester: None,
            others: vec![],
            devices: vec![],
            read_at: Some(now()),
        };
        self.tell(Msg::DetailLoaded {
            ticket: id,
            result: Ok(Box::new(detail)),
        });
        self.draw();
    }
}

fn frames(c: &mut Criterion) {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let size = format!("{columns}x{rows}");
        let mut console = Console::new(columns, rows);
        let down = console.bytes(|console| console.key("down"));
        let same = console.bytes(Console::draw);
        println!("board {size}: {down} bytes for a cursor move, {same} for an equal frame");
        let mut up = false;
        c.bench_function(&format!("board {size}, key and frame"), |b| {
            b.iter(|| {
                up = !up;
                console.key(if up { "up" } else { "down" });
            });
        });
        c.bench_function(&format!("board {size}, equal frame"), |b| {
            b.iter(|| console.draw());
        });
        let mut n = 0;
        c.bench_function(&format!("board {size}, a ticket changes and frame"), |b| {
            b.iter(|| {
                n = n % TICKETS + 1;
                let mut changed = ticket(n);
                changed.subject = format!("changed {n}");
                console.source(SourceEvent::Changed(Changes {
                    tickets: vec![changed],
                    ..Changes::default()
                }));
                console.draw();
            });
        });
        console.open_long_ticket();
        let scroll = console.bytes(|console| console.key("up"));
        println!("ticket {size}: {scroll} bytes for a scroll step");
        c.bench_function(
            &format!("ticket {size}, 500 entries, scroll and frame"),
            |b| {
                b.iter(|| {
                    up = !up;
                    console.key(if up { "up" } else { "down" });
                });
            },
        );
    }
}

criterion_group!(benches, frames);
criterion_main!(benches);
