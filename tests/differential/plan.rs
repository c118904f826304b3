//! What both desks are asked: first what fills them, then searches, reads and writes drawn by chance, then
//! what is wrong on purpose.

use serde_json::{Value, json};

use super::queries::{self, Dice};
use super::side::Request;

const READERS: &[&str] = &["kåre", "kåre", "kåre", "root", "reader", "vikar"];
const WRITERS: &[&str] = &[
    "kåre", "kåre", "kåre", "jens", "jens", "root", "root", "reader", "vikar",
];
const TICKETS: usize = 24;
const ASSETS: usize = 10;

fn request(
    kind: &'static str,
    who: &'static str,
    method: &'static str,
    path: impl Into<String>,
) -> Request {
    Request {
        kind,
        who,
        method,
        path: path.into(),
        ..Request::default()
    }
}

fn with(mut request: Request, body: &Value) -> Request {
    request.body = Some(body.to_string());
    request
}

fn query(mut request: Request, key: &str, value: impl Into<String>) -> Request {
    request.query.push((key.to_owned(), value.into()));
    request
}

/// All requests, in order.
pub fn requests() -> Vec<Request> {
    let mut dice = Dice::new(20_261_122);
    let mut all = Vec::new();
    fill(&mut all);
    state(&mut all, &[]);
    places(&mut all);
    searches(&mut all, &mut dice);
    singles(&mut all, &mut dice);
    writes(&mut all, &mut dice);
    bulk(&mut all);
    versions(&mut all);
    bad(&mut all);
    searches(&mut all, &mut dice);
    state(&mut all, &[24, 26]);
    odd_values(&mut all);
    all
}

const SUBJECTS: [&str; 12] = [
    "VPN falder ud hver time",
    "vpn nede på skolen",
    "Skærm sort efter opdatering",
    "skærm flimrer",
    "100% pakketab på 4G",
    "fil_navn med understreg",
    "O'Brien kan ikke logge ind",
    "Back\\slash i stien C:\\temp",
    "Møde uden lyd åøæ",
    "Wifi i sommerhuset",
    "  luft foran og bagved  ",
    "Linje\nskift i emnet",
];

