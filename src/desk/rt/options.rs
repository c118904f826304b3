//! How the connector is set up: address, who we are, names of custom fields, meaning of statuses.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::domain::ticket::StatusClass;

/// How we prove who we are.
#[derive(Debug, Clone)]
pub enum Auth {
    /// A token (`1-14-…`). RT pays for each request: about 230 ms at its default cost.
    Token(SecretString),
    /// User and password for a cookie session; cheap for the desk.
    Password {
        /// Login name.
        user: String,
        /// Password.
        secret: SecretString,
    },
}

/// Names of the custom fields on the desk. An empty name switches that use off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNames {
    /// Ticket field for the problem group.
    pub group: String,
    /// Ticket field, several values, for tags.
    pub tags: String,
    /// Ticket field that names a device.
    pub device: String,
    /// Transaction field for our id on replies and notes.
    pub marker_entry: String,
    /// Ticket field for our id on tickets that we create.
    pub marker_create: String,
    /// Ticket field for soft claims: who writes on it now.
    pub claim: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        Self {
            group: "Vagt group".to_owned(),
            tags: "Vagt tags".to_owned(),
            device: "Device".to_owned(),
            marker_entry: "Vagt action".to_owned(),
            marker_create: "Vagt action id".to_owned(),
            claim: "Vagt claim".to_owned(),
        }
    }
}

/// Where devices come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetOptions {
    /// Whether assets are read at all.
    pub enabled: bool,
    /// Catalogs, by name; empty: all that we may see.
    pub catalogs: Vec<String>,
    /// Custom field name on the desk → our fact key. Unmapped fields keep their own name as key.
    pub facts: BTreeMap<String, String>,
    /// Custom field that says when the device was last heard from.
    pub last_seen: String,
}

impl Default for AssetOptions {
    fn default() -> Self {
        let facts = [
            ("VPN state", "vpn_state"),
            ("VPN client", "vpn_client"),
            ("VPN version", "vpn_version"),
            ("VPN client version", "vpn_version"),
            ("VPN gateway", "gateway"),
            ("Gateway", "gateway"),
            ("Video client version", "video_client_version"),
            ("Access", "access"),
            ("Carrier", "carrier"),
            ("ISP", "isp"),
            ("RSRP dBm", "rsrp_dbm"),
            ("RSRQ dB", "rsrq_db"),
            ("SINR dB", "sinr_db"),
            ("Wi-Fi dBm", "wifi_dbm"),
            ("RTT ms", "rtt_ms"),
            ("Jitter ms", "jitter_ms"),
            ("Loss %", "loss_pct"),
            ("Disk free GB", "disk_free_gb"),
            ("OS build", "os_build"),
            ("Site", "site"),
            ("Town", "town"),
        ];
        Self {
            enabled: true,
            catalogs: Vec::new(),
            facts: facts
                .into_iter()
                .map(|(name, key)| (name.to_owned(), key.to_owned()))
                .collect(),
            last_seen: "Last seen".to_owned(),
        }
    }
}

/// Options of the connector. The address stands in the HTTP client's own options.
#[derive(Debug, Clone)]
pub struct RtOptions {
    /// Who we are.
    pub auth: Auth,
    /// Custom fields.
    pub fields: FieldNames,
    /// Status word → what it means. A status that is not here is unmapped and counts as open.
    pub statuses: BTreeMap<String, StatusClass>,
    /// Also read tickets solved in the last so many hours at a first sync; 0: none.
    pub resolved_hours: u32,
    /// Devices.
    pub assets: AssetOptions,
}

impl RtOptions {
    /// Defaults, with RT's own lifecycle.
    pub fn new(auth: Auth) -> Self {
        let statuses = [
            ("new", StatusClass::New),
            ("open", StatusClass::Open),
            ("stalled", StatusClass::WaitingOther),
            ("resolved", StatusClass::Resolved),
            ("rejected", StatusClass::Closed),
            ("deleted", StatusClass::Deleted),
        ];
        Self {
            auth,
            fields: FieldNames::default(),
            statuses: statuses
                .into_iter()
                .map(|(word, class)| (word.to_owned(), class))
                .collect(),
            resolved_hours: 0,
            assets: AssetOptions::default(),
        }
    }

    /// What a status word means.
    pub(super) fn class(&self, word: &str) -> StatusClass {
        self.statuses
            .get(word)
            .copied()
            .unwrap_or(StatusClass::Unmapped)
    }
}
