//! One template for all marked tickets: each gets its text in the language of its own ticket, with its own values.
//!
//! Invariant: no text with a hole in it becomes an action. A ticket of which a variable is not known is left out with
//! the reason, until the person has written something in its place.

use std::collections::BTreeMap;

use crate::domain::action::Verb;
use crate::domain::bulk::LeftOut;
use crate::domain::template::{Template, TemplateKind, Variable};
use crate::text::lang::Lang;

use super::super::fill;
use super::super::line::Line;
use super::super::model::bulk::{Preview, Written};
use super::super::model::overlay::{Prompt, PromptFor};
use super::super::model::{Model, NoticeKind, Overlay};
use super::{bulk, notice, write};

/// Shows what each marked ticket would get. `supplied`: what the person wrote for variables that are not known.
pub(super) fn begin(model: &mut Model, template: &Template, supplied: BTreeMap<Variable, String>) {
    if !write::may(model, None, &verb(template.kind, String::new())) {
        return;
    }
    let preview = preview(model, template, supplied);
    model.overlays.push(Overlay::Preview(Box::new(preview)));
    model.touch();
}

fn verb(kind: TemplateKind, text: String) -> Verb {
    let files = Vec::new();
    match kind {
        TemplateKind::Reply => Verb::Reply { text, files },
        TemplateKind::Note => Verb::Note { text, files },
    }
}

fn preview(model: &Model, template: &Template, supplied: BTreeMap<Variable, String>) -> Preview {
    let (mut langs, mut neighbours) = (Vec::new(), BTreeMap::new());
    let probe = verb(template.kind, String::new());
    let (children, left_out) = bulk::sort_out(model, &probe, |_, ticket| {
        let made = fill::letter(model, template, Some(&ticket.id), None, &supplied);
        if !made.filled.missing.is_empty() {
            return Err(LeftOut::Lacks(made.filled.missing));
        }
        langs.push(made.lang);
        if made.lang != made.wanted {
            *neighbours.entry((made.wanted, made.lang)).or_insert(0) += 1;
        }
        Ok(verb(template.kind, made.filled.text))
    });
    let mut lacking: BTreeMap<Variable, usize> = BTreeMap::new();
    for (_, why) in &left_out {
        if let LeftOut::Lacks(missing) = why {
            for one in missing {
                *lacking.entry(one.variable).or_default() += 1;
            }
        }
    }
    let languages = count(&langs);
    let written = Written {
        template: template.name.clone(),
        shown: languages.first().map_or(Lang::Unknown, |(lang, _)| *lang),
        langs,
        languages,
        neighbours: neighbours
            .into_iter()
            .map(|((wanted, got), count)| (wanted, got, count))
            .collect(),
        supplied,
        lacking: lacking.into_iter().collect(),
    };
    let what = format!("{} from {}", template.kind.word(), template.name);
    let mut preview = bulk::preview(model, what, model.marks.len(), children, left_out);
    preview.text = None;
    preview.written = Some(written);
    preview
}

/// How many are in each language, most first.
fn count(langs: &[Lang]) -> Vec<(Lang, usize)> {
    let mut counts: BTreeMap<Lang, usize> = BTreeMap::new();
    for lang in langs {
        *counts.entry(*lang).or_default() += 1;
    }
    let mut counts: Vec<(Lang, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(lang, count)| (std::cmp::Reverse(*count), *lang));
    counts
}

/// Shows the text in the next language.
pub(super) fn next_language(model: &mut Model) {
    let Some(Overlay::Preview(preview)) = model.overlays.last_mut() else {
        return;
    };
    let Some(written) = &mut preview.written else {
        return;
    };
    let langs = || written.languages.iter().map(|(lang, _)| *lang);
    let at = langs().position(|lang| lang == written.shown).unwrap_or(0);
    if let Some(next) = langs().cycle().nth(at + 1) {
        written.shown = next;
    }
    model.touch();
}

/// What stands in the place of a variable that is not known of some tickets?
pub(super) fn ask(model: &mut Model) {
    let Some(Overlay::Preview(preview)) = model.overlays.last() else {
        return;
    };
    let Some(written) = &preview.written else {
        return;
    };
    let Some((variable, count)) = written.lacking.first().copied() else {
        let text = "Everything that the text needs is known";
        notice(model, NoticeKind::Info, None, text);
        return;
    };
    let tickets = match count {
        1 => "1 ticket that lacks it".to_owned(),
        n => format!("{n} tickets that lack it"),
    };
    let prompt = Prompt {
        what: PromptFor::Value(variable),
        input: Line::new(""),
        error: None,
        hint: format!(
            "{variable}: {} What you write stands in its place for {tickets}.",
            variable.help()
        ),
        asked: None,
    };
    model.overlays.push(Overlay::Prompt(Box::new(prompt)));
    model.touch();
}

/// It was written: the texts are made anew.
pub(super) fn supplied(model: &mut Model, variable: Variable, text: &str) {
    model.overlays.pop();
    let Some(Overlay::Preview(preview)) = model.overlays.last() else {
        return;
    };
    let Some(written) = preview.written.clone().filter(|_| !text.trim().is_empty()) else {
        return;
    };
    let Some(template) = model.shelf.template(&written.template).cloned() else {
        return;
    };
    let mut values = written.supplied;
    values.insert(variable, text.trim().to_owned());
    let anew = self::preview(model, &template, values);
    if let Some(Overlay::Preview(preview)) = model.overlays.last_mut() {
        **preview = anew;
    }
    model.touch();
}