/// Tickets and assets, and what hangs together.
fn fill(all: &mut Vec<Request>) {
    for n in 1..=ASSETS {
        let catalog = [
            "Bærbare",
            "Mobile routere",
            "Servere",
            "Bærbare",
            "General assets",
        ][n % 5];
        let mut body = json!({"Catalog": catalog, "Name": format!("LT-{n:04}"), "Description": if n % 2 == 0 { "ThinkPad X1" } else { "EliteBook å" },
            "CustomFields": {"VPN state": if n % 3 == 0 { "down" } else { "up" }, "RSRP dBm": format!("-{}", 90 + n), "Town": "Sorø"}});
        if n % 2 == 1 {
            body["HeldBy"] = json!(format!("q{n}@kommune.test"));
        }
        if n % 3 == 0 {
            body["Status"] = json!("in-use");
        }
        if n == 4 {
            body["HeldBy"] = json!(["q1@kommune.test", "q2@kommune.test"]);
            body["Contact"] = json!("jens");
        }
        all.push(with(
            request("asset create", "root", "POST", "/asset"),
            &body,
        ));
    }
    let unknown = json!({"Catalog": "Bærbare", "Name": "x", "CustomFields": {"Findes ikke": "x"}});
    all.push(with(
        request("asset create", "root", "POST", "/asset"),
        &unknown,
    ));
    for n in 1..=TICKETS {
        let who = ["kåre", "kåre", "root", "jens"][n % 4];
        let queue = [
            "General",
            "VPN og fjernadgang",
            "Videomøder",
            "general",
            "Mobilt bredbånd",
        ][n % 5];
        let mut body = json!({"Queue": queue, "Subject": format!("{} {n}", SUBJECTS[n % 12]), "Content": format!("Hej,\n\ndet virker ikke. Nr. {n}\n\nHilsen Åse"),
            "ContentType": "text/plain", "Requestor": format!("q{}@kommune.test", n % 5 + 1)});
        match n % 8 {
            1 => body["Priority"] = json!(80),
            2 => body["Priority"] = json!("50"),
            3 => body["Status"] = json!("open"),
            4 => body["Owner"] = json!("kåre"),
            5 => body["Due"] = json!("2031-03-01 10:30:00"),
            6 => {
                body["CustomFields"] =
                    json!({"Vagt group": "vpn", "Vagt tags": ["haster", "a"], "Device": "LT-0001"});
            }
            7 => body["Cc"] = json!(["q3@kommune.test", "jens"]),
            _ => body["Status"] = json!("resolved"),
        }
        match n {
            9 => body["Requestor"] = json!(["q1@kommune.test", "q2@kommune.test"]),
            10 => body["RefersTo"] = json!(["1", "asset:1"]),
            11 => body["DependsOn"] = json!(2),
            12 => body["Parent"] = json!("3"),
            13 => {
                body["Attachments"] = json!([{"FileName": "log.txt", "FileType": "text/plain", "FileContent": "bGluamUgMQpsaW5qZSAyCg=="}]);
            }
            14 => body["ContentType"] = json!("text/html"),
            15 => body["AdminCc"] = json!("asta"),
            16 => body["TimeWorked"] = json!(15),
            17 => body["Requestor"] = json!(""),
            18 => body["Owner"] = json!("ukendt"),
            19 => body["Subject"] = json!("æ".repeat(150)),
            20 => {
                body.as_object_mut().unwrap().remove("Content");
            }
            21 => {
                body["CustomFields"] = json!({"Vagt group": ["mobile", "to"], "Device": Value::Null, "Findes ikke": "x"});
            }
            22 => body["Starts"] = json!("2030-01-01"),
            _ => {}
        }
        all.push(with(request("create", who, "POST", "/ticket"), &body));
    }
    // hidden from agents
    for n in 25..=26 {
        let body = json!({"Queue": "Personalesager", "Subject": format!("VPN privat {n}"), "Requestor": "q1@kommune.test", "Content": "…", "ContentType": "text/plain"});
        all.push(with(request("create", "root", "POST", "/ticket"), &body));
    }
    let answers = [
        (
            "kåre",
            1,
            "correspond",
            json!({"Content": "Prøv at genstarte.", "ContentType": "text/plain", "TxnCustomFields": {"Vagt action": "a-1"}}),
        ),
        (
            "kåre",
            1,
            "comment",
            json!({"Content": "Kun til os.", "ContentType": "text/plain", "TxnCustomFields": {"Vagt action": "a-2"}}),
        ),
        (
            "jens",
            3,
            "correspond",
            json!({"Content": "<p>Hej</p>", "ContentType": "text/html", "Subject": "Nyt emne"}),
        ),
        (
            "jens",
            5,
            "comment",
            json!({"Content": "Med fil", "ContentType": "text/plain", "Attachments": [{"FileName": "a.txt", "FileType": "text/plain", "FileContent": "YWJj"}, {"FileName": "b.bin", "FileType": "application/octet-stream", "FileContent": "AAEC/w=="}]}),
        ),
        (
            "kåre",
            6,
            "correspond",
            json!({"Content": "Løst", "ContentType": "text/plain", "Status": "resolved"}),
        ),
        (
            "kåre",
            7,
            "comment",
            json!({"Content": "tid", "ContentType": "text/plain", "TimeTaken": 5}),
        ),
        (
            "root",
            8,
            "correspond",
            json!({"Content": "åbner igen", "ContentType": "text/plain"}),
        ),
        (
            "kåre",
            2,
            "comment",
            json!({"Content": "felt", "ContentType": "text/plain", "CustomFields": {"Vagt group": "mobile"}, "TxnCustomFields": {"Findes ikke": "x"}}),
        ),
        (
            "reader",
            2,
            "comment",
            json!({"Content": "må ikke", "ContentType": "text/plain"}),
        ),
        (
            "reader",
            4,
            "correspond",
            json!({"Content": "må", "ContentType": "text/plain"}),
        ),
        (
            "vikar",
            4,
            "correspond",
            json!({"Content": "må også", "ContentType": "text/plain"}),
        ),
        (
            "vikar",
            4,
            "comment",
            json!({"Content": "må ikke", "ContentType": "text/plain"}),
        ),
        (
            "kåre",
            25,
            "comment",
            json!({"Content": "skjult", "ContentType": "text/plain"}),
        ),
        (
            "root",
            25,
            "comment",
            json!({"Content": "skjult", "ContentType": "text/plain"}),
        ),
        (
            "kåre",
            999,
            "comment",
            json!({"Content": "x", "ContentType": "text/plain"}),
        ),
        (
            "root",
            999,
            "comment",
            json!({"Content": "x", "ContentType": "text/plain"}),
        ),
    ];
    for (who, ticket, how, body) in answers {
        all.push(with(
            request("message", who, "POST", format!("/ticket/{ticket}/{how}")),
            &body,
        ));
    }
    for (who, ticket, body) in [
        (
            "kåre",
            1,
            json!({"AddRefersTo": ["2", "asset:1", "http://example.net/kendt"]}),
        ),
        ("kåre", 2, json!({"AddDependsOn": 4})),
        ("kåre", 4, json!({"AddDependsOn": 2})),
        ("jens", 5, json!({"AddMemberOf": "1"})),
        ("kåre", 5, json!({"AddParent": [1]})),
        ("kåre", 6, json!({"AddRefersTo": "asset:999"})),
        ("kåre", 6, json!({"AddRefersTo": "vrøvl"})),
        ("kåre", 6, json!({"AddRefersTo": 6})),
        ("kåre", 7, json!({"AddChild": "8"})),
        ("kåre", 1, json!({"DeleteRefersTo": "2"})),
        ("kåre", 1, json!({"DeleteRefersTo": "3"})),
        ("reader", 1, json!({"AddRefersTo": "3"})),
        ("vikar", 1, json!({"AddRefersTo": "3"})),
        ("kåre", 9, json!({"AddReferredToBy": "10"})),
        ("kåre", 9, json!({"AddDependedOnBy": ["10", "11"]})),
        ("kåre", 10, json!({"RefersTo": ["2", "4"]})),
        ("kåre", 2, json!({"Status": "resolved"})),
        ("kåre", 23, json!({"MergeInto": 22})),
        ("kåre", 23, json!({"MergeInto": 22})),
        ("kåre", 22, json!({"MergeInto": 22})),
        ("kåre", 22, json!({"MergeInto": 9999})),
        ("reader", 21, json!({"MergeInto": 20})),
        ("kåre", 23, json!({"Subject": "gennem den gamle"})),
    ] {
        all.push(with(
            request("link", who, "PUT", format!("/ticket/{ticket}")),
            &body,
        ));
    }
    for (who, ticket) in [
        ("kåre", 24),
        ("reader", 24),
        ("vikar", 24),
        ("root", 24),
        ("root", 24),
        ("root", 999),
    ] {
        all.push(request(
            "delete",
            who,
            "DELETE",
            format!("/ticket/{ticket}"),
        ));
    }
}

