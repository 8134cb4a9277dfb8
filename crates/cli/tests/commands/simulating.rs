//! `simulate` against a server, with worker processes of its own.

use crate::running::{Running, Server, headcount, text};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

#[test]
fn a_whole_simulation_measures_everything_it_was_asked_for() {
    let server = Server::start();
    let session = server.create_session();
    let output = headcount(&[
        "simulate",
        &server.url,
        "--session",
        &session.id,
        "--speaker-token",
        &session.token,
        "--listeners",
        "60",
        "--per-process",
        "25",
        "--languages",
        "es:3,fr:1",
        "--ramp",
        "500ms",
        "--duration",
        "4s",
        "--churn",
        "10%/s",
        "--query-rate",
        "20/s",
        "--probe-new-language",
        "--probe-pause",
        "--vanish",
        "--vanish-watch",
        "1s",
        "--json",
    ]);
    let complaint = text(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    assert!(complaint.contains("60 of 60 listening"), "{complaint}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["errors"], serde_json::json!({}), "{report}");
    let counts = &report["counts"];
    assert_eq!((counts["arrivals"].as_u64(), counts["joined"].as_u64()), (Some(84), Some(84)), "{report}");
    assert_eq!((counts["left"].as_u64(), counts["lost"].as_u64()), (Some(84), Some(0)), "{report}");
    let latency = &report["latencyMilliseconds"];
    for name in [
        "connect",
        "join",
        "generatorLag",
        "statusQuery",
        "statusQueryAfterVanishing",
        "newLanguage",
        "pauseHeard",
    ] {
        assert!(latency[name]["count"].as_u64().unwrap() > 0, "{name}: {report}");
    }
    assert_eq!(report["pause"]["expected"], report["pause"]["heard"], "{report}");
    assert!(report["speaker"]["pushed"]["newLanguage"].as_u64().unwrap() > 0, "{report}");
}

#[test]
fn ctrl_c_stops_early_and_still_reports() {
    let server = Server::start();
    let session = server.create_session();
    let mut simulation = Running::start(&[
        "simulate",
        &server.url,
        "--session",
        &session.id,
        "--listeners",
        "5",
        "--ramp",
        "0s",
        "--duration",
        "1h",
    ]);
    let progress = std::io::BufReader::new(simulation.0.stderr.take().unwrap());
    let all_here = std::io::BufRead::lines(progress).any(|line| line.unwrap().contains("5 of 5 listening"));
    assert!(all_here);
    let pid = Pid::from_child(&simulation.0);
    kill_process(pid, Signal::INT).unwrap();
    let report: Vec<_> = simulation.lines().collect();
    assert_eq!(simulation.0.wait().unwrap().code(), Some(0));
    assert_eq!(report[0], "Stopped early; these are the figures so far.");
    assert!(report.iter().any(|line| line.starts_with("5 arrivals, 5 joined, 5 left")), "{report:?}");
}
