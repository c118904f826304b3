//! Queries in the three languages and in JSON, drawn by chance from a fixed seed.

use serde_json::json;

/// A small generator of numbers: the same ones on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// One of these.
    pub fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

const COMPARE: &[&str] = &["=", "!=", "<", ">", "<=", ">="];
const ORDER: &[&str] = &["<", ">", "<=", ">="];
const TEXT: &[&str] = &[
    "=",
    "!=",
    "LIKE",
    "NOT LIKE",
    "STARTSWITH",
    "ENDSWITH",
    "NOT STARTSWITH",
    "NOT ENDSWITH",
];
const SAME: &[&str] = &["=", "!="];
const DATES: &[&str] = &[
    "'2026-01-01'",
    "'2030-06-15 12:00:00'",
    "'1 hour ago'",
    "'2 days ago'",
    "'tomorrow'",
    "'today'",
    "'yesterday'",
    "'-1 week'",
    "'now'",
    "'2031-03-01T08:30:00Z'",
    "'2031-03-01 10:30'",
    "'+3 days'",
    "'next week'",
    "'1 week ago'",
    "'2031-03-01 08:30:00'",
    "'2100-01-01'",
];

fn ticket_condition(dice: &mut Dice) -> String {
    match dice.below(24) {
        0 => format!(
            "id {} {}",
            dice.of(COMPARE),
            dice.of(&["3", "7", "12", "20", "0", "9999"])
        ),
        1 | 2 => format!(
            "Status {} '{}'",
            dice.of(SAME),
            dice.of(&[
                "new",
                "open",
                "stalled",
                "resolved",
                "rejected",
                "NEW",
                "banana",
                "__Active__",
                "__Inactive__"
            ])
        ),
        3 => format!(
            "Queue {} '{}'",
            dice.of(SAME),
            dice.of(&[
                "General",
                "Videomøder",
                "general",
                "Findes ikke",
                "Personalesager"
            ])
        ),
        4 => format!("Queue LIKE '{}'", dice.of(&["VPN", "mob", "x", "o"])),
        5 => format!(
            "Owner {} '{}'",
            dice.of(SAME),
            dice.of(&["kåre", "jens", "Nobody", "__CurrentUser__", "ukendt"])
        ),
        6 => format!(
            "Owner.{} {} '{}'",
            dice.of(&["Name", "EmailAddress", "RealName"]),
            dice.of(&["=", "LIKE", "!=", "NOT LIKE"]),
            dice.of(&["kåre", "jens", "helpdesk", "Kjær"])
        ),
        7 => format!(
            "Requestor{} {} '{}'",
            dice.of(&["", ".EmailAddress", ".Name", ".RealName"]),
            dice.of(&["=", "!=", "LIKE", "NOT LIKE", "STARTSWITH"]),
            dice.of(&[
                "q1@kommune.test",
                "q2@kommune.test",
                "q",
                "kommune",
                "ingen@x"
            ])
        ),
        8 => format!(
            "{} {} '{}'",
            dice.of(&["Cc", "AdminCc", "Watcher"]),
            dice.of(&["=", "!=", "LIKE", "NOT LIKE"]),
            dice.of(&["q3@kommune.test", "q1@kommune.test", "jens", "kommune"])
        ),
        9 | 10 => format!(
            "Subject {} '{}'",
            dice.of(TEXT),
            dice.of(&[
                "VPN",
                "vpn",
                "skærm",
                "SKÆRM",
                "100%",
                "_",
                "O\\'Brien",
                "",
                "sag",
                "å",
                "\\\\",
                "wifi"
            ])
        ),
        11 => format!(
            "{} {} {}",
            dice.of(&["Priority", "InitialPriority", "FinalPriority"]),
            dice.of(COMPARE),
            dice.of(&["0", "50", "'50'", "'Medium'", "'High'", "80", "-1", "'abc'"])
        ),
        12..=14 => format!(
            "{} {} {}",
            dice.of(&[
                "Due",
                "Created",
                "LastUpdated",
                "Started",
                "Resolved",
                "Told",
                "Starts"
            ]),
            dice.of(ORDER),
            dice.of(DATES)
        ),
        15 => format!(
            "{} {} {}",
            dice.of(&["Due", "Created", "Resolved"]),
            dice.of(&["=", "="]),
            dice.of(&["'2031-03-01'", "'today'", "'1970-01-01'"])
        ),
        16 => format!(
            "{} {}",
            dice.of(&[
                "Due",
                "Started",
                "Resolved",
                "Told",
                "CF.{Vagt group}",
                "CF.{Vagt tags}",
                "MemberOf",
                "RefersTo",
                "HasMember",
                "DependsOn",
                "Owner",
                "Requestor",
                "Subject"
            ]),
            dice.of(&["IS NULL", "IS NOT NULL"])
        ),
        17..=19 => {
            let field = dice.of(&[
                "CF.{Vagt group}",
                "'CF.{Vagt group}'",
                "CF.{Vagt tags}",
                "CF.{Device}",
                "CF.{Findes ikke}",
                "CustomField.{Device}",
                "CF.Device",
            ]);
            format!(
                "{field} {} '{}'",
                dice.of(&["=", "!=", "LIKE", "NOT LIKE", "<", ">", "STARTSWITH"]),
                dice.of(&[
                    "vpn", "VPN", "mobile", "haster", "LT-0001", "LT", "", "it\\'s", "a"
                ])
            )
        }
        20 | 21 => {
            let field = dice.of(&[
                "MemberOf",
                "HasMember",
                "DependsOn",
                "DependedOnBy",
                "DependentOn",
                "RefersTo",
                "ReferredToBy",
                "Linked",
                "LinkedTo",
                "LinkedFrom",
            ]);
            format!(
                "{field} {} {}",
                dice.of(SAME),
                dice.of(&[
                    "1",
                    "'2'",
                    "4",
                    "'asset:1'",
                    "'asset:2'",
                    "'http://example.net/kendt'",
                    "'ticket:5'",
                    "9999",
                    "'vrøvl'"
                ])
            )
        }
        22 => format!(
            "{} {} '{}'",
            dice.of(&["Creator", "LastUpdatedBy"]),
            dice.of(SAME),
            dice.of(&["kåre", "root", "__CurrentUser__", "ukendt", "RT_System"])
        ),
        _ => dice
            .of(&[
                "Type = 'ticket'",
                "Lifecycle = 'default'",
                "TimeWorked > 5",
                "TimeWorked = 0",
                "Content LIKE 'VPN'",
                "SLA = ''",
                "id = 5 ",
                "Type != 'ticket'",
                "TimeLeft < 10",
                "Lifecycle = 'x'",
                "EffectiveId = 3",
                "Filename LIKE 'log'",
            ])
            .to_owned(),
    }
}

