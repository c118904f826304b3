//! The command line: one file a subcommand; the only room that prints.
//!
//! Start at [`main`]: arguments → configuration → one command → exit code.

mod act;
pub mod args;
mod audit;
mod check;
mod classify;
mod config;
mod console;
mod declare;
mod doctor;
mod escalate;
pub mod exit;
mod forecast;
mod handover;
mod hosting;
mod incidents;
mod list;
mod live;
mod load;
mod metrics;
mod ongoing;
mod out;
mod outbox;
mod purge;
mod replay;
mod report;
mod rollouts;
mod serve;
mod session;
mod setup;
mod show;
mod status;
mod texts;
mod town;
mod trends;
mod watch;

use clap::{CommandFactory as _, Parser as _};

use args::{Cli, Command};
use exit::{Exit, Stop};
use out::{Out, say};
use session::Ground;

/// Runs the program with the arguments of this process.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap knows what goes where: help to standard output, mistakes to standard error.
            drop(error.print());
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
        }
    };
    let mut out = Out::new();
    match run(cli, &mut out).and_then(|exit| out.flush().map(|()| exit)) {
        Ok(exit) => exit,
        Err(stop) => {
            // What was printed before stays printed; a pipe that closed meanwhile changes nothing.
            drop(out.flush());
            if !stop.message.is_empty() {
                say(format!("vagt: {}", stop.message));
            }
            stop.exit
        }
    }
}

fn run(cli: Cli, out: &mut Out) -> Result<Exit, Stop> {
    match &cli.command {
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "vagt", &mut script);
            out.line(String::from_utf8_lossy(&script).trim_end())?;
            return Ok(Exit::Done);
        }
        Some(Command::Classify(args)) => return classify::run(args, out),
        Some(Command::Replay(args)) => return replay::run(args, out),
        Some(Command::Demo(args)) => return console::demo(args, &cli.globals),
        Some(Command::Serve(args)) => return serve::run(args, out),
        _ => {}
    }
    let ground = Ground::find(&cli.globals, &cli.console, crate::config::Env::of_process())?;
    let ground = &ground;
    // The console shows them on its screen, and doctor among its findings.
    let is_shown = match &cli.command {
        None | Some(Command::Wall) => out::is_terminal(),
        Some(command) => matches!(command, Command::Doctor(_)),
    };
    if !is_shown {
        for notice in &ground.loaded.notices {
            say(format!("vagt: {notice}"));
        }
    }
    match cli.command {
        None => console::open(&cli.globals, ground, out),
        Some(Command::Wall) => console::wall(&cli.globals, ground, out),
        Some(Command::Setup) => setup::run(ground, out),
        Some(Command::Doctor(args)) => doctor::run(args.json, ground, out),
        Some(Command::Incidents(args)) => incidents::run(&args, ground, out),
        Some(Command::Handover(args)) => handover::run(&args, ground, out),
        Some(Command::Watch(args)) => watch::run(&args, ground, out),
        Some(Command::Status(args)) => status::run(args, ground, out),
        Some(Command::Hosting(args)) => hosting::run(&args, ground, out),
        Some(Command::Rollouts(args)) => rollouts::run(&args, ground, out),
        Some(Command::Trends(args)) => trends::run(&args, ground, out),
        Some(Command::Forecast(args)) => forecast::run(&args, ground, out),
        Some(Command::Report(args)) => report::run(&args, ground, out),
        Some(Command::Metrics(args)) => metrics::run(&args, ground, out),
        Some(Command::List(args)) => list::tickets(&args.settled(), ground, out),
        Some(Command::Devices(args)) => list::devices(&args.settled(), ground, out),
        Some(Command::Show(args)) => show::ticket(&args, ground, out),
        Some(Command::Person(args)) => show::person(&args, ground, out),
        Some(Command::New(args)) => act::new(&args, ground, out),
        Some(Command::Act(args)) => act::act(&args, ground, out),
        Some(Command::Outbox(args)) => outbox::run(&args, ground, out),
        Some(Command::Audit(args)) => audit::run(&args, ground, out),
        Some(Command::Config(args)) => config::run(&args, ground, out),
        Some(Command::Purge(args)) => purge::run(args, ground, out),
        Some(
            Command::Completions { .. }
            | Command::Classify(_)
            | Command::Replay(_)
            | Command::Demo(_)
            | Command::Serve(_),
        ) => Ok(Exit::Done),
    }
}
