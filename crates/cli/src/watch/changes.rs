//! What is different between two statuses, in words.

use crate::status;
use crate::term::format;
use headcount_protocol::received::ReceivedStatus;

/// The differences worth a line, the count first; empty if there are none.
pub(crate) fn between(before: Option<&ReceivedStatus>, after: &ReceivedStatus) -> Vec<String> {
    let mut changes = Vec::new();
    let count = before.map_or(0, |before| before.listener_count);
    if before.is_none() || count != after.listener_count {
        changes.push(format!(
            "{} {}",
            format::listeners(after.listener_count),
            format::difference(count, after.listener_count)
        ));
    }
    let Some(before) = before else { return changes };
    for (word, languages) in [("new", only_in(after, before)), ("gone", only_in(before, after))] {
        if !languages.is_empty() {
            changes.push(format!("{word}: {}", languages.join(", ")));
        }
    }
    if before.broadcast.last_state_change != after.broadcast.last_state_change {
        changes.push(format!("the broadcast is {}", status::broadcast(&after.broadcast)));
    }
    match (before.exact, after.exact) {
        (true, false) => changes.push("the count is not exact for now".to_owned()),
        (false, true) => changes.push("the count is exact again".to_owned()),
        _ => {}
    }
    changes.iter_mut().for_each(|change| change.truncate(change.trim_end().len()));
    changes
}

/// The languages of one status that another one does not have.
fn only_in<'a>(one: &'a ReceivedStatus, other: &ReceivedStatus) -> Vec<&'a str> {
    let tags = one.language_distribution.iter().map(|(tag, _)| tag.as_str());
    tags.filter(|tag| !other.language_distribution.iter().any(|(known, _)| known == tag)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use headcount_protocol::received::ReceivedBroadcast;

    /// A status with these languages, on air, at that moment.
    pub(crate) fn status(languages: &[(&str, u64)], timestamp: u64) -> ReceivedStatus {
        let broadcast = ReceivedBroadcast {
            is_active: true,
            is_paused: false,
            is_muted: false,
            volume: 1.0,
            last_state_change: 1_699_500_000_000,
        };
        ReceivedStatus {
            session_id: "golden-eagle-427".to_owned(),
            listener_count: languages.iter().map(|(_, listeners)| listeners).sum(),
            language_distribution: languages.iter().map(|(tag, n)| ((*tag).to_owned(), *n)).collect(),
            session_duration: 1_847,
            broadcast,
            timestamp,
            update_reason: "requested".to_owned(),
            exact: true,
            audience: None,
        }
    }

    #[test]
    fn the_first_status_is_news_and_the_same_again_is_none() {
        let first = status(&[("es", 3)], 1);
        assert_eq!(between(None, &first), ["3 listeners ▲3"]);
        assert!(between(Some(&first), &status(&[("es", 3)], 2)).is_empty());
    }

    #[test]
    fn counts_languages_state_and_exactness_are_told() {
        let before = status(&[("es", 3), ("fr", 1)], 1);
        let mut after = status(&[("es", 3), ("pt", 2)], 2);
        after.broadcast.is_paused = true;
        after.broadcast.last_state_change += 1;
        after.exact = false;
        assert_eq!(
            between(Some(&before), &after),
            [
                "5 listeners ▲1",
                "new: pt",
                "gone: fr",
                "the broadcast is paused, volume 100 %",
                "the count is not exact for now",
            ]
        );
        assert_eq!(between(Some(&after), &before)[4], "the count is exact again");
    }
}
