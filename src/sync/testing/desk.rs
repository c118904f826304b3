//! A desk in memory with the habits of Request Tracker: a version check that can be raced, refusals that look like
//! success, texts that are stored late or without their marker.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::clock::Hand;
use crate::desk::port::{Answer, AttachmentBody, Desk, Files};
use crate::domain::action::{Action, Verb};
use crate::domain::delivery::Field;
use crate::domain::entry::{Entry, EntryKind, Visibility};
use crate::domain::fact::Fact;
use crate::domain::ids::{ActionId, AttachmentId, EntryId, GroupId, PersonId, TicketId};
use crate::domain::outcome::{Found, Trouble, TroubleKind};
use crate::domain::person::{Person, PersonRef};
use crate::domain::plan::{Expect, Marker, Plan, Step};
use crate::domain::source::{Can, Capabilities, Changes, Cursor, Identity, Vocab};
use crate::domain::ticket::{Status, StatusClass, Ticket, Version};
use crate::sync::clock::Clock as _;

/// Something that goes wrong with one write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// Works.
    None,
    /// Never arrives; no answer.
    Dropped,
    /// Never arrives; no answer. Meanwhile we do this in another program.
    DroppedBeside(Verb),
    /// Arrives after so many seconds; no answer.
    Late(i64),
    /// Accepted at once, arrives after so many seconds.
    SlowToStore(i64),
    /// The text arrives, its marker does not; no answer.
    TextWithoutMarker,
    /// "200 OK", and nothing happens.
    SaysYesDoesNothing,
    /// Refused in a way that can be seen.
    Refused,
    /// Surely not taken.
    NotSent(TroubleKind),
    /// A colleague writes this right before; the version check sees it where there is one.
    Before(Verb),
    /// A colleague writes this right before, and the version check does not see it.
    RacedBefore(Verb),
    /// A colleague who read the ticket before us writes this right after.
    RacedAfter(Verb),
}

#[derive(Default)]
struct State {
    tickets: BTreeMap<TicketId, (Ticket, Vec<Entry>)>,
    merged: BTreeMap<TicketId, TicketId>,
    last: u64,
    late: Vec<(Timestamp, Action, String, bool)>,
    faults: VecDeque<Fault>,
    trouble: Option<TroubleKind>,
    sent: Vec<(Timestamp, ActionId)>,
    looked: Vec<(Timestamp, ActionId)>,
}

/// The desk.
#[derive(Clone)]
pub(crate) struct Fake {
    state: Arc<Mutex<State>>,
    clock: Hand,
    marker: bool,
    /// How long a write takes.
    takes: i64,
    /// How long a read takes.
    read_takes: i64,
}

pub(crate) const ME: &str = "me";
pub(crate) const ANNA: &str = "anna";

impl Fake {
    pub(crate) fn new(clock: &Hand, marker: bool, tickets: &[&str]) -> Self {
        let fake = Self {
            state: Arc::default(),
            clock: clock.clone(),
            marker,
            takes: 0,
            read_takes: 0,
        };
        for id in tickets {
            let ticket = new_ticket(id, clock.now());
            fake.lock()
                .tickets
                .insert(TicketId::from(*id), (ticket, Vec::new()));
        }
        fake
    }

    pub(crate) fn taking(mut self, seconds: i64) -> Self {
        self.takes = seconds;
        self
    }

