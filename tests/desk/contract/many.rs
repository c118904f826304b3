//! What shows with many tickets only: too slow a set-up for a real server, which is measured with thousands elsewhere.

use serde_json::json;
use vagt::domain::Fact;

use super::contract::stage::{Mirror, Stage};

pub async fn many_tickets_with_tags_come_with_them(stage: &Stage) {
    let desk = stage.agent().await;
    let mut made = Vec::new();
    for n in 0..130 {
        let id = stage
            .ticket(&format!("Mærket {n}"), &format!("Tekst {n}"))
            .await;
        let mut fields = json!({"Device": format!("LT-{n:04}")});
        if n % 5 != 0 {
            fields["Vagt tags"] = json!(["vip"]);
            fields["Vagt group"] = json!("wifi");
        }
        stage.put(&id, json!({"CustomFields": fields})).await;
        made.push((n, id));
    }
    let mirror = Mirror::first(&desk).await;
    for (n, id) in &made {
        let ticket = &mirror.tickets[id];
        assert_eq!(ticket.body, Fact::Known(format!("Tekst {n}")));
        assert_eq!(ticket.device, Fact::Known(format!("LT-{n:04}")));
        let is_tagged = n % 5 != 0;
        assert_eq!(ticket.tags.known().is_some(), is_tagged, "{n}");
        assert_eq!(ticket.group.known().is_some(), is_tagged, "{n}");
    }
}
