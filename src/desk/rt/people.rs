//! People: the directory, agents, and names for the numbers in the history.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::rt::RtDesk;
use crate::desk::rt::query::{List, encoded, json_any};
use crate::desk::rt::wire;
use crate::domain::Fact;
use crate::domain::ids::PersonId;
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::person::{Person, PersonRef};
use crate::text::{fold, sanitize};

/// Fields of a person in lists. RT answers `""` to what we may not see.
const FIELDS: &str =
    "Name,RealName,EmailAddress,Organization,WorkPhone,MobilePhone,Lang,Privileged";
/// Fields that an agent may search in, best first. RT cannot ask for one or the other in one search.
const SEARCHED: [&str; 3] = ["RealName", "Name", "EmailAddress"];
/// Longest word in characters.
const WORD: usize = 120;
/// Most groups of ours whose members are read.
const GROUPS: usize = 5;

impl RtDesk {
    /// People whose name, login or mail address contains `text`.
    pub(super) async fn search_people(
        &self,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Person>, Trouble> {
        let text = sanitize::line_max(text, WORD);
        if text.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut found: BTreeMap<String, Person> = BTreeMap::new();
        let mut order = Vec::new();
        for field in SEARCHED {
            let ask = List::new("/users").fields(FIELDS, &[]).per_page(limit);
            let conditions = contains(field, &text);
            let page = match self.api.search(&ask, &conditions, None).await {
                Ok(page) => page,
                // Whoever is not privileged may search nobody: those seen on tickets are left.
                Err(t) if t.kind == TroubleKind::Permission => {
                    return Ok(self.people_seen(&text, limit));
                }
                Err(t) => return Err(t),
            };
            for row in &page.items {
                if let Some(person) = self.person_of(row) {
                    let id = person.who.id.to_string();
                    if found.insert(id.clone(), person).is_none() {
                        order.push(id);
                    }
                }
            }
            if order.len() >= limit {
                break;
            }
        }
        Ok(order
            .into_iter()
            .take(limit)
            .filter_map(|id| found.remove(&id))
            .collect())
    }

    /// People whose names were seen on tickets.
    fn people_seen(&self, text: &str, limit: usize) -> Vec<Person> {
        let needle = fold::fold(text);
        let mut seen: Vec<PersonRef> = self
            .api
            .all_names()
            .into_iter()
            .filter(|(id, name)| {
                fold::contains_key(&fold::fold(name), &needle)
                    || fold::contains_key(&fold::fold(id), &needle)
            })
            .map(|(id, name)| PersonRef::new(PersonId::new(id), name))
            .collect();
        seen.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        seen.into_iter().take(limit).map(only_named).collect()
    }

    /// One person by login, or by user id.
    pub(super) async fn read_person(&self, id: &str) -> Result<Person, Trouble> {
        let answer = self.api.get(&format!("/user/{}", encoded(id))).await?;
        let value: Value = answer.json()?;
        self.person_of(&value).ok_or_else(|| {
            Trouble::new(
                TroubleKind::Malformed,
                format!("The answer of {} is no person.", self.api.place()),
            )
        })
    }

    fn person_of(&self, value: &Value) -> Option<Person> {
        // Single reads give the number as id and the login as Name; lists give the login as both.
        let id =
            wire::line(value.get("Name"), WORD).or_else(|| wire::line(value.get("id"), WORD))?;
        if super::entries::is_nobody(&id) || id == "RT_System" {
            return None;
        }
        let name = wire::line(value.get("RealName"), WORD).unwrap_or_default();
        if !name.is_empty() {
            self.api.learn_name(&id, &name);
        }
        let told = |key: &str| wire::line(value.get(key), WORD).map_or(Fact::Unknown, Fact::Known);
        let phone = match told("MobilePhone") {
            Fact::Known(number) => Fact::Known(number),
            _ => told("WorkPhone"),
        };
        Some(Person {
            who: PersonRef::new(PersonId::new(id), name),
            email: told("EmailAddress"),
            phone,
            site: told("Organization"),
            lang: told("Lang"),
            agent: value
                .get("Privileged")
                .and_then(wire::number)
                .map_or(Fact::Unknown, |n| Fact::Known(n != 0)),
        })
    }

    /// People who can own tickets: the members of our own groups, and owners seen on tickets. An agent may not ask
    /// RT who has the right.
    pub(super) async fn agents(&self, me: &str) -> Result<Vec<Person>, Trouble> {
        let mut logins: Vec<String> = self.known().owners.iter().cloned().collect();
        logins.push(me.to_owned());
        let answer = self.api.get(&format!("/user/{}", encoded(me))).await?;
        let value: Value = answer.json()?;
        let groups: Vec<u64> = wire::references(value.get("Memberships"))
            .unwrap_or_default()
            .iter()
            .filter_map(|r| r.id.parse().ok())
            .take(GROUPS)
            .collect();
        for group in groups {
            let group: Value = match self.api.get(&format!("/group/{group}")).await {
                Ok(answer) => answer.json()?,
                Err(t) if matches!(t.kind, TroubleKind::Permission | TroubleKind::NotFound) => {
                    continue;
                }
                Err(t) => return Err(t),
            };
            for member in wire::references(group.get("Members")).unwrap_or_default() {
                if member.is_a("user") {
                    logins.push(member.id.clone());
                }
            }
        }
        logins.sort();
        logins.dedup();
        let mut agents: BTreeMap<String, Person> = BTreeMap::new();
        for batch in logins.chunks(100) {
            let ask = List::new("/users").fields(FIELDS, &[]).per_page(100);
            match self.api.search(&ask, &json_any("Name", batch), None).await {
                Ok(page) => agents.extend(
                    page.items
                        .iter()
                        .filter_map(|row| self.person_of(row))
                        .map(|p| (p.who.id.to_string(), p)),
                ),
                Err(t) if t.kind == TroubleKind::Permission => {}
                Err(t) => return Err(t),
            }
        }
        for login in logins {
            let who = PersonRef::new(PersonId::new(login.clone()), self.api.name(&login));
            agents.entry(login).or_insert_with(|| only_named(who));
        }
        let mut agents: Vec<Person> = agents
            .into_values()
            .map(|mut p| {
                p.agent = Fact::Known(true);
                p
            })
            .collect();
        agents.sort_by(|a, b| {
            a.who
                .name
                .cmp(&b.who.name)
                .then_with(|| a.who.id.cmp(&b.who.id))
        });
        Ok(agents)
    }

    /// The login behind a user id, as the history names people. `None`: the desk does not tell it, now or to us.
    pub(super) async fn login_of(&self, number: u64) -> Option<String> {
        if let Some(login) = self.known().users.get(&number) {
            return Some(login.clone());
        }
        // RT gives its "nobody" to everyone who asks, and every other user to an agent.
        let answer = self.api.get(&format!("/user/{number}")).await.ok()?;
        let login = wire::line(answer.json::<Value>().ok()?.get("Name"), WORD)?;
        self.known().users.insert(number, login.clone());
        Some(login)
    }
}

/// Conditions for "contains". On SQLite, RT finds letters outside ASCII only in the case in which they were written.
fn contains(field: &str, text: &str) -> Vec<Value> {
    let mut forms = vec![text.to_owned()];
    if !text.is_ascii() {
        forms.push(text.to_lowercase());
        forms.push(text.to_uppercase());
        forms.push(capitals(text));
        forms.sort();
        forms.dedup();
    }
    let mut conditions = json_any(field, &forms);
    for condition in &mut conditions {
        if let Some(object) = condition.as_object_mut() {
            object.insert("operator".to_owned(), json!("LIKE"));
        }
    }
    conditions
}

/// The text as names are written.
fn capitals(text: &str) -> String {
    let mut at_start = true;
    text.chars()
        .flat_map(|c| {
            let forms: Vec<char> = if at_start {
                c.to_uppercase().collect()
            } else {
                c.to_lowercase().collect()
            };
            at_start = !c.is_alphanumeric();
            forms
        })
        .collect()
}

fn only_named(who: PersonRef) -> Person {
    Person {
        who,
        email: Fact::Unknown,
        phone: Fact::Unknown,
        site: Fact::Unknown,
        lang: Fact::Unknown,
        agent: Fact::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_both_cases_of_nordic_letters() {
        let values = |text: &str| -> Vec<String> {
            contains("RealName", text)
                .iter()
                .map(|c| c["value"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(values("bo"), ["bo"]);
        assert!(values("øyv").contains(&"Øyv".to_owned()));
        assert!(values("åse ødegård").contains(&"Åse Ødegård".to_owned()));
    }
}
