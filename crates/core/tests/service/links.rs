//! Links: who else may look on, and what one language shows.

use crate::stage::Stage;
use headcount_core::service::{Linked, NewLink};
use headcount_core::{EndReason, Link, LinkId, Scope, Session, SessionChange, Signal, UpdateReason};
use headcount_testkit::samples::{self, language};
use std::time::Duration;

/// A link to everything for as long as the session lives.
pub(crate) fn all() -> NewLink {
    NewLink { scope: Scope::All, label: None, good_for: None }
}

async fn add(stage: &Stage, new: NewLink) -> Link {
    match stage.service.add_link(&stage.id, new).await.unwrap() {
        Linked::Added { session, link } => {
            assert_eq!(session.link(&link.id), Some(&link));
            link
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_link_is_good_until_it_expires_and_never_longer_than_its_session() {
    let stage = Stage::opened().await;
    let session = stage.service.session(&stage.id).await.unwrap().unwrap();
    assert_eq!(add(&stage, all()).await.expires_at, session.expires_at);
    let hour = Duration::from_secs(3_600);
    let link = add(&stage, NewLink { good_for: Some(hour), ..all() }).await;
    assert_eq!(link.expires_at, stage.now().plus(hour));
    assert!(link.is_good(stage.now()) && !link.is_good(link.expires_at));
    let longer = add(&stage, NewLink { good_for: Some(Duration::MAX), ..all() }).await;
    assert_eq!(longer.expires_at, session.expires_at);
}

#[tokio::test]
async fn a_session_has_so_many_links_until_one_is_taken_back_or_expires() {
    let stage = Stage::opened().await;
    let brief = add(&stage, NewLink { good_for: Some(Duration::from_secs(60)), ..all() }).await;
    for _ in 1..Link::MAX {
        add(&stage, all()).await;
    }
    let full = async || stage.service.add_link(&stage.id, all()).await.unwrap();
    assert!(matches!(full().await, Linked::Full));
    stage.advance(Duration::from_secs(60)).await;
    let link = add(&stage, all()).await;
    assert!(matches!(full().await, Linked::Full));
    let remove = async |id: &LinkId| stage.service.remove_link(&stage.id, id).await.unwrap();
    assert!(!remove(&brief.id).await, "the expired one has made room");
    assert!(remove(&link.id).await && !remove(&link.id).await);
    add(&stage, all()).await;
}

#[tokio::test]
async fn there_are_no_links_to_a_session_that_has_ended() {
    let stage = Stage::opened().await;
    let link = add(&stage, all()).await;
    stage.service.close_session(&stage.id, EndReason::Expired).await.unwrap();
    assert!(matches!(stage.service.add_link(&stage.id, all()).await.unwrap(), Linked::SessionNotFound));
    assert!(!stage.service.remove_link(&stage.id, &link.id).await.unwrap());
    assert!(stage.service.peek_scope(&stage.id, &link.scope).await.unwrap().is_none());
}

#[tokio::test]
async fn one_language_is_counted_even_where_a_status_has_no_room_for_it() {
    let stage = Stage::opened_with(|settings| settings.policy.shown_languages = 1).await;
    for (name, tag) in [("ana", "es"), ("bea", "es"), ("cid", "fr")] {
        stage.join(name, tag).await;
    }
    for (tag, count) in [("es", 2), ("fr", 1), ("de", 0)] {
        let scope = Scope::Language(language(tag));
        let update = stage.service.peek_scope(&stage.id, &scope).await.unwrap().unwrap();
        let shown: Vec<_> =
            update.status.distribution.iter().map(|(tag, count)| (tag.clone(), count)).collect();
        let expected = if count > 0 { vec![(language(tag), count)] } else { Vec::new() };
        assert_eq!(
            (shown, update.reason, update.audience.is_none()),
            (expected, UpdateReason::Requested, true)
        );
    }
    let all = stage.service.peek_scope(&stage.id, &Scope::All).await.unwrap().unwrap();
    assert_eq!(all.status.listener_count(), 3);
}

#[test]
fn a_link_of_a_name_that_there_is_changes_nothing() {
    let mut session = samples::session(1);
    let first = samples::link(1, 60_000);
    assert!(session.apply(&SessionChange::AddLink(first.clone()), samples::at(1)));
    let of_its_name = Link { scope: Scope::All, ..first.clone() };
    let before = session.clone();
    assert!(!session.apply(&SessionChange::AddLink(of_its_name), samples::at(2)));
    assert_eq!(session, Session { links: vec![first], ..before });
}

#[test]
fn one_language_shows_signals_about_itself_only() {
    let scope = Scope::Language(language("fr"));
    let idle = |tag: &str| Signal::LanguageIdle { language: language(tag), since: samples::NOW };
    let audience = Signal::AudienceDrop(headcount_core::Loss { before: 9, after: 1 });
    assert!(scope.shows(&idle("fr")) && !scope.shows(&idle("es")) && !scope.shows(&audience));
    assert!([idle("fr"), idle("es"), audience].iter().all(|signal| Scope::All.shows(signal)));
}
