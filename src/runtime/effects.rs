//! Carries effects out: each becomes a named task whose answer comes back as a message.
//!
//! Invariant: nothing here waits on the loop's thread for network or disk; what goes to the outbox (actions, drafts,
//! decisions) goes through one task, in the order in which it was asked for.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::alike::{self, Finder};
use super::clock::Clock;
use super::declared::{self, Wanted};
use super::files;
use super::tasks::Tasks;
use super::triage::Ask;
use super::watch::Feed;
use super::{handover, hook};
use crate::app::effect::Page;
use crate::app::{Effect, Msg};
use crate::config::views::{self, ViewChange};
use crate::config::{cards, hosting, templates};
use crate::desk::port::Desk;
use crate::domain::action::{Action, Seen};
use crate::domain::alarm::{Book, Hook, Means, Policy, Ring};
use crate::domain::bulk::Bulk;
use crate::domain::declared::Declared;
use crate::domain::draft::{Draft, DraftKey};
use crate::domain::entry::Attachment;
use crate::domain::ids::{ActionId, PersonId, TicketId};
use crate::domain::outbox::Item;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::ticket::Ticket;
use crate::domain::timeline::Timeline;
use crate::domain::watch::Ruling;
use crate::store::outbox::{AuditLine, New, Outbox};
use crate::store::{Cache, StoreError};
use crate::sync::change::{Changed, Decision, decide_children, drop_item, retry_item, send_read};
use crate::sync::deliver::Handle as DeliveryHandle;
use crate::sync::detail;
use crate::sync::outbox::Timing;
use crate::sync::poller::{self, PollerHandle};
use crate::text::sanitize;

/// Largest attachment whose text is shown, in bytes.
const SHOWN: u64 = 1_000_000;
/// Most tickets that a search answers with.
const FOUND: u32 = 50;
/// Most people that a look-up answers with.
const PEOPLE: usize = 20;
/// How long "send now and wait" tries, at most.
const FLUSH: std::time::Duration = std::time::Duration::from_secs(60);
/// Most tickets of a person.
const TICKETS: usize = 50;

/// What effects work with. Cheap to clone.
#[derive(Clone)]
pub struct Reach {
    /// The desk.
    pub desk: Arc<dyn Desk>,
    /// Tickets and devices on disk.
    pub cache: Cache,
    /// Actions on disk.
    pub outbox: Outbox,
    /// Steers the poller.
    pub poller: PollerHandle,
    /// Steers delivery.
    pub delivery: DeliveryHandle,
    /// Where the incident engine is told.
    pub feeds: std::sync::mpsc::Sender<Feed>,
    /// Where the engine that reads texts is asked.
    pub texts: std::sync::mpsc::Sender<Ask>,
    /// What is known of similar tickets.
    pub finder: Finder,
    /// Waits of the outbox.
    pub timing: Timing,
    /// Where answers go.
    pub mail: mpsc::UnboundedSender<Msg>,
    /// Who runs tasks.
    pub tasks: Tasks,
    /// The time.
    pub clock: Clock,
    /// Largest attachment, in bytes.
    pub max_file: u64,
    /// The directory of templates.
    pub templates: PathBuf,
    /// The configuration file, and the chosen profile.
    pub config_file: (PathBuf, Option<String>),
    /// The directory of cache and outbox, where marks are kept.
    pub store_dir: PathBuf,
    /// The directory of action cards.
    pub cards: PathBuf,
    /// Where timelines of incidents are written.
    pub timelines: PathBuf,
    /// Where attachments are saved.
    pub save_dir: PathBuf,
    /// Where hand-overs are kept.
    pub handovers: PathBuf,
    /// Who is told of what goes on; none: nobody.
    pub alarms: Option<Arc<Policy>>,
    /// Where it is kept what was told of alarms.
    pub alarm_dir: PathBuf,
}

