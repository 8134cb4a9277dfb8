//! The clients of the simulation: listeners, one speaker, and what they know of themselves.

use crate::node::Node;
use crate::truth::{StayId, Truth};
use headcount_core::cluster::NodeId;
use headcount_core::{ConnectionId, Language, Place};
use std::sync::Arc;
use tokio::time::Instant;

/// Everybody, the truth about them, and what was found to be wrong.
#[derive(Default)]
pub(crate) struct Hall {
    pub(crate) truth: Truth,
    pub(crate) clients: Vec<Client>,
    pub(crate) speaker: Speaker,
    /// What must not be, in words.
    pub(crate) wrong: Vec<String>,
    /// What happened so far, one line each.
    pub(crate) story: Vec<String>,
    /// When a node last started.
    pub(crate) started: Option<Instant>,
    /// How many statuses were judged, and how many of them were exact.
    pub(crate) judged: (u64, u64),
}

/// Somebody who listens now and then.
pub(crate) struct Client {
    pub(crate) state: State,
    pub(crate) language: Language,
    /// What its resume token says.
    pub(crate) place: Option<Place>,
    pub(crate) stay: Option<StayId>,
    pub(crate) doing: Option<Doing>,
}

/// Where somebody is.
#[derive(Clone)]
pub(crate) enum State {
    /// Not there.
    Out,
    /// Connected.
    In { node: Arc<Node>, connection: ConnectionId },
    /// Cut off; that node has the place, if any has.
    Adrift { home: NodeId },
}

/// Something that a client is waiting for.
#[derive(Clone, Copy)]
pub(crate) struct Doing {
    /// The node that is to do it.
    pub(crate) node: NodeId,
    /// Whether it wants a place back.
    pub(crate) resumes: bool,
    pub(crate) since: Instant,
}

/// The one who speaks.
#[derive(Default)]
pub(crate) struct Speaker {
    pub(crate) at: Option<(Arc<Node>, ConnectionId)>,
    pub(crate) attaching: Option<NodeId>,
    /// When it was last there for sure without a break.
    pub(crate) since: Option<Instant>,
}

impl Client {
    pub(crate) const fn new(language: Language) -> Self {
        Self { state: State::Out, language, place: None, stay: None, doing: None }
    }

    /// Whether its place is at `node`, as far as it knows.
    pub(crate) fn is_at(&self, node: NodeId) -> bool {
        match &self.state {
            State::Out => false,
            State::In { node: at, .. } => at.id == node,
            State::Adrift { home } => *home == node,
        }
    }
}

impl Hall {
    /// A node is no more: it died, or it has stopped.
    pub(crate) fn lose(&mut self, node: NodeId) {
        let Self { truth, clients, speaker, .. } = self;
        for client in clients {
            if client.is_at(node) {
                client.state = State::Adrift { home: node };
                client.stay.into_iter().for_each(|stay| truth.left_behind(stay));
            }
            if let Some(doing) = client.doing.filter(|doing| doing.node == node) {
                client.doing = None;
                client.interrupted(doing, truth);
            }
        }
        if speaker.at.as_ref().is_some_and(|(at, _)| at.id == node) {
            (speaker.at, speaker.since) = (None, None);
        }
        if speaker.attaching == Some(node) {
            (speaker.attaching, speaker.since) = (None, None);
        }
    }

    /// A node closes all its sockets, and goes on counting those who were there for `grace`.
    pub(crate) fn dismiss(&mut self, node: NodeId, grace: std::time::Duration, slack: std::time::Duration) {
        let (now, truth) = (Instant::now(), &mut self.truth);
        for client in &mut self.clients {
            if let State::In { node: at, .. } = &client.state
                && at.id == node
            {
                client.state = State::Adrift { home: node };
                client.stay.into_iter().for_each(|stay| truth.goes(stay, now + grace, now + grace + slack));
            }
        }
        if self.speaker.at.as_ref().is_some_and(|(at, _)| at.id == node) {
            (self.speaker.at, self.speaker.since) = (None, None);
        }
    }
}

impl Client {
    /// The node died that was doing something for it.
    fn interrupted(&mut self, doing: Doing, truth: &mut Truth) {
        let Some(stay) = self.stay else { return };
        if !doing.resumes {
            if matches!(self.state, State::Out) {
                truth.left_behind(stay);
                self.stay = None;
            }
            return;
        }
        // The place may have been handed to the node that died, and counts for as long as that has a lease.
        truth.goes(stay, doing.since, Instant::now() + std::time::Duration::from_secs(40));
        if let State::In { node, connection } = &self.state {
            node.hub.close_quietly(connection);
            self.state = State::Adrift { home: node.id };
        }
    }
}