/// The whole of what both hold, but for tickets that took what only one of the desks takes.
fn state(all: &mut Vec<Request>, odd: &[usize]) {
    let txn =
        "Type,Field,OldValue,NewValue,Creator,Created,ObjectId,ObjectType,TimeTaken,CustomFields";
    for ticket in (1..=TICKETS + 14).filter(|ticket| !odd.contains(ticket)) {
        let who = if ticket % 3 == 0 || ticket > TICKETS {
            "root"
        } else {
            "kåre"
        };
        all.push(request("ticket", who, "GET", format!("/ticket/{ticket}")));
        let history = query(
            request("history", who, "GET", format!("/ticket/{ticket}/history")),
            "fields",
            txn,
        );
        // which mails the desk sends is its own affair
        let history = query(
            history,
            "query",
            r#"[{"field": "Type", "operator": "NOT LIKE", "value": "EmailRecord"}]"#,
        );
        all.push(query(history, "per_page", "100"));
    }
    for asset in 1..=ASSETS {
        all.push(request(
            "asset",
            if asset % 4 == 0 { "root" } else { "kåre" },
            "GET",
            format!("/asset/{asset}"),
        ));
        let history = query(
            request(
                "asset history",
                "kåre",
                "GET",
                format!("/asset/{asset}/history"),
            ),
            "fields",
            txn,
        );
        all.push(query(history, "per_page", "100"));
    }
    for ticket in [1, 3, 5, 13, 14] {
        for who in ["kåre", "reader"] {
            let list = request(
                "attachments",
                who,
                "GET",
                format!("/ticket/{ticket}/attachments"),
            );
            all.push(query(
                list,
                "fields",
                "TransactionId,Subject,Filename,ContentType,ContentLength,Content,Created,Creator",
            ));
        }
    }
}

/// Queues, catalogs, groups, people, fields.
fn places(all: &mut Vec<Request>) {
    for who in ["kåre", "root", "reader", "vikar"] {
        for path in [
            "/rt",
            "/queues/all",
            "/catalogs/all",
            "/queue/{@queue:General}",
            "/queue/Videomøder",
            "/queue/findes ikke",
            "/queue/{@queue:Personalesager}",
            "/catalog/{@catalog:Bærbare}",
            "/catalog/Mobile routere",
            "/catalog/{@catalog:Servere}",
            "/group/{@group:Helpdesk}",
            "/customfield/{@cf:Vagt group}",
            "/user/kåre",
            "/user/q1@kommune.test",
            "/user/{@user:jens}",
            "/user/ukendt",
            "/ticket/999",
            "/asset/999",
            "/transaction/999999",
            "/attachment/999999",
            "/queue/{@queue:General}/history",
            "/user/kåre/history",
            "/group/{@group:Helpdesk}/members",
            "/user/kåre/groups",
            "/group/{@group:Helpdesk}/history",
            "/queue/{@queue:General}/customfields",
            "/customfield/{@cf:Vagt group}/values",
            "/catalog/{@catalog:Bærbare}/customfields",
        ] {
            all.push(request("place", who, "GET", path));
        }
        for path in ["/queues/all", "/catalogs/all"] {
            let list = query(
                request("places", who, "GET", path),
                "fields",
                "Name,Description,Lifecycle,Disabled,id,SortOrder,SLADisabled,CorrespondAddress",
            );
            all.push(query(list, "per_page", "3"));
        }
    }
}

fn paging(mut asked: Request, dice: &mut Dice) -> Request {
    if dice.percent(70) {
        asked = query(
            asked,
            "per_page",
            dice.of(&["1", "3", "7", "100", "101", "0", "-1", "abc", "5", "100"]),
        );
    }
    if dice.percent(30) {
        asked = query(
            asked,
            "page",
            dice.of(&["1", "2", "3", "99", "0", "x", "2"]),
        );
    }
    asked
}

fn fields(mut asked: Request, dice: &mut Dice, pool: &[&str], nested: &[(&str, &str)]) -> Request {
    if dice.percent(85) {
        let mut wanted: Vec<&str> = Vec::new();
        for _ in 0..dice.of(&[1, 2, 4, 6]) {
            let field = dice.of(pool);
            if !wanted.contains(&field) {
                wanted.push(field);
            }
        }
        asked = query(asked, "fields", wanted.join(","));
        for (field, inside) in nested {
            if wanted.contains(field) && dice.percent(50) {
                asked = query(asked, &format!("fields[{field}]"), *inside);
            }
        }
    }
    asked
}

fn ordered(mut asked: Request, dice: &mut Dice, pool: &[&str]) -> Request {
    if dice.percent(60) {
        let direction = dice.of(&["ASC", "DESC", "desc", "x"]);
        asked = query(query(asked, "orderby", dice.of(pool)), "order", direction);
        asked = query(
            query(asked, "orderby", "id"),
            "order",
            dice.of(&["ASC", "DESC"]),
        );
    } else {
        asked = query(asked, "orderby", "id");
    }
    asked
}

