//! Starting and stopping an embedded desk, and reaching into it from tests.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::base::history::Txn;
use super::base::people::SYSTEM;
use super::base::thread::{Handle, Owner};
use super::base::tickets::NewTicket;
use super::base::{BaseError, DeskBase, Kind, seed};
use super::clock::DeskClock;
use super::faults::{Faults, SpecError};
use super::options::DeskOptions;
use super::town::live::{self, SharedTown};
use super::town::record::RecordError;
use super::wire::auth::Accounts;
use super::wire::body::Bodies;
use super::wire::io::{CuttableListener, Line};
use super::wire::server::{self, BASE_PATH};

/// Why a desk did not start, or a test's reach into it failed.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; name another port, or 0 for any free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Base(#[from] BaseError),
    /// The fault text cannot be read.
    #[error(transparent)]
    Fault(#[from] SpecError),
    /// The recording cannot be begun.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The desk refused what a test asked for.
    #[error("the desk refused: {0}")]
    Refused(String),
}

/// The embedded desk.
pub struct Desk;

/// A running desk. Dropping it stops it; [`Self::shutdown`] waits for the end.
pub struct RunningDesk {
    address: SocketAddr,
    owner: Owner,
    base: Handle,
    accounts: Arc<Accounts>,
    faults: Faults,
    clock: Arc<DeskClock>,
    town: Option<SharedTown>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Desk {
    /// Starts a desk on the caller's tokio runtime; its database works on a thread of its own.
    pub async fn start(options: DeskOptions) -> Result<RunningDesk, DeskError> {
        let failed = |source| DeskError::Listen {
            address: options.listen,
            source,
        };
        let listener = tokio::net::TcpListener::bind(options.listen)
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let clock = Arc::new(DeskClock::starting_at(options.starts(), options.speed));
        let faults = Faults::new(options.seed);
        if let Some(spec) = &options.fault {
            faults.add_spec(spec)?;
        }
        clock.set_skew(faults.skew());
        let owner = Owner::start(
            options.db.clone(),
            format!("http://{address}{BASE_PATH}"),
            Arc::clone(&clock),
        )
        .await?;
        let base = owner.handle();
        let (markers, setup) = (options.markers, options.setup.clone());
        let (fresh, accounts) = base
            .write(move |base| {
                Ok::<_, BaseError>((seed::fill(base, markers, &setup)?, base.secrets()?))
            })
            .await??;
        let town = live::prepare(&base, &options, &clock, fresh).await?;
        if options.starts().is_some() {
            // However long it took to fill the desk, the day begins now.
            clock.begin();
        }
        let accounts = Arc::new(Accounts::new(accounts, address.port()));
        let (stop, stopped) = watch::channel(false);
        let desk = Arc::new(server::Desk {
            base: base.clone(),
            accounts: Arc::clone(&accounts),
            faults: faults.clone(),
            clock: Arc::clone(&clock),
            bodies: Bodies::new(options.limits),
            limits: options.limits,
        });
        let service = server::router(desk).into_make_service_with_connect_info::<Line>();
        let listener = CuttableListener::new(listener, options.limits);
        let mut ending = stopped;
        let serving = tokio::runtime::Handle::current().spawn(async move {
            let end = async move {
                drop(ending.wait_for(|stop| *stop).await);
            };
            if let Err(error) = axum::serve(listener, service)
                .with_graceful_shutdown(end)
                .await
            {
                tracing::error!(%error, "the embedded desk stopped serving");
            }
        });
        let mut tasks = vec![serving];
        if let Some(town) = town.clone().filter(|_| !options.scenario.is_still()) {
            let living = live::live(base.clone(), town, Arc::clone(&clock), stop.subscribe());
            tasks.push(tokio::runtime::Handle::current().spawn(living));
        }
        Ok(RunningDesk {
            address,
            owner,
            base,
            accounts,
            faults,
            clock,
            town,
            stop,
            tasks,
        })
    }
}

impl RunningDesk {
    /// The address of the desk, without the path of the dialect: `http://127.0.0.1:8081`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token of the first agent, `mette`: may do what first line may.
    pub fn agent_token(&self) -> SecretString {
        self.token_of(seed::STAFF[0].0)
    }

    /// The token of the second agent, `bjorn`.
    pub fn second_agent_token(&self) -> SecretString {
        self.token_of(seed::STAFF[1].0)
    }

    /// The token of an account that may look and not touch.
    pub fn reader_token(&self) -> SecretString {
        self.token_of(seed::READER)
    }

    /// The token of the administrator: sees totals, may delete.
    pub fn admin_token(&self) -> SecretString {
        self.token_of("root")
    }

    /// The user name of the first agent.
    pub fn agent_name(&self) -> &'static str {
        seed::STAFF[0].0
    }

    /// The password of an account, for the cookie session.
    pub fn password_of(&self, name: &str) -> Option<SecretString> {
        self.accounts.password_of(name)
    }

    /// The token of an account by its user name; empty if there is none.
    pub fn token_of(&self, name: &str) -> SecretString {
        self.accounts.token_of(name).unwrap_or_default()
    }

