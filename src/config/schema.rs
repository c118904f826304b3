//! The sections and keys, once: structs, names and what each key may hold. Values and explanations for
//! people stand in `config/default.toml`, which a test compares with this file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use crate::domain::view::{Column, Sort};

macro_rules! section {
    ($(#[$doc:meta])* $name:ident = $section:literal { $( $(#[$key_doc:meta])* $key:ident: $type:ty = $kind:expr, )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $( $(#[$key_doc])* pub $key: $type, )* }

        impl $name {
            /// The keys of this section.
            pub const KEYS: &'static [Key] = &[
                $( Key { section: $section, name: stringify!($key), kind: $kind } ),*
            ];
        }
    };
}

/// Words for what a status means, as `domain::ticket::StatusClass` spells them.
const STATUS_CLASSES: &[&str] = &[
    "new",
    "open",
    "waiting-requester",
    "waiting-other",
    "resolved",
    "closed",
    "merged",
    "deleted",
];

/// A setting that may be absent: an empty text in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Setting(String);

impl Setting {
    /// The setting, if there is one.
    pub fn get(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.trim().is_empty())
    }
    /// Whether there is one.
    pub fn is_set(&self) -> bool {
        self.get().is_some()
    }
}

impl From<&str> for Setting {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A saved pane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPane {
    /// Title.
    pub name: String,
    /// Query that fills it; not yet parsed.
    pub query: String,
    /// Order of its rows.
    #[serde(default, skip_serializing_if = "Sort::is_usual")]
    pub sort: Sort,
    /// Columns of its wide rows; empty: the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
}

section! {
    /// The ticketing desk.
    Desk = "desk" {
        /// Kind of desk.
        kind: String = Kind::Choice(&["rt"]),
        /// Address, without the path of the API.
        url: Setting = Kind::Url,
        /// Command whose output is the token.
        token_command: Setting = Kind::Text,
        /// File that holds the token.
        token_file: Setting = Kind::Text,
        /// User name, for a password.
        user: Setting = Kind::Text,
        /// Command whose output is the password.
        password_command: Setting = Kind::Text,
        /// File that holds the password.
        password_file: Setting = Kind::Text,
        /// Seconds that such a command may take.
        command_timeout_secs: u32 = Kind::Whole(1, 600),
        /// Certificates of a private authority, PEM.
        ca_file: Setting = Kind::Text,
        /// Whether plain http to another machine is allowed.
        allow_http: bool = Kind::Flag,
        /// Never write. Also set when the configuration is broken.
        read_only: bool = Kind::Flag,
        /// What this console may do, whatever the account may.
        role: String = Kind::Choice(&["agent", "supervisor", "read-only"]),
        /// Custom field with tags.
        tags_field: Setting = Kind::Text,
        /// Custom field with the group that staff chose.
        group_field: Setting = Kind::Text,
        /// Custom field with the device.
        device_field: Setting = Kind::Text,
        /// Transaction custom field with the id of an action.
        marker_entry_field: Setting = Kind::Text,
        /// Ticket custom field with the id of the action that created it.
        marker_create_field: Setting = Kind::Text,
        /// Ticket custom field with soft claims; empty = none are written.
        claim_field: Setting = Kind::Text,
        /// Status word → class word.
        statuses: BTreeMap<String, String> = Kind::Choices(STATUS_CLASSES),
        /// Statuses whose setting mails the requester.
        visible_statuses: Vec<String> = Kind::Texts,
        /// Hours back to which solved tickets are read at the first read.
        resolved_hours: u32 = Kind::Whole(0, 8760),
        /// Whether devices are read from the desk.
        devices: bool = Kind::Flag,
        /// Catalogs with devices; empty = all.
        catalogs: Vec<String> = Kind::Texts,
        /// Fact key → custom field of a device.
        device_fields: BTreeMap<String, String> = Kind::Words,
    }
}

section! {
    /// Limits of the HTTP client.
    Net = "net" {
        /// Seconds to connect.
        connect_secs: u32 = Kind::Whole(1, 300),
        /// Seconds for a whole read.
        read_secs: u32 = Kind::Whole(1, 600),
        /// Seconds for a whole write.
        write_secs: u32 = Kind::Whole(1, 600),
        /// Seconds between two pieces of an answer.
        stall_secs: u32 = Kind::Whole(1, 600),
        /// Largest answer, in megabytes (10^6 bytes).
        max_answer_mb: u32 = Kind::Whole(1, 1000),
        /// Proxy; not set: from the environment.
        proxy: Setting = Kind::Url,
    }
}

section! {
    /// How often the desk is asked.
    Poll = "poll" {
        /// Seconds, console in use.
        busy_secs: u32 = Kind::Whole(1, 3600),
        /// Seconds, nobody presses a key.
        idle_secs: u32 = Kind::Whole(1, 3600),
        /// Seconds, terminal without focus.
        unfocused_secs: u32 = Kind::Whole(1, 3600),
        /// Longest pause after failures, seconds.
        backoff_max_secs: u32 = Kind::Whole(1, 3600),
        /// Hours between two comparisons of all ids.
        reconcile_hours: u32 = Kind::Whole(1, 168),
        /// Minutes between two reads of statuses, queues and people.
        vocab_minutes: u32 = Kind::Whole(1, 10_080),
    }
}

section! {
    /// Waits of the outbox.
    Delivery = "delivery" {
        /// Seconds that a visible action is held.
        hold_secs: u32 = Kind::Whole(0, 300),
        /// Seconds until the first look for an action without answer.
        unknown_first_look_secs: u32 = Kind::Whole(1, 3600),
        /// Seconds until the second look.
        unknown_second_look_secs: u32 = Kind::Whole(1, 3600),
        /// Seconds after which an unrenewed lease is free.
        lease_secs: u32 = Kind::Whole(5, 3600),
        /// Minutes after which a claim that is not renewed is over.
        claim_minutes: u32 = Kind::Whole(1, 120),
    }
}

section! {
    /// What is kept on this machine.
    Cache = "cache" {
        /// Days that a closed ticket stays.
        closed_days: u32 = Kind::Whole(1, 3650),
        /// Tickets whose conversation is kept.
        conversations: u32 = Kind::Whole(0, 100_000),
    }
}

section! {
    /// The Board.
    Board = "board" {
        /// Slugs of the groups that come first.
        order: Vec<String> = Kind::Texts,
        /// Titles by slug.
        titles: BTreeMap<String, String> = Kind::Words,
        /// Slugs of groups without a pane.
        hidden: Vec<String> = Kind::Texts,
        /// Saved panes.
        panes: Vec<SavedPane> = Kind::Panes,
        /// Seconds of frozen order after a move of the cursor.
        freeze_secs: u32 = Kind::Whole(0, 3600),
    }
}

section! {
    /// Targets of the wall: at most the first is fine, more than the second must be acted on.
    Wall = "wall" {
        /// Net flow, tickets an hour.
        growing: u32 = Kind::Whole(0, 10_000),
        /// Net flow that must be acted on.
        growing_act: u32 = Kind::Whole(0, 10_000),
        /// Hours until the backlog is gone.
        clear_hours: u32 = Kind::Whole(0, 1000),
        /// Hours until the backlog is gone that must be acted on.
        clear_hours_act: u32 = Kind::Whole(0, 1000),
        /// Hours that the oldest waits.
        oldest_hours: u32 = Kind::Whole(0, 10_000),
        /// Hours that the oldest waits that must be acted on.
        oldest_hours_act: u32 = Kind::Whole(0, 10_000),
        /// Tickets that will be late in 2 hours.
        late: u32 = Kind::Whole(0, 10_000),
        /// Late tickets that must be acted on.
        late_act: u32 = Kind::Whole(0, 10_000),
        /// Tickets without an owner.
        unowned: u32 = Kind::Whole(0, 100_000),
        /// Tickets without an owner that must be acted on.
        unowned_act: u32 = Kind::Whole(0, 100_000),
    }
}

section! {
    /// The screen.
    Ui = "ui" {
        /// Name of the theme.
        theme: String = Kind::Text,
        /// `auto`, `always` or `never`.
        color: String = Kind::Choice(&["auto", "always", "never"]),
        /// Borders and signs from ASCII only.
        ascii: bool = Kind::Flag,
        /// What the bars of charts are made of.
        charts: String = Kind::Choice(&["auto", "blocks", "braille", "ascii"]),
        /// Fewer bytes to the terminal.
        low_bandwidth: bool = Kind::Flag,
        /// Editor command.
        editor: Setting = Kind::Text,
        /// Language code, or `auto`.
        lang: String = Kind::Text,
    }
}

section! {
    /// Files on tickets.
    Attachments = "attachments" {
        /// Largest file, in megabytes (10^6 bytes).
        max_mb: u32 = Kind::Whole(1, 1000),
        /// Where files are saved.
        save_dir: Setting = Kind::Text,
    }
}

section! {
    /// The log.
    Log = "log" {
        /// Least important level that is written.
        level: String = Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        /// Files kept, one a day.
        keep_days: u32 = Kind::Whole(1, 365),
    }
}

/// The whole configuration, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The ticketing desk.
    pub desk: Desk,
    /// Limits of the HTTP client.
    pub net: Net,
    /// How often the desk is asked.
    pub poll: Poll,
    /// Waits of the outbox.
    pub delivery: Delivery,
    /// What is kept on this machine.
    pub cache: Cache,
    /// The Board.
    pub board: Board,
    /// Targets of the wall.
    pub wall: Wall,
    /// The screen.
    pub ui: Ui,
    /// Files on tickets.
    pub attachments: Attachments,
    /// Command id → keys, as written; `input` parses them.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The log.
    pub log: Log,
}

/// The section whose keys are free: command ids.
pub const FREE_SECTION: &str = "keys";

/// All keys with a fixed name, in the order of the sections.
pub fn all_keys() -> impl Iterator<Item = &'static Key> {
    [
        Desk::KEYS,
        Net::KEYS,
        Poll::KEYS,
        Delivery::KEYS,
        Cache::KEYS,
        Board::KEYS,
        Wall::KEYS,
        Ui::KEYS,
        Attachments::KEYS,
        Log::KEYS,
    ]
    .into_iter()
    .flatten()
}

/// The key `name` of `section`.
pub fn find(section: &str, name: &str) -> Option<&'static Key> {
    all_keys().find(|key| key.section == section && key.name == name)
}

/// Whether there is a section of this name.
pub fn is_section(name: &str) -> bool {
    name == FREE_SECTION || all_keys().any(|key| key.section == name)
}
