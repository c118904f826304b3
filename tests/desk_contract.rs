//! The desk contract against the embedded desk.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "desk/contract/mod.rs"]
mod contract;
#[path = "desk/contract/many.rs"]
mod many;

use contract::stage::{Account, Stage};
use secrecy::SecretString;
use vagt::demo::{Desk, DeskOptions, RunningDesk};

fn account(desk: &RunningDesk, login: &str, token: SecretString) -> Account {
    Account {
        login: login.to_owned(),
        token,
        password: desk.password_of(login).unwrap(),
    }
}

async fn stage() -> Option<Stage> {
    let desk = Desk::start(DeskOptions::default()).await.unwrap();
    for subject in ["Første", "Anden"] {
        desk.add_ticket(subject, "Tekst", "p001@kommune.example")
            .await
            .unwrap();
    }
    let stage = Stage {
        url: desk.url(),
        agent: account(&desk, "mette", desk.agent_token()),
        other: account(&desk, "bjorn", desk.second_agent_token()),
        reader: account(&desk, "reader", desk.reader_token()),
        root: account(&desk, "root", desk.admin_token()),
        queue: "Servicedesk".to_owned(),
        second_queue: "Møder".to_owned(),
        hidden_queue: "Personalesager".to_owned(),
        requester: "p001@kommune.example".to_owned(),
        search: ("ørsted".to_owned(), "Asta Ørsted".to_owned()),
        server: Some(desk),
    };
    let device = serde_json::json!({"Catalog": "Laptops", "Name": "LT-0001", "Status": "in-use"});
    stage
        .write(&stage.root, vagt::net::Method::Post, "/asset", device)
        .await;
    Some(stage)
}

#[tokio::test]
async fn many_tickets_with_tags_come_with_them() {
    many::many_tickets_with_tags_come_with_them(&stage().await.unwrap()).await;
}

contract! { stage;
    reading::the_desk_says_who_and_what,
    reading::the_words_of_the_desk,
    reading::a_first_read_brings_every_active_ticket_with_its_text,
    reading::a_first_read_brings_devices_with_numbers,
    reading::a_ticket_with_everything,
    reading::what_is_not_there_says_so,
    reading::a_conversation_with_texts_files_and_changes,
    reading::what_happened_after_a_version,
    reading::a_long_history_has_no_holes,
    reading::people_by_name_and_their_tickets,
    feed::everything_that_a_colleague_does_comes,
    feed::who_did_what_is_told,
    feed::a_ticket_of_the_feed_says_which_changes_are_in_it,
    feed::merged_deleted_and_hidden_tickets_go,
    feed::hidden_rows_do_not_hide_ours,
    feed::a_change_under_a_hundred_hidden_rows_is_found_in_time,
    feed::a_console_that_slept_catches_up,
    feed::an_idle_poll_is_one_small_request,
    feed::a_strange_cursor_means_a_full_read,
    writing::each_field_is_set_and_taken_back,
    writing::a_reply_and_a_note_with_files_and_marker,
    writing::a_ticket_for_a_caller,
    writing::a_merge,
    writing::an_old_version_is_not_overwritten,
    writing::a_refusal_that_comes_as_success_changes_nothing,
    writing::a_reader_is_told_before_and_turned_away_after,
    writing::what_cannot_be_sent_is_said_beforehand,
    odd::links_in_a_circle_are_refused_and_change_nothing,
    odd::a_merge_into_itself_into_a_merged_or_a_deleted_one_leaves_nothing_half_done,
    odd::an_answer_to_a_closed_ticket_is_there_once_whatever_becomes_of_its_status,
    odd::a_first_read_tells_which_tickets_have_parts,
    finding::a_lost_reply_is_found_by_its_marker,
    finding::a_lost_create_is_found_by_its_marker,
    finding::without_markers_text_author_and_time_tell,
    finding::merges_and_fields_are_found_by_reading,
    finding::a_desk_without_marker_fields_says_so_and_works,
    doors::a_wrong_token_is_said_to_be_wrong,
    doors::a_write_with_a_wrong_token_is_surely_not_sent,
    doors::a_wrong_path_is_a_matter_of_the_config,
    doors::nobody_at_the_door,
    doors::a_cookie_session_does_the_same,
}
