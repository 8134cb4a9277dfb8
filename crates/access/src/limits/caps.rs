//! How many connections there may be at a time.

use super::{AddressKey, Quotas, RetryAfter};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Counts connections, in total and by address. An address is forgotten with its last connection, so the table is
/// never larger than the number of connections.
#[derive(Clone)]
pub struct ConnectionCaps(Arc<Shared>);

struct Shared {
    max_total: u32,
    max_per_address: u32,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    total: u32,
    by_address: HashMap<AddressKey, u32>,
}

/// There are as many connections as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CapReached {
    /// In total.
    #[error("the server has as many connections as it takes")]
    Total,
    /// From this address.
    #[error("there are too many connections from this address")]
    Address,
}

impl CapReached {
    /// What to tell the client. Nobody knows when a connection will close; ten seconds keep those who wait from
    /// being a load of their own.
    #[must_use]
    pub const fn retry_after(self) -> RetryAfter {
        RetryAfter { seconds: 10 }
    }
}

impl ConnectionCaps {
    /// The caps that `quotas` sets.
    #[must_use]
    pub fn new(quotas: &Quotas) -> Self {
        let no_limit_if_zero = |cap: u32| if cap == 0 { u32::MAX } else { cap };
        Self(Arc::new(Shared {
            max_total: no_limit_if_zero(quotas.max_connections),
            max_per_address: no_limit_if_zero(quotas.max_connections_per_address),
            open: Mutex::default(),
        }))
    }

    /// How many connections there may be in total; [`u32::MAX`] where there is no cap.
    #[must_use]
    pub fn max_total(&self) -> u32 {
        self.0.max_total
    }

    /// Counts one more connection from `address` for as long as the permit lives.
    ///
    /// # Errors
    /// [`CapReached`] if there may be no more of them.
    pub fn admit(&self, address: IpAddr) -> Result<ConnectionPermit, CapReached> {
        let address = AddressKey::from(address);
        let mut open = self.0.open.lock();
        if open.total >= self.0.max_total {
            return Err(CapReached::Total);
        }
        let from_here = open.by_address.get(&address).copied().unwrap_or(0);
        if from_here >= self.0.max_per_address {
            return Err(CapReached::Address);
        }
        open.by_address.insert(address, from_here + 1);
        open.total += 1;
        Ok(ConnectionPermit { shared: Arc::clone(&self.0), address })
    }

    /// How many connections there are.
    #[cfg(test)]
    pub(crate) fn total(&self) -> u32 {
        self.0.open.lock().total
    }

    /// From how many addresses they come.
    #[cfg(test)]
    pub(crate) fn addresses(&self) -> usize {
        self.0.open.lock().by_address.len()
    }
}

/// One connection that is counted until this is dropped.
#[must_use = "the connection is no longer counted once its permit is dropped"]
pub struct ConnectionPermit {
    shared: Arc<Shared>,
    address: AddressKey,
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let open = &mut *self.shared.open.lock();
        open.total = open.total.saturating_sub(1);
        if let Some(count) = open.by_address.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

/// Shows no address: it is personal.
impl std::fmt::Debug for ConnectionPermit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConnectionPermit(…)")
    }
}
