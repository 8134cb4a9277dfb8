//! What goes wrong.

use crate::stage::{AUDIENCE, Known, Stage};
use serde_json::Value;

/// What the speaker was told of an audience that was never smaller or larger, whatever it went through.
fn nothing_false(told: &[Value]) {
    for status in told.iter().filter(|status| status["exact"].is_null()) {
        assert_eq!(status["listenerCount"], AUDIENCE, "nobody has come or gone: {status}");
    }
}

/// Its listeners come back on the others, which do not know for a lease whether the dead node still counts somebody.
#[tokio::test]
async fn a_node_is_killed() {
    let mut stage = Stage::set().await;
    let mut known = Known::default();
    stage.told(&mut known);
    stage.cluster.nodes[1].kill().await.unwrap();
    stage.settles(&[0, 2]).await;
    assert!(stage.audience.lost() >= AUDIENCE as u64 / 3, "only {} were cut off", stage.audience.lost());
    stage.told(&mut known);

    // It comes back as another node, with nobody, and is asked at once.
    stage.cluster.nodes[1].restart().await.unwrap();
    stage.settles(&[0, 1, 2]).await;
    stage.told(&mut known);
}

/// Nothing is left in it: the nodes bring back what they know, and nobody who listens notices.
#[tokio::test]
async fn redis_is_started_again_empty() {
    let mut stage = Stage::set().await;
    let mut known = Known::default();
    stage.told(&mut known);
    stage.cluster.redis.kill().await.unwrap();
    let status = stage.status(2).await.expect("a node answers from what it knows");
    assert_eq!(status["listenerCount"], AUDIENCE);
    stage.cluster.redis.restart().await.unwrap();
    stage.settles(&[0, 1, 2]).await;
    assert_eq!(stage.audience.lost(), 0);
    nothing_false(&stage.told(&mut known));
}

/// Everybody moves at least once, the speaker, too, and no count says so.
#[tokio::test]
async fn every_node_is_restarted_in_turn() {
    let mut stage = Stage::set().await;
    let mut known = Known::default();
    stage.told(&mut known);
    for node in 0..3 {
        assert!(stage.cluster.nodes[node].stop().await.unwrap().success());
        stage.cluster.nodes[node].restart().await.unwrap();
    }
    stage.settles(&[0, 1, 2]).await;
    assert!(stage.audience.lost() >= AUDIENCE as u64, "only {} were cut off", stage.audience.lost());
    nothing_false(&stage.told(&mut known));
}
