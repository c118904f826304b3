//! `vagt metrics`: the numbers as OpenMetrics text, once or for whoever scrapes.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::args::MetricsArgs;
use super::exit::{Exit, Stop};
use super::live::{block_on, until_told};
use super::load::Load;
use super::out::{Out, say};
use super::session::Ground;
use crate::metrics::listen::{self, Page};
use crate::metrics::{GroupLoad, Report, text};

/// Runs it.
///
/// # Errors
/// No desk, or trouble with it; an address that cannot be used.
pub fn run(args: &MetricsArgs, ground: &Ground, out: &mut Out) -> Result<Exit, Stop> {
    let Some(address) = args.listen else {
        let load = block_on(Load::find(args.source, ground))?;
        out.line(text(&report(&load, !load.is_cached)).trim_end())?;
        return Ok(Exit::Done);
    };
    if !address.ip().is_loopback() && !args.allow_remote {
        let why = format!(
            "{address} can be reached from other machines; add --allow-remote if that is what you want"
        );
        return Err(Stop::new(Exit::Usage, why));
    }
    block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            Stop::new(
                Exit::Failed,
                format!("{address} cannot be listened on: {error}"),
            )
        })?;
        let url = listener.local_addr()?;
        let (page, stop) = (Page::default(), CancellationToken::new());
        // What is wrong with configuration or sign-in is told at once, not to a scraper.
        let first = Load::find(args.source, ground).await?;
        page.set(text(&report(&first, !first.is_cached)));
        out.line(format!("http://{url}/metrics"))?;
        out.flush()?;
        let served = listen::serve(listener, page.clone(), stop.clone());
        let kept = keep_fresh(args, ground, first, &page);
        tokio::pin!(served);
        tokio::select! {
            ended = &mut served => return Ok(ended.map(|()| Exit::Done)?),
            () = kept => {}
            () = until_told() => {}
        }
        stop.cancel();
        // A scraper that keeps its connection open does not keep us.
        drop(tokio::time::timeout(Duration::from_secs(1), served).await);
        Ok(Exit::Done)
    })
}

/// Asks the desk again and again. While it does not answer, the page says so beside its last numbers.
async fn keep_fresh(args: &MetricsArgs, ground: &Ground, first: Load, page: &Page) {
    let mut last = first;
    let mut was_up = true;
    loop {
        tokio::time::sleep(Duration::from_secs(args.every.into())).await;
        let is_up = match Load::find(args.source, ground).await {
            Ok(load) => {
                last = load;
                true
            }
            Err(stop) => {
                if was_up {
                    say(format!("vagt: {}", stop.message));
                }
                false
            }
        };
        was_up = is_up;
        page.set(text(&report(&last, is_up && !last.is_cached)));
    }
}

fn report(load: &Load, is_up: bool) -> Report {
    let groups = load.panes.iter().filter(|pane| !pane.is_saved);
    Report {
        numbers: load.numbers.clone(),
        groups: groups
            .map(|pane| GroupLoad {
                group: pane.group.clone(),
                open: pane.open,
                unowned: pane.unowned,
                arrived: pane.arrived,
            })
            .collect(),
        devices: load.devices,
        synced: load.at,
        is_up,
    }
}
