//! A command goes to the file that knows it. Whatever writes is refused here when nothing may be written.

use crate::domain::action::Verb;
use crate::domain::draft::DraftKind;
use crate::domain::role::{Role, SUPERVISOR};
use crate::i18n::say;
use crate::input::Command;

use super::super::effect::Effect;
use super::super::model::pane::Step;
use super::super::model::pick::PickWhat;
use super::super::model::screen::Screen;
use super::super::model::{Model, NoticeKind};
use super::super::words;
use super::{
    Effects, answer, bulk, cards, checks, choose, claims, compose, conversation, declare, declared,
    devices, fields, files, handover, incidents, language, leave, letters, marks, nav, notice,
    outbox, overlay, search, send, systems, templates, timeline, triage, undo, unmask, unseen,
    views,
};

#[expect(
    clippy::too_many_lines,
    reason = "a table with a line for each command"
)]
pub(super) fn run(model: &mut Model, command: Command, fx: &mut Effects) {
    if command.spec().writes() {
        let reasons = model.read_only();
        if !reasons.is_empty() {
            refuse(model, command, &reasons.join("; "));
            return;
        }
        if let Some(why) = beyond_role(model, command) {
            refuse(model, command, why);
            return;
        }
        nav::keep_order(model);
    }
    if let Some(pane) = command.pane() {
        nav::focus_pane(model, pane);
        return;
    }
    match command {
        Command::Take => triage::take(model, fx),
        Command::Release => triage::release(model, fx),
        Command::Steal => triage::steal(model, fx),
        Command::Assign => choose::open(model, PickWhat::Assign, fx),
        Command::Status => choose::open(model, PickWhat::Status, fx),
        Command::Priority => choose::open(model, PickWhat::Priority, fx),
        Command::Queue => choose::open(model, PickWhat::Queue, fx),
        Command::Group => choose::open(model, PickWhat::Group, fx),
        Command::Link => choose::open(model, PickWhat::LinkKind, fx),
        Command::Unlink => choose::open(model, PickWhat::Unlink, fx),
        Command::Tag => choose::open(model, PickWhat::Tag, fx),
        Command::Untag => choose::open(model, PickWhat::Untag, fx),
        Command::Merge => choose::open(model, PickWhat::Merge, fx),
        Command::Reply => compose::open(model, DraftKind::Reply, fx),
        Command::FromTemplate => templates::open(model, fx),
        Command::Note => compose::open(model, DraftKind::Note, fx),
        Command::Create => compose::open_new(model, fx),
        Command::Claim => claims::toggle(model, fx),
        Command::Acknowledge => answer::acknowledge(model, fx),
        Command::Snooze => answer::snooze(model, fx),
        Command::HandOver => handover::hand_over(model, fx),
        Command::Escalate => answer::ask_escalate(model),
        Command::Undo => undo::undo(model, fx),
        Command::Open => nav::open(model, fx),
        Command::Why => overlay::why(model, fx),
        Command::Card => cards::show(model, fx),
        Command::Unmask => unmask::unmask(model, fx),
        Command::Quotes => conversation::quotes(model),
        Command::Links => conversation::links(model),
        Command::Attachments => overlay::attachments(model),
        Command::TicketPerson => nav::open_requester(model, fx),
        Command::CopyId => triage::copy_id(model, fx),
        Command::Mark => marks::toggle(model),
        Command::MarkRange => marks::range(model),
        Command::MarkAll => marks::all(model),
        Command::MarkQuery => marks::ask_query(model),
        Command::Unmark => marks::none(model),
        Command::GoBulk => bulk::show(model),
        Command::NextLanguage => letters::next_language(model),
        Command::Supply => letters::ask(model),
        Command::EditText => letters::edit(model),
        Command::Unseen => unseen::show(model),
        Command::AnswerAgain => checks::choose(model, |c| c.again = !c.again),
        Command::WithoutIll => checks::choose(model, |c| c.without_ill = !c.without_ill),
        Command::TicketNext => nav::neighbour(model, Step::Down, fx),
        Command::TicketPrevious => nav::neighbour(model, Step::Up, fx),
        Command::SectionNext => nav::section(model, true),
        Command::SectionPrevious => nav::section(model, false),
        Command::Filter => search::filter(model),
        Command::SaveView => views::save(model),
        Command::RemoveView => views::remove(model),
        Command::Zoom => nav::zoom(model),
        Command::FindText => search::find_text(model),
        Command::FindPerson => search::find_person(model),
        Command::GoBoard => nav::go_board(model),
        Command::GoDevices => nav::go(model, Screen::Devices),
        Command::GoOutbox => nav::go(model, Screen::Outbox),
        Command::GoWall => nav::go(model, Screen::Wall),
        Command::Systems => systems::show(model),
        Command::GoTrends => nav::go(model, Screen::Trends),
        Command::GoIncidents => incidents::go(model),
        Command::NotPart => incidents::not_part(model, fx),
        Command::BelongsTo => incidents::belongs_to(model),
        Command::SameAs => incidents::same_as(model),
        Command::Declare => declare::open(model),
        Command::Joiners => declare::joiners(model),
        Command::Follow => declared::toggle_follow(model, fx),
        Command::Timeline => timeline::export(model, fx),
        Command::SortDevices => devices::sort(model),
        Command::FailingDevices => devices::failing(model),
        Command::BreakDown => devices::break_down(model),
        Command::ShowItem => outbox::show(model),
        Command::Retry => outbox::retry(model, fx),
        Command::Drop => outbox::drop(model, fx),
        Command::Force => outbox::force(model, fx),
        Command::RefreshNow => nav::refresh(model, fx),
        Command::Notices => overlay::notices(model),
        Command::Help => overlay::help(model),
        Command::Palette => search::palette(model),
        Command::Language => language::choose(model),
        Command::Redraw => fx.push(Effect::Redraw),
        Command::Suspend => leave::suspend(model, fx),
        Command::Quit => leave::quit(model, fx),
        Command::QuitSend => leave::send_and_leave(model, fx),
        Command::QuitKeep => leave::keep_and_leave(model, fx),
        Command::Send => send::send(model, fx),
        Command::ExternalEditor => compose::external(model, fx),
        Command::Template => templates::insert(model, fx),
        Command::Attach => files::attach(model),
        Command::Detach => files::detach(model),
        Command::KeepDraft => compose::keep(model, fx),
        Command::GoOn => compose::close_menu(model),
        Command::Discard => compose::discard(model, fx),
        Command::FieldNext => fields::field(model, true),
        Command::FieldPrevious => fields::field(model, false),
        Command::EditorMenu => compose::menu(model, fx),
        Command::Yes => overlay::yes(model, fx),
        Command::Enter => overlay::enter(model, fx),
        Command::No => overlay::close(model),
        Command::Up => nav::step(model, Step::Up),
        Command::Down => nav::step(model, Step::Down),
        Command::PageUp => nav::step(model, Step::PageUp),
        Command::PageDown => nav::step(model, Step::PageDown),
        Command::First => nav::step(model, Step::First),
        Command::Last => nav::step(model, Step::Last),
        Command::PaneLeft | Command::PanePrevious => nav::next_pane(model, false),
        Command::PaneRight | Command::PaneNext => nav::next_pane(model, true),
        Command::Accept => overlay::accept(model, fx),
        Command::Complete => overlay::complete(model, fx),
        Command::Back => nav::back(model),
        Command::Pane1
        | Command::Pane2
        | Command::Pane3
        | Command::Pane4
        | Command::Pane5
        | Command::Pane6
        | Command::Pane7
        | Command::Pane8
        | Command::Pane9 => {}
    }
}

