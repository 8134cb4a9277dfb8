//! A cluster of Headcount servers on one machine: a Redis, the nodes that share it, and a balancer in front of them, all
//! real and each a process of its own.
//!
//! [`Cluster::start`] starts all of it. What can go wrong in a cluster can be made to go wrong here: a [`Node`] is
//! killed, stopped or started again, [`Redis`] is killed, frozen or started empty, and the [`Relay`] between one node
//! and Redis falls silent. `cluster-local` is for a look, `cluster-drill` measures what an audience and a speaker see of
//! it, and the tests of the command play the short versions.

mod balancer;
mod client;
mod cluster;
mod http;
mod node;
mod process;
mod redis;
mod relay;

pub use balancer::Balancer;
pub use client::{Client, ConnectError, Heard};
pub use cluster::{Cluster, Settings};
pub use http::{Answer, Api};
pub use node::Node;
pub use process::StartError;
pub use redis::Redis;
pub use relay::Relay;
