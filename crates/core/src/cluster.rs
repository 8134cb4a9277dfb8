//! One audience on several nodes: what each node says of its own listeners, and what may be said of them all.
//!
//! Every node counts its own listeners and publishes a [`Share`] of each session; whoever is asked adds up the shares
//! of the nodes that are alive. A count that may be short, or may have somebody in it twice, is never called exact.
//! Pure, as everything here: messages and moments come in as arguments.

mod crowd;
mod node_id;
mod roll;
mod share;
#[cfg(test)]
mod tests;
mod total;

pub use crowd::Crowd;
pub use node_id::NodeId;
pub use roll::{Roll, Standing, Terms};
pub use share::{Share, Transfers};
pub use total::Total;
