//! A desk with tickets, people and devices, as the screens are tested with it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use vagt::app::model::{Settings, settings};
use vagt::app::{Effect, Model, Msg, update};
use vagt::config::{Config, templates};
use vagt::domain::action::{Action, OutgoingFile, Seen, Verb};
use vagt::domain::alike::{Alike, AlikeTickets, Fix, Likeness};
use vagt::domain::device::{Device, DeviceFact, Value};
use vagt::domain::entry::{Attachment, Entry, EntryKind, Visibility};
use vagt::domain::finding::{Automatic, Cleared, Finding, Reason, RunnerUp};
use vagt::domain::ids::{ActionId, AttachmentId, DeviceId, EntryId, GroupId, PersonId, TicketId};
use vagt::domain::outbox::{Item, State};
use vagt::domain::outcome::{Difference, Trouble, TroubleKind};
use vagt::domain::person::{Person, PersonRef};
use vagt::domain::source::{
    Can, Capabilities, Changes, DeedsKnown, Detail, Identity, Liveness, Pulse, Source, SourceEvent,
    Vocab,
};
use vagt::domain::ticket::{Link, LinkKind, LinkTarget, Status, StatusClass, Ticket};
use vagt::domain::watch::{Reading, Watch};
use vagt::domain::{Fact, Timestamp};
use vagt::input::keys::Key;
use vagt::ui::{Look, ViewCache, view};

/// 08:10 in Copenhagen.
pub const NOW: &str = "2026-11-20T07:10:00Z";

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// So many minutes before [`now`].
pub fn ago(minutes: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_mins(minutes)
}

/// What the desk has and how it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// Answered, and has nothing open.
    Empty,
    /// The first read goes on.
    Loading,
    /// Does not answer any more.
    Stale,
    /// Does not accept us.
    Refused,
    /// Everything there is.
    Full,
    /// Long and wide texts.
    Wide,
    /// Without colours and with ASCII borders.
    Plain,
}

/// A console, its screen, and what is drawn.
pub struct Scene {
    pub model: Model,
    cache: ViewCache,
    terminal: Terminal<TestBackend>,
    at: Timestamp,
    /// What the console wants done.
    pub asked: Vec<Effect>,
}

