//! What the configuration and the command line say, as far as the application needs it.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::board::{PaneDef, PaneKind};
use crate::config::{Config, SavedPane};
use crate::domain::alarm::Policy;
use crate::domain::health::Thresholds;
use crate::domain::hosting::Hosting;
use crate::domain::ids::GroupId;
use crate::domain::numbers::Reach;
use crate::domain::numbers::wall::{Target, Targets};
use crate::domain::query::{Query, QueryError};
use crate::domain::role::Role;
use crate::domain::view::View;
use crate::input::Keymap;

/// Settings of a session.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the desk is, in a few words without secrets (`Sorø · rt.example.org`).
    pub place: String,
    /// Whether this is the demo.
    pub demo: bool,
    /// Time zone of the screen.
    pub zone: TimeZone,
    /// Keys.
    pub keymap: Keymap,
    /// Why nothing may be written; empty: writing is allowed as far as the desk allows it.
    pub read_only: Vec<String>,
    /// What this console may do at all.
    pub role: Role,
    /// What is wrong with the configuration, one sentence each.
    pub config_problems: Vec<String>,
    /// Statuses whose setting mails the requester.
    pub visible_statuses: Vec<String>,
    /// How long visible actions are held before they are sent.
    pub hold: SignedDuration,
    /// How long a claim on a ticket holds that is not renewed.
    pub claim: SignedDuration,
    /// How long the order of rows stays after a move of the cursor.
    pub freeze: SignedDuration,
    /// What the facts of devices mean.
    pub health: Thresholds,
    /// Who is told of what goes on, and how; none: nobody.
    pub alarms: Option<Arc<Policy>>,
    /// Targets of the wall.
    pub wall: Targets,
    /// At a first read, tickets are known that were solved in so many hours before.
    pub resolved_hours: u32,
    /// So many days tickets are kept that are over.
    pub closed_days: u32,
    /// Largest file that is sent, in bytes.
    pub max_file: u64,
    /// Name of the theme.
    pub theme: String,
    /// Language of the screen.
    pub lang: String,
    /// Where systems run.
    pub hosting: Hosting,
    /// Borders and signs from ASCII only.
    pub ascii: bool,
    /// What the bars of charts are made of.
    pub charts: String,
    /// Fewer bytes to the terminal.
    pub low_bandwidth: bool,
}

impl Settings {
    /// Settings by a configuration. Key rows that cannot be used become problems.
    pub fn of(config: &Config, place: String, zone: TimeZone) -> Self {
        let (keymap, problems) = Keymap::new(&config.keys);
        let role = Role::parse(&config.desk.role).unwrap_or_default();
        let read_only = if config.desk.read_only {
            Some("this console is set to read only (desk.read_only)".to_owned())
        } else {
            let is_set = role == Role::ReadOnly;
            is_set.then(|| "this console is set to read only (desk.role)".to_owned())
        };
        Self {
            place,
            demo: false,
            zone,
            keymap,
            read_only: read_only.into_iter().collect(),
            role,
            config_problems: problems.iter().map(|p| format!("keys: {p}")).collect(),
            visible_statuses: config.desk.visible_statuses.clone(),
            hold: SignedDuration::from_secs(config.delivery.hold_secs.into()),
            claim: SignedDuration::from_mins(config.delivery.claim_minutes.into()),
            freeze: SignedDuration::from_secs(config.board.freeze_secs.into()),
            health: Thresholds::default(),
            alarms: None,
            wall: targets(&config.wall),
            resolved_hours: config.desk.resolved_hours,
            closed_days: config.cache.closed_days,
            max_file: u64::from(config.attachments.max_mb) * 1_000_000,
            theme: config.ui.theme.clone(),
            lang: config.ui.lang.clone(),
            hosting: Hosting::default(),
            ascii: config.ui.ascii,
            charts: config.ui.charts.clone(),
            low_bandwidth: config.ui.low_bandwidth,
        }
    }

    /// How far back tickets that are over are there.
    pub fn reach(&self) -> Reach {
        Reach {
            resolved_hours: self.resolved_hours,
            kept: SignedDuration::from_hours(i64::from(self.closed_days) * 24),
        }
    }
}

fn targets(wall: &crate::config::Wall) -> Targets {
    let target = |fine: u32, act: u32| Target {
        fine: fine.into(),
        act: act.into(),
    };
    Targets {
        growing: target(wall.growing, wall.growing_act),
        clear_hours: target(wall.clear_hours, wall.clear_hours_act),
        oldest_hours: target(wall.oldest_hours, wall.oldest_hours_act),
        late: target(wall.late, wall.late_act),
        unowned: target(wall.unowned, wall.unowned_act),
    }
}

/// The title of a built-in group.
pub fn group_title(slug: &str) -> &str {
    match slug {
        "vpn" => "VPN",
        "video" => "Video",
        "mobile" => "4G",
        "wifi" => "Wi-Fi",
        "login" => "Login",
        "hardware" => "Hardware",
        "remote" => "Remote desktop",
        "printing" => "Printing",
        "email" => "Email",
        "files" => "Files",
        "telephony" => "Telephony",
        "school" => "School",
        "health" => "Health",
        "other" => "Other",
        own => own,
    }
}

/// The pane of a saved query.
///
/// # Errors
/// Its query cannot be read.
pub fn saved_pane(saved: &SavedPane) -> Result<PaneDef, QueryError> {
    let mut view = View {
        sort: saved.sort,
        ..View::default()
    };
    if !saved.columns.is_empty() {
        view.columns.clone_from(&saved.columns);
    }
    Ok(PaneDef {
        title: saved.name.clone(),
        kind: PaneKind::Saved(Query::parse(&saved.query)?),
        view,
    })
}

/// The panes of the Board by a configuration: the groups in its order, then the saved ones; `other` takes what has
/// no pane of its own and is always there. A saved pane whose query cannot be read is left out and told.
pub fn panes(config: &Config) -> (Vec<PaneDef>, Vec<String>) {
    let board = &config.board;
    let rest = GroupId::BUILT_IN
        .iter()
        .map(ToString::to_string)
        .filter(|slug| !board.order.contains(slug));
    let mut slugs: Vec<String> = Vec::new();
    for slug in board.order.iter().cloned().chain(rest) {
        let is_other = slug == "other";
        if !slugs.contains(&slug) && (is_other || !board.hidden.contains(&slug)) {
            slugs.push(slug);
        }
    }
    let mut panes: Vec<PaneDef> = slugs
        .into_iter()
        .map(|slug| PaneDef {
            title: board
                .titles
                .get(&slug)
                .map_or_else(|| group_title(&slug).to_owned(), Clone::clone),
            kind: if slug == "other" {
                PaneKind::Rest
            } else {
                PaneKind::Group(GroupId::new(slug))
            },
            view: View::default(),
        })
        .collect();
    let mut problems = Vec::new();
    for saved in &board.panes {
        match saved_pane(saved) {
            Ok(pane) => panes.push(pane),
            Err(error) => problems.push(format!(
                "board.panes: the query of \"{}\" cannot be read: {error}",
                saved.name
            )),
        }
    }
    (panes, problems)
}
