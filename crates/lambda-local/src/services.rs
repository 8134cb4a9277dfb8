//! What the functions call besides DynamoDB, behind one address of the loopback interface: SQS at `/`, and the
//! management API, which is the one of our own server.

use crate::function::Clock;
use crate::gateway::Connections;
use crate::queue::{self, Queue};
use axum::Router;
use headcount_server::management::{self, ManagementAccess};
use std::sync::Arc;

/// Both, as one router.
pub(crate) fn router(queue: Arc<Queue>, connections: Connections, clock: Clock) -> Router {
    let management = management::router(Arc::new(connections), ManagementAccess::on_loopback(), clock);
    queue::router(queue).fallback_service(management)
}