const TICKET_FIELDS: &[&str] = &[
    "Subject",
    "Status",
    "Queue",
    "Owner",
    "Creator",
    "Created",
    "LastUpdated",
    "LastUpdatedBy",
    "Due",
    "Priority",
    "Requestor",
    "Cc",
    "AdminCc",
    "CustomFields",
    "id",
    "Type",
    "TimeWorked",
    "Started",
    "Resolved",
    "Told",
    "Bogus",
    "EffectiveId",
    "InitialPriority",
    "FinalPriority",
    "SLA",
    "Starts",
    "TimeLeft",
    "_hyperlinks",
];
const TICKET_NESTED: &[(&str, &str)] = &[
    ("Owner", "Name,EmailAddress,RealName"),
    ("Queue", "Name,Description,Lifecycle"),
    ("Requestor", "Name,EmailAddress,RealName,Organization"),
    ("Creator", "Name,Timezone"),
    ("Cc", "EmailAddress"),
];

fn searches(all: &mut Vec<Request>, dice: &mut Dice) {
    for _ in 0..130 {
        let asked = query(
            request("ticketsql", dice.of(READERS), "GET", "/tickets"),
            "query",
            queries::tickets(dice),
        );
        let asked = fields(asked, dice, TICKET_FIELDS, TICKET_NESTED);
        let asked = ordered(
            asked,
            dice,
            &[
                "Subject",
                "Status",
                "Priority",
                "Due",
                "Queue",
                "Owner",
                "id",
                "Requestor",
                "Owner.Name",
                "Status",
                "Resolved",
                "Findes",
            ],
        );
        all.push(paging(asked, dice));
    }
    for _ in 0..50 {
        let asked = query(
            request("assetsql", dice.of(READERS), "GET", "/assets"),
            "query",
            queries::assets(dice),
        );
        let asked = fields(
            asked,
            dice,
            &[
                "Name",
                "Description",
                "Status",
                "Catalog",
                "Owner",
                "HeldBy",
                "Contact",
                "CustomFields",
                "Created",
                "Bogus",
                "id",
                "Creator",
                "LastUpdatedBy",
            ],
            &[
                ("HeldBy", "Name,EmailAddress"),
                ("Catalog", "Name"),
                ("Owner", "Name"),
            ],
        );
        let asked = ordered(asked, dice, &["Name", "Status", "id"]);
        all.push(paging(asked, dice));
    }
    for _ in 0..60 {
        let asked = query(
            request("transactionsql", dice.of(READERS), "GET", "/transactions"),
            "query",
            queries::transactions(dice),
        );
        if dice.percent(30) {
            let asked = query(
                query(asked, "fields", "Type,Field,OldValue,NewValue"),
                "orderby",
                "id",
            );
            all.push(query(asked, "per_page", "100"));
            continue;
        }
        let asked = fields(
            asked,
            dice,
            &[
                "Type",
                "Type",
                "Creator",
                "Created",
                "ObjectId",
                "ObjectType",
                "CustomFields",
                "TimeTaken",
                "Bogus",
                "Object",
                "Data",
            ],
            &[("Creator", "Name,RealName")],
        );
        let asked = query(asked, "orderby", "id");
        let asked = if dice.percent(30) {
            query(asked, "order", "DESC")
        } else {
            asked
        };
        // pages of a feed hold rows that only one of the desks has (mail), so only the first is compared
        all.push(if dice.percent(50) {
            query(asked, "per_page", "100")
        } else {
            asked
        });
    }
    json_searches(all, dice);
}

fn json_searches(all: &mut Vec<Request>, dice: &mut Dice) {
    for _ in 0..60 {
        let (path, pool, values, shown): (&str, &[&str], &[&str], &[&str]) = match dice.below(7) {
            0 => (
                "/assets",
                &[
                    "Name",
                    "Status",
                    "Description",
                    "CF.{VPN state}",
                    "CustomField.{Town}",
                    "Bogus",
                    "id",
                    "Catalog",
                ],
                &["LT-0001", "LT", "in-use", "up", "Sorø", "3", "2"],
                &["Name", "Status", "CustomFields"],
            ),
            1 => (
                "/users",
                &["Name", "RealName", "EmailAddress", "Bogus"],
                &["q1@kommune.test", "kåre", "q", "helpdesk.test", "Kjær", "O"],
                &["Name", "RealName", "EmailAddress", "Privileged", "Disabled"],
            ),
            2 => (
                "/queues",
                &["Name", "Description", "id", "Lifecycle", "Bogus"],
                &["General", "o", "Videomøder", "Fjernarbejde", "default", "1"],
                &["Name", "Description", "Lifecycle", "id"],
            ),
            // the real desk has a group for every role of every ticket, so only whole names are asked for
            3 => (
                "/groups",
                &["Name"],
                &["Helpdesk", "Readers", "ingen"],
                &["Name", "Description", "Domain"],
            ),
            4 => (
                "/customfields",
                &["Name", "Type", "LookupType", "Bogus", "Description"],
                &[
                    "Vagt group",
                    "Vagt",
                    "Freeform",
                    "RT::Queue-RT::Ticket",
                    "DateTime",
                ],
                &["Name", "Type", "LookupType", "MaxValues"],
            ),
            5 => (
                "/catalogs",
                &["Name", "Description", "id", "Lifecycle"],
                &["Bærbare", "o", "assets", "2"],
                &["Name", "Description", "Lifecycle"],
            ),
            _ => (
                "/attachments",
                &["Filename", "Filename", "Bogus"],
                &["log.txt", "a.txt", "b.bin"],
                &["Filename", "ContentType", "Content", "ContentLength"],
            ),
        };
        let text = if path == "/groups" {
            json!([{"field": "Name", "value": dice.of(values)}]).to_string()
        } else if path == "/users" {
            // some of the system's own users have no address at all on the real desk, which is not unequal
            queries::json(dice, pool, values)
                .replace("!=", "=")
                .replace("NOT ", "")
        } else {
            queries::json(dice, pool, values)
        };
        let who = dice.of(&["kåre", "kåre", "root", "reader", "vikar"]);
        let asked = if dice.percent(50) {
            let mut asked = request("json search", who, "POST", path);
            asked.body = Some(text);
            asked
        } else {
            query(request("json search", who, "GET", path), "query", text)
        };
        // mail of the desk itself, and its parts, are not compared
        let asked = if path == "/attachments"
            && asked.body.as_deref().unwrap_or_default().contains("NOT")
        {
            request("place", "kåre", "GET", "/rt")
        } else {
            asked
        };
        let asked = query(fields(asked, dice, shown, &[]), "orderby", "id");
        all.push(paging(asked, dice));
    }
}

