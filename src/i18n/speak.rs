//! The words of the screen: one language at a time, spoken by whoever draws a frame or answers a key.
//!
//! Invariant: a language holds from [`speaking`] to the end of its guard, on that thread only. Without one it is
//! English, as is everything that scripts read. What a language lacks is said in English. Plain words come from the
//! parsed file as they are; only a sentence with something to fill in is put together anew. Start at [`word`] and
//! `say!`.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::retold;
use crate::domain::ids;
use crate::text::lang::Lang;

/// A parsed file and what says its sentences.
type Bundle = FluentBundle<&'static FluentResource>;

macro_rules! languages {
    ($($lang:ident $resource:ident $bundle:ident $file:literal;)+) => {
        $(
            static $resource: LazyLock<FluentResource> = LazyLock::new(|| {
                let text = include_str!(concat!("../../assets/i18n/", $file));
                // What cannot be read is left out, and told by a test.
                FluentResource::try_new(text.to_owned()).unwrap_or_else(|(rest, _)| rest)
            });
            static $bundle: LazyLock<Bundle> = LazyLock::new(|| bundle(&$resource));
        )+
        fn bundle_of(lang: Lang) -> &'static Bundle {
            match lang {
                $(Lang::$lang => &$bundle,)+
                Lang::Unknown => &ENGLISH,
            }
        }
    };
}

languages! {
    Da DANISH_FILE DANISH "da.ftl";
    Nb BOKMAL_FILE BOKMAL "nb.ftl";
    Nn NYNORSK_FILE NYNORSK "nn.ftl";
    Sv SWEDISH_FILE SWEDISH "sv.ftl";
    En ENGLISH_FILE ENGLISH "en.ftl";
}

fn bundle(resource: &'static FluentResource) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(Vec::new());
    bundle.set_use_isolating(false);
    // An id that stands there twice keeps its first sentence; a test refuses that.
    bundle.add_resource_overriding(resource);
    bundle
}

thread_local! {
    static SPOKEN: Cell<Lang> = const { Cell::new(Lang::En) };
}

/// Speaks a language as long as it lives.
#[derive(Debug)]
pub struct Speaking {
    before: Lang,
}

impl Drop for Speaking {
    fn drop(&mut self) {
        SPOKEN.set(self.before);
    }
}

/// From here to the end of what is returned, this thread speaks the language of a code (`da`, `nb`, `nn`, `sv`, `en`);
/// English for any other one.
#[must_use = "the language is spoken as long as this lives"]
pub fn speaking(code: &str) -> Speaking {
    let lang = match Lang::from_code(code) {
        Lang::Unknown => Lang::En,
        known => known,
    };
    Speaking {
        before: SPOKEN.replace(lang),
    }
}

/// The language that is spoken now.
pub fn spoken() -> Lang {
    SPOKEN.get()
}

/// The language of the screen for a locale such as `nb_NO.UTF-8`, and whether it is only the nearest one: Finland
/// reads Swedish, Iceland, the Faroes and Greenland Danish, the Sami bokmål, everybody else English. `C` and `POSIX`
/// ask for none.
pub fn nearest(locale: &str) -> (Lang, bool) {
    let known = Lang::from_code(locale);
    if known != Lang::Unknown {
        return (known, false);
    }
    let primary = locale.split(['-', '_', '.', '@']).next().unwrap_or("");
    match primary.to_ascii_lowercase().as_str() {
        "" | "c" | "posix" | "auto" => (Lang::En, false),
        "fi" => (Lang::Sv, true),
        "is" | "fo" | "kl" => (Lang::Da, true),
        "se" | "sma" | "smj" | "fkv" => (Lang::Nb, true),
        _ => (Lang::En, true),
    }
}

/// A plain word or sentence; its id where no file has it.
pub fn word(id: &'static str) -> &'static str {
    plain(spoken(), id).unwrap_or(id)
}

/// The word of a thing among its kind: `named("status-", "new")`; nothing where no file has it.
pub fn named(kind: &str, key: &str) -> Option<&'static str> {
    let mut id = String::with_capacity(kind.len() + key.len());
    id.push_str(kind);
    id.extend(key.chars().map(|c| match c {
        '.' | ' ' => '-',
        c => c,
    }));
    plain(spoken(), &id)
}

fn plain(lang: Lang, id: &str) -> Option<&'static str> {
    [lang, Lang::En].into_iter().find_map(|lang| {
        let bundle = bundle_of(lang);
        let pattern = bundle.get_message(id)?.value()?;
        match bundle.format_pattern(pattern, None, &mut Vec::new()) {
            Cow::Borrowed(text) => Some(text),
            // It has something to fill in, or more than one line.
            Cow::Owned(_) => None,
        }
    })
}

/// A sentence of a language; none where no file has it.
pub(super) fn find(lang: Lang, id: &str, args: &FluentArgs<'_>) -> Option<String> {
    [lang, Lang::En].into_iter().find_map(|lang| {
        let bundle = bundle_of(lang);
        let pattern = bundle.get_message(id)?.value()?;
        let text = bundle.format_pattern(pattern, Some(args), &mut Vec::new());
        Some(text.into_owned())
    })
}

