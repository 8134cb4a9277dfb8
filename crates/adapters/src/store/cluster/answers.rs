//! Listeners that come back to another node than they left: the question, the answer, and what follows from each.

use super::followed::Followed;
use super::questions::{ForWhom, Outcome, Question};
use super::{Address, ClusterStore, Message};
use headcount_core::cluster::{NodeId, Standing};
use headcount_core::ports::{Admission, CloseReason, Departure, JoinKind, Joiner, StoreError, WantedRole};
use headcount_core::{Language, Place, Role, SessionId, Timestamp};
use std::sync::Arc;
use tokio::sync::oneshot;

impl ClusterStore {
    /// The node that has the place that `joiner` wants back, if that is another one.
    pub(super) fn home_elsewhere(&self, joiner: &Joiner) -> Option<NodeId> {
        let WantedRole::Listener { resume: Some(place), .. } = &joiner.role else { return None };
        let home = place.home.filter(|home| *home != self.node)?;
        (!self.rooms.knows(&joiner.connection)).then_some(home)
    }

    /// Admits somebody whose place is at `home`: to that place, if `home` lets go of it in time.
    pub(super) async fn join_from(
        &self,
        home: NodeId,
        mut joiner: Joiner,
        followed: &Arc<Followed>,
    ) -> Result<Option<Admission>, StoreError> {
        let WantedRole::Listener { resume, .. } = &mut joiner.role else { return Ok(None) };
        let Some(place) = resume.take() else { return Ok(self.rooms.join(&joiner)) };
        let (standing, may_answer) = {
            let roll = self.roll.read();
            (roll.standing(home, joiner.now), roll.may_answer(home, joiner.now))
        };
        match standing {
            Standing::Gone => Ok(self.rooms.join(&joiner)),
            _ if may_answer && self.is_connected() => self.ask(home, &place, joiner, followed).await,
            Standing::Alive | Standing::Suspected => {
                Ok(self.join_unanswered(home, &place, &joiner, followed))
            }
        }
    }

    /// Asks `home` and waits a little for its answer.
    async fn ask(
        &self,
        home: NodeId,
        place: &Place,
        joiner: Joiner,
        followed: &Arc<Followed>,
    ) -> Result<Option<Admission>, StoreError> {
        let (admitted, outcome) = oneshot::channel();
        let for_whom = ForWhom::Waiting { joiner: Box::new(joiner.clone()), admitted };
        let number = self.questions.lock().ask(&joiner.session, home, place, joiner.now, for_whom);
        let Some(number) = number else { return Ok(self.join_unasked(home, &joiner, followed)) };
        let said = self.say_ask(home, number, &joiner.session, place).await;
        if said.is_ok() {
            match tokio::time::timeout(self.settings.answer_within, outcome).await {
                Ok(Ok(Outcome::Admitted(admission))) => return Ok(Some(*admission)),
                Ok(Ok(Outcome::NoPlace)) => return Ok(self.rooms.join(&joiner)),
                // The session has ended.
                Ok(Err(_)) => return Ok(None),
                Err(_) => {}
            }
        }
        Ok(self.join_late(number, home, &joiner, followed))
    }

    pub(super) async fn say_ask(
        &self,
        home: NodeId,
        number: u64,
        session: &SessionId,
        place: &Place,
    ) -> Result<(), StoreError> {
        let (session, place) = (session.clone(), place.clone());
        let message = Message::Ask { session, from: self.node, number, place };
        self.engine.bus.say(Address::Node(home), &message).await
    }

    /// Nobody has answered in time. The question stays open: an answer that comes yet says who is counted twice.
    fn join_late(
        &self,
        number: u64,
        home: NodeId,
        joiner: &Joiner,
        followed: &Followed,
    ) -> Option<Admission> {
        let mut state = followed.state.lock();
        let mut questions = self.questions.lock();
        if let Some(question) = questions.get_mut(number) {
            let waiting = ForWhom::Late { counted_as: None };
            drop(std::mem::replace(&mut question.for_whom, waiting));
        } else if self.rooms.knows(&joiner.connection) {
            // The answer came at the last moment, and this joiner is in: joining again says so.
            let place = Some(JoinKind::Resumed { superseded: None });
            return self.rooms.join(joiner).map(|admission| with_kind(admission, place));
        }
        let open = questions.get(number).is_some();
        drop(questions);
        let admission = self.rooms.join(joiner);
        if open && let Some(language) = newly_counted(admission.as_ref()) {
            state.own.share.asking.entry(home).or_default().add(&language);
            if let Some(question) = self.questions.lock().get_mut(number) {
                question.for_whom = ForWhom::Late { counted_as: Some(language) };
            }
        }
        admission
    }

