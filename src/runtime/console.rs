//! Puts a console together: stores, sources, delivery, triage, loop, terminal.

#[cfg(test)]
#[path = "console_tests.rs"]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::alike::Finder;
use super::clock::Clock;
use super::effects::{Reach, Starter};
use super::engine::{Engine, Inbox};
use super::router::Router;
use super::tasks::Tasks;
use super::triage;
use super::tty::{Reader, TtyHands};
use super::watch::{Feed, Keeper, worker as watch};
use super::{handover, hook};
use crate::app::model::{Alarms, Notice, NoticeKind, Screen, settings};
use crate::app::msg::Signal;
use crate::app::{Effect, Model, Msg};
use crate::config::{Config, Dirs, expand, hosting};
use crate::desk::port::Desk;
use crate::domain::alarm::{Policy, Protocol};
use crate::domain::role::Role;
use crate::domain::watch::{Reading, Watch};
use crate::i18n::{self, say};
use crate::input::{Command, Context};
use crate::net::backoff::Backoff;
use crate::store::cache::CacheOptions;
use crate::store::outbox::Outbox;
use crate::store::{Cache, Location, StoreError};
use crate::sync::deliver::{Delivery, Handle as DeliveryHandle};
use crate::sync::outbox::Timing;
use crate::sync::poller::{PollerHandle, PollerParts, Rhythm, poller};
use crate::term::caps::{Caps, Notification};
use crate::term::guard::Guard;
use crate::term::pace::{Line, Pace};
use crate::term::screen::TtyScreen;
use crate::term::signals::{self, Signals};
use crate::triage::Groups;
use crate::ui::{Look, ViewCache, view};

/// Events of the poller that may wait for the loop.
const EVENTS: usize = 64;
/// Keys that may wait for the loop; a person types fewer, a paste is one.
const KEYS: usize = 1024;
/// How long the end waits for tasks.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long a signal waits for the loop before it ends the process.
const PATIENCE: Duration = Duration::from_secs(8);

/// What a console needs.
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// The problem groups.
    pub groups: Groups,
    /// Who is told of what goes on, and how; none: nobody.
    pub alarms: Option<Policy>,
    /// What is wrong with it, and other reasons to be told at the start.
    pub problems: Vec<String>,
    /// What a person should see at the start, though nothing is wrong.
    pub notices: Vec<String>,
    /// Why nothing may be written, besides the configuration.
    pub read_only: Vec<String>,
    /// Whether it opens at the wall.
    pub is_wall: bool,
    /// The chosen profile of the configuration, if one was.
    pub config_profile: Option<String>,
    /// Where things are kept.
    pub dirs: Dirs,
    /// Directory of cache and outbox of this desk.
    pub store_dir: PathBuf,
    /// Profile in the outbox.
    pub profile: String,
    /// The desk.
    pub desk: Arc<dyn Desk>,
    /// Where the desk is, in a few words.
    pub place: String,
    /// Whether this is the demo.
    pub demo: bool,
    /// The clock.
    pub clock: Clock,
    /// Whether colours may be used at all (`--color`).
    pub color: Option<bool>,
}

/// Why a console could not be opened or went down; one sentence.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The terminal cannot be used.
    #[error("{0}")]
    Terminal(String),
    /// A file of ours cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Stores and actors of one desk.
pub(super) struct Works {
    cache: Cache,
    outbox: Outbox,
    poller: PollerHandle,
    delivery: DeliveryHandle,
    feeds: std::sync::mpsc::Sender<Feed>,
    texts: std::sync::mpsc::Sender<triage::Ask>,
    timing: Timing,
}

impl Works {
    /// Stops what works beside the loop, and closes the files.
    pub(super) async fn end(self, tasks: &Tasks) {
        self.poller.stop();
        if !tasks.stop(LAST_WORDS).await {
            tracing::warn!("some tasks did not end in time");
        }
        self.outbox.close();
        self.cache.close();
    }
}