    /// The faults and counters.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The desk's clock.
    pub fn clock(&self) -> &Arc<DeskClock> {
        &self.clock
    }

    /// Ends every cookie session, as a restart of the desk would.
    pub fn end_sessions(&self) {
        self.accounts.end_sessions();
    }

    /// Creates a ticket as if its requester had written a mail; its number.
    pub async fn add_ticket(
        &self,
        subject: &str,
        body: &str,
        requester: &str,
    ) -> Result<i64, DeskError> {
        let new = NewTicket {
            queue: seed::QUEUES[0].0.to_owned(),
            subject: subject.to_owned(),
            requestors: vec![requester.to_owned()],
            content: Some(body.to_owned()),
            ..NewTicket::default()
        };
        let made = self
            .base
            .write(move |base| {
                let system = base.person(SYSTEM)?.ok_or(BaseError::Stopped)?;
                Ok::<_, BaseError>(
                    base.create_ticket(&new, &system)
                        .map_err(|refusal| refusal.to_string()),
                )
            })
            .await??;
        made.map_err(DeskError::Refused)
    }

    /// Changes a ticket as somebody else would by `PUT`: the desk's sentences.
    pub async fn change_ticket(
        &self,
        id: i64,
        user: &str,
        json: serde_json::Value,
    ) -> Result<Vec<String>, DeskError> {
        let user = user.to_owned();
        let done = self
            .base
            .write(move |base| base.act_as(&user, id, &json))
            .await?;
        done.map_err(DeskError::Refused)
    }

    /// The history of a ticket, everything included: (number, type, field, old, new).
    pub async fn history(&self, id: i64) -> Result<Vec<HistoryLine>, DeskError> {
        let lines = self
            .base
            .read(move |base| base.history_lines(Kind::Ticket, id))
            .await??;
        Ok(lines)
    }

    /// What each ticket of the simulation is truly about: its number, the slug of its group, and
    /// whether it came from an outage of the scenario.
    pub async fn truth(&self) -> Result<Vec<(i64, String, bool)>, DeskError> {
        let found = self.base.read(|base| base.truth()).await??;
        Ok(found)
    }

    /// What goes wrong in the town is mended at this moment, however long it would have lasted.
    pub fn mend(&self) {
        if let Some(town) = &self.town {
            let mut town = town.lock().unwrap_or_else(PoisonError::into_inner);
            town.end_troubles(self.clock.true_second());
        }
    }

    /// Writes down what is left of a recording. An error is the first that there was since the start;
    /// nothing was written after it.
    pub fn keep_recording(&self) -> Result<(), RecordError> {
        let Some(town) = &self.town else {
            return Ok(());
        };
        let mut town = town.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.true_second();
        let mut problem = None;
        town.note_down(|recorder, town| {
            recorder.keep(town, now, true);
            problem = recorder.problem.take();
        });
        problem.map_or(Ok(()), Err)
    }

    /// Stops the desk: connections end, the database is closed.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        self.faults.clear();
        for mut task in std::mem::take(&mut self.tasks) {
            if tokio::time::timeout(Duration::from_secs(2), &mut task)
                .await
                .is_err()
            {
                task.abort();
            }
        }
        drop(tokio::task::spawn_blocking(move || self.owner_stop()).await);
    }

    fn owner_stop(&mut self) {
        self.owner.stop();
    }
}

impl Drop for RunningDesk {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// One line of a ticket's history, for tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Number of the transaction.
    pub id: i64,
    /// `Create`, `Set`, `Status`, `Comment`, `Correspond` …
    pub typ: String,
    /// The field that changed, if any.
    pub field: String,
    /// Its value before.
    pub old: String,
    /// Its value after.
    pub new: String,
    /// Who did it.
    pub creator: String,
    /// The text, for replies and notes.
    pub text: String,
}

impl DeskBase {
    fn truth(&self) -> Result<Vec<(i64, String, bool)>, BaseError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT ticket, problem, outage IS NOT NULL FROM truth ORDER BY ticket",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn history_lines(&mut self, kind: Kind, object: i64) -> Result<Vec<HistoryLine>, BaseError> {
        let ids: Vec<i64> = {
            let mut statement = self.conn.prepare_cached(
                "SELECT id FROM transactions WHERE kind = ?1 AND object = ?2 ORDER BY id",
            )?;
            let rows = statement.query_map([kind as i64, object], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        let mut lines = Vec::new();
        for id in ids {
            let Some(Txn {
                id,
                typ,
                field,
                old,
                new,
                creator,
                ..
            }) = self.txn(id)?
            else {
                continue;
            };
            let creator = self
                .person(creator)?
                .map(|person| person.name.clone())
                .unwrap_or_default();
            let mut text = String::new();
            for attachment in self.attachments_of(id)? {
                if let Some(found) = self.attachment(attachment)?
                    && found.filename.is_empty()
                    && found.content_type.starts_with("text/")
                {
                    text = String::from_utf8_lossy(&found.content).into_owned();
                    break;
                }
            }
            lines.push(HistoryLine {
                id,
                typ,
                field,
                old,
                new,
                creator,
                text,
            });
        }
        Ok(lines)
    }
}
