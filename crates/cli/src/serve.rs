//! `headcount serve`: from the command line to a server that runs until it is told to stop.

mod logs;
mod signals;

use crate::client::Endpoint;
use crate::config::{Checked, Problem, RawConfig, environment};
use crate::descriptors;
use crate::failure::Failure;
use crate::term;
use headcount_server::{Config, Server};
use signals::Signals;
use std::io::ErrorKind;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) use crate::config::Flags as ServeArgs;

/// How many connections may wait to be taken; a hall of people connects at once. The system's own limit
/// (`net.core.somaxconn`) may be lower. A client beyond it tries again by itself, as TCP does.
const BACKLOG: u32 = 4_096;

/// Runs a server until it is told to stop, or only shows the configuration.
///
/// # Errors
/// Whatever is wrong with the configuration, all of it; a port that is taken; a store that cannot be used.
pub(crate) fn run(flags: ServeArgs) -> Result<(), Failure> {
    let check_only = flags.check;
    let raw = RawConfig::gather(flags, &environment);
    let checked = raw.check(room()).map_err(|problems| Failure::Usage(Problem::list(&problems)))?;
    if check_only {
        checked.warnings.iter().for_each(|warning| term::complain(&format!("warning: {warning}")));
        return term::print(&raw.show(&checked));
    }
    logs::start(checked.log.format, checked.log.filter.clone());
    checked.warnings.iter().for_each(|warning| tracing::warn!(%warning, "check the configuration"));
    tracing::info!(max_connections = checked.config.quotas.max_connections, "room for connections");
    if let Some(webhooks) = &checked.config.webhooks {
        tracing::info!(targets = webhooks.targets.len(), "webhooks are sent");
    }
    runtime()?.block_on(serve(checked))
}

/// How many connections the system lets this process have, once the limit of open files is as high as it can be.
fn room() -> Option<u32> {
    /// What a server needs besides its clients: the store, logs, listeners, the runtime.
    const BESIDES_CLIENTS: u64 = 64;
    let room = descriptors::raise()?.saturating_sub(BESIDES_CLIENTS);
    Some(u32::try_from(room).unwrap_or(u32::MAX))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failure::local("start the threads of the server", &error))
}

async fn serve(Checked { listen, config, .. }: Checked) -> Result<(), Failure> {
    // Before the port is there: whoever sees it may send a signal at once.
    let signals = Signals::listen().map_err(|error| Failure::local("listen for signals", &error))?;
    let clients = bind(listen, "--listen")?;
    let management = match &config.management {
        Some(management) => Some(bind(management.listen, "--management-listen")?),
        None => None,
    };
    let addresses = addresses(&clients, management.as_ref(), config.tls.is_some())?;
    let unavailable = |error: headcount_server::RunError| Failure::Unavailable(error.to_string());
    let server = Server::open(config).await.map_err(unavailable)?;
    announce(&addresses);
    server.serve(clients, management, signals.first()).await.map_err(unavailable)
}

/// What tells people and scripts where to go: a line for clients, and one for the management API if it is on.
fn addresses(clients: &TcpListener, management: Option<&TcpListener>, tls: bool) -> Result<String, Failure> {
    let scheme = if tls { "https" } else { "http" };
    let mut lines = format!("listening on {scheme}://{}\n", local(clients)?);
    if let Some(management) = management {
        lines += &format!("management on http://{}\n", local(management)?);
    }
    Ok(lines)
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    listener.local_addr().map_err(|error| Failure::local("look at the listening socket", &error))
}

fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A restart must not have to wait for the connections of the process before it.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|error| {
        let why = match error.kind() {
            ErrorKind::AddrInUse => {
                format!("another program listens there; stop it, or choose another port with {flag}")
            }
            ErrorKind::AddrNotAvailable => {
                format!("this machine has no such address; choose another with {flag}")
            }
            ErrorKind::PermissionDenied => {
                format!("ports below 1024 need a privilege; choose another with {flag}")
            }
            _ => error.to_string(),
        };
        Failure::Unavailable(format!("cannot listen on {address}: {why}"))
    })
}

/// Prints the addresses. Whether anybody reads them is no reason to serve or not to serve.
fn announce(addresses: &str) {
    if let Err(error) = term::write(addresses) {
        tracing::warn!(%error, addresses = addresses.trim_end(), "could not print where the server listens");
    }
}

/// A server inside this process, for `headcount demo`. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct DemoServer {
    /// Where it listens.
    pub(crate) endpoint: Endpoint,
    _stop: DropGuard,
}

/// Starts a server on a free port of loopback, open to everybody there, that keeps nothing.
///
/// # Errors
/// There is no free port.
pub(crate) async fn start_for_demo() -> Result<DemoServer, Failure> {
    let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0)), "--url")?;
    let url = format!("http://{}", local(&listener)?);
    let endpoint = Endpoint::parse(&url).map_err(|error| Failure::Internal(format!("{url}: {error}")))?;
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    tokio::spawn(async move {
        // The demo's clients notice that there is no server; the log, if there is one, says why.
        if let Err(error) = headcount_server::run(listener, None, Config::local(), stopped).await {
            tracing::error!(%error, "demo server failed");
        }
    });
    Ok(DemoServer { endpoint, _stop: stop.drop_guard() })
}

#[cfg(test)]
mod tests;