/// Why the role of this console has no use for a command. What it leads to is looked at once more before it is stored.
fn beyond_role(model: &Model, command: Command) -> Option<&'static str> {
    let is_agents = matches!(
        command,
        Command::Reply
            | Command::Note
            | Command::FromTemplate
            | Command::Create
            | Command::Status
            | Command::Tag
            | Command::Untag
            | Command::Merge
            | Command::Declare
    );
    let is_supervisor = model.settings.role == Role::Supervisor;
    (is_supervisor && is_agents).then_some(SUPERVISOR)
}

/// Says why a command that writes is not possible.
fn refuse(model: &mut Model, command: Command, why: &str) {
    let ticket = model.ticket_under_cursor().cloned();
    let about = ticket
        .as_ref()
        .map_or_else(String::new, |id| format!("{id}: "));
    let title = words::title(command).to_lowercase();
    notice(
        model,
        NoticeKind::Warning,
        ticket.as_ref(),
        say!("not-possible", about = about, what = title, why = why),
    );
}

/// Why the desk cannot carry an action out, if that is known before it is tried.
pub(super) fn incapable(model: &Model, verb: &Verb) -> Option<String> {
    let capabilities = model.desk.capabilities()?;
    let can = match verb {
        Verb::Tag { .. } | Verb::Untag { .. } => &capabilities.tags,
        Verb::Group { .. } => &capabilities.group,
        Verb::Merge { .. } => &capabilities.merge,
        Verb::Link { link } | Verb::Unlink { link } => {
            return (!capabilities.links.contains(&link.kind))
                .then(|| format!("the desk has no links of kind {}", link.kind.word()));
        }
        _ => return None,
    };
    can.reason().map(str::to_owned)
}
