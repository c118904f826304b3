//! `vagt act` and `vagt new`: one action or many, sent at once and waited for. It neither holds nor asks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::args::{ActArgs, NewArgs};
use super::check::check;
use super::exit::{Exit, Stop};
use super::live::{self, block_on};
use super::out::{Out, say};
use super::replay::language;
use super::session::Ground;
use super::texts::Texts;
use crate::config::Config;
use crate::desk::port::Desk;
use crate::domain::Timestamp;
use crate::domain::action::{Action, NewTicket, OutgoingFile, Seen, Verb};
use crate::domain::claim::{Claim, Doing, LONGEST_OF_ALARM, console_of_alarms};
use crate::domain::delivery::undo_of;
use crate::domain::ids::{ActionId, DeviceId, GroupId, PersonId, TicketId};
use crate::domain::outbox::{Item, State};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::person::PersonRef;
use crate::domain::plan::Plan;
use crate::domain::role::Role;
use crate::domain::template::{Template, TemplateKind};
use crate::domain::ticket::{Link, LinkKind, LinkTarget, Ticket};
use crate::runtime::console::timing;
use crate::runtime::files;
use crate::store::StoreError;
use crate::store::outbox::Outbox;
use crate::sync::clock::SystemClock;
use crate::sync::one::{One, deliver_one};
use crate::text::lang::Lang;
use crate::triage::Groups;

/// How long one action may take: a desk was measured to take 13 s to store a text, and an answer that was lost is
/// looked for after 30 s and after 120 s.
const LIMIT: Duration = Duration::from_secs(180);

/// What a script wants with one ticket.
struct Wish {
    verb: Verb,
    files: Vec<Vec<u8>>,
}

/// Everything that one action needs.
pub(super) struct Means {
    pub(super) config: Config,
    desk: Arc<dyn Desk>,
    pub(super) outbox: Outbox,
    groups: Groups,
    pub(super) me: PersonRef,
    /// Cancelled when the person stops the command.
    stop: CancellationToken,
}

/// What is said at once when the person stops the command.
const STOPPING: &str =
    "stopping: what is on its way gets a moment to end; `vagt outbox` shows what is left then";

impl Means {
    /// Does `work` until the person stops the command; what is being delivered then comes to its end by itself.
    pub(super) async fn heeding_signals<T>(&self, work: impl Future<Output = T>) -> T {
        live::heeding_signals(&self.stop, STOPPING, work).await
    }

    /// A read of the desk, which a stop ends at once.
    pub(super) async fn read(&self, id: &TicketId) -> Result<Ticket, Stop> {
        self.or_stopped(async { Ok(self.desk.read(id).await?) })
            .await
    }

    /// Reads something, which a stop ends at once.
    async fn or_stopped<T>(
        &self,
        reading: impl Future<Output = Result<T, Stop>>,
    ) -> Result<T, Stop> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(stopped()),
            read = reading => read,
        }
    }

    pub(super) async fn open(ground: &Ground) -> Result<Self, Stop> {
        let (config, desk) = live::desk(ground)?;
        if let Some(why) = read_only(&config) {
            return Err(Stop::new(Exit::Refused, format!("{why}; nothing was sent")));
        }
        let identity = desk.probe().await?;
        if let Some(reason) = identity.capabilities.write.reason() {
            return Err(Stop::new(
                Exit::Refused,
                format!("nothing was sent: {reason}"),
            ));
        }
        Ok(Self {
            outbox: live::outbox(ground)?,
            groups: ground.groups.clone(),
            me: identity.me,
            stop: CancellationToken::new(),
            config,
            desk,
        })
    }
}

/// Why a configuration writes nothing at all, if it does not.
pub(super) fn read_only(config: &Config) -> Option<&'static str> {
    if config.desk.read_only {
        return Some("this console is set to read only (desk.read_only)");
    }
    let is_set = Role::parse(&config.desk.role) == Some(Role::ReadOnly);
    is_set.then_some("this console is set to read only (desk.role)")
}

/// How one action ended, for the person and for scripts.
pub(super) struct Ended {
    subject: String,
    exit: Exit,
    json: Json,
    words: String,
}

impl Ended {
    /// What would be done to a ticket.
    pub(super) fn would(ticket: &str, verb: &str, what: &str) -> Self {
        Self {
            subject: ticket.to_owned(),
            exit: Exit::Done,
            json: json!({ "ticket": ticket, "verb": verb }),
            words: format!("would {verb}: {what}"),
        }
    }
    /// Whether it is in the outbox still, for the next console to end.
    pub(super) fn is_kept(&self) -> bool {
        self.exit == Exit::Failed && self.json.get("action").is_some()
    }
}

