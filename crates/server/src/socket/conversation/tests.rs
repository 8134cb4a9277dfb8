//! Places are given back however a connection ends.

use super::*;
use crate::compose::compose;
use crate::config::Config;
use futures_util::FutureExt;
use headcount_core::SessionId;
use headcount_protocol::Connect;
use headcount_testkit::samples::new_session;
use std::net::Ipv4Addr;

fn conversation(app: &Arc<App>) -> Conversation {
    let connect = Connect::parse(std::iter::empty::<(&str, &str)>(), None).unwrap();
    Conversation::new(app, Ipv4Addr::LOCALHOST.into(), &connect, None)
}

async fn count(app: &App, session: &SessionId) -> u64 {
    let update = app.service.peek_status(session).await.unwrap().unwrap();
    update.status.listener_count()
}

#[tokio::test]
async fn a_listener_that_goes_while_it_is_let_in_leaves_no_ghost() {
    let mut config = Config::local();
    config.service.reconnect_grace = Duration::ZERO;
    let app = compose(config).await.unwrap().app;
    let session = app.service.open_session(new_session()).await.unwrap().id.clone();
    let speaker = conversation(&app);
    app.service.attach_speaker(&session, speaker.id(), StatusDetail::Basic).await.unwrap();
    // As long as the speaker is being answered, nobody else can tell it of a newcomer.
    let answer = app.service.query_status(speaker.id(), None).await.unwrap();
    let mut listener = conversation(&app);
    let message = format!(r#"{{"action":"joinSession","sessionId":"{session}","targetLanguage":"es"}}"#);
    assert!(listener.hear(&message).now_or_never().is_none(), "it waits for its turn to tell the speaker");
    assert_eq!(count(&app, &session).await, 1, "it is counted already");

    drop(listener);
    drop(answer);
    app.tasks.close();
    app.tasks.wait().await;
    assert_eq!(count(&app, &session).await, 0);
}
