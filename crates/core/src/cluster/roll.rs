//! Which nodes are alive, as one of them has heard.

use super::NodeId;
use crate::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a node that is silent is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// After so much silence a node may be dead, and what it counts may be wrong. 3 s by default.
    pub suspect_after: Duration,
    /// After so much silence it is gone, and its listeners with it. 15 s by default.
    pub lease: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self { suspect_after: Duration::from_secs(3), lease: Duration::from_secs(15) }
    }
}

/// What is to be thought of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was heard of a moment ago.
    Alive,
    /// It may be dead, or cut off: what it counts may be wrong. So may be one that has a lease and was not heard itself
    /// yet, or not since nobody could be.
    Suspected,
    /// It is dead, has said farewell, or was never heard of: it counts nobody.
    Gone,
}

/// The other nodes, and when each was last heard.
///
/// One that was never heard of is gone, so nothing is kept of those who are: whoever was counted out and is heard again
/// is simply there again.
#[derive(Clone, Debug)]
pub struct Roll {
    own: NodeId,
    terms: Terms,
    /// How many nodes a cluster may have is the operator's to limit: each entry has a lease, and goes with it.
    heard: BTreeMap<NodeId, Sign>,
    /// When this node itself was last known to be awake, by its own clock.
    awake_at: Timestamp,
    /// Since when nobody can be heard; `None` while the engine passes everything on.
    deaf_since: Option<Timestamp>,
}

/// The last sign of life of a node.
#[derive(Clone, Copy, Debug)]
struct Sign {
    /// Since when its lease runs.
    at: Timestamp,
    /// Whether it was heard itself, and not only said to have a lease.
    certain: bool,
    /// Whether it was never heard itself.
    only_listed: bool,
}

impl Roll {
    /// Nobody was heard of yet, and nobody can be: see [`Self::connected`].
    #[must_use]
    pub const fn new(own: NodeId, terms: Terms, now: Timestamp) -> Self {
        Self { own, terms, heard: BTreeMap::new(), awake_at: now, deaf_since: Some(now) }
    }

    /// `node` gave a sign of life.
    pub fn heard(&mut self, node: NodeId, now: Timestamp) {
        if node != self.own {
            let at = self.heard.get(&node).map_or(now, |sign| now.max(sign.at));
            self.heard.insert(node, Sign { at, certain: true, only_listed: false });
        }
    }

    /// These nodes have a lease. One that was not known gets a whole one from now on: it is to be heard of soon. One that is
    /// known from such a list only, and is not in this one, has none any more.
    pub fn listed(&mut self, nodes: &[NodeId], now: Timestamp) {
        self.heard.retain(|node, sign| !sign.only_listed || nodes.contains(node));
        for node in nodes.iter().filter(|node| **node != self.own) {
            self.heard.entry(*node).or_insert(Sign { at: now, certain: false, only_listed: true });
        }
    }

    /// `node` has said farewell.
    pub fn left(&mut self, node: NodeId) {
        self.heard.remove(&node);
    }

    /// The engine passes everything on from now on. Those who were silent because nobody could be heard get a whole lease
    /// again, and are suspected until they are heard.
    pub fn connected(&mut self, now: Timestamp) {
        if self.deaf_since.take().is_some() {
            self.begin_anew(now);
        }
    }

    /// This node is awake. To be called with each beat of its own: a node that was suspended, or whose clock has jumped,
    /// has not heard others for reasons of its own, and must not take them for dead, nor the dead for alive.
    pub fn awake(&mut self, now: Timestamp) {
        if now < self.awake_at || self.was_asleep(now) {
            self.begin_anew(now);
        }
        self.awake_at = now;
    }

    /// Whether so much time has passed without a beat of this node's own that its clock, or it, was somewhere else.
    fn was_asleep(&self, now: Timestamp) -> bool {
        let apart = now.since(self.awake_at).max(self.awake_at.since(now));
        apart >= self.terms.suspect_after
    }