fn asset_condition(dice: &mut Dice) -> String {
    match dice.below(11) {
        0 => format!(
            "id {} {}",
            dice.of(COMPARE),
            dice.of(&["3", "5", "0", "999"])
        ),
        1 => format!(
            "Name {} '{}'",
            dice.of(TEXT),
            dice.of(&["LT-0001", "lt-0002", "LT", "RT", "1", "", "å"])
        ),
        2 => format!(
            "Description {} '{}'",
            dice.of(TEXT),
            dice.of(&["ThinkPad", "Elite", "", "x"])
        ),
        3 => format!(
            "Status {} '{}'",
            dice.of(SAME),
            dice.of(&[
                "new",
                "in-use",
                "allocated",
                "stolen",
                "banana",
                "__Active__",
                "__Inactive__"
            ])
        ),
        4 => format!(
            "Catalog {} '{}'",
            dice.of(SAME),
            dice.of(&["Bærbare", "Mobile routere", "Servere", "Findes ikke"])
        ),
        5 => format!(
            "HeldBy{} {} '{}'",
            dice.of(&["", ".Name", ".EmailAddress"]),
            dice.of(&["=", "!=", "LIKE"]),
            dice.of(&["q1@kommune.test", "q2@kommune.test", "kommune"])
        ),
        6 | 7 => format!(
            "{} {} '{}'",
            dice.of(&[
                "CF.{VPN state}",
                "'CF.{VPN state}'",
                "CF.{RSRP dBm}",
                "CF.{Findes ikke}",
                "CF.{Town}"
            ]),
            dice.of(&["=", "!=", "LIKE", "NOT LIKE", "<", ">"]),
            dice.of(&["up", "down", "UP", "-99", "Sorø", ""])
        ),
        8 => format!(
            "{} {} {}",
            dice.of(&["Created", "LastUpdated"]),
            dice.of(ORDER),
            dice.of(DATES)
        ),
        9 => format!(
            "{} {}",
            dice.of(&[
                "CF.{VPN state}",
                "CF.{Town}",
                "RefersTo",
                "ReferredToBy",
                "Linked"
            ]),
            dice.of(&["IS NULL", "IS NOT NULL"])
        ),
        _ => dice
            .of(&[
                "ReferredToBy = 1",
                "RefersTo = 'asset:2'",
                "Linked = 1",
                "Owner = 'Nobody'",
                "Owner = 'jens'",
                "ReferredToBy = 'ticket:1'",
                "Lifecycle = 'assets'",
            ])
            .to_owned(),
    }
}

