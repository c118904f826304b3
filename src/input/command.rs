//! The registry: every command is one row of data.
//!
//! Invariant: this table is the only list of commands and default keys. A key row is a sequence as
//! [`super::keys`] writes it, valid in all contexts of its command, or in one context when that is named first
//! (`ticket:l`). No default needs `AltGr` on a Nordic keyboard, and none is Ctrl-A, B, S or Q (tmux, flow control).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::fold::fold;

/// Where a key is pressed: decides which commands apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// The Board.
    Board,
    /// One ticket.
    Ticket,
    /// The devices.
    Devices,
    /// The outbox.
    Outbox,
    /// One person.
    Person,
    /// Incidents and surges.
    Incidents,
    /// One incident.
    Incident,
    /// The wall.
    Wall,
    /// What came and was closed over time.
    Trends,
    /// The help page.
    Help,
    /// A list to choose from, with a line to type in.
    List,
    /// One line of text.
    Field,
    /// The editor for replies, notes and new tickets.
    Editor,
    /// A few choices by letter, for what is being written.
    Menu,
    /// A question that is answered with yes or no.
    Confirm,
    /// How far a bulk action is.
    Bulk,
    /// An action that met somebody else's change, with both versions.
    Conflict,
    /// The question about unsent actions when leaving.
    Quit,
}

impl Context {
    /// All contexts, in the order of the help page.
    pub const ALL: [Self; 18] = [
        Self::Board,
        Self::Ticket,
        Self::Devices,
        Self::Outbox,
        Self::Person,
        Self::Incidents,
        Self::Incident,
        Self::Wall,
        Self::Trends,
        Self::Help,
        Self::List,
        Self::Field,
        Self::Editor,
        Self::Menu,
        Self::Confirm,
        Self::Bulk,
        Self::Conflict,
        Self::Quit,
    ];
    /// The word in configuration and documentation.
    pub fn word(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Ticket => "ticket",
            Self::Devices => "devices",
            Self::Outbox => "outbox",
            Self::Person => "person",
            Self::Incidents => "incidents",
            Self::Incident => "incident",
            Self::Wall => "wall",
            Self::Trends => "trends",
            Self::Help => "help",
            Self::List => "list",
            Self::Field => "field",
            Self::Editor => "editor",
            Self::Menu => "menu",
            Self::Confirm => "confirm",
            Self::Bulk => "bulk",
            Self::Conflict => "conflict",
            Self::Quit => "quit",
        }
    }
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.word() == word)
    }
    /// Whether letters are text here, so that a command cannot be bound to one.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::List | Self::Field | Self::Editor)
    }
    /// Whether it is a question, or a thing with a few answers of its own.
    pub fn is_question(self) -> bool {
        matches!(
            self,
            Self::Menu | Self::Confirm | Self::Bulk | Self::Conflict | Self::Quit
        )
    }
}

/// What kind of command it is: decides where it is listed and when it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Leads to a write on the desk: refused in read-only mode, with the reason.
    Write,
    /// Reads, shows or arranges; listed in the palette.
    Show,
    /// Moves, accepts or closes; in the help, not in the palette.
    Move,
}

/// One row of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The command.
    pub command: Command,
    /// Its name in configuration and records (`ticket.take`).
    pub id: &'static str,
    /// Its name on the screen.
    pub title: &'static str,
    /// What it does, one sentence.
    pub help: &'static str,
    /// Where it applies.
    pub contexts: &'static [Context],
    /// Default keys.
    pub keys: &'static [&'static str],
    /// What kind.
    pub kind: Kind,
}

impl Spec {
    /// Whether the palette lists it.
    pub fn in_palette(&self) -> bool {
        self.kind != Kind::Move
    }
    /// Whether it leads to a write on the desk.
    pub fn writes(&self) -> bool {
        self.kind == Kind::Write
    }
    /// Whether its name or what it does has all of these words, or their beginnings.
    pub fn is_called(&self, words: &str) -> bool {
        let name = fold(&format!("{} {} {}", self.title, self.id, self.help));
        fold(words)
            .split_whitespace()
            .all(|word| name.contains(word))
    }
    /// Whether it applies in `context`.
    pub fn applies(&self, context: Context) -> bool {
        self.contexts.contains(&context)
    }
}

