//! Tokens and passwords: from the environment, a command or a file that only its owner may read.
//!
//! A secret is a [`SecretString`] from the moment it is read. It is in no message, no log, no `Debug` and no
//! argument list; what a failed command wrote is not shown either, because it might be the secret.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::schema::{Desk, Setting};
use super::{Dirs, Env};

/// Longest secret, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// How we prove to the desk who we are.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A token.
    Token(SecretString),
    /// User name and password, for a session.
    Password {
        /// User name.
        user: String,
        /// Password.
        password: SecretString,
    },
}

/// Why there is no credential: what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SecretProblem {
    /// Nothing is configured.
    #[error(
        "no token for the desk: set VAGT_TOKEN, or desk.token_command or desk.token_file, or desk.user with a password; `vagt setup` asks for them"
    )]
    None,
    /// A user without a password.
    #[error(
        "desk.user is set, but no password: set VAGT_PASSWORD, or desk.password_command or desk.password_file"
    )]
    NoPassword,
    /// The file cannot be read.
    #[error("{key}: {} cannot be read: {error}", path.display())]
    Unreadable {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Others may read the file.
    #[error("{key}: others can read {0} (mode {mode:03o}); run: chmod 600 {0}", path.display())]
    Open {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The command did not give a secret.
    #[error("{key}: {message}")]
    Command {
        /// The key that names it.
        key: &'static str,
        /// What happened.
        message: String,
    },
    /// What was found is no secret.
    #[error("{source_name}: {message}")]
    NotASecret {
        /// Key or environment name.
        source_name: &'static str,
        /// What is wrong with it.
        message: &'static str,
    },
}

/// Finds the credential for a desk. Runs a command if one is configured (up to `command_timeout_secs`).
///
/// # Errors
/// Whatever keeps a configured source from giving a secret; the next source is not tried then, because that
/// might be somebody else's.
pub fn credential(desk: &Desk, env: &Env, dirs: &Dirs) -> Result<Credential, SecretProblem> {
    let limit = Duration::from_secs(u64::from(desk.command_timeout_secs));
    let token = Sources {
        env: ("VAGT_TOKEN", env.token()),
        command: ("desk.token_command", &desk.token_command),
        file: ("desk.token_file", &desk.token_file),
    };
    if let Some(token) = token.find(dirs, limit)? {
        return Ok(Credential::Token(token));
    }
    let Some(user) = desk.user.get() else {
        return Err(SecretProblem::None);
    };
    let password = Sources {
        env: ("VAGT_PASSWORD", env.password()),
        command: ("desk.password_command", &desk.password_command),
        file: ("desk.password_file", &desk.password_file),
    };
    let password = password.find(dirs, limit)?;
    Ok(Credential::Password {
        user: user.to_owned(),
        password: password.ok_or(SecretProblem::NoPassword)?,
    })
}

/// A path of the configuration: `~/` is the home directory, a relative path starts at the configuration
/// directory.
pub fn expand(dirs: &Dirs, text: &str) -> PathBuf {
    if let Some(rest) = text.strip_prefix("~/")
        && let Some(base) = directories::BaseDirs::new()
    {
        return base.home_dir().join(rest);
    }
    dirs.config.join(text)
}

struct Sources<'a> {
    env: (&'static str, Option<&'a SecretString>),
    command: (&'static str, &'a Setting),
    file: (&'static str, &'a Setting),
}

impl Sources<'_> {
    fn find(&self, dirs: &Dirs, limit: Duration) -> Result<Option<SecretString>, SecretProblem> {
        use secrecy::ExposeSecret as _;
        if let (name, Some(secret)) = self.env {
            return accept(name, secret.expose_secret().as_bytes().to_vec()).map(Some);
        }
        if let (key, Some(line)) = (self.command.0, self.command.1.get()) {
            return accept(key, run(key, line, limit)?).map(Some);
        }
        if let (key, Some(text)) = (self.file.0, self.file.1.get()) {
            return accept(key, read(key, &expand(dirs, text))?).map(Some);
        }
        Ok(None)
    }
}

fn accept(source_name: &'static str, bytes: Vec<u8>) -> Result<SecretString, SecretProblem> {
    let fail = |message| SecretProblem::NotASecret {
        source_name,
        message,
    };
    if bytes.len() > MAX_BYTES {
        return Err(fail("gives more than 16 KiB; this is no token or password"));
    }
    let text = String::from_utf8(bytes).map_err(|_| fail("does not give text in UTF-8"))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(fail("is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(fail(
            "gives more than one line, or control characters; it must give the secret alone",
        ));
    }
    Ok(SecretString::from(text))
}

fn read(key: &'static str, path: &Path) -> Result<Vec<u8>, SecretProblem> {
    let unreadable = |error| SecretProblem::Unreadable {
        key,
        path: path.to_owned(),
        error,
    };
    let file = File::open(path).map_err(unreadable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Asked of the open file, so that it cannot be another one afterwards.
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretProblem::Open {
                key,
                path: path.to_owned(),
                mode,
            });
        }
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

fn run(key: &'static str, line: &str, limit: Duration) -> Result<Vec<u8>, SecretProblem> {
    let fail = |message: String| SecretProblem::Command { key, message };
    let words = shell_words::split(line).map_err(|_| fail("has an open quote".to_owned()))?;
    let Some((program, args)) = words.split_first() else {
        return Err(fail("is empty".to_owned()));
    };
    let mut child = Command::new(program)
        .args(args)
        .env_remove("VAGT_TOKEN")
        .env_remove("VAGT_PASSWORD")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| fail(format!("{program} cannot be started: {error}")))?;
    let deadline = Instant::now() + limit;
    let out = child.stdout.take();
    let (done, output) = mpsc::channel();
    // Reads apart, so that a command that never ends cannot hold us; the thread ends with the pipe.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let cap = u64::try_from(MAX_BYTES)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        let read = out.map_or(Ok(0), |out| out.take(cap).read_to_end(&mut bytes));
        let _ = done.send(read.map(|_| bytes));
    });
    let result = match output.recv_timeout(limit) {
        Ok(Ok(bytes)) => match wait_until(&mut child, deadline) {
            Some(status) if status.success() => Ok(bytes),
            Some(status) => Err(format!(
                "{program} failed ({status}); run it by hand to see why"
            )),
            None => Err(too_slow(program, limit)),
        },
        Ok(Err(error)) => Err(format!("the output of {program} cannot be read: {error}")),
        Err(_) => Err(too_slow(program, limit)),
    };
    // Ends it if it still runs; when it has ended already, both fail, and there is nothing left to do.
    let _ = child.kill();
    let _ = child.wait();
    result.map_err(fail)
}

fn too_slow(program: &str, limit: Duration) -> String {
    format!(
        "{program} gave no answer within {} s (desk.command_timeout_secs)",
        limit.as_secs()
    )
}

fn wait_until(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        let left = deadline.checked_duration_since(Instant::now())?;
        // The pipe is closed already, so the end is a matter of microseconds.
        std::thread::park_timeout(left.min(Duration::from_millis(5)));
    }
}