    /// Whoever has the place cannot be asked now, or is not worth waiting for: the question is asked later.
    fn join_unanswered(
        &self,
        home: NodeId,
        place: &Place,
        joiner: &Joiner,
        followed: &Followed,
    ) -> Option<Admission> {
        let for_whom = ForWhom::Late { counted_as: None };
        let number = self.questions.lock().ask(&joiner.session, home, place, joiner.now, for_whom);
        match number {
            Some(number) => self.join_late(number, home, joiner, followed),
            None => self.join_unasked(home, joiner, followed),
        }
    }

    /// There are too many questions: until `home` is gone nobody knows whether this one is counted twice.
    fn join_unasked(&self, home: NodeId, joiner: &Joiner, followed: &Followed) -> Option<Admission> {
        let mut state = followed.state.lock();
        let admission = self.rooms.join(joiner);
        if let Some(language) = newly_counted(admission.as_ref()) {
            state.own.share.asking.entry(home).or_default().add(&language);
        }
        admission
    }

    /// Another node asks for a place: whether it may have it.
    pub(super) async fn hear_ask(
        &self,
        session: SessionId,
        from: NodeId,
        number: u64,
        place: &Place,
        now: Timestamp,
    ) {
        let handed = self.followed(&session).and_then(|followed| {
            let _state = followed.state.lock();
            self.rooms.hand_over(&session, place, from, now.plus(self.settings.handed_for), now)
        });
        let superseded = handed.as_ref().and_then(|handed| handed.superseded.clone());
        let place = handed.map(|handed| (handed.language, handed.counted_as));
        let answer = Message::Answer { session, from: self.node, number, place };
        // An answer that is lost is asked for again.
        drop(self.engine.bus.say(Address::Node(from), &answer).await);
        if let Some(superseded) = superseded {
            self.around.audience.close(&superseded, CloseReason::Superseded).await;
        }
    }

    /// Another node has answered.
    pub(super) fn hear_answer(
        &self,
        session: &SessionId,
        from: NodeId,
        number: u64,
        place: Option<&(Language, Language)>,
        now: Timestamp,
    ) {
        let Some(followed) = self.followed(session) else { return };
        let mut state = followed.state.lock();
        let Some(question) = self.questions.lock().answered(number, from) else { return };
        let Some((language, counted_as)) = place else {
            self.refused(question, &mut state.own.share.asking);
            return;
        };
        state.own.share.taken.entry(from).or_default().add(counted_as);
        match question.for_whom {
            ForWhom::Waiting { joiner, admitted } => match self.rooms.take_over(&joiner, language) {
                Some(admission) => {
                    if admitted.send(Outcome::Admitted(Box::new(admission))).is_err() {
                        // Whoever waited has gone without having been seen to: the place was theirs all the same.
                        self.rooms.leave(&joiner.connection, Departure::Final, now);
                    }
                }
                None => {
                    self.rooms.absorb(session, language, now);
                    drop(admitted.send(Outcome::NoPlace));
                }
            },
            ForWhom::Late { counted_as } => {
                answered_late(&mut state.own.share.asking, from, counted_as.as_ref());
                self.rooms.absorb(session, language, now);
            }
        }
    }

    /// There is no such place, or its node is gone: nobody is counted twice on that account.
    pub(super) fn refused(&self, question: Question, asking: &mut headcount_core::cluster::Transfers) {
        match question.for_whom {
            ForWhom::Waiting { admitted, .. } => drop(admitted.send(Outcome::NoPlace)),
            ForWhom::Late { counted_as } => answered_late(asking, question.home, counted_as.as_ref()),
        }
    }
}

/// Somebody who counts in `language` is not in doubt any more.
fn answered_late(asking: &mut headcount_core::cluster::Transfers, home: NodeId, language: Option<&Language>) {
    let Some(language) = language else { return };
    if let Some(open) = asking.get_mut(&home) {
        open.remove(language);
        if open.listener_count() == 0 {
            asking.remove(&home);
        }
    }
}

/// The language of somebody who is counted since just now.
fn newly_counted(admission: Option<&Admission>) -> Option<Language> {
    let Some(Admission::Joined(joined)) = admission else { return None };
    match (&joined.kind, &joined.connection.role) {
        (JoinKind::New, Role::Listener { language }) => Some(language.clone()),
        _ => None,
    }
}

fn with_kind(admission: Admission, kind: Option<JoinKind>) -> Admission {
    match (admission, kind) {
        (Admission::Joined(mut joined), Some(kind)) => {
            joined.kind = kind;
            Admission::Joined(joined)
        }
        (admission, _) => admission,
    }
}