macro_rules! commands {
    ($( $command:ident $kind:ident $id:literal $title:literal [$($context:ident)+] [$($key:literal)*] $help:literal; )+) => {
        /// A named command.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Command {
            $( #[doc = $help] $command, )+
        }

        /// Every command, in the order of help and palette.
        pub static COMMANDS: &[Spec] = &[
            $( Spec {
                command: Command::$command,
                id: $id,
                title: $title,
                help: $help,
                contexts: &[$(Context::$context),+],
                keys: &[$($key),*],
                kind: Kind::$kind,
            }, )+
        ];

        impl Command {
            /// Its row.
            pub fn spec(self) -> &'static Spec {
                match self { $( Self::$command => {
                    static SPEC: Spec = Spec {
                        command: Command::$command,
                        id: $id,
                        title: $title,
                        help: $help,
                        contexts: &[$(Context::$context),+],
                        keys: &[$($key),*],
                        kind: Kind::$kind,
                    };
                    &SPEC
                } )+ }
            }
        }
    };
}

commands! {
    Take Write "ticket.take" "Take" [Board Ticket Person Incident] ["t"] "Make me the owner.";
    Release Write "ticket.release" "Release" [Board Ticket Person Incident] ["X"] "Give up my ownership, so that nobody owns the ticket.";
    Steal Write "ticket.steal" "Steal" [Board Ticket Person Incident] ["T"] "Make me the owner though somebody else is.";
    Assign Write "ticket.assign" "Assign" [Board Ticket Person Incident] ["a"] "Choose who owns the ticket.";
    Status Write "ticket.status" "Status" [Board Ticket Person Incident] ["s"] "Choose the status.";
    Priority Write "ticket.priority" "Priority" [Board Ticket Person Incident] ["p"] "Choose the priority.";
    Reply Write "ticket.reply" "Reply" [Board Ticket Person Incident] ["r"] "Write to the requester.";
    Note Write "ticket.note" "Note" [Board Ticket Person Incident] ["n"] "Write an internal note that the requester does not see.";
    FromTemplate Write "ticket.template" "Template or macro" [Board Ticket Person Incident] ["e"] "Write a reply or a note from a ready-made text, or run a macro: several actions as one step.";
    Group Write "ticket.group" "Group" [Board Ticket Person Incident] ["g"] "Put the ticket into a problem group, for everybody.";
    Link Write "ticket.link" "Link" [Board Ticket Person Incident] ["L" "ticket:l"] "Link the ticket to another ticket.";
    Unlink Write "ticket.unlink" "Unlink" [Board Ticket Person Incident] ["U"] "Remove a link.";
    Tag Write "ticket.tag" "Tag" [Board Ticket Person Incident] ["+"] "Add a tag.";
    Untag Write "ticket.untag" "Untag" [Board Ticket Person Incident] ["-"] "Remove a tag.";
    Queue Write "ticket.queue" "Queue" [Board Ticket Person Incident] ["Q"] "Move the ticket to another queue.";
    Merge Write "ticket.merge" "Merge" [Board Ticket Person Incident] ["M"] "Merge the ticket into another ticket of the same requester.";
    Claim Write "ticket.claim" "I look at this" [Board Ticket Person Incident] ["C"] "Tell colleagues that you look at the ticket, or not any more; whoever writes tells them by itself.";
    Create Write "ticket.create" "Create a ticket" [Board Ticket Devices Outbox Person Incidents Incident] ["c"] "Create a ticket for somebody who calls or walks in.";
    Undo Write "ticket.undo" "Undo" [Board Ticket Devices Outbox Person Incidents Incident Bulk] ["u"] "Take back the last action: withdraw it if it is not sent yet, else write the previous value.";
    Open Show "ticket.open" "Open" [Board Devices Outbox Person Incidents Incident] ["board:enter" "person:enter" "devices:enter" "incidents:enter" "incident:enter" "o"] "Open the ticket or the incident, or the person who holds the device.";
    Why Show "ticket.why" "Why" [Board Ticket Incident] ["w"] "Show why the ticket is in this group.";
    Card Show "ticket.card" "Action card" [Board Ticket Person Incident] ["K"] "Show what to do: the action card for the ticket's lane or group.";
    Unmask Show "ticket.unmask" "Unmask" [Ticket] ["#"] "Show the personal numbers of this ticket, or mask them again; the log keeps who asked.";
    Quotes Show "ticket.quotes" "Quotes" [Ticket] ["z"] "Show what messages quote whole, or fold it again.";
    Links Show "ticket.links" "Links" [Ticket] ["H"] "List the addresses in the conversation and the linked tickets; choose one to open or copy it.";
    Attachments Show "ticket.attachments" "Attachments" [Ticket] ["o"] "List the attachments: save one to disk, or read it here if it is text.";
    TicketPerson Show "ticket.person" "Requester" [Board Ticket Incident] ["P"] "Show the requester with devices and tickets.";
    CopyId Show "ticket.copy-id" "Copy number" [Board Ticket Person Incident] ["y"] "Copy the ticket number to the clipboard.";
    Mark Show "mark.one" "Mark" [Board Ticket Person Incident] ["space" "m"] "Mark the ticket or unmark it; keys for tickets are about all marked ones then.";
    MarkRange Show "mark.range" "Mark up to here" [Board Person Incident] ["v"] "Mark every row from the last one that was marked up to this one.";
    MarkAll Show "mark.all" "Mark all" [Board Person Incident] ["A"] "Mark all tickets of the pane, the list or the incident.";
    MarkQuery Show "mark.query" "Mark by query" [Board Ticket Person Incident] ["%"] "Mark every known ticket that matches a query.";
    Unmark Show "mark.none" "Unmark all" [Board Ticket Person Incident] ["0"] "Unmark all tickets.";
    TicketNext Move "ticket.next" "Next ticket" [Ticket] ["."] "Go to the next ticket of the pane.";
    TicketPrevious Move "ticket.previous" "Previous ticket" [Ticket] [","] "Go to the previous ticket of the pane.";
    SectionNext Move "ticket.next-section" "Next section" [Ticket Person Incident Trends] ["tab" "right"] "Go to the next section of the screen.";
    SectionPrevious Move "ticket.previous-section" "Previous section" [Ticket Person Incident Trends] ["backtab" "left"] "Go to the previous section of the screen.";
    Filter Show "view.filter" "Filter" [Board Devices] ["/"] "Show only what matches a query.";
    SaveView Show "view.save" "Save as pane" [Board] ["S"] "Save the filter as a pane of its own, with name, order and columns.";
    RemoveView Show "view.remove" "Remove the pane" [Board] ["delete"] "Take away the saved pane with the cursor; its tickets stay where they are.";
    Zoom Show "board.zoom" "Zoom" [Board] ["z"] "Give the pane the whole screen, or give it back.";
    FindText Show "ticket.find" "Find in everything" [Board Ticket Outbox Person Incidents Incident] ["F"] "Find words in every ticket that is kept here, solved ones and conversations too, as you type.";
    FindPerson Show "person.find" "Find a person" [Board Ticket Devices Outbox Person Incidents Incident] ["f"] "Find a person by name, and see devices and tickets.";
    GoBoard Show "go.board" "Board" [Ticket Devices Outbox Person Incidents Incident Wall Trends] ["B"] "Go to the Board.";
    GoDevices Show "go.devices" "Devices" [Board Ticket Outbox Person Incidents Incident Wall Trends] ["D"] "Go to the devices.";
    GoOutbox Show "go.outbox" "Outbox" [Board Ticket Devices Person Incidents Incident Wall Trends] ["O"] "Go to the outbox: what is waiting, sent, refused or in conflict.";
    GoIncidents Show "go.incidents" "Incidents" [Board Ticket Devices Outbox Person Incident Wall Trends] ["i"] "Go to the incidents and surges: what is wrong, for how many people, since when.";
    GoWall Show "go.wall" "Wall" [Board Ticket Devices Outbox Person Incidents Incident Trends] ["W"] "Go to the wall: whether the backlog grows, when it is gone, the oldest, what will be late, and what each number means.";
    Systems Show "hosting.show" "Systems" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends] ["G"] "Show where systems run, whom to ring and how full they are; mark one down, and the panes of what depends on it say so.";
    GoTrends Show "go.trends" "Trends" [Board Ticket Devices Outbox Person Incidents Incident Wall] ["V"] "Go to the trends: what came and was closed in 2 hours, a day or a week, per group, beside the week before.";
    GoBulk Show "bulk.show" "Bulk action" [Board Ticket Outbox Person Incidents Incident] ["b"] "Show how far the last bulk action is; in the outbox, the one of the row.";
    NotPart Show "incident.not-part" "Does not belong" [Board Ticket Person Incident] ["x"] "Take the ticket out of the incident; it stays out.";
    BelongsTo Show "incident.belongs-to" "Belongs to" [Board Ticket Person Incident] ["I"] "Say to which incident the ticket belongs; it stays there.";
    SameAs Show "incident.same-as" "Same as" [Incidents Incident] ["J"] "Say that the incident is the same as another one, which goes on with the tickets of both.";
    Declare Write "incident.declare" "Declare" [Incidents Incident] ["d"] "Declare the incident: one ticket stands for all, a new one or one of them, and the others are linked to it.";
    Joiners Write "incident.joiners" "Link later joiners" [Incidents Incident] ["l"] "Link the tickets that came to a declared incident later, and answer them as the others were answered from a template.";
    Follow Write "incident.follow" "Link joiners by itself" [Incidents Incident] ["Y"] "Link later joiners without asking from now on, and answer them as the others were, or propose them again.";
    Acknowledge Write "alarm.acknowledge" "Acknowledge" [Board Incidents Incident] ["!"] "Tell colleagues that you have the alarm in hand, or not any more: it rings again only when it doubles or reaches another place.";
    Snooze Write "alarm.snooze" "Silent for a while" [Board Incidents Incident] ["Z"] "Let the alarm be silent for an hour, pressed again for four, and again until the morning; then it rings again.";
    Escalate Write "alarm.escalate" "Escalate" [Incidents Incident] [">"] "Call whom alarms.toml names for what you cannot solve alone, and write a note that says so.";
    HandOver Show "app.hand-over" "Hand over" [Board Devices Outbox Incidents Incident] ["H"] "Write into a file what the next shift has to know: incidents that go on, drafts, promises, next steps.";
    Timeline Show "incident.timeline" "Timeline" [Incidents Incident] ["E"] "Write what happened in the incident into a file, in order.";
    SortDevices Show "devices.sort" "Sort" [Devices] ["s"] "Sort by the next column.";
    FailingDevices Show "devices.failing" "Failing only" [Devices] ["F"] "Show only devices with a failing fact, or all.";
    BreakDown Show "devices.break-down" "Break down" [Devices] ["b"] "Count the failing devices by site, carrier or client version.";
    ShowItem Show "outbox.show" "Show" [Outbox] ["enter"] "Show the action whole, in a conflict with both versions.";
    Retry Write "outbox.retry" "Retry" [Outbox Bulk] ["r"] "Try again to send the action; of a bulk action, what failed.";
    Drop Show "outbox.drop" "Drop" [Outbox Conflict] ["x"] "Drop the action: it will not be sent.";
    Force Write "outbox.force" "Send anyway" [Outbox Conflict] ["!"] "Send the action though somebody changed the ticket.";
    RefreshNow Show "app.refresh" "Refresh now" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends] ["R"] "Ask the desk at once, and bring in new rows.";
    Notices Show "app.notices" "Messages" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends] ["N"] "List what the console told you.";
    Help Show "app.help" "Help" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends] ["?" "f1"] "Show the keys of this screen.";
    Language Show "app.language" "Language" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends] ["ctrl-g"] "Choose the language of the screen.";
    Palette Show "app.palette" "All commands" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends] [":"] "Find a command by name.";
    Redraw Show "app.redraw" "Redraw" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends Help List Field Editor Menu Confirm Bulk Conflict Quit] ["ctrl-l"] "Paint the whole screen anew.";
    Suspend Show "app.suspend" "Suspend" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends Help List Field Editor Menu Confirm Bulk Conflict Quit] ["ctrl-z"] "Go to the shell; `fg` brings the console back.";
    Quit Show "app.quit" "Quit" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends] ["q" "ctrl-c"] "Leave Vagt; asks when actions are not sent yet.";
    Send Write "compose.send" "Send" [Editor Menu] ["ctrl-d" "menu:s"] "Send what is written.";
    ExternalEditor Show "compose.editor" "Edit in $EDITOR" [Editor Menu] ["ctrl-o" "menu:e"] "Write in your own editor.";
    Template Show "compose.template" "Template" [Editor Menu] ["ctrl-t" "menu:t"] "Insert a ready-made text at the cursor.";
    Attach Show "compose.attach" "Attach a file" [Editor Menu] ["ctrl-f" "menu:f"] "Attach a file by its path.";
    Detach Show "compose.detach" "Remove the last file" [Menu] ["menu:d"] "Remove the file that was attached last.";
    KeepDraft Show "compose.keep" "Keep as draft" [Menu] ["menu:esc" "menu:k" "menu:ctrl-c"] "Close and keep what is written; the same key opens it again.";
    GoOn Move "compose.go-on" "Go on writing" [Menu] ["menu:enter" "menu:g"] "Go back to what is written.";
    Discard Show "compose.discard" "Discard" [Menu] ["menu:x"] "Throw away what is written.";
    FieldNext Move "compose.next-field" "Next field" [Editor] ["tab"] "Go to the next field.";
    FieldPrevious Move "compose.previous-field" "Previous field" [Editor] ["backtab"] "Go to the previous field.";
    EditorMenu Move "compose.menu" "Done" [Editor] ["esc" "ctrl-c"] "Send, keep, discard or go on.";
    Yes Move "confirm.yes" "Yes" [Confirm List] ["confirm:y" "list:ctrl-d"] "Do it.";
    Enter Move "confirm.enter" "Enter" [Confirm] ["enter"] "Do it where one ticket is touched and no requester sees it; else say which key does.";
    No Move "confirm.no" "No" [Confirm] ["n" "esc" "ctrl-c"] "Do not do it.";
    QuitSend Move "quit.send" "Send now and wait" [Quit] ["s"] "Send everything now, wait for the desk and leave.";
    QuitKeep Move "quit.keep" "Keep for next time" [Quit] ["k"] "Leave; what is unsent goes out at the next start.";
    NextLanguage Move "bulk.language" "Next language" [Confirm] ["tab"] "Show the text from a template in the next language.";
    EditText Move "bulk.edit" "Edit the text" [Confirm Field] ["confirm:e" "field:ctrl-o"] "Change the text from a template in the language that is shown, for this answer.";
    Supply Move "bulk.fill" "Fill in" [Confirm Field] ["confirm:f" "field:ctrl-f"] "Write what stands in the place of a variable that is not known of some tickets.";
    Unseen Show "bulk.unseen" "What they wrote" [Bulk] ["w"] "Show what requesters wrote before a reply reached them, and send it to all of those after that.";
    AnswerAgain Move "bulk.again" "Answer again" [Confirm Field] ["confirm:a" "field:ctrl-r"] "Answer those too, or not, who have the very same answer already.";
    WithoutIll Move "bulk.without-ill" "Leave out who is not well" [Confirm Field] ["confirm:x" "field:ctrl-x"] "Leave out those whose device still fails or who wrote that it still does not work, or take them in again.";
    Up Move "nav.up" "Up" [Board Ticket Devices Outbox Person Incidents Incident Trends Help List Confirm Bulk Conflict] ["up" "board:k" "ticket:k" "devices:k" "outbox:k" "person:k" "incidents:k" "incident:k" "trends:k" "help:k" "list:ctrl-p" "conflict:k" "bulk:k"] "Go one row up.";
    Down Move "nav.down" "Down" [Board Ticket Devices Outbox Person Incidents Incident Trends Help List Confirm Bulk Conflict] ["down" "board:j" "ticket:j" "devices:j" "outbox:j" "person:j" "incidents:j" "incident:j" "trends:j" "help:j" "list:ctrl-n" "conflict:j" "bulk:j"] "Go one row down.";
    PageUp Move "nav.page-up" "Page up" [Board Ticket Devices Outbox Person Incidents Incident Trends Help List Confirm Bulk Conflict] ["pageup"] "Go one page up.";
    PageDown Move "nav.page-down" "Page down" [Board Ticket Devices Outbox Person Incidents Incident Trends Help List Confirm Bulk Conflict] ["pagedown"] "Go one page down.";
    First Move "nav.first" "First" [Board Ticket Devices Outbox Person Incidents Incident Trends Help Bulk Conflict] ["home"] "Go to the first row.";
    Last Move "nav.last" "Last" [Board Ticket Devices Outbox Person Incidents Incident Trends Help Bulk Conflict] ["end"] "Go to the last row.";
    PaneLeft Move "board.left" "Pane to the left" [Board] ["left" "h"] "Go to the pane on the left.";
    PaneRight Move "board.right" "Pane to the right" [Board] ["right" "l"] "Go to the pane on the right.";
    PaneNext Move "board.next" "Next pane" [Board] ["tab"] "Go to the next pane.";
    PanePrevious Move "board.previous" "Previous pane" [Board] ["backtab"] "Go to the previous pane.";
    Pane1 Move "board.pane-1" "Pane 1" [Board] ["1"] "Go to pane 1.";
    Pane2 Move "board.pane-2" "Pane 2" [Board] ["2"] "Go to pane 2.";
    Pane3 Move "board.pane-3" "Pane 3" [Board] ["3"] "Go to pane 3.";
    Pane4 Move "board.pane-4" "Pane 4" [Board] ["4"] "Go to pane 4.";
    Pane5 Move "board.pane-5" "Pane 5" [Board] ["5"] "Go to pane 5.";
    Pane6 Move "board.pane-6" "Pane 6" [Board] ["6"] "Go to pane 6.";
    Pane7 Move "board.pane-7" "Pane 7" [Board] ["7"] "Go to pane 7.";
    Pane8 Move "board.pane-8" "Pane 8" [Board] ["8"] "Go to pane 8.";
    Pane9 Move "board.pane-9" "Pane 9" [Board] ["9"] "Go to pane 9.";
    Accept Move "app.accept" "Choose" [List Field] ["enter"] "Take the chosen row, or what is typed.";
    Complete Move "app.complete" "Complete" [List Field] ["tab"] "Complete what is typed; among templates, show the next language.";
    Back Move "app.back" "Back" [Board Ticket Devices Outbox Person Incidents Incident Wall Trends Help List Field Bulk Conflict Quit] ["esc" "list:ctrl-c" "field:ctrl-c" "help:q" "help:?" "help:ctrl-c" "conflict:ctrl-c" "bulk:ctrl-c" "bulk:q" "quit:ctrl-c"] "Close this, or go back.";
}

