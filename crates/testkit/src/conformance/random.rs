//! Random sequences of steps, each answer compared with the model's.

use super::asking::ok;
use super::ledgers::claimed;
use super::runtime;
use super::seen::{SeenAdmission, SeenAudience, departed, ending, updated};
use super::steps::{PEOPLE, SESSIONS, Step, steps};
use crate::{Model, Stores, samples};
use headcount_core::ports::{Admission, Departure, JoinKind, Joiner, WantedRole};
use headcount_core::{
    ConnectionId, EndReason, Language, Place, Session, SessionChange, SessionId, StatusDetail, Timestamp,
    UpdateLedger,
};
use proptest::test_runner::{Config, TestRunner};
use std::time::Duration;

/// How many sequences are tried.
const CASES: u32 = 256;

/// Tries many random sequences on stores that `make` makes, a new one for each.
///
/// # Panics
/// If the store ever answers otherwise than the model; with the shortest such sequence that could be found.
pub fn compare(make: impl AsyncFn() -> Stores) {
    let config =
        Config { cases: CASES, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let runtime = runtime();
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        runtime.block_on(async {
            let mut run = Run::new(make().await);
            for step in steps {
                run.take(step).await;
            }
            run.look_around().await;
        });
        Ok(())
    });
    if let Err(difference) = outcome {
        panic!("the store is not as the model is: {difference}");
    }
}

/// A store and the model, side by side.
struct Run {
    stores: Stores,
    model: Model,
    now: Timestamp,
    /// How many connections each person has had.
    connections: [u32; PEOPLE],
    places: Vec<Place>,
}

impl Run {
    fn new(stores: Stores) -> Self {
        let places = Vec::new();
        Self { stores, model: Model::default(), now: samples::NOW, connections: [0; PEOPLE], places }
    }

    /// The connection that a person has now.
    fn connection(&self, who: usize) -> ConnectionId {
        samples::connection(&format!("p{who}-{}", self.connections[who]))
    }

