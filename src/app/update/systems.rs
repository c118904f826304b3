//! The hosting map: where systems run, whom to ring, how full they are; and what a person marks down.
//!
//! A mark is this person's own and stays at this machine: a desk has no place for it, and a system that is found down is an
//! incident, which everybody sees.

use super::super::effect::Effect;
use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::model::{Model, NoticeKind, Overlay};
use super::{Effects, notice};
use crate::domain::fact::Fact;
use crate::domain::hosting::{Runs, System};
use crate::domain::ids::GroupId;
use crate::i18n;

/// Lists the systems, those that are down first.
pub(super) fn show(model: &mut Model) {
    if model.settings.hosting.systems.is_empty() {
        let text = "No systems are known: write hosting.toml beside the configuration (`vagt hosting --sample`)";
        notice(model, NoticeKind::Info, None, text);
        return;
    }
    let mut systems: Vec<&System> = model.settings.hosting.systems.iter().collect();
    systems.sort_by_key(|system| !model.down.contains(&system.slug));
    let items = systems.into_iter().map(|system| {
        let value = PickValue::System(system.slug.clone());
        PickItem::new(system.title.clone(), detail(model, system), value)
    });
    let title = "Systems: choose one to mark it down, or up again".to_owned();
    let pick = Pick::new(PickWhat::Systems, title, None, items.collect());
    model.overlays.push(Overlay::Pick(Box::new(pick)));
    model.touch();
}

/// Whether it is down, whom to ring, how full it is, and where it runs.
fn detail(model: &Model, system: &System) -> String {
    let mut parts = Vec::new();
    if model.down.contains(&system.slug) {
        parts.push(i18n::word("system-down").to_owned());
    }
    let is_troubled = |group: &GroupId| {
        let mut open = model.board.watch().open();
        open.any(|standing| standing.incident.group == *group)
    };
    if system.groups.iter().any(is_troubled) {
        parts.push(i18n::word("system-incident").to_owned());
    }
    parts.extend(system.phone.clone());
    for ceiling in &system.ceilings {
        if let Fact::Known(used) = ceiling.used(model.board.fleet().iter()) {
            let mut text = format!("{} {}/{}", ceiling.what, used.used, ceiling.most);
            if used.is_near {
                text.push(' ');
                text.push_str(i18n::word("system-full"));
            }
            parts.push(text);
        }
    }
    let place = match system.runs {
        Runs::Own => i18n::word("runs-own"),
        Runs::Shared => i18n::word("runs-shared"),
        Runs::Supplier => i18n::word("runs-supplier"),
        Runs::Cloud => i18n::word("runs-cloud"),
    };
    parts.push(system.by.clone().unwrap_or_else(|| place.to_owned()));
    parts.join(", ")
}

/// Marks a system down, or up again.
pub(super) fn toggle(model: &mut Model, slug: &str, fx: &mut Effects) {
    let Some(system) = model.settings.hosting.system(slug).cloned() else {
        return;
    };
    let title = &system.title;
    let text = if model.down.remove(slug) {
        format!("{title} is not marked down any more")
    } else {
        model.down.insert(slug.to_owned());
        let above = model.settings.hosting.above(slug);
        let above: Vec<&str> = above.iter().map(|system| system.title.as_str()).collect();
        let ring = system
            .phone
            .as_ref()
            .map_or_else(String::new, |phone| format!("; ring {phone}"));
        if above.is_empty() {
            format!("{title} is marked down{ring}")
        } else {
            format!(
                "{title} is marked down, and {} with it{ring}",
                above.join(", ")
            )
        }
    };
    fx.push(Effect::KeepDown(model.down.clone()));
    notice(model, NoticeKind::Info, None, text);
    model.touch();
}
