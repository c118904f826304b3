//! Connections: how many there may be, how long they may dawdle, and how one is cut from inside a request,
//! which is what a dying server or a lost line looks like.
//!
//! A connection is idle, in the middle of a request's head, or busy with a request. Idle and half-sent ones
//! have a time limit, so has a client that does not take its answer; the body has one of its own, in
//! [`super::body`]. When all places are taken, the connection that has been quiet longest makes room, and
//! if every one is busy the new one waits: nobody is refused.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

use super::limits::Limits;

/// So long is waited for a place before another quiet connection is asked to make room.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A listener whose connections can be cut, and are no more than the limits allow.
#[derive(Debug)]
pub(crate) struct CuttableListener {
    listener: TcpListener,
    limits: Limits,
    places: Arc<Semaphore>,
    open: Vec<Weak<State>>,
}

/// A connection that can be cut.
#[derive(Debug)]
pub(crate) struct CuttableStream {
    stream: TcpStream,
    line: Line,
    limits: Limits,
    reading: Option<Pin<Box<Sleep>>>,
    writing: Option<Pin<Box<Sleep>>>,
    _place: Option<OwnedSemaphorePermit>,
}

/// The handle that a request has on its connection.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    state: Arc<State>,
    /// The other end.
    pub(crate) peer: SocketAddr,
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between two requests.
    Idle,
    /// Part of a head has come.
    Head,
    /// A request is being answered.
    Busy,
}

#[derive(Debug)]
struct State {
    cut: AtomicBool,
    waker: AtomicWaker,
    /// The phase, and since when; while the answer is on its way: since something of it was taken.
    now: Mutex<(Phase, Instant)>,
}

/// While it lives, its connection is busy.
pub(crate) struct Busy<'a>(&'a State);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.enter(Phase::Idle);
    }
}

impl State {
    fn now(&self) -> MutexGuard<'_, (Phase, Instant)> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        *self.now() = (phase, Instant::now());
    }

    fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        self.waker.wake();
    }

    /// Something came from the other end.
    fn heard(&self) {
        let mut now = self.now();
        if now.0 == Phase::Idle {
            *now = (Phase::Head, Instant::now());
        }
    }

    /// The other end took something.
    fn told(&self) {
        let mut now = self.now();
        if now.0 == Phase::Idle {
            now.1 = Instant::now();
        }
    }

    /// When the other end must have said something.
    fn deadline(&self, limits: &Limits) -> Option<Instant> {
        let (phase, since) = *self.now();
        match phase {
            Phase::Idle => Some(since + limits.idle),
            Phase::Head => Some(since + limits.head),
            Phase::Busy => None,
        }
    }
}

impl Line {
    /// From now on nothing is sent on this connection; the next attempt closes it.
    pub(crate) fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
    }

    /// A request is being answered, for as long as what is returned lives.
    pub(crate) fn busy(&self) -> Busy<'_> {
        self.state.enter(Phase::Busy);
        Busy(&self.state)
    }

    fn check(&self) -> Result<()> {
        if self.state.cut.load(Ordering::SeqCst) {
            Err(Error::from(ErrorKind::ConnectionReset))
        } else {
            Ok(())
        }
    }
}

impl CuttableListener {
    /// Accepts what comes to this listener, within these limits.
    pub(crate) fn new(listener: TcpListener, limits: Limits) -> Self {
        Self {
            listener,
            limits,
            places: Arc::new(Semaphore::new(limits.connections)),
            open: Vec::new(),
        }
    }

    /// Asks the connection that has been quiet longest to make room.
    fn shed(&mut self) {
        self.open.retain(|state| state.strong_count() > 0);
        let quietest = self
            .open
            .iter()
            .filter_map(Weak::upgrade)
            .filter(|state| !state.cut.load(Ordering::SeqCst) && state.now().0 != Phase::Busy)
            .min_by_key(|state| state.now().1);
        if let Some(state) = quietest {
            state.cut();
        }
    }

    async fn place(&mut self) -> Option<OwnedSemaphorePermit> {
        loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                return Some(place);
            }
            self.shed();
            let waiting = Arc::clone(&self.places).acquire_owned();
            if let Ok(place) = tokio::time::timeout(LOOK_AGAIN, waiting).await {
                return place.ok();
            }
        }
    }
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        let place = self.place().await;
        drop(stream.set_nodelay(true));
        let state = Arc::new(State {
            cut: AtomicBool::new(false),
            waker: AtomicWaker::new(),
            now: Mutex::new((Phase::Idle, Instant::now())),
        });
        if self.open.len() >= self.limits.connections.saturating_mul(2) {
            self.open.retain(|state| state.strong_count() > 0);
        }
        self.open.push(Arc::downgrade(&state));
        let stream = CuttableStream {
            stream,
            line: Line { state, peer },
            limits: self.limits,
            reading: None,
            writing: None,
            _place: place,
        };
        (stream, peer)
    }

    fn local_addr(&self) -> Result<Self::Addr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().line.clone()
    }
}

impl CuttableStream {
    /// Waits no longer than the phase allows. The timer is put forward only when it rings.
    fn dawdles(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            let Some(deadline) = self.line.state.deadline(&self.limits) else {
                return false;
            };
            let timer = self
                .reading
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
            if timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(context).is_pending() {
                return false;
            }
            if Instant::now() >= deadline {
                return true;
            }
            timer.as_mut().reset(deadline);
        }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        self.line.state.waker.register(context.waker());
        self.line.check()?;
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(done) => {
                if buffer.filled().len() > before {
                    self.line.state.heard();
                }
                Poll::Ready(done)
            }
            Poll::Pending if self.dawdles(context) => {
                Poll::Ready(Err(Error::from(ErrorKind::TimedOut)))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        self.line.check()?;
        if let Poll::Ready(done) = Pin::new(&mut self.stream).poll_write(context, bytes) {
            self.writing = None;
            self.line.state.told();
            return Poll::Ready(done);
        }
        let answer = self.limits.answer;
        let timer = self
            .writing
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(answer)));
        match timer.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(Error::from(ErrorKind::TimedOut))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.line.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