impl Command {
    /// Its name in configuration and records.
    pub fn id(self) -> &'static str {
        self.spec().id
    }
    /// The command of that name.
    pub fn parse(id: &str) -> Option<Self> {
        COMMANDS
            .iter()
            .find(|spec| spec.id == id)
            .map(|spec| spec.command)
    }
    /// The pane that it jumps to, from 0.
    pub fn pane(self) -> Option<usize> {
        [
            Self::Pane1,
            Self::Pane2,
            Self::Pane3,
            Self::Pane4,
            Self::Pane5,
            Self::Pane6,
            Self::Pane7,
            Self::Pane8,
            Self::Pane9,
        ]
        .into_iter()
        .position(|command| command == self)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl Serialize for Command {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Self::parse(&id)
            .ok_or_else(|| serde::de::Error::custom(format!("there is no command `{id}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_lead_back() {
        for spec in COMMANDS {
            assert_eq!(Command::parse(spec.id), Some(spec.command), "{}", spec.id);
            assert_eq!(spec.command.spec().id, spec.id);
        }
    }

    #[test]
    fn help_sentences_are_sentences() {
        for spec in COMMANDS {
            assert!(
                spec.help.ends_with('.') && spec.help.len() > 5,
                "{}",
                spec.id
            );
            assert!(
                !spec.contexts.is_empty() && !spec.keys.is_empty(),
                "{}",
                spec.id
            );
        }
    }
}
