//! The real `bootstrap`, in a process of its own with the Runtime API in front of it.

use crate::log::Log;
use crate::runtime_api::{Outcome, RuntimeApi};
use crate::services::Services;
use crate::tables::Tables;
use serde_json::{Value, json};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

/// A function that runs. When it is dropped it ends, and what must hold of every log is looked at.
pub(crate) struct Lambda {
    api: RuntimeApi,
    process: Child,
    /// Standard output and standard error: on Lambda, both are the log. `None` once they were read to their end.
    output: Option<[JoinHandle<String>; 2]>,
}

impl Lambda {
    /// Starts the function over `tables` and `services`, with `settings` more.
    pub(crate) async fn start(tables: &Tables, services: &Services, settings: &[(&str, &str)]) -> Self {
        let api = RuntimeApi::start().await;
        let mut process = api
            .surround(bootstrap())
            .env("AWS_ENDPOINT_URL_DYNAMODB", crate::emulator::endpoint())
            .env("AWS_ENDPOINT_URL_SQS", services.url())
            .env("API_GATEWAY_ENDPOINT", format!("{}/prod", services.url()))
            .env("WAKE_QUEUE_URL", format!("{}/queue", services.url()))
            .env("SESSIONS_TABLE_NAME", tables.name("Sessions"))
            .env("CONNECTIONS_TABLE_NAME", tables.name("Connections"))
            .env("STATUS_TABLE_NAME", tables.name("SessionStatus"))
            // The emulator of a debug build is slow beside DynamoDB, and this is no test of speed.
            .env("STATUS_QUERY_TIMEOUT_MS", "4000")
            .env("STATUS_CACHE_MS", "0")
            // Tests ask faster than people do.
            .env("HEADCOUNT_STATUS_QUERIES_PER_SECOND", "0")
            .env("HEADCOUNT_CONTROL_MESSAGES_PER_SECOND", "0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = [reading(process.stdout.take().unwrap()), reading(process.stderr.take().unwrap())];
        Self { api, process, output: Some(output) }
    }

    /// Lets the function handle `event`.
    pub(crate) async fn try_invoke(&self, event: Value) -> Outcome {
        self.try_invoke_with(event.to_string()).await
    }

    /// Lets the function handle a payload, whatever it is.
    pub(crate) async fn try_invoke_with(&self, payload: String) -> Outcome {
        self.api.invoke(payload).await
    }

    pub(crate) async fn invoke(&self, event: Value) -> Value {
        self.try_invoke(event).await.unwrap_or_else(|error| panic!("the function failed: {error}"))
    }

    /// What `connection` is answered when it says `message`.
    pub(crate) async fn say(&self, connection: &str, message: Value) -> Value {
        self.answer(said(connection, json!(message.to_string()))).await
    }

    /// What the client is answered to the message that `event` is.
    pub(crate) async fn answer(&self, event: Value) -> Value {
        let returned = self.invoke(event).await;
        assert_eq!(returned["statusCode"], 200);
        returned["body"].as_str().map_or(Value::Null, |body| serde_json::from_str(body).unwrap())
    }

    /// Ends the function; what it has logged since it began.
    pub(crate) fn end(mut self) -> Log {
        self.stop().unwrap()
    }

    fn stop(&mut self) -> Option<Log> {
        let output = self.output.take()?;
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        let [stdout, stderr] = output.map(|reading| reading.join().unwrap());
        Some(Log::checked(&stdout, &stderr))
    }
}

/// The event of a message of `connection`. Its client has an address that no log may show.
pub(crate) fn said(connection: &str, body: Value) -> Value {
    let context = json!({
        "eventType": "MESSAGE", "connectionId": connection, "identity": { "sourceIp": crate::log::ADDRESS },
    });
    json!({ "requestContext": context, "body": body })
}

/// Reads to the end what the function writes, so that it never waits for a reader.
fn reading(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut all = String::new();
        from.read_to_string(&mut all).unwrap();
        all
    })
}

impl Drop for Lambda {
    fn drop(&mut self) {
        // A test that fails says why by itself, and the function ends all the same.
        if thread::panicking() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        } else {
            self.stop();
        }
    }
}

/// The binary.
pub(crate) fn bootstrap() -> Command {
    Command::new(env!("CARGO_BIN_EXE_bootstrap"))
}
