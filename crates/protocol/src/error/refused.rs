//! Errors about what a client asked for: it was understood, and refused or not possible.

use super::{Details, ProtocolError};
use crate::{ErrorCode, RoleName};
use headcount_core::{Language, Link};

/// What the client asked for was understood and refused.
impl ProtocolError {
    /// The language is none of those configured.
    #[must_use]
    pub fn unsupported_language(language: &Language, supported: Vec<Language>) -> Self {
        let message = format!(
            "The language {language} is not supported here: choose one of details.supportedLanguages"
        );
        Self::new(ErrorCode::UnsupportedLanguage, message, Some(Details::SupportedLanguages(supported)))
    }

    /// A token was refused; one text for every cause, so that nobody can probe for it.
    #[must_use]
    pub fn unauthorized() -> Self {
        let message = "The token is missing, malformed, expired or not signed by whom it says";
        Self::new(ErrorCode::Unauthorized, message, None)
    }

    /// `action` is for connections with another role.
    #[must_use]
    pub fn unauthorized_action(action: &'static str, role: RoleName) -> Self {
        Self::new(ErrorCode::UnauthorizedAction, format!("Action {action} requires {role} role"), None)
    }

    /// The request is for operators, or for the speaker of that session.
    #[must_use]
    pub fn not_permitted() -> Self {
        Self::new(ErrorCode::UnauthorizedAction, "The token does not permit this request", None)
    }

    /// A newer connection speaks for the session.
    #[must_use]
    pub fn superseded() -> Self {
        let message = "A newer connection speaks for this session: use that one, or connect again";
        Self::new(ErrorCode::UnauthorizedAction, message, None)
    }

    /// A browser page of another origin, or a request for another host.
    #[must_use]
    pub fn origin_not_allowed() -> Self {
        let message =
            "Requests from this origin or for this host are not allowed: ask the operator to add it";
        Self::new(ErrorCode::UnauthorizedAction, message, None)
    }

    /// The connection has no role that it could act in, or is gone.
    #[must_use]
    pub fn connection_not_found() -> Self {
        let message = "This connection has no session: send createSession or joinSession first";
        Self::new(ErrorCode::ConnectionNotFound, message, None)
    }

    /// No live session of that name.
    #[must_use]
    pub fn session_not_found() -> Self {
        Self::new(ErrorCode::SessionNotFound, "Session not found", None)
    }

    /// The session has no link of that name, or not any more.
    #[must_use]
    pub fn link_not_found() -> Self {
        Self::new(ErrorCode::LinkNotFound, "Link not found: it was revoked, expired or never there", None)
    }

    /// The session has as many links as it may have.
    #[must_use]
    pub fn too_many_links() -> Self {
        let message = format!("The session has {} links, which is all it may have: revoke one", Link::MAX);
        Self::new(ErrorCode::TooManyLinks, message, None)
    }

    /// The connection has another role, or one in another session.
    #[must_use]
    pub fn already_joined() -> Self {
        let message =
            "This connection has a role already: open another connection for another session or role";
        Self::new(ErrorCode::AlreadyJoined, message, None)
    }

    /// Too much in too short a time; `retry_after` in seconds.
    #[must_use]
    pub fn rate_limited(retry_after: u64) -> Self {
        let message = format!("Too many requests: try again in {retry_after} s");
        Self::new(ErrorCode::RateLimitExceeded, message, Some(Details::RetryAfter(retry_after)))
    }

    /// The session has as many listeners as it may have.
    #[must_use]
    pub fn session_full(max_listeners: u64) -> Self {
        let message = format!("The session has reached its {max_listeners} listeners: try again later");
        Self::new(ErrorCode::SessionFull, message, Some(Details::MaxListeners(max_listeners)))
    }
}

/// What the client asked for could not be done.
impl ProtocolError {
    /// The store did not answer in time; `retry_after` in seconds.
    #[must_use]
    pub fn unavailable(retry_after: u64) -> Self {
        let message = format!("This cannot be answered right now: try again in {retry_after} s");
        Self::new(ErrorCode::StatusUnavailable, message, Some(Details::RetryAfter(retry_after)))
    }

    /// The store takes no new sessions, though it goes on serving those it has.
    #[must_use]
    pub fn no_new_sessions(request_id: impl Into<String>) -> Self {
        let message = "No new sessions can be created right now, live ones go on: tell the operator";
        Self::new(ErrorCode::InternalError, message, Some(Details::RequestId(request_id.into())))
    }

    /// A fault on this side, logged under `request_id`.
    #[must_use]
    pub fn internal(request_id: impl Into<String>) -> Self {
        let message = "Something went wrong on our side: try again, and give the operator details.requestId";
        Self::new(ErrorCode::InternalError, message, Some(Details::RequestId(request_id.into())))
    }
}
