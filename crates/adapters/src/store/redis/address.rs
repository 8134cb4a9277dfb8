//! Where Redis is, as a URL says it.

use ::redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisConnectionInfo};
use std::path::Path;
use url::Url;

/// Why there is no engine. What is said shows neither the URL nor a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The settings cannot be right.
    #[error("the address of Redis is not right: {0}")]
    Address(&'static str),
    /// The certificates cannot be read.
    #[error("the certificates that are to vouch for Redis cannot be read: {0}")]
    CaFile(std::io::Error),
    /// Nobody answers there, or not as they should.
    #[error("Redis cannot be used: {0}; check the address in --store, the password, and that it runs")]
    Unreachable(String),
}

/// Where Redis is.
#[derive(Clone, Debug)]
pub(super) enum Address {
    /// One server.
    One(ConnectionInfo),
    /// Whichever server Sentinels call the master of a service.
    Sentinel(Sentinels),
    /// A Redis Cluster, by some of its servers.
    Cluster(Vec<ConnectionInfo>),
}

/// Some Sentinels and what they are asked for.
#[derive(Clone, Debug)]
pub(super) struct Sentinels {
    pub(super) sentinels: Vec<ConnectionAddr>,
    pub(super) service: String,
    pub(super) is_tls: bool,
    /// How to be let in to the servers themselves.
    pub(super) redis: RedisConnectionInfo,
}

const FORMS: &str = "write it as redis://HOST:6379, rediss://HOST:6379, redis-sentinel://HOST,HOST/SERVICE or \
                     redis-cluster://HOST,HOST";

impl Address {
    /// What `url` says, with `password` before the one in it.
    pub(super) fn parse(url: &str, password: Option<&str>) -> Result<Self, OpenError> {
        let wrong = OpenError::Address;
        let (scheme, rest) = url.split_once("://").ok_or(wrong(FORMS))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (format!("{user}@"), hosts),
            None => (String::new(), authority),
        };
        let (kind, is_tls) = kind(scheme).ok_or(wrong(FORMS))?;
        let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
        let (service, db) = match (kind, parts.as_slice()) {
            (Kind::Sentinel, [service]) if !service.is_empty() => (*service, "0"),
            (Kind::Sentinel, [service, db]) if !service.is_empty() => (*service, *db),
            (Kind::Sentinel, _) => {
                return Err(wrong("after the Sentinels comes the name of the service: /SERVICE"));
            }
            (Kind::One, [""]) | (Kind::Cluster, [""]) => ("", "0"),
            (Kind::One, [db]) => ("", *db),
            (Kind::Cluster, _) => return Err(wrong("a Redis Cluster has no numbered databases")),
            (Kind::One, _) => return Err(wrong("after the host comes the number of a database: /0")),
        };
        let db: i64 = db.parse().map_err(|_| wrong("the number of a database is a whole number"))?;
        let default_port = if matches!(kind, Kind::Sentinel) { 26_379 } else { 6_379 };
        let infos: Vec<ConnectionInfo> = hosts
            .split(',')
            .map(|host| server(&user, host, default_port, is_tls, db, password))
            .collect::<Result<_, _>>()?;
        let only = infos.first().cloned().ok_or(wrong("it names no host"))?;
        Ok(match kind {
            Kind::One if infos.len() > 1 => {
                return Err(wrong("only redis-sentinel:// and redis-cluster:// name several hosts"));
            }
            Kind::One => Self::One(only),
            Kind::Cluster => Self::Cluster(infos),
            Kind::Sentinel => Self::Sentinel(Sentinels {
                sentinels: infos.iter().map(|info| info.addr().clone()).collect(),
                service: service.to_owned(),
                is_tls,
                redis: only.redis_settings().clone(),
            }),
        })
    }

    pub(super) const fn is_cluster(&self) -> bool {
        matches!(self, Self::Cluster(_))
    }
}

#[derive(Clone, Copy)]
enum Kind {
    One,
    Sentinel,
    Cluster,
}

/// The kind of that scheme, and whether it says TLS.
fn kind(scheme: &str) -> Option<(Kind, bool)> {
    let (server, kind) = match scheme.split_once(['-', '+']) {
        None => (scheme, Kind::One),
        Some((server, "sentinel")) => (server, Kind::Sentinel),
        Some((server, "cluster")) => (server, Kind::Cluster),
        Some(_) => return None,
    };
    match server {
        "redis" | "valkey" => Some((kind, false)),
        "rediss" | "valkeys" => Some((kind, true)),
        _ => None,
    }
}

