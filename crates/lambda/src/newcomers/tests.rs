//! Tests of sending to connections that are not there yet.

use super::{PAUSES, until_there};
use headcount_core::ports::{Delivery, SendError};
use std::cell::RefCell;
use std::future::ready;
use std::time::Duration;
use tokio::time::Instant;

/// What is made of these answers to one attempt after the other; how many were not asked for.
async fn sent(answers: Vec<Result<Delivery, SendError>>) -> (Result<Delivery, SendError>, usize) {
    let answers = RefCell::new(answers.into_iter());
    let sent = until_there(|| ready(answers.borrow_mut().next().expect("an answer"))).await;
    (sent, answers.into_inner().len())
}

#[tokio::test(start_paused = true)]
async fn whoever_is_there_is_sent_to_at_once_and_once() {
    let began = Instant::now();
    let (delivery, left) = sent(vec![Ok(Delivery::Delivered), Ok(Delivery::Gone)]).await;
    assert_eq!((delivery.unwrap(), left, began.elapsed()), (Delivery::Delivered, 1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_meanwhile_is_sent_to() {
    let (delivery, left) = sent(vec![Ok(Delivery::Gone), Ok(Delivery::Gone), Ok(Delivery::Delivered)]).await;
    assert_eq!((delivery.unwrap(), left), (Delivery::Delivered, 0));
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_come_is_gone() {
    let began = Instant::now();
    let attempts = (0..=PAUSES.len()).map(|_| Ok(Delivery::Gone)).collect();
    let (delivery, left) = sent(attempts).await;
    assert_eq!((delivery.unwrap(), left), (Delivery::Gone, 0));
    assert_eq!(began.elapsed(), Duration::from_millis(PAUSES.iter().sum()));
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_not_tried_again_here() {
    let failed = Err(SendError("throttled".to_owned()));
    let (delivery, left) = sent(vec![Ok(Delivery::Gone), failed, Ok(Delivery::Delivered)]).await;
    assert!(delivery.is_err() && left == 1);
}
