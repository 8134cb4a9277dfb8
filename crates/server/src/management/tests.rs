//! The management API over real sockets, with requests written byte for byte: what matters is how SDKs write
//! them.

mod contract;
mod harness;
mod open;
mod signed;
