//! The documents say what the tables say, and refer to nothing that is not there.

use super::dialogue::{EXCHANGES, PUSHES};
use super::{asyncapi, openapi, page};
use crate::http::operation::Kind;
use crate::http::operations;
use headcount_protocol::{ClientMessage, MessageKind, schemas};
use headcount_report::Table;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every `$ref` in `document`.
fn references(document: &Value) -> BTreeSet<&str> {
    match document {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    for document in [openapi::document(), asyncapi::document()] {
        let references = references(&document);
        for reference in &references {
            let pointer = reference.strip_prefix('#').expect(reference);
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(
                references.contains(format!("#/components/schemas/{name}").as_str()),
                "{name} is not used"
            );
        }
    }
}

#[test]
fn every_schema_is_in_one_document_or_the_other() {
    let (http, sockets) = (openapi::document(), asyncapi::document());
    assert!(sockets["channels"]["connection"]["bindings"]["ws"]["query"]["properties"]["token"].is_object());
    for name in schemas::definitions("#").keys().filter(|name| *name != "ConnectQuery") {
        let found = [&http, &sockets].map(|document| document["components"]["schemas"].get(name).is_some());
        assert_ne!(found, [false, false], "{name}");
    }
}

#[test]
fn every_action_is_an_exchange_and_every_message_is_said() {
    assert_eq!(EXCHANGES.map(|exchange| exchange.action), ClientMessage::ACTIONS);
    let answers = EXCHANGES.iter().flat_map(|exchange| exchange.answers);
    let said: BTreeSet<&str> = answers
        .chain(PUSHES.iter().flat_map(|push| push.messages))
        .chain(&[MessageKind::Error])
        .map(|kind| kind.as_str())
        .collect();
    assert_eq!(said, MessageKind::NAMES.into());
}

#[test]
fn an_exchange_is_for_the_role_that_the_message_needs() {
    for exchange in &EXCHANGES {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../protocol/samples/client");
        let samples =
            std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()));
        let messages = samples
            .map(|text| text.unwrap())
            .filter(|text| serde_json::from_str::<Value>(text).unwrap()["action"] == exchange.action);
        let roles: BTreeSet<_> = messages
            .map(|text| ClientMessage::parse(text).unwrap().required_role().map(|role| role.as_str()))
            .collect();
        assert_eq!(roles, [exchange.role.map(|role| role.as_str())].into(), "{}", exchange.action);
    }
}

#[test]
fn no_two_operations_have_one_name_or_one_place() {
    let names: BTreeSet<_> = operations::ALL.iter().map(|operation| operation.name).collect();
    let places: BTreeSet<_> =
        operations::ALL.iter().map(|operation| (operation.path, operation.method.as_str())).collect();
    assert_eq!((names.len(), places.len()), (operations::ALL.len(), operations::ALL.len()));
}

#[test]
fn a_report_has_the_tables_that_the_document_names() {
    let named =
        operations::ALL.iter().flat_map(|operation| operation.query).find(|query| query.name == "table");
    let Some(Kind::OneOf(names)) = named.map(|query| &query.kind) else { panic!("no table can be chosen") };
    assert_eq!(*names, Table::ALL.map(Table::as_str));
}

#[test]
fn every_link_of_the_page_leads_somewhere_on_it() {
    let page = page::page().into_string();
    let links: BTreeSet<&str> =
        page.split("href=\"#").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
    assert!(links.contains("sessionStatus") && links.contains("SESSION_NOT_FOUND"));
    for link in links {
        assert_eq!(page.matches(&format!("id=\"{link}\"")).count(), 1, "#{link}");
    }
    for loads in ["<script", "src=", "url(", "<link"] {
        assert!(!page.contains(loads), "{loads}");
    }
}