impl Scene {
    /// A console over such a desk, at such a size, with its first frame drawn.
    pub fn new(desk: Desk, (columns, rows): (u16, u16)) -> Self {
        let config = Config::built_in();
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let mut settings = Settings::of(&config, "Sorø".to_owned(), zone);
        settings.read_only.clear();
        let (panes, _) = settings::panes(&config);
        let mut model = Model::new(settings, panes, now(), [1, 2]);
        model.shelf = templates::load(None).shelf;
        let plain = desk == Desk::Plain;
        let mut scene = Self {
            model,
            cache: ViewCache::new(Look::new("auto", !plain, !plain, !plain)),
            terminal: Terminal::new(TestBackend::new(columns, rows)).unwrap(),
            at: now(),
            asked: Vec::new(),
        };
        scene.tell(Msg::Resize { columns, rows });
        scene.fill(desk);
        scene.draw();
        scene
    }
    /// Something happens.
    pub fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, self.at, msg);
        self.asked.extend(effects);
    }
    /// Eight days of closed tickets of VPN and video, more by day than by night, and the first read eight days ago: for trends.
    pub fn morning(&mut self) {
        let tickets = (0..8 * 48).flat_map(|half_hour: i64| {
            let minutes = half_hour * 30 + 20;
            let hour = (31 + 24 * 8 - (minutes + 59) / 60) % 24;
            let number = if (7..16).contains(&hour) {
                2 + half_hour % 5
            } else {
                half_hour % 2
            };
            (0..number).map(move |n| {
                let id = u32::try_from(20_000 + half_hour * 10 + n).unwrap();
                let subject = if n % 2 == 0 {
                    "VPN ryger"
                } else {
                    "Teams hakker"
                };
                let mut ticket = ticket(id, subject, PEOPLE[0], minutes + n);
                let closed = minutes - 15 - (half_hour * 7) % 60;
                if closed > 0 {
                    ticket.status = status("resolved", StatusClass::Resolved);
                    ticket.resolved = Fact::Known(ago(closed));
                }
                ticket.group = Fact::Known(GroupId::from(if n % 2 == 0 { "vpn" } else { "video" }));
                ticket
            })
        });
        let changes = Changes {
            tickets: tickets.collect(),
            deeds_known: Some(DeedsKnown::Since(ago(15 * 24 * 60))),
            ..Changes::default()
        };
        self.source(SourceEvent::Changed(changes));
        self.draw();
    }
    pub fn source(&mut self, event: SourceEvent) {
        self.tell(Msg::Source(Box::new(event)));
    }
    /// The engine tells of incidents and surges.
    pub fn watch(&mut self, watch: Watch) {
        self.tell(Msg::Watch(Box::new(watch)));
        self.draw();
    }
    /// Keys are pressed, with a frame drawn after each, as a console does it.
    pub fn press(mut self, keys: &str) -> Self {
        for key in Key::parse_sequence(keys).unwrap() {
            self.tell(Msg::Key(key));
            self.draw();
        }
        self
    }
    /// Text is typed, blanks included.
    pub fn type_text(mut self, text: &str) -> Self {
        for c in text.chars() {
            self.tell(Msg::Key(Key::char(c)));
        }
        self.draw();
        self
    }
    /// Draws as the runtime does: the layout goes back to the model.
    pub fn draw(&mut self) {
        for _ in 0..2 {
            self.terminal
                .draw(|frame| view(&self.model, &mut self.cache, frame))
                .unwrap();
            let viewport = self.cache.viewport().clone();
            self.tell(Msg::Viewport(viewport));
        }
        // The test backend keeps what stood under the second half of a wide glyph, which a terminal does not.
        self.terminal.clear().unwrap();
        self.terminal
            .draw(|frame| view(&self.model, &mut self.cache, frame))
            .unwrap();
    }
    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }
    /// What is on the screen, row by row, without blanks at the ends.
    pub fn text(&self) -> String {
        let buffer = self.buffer();
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut row = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                row.push_str(symbol);
                x += u16::try_from(vagt::text::width::of(symbol)).unwrap().max(1);
            }
            out.push_str(row.trim_end());
            out.push('\n');
        }
        out
    }

    /// What must be true of every frame: no text runs over the right edge, no line of keys ends within a word, and the
    /// hints that are shown are those of the model, whole.
    pub fn assert_sound(&self) {
        let _speaking = vagt::i18n::speaking(&self.model.settings.lang);
        let text = self.text();
        let columns = usize::from(self.buffer().area.width);
        for row in text.lines() {
            assert!(vagt::text::width::of(row) <= columns, "too wide: {row}");
        }
        let bottom = text.lines().last().unwrap_or_default();
        if self.model.notices.current(self.model.now).next().is_none() {
            for part in bottom.split("  ").map(str::trim).filter(|p| !p.is_empty()) {
                let whole = self
                    .model
                    .hints()
                    .iter()
                    .any(|(key, word)| part == format!("{key} {word}"));
                assert!(
                    whole || self.buffer().area.width < 40,
                    "not a whole hint: {part:?}"
                );
            }
        }
    }

    fn fill(&mut self, desk: Desk) {
        let pulse = |pulse, trouble: Option<Trouble>| Liveness {
            pulse,
            last_ok: Some(match pulse {
                Pulse::Stale => ago(12),
                _ => ago(0),
            }),
            next_try: (pulse == Pulse::Stale).then(|| ago(-1)),
            trouble,
            progress: None,
            took: Some(Duration::from_millis(80)),
        };
        let live = match desk {
            Desk::Stale => pulse(
                Pulse::Stale,
                Some(Trouble::new(
                    TroubleKind::Transient,
                    "the connection was refused (is the desk running?)",
                )),
            ),
            Desk::Refused => Liveness {
                last_ok: None,
                ..pulse(
                    Pulse::Refused,
                    Some(Trouble::new(
                        TroubleKind::Auth,
                        "the token is not accepted; make a new one and run `vagt setup`",
                    )),
                )
            },
            Desk::Loading => Liveness {
                last_ok: None,
                progress: Some((1200, Some(5000))),
                ..pulse(Pulse::Loading, None)
            },
            _ => pulse(Pulse::Live, None),
        };
        if !matches!(desk, Desk::Loading | Desk::Refused) {
            self.source(SourceEvent::Identity(Box::new(identity())));
            self.source(SourceEvent::Vocab(Box::new(vocab())));
        }
        match desk {
            Desk::Empty | Desk::Loading | Desk::Refused => {}
            Desk::Wide => {
                let changes = Changes {
                    tickets: wide_tickets(),
                    devices: devices(),
                    ..Changes::default()
                };
                self.source(SourceEvent::Changed(changes));
            }
            Desk::Full | Desk::Stale | Desk::Plain => {
                let changes = Changes {
                    tickets: tickets(),
                    devices: devices(),
                    ..Changes::default()
                };
                self.source(SourceEvent::Changed(changes));
                self.tell(Msg::Findings(findings()));
            }
        }
        if live.pulse == Pulse::Live {
            self.watch(Watch {
                reading: Reading::UpToDate,
                ..Watch::default()
            });
        }
        self.source(SourceEvent::Pulse(Source::Desk, live));
        self.tell(Msg::Tick);
    }
}

