//! Every operation of the HTTP interface: the one table that the routes, the OpenAPI document and the page for people
//! are made of.

use super::operation::{Kind, Method, Operation, Parameter, Success, Who};
use super::{accounts, contracts, events, health, links, metrics, sessions};
use crate::compose::METRICS_CONTENT_TYPE;
use axum::routing::on;
use headcount_protocol::ErrorCode;
use headcount_protocol::http::ListSessions;

const fn answer(status: u16, about: &'static str, content: &'static [(&str, Option<&str>)]) -> Success {
    Success { status, about, content }
}

const HEALTH: &[Success] = &[
    answer(200, "All is well.", &[("application/json", Some("Health"))]),
    answer(503, "A check failed.", &[("application/json", Some("Health"))]),
];

const LIMIT: Parameter = Parameter {
    name: "limit",
    about: "How many sessions to show at most.",
    kind: Kind::UpTo { most: ListSessions::MAX_LIMIT, usual: ListSessions::DEFAULT_LIMIT },
};

const CURSOR: Parameter =
    Parameter { name: "cursor", about: "The `nextCursor` of the page before.", kind: Kind::Cursor };

/// All of them, in the order in which people should read of them.
pub(super) const ALL: [Operation; 20] = [
    Operation {
        method: Method::Post,
        path: "/sessions",
        name: "createSession",
        summary: "Create a session",
        about: "The answer has the speaker token, which proves the speaker from here on.",
        who: Who::User,
        body: Some("NewSession"),
        answers: &[answer(201, "It is there.", &[("application/json", Some("CreatedSession"))])],
        refusals: &[ErrorCode::InvalidLanguage],
        handler: |method| on(method, sessions::create),
        ..Operation::PLAIN
    },
    Operation {
        path: "/sessions/{id}",
        name: "getSession",
        summary: "Look a session up",
        about: "What a listener's page needs: no counts, nothing personal.",
        answers: &[answer(200, "The session.", &[("application/json", Some("PublicSession"))])],
        handler: |method| on(method, sessions::show),
        ..Operation::PLAIN
    },
    Operation {
        method: Method::Patch,
        path: "/sessions/{id}",
        name: "changeSession",
        summary: "Pause, resume, end or describe a session",
        about: "Does what the messages do: the audience is told of a pause, a resumption or the end.",
        who: Who::Speaker,
        body: Some("SessionPatch"),
        answers: &[answer(200, "The session after it.", &[("application/json", Some("CountedSession"))])],
        refusals: &[ErrorCode::InvalidLanguage],
        handler: |method| on(method, sessions::change),
        ..Operation::PLAIN
    },
    Operation {
        method: Method::Delete,
        path: "/sessions/{id}",
        name: "endSession",
        summary: "End a session",
        about: "The audience is told, and its connections close.",
        who: Who::SpeakerOrOperator,
        answers: &[answer(204, "It has ended.", &[])],
        handler: |method| on(method, sessions::end),
        ..Operation::PLAIN
    },
    Operation {
        path: "/sessions/{id}/status",
        name: "getStatus",
        summary: "Who is listening",
        about: "The message `sessionStatus`. Reading it does not count as telling the speaker. A link of one language is shown that language only.",
        who: Who::Viewer,
        answers: &[answer(200, "The status.", &[("application/json", Some("sessionStatus"))])],
        handler: |method| on(method, sessions::status),
        ..Operation::PLAIN
    },
    Operation {
        path: "/sessions/{id}/events",
        name: "watchEvents",
        summary: "What happens, as it happens",
        about: "A stream of Server-Sent Events, for `EventSource`. A status comes at once, then whatever the speaker is told, \
            signals, changes of the broadcast and the end; a status again where nothing was told for half a minute. Who \
            comes back with the last identifier hears what was missed, or `resync` where that is not kept any more.",
        who: Who::Viewer,
        query: &[
            Parameter {
                name: "access_token",
                about: "The token, where no header can be set. Never logged here; a proxy may be less careful.",
                kind: Kind::Text,
            },
            Parameter {
                name: "lastEventId",
                about: "The identifier to go on from, where the header `Last-Event-ID` cannot be set.",
                kind: Kind::Text,
            },
        ],
        answers: &[
            answer(200, "The stream.", &[("text/event-stream", Some("StreamedEvent"))]),
            answer(204, "The session has ended and all of that was heard: do not come back.", &[]),
        ],
        handler: |method| on(method, events::watch),
        ..Operation::PLAIN
    },
    Operation {
        method: Method::Post,
        path: "/sessions/{id}/links",
        name: "createLink",
        summary: "Let others look on",
        about: "A read-only link to the whole session or to one language. It opens status, events and history, and the report where it shows all.",
        who: Who::SpeakerOrOperator,
        body: Some("NewLink"),
        answers: &[answer(
            201,
            "It is there. What opens it is said this once.",
            &[("application/json", Some("CreatedLink"))],
        )],
        refusals: &[ErrorCode::InvalidLanguage, ErrorCode::TooManyLinks],
        handler: |method| on(method, links::create),
        ..Operation::PLAIN
    },
    Operation {
        path: "/sessions/{id}/links",
        name: "listLinks",
        summary: "Who may look on",
        about: "The links that are good, the oldest first, without what opens them.",
        who: Who::SpeakerOrOperator,
        answers: &[answer(200, "The links.", &[("application/json", Some("LinkList"))])],
        handler: |method| on(method, links::list),
        ..Operation::PLAIN
    },
    Operation {
        method: Method::Delete,
        path: "/sessions/{id}/links/{linkId}",
        name: "revokeLink",
        summary: "Take a link back",
        about: "Streams that it opened end at once.",
        who: Who::SpeakerOrOperator,
        answers: &[answer(204, "It opens nothing any more.", &[])],
        refusals: &[ErrorCode::LinkNotFound],
        handler: |method| on(method, links::revoke),
        ..Operation::PLAIN
    },
    Operation {
        path: "/sessions/{id}/history",
        name: "getHistory",
        summary: "The audience over time",
        about: "Of a live session and, while reports are kept, of one that has ended. A link of one language is shown that language only.",
        who: Who::Viewer,
        query: &[
            Parameter {
                name: "from",
                about: "The first moment; without it, the session's beginning.",
                kind: Kind::Milliseconds,
            },
            Parameter {
                name: "to",
                about: "The last moment; without it, now or the end.",
                kind: Kind::Milliseconds,
            },
            Parameter {
                name: "step",
                about: "From one point to the next; at the least 5,000, at the most 1,000 points.",
                kind: Kind::Milliseconds,
            },
        ],
        answers: &[answer(200, "The history.", &[("application/json", Some("History"))])],
        handler: |method| on(method, accounts::history),
        ..Operation::PLAIN
    },
    Operation {
        path: "/sessions/{id}/report",
        name: "getReport",
        summary: "What happened in a session",
        about: "Of a live session and, while reports are kept, of one that has ended. The page loads nothing and prints well. Not for a link of one language.",
        who: Who::Viewer,
        query: &[
            Parameter {
                name: "format",
                about: "How it is written.",
                kind: Kind::OneOf(&["json", "csv", "html"]),
            },
            Parameter {
                name: "table",
                about: "Which table, where `format` is `csv`.",
                kind: Kind::OneOf(&["languages", "curve", "switches"]),
            },
        ],
        answers: &[answer(
            200,
            "The report.",
            &[
                ("application/json", Some("Report")),
                ("text/csv; charset=utf-8", None),
                ("text/html; charset=utf-8", None),
            ],
        )],
        handler: |method| on(method, accounts::report),
        ..Operation::PLAIN
    },
    Operation {
        path: "/sessions",
        name: "listSessions",
        summary: "All live sessions",
        about: "By name, with their audiences.",
        who: Who::Operator,
        query: &[LIMIT, CURSOR],
        answers: &[answer(200, "A page of them.", &[("application/json", Some("SessionPage"))])],
        handler: |method| on(method, sessions::list),
        ..Operation::PLAIN
    },
    Operation {
        path: "/reports",
        name: "listReports",
        summary: "The sessions that have ended",
        about: "The last one first, as far as reports are kept.",
        who: Who::Operator,
        query: &[LIMIT, CURSOR],
        answers: &[answer(200, "A page of them.", &[("application/json", Some("EndedPage"))])],
        handler: |method| on(method, accounts::ended),
        ..Operation::PLAIN
    },
    Operation {
        path: "/healthz",
        name: "isAlive",
        summary: "Whether the server lives",
        about: "Answered over every cap.",
        answers: HEALTH,
        handler: |method| on(method, health::alive),
        ..Operation::PLAIN
    },
    Operation {
        path: "/readyz",
        name: "isReady",
        summary: "Whether the server takes anything new",
        about: "Answered over every cap.",
        answers: HEALTH,
        handler: |method| on(method, health::ready),
        ..Operation::PLAIN
    },
    Operation {
        path: "/metrics",
        name: "getMetrics",
        summary: "The figures of the server",
        about: "For Prometheus. A setting opens it, keeps it for operators or turns it off.",
        who: Who::AsConfigured,
        answers: &[answer(200, "OpenMetrics.", &[(METRICS_CONTENT_TYPE, None)])],
        may_be_absent: true,
        handler: |method| on(method, metrics::scrape),
        ..Operation::PLAIN
    },
    Operation {
        path: "/openapi.json",
        name: "getOpenApi",
        summary: "This interface, for machines",
        about: "An OpenAPI 3.1 document.",
        answers: &[answer(200, "The document.", &[("application/json", None)])],
        handler: |method| on(method, contracts::open_api),
        ..Operation::PLAIN
    },
    Operation {
        path: "/asyncapi.json",
        name: "getAsyncApi",
        summary: "The WebSocket protocol, for machines",
        about: "An AsyncAPI 3.0 document.",
        answers: &[answer(200, "The document.", &[("application/json", None)])],
        handler: |method| on(method, contracts::async_api),
        ..Operation::PLAIN
    },
    Operation {
        path: "/docs",
        name: "getDocs",
        summary: "Both, for people",
        about: "A page that loads nothing.",
        answers: &[answer(200, "The page.", &[("text/html; charset=utf-8", None)])],
        handler: |method| on(method, contracts::page),
        ..Operation::PLAIN
    },
    Operation::PLAIN,
];
