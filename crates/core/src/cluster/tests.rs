//! What may be said of an audience on several nodes, whatever order their shares come in.

use super::{Crowd, NodeId, Roll, Share, Terms, Total};
use crate::{Language, LanguageDistribution, Timestamp};
use proptest::prelude::*;
use std::collections::VecDeque;

const A: NodeId = NodeId::new(1);
const B: NodeId = NodeId::new(2);
const C: NodeId = NodeId::new(3);
const NODES: [NodeId; 3] = [A, B, C];

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap_or_else(|_| panic!("{tag} is a language"))
}

fn heard(counts: &[(&str, u64)]) -> LanguageDistribution {
    counts.iter().map(|(tag, count)| (language(tag), *count)).fold(
        LanguageDistribution::new(),
        |mut all, (tag, count)| {
            all.add_many(&tag, count);
            all
        },
    )
}

fn share(node: NodeId, sequence: u64, counts: &[(&str, u64)]) -> Share {
    Share { sequence, heard: heard(counts), ..Share::new(node, at(0)) }
}

/// A roll of `own` on which all are alive at `now`.
fn all_alive(own: NodeId, now: Timestamp) -> Roll {
    let mut roll = Roll::new(own, Terms::default(), now);
    roll.connected(now);
    NODES.into_iter().for_each(|node| roll.heard(node, now));
    roll
}

/// The node of `roll` beats each second, until `to`.
fn wait(roll: &mut Roll, to: u64) {
    (1..=to).map(at).for_each(|now| roll.awake(now));
}

fn total(crowd: &mut Crowd, own: &Share, roll: &Roll, now: Timestamp) -> Total {
    crowd.total(own, roll, true, now)
}

#[test]
fn the_shares_of_all_nodes_are_added_up() {
    let mut crowd = Crowd::new(A);
    assert!(crowd.take(Share {
        reconnecting: 2,
        joins: 9,
        leaves: 4,
        peak: (7, at(3)),
        ..share(B, 1, &[("es", 3), ("fr", 2)])
    }));
    assert!(crowd.take(share(C, 5, &[("fr", 1)])));
    let own = Share { reconnecting: 1, joins: 5, leaves: 1, peak: (7, at(2)), ..share(A, 1, &[("es", 4)]) };
    let total = total(&mut crowd, &own, &all_alive(A, at(1)), at(1));
    assert_eq!(total.distribution, heard(&[("es", 7), ("fr", 3)]));
    assert_eq!((total.reconnecting, total.joins, total.leaves, total.peak), (3, 14, 5, (7, at(2))));
    assert!(total.quality.is_exact());
    assert_eq!((total.quality.nodes_reporting, total.quality.nodes_expected), (3, 3));
}

#[test]
fn an_older_share_and_ones_own_change_nothing() {
    let mut crowd = Crowd::new(A);
    assert!(crowd.take(share(B, 2, &[("es", 3)])));
    assert!(!crowd.take(share(B, 2, &[("es", 9)])));
    assert!(!crowd.take(share(B, 1, &[("es", 9)])));
    assert!(!crowd.take(share(A, 9, &[("es", 9)])));
    let total = total(&mut crowd, &share(A, 1, &[]), &all_alive(A, at(1)), at(1));
    assert_eq!(total.distribution, heard(&[("es", 3)]));
}

#[test]
fn a_silent_node_counts_until_its_lease_ends_and_never_as_exact() {
    let mut crowd = Crowd::new(A);
    crowd.take(Share { joins: 3, ..share(B, 1, &[("es", 3)]) });
    let mut roll = all_alive(A, at(0));
    let own = share(A, 1, &[("fr", 1)]);
    roll.heard(C, at(14));
    for (now, count, exact, leaves) in
        [(2, 4, true, 0), (3, 4, false, 0), (14, 4, false, 0), (15, 1, true, 3)]
    {
        let mut roll = roll.clone();
        wait(&mut roll, now);
        roll.heard(C, at(now));
        let total = total(&mut crowd, &own, &roll, at(now));
        assert_eq!(
            (total.distribution.listener_count(), total.quality.is_exact()),
            (count, exact),
            "at {now}"
        );
        assert_eq!(total.leaves, leaves);
    }
    wait(&mut roll, 13);
    let quality = total(&mut crowd, &own, &roll, at(13)).quality;
    assert_eq!((quality.nodes_reporting, quality.nodes_expected), (1, 2));
    assert_eq!((quality.as_of, quality.inexact_until), (at(0), Some(at(15))));
}

