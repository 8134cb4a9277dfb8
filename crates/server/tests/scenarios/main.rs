//! The stories that every way to run Headcount plays alike, played by the server.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use async_trait::async_trait;
use headcount_adapters::clock::SystemClock;
use headcount_core::ports::Clock;
use headcount_core::{Language, UserId};
use headcount_server::access::{Login, SpeakerAuth, mint_login_token};
use headcount_server::{Config, run};
use headcount_testkit::scenarios::{Differences, Driver, Rules, Stage};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const SECRET: &[u8] = b"a secret of thirty-two bytes, or more";

/// Starts servers in this process, in memory.
struct InProcess;

#[async_trait]
impl Driver for InProcess {
    async fn stage(&self, rules: Rules) -> Stage {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("ws://{}/prod", listener.local_addr().unwrap());
        let serving = tokio::spawn(run(listener, None, config(rules), std::future::pending()));
        Stage {
            url,
            period: rules.period,
            login,
            differences: Differences::default(),
            running: Box::new(Running(serving)),
        }
    }

    fn scratch(&self) -> &Path {
        Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/scenarios/server"))
    }
}

/// A server that ends with its story.
struct Running<T>(JoinHandle<T>);

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn config(rules: Rules) -> Config {
    let mut config = Config::local();
    config.service.policy.period = rules.period;
    config.service.policy.min_gap = rules.gap;
    config.service.reconnect_grace = rules.grace;
    config.service.max_listeners = rules.max_listeners.into();
    let languages: Vec<_> = rules.languages.iter().map(|tag| Language::parse(tag).unwrap()).collect();
    config.supported_languages = (!languages.is_empty()).then_some(languages);
    if rules.logins {
        config.speaker_auth = SpeakerAuth::hs256(SECRET, None, None).unwrap();
    }
    config.quotas.status_queries_per_second = rules.questions_per_second;
    config.quotas.control_messages_per_second = 0;
    config
}

/// A login token of `user`, good for a minute.
fn login(user: &str) -> String {
    let user = UserId::parse(user).unwrap();
    let login = Login { user: &user, issuer: None, audience: None, lifetime: Duration::from_secs(60) };
    mint_login_token(SECRET, &login, SystemClock::default().now()).unwrap()
}

headcount_testkit::scenarios!(InProcess);
