//! The processes of a stack: what becomes of those that will not start, that die, and that are left alone.

use crate::client::Client;
use crate::settings;
use headcount_lambda_local::{LambdaLocal, StartError};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_function_with_wrong_settings_does_not_start() {
    let started = LambdaLocal::start(settings().with("StatusCacheMs", "soon")).await;
    let error = started.err().expect("it does not start");
    assert!(matches!(error, StartError::Function(..)), "{error}");
    assert!(error.to_string().contains("64"), "the exit code for wrong settings is not in: {error}");
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let mut settings = settings();
    settings.emulator = "no-such-emulator".into();
    let error = LambdaLocal::start(settings).await.err().expect("it does not start");
    assert!(error.to_string().contains("no-such-emulator"), "{error}");
    let error = LambdaLocal::start(crate::settings().with("NoSuchParameter", "1")).await.err();
    assert!(matches!(error, Some(StartError::Template(_))), "{error:?}");
}

#[tokio::test]
async fn a_bootstrap_that_dies_is_replaced() {
    let mut settings = settings();
    settings.request_instances = 1;
    let running = LambdaLocal::start(settings).await.unwrap();
    let mut client = Client::connect(running.websocket_url(), "").await;
    let before: Vec<u32> = running.idle_processes().collect();
    assert_eq!(before.len(), 2, "one of each function");
    for process in &before {
        kill_process(Pid::from_raw(process.cast_signed()).unwrap(), Signal::KILL).unwrap();
    }
    // An event may still reach a process that is about to be gone; the next one finds another.
    client.say(json!({ "action": "heartbeat" })).await;
    let answer = client.hear_where(|_| true).await;
    if answer["type"] != "heartbeatAck" {
        assert_eq!(answer["message"], "Internal server error", "{answer}");
        client.say(json!({ "action": "heartbeat" })).await;
        client.hear("heartbeatAck").await;
    }
    if running.sweep().await.is_err() {
        running.sweep().await.unwrap();
    }
    let after: Vec<u32> = running.idle_processes().collect();
    assert!(after.len() == 2 && after.iter().all(|process| !before.contains(process)), "{after:?}");
    running.stop().await;
}

#[tokio::test]
async fn everything_ends_with_the_stack() {
    let running = LambdaLocal::start(settings()).await.unwrap();
    let processes: Vec<Pid> =
        running.idle_processes().map(|id| Pid::from_raw(id.cast_signed()).unwrap()).collect();
    let mut client = Client::connect(running.websocket_url(), "").await;
    running.stop().await;
    assert_eq!(client.hear_close().await, 1_001);
    for process in processes {
        assert!(rustix::process::test_kill_process(process).is_err(), "{process:?} is still there");
    }
}

/// If we are killed, nobody ends the functions: they end themselves, since the Runtime API is gone.
#[tokio::test]
async fn a_bootstrap_ends_with_its_runtime_api() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut bootstrap = tokio::process::Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .env_clear()
        .envs([
            ("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string().as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", "requests"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_REGION", "us-east-1"),
            ("SESSIONS_TABLE_NAME", "Sessions"),
            ("CONNECTIONS_TABLE_NAME", "Connections"),
            ("WAKE_QUEUE_URL", "http://127.0.0.1:1/queue"),
            ("API_GATEWAY_ENDPOINT", "http://127.0.0.1:1/prod"),
            ("HEADCOUNT_SPEAKER_AUTH", "none"),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (mut asking, _) = listener.accept().await.unwrap();
    assert!(asking.read(&mut [0; 1_024]).await.unwrap() > 0, "it asks for an event");
    drop((asking, listener));
    let ended = tokio::time::timeout(Duration::from_secs(60), bootstrap.wait()).await;
    assert!(!ended.expect("it ends").unwrap().success());
}
