//! What goes wrong: nodes die and stop, lines break, clocks jump, the engine forgets.

use crate::engine::Calls;
use crate::hall::State;
use crate::listeners::{GRACE, LAG};
use crate::world::World;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What goes wrong in a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Nothing; nodes are stopped and started as in a rolling restart.
    Calm,
    /// Nodes die, too.
    Deaths,
    /// Lines between nodes and the engine break in all ways.
    Lines,
    /// Clocks jump.
    Clocks,
    /// The engine loses its memory, or goes back to what it was.
    Engine,
    /// All of that.
    Storm,
}

/// All of them.
pub(crate) const WEATHERS: [Weather; 6] =
    [Weather::Calm, Weather::Deaths, Weather::Lines, Weather::Clocks, Weather::Engine, Weather::Storm];

/// Something that is done in a while.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Later {
    /// A node starts in that slot.
    Start(usize),
    /// The node there has drained for as long as it may.
    Stop(usize),
    /// The line of the node there is mended.
    Mend(usize),
    /// The replica takes over.
    FailOver,
}

impl World {
    /// Something goes wrong.
    pub(crate) fn trouble_strikes(&mut self) {
        let kinds = [Weather::Deaths, Weather::Lines, Weather::Clocks, Weather::Engine];
        let kind = match self.weather {
            Weather::Storm => self.dice.pick(&kinds).unwrap_or(Weather::Deaths),
            weather => weather,
        };
        let Some(slot) = self.some_slot() else { return };
        match kind {
            Weather::Deaths if self.dice.chance(50) => self.crash(slot),
            Weather::Calm | Weather::Deaths | Weather::Storm => self.drain(slot),
            Weather::Lines => self.break_line(slot),
            Weather::Clocks => self.jump(slot),
            Weather::Engine => self.engine_fails(),
        }
    }

    fn crash(&mut self, slot: usize) {
        if self.alive() < 2 {
            return;
        }
        let Some(node) = self.slots[slot].node.take() else { return };
        self.note(format!("node {} dies", node.id));
        node.kill();
        self.engine.forget(node.id);
        let mut hall = self.hall.lock();
        hall.truth.blow();
        hall.lose(node.id);
        drop(hall);
        self.clear_up(slot);
        let back = self.dice.millis(100, 20_000);
        self.later(back, Later::Start(slot));
    }

    /// The node closes its sockets, and waits for its listeners to turn up elsewhere.
    fn drain(&mut self, slot: usize) {
        if self.alive() < 2 || self.slots.iter().any(|slot| slot.draining) {
            return;
        }
        let Some(node) = self.slots[slot].node.clone() else { return };
        self.note(format!("node {} drains", node.id));
        self.slots[slot].draining = true;
        node.hub.close_down();
        self.hall.lock().dismiss(node.id, GRACE, LAG);
        let there = Arc::clone(&node);
        node.spawn(async move {
            there.store.drain(there.now()).await;
            there.nudge();
        });
        self.later(GRACE + Duration::from_millis(500), Later::Stop(slot));
    }

    /// What was put off and is due by now.
    pub(crate) async fn catch_up(&mut self) {
        let now = Instant::now();
        let due: Vec<_> = self.waiting.extract_if(.., |(at, _)| *at <= now).map(|(_, what)| what).collect();
        for what in due {
            match what {
                Later::Start(slot) => self.start(slot),
                Later::Stop(slot) => self.stop(slot).await,
                Later::Mend(slot) => self.mend(slot),
                Later::FailOver => {
                    self.note("the replica takes over".to_owned());
                    self.engine.fail_over();
                    self.hall.lock().truth.blow();
                    self.relieve();
                }
            }
        }
    }

    async fn stop(&mut self, slot: usize) {
        let Some(node) = self.slots[slot].node.take() else { return };
        self.note(format!("node {} stops", node.id));
        node.store.farewell(node.now()).await;
        node.kill();
        self.engine.forget(node.id);
        self.hall.lock().lose(node.id);
        self.clear_up(slot);
        let back = self.dice.millis(0, 3_000);
        self.later(back, Later::Start(slot));
    }

    fn break_line(&mut self, slot: usize) {
        let Some(node) = self.slots[slot].node.clone().filter(|_| !self.slots[slot].broken) else { return };
        let what = self.dice.below(8);
        let calls = if self.dice.chance(50) { Calls::Refused } else { Calls::Hang };
        self.note(format!("the line of {} breaks: {what}, {calls:?}", node.id));
        self.engine.change(node.id, |line, dice| match what {
            0..3 => {
                line.calls = calls;
                line.deafen(dice);
            }
            3 => line.calls = calls,
            4 => line.deafen(dice),
            5 => line.slowness = Duration::from_millis(300),
            6 => line.lost_messages = 30,
            _ => line.lost_answers = 30,
        });
        self.slots[slot].broken = true;
        self.hall.lock().truth.trouble();
        let mended = self.dice.millis(100, 20_000);
        self.later(mended, Later::Mend(slot));
    }

    pub(crate) fn mend(&mut self, slot: usize) {
        if let Some(node) = self.slots[slot].node.clone().filter(|_| self.slots[slot].broken) {
            self.note(format!("the line of {} is mended", node.id));
            let overrun = self.dice.chance(20);
            self.engine.change(node.id, |line, dice| {
                line.mend(dice);
                if overrun {
                    line.overrun();
                }
            });
        }
        self.slots[slot].broken = false;
        self.relieve();
    }

    fn jump(&mut self, slot: usize) {
        let Some(node) = self.slots[slot].node.clone() else { return };
        let size = i64::try_from(self.dice.below(20_000)).unwrap_or(0);
        let by = if self.dice.chance(50) { size } else { -size };
        self.note(format!("the clock of {} jumps by {by} ms", node.id));
        node.clock.jump(by);
        node.nudge();
        let back = Duration::from_millis(u64::try_from(-by).unwrap_or(0));
        let mut hall = self.hall.lock();
        hall.truth.blow();
        let crate::hall::Hall { truth, clients, .. } = &mut *hall;
        let adrift = |client: &&mut crate::hall::Client| {
            client.is_at(node.id) && matches!(client.state, State::Adrift { .. })
        };
        for stay in clients.iter_mut().filter(adrift).filter_map(|client| client.stay) {
            truth.grace_shifts(stay, back);
        }
    }

    fn engine_fails(&mut self) {
        if self.dice.chance(50) {
            self.note("the engine is emptied".to_owned());
            self.engine.empty();
            self.hall.lock().truth.blow();
        } else if !self.failing_over() {
            self.note("the replica lags".to_owned());
            self.engine.replicate();
            self.hall.lock().truth.trouble();
            let lag = self.dice.millis(50, 1_000);
            self.later(lag, Later::FailOver);
        }
    }

    fn failing_over(&self) -> bool {
        self.waiting.iter().any(|(_, what)| matches!(what, Later::FailOver))
    }

    /// Whatever is wrong with the line of a node that is no more is over with it.
    fn clear_up(&mut self, slot: usize) {
        (self.slots[slot].draining, self.slots[slot].broken) = (false, false);
        self.waiting.retain(|(_, what)| !matches!(what, Later::Stop(of) | Later::Mend(of) if *of == slot));
        self.relieve();
    }

    fn relieve(&self) {
        if !self.failing_over() && !self.slots.iter().any(|slot| slot.broken) {
            self.hall.lock().truth.relief();
        }
    }
}