/// Runs `vagt act`.
///
/// # Errors
/// A wrong command line or configuration, or a desk that is not there. What happens to single tickets is in the
/// answer, not an error.
pub fn act(args: &ActArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    if args.verb == "declare" {
        return super::declare::run(args, ground, out);
    }
    if args.subject.is_some() {
        let why = format!("--subject goes with declare, not with {}", args.verb);
        return Err(Stop::new(Exit::Usage, why));
    }
    let ids = read_ids(&args.ids)?;
    if args.verb == "undo" {
        return undo(args, &ids, ground, out);
    }
    ground.right()?;
    let wish = wish(args, ground)?;
    let template = template(args, ground)?;
    let ids: Vec<TicketId> = ids.iter().map(|id| TicketId::from(id.as_str())).collect();
    block_on(async {
        let means = Means::open(ground).await?;
        let texts = match template {
            Some((template, lang)) => {
                Some(Texts::open(template, lang, ground, &means.desk, &means.me).await?)
            }
            None => None,
        };
        let mut ended = Vec::new();
        let mut asked: BTreeMap<TicketId, TicketId> = BTreeMap::new();
        for id in ids.clone() {
            let one = async {
                let ticket = means.read(&id).await?;
                if let Some(stop) = asked_twice(&mut asked, &id, &ticket.id) {
                    return Err(stop);
                }
                let mut verb = wish.verb.clone();
                if let (Some(texts), Verb::Reply { text, .. } | Verb::Note { text, .. }) =
                    (&texts, &mut verb)
                {
                    *text = means.or_stopped(texts.text(&ticket.id)).await?;
                }
                if let Verb::Claim { claim } = &mut verb {
                    let times = (claim.since, claim.until);
                    *claim = Claim::new(claim.doing, &means.me, times, &claim.console);
                }
                let action = action(verb, Some(&ticket), None);
                carry_out(
                    &means,
                    action,
                    Some(&ticket),
                    wish.files.clone(),
                    args.dry_run,
                )
                .await
            };
            ended.push(
                means
                    .heeding_signals(Box::pin(one))
                    .await
                    .unwrap_or_else(|stop: Stop| failed(id.as_str(), &stop)),
            );
        }
        if args.verb == "escalate" && !args.dry_run && in_all(&ended) == Exit::Done {
            super::escalate::call(&means, ground, &ids).await?;
        }
        report(&args.verb, args.json, args.dry_run, &ended, out)
    })
}

/// Two numbers may be one ticket: after a merge, or written with a zero in front. It gets one reply, not two.
pub(super) fn asked_twice(
    asked: &mut BTreeMap<TicketId, TicketId>,
    id: &TicketId,
    ticket: &TicketId,
) -> Option<Stop> {
    match asked.insert(ticket.clone(), id.clone()) {
        None => None,
        Some(before) => {
            let why = format!("this is ticket {ticket}, as is {before}: nothing was sent twice");
            Some(Stop::new(Exit::Refused, why))
        }
    }
}

/// Runs `vagt new`.
///
/// # Errors
/// As [`act`].
pub fn new(args: &NewArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    ground.right()?;
    let verb = Verb::Create {
        new: NewTicket {
            subject: args.subject.clone(),
            text: text(args.file.as_deref())?,
            requester: PersonId::from(args.requester.as_str()),
            queue: args.queue.clone(),
            priority: args.priority,
            owner: args.owner.as_deref().map(PersonId::from),
            group: args.group.as_deref().map(GroupId::from),
            device: args.device.clone(),
        },
    };
    block_on(async {
        let means = Means::open(ground).await?;
        let creating = carry_out(
            &means,
            action(verb, None, None),
            None,
            Vec::new(),
            args.dry_run,
        );
        let ended = means.heeding_signals(Box::pin(creating)).await;
        let ended = ended.unwrap_or_else(|stop| failed("new ticket", &stop));
        report("create", args.json, args.dry_run, &[ended], out)
    })
}

fn undo(args: &ActArgs, ids: &[String], ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    ground.right()?;
    block_on(async {
        let means = Means::open(ground).await?;
        let mut ended = Vec::new();
        for id in ids {
            ended.push(
                means
                    .heeding_signals(Box::pin(undo_one(&means, id, args.dry_run)))
                    .await
                    .unwrap_or_else(|stop| failed(id, &stop)),
            );
        }
        report("undo", args.json, args.dry_run, &ended, out)
    })
}