pub fn person(id: &str, name: &str) -> PersonRef {
    PersonRef::new(PersonId::from(id), name)
}

pub fn me() -> PersonRef {
    person("mette", "Mette Ravn")
}

fn identity() -> Identity {
    Identity {
        product: "Request Tracker".to_owned(),
        version: "5.0.3".to_owned(),
        me: me(),
        zone: Some("Europe/Copenhagen".to_owned()),
        skew_ms: Some(12),
        capabilities: Capabilities {
            write: Can::Yes,
            tags: Can::Yes,
            group: Can::Yes,
            device: Can::Yes,
            merge: Can::Yes,
            devices: Can::Yes,
            marker_entry: Can::Yes,
            marker_create: Can::Yes,
            claim: Can::No("not here".to_owned()),
            links: LinkKind::ALL.to_vec(),
            subject_bytes: Some(200),
            ascii_file_names: true,
        },
        warnings: vec![],
    }
}

fn agents() -> Vec<Person> {
    [
        ("mette", "Mette Ravn"),
        ("jonas", "Jonas Lindqvist"),
        ("aase", "Åse Østergård"),
    ]
    .map(|(id, name)| Person {
        who: person(id, name),
        email: Fact::Known(format!("{id}@soro.example")),
        phone: Fact::Unknown,
        site: Fact::Known("Sorø Rådhus".to_owned()),
        lang: Fact::Known("da".to_owned()),
        agent: Fact::Known(true),
    })
    .to_vec()
}

fn vocab() -> Vocab {
    Vocab {
        statuses: vec![
            ("new".into(), StatusClass::New),
            ("open".into(), StatusClass::Open),
            ("stalled".into(), StatusClass::WaitingOther),
            ("resolved".into(), StatusClass::Resolved),
            ("rejected".into(), StatusClass::Closed),
        ],
        queues: vec!["IT-Support".into(), "Skole-IT".into(), "Netværk".into()],
        agents: agents(),
        tags: vec!["vip".into(), "afventer".into()],
    }
}

/// A ticket: number, subject, requester, minutes since it came.
pub fn ticket(id: u32, subject: &str, requester: (&str, &str), minutes: i64) -> Ticket {
    Ticket {
        id: TicketId::new(id.to_string()),
        subject: subject.to_owned(),
        body: Fact::Unknown,
        status: Status {
            name: "new".into(),
            class: StatusClass::New,
        },
        priority: Fact::Known(50),
        queue: Fact::Known("IT-Support".into()),
        owner: Fact::Empty,
        requesters: Fact::Known(vec![person(requester.0, requester.1)]),
        tags: Fact::Empty,
        group: Fact::Empty,
        device: Fact::Unknown,
        links: Fact::Known(vec![]),
        created: ago(minutes),
        updated: ago(minutes / 2),
        due: Fact::Empty,
        resolved: Fact::Empty,
        custom: BTreeMap::new(),
        claims: Fact::Unknown,
        version: None,
    }
}

