//! The words of alarms.

use fluent_bundle::FluentArgs;

use super::incident::Sentences;

impl Sentences {
    /// "acknowledged by Mette Ravn 02:14".
    pub fn acknowledged(&self, who: &str, at: &str) -> String {
        self.said("alarm-acknowledged", who, at)
    }
    /// "silent until 03:14 (Mette Ravn)".
    pub fn snoozed(&self, who: &str, until: &str) -> String {
        self.said("alarm-snoozed", who, until)
    }
    fn said(&self, id: &str, who: &str, at: &str) -> String {
        let mut args = FluentArgs::new();
        args.set("who", who.to_owned());
        args.set("time", at.to_owned());
        self.say(id, &args)
    }
    /// "3rd page this shift", and whether that is more than planned.
    pub fn page_of_shift(&self, page: usize, budget: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("n", page);
        args.set("most", budget);
        let id = if page > budget {
            "page-over-budget"
        } else {
            "page-of-shift"
        };
        self.say(id, &args)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::text::lang::Lang;

    #[test]
    fn pages_are_counted_in_each_language() {
        let of = |lang, page| Sentences::new(lang, TimeZone::UTC).page_of_shift(page, 2);
        assert_eq!(of(Lang::En, 2), "2nd page this shift");
        assert_eq!(of(Lang::Da, 1), "1. opkald i denne vagt");
        for lang in [Lang::En, Lang::Da, Lang::Nb, Lang::Nn, Lang::Sv] {
            let said = of(lang, 3);
            assert!(said.contains('3') && said.contains('2'), "{said}");
        }
    }
}