/// One server. `user` is empty, or ends with its `@`.
fn server(
    user: &str,
    host: &str,
    default_port: u16,
    is_tls: bool,
    db: i64,
    password: Option<&str>,
) -> Result<ConnectionInfo, OpenError> {
    let wrong = OpenError::Address;
    let url = Url::parse(&format!("redis://{user}{host}"))
        .map_err(|_| wrong("each host is a name or an address, with a port if it is not the usual one"))?;
    if host.is_empty() || !url.path().is_empty() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(FORMS));
    }
    let port = url.port().unwrap_or(default_port);
    let info = url.into_connection_info().map_err(|_| wrong(FORMS))?;
    let ConnectionAddr::Tcp(host, _) = info.addr().clone() else { return Err(wrong(FORMS)) };
    let addr = if is_tls {
        ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
    } else {
        ConnectionAddr::Tcp(host, port)
    };
    let mut redis = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3).set_db(db);
    if let Some(password) = password {
        redis = redis.set_password(password);
    }
    Ok(info.set_addr(addr).set_redis_settings(redis))
}

/// The certificates in the file at `path`.
pub(super) fn read_ca(path: &Path) -> Result<Vec<u8>, OpenError> {
    std::fs::read(path).map_err(OpenError::CaFile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(url: &str) -> ConnectionInfo {
        match Address::parse(url, None).unwrap() {
            Address::One(info) => info,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_server_is_named_in_the_usual_ways() {
        for (url, addr, db) in [
            ("redis://cache", ConnectionAddr::Tcp("cache".to_owned(), 6_379), 0),
            ("valkey://cache:7000/3", ConnectionAddr::Tcp("cache".to_owned(), 7_000), 3),
            ("redis://[::1]:7000/", ConnectionAddr::Tcp("::1".to_owned(), 7_000), 0),
        ] {
            let info = one(url);
            assert_eq!((info.addr(), info.redis_settings().db()), (&addr, db), "{url}");
        }
        for url in ["rediss://cache", "valkeys://cache"] {
            assert!(matches!(one(url).addr(), ConnectionAddr::TcpTls { insecure: false, .. }), "{url}");
        }
    }

    #[test]
    fn the_password_that_was_given_apart_goes_before_that_in_the_url() {
        let info = one("redis://ann%40home:in%20url@cache");
        let settings = info.redis_settings();
        assert_eq!((settings.username(), settings.password()), (Some("ann@home"), Some("in url")));
        let Ok(Address::One(info)) = Address::parse("redis://ann:x@cache", Some("apart")) else { panic!() };
        assert_eq!(info.redis_settings().password(), Some("apart"));
        assert_eq!(info.redis_settings().username(), Some("ann"));
    }

    #[test]
    fn sentinels_and_clusters_are_several_hosts() {
        let Ok(Address::Sentinel(found)) =
            Address::parse("redis-sentinel://ann@a,b:7000/radio/2", Some("secret"))
        else {
            panic!()
        };
        let host = |name: &str, port| ConnectionAddr::Tcp(name.to_owned(), port);
        assert_eq!(found.sentinels, [host("a", 26_379), host("b", 7_000)]);
        assert_eq!((found.service.as_str(), found.redis.db(), found.is_tls), ("radio", 2, false));
        assert_eq!(found.redis.password(), Some("secret"));
        let Ok(Address::Cluster(found)) = Address::parse("rediss-cluster://a,b:7000", None) else { panic!() };
        assert_eq!(found.len(), 2);
        assert!(matches!(found[1].addr(), ConnectionAddr::TcpTls { port: 7_000, .. }));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        for url in [
            "cache:6379",
            "http://ann:secret@cache",
            "redis://ann:secret@",
            "redis://ann:secret@a,b",
            "redis://ann:secret@cache/x",
            "redis://ann:secret@cache/0/1",
            "redis://ann:secret@cache:port",
            "redis://ann:secret@cache?protocol=resp2",
            "redis-sentinel://ann:secret@a,b",
            "redis-cluster://ann:secret@a,b/1",
            "redis-ring://ann:secret@a",
        ] {
            let problem = Address::parse(url, Some("secret")).expect_err(url);
            assert!(!problem.to_string().contains("secret"), "{url}: {problem}");
        }
    }
}