#[test]
fn a_silent_node_without_a_share_may_have_listeners_all_the_same() {
    let mut crowd = Crowd::new(A);
    let mut roll = all_alive(A, at(0));
    wait(&mut roll, 4);
    let quality = total(&mut crowd, &share(A, 1, &[("fr", 1)]), &roll, at(4)).quality;
    assert_eq!((quality.is_exact(), quality.nodes_reporting, quality.nodes_expected), (false, 1, 3));
}

#[test]
fn nothing_is_exact_for_who_hears_nobody_or_has_not_read_all() {
    let mut crowd = Crowd::new(A);
    let own = share(A, 1, &[("fr", 1)]);
    let mut roll = all_alive(A, at(0));
    assert!(!crowd.total(&own, &roll, false, at(0)).quality.is_exact());
    roll.disconnected(at(1));
    let quality = crowd.total(&own, &roll, true, at(2)).quality;
    assert_eq!((quality.is_exact(), quality.nodes_reporting, quality.as_of), (false, 1, at(0)));
}

#[test]
fn whose_place_was_asked_for_in_vain_is_not_counted_twice_while_that_node_is_silent() {
    let mut crowd = Crowd::new(A);
    crowd.take(share(B, 1, &[("es", 3)]));
    let mut own = share(A, 1, &[("es", 2)]);
    own.asking.insert(B, heard(&[("es", 2)]));
    let roll = all_alive(A, at(0));
    for (now, count) in [(1, 5), (4, 3), (15, 2)] {
        let mut roll = roll.clone();
        wait(&mut roll, now);
        let total = total(&mut crowd, &own, &roll, at(now));
        assert_eq!(
            (total.distribution.listener_count(), total.quality.is_exact()),
            (count, false),
            "at {now}"
        );
    }
}

#[test]
fn what_was_given_to_a_node_whose_share_was_not_heard_is_counted_and_not_exact() {
    let mut crowd = Crowd::new(A);
    let mut giver = share(B, 2, &[("es", 1)]);
    giver.given.insert(C, heard(&[("es", 1)]));
    crowd.take(giver);
    let total = total(&mut crowd, &share(A, 1, &[]), &all_alive(A, at(0)), at(0));
    assert_eq!((total.distribution.listener_count(), total.quality.is_exact()), (2, false));
}

#[test]
fn there_is_room_for_so_many_nodes() {
    let mut crowd = Crowd::new(A);
    let nodes = (10..10 + Crowd::MAX_NODES as u64).map(NodeId::new);
    assert!(nodes.clone().all(|node| crowd.take(share(node, 1, &[("es", 1)]))));
    assert!(!crowd.take(share(B, 1, &[("es", 1)])));
    let mut roll = all_alive(A, at(0));
    nodes.for_each(|node| roll.heard(node, at(0)));
    let total = total(&mut crowd, &share(A, 1, &[]), &roll, at(0));
    assert_eq!((total.distribution.listener_count(), total.quality.is_exact()), (1_024, false));
}

/// A node of a small cluster, which publishes, hears the others, and gives what it owes.
struct Node {
    share: Share,
    crowd: Crowd,
    /// What the others have published and it has not heard yet, by node, in order.
    coming: [VecDeque<Share>; 3],
}

impl Node {
    fn new(node: NodeId, counts: &[(&str, u64)]) -> Self {
        Self { share: share(node, 0, counts), crowd: Crowd::new(node), coming: Default::default() }
    }
}

struct Cluster([Node; 3]);

impl Cluster {
    fn publish(&mut self, from: usize) {
        self.0[from].share.sequence += 1;
        let share = self.0[from].share.clone();
        for (_, node) in self.0.iter_mut().enumerate().filter(|(to, _)| *to != from) {
            node.coming[from].push_back(share.clone());
        }
    }

