//! Where things are kept: on this machine, in memory, or in an engine that several servers share.

use super::{DAY, HOUR, MIB, secrets};
use crate::config::Setting;
use crate::config::reader::Reader;
use crate::config::settings::limits::MAX_STORE_SIZE;
use crate::config::settings::store::*;
use headcount_server::{Secret, SharedStore, StoreConfig};
use url::Url;

/// Longer names of keys would be felt in the memory of the engine.
const LONGEST_PREFIX: usize = 64;

pub(super) fn check(reader: &mut Reader) -> StoreConfig {
    let report_retention = reader.duration(&REPORT_RETENTION, HOUR..=10 * 365 * DAY);
    // What an empty database needs is less than the least of them.
    let max_bytes = reader.size(&MAX_STORE_SIZE, MIB..=1_024 * 1_024 * MIB);
    let data_dir = reader.path(&DATA_DIR).unwrap_or_default();
    let in_memory = reader.switch(&IN_MEMORY);
    if let Some(store) = shared(reader) {
        for setting in [&DATA_DIR, &IN_MEMORY, &MAX_STORE_SIZE] {
            if differs(reader, setting) {
                reader.problem(setting, "has no meaning beside --store; leave one of them out");
            }
        }
        return StoreConfig::Shared { store, report_retention };
    }
    if in_memory {
        return StoreConfig::Memory;
    }
    if data_dir.as_os_str().is_empty() {
        reader.problem(&DATA_DIR, "name a directory, or say --in-memory");
    } else if data_dir.exists() && !data_dir.is_dir() {
        reader.problem(&DATA_DIR, format!("{} is not a directory", data_dir.display()));
    }
    StoreConfig::Embedded { data_dir, report_retention, max_bytes }
}

fn shared(reader: &mut Reader) -> Option<SharedStore> {
    let password = secrets::read_text(reader, &STORE_PASSWORD, &STORE_PASSWORD_FILE);
    let ca_file = reader.path(&STORE_CA_FILE);
    let prefix = prefix(reader);
    if !reader.is_given(&STORE) {
        for setting in [&STORE_PASSWORD, &STORE_PASSWORD_FILE, &STORE_CA_FILE, &STORE_PREFIX] {
            if differs(reader, setting) {
                reader.problem(setting, "needs --store");
            }
        }
        return None;
    }
    let url = reader.text(&STORE).unwrap_or_default();
    if let Err(why) = judge(&url) {
        // Not the text itself: there may be a password in it.
        reader.problem(&STORE, why);
    }
    if let Some(file) = &ca_file
        && !file.is_file()
    {
        reader.problem(&STORE_CA_FILE, format!("{} is not a file", file.display()));
    }
    Some(SharedStore { url, password: password.map(|(text, _)| Secret::new(text)), ca_file, prefix })
}

/// Whether `url` names an engine as [`STORE`] says it. What is said of it does not repeat it.
fn judge(url: &str) -> Result<(), &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or("write it as redis://host:6379")?;
    let several = ["redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster"].contains(&scheme);
    if !several && !["redis", "rediss", "valkey", "valkeys"].contains(&scheme) {
        return Err("it begins with redis://, rediss://, redis-sentinel:// or redis-cluster://");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.contains(':') {
        return Err(
            "other users of this machine can read command lines, so take another password and give it by \
                    --store-password-file or HEADCOUNT_STORE_PASSWORD",
        );
    }
    if !several && hosts.contains(',') {
        return Err("only redis-sentinel:// and redis-cluster:// name several hosts");
    }
    let is_host = |host: &str| Url::parse(&format!("redis://{host}")).is_ok_and(|url| url.has_host());
    if hosts.split(',').all(is_host) { Ok(()) } else { Err("each host is a name or an address, with a port") }
}

/// Whether somebody wants it otherwise than it would be by itself. What `--check` has shown, defaults and all, can be fed
/// back.
fn differs(reader: &Reader, setting: &Setting) -> bool {
    reader.is_given(setting) && reader.text(setting).as_deref() != setting.default
}

fn prefix(reader: &mut Reader) -> String {
    let fits = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        let right = !text.is_empty() && text.len() <= LONGEST_PREFIX && text.chars().all(plain);
        right.then(|| text.to_owned()).ok_or("it has 1 to 64 letters, digits, and - _ . :")
    };
    reader.parsed(&STORE_PREFIX, fits).unwrap_or_default()
}
