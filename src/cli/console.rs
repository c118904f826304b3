//! The console itself: `vagt` and `vagt demo`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::{ColorWhen, DemoArgs, Globals};
use super::exit::{Exit, Stop};
use super::out::{self, Out, say};
use super::session::{Ground, log};
use super::town;
use crate::config::{Config, Credential, Dirs, Setting, alarms};
use crate::demo;
use crate::runtime::clock::Clock;
use crate::runtime::connect;
use crate::runtime::console::{self, ConsoleError, Setup};
use crate::triage::Groups;

/// `vagt` without a command.
///
/// # Errors
/// No desk, no terminal, files that cannot be used.
pub fn open(globals: &Globals, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    start(globals, ground, out, false)
}

/// `vagt wall`.
///
/// # Errors
/// As [`open`].
pub fn wall(globals: &Globals, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    start(globals, ground, out, true)
}

fn start(globals: &Globals, ground: &Ground, out: &mut Out, is_wall: bool) -> Result<Exit, Stop> {
    if !out::is_terminal() {
        return super::status::run(super::args::StatusArgs::default(), ground, out);
    }
    if !ground.loaded.config.desk.url.is_set() {
        let problems: Vec<String> = ground.loaded.problems().map(ToString::to_string).collect();
        if !problems.is_empty() {
            let why = format!(
                "the configuration has a mistake, and no desk can be read from it; mend it and start again\n{}",
                problems.join("\n")
            );
            return Err(Stop::new(Exit::Config, why));
        }
        say(
            "No desk is configured yet.\n\n  vagt demo     look around: an embedded desk in a simulated municipality, no account needed\n  \
             vagt setup    connect your desk (Request Tracker 5), step by step",
        );
        return Err(Stop::new(Exit::Config, ""));
    }
    let (alarms, problems) = alarms::load(&ground.dirs.alarms());
    let mut setup = setup(ground, read_only_reasons(ground, is_wall))?;
    setup
        .problems
        .extend(problems.iter().map(ToString::to_string));
    run(Setup {
        is_wall,
        // Nobody sits at a wall.
        alarms: (!is_wall).then_some(alarms),
        color: color(globals),
        ..setup
    })
}

/// What a console on the configured desk needs.
///
/// # Errors
/// No desk, no token; a clock that cannot be read.
pub(super) fn setup(ground: &Ground, read_only: Vec<String>) -> Result<Setup, Stop> {
    let config = ground.loaded.config.clone();
    let clock = ground.clock()?;
    let desk = connect::desk(&config, &ground.env, &ground.dirs)?;
    let place = match &ground.loaded.profile {
        Some(profile) => format!("{profile} · {}", desk.place()),
        None => desk.place(),
    };
    Ok(Setup {
        groups: ground.groups.clone(),
        alarms: None,
        problems: ground.loaded.problems().map(ToString::to_string).collect(),
        notices: ground.loaded.notices.clone(),
        read_only,
        is_wall: false,
        config_profile: ground.loaded.profile.clone(),
        dirs: ground.dirs.clone(),
        store_dir: ground.loaded.store_dir(&ground.dirs),
        profile: ground.loaded.store.clone(),
        desk,
        place,
        demo: false,
        clock,
        color: None,
        config,
    })
}

fn read_only_reasons(ground: &Ground, is_wall: bool) -> Vec<String> {
    let broken = ground.loaded.problem.is_some().then_some(
        "the configuration has a mistake; `vagt config check` says which; mend it and start again",
    );
    let wall =
        is_wall.then_some("this console is the wall (`vagt wall`); open another one to write");
    broken.into_iter().chain(wall).map(str::to_owned).collect()
}

fn color(globals: &Globals) -> Option<bool> {
    match globals.color {
        ColorWhen::Auto => None,
        ColorWhen::Always => Some(true),
        ColorWhen::Never => Some(false),
    }
}

/// A runtime of two threads.
///
/// # Errors
/// The system gives none.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Stop> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("vagt")
        .enable_all()
        .build()
        .map_err(|e| Stop::new(Exit::Failed, format!("the system gives no threads: {e}")))
}

fn run(setup: Setup) -> Result<Exit, Stop> {
    let _log = log(&setup.dirs, &setup.config);
    let runtime = runtime()?;
    let ended = runtime.block_on(console::run(setup));
    runtime.shutdown_timeout(Duration::from_secs(1));
    finish(ended.map(|_| ()))
}

fn finish(ended: Result<(), ConsoleError>) -> Result<Exit, Stop> {
    match ended {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(Stop::new(Exit::Failed, error.to_string())),
    }
}

/// `vagt demo`.
///
/// # Errors
/// As [`open`], or wrong options.
pub fn demo(args: &DemoArgs, globals: &Globals) -> Result<Exit, Stop> {
    if !out::is_terminal() {
        let why = "the demo needs a terminal; `vagt serve` runs its desk without one";
        return Err(Stop::new(Exit::Failed, why));
    }
    let mut options = town::options(&args.town)?;
    if options.starts().is_none() {
        // Whoever looks at it on a Sunday night wants to see a town that is awake.
        options.at = Some(demo::StartAt::MORNING);
    }
    let speed = options.speed;
    // Nothing of a demo outlives it, and nothing of the person's own configuration or data is touched.
    let home = tempfile::tempdir()
        .map_err(|e| Stop::new(Exit::Failed, format!("no place for temporary files: {e}")))?;
    let dirs = Dirs::below(home.path());
    let mut config = Config::built_in();
    let _log = log(&dirs, &config);
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        let began = Instant::now();
        let town = demo::Desk::start(options)
            .await
            .map_err(|e| Stop::new(Exit::Failed, e.to_string()))?;
        tracing::info!(took = ?began.elapsed(), "the embedded desk is up");
        config.desk.url = Setting::from(town.url().as_str());
        config.desk.read_only = args.read_only;
        if let Some(lang) = &args.lang {
            config.ui.lang.clone_from(lang);
        }
        let token = town.agent_token();
        let desk = connect::desk_with(&config, Credential::Token(token), &dirs)?;
        let setup = Setup {
            groups: Groups::built_in().map_err(|e| Stop::new(Exit::Failed, e.to_string()))?,
            alarms: Some(alarms::built_in()),
            problems: Vec::new(),
            notices: Vec::new(),
            read_only: Vec::new(),
            is_wall: false,
            config_profile: None,
            store_dir: dirs.data.join("demo"),
            dirs: dirs.clone(),
            profile: "demo".to_owned(),
            desk: Arc::clone(&desk),
            place: "demo".to_owned(),
            demo: true,
            clock: Clock::town(town.clock().now(), speed),
            color: color(globals),
            config: config.clone(),
        };
        let ended = Box::pin(console::run(setup)).await.map(|_| ());
        town.shutdown().await;
        finish(ended)
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}