    pub(crate) fn slow_to_read(mut self, seconds: i64) -> Self {
        self.read_takes = seconds;
        self
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The next writes go wrong like this.
    pub(crate) fn go_wrong(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().faults.extend(faults);
    }

    /// Every request fails like this, until `None`.
    pub(crate) fn trouble(&self, kind: Option<TroubleKind>) {
        self.lock().trouble = kind;
    }

    /// Seconds and actions of the writes that went out.
    pub(crate) fn sent(&self) -> Vec<(i64, u128)> {
        seconds(&self.lock().sent)
    }

    /// Seconds and actions of the looks.
    pub(crate) fn looked(&self) -> Vec<(i64, u128)> {
        seconds(&self.lock().looked)
    }

    /// How often the text of `action`, or the ticket it creates, is on the desk.
    pub(crate) fn copies(&self, action: &Action) -> usize {
        let mut state = self.lock();
        arrive(&mut state, Timestamp::MAX);
        match &action.verb {
            Verb::Reply { text, .. } | Verb::Note { text, .. } => state
                .tickets
                .values()
                .flat_map(|(_, entries)| entries)
                .filter(|e| e.text == *text)
                .count(),
            Verb::Create { new } => state
                .tickets
                .values()
                .filter(|(t, _)| t.subject == new.subject)
                .count(),
            _ => 0,
        }
    }

    /// How often the text of `action` is on this ticket.
    pub(crate) fn copies_on(&self, ticket: &TicketId, action: &Action) -> usize {
        let mut state = self.lock();
        arrive(&mut state, Timestamp::MAX);
        let (Verb::Reply { text, .. } | Verb::Note { text, .. }) = &action.verb else {
            return 0;
        };
        let (_, entries) = &state.tickets[ticket];
        entries.iter().filter(|e| e.text == *text).count()
    }

    pub(crate) fn ticket(&self, id: &str) -> Ticket {
        self.lock().tickets[&TicketId::from(id)].0.clone()
    }

    /// A colleague does something.
    pub(crate) fn by_anna(&self, ticket: &str, verb: &Verb) {
        let now = self.clock.now();
        let mut state = self.lock();
        carry_out(&mut state, Some(&ticket.into()), verb, ANNA, None, now);
    }

    fn ok(&self) -> Result<(), Trouble> {
        match self.lock().trouble {
            Some(kind) => Err(Trouble::new(kind, format!("trouble: {kind:?}"))),
            None => Ok(()),
        }
    }

    fn canonical(&self, id: &TicketId) -> Result<(Ticket, Vec<Entry>), Trouble> {
        let mut state = self.lock();
        arrive(&mut state, self.clock.now());
        let id = state.merged.get(id).unwrap_or(id).clone();
        state
            .tickets
            .get(&id)
            .cloned()
            .ok_or_else(|| Trouble::new(TroubleKind::NotFound, "no such ticket"))
    }
}

fn seconds(list: &[(Timestamp, ActionId)]) -> Vec<(i64, u128)> {
    list.iter()
        .map(|(time, id)| {
            (
                time.duration_since(super::at(0)).as_secs(),
                id.uuid().as_u128(),
            )
        })
        .collect()
}

fn new_ticket(id: &str, now: Timestamp) -> Ticket {
    Ticket {
        id: id.into(),
        subject: format!("Ticket {id}"),
        body: Fact::Unknown,
        status: Status {
            name: "new".into(),
            class: StatusClass::New,
        },
        priority: Fact::Known(50),
        queue: Fact::Known("General".into()),
        owner: Fact::Empty,
        requesters: Fact::Unknown,
        tags: Fact::Empty,
        group: Fact::Empty,
        device: Fact::Unknown,
        links: Fact::Empty,
        created: now,
        updated: now,
        due: Fact::Unknown,
        resolved: Fact::Unknown,
        custom: BTreeMap::new(),
        claims: Fact::Unknown,
        version: Some(Version("0".into())),
    }
}

/// Applies what arrived late.
fn arrive(state: &mut State, now: Timestamp) {
    let (due, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut state.late)
        .into_iter()
        .partition(|(at, ..)| *at <= now);
    state.late = rest;
    for (at, action, version, guarded) in due {
        let id = action.ticket.clone();
        let is_stale = guarded
            && id.as_ref().is_some_and(|id| {
                let ticket = state.tickets.get(id).map(|(t, _)| t);
                ticket
                    .and_then(|t| t.version.as_ref())
                    .is_some_and(|v| v.0 != version)
            });
        if !is_stale {
            let marker = Some(action.id.to_string());
            carry_out(state, id.as_ref(), &action.verb, ME, marker, at);
        }
    }
}

/// What a verb does on the desk; answers what it made.
fn carry_out(
    state: &mut State,
    id: Option<&TicketId>,
    verb: &Verb,
    who: &str,
    marker: Option<String>,
    now: Timestamp,
) -> Option<TicketId> {
    if let Verb::Create { new } = verb {
        state.last += 1;
        let id = TicketId::new(format!("{}", 1000 + state.last));
        let mut ticket = new_ticket(id.as_str(), now);
        ticket.subject.clone_from(&new.subject);
        ticket.device = marker.map_or(Fact::Empty, Fact::Known);
        state.tickets.insert(id.clone(), (ticket, Vec::new()));
        return Some(id);
    }
    let asked = id?;
    let id = state.merged.get(asked).unwrap_or(asked).clone();
    if let Verb::Merge { into } = verb {
        let (_, entries) = state.tickets.remove(&id)?;
        state.merged.insert(id, into.clone());
        state.tickets.get_mut(into)?.1.extend(entries);
        return None;
    }
    let person = PersonId::from(who);
    let (ticket, _) = state.tickets.get_mut(&id)?;
    let kind = match verb {
        Verb::Reply { .. } => EntryKind::Reply,
        Verb::Note { .. } => EntryKind::Note,
        _ => {
            let field = Field::of(verb)?;
            let before = field.on(ticket);
            let refused = match verb {
                Verb::Take => before != Fact::Empty,
                Verb::Release => before != Fact::Known(who.to_owned()),
                _ => false,
            };
            let wanted = Field::wanted(verb, &person);
            if refused || wanted == before {
                return None;
            }
            set(ticket, verb, &person);
            EntryKind::Change {
                field: field.word().to_owned(),
                from: Field::show(&before),
                to: Field::show(&wanted),
            }
        }
    };
    let text = match verb {
        Verb::Reply { text, .. } | Verb::Note { text, .. } => text.clone(),
        _ => String::new(),
    };
    write_entry(state, &id, kind, who, text, marker, now);
    None
}

fn set(ticket: &mut Ticket, verb: &Verb, who: &PersonId) {
    let person = |id: &PersonId| Fact::Known(PersonRef::new(id.clone(), id.as_str()));
    match verb {
        Verb::Take | Verb::Steal => ticket.owner = person(who),
        Verb::Release => ticket.owner = Fact::Empty,
        Verb::Assign { to } => ticket.owner = person(to),
        Verb::Status { to } => {
            ticket.status.name.clone_from(to);
            ticket.status.class = match to.as_str() {
                "new" => StatusClass::New,
                "resolved" => StatusClass::Resolved,
                _ => StatusClass::Open,
            };
        }
        Verb::Priority { to } => ticket.priority = Fact::Known(*to),
        Verb::Queue { to } => ticket.queue = Fact::Known(to.clone()),
        Verb::Group { to } => ticket.group = to.clone().map_or(Fact::Empty, Fact::<GroupId>::Known),
        _ => {}
    }
}

fn write_entry(
    state: &mut State,
    id: &TicketId,
    kind: EntryKind,
    who: &str,
    text: String,
    marker: Option<String>,
    now: Timestamp,
) {
    state.last += 1;
    let number = state.last.to_string();
    let Some((ticket, entries)) = state.tickets.get_mut(id) else {
        return;
    };
    ticket.version = Some(Version(number.clone()));
    ticket.updated = now;
    let visibility = match kind {
        EntryKind::Reply => Visibility::Public,
        _ => Visibility::Internal,
    };
    entries.push(Entry {
        id: EntryId::new(number),
        at: now,
        author: Fact::Known(PersonRef::new(who.into(), who)),
        visibility,
        kind,
        text,
        cut: false,
        attachments: Vec::new(),
        marker,
    });
}

#[async_trait]
impl Desk for Fake {
    fn place(&self) -> String {
        "a desk in memory".into()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            write: Can::Yes,
            tags: Can::Yes,
            group: Can::Yes,
            device: Can::Yes,
            merge: Can::Yes,
            devices: Can::Yes,
            marker_entry: Can::Yes,
            marker_create: Can::Yes,
            claim: Can::No("not here".to_owned()),
            links: Vec::new(),
            subject_bytes: None,
            ascii_file_names: false,
        }
    }