/// Single records with `fields[X]`, transactions, attachments.
fn singles(all: &mut Vec<Request>, dice: &mut Dice) {
    for _ in 0..25 {
        let asked = request(
            "ticket",
            dice.of(READERS),
            "GET",
            format!("/ticket/{}", dice.below(TICKETS + 3) + 1),
        );
        let asked = query(asked, "fields[Owner]", "Name,EmailAddress");
        all.push(query(asked, "fields[Queue]", "Name,Lifecycle"));
    }
    for _ in 0..15 {
        all.push(request(
            "asset",
            dice.of(READERS),
            "GET",
            format!("/asset/{}", dice.below(ASSETS + 1) + 1),
        ));
    }
    for (ticket, at) in [
        (1, 0),
        (1, 1),
        (1, 2),
        (2, 1),
        (3, 1),
        (3, 2),
        (5, 1),
        (6, 1),
        (9, 0),
        (25, 0),
        (22, 1),
    ] {
        for who in ["kåre", "root", "reader", "vikar"] {
            all.push(request(
                "transaction",
                who,
                "GET",
                format!("/transaction/{{@txn:{ticket}:{at}}}"),
            ));
        }
        let list = request(
            "attachments",
            "kåre",
            "GET",
            format!("/transaction/{{@txn:{ticket}:{at}}}/attachments"),
        );
        all.push(query(list, "fields", "Filename,ContentType,Content"));
    }
    for (ticket, at) in [
        (1, 0),
        (3, 1),
        (5, 1),
        (5, 2),
        (5, 3),
        (13, 0),
        (13, 2),
        (25, 0),
    ] {
        for who in ["kåre", "reader"] {
            all.push(request(
                "attachment",
                who,
                "GET",
                format!("/attachment/{{@att:{ticket}:{at}}}"),
            ));
        }
    }
}

/// One change of a ticket.
fn change(dice: &mut Dice) -> Value {
    match dice.below(16) {
        0 => {
            json!({"Subject": dice.of(&["Nyt emne", "VPN", "  luft  ", "", "linje\nskift", "æøå"])})
        }
        1 | 2 => {
            json!({"Status": dice.of(&["new", "open", "stalled", "resolved", "rejected", "deleted", "OPEN", "banana", ""])})
        }
        3 => json!({"Priority": dice.of(&["0", "50", "100", "80", "-5"])}),
        4 => json!({"Priority": dice.of(&[0, 30, 90])}),
        5 => {
            json!({"Queue": dice.of(&["General", "Videomøder", "hjemmenet", "Personalesager", "Findes ikke"])})
        }
        6 | 7 => {
            json!({"Owner": dice.of(&["kåre", "jens", "Nobody", "reader", "q1@kommune.test", "ukendt", "root"])})
        }
        8 => {
            json!({"Due": dice.of(&["2031-03-01 10:30:00", "2030-12-24 08:00:00", "1970-01-01 00:00:00"])})
        }
        9 | 10 => json!({"CustomFields": {"Vagt group": dice.of(&["vpn", "mobile", "æøå"])}}),
        11 => {
            json!({"CustomFields": {"Vagt tags": dice.of(&[&["haster"][..], &["haster", "b"], &[], &["b", "a", "c"]])}})
        }
        12 => {
            json!({"Requestor": dice.of(&[&["q1@kommune.test"][..], &["q2@kommune.test", "q4@kommune.test"], &["jens"], &[]])})
        }
        13 => json!({"Cc": dice.of(&["q3@kommune.test", "jens", "ny@kommune.test", "vrøvl"])}),
        14 => {
            json!({dice.of(&["TimeWorked", "TimeLeft", "TimeEstimated", "FinalPriority", "InitialPriority"]): dice.of(&[10, 25, 0])})
        }
        _ => json!({"Subject": "To på en gang", "Priority": 60, "Bogus": 1}),
    }
}

