//! The HTTP interface, for commands that ask one question.

use super::socket::Refusal;
use super::{Endpoint, Trust};
use crate::failure::Failure;
use headcount_protocol::Token;
use headcount_protocol::received::SessionCreated;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;

/// A client of the HTTP interface. It blocks; asynchronous code runs it on a thread of its own.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    endpoint: Endpoint,
    bearer: Option<Token>,
    agent: Agent,
}

/// Why a question was not answered.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The server cannot be reached or does not speak HTTP.
    Unreachable(String),
    /// The server says no.
    Refused(Refusal),
    /// The answer is not what this version understands.
    Unreadable,
}

impl Api {
    const TIME_LIMIT: Duration = Duration::from_secs(10);

    /// A client for one server.
    pub(crate) fn new(endpoint: Endpoint, trust: &Trust, bearer: Option<Token>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Self::TIME_LIMIT))
            .tls_config(trust.pages())
            // A bearer token must not follow a redirect to somebody else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("headcount/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { endpoint, bearer, agent: config.new_agent() }
    }

    /// The status of a session, as the server wrote it.
    ///
    /// # Errors
    /// [`ApiError`].
    pub(crate) fn status(&self, session: &str) -> Result<String, ApiError> {
        self.get(&format!("sessions/{session}/status"))
    }

    /// The report of a session, as the server wrote it for that query.
    ///
    /// # Errors
    /// [`ApiError`].
    pub(crate) fn report(&self, session: &str, query: &str) -> Result<String, ApiError> {
        self.get(&format!("sessions/{session}/report?{query}"))
    }

    /// What the server says of its health on that page, and whether it is well.
    ///
    /// # Errors
    /// [`ApiError::Unreachable`], and [`ApiError::Unreadable`] where something else answers.
    pub(crate) fn health(&self, page: &str) -> Result<(bool, String), ApiError> {
        let mut answer = self.agent.get(self.endpoint.page(page)).call().map_err(unreachable_by)?;
        let well = match answer.status().as_u16() {
            200 => true,
            503 => false,
            _ => return Err(ApiError::Unreadable),
        };
        let text =
            answer.body_mut().with_config().limit(64 << 10).read_to_string().map_err(unreachable_by)?;
        Ok((well, text))
    }

    fn get(&self, page: &str) -> Result<String, ApiError> {
        let request = self.agent.get(self.endpoint.page(page));
        let answer = match &self.bearer {
            Some(token) => request.header("authorization", format!("Bearer {}", token.as_str())).call(),
            None => request.call(),
        };
        body(answer)
    }

    /// Creates a session. Gives what was created, and the same as the server wrote it.
    ///
    /// # Errors
    /// [`ApiError`].
    pub(crate) fn create(
        &self,
        source_language: &str,
        quality_tier: &str,
    ) -> Result<(SessionCreated, String), ApiError> {
        let wanted = serde_json::json!({"sourceLanguage": source_language, "qualityTier": quality_tier});
        let request = self.agent.post(self.endpoint.page("sessions")).content_type("application/json");
        let request = match &self.bearer {
            Some(token) => request.header("authorization", format!("Bearer {}", token.as_str())),
            None => request,
        };
        let text = body(request.send(wanted.to_string()))?;
        let created = SessionCreated::parse(&text).map_err(|_| ApiError::Unreadable)?;
        Ok((created, text))
    }
}

/// The body of a good answer.
fn body(answer: Result<Response<ureq::Body>, ureq::Error>) -> Result<String, ApiError> {
    // A report of many languages is the longest.
    const LONGEST: u64 = 16 << 20;
    let mut answer = answer.map_err(unreachable_by)?;
    let status = answer.status();
    let text = answer.body_mut().with_config().limit(LONGEST).read_to_string().map_err(unreachable_by)?;
    if status.is_success() { Ok(text) } else { Err(ApiError::Refused(Refusal::read(status.as_u16(), &text))) }
}

fn unreachable_by(error: ureq::Error) -> ApiError {
    ApiError::Unreachable(match error {
        ureq::Error::Io(error) => brief(&error),
        other => other.to_string(),
    })
}

impl ApiError {
    /// The same for the person at the terminal.
    pub(crate) fn failure(&self, endpoint: &Endpoint) -> Failure {
        match self {
            Self::Unreachable(why) => unreachable(endpoint, why),
            Self::Refused(refusal) => refusal.failure(endpoint),
            Self::Unreadable => Failure::Unavailable(format!(
                "{endpoint} answered with something else than a Headcount server would; check the address"
            )),
        }
    }

    /// What happened, in a few words.
    pub(crate) fn brief(&self) -> String {
        match self {
            Self::Unreachable(why) => why.clone(),
            Self::Refused(refusal) => refusal.to_string(),
            Self::Unreadable => "the answer was not understood".to_owned(),
        }
    }

    /// Whether there is no such session, or no longer.
    pub(crate) const fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(Refusal { status: 404, code: Some(_), .. }))
    }

    /// Whether this was asked more often than the server allows.
    pub(crate) const fn is_too_often(&self) -> bool {
        matches!(self, Self::Refused(Refusal { status: 429, .. }))
    }

    /// When the server wants to be asked again, where it said so.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Unreachable(_) | Self::Unreadable => None,
        }
    }

    /// Whether asking again later can help.
    pub(crate) const fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused(refusal) => refusal.is_temporary(),
            Self::Unreadable => false,
        }
    }
}

impl Refusal {
    /// The same for the person at the terminal, with what to do where we know it.
    pub(crate) fn failure(&self, endpoint: &Endpoint) -> Failure {
        let advice = match self.status {
            401 => {
                "; pass a valid token: the speakerToken that `headcount create` printed, or one of `headcount token`"
            }
            403 => "; pass the speakerToken of this very session, or an operator token",
            404 if self.code.is_some() => "; it may have ended: check --session",
            404 => "; check the address",
            429 => "; wait and try again, or raise the server's limits",
            503 => "; try again in a moment",
            _ => "",
        };
        let text = format!("{endpoint} refused: {self}{advice}");
        match self.status {
            400 => Failure::Usage(text),
            408 | 500.. => Failure::Unavailable(text),
            _ => Failure::Refused(text),
        }
    }
}

impl super::DialError {
    /// The same for the person at the terminal.
    pub(crate) fn failure(&self, endpoint: &Endpoint) -> Failure {
        match self {
            Self::Refused(refusal) => refusal.failure(endpoint),
            other => unreachable(endpoint, &other.to_string()),
        }
    }
}

/// What went wrong, without the number of the operating system.
pub(super) fn brief(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(_) => error.kind().to_string(),
        None => error.to_string(),
    }
}

fn unreachable(endpoint: &Endpoint, why: &str) -> Failure {
    // The libraries for HTTP and for WebSockets say it in the same words, which are those of rustls.
    let advice = if why.contains("certificate") {
        "pass --ca-file with the certificate that vouches for it"
    } else {
        "check the address and that the server runs"
    };
    Failure::Unavailable(format!("could not reach {endpoint}: {why}; {advice}"))
}
