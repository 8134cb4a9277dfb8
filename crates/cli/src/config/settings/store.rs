//! What is kept, and where.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group = Group {
    title: "Store",
    settings: &[
        &DATA_DIR,
        &IN_MEMORY,
        &STORE,
        &STORE_PASSWORD_FILE,
        &STORE_PASSWORD,
        &STORE_CA_FILE,
        &STORE_PREFIX,
        &REPORT_RETENTION,
    ],
};

pub(crate) const DATA_DIR: Setting = Setting::with_default(
    "data-dir",
    Kind::Path("DIR"),
    "headcount-data",
    "Where sessions and reports are kept, so that they survive a restart; made if it is not there, used by one \
     server at a time",
);
pub(crate) const IN_MEMORY: Setting = Setting::with_default(
    "in-memory",
    Kind::Switch,
    "false",
    "Keep nothing on disk, whatever the data directory: live sessions end with the server, and no reports are left",
);
pub(crate) const STORE: Setting = Setting::new(
    "store",
    Kind::Text("URL"),
    "Experimental: be one of several equal servers that share this Redis or Valkey, instead of a data directory: redis://, rediss:// \
     (TLS), redis-sentinel://HOST,HOST/SERVICE or redis-cluster://HOST,HOST, with a user where it wants one",
);
pub(crate) const STORE_PASSWORD_FILE: Setting = Setting::new(
    "store-password-file",
    Kind::Path("FILE"),
    "The password for --store; the end of the last line does not belong to it",
);
pub(crate) const STORE_PASSWORD: Setting =
    Setting::new("store-password", Kind::Secret, "The password itself");
pub(crate) const STORE_CA_FILE: Setting = Setting::new(
    "store-ca-file",
    Kind::Path("FILE"),
    "Believe a rediss:// server only if the certificates in this PEM file vouch for it, not those that browsers trust",
);
pub(crate) const STORE_PREFIX: Setting = Setting::with_default(
    "store-prefix",
    Kind::Text("NAME"),
    "headcount",
    "What the names of all keys and channels in --store begin with; servers of one name are one cluster",
);
pub(crate) const REPORT_RETENTION: Setting = Setting::with_default(
    "report-retention",
    Kind::Duration,
    "30d",
    "How long reports of ended sessions are kept",
);
