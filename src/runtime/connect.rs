//! From configuration and secrets to a desk: the one place that knows which connector a `kind` is.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{self, Config, Credential, Dirs, Env};
use crate::desk::port::Desk;
use crate::desk::rt::{AssetOptions, Auth, FieldNames, RtDesk, RtOptions};
use crate::domain::outcome::{Trouble, TroubleKind};
use crate::domain::ticket::StatusClass;
use crate::net::NetOptions;

/// The desk of a configuration. No request is made.
///
/// # Errors
/// No desk is configured, there is no token or password, or the address cannot be used; each says what to do.
pub fn desk(config: &Config, env: &Env, dirs: &Dirs) -> Result<Arc<dyn Desk>, Trouble> {
    if !config.desk.url.is_set() {
        return Err(Trouble::new(
            TroubleKind::Config,
            "no desk is configured; run `vagt setup`, or look around first with `vagt demo`",
        ));
    }
    let credential = config::credential(&config.desk, env, dirs)
        .map_err(|problem| Trouble::new(TroubleKind::Auth, problem.to_string()))?;
    desk_with(config, credential, dirs)
}

/// The desk of a configuration, with this credential.
///
/// # Errors
/// As [`desk`].
pub fn desk_with(
    config: &Config,
    credential: Credential,
    dirs: &Dirs,
) -> Result<Arc<dyn Desk>, Trouble> {
    let auth = match credential {
        Credential::Token(token) => Auth::Token(token),
        Credential::Password { user, password } => Auth::Password {
            user,
            secret: password,
        },
    };
    let desk = RtDesk::new(rt_options(config, auth), net_options(config, dirs))?;
    Ok(Arc::new(desk))
}

fn net_options(config: &Config, dirs: &Dirs) -> NetOptions {
    let net = &config.net;
    NetOptions {
        ca_file: config
            .desk
            .ca_file
            .get()
            .map(|file| config::expand(dirs, file)),
        allow_http: config.desk.allow_http,
        connect_timeout: Duration::from_secs(net.connect_secs.into()),
        read_timeout: Duration::from_secs(net.read_secs.into()),
        write_timeout: Duration::from_secs(net.write_secs.into()),
        stall_timeout: Duration::from_secs(net.stall_secs.into()),
        proxy: net.proxy.get().map(str::to_owned),
        max_body: u64::from(net.max_answer_mb) * 1_000_000,
        ..NetOptions::new(config.desk.url.get().unwrap_or_default())
    }
}

fn rt_options(config: &Config, auth: Auth) -> RtOptions {
    let desk = &config.desk;
    let name = |setting: &config::Setting| setting.get().unwrap_or_default().to_owned();
    let statuses = desk
        .statuses
        .iter()
        .map(|(word, class)| (word.clone(), class_of(class)))
        .collect();
    let facts = desk
        .device_fields
        .iter()
        .filter(|(key, _)| *key != "last_seen")
        .map(|(key, field)| (field.clone(), key.clone()))
        .collect();
    RtOptions {
        fields: FieldNames {
            group: name(&desk.group_field),
            tags: name(&desk.tags_field),
            device: name(&desk.device_field),
            marker_entry: name(&desk.marker_entry_field),
            marker_create: name(&desk.marker_create_field),
            claim: name(&desk.claim_field),
        },
        statuses,
        resolved_hours: desk.resolved_hours,
        assets: AssetOptions {
            enabled: desk.devices,
            catalogs: desk.catalogs.clone(),
            facts,
            last_seen: desk
                .device_fields
                .get("last_seen")
                .cloned()
                .unwrap_or_default(),
        },
        ..RtOptions::new(auth)
    }
}

fn class_of(word: &str) -> StatusClass {
    match word {
        "new" => StatusClass::New,
        "open" => StatusClass::Open,
        "waiting-requester" => StatusClass::WaitingRequester,
        "waiting-other" => StatusClass::WaitingOther,
        "resolved" => StatusClass::Resolved,
        "closed" => StatusClass::Closed,
        "merged" => StatusClass::Merged,
        "deleted" => StatusClass::Deleted,
        _ => StatusClass::Unmapped,
    }
}
