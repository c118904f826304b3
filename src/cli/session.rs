//! What a command stands on: directories, environment, configuration; and for most, a desk.

use super::args::{ConsoleArgs, Globals};
use super::exit::{Exit, Stop};
use crate::config::{Config, Dirs, Env, LoadOptions, Loaded, templates};
use crate::runtime::clock::Clock;
use crate::runtime::groups;
use crate::triage::{Engine, Groups};

/// Directories, environment and configuration.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Where things are kept.
    pub dirs: Dirs,
    /// The environment.
    pub env: Env,
    /// The configuration, with what is wrong with it.
    pub loaded: Loaded,
    /// The problem groups, as `groups.toml` says.
    pub groups: Groups,
}

impl Ground {
    /// Reads the configuration. Never fails for what is wrong *in* it: see [`Ground::right`].
    ///
    /// # Errors
    /// Where there is neither a home directory nor `VAGT_CONFIG_DIR` and `VAGT_DATA_DIR`.
    pub fn find(globals: &Globals, console: &ConsoleArgs, env: Env) -> Result<Self, Stop> {
        let dirs = Dirs::find(&env).ok_or_else(|| {
            Stop::new(Exit::Config, "there is no home directory; set VAGT_CONFIG_DIR and VAGT_DATA_DIR to directories of yours")
        })?;
        let mut options = LoadOptions::usual(&dirs, env.clone());
        options.profile.clone_from(&globals.profile);
        options.desk.clone_from(&globals.desk);
        if console.read_only {
            options
                .set
                .push(("desk.read_only".to_owned(), "true".to_owned()));
        }
        if let Some(lang) = &console.lang {
            options.set.push(("ui.lang".to_owned(), lang.clone()));
        }
        let mut loaded = Config::load(&options);
        let (groups, problem) = groups::read(&dirs);
        groups::onto_board(&groups, &mut loaded.config.board);
        loaded.further.extend(problem);
        Ok(Self {
            dirs,
            env,
            loaded,
            groups,
        })
    }

    /// Templates, with what is wrong with their files.
    pub fn templates(&self) -> templates::Loaded {
        templates::load(Some(&self.dirs.templates()))
    }

    /// What reads tickets, with the groups of this installation.
    ///
    /// # Errors
    /// Word lists that cannot be used, exit code 3.
    pub fn engine(&self) -> Result<Engine, Stop> {
        groups::engine(&self.groups).map_err(|e| Stop::new(Exit::Config, e.to_string()))
    }

    /// The machine's clock, or that of a town that `vagt serve` lets live at a time or a speed of its own.
    ///
    /// # Errors
    /// `VAGT_CLOCK` is something else, exit code 2.
    pub fn clock(&self) -> Result<Clock, Stop> {
        let text = self.env.get("VAGT_CLOCK").filter(|text| !text.is_empty());
        text.map_or(Ok(Clock::System), |text| {
            Clock::of_a_town(text).ok_or_else(|| {
                let why = "VAGT_CLOCK is not a clock as `vagt serve` prints it; leave it out to go by this machine's";
                Stop::new(Exit::Usage, why)
            })
        })
    }

    /// The configuration, for a command that does not go on with a wrong one.
    ///
    /// # Errors
    /// Everything that is wrong with it, exit code 3.
    pub fn right(&self) -> Result<&Config, Stop> {
        let problems: Vec<String> = self.loaded.problems().map(ToString::to_string).collect();
        if problems.is_empty() {
            Ok(&self.loaded.config)
        } else {
            Err(Stop::new(Exit::Config, problems.join("\n")))
        }
    }
}

/// Starts the log; a log that cannot be written is told and does not stop anything.
pub fn log(dirs: &Dirs, config: &Config) -> Option<crate::diag::LogGuard> {
    let days = usize::try_from(config.log.keep_days).unwrap_or(usize::MAX);
    let state = dirs.state.clone();
    crate::term::guard::install_panic_hook(move |info| {
        // There is no better place to tell than the log.
        match crate::diag::write_crash(&state, info, crate::domain::Timestamp::now()) {
            Ok(path) => tracing::error!(path = %path.display(), "panic; a report was written"),
            Err(error) => tracing::error!(%error, "panic; no report could be written"),
        }
    });
    match crate::diag::start_log(&dirs.state, &config.log.level, days) {
        Ok(guard) => Some(guard),
        Err(problem) => {
            super::out::say(format!("vagt: {problem}"));
            None
        }
    }
}
