//! The stories that every way to run Headcount plays alike, played by the real `bootstrap` behind a stand-in for the AWS
//! around it: a stack of its own, as the template describes it.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

#[path = "../../../adapters/tests/dynamodb/emulator_program.rs"]
mod emulator_program;

use async_trait::async_trait;
use headcount_access::{Login, mint_login_token};
use headcount_adapters::clock::SystemClock;
use headcount_core::UserId;
use headcount_core::ports::Clock;
use headcount_lambda_local::{FunctionLog, LambdaLocal, Settings};
use headcount_testkit::scenarios::{Differences, Driver, Rules, Stage};
use std::path::Path;
use std::time::Duration;

const SECRET: &str = "a secret of thirty-two bytes, or more";

/// The shortest period that the function takes.
const SHORTEST: Duration = Duration::from_secs(5);

/// Starts a stack for every story.
struct Lambda;

#[async_trait]
impl Driver for Lambda {
    async fn stage(&self, rules: Rules) -> Stage {
        let period = rules.period.max(SHORTEST);
        let mut settings = Settings::new(env!("CARGO_BIN_EXE_bootstrap"), emulator_program::program());
        settings.environment = environment(rules, period);
        settings.log = FunctionLog::Discarded;
        let running = LambdaLocal::start(settings).await.unwrap();
        Stage {
            url: running.websocket_url().to_owned(),
            period,
            login,
            differences: Differences { any_close_code: true, bare_refusals: true },
            running: Box::new(running),
        }
    }

    fn scratch(&self) -> &Path {
        Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/scenarios/lambda"))
    }
}

/// The rules, as the function reads them. It cannot be told the gap and the grace.
fn environment(rules: Rules, period: Duration) -> Vec<(String, String)> {
    let variables = [
        ("PERIODIC_UPDATE_INTERVAL_SECONDS", period.as_secs().to_string()),
        ("HEADCOUNT_MAX_LISTENERS", rules.max_listeners.to_string()),
        ("HEADCOUNT_LANGUAGE", rules.languages.join(",")),
        ("HEADCOUNT_SPEAKER_AUTH", if rules.logins { "hs256" } else { "none" }.to_owned()),
        ("HEADCOUNT_SPEAKER_SECRET", SECRET.to_owned()),
        ("HEADCOUNT_STATUS_QUERIES_PER_SECOND", rules.questions_per_second.to_string()),
        ("HEADCOUNT_CONTROL_MESSAGES_PER_SECOND", "0".to_owned()),
        // A story is told what is so when it asks.
        ("STATUS_CACHE_MS", "0".to_owned()),
        // The emulator of a debug build is slow beside DynamoDB, and this is no test of speed.
        ("STATUS_QUERY_TIMEOUT_MS", "4000".to_owned()),
    ];
    variables.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// A login token of `user`, good for a minute.
fn login(user: &str) -> String {
    let user = UserId::parse(user).unwrap();
    let login = Login { user: &user, issuer: None, audience: None, lifetime: Duration::from_secs(60) };
    mint_login_token(SECRET.as_bytes(), &login, SystemClock::default().now()).unwrap()
}

headcount_testkit::scenarios!(Lambda);