const PEOPLE: [(&str, &str); 8] = [
    ("kare", "Kåre Ødegård"),
    ("ingrid", "Ingrid Nygård"),
    ("soren", "Søren Kjær"),
    ("linnea", "Linnéa Åkesson"),
    ("ole", "Ole Brumm"),
    ("sigrid", "Sigrid Undset-Hansen"),
    ("anders", "Anders And"),
    ("gunhild", "Gunhild Storråde"),
];

const SUBJECTS: [(&str, &[&str]); 7] = [
    (
        "vpn",
        &[
            "VPN ryger hele tiden",
            "Kommer ikke på S-drev hjemmefra",
            "AnyConnect kobler fra etter ti minutter",
            "Får inte kontakt med gatewayen",
            "VPN client asks for certificate",
        ],
    ),
    (
        "video",
        &[
            "De kan ikke høre mig på Teams",
            "Bildet fryser i møter",
            "Kameraet virker ikke",
        ],
    ),
    (
        "mobile",
        &["Ingen dækning på Mols", "4G-ruter har dårlig signal"],
    ),
    ("wifi", &["Wi-Fi falder ud i stuen"]),
    (
        "login",
        &["Glemt adgangskode", "MitID bliver ikke godkendt"],
    ),
    ("printing", &["Printeren skriver kun tomme sider"]),
    ("other", &["Ny mus", "Hvem har nøglen til skabet?"]),
];

/// Eighty-four open tickets and a few solved ones.
fn tickets() -> Vec<Ticket> {
    let mut all = Vec::new();
    for n in 0..88u32 {
        let (_, subjects) = group_of(n);
        let i = usize::try_from(n).unwrap();
        let subject = subjects[i / 7 % subjects.len()];
        let minutes = i64::from(n * n % 470) + 2;
        let mut t = ticket(4200 + n, subject, PEOPLE[i % PEOPLE.len()], minutes);
        match n % 9 {
            1 | 2 => {
                t.owner = Fact::Known(person("jonas", "Jonas Lindqvist"));
                t.status = status("open", StatusClass::Open);
            }
            3 => {
                t.owner = Fact::Known(me());
                t.status = status("open", StatusClass::Open);
            }
            4 => {
                t.owner = Fact::Known(person("aase", "Åse Østergård"));
                t.status = status("stalled", StatusClass::WaitingOther);
            }
            5 => t.owner = Fact::Unknown,
            _ => {}
        }
        match n {
            7 => t.priority = Fact::Known(100),
            14 => t.due = Fact::Known(ago(30)),
            21 => t.due = Fact::Known(ago(-50)),
            84.. => {
                t.status = status("resolved", StatusClass::Resolved);
                t.resolved = Fact::Known(ago(20));
            }
            _ => {}
        }
        all.push(t);
    }
    let first = &mut all[0];
    first.tags = Fact::Known(vec!["vip".into()]);
    first.links = Fact::Known(vec![Link {
        kind: LinkKind::RefersTo,
        target: LinkTarget::Ticket(TicketId::from("4207")),
    }]);
    first.device = Fact::Known("LT-0001".into());
    all
}

fn status(name: &str, class: StatusClass) -> Status {
    Status {
        name: name.to_owned(),
        class,
    }
}

