//! A wire between connector and desk that counts and, on demand, loses answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What passed.
#[derive(Debug, Default)]
pub struct Counts {
    /// Requests, counted by their first line.
    pub requests: AtomicU64,
    /// Bytes from the desk.
    pub received: AtomicU64,
    /// The next answer is thrown away and the connection closed.
    pub lose_next: AtomicBool,
}

/// A running wire; it ends with the test's runtime.
pub struct Wire {
    pub url: String,
    pub counts: Arc<Counts>,
}

impl Wire {
    /// A wire to the desk at `http://HOST:PORT`.
    pub async fn to(url: &str) -> Self {
        let target = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let shared = Arc::clone(&counts);
        tokio::runtime::Handle::current().spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&target).await.unwrap();
                tokio::runtime::Handle::current().spawn(carry(near, far, Arc::clone(&shared)));
            }
        });
        Self {
            url: format!("http://{address}"),
            counts,
        }
    }

    /// Requests and bytes since the last look.
    pub fn take(&self) -> (u64, u64) {
        (
            self.counts.requests.swap(0, Ordering::SeqCst),
            self.counts.received.swap(0, Ordering::SeqCst),
        )
    }

    /// The answer to the next request is lost: the desk gets the request, the connector no answer.
    pub fn lose_next(&self) {
        self.counts.lose_next.store(true, Ordering::SeqCst);
    }
}

async fn carry(mut near: TcpStream, mut far: TcpStream, counts: Arc<Counts>) {
    let (mut near_read, mut near_write) = near.split();
    let (mut far_read, mut far_write) = far.split();
    let up = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(n) = near_read.read(&mut buffer).await {
            if n == 0 {
                break;
            }
            let text = String::from_utf8_lossy(&buffer[..n]);
            let starts = ["GET /", "POST /", "PUT /", "DELETE /"];
            if starts.iter().any(|s| text.starts_with(s)) {
                counts.requests.fetch_add(1, Ordering::SeqCst);
            }
            if far_write.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
        drop(far_write.shutdown().await);
    };
    let down = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(n) = far_read.read(&mut buffer).await {
            if n == 0 || counts.lose_next.swap(false, Ordering::SeqCst) {
                break;
            }
            counts
                .received
                .fetch_add(u64::try_from(n).unwrap(), Ordering::SeqCst);
            if near_write.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
        drop(near_write.shutdown().await);
    };
    // When the answer ends, so does the connection.
    tokio::select! {
        () = async { tokio::join!(up, std::future::pending::<()>()); } => {}
        () = down => {}
    }
}