/// What goes to the outbox, in order.
enum Job {
    Enqueue {
        action: Box<Action>,
        files: Vec<String>,
        hold_until: Option<jiff::Timestamp>,
    },
    EnqueueBulk {
        bulk: Box<Bulk>,
        actions: Vec<Action>,
        hold_until: Option<jiff::Timestamp>,
        remember: Option<(ActionId, String)>,
    },
    Declared(ActionId, Wanted),
    /// What becomes of the children of a bulk.
    Children(ActionId, Decision),
    Drop(ActionId),
    Retry(ActionId),
    /// Replies of a bulk whose unseen messages were read.
    Read(ActionId, Vec<(ActionId, Seen)>),
    SaveDraft(Box<Draft>),
    DropDraft(DraftKey),
    Record(Box<AuditLine>),
    Rule(Box<Ruling>),
    /// What was told of alarms; in its order, for the last one counts after a restart.
    Alarms(Box<Book>),
    /// Answered when everything before it is on disk.
    Mark(oneshot::Sender<()>),
}

/// Starts effects.
pub struct Starter {
    reach: Reach,
    jobs: mpsc::UnboundedSender<Job>,
}

impl Starter {
    /// Starts the task that writes to the outbox.
    pub fn new(reach: Reach) -> Self {
        let (jobs, asked) = mpsc::unbounded_channel();
        let clerk = Clerk {
            reach: reach.clone(),
        };
        reach.tasks.spawn_to_end("outbox clerk", clerk.work(asked));
        Self { reach, jobs }
    }

