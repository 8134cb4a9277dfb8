//! What the system says about this process, by the names that Prometheus knows.

use prometheus_client::{
    metrics::gauge::ConstGauge,
    registry::{Registry, Unit},
};

/// The resident memory, where the system has a `/proc` to ask (proc(5)); elsewhere nothing.
pub(super) fn registry() -> Registry {
    let mut registry = Registry::default();
    // The kernel answers from memory: this blocks for some microseconds.
    let status = std::fs::read_to_string("/proc/self/status").ok();
    if let Some(resident) = status.as_deref().and_then(resident_bytes) {
        let help = "Resident memory of the process";
        registry.register_with_unit("process_resident_memory", help, Unit::Bytes, ConstGauge::new(resident));
    }
    registry
}

/// The line `VmRSS:    12345 kB`, in bytes. What the kernel calls kB is 1,024 bytes.
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kib.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(resident_bytes("VmHWM:\t    9000 kB\nVmRSS:\t    2048 kB\n"), Some(2_097_152));
    }

    #[test]
    fn what_is_not_understood_is_not_shown() {
        for status in ["", "VmHWM:\t 9000 kB", "VmRSS:\t 9000 pages", "VmRSS:\t18446744073709551615 kB"] {
            assert_eq!(resident_bytes(status), None, "{status}");
        }
    }
}
