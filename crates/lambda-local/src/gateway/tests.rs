//! The gateway over real sockets, with a function that is played.

mod closing;
mod entering;
mod stage;
mod talking;
