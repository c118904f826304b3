//! The command line as data.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help texts that a person reads in a terminal"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A helpdesk console for the terminal.
#[derive(Debug, Parser)]
#[command(
    name = "vagt",
    version,
    about,
    max_term_width = 100,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Without a command, the console opens on the configured desk. `vagt demo` needs nothing at all.\n\
    Exit codes: 0 done, 1 failed, 2 usage, 3 configuration or sign-in, 4 desk not reachable, 5 refused or conflict, 6 partly done."
)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub globals: Globals,
    /// What the console takes.
    #[command(flatten)]
    pub console: ConsoleArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Globals {
    /// Use this profile of the configuration
    #[arg(long, global = true, value_name = "NAME", env = "VAGT_PROFILE")]
    pub profile: Option<String>,
    /// Use this desk, for example rt+https://rt.example.org; the token comes from VAGT_TOKEN
    #[arg(long, global = true, value_name = "KIND+URL", env = "VAGT_DESK")]
    pub desk: Option<String>,
    /// Colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// When the output is a terminal that has them and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the console takes.
#[derive(Debug, Clone, Default, Args)]
pub struct ConsoleArgs {
    /// Never write to the desk
    #[arg(long)]
    pub read_only: bool,
    /// Language of the screen: da, nb, nn, sv, en; else ui.lang, else the locale
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on an embedded desk with a simulated municipality
    Demo(DemoArgs),
    /// Run the embedded desk alone; prints its URL and a token
    Serve(ServeArgs),
    /// Connect a desk, step by step, and write the configuration
    Setup,
    /// Say what is wrong with configuration, desk, rights, clock or terminal, and how to mend it
    Doctor(JsonArgs),
    /// Queue load per group, and the supervisor's numbers
    Status(StatusArgs),
    /// The console as a wall: the numbers, large, for everybody to see; writes nothing
    Wall,
    /// What came and was closed over time, in bins, beside the week before
    Trends(TrendsArgs),
    /// When the backlog is gone, and what if; or how long callers wait
    Forecast(ForecastArgs),
    /// What came and went, and the numbers, as a page or as data
    Report(ReportArgs),
    /// The numbers as OpenMetrics text, once or for whoever scrapes
    Metrics(MetricsArgs),
    /// Tickets that a query finds
    List(ListArgs),
    /// One ticket with its conversation
    Show(ShowArgs),
    /// Find a person, their devices and open tickets
    Person(PersonArgs),
    /// Devices that a query finds
    Devices(ListArgs),
    /// New versions on their way through the fleet: how fast, and whether they are worse than the old ones
    Rollouts(RolloutsArgs),
    /// Where systems run, what depends on what, whom to ring, how full they are; and what is down
    Hosting(HostingArgs),
    /// Create a ticket for a caller
    New(NewArgs),
    /// Do something to tickets, and wait until the desk has it
    Act(ActArgs),
    /// Actions that are not on the desk yet, and what became of the others
    Outbox(OutboxArgs),
    /// Who wrote what, and when personal numbers were shown; and whether anybody changed that record
    Audit(AuditArgs),
    /// Say to which problem group texts belong
    Classify(ClassifyArgs),
    /// Let a recorded day pass through the engine, and print what the console would have shown
    Replay(ReplayArgs),
    /// Incidents that are suspected now
    Incidents(IncidentsArgs),
    /// What the next shift has to know: open incidents, drafts, promises, next steps, as Markdown
    Handover(HandoverArgs),
    /// Say what happens on the desk as it happens, one JSON object a line, until stopped
    Watch(WatchArgs),
    /// The configuration
    Config(ConfigArgs),
    /// Empty the cache of tickets and devices
    Purge(PurgeArgs),
    /// Print a completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Output of a command that prints one object.
#[derive(Debug, Clone, Copy, Args)]
pub struct JsonArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Where numbers come from.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct SourceArgs {
    /// Take what the cache last had, and ask no desk; says the time of the desk's last answer
    #[arg(long)]
    pub cached: bool,
}

/// `vagt status`
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct StatusArgs {
    /// The desk or the cache.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt trends`
#[derive(Debug, Clone, Args)]
pub struct TrendsArgs {
    /// The desk or the cache.
    #[command(flatten)]
    pub source: SourceArgs,
    /// How far back: 2h, 24h or 7d
    #[arg(long, value_name = "SPAN", default_value = "24h")]
    pub span: String,
    /// Of this problem group alone
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Language of the sentences: da, nb, nn, sv or en
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: String,
}

/// `vagt hosting`
#[derive(Debug, Clone, Args)]
pub struct HostingArgs {
    /// Mark this system down, for consoles of this person at this machine
    #[arg(long, value_name = "SYSTEM")]
    pub down: Option<String>,
    /// Take the mark away
    #[arg(long, value_name = "SYSTEM")]
    pub up: Option<String>,
    /// Print an example of hosting.toml, and do nothing else
    #[arg(long)]
    pub sample: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt rollouts`
#[derive(Debug, Clone, Args)]
pub struct RolloutsArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Language of the sentences: da, nb, nn, sv or en
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: String,
}

/// `vagt forecast`
#[derive(Debug, Clone, Args)]
pub struct ForecastArgs {
    /// Reckon with so many tickets, and ask no desk
    #[arg(long, value_name = "N", requires_all = ["arrivals", "closures"])]
    pub backlog: Option<usize>,
    /// With --backlog: so many come an hour
    #[arg(long = "in", value_name = "N", requires = "backlog")]
    pub arrivals: Option<u32>,
    /// With --backlog: so many are closed an hour
    #[arg(long = "out", value_name = "N", requires = "backlog")]
    pub closures: Option<u32>,
    /// What if so many people more worked on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub more: u32,
    /// With --more: one of them closes so many an hour
    #[arg(long, value_name = "N", value_parser = at_least_zero)]
    pub each: Option<f64>,
    /// What if no more came of this group: vpn=14:00, or vpn=2h from now
    #[arg(long, value_name = "GROUP=TIME", conflicts_with = "backlog")]
    pub ends: Option<String>,
    /// Telephones instead: so many calls an hour (Erlang C)
    #[arg(long, value_name = "N", requires = "handling", value_parser = at_least_zero, conflicts_with_all = ["backlog", "ends", "more"])]
    pub calls: Option<f64>,
    /// With --calls: one takes so many minutes
    #[arg(long, value_name = "MIN", value_parser = at_least_zero)]
    pub handling: Option<f64>,
    /// With --calls: so many people answer; without it, a table
    #[arg(long, value_name = "N", requires = "calls")]
    pub people: Option<u32>,
    /// With --calls: minutes within which a call should be answered
    #[arg(long, value_name = "MIN", default_value_t = 5.0, value_parser = at_least_zero)]
    pub within: f64,
    /// The desk or the cache.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A number that is not below zero.
fn at_least_zero(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "is no number".to_owned())?;
    if number.is_finite() && number >= 0.0 {
        Ok(number)
    } else {
        Err("must be zero or more".to_owned())
    }
}

/// `vagt report`
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// From this time on: 2026-03-02, 2026-03-02T08:00, or an age such as 8h or 3d
    #[arg(long, value_name = "TIME", default_value = "24h")]
    pub since: String,
    /// Form: a page (html is one file without scripts), everything as one object, or what came and went as a table
    #[arg(long, value_name = "FORMAT", default_value = "md")]
    pub format: ReportFormat,
    /// Language of the words: da, nb, nn, sv, en
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: String,
    /// The desk or the cache.
    #[command(flatten)]
    pub source: SourceArgs,
}

/// Forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// A page in Markdown.
    Md,
    /// One file of HTML.
    Html,
    /// One object.
    Json,
    /// A table of what came and went.
    Csv,
}

/// `vagt metrics`
#[derive(Debug, Clone, Args)]
pub struct MetricsArgs {
    /// Serve them at http://ADDR:PORT/metrics until stopped
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<std::net::SocketAddr>,
    /// Allow an address that other machines can reach
    #[arg(long, requires = "listen")]
    pub allow_remote: bool,
    /// With --listen: seconds between two questions to the desk
    #[arg(long, value_name = "SECS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub every: u32,
    /// The desk or the cache.
    #[command(flatten)]
    pub source: SourceArgs,
}

/// The simulated municipality.
#[derive(Debug, Clone, Args)]
pub struct TownArgs {
    /// What happens: mixed, quiet, vpn-outage, vpn-certificate, vpn-capacity, video-update, new-product, mobile-outage, mfa-outage,
    /// school-morning, lockdown, night, still, or a file of your own that ends in .toml
    #[arg(long, value_name = "NAME|FILE", default_value = "mixed")]
    pub scenario: String,
    /// The same number gives the same town
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many times faster than real time
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub speed: f64,
    /// Tickets at the start
    #[arg(long, value_name = "N")]
    pub tickets: Option<u32>,
    /// Devices at the start
    #[arg(long, value_name = "N")]
    pub devices: Option<u32>,
    /// Let the desk misbehave, for example latency=800ms±200,drop=2%,429=1%,skew=90s
    #[arg(long, value_name = "SPEC")]
    pub fault: Option<String>,
    /// When the simulation begins: 08:00, "mon 08:00" or 2026-03-02T08:00; a demo at 08:05, unless
    /// its scenario says otherwise
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

/// `vagt demo`
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// The town.
    #[command(flatten)]
    pub town: TownArgs,
    /// Never write to the desk
    #[arg(long)]
    pub read_only: bool,
    /// Language of the screen: da, nb, nn, sv, en; else the locale
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
}

/// `vagt serve`
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// The town.
    #[command(flatten)]
    pub town: TownArgs,
    /// Address to listen on; only this machine unless you say otherwise
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub listen: std::net::SocketAddr,
    /// Allow an address that other machines can reach
    #[arg(long)]
    pub allow_remote: bool,
    /// Keep the desk in this file
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Write the day down in this file, its devices, history and truth beside it, for `vagt replay`
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// With --record: let so many hours pass as fast as they can be computed, and end without serving
    #[arg(long, value_name = "N", requires = "record", value_parser = clap::value_parser!(u32).range(1..=744))]
    pub hours: Option<u32>,
    /// Leave out the marker fields, as on a desk without them
    #[arg(long)]
    pub no_markers: bool,
    /// Print {"url","token"} as the first line
    #[arg(long)]
    pub json: bool,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
pub struct Shape {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
    /// One JSON object a line
    #[arg(long)]
    pub ndjson: bool,
    /// Comma-separated values
    #[arg(long)]
    pub csv: bool,
}

/// `vagt list`, `vagt devices`
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// For example: group:vpn owner:none age>2h "free text"
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub query: Vec<String>,
    /// How to print.
    #[command(flatten)]
    pub shape: Shape,
}

impl ListArgs {
    /// Takes options that stand behind the query out of it: a word that begins with a minus is part of a query, so
    /// the parser cannot tell.
    #[must_use]
    pub fn settled(mut self) -> Self {
        let shape = &mut self.shape;
        self.query.retain(|word| {
            let option = match word.as_str() {
                "--json" => &mut shape.json,
                "--ndjson" => &mut shape.ndjson,
                "--csv" => &mut shape.csv,
                _ => return true,
            };
            *option = true;
            false
        });
        self
    }
}

/// `vagt show`
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    /// Ticket number
    pub id: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt person`
#[derive(Debug, Clone, Args)]
pub struct PersonArgs {
    /// Name, login or mail address, or a part of it
    #[arg(required = true)]
    pub name: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt new`
#[derive(Debug, Clone, Args)]
pub struct NewArgs {
    /// Who asks: login or mail address
    #[arg(long, value_name = "PERSON")]
    pub requester: String,
    /// Subject
    #[arg(long)]
    pub subject: String,
    /// Queue
    #[arg(long)]
    pub queue: String,
    /// Text from this file; - or nothing: from standard input
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Priority number
    #[arg(long)]
    pub priority: Option<i64>,
    /// Owner
    #[arg(long)]
    pub owner: Option<String>,
    /// Problem group
    #[arg(long)]
    pub group: Option<String>,
    /// Device
    #[arg(long)]
    pub device: Option<String>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt act`
#[derive(Debug, Clone, Args)]
pub struct ActArgs {
    /// take, release, steal, assign, status, priority, queue, group, reply, note, tag, untag, link, unlink, merge, ack, snooze, escalate, declare, undo
    pub verb: String,
    /// Ticket numbers (action ids for undo); - reads them from standard input
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// Person, status, priority, queue, group, tag, merge target, KIND:ID for link and unlink, until when for ack
    /// and snooze (06:30 or 2h), or the ticket that
    /// stands for the others (declare; without it a new one is made)
    #[arg(long, value_name = "VALUE")]
    pub to: Option<String>,
    /// What the new ticket of declare is called; without it as the first of the others
    #[arg(long, value_name = "TEXT")]
    pub subject: Option<String>,
    /// Text of a reply, note or escalation from this file; - or nothing: from standard input
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Text of a reply or note from the template of this name, in the language of each ticket; `vagt config
    /// templates` lists them
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    pub template: Option<String>,
    /// The template in this language instead: da, nb, nn, sv or en
    #[arg(long = "in", value_name = "LANG", requires = "template")]
    pub language: Option<String>,
    /// Send this file with a reply or note; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub attach: Vec<PathBuf>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt outbox`
#[derive(Debug, Clone, Args)]
pub struct OutboxArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub what: Option<OutboxWhat>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with the outbox.
#[derive(Debug, Clone, Subcommand)]
pub enum OutboxWhat {
    /// List actions that are not finished
    List {
        /// The finished ones too
        #[arg(long)]
        all: bool,
    },
    /// One action with both versions of a conflict
    Show {
        /// Action id, or its beginning
        id: String,
    },
    /// Send it (again)
    Retry {
        /// Action ids, or their beginnings
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Never send it
    Drop {
        /// Action ids, or their beginnings
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

/// `vagt audit`
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct AuditArgs {
    /// What to do; without it, show
    #[command(subcommand)]
    pub what: Option<AuditWhat>,
    /// Without a word, what show takes
    #[command(flatten)]
    pub show: AuditShowArgs,
}

/// What to do with the audit.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditWhat {
    /// Print its lines, oldest first
    Show(AuditShowArgs),
    /// Whether every line is the one that was written, and none is missing
    Verify(AuditVerifyArgs),
}

/// `vagt audit show`
#[derive(Debug, Clone, Args)]
pub struct AuditShowArgs {
    /// Not before this time: 2026-03-02, 2026-03-02T08:00, or an age such as 2h or 3d
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Lines of this ticket
    #[arg(long, value_name = "ID")]
    pub ticket: Option<String>,
    /// From this line on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    pub from: Option<i64>,
    /// At most so many lines
    #[arg(long, value_name = "N")]
    pub limit: Option<u32>,
    /// How to print.
    #[command(flatten)]
    pub shape: Shape,
}

/// `vagt audit verify`
#[derive(Debug, Clone, Args)]
pub struct AuditVerifyArgs {
    /// The last hash of an earlier time, which you kept elsewhere: what was cut off since then is found by it
    #[arg(long, value_name = "HASH")]
    pub last: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt classify`
#[derive(Debug, Clone, Args)]
pub struct ClassifyArgs {
    /// JSON Lines with id, subject, body; - or nothing: standard input
    pub file: Option<PathBuf>,
    /// Compare with the labels in this file and print the score
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub score: Option<PathBuf>,
    /// Make the word model from the labelled texts in this directory
    #[arg(long, value_name = "DIR", hide = true, requires = "out", conflicts_with_all = ["file", "score"])]
    pub train: Option<PathBuf>,
    /// Where the word model goes
    #[arg(long, value_name = "FILE", hide = true, requires = "train")]
    pub out: Option<PathBuf>,
    /// Groups and words from this file instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Say on standard error which words decided
    #[arg(long)]
    pub explain: bool,
    /// Accepted for symmetry: the output is always JSON Lines
    #[arg(long)]
    pub json: bool,
}

/// `vagt replay`
#[derive(Debug, Clone, Args)]
pub struct ReplayArgs {
    /// Tickets and what happened to them, JSON Lines in order of time; - : standard input
    pub file: PathBuf,
    /// Devices, JSON Lines; lines with a time change facts from then on
    #[arg(long, value_name = "FILE")]
    pub devices: Option<PathBuf>,
    /// Earlier tickets, from which the usual level is learnt
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// Tickets of all groups on a usual working day
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub usual_per_day: Option<u32>,
    /// Groups and words from this file instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Language of the sentences: da, nb, nn, sv, en
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: String,
    /// Accepted for symmetry: the output is always JSON Lines
    #[arg(long)]
    pub json: bool,
}

/// `vagt incidents`
#[derive(Debug, Clone, Args)]
pub struct IncidentsArgs {
    /// Language of the sentences: da, nb, nn, sv, en
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `vagt handover`
#[derive(Debug, Clone, Args)]
pub struct HandoverArgs {
    /// Language of the words: da, nb, nn, sv, en; without it that of the screen (ui.lang)
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
    /// Print it, and do not count it as a hand-over
    #[arg(long)]
    pub dry_run: bool,
}

/// `vagt watch`
#[derive(Debug, Clone, Args)]
pub struct WatchArgs {
    /// Tell only of tickets for which this query holds; incidents, surges and sources are told in any case
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub query: Vec<String>,
    /// Language of the sentences: da, nb, nn, sv, en
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: String,
    /// Tell of alarms too, as alarms.toml says, and run its hook
    #[arg(long)]
    pub alarm: bool,
}

/// `vagt config`
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// What to do
    #[command(subcommand)]
    pub what: ConfigWhat,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigWhat {
    /// Where it is
    Path,
    /// Every key, its value and where it comes from
    Show,
    /// Whether it is right, and the templates too
    Check,
    /// Templates, by name
    Templates,
    /// Write a commented file to begin with
    Init,
}

/// `vagt purge`
#[derive(Debug, Clone, Copy, Args)]
pub struct PurgeArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_may_stand_after_a_query() {
        let cli = Cli::try_parse_from(["vagt", "list", "-tag:vip", "owner:none", "--csv"]).unwrap();
        let Some(Command::List(list)) = cli.command else {
            panic!("not a list")
        };
        let list = list.settled();
        assert_eq!(list.query, ["-tag:vip", "owner:none"]);
        assert!(list.shape.csv);
    }

    #[test]
    fn a_query_may_begin_with_a_minus() {
        let cli = Cli::try_parse_from(["vagt", "list", "--json", "-tag:vip", "age>2h"]).unwrap();
        let Some(Command::List(list)) = cli.command else {
            panic!("not a list")
        };
        assert_eq!(list.query, ["-tag:vip", "age>2h"]);
        assert!(list.shape.json);
    }
}
