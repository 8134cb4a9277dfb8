//! Where webhooks are never sent, however the name of a target leads there.

use crate::receiver::{Receiver, Reply};
use crate::sender::{LAX, Parts, SECRET, Says, Sender, settings, started, target};
use headcount_adapters::webhooks::{Permits, Settings, SigningSecret, Target, Topic, trust, try_out};
use headcount_core::Timestamp;
use std::sync::Arc;

/// A target by name, where only the public internet is allowed.
fn strict(port: u16) -> Settings {
    let permits = Permits { http: true, private: false };
    let secret = SigningSecret::parse(SECRET).unwrap();
    let url = format!("http://receiver.test:{port}/hook");
    let target = Target::new(None, &url, vec![secret], Topic::ALL.into(), permits).unwrap();
    Settings {
        retries: settings(Vec::new()).retries,
        ..Settings::new(vec![target], permits, trust(None).unwrap())
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut elsewhere = Receiver::start(&[Reply::Status(200)]).await;
    let there = Reply::With(307, "location", elsewhere.url());
    let mut receiver = Receiver::start(&[there, Reply::Status(200)]).await;
    let sender = Sender::start(settings(vec![target(&receiver.url())])).await;
    sender.observe(&started(1));
    receiver.take(2).await;
    sender.until(|figures| figures.delivered == 1).await;
    assert!(elsewhere.is_quiet());
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_whenever_it_does() {
    let mut receiver = Receiver::start(&[Reply::Status(200)]).await;
    // At first it leads nowhere, as a name that is about to be bound anew; then to this machine, in several ways.
    let mapped = format!("[::ffff:127.0.0.1]:{}", receiver.address.port()).parse().unwrap();
    let private = "10.0.0.1:80".parse().unwrap();
    let resolver = Says::new(&[&[], &[receiver.address], &[private, mapped, receiver.address]]);
    let parts = Parts { resolver: Arc::clone(&resolver) as _, ..Parts::default() };
    let sender = Sender::with(strict(receiver.address.port()), parts).await;
    sender.observe(&started(1));
    sender.until(|figures| figures.failed >= 4).await;
    assert!(receiver.is_quiet());
    assert!(*resolver.asked.lock() >= 4, "a name is asked for anew at each try");
}

#[tokio::test]
async fn the_address_that_was_looked_at_is_the_one_that_is_connected_to() {
    let mut receiver = Receiver::start(&[Reply::Status(200)]).await;
    let nowhere = "10.0.0.1:80".parse().unwrap();
    // Were the name asked for twice a try, the second answer would count.
    let resolver = Says::new(&[&[receiver.address], &[nowhere]]);
    let mut settings = strict(receiver.address.port());
    settings.permits = LAX;
    let parts = Parts { resolver: Arc::clone(&resolver) as _, ..Parts::default() };
    let sender = Sender::with(settings, parts).await;
    sender.observe(&started(1));
    let delivery = receiver.next().await;
    assert_eq!(delivery.header("host"), format!("receiver.test:{}", receiver.address.port()));
    assert_eq!(*resolver.asked.lock(), 1);
}

#[tokio::test]
async fn a_target_can_be_tried_out() {
    let mut receiver = Receiver::start(&[Reply::Status(204), Reply::Status(401)]).await;
    let settings = settings(vec![target(&receiver.url())]);
    let resolver = Says::new(&[]);
    let now = Timestamp::from_millis(1_800_000_000_000);
    let trial = |said: &str| (said == "answered 204", said.to_owned());
    for said in ["answered 204", "answered 401"] {
        let trials = try_out(&settings, Arc::clone(&resolver) as _, now).await;
        assert_eq!((trials[0].delivered, trials[0].said.clone()), trial(said));
        let delivery = receiver.next().await;
        assert_eq!((delivery.kind(), delivery.sequence()), ("test", 0));
    }
    let inside = try_out(&strict(receiver.address.port()), Says::new(&[&[receiver.address]]), now).await;
    assert!(!inside[0].delivered && inside[0].said.contains("no address"), "{inside:?}");
    assert!(receiver.is_quiet());
}