async fn undo_one(means: &Means, id: &str, dry_run: bool) -> Result<Ended, Stop> {
    let item = super::outbox::find(&means.outbox, id).await?.item;
    let Some(ticket) = item.action.ticket.clone().or_else(|| item.result.clone()) else {
        return Err(Stop::new(
            Exit::Refused,
            "it was never on a ticket; `vagt outbox drop` takes it back",
        ));
    };
    let now = means.read(&ticket).await?;
    let verb = undo_of(&item, &now, &means.me.id).map_err(|why| Stop::new(Exit::Refused, why))?;
    let action = action(verb, Some(&now), Some(item.id()));
    carry_out(means, action, Some(&now), Vec::new(), dry_run).await
}

pub(super) fn action(verb: Verb, ticket: Option<&Ticket>, undoes: Option<ActionId>) -> Action {
    let at = Timestamp::now();
    Action {
        id: ActionId::new(Uuid::now_v7()),
        ticket: ticket.map(|t| t.id.clone()),
        seen: ticket.map_or_else(Seen::default, |t| Seen::of(t, None, t.updated)),
        verb,
        at,
        undoes,
        parent: None,
        force: false,
    }
}

pub(super) async fn carry_out(
    means: &Means,
    action: Action,
    ticket: Option<&Ticket>,
    files: Vec<Vec<u8>>,
    dry_run: bool,
) -> Result<Ended, Stop> {
    let subject = action
        .ticket
        .as_ref()
        .map_or_else(|| "new ticket".to_owned(), ToString::to_string);
    let role = Role::parse(&means.config.desk.role).unwrap_or_default();
    if let Some(why) = role.why_not(&action.verb) {
        return Err(Stop::new(Exit::Refused, why));
    }
    check(means.desk.as_ref(), &means.groups, &action.verb, ticket).await?;
    let plan = means.desk.plan(&action, ticket)?;
    for warning in &plan.warnings {
        say(format!("{subject}: {warning}"));
    }
    if dry_run {
        return Ok(planned(subject, &action, &plan));
    }
    let clock = Arc::new(SystemClock);
    let timing = timing(&means.config);
    let desk = Arc::clone(&means.desk);
    let (id, verb) = (action.id, action.verb.word());
    let one = match deliver_one(
        desk,
        means.outbox.clone(),
        clock,
        timing,
        (action, files),
        LIMIT,
        means.stop.clone(),
    )
    .await
    {
        Ok(one) => one,
        Err(error) => return Ok(untold(subject, id, verb, &error)),
    };
    Ok(match one {
        One::Ended(item) => delivered(subject, &item),
        One::Withdrawn(_) if means.stop.is_cancelled() => failed(&subject, &stopped()),
        One::Withdrawn(trouble) => failed(&subject, &Stop::from(withdrawn(trouble))),
    })
}

/// The person stopped the command before this was sent.
fn stopped() -> Stop {
    Stop::new(
        Exit::Failed,
        "stopped before it was sent; it is not in the outbox",
    )
}

/// The outbox failed on the way. It may have been sent before that, so a script must not take it for unsent.
fn untold(subject: String, id: ActionId, verb: &str, error: &StoreError) -> Ended {
    let message = format!(
        "it may have been sent: {error}; look at the ticket, and at `vagt outbox show {id}`"
    );
    Ended {
        json: json!({ "ticket": subject, "verb": verb, "action": id, "state": State::Unknown, "message": message }),
        subject,
        exit: Exit::Failed,
        words: message,
    }
}

/// What kept an action from being sent is not a matter of the ticket.
fn withdrawn(trouble: Trouble) -> Trouble {
    match trouble.kind {
        TroubleKind::NoAnswer | TroubleKind::Malformed => Trouble {
            kind: TroubleKind::Transient,
            ..trouble
        },
        _ => trouble,
    }
}

