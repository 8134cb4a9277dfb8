//! What listeners do: come, come back, leave, are cut off, change their language.

use crate::hall::{Client, Doing, State};
use crate::node::Node;
use crate::world::World;
use headcount_core::service::{JoinError, JoinRequest, JoinedSession, Parting};
use headcount_core::{ConnectionId, Language};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a place waits for its listener.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// How long after its grace a place may be counted here: wake-ups are 50 ms apart.
pub(crate) const LAG: Duration = Duration::from_millis(250);

impl World {
    /// One of the clients does something that it can do.
    pub(crate) fn listener_acts(&mut self) {
        let Some(at) = self.dice.pick(&(0..self.clients()).collect::<Vec<_>>()) else { return };
        let Some(node) = self.some_node() else { return };
        let (busy, state) = {
            let hall = self.hall.lock();
            (hall.clients[at].doing.is_some(), hall.clients[at].state.clone())
        };
        if busy {
            return;
        }
        match (state, self.dice.below(10)) {
            (State::Out | State::Adrift { .. }, 0..9) => self.joins(at, &node),
            (State::In { node: there, connection }, 0..2) => self.is_cut(at, &there, &connection),
            (State::In { node: there, connection }, 2..4) => self.leaves(at, &there, &connection),
            (State::In { node: there, connection }, 4..6) => self.switches(at, &there, &connection),
            (State::In { .. }, 6..8) => self.joins(at, &node),
            _ => {}
        }
    }

    /// Comes, or comes back with its token.
    pub(crate) fn joins(&mut self, at: usize, node: &Arc<Node>) {
        let (connection, since) = (self.new_connection(), Instant::now());
        let other = self.dice.chance(15).then(|| self.some_language());
        let silent = self.dice.chance(10);
        let mut hall = self.hall.lock();
        let crate::hall::Hall { truth, clients, story, .. } = &mut *hall;
        let client = &mut clients[at];
        let resumes = !matches!(client.state, State::Out);
        if !resumes {
            client.stay = Some(truth.begin(&client.language, since));
        }
        let before = client.language.clone();
        if let (true, Some(other), Some(stay)) = (resumes, &other, client.stay) {
            truth.changes(stay, other, since);
        }
        let wanted = if resumes { other.unwrap_or_else(|| before.clone()) } else { before.clone() };
        let language = (!resumes || !silent || wanted != before).then(|| wanted.clone());
        let resume = client.place.clone().filter(|_| resumes);
        client.doing = Some(Doing { node: node.id, resumes, since });
        story.push(format!("{at} joins {} as {connection:?} in {language:?}, resuming {resume:?}", node.id));
        let request = JoinRequest { connection, session: self.id.clone(), language, resume };
        drop(hall);
        self.run_join(at, node, request, (before, wanted), since);
    }

    fn run_join(
        &self,
        at: usize,
        node: &Arc<Node>,
        request: JoinRequest,
        languages: (Language, Language),
        since: Instant,
    ) {
        let (hall, there) = (Arc::clone(&self.hall), Arc::clone(node));
        node.hub.open(&request.connection);
        node.spawn(async move {
            let connection = request.connection.clone();
            let result = there.service.join(request).await;
            there.nudge();
            let mut hall = hall.lock();
            let crate::hall::Hall { truth, clients, story, .. } = &mut *hall;
            story.push(format!("{at}: {}", said(&result)));
            let client = &mut clients[at];
            client.doing = None;
            match result {
                Ok(joined) => client.admitted(joined, &there, connection, &languages, since, truth),
                Err(error) => {
                    there.hub.gone(&connection);
                    client.refused(&error, &languages, since, truth);
                }
            }
        });
    }

    fn is_cut(&self, at: usize, node: &Arc<Node>, connection: &ConnectionId) {
        let now = Instant::now();
        let mut hall = self.hall.lock();
        let stay = hall.clients[at].stay;
        hall.clients[at].state = State::Adrift { home: node.id };
        stay.into_iter().for_each(|stay| hall.truth.goes(stay, now + GRACE, now + GRACE + LAG));
        hall.story.push(format!("{at} is cut off from {}", node.id));
        drop(hall);
        self.parts(node, connection, Parting::Cut);
    }

