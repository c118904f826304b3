//! What five people write of one dead VPN, each in their own language, and how ready-made answers to them begin.

/// Somebody's ticket.
pub struct Writer {
    /// The subject.
    pub subject: &'static str,
    /// The text.
    pub body: &'static str,
    /// In the template `vpn-outage` in their language.
    pub outage: &'static str,
    /// In the template `vpn-restored` in their language.
    pub restored: &'static str,
}

/// Danish, bokmål, nynorsk, Swedish, English.
pub const FIVE: [Writer; 5] = [
    Writer {
        subject: "VPN virker ikke",
        body: "Jeg kan ikke komme på VPN hjemmefra, og forbindelsen ryger hele tiden. Hvad gør jeg?",
        outage: "vi haft problemer med VPN",
        restored: "VPN virker igen. Luk",
    },
    Writer {
        subject: "VPN virker ikke",
        body: "Jeg får ikke koblet til VPN hjemmefra, og det henger hele tiden. Hva skal jeg gjøre?",
        outage: "vi hatt problemer med VPN",
        restored: "VPN virker igjen. Lukk",
    },
    Writer {
        subject: "VPN verkar ikkje",
        body: "Eg får ikkje kopla til VPN heimanfrå, og det heng heile tida. Kva skal eg gjere?",
        outage: "vi hatt problem med VPN",
        restored: "VPN verkar att. Lukk",
    },
    Writer {
        subject: "VPN fungerar inte",
        body: "Jag kan inte ansluta till VPN hemifrån, och det hänger sig hela tiden. Vad ska jag göra?",
        outage: "har vi problem med VPN",
        restored: "VPN fungerar igen. Stäng",
    },
    Writer {
        subject: "VPN does not work",
        body: "I cannot connect to the VPN from home, and it hangs all the time. What should I do?",
        outage: "We have had problems with VPN",
        restored: "VPN works again. Please",
    },
];