fn writes(all: &mut Vec<Request>, dice: &mut Dice) {
    for _ in 0..150 {
        let who = dice.of(WRITERS);
        let ticket = dice.below(TICKETS) + 1;
        match dice.below(12) {
            0 | 1 => all.push(request(
                "own",
                who,
                "PUT",
                format!("/ticket/{ticket}/{}", dice.of(&["take", "untake", "steal"])),
            )),
            2 => {
                let body = json!({"Content": dice.of(&["Hej", "Linje 1\nLinje 2", "æøå 🙂"]), "ContentType": dice.of(&["text/plain", "text/html"])});
                all.push(with(
                    request(
                        "message",
                        who,
                        "POST",
                        format!("/ticket/{ticket}/{}", dice.of(&["comment", "correspond"])),
                    ),
                    &body,
                ));
            }
            3 => {
                let kind = dice.of(&[
                    "RefersTo",
                    "DependsOn",
                    "MemberOf",
                    "ReferredToBy",
                    "DependedOnBy",
                    "HasMember",
                    "Members",
                    "Parent",
                    "Child",
                ]);
                let body = json!({format!("{}{kind}", dice.of(&["Add", "Add", "Delete"])): dice.of(&["1", "2", "5", "asset:2", "http://example.net/ny"])});
                all.push(with(
                    request("link", who, "PUT", format!("/ticket/{ticket}")),
                    &body,
                ));
            }
            4 => {
                let asset = dice.below(ASSETS) + 1;
                let body = dice.of(&[0, 1, 2, 3, 4]);
                let body = match body {
                    0 => {
                        json!({"Status": dice.of(&["new", "in-use", "stolen", "allocated", "banana"])})
                    }
                    1 => json!({"Name": dice.of(&["LT-0001", "Nyt navn", ""])}),
                    2 => json!({"CustomFields": {"VPN state": dice.of(&["up", "down"])}}),
                    3 => {
                        json!({"HeldBy": dice.of(&["q1@kommune.test", "jens", "q9@kommune.test"])})
                    }
                    _ => json!({"Description": dice.of(&["ThinkPad X1", "Ny tekst"])}),
                };
                let who = if body.get("CustomFields").is_some() {
                    "root"
                } else {
                    who
                };
                all.push(with(
                    request("asset update", who, "PUT", format!("/asset/{asset}")),
                    &body,
                ));
            }
            _ => all.push(with(
                request("update", who, "PUT", format!("/ticket/{ticket}")),
                &change(dice),
            )),
        }
        if dice.percent(30) {
            all.push(request(
                "ticket",
                "root",
                "GET",
                format!("/ticket/{ticket}"),
            ));
        }
    }
}

fn bulk(all: &mut Vec<Request>) {
    for who in ["kåre", "reader"] {
        for (method, path, body) in [
            (
                "PUT",
                "/tickets/bulk",
                json!([{"id": 1, "Priority": 10}, {"id": "2", "Priority": 20, "Status": "open"}, {"id": 9999, "Priority": 1}, {"id": 25, "Priority": 5}]),
            ),
            (
                "POST",
                "/tickets/bulk/comment",
                json!([{"id": 1, "Content": "a", "ContentType": "text/plain"}, {"id": "9999", "Content": "b", "ContentType": "text/plain"}, {"id": 3, "Content": "uden type"}]),
            ),
            (
                "POST",
                "/tickets/bulk/correspond",
                json!([{"id": 4, "Content": "a", "ContentType": "text/plain", "TxnCustomFields": {"Vagt action": "b-1"}}, {"id": 9998, "Content": "b", "ContentType": "text/plain"}]),
            ),
            (
                "POST",
                "/tickets/bulk",
                json!([{"Queue": "General", "Subject": "bulk 1", "Requestor": "q1@kommune.test"}, {"Queue": "Findes ikke", "Subject": "bulk 2"}, {"Subject": "uden kø"}, {"Queue": "Videomøder", "Subject": "bulk 3", "Status": "stalled"}]),
            ),
            ("PUT", "/tickets/bulk", json!([])),
            ("PUT", "/tickets/bulk", json!({"id": 1})),
            ("POST", "/tickets/bulk/comment", json!("x")),
        ] {
            all.push(with(request("bulk", who, method, path), &body));
        }
    }
    let mut matched = with(
        request("bulk", "kåre", "PUT", "/tickets/bulk"),
        &json!([{"id": 1, "Priority": 11}]),
    );
    matched.headers.push(("If-Match", "\"1\"".to_owned()));
    all.push(matched);
}

fn versions(all: &mut Vec<Request>) {
    for who in ["kåre", "root", "reader"] {
        for (name, value) in [
            ("If-None-Match", "{@etag:1}"),
            ("If-None-Match", "\"1\""),
            ("If-None-Match", "*"),
            ("If-None-Match", "\"1\", {@etag:1}"),
            ("If-None-Match", "W/{@etag:1}"),
            ("If-Match", "{@etag:1}"),
            ("If-Match", "\"1\""),
            ("If-Match", "*"),
        ] {
            let mut asked = request("version", who, "GET", "/ticket/1");
            asked.headers.push((name, value.to_owned()));
            all.push(asked);
        }
        for (value, priority) in [
            ("{@etag:3}", 41),
            ("\"1\"", 42),
            ("*", 43),
            ("\"1\", {@etag:3}", 44),
            ("W/{@etag:3}", 45),
            ("vrøvl", 46),
        ] {
            let mut asked = with(
                request("version", who, "PUT", "/ticket/3"),
                &json!({"Priority": priority}),
            );
            asked.headers.push(("If-Match", value.to_owned()));
            all.push(asked);
        }
        let mut asked = request("version", who, "PUT", "/ticket/5/take");
        asked.headers.push(("If-Match", "\"1\"".to_owned()));
        all.push(asked);
        let mut asked = with(
            request("version", who, "POST", "/ticket/5/comment"),
            &json!({"Content": "x", "ContentType": "text/plain"}),
        );
        asked.headers.push(("If-Match", "\"1\"".to_owned()));
        all.push(asked);
    }
}

