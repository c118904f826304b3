//! `vagt serve`: the embedded desk alone.

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::args::ServeArgs;
use super::exit::{Exit, Stop};
use super::live::until_told;
use super::out::{Out, say};
use super::town;
use crate::demo::{self, Desk, DeskOptions};

/// Runs the desk until it is told to end (Ctrl-C, SIGTERM).
///
/// # Errors
/// Wrong options, or an address or file that cannot be used.
pub fn run(args: &ServeArgs, out: &mut Out) -> Result<Exit, Stop> {
    if !args.listen.ip().is_loopback() && !args.allow_remote {
        let why = format!(
            "{} can be reached from other machines; add --allow-remote if that is what you want",
            args.listen
        );
        return Err(Stop::new(Exit::Usage, why));
    }
    let options = DeskOptions {
        listen: args.listen,
        db: args.db.clone(),
        markers: !args.no_markers,
        record: args.record.clone(),
        ..town::options(&args.town)?
    };
    if let Some(hours) = args.hours {
        return record(&options, hours, args.json, out);
    }
    let of_its_own = options.starts().is_some() || (options.speed - 1.0).abs() > f64::EPSILON;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| Stop::new(Exit::Failed, format!("the system gives no threads: {e}")))?;
    runtime.block_on(async {
        let desk = Desk::start(options)
            .await
            .map_err(|e| Stop::new(Exit::Failed, e.to_string()))?;
        let (url, token) = (desk.url(), desk.agent_token());
        // The one place that prints a token: it is of a desk that was made a moment ago, on this machine.
        if args.json {
            out.json(
                &json!({ "url": url, "token": token.expose_secret(), "user": desk.agent_name(), "clock": desk.clock().setting() }),
            )?;
        } else {
            out.line(format!("url    {url}"))?;
            out.line(format!("token  {}", token.expose_secret()))?;
            // A console that does not go by the town's clock would take its mornings for the future.
            let clock = if of_its_own {
                format!("VAGT_CLOCK={} ", desk.clock().setting())
            } else {
                String::new()
            };
            say(format!(
                "\nTry it:  VAGT_DESK=rt+{url} VAGT_TOKEN=… {clock}vagt        (Ctrl-C ends the desk)"
            ));
        }
        out.flush()?;
        until_told().await;
        let kept = desk.keep_recording();
        desk.shutdown().await;
        kept.map(|()| Exit::Done)
            .map_err(|e| Stop::new(Exit::Failed, e.to_string()))
    })
}

/// Lets so many hours of the town pass at once.
fn record(options: &DeskOptions, hours: u32, json: bool, out: &mut Out) -> Result<Exit, Stop> {
    let done =
        demo::record_day(options, hours).map_err(|e| Stop::new(Exit::Failed, e.to_string()))?;
    let [tickets, devices, history, truth] = done.files.map(|path| path.display().to_string());
    if json {
        out.json(&json!({
            "tickets": tickets, "devices": devices, "history": history, "truth": truth,
            "written": done.tickets, "troubles": done.troubles,
        }))?;
        return Ok(Exit::Done);
    }
    out.line(format!("tickets  {tickets}"))?;
    out.line(format!("devices  {devices}"))?;
    out.line(format!("history  {history}"))?;
    out.line(format!("truth    {truth}"))?;
    say(format!(
        "\n{} tickets in {hours} h, {} of what the scenario holds began. Replay it:\n  vagt replay {tickets} --devices {devices} --history {history}",
        done.tickets, done.troubles
    ));
    Ok(Exit::Done)
}