    async fn probe(&self) -> Result<Identity, Trouble> {
        self.ok()?;
        Ok(Identity {
            product: "Fake".into(),
            version: "1".into(),
            me: PersonRef::new(ME.into(), ME),
            zone: None,
            skew_ms: None,
            capabilities: self.capabilities(),
            warnings: Vec::new(),
        })
    }

    async fn vocab(&self) -> Result<Vocab, Trouble> {
        Ok(Vocab::default())
    }

    async fn changes(&self, _: &Cursor) -> Result<Changes, Trouble> {
        Ok(Changes::default())
    }

    async fn active_ids(&self) -> Result<Vec<TicketId>, Trouble> {
        Ok(Vec::new())
    }

    async fn read(&self, id: &TicketId) -> Result<Ticket, Trouble> {
        self.ok()?;
        if self.read_takes > 0 {
            let until = self.clock.now() + SignedDuration::from_secs(self.read_takes);
            self.clock.until(until).await;
        }
        Ok(self.canonical(id)?.0)
    }

    async fn read_many(&self, _: &[TicketId]) -> Result<Vec<Ticket>, Trouble> {
        Ok(Vec::new())
    }

    async fn entries(&self, id: &TicketId) -> Result<Vec<Entry>, Trouble> {
        self.ok()?;
        Ok(self.canonical(id)?.1)
    }

