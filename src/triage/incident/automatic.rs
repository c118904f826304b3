//! Mails that no person wrote: automatic answers, failed deliveries, monitoring.

use crate::text::fold::fold;

/// Beginnings of subjects, folded, without what answers and forwards put in front.
const SUBJECTS: [&str; 23] = [
    "automatic reply",
    "automatisk svar",
    "autosvar",
    "autoreply",
    "auto reply",
    "fravaersmeddelelse",
    "fravarsmelding",
    "franvaro",
    "franvaromeddelande",
    "out of office",
    "ikke pa kontoret",
    "undeliverable",
    "undelivered mail",
    "delivery status notification",
    "delivery failure",
    "mail delivery failed",
    "kan ikke leveres",
    "kunne ikke leveres",
    "olevererbart",
    "returneret mail",
    "problem notification",
    "[alert]",
    "alert:",
];

/// Beginnings of senders' names.
const SENDERS: [&str; 9] = [
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "mailer-daemon",
    "postmaster",
    "nagios",
    "monitoring",
];

/// Whether a machine wrote this.
pub(crate) fn is_automatic(subject: &str, reporter: Option<&str>) -> bool {
    let subject = fold(subject);
    let subject = subject.trim_start();
    let sender = reporter.unwrap_or_default().to_lowercase();
    SUBJECTS
        .iter()
        .any(|start| subject.starts_with(&fold(start)))
        || SENDERS.iter().any(|start| sender.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::is_automatic;

    #[test]
    fn machines_and_people() {
        assert!(is_automatic("Automatisk svar: VPN virker ikke", None));
        assert!(is_automatic("Frånvaro: åter på måndag", None));
        assert!(is_automatic("Disk full", Some("nagios@example.org")));
        assert!(!is_automatic("Hvordan sætter jeg autosvar op?", Some("u1")));
        assert!(!is_automatic("VPN virker ikke", Some("nora@example.org")));
    }
}
