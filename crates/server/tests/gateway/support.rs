//! A real server on a free port, and clients that speak the protocol over real sockets.

mod client;
pub(crate) mod contract;
mod events;
mod http;
mod logins;
mod sample;
mod server;

pub(crate) use client::{Client, Refusal};
pub(crate) use events::EventStream;
pub(crate) use http::Answer;
pub(crate) use logins::{AUDIENCE, ISSUER, Issuer, hs256, later, login_of, signed_login, unsigned_login};
pub(crate) use sample::Sample;
pub(crate) use server::{OPERATOR, TestServer, on_disk};
