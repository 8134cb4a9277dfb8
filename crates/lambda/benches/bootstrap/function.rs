//! One `bootstrap` process, and its invocations.

use crate::arguments::Arguments;
use crate::cloud::Cloud;
use crate::runtime_api::{Event, Outcome};
use headcount_adapters::clock::SystemClock;
use headcount_core::ports::Clock;
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long an invocation is waited for, and what it is told that it has.
const LONGEST: Duration = Duration::from_secs(60);

/// A function that runs.
pub(crate) struct Function<'a> {
    cloud: &'a Cloud,
    process: Child,
    /// From the start of the process until it first asked for an event.
    pub(crate) took_to_start: Duration,
}

/// What an invocation returned, and how long it took as the Runtime API sees it.
pub(crate) struct Returned {
    pub(crate) value: Value,
    pub(crate) took: Duration,
}

impl<'a> Function<'a> {
    /// Starts the binary in the surroundings that Lambda gives it, with `settings` more, and waits until it is ready.
    pub(crate) fn start(cloud: &'a Cloud, arguments: &Arguments, settings: &[(&str, &str)]) -> Self {
        let http = format!("http://{}", cloud.address);
        let mut command = Command::new(&arguments.bootstrap);
        command
            .env_clear()
            .env("AWS_LAMBDA_FUNCTION_NAME", "headcount")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "pretend")
            .env("AWS_SECRET_ACCESS_KEY", "pretend")
            .env("AWS_LAMBDA_RUNTIME_API", &cloud.address)
            // The services by themselves: so the client for TLS is made as it is on AWS.
            .env("AWS_ENDPOINT_URL_DYNAMODB", &http)
            .env("AWS_ENDPOINT_URL_SQS", &http)
            .env("API_GATEWAY_ENDPOINT", format!("{http}/prod"))
            .env("WAKE_QUEUE_URL", format!("{http}/queue"))
            .env("SESSIONS_TABLE_NAME", "Sessions")
            .env("CONNECTIONS_TABLE_NAME", "Connections")
            .env("STATUS_TABLE_NAME", "SessionStatus")
            .env("STATUS_CACHE_MS", "0")
            // On a machine that is busy with something else, an answer is to be late rather than not exact.
            .env("STATUS_QUERY_TIMEOUT_MS", "4000")
            // Questions are counted, as by default, but many are let through.
            .env("HEADCOUNT_STATUS_QUERIES_PER_SECOND", "100000")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(if arguments.log { Stdio::from(std::io::stderr()) } else { Stdio::null() });
        let began = Instant::now();
        let process = command.spawn().unwrap();
        let ready = loop {
            match cloud.outcomes.recv_timeout(LONGEST).expect("the function starts") {
                Outcome::Ready(at) if at > began => break at,
                _ => {}
            }
        };
        Self { cloud, process, took_to_start: ready - began }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Lets the function handle `event`, and waits until it is ready for another.
    pub(crate) fn invoke(&self, event: &Value) -> Returned {
        self.invoke_within(event, LONGEST)
    }

    /// As [`Self::invoke`], with so much time.
    pub(crate) fn invoke_within(&self, event: &Value, time: Duration) -> Returned {
        let deadline = SystemClock::default().now().plus(time).as_millis();
        self.cloud.events.send(Event { payload: event.to_string(), deadline }).unwrap();
        let mut returned = None;
        loop {
            match self.cloud.outcomes.recv_timeout(LONGEST).expect("the function answers") {
                Outcome::Returned { value, handed, answered } => {
                    returned = Some(Returned { value, took: answered - handed });
                }
                Outcome::Failed(error) => panic!("the function failed: {error}"),
                Outcome::Ready(_) => {
                    if let Some(returned) = returned {
                        return returned;
                    }
                }
            }
        }
    }

    /// What `connection` is answered when it says `message`, and how long that took.
    pub(crate) fn say(&self, connection: &str, message: &Value) -> Returned {
        let mut event: Value = serde_json::from_str(include_str!("../../samples/message.json")).unwrap();
        event["requestContext"]["connectionId"] = json!(connection);
        event["requestContext"]["routeKey"] = message["action"].clone();
        event["body"] = json!(message.to_string());
        let Returned { value, took } = self.invoke(&event);
        let answer = value["body"].as_str().map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
        Returned { value: answer, took }
    }
}

impl Drop for Function<'_> {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
