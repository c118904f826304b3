//! Everything about one ticket, read when somebody opens it.

use crate::desk::port::Desk;
use crate::domain::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::outcome::Trouble;
use crate::domain::source::Detail;
use crate::domain::ticket::Ticket;
use crate::store::Cache;

/// Other tickets of the requester that are read.
const OTHERS: usize = 20;

/// Reads a ticket with its conversation, its requester and their other tickets, and keeps it in the cache. `now` is
/// the time that it will carry. Devices are left empty: the Board knows who holds which.
///
/// At most two requests are in flight: the desk gains nothing from more.
///
/// # Errors
/// When the ticket or its conversation cannot be read; what was read earlier is in [`Cache::get_detail`]. The
/// requester and their other tickets are taken from there when they cannot be read.
pub async fn fetch(
    desk: &dyn Desk,
    cache: &Cache,
    id: &TicketId,
    now: Timestamp,
) -> Result<Detail, Trouble> {
    let ticket = desk.read(id).await?;
    let conversation = desk.entries(&ticket.id);
    let person = async {
        let Some(requester) = ticket.requester() else {
            return (None, Some(Vec::new()));
        };
        let person = desk.person(&requester.id).await;
        let others = desk.tickets_of(&requester.id, OTHERS + 1).await;
        if let Some(trouble) = person.as_ref().err().or(others.as_ref().err()) {
            tracing::info!(ticket = %id, %trouble, "requester not read whole");
        }
        (person.ok(), others.ok())
    };
    let (entries, (requester, others)) = tokio::join!(conversation, person);
    let mut entries = entries?;
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    let before = match (&requester, &others) {
        (Some(_), Some(_)) => None,
        _ => known_before(cache, &ticket).await,
    };
    let (requester_before, others_before) =
        before.map_or((None, None), |b| (b.requester, Some(b.others)));
    let mut others = others.or(others_before).unwrap_or_default();
    others.retain(|other| other.id != ticket.id);
    others.truncate(OTHERS);
    let detail = Detail {
        requester: requester.or(requester_before),
        others,
        entries,
        ticket,
        devices: Vec::new(),
        read_at: Some(now),
    };
    if let Err(error) = cache.put_detail(&detail).await {
        tracing::warn!(ticket = %id, %error, "conversation not kept");
    }
    Ok(detail)
}

/// What the cache has of the same ticket and the same requester.
async fn known_before(cache: &Cache, ticket: &Ticket) -> Option<Detail> {
    let before = cache.get_detail(&ticket.id).await.unwrap_or_else(|error| {
        tracing::warn!(ticket = %ticket.id, %error, "cache not read");
        None
    });
    let id = |ticket: &Ticket| ticket.requester().map(|requester| requester.id.clone());
    before.filter(|before| id(&before.ticket) == id(ticket))
}
