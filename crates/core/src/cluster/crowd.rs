//! What the other nodes say of one session, added up.

use super::{NodeId, Roll, Share, Standing, Total};
use crate::{Language, LanguageDistribution, Quality, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// Listeners by language, while places that are in two counts are taken off, and so perhaps below zero.
type Sum = BTreeMap<Language, i64>;

/// What the other nodes say of one session, as one node has heard it.
///
/// The shares of nodes that are gone stay, uncounted: one that was only cut off says the same when it is back, and who
/// joined there has joined.
#[derive(Clone, Debug)]
pub struct Crowd {
    own: NodeId,
    shares: BTreeMap<NodeId, Share>,
    /// A share was not taken for want of room.
    full: bool,
    others: Option<Others>,
}

/// The others' shares added up, for as long as it stays so.
#[derive(Clone, Debug)]
struct Others {
    standings: Vec<Standing>,
    heard: Sum,
    reconnecting: u64,
    joins: u64,
    leaves: u64,
    peak: Option<(u64, Timestamp)>,
    /// Some may be in two counts: it was asked for their places, and not answered.
    asking: bool,
}

impl Crowd {
    /// How many other nodes, or lives of nodes, may ever have had listeners in one session. The share of one more is not
    /// taken, and the session is not exact from then on.
    pub const MAX_NODES: usize = 1_024;

    /// When an inexact count is looked at again, where nothing says when it will be exact.
    const LOOK_AGAIN: Duration = Duration::from_secs(1);

    /// The crowd around `own`: nobody yet.
    #[must_use]
    pub const fn new(own: NodeId) -> Self {
        Self { own, shares: BTreeMap::new(), full: false, others: None }
    }

    /// Whether no other node has ever said anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// The nodes that have ever said something.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        self.shares.keys().copied().collect()
    }

    /// What `node` said last.
    #[must_use]
    pub fn share(&self, node: NodeId) -> Option<&Share> {
        self.shares.get(&node)
    }

    /// Whether `share` says something that is not known yet.
    #[must_use]
    pub fn is_newer(&self, share: &Share) -> bool {
        let known = self.shares.get(&share.node);
        share.node != self.own && known.is_none_or(|known| known.sequence < share.sequence)
    }

    /// Takes in what another node says; whether that was new. An older one, or a repeated one, changes nothing.
    pub fn take(&mut self, share: Share) -> bool {
        let newer = self.is_newer(&share);
        if newer && self.shares.len() >= Self::MAX_NODES && !self.shares.contains_key(&share.node) {
            self.full = true;
            return false;
        }
        if newer {
            self.shares.insert(share.node, share);
            self.others = None;
        }
        newer
    }

    /// The places of `own` that `node` says to count by now, and `own` has not given yet, by the language that they
    /// counted in.
    #[must_use]
    pub fn owed(&self, own: &Share, node: NodeId) -> Vec<(Language, u64)> {
        let taken = self.shares.get(&node).and_then(|share| share.taken.get(&own.node));
        let given = own.given.get(&node);
        let given = |language: &Language| given.map_or(0, |given| given.count(language));
        let owed = taken.into_iter().flat_map(LanguageDistribution::iter);
        let owed = owed.map(|(language, taken)| (language.clone(), taken.saturating_sub(given(language))));
        owed.filter(|(_, places)| *places > 0).collect()
    }

    /// The audience of all nodes at `now`, where this one says `own`. `read` is whether everything that the engine has of
    /// this session was read since it could last have been missed.
    pub fn total(&mut self, own: &Share, roll: &Roll, read: bool, now: Timestamp) -> Total {
        let others = self.others(roll, now);
        let mut sum = others.heard.clone();
        let (reconnecting, joins, leaves) = (others.reconnecting, others.joins, others.leaves);
        let peak = others
            .peak
            .into_iter()
            .chain([own.peak])
            .max_by_key(|(most, at)| (*most, std::cmp::Reverse(*at)));
        let asking = others.asking || !own.asking.is_empty();
        count(&mut sum, own, roll, now);
        let settled = self.settle(&mut sum, own, roll, now);
        let mut distribution = LanguageDistribution::new();
        for (language, listeners) in &sum {
            distribution.add_many(language, u64::try_from(*listeners).unwrap_or(0));
        }
        let sound = settled && sum.values().all(|listeners| *listeners >= 0);
        let certain = read && sound && !asking && !self.full;
        Total {
            distribution,
            reconnecting: reconnecting + own.reconnecting,
            joins: joins + own.joins,
            leaves: leaves + own.leaves,
            peak: peak.unwrap_or(own.peak),
            quality: self.quality(roll, certain, now),
        }
    }

    /// What all others say, added up anew only if one of them has said something, or is to be thought of otherwise.
    fn others(&mut self, roll: &Roll, now: Timestamp) -> &Others {
        let standings: Vec<_> = self.shares.keys().map(|node| roll.standing(*node, now)).collect();
        let known = self.others.take().filter(|others| others.standings == standings);
        self.others.insert(known.unwrap_or_else(|| Others::add_up(&self.shares, standings, roll, now)))
    }

    /// Sees to places that went from one node to another: as long as only one of the two has said so, they are in both
    /// counts, or in none. False where the language may be another than the one it is put right in.
    fn settle(&self, sum: &mut Sum, own: &Share, roll: &Roll, now: Timestamp) -> bool {
        let counted = |node: NodeId| node == self.own || roll.standing(node, now) != Standing::Gone;
        let share = |node: NodeId| if node == self.own { Some(own) } else { self.shares.get(&node) };
        let all = || self.shares.values().chain([own]).filter(|share| counted(share.node));
        let mut settled = true;
        for taker in all() {
            for (giver, taken) in taker.taken.iter().filter(|(giver, _)| counted(**giver)) {
                let given = share(*giver).and_then(|giver| giver.given.get(&taker.node));
                for (language, places) in taken.iter() {
                    let given = given.map_or(0, |given| given.count(language));
                    add(sum, language, -signed(places.saturating_sub(given)));
                }
            }
        }
        for giver in all() {
            for (taker, given) in giver.given.iter().filter(|(taker, _)| counted(**taker)) {
                let taken = share(*taker).and_then(|taker| taker.taken.get(&giver.node));
                for (language, places) in given.iter() {
                    let unseen = places.saturating_sub(taken.map_or(0, |taken| taken.count(language)));
                    add(sum, language, signed(unseen));
                    settled &= unseen == 0;
                }
            }
        }
        settled
    }

    /// How far a count of all nodes can be trusted at `now`, where `certain` is whether nothing else speaks against it than
    /// what is to be thought of the nodes.
    #[must_use]
    pub fn quality(&self, roll: &Roll, certain: bool, now: Timestamp) -> Quality {
        let mut quality = Quality::exact(now);
        let counted = |node: &&NodeId| roll.standing(**node, now) != Standing::Gone;
        let with_shares = self.shares.keys().filter(counted).count();
        let suspected: Vec<_> = roll.suspected(now).collect();
        // One that is silent may have listeners here of whom it has not said anything yet.
        let silent = suspected.iter().filter(|(node, _)| !self.shares.contains_key(node)).count();
        let expected = 1 + with_shares + silent;
        quality.nodes_expected = u32::try_from(expected).unwrap_or(u32::MAX);
        quality.nodes_reporting = u32::try_from(expected - suspected.len()).unwrap_or(u32::MAX);
        if certain && suspected.is_empty() && roll.is_connected() {
            return quality;
        }
        let lease_ends = suspected.iter().map(|(_, at)| roll.lease_end(*at));
        let known = if roll.is_connected() && certain { lease_ends.max() } else { None };
        quality.inexact_until = Some(known.unwrap_or(now).max(now.plus(Self::LOOK_AGAIN)));
        let last_heard = suspected.iter().map(|(_, at)| *at).chain(roll.deaf_since()).min();
        quality.as_of = last_heard.unwrap_or(now).min(now);
        quality
    }
}