/// Opens the console and runs it until the person leaves. Call it inside a multi-threaded tokio runtime, from the
/// thread that started it.
///
/// # Errors
/// [`ConsoleError`]. The terminal is given back first.
pub async fn run(setup: Setup) -> Result<Model, ConsoleError> {
    let (tasks, failures) = Tasks::new();
    let (mail, inbox) = mpsc::unbounded_channel();
    let works = start_works(&setup, &tasks, &mail).await?;
    tell_failures(&tasks, failures, mail.clone());

    let mut caps = Caps::from_env();
    caps.color = setup
        .color
        .unwrap_or(caps.color && setup.config.ui.color != "never");
    caps.notification = notification(&setup, &caps);
    let guard = Guard::enter(&caps).map_err(|e| ConsoleError::Terminal(e.to_string()))?;
    let signals = listen(&mail)?;
    let screen = TtyScreen::stdout(&caps).map_err(|e| ConsoleError::Terminal(e.to_string()))?;
    let (keys, input) = mpsc::channel(KEYS);
    let mut reader = Reader::new(tasks.clone(), keys);
    reader.start();

    let model = first_model(&setup);
    let look = Look::new(
        &setup.config.ui.theme,
        caps.color,
        caps.unicode && !setup.config.ui.ascii,
        caps.blocks && !setup.config.ui.ascii,
    );
    let mut cache = ViewCache::new(look);
    let starter = Starter::new(reach(&setup, &works, &tasks, &mail));
    // The first list of templates is there before the first key can ask for it.
    starter.start(Effect::ReadTemplates);
    let hands = TtyHands {
        starter,
        guard,
        caps,
        reader,
        mail: mail.clone(),
        editor: setup.config.ui.editor.get().map(str::to_owned),
        clip_file: setup.dirs.state.join("clipboard.txt"),
    };
    let mut last = None;
    let draw = move |model: &Model, frame: &mut ratatui::Frame<'_>| {
        view(model, &mut cache, frame);
        let now = cache.viewport().clone();
        (last.as_ref() != Some(&now)).then(|| {
            last = Some(now.clone());
            now
        })
    };
    let inbox = Inbox { input, mail: inbox };
    let engine = Engine::new(
        model,
        screen,
        draw,
        hands,
        inbox,
        setup.clock,
        Pace::new(
            u32::from(caps.frames_per_second),
            if setup.config.ui.low_bandwidth {
                Line::Slow
            } else if caps.near {
                Line::Near
            } else {
                Line::Unknown
            },
        ),
    );
    let ended = engine.run().await;
    drop(signals);
    works.end(&tasks).await;
    match ended {
        Ok(model) => Ok(model),
        Err((model, error)) => {
            tracing::warn!(%error, "the terminal is gone");
            Ok(model)
        }
    }
}

pub(super) fn first_model(setup: &Setup) -> Model {
    let zone = TimeZone::system();
    let (panes, pane_problems) = settings::panes(&setup.config);
    let mut settings = settings::Settings::of(&setup.config, setup.place.clone(), zone);
    settings.demo = setup.demo;
    let locale = screen_locale(&settings.lang, |name| std::env::var(name).ok());
    let (lang, is_only_near) = i18n::nearest(&locale);
    lang.code().unwrap_or("en").clone_into(&mut settings.lang);
    // A broken configuration makes a console read-only that nobody set so: then the mistake is the reason.
    if !setup.read_only.is_empty() {
        settings.read_only.clone_from(&setup.read_only);
    }
    settings
        .config_problems
        .extend(setup.problems.iter().cloned());
    settings.config_problems.extend(pane_problems);
    settings.alarms = setup.alarms.clone().map(Arc::new);
    let (systems, problems) = if setup.demo {
        hosting::read(Path::new(hosting::FILE), hosting::SAMPLE)
    } else {
        hosting::load(&setup.dirs.hosting())
    };
    settings.hosting = systems;
    let problems = problems.iter().map(ToString::to_string);
    settings.config_problems.extend(problems);
    let mut model = Model::new(settings, panes, setup.clock.now(), rand::random());
    model.handed_over = handover::last(&handover_dir(setup));
    if setup.alarms.is_some() {
        model.alarms = Alarms::of(hook::kept(&alarm_dir(setup)));
    }
    model.down = hosting::read_down(&setup.store_dir);
    if is_only_near {
        say_nearest(&mut model, &locale);
    }
    if setup.is_wall {
        model.screens.stack.push(Screen::Wall);
    }
    model
}

/// Where hand-overs are kept.
pub fn handover_dir(setup: &Setup) -> PathBuf {
    setup.store_dir.join("handovers")
}

/// Where it is kept what was told of alarms.
fn alarm_dir(setup: &Setup) -> PathBuf {
    setup.store_dir.join("alarms")
}

