//! How devices fail, and since when.

use crate::domain::health::Grade;
use crate::domain::ids::GroupId;

/// What a device can fail in, by the group that it makes people write about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sign {
    /// The tunnel is down.
    Vpn,
    /// Loss, jitter or delay beyond what calls bear.
    Call,
    /// Weak signal of the mobile network.
    Signal,
    /// Weak Wi-Fi.
    Wifi,
    /// The disk is full.
    Disk,
}

impl Sign {
    pub(crate) const ALL: [Self; 5] = [Self::Vpn, Self::Call, Self::Signal, Self::Wifi, Self::Disk];

    /// The facts that show it, and from which grade on.
    pub(super) fn facts(self) -> (&'static [&'static str], Grade) {
        match self {
            Self::Vpn => (&["vpn_state"], Grade::Bad),
            Self::Call => (&["loss_pct", "jitter_ms", "rtt_ms"], Grade::Bad),
            Self::Signal => (&["rsrp_dbm", "sinr_db"], Grade::Poor),
            Self::Wifi => (&["wifi_dbm"], Grade::Poor),
            Self::Disk => (&["disk_free_gb"], Grade::Poor),
        }
    }
    /// The group whose tickets it stands behind.
    pub(crate) fn group(self) -> GroupId {
        GroupId::from(match self {
            Self::Vpn => "vpn",
            Self::Call => "video",
            Self::Signal => "mobile",
            Self::Wifi => "wifi",
            Self::Disk => "hardware",
        })
    }
    pub(super) fn place(self) -> usize {
        self as usize
    }
}

/// When a device failed in one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Failing {
    /// Nothing is known.
    #[default]
    Unknown,
    /// It did not, as long as known.
    Never,
    /// From the first that was heard of it.
    Always,
    /// Since this second.
    Since(i64),
    /// Until this second.
    Until(i64),
}

impl Failing {
    /// Whether it fails now.
    pub(crate) fn now(self) -> bool {
        matches!(self, Self::Always | Self::Since(_))
    }
    /// Whether it failed at any time from this second on; `None` when unknown.
    pub(crate) fn at_or_after(self, from: i64) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Never => Some(false),
            Self::Always | Self::Since(_) => Some(true),
            Self::Until(end) => Some(end >= from),
        }
    }
}
