//! What every desk must do, whichever server stands behind the connector. Run against the embedded desk by
//! `tests/desk_contract.rs` and against a real Request Tracker 5 by `tests/rt_contract.rs`.
//!
//! A test makes its own tickets and looks only at those, so that tests and servers can be shared.

pub mod doors;
pub mod feed;
pub mod finding;
pub mod odd;
pub mod proxy;
pub mod reading;
pub mod stage;
pub mod writing;

/// Makes a test of each named contract; `$stage` gives the stage, or none where the server is missing.
#[macro_export]
macro_rules! contract {
    ($stage:path; $($room:ident :: $name:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                if let Some(stage) = $stage().await {
                    contract::$room::$name(&stage).await;
                }
            }
        )+
    };
}
