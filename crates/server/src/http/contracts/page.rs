//! The page for people: what the documents say, to be read. Nothing is loaded and no script runs.

use super::dialogue::{EXCHANGES, PUSHES};
use super::shape::{prose, shape};
use crate::http::operation::{Kind, Operation, Parameter, Who};
use crate::http::operations;
use headcount_protocol::{ErrorCode, MessageKind, schemas};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The whole page.
pub(super) fn page() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Headcount: the interface" }
                style { (PreEscaped(include_str!("docs.css"))) }
            }
            body {
                main {
                    h1 { "Headcount: the interface" }
                    p {
                        "Version " (crate::VERSION) ". The same for machines: "
                        a href="/openapi.json" { "OpenAPI" } " of what is asked over HTTP, "
                        a href="/asyncapi.json" { "AsyncAPI" } " of what is said over a WebSocket."
                    }
                    (over_http())
                    (over_websocket())
                    (error_codes())
                    h2 { "Messages, bodies and values" }
                    @for (name, schema) in &schemas::definitions("#") { (shape(name, schema)) }
                }
            }
        }
    }
}

fn over_http() -> Markup {
    html! {
        h2 { "Over HTTP" }
        @for operation in &operations::ALL { (described(operation)) }
    }
}

fn described(operation: &Operation) -> Markup {
    html! {
        h3 id={ "http-" (operation.name) } { code { (operation.method.as_str().to_uppercase()) " " (operation.path) } }
        p { (operation.summary) ". " (prose(operation.about)) span.quiet { " For " (who(operation.who)) "." } }
        table {
            tbody {
                @for parameter in operation.query { (query(parameter)) }
                @if let Some(body) = operation.body { tr { td { "body" } td { (link(body)) } } }
                @for success in operation.answers {
                    tr {
                        td { (success.status) }
                        td {
                            (prose(success.about))
                            @for (media, definition) in success.content {
                                " " @match definition {
                                    Some(definition) => { (link(definition)) }
                                    None => { code { (media) } }
                                }
                            }
                        }
                    }
                }
                tr {
                    td { "refused" }
                    td { @for code in operation.all_refusals() { (link(code.as_str())) " " } }
                }
            }
        }
    }
}

fn query(parameter: &Parameter) -> Markup {
    html! {
        tr {
            td { "?" code { (parameter.name) } }
            td {
                (prose(parameter.about)) " "
                span.quiet {
                    @match &parameter.kind {
                        Kind::Milliseconds => { "Whole milliseconds." }
                        Kind::UpTo { most, usual } => { "1 to " (most) "; otherwise " (usual) "." }
                        Kind::OneOf(names) => { (names.join(", ")) "; otherwise the first." }
                        Kind::Cursor | Kind::Text => {}
                    }
                }
            }
        }
    }
}

const fn who(who: Who) -> &'static str {
    match who {
        Who::Anyone => "anyone",
        Who::User => "users, where the server asks for a login",
        Who::Speaker => "the speaker",
        Who::SpeakerOrOperator => "the speaker and operators",
        Who::Viewer => "the speaker, operators and those with a link",
        Who::Operator => "operators",
        Who::AsConfigured => "anyone or operators, as the server is set up",
    }
}

fn over_websocket() -> Markup {
    html! {
        h2 { "Over a WebSocket" }
        p {
            "Connect to the root. What a connection wants at once may come in the " (link("ConnectQuery"))
            "; whatever is sent may be answered with " (link("error")) "."
        }
        table {
            thead { tr { th { "action" } th { "from" } th { "answer" } } }
            tbody {
                @for exchange in &EXCHANGES {
                    tr {
                        td { (link(exchange.action)) }
                        td { @match exchange.role { Some(role) => { (role) } None => { "any" } } }
                        td { (kinds(exchange.answers)) }
                    }
                }
            }
        }
        @for push in &PUSHES { p { "Unasked, to a " (push.to) ": " (kinds(push.messages)) } }
    }
}

fn kinds(kinds: &[MessageKind]) -> Markup {
    html! { @for kind in kinds { (link(kind.as_str())) " " } }
}

fn error_codes() -> Markup {
    html! {
        h2 { "Error codes" }
        table {
            tbody {
                @for code in ErrorCode::ALL {
                    tr #(code.as_str()) { td { code { (code) } } td { "HTTP " (code.status()) } td { "closes with " (code.close_code()) } }
                }
            }
        }
    }
}

/// A link to what is described further below.
fn link(name: &str) -> Markup {
    html! { a href={ "#" (name) } { code { (name) } } }
}
