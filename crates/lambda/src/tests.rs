//! The whole function over stores in memory: events in, answers and updates out.

mod asking;
mod bad_days;
mod connecting;
mod conversing;
mod stage;
mod streaming;
mod sweeping;

pub(crate) use stage::Stage;
