//! What every embedded desk starts with: queues, custom fields, staff, their tokens.

use super::fields::{DATE_TIME, FREEFORM};
use super::people::{NOBODY, NewPerson, ROOT, SYSTEM};
use super::{Base, DeskBase, Kind, Role};
use crate::demo::setup::Setup;

/// The queue that only the administrator sees.
pub(crate) const HIDDEN: &str = "Personalesager";

/// Queues of the desk: name and what it is for.
pub(crate) const QUEUES: [(&str, &str); 7] = [
    ("Servicedesk", "Alt det nye, før nogen har set på det"),
    ("Netværk", "VPN, mobilt bredbånd, Wi-Fi"),
    ("Møder", "Videomøder og mødelokaler"),
    ("Udstyr", "Bærbare, headset, printere"),
    ("Fagsystemer", "Omsorg, sager, økonomi"),
    ("Skole", "Læringsplatforme og elevudstyr"),
    (HIDDEN, "Sager om medarbejdere"),
];

/// The catalog that the laptops are in.
pub(crate) const LAPTOPS: &str = "Laptops";

/// Ticket fields: name, several values, marker (absent on desks whose administrator added none).
const TICKET_FIELDS: [(&str, bool, bool); 5] = [
    ("Vagt group", false, false),
    ("Vagt tags", true, false),
    ("Vagt action id", false, true),
    ("Vagt claim", false, false),
    ("Device", false, false),
];

/// The transaction field that marks an action.
const ACTION_FIELD: &str = "Vagt action";

/// Facts of a device, in the order of the console's device screen.
pub(crate) const ASSET_FIELDS: [&str; 20] = [
    "VPN state",
    "VPN client",
    "VPN version",
    "VPN gateway",
    "Access",
    "Carrier",
    "ISP",
    "RSRP dBm",
    "RSRQ dB",
    "SINR dB",
    "Wi-Fi dBm",
    "RTT ms",
    "Jitter ms",
    "Loss %",
    "Disk free GB",
    "OS build",
    "Video client version",
    "Site",
    "Town",
    "Last seen",
];

/// The fact that holds a moment instead of a text.
const SEEN_FIELD: &str = "Last seen";

/// Staff: user name, real name, time zone. The first two are the agents whose tokens are handed out;
/// the others are the colleagues of the simulation.
pub(crate) const STAFF: [(&str, &str, &str); 6] = [
    ("mette", "Mette Ravn", "Europe/Copenhagen"),
    ("bjorn", "Bjørn Sæther", "Europe/Oslo"),
    ("ingrid", "Ingrid Bø", "Europe/Oslo"),
    ("jens", "Jens Kjær", "Europe/Copenhagen"),
    ("asta", "Asta Ørsted", "Europe/Copenhagen"),
    ("kåre", "Kåre Ålesund", "Europe/Oslo"),
];

/// The account that may look and not touch.
pub(crate) const READER: &str = "reader";

/// Number of the first member of the staff; below are the users of the system itself.
const FIRST_MEMBER: i64 = 20;

/// Fills an empty database; one that has been filled is left alone. True: it was empty.
pub(crate) fn fill(base: &mut DeskBase, markers: bool, setup: &Setup) -> Base<bool> {
    if base.meta("seeded")?.is_some() {
        return Ok(false);
    }
    let system = [
        (SYSTEM, "RT_System", "The RT System itself", Role::Admin),
        (NOBODY, "Nobody", "Nobody in particular", Role::Requester),
        (ROOT, "root", "Enoch Root", Role::Admin),
    ];
    for (id, name, real_name, role) in system {
        base.add_person(&NewPerson {
            id: Some(id),
            name,
            real_name,
            role: Some(role),
            email: if id == ROOT { "root@localhost" } else { "" },
            timezone: if id == ROOT { "UTC" } else { "" },
            ..NewPerson::default()
        })?;
    }
    let mut tokens = vec![ROOT];
    let (mut agents, mut readers) = (Vec::new(), Vec::new());
    for (id, member) in (FIRST_MEMBER..).zip(&setup.staff) {
        let new = NewPerson {
            id: Some(id),
            name: &member.name,
            email: &member.email,
            real_name: &member.real_name,
            timezone: &member.zone,
            role: Some(member.role),
            privileged: true,
            ..NewPerson::default()
        };
        base.add_person(&new)?;
        tokens.push(id);
        match member.role {
            Role::Agent => agents.push(id),
            Role::Reader => readers.push(id),
            Role::Requester | Role::Admin => {}
        }
    }
    base.add_group("Helpdesk", "First line", &agents)?;
    base.add_group("Readers", "May look, not touch", &readers)?;
    for queue in &setup.queues {
        base.add_queue(&queue.name, &queue.description, queue.hidden)?;
    }
    for catalog in &setup.catalogs {
        base.add_catalog(&catalog.name, &catalog.description, catalog.hidden)?;
    }
    for (name, multiple, marker) in TICKET_FIELDS {
        if markers || !marker {
            base.add_field(name, Kind::Ticket, multiple, FREEFORM)?;
        }
    }
    if markers {
        base.add_field(ACTION_FIELD, Kind::Transaction, false, FREEFORM)?;
    }
    for name in ASSET_FIELDS {
        let typ = if name == SEEN_FIELD {
            DATE_TIME
        } else {
            FREEFORM
        };
        base.add_field(name, Kind::Asset, false, typ)?;
    }
    for id in tokens {
        base.set_secrets(
            id,
            &uuid::Uuid::new_v4().simple().to_string(),
            &uuid::Uuid::new_v4().simple().to_string(),
        )?;
    }
    base.set_meta("seeded", "1")?;
    base.set_meta("made", &base.now.to_string())?;
    base.set_meta("zone", &setup.zone)?;
    if setup.open {
        base.set_meta("open", "1")?;
    }
    base.reload()?;
    Ok(true)
}