/// Which notification the terminal gets.
fn notification(setup: &Setup, caps: &Caps) -> Notification {
    let protocol = setup.alarms.as_ref().map(|policy| policy.protocol);
    match protocol.unwrap_or_default() {
        Protocol::Auto => caps.notification,
        Protocol::Off => Notification::Off,
        Protocol::Osc9 => Notification::Osc9,
        Protocol::Osc777 => Notification::Osc777,
        Protocol::Osc99 => Notification::Osc99,
    }
}

/// The locale of the screen: as configured, or as the environment says.
fn screen_locale(configured: &str, env: impl Fn(&str) -> Option<String>) -> String {
    if configured != "auto" {
        return configured.to_owned();
    }
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(env)
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

/// Says once that the screen speaks only the nearest language.
fn say_nearest(model: &mut Model, locale: &str) {
    let _speaking = i18n::speaking(&model.settings.lang);
    let key = (model.settings.keymap).label(Command::Language, Context::Board);
    let text = say!(
        "language-nearest",
        locale = crate::text::sanitize::line(locale),
        key = key.unwrap_or_default()
    );
    model.notices.push(Notice {
        at: model.now,
        kind: NoticeKind::Info,
        ticket: None,
        text,
    });
}

pub(super) fn reach(
    setup: &Setup,
    works: &Works,
    tasks: &Tasks,
    mail: &mpsc::UnboundedSender<Msg>,
) -> Reach {
    let attachments = &setup.config.attachments;
    Reach {
        desk: Arc::clone(&setup.desk),
        cache: works.cache.clone(),
        outbox: works.outbox.clone(),
        poller: works.poller.clone(),
        delivery: works.delivery.clone(),
        feeds: works.feeds.clone(),
        texts: works.texts.clone(),
        finder: Finder::default(),
        timing: works.timing.clone(),
        mail: mail.clone(),
        tasks: tasks.clone(),
        clock: setup.clock,
        templates: setup.dirs.templates(),
        cards: setup.dirs.cards(),
        store_dir: setup.store_dir.clone(),
        config_file: (setup.dirs.config_file(), setup.config_profile.clone()),
        timelines: setup.dirs.data.join("timelines"),
        max_file: u64::from(attachments.max_mb) * 1_000_000,
        save_dir: attachments
            .save_dir
            .get()
            .map_or_else(super::files::download_dir, |dir| expand(&setup.dirs, dir)),
        handovers: handover_dir(setup),
        alarms: setup.alarms.clone().map(Arc::new),
        alarm_dir: alarm_dir(setup),
    }
}

/// Waits of the outbox, by the configuration.
pub fn timing(config: &Config) -> Timing {
    let secs = |n: u32| Duration::from_secs(n.into());
    Timing {
        hold: secs(config.delivery.hold_secs),
        first_look: secs(config.delivery.unknown_first_look_secs),
        second_look: secs(config.delivery.unknown_second_look_secs),
        lease: secs(config.delivery.lease_secs),
        ..Timing::default()
    }
}

fn rhythm(config: &Config) -> Rhythm {
    let poll = &config.poll;
    let secs = |n: u32| Duration::from_secs(n.into());
    Rhythm {
        in_use: secs(poll.busy_secs),
        idle: secs(poll.idle_secs),
        unfocused: secs(poll.unfocused_secs),
        reconcile: secs(poll.reconcile_hours.saturating_mul(3_600)),
        vocab: secs(poll.vocab_minutes.saturating_mul(60)),
        keep_closed: secs(config.cache.closed_days.saturating_mul(86_400)),
    }
}

/// Opens the stores and starts everything that works beside the loop.
pub(super) async fn start_works(
    setup: &Setup,
    tasks: &Tasks,
    mail: &mpsc::UnboundedSender<Msg>,
) -> Result<Works, ConsoleError> {
    let timing = timing(&setup.config);
    let outbox = Outbox::open(
        &Location::File(setup.store_dir.join("outbox.db")),
        &setup.profile,
    )?;
    let started = Cache::start(
        &Location::File(setup.store_dir.join("cache.db")),
        CacheOptions {
            place: setup.desk.place(),
            conversations: setup.config.cache.conversations,
        },
    )
    .await?;
    for notice in setup.notices.iter().cloned().chain(started.notice) {
        // The loop listens until the end; it has not begun yet.
        drop(mail.send(Msg::Mishap(notice)));
    }
    let (cache, snapshot) = (started.cache, started.snapshot);
    let (to_router, mut from_poller) = mpsc::channel(EVENTS);
    let clock = setup.clock;
    let cap = Duration::from_secs(setup.config.poll.backoff_max_secs.into());
    let backoff = Backoff {
        cap,
        ..Backoff::default()
    };
    let (steering, polling) = poller(PollerParts {
        desk: Arc::clone(&setup.desk),
        cache: cache.clone(),
        events: to_router,
        rhythm: rhythm(&setup.config),
        now: Arc::new(move || clock.now()),
        wall: Arc::new(jiff::Timestamp::now),
        backoff: Arc::new(move |failures| backoff.wait(failures, rand::random())),
    });
    let (told, mut from_delivery) = mpsc::unbounded_channel();
    let (delivering, delivery) = Delivery::new(
        Arc::clone(&setup.desk),
        outbox.clone(),
        Arc::new(clock),
        timing.clone(),
        told,
    );
    let role = Role::parse(&setup.config.desk.role).unwrap_or_default();
    let is_reading = setup.config.desk.read_only || !setup.read_only.is_empty();
    let role = if is_reading { Role::ReadOnly } else { role };
    let stop = tasks.stopping();
    let delivering = delivering.restricted(role);
    tasks.spawn_to_end("delivery", delivering.run(stop));

    let engine =
        super::groups::engine(&setup.groups).map_err(|e| ConsoleError::Other(e.to_string()))?;
    let (found, mut from_triage) = mpsc::unbounded_channel();
    let texts = triage::start(engine, move |told| found.send(told).is_ok())
        .map_err(|e| ConsoleError::Other(format!("no thread for triage: {e}")))?;
    let (seen, mut from_watch) = mpsc::unbounded_channel();
    let feeds = watch::start(TimeZone::system(), move |watch| seen.send(watch).is_ok())
        .map_err(|e| ConsoleError::Other(format!("no thread for incidents: {e}")))?;
    let router = Router {
        mail: mail.clone(),
        texts: texts.clone(),
        feeds: feeds.clone(),
        delivery: delivery.clone(),
        is_live: AtomicBool::new(false),
    };
    let (first_cache, first_outbox) = (cache.clone(), outbox.clone());
    tasks.spawn("sources", async move {
        router.startup(snapshot, &first_outbox, clock).await;
        let polling = async {
            polling.await;
            std::future::pending::<()>().await;
        };
        tokio::pin!(polling);
        let mut is_watched = true;
        let mut keeper = Keeper::new(first_cache.clone(), clock);
        loop {
            let event = tokio::select! {
                biased;
                Some(event) = from_delivery.recv() => router.follow(event, &first_outbox, clock).await,
                Some(event) = from_poller.recv() => event,
                Some(told) = from_triage.recv() => {
                    router.found(told, &first_cache).await;
                    continue;
                }
                watch = from_watch.recv(), if is_watched => {
                    is_watched = watch.is_some();
                    let watch = watch.unwrap_or(Watch {
                        reading: Reading::Failed,
                        ..Watch::default()
                    });
                    keeper.news(&watch).await;
                    router.say(Msg::Watch(Box::new(watch)));
                    continue;
                }
                () = &mut polling => return,
            };
            router.pass(event);
            keeper.beat(router.is_live()).await;
        }
    });
    Ok(Works {
        cache,
        outbox,
        poller: steering,
        delivery,
        feeds,
        texts,
        timing,
    })
}

pub(super) fn tell_failures(
    tasks: &Tasks,
    mut failures: mpsc::UnboundedReceiver<super::tasks::Failure>,
    mail: mpsc::UnboundedSender<Msg>,
) {
    tasks.spawn("failures", async move {
        while let Some(failure) = failures.recv().await {
            let text = format!(
                "a part of Vagt failed ({}): {}; the log has more",
                failure.task, failure.message
            );
            if mail.send(Msg::Mishap(text)).is_err() {
                return;
            }
        }
    });
}

fn listen(mail: &mpsc::UnboundedSender<Msg>) -> Result<Signals, ConsoleError> {
    let mail = mail.clone();
    let tell = move |signal| {
        let msg = match signal {
            signals::Signal::Terminate => Msg::Signal(Signal::Terminate),
            signals::Signal::Hangup => Msg::Signal(Signal::Hangup),
            signals::Signal::Stop => Msg::Signal(Signal::Stop),
            signals::Signal::Continue => Msg::Signal(Signal::Continued),
        };
        // The loop is gone on the way out; the listener then ends the process by itself.
        drop(mail.send(msg));
    };
    Signals::listen(PATIENCE, tell)
        .map_err(|e| ConsoleError::Other(format!("signals cannot be heard: {e}")))
}
