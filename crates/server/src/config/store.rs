//! Where things are kept.

use super::Secret;
use std::path::PathBuf;
use std::time::Duration;

/// Which store a server has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreConfig {
    /// All in memory, gone with the process.
    Memory,
    /// On this machine's disk, except for who is connected, which cannot outlive the process.
    Embedded {
        /// The directory, made if it is not there. One process at a time may use it.
        data_dir: PathBuf,
        /// How long the reports of ended sessions are kept.
        report_retention: Duration,
        /// How many bytes the database may have; beyond it no session is created. `None` is as many as the disk has.
        max_bytes: Option<u64>,
    },
    /// In an engine that several equal servers share; who is connected to this one is counted here.
    Shared {
        /// The engine.
        store: SharedStore,
        /// How long the reports of ended sessions are kept.
        report_retention: Duration,
    },
}

/// A Redis or Valkey that several servers share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedStore {
    /// Where it is: `redis://`, `rediss://`, `redis-sentinel://HOST,HOST/SERVICE` or `redis-cluster://HOST,HOST`; with a
    /// user where it wants one, without a password.
    pub url: String,
    /// The password.
    pub password: Option<Secret>,
    /// The certificates that vouch for it; those that browsers trust, unless given.
    pub ca_file: Option<PathBuf>,
    /// What the names of all keys and channels begin with. Servers of one name are one cluster.
    pub prefix: String,
}

impl StoreConfig {
    /// How long reports are kept unless told otherwise: 30 days.
    pub const REPORT_RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
}