    fn leaves(&self, at: usize, node: &Arc<Node>, connection: &ConnectionId) {
        let now = Instant::now();
        let mut hall = self.hall.lock();
        let stay = hall.clients[at].stay.take();
        hall.clients[at].state = State::Out;
        stay.into_iter().for_each(|stay| hall.truth.goes(stay, now, now));
        hall.story.push(format!("{at} leaves {}", node.id));
        drop(hall);
        self.parts(node, connection, Parting::Closed);
    }

    pub(crate) fn parts(&self, node: &Arc<Node>, connection: &ConnectionId, how: Parting) {
        if !node.hub.gone(connection) {
            return;
        }
        let (there, connection) = (Arc::clone(node), connection.clone());
        node.spawn(async move {
            drop(there.service.disconnect(&connection, how).await);
            there.nudge();
        });
    }

    fn switches(&self, at: usize, node: &Arc<Node>, connection: &ConnectionId) {
        let language = self.some_language();
        let since = Instant::now();
        let mut hall = self.hall.lock();
        let before = hall.clients[at].language.clone();
        let Some(stay) = hall.clients[at].stay else { return };
        hall.truth.changes(stay, &language, since);
        hall.clients[at].doing = Some(Doing { node: node.id, resumes: false, since });
        hall.story.push(format!("{at} changes to {language} at {}", node.id));
        drop(hall);
        let (hall, there, connection) = (Arc::clone(&self.hall), Arc::clone(node), connection.clone());
        node.spawn(async move {
            let switched = there.service.switch_language(&connection, &language).await.is_ok();
            there.nudge();
            let mut hall = hall.lock();
            let hears = if switched { language } else { before };
            hall.clients[at].doing = None;
            hall.truth.hears(stay, &hears);
            hall.clients[at].language = hears;
        });
    }
}

impl Client {
    fn admitted(
        &mut self,
        joined: JoinedSession,
        node: &Arc<Node>,
        connection: ConnectionId,
        (before, wanted): &(Language, Language),
        since: Instant,
        truth: &mut crate::truth::Truth,
    ) {
        let old = std::mem::replace(&mut self.state, State::In { node: Arc::clone(node), connection });
        let stay = match (self.stay, matches!(old, State::Out)) {
            (Some(stay), true) => stay,
            (Some(stay), false) if joined.resumed => {
                truth.stays_on(stay);
                if before != wanted {
                    truth.hears(stay, &joined.language);
                }
                stay
            }
            (gone, _) => {
                gone.into_iter().for_each(|gone| truth.goes(gone, since, Instant::now()));
                truth.begin(wanted, since)
            }
        };
        truth.counts(stay);
        if let State::In { node, connection } = old {
            node.hub.close_quietly(&connection);
        }
        (self.stay, self.place, self.language) = (Some(stay), Some(joined.place), joined.language);
    }

    fn refused(
        &mut self,
        error: &JoinError,
        (before, wanted): &(Language, Language),
        since: Instant,
        truth: &mut crate::truth::Truth,
    ) {
        let Some(stay) = self.stay else { return };
        if matches!(self.state, State::Out) {
            truth.goes(stay, since, Instant::now());
            self.stay = None;
        } else if matches!(error, JoinError::LanguageNeeded) {
            // Its place is gone, or nobody knows: it is let go of when that is known.
            truth.goes(stay, since, Instant::now() + Duration::from_secs(40));
            if let State::In { node, connection } = std::mem::replace(&mut self.state, State::Out) {
                node.hub.close_quietly(&connection);
            }
            self.stay = None;
        } else if before != wanted {
            truth.hears(stay, before);
        }
    }
}

fn said(result: &Result<JoinedSession, JoinError>) -> String {
    match result {
        Ok(joined) => format!("in, {}", if joined.resumed { "resumed" } else { "new" }),
        Err(error) => error.to_string(),
    }
}