    fn begin_anew(&mut self, now: Timestamp) {
        self.heard.values_mut().for_each(|sign| *sign = Sign { at: now, certain: false, ..*sign });
    }

    /// Nobody can be heard from now on. Nobody is gone for that, and nobody is known to be alive.
    pub fn disconnected(&mut self, now: Timestamp) {
        self.deaf_since.get_or_insert(now);
    }

    /// Whether others can be heard.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.deaf_since.is_none()
    }

    /// What is to be thought of `node` at `now`.
    #[must_use]
    pub fn standing(&self, node: NodeId, now: Timestamp) -> Standing {
        match self.heard.get(&node) {
            _ if node == self.own => Standing::Alive,
            None => Standing::Gone,
            Some(_) if self.deaf_since.is_some() || self.was_asleep(now) => Standing::Suspected,
            Some(sign) => match self.after(now.since(sign.at)) {
                Standing::Alive if !sign.certain => Standing::Suspected,
                standing => standing,
            },
        }
    }

    /// Whether it is worth while to ask `node` something at `now`: it has not been silent for long, as far as this node
    /// could hear it.
    #[must_use]
    pub fn may_answer(&self, node: NodeId, now: Timestamp) -> bool {
        let silent = |sign: &Sign| self.after(now.since(sign.at)) != Standing::Alive;
        self.deaf_since.is_none() && self.heard.get(&node).is_some_and(|sign| !silent(sign))
    }

    fn after(&self, silence: Duration) -> Standing {
        if silence >= self.terms.lease {
            Standing::Gone
        } else if silence >= self.terms.suspect_after {
            Standing::Suspected
        } else {
            Standing::Alive
        }
    }

    /// Those whose leases have ended by `now`, each once.
    pub fn gone(&mut self, now: Timestamp) -> Vec<NodeId> {
        let ended = |node: &NodeId| self.standing(*node, now) == Standing::Gone;
        let gone: Vec<_> = self.heard.keys().copied().filter(ended).collect();
        for node in &gone {
            self.heard.remove(node);
        }
        gone
    }

    /// Those of whom nobody knows at `now` whether they are alive, each with the moment at which it was last heard.
    pub(super) fn suspected(&self, now: Timestamp) -> impl Iterator<Item = (NodeId, Timestamp)> {
        let doubtful = move |node: &NodeId| self.standing(*node, now) == Standing::Suspected;
        self.heard.iter().filter(move |(node, _)| doubtful(node)).map(|(node, sign)| (*node, sign.at))
    }

    /// Since when nobody can be heard.
    pub(super) const fn deaf_since(&self) -> Option<Timestamp> {
        self.deaf_since
    }

    /// When the lease ends of a node that was last heard `at`.
    pub(super) fn lease_end(&self, at: Timestamp) -> Timestamp {
        at.plus(self.terms.lease)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: NodeId = NodeId::new(1);
    const OTHER: NodeId = NodeId::new(2);

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn connected() -> Roll {
        let mut roll = Roll::new(OWN, Terms::default(), at(0));
        roll.connected(at(0));
        roll
    }

    /// This node beats each second, from the one after `from` until `to`.
    fn wait(roll: &mut Roll, from: u64, to: u64) {
        (from + 1..=to).for_each(|second| roll.awake(at(second)));
    }

    #[test]
    fn silence_is_suspected_and_then_taken_for_death() {
        let mut roll = connected();
        wait(&mut roll, 0, 10);
        roll.heard(OTHER, at(10));
        let mut before = 10;
        for (now, standing) in [
            (10, Standing::Alive),
            (12, Standing::Alive),
            (13, Standing::Suspected),
            (24, Standing::Suspected),
            (25, Standing::Gone),
        ] {
            wait(&mut roll, before, now);
            assert_eq!(roll.standing(OTHER, at(now)), standing, "at {now}");
            before = now;
        }
        assert_eq!(roll.gone(at(24)), []);
        assert_eq!(roll.gone(at(25)), [OTHER]);
        assert_eq!(roll.gone(at(26)), []);
        roll.heard(OTHER, at(27));
        assert_eq!(roll.standing(OTHER, at(27)), Standing::Alive);
    }

    #[test]
    fn a_node_that_is_only_listed_is_suspected_and_has_a_lease_and_one_that_left_has_none() {
        let mut roll = connected();
        wait(&mut roll, 0, 5);
        roll.listed(&[OWN, OTHER], at(5));
        assert_eq!((roll.standing(OTHER, at(5)), roll.may_answer(OTHER, at(5))), (Standing::Suspected, true));
        wait(&mut roll, 5, 8);
        roll.listed(&[OWN, OTHER], at(8));
        assert!(!roll.may_answer(OTHER, at(8)));
        assert_eq!(roll.lease_end(roll.suspected(at(8)).next().unwrap().1), at(20));
        roll.heard(OTHER, at(8));
        assert_eq!(roll.standing(OTHER, at(8)), Standing::Alive);
        roll.left(OTHER);
        assert_eq!(roll.standing(OTHER, at(8)), Standing::Gone);
        assert_eq!(roll.standing(OWN, at(8)), Standing::Alive);
    }

    #[test]
    fn a_node_that_was_never_heard_goes_with_its_entry_in_the_list() {
        let mut roll = connected();
        roll.listed(&[OWN, OTHER], at(1));
        assert_eq!(roll.standing(OTHER, at(1)), Standing::Suspected);
        roll.listed(&[OWN], at(2));
        assert_eq!(roll.standing(OTHER, at(2)), Standing::Gone);
        // One that was heard has its lease, whatever a list says: the engine may have been emptied.
        wait(&mut roll, 0, 3);
        roll.heard(OTHER, at(3));
        roll.listed(&[OWN], at(4));
        assert_eq!(roll.standing(OTHER, at(4)), Standing::Alive);
    }

    #[test]
    fn who_hears_nobody_buries_nobody_and_trusts_nobody_until_it_hears_them() {
        let mut roll = connected();
        roll.heard(OTHER, at(0));
        roll.disconnected(at(1));
        roll.disconnected(at(2));
        assert_eq!(roll.deaf_since(), Some(at(1)));
        assert_eq!(roll.standing(OTHER, at(1)), Standing::Suspected);
        wait(&mut roll, 0, 100);
        assert_eq!(roll.gone(at(100)), []);
        roll.connected(at(100));
        assert_eq!(roll.standing(OTHER, at(100)), Standing::Suspected);
        wait(&mut roll, 100, 115);
        assert_eq!(roll.gone(at(115)), [OTHER]);
    }

    #[test]
    fn who_was_asleep_or_whose_clock_jumps_buries_nobody_and_trusts_nobody() {
        for jump in [1_000 + 40, 1_000 - 40] {
            let mut roll = Roll::new(OWN, Terms::default(), at(1_000));
            roll.connected(at(1_000));
            roll.heard(OTHER, at(1_000));
            assert_eq!(roll.standing(OTHER, at(jump)), Standing::Suspected);
            assert_eq!(roll.gone(at(jump)), []);
            roll.awake(at(jump));
            assert_eq!(roll.standing(OTHER, at(jump)), Standing::Suspected);
            wait(&mut roll, jump, jump + 14);
            assert_eq!(roll.gone(at(jump + 14)), []);
            roll.awake(at(jump + 15));
            assert_eq!(roll.gone(at(jump + 15)), [OTHER]);
        }
    }

    #[test]
    fn a_clock_that_goes_back_a_little_makes_nobody_older() {
        let mut roll = connected();
        wait(&mut roll, 0, 10);
        roll.heard(OTHER, at(10));
        roll.heard(OTHER, at(9));
        assert_eq!(roll.standing(OTHER, at(12)), Standing::Alive);
        assert_eq!(roll.standing(OTHER, at(8)), Standing::Alive);
    }
}