fn group_of(n: u32) -> (&'static str, &'static [&'static str]) {
    SUBJECTS[usize::try_from(n).unwrap() % SUBJECTS.len()]
}

fn findings() -> Vec<(TicketId, Finding)> {
    (0..88u32)
        .map(|n| {
            let (group, _) = group_of(n);
            let reasons = if group == "other" {
                vec![]
            } else {
                vec![
                    Reason {
                        text: "S-drev".into(),
                        group: GroupId::from("files"),
                        weight: 1.1,
                    },
                    Reason {
                        text: "VPN ryger".into(),
                        group: GroupId::from(group),
                        weight: 3.2,
                    },
                    Reason {
                        text: "hele tiden".into(),
                        group: GroupId::from(group),
                        weight: 0.4,
                    },
                ]
            };
            let finding = Finding {
                runner_up: Some(RunnerUp {
                    group: GroupId::from("files"),
                    confidence: 0.04,
                }),
                automatic: (group == "other").then_some(Automatic::Absence),
                also: vec![GroupId::from("remote")],
                lang: Some("da".into()),
                howto: Some(false),
                reasons,
                cleared: vec![Cleared {
                    text: "Teams virker fint".into(),
                    group: GroupId::from("video"),
                }],
                ..Finding::of(GroupId::from(group), 0.94)
            };
            (TicketId::new((4200 + n).to_string()), finding)
        })
        .collect()
}

/// Texts that break columns elsewhere.
fn wide_tickets() -> Vec<Ticket> {
    [
        "👨‍👩‍👧‍👦 familie deler skærm 👩🏽‍💻 og 🇩🇰 flag",
        "日本語の件名がとても長い場合にどうなりますか、列は揃いますか、本当に",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍a̴̵̜̰͔ͫ͗͢l̠ͨͧͩ͘g̴͙̑͗̈́o mange mærker",
        "שלום עולם מימין לשמאל والعربية أيضا",
        "En meget lang emnelinje der fortsætter og fortsætter, for den der skrev den ville have alt med, også det sidste",
        "a\u{301}e\u{308}o\u{302} sammensatte tegn",
        "ｆｕｌｌｗｉｄｔｈ　ｌｅｔｔｅｒｓ",
        "",
    ]
    .into_iter()
    .zip(0u32..)
    .map(|(subject, n)| {
        let safe = vagt::text::sanitize::line(subject);
        let mut t = ticket(
            9_000_000 + n,
            &safe,
            ("x", "Jean-Luc 👨‍👩‍👧 Åkerström-日本 den Længere"),
            i64::from(n) * 60,
        );
        t.group = Fact::Known("vpn".into());
        if n == 1 {
            t.owner = Fact::Known(person("y", "日 本"));
        }
        t
    })
    .collect()
}

fn device(n: u32, holder: (&str, &str), facts: &[(&str, Value)]) -> Device {
    Device {
        id: DeviceId::new(n.to_string()),
        name: format!("LT-{n:04}"),
        kind: Fact::Known("Latitude 5440".into()),
        holder: Fact::Known(person(holder.0, holder.1)),
        status: Fact::Known("in-use".into()),
        last_seen: Fact::Known(ago(i64::from(n % 30))),
        facts: facts
            .iter()
            .map(|(key, value)| {
                let seen = Some(ago(i64::from(n % 30) + 4));
                let value = value.clone();
                ((*key).to_owned(), DeviceFact { value, seen })
            })
            .collect(),
        source: "rt assets".into(),
    }
}

fn devices() -> Vec<Device> {
    let text = |s: &str| Value::Text(s.to_owned());
    (1..=60u32)
        .map(|n| {
            let bad = n % 5 == 1;
            device(
                n,
                PEOPLE[usize::try_from(n - 1).unwrap() % PEOPLE.len()],
                &[
                    ("vpn_state", text(if bad { "down" } else { "up" })),
                    ("gateway", text(if n % 5 < 2 { "gw2" } else { "gw1" })),
                    ("vpn_client", text("AnyConnect")),
                    (
                        "vpn_version",
                        text(if n % 3 == 0 { "4.10" } else { "5.1.2" }),
                    ),
                    ("rsrp_dbm", Value::Number(-80.0 - f64::from(n % 40))),
                    ("sinr_db", Value::Number(12.5)),
                    ("wifi_dbm", Value::Number(-60.0 - f64::from(n % 28))),
                    ("loss_pct", Value::Number(f64::from(n % 8) * 0.4)),
                    ("rtt_ms", Value::Number(31.0)),
                    ("carrier", text(if n % 2 == 0 { "Telenor" } else { "TDC" })),
                    (
                        "site",
                        text(if n % 4 == 0 {
                            "Sorø Skole"
                        } else {
                            "Sorø Rådhus"
                        }),
                    ),
                    ("os_build", text("Windows 11 23H2")),
                ],
            )
        })
        .collect()
}

/// An entry of a conversation.
pub fn entry(
    id: u32,
    minutes: i64,
    author: PersonRef,
    visibility: Visibility,
    kind: EntryKind,
    text: &str,
) -> Entry {
    Entry {
        id: EntryId::new(id.to_string()),
        at: ago(minutes),
        author: Fact::Known(author),
        visibility,
        kind,
        text: text.to_owned(),
        cut: false,
        attachments: vec![],
        marker: None,
    }
}

/// A ticket read whole, with `more` further messages.
pub fn detail(scene: &Scene, id: &TicketId, more: u32) -> Detail {
    let ticket = scene.model.ticket(id).expect("it is on the desk").clone();
    let kare = person("kare", "Kåre Ødegård");
    let mut entries = vec![
        Entry {
            attachments: vec![Attachment {
                id: AttachmentId::from("77"),
                name: "skærmbillede æøå.png".into(),
                media_type: "image/png".into(),
                size: Fact::Known(482_113),
            }],
            ..entry(
                1,
                65,
                kare.clone(),
                Visibility::Public,
                EntryKind::Create,
                "Forbindelsen ryger hvert tiende minut, og så skal jeg logge på igen.\nDet begyndte i morges.\n\n> Er du hjemme?\n> Mvh Support\n\nHilsen Kåre",
            )
        },
        entry(
            2,
            60,
            me(),
            Visibility::Internal,
            EntryKind::Note,
            "Samme som de andre på gw2. Teams virker fint hos ham.",
        ),
        entry(
            3,
            58,
            me(),
            Visibility::Internal,
            EntryKind::Change {
                field: "owner".into(),
                from: String::new(),
                to: "Mette Ravn".into(),
            },
            "",
        ),
        entry(
            4,
            50,
            me(),
            Visibility::Public,
            EntryKind::Reply,
            "Hej Kåre. Vi kan se at gatewayen taber forbindelser; leverandøren er i gang. Du kan bruge 4G-ruteren så længe.",
        ),
        entry(
            5,
            49,
            me(),
            Visibility::Internal,
            EntryKind::Change {
                field: "status".into(),
                from: "new".into(),
                to: "open".into(),
            },
            "",
        ),
    ];
    if !id.as_str().starts_with('4') {
        let text = "👨‍👩‍👧‍👦 hele familien 👩🏽‍💻 er med: 日本語のとても長い文が一行に収まらない場合はどうなるのでしょうか。\n\
                    שלום עולם, مرحبا بالعالم og så dansk igen\n\
                    Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍a̴̵̜̰͔ͫ͗͢l̠ͨͧͩ͘g̴͙̑͗̈́o\tog en tabulator\n\
                    https://intranet.soro.example/et/meget/langt/link/uden/mellemrum/som/ikke/kan/brydes/paent/noget/sted/i/linjen";
        entries.push(entry(
            9,
            45,
            person("y", "日 本 👨‍👩‍👧"),
            Visibility::Unknown,
            EntryKind::Reply,
            &vagt::text::sanitize::block(text),
        ));
    }
    for n in 0..more {
        entries.push(entry(
            10 + n,
            40,
            kare.clone(),
            Visibility::Public,
            EntryKind::Reply,
            &format!("Melding {n}: den ryger stadig. Jeg har prøvet at genstarte to gange nu."),
        ));
    }
    let mut old = self::ticket(
        3980,
        "Nyt certifikat til VPN",
        ("kare", "Kåre Ødegård"),
        60 * 24 * 20,
    );
    old.status = status("resolved", StatusClass::Resolved);
    Detail {
        ticket,
        entries,
        requester: Some(Person {
            who: kare,
            email: Fact::Known("kare.odegard@soro.example".into()),
            phone: Fact::Known("+45 57 87 60 00".into()),
            site: Fact::Known("Sorø Skole".into()),
            lang: Fact::Known("da".into()),
            agent: Fact::Known(false),
        }),
        others: vec![old],
        devices: vec![],
        read_at: Some(ago(0)),
    }
}

/// An action of the outbox.
pub fn item(n: u128, ticket: Option<&str>, verb: Verb, state: State, message: &str) -> Item {
    let id = ActionId::new(uuid::Uuid::from_u128(n));
    Item {
        action: Action {
            id,
            ticket: ticket.map(TicketId::from),
            verb,
            seen: Seen::default(),
            at: ago(i64::try_from(n).unwrap()),
            undoes: None,
            parent: None,
            force: false,
        },
        state,
        due: matches!(state, State::Held | State::Unknown).then(|| ago(-1)),
        attempts: u32::from(state == State::Refused),
        looks: 0,
        sent_at: (state == State::Unknown).then(|| ago(1)),
        message: message.to_owned(),
        differences: if state == State::Conflict {
            vec![Difference {
                field: "status".into(),
                seen: "open".into(),
                theirs: "stalled".into(),
                by: Some("Jonas Lindqvist".into()),
                at: Some(ago(2)),
                entry: None,
            }]
        } else {
            vec![]
        },
        entry: None,
        result: None,
        updated: ago(1),
    }
}

/// One row of every state.
pub fn outbox() -> Vec<Item> {
    let reply = |text: &str| Verb::Reply {
        text: text.to_owned(),
        files: vec![],
    };
    vec![
        item(
            1,
            Some("4200"),
            Verb::Status {
                to: "resolved".into(),
            },
            State::Conflict,
            "status was changed meanwhile",
        ),
        item(2, Some("4201"), Verb::Take, State::Ready, ""),
        item(
            3,
            Some("4202"),
            reply("Hej. Prøv igen nu, den virker."),
            State::Held,
            "",
        ),
        item(
            4,
            Some("4203"),
            Verb::Note {
                text: "Ringet til TDC.".into(),
                files: vec![OutgoingFile {
                    name: "log.txt".into(),
                    media_type: "text/plain".into(),
                    size: 12_300,
                    position: 0,
                }],
            },
            State::Unknown,
            "the connection was lost after the text was sent",
        ),
        item(
            5,
            Some("4204"),
            Verb::Queue {
                to: "Netværk".into(),
            },
            State::Refused,
            "You do not have the right to move tickets to Netværk",
        ),
        item(6, Some("4205"), Verb::Priority { to: 100 }, State::Done, ""),
        item(7, Some("4206"), Verb::Take, State::NoChange, ""),
        item(
            8,
            Some("4207"),
            reply("Vi ringer."),
            State::Parked,
            "no marker on this desk",
        ),
        item(9, Some("4208"), Verb::Take, State::Dropped, "taken back"),
    ]
}

/// Solved tickets: one with an answer that helped, one with a note, one of which nothing is known.
pub fn alike() -> AlikeTickets {
    let one = |id: &str, subject: &str, days: i64, likeness, fix| Alike {
        id: TicketId::from(id),
        subject: subject.to_owned(),
        created: ago(days * 1_440 + 30),
        likeness,
        fix,
    };
    let told = |text: &str, is_public, is_confirmed| Fix::Told {
        text: text.to_owned(),
        at: ago(2_000),
        is_public,
        is_confirmed,
    };
    AlikeTickets {
        among: 2_812,
        tickets: vec![
            one(
                "3871",
                "VPN-forbindelsen ryger hvert tiende minut, hele dagen",
                2,
                Likeness::Same,
                told(
                    "Hej Kåre. Vi har fornyet certifikatet på gatewayen og skruet tiden op, den må være ledig. Luk AnyConnect, åbn den \
                     igen, og tjek, at der står version 5.1.3 forneden; gør der ikke det, så hent den i Softwarecenter. Skriv 010190-1234, hvis ikke.",
                    true,
                    true,
                ),
            ),
            one(
                "3702",
                "AnyConnect kobler fra",
                6,
                Likeness::Much,
                told("Byttet ut nettverkskortet, nå virker det", false, false),
            ),
            one("3655", "VPN ryger", 9, Likeness::Some, Fix::Silent),
        ],
    }
}
