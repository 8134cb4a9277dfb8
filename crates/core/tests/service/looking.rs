//! Looking at all sessions.

use crate::stage::{Stage, open};
use headcount_core::service::JoinRequest;
use headcount_testkit::samples::{connection, language};

#[tokio::test]
async fn sessions_come_in_pages_in_the_order_of_their_names_with_their_counts() {
    let stage = Stage::opened().await;
    stage.join("ana", "es").await;
    let mut all = vec![stage.id.clone()];
    for _ in 0..10 {
        all.push(open(&stage.service).await);
    }
    all.sort();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = stage.service.sessions(after.as_ref(), 4).await.unwrap();
        assert!(page.len() <= 4);
        let Some((last, _)) = page.last() else { break };
        after = Some(last.id.clone());
        for (session, audience) in page {
            let of_this = [(&language("es"), 1)];
            let expected = if session.id == stage.id { &of_this[..] } else { &[] };
            assert_eq!(audience.iter().collect::<Vec<_>>(), expected);
            seen.push(session.id.clone());
        }
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_census_counts_everyone_once_however_many_sessions_there_are() {
    let stage = Stage::opened().await;
    for n in 0..1_100 {
        let session = open(&stage.service).await;
        if n % 100 == 0 {
            let request = JoinRequest {
                connection: connection(&format!("l{n}")),
                session,
                language: Some(language(["es", "fr"][n / 100 % 2])),
                resume: None,
            };
            stage.service.join(request).await.unwrap();
        }
    }
    let census = stage.service.census().await.unwrap();
    assert_eq!((census.sessions, census.audience.listener_count()), (1_101, 11));
    assert_eq!(census.audience.count(&language("es")), 6);
}

#[tokio::test]
async fn listeners_in_grace_are_in_the_census_until_it_ends() {
    let stage = Stage::opened().await;
    stage.join("ana", "es").await;
    stage.cut("ana").await;
    assert_eq!(stage.service.census().await.unwrap().audience.listener_count(), 1);
    stage.clock.advance(std::time::Duration::from_secs(5));
    assert_eq!(stage.service.census().await.unwrap().audience.listener_count(), 0);
}
