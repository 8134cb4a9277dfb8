//! The way to connections that API Gateway holds: its management API, `@connections`.
//!
//! Every call has the time limits and the attempts of [`crate::aws`]. An attempt that nobody answered is repeated, as a
//! function that was frozen has dead connections in its pool; so a message may arrive twice, the same to the letter,
//! but another is never sent in its place.

mod fault;
mod follower;
mod retries;
mod roster;

pub use follower::SpeakerFollower;
pub use roster::{Member, Pages, Roster};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_apigatewaymanagement::{Client, config, primitives::Blob};
use fault::delivery;
use futures_util::{StreamExt, future, stream};
use headcount_core::{
    ConnectionId, Notice, SessionId, StatusUpdate, Timestamp,
    ports::{AudienceChannel, CloseReason, Delivery, Rendering, SendError, SpeakerChannel},
};
use retries::TooManyRequests;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// How far one call of [`AudienceChannel`] may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudienceLimits {
    /// How many connections are addressed at a time, at least 1; the others wait. 64 by default. All functions of an
    /// account share 10,000 requests a second.
    pub at_a_time: usize,
    /// How long it may take; whoever has not been addressed by then is not. 3 s by default, which leaves a function of
    /// 5 s the time to answer.
    pub time: Duration,
}

impl Default for AudienceLimits {
    fn default() -> Self {
        Self { at_a_time: 64, time: Duration::from_secs(3) }
    }
}

/// The connections of one stage of a WebSocket API. Clones share the client.
#[derive(Clone)]
pub struct ApiGateway {
    client: Client,
    limits: AudienceLimits,
    rendering: Arc<dyn Rendering>,
    roster: Arc<dyn Roster>,
}

impl ApiGateway {
    /// The API whose management is at `endpoint`, with its stage: `https://….execute-api.….amazonaws.com/prod`.
    /// `roster` knows who is connected to a session; API Gateway does not.
    #[must_use]
    pub fn new(
        config: &SdkConfig,
        endpoint: &str,
        limits: AudienceLimits,
        rendering: Arc<dyn Rendering>,
        roster: Arc<dyn Roster>,
    ) -> Self {
        let config =
            config::Builder::from(config).endpoint_url(endpoint).retry_classifier(TooManyRequests).build();
        Self { client: Client::from_conf(config), limits, rendering, roster }
    }

    /// Sends a message to one connection.
    ///
    /// # Errors
    /// [`SendError`] if the API refused it for another reason than that the connection is gone, or gave no answer.
    pub async fn post(
        &self,
        connection: &ConnectionId,
        text: impl Into<String>,
    ) -> Result<Delivery, SendError> {
        self.post_data(connection, Blob::new(text.into())).await
    }

    async fn post_data(&self, connection: &ConnectionId, data: Blob) -> Result<Delivery, SendError> {
        let post = self.client.post_to_connection().connection_id(connection.as_str()).data(data);
        delivery(post.send().await)
    }

    /// Closes one connection. `Gone` if it was closed already.
    async fn disconnect(&self, connection: &ConnectionId) -> Result<Delivery, SendError> {
        delivery(self.client.delete_connection().connection_id(connection.as_str()).send().await)
    }

    /// Calls `address` for every member of `session`, some at a time, as long as there is time.
    async fn address_all<F>(&self, session: &SessionId, what: &'static str, address: impl Fn(Member) -> F)
    where
        F: Future<Output = Result<(), SendError>>,
    {
        let failures = AtomicU64::new(0);
        let members = self.roster.pages(session).filter_map(|page| {
            let page = page.inspect_err(|error| tracing::warn!(%session, %error, what, "not all are known"));
            future::ready(page.ok().map(stream::iter))
        });
        let work = members.flatten().for_each_concurrent(self.limits.at_a_time.max(1), async |member| {
            if address(member).await.is_err() {
                failures.fetch_add(1, Ordering::Relaxed);
            }
        });
        if timeout(self.limits.time, work).await.is_err() {
            tracing::warn!(%session, what, "there was no time for all");
        }
        match failures.into_inner() {
            0 => {}
            uncertain => tracing::warn!(%session, what, uncertain, "some may not have been reached"),
        }
    }
}

#[async_trait]
impl SpeakerChannel for ApiGateway {
    async fn send(&self, speaker: &ConnectionId, update: &StatusUpdate) -> Result<Delivery, SendError> {
        self.post(speaker, self.rendering.status(update)).await
    }
}

/// What cannot be done within [`AudienceLimits`] is logged and left undone; nobody is asked to do it again. The close
/// code is API Gateway's, whatever the reason.
#[async_trait]
impl AudienceChannel for ApiGateway {
    async fn tell(&self, session: &SessionId, notice: &Notice, now: Timestamp) -> u64 {
        let data = Blob::new(self.rendering.notice(session, notice, now));
        let speaker_too = matches!(notice, Notice::SessionEnded(_));
        let (data, told) = (&data, &AtomicU64::new(0));
        let address = async |member: Member| {
            if member.is_speaker && !speaker_too {
                return Ok(());
            }
            let delivery = self.post_data(&member.connection, data.clone()).await?;
            if delivery == Delivery::Delivered && !member.is_speaker {
                told.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        self.address_all(session, "notice", address).await;
        told.load(Ordering::Relaxed)
    }

    async fn close(&self, connection: &ConnectionId, _why: CloseReason) {
        if let Err(error) = self.disconnect(connection).await {
            tracing::warn!(%error, "a connection could not be closed");
        }
    }

    async fn close_all(&self, session: &SessionId, _why: CloseReason) {
        let address = async |member: Member| self.disconnect(&member.connection).await.map(drop);
        self.address_all(session, "closing", address).await;
    }
}
