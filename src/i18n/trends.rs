//! The words of the trends.

use fluent_bundle::FluentArgs;

use super::incident::Sentences;
use crate::domain::fact::Fact;
use crate::domain::numbers::trends::{Flow, Span};

impl Sentences {
    fn trend(&self, id: &str, of: &[(&'static str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in of {
            args.set(*name, value.clone());
        }
        self.say(&format!("trends-{id}"), &args)
    }
    /// The name of the screen.
    pub fn trends(&self) -> String {
        self.trend("title", &[])
    }
    /// All groups together.
    pub fn all_groups(&self) -> String {
        self.trend("all", &[])
    }
    /// "2 h", "24 h", "7 d".
    pub fn trend_span(&self, span: Span) -> String {
        self.trend(&format!("span-{}", span.word()), &[])
    }
    /// "in 412 · out 398"; what is not known is a question mark.
    pub fn in_out(&self, flow: Flow) -> String {
        let count = |fact: Fact<u32>| match fact {
            Fact::Known(n) => n.to_string(),
            Fact::Empty | Fact::Unknown => "?".to_owned(),
        };
        let of = [("in", count(flow.arrived)), ("out", count(flow.closed))];
        self.trend("flow", &of)
    }
    /// "a week before: in 380 · out 391".
    pub fn week_before(&self, flow: Flow) -> String {
        if flow.arrived.is_unknown() && flow.closed.is_unknown() {
            return self.trend("before-unknown", &[]);
        }
        self.trend("before", &[("flow", self.in_out(flow))])
    }
    /// "VPN is down: ring +45 70 00 00 02".
    pub fn system_down(&self, title: &str, phone: Option<&str>) -> String {
        let mut of = vec![("system", title.to_owned())];
        let id = phone.map_or("system-down", |phone| {
            of.push(("phone", phone.to_owned()));
            "system-down-ring"
        });
        self.trend(id, &of)
    }
    /// What a chart of arrivals above and closures below the line shows, for those who do not see it: "most in 5 min: 12".
    pub fn trend_scale(&self, most: u32, span: Span) -> String {
        let bin = self.span(span.bin().as_secs());
        self.trend("scale", &[("n", most.to_string()), ("bin", bin)])
    }
}
