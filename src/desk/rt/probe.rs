//! Who answers, as whom we are known, what the account may do, and what an administrator should mend.

use std::time::SystemTime;

use serde_json::Value;

use crate::desk::rt::RtDesk;
use crate::desk::rt::query::List;
use crate::desk::rt::wire::{self, Reference};
use crate::domain::ids::PersonId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::person::PersonRef;
use crate::domain::source::{Can, Capabilities, Identity, Vocab};
use crate::domain::ticket::LinkKind;

use super::plan::SUBJECT_BYTES;

/// Longest word in characters.
const WORD: usize = 120;
/// A clock that is further off is worth a warning.
const SKEW_MS: i64 = 30_000;
/// Queues looked at for custom fields.
const QUEUES_LOOKED_AT: usize = 3;
/// Pages of queues at most.
const QUEUE_PAGES: u32 = 10;

/// What nothing is known of yet.
pub(super) fn unknown() -> Capabilities {
    Capabilities {
        write: Can::Unknown,
        tags: Can::Unknown,
        group: Can::Unknown,
        device: Can::Unknown,
        merge: Can::Unknown,
        devices: Can::Unknown,
        marker_entry: Can::Unknown,
        marker_create: Can::Unknown,
        claim: Can::Unknown,
        links: LinkKind::ALL.to_vec(),
        subject_bytes: Some(SUBJECT_BYTES),
        ascii_file_names: true,
    }
}

/// Custom fields that tickets and their transactions have, by name.
#[derive(Debug, Default)]
struct Applied {
    ticket: Vec<String>,
    transaction: Vec<String>,
}

impl RtDesk {
    pub(super) async fn probe_desk(&self) -> Result<Identity, Trouble> {
        let answer = self.api.get("/rt").await?;
        let skew_ms = answer.date.and_then(|desk| skew(desk, SystemTime::now()));
        let about: Value = answer.json()?;
        let Some(version) = wire::line(about.get("Version"), WORD) else {
            return Err(Trouble::new(
                TroubleKind::Config,
                format!(
                    "{} answers, but not as Request Tracker does. Check the address and its path.",
                    self.api.place()
                ),
            ));
        };
        let (me, zone) = self.who_am_i().await?;
        let mut warnings = Vec::new();
        if let Some(off) = skew_ms.filter(|ms| ms.abs() > SKEW_MS) {
            warnings.push(format!(
                "This machine's clock and the desk's differ by {} s. Set both by NTP.",
                off / 1000
            ));
        }
        let queues = self.visible_queues().await?;
        if queues.is_empty() {
            warnings.push(format!(
                "The account {} sees no queue. Grant it SeeQueue and ShowTicket.",
                me.id
            ));
        }
        let capabilities = self.find_capabilities(&queues, &mut warnings).await?;
        {
            let mut known = self.known();
            known.me = Some(me.clone());
            known.skew_ms = skew_ms.unwrap_or(0);
            known.capabilities = Some(capabilities.clone());
        }
        Ok(Identity {
            product: "Request Tracker".to_owned(),
            version,
            me,
            zone,
            skew_ms,
            capabilities,
            warnings,
        })
    }

    /// RT has no such question: the account's id stands in the token, its name is what one logs in with.
    async fn who_am_i(&self) -> Result<(PersonRef, Option<String>), Trouble> {
        let account = self.api.account().ok_or_else(|| {
            Trouble::new(
                TroubleKind::Config,
                "The token is none of Request Tracker: those look like 1-14-0123456789abcdef. Make one in RT under Settings, Auth Tokens.",
            )
        })?;
        let path = format!("/user/{}", crate::desk::rt::query::encoded(&account));
        let value: Value = self.api.get(&path).await?.json()?;
        let id = wire::line(value.get("Name"), WORD).unwrap_or(account);
        let name = wire::line(value.get("RealName"), WORD).unwrap_or_default();
        self.api.learn_name(&id, &name);
        let zone = wire::line(value.get("Timezone"), WORD);
        Ok((PersonRef::new(PersonId::new(id), name), zone))
    }

