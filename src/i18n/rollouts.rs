//! The words of the roll-out watch.

use fluent_bundle::FluentArgs;

use super::incident::Sentences;
use crate::domain::rollout::{Rollout, Verdict};

impl Sentences {
    fn rollout(&self, id: &str, of: &[(&'static str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in of {
            args.set(*name, value.clone());
        }
        self.say(&format!("rollouts-{id}"), &args)
    }
    /// The name of the watch.
    pub fn rollouts(&self) -> String {
        self.rollout("title", &[])
    }
    /// No version spreads.
    pub fn no_rollout(&self) -> String {
        self.rollout("none", &[])
    }
    /// "AnyConnect 5.1.4: 220 of 1200 devices (18 %), 40 in the last day, 180 in 7 days".
    pub fn rollout_spread(&self, rollout: &Rollout) -> String {
        let what = rollout.product.clone();
        let share = rollout.has * 100 / rollout.of.max(1);
        let mut of = vec![
            ("what", what.unwrap_or_else(|| self.fact_name(rollout.fact))),
            ("version", rollout.version.clone()),
            ("has", rollout.has.to_string()),
            ("of", rollout.of.to_string()),
            ("share", share.to_string()),
        ];
        let (Some(day), Some(week)) = (rollout.last_day, rollout.last_week) else {
            return self.rollout("spread-unknown", &of);
        };
        of.extend([("day", day.to_string()), ("week", week.to_string())]);
        self.rollout("spread", &of)
    }
    /// The sentence by which a supervisor stops or goes on: "new is worse: 14 of 220 on 5.1.4 wrote of a fault, 9 of 980 on
    /// 5.1.3".
    pub fn rollout_verdict(&self, rollout: &Rollout) -> String {
        let verdict = match rollout.verdict {
            Verdict::Worse => "worse",
            Verdict::Better => "better",
            Verdict::NoDifference => "no-difference",
            Verdict::TooFew => "too-few",
        };
        let before = match rollout.before.as_slice() {
            [] => String::new(),
            [(one, _)] => one.clone(),
            [(most, _), ..] => self.rollout("and-others", &[("version", most.clone())]),
        };
        let of = [
            ("verdict", self.rollout(verdict, &[])),
            ("new", rollout.new.wrote.to_string()),
            ("newof", rollout.new.devices.to_string()),
            ("version", rollout.version.clone()),
            ("old", rollout.old.wrote.to_string()),
            ("oldof", rollout.old.devices.to_string()),
            ("before", before),
        ];
        self.rollout("wrote", &of)
    }
    /// "tickets for 100 devices 7.7 against 0.9; how to: 2 against 1".
    pub fn rollout_rates(&self, rollout: &Rollout) -> String {
        let of = [
            ("new", format!("{:.1}", rollout.new.per_100)),
            ("old", format!("{:.1}", rollout.old.per_100)),
            ("newhowto", rollout.new.howto.to_string()),
            ("oldhowto", rollout.old.howto.to_string()),
        ];
        self.rollout("rates", &of)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::rollout::Side;
    use crate::text::lang::Lang;

    #[test]
    fn the_sentence_has_its_counts_in_every_language() {
        let rollout = Rollout {
            fact: "vpn_version",
            product: Some("AnyConnect".to_owned()),
            version: "5.1.2".to_owned(),
            before: vec![("5.1.1".to_owned(), 900), ("5.0".to_owned(), 80)],
            has: 220,
            of: 1_200,
            last_day: Some(40),
            last_week: Some(180),
            first: None,
            group: Some("vpn"),
            from: jiff::Timestamp::UNIX_EPOCH,
            new: Side {
                devices: 220,
                wrote: 14,
                faults: 15,
                howto: 2,
                device_days: 1.0,
                per_100: 7.727,
            },
            old: Side {
                devices: 980,
                wrote: 9,
                faults: 9,
                howto: 0,
                device_days: 1.0,
                per_100: 0.918,
            },
            p: 0.001,
            verdict: Verdict::Worse,
        };
        let en = Sentences::new(Lang::En, TimeZone::UTC);
        assert_eq!(
            en.rollout_verdict(&rollout),
            "new is worse: 14 of 220 on 5.1.2 wrote of a fault, 9 of 980 on 5.1.1 and others"
        );
        for lang in Lang::ALL {
            let words = Sentences::new(lang, TimeZone::UTC);
            let told = words.rollout_verdict(&rollout);
            for part in ["14", "220", "5.1.2", "9", "980", "5.1.1"] {
                assert!(told.contains(part), "{lang:?}: {told}");
            }
            let spread = words.rollout_spread(&rollout);
            assert!(
                spread.starts_with("AnyConnect 5.1.2: 220 ") && spread.contains("18 %"),
                "{spread}"
            );
            assert!(words.rollout_rates(&rollout).contains("7.7"));
            assert!(!words.no_rollout().starts_with("rollouts-"));
        }
    }
}
