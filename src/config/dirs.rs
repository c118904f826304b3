//! Where things are kept, and how files and directories that only their owner may read are made.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The directories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirs {
    /// Configuration and secrets files. `VAGT_CONFIG_DIR` wins.
    pub config: PathBuf,
    /// Cache and outbox. `VAGT_DATA_DIR` wins.
    pub data: PathBuf,
    /// Logs and crash reports; inside `VAGT_DATA_DIR` when that is given.
    pub state: PathBuf,
}

impl Dirs {
    /// The directories of this system and environment. `None` where there is no home directory and the
    /// environment names no directories.
    pub fn find(env: &super::Env) -> Option<Self> {
        let own = directories::ProjectDirs::from("", "", "vagt");
        let named = |name: &str| env.get(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let config = named("VAGT_CONFIG_DIR")
            .or_else(|| own.as_ref().map(|own| own.config_dir().to_owned()))?;
        if let Some(data) = named("VAGT_DATA_DIR") {
            return Some(Self {
                config,
                state: data.join("state"),
                data,
            });
        }
        let own = own?;
        let data = own.data_local_dir().to_owned();
        Some(Self {
            config,
            state: own
                .state_dir()
                .map_or_else(|| data.join("state"), Path::to_owned),
            data,
        })
    }

    /// Everything below one directory, for tests and the demo.
    pub fn below(root: &Path) -> Self {
        Self {
            config: root.join("config"),
            data: root.join("data"),
            state: root.join("state"),
        }
    }

    /// The configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The policy of alarms.
    pub fn alarms(&self) -> PathBuf {
        self.config.join(super::alarms::FILE)
    }

    /// The directory of action cards.
    pub fn cards(&self) -> PathBuf {
        self.config.join(super::cards::DIRECTORY)
    }

    /// The hosting map.
    pub fn hosting(&self) -> PathBuf {
        self.config.join(super::hosting::FILE)
    }

    /// The directory of templates.
    pub fn templates(&self) -> PathBuf {
        self.config.join(super::templates::DIRECTORY)
    }
}

/// Makes a directory and its parents; what is made may be entered by its owner only (0700). A directory that
/// exists already keeps its mode.
pub fn make_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Writes a file that only its owner may read (0600), whole or not at all: a temporary file beside it is
/// written, synced and renamed.
pub fn write_private_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let dir = path
        .parent()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a path without directory"))?;
    make_private_dir(dir)?;
    // tempfile makes its files 0600.
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
