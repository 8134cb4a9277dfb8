//! A rate limit that one connection keeps for itself.

use super::RetryAfter;
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// A rate limit of one connection: 40 bytes that live in the connection's task, so it needs no map, no lock and no
/// sweeping. At 10,000 connections that is 400 kB.
pub struct ConnectionRate<C: Clock = MonotonicClock> {
    limiter: Option<RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>>,
}

impl<C: Clock + Clone> ConnectionRate<C> {
    pub(crate) fn new(quota: Option<Quota>, clock: &C) -> Self {
        Self { limiter: quota.map(|quota| RateLimiter::direct_with_clock(quota, clock.clone())) }
    }

    /// Whether one more is allowed now.
    ///
    /// # Errors
    /// [`RetryAfter`] if not.
    pub fn check(&self) -> Result<(), RetryAfter> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check().map_err(|refusal| RetryAfter::until(&refusal, limiter.clock().now()))
    }
}
