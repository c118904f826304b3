//! Serves the page. A scrape never asks the desk: it gets what was computed last.

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::text::MEDIA_TYPE;

/// The page that is served; whoever holds a clone may change it.
#[derive(Debug, Clone, Default)]
pub struct Page(Arc<RwLock<String>>);

impl Page {
    /// Serves this text from now on.
    pub fn set(&self, text: String) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = text;
    }
    fn get(&self) -> String {
        let text = self.0.read().unwrap_or_else(PoisonError::into_inner);
        text.clone()
    }
}

async fn metrics(State(page): State<Page>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], page.get())
}

/// Serves the page at `/metrics` until `stop`.
///
/// # Errors
/// What the system says.
pub async fn serve(
    listener: TcpListener,
    page: Page,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/metrics", get(metrics))
        .with_state(page);
    axum::serve(listener, router)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
}
