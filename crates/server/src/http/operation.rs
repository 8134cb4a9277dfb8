//! One operation of the HTTP interface, as its route and its documents need it.

use super::about;
use crate::app::App;
use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, on};
use headcount_protocol::ErrorCode;
use std::sync::Arc;

/// One method on one path.
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// Its name in generated clients.
    pub(super) name: &'static str,
    /// What it does, in a few words.
    pub(super) summary: &'static str,
    /// What else there is to know.
    pub(super) about: &'static str,
    pub(super) who: Who,
    pub(super) query: &'static [Parameter],
    /// The definition that its body is of.
    pub(super) body: Option<&'static str>,
    pub(super) answers: &'static [Success],
    /// Refusals beyond those that follow from the rest; see [`Operation::all_refusals`].
    pub(super) refusals: &'static [ErrorCode],
    /// Whether there may be nothing there: the answer is HTTP's own 404 then.
    pub(super) may_be_absent: bool,
    pub(super) handler: fn(MethodFilter) -> MethodRouter<Arc<App>>,
}

/// What is asked to be done.
#[derive(Clone, Copy)]
pub(super) enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// Its name in small letters.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Anyone,
    /// Anyone, or whoever has a login token where the server asks for one.
    User,
    Speaker,
    SpeakerOrOperator,
    /// The speaker, operators, and those who have a read-only link.
    Viewer,
    Operator,
    /// Anyone or operators only, as the server is set up.
    AsConfigured,
}

/// One parameter of the query. None is required.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
}

/// What a parameter may be.
pub(super) enum Kind {
    /// Whole milliseconds.
    Milliseconds,
    /// A whole number from 1 to `most`; without the parameter, `usual`.
    UpTo { most: usize, usual: usize },
    /// One of these; without the parameter, the first.
    OneOf(&'static [&'static str]),
    /// What an answer before this one said.
    Cursor,
    /// Any text.
    Text,
}

/// An answer that is not a refusal.
pub(super) struct Success {
    pub(super) status: u16,
    pub(super) about: &'static str,
    /// The media types that it may be of, with the definition of what is JSON. None where there is no body.
    pub(super) content: &'static [(&'static str, Option<&'static str>)],
}

impl Operation {
    /// What an operation is unless it says otherwise; by itself, the answer at the root.
    pub(super) const PLAIN: Self = Self {
        method: Method::Get,
        path: "/",
        name: "about",
        summary: "The console",
        about: "For browsers, which accept HTML; a few lines of text for others. A WebSocket handshake here opens a connection.",
        who: Who::Anyone,
        query: &[],
        body: None,
        answers: &[
            Success {
                status: 200,
                about: "The page, or the lines.",
                content: &[("text/html; charset=utf-8", None), ("text/plain; charset=utf-8", None)],
            },
            Success {
                status: 304,
                about: "The page that the browser has is the newest.",
                content: &[("text/html; charset=utf-8", None)],
            },
        ],
        refusals: &[],
        may_be_absent: false,
        handler: |method| on(method, about),
    };

    /// The codes that it may be refused with, each once, in the order of the contract.
    pub(super) fn all_refusals(&self) -> impl Iterator<Item = ErrorCode> {
        use ErrorCode as E;
        // Whatever is asked: the origin of the page, caps and rates, the store, and faults of ours.
        let mut found =
            vec![E::UnauthorizedAction, E::RateLimitExceeded, E::StatusUnavailable, E::InternalError];
        found.extend_from_slice(self.refusals);
        if self.path.contains("{id}") {
            found.extend([E::InvalidSessionId, E::SessionNotFound]);
        }
        if self.who != Who::Anyone {
            found.push(E::Unauthorized);
        }
        if self.body.is_some() {
            found.extend([E::InvalidMessage, E::MessageTooLarge, E::InvalidParameter, E::MissingParameter]);
        }
        if !self.query.is_empty() {
            found.push(E::InvalidParameter);
        }
        ErrorCode::ALL.into_iter().filter(move |code| found.contains(code))
    }

    /// Adds it to the routes.
    pub(super) fn route(&self, routes: Router<Arc<App>>) -> Router<Arc<App>> {
        routes.route(self.path, (self.handler)(self.method.filter()))
    }
}
