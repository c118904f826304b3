//! Sentences of the application, in one place. Every sentence about a ticket names its number.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::action::{Action, Verb};
use crate::domain::claim::Claim;
use crate::domain::draft::{DraftKey, DraftKind};
use crate::domain::fact::Fact;
use crate::domain::outbox::State;
use crate::domain::person::PersonRef;
use crate::domain::source::{Liveness, Pulse, Source};
use crate::domain::ticket::Ticket;
use crate::input::{Command, Context};

use super::model::{Model, Severity};

/// Priorities that have a row or a word, as Request Tracker's own words go (Low 0, Medium 50, High 100).
pub const PRIORITIES: [(i64, &str); 5] = [
    (100, "high"),
    (75, ""),
    (50, "medium"),
    (25, ""),
    (0, "low"),
];

/// A time as the clock shows it: `08:07` today, `20 Nov 08:07` on another day.
pub fn clock(zone: &TimeZone, at: Timestamp, now: Timestamp) -> String {
    let (then, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let format = if then.date() == today.date() {
        "%H:%M"
    } else {
        "%-d %b %H:%M"
    };
    then.strftime(format).to_string()
}

/// A time to the second: `08:07:12`.
pub fn clock_seconds(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// An action with its ticket number: `4211: take`, `new ticket "No VPN"`.
pub fn about(action: &Action) -> String {
    let undo = if action.undoes.is_some() {
        "undo by "
    } else {
        ""
    };
    match &action.ticket {
        Some(id) => format!("{id}: {undo}{}", verb(&action.verb)),
        None => format!("{undo}{}", verb(&action.verb)),
    }
}

/// Drafts in a few words: `reply on 4211, new ticket`.
pub fn drafts<'a>(keys: impl Iterator<Item = &'a DraftKey>) -> String {
    keys.map(|key| match &key.ticket {
        Some(id) => format!("{} on {id}", key.kind.word()),
        None if key.kind != DraftKind::New => format!("{} to marked tickets", key.kind.word()),
        None => key.kind.word().to_owned(),
    })
    .collect::<Vec<_>>()
    .join(", ")
}

/// `1 action is`, `3 actions are`.
pub fn actions_are(count: usize) -> String {
    match count {
        1 => "1 action is".to_owned(),
        n => format!("{n} actions are"),
    }
}

/// What becomes of so many actions that are not sent when the console is left.
pub fn unsent(model: &Model, count: usize) -> String {
    let open = model.outbox.want_person() + model.outbox.count(State::Unknown);
    match (count, model.settings.demo) {
        (0, _) if open == 0 => "Everything is sent.".to_owned(),
        (0, false) => {
            "Nothing waits to be sent any more. The outbox keeps what needs a decision.".to_owned()
        }
        (0, true) => "Nothing waits to be sent any more.".to_owned(),
        (1, false) => {
            "1 action is not sent yet. It is on disk: kept, it goes out at the next start."
                .to_owned()
        }
        (n, false) => format!(
            "{} not sent yet. They are on disk: kept, they go out at the next start.",
            actions_are(n)
        ),
        (n, true) => format!(
            "{} not sent yet. A demo keeps nothing: what is not sent before you leave is lost with it.",
            actions_are(n)
        ),
    }
}

/// What an action does, in a few words: `take`, `status resolved`, `reply`.
pub fn verb(verb: &Verb) -> String {
    match verb {
        Verb::Assign { to } => format!("assign to {to}"),
        Verb::Status { to } => format!("status {to}"),
        Verb::Priority { to } => format!("priority {to}"),
        Verb::Queue { to } => format!("queue {to}"),
        Verb::Group { to: Some(group) } => format!("group {group}"),
        Verb::Group { to: None } => "group by the engine".to_owned(),
        Verb::Tag { tag } => format!("tag {tag}"),
        Verb::Untag { tag } => format!("untag {tag}"),
        Verb::Link { link } => format!("link {} {}", link.kind.word(), link.target),
        Verb::Unlink { link } => format!("unlink {} {}", link.kind.word(), link.target),
        Verb::Merge { into } => format!("merge into {into}"),
        Verb::Create { new } => format!("new ticket \"{}\"", new.subject),
        Verb::Take
        | Verb::Release
        | Verb::Steal
        | Verb::Reply { .. }
        | Verb::Note { .. }
        | Verb::Claim { .. }
        | Verb::Unclaim { .. } => verb.word().to_owned(),
    }
}

/// What is wrong with a source, if anything: for a line at the top of the screen.
pub(super) fn liveness(
    model: &Model,
    source: Source,
    state: &Liveness,
) -> Option<(Severity, String)> {
    let name = match source {
        Source::Desk => "desk",
        Source::Fleet => "device health",
    };
    let clock = |at| clock(&model.settings.zone, at, model.now);
    let why = match &state.trouble {
        Some(trouble) => format!(": {}", trouble.message),
        None => String::new(),
    };
    let since = state.last_ok.or(model.desk.cache_as_of);
    let shown = since.map_or_else(
        || "nothing is known yet".to_owned(),
        |at| format!("showing what was known at {}", clock(at)),
    );
    let next = state
        .next_try
        .map(|at| next_try(model, state.pulse, at))
        .unwrap_or_default();
    Some(match state.pulse {
        // Alive, with something wrong on our side: the cache cannot be written, for example.
        Pulse::Live => {
            let trouble = state.trouble.as_ref()?;
            (Severity::Warning, trouble.message.clone())
        }
        Pulse::Starting => (Severity::Info, format!("Asking the {name}; {shown}{why}")),
        Pulse::Loading => {
            let progress = match state.progress {
                Some((done, Some(all))) => format!(": {done} of {all}"),
                Some((done, None)) => format!(": {done} so far"),
                None => String::new(),
            };
            (Severity::Info, format!("Reading the {name}{progress}"))
        }
        Pulse::Late => {
            let since = since.map_or_else(String::new, |at| format!(" since {}", clock(at)));
            (
                Severity::Warning,
                format!("The {name} is late{since}{next}{why}"),
            )
        }
        Pulse::Stale => {
            let age = match since {
                None => " never heard".to_owned(),
                Some(at) => stale_age(at, model.now).map_or_else(String::new, |a| format!(" {a}")),
            };
            (
                Severity::Error,
                format!("STALE{age}: no good answer from the {name}; {shown}{next}{why}"),
            )
        }
        Pulse::Waiting => (
            Severity::Warning,
            format!("The {name} asked us to wait{next}; {shown}{why}"),
        ),
        Pulse::Refused => (
            Severity::Error,
            format!("The {name} does not accept us; {shown}{why}"),
        ),
    })
}

/// When a source is asked again. A wait that the desk asked for is counted down; the time of another try has seconds
/// while it is near.
fn next_try(model: &Model, pulse: Pulse, at: Timestamp) -> String {
    let left = seconds_until(at, model.now);
    let zone = &model.settings.zone;
    match left {
        ..=0 => ", asking again".to_owned(),
        1..=COUNTED_DOWN if pulse == Pulse::Waiting => format!(", next try in {left} s"),
        1..=120 => format!(
            ", next try at {}",
            at.to_zoned(zone.clone()).strftime("%H:%M:%S")
        ),
        _ => format!(", next try at {}", clock(zone, at, model.now)),
    }
}

/// A wait of at most so many seconds is counted down.
const COUNTED_DOWN: i64 = 90;

/// Whole seconds until a time, a begun one counted; nothing for a time that has passed.
fn seconds_until(at: Timestamp, now: Timestamp) -> i64 {
    let millis = at.duration_since(now).as_millis().max(0);
    i64::try_from((millis + 999) / 1000).unwrap_or(i64::MAX)
}

/// When the seconds of a counted wait go down by one.
pub(super) fn next_count(model: &Model) -> Option<Timestamp> {
    let waiting = model
        .desk
        .sources
        .values()
        .filter(|l| l.pulse == Pulse::Waiting);
    waiting
        .filter_map(|liveness| {
            let at = liveness.next_try?;
            let left = seconds_until(at, model.now);
            let counted = (1..=COUNTED_DOWN).contains(&left);
            let next = if counted { left - 1 } else { COUNTED_DOWN };
            at.checked_sub(jiff::SignedDuration::from_secs(next)).ok()
        })
        .filter(|at| *at > model.now)
        .min()
}

/// Whole minutes since a source was last heard (`3 min`); nothing to say in the first one.
pub fn stale_age(since: Timestamp, now: Timestamp) -> Option<String> {
    let minutes = now.duration_since(since).as_mins();
    (minutes > 0).then(|| format!("{minutes} min"))
}

/// What a colleague does on a ticket: `Anna Lind has been writing since 08:07`.
pub fn claimed(model: &Model, claim: &Claim) -> String {
    let since = claim.since.checked_sub(model.desk.skew());
    let since = clock(
        &model.settings.zone,
        since.unwrap_or(claim.since),
        model.now,
    );
    let me = model.desk.identity.as_ref().map(|i| &i.me.id);
    let who = if me == Some(&claim.who.id) {
        "Another console of yours"
    } else {
        &claim.who.name
    };
    format!("{who} has been {} since {since}", claim.doing.word())
}

/// Who will see something that goes to the requester of a ticket, with their number: `1 person (Kåre Ødegård)`.
/// An unknown number is said to be unknown.
pub fn requesters(ticket: Option<&Ticket>) -> String {
    match ticket.map(|t| &t.requesters) {
        Some(Fact::Known(people)) => people_named(people),
        Some(Fact::Empty) => "nobody: the ticket has no requester".to_owned(),
        Some(Fact::Unknown) | None => "an unknown number of people".to_owned(),
    }
}

/// `1 person (Kåre Ødegård)`, `3 people (Kåre Ødegård, …)`.
fn people_named(people: &[PersonRef]) -> String {
    match people {
        [] => "nobody: the ticket has no requester".to_owned(),
        [one] => format!("1 person ({})", one.name),
        [first, ..] => format!("{} people ({}, …)", people.len(), first.name),
    }
}

/// Names of people, at most three.
pub fn names(people: &[PersonRef]) -> String {
    let names: Vec<&str> = people.iter().take(3).map(|p| p.name.as_str()).collect();
    names.join(", ")
}

/// A size in bytes as people write it: `812 B`, `4.2 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let (mut tenths, mut unit) = (bytes / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("TB");
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// The owner of a ticket in words; unknown is said to be unknown.
pub fn owner(owner: &Fact<PersonRef>) -> String {
    match owner {
        Fact::Known(person) => person.name.clone(),
        Fact::Empty => "nobody".to_owned(),
        Fact::Unknown => "unknown".to_owned(),
    }
}

/// The commands for the bottom line of a context, most useful first, with the word for each.
pub(super) fn hints(context: Context) -> &'static [(Command, &'static str)] {
    use Command as C;
    match context {
        Context::Board => &[
            (C::Open, "open"),
            (C::Take, "take"),
            (C::Help, "help"),
            (C::GoIncidents, "incidents"),
            (C::Assign, "assign"),
            (C::Status, "status"),
            (C::Priority, "priority"),
            (C::Reply, "reply"),
            (C::Note, "note"),
            (C::Group, "group"),
            (C::Undo, "undo"),
            (C::Palette, "more"),
            (C::Mark, "mark"),
            (C::Filter, "filter"),
            (C::Zoom, "zoom"),
            (C::Why, "why"),
            (C::Create, "new"),
            (C::Quit, "quit"),
        ],
        Context::Ticket => &[
            (C::Back, "back"),
            (C::Take, "take"),
            (C::Help, "help"),
            (C::Reply, "reply"),
            (C::Note, "note"),
            (C::Assign, "assign"),
            (C::Status, "status"),
            (C::Priority, "priority"),
            (C::Group, "group"),
            (C::Link, "link"),
            (C::Undo, "undo"),
            (C::Palette, "more"),
            (C::Why, "why"),
            (C::Attachments, "files"),
            (C::SectionNext, "section"),
            (C::TicketNext, "next"),
        ],
        Context::Devices => &[
            (C::Back, "back"),
            (C::Open, "holder"),
            (C::Help, "help"),
            (C::SortDevices, "sort"),
            (C::FailingDevices, "failing"),
            (C::BreakDown, "break down"),
            (C::Filter, "filter"),
            (C::Palette, "more"),
        ],
        Context::Outbox => &[
            (C::Back, "back"),
            (C::ShowItem, "show"),
            (C::Help, "help"),
            (C::Retry, "retry"),
            (C::Drop, "drop"),
            (C::Force, "send anyway"),
            (C::Open, "ticket"),
            (C::Palette, "more"),
        ],
        Context::Person => &[
            (C::Back, "back"),
            (C::Open, "open"),
            (C::Help, "help"),
            (C::Take, "take"),
            (C::Create, "new ticket"),
            (C::SectionNext, "section"),
            (C::Palette, "more"),
        ],
        Context::Incidents | Context::Incident => incident_hints(context),
        Context::Wall => &WALL_HINTS,
        Context::Trends => &TRENDS_HINTS,
        Context::Help => &[(C::Back, "close"), (C::Down, "down"), (C::PageDown, "page")],
        Context::List => &[
            (C::Yes, "do it"),
            (C::Accept, "choose"),
            (C::Back, "close"),
            (C::Complete, "complete"),
            (C::Down, "down"),
        ],
        Context::Field => &[
            (C::Accept, "take"),
            (C::Back, "close"),
            (C::Complete, "complete"),
            (C::EditText, "edit"),
            (C::Supply, "fill in"),
            (C::AnswerAgain, "answer again"),
            (C::WithoutIll, "leave out"),
        ],
        Context::Editor | Context::Menu => writing_hints(context),
        Context::Confirm => &CONFIRM_HINTS,
        Context::Bulk => &[
            (C::Back, "close"),
            (C::Retry, "retry the failed"),
            (C::Undo, "undo"),
            (C::Down, "down"),
        ],
        Context::Conflict => &[
            (C::Force, "send anyway"),
            (C::Drop, "drop"),
            (C::Back, "close"),
        ],
        Context::Quit => &[
            (C::QuitSend, "send and leave"),
            (C::QuitKeep, "keep and leave"),
            (C::Back, "stay"),
        ],
    }
}

