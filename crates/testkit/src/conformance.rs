//! What every store must do, as tests: one a duty of [`headcount_core::ports`], and a comparison with the model.
//!
//! ```
//! headcount_testkit::store_conformance!(async || {
//!     headcount_testkit::Stores::of(headcount_testkit::ModelStore::default())
//! });
//! # fn main() {}
//! ```

mod asking;
pub mod graces;
pub mod languages;
pub mod ledgers;
pub mod places;
pub mod presence;
pub mod races;
pub mod random;
mod seen;
pub mod sessions;
mod steps;

use crate::Stores;
use std::time::Duration;

/// How long one duty may take. A store that hangs fails, instead of hanging the suite.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs one duty on the stores that `make` makes, on a runtime with threads to race on.
///
/// # Panics
/// If the store fails it.
pub fn run(make: impl AsyncFn() -> Stores, duty: impl AsyncFn(Stores)) {
    runtime().block_on(async {
        let done = tokio::time::timeout(PATIENCE, async { duty(make().await).await }).await;
        assert!(done.is_ok(), "the store does not answer");
    });
}

/// A runtime with several threads, so that races happen.
fn runtime() -> tokio::runtime::Runtime {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    built.unwrap_or_else(|error| panic!("no runtime: {error}"))
}

/// Expands to one `#[test]` a duty, run on the stores that the given async function or closure makes: empty, and
/// their own each time.
#[macro_export]
macro_rules! store_conformance {
    ($make:expr) => {
        $crate::store_conformance! { $make;
            sessions::creates_a_session_once,
            sessions::applies_changes_as_the_rules_do,
            sessions::pages_through_live_sessions,
            sessions::ends_a_session_for_good,
            sessions::frees_the_name_of_an_ended_session,
            presence::counts_a_connection_once,
            presence::moves_a_listener_that_joins_again_in_another_language,
            presence::refuses_a_second_role,
            presence::admits_as_many_as_there_is_room_for,
            presence::asks_for_a_language,
            presence::lets_go_once,
            presence::changes_a_language_in_one_step,
            presence::finds_no_session_that_is_not_there,
            presence::forgets_a_speaker_at_once,
            places::resumes_a_live_place,
            places::resumes_a_place_in_grace,
            places::changes_the_language_on_resuming,
            places::takes_a_stale_turn_for_an_ordinary_join,
            places::takes_a_place_of_another_session_for_an_ordinary_join,
            places::resumes_in_a_full_session,
            places::does_not_let_a_speaker_be_resumed,
            graces::counts_in_grace_and_hides_the_connection,
            graces::lets_go_when_the_grace_ends,
            graces::lets_go_for_good_when_a_join_is_refused,
            graces::reports_every_ended_grace_once,
            graces::bears_a_clock_that_goes_back,
            languages::counts_languages_beyond_the_cap_as_other,
            languages::gives_a_free_slot_to_the_next_language,
            languages::takes_a_listener_out_of_other_when_it_moves,
            ledgers::advances_one_revision_at_a_time,
            ledgers::forgets_the_ledger_of_an_ended_session,
            races::one_of_twenty_claims_wins,
            races::one_of_twenty_creations_wins,
            races::one_of_twenty_endings_wins,
            races::one_of_twenty_resumes_gets_the_place,
            races::joins_at_once_are_all_counted,
            races::a_connection_joins_one_session,
            races::a_switch_is_never_seen_halfway,
        }

        #[test]
        fn answers_as_the_model_does() {
            $crate::conformance::random::compare($make);
        }
    };
    ($make:expr; $($group:ident :: $duty:ident,)*) => {
        $(
            #[test]
            fn $duty() {
                $crate::conformance::run($make, $crate::conformance::$group::$duty);
            }
        )*
    };
}