/// A sentence with what is filled in; what `say!` calls.
pub fn filled(id: &'static str, of: &[(&'static str, &dyn Told)]) -> String {
    let mut args = FluentArgs::with_capacity(of.len());
    for (name, value) in of {
        match value.told() {
            // Lower rooms give their reasons in English.
            FluentValue::String(why) if *name == "why" => {
                args.set(*name, retold(&why).into_owned());
            }
            value => args.set(*name, value),
        }
    }
    find(spoken(), id, &args).unwrap_or_else(|| id.to_owned())
}

/// What can be filled in: texts, numbers (which choose the plural) and identifiers.
pub trait Told {
    /// As a sentence takes it.
    fn told(&self) -> FluentValue<'_>;
}

impl<T: Told + ?Sized> Told for &T {
    fn told(&self) -> FluentValue<'_> {
        (**self).told()
    }
}

macro_rules! texts {
    ($($kind:ty),+) => { $(impl Told for $kind {
        fn told(&self) -> FluentValue<'_> {
            let text: &str = self.as_ref();
            FluentValue::from(text)
        }
    })+ };
}
texts!(str, String, Cow<'_, str>);

macro_rules! numbers {
    ($($kind:ty),+) => { $(impl Told for $kind {
        fn told(&self) -> FluentValue<'_> {
            FluentValue::from(*self)
        }
    })+ };
}
numbers!(u8, u16, u32, u64, usize, i32, i64);

macro_rules! identifiers {
    ($($kind:ident),+) => { $(impl Told for ids::$kind {
        fn told(&self) -> FluentValue<'_> {
            FluentValue::from(self.as_str())
        }
    })+ };
}
identifiers!(TicketId, PersonId, DeviceId, GroupId, IncidentId);

/// A sentence of the screen: `say!("open-count", n = 3)`. Its id stands in all five files with the same names to fill
/// in; `tests/words.rs` compares them with every call.
macro_rules! say {
    ($id:literal) => {
        $crate::i18n::word($id).to_owned()
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::filled($id, &[$((stringify!($name), &$value as &dyn $crate::i18n::Told)),+])
    };
}

pub(crate) use say;

/// A number with its thousands apart, as the language writes it: `1,204`, `1.204`, `1 204`.
pub fn grouped(n: usize) -> String {
    let gap = match spoken() {
        Lang::Da => '.',
        Lang::Nb | Lang::Nn | Lang::Sv => ' ',
        Lang::En | Lang::Unknown => ',',
    };
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(gap);
        }
        out.push(c);
    }
    out
}

/// A number with digits behind the point, as the language writes it: `4.2`, `4,2`.
pub fn decimal(digits: &str) -> String {
    decimal_in(spoken(), digits)
}

pub(super) fn decimal_in(lang: Lang, digits: &str) -> String {
    match lang {
        Lang::En | Lang::Unknown => digits.to_owned(),
        _ => digits.replace('.', ","),
    }
}

/// A day and a time of it: `20 Nov 08:07`, `20. nov. 08:07`, `20 nov 08:07`.
pub fn day_and_time(at: &jiff::Zoned) -> String {
    let month = usize::try_from(at.month()).unwrap_or(1);
    let names = word("months").split(' ');
    let month = names.clone().nth(month.saturating_sub(1)).unwrap_or("");
    let (day, time) = (i64::from(at.day()), at.strftime("%H:%M").to_string());
    say!("day-and-time", day = day, month = month, time = time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_spoken_until_its_guard_ends() {
        assert_eq!(word("group-video"), "Video meetings");
        {
            let _danish = speaking("da");
            assert_eq!(word("group-video"), "Videomøder");
            let inner = speaking("sv_SE.UTF-8");
            assert_eq!(word("group-video"), "Videomöten");
            drop(inner);
            assert_eq!(word("group-video"), "Videomøder");
        }
        assert_eq!(word("group-video"), "Video meetings");
    }

    #[test]
    fn numbers_and_days_are_written_as_the_language_does() {
        let at: jiff::Zoned = "2026-11-22T08:07[UTC]".parse().unwrap();
        for (code, number, point, day) in [
            ("en", "1,234,567", "4.2", "22 Nov 08:07"),
            ("da", "1.234.567", "4,2", "22. nov. 08:07"),
            ("nb", "1 234 567", "4,2", "22. nov. 08:07"),
            ("nn", "1 234 567", "4,2", "22. nov. 08:07"),
            ("sv", "1 234 567", "4,2", "22 nov 08:07"),
        ] {
            let _speaking = speaking(code);
            assert_eq!(grouped(1_234_567), number, "{code}");
            assert_eq!(grouped(7), "7", "{code}");
            assert_eq!(decimal("4.2"), point, "{code}");
            assert_eq!(day_and_time(&at), day, "{code}");
        }
    }

    #[test]
    fn a_locale_that_is_not_spoken_gets_its_nearest() {
        for (locale, lang, is_only_near) in [
            ("no_NO.UTF-8", Lang::Nb, false),
            ("nn", Lang::Nn, false),
            ("fi_FI.UTF-8", Lang::Sv, true),
            ("fo", Lang::Da, true),
            ("de_DE", Lang::En, true),
            ("C.UTF-8", Lang::En, false),
            ("", Lang::En, false),
        ] {
            assert_eq!(nearest(locale), (lang, is_only_near), "{locale}");
        }
    }
}