    /// A connection that was lost or superseded never comes back; its person comes with another.
    fn retire(&mut self, connection: &ConnectionId) {
        for who in 0..PEOPLE {
            if self.connection(who) == *connection {
                self.connections[who] += 1;
            }
        }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Create(n) => self.create(n).await,
            Step::End(n) => self.end(&samples::session_id(n)).await,
            Step::Change(n, change) => self.update(n, &change).await,
            Step::Attach(n, who) => {
                let (connection, detail) = (self.connection(who), StatusDetail::Full);
                self.update(n, &SessionChange::AttachSpeaker { connection, detail }).await;
            }
            Step::Detach(n, who) => {
                let (connection, until) =
                    (who.map(|who| self.connection(who)), self.now.plus(Duration::from_secs(30)));
                self.update(n, &SessionChange::LoseSpeaker { connection, until }).await;
            }
            Step::Page(after, limit) => self.page(after.map(samples::session_id).as_ref(), limit).await,
            Step::Listen { session, who, language, token, room } => {
                let resume =
                    token.and_then(|token| self.places.get(token % self.places.len().max(1)).cloned());
                let language = language.map(samples::numbered_language);
                self.join(session, who, WantedRole::Listener { language, resume, max_listeners: room }).await;
            }
            Step::Speak(session, who) => self.join(session, who, WantedRole::Speaker).await,
            Step::Leave(who) => self.leave(who, Departure::Final).await,
            Step::Lose(who, grace) => {
                let until = self.now.plus(Duration::from_millis(grace));
                self.leave(who, Departure::Grace { until }).await;
            }
            Step::Switch(who, language) => self.switch(who, &samples::numbered_language(language)).await,
            Step::Count(n) => self.count(n).await,
            Step::Claim(n, ahead, languages) => self.claim(n, ahead, &languages).await,
            Step::Wait(millis) => self.now = self.now.plus(Duration::from_millis(millis)),
            Step::TurnBack(millis) => {
                self.now = Timestamp::from_millis(
                    self.now.as_millis().saturating_sub(millis).max(samples::NOW.as_millis()),
                );
            }
        }
    }

    async fn create(&mut self, n: u64) {
        let session = Session { created_at: self.now, ..samples::session(n) };
        let ledger = UpdateLedger::new(self.now);
        let created = ok(self.stores.sessions.create(session.clone(), ledger.clone()).await);
        assert_eq!(created, self.model.create(session, ledger));
    }

    async fn end(&mut self, id: &SessionId) {
        let ended = ok(self.stores.sessions.end(id, &EndReason::Expired, self.now).await).map(ending);
        assert_eq!(ended, self.model.end(id, self.now).map(ending));
    }

    async fn update(&mut self, n: u64, change: &SessionChange) {
        let id = samples::session_id(n);
        let found = ok(self.stores.sessions.update(&id, change, self.now).await).map(updated);
        assert_eq!(found, self.model.update(&id, change, self.now).map(updated));
    }

    async fn page(&self, after: Option<&SessionId>, limit: usize) {
        let page = ok(self.stores.sessions.live(after, limit).await);
        assert_eq!(page.iter().map(|session| &**session).collect::<Vec<_>>(), self.model.live(after, limit));
    }

    async fn join(&mut self, session: u64, who: usize, role: WantedRole) {
        let (connection, session) = (self.connection(who), samples::session_id(session));
        let joiner = Joiner { connection, session, role, now: self.now };
        let expected = self.model.join(&joiner);
        let admission = ok(self.stores.presence.join(joiner).await);
        if let Some(Admission::Joined(joined)) = &expected {
            self.places.push(joined.place.clone());
            if let JoinKind::Resumed { superseded: Some(connection) } = &joined.kind {
                self.retire(connection);
            }
        }
        assert_eq!(admission.map(SeenAdmission::from), expected.map(SeenAdmission::from));
    }

    async fn leave(&mut self, who: usize, departure: Departure) {
        let connection = self.connection(who);
        let left = ok(self.stores.presence.leave(&connection, departure, self.now).await).map(departed);
        assert_eq!(left, self.model.leave(&connection, departure, self.now).map(departed));
        if matches!(departure, Departure::Grace { .. }) {
            self.retire(&connection);
        }
    }

    async fn switch(&mut self, who: usize, language: &Language) {
        let connection = self.connection(who);
        let switched = ok(self.stores.presence.switch_language(&connection, language, self.now).await);
        let expected = self.model.switch_language(&connection, language, self.now);
        assert_eq!(switched.map(SeenAudience::from), expected.map(SeenAudience::from));
    }

    async fn count(&mut self, n: u64) {
        let id = samples::session_id(n);
        let counted = ok(self.stores.presence.audience(&id, self.now).await);
        assert_eq!(
            counted.map(SeenAudience::from),
            self.model.audience(&id, self.now).map(SeenAudience::from)
        );
    }

    async fn claim(&mut self, n: u64, ahead: u64, languages: &[usize]) {
        let id = samples::session_id(n);
        let languages: Vec<_> = languages.iter().copied().map(samples::numbered_language).collect();
        let revision = self.model.ledger(&id).map_or(0, UpdateLedger::revision) + ahead;
        let claim = ok(self.stores.ledgers.advance(&id, claimed(revision, &languages)).await);
        assert_eq!(claim, self.model.advance(&id, claimed(revision, &languages)));
    }

    /// Looks at everything that can be looked at.
    async fn look_around(&mut self) {
        self.page(None, usize::try_from(SESSIONS).unwrap_or(usize::MAX)).await;
        for n in 0..SESSIONS {
            let id = samples::session_id(n);
            assert_eq!(ok(self.stores.sessions.session(&id).await).as_deref(), self.model.session(&id));
            assert_eq!(ok(self.stores.ledgers.ledger(&id).await).as_deref(), self.model.ledger(&id));
            self.count(n).await;
        }
        for who in 0..PEOPLE {
            for number in 0..=self.connections[who] {
                let connection = samples::connection(&format!("p{who}-{number}"));
                assert_eq!(
                    ok(self.stores.presence.connection(&connection).await),
                    self.model.connection(&connection)
                );
            }
        }
    }
}