fn transaction_condition(dice: &mut Dice) -> String {
    match dice.below(13) {
        0 => format!(
            "id {} {}",
            dice.of(ORDER),
            dice.of(&["{@txn:1:0}", "{@txn:5:0}", "{@txn:3:1}"])
        ),
        1 | 2 => format!(
            "ObjectId {} {}",
            dice.of(COMPARE),
            dice.of(&["1", "3", "'5'", "9"])
        ),
        3 | 4 => format!(
            "Type {} '{}'",
            dice.of(&["=", "!=", "LIKE", "NOT LIKE", "STARTSWITH"]),
            dice.of(&[
                "Create",
                "Correspond",
                "Comment",
                "Set",
                "Status",
                "CustomField",
                "AddLink",
                "Co",
                "correspond"
            ])
        ),
        5 => format!(
            "Field {} '{}'",
            dice.of(&["=", "!=", "LIKE"]),
            dice.of(&["Status", "Owner", "Priority", "{@cf:Vagt group}", "Subject"])
        ),
        6 => format!(
            "{} {} '{}'",
            dice.of(&["OldValue", "NewValue"]),
            dice.of(TEXT),
            dice.of(&["new", "open", "vpn", "50", "O"])
        ),
        7 => format!(
            "Creator {} '{}'",
            dice.of(SAME),
            dice.of(&["kåre", "root", "jens", "ukendt", "__CurrentUser__"])
        ),
        8 => format!("Created {} {}", dice.of(ORDER), dice.of(DATES)),
        9 => format!(
            "CF.{{Vagt action}} {} '{}'",
            dice.of(&["=", "!=", "LIKE"]),
            dice.of(&["a-1", "A-1", "a-", "ingen"])
        ),
        10 => format!(
            "TicketStatus {} '{}'",
            dice.of(SAME),
            dice.of(&["new", "open", "__Active__"])
        ),
        11 => format!(
            "{} = '{}'",
            dice.of(&["TicketQueue", "TicketOwner", "TicketSubject"]),
            dice.of(&["General", "kåre", "Videomøder"])
        ),
        _ => dice
            .of(&[
                "TicketPriority > 40",
                "TicketId = 3",
                "TimeTaken > 0",
                "TimeTaken = 0",
                "TicketType = 'ticket'",
                "TicketCreator = 'kåre'",
                "TicketSubject LIKE 'VPN'",
                "Type = 'EmailRecord'",
            ])
            .to_owned(),
    }
}

/// Some conditions, joined and put into parentheses. Where an `OR` stands, all of them are about columns:
/// beside `OR` the real desk joins people, links and custom fields in ways that lose or add rows.
fn joined(dice: &mut Dice, condition: fn(&mut Dice) -> String) -> String {
    let number = dice.of(&[1, 1, 1, 2, 2, 3, 4]);
    let list: Vec<String> = (0..number).map(|_| condition(dice)).collect();
    let columns = list.iter().all(|text| {
        let field = text
            .split([' ', '.'])
            .next()
            .unwrap_or_default()
            .trim_matches('\'');
        // a feed is narrowed by Type already, and the real desk does not keep two sorts of limits on one field apart
        COLUMNS.contains(&field) && !text.starts_with("Owner.") && field != "Type"
    });
    let mut text = String::new();
    for (at, more) in list.into_iter().enumerate() {
        if at == 0 {
            text = more;
            continue;
        }
        let word = if columns {
            dice.of(&[" AND ", " OR ", " and ", " Or "])
        } else {
            dice.of(&[" AND ", " and "])
        };
        text = if dice.percent(30) {
            format!("({text}){word}{more}")
        } else {
            format!("{text}{word}({more})")
        };
    }
    text
}

/// Fields that are columns of the record itself.
const COLUMNS: [&str; 26] = [
    "id",
    "Status",
    "Owner",
    "Subject",
    "Priority",
    "InitialPriority",
    "FinalPriority",
    "Due",
    "Created",
    "LastUpdated",
    "Started",
    "Resolved",
    "Told",
    "Creator",
    "LastUpdatedBy",
    "Type",
    "TimeWorked",
    "TimeLeft",
    "Name",
    "Description",
    "ObjectId",
    "Field",
    "OldValue",
    "NewValue",
    "TimeTaken",
    "EffectiveId",
];

/// TicketSQL.
pub fn tickets(dice: &mut Dice) -> String {
    joined(dice, ticket_condition)
}

/// AssetSQL.
pub fn assets(dice: &mut Dice) -> String {
    joined(dice, asset_condition)
}

/// TransactionSQL about tickets; who else has transactions is a desk's own affair.
pub fn transactions(dice: &mut Dice) -> String {
    let text = joined(dice, transaction_condition);
    format!(
        "ObjectType = 'RT::Ticket' AND Type != 'EmailRecord' AND Type != 'CommentEmailRecord' AND ({text})"
    )
}

/// A JSON search over these fields and values.
pub fn json(dice: &mut Dice, fields: &[&str], values: &[&str]) -> String {
    let mut list = Vec::new();
    for _ in 0..dice.of(&[1, 1, 1, 2, 2, 3]) {
        let mut condition = json!({"field": dice.of(fields), "value": dice.of(values)});
        if dice.percent(60) {
            condition["operator"] =
                json!(dice.of(&["=", "!=", "LIKE", "NOT LIKE", "STARTSWITH", "ENDSWITH"]));
        }
        if dice.percent(25) {
            condition["entry_aggregator"] = json!(dice.of(&["AND", "OR"]));
        }
        list.push(condition);
    }
    json!(list).to_string()
}
