//! The whole function over stores in memory: events in, answers and updates out.

mod asking;
mod bad_days;
mod bad_input;
mod connecting;
mod conversing;
mod guests;
mod kept;
mod limits;
mod running_out;
mod stage;
mod streaming;
mod sweeping;
mod tallies;

pub(crate) use stage::Stage;