    /// Queues that we may see, with their ids.
    async fn visible_queues(&self) -> Result<Vec<(u64, String)>, Trouble> {
        let mut queues = Vec::new();
        for page in 1..=QUEUE_PAGES {
            let ask = List::new("/queues/all")
                .fields("Name", &[])
                .per_page(100)
                .page(page);
            let answer = self.api.page(&ask).await?;
            for (id, row) in answer.rows() {
                if let Some(name) = wire::line(row.get("Name"), WORD) {
                    queues.push((id, name));
                }
            }
            if answer.items.is_empty() || answer.total.is_some_and(|t| t <= 100) {
                break;
            }
        }
        queues.sort_by(|a, b| a.1.cmp(&b.1));
        queues.dedup();
        self.known().queues.extend(queues.iter().cloned());
        Ok(queues)
    }

    async fn find_capabilities(
        &self,
        queues: &[(u64, String)],
        warnings: &mut Vec<String>,
    ) -> Result<Capabilities, Trouble> {
        let mut can = unknown();
        // The newest ticket shows its queue, its fields and what we may do with it.
        let ask = List::new("/tickets")
            .query("id > 0")
            .fields("Queue", &[])
            .descending()
            .per_page(1);
        let page = self.api.page(&ask).await?;
        let newest = page.rows().next();
        let queue = newest.and_then(|(_, row)| {
            Reference::of(row.get("Queue")).and_then(|r| r.id.parse::<u64>().ok())
        });
        if let Some((id, _)) = newest {
            can.write = self.may_write(id).await?;
        }
        if let Some(why) = can.write.reason() {
            warnings.push(why.to_owned());
            can.links.clear();
        }
        can.merge = can.write.clone();
        let applied = self.applied_fields(queue, queues).await?;
        let names = &self.options.fields;
        can.group = field_can(&names.group, &applied.ticket, Use::Group);
        can.tags = field_can(&names.tags, &applied.ticket, Use::Tags);
        can.device = field_can(&names.device, &applied.ticket, Use::Device);
        can.marker_create = field_can(&names.marker_create, &applied.ticket, Use::MarkerCreate);
        can.claim = field_can(&names.claim, &applied.ticket, Use::Claim);
        can.marker_entry = field_can(&names.marker_entry, &applied.transaction, Use::MarkerEntry);
        // A desk without any queue for us says nothing about its fields.
        if queues.is_empty() {
            for one in [
                &mut can.group,
                &mut can.tags,
                &mut can.device,
                &mut can.marker_create,
                &mut can.claim,
                &mut can.marker_entry,
            ] {
                *one = Can::Unknown;
            }
        }
        for one in [&can.marker_entry, &can.marker_create, &can.group, &can.tags] {
            warnings.extend(one.reason().map(str::to_owned));
        }
        // Whoever names no field for claims wants none.
        if !names.claim.is_empty() {
            warnings.extend(can.claim.reason().map(str::to_owned));
        }
        can.devices = self.may_read_devices().await?;
        Ok(can)
    }

    /// RT leaves out the links of what we may not do.
    async fn may_write(&self, ticket: u64) -> Result<Can, Trouble> {
        let value: Value = match self.api.get(&format!("/ticket/{ticket}")).await {
            Ok(answer) => answer.json()?,
            Err(t) if matches!(t.kind, TroubleKind::Permission | TroubleKind::NotFound) => {
                return Ok(Can::Unknown);
            }
            Err(t) => return Err(t),
        };
        self.learn_fields(&value);
        let Some(Value::Array(links)) = value.get("_hyperlinks") else {
            return Ok(Can::Unknown);
        };
        let has = |word: &str| {
            links
                .iter()
                .any(|l| l.get("ref").and_then(Value::as_str) == Some(word))
        };
        // Often everybody may answer, so only notes and status changes tell an agent.
        Ok(if has("comment") || has("lifecycle") {
            Can::Yes
        } else {
            Can::No(
                "This account may read tickets but not work on them. Ask the administrator for ModifyTicket, CommentOnTicket, ReplyToTicket and TakeTicket."
                    .to_owned(),
            )
        })
    }