    /// Starts an effect that needs no terminal; gives back one that does.
    pub fn start(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Enqueue {
                action,
                files,
                hold_until,
            } => self.job(Job::Enqueue {
                action,
                files,
                hold_until,
            }),
            Effect::EnqueueBulk {
                bulk,
                actions,
                hold_until,
                remember,
            } => self.job(Job::EnqueueBulk {
                bulk,
                actions,
                hold_until,
                remember,
            }),
            Effect::Declare {
                record,
                create,
                hold_until,
            } => self.job(Job::Declared(
                record.id,
                Wanted::Declare(record, create, hold_until),
            )),
            Effect::JoinDeclared {
                record,
                bulk,
                parts,
                answers,
                hold_until,
            } => self.job(Job::Declared(
                record,
                Wanted::Join(bulk, parts, answers, hold_until),
            )),
            Effect::ChangeDeclared { record, change } => {
                self.job(Job::Declared(record, Wanted::Change(change)));
            }
            Effect::DropBulk(id) => self.job(Job::Children(id, Decision::Drop)),
            Effect::RetryBulk(id) => self.job(Job::Children(id, Decision::Retry)),
            Effect::SendRead { bulk, read } => self.job(Job::Read(bulk, read)),
            Effect::Drop(id) => self.job(Job::Drop(id)),
            Effect::Retry(id) | Effect::Force(id) => self.job(Job::Retry(id)),
            Effect::SaveDraft(draft) => self.job(Job::SaveDraft(draft)),
            Effect::DropDraft(key) => self.job(Job::DropDraft(key)),
            Effect::LoadDetail(id) => self.load_detail(id),
            Effect::FindAlike(ticket) => self.find_alike(ticket),
            Effect::FindPeople(text) => self.find_people(text),
            Effect::ChangeView(change) => self.change_view(change),
            Effect::KeepDown(down) => self.keep_down(down),
            Effect::FindText(text) => self.find_text(text),
            Effect::LoadPerson(person) => self.load_person(person),
            Effect::InspectFile(path) => self.inspect(path),
            Effect::CompletePath(typed) => self.complete(typed),
            Effect::SaveAttachment { attachment, .. } => self.save_attachment(attachment),
            Effect::ReadAttachment(attachment) => self.read_attachment(attachment),
            Effect::ReadTemplates => self.read_templates(),
            Effect::WriteTimeline(timeline) => self.write_timeline(timeline),
            Effect::RefreshNow => {
                self.reach.poller.refresh();
                self.reach.delivery.resume();
            }
            Effect::Attention(attention) => self.reach.poller.attention(match attention {
                crate::app::Attention::InUse => poller::Attention::InUse,
                crate::app::Attention::Idle => poller::Attention::Idle,
                crate::app::Attention::Unfocused => poller::Attention::Unfocused,
            }),
            Effect::Flush => self.flush(),
            Effect::Rule(ruling) => {
                // The worker ends with the loop; when it failed before, that was told.
                drop(
                    self.reach
                        .feeds
                        .send(Feed::Rulings(vec![(*ruling).clone()])),
                );
                self.job(Job::Rule(ruling));
            }
            Effect::Ring(ring) => {
                self.ring(&ring);
                return Some(Effect::Ring(ring));
            }
            Effect::KeepAlarms(book) => self.job(Job::Alarms(book)),
            Effect::WriteHandover(page) => self.write_handover(page),
            Effect::Unmasked { ticket, by } => {
                let who = by.as_ref().map_or("somebody", |by| by.as_str());
                tracing::warn!(%ticket, by = who, "personal numbers are shown");
                let line = AuditLine::unmasked(ticket, by.as_ref(), self.reach.clock.now());
                self.job(Job::Record(Box::new(line)));
            }
            other => return Some(other),
        }
        None
    }

    /// Ends when everything that was asked for before is on disk.
    pub async fn settled(&self) {
        let (told, heard) = oneshot::channel();
        self.job(Job::Mark(told));
        // An error means that the clerk is gone; then there is nothing to wait for.
        drop(heard.await);
    }

    fn job(&self, job: Job) {
        if self.jobs.send(job).is_err() {
            let gone =
                "the outbox is not written any more; leave Vagt and start it again".to_owned();
            drop(self.reach.mail.send(Msg::Mishap(gone)));
        }
    }

    fn flush(&self) {
        let reach = self.reach.clone();
        let (told, heard) = oneshot::channel();
        self.job(Job::Mark(told));
        self.reach.tasks.spawn("flush", async move {
            drop(heard.await);
            let left = reach.delivery.flush(FLUSH).await;
            tracing::info!(left = left.len(), "sent what could be sent");
        });
    }

    fn read_templates(&self) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("templates", async move {
            let dir = reach.templates.clone();
            let read = tokio::task::spawn_blocking(move || templates::load(Some(&dir))).await;
            match read {
                Ok(loaded) => reach.say(Msg::Templates {
                    shelf: Box::new(loaded.shelf),
                    problems: loaded.problems.iter().map(ToString::to_string).collect(),
                }),
                Err(error) => tracing::warn!(%error, "templates not read"),
            }
            let dir = reach.cards.clone();
            let read = tokio::task::spawn_blocking(move || cards::load(Some(&dir))).await;
            match read {
                Ok(loaded) => reach.say(Msg::Cards {
                    cards: loaded.cards,
                    problems: loaded.problems.iter().map(ToString::to_string).collect(),
                }),
                Err(error) => tracing::warn!(%error, "cards not read"),
            }
        });
    }

    fn ring(&self, ring: &Ring) {
        tracing::warn!(group = %ring.group, why = ring.why.word(), people = ring.people, page = ring.page, "alarm");
        let reach = self.reach.clone();
        let Some(policy) = reach.alarms.clone() else {
            return;
        };
        let hook = if ring.why.is_escalation() {
            policy
                .escalation
                .as_ref()
                .map(|escalation| &escalation.hook)
        } else {
            policy.hook.as_ref()
        };
        let Some(hook) = hook.filter(|_| ring.means.contains(&Means::Hook)) else {
            return;
        };
        let (hook, ring, budget) = (hook.clone(), ring.clone(), policy.budget);
        // An alarm of the last moment still calls somebody.
        self.reach
            .tasks
            .spawn_to_end("hook of an alarm", async move {
                if let Err(why) = reach.call(&hook, ring, budget).await {
                    tracing::warn!(%why, "hook of an alarm");
                    reach.say(Msg::Mishap(why));
                }
            });
    }

    fn write_handover(&self, page: Page) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn_to_end("hand-over", async move {
            let (dir, at) = (reach.handovers.clone(), page.at);
            let written = blocking(move || handover::keep(&dir, &page)).await;
            let result = written.and_then(|written| written);
            reach.say(Msg::HandedOver(result.map(|path| (path, at))));
        });
    }

    fn write_timeline(&self, timeline: Box<Timeline>) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("timeline", async move {
            let result =
                declared::write_timeline(&reach.outbox, *timeline, reach.timelines.clone());
            reach.say(Msg::TimelineWritten(result.await));
        });
    }

    fn load_detail(&self, id: TicketId) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("ticket", async move {
            match reach.cache.get_detail(&id).await {
                Ok(Some(detail)) => reach.say(Msg::DetailLoaded {
                    ticket: id.clone(),
                    result: Ok(Box::new(detail)),
                }),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(ticket = %id, %error, "conversation not read from the cache");
                }
            }
            let result =
                detail::fetch(reach.desk.as_ref(), &reach.cache, &id, reach.clock.now()).await;
            reach.say(Msg::DetailLoaded {
                ticket: id,
                result: result.map(Box::new),
            });
        });
    }

    fn find_alike(&self, ticket: Box<Ticket>) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("similar tickets", async move {
            let tell = |found| {
                reach.say(Msg::AlikeFound {
                    ticket: ticket.id.clone(),
                    found: Box::new(found),
                });
            };
            let (desk, cache) = (reach.desk.as_ref(), &reach.cache);
            alike::find(&reach.finder, desk, cache, &reach.texts, &ticket, tell).await;
        });
    }

    fn find_people(&self, text: String) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("people", async move {
            let result = reach.desk.people(&text, PEOPLE).await;
            reach.say(Msg::PeopleFound { text, result });
        });
    }

    fn keep_down(&self, down: BTreeSet<String>) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("systems down", async move {
            let dir = reach.store_dir.clone();
            let kept = tokio::task::spawn_blocking(move || hosting::write_down(&dir, &down)).await;
            if let Ok(Err(error)) = kept {
                let text = format!("What is marked down is not kept: {error}");
                reach.say(Msg::Mishap(text));
            }
        });
    }

    fn change_view(&self, change: ViewChange) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("saved panes", async move {
            let (path, profile) = reach.config_file.clone();
            let asked = change.clone();
            let written = blocking(move || {
                let shown = path.display().to_string();
                views::change(&path, profile.as_deref(), &asked)
                    .map(|()| shown)
                    .map_err(|error| error.to_string())
            });
            let result = written.await.and_then(|result| result);
            reach.say(Msg::ViewChanged { change, result });
        });
    }

    fn find_text(&self, text: String) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("search", async move {
            let found = reach.cache.search_tickets(&text, FOUND).await;
            let result = found.map_err(|error| error.to_string());
            reach.say(Msg::TextFound { text, result });
        });
    }

    fn load_person(&self, person: PersonId) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("person", async move {
            let result = reach.desk.tickets_of(&person, TICKETS).await;
            reach.say(Msg::PersonTickets { person, result });
        });
    }

    fn inspect(&self, path: String) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("file", async move {
            let asked = path.clone();
            let result = blocking(move || files::inspect(&asked))
                .await
                .and_then(|r| r);
            reach.say(Msg::FileInspected { path, result });
        });
    }

    fn complete(&self, typed: String) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("path", async move {
            let asked = typed.clone();
            let paths = blocking(move || files::complete(&asked))
                .await
                .unwrap_or_default();
            reach.say(Msg::PathCompleted { typed, paths });
        });
    }

    fn read_attachment(&self, attachment: Attachment) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("text of an attachment", async move {
            let result = match reach.desk.attachment(&attachment.id, SHOWN).await {
                Ok(body) => as_text(&body.bytes),
                Err(trouble) => Err(trouble.message),
            };
            reach.say(Msg::AttachmentText {
                name: attachment.name,
                result,
            });
        });
    }

    fn save_attachment(&self, attachment: Attachment) {
        let reach = self.reach.clone();
        self.reach.tasks.spawn("attachment", async move {
            let result = save(&reach, &attachment)
                .await
                .map_err(|trouble| trouble.message);
            reach.say(Msg::AttachmentSaved {
                attachment: attachment.id,
                result,
            });
        });
    }
}

