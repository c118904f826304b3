//! Sentences of the application, in one place. Every sentence about a ticket names its number.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::board::{PaneDef, PaneKind};
use crate::domain::action::{Action, Verb};
use crate::domain::claim::{Claim, Doing};
use crate::domain::draft::{DraftKey, DraftKind};
use crate::domain::fact::Fact;
use crate::domain::outbox::State;
use crate::domain::person::PersonRef;
use crate::domain::source::{Liveness, Pulse, Source};
use crate::domain::ticket::{LinkKind, Ticket};
use crate::i18n::{self, say};
use crate::input::{Command, Context};

use super::model::settings::group_title;
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
    if then.date() == today.date() {
        then.strftime("%H:%M").to_string()
    } else {
        i18n::day_and_time(&then)
    }
}

/// A time to the second: `08:07:12`.
pub fn clock_seconds(zone: &TimeZone, at: Timestamp) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// An action with its ticket number: `4211: take`, `new ticket "No VPN"`.
pub fn about(action: &Action) -> String {
    let mut what = verb(&action.verb);
    if action.undoes.is_some() {
        what = say!("undo-by", what = what);
    }
    match &action.ticket {
        Some(id) => format!("{id}: {what}"),
        None => what,
    }
}

/// Drafts in a few words: `reply on 4211, new ticket`.
pub fn drafts<'a>(keys: impl Iterator<Item = &'a DraftKey>) -> String {
    keys.map(|key| match &key.ticket {
        Some(id) => say!("draft-on", what = draft_kind(key.kind), id = id),
        None if key.kind != DraftKind::New => say!("draft-to-marked", what = draft_kind(key.kind)),
        None => draft_kind(key.kind).to_owned(),
    })
    .collect::<Vec<_>>()
    .join(", ")
}

/// What becomes of so many actions that are not sent when the console is left.
pub fn unsent(model: &Model, count: usize) -> String {
    let open = model.outbox.want_person() + model.outbox.count(State::Unknown);
    match (count, model.settings.demo) {
        (0, _) if open == 0 => say!("unsent-none"),
        (0, false) => say!("unsent-decide"),
        (0, true) => say!("unsent-nothing"),
        (n, false) => say!("unsent-kept", n = n),
        (n, true) => say!("unsent-demo", n = n),
    }
}

/// What an action does, in a few words: `take`, `status resolved`, `reply`.
pub fn verb(verb: &Verb) -> String {
    match verb {
        Verb::Assign { to } => say!("verb-assign", to = to),
        Verb::Status { to } => say!("verb-status", to = to),
        Verb::Priority { to } => say!("verb-priority", to = *to),
        Verb::Queue { to } => say!("verb-queue", to = to),
        Verb::Group { to: Some(group) } => say!("verb-group", to = group),
        Verb::Group { to: None } => say!("verb-group-engine"),
        Verb::Tag { tag } => say!("verb-tag", tag = tag),
        Verb::Untag { tag } => say!("verb-untag", tag = tag),
        Verb::Link { link } => {
            let to = link.target.to_string();
            say!("verb-link", kind = link_kind(link.kind), to = to)
        }
        Verb::Unlink { link } => {
            let to = link.target.to_string();
            say!("verb-unlink", kind = link_kind(link.kind), to = to)
        }
        Verb::Merge { into } => say!("verb-merge", into = into),
        Verb::Create { new } => say!("verb-create", subject = new.subject),
        Verb::Take
        | Verb::Release
        | Verb::Steal
        | Verb::Reply { .. }
        | Verb::Note { .. }
        | Verb::Claim { .. }
        | Verb::Unclaim { .. } => i18n::named("verb-", verb.word())
            .unwrap_or(verb.word())
            .to_owned(),
    }
}

/// How two tickets belong together, in a word.
pub fn link_kind(kind: LinkKind) -> &'static str {
    i18n::named("link-", kind.word()).unwrap_or(kind.word())
}

/// How far an action is, in a word.
pub fn state(state: State) -> &'static str {
    i18n::named("state-", state.word()).unwrap_or(state.word())
}

/// What is wrong with a source, if anything: for a line at the top of the screen.
pub(super) fn liveness(
    model: &Model,
    source: Source,
    state: &Liveness,
) -> Option<(Severity, String)> {
    let name = match source {
        Source::Desk => i18n::word("source-desk"),
        Source::Fleet => i18n::word("source-fleet"),
    };
    let clock = |at| clock(&model.settings.zone, at, model.now);
    let cause = match &state.trouble {
        Some(trouble) => format!(": {}", i18n::retold(&trouble.message)),
        None => String::new(),
    };
    let since = state.last_ok.or(model.desk.cache_as_of);
    let shown = since.map_or_else(
        || say!("showing-nothing"),
        |at| say!("showing-of", at = clock(at)),
    );
    let next = state
        .next_try
        .map(|at| next_try(model, state.pulse, at))
        .unwrap_or_default();
    Some(match state.pulse {
        // Alive, with something wrong on our side: the cache cannot be written, for example.
        Pulse::Live => {
            let trouble = state.trouble.as_ref()?;
            let text = i18n::retold(&trouble.message).into_owned();
            (Severity::Warning, text)
        }
        Pulse::Starting => {
            let text = say!("source-starting", name = name, shown = shown, cause = cause);
            (Severity::Info, text)
        }
        Pulse::Loading => {
            let progress = match state.progress {
                Some((done, Some(all))) => say!("progress-of", done = done, of = all),
                Some((done, None)) => say!("progress-so-far", done = done),
                None => String::new(),
            };
            let text = say!("source-loading", name = name, progress = progress);
            (Severity::Info, text)
        }
        Pulse::Late => {
            let text = match since {
                None => say!("source-late", name = name, next = next, cause = cause),
                Some(at) => say!(
                    "source-late-since",
                    name = name,
                    at = clock(at),
                    next = next,
                    cause = cause
                ),
            };
            (Severity::Warning, text)
        }
        Pulse::Stale => (
            Severity::Error,
            stale(model, since, [name, &shown, &next, &cause]),
        ),
        Pulse::Waiting => {
            let text = say!(
                "source-waiting",
                name = name,
                next = next,
                shown = shown,
                cause = cause
            );
            (Severity::Warning, text)
        }
        Pulse::Refused => {
            let text = say!("source-refused", name = name, shown = shown, cause = cause);
            (Severity::Error, text)
        }
    })
}

