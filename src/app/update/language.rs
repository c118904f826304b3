//! The language of the screen: chosen from a list, and spoken from the next frame on.

use super::super::model::pick::{Pick, PickItem, PickValue, PickWhat};
use super::super::model::{Model, NoticeKind, Overlay};
use super::notice;
use crate::i18n::{self, say};
use crate::text::lang::Lang;

/// The five languages, each by its own name: whoever cannot read the screen must find theirs.
pub(super) fn choose(model: &mut Model) {
    let spoken = i18n::spoken();
    let items = Lang::ALL.map(|lang| {
        let detail = if lang == spoken {
            i18n::word("language-now")
        } else {
            lang.code().unwrap_or("")
        };
        PickItem::new(own_name(lang), detail, PickValue::Language(lang))
    });
    let title = say!("language-title");
    let mut pick = Pick::new(PickWhat::Language, title, None, items.to_vec());
    pick.start_at(Some(&PickValue::Language(spoken)));
    model.overlays.push(Overlay::Pick(Box::new(pick)));
    model.touch();
}

fn own_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Da => "Dansk",
        Lang::Nb => "Norsk bokmål",
        Lang::Nn => "Norsk nynorsk",
        Lang::Sv => "Svenska",
        Lang::En | Lang::Unknown => "English",
    }
}

pub(super) fn chosen(model: &mut Model, lang: Lang) {
    let code = lang.code().unwrap_or("en");
    code.clone_into(&mut model.settings.lang);
    let _speaking = i18n::speaking(code);
    notice(model, NoticeKind::Info, None, say!("language-changed"));
}
