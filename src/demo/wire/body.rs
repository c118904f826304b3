//! Request bodies: read whole, within a size, a time, and a share of memory that all requests have together.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, Response};
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::Limits;
use super::mangle;

/// A request body may have so many bytes.
pub(crate) const LARGEST: usize = 32 * 1024 * 1024;
/// A form with a name and a password may have so many.
pub(crate) const LARGEST_FORM: usize = 16 * 1024;
/// All bodies that are in memory at one time, in KiB.
const ALL_KIB: usize = 256 * 1024;

/// Reads bodies.
#[derive(Debug)]
pub(crate) struct Bodies {
    room: Arc<Semaphore>,
    limits: Limits,
}

/// A body; while it lives, it takes its share of the memory for bodies.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) bytes: Vec<u8>,
    room: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            room: Arc::new(Semaphore::new(ALL_KIB)),
            limits,
        }
    }

    /// The whole body, or how it is refused: 413 when it is (or says that it is) too long, 408 when it takes
    /// too long, 400 when it breaks off. Nothing of what is too long is read.
    pub(crate) async fn read(
        &self,
        headers: &HeaderMap,
        body: Body,
        largest: usize,
    ) -> Result<Taken, Response<Body>> {
        let said = headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse::<usize>().ok());
        if said.is_some_and(|length| length > largest) {
            return Err(mangle::status(413, None));
        }
        let gathering = self.gather(body, said.unwrap_or_default(), largest);
        match tokio::time::timeout(self.limits.body, gathering).await {
            Ok(gathered) => gathered,
            Err(_) => Err(mangle::status(408, None)),
        }
    }

    async fn gather(
        &self,
        body: Body,
        said: usize,
        largest: usize,
    ) -> Result<Taken, Response<Body>> {
        let mut taken = Taken::default();
        if said > 0 {
            self.reserve(&mut taken, said).await;
            taken.bytes.reserve_exact(said);
        }
        let mut frames = body.into_data_stream();
        while let Some(frame) = frames.next().await {
            let frame = frame.map_err(|_| mangle::status(400, None))?;
            if taken.bytes.len() + frame.len() > largest {
                return Err(mangle::status(413, None));
            }
            let length = taken.bytes.len() + frame.len();
            self.reserve(&mut taken, length).await;
            taken.bytes.extend_from_slice(&frame);
        }
        Ok(taken)
    }

    /// Waits until there is room for so many bytes in all.
    async fn reserve(&self, taken: &mut Taken, bytes: usize) {
        let held = taken
            .room
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let wanted = bytes.div_ceil(1024).saturating_sub(held);
        let Some(wanted) = u32::try_from(wanted).ok().filter(|more| *more > 0) else {
            return;
        };
        // The semaphore is never closed, so there is always an answer.
        if let Ok(more) = Arc::clone(&self.room).acquire_many_owned(wanted).await {
            match &mut taken.room {
                Some(room) => room.merge(more),
                none => *none = Some(more),
            }
        }
    }
}