    /// `to` takes a place over that `from` has agreed to, if it has one in that language.
    fn transfer(&mut self, from: usize, to: usize, tag: &str) {
        let tag = language(tag);
        // What is on its way to others already cannot be handed over once more.
        let promised: u64 = (0..3)
            .filter(|other| *other != from)
            .map(|other| {
                let taken = self.0[other].share.taken.get(&NODES[from]).map_or(0, |taken| taken.count(&tag));
                taken - self.0[from].share.given.get(&NODES[other]).map_or(0, |given| given.count(&tag))
            })
            .sum();
        if self.0[from].share.heard.count(&tag) > promised {
            self.0[to].share.heard.add(&tag);
            self.0[to].share.taken.entry(NODES[from]).or_default().add(&tag);
            self.publish(to);
        }
    }

    /// `to` hears the next of what `from` has published; `lost` skips one, if there is a later one.
    fn hear(&mut self, from: usize, to: usize, lost: bool) {
        let queue = &mut self.0[to].coming[from];
        if lost && queue.len() > 1 {
            queue.pop_front();
        }
        let Some(share) = queue.pop_front() else { return };
        self.0[to].crowd.take(share);
        self.give(to, from);
    }

    fn give(&mut self, node: usize, taker: usize) {
        let owed = self.0[node].crowd.owed(&self.0[node].share, NODES[taker]);
        for (language, places) in &owed {
            for _ in 0..*places {
                self.0[node].share.heard.remove(language);
            }
            self.0[node].share.given.entry(NODES[taker]).or_default().add_many(language, *places);
        }
        if !owed.is_empty() {
            self.publish(node);
        }
    }
}

proptest! {
    /// However publications are delayed, lost before a later one, or come in another order than other nodes' do: who goes
    /// from node to node is in every count once.
    #[test]
    fn a_listener_on_its_way_between_nodes_is_counted_once(
        steps in prop::collection::vec((0_usize..3, 0_usize..3, 0_u8..8), 1..200)
    ) {
        let start = [&[("es", 3), ("fr", 1)][..], &[("es", 1)], &[("fr", 2)]];
        let mut cluster = Cluster([0, 1, 2].map(|node| Node::new(NODES[node], start[node])));
        for from in 0..3 {
            cluster.publish(from);
        }
        for (from, to) in (0..3).flat_map(|from| (0..3).map(move |to| (from, to))) {
            cluster.hear(from, to, false);
        }
        for (from, to, what) in steps {
            if from == to {
                continue;
            }
            match what {
                0 => cluster.transfer(from, to, "es"),
                1 => cluster.transfer(from, to, "fr"),
                2 => cluster.hear(from, to, true),
                _ => cluster.hear(from, to, false),
            }
            for (index, node) in cluster.0.iter_mut().enumerate() {
                let total = node.crowd.total(&node.share, &all_alive(NODES[index], at(0)), true, at(0));
                prop_assert_eq!(total.distribution, heard(&[("es", 4), ("fr", 3)]));
            }
        }
        // At quiet everything is said, and known to be exact.
        for _ in 0..600 {
            for (from, to) in (0..3).flat_map(|from| (0..3).map(move |to| (from, to))).filter(|(from, to)| from != to) {
                cluster.hear(from, to, false);
            }
        }
        for (index, node) in cluster.0.iter_mut().enumerate() {
            let total = node.crowd.total(&node.share, &all_alive(NODES[index], at(0)), true, at(0));
            prop_assert_eq!(total.distribution, heard(&[("es", 4), ("fr", 3)]));
            prop_assert!(total.quality.is_exact());
        }
    }

    /// Shares in any order, repeated, with some left out that a later one follows: the last ones count.
    #[test]
    fn the_last_share_of_each_node_counts(mut order in Just((1_u64..30).collect::<Vec<_>>()).prop_shuffle(), repeats in 0_usize..5) {
        let last = *order.iter().max().unwrap_or(&1);
        let again: Vec<_> = order.iter().copied().take(repeats).collect();
        order.extend(again);
        let mut crowd = Crowd::new(A);
        for sequence in order {
            crowd.take(share(B, sequence, &[("es", sequence)]));
        }
        let total = crowd.total(&share(A, 1, &[]), &all_alive(A, at(0)), true, at(0));
        prop_assert_eq!(total.distribution.listener_count(), last);
    }
}