/// That what is shown is old. `parts`: the source, what is shown, when it is asked again, why.
fn stale(model: &Model, since: Option<Timestamp>, parts: [&str; 4]) -> String {
    let [name, shown, next, cause] = parts;
    let Some(since) = since else {
        return say!(
            "source-stale-never",
            name = name,
            shown = shown,
            next = next,
            cause = cause
        );
    };
    match stale_age(since, model.now) {
        None => say!(
            "source-stale",
            name = name,
            shown = shown,
            next = next,
            cause = cause
        ),
        Some(age) => say!(
            "source-stale-for",
            age = age,
            name = name,
            shown = shown,
            next = next,
            cause = cause
        ),
    }
}

/// When a source is asked again. A wait that the desk asked for is counted down; the time of another try has seconds
/// while it is near.
fn next_try(model: &Model, pulse: Pulse, at: Timestamp) -> String {
    let left = seconds_until(at, model.now);
    let zone = &model.settings.zone;
    match left {
        ..=0 => say!("next-asking"),
        1..=COUNTED_DOWN if pulse == Pulse::Waiting => say!("next-in", n = left),
        1..=120 => say!("next-at", at = clock_seconds(zone, at)),
        _ => say!("next-at", at = clock(zone, at, model.now)),
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
        i18n::word("claim-mine")
    } else {
        &claim.who.name
    };
    match claim.doing {
        Doing::Writing => say!("claim-writing", who = who, since = since),
        Doing::Looking => say!("claim-looking", who = who, since = since),
        Doing::Acknowledged => say!("claim-acknowledged", who = who, since = since),
        Doing::Snoozed => say!("claim-snoozed", who = who, since = since),
    }
}

/// Who will see something that goes to the requester of a ticket, with their number: `1 person (Kåre Ødegård)`.
/// An unknown number is said to be unknown.
pub fn requesters(ticket: Option<&Ticket>) -> String {
    match ticket.map(|t| &t.requesters) {
        Some(Fact::Known(people)) => people_named(people),
        Some(Fact::Empty) => say!("people-nobody"),
        Some(Fact::Unknown) | None => say!("people-unknown"),
    }
}

/// `1 person (Kåre Ødegård)`, `3 people (Kåre Ødegård, …)`.
fn people_named(people: &[PersonRef]) -> String {
    match people {
        [] => say!("people-nobody"),
        [one] => say!("people-one", name = one.name),
        [first, ..] => say!("people-many", n = people.len(), name = first.name),
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
    {
        let digits = i18n::decimal(&format!("{}.{}", tenths / 10, tenths % 10));
        format!("{digits} {name}")
    }
}

/// The owner of a ticket in words; unknown is said to be unknown.
pub fn owner(owner: &Fact<PersonRef>) -> String {
    match owner {
        Fact::Known(person) => person.name.clone(),
        Fact::Empty => say!("nobody"),
        Fact::Unknown => say!("unknown"),
    }
}

/// The title of a pane: its own, or that of its group.
pub fn pane_title(def: &PaneDef) -> &str {
    let slug = match &def.kind {
        PaneKind::Group(group) => group.as_str(),
        PaneKind::Rest => "other",
        PaneKind::Saved(_) => return &def.title,
    };
    // Whoever names a group in the configuration means that name.
    if def.title == group_title(slug) {
        group_name(slug)
    } else {
        &def.title
    }
}

/// The name of a group that has no title of its own.
pub fn group_name(slug: &str) -> &str {
    i18n::named("pane-", slug).unwrap_or_else(|| group_title(slug))
}

/// What is being written.
pub fn draft_kind(kind: DraftKind) -> &'static str {
    i18n::named("draft-", kind.word()).unwrap_or(kind.word())
}

/// What a command is called on the screen.
pub fn title(command: Command) -> &'static str {
    i18n::named("command-", command.id()).unwrap_or(command.spec().title)
}

/// What a command does, in one sentence.
pub fn help(command: Command) -> &'static str {
    let id = format!("{}-help", command.id());
    i18n::named("command-", &id).unwrap_or(command.spec().help)
}

/// The commands for the bottom line of a context, most useful first, with the word for each: the end of its id in the
/// files of languages (`hint-send-anyway`), with blanks.
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
            (C::PageDown, "page"),
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
            (C::Unseen, "what they wrote"),
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
            (C::EditorMenu, "menu twice keeps"),
            (C::Template, "template"),
            (C::Attach, "file"),
            (C::ExternalEditor, "editor"),
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
        (C::ExternalEditor, "editor"),
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
