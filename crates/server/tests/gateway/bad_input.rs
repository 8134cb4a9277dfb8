//! What a stranger may send: frames that are none, messages that are none, and far too much of either.

mod frames;
mod fuzz;
mod languages;
mod messages;
