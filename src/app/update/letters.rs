//! One template for all marked tickets: each gets its text in the language of its own ticket, with its own values.
//!
//! Invariant: no text with a hole in it becomes an action. A ticket of which a variable is not known is left out with
//! the reason, until the person has written something in its place.

use std::collections::BTreeMap;

use crate::domain::bulk::LeftOut;
use crate::domain::template::{Template, Variable};

use super::super::fill;
use super::super::line::Line;
use super::super::model::bulk::{Preview, Written};
use super::super::model::overlay::{Prompt, PromptFor};
use super::super::model::{Model, NoticeKind, Overlay};
use super::{bulk, macros, notice, write};

/// Shows what each marked ticket would get. `supplied`: what the person wrote for variables that are not known.
pub(super) fn begin(model: &mut Model, template: &Template, supplied: BTreeMap<Variable, String>) {
    if !write::may(model, None, &template.kind.verb(String::new())) {
        return;
    }
    let preview = preview(model, template, supplied);
    model.overlays.push(Overlay::Preview(Box::new(preview)));
    model.touch();
}

fn preview(model: &Model, template: &Template, supplied: BTreeMap<Variable, String>) -> Preview {
    let (mut langs, mut tickets) = (Vec::new(), Vec::new());
    let probe = template.kind.verb(String::new());
    let (children, left_out) = bulk::sort_out(model, &probe, |_, ticket| {
        let made = fill::letter(model, template, Some(&ticket.id), None, &supplied);
        if !made.filled.missing.is_empty() {
            return Err(LeftOut::Lacks(made.filled.missing));
        }
        langs.push(Some(made.lang));
        tickets.push((made.wanted, made.lang));
        Ok(template.kind.verb(made.filled.text))
    });
    let written = Written {
        langs,
        supplied,
        ..Written::of(&template.name, &tickets, &left_out)
    };
    let what = format!("{} from {}", template.kind.word(), template.name);
    let mut preview = bulk::preview(model, what, model.marks.len(), children, left_out);
    preview.text = None;
    preview.written = Some(written);
    preview
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
    let mut values = written.supplied;
    values.insert(variable, text.trim().to_owned());
    let anew = if let Some(run) = &preview.run {
        macros::anew(model, run, values)
    } else {
        let template = model.shelf.template(&written.template);
        template.map(|template| self::preview(model, template, values))
    };
    let Some(anew) = anew else {
        return;
    };
    if let Some(Overlay::Preview(preview)) = model.overlays.last_mut() {
        **preview = anew;
    }
    model.touch();
}
