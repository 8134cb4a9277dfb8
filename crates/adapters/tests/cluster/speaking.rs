//! What the speaker does: takes the seat, on this node or that, asks, is cut off.

use crate::node::Node;
use crate::world::World;
use headcount_core::service::Parting;
use headcount_core::{ConnectionId, StatusDetail};
use std::sync::Arc;
use tokio::time::Instant;

impl World {
    /// The speaker does something that it can do.
    pub(crate) fn speaker_acts(&mut self) {
        let (at, attaching) = {
            let mut hall = self.hall.lock();
            let speaker = &mut hall.speaker;
            if speaker.at.as_ref().is_some_and(|(node, connection)| !node.hub.is_open(connection)) {
                (speaker.at, speaker.since) = (None, None);
            }
            (speaker.at.clone(), speaker.attaching.is_some())
        };
        if attaching {
            return;
        }
        match (at, self.dice.below(10)) {
            (None, _) | (Some(_), 0) => self.attaches(),
            (Some((node, connection)), 1) => {
                let mut hall = self.hall.lock();
                (hall.speaker.at, hall.speaker.since) = (None, None);
                hall.story.push(format!("the speaker is cut off from {}", node.id));
                drop(hall);
                self.parts(&node, &connection, Parting::Cut);
            }
            (Some((node, connection)), _) => self.asks(&node, &connection),
        }
    }

    pub(crate) fn attaches(&mut self) {
        let Some(node) = self.some_node() else { return };
        let connection = self.new_connection();
        let mut hall = self.hall.lock();
        (hall.speaker.attaching, hall.speaker.since) = (Some(node.id), None);
        hall.story.push(format!("the speaker goes to {} as {connection:?}", node.id));
        drop(hall);
        node.hub.open(&connection);
        let (hall, there, id) = (Arc::clone(&self.hall), Arc::clone(&node), self.id.clone());
        node.spawn(async move {
            let attached = there.service.attach_speaker(&id, &connection, StatusDetail::Basic).await;
            if attached.is_ok() {
                drop(there.service.brief_speaker(&id).await);
            } else {
                there.hub.close_quietly(&connection);
            }
            there.nudge();
            let mut hall = hall.lock();
            hall.story.push(format!("the speaker is at {}: {}", there.id, attached.is_ok()));
            hall.speaker.attaching = None;
            if attached.is_ok() {
                hall.speaker.at = Some((Arc::clone(&there), connection));
                hall.speaker.since = Some(Instant::now());
            }
        });
    }

    fn asks(&self, node: &Arc<Node>, connection: &ConnectionId) {
        let (there, connection) = (Arc::clone(node), connection.clone());
        node.spawn(async move {
            if let Ok(answer) = there.service.query_status(&connection, None).await
                && there.hub.is_open(&connection)
            {
                there.hub.tell(&connection, &answer.update);
            }
            there.nudge();
        });
    }
}