impl Reach {
    /// Runs the command of an alarm, if no other console of this person has.
    async fn call(&self, hook: &Hook, ring: Ring, budget: usize) -> Result<(), String> {
        let environment = hook::environment(&ring, budget, &self.desk.place());
        let dir = self.alarm_dir.clone();
        let claimed = blocking(move || hook::claim(&dir, &ring)).await?;
        // Who cannot note it calls all the same: twice is better than never.
        if claimed.unwrap_or(true) {
            hook::run(hook, environment).await?;
        }
        Ok(())
    }

    /// Tells the loop. It may be gone already, on the way out.
    fn say(&self, msg: Msg) {
        drop(self.mail.send(msg));
    }
}

/// The bytes of a file as text to be shown, whatever the desk says of its type; a picture is none.
fn as_text(bytes: &[u8]) -> Result<String, String> {
    if bytes.contains(&0) {
        return Err("this is no text; Enter saves it".to_owned());
    }
    let text = String::from_utf8(bytes.to_vec());
    // Old programs write Latin-1.
    let text = text.unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect());
    let shown = sanitize::block(&text);
    if shown.is_empty() {
        return Err("the file is empty".to_owned());
    }
    Ok(shown)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| format!("it could not be done: {error}"))
}

/// Fetches an attachment and saves it. Gives back where.
async fn save(reach: &Reach, attachment: &Attachment) -> Result<String, Trouble> {
    let body = reach
        .desk
        .attachment(&attachment.id, reach.max_file)
        .await?;
    let (dir, name) = (reach.save_dir.clone(), body.name);
    let saved = blocking(move || files::save(&dir, &name, &body.bytes)).await;
    let failed = |why: String| Trouble::new(TroubleKind::Validation, why);
    let path = saved.map_err(failed)?.map_err(|e| {
        failed(format!(
            "{} cannot be written: {e}; attachments.save_dir chooses another place",
            reach.save_dir.display()
        ))
    })?;
    Ok(path.to_string_lossy().into_owned())
}

