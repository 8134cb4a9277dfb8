//! The audience of the demo: who is there, and what the script makes of them.

use super::script::Scene;
use super::seat::{Seat, SeatCue};
use crate::client::Dialer;
use headcount_core::{Language, SessionId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Listeners over real sockets.
pub(super) struct Audience {
    dialer: Dialer,
    session: SessionId,
    random: StdRng,
    /// How to reach each listener; those who have gone are passed over and forgotten when they are picked.
    seats: Vec<mpsc::Sender<SeatCue>>,
    tasks: JoinSet<()>,
}

impl Audience {
    /// Nobody yet.
    pub(super) fn new(dialer: Dialer, session: SessionId, seed: u64) -> Self {
        Self {
            dialer,
            session,
            random: StdRng::seed_from_u64(seed),
            seats: Vec::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Lets a scene happen. What it starts goes on by itself.
    pub(super) fn play(&mut self, scene: &Scene) {
        while self.tasks.try_join_next().is_some() {}
        match scene {
            Scene::Arrive { count, languages } => {
                let tags = languages.iter().cycle().take(*count);
                tags.for_each(|tag| self.admit(tag));
            }
            Scene::Leave { count } => (0..*count).for_each(|_| self.dismiss_one()),
            Scene::Blip { count } => self.cue_some(*count, |random| {
                SeatCue::Blip(Duration::from_millis(random.random_range(300..2_500)))
            }),
            Scene::Switch { count, to } => {
                if let Ok(language) = Language::parse(to) {
                    self.cue_some(*count, |_| SeatCue::Switch(language.clone()));
                }
            }
            Scene::Ask | Scene::Pause | Scene::Resume => {}
        }
    }

    /// One more listener, within the next second and a half: people do not arrive in step.
    fn admit(&mut self, tag: &str) {
        let Ok(language) = Language::parse(tag) else { return };
        let delay = Duration::from_millis(self.random.random_range(0..1_500));
        let (cues, played) = mpsc::channel(4);
        self.seats.push(cues);
        let seat = Seat::new(self.dialer.clone(), self.session.clone(), language);
        self.tasks.spawn(async move {
            tokio::time::sleep(delay).await;
            seat.listen(played).await;
        });
    }

    fn dismiss_one(&mut self) {
        while !self.seats.is_empty() {
            let index = self.random.random_range(0..self.seats.len());
            // Dropping the sender is the cue to leave.
            if !self.seats.swap_remove(index).is_closed() {
                return;
            }
        }
    }

    fn cue_some(&mut self, count: usize, cue: impl Fn(&mut StdRng) -> SeatCue) {
        self.seats.retain(|seat| !seat.is_closed());
        for _ in 0..count.min(self.seats.len()) {
            let index = self.random.random_range(0..self.seats.len());
            // A listener that has four cues waiting is busy enough.
            let _ = self.seats[index].try_send(cue(&mut self.random));
        }
    }

    /// Lets everybody leave.
    pub(super) async fn stop(mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        self.seats.clear();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        // Those who take longer lose their connection with this process.
        let _ = timeout(PATIENCE, all).await;
    }
}
