//! The life of a server: put together, recover, serve, drain, close.

use crate::accept::accept;
use crate::app::App;
use crate::compose::webhooks::Dispatch;
use crate::compose::{CloseKind, Composed, NodeTask, Store, TimerTask, compose};
use crate::config::{Config, Management};
use crate::gateway::Gateway;
use crate::management::{self, AwsKeyPair, ManagementAccess};
use crate::socket::Exit;
use crate::tls::{Tls, TlsError};
use headcount_access::OperatorAuth;
use headcount_core::ports::StoreError;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::AbortOnDropHandle;

/// How long past the deadline of draining the last events may take on their way to the outbox.
const HAND_OVER: Duration = Duration::from_secs(1);

/// Why a server did not start, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store could not be opened; the text says what to do.
    #[error("{0}")]
    Open(String),
    /// The store did not do what it had to.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The certificate cannot be used; the text says what to do.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The key pair of the management API cannot be used; the text says why.
    #[error("the key pair of the management API: {0}")]
    KeyPair(String),
    /// The system gave no random bytes for the signing key.
    #[error("the system has no random bytes to make a signing key of")]
    NoRandomness,
    /// The signing key in the store is not one.
    #[error("the signing key in the store is damaged: restore it, or remove it from the table of keys")]
    SigningKey,
    /// The thread that opened the store failed.
    #[error("the store could not be opened: its thread failed")]
    StoreTask,
}

/// A server that is ready to serve: its store is open, its sessions are there, its settings have proved usable.
pub struct Server {
    app: Arc<App>,
    timer: TimerTask,
    exit: Exit,
    store: Store,
    node: Option<NodeTask>,
    dispatch: Option<Dispatch>,
    tls: Option<Tls>,
    management: Option<(Management, ManagementAccess)>,
    drain_within: Duration,
}

impl Server {
    /// Opens the store and makes everything ready.
    ///
    /// # Errors
    /// [`RunError`], which says what to do.
    pub async fn open(config: Config) -> Result<Self, RunError> {
        let tls = config.tls.clone().map(Tls::load).transpose()?;
        let management = match config.management.clone() {
            Some(settings) => {
                let access = management_access(&settings, config.operators.clone())?;
                Some((settings, access))
            }
            None => None,
        };
        let drain_within = config.drain_within;
        let Composed { app, timer, exit, store, node, dispatch } = compose(config).await?;
        // What several servers share is looked after by all of them, whoever comes or goes.
        let sessions = if store.is_own() { app.service.recover().await? } else { 0 };
        tracing::info!(sessions, version = crate::VERSION, "ready");
        Ok(Self { app, timer, exit, store, node, dispatch, tls, management, drain_within })
    }

    /// Serves on `listener` until `shutdown` is ready, then drains: no new connections, every client is told to come
    /// back elsewhere (1001), what is left is written. `management` is the listener of the `@connections` API, where
    /// [`Config::management`] is set; off loopback it goes through TLS, too, where that is on.
    ///
    /// # Errors
    /// [`RunError`] if the store could not be closed.
    pub async fn serve(
        self,
        listener: TcpListener,
        management: Option<TcpListener>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), RunError> {
        let Self { app, timer, exit, store, node, dispatch, tls, management: managed, drain_within } = self;
        let service = Arc::clone(&app);
        let wake = move |session| {
            let app = Arc::clone(&service);
            async move { app.service.wake(&session).await }
        };
        let draining = app.draining.clone();
        let timer =
            AbortOnDropHandle::new(tokio::spawn(timer.run(wake, async move { draining.cancelled().await })));
        let node = node.map(|node| {
            let draining = app.draining.clone();
            AbortOnDropHandle::new(tokio::spawn(async move { node.run(draining.cancelled_owned()).await }))
        });
        if let Store::Cluster(node) = &store {
            let (node, app, draining) = (Arc::clone(node), Arc::clone(&app), app.draining.clone());
            app.tasks.clone().spawn(async move {
                let wake = |id| {
                    let app = Arc::clone(&app);
                    async move { app.service.wake(&id).await }
                };
                draining.run_until_cancelled(node.follow_others(wake)).await
            });
        }
        let (stop, stopped) = oneshot::channel();
        let webhooks = dispatch.map(|it| AbortOnDropHandle::new(tokio::spawn(it.run(stopped))));
        let keys = Arc::clone(&app);
        app.tasks.spawn(async move { keys.gate.keep_keys_fresh(keys.draining.clone()).await });
        let draining = app.draining.clone();
        app.tasks.spawn(async move { draining.run_until_cancelled(exit.see_out()).await });
        if let Some(tls) = tls.clone() {
            let draining = app.draining.clone();
            app.tasks.spawn(async move { draining.run_until_cancelled(tls.follow_files()).await });
        }
        if let (Some(listener), Some((settings, access))) = (management, managed) {
            let routes = management::router(Arc::clone(&app) as _, access, Arc::clone(&app.clock));
            let tls = tls.clone().filter(|_| !settings.listen.ip().is_loopback());
            app.tasks.spawn(accept(listener, Gateway::management(Arc::clone(&app), routes), tls));
        }
        app.tasks.spawn(accept(listener, Gateway::public(Arc::clone(&app)), tls));

        shutdown.await;
        let deadline = Instant::now() + drain_within;
        if let Store::Cluster(node) = &store {
            node.dismiss(app.now()).await;
        }
        drain(&app, deadline).await;
        // What the timer has not done by then is ended with it, and the next start makes up for it.
        let _ = timeout_at(deadline, timer).await;
        if let Some(node) = node {
            // It ends by itself, soon after the grace of its listeners.
            let _ = node.await;
        }
        // What happened until now is told, or kept for the next start.
        let _ = stop.send(deadline);
        if let Some(webhooks) = webhooks
            && timeout_at(deadline.max(Instant::now()) + HAND_OVER, webhooks).await.is_err()
        {
            tracing::error!("webhooks could not be handed over to the outbox in time");
        }
        store.close().await?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Opens a [`Server`] and lets it serve.
///
/// # Errors
/// [`RunError`] if it cannot start, or did not end well.
pub async fn run(
    listener: TcpListener,
    management: Option<TcpListener>,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> Result<(), RunError> {
    Server::open(config).await?.serve(listener, management, shutdown).await
}

/// Tells everyone to go, and waits for them.
async fn drain(app: &App, deadline: Instant) {
    tracing::info!(connections = app.hub.connections(), "draining");
    app.draining.cancel();
    app.hub.drain_all(CloseKind::Draining).await;
    app.tasks.close();
    if timeout_at(deadline, app.tasks.wait()).await.is_err() {
        tracing::warn!(connections = app.hub.connections(), "clients that did not go in time are cut off");
    }
}

fn management_access(settings: &Management, operators: OperatorAuth) -> Result<ManagementAccess, RunError> {
    if settings.listen.ip().is_loopback() && settings.signing_keys.is_none() {
        return Ok(ManagementAccess::on_loopback());
    }
    let key = settings.signing_keys.as_ref();
    let key = key.map(|keys| AwsKeyPair::new(&keys.access_key_id, keys.secret_access_key.expose()));
    let key = key.transpose().map_err(|invalid| RunError::KeyPair(invalid.to_string()))?;
    Ok(ManagementAccess::Verified { key, operators })
}