impl Others {
    fn add_up(
        shares: &BTreeMap<NodeId, Share>,
        standings: Vec<Standing>,
        roll: &Roll,
        now: Timestamp,
    ) -> Self {
        let mut others = Self {
            heard: Sum::new(),
            reconnecting: 0,
            joins: 0,
            leaves: 0,
            peak: None,
            asking: false,
            standings,
        };
        for (share, standing) in shares.values().zip(&others.standings) {
            others.joins += share.joins;
            others.leaves += share.leaves;
            let seen = others.peak.into_iter().chain([share.peak]);
            others.peak = seen.max_by_key(|(most, at)| (*most, std::cmp::Reverse(*at)));
            if *standing == Standing::Gone {
                others.leaves += share.heard.listener_count();
                continue;
            }
            others.reconnecting += share.reconnecting;
            others.asking |= !share.asking.is_empty();
            count(&mut others.heard, share, roll, now);
        }
        others
    }
}

/// Adds whom `share` counts. Those for whose places a node was asked that is silent are probably in its count, too.
fn count(sum: &mut Sum, share: &Share, roll: &Roll, now: Timestamp) {
    for (language, listeners) in share.heard.iter() {
        add(sum, language, signed(listeners));
    }
    let silent = share.asking.iter().filter(|(node, _)| roll.standing(**node, now) == Standing::Suspected);
    for (language, listeners) in silent.flat_map(|(_, asking)| asking.iter()) {
        add(sum, language, -signed(listeners));
    }
}

fn add(sum: &mut Sum, language: &Language, listeners: i64) {
    match sum.get_mut(language) {
        Some(count) => *count += listeners,
        None if listeners != 0 => drop(sum.insert(language.clone(), listeners)),
        None => {}
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
