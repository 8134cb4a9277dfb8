//! How much one client may do, and what it is told when it wants more.

mod connections;
mod rates;
