//! Trying targets out, for people who set them up.

use super::client::{Client, Post};
use super::news::News;
use super::resolver::Resolver;
use super::secret::signatures;
use super::verdict::Verdict;
use super::{Settings, new_delivery, new_source};
use headcount_core::Timestamp;
use std::sync::Arc;

/// What has become of one test event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The target's place in the configuration, from 1.
    pub target: usize,
    /// Its host and port.
    pub place: String,
    /// Whether it was answered with 2xx.
    pub delivered: bool,
    /// What happened, in a few words.
    pub said: String,
}

/// Sends each target one event of type `test`, once, past the outbox. It has sequence 0, which no other event has.
pub async fn try_out(settings: &Settings, resolver: Arc<dyn Resolver>, now: Timestamp) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (index, target) in settings.targets.iter().enumerate() {
        let (tls, resolver) = (Arc::clone(&settings.tls), Arc::clone(&resolver));
        let mut client = Client::new(target.clone(), settings.permits, settings.limits, tls, resolver);
        let (delivery, seconds) = (new_delivery(), now.as_millis() / 1_000);
        let body =
            News::test(now).and_then(|news| news.body(&new_source(), 0, &delivery)).unwrap_or_default();
        let signatures = signatures(&target.secrets, &delivery, seconds, &body);
        let post = Post { delivery: &delivery, seconds, signatures: &signatures, body: &body };
        let (delivered, said) = match client.post(&post).await {
            Ok(answer) => {
                (Verdict::of(answer.status) == Verdict::Delivered, format!("answered {}", answer.status))
            }
            Err(error) => (false, error.to_string()),
        };
        trials.push(Trial { target: index + 1, place: target.place(), delivered, said });
    }
    trials
}