/// Writes to the outbox, one thing after the other.
struct Clerk {
    reach: Reach,
}

impl Clerk {
    async fn work(self, mut asked: mpsc::UnboundedReceiver<Job>) {
        while let Some(job) = asked.recv().await {
            match job {
                Job::Enqueue {
                    action,
                    files,
                    hold_until,
                } => {
                    let id = action.id;
                    let result = self.enqueue(*action, &files, hold_until).await;
                    self.reach.delivery.nudge();
                    self.reach.say(Msg::Stored { action: id, result });
                }
                Job::EnqueueBulk {
                    bulk,
                    actions,
                    hold_until,
                    remember,
                } => {
                    let id = bulk.id;
                    let stored = self.enqueue_bulk(*bulk, actions, hold_until, remember);
                    let (result, record) = match stored.await {
                        Ok((items, record)) => (Ok(items), record),
                        Err(error) => (Err(error.to_string()), None),
                    };
                    self.reach.delivery.nudge();
                    self.reach.say(Msg::BulkStored { bulk: id, result });
                    if let Some(record) = record {
                        self.reach.say(declared::changed(record));
                    }
                }
                Job::Declared(record, wanted) => {
                    let (outbox, now) = (&self.reach.outbox, self.reach.clock.now());
                    let done = declared::carry_out(outbox, record, wanted, now).await;
                    self.reach.delivery.nudge();
                    let result = done.map_err(|e| e.to_string());
                    self.reach.say(Msg::Declared { record, result });
                }
                Job::Children(id, decision) => {
                    let result = self.decide(id, decision).await.map_err(|e| e.to_string());
                    self.reach.delivery.nudge();
                    self.reach.say(Msg::BulkStored { bulk: id, result });
                }
                Job::Read(bulk, read) => {
                    let (outbox, timing) = (&self.reach.outbox, &self.reach.timing);
                    let now = self.reach.clock.now();
                    let sent = send_read(outbox, bulk, &read, now, timing).await;
                    self.reach.delivery.nudge();
                    let result = sent.map_err(|e| e.to_string());
                    self.reach.say(Msg::BulkStored { bulk, result });
                }
                Job::Drop(id) => {
                    let changed = drop_item(
                        &self.reach.outbox,
                        id,
                        self.reach.clock.now(),
                        &self.reach.timing,
                    )
                    .await;
                    self.decided(id, changed);
                }
                Job::Retry(id) => {
                    let changed = retry_item(
                        &self.reach.outbox,
                        id,
                        self.reach.clock.now(),
                        &self.reach.timing,
                    )
                    .await;
                    self.decided(id, changed);
                }
                Job::SaveDraft(draft) => self.draft(self.reach.outbox.put_draft(*draft).await),
                Job::Rule(ruling) => {
                    if let Err(error) = self.reach.outbox.put_ruling(*ruling).await {
                        let text = format!(
                            "what you said about the incident holds until Vagt ends, it is not on disk: {error}"
                        );
                        self.reach.say(Msg::Mishap(text));
                    }
                }
                Job::DropDraft(key) => self.draft(self.reach.outbox.drop_draft(key).await),
                Job::Record(line) => {
                    if let Err(error) = self.reach.outbox.record(*line).await {
                        let why = format!("the audit cannot be written: {error}");
                        self.reach.say(Msg::Mishap(why));
                    }
                }
                Job::Alarms(book) => {
                    let dir = self.reach.alarm_dir.clone();
                    let written = blocking(move || hook::keep(&dir, &book)).await;
                    if let Err(why) = written.and_then(|written| written) {
                        self.reach.say(Msg::Mishap(why));
                    }
                }
                // Whoever asked may not wait any more.
                Job::Mark(told) => drop(told.send(())),
            }
        }
    }