/// Values that only one of the desks keeps: at the end, so that nothing later differs because of them.
fn odd_values(all: &mut Vec<Request>) {
    // what is kept of a date that cannot be read
    for due in ["2031-03-01T10:30:00Z", "2030-12-24", "vrøvl", ""] {
        all.push(with(
            request("bad due", "kåre", "PUT", "/ticket/26"),
            &json!({"Due": due}),
        ));
        all.push(with(
            request("bad due", "root", "PUT", "/ticket/26"),
            &json!({"Due": due}),
        ));
        all.push(request("bad due", "root", "GET", "/ticket/26"));
    }
    all.push(with(
        request("empty value", "root", "PUT", "/ticket/26"),
        &json!({"CustomFields": {"Vagt group": ""}}),
    ));
    all.push(request("empty value", "root", "GET", "/ticket/26"));
}

/// What is wrong on purpose.
fn bad(all: &mut Vec<Request>) {
    for text in [
        "Statuss='new'",
        "Status=",
        "Status IN ('new','open')",
        "NOT Status='new'",
        "NOT (Status='new')",
        "(Status='new'",
        "Status='new')",
        "Status='new' AND",
        "AND",
        "= 5",
        "Status 'new'",
        "Status='new' Queue='General'",
        "Subject LIKE 'uden ende",
        "Due BETWEEN 1 AND 2",
        "Due LIKE '2031'",
        "Due STARTSWITH '2031'",
        "id LIKE '1'",
        "Status='new' OR OR id=1",
        "'Status'='new'",
        "\"Status\"=\"new\"",
        "Status='new' AND ()",
        "()",
        "Subject = 'it''s'",
        "Subject = 'a\\'b'",
        "Subject = \"a\\\"b\"",
        "; DROP TABLE Tickets",
        "id = 1; DROP TABLE Tickets",
        "id = '1 OR 1=1'",
        "Subject = '\\' OR 1=1 --'",
        "CF.{} = 'x'",
        "CF = 'x'",
        "CF.{Vagt group = 'x'",
        "Requestor.Bogus = 'x'",
        "Owner.Bogus = 'x'",
        "Queue.Name = 'General'",
        "Status IS NULL",
        "Status IS NOT NULL",
        "Subject IS NULL",
        "Subject = NULL",
        "Owner = NULL",
        "Priority IS NULL",
        "id IS NULL",
        "Queue IS NULL",
        "Status = new",
        "Owner = kåre",
        "Subject LIKE VPN",
        "Due < CF.{Device}",
        "Told > Created",
        "  ",
        "%",
        "#",
        "*",
    ] {
        let asked = query(
            query(
                request("bad ticketsql", "kåre", "GET", "/tickets"),
                "query",
                text,
            ),
            "fields",
            "Subject",
        );
        all.push(query(asked, "orderby", "id"));
    }
    for text in [
        "Bogus='x'",
        "Name=",
        "Name IN ('x')",
        "(Name='x'",
        "HeldBy.Bogus='x'",
        "Name='x' AND",
        "Created LIKE 'x'",
        "Content = 'x'",
    ] {
        all.push(query(
            query(
                request("bad assetsql", "kåre", "GET", "/assets"),
                "query",
                text,
            ),
            "orderby",
            "id",
        ));
    }
    for text in [
        "Bogus='x'",
        "Type=",
        "Type IN ('x')",
        "(Type='x'",
        "Created LIKE 'x'",
        "Subject = 'x'",
        "Type='Create' AND TicketBogus='x'",
        "Content LIKE 'x'",
    ] {
        all.push(query(
            request("bad transactionsql", "kåre", "GET", "/transactions"),
            "query",
            text,
        ));
    }
    for path in [
        "/tickets",
        "/assets",
        "/transactions",
        "/attachments",
        "/users",
        "/queues",
        "/customfields",
        "/catalogs",
    ] {
        for body in [
            "[{]",
            "{}",
            "\"x\"",
            "[]",
            "[1]",
            "[{\"field\":\"Name\"}]",
            "[{\"field\":\"Name\",\"value\":null}]",
            "[{\"field\":\"Name\",\"operator\":\"BOGUS\",\"value\":\"x\"}]",
        ] {
            let mut asked = request("bad json search", "kåre", "POST", path);
            asked.body = Some(body.to_owned());
            all.push(asked);
        }
        all.push(request("no query", "kåre", "GET", path));
        all.push(query(
            request("bad json search", "kåre", "GET", path),
            "query",
            "[{]",
        ));
    }
    for body in [
        "{",
        "[]",
        "\"x\"",
        "5",
        "null",
        "{\"Subject\":",
        "{\"Priority\": {\"a\": 1}}",
        "{\"Priority\": [1]}",
        "{\"CustomFields\": \"x\"}",
        "{\"Requestor\": {\"id\": \"q1@kommune.test\"}}",
        "",
    ] {
        for (method, path) in [
            ("PUT", "/ticket/26"),
            ("POST", "/ticket"),
            ("POST", "/ticket/26/comment"),
            ("PUT", "/asset/1"),
            ("POST", "/asset"),
        ] {
            let mut asked = request("bad body", "root", method, path);
            asked.body = Some(body.to_owned());
            all.push(asked);
        }
    }
    for body in [
        json!({}),
        json!({"Queue": ""}),
        json!({"Queue": "Findes ikke"}),
        json!({"Queue": 99999}),
        json!({"Queue": "General", "Status": "stalled"}),
        json!({"Queue": "General", "Status": "banana"}),
        json!({"Queue": "General", "Status": "deleted"}),
        json!({"Queue": "Personalesager", "Subject": "skjult"}),
        json!({"Queue": "General", "Subject": "tal", "Priority": "12"}),
        json!({"Queue": "General", "Subject": "uden type", "Content": "x"}),
        json!({"Queue": "General", "Subject": "fil", "Content": "x", "ContentType": "text/plain", "Attachments": [{"FileName": "x"}]}),
        json!({"Queue": "General", "Subject": "fil", "Content": "x", "ContentType": "text/plain", "Attachments": {}}),
        json!({"Queue": {"id": "General"}, "Subject": "objekt"}),
        json!({"Queue": "General", "Subject": "ejer uden ret", "Owner": "reader"}),
        json!({"Queue": "General", "Subject": ["liste"]}),
    ] {
        for who in ["kåre", "root", "reader", "vikar"] {
            all.push(with(request("bad create", who, "POST", "/ticket"), &body));
        }
    }
    for body in [
        json!({"Content": "uden type"}),
        json!({"ContentType": "text/plain"}),
        json!({"Content": "", "ContentType": "text/plain"}),
        json!({"Content": "x", "ContentType": "text/plain", "Status": "banana"}),
        json!({"Content": "x", "ContentType": "text/plain", "Attachments": [{"FileName": "x"}]}),
        json!({"Content": "x", "ContentType": "text/plain", "Attachments": {}}),
        json!({"Content": ["x"], "ContentType": "text/plain"}),
    ] {
        all.push(with(
            request("bad message", "kåre", "POST", "/ticket/2/comment"),
            &body,
        ));
    }
    for body in [
        json!({"Name": "x"}),
        json!({"Catalog": "Findes ikke"}),
        json!({"Catalog": "Bærbare", "Status": "banana"}),
        json!({"Catalog": "Bærbare", "Status": "stolen"}),
        json!({"Catalog": "Bærbare", "HeldBy": "ukendt"}),
    ] {
        for who in ["root", "kåre", "vikar"] {
            all.push(with(request("bad asset", who, "POST", "/asset"), &body));
        }
    }
    for (method, path) in [
        ("PATCH", "/ticket/1"),
        ("DELETE", "/tickets"),
        ("POST", "/ticket/1"),
        ("POST", "/ticket/9999"),
        ("PUT", "/tickets"),
        ("GET", "/ticket"),
        ("GET", "/ticket/abc"),
        ("GET", "/ticket/0"),
        ("GET", "/ticket/-1"),
        ("GET", "/ticket/99999999999999999999"),
        ("GET", "/bogus"),
        ("GET", "/ticket/1/bogus"),
        ("GET", "/ticket/1/comment"),
        ("GET", "/ticket/1/take"),
        ("POST", "/ticket/1/take"),
        ("PUT", "/ticket/9999"),
        ("PUT", "/asset/9999"),
        ("DELETE", "/asset/1"),
        ("DELETE", "/user/kåre"),
        ("DELETE", "/queue/1"),
        ("POST", "/transactions/1"),
        ("PUT", "/transaction/1"),
        ("DELETE", "/attachment/1"),
        ("GET", "/"),
        ("GET", "/tickets/"),
        ("GET", "/ticket/1/"),
        ("PUT", "/ticket/9999/take"),
        ("POST", "/ticket/9999/comment"),
        ("GET", "/ticket/9999/history"),
        ("GET", "/ticket/25/history"),
        ("GET", "/ticket/9999/attachments"),
        ("GET", "/asset/9999/history"),
        ("OPTIONS", "/ticket/1"),
        ("HEAD", "/ticket/1"),
        ("HEAD", "/tickets"),
        ("GET", "/queues"),
        ("GET", "/users"),
        ("POST", "/user"),
        ("POST", "/queue"),
        ("PUT", "/user/kåre"),
        ("PUT", "/queue/1"),
        ("GET", "/rt/"),
        ("POST", "/rt"),
        ("GET", "/ticket/../ticket/1"),
    ] {
        let mut asked = request("bad path", "kåre", method, path);
        if path.ends_with('s') || path.ends_with("s/") {
            asked = query(asked, "orderby", "id");
        }
        if method == "POST" || method == "PUT" {
            asked.body = Some("{}".to_owned());
        }
        all.push(asked);
    }
    for (method, path) in [
        ("PUT", "/ticket/1"),
        ("PUT", "/ticket/1/take"),
        ("POST", "/ticket"),
        ("POST", "/ticket/1/comment"),
        ("PUT", "/asset/1"),
        ("POST", "/asset"),
    ] {
        for kind in [
            "",
            "text/xml",
            "application/json; charset=utf-8",
            "application/x-www-form-urlencoded",
        ] {
            let mut asked = with(request("content type", "kåre", method, path), &json!({}));
            asked.headers.push(("Content-Type", kind.to_owned()));
            all.push(asked);
        }
    }
    for authorization in [
        "",
        "token",
        "token x",
        "token 1-14-00",
        "Bearer 1-14-00",
        "Basic !!!",
        "Basic a3JhOmg=",
    ] {
        let mut asked = request("bad login", "", "GET", "/ticket/1");
        if !authorization.is_empty() {
            asked
                .headers
                .push(("Authorization", authorization.to_owned()));
        }
        all.push(asked);
    }
}