/// The same for the wall.
const WALL_HINTS: [(Command, &str); 5] = [
    (Command::Back, "back"),
    (Command::Help, "what the numbers mean"),
    (Command::GoIncidents, "incidents"),
    (Command::Palette, "more"),
    (Command::Quit, "quit"),
];

/// The same for the trends.
const TRENDS_HINTS: [(Command, &str); 7] = [
    (Command::Back, "back"),
    (Command::SectionNext, "2 h, 24 h, 7 d"),
    (Command::Help, "help"),
    (Command::Down, "group"),
    (Command::GoWall, "wall"),
    (Command::Palette, "more"),
    (Command::Quit, "quit"),
];

/// The keys of a question or a preview.
const CONFIRM_HINTS: [(Command, &str); 8] = [
    (Command::Yes, "yes"),
    (Command::No, "no"),
    (Command::NextLanguage, "language"),
    (Command::EditText, "edit"),
    (Command::Supply, "fill in"),
    (Command::AnswerAgain, "answer again"),
    (Command::WithoutIll, "leave out"),
    (Command::Down, "down"),
];

/// The same for what is being written.
fn writing_hints(context: Context) -> &'static [(Command, &'static str)] {
    use Command as C;
    if context == Context::Editor {
        return &[
            (C::Send, "send"),
            (C::EditorMenu, "menu, twice keeps"),
            (C::Template, "template"),
            (C::Attach, "file"),
            (C::ExternalEditor, "$EDITOR"),
            (C::FieldNext, "field"),
        ];
    }
    &[
        (C::Send, "send"),
        (C::KeepDraft, "keep as draft"),
        (C::Discard, "discard"),
        (C::GoOn, "go on"),
        (C::Template, "template"),
        (C::Attach, "file"),
        (C::ExternalEditor, "$EDITOR"),
    ]
}

/// The same for the screens of incidents.
fn incident_hints(context: Context) -> &'static [(Command, &'static str)] {
    use Command as C;
    if context == Context::Incidents {
        return &[
            (C::Back, "back"),
            (C::Open, "open"),
            (C::Declare, "declare"),
            (C::Help, "help"),
            (C::SameAs, "same as"),
            (C::Palette, "more"),
        ];
    }
    &[
        (C::Back, "back"),
        (C::Open, "open"),
        (C::SectionNext, "section"),
        (C::Declare, "declare"),
        (C::Help, "help"),
        (C::FromTemplate, "answer all"),
        (C::MarkAll, "mark all"),
        (C::NotPart, "does not belong"),
        (C::BelongsTo, "belongs to"),
        (C::Take, "take"),
        (C::Reply, "reply"),
        (C::Note, "note"),
        (C::SameAs, "same as"),
        (C::Why, "why"),
        (C::Palette, "more"),
    ]
}
