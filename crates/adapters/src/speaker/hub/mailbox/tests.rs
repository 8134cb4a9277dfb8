//! One queue by itself.

use super::*;

#[test]
fn an_idle_mailbox_is_as_small_as_its_documentation_says() {
    let arc_counters = 2 * size_of::<usize>();
    assert!(size_of::<Mailbox>() + arc_counters <= 88);
    let mailbox = Mailbox::default();
    assert_eq!(mailbox.post(&"one".into(), &QueueLimits::default()), Posted::Queued);
    assert_eq!(mailbox.try_next(), Some(Outgoing::Text("one".into())));
    assert_eq!(mailbox.state.lock().waiting.capacity(), 0);
}

#[test]
fn a_message_too_many_drops_what_waits() {
    let limits = QueueLimits { messages: 2, bytes: 1_000 };
    let mailbox = Mailbox::default();
    let posted = [(); 4].map(|()| mailbox.post(&"text".into(), &limits));
    assert_eq!(posted, [Posted::Queued, Posted::Queued, Posted::Overrun, Posted::Refused]);
    assert_eq!(mailbox.try_next(), Some(Outgoing::Close(CloseKind::SlowConsumer)));
}

#[test]
fn bytes_are_limited_too_but_one_message_always_fits() {
    let limits = QueueLimits { messages: 64, bytes: 8 };
    let mailbox = Mailbox::default();
    assert_eq!(mailbox.post(&"longer than eight".into(), &limits), Posted::Queued);
    assert!(matches!(mailbox.try_next(), Some(Outgoing::Text(_))));
    assert_eq!(mailbox.post(&"1234".into(), &limits), Posted::Queued);
    assert_eq!(mailbox.post(&"5678".into(), &limits), Posted::Queued);
    assert_eq!(mailbox.post(&"9".into(), &limits), Posted::Overrun);
}

#[test]
fn the_first_close_stands_and_comes_after_what_waits() {
    let mailbox = Mailbox::default();
    assert_eq!(mailbox.post(&"last".into(), &QueueLimits::default()), Posted::Queued);
    assert!(mailbox.close(CloseKind::Superseded));
    assert!(!mailbox.close(CloseKind::Draining));
    assert_eq!(mailbox.try_next(), Some(Outgoing::Text("last".into())));
    assert_eq!(mailbox.try_next(), Some(Outgoing::Close(CloseKind::Superseded)));
    assert_eq!(mailbox.try_next(), Some(Outgoing::Close(CloseKind::Superseded)));
}

#[test]
fn an_abandoned_mailbox_takes_and_gives_nothing() {
    let mailbox = Mailbox::default();
    assert_eq!(mailbox.post(&"lost".into(), &QueueLimits::default()), Posted::Queued);
    mailbox.abandon();
    assert_eq!(mailbox.post(&"late".into(), &QueueLimits::default()), Posted::Refused);
    assert!(!mailbox.close(CloseKind::Draining));
    assert_eq!(mailbox.try_next(), None);
}
