//! The people who work for the municipality.

use rand::rngs::StdRng;

use super::chance::{pick, weighted};
use super::data::TownData;

/// Somebody with a laptop. Same number as their device.
#[derive(Debug, Clone)]
pub(crate) struct Resident {
    /// User name on the desk.
    pub(crate) login: String,
    pub(crate) first: String,
    pub(crate) name: String,
    pub(crate) mail: String,
    pub(crate) lang: String,
    /// Place in the list of sites.
    pub(crate) site: usize,
    pub(crate) dept: String,
    /// Place in the list of towns.
    pub(crate) town: usize,
}

/// So many people, drawn from the lists.
pub(crate) fn people(data: &TownData, count: usize, rng: &mut StdRng) -> Vec<Resident> {
    let town = &data.town;
    (0..count)
        .map(|number| {
            let lang = town
                .languages
                .keys()
                .nth(weighted(rng, town.languages.values().copied()))
                .cloned()
                .unwrap_or_default();
            let names = town.names.get(&lang).or_else(|| town.names.values().next());
            let mut draw = |first: bool| {
                names
                    .and_then(|names| pick(rng, if first { &names.first } else { &names.last }))
                    .cloned()
                    .unwrap_or_default()
            };
            let (first, last) = (draw(true), draw(false));
            let site = weighted(rng, town.sites.iter().map(|site| site.weight));
            let kind = town
                .sites
                .get(site)
                .map_or("office", |site| site.kind.as_str());
            let dept = town
                .departments
                .get(kind)
                .and_then(|list| pick(rng, list))
                .cloned()
                .unwrap_or_default();
            let home = weighted(rng, town.towns.iter().map(|town| town.weight));
            let id = 10_001 + number;
            Resident {
                login: format!("u{id}"),
                mail: format!("{}.{}.{id}@{}", plain(&first), plain(&last), town.mail),
                name: format!("{first} {last}"),
                first,
                lang,
                site,
                dept,
                town: home,
            }
        })
        .collect()
}

/// A name as it stands in a mail address.
fn plain(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'æ' | 'ä' => out.push_str("ae"),
            'ø' | 'ö' => out.push_str("oe"),
            'å' => out.push_str("aa"),
            'é' => out.push('e'),
            c if c.is_ascii_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    out
}
