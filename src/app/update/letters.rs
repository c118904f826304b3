//! One template for all marked tickets: each gets its text in the language of its own ticket, with its own values.
//!
//! Invariant: no text with a hole in it becomes an action. A ticket of which a variable is not known is left out with
//! the reason, until the person has written something in its place.

use std::collections::BTreeMap;

use crate::domain::bulk::LeftOut;
use crate::domain::template::{Moment, Pattern, Template, Variable};
use crate::text::lang::Lang;

use super::super::fill;
use super::super::line::Line;
use super::super::model::bulk::{Choices, Preview, Written};
use super::super::model::overlay::{Prompt, PromptFor};
use super::super::model::{Model, NoticeKind, Overlay};
use super::checks::{self, Checks};
use super::compose::{close, composing, open_template};
use super::{bulk, macros, notice, write};

/// Shows what each marked ticket would get. `supplied`: what the person wrote for variables that are not known.
pub(super) fn begin(model: &mut Model, template: &Template, supplied: BTreeMap<Variable, String>) {
    if !write::may(model, None, &template.kind.verb(String::new())) {
        return;
    }
    let choices = Choices::default();
    let preview = preview(model, template, supplied, BTreeMap::new(), choices);
    model.overlays.push(Overlay::Preview(Box::new(preview)));
    model.touch();
}

/// What each marked ticket would get. `edited`: texts that stand in the place of those of the template.
fn preview(
    model: &Model,
    template: &Template,
    supplied: BTreeMap<Variable, String>,
    edited: BTreeMap<Lang, Pattern>,
    choices: Choices,
) -> Preview {
    let checks = Checks {
        // A text that was changed for once is another answer; the words themselves are compared all the same.
        template: edited.is_empty().then_some(template.name.as_str()),
        ends: template.moment == Some(Moment::Restored),
        choices,
    };
    let mut template = template.clone();
    for (lang, text) in &edited {
        template.texts.insert(*lang, text.clone());
    }
    let template = &template;
    let (mut langs, mut tickets) = (Vec::new(), Vec::new());
    let probe = template.kind.verb(String::new());
    let (children, left_out) = bulk::sort_out(model, &probe, checks, |_, ticket| {
        let made = fill::letter(model, template, Some(&ticket.id), None, &supplied);
        if !made.filled.missing.is_empty() {
            return Err(LeftOut::Lacks(made.filled.missing));
        }
        Ok(template.kind.verb(made.filled.text))
    });
    for (target, _) in &children {
        let id = Some(&target.ticket);
        let wanted = fill::language(model, id);
        let lang = template.language(wanted);
        langs.push(Some(lang));
        tickets.push((wanted, lang));
    }
    let written = Written {
        langs,
        supplied,
        edited,
        ..Written::of(&template.name, &tickets, &left_out)
    };
    let what = format!("{} from {}", template.kind.word(), template.name);
    let codes: Vec<&str> = written
        .edited
        .keys()
        .filter_map(|lang| lang.code())
        .collect();
    let what = if codes.is_empty() {
        what
    } else {
        format!("{what}, edited in {}", codes.join(", "))
    };
    let mut preview = bulk::preview(model, what, model.marks.len(), children, left_out);
    preview.text = None;
    preview.written = Some(written);
    checks.tell(model, &mut preview);
    preview
}

/// The same preview with other choices.
pub(super) fn anew(model: &Model, written: &Written, choices: Choices) -> Option<Preview> {
    let template = model.shelf.template(&written.template)?;
    let (supplied, edited) = (written.supplied.clone(), written.edited.clone());
    Some(preview(model, template, supplied, edited, choices))
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
    let (mut written, choices) = (written, preview.choices);
    written.supplied.insert(variable, text.trim().to_owned());
    let anew = match &preview.run {
        Some(run) => macros::anew(model, run, written.supplied, choices),
        None => anew(model, &written, choices),
    };
    if let Some(anew) = anew {
        checks::put(model, anew);
    }
}

/// Opens the text of the language that is shown, to be changed for this answer.
pub(super) fn edit(model: &mut Model) {
    let Some(Overlay::Preview(preview)) = model.overlays.last() else {
        return;
    };
    let template = preview
        .written
        .as_ref()
        .filter(|_| preview.run.is_none())
        .and_then(|written| Some((written, model.shelf.template(&written.template)?)));
    let Some((written, template)) = template else {
        let text = "Only the text of a template can be edited here";
        notice(model, NoticeKind::Info, None, text);
        return;
    };
    // Where all lack something, nobody has a text yet: then it is the one of the first ticket.
    let first = || model.marks.iter().map(|(id, _)| id).next();
    let lang = match written.languages.first() {
        Some(_) => written.shown,
        None => template.language(fill::language(model, first())),
    };
    let source = written
        .edited
        .get(&lang)
        .or_else(|| template.texts.get(&lang));
    let Some(source) = source.map(Pattern::source) else {
        return;
    };
    let code = lang.code().unwrap_or_default();
    let name = &template.name;
    let about = format!("{name} in {code}, for this answer; {{…}} are filled in for each");
    open_template(model, template.kind.draft(), about, (lang, source));
}

/// The text that was edited stands in the place of the template's, if it can be read.
pub(super) fn edited(model: &mut Model) {
    let Some(compose) = composing(model) else {
        return;
    };
    let Some((lang, _)) = compose.of_template.clone() else {
        return;
    };
    let parsed = if compose.text.is_blank() {
        Err("nothing is written".to_owned())
    } else {
        Pattern::parse(&compose.text.text()).map_err(|error| error.message)
    };
    let text = match parsed {
        Ok(text) => text,
        Err(why) => {
            compose.problem = Some(format!("Not taken over: {why}"));
            return;
        }
    };
    close(model);
    let Some(Overlay::Preview(preview)) = model.overlays.last() else {
        return;
    };
    let Some(written) = preview.written.clone() else {
        return;
    };
    let Some(template) = model.shelf.template(&written.template) else {
        return;
    };
    let mut written = written;
    if template.texts.get(&lang) == Some(&text) {
        written.edited.remove(&lang);
    } else {
        written.edited.insert(lang, text);
    }
    let Some(anew) = anew(model, &written, preview.choices) else {
        return;
    };
    checks::put(model, anew);
    if let Some(Overlay::Preview(preview)) = model.overlays.last_mut()
        && let Some(written) = &mut preview.written
        && written.languages.iter().any(|(other, _)| *other == lang)
    {
        written.shown = lang;
    }
}
