//! What the mailbox gathers, and what it hands out together.

use super::*;
use crate::store::rooms::{Live, Rooms};
use headcount_core::UpdateLedger;
use headcount_testkit::samples;

/// So long that no test ever gets there.
const NEVER: Duration = Duration::from_secs(3_600);

fn rooms(n: u64) -> Vec<Arc<Room>> {
    let rooms = Rooms::new(None);
    let live = |n| Live::new(samples::session(n), UpdateLedger::new(samples::NOW));
    let rooms: Vec<_> = (0..n).filter_map(|n| rooms.open(live(n))).collect();
    for room in &rooms {
        room.unsaved.store(0, Ordering::Release);
    }
    rooms
}

fn change(mailbox: &Mailbox, rooms: &[Arc<Room>], part: Part) {
    for room in rooms {
        mailbox.changed(room, part);
    }
}

#[test]
fn ten_thousand_sessions_that_change_are_one_batch_with_each_session_once() {
    let (mailbox, rooms) = (Mailbox::new(NEVER), rooms(10_000));
    for part in [Part::Ledger, Part::History, Part::Ledger] {
        change(&mailbox, &rooms, part);
    }
    let _waiting = mailbox.commit();
    let (batch, last) = mailbox.next(None).unwrap();
    assert_eq!((batch.rooms.len(), batch.waiting.len(), last), (10_000, 1, false));
    let parts = Part::Ledger as u8 | Part::History as u8;
    assert!(rooms.iter().all(|room| room.unsaved.load(Ordering::Acquire) == parts));
}

#[test]
fn a_change_alone_waits_its_time_and_no_longer() {
    let (mailbox, rooms) = (Mailbox::new(Duration::from_millis(20)), rooms(1));
    let start = Instant::now();
    change(&mailbox, &rooms, Part::Ledger);
    let (batch, _) = mailbox.next(None).unwrap();
    assert_eq!(batch.rooms.len(), 1);
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[test]
fn what_could_not_be_written_comes_again_with_what_came_meanwhile() {
    let (mailbox, rooms) = (Mailbox::new(NEVER), rooms(2));
    change(&mailbox, &rooms[..1], Part::Ledger);
    let _waiting = mailbox.commit();
    let (batch, _) = mailbox.next(None).unwrap();
    let parts = batch.rooms[0].unsaved.swap(0, Ordering::AcqRel);
    change(&mailbox, &rooms, Part::History);
    mailbox.put_back(Vec::new(), vec![(Arc::clone(&rooms[0]), parts)], Vec::new());
    let _waiting = mailbox.commit();
    let (batch, _) = mailbox.next(Some(Instant::now() + NEVER)).unwrap();
    assert_eq!(batch.rooms.len(), 2);
    assert_eq!(rooms[0].unsaved.load(Ordering::Acquire), Part::Ledger as u8 | Part::History as u8);
}

#[test]
fn closing_hands_out_what_is_left_and_then_nothing() {
    let (mailbox, rooms) = (Mailbox::new(NEVER), rooms(1));
    change(&mailbox, &rooms, Part::Session);
    let mut closed = mailbox.close();
    let (batch, last) = mailbox.next(None).unwrap();
    assert_eq!((batch.rooms.len(), last), (1, true));
    assert!(mailbox.next(None).is_none());
    assert_eq!(closed.try_recv(), Err(oneshot::error::TryRecvError::Empty));
    mailbox.writer_gone();
    assert_eq!(closed.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    assert!(mailbox.commit().try_recv().is_err());
    assert!(mailbox.close().try_recv().is_err());
}
