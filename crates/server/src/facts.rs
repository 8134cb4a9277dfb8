//! What the management API can show of a connection, and how it reaches one. Kept only where that API is on.

use crate::app::App;
use crate::compose::CloseKind;
use crate::management::{ConnectionFacts, ManagedConnections};
use headcount_core::ports::Delivery;
use headcount_core::{ConnectionId, Timestamp};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The longest user agent that is kept; the rest is cut off.
const MAX_USER_AGENT: usize = 256;

/// The connections of this process. There are at most as many as the cap on connections allows.
#[derive(Clone, Default)]
pub(crate) struct ConnectionRegister(Arc<Mutex<HashMap<ConnectionId, Arc<Entry>>>>);

struct Entry {
    connected_at: Timestamp,
    last_active_at: AtomicU64,
    source_ip: IpAddr,
    user_agent: Option<String>,
}

/// A connection in the register, for as long as this lives.
pub(crate) struct Registered {
    register: ConnectionRegister,
    id: ConnectionId,
    entry: Arc<Entry>,
}

impl ConnectionRegister {
    pub(crate) fn enter(
        &self,
        id: ConnectionId,
        source_ip: IpAddr,
        user_agent: Option<&str>,
        now: Timestamp,
    ) -> Registered {
        let entry = Arc::new(Entry {
            connected_at: now,
            last_active_at: AtomicU64::new(now.as_millis()),
            source_ip,
            user_agent: user_agent.map(|text| text.chars().take(MAX_USER_AGENT).collect()),
        });
        self.0.lock().insert(id.clone(), Arc::clone(&entry));
        Registered { register: self.clone(), id, entry }
    }

    fn touch(&self, id: &ConnectionId, now: Timestamp) {
        if let Some(entry) = self.0.lock().get(id) {
            entry.last_active_at.store(now.as_millis(), Ordering::Relaxed);
        }
    }

    fn facts(&self, id: &ConnectionId) -> Option<ConnectionFacts> {
        let entry = Arc::clone(self.0.lock().get(id)?);
        Some(ConnectionFacts {
            connected_at: entry.connected_at,
            last_active_at: Timestamp::from_millis(entry.last_active_at.load(Ordering::Relaxed)),
            source_ip: entry.source_ip,
            user_agent: entry.user_agent.clone(),
        })
    }
}

impl Registered {
    /// The connection has just said or been told something.
    pub(crate) fn touch(&self, now: Timestamp) {
        self.entry.last_active_at.store(now.as_millis(), Ordering::Relaxed);
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.register.0.lock().remove(&self.id);
    }
}

impl ManagedConnections for App {
    fn post(&self, id: &ConnectionId, text: String) -> Delivery {
        let delivery = self.hub.post(id, text);
        if delivery == Delivery::Delivered
            && let Some(register) = &self.register
        {
            register.touch(id, self.now());
        }
        delivery
    }

    fn facts(&self, id: &ConnectionId) -> Option<ConnectionFacts> {
        self.register.as_ref()?.facts(id)
    }

    fn close(&self, id: &ConnectionId) -> bool {
        self.hub.disconnect(id, CloseKind::Dropped) == Delivery::Delivered
    }
}