fn planned(subject: String, action: &Action, plan: &Plan) -> Ended {
    let what: Vec<&str> = plan.steps.iter().map(|s| s.what.as_str()).collect();
    let mut words = format!("would {}: {}", action.verb.word(), what.join("; "));
    for notice in &plan.notices {
        // Writing into a String cannot fail.
        let _ = write!(words, " ({notice})");
    }
    let mut json = json!({ "ticket": action.ticket, "verb": action.verb.word(), "plan": plan });
    if let Verb::Reply { text, .. } | Verb::Note { text, .. } = &action.verb {
        for line in text.lines() {
            words.push_str("\n  ");
            words.push_str(line);
        }
        if let Json::Object(object) = &mut json {
            object.insert("text".to_owned(), json!(text));
        }
    }
    Ended {
        subject,
        exit: Exit::Done,
        json,
        words,
    }
}

fn delivered(subject: String, item: &Item) -> Ended {
    let exit = match item.state {
        State::Done | State::NoChange => Exit::Done,
        State::Refused | State::Conflict => Exit::Refused,
        State::Held
        | State::Ready
        | State::Sending
        | State::Unknown
        | State::Parked
        | State::Dropped => Exit::Failed,
    };
    let mut words = item.state.word().to_owned();
    if let Some(result) = &item.result {
        // Writing into a String cannot fail.
        let _ = write!(words, ", ticket {result}");
    }
    if !item.message.is_empty() {
        // Writing into a String cannot fail.
        let _ = write!(words, ": {}", item.message);
    }
    if item.state == State::Done {
        // Writing into a String cannot fail.
        let _ = write!(words, " (action {})", item.id());
    }
    for d in &item.differences {
        // Writing into a String cannot fail.
        let _ = write!(
            words,
            "\n  {}: you saw {}, the desk has {}",
            d.field, d.seen, d.theirs
        );
    }
    if exit == Exit::Failed && item.state != State::Dropped {
        // Writing into a String cannot fail.
        let _ = write!(
            words,
            "\n  kept in the outbox as {}: the next console finds out and finishes it; `vagt outbox` shows it",
            item.id()
        );
    }
    let json = json!({
        "ticket": item.action.ticket, "verb": item.action.verb.word(), "action": item.id(), "state": item.state,
        "result": item.result, "entry": item.entry, "message": item.message, "differences": item.differences,
    });
    Ended {
        subject,
        exit,
        json,
        words,
    }
}

pub(super) fn failed(subject: &str, stop: &Stop) -> Ended {
    let exit = stop.exit;
    let json = json!({ "ticket": subject, "state": "not-sent", "message": stop.message });
    Ended {
        subject: subject.to_owned(),
        exit,
        json,
        words: stop.message.clone(),
    }
}

pub(super) fn report(
    verb: &str,
    as_json: bool,
    dry_run: bool,
    ended: &[Ended],
    out: &mut Out,
) -> Result<Exit, Stop> {
    if as_json {
        let results: Vec<&Json> = ended.iter().map(|e| &e.json).collect();
        out.json(&json!({ "schema": "vagt.act/1", "verb": verb, "dry_run": dry_run, "results": results }))?;
    }
    for one in ended {
        let line = format!("{}: {}", one.subject, one.words);
        match (as_json, one.exit) {
            (false, Exit::Done) => out.line(line)?,
            (true, Exit::Done) => {}
            _ => say(line),
        }
    }
    Ok(in_all(ended))
}

/// One exit code for all: that of a single kind of failure, or "partly done".
fn in_all(ended: &[Ended]) -> Exit {
    let mut kinds: BTreeMap<Exit, usize> = BTreeMap::new();
    for one in ended {
        *kinds.entry(one.exit).or_default() += 1;
    }
    match kinds.len() {
        0 => Exit::Done,
        1 => kinds.keys().next().copied().unwrap_or(Exit::Done),
        _ if kinds.contains_key(&Exit::Done) => Exit::Partly,
        _ => Exit::Failed,
    }
}

