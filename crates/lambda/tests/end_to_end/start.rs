//! A function that is set up wrongly says so and ends.

use crate::lambda::bootstrap;
use crate::runtime_api::SURROUNDINGS;

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let output = bootstrap().env_clear().envs(SURROUNDINGS).env("STATUS_CACHE_MS", "soon").output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    let said = String::from_utf8(output.stderr).unwrap();
    for name in [
        "SESSIONS_TABLE_NAME",
        "CONNECTIONS_TABLE_NAME",
        "API_GATEWAY_ENDPOINT",
        "WAKE_QUEUE_URL",
        "HEADCOUNT_SPEAKER_AUTH",
        "STATUS_CACHE_MS",
    ] {
        assert!(said.contains(name), "{name} is not in: {said}");
    }
}
