//! Duties of a presence store: more languages than are counted apart.

use super::asking::{audience, connection, create, join, leave, switch};
use crate::{Stores, samples};
use headcount_core::ports::{Departure, Joiner, WantedRole};
use headcount_core::{Language, LanguageDistribution, Role};

/// The number of languages that are counted apart.
const MANY: usize = LanguageDistribution::MAX_LANGUAGES;

fn listener(n: usize) -> Joiner {
    let language = Some(samples::numbered_language(n));
    let role = WantedRole::Listener { language, resume: None, max_listeners: u64::MAX };
    Joiner { role, ..samples::listener(&format!("c{n}"), 1, "en", samples::NOW) }
}

async fn fill(stores: &Stores, languages: usize) {
    create(stores, 1).await;
    for n in 0..languages {
        join(stores, listener(n)).await;
    }
}

/// A language too many counts as `other`, whoever brings it; the listener keeps the language that it hears.
pub async fn counts_languages_beyond_the_cap_as_other(stores: Stores) {
    fill(&stores, MANY + 2).await;
    let counted = audience(&stores, 1, samples::NOW).await;
    let count = |language: &Language| counted.distribution.count(language);
    assert_eq!(counted.distribution.listener_count(), MANY as u64 + 2);
    assert_eq!((count(&Language::other()), count(&samples::numbered_language(MANY))), (2, 0));
    assert_eq!(counted.history.languages_seen.len(), MANY);
    let role = connection(&stores, &format!("c{MANY}")).await.map(|connection| connection.role);
    assert_eq!(role, Some(Role::Listener { language: samples::numbered_language(MANY) }));
    for n in 0..MANY + 2 {
        leave(&stores, &samples::connection(&format!("c{n}")), Departure::Final, samples::NOW).await;
    }
    let counted = audience(&stores, 1, samples::NOW).await;
    assert_eq!((counted.distribution.listener_count(), counted.distribution.language_count()), (0, 0));
}

/// A language without listeners makes room for another; the last listener of one can take its slot along.
pub async fn gives_a_free_slot_to_the_next_language(stores: Stores) {
    fill(&stores, MANY + 1).await;
    let switched = switch(&stores, "c0", &samples::numbered_language(5_000), samples::NOW).await;
    let counted = switched.unwrap_or_else(|| panic!("the listener is not found"));
    assert_eq!(counted.distribution.count(&samples::numbered_language(5_000)), 1);
    leave(&stores, &samples::connection("c1"), Departure::Final, samples::NOW).await;
    let joined = join(&stores, listener(6_000)).await;
    assert_eq!(joined.counted.distribution.count(&samples::numbered_language(6_000)), 1);
    assert_eq!(joined.counted.distribution.count(&Language::other()), 1);
    assert_eq!(joined.counted.distribution.listener_count(), MANY as u64 + 1);
}

/// Who counts as `other` goes on so until it changes its language, even where a slot is free; then it is counted
/// there and not as `other` any more.
pub async fn takes_a_listener_out_of_other_when_it_moves(stores: Stores) {
    fill(&stores, MANY + 1).await;
    leave(&stores, &samples::connection("c1"), Departure::Final, samples::NOW).await;
    let last = format!("c{MANY}");
    for (language, others) in [(MANY, 1), (2, 0), (MANY, 0)] {
        let switched = switch(&stores, &last, &samples::numbered_language(language), samples::NOW).await;
        let counted = switched.unwrap_or_else(|| panic!("the listener is not found"));
        assert_eq!(counted.distribution.count(&Language::other()), others, "moved to language {language}");
        assert_eq!(counted.distribution.listener_count(), MANY as u64);
    }
}