pub(super) fn read_ids(given: &[String]) -> Result<Vec<String>, Stop> {
    let mut ids: Vec<String> = Vec::new();
    for id in given {
        if id == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            ids.extend(text.split_whitespace().map(str::to_owned));
        } else {
            ids.push(id.clone());
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    if ids.is_empty() {
        return Err(Stop::new(
            Exit::Usage,
            "no ticket was named; give numbers, or - and numbers on standard input",
        ));
    }
    Ok(ids)
}

/// The template that is asked for, and in which language.
fn template(args: &ActArgs, ground: &Ground) -> Result<Option<(Template, Option<Lang>)>, Stop> {
    let Some(name) = &args.template else {
        return Ok(None);
    };
    let kind = match args.verb.as_str() {
        "reply" => TemplateKind::Reply,
        "note" => TemplateKind::Note,
        other => {
            let why = format!("--template goes with reply and note, not with {other}");
            return Err(Stop::new(Exit::Usage, why));
        }
    };
    let lang = args.language.as_deref().map(language).transpose()?;
    Ok(Some((super::texts::find(name, kind, ground)?, lang)))
}

fn wish(args: &ActArgs, ground: &Ground) -> Result<Wish, Stop> {
    let usage = |why: String| Stop::new(Exit::Usage, why);
    let to = || {
        args.to
            .clone()
            .filter(|t| !t.is_empty())
            .ok_or_else(|| usage(format!("{} needs --to VALUE", args.verb)))
    };
    let is_text = matches!(args.verb.as_str(), "reply" | "note" | "escalate");
    if !is_text && (args.file.is_some() || !args.attach.is_empty()) {
        return Err(usage(format!(
            "--file and --attach go with reply, note and escalate, not with {}",
            args.verb
        )));
    }
    let (outgoing, files) = if is_text {
        attachments(&args.attach, ground)?
    } else {
        (Vec::new(), Vec::new())
    };
    // The text of a template is another one for each ticket, and is put in there.
    let written = || match args.template {
        Some(_) => Ok(String::new()),
        None => text(args.file.as_deref()),
    };
    let verb = match args.verb.as_str() {
        "take" => Verb::Take,
        "release" => Verb::Release,
        "steal" => Verb::Steal,
        "assign" => Verb::Assign {
            to: PersonId::from(to()?.as_str()),
        },
        "status" => Verb::Status { to: to()? },
        "priority" => {
            let text = to()?;
            Verb::Priority {
                to: text.parse().map_err(|_| {
                    usage(format!(
                        "{text:?} is not a number; give one, for example 75"
                    ))
                })?,
            }
        }
        "queue" => Verb::Queue { to: to()? },
        "group" => {
            let slug = to()?;
            Verb::Group {
                to: (slug != "none").then(|| GroupId::from(slug.as_str())),
            }
        }
        "reply" => Verb::Reply {
            text: written()?,
            files: outgoing,
        },
        "note" => Verb::Note {
            text: written()?,
            files: outgoing,
        },
        "escalate" => Verb::Note {
            text: format!("{}{}", super::escalate::BEGINS, written()?),
            files: outgoing,
        },
        "ack" => Verb::Claim {
            claim: of_alarm(Doing::Acknowledged, args.to.as_deref())?,
        },
        "snooze" => Verb::Claim {
            claim: of_alarm(Doing::Snoozed, args.to.as_deref())?,
        },
        "tag" => Verb::Tag { tag: to()? },
        "untag" => Verb::Untag { tag: to()? },
        "link" => Verb::Link {
            link: link(&to()?)?,
        },
        "unlink" => Verb::Unlink {
            link: link(&to()?)?,
        },
        "merge" => Verb::Merge {
            into: TicketId::from(to()?.as_str()),
        },
        other => {
            let known = "take, release, steal, assign, status, priority, queue, group, reply, note, tag, untag, link, unlink, merge, ack, snooze, escalate, declare and undo";
            return Err(usage(format!(
                "there is no action {other:?}; there are {known}"
            )));
        }
    };
    Ok(Wish { verb, files })
}

/// A word about the alarm of a ticket, until a time of today or tomorrow (`06:30`) or for so long (`2h`). Who says it is put
/// in when the desk has told.
fn of_alarm(doing: Doing, until: Option<&str>) -> Result<Claim, Stop> {
    let now = jiff::Zoned::now();
    let usual = if doing == Doing::Snoozed { "1h" } else { "12h" };
    let text = until.unwrap_or(usual);
    let at = match text.parse::<jiff::civil::Time>() {
        Ok(time) => now
            .with()
            .time(time)
            .build()
            .and_then(|at| if at > now { Ok(at) } else { at.tomorrow() }),
        Err(_) => text
            .parse::<jiff::SignedDuration>()
            .and_then(|span| now.checked_add(span)),
    };
    let at = at.ok().filter(|at| {
        let span = at.timestamp().duration_since(now.timestamp());
        span.is_positive() && span <= LONGEST_OF_ALARM
    });
    let at = at.ok_or_else(|| {
        let why = format!("{text:?} is no time within a day; give one such as 06:30, or 2h");
        Stop::new(Exit::Usage, why)
    })?;
    let nobody = PersonRef::new(PersonId::from("-"), "");
    let console = console_of_alarms(&format!("{:08x}", rand::random::<u32>()));
    let times = (now.timestamp(), at.timestamp());
    Ok(Claim::new(doing, &nobody, times, &console))
}

/// `KIND:ID`, or an id alone for `refers-to`; an id of the form `device:ID` is a device.
fn link(text: &str) -> Result<Link, Stop> {
    let (kind, id) = match text.split_once(':') {
        Some((word, id)) if LinkKind::parse(word).is_some() => {
            (LinkKind::parse(word).unwrap_or(LinkKind::RefersTo), id)
        }
        Some((word, _)) if word != "device" => {
            let known: Vec<&str> = LinkKind::ALL.iter().map(|k| k.word()).collect();
            return Err(Stop::new(
                Exit::Usage,
                format!("there is no link {word:?}; there are {}", known.join(", ")),
            ));
        }
        _ => (LinkKind::RefersTo, text),
    };
    let target = match id.strip_prefix("device:") {
        Some(device) => LinkTarget::Device(DeviceId::from(device)),
        None => LinkTarget::Ticket(TicketId::from(id)),
    };
    Ok(Link { kind, target })
}

/// A text from a file or from standard input.
fn text(file: Option<&Path>) -> Result<String, Stop> {
    let text = match file {
        Some(path) if path != Path::new("-") => std::fs::read_to_string(path).map_err(|e| {
            Stop::new(
                Exit::Usage,
                format!("{} cannot be read: {e}", path.display()),
            )
        })?,
        _ => {
            if std::io::stdin().is_terminal() {
                say(
                    "Type the text, and end with Ctrl-D on a line of its own (or give it with --file).",
                );
            }
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
    };
    let text = text.trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(Stop::new(
            Exit::Usage,
            "the text is empty; nothing was sent (give it with --file, or on standard input)",
        ));
    }
    Ok(text)
}

fn attachments(
    paths: &[PathBuf],
    ground: &Ground,
) -> Result<(Vec<OutgoingFile>, Vec<Vec<u8>>), Stop> {
    let cap = u64::from(ground.loaded.config.attachments.max_mb) * 1_000_000;
    let mut outgoing = Vec::new();
    let mut contents = Vec::new();
    for (position, path) in (0u32..).zip(paths) {
        let facts =
            files::inspect(&path.to_string_lossy()).map_err(|why| Stop::new(Exit::Usage, why))?;
        contents.push(files::read(&facts.path, cap).map_err(|why| Stop::new(Exit::Usage, why))?);
        outgoing.push(OutgoingFile {
            name: facts.name,
            media_type: facts.media_type,
            size: facts.size,
            position,
        });
    }
    Ok((outgoing, contents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_of_one_ticket_are_one_action() {
        let mut asked = BTreeMap::new();
        let id = TicketId::from;
        assert_eq!(asked_twice(&mut asked, &id("5"), &id("6")), None);
        assert_eq!(asked_twice(&mut asked, &id("7"), &id("7")), None);
        let merged = asked_twice(&mut asked, &id("6"), &id("6")).unwrap();
        assert_eq!(merged.exit, Exit::Refused);
        assert!(merged.message.contains("as is 5"), "{}", merged.message);
    }

    #[test]
    fn links_are_read_as_written() {
        let ticket = |kind, id: &str| Link {
            kind,
            target: LinkTarget::Ticket(id.into()),
        };
        assert_eq!(link("17").unwrap(), ticket(LinkKind::RefersTo, "17"));
        assert_eq!(
            link("depends-on:17").unwrap(),
            ticket(LinkKind::DependsOn, "17")
        );
        let device = Link {
            kind: LinkKind::RefersTo,
            target: LinkTarget::Device("5".into()),
        };
        assert_eq!(link("refers-to:device:5").unwrap(), device);
        assert_eq!(link("device:5").unwrap(), device);
        assert_eq!(link("likes:17").unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn one_exit_code_says_how_all_went() {
        let ended = |exit| Ended {
            subject: String::new(),
            exit,
            json: Json::Null,
            words: String::new(),
        };
        assert_eq!(in_all(&[ended(Exit::Done), ended(Exit::Done)]), Exit::Done);
        assert_eq!(
            in_all(&[ended(Exit::Done), ended(Exit::Refused)]),
            Exit::Partly
        );
        assert_eq!(
            in_all(&[ended(Exit::Refused), ended(Exit::Refused)]),
            Exit::Refused
        );
    }
}
