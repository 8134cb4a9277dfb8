//! What a request has begun is done to its end.

use super::routes;
use crate::compose::{CloseKind, Composed, Outbox, Outgoing, Part, compose};
use crate::config::Config;
use crate::peer::Peer;
use axum::body::Body;
use headcount_testkit::samples::new_session;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;
use tower_service::Service;

/// More than the hub tells in one go.
const LISTENERS: usize = 1_000;

#[tokio::test]
async fn a_session_is_ended_for_everybody_even_if_who_ended_it_hangs_up() {
    let Composed { app, .. } = compose(Config::local()).await.unwrap();
    let session = app.service.open_session(new_session()).await.unwrap();
    let mut audience: Vec<Outbox> = (0..LISTENERS)
        .map(|_| {
            let outbox = app.hub.register(app.ids.connection_id());
            app.hub.enlist(outbox.connection(), &session.id, Part::Listener);
            outbox
        })
        .collect();

    let request = http::Request::delete(format!("/sessions/{}", session.id))
        .header("authorization", format!("Bearer {}", app.gate.speaker_token(&session).as_str()))
        .extension(Peer::new(&app, Ipv4Addr::LOCALHOST.into()));
    {
        let mut routes = routes(Arc::clone(&app));
        let mut answer = pin!(routes.call(request.body(Body::empty()).unwrap()));
        assert!(answer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }

    let all_are_let_go = async {
        for outbox in &mut audience {
            assert!(matches!(outbox.next().await, Outgoing::Text(_)));
            assert_eq!(outbox.next().await, Outgoing::Close(CloseKind::SessionEnded));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all_are_let_go).await.expect("all are told and let go");
}