    async fn applied_fields(
        &self,
        first: Option<u64>,
        queues: &[(u64, String)],
    ) -> Result<Applied, Trouble> {
        let mut order: Vec<u64> = first.into_iter().collect();
        order.extend(queues.iter().map(|(id, _)| *id));
        order.dedup();
        let mut applied = Applied::default();
        let wants_more = |applied: &Applied| {
            let names = &self.options.fields;
            !applied.transaction.contains(&names.marker_entry)
                || !applied.ticket.contains(&names.marker_create)
        };
        for queue in order.into_iter().take(QUEUES_LOOKED_AT) {
            let value: Value = match self.api.get(&format!("/queue/{queue}")).await {
                Ok(answer) => answer.json()?,
                Err(t) if matches!(t.kind, TroubleKind::Permission | TroubleKind::NotFound) => {
                    continue;
                }
                Err(t) => return Err(t),
            };
            let ticket = self.named_fields(value.get("TicketCustomFields"));
            let transaction = self.named_fields(value.get("TicketTransactionCustomFields"));
            applied.ticket.extend(ticket);
            applied.transaction.extend(transaction);
            if !wants_more(&applied) {
                break;
            }
        }
        Ok(applied)
    }

    fn named_fields(&self, value: Option<&Value>) -> Vec<String> {
        let Some(Value::Array(items)) = value else {
            return Vec::new();
        };
        let mut known = self.known();
        items
            .iter()
            .filter_map(|item| {
                let name = wire::line(item.get("name"), 200)?;
                if let Some(id) = item.get("id").and_then(wire::id) {
                    known.fields.insert(id, name.clone());
                }
                Some(name)
            })
            .collect()
    }

    async fn may_read_devices(&self) -> Result<Can, Trouble> {
        if !self.options.assets.enabled {
            return Ok(Can::No("Assets are switched off in the config.".to_owned()));
        }
        let ask = List::new("/assets")
            .query(self.devices_query())
            .per_page(20);
        match self.api.page(&ask).await {
            Ok(page) if page.items.is_empty() => Ok(Can::No(
                "The account sees no assets. Grant it ShowCatalog and ShowAsset, or the desk has none."
                    .to_owned(),
            )),
            Ok(_) => Ok(Can::Yes),
            Err(t)
                if matches!(
                    t.kind,
                    TroubleKind::Permission | TroubleKind::NotFound | TroubleKind::Validation
                ) =>
            {
                Ok(Can::No(t.message))
            }
            Err(t) => Err(t),
        }
    }

    pub(super) async fn read_vocab(&self) -> Result<Vocab, Trouble> {
        let queues = self.visible_queues().await?;
        let me = match self.me() {
            Some(me) => me,
            None => self.who_am_i().await?.0,
        };
        let agents = self.agents(me.id.as_str()).await?;
        let tags = self.tags_in_use().await?;
        let mut statuses: Vec<_> = self
            .options
            .statuses
            .iter()
            .map(|(word, class)| (word.clone(), *class))
            .collect();
        for word in &self.known().statuses {
            if !self.options.statuses.contains_key(word) {
                statuses.push((word.clone(), self.options.class(word)));
            }
        }
        statuses.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        Ok(Vocab {
            statuses,
            queues: queues.into_iter().map(|(_, name)| name).collect(),
            agents,
            tags,
        })
    }