    async fn entries_after(&self, id: &TicketId, version: &Version) -> Result<Vec<Entry>, Trouble> {
        self.ok()?;
        let after = EntryId::new(version.0.clone());
        let mut entries = self.canonical(id)?.1;
        entries.retain(|e| e.id > after);
        // A desk need not send texts with it.
        for entry in &mut entries {
            entry.text.clear();
        }
        Ok(entries)
    }

    async fn tickets_of(&self, _: &PersonId, _: usize) -> Result<Vec<Ticket>, Trouble> {
        Ok(Vec::new())
    }

    async fn people(&self, _: &str, _: usize) -> Result<Vec<Person>, Trouble> {
        Ok(Vec::new())
    }

    async fn person(&self, _: &PersonId) -> Result<Person, Trouble> {
        Err(Trouble::new(TroubleKind::NotFound, "nobody"))
    }

    async fn attachment(&self, _: &AttachmentId, _: u64) -> Result<AttachmentBody, Trouble> {
        Err(Trouble::new(TroubleKind::NotFound, "nothing"))
    }

    fn plan(&self, action: &Action, _: Option<&Ticket>) -> Result<Plan, Trouble> {
        let me = PersonId::from(ME);
        let expect = match &action.verb {
            Verb::Take | Verb::Steal => Expect::Owner(Fact::Known(me)),
            Verb::Release => Expect::Owner(Fact::Empty),
            Verb::Assign { to } => Expect::Owner(Fact::Known(to.clone())),
            Verb::Status { to } => Expect::Status(to.clone()),
            Verb::Priority { to } => Expect::Priority(*to),
            Verb::Queue { to } => Expect::Queue(to.clone()),
            Verb::Group { to } => Expect::Group(to.clone().into()),
            Verb::Reply { .. } | Verb::Note { .. } => Expect::HasEntry,
            Verb::Merge { into } => Expect::MergedInto(into.clone()),
            Verb::Create { .. } => Expect::Created,
            other => {
                let why = format!("this desk has no {}", other.word());
                return Err(Trouble::new(TroubleKind::Unsupported, why));
            }
        };
        let guarded = Field::of(&action.verb).is_some();
        Ok(Plan {
            steps: vec![Step {
                what: action.verb.word().into(),
                method: "PUT".into(),
                path: "/".into(),
                body: None,
                guarded,
            }],
            expects: vec![expect],
            marker: if self.marker {
                Marker::Searchable
            } else {
                Marker::ByText
            },
            inverse: None,
            notices: Vec::new(),
            warnings: Vec::new(),
        })
    }

    async fn write(
        &self,
        action: &Action,
        plan: &Plan,
        version: Option<&Version>,
        _: &Files,
    ) -> Answer {
        if let Err(trouble) = self.ok() {
            return Answer::NotSent(trouble);
        }
        let now = self.clock.now();
        let fault = {
            let mut state = self.lock();
            state.sent.push((now, action.id));
            arrive(&mut state, now);
            state.faults.pop_front().unwrap_or(Fault::None)
        };
        let answer = self.write_with(action, plan, version, &fault, now);
        if self.takes > 0 {
            let until = now + SignedDuration::from_secs(self.takes);
            self.clock.until(until).await;
        }
        answer
    }

