//! What a server has to allow for a simulation to measure the server and not its limits.

use super::plan::Plan;
use headcount_core::service::ServiceSettings;
use headcount_server::access::Quotas;

/// The flags of `headcount serve` that this load needs because a default would be in its way.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is enough here"
)]
pub(crate) fn needed(plan: &Plan, queries_per_second: Option<f64>) -> Vec<String> {
    let (quotas, service) = (Quotas::default(), ServiceSettings::default());
    let mut flags = Vec::new();
    let mut need = |flag: &str, wanted: u64, default: u64| {
        if wanted > default {
            flags.push(format!("--{flag} {wanted}"));
        }
    };
    let churned = (plan.churn_per_second * plan.hold.as_secs_f64()) as u64;
    let from_one =
        |connections: u64| if plan.per_source == 0 { connections } else { connections.min(plan.per_source) };
    need("max-listeners", plan.listeners + 1, service.max_listeners);
    need("max-connections", plan.listeners + 100, quotas.max_connections.into());
    need(
        "max-connections-per-address",
        from_one(plan.listeners) + 2,
        quotas.max_connections_per_address.into(),
    );
    // A burst covers a crowd that comes once; beyond it, the rate has to carry the ramp and the churn.
    if from_one(plan.listeners + churned) + 2 > u64::from(quotas.connection_burst) {
        let ramp = plan.listeners as f64 / plan.ramp.as_secs_f64().max(1.0);
        let fastest = ramp.max(plan.churn_per_second) * 60.0;
        need("connections-per-minute", fastest.ceil() as u64, quotas.connections_per_minute.into());
    }
    // Questions come in clumps when a server catches up; twice the rate leaves room for that.
    let twice = queries_per_second.unwrap_or_default().ceil() as u64 * 2;
    let mut need = |flag: &str, default: u64| {
        if twice > default * 2 {
            flags.push(format!("--{flag} {twice}"));
        }
    };
    need("status-queries-per-second", quotas.status_queries_per_second.into());
    need("control-messages-per-second", quotas.control_messages_per_second.into());
    flags
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::plan;
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_small_load_from_many_addresses_needs_nothing() {
        assert!(needed(&plan(0, 1), Some(2.0)).is_empty());
    }

    #[test]
    fn a_hall_behind_one_address_needs_its_rate_and_caps_raised() {
        let plan = Plan {
            listeners: 25_000,
            ramp: Duration::from_secs(30),
            churn_per_second: 100.0,
            per_source: 0,
            ..plan(0, 1)
        };
        assert_eq!(
            needed(&plan, Some(20.0)),
            [
                "--max-listeners 25001",
                "--max-connections-per-address 25002",
                "--connections-per-minute 50000",
                "--status-queries-per-second 40",
                "--control-messages-per-second 40",
            ]
        );
    }
}
