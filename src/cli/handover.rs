//! `vagt handover`: what the next shift has to know, as Markdown.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::args::HandoverArgs;
use super::exit::{Exit, Stop};
use super::live::until_told;
use super::out::{Out, say};
use super::replay::language;
use super::session::Ground;
use super::watch::refused_at_the_door;
use super::{console, session};
use crate::app::effect::Page;
use crate::app::{Model, gather_handover};
use crate::domain::source::Source;
use crate::domain::watch::Reading;
use crate::i18n::incident::Sentences;
use crate::runtime::console::handover_dir;
use crate::runtime::handover;
use crate::runtime::headless::{self, Heard};

/// Why nothing is written to the desk.
const READS: &str = "this is `vagt handover`, which only reads";
/// How long it waits for the desk and the engine.
const LIMIT: Duration = Duration::from_secs(180);

/// Prints it, keeps it, and says where.
///
/// # Errors
/// A wrong configuration; a desk that does not answer and of which nothing is cached.
pub fn run(args: &HandoverArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let config = ground.right()?;
    let lang = match (args.lang.as_deref(), config.ui.lang.as_str()) {
        (None, "auto") => "en",
        (Some(lang), _) | (None, lang) => lang,
    };
    let sentences = Sentences::new(language(lang)?, TimeZone::system());
    let setup = console::setup(ground, vec![READS.to_owned()])?;
    let _log = session::log(&setup.dirs, &setup.config);
    let dir = handover_dir(&setup);
    let runtime = console::runtime()?;
    let (mut page, mut refused) = (None, None);
    let ended = runtime.block_on(async {
        let after = |heard: &Heard, model: &Model| {
            if let Heard::Mishap(text) = heard {
                say(format!("vagt: {text}"));
            }
            refused = refused_at_the_door(model);
            let is_told =
                model.desk.live_since.is_some() || model.desk.pulse(Source::Desk).is_silent();
            if is_told && model.board.watch().reading == Reading::UpToDate {
                let handover = gather_handover(model, &sentences);
                page = Some(Page {
                    name: handover.file_name(),
                    at: handover.at,
                    text: sentences.handover(&handover),
                });
            }
            refused.is_none() && page.is_none()
        };
        let enough = async {
            tokio::select! {
                () = until_told() => {}
                () = tokio::time::sleep(LIMIT) => {}
            }
        };
        headless::run(setup, enough, after).await
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended.map_err(|error| Stop::new(Exit::Failed, error.to_string()))?;
    if let Some(stop) = refused {
        return Err(stop);
    }
    let page = page.ok_or_else(|| {
        let why = "the desk has not told everything in time; try again";
        Stop::new(Exit::Unreachable, why)
    })?;
    out.line(page.text.trim_end())?;
    if !args.dry_run {
        let path = handover::keep(&dir, &page).map_err(|why| Stop::new(Exit::Failed, why))?;
        say(format!("vagt: kept in {path}"));
    }
    Ok(Exit::Done)
}
