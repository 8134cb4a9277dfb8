//! The way through API Gateway, against a server that answers as its management API does, on good days and bad.

#[path = "api_gateway/audience.rs"]
mod audience;
#[path = "api_gateway/follower.rs"]
mod follower;
#[path = "api_gateway/posting.rs"]
mod posting;
mod scripted_http;

use futures_util::StreamExt;
use headcount_adapters::speaker::api_gateway::{ApiGateway, AudienceLimits, Member, Pages, Roster};
use headcount_core::ports::{SpeakerChannel, StoreError};
use headcount_core::{
    BroadcastState, SessionId, SessionStatus, ShownDistribution, StatusUpdate, UpdateReason,
};
use headcount_protocol::JsonRendering;
use headcount_testkit::samples;
use scripted_http::{Answer, ScriptedHttp, Seen, config};
use std::sync::Arc;

/// A list that says the same of every session. A page that is `None` cannot be read.
#[derive(Clone, Default)]
struct Listed(Vec<Option<Vec<Member>>>);

impl Listed {
    /// `listeners` in pages of 10, and the speaker.
    fn with(listeners: usize) -> Self {
        let member =
            |n: usize| Member { connection: samples::connection(&format!("l{n}=")), is_speaker: false };
        let listeners: Vec<_> = (0..listeners).map(member).collect();
        let speaker = Member { connection: samples::connection("speaker="), is_speaker: true };
        let pages = listeners.chunks(10).map(|page| Some(page.to_vec()));
        Self(pages.chain([Some(vec![speaker])]).collect())
    }
}

impl Roster for Listed {
    fn pages<'a>(&'a self, _: &'a SessionId) -> Pages<'a> {
        let unread = || StoreError::Unavailable("no answer".to_owned());
        futures_util::stream::iter(&self.0).map(move |page| page.clone().ok_or_else(unread)).boxed()
    }
}

async fn gateway_at(url: &str, limits: AudienceLimits, listed: Listed) -> ApiGateway {
    let endpoint = format!("{url}/prod");
    ApiGateway::new(&config(url).await, &endpoint, limits, Arc::new(JsonRendering), Arc::new(listed))
}

async fn gateway_to(server: &ScriptedHttp, listed: Listed) -> ApiGateway {
    gateway_at(&server.url, AudienceLimits::default(), listed).await
}

fn update() -> StatusUpdate {
    let status = SessionStatus {
        session: samples::session_id(1),
        distribution: ShownDistribution::default(),
        duration_secs: 0,
        broadcast: BroadcastState::initial(samples::NOW),
        timestamp: samples::NOW,
        exact: true,
    };
    StatusUpdate { status, reason: UpdateReason::Periodic, revision: 7, audience: None }
}