    async fn find(&self, action: &Action, _: &Plan, _: Timestamp) -> Result<Found, Trouble> {
        self.ok()?;
        let now = self.clock.now();
        let mut state = self.lock();
        state.looked.push((now, action.id));
        arrive(&mut state, now);
        let marker = action.id.to_string();
        if let Verb::Create { new } = &action.verb {
            let made = state.tickets.values().find(|(ticket, _)| {
                let is_marked = ticket.device.known() == Some(&marker);
                is_marked || ticket.device == Fact::Empty && ticket.subject == new.subject
            });
            return Ok(made.map_or(Found::No, |(ticket, _)| Found::Yes {
                entry: None,
                ticket: Some(ticket.id.clone()),
            }));
        }
        let (Verb::Reply { text, .. } | Verb::Note { text, .. }) = &action.verb else {
            return Ok(Found::No);
        };
        let asked = action.ticket.clone().unwrap_or_else(|| "".into());
        let id = state.merged.get(&asked).unwrap_or(&asked);
        let entries = state
            .tickets
            .get(id)
            .map(|(_, e)| e.as_slice())
            .unwrap_or_default();
        let found: Vec<EntryId> = entries
            .iter()
            .filter(|e| e.marker.as_ref() == Some(&marker) || e.marker.is_none() && e.text == *text)
            .map(|e| e.id.clone())
            .collect();
        Ok(match found.len() {
            0 => Found::No,
            1 => Found::Yes {
                entry: found.into_iter().next(),
                ticket: None,
            },
            _ => Found::Twice(found),
        })
    }

    fn wait_asked(&self) -> Option<Duration> {
        None
    }
}

impl Fake {
    fn write_with(
        &self,
        action: &Action,
        plan: &Plan,
        version: Option<&Version>,
        fault: &Fault,
        now: Timestamp,
    ) -> Answer {
        let mut state = self.lock();
        let id = action.ticket.as_ref();
        let guarded = plan.steps.iter().any(|s| s.guarded);
        let marker = self.marker.then(|| action.id.to_string());
        let no_answer = || Answer::NoAnswer("the connection was lost".into());
        let later = |seconds: &i64| {
            let at = now + SignedDuration::from_secs(*seconds);
            let version = version.map(|v| v.0.clone()).unwrap_or_default();
            (at, action.clone(), version, guarded)
        };
        match fault {
            Fault::Dropped => return no_answer(),
            Fault::DroppedBeside(verb) => {
                carry_out(&mut state, id, verb, ME, None, now);
                return no_answer();
            }
            Fault::Late(seconds) => {
                state.late.push(later(seconds));
                return no_answer();
            }
            Fault::SlowToStore(seconds) => {
                state.late.push(later(seconds));
                return accepted(None);
            }
            Fault::SaysYesDoesNothing => {
                return Answer::Accepted {
                    remarks: vec!["Permission Denied".into()],
                    created: None,
                };
            }
            Fault::Refused => return Answer::Refused("no right to do this".into()),
            Fault::NotSent(kind) => {
                state.sent.pop();
                return Answer::NotSent(Trouble::new(*kind, format!("{kind:?}")));
            }
            Fault::Before(verb) => {
                carry_out(&mut state, id, verb, ANNA, None, now);
            }
            Fault::RacedBefore(verb) => {
                // Both started from the same value, and the desk writes it so.
                let old = id.and_then(|id| state.tickets.get(id)).cloned();
                carry_out(&mut state, id, verb, ANNA, None, now);
                if let (Some(id), Some((ticket, _))) = (id, old)
                    && let Some((now, _)) = state.tickets.get_mut(id)
                {
                    let version = now.version.clone();
                    *now = Ticket { version, ..ticket };
                }
            }
            Fault::None | Fault::TextWithoutMarker | Fault::RacedAfter(_) => {}
        }
        let current = id
            .and_then(|id| state.tickets.get(id))
            .and_then(|(t, _)| t.version.clone());
        let is_raced = matches!(fault, Fault::RacedBefore(_));
        if guarded && current.as_ref() != version && !is_raced {
            return Answer::Stale;
        }
        if *fault == Fault::TextWithoutMarker {
            carry_out(&mut state, id, &action.verb, ME, None, now);
            return no_answer();
        }
        let old = id.and_then(|id| state.tickets.get(id)).cloned();
        let made = carry_out(&mut state, id, &action.verb, ME, marker, now);
        if let (Fault::RacedAfter(verb), Some((ticket, _)), Some(id)) = (fault, old, id) {
            if let Some((now, _)) = state.tickets.get_mut(id) {
                let version = now.version.clone();
                *now = Ticket { version, ..ticket };
            }
            carry_out(&mut state, Some(id), verb, ANNA, None, now);
        }
        accepted(made)
    }
}

fn accepted(created: Option<TicketId>) -> Answer {
    Answer::Accepted {
        remarks: Vec::new(),
        created,
    }
}