    /// Tags of the newest tickets that have any, most used first.
    async fn tags_in_use(&self) -> Result<Vec<String>, Trouble> {
        let field = &self.options.fields.tags;
        if field.is_empty() || self.known_capabilities().tags.reason().is_some() {
            return Ok(Vec::new());
        }
        let ask = List::new("/tickets")
            .query(format!(
                "{} IS NOT NULL",
                crate::desk::rt::query::custom_field(field)?
            ))
            .fields("CustomFields", &[])
            .descending()
            .per_page(100);
        let page = self.api.page(&ask).await?;
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for (_, row) in page.rows() {
            for found in wire::custom_fields(row.get("CustomFields"))
                .iter()
                .flatten()
            {
                if found.name == *field {
                    for tag in &found.values {
                        *counts.entry(tag.clone()).or_default() += 1;
                    }
                }
            }
        }
        let mut tags: Vec<(String, usize)> = counts.into_iter().collect();
        tags.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(tags.into_iter().map(|(tag, _)| tag).collect())
    }

    pub(super) fn known_capabilities(&self) -> Capabilities {
        self.known().capabilities.clone().unwrap_or_else(unknown)
    }

    /// Desk clock minus ours, in milliseconds; 0 while it is not known.
    pub(super) fn skew(&self) -> i64 {
        self.known().skew_ms
    }
}

/// Desk clock minus ours. The desk's is cut to seconds, so half a second is taken off the error.
fn skew(desk: SystemTime, ours: SystemTime) -> Option<i64> {
    let millis = match desk.duration_since(ours) {
        Ok(ahead) => i64::try_from(ahead.as_millis()).ok()?,
        Err(behind) => i64::try_from(behind.duration().as_millis())
            .ok()?
            .checked_neg()?,
    };
    millis.checked_add(500)
}

/// What a custom field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Group,
    Tags,
    Device,
    MarkerCreate,
    MarkerEntry,
    Claim,
}

/// Whether a custom field is there, and what an administrator should do if it is not.
fn field_can(name: &str, applied: &[String], purpose: Use) -> Can {
    let (loss, kind, records) = match purpose {
        Use::Group => (
            "Groups cannot be kept on the desk",
            "Enter one value",
            "Tickets",
        ),
        Use::Tags => (
            "Tickets cannot be tagged",
            "Enter multiple values",
            "Tickets",
        ),
        Use::Device => ("Tickets cannot name a device", "Enter one value", "Tickets"),
        Use::Claim => (
            "Colleagues do not see who is writing on a ticket",
            "Enter one value",
            "Tickets",
        ),
        Use::MarkerCreate => (
            "Whether a new ticket was created after a lost answer can only be guessed",
            "Enter one value",
            "Tickets",
        ),
        Use::MarkerEntry => (
            "Whether a reply was sent after a lost answer can only be guessed",
            "Enter one value",
            "Ticket Transactions",
        ),
    };
    if name.is_empty() {
        return Can::No(format!("{loss}: the config names no custom field for it."));
    }
    if applied.iter().any(|n| n == name) {
        return Can::Yes;
    }
    Can::No(format!(
        "{loss}: the desk shows no custom field \"{name}\". Ask the administrator to create it in RT (Admin, Custom Fields, Create: type \"{kind}\", applies to {records}), apply it to all queues, and grant the agents SeeCustomField and ModifyCustomField on it."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_missing_field_says_what_to_create() {
        let why = field_can("Vagt action", &["Other".to_owned()], Use::MarkerEntry);
        let text = why.reason().unwrap();
        for word in ["Vagt action", "Ticket Transactions", "SeeCustomField"] {
            assert!(text.contains(word), "{text}");
        }
        assert_eq!(
            field_can("Vagt action", &["Vagt action".to_owned()], Use::MarkerEntry),
            Can::Yes
        );
    }

    #[test]
    fn skew_has_a_sign() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert_eq!(skew(now - Duration::from_secs(60), now), Some(-59_500));
        assert_eq!(skew(now + Duration::from_secs(60), now), Some(60_500));
    }
}