    async fn enqueue(
        &self,
        action: Action,
        paths: &[String],
        hold_until: Option<jiff::Timestamp>,
    ) -> Result<Box<crate::domain::outbox::Item>, String> {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let (path, cap) = (path.clone(), self.reach.max_file);
            files.push(
                blocking(move || files::read(&path, cap))
                    .await
                    .and_then(|r| r)?,
            );
        }
        let new = New {
            action,
            files,
            hold_until,
        };
        let rows = self
            .reach
            .outbox
            .enqueue(vec![new], self.reach.clock.now())
            .await
            .map_err(|e| e.to_string())?;
        rows.into_iter()
            .next()
            .map(|row| Box::new(row.item))
            .ok_or_else(|| "nothing was stored".to_owned())
    }

    async fn enqueue_bulk(
        &self,
        bulk: Bulk,
        actions: Vec<Action>,
        hold_until: Option<jiff::Timestamp>,
        remember: Option<(ActionId, String)>,
    ) -> Result<(Vec<Item>, Option<Declared>), StoreError> {
        let children = actions.into_iter().map(|action| New {
            action,
            files: Vec::new(),
            hold_until,
        });
        let now = self.reach.clock.now();
        let outbox = &self.reach.outbox;
        let (rows, record) = match remember {
            Some(remember) => {
                let answers = (bulk, children.collect());
                outbox.answer_declared(answers, remember, now).await?
            }
            None => (
                outbox.enqueue_bulk(bulk, children.collect(), now).await?,
                None,
            ),
        };
        Ok((rows.into_iter().map(|row| row.item).collect(), record))
    }

    /// Decides about the children of a bulk; gives back those that it changed.
    async fn decide(&self, bulk: ActionId, decision: Decision) -> Result<Vec<Item>, StoreError> {
        let (outbox, timing) = (&self.reach.outbox, &self.reach.timing);
        decide_children(outbox, bulk, decision, self.reach.clock.now(), timing).await
    }

    fn decided(&self, id: ActionId, changed: Result<Changed, crate::store::StoreError>) {
        let result = match changed {
            Ok(Changed::Yes(item) | Changed::No(item)) => Ok(item),
            Ok(Changed::Missing) => {
                Err("there is no such action in the outbox any more".to_owned())
            }
            Err(error) => Err(error.to_string()),
        };
        self.reach.delivery.nudge();
        self.reach.say(Msg::Stored { action: id, result });
    }

    fn draft(&self, result: Result<(), crate::store::StoreError>) {
        if let Err(error) = result {
            self.reach.say(Msg::DraftFailed(error.to_string()));
        }
    }
}
