//! Stories that clients play with a running service over real sockets: one list, for every way to run Headcount.
//!
//! A story knows a WebSocket address and the contract, nothing of what is behind it. All that its clients say and hear
//! is written down, with masks for ids, tokens and times, and compared with the file that is kept for it in the folder
//! `scenarios` of this crate. So all ways to run Headcount give the same statuses, and the files, which are reviewed
//! against the contract, say which.
//!
//! [`scenarios!`](crate::scenarios!) makes a test of each story for one [`Driver`].

pub mod asking;
pub mod bad_input;
mod client;
pub mod connecting;
pub mod counting;
pub mod ending;
mod inbox;
pub mod joining;
pub mod languages;
pub mod leaving;
mod masks;
pub mod periods;
mod play;
pub mod resuming;
pub mod roles;
pub mod speaking;
mod stage;
pub mod taking_over;
mod transcript;

pub use client::Client;
pub use inbox::time_of;
pub use play::{Play, join};
pub use stage::{Differences, Driver, Rules, Stage};

/// Plays `story` on a stage of `driver`, and compares what was heard with what is kept for it under `name`.
///
/// # Panics
/// If something else is heard.
pub fn perform<D: Driver>(driver: &D, name: &str, story: impl AsyncFn(&dyn Driver) -> Play) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
    runtime.block_on(async { story(driver).await.compare(name, driver.scratch()) });
}

/// Expands to one `#[test]` a story, played on stages of the given [`Driver`].
#[macro_export]
macro_rules! scenarios {
    ($driver:expr) => {
        $crate::scenarios! { $driver;
            joining::a_broadcast_from_its_beginning_to_its_end,
            joining::a_connection_has_one_place,
            languages::every_form_of_a_language,
            languages::a_language_off_the_list_is_refused,
            languages::a_language_is_new_once,
            languages::a_change_of_language_is_never_a_dip,
            counting::more_than_ten_percent_is_told,
            counting::a_burst_is_told_by_its_end,
            counting::a_session_is_full,
            leaving::a_close_is_told,
            leaving::a_cut_counts_through_its_grace,
            resuming::a_place_in_grace_is_taken_again,
            resuming::a_resume_token_is_good_once,
            resuming::another_language_on_coming_back,
            speaking::what_the_speaker_does_is_heard,
            speaking::a_state_that_was_set_is_shown,
            taking_over::a_speaker_refreshes,
            taking_over::a_speaker_comes_back_by_query,
            taking_over::a_listener_refreshes,
            roles::each_role_has_its_own_actions,
            roles::whoever_speaks_has_logged_in,
            asking::more_is_told_to_those_who_ask_for_it,
            asking::questions_have_a_rate,
            asking::everyone_may_give_a_sign_of_life,
            periods::a_status_comes_every_period,
            ending::the_end_is_told_to_all,
            ending::the_end_has_a_reason_of_its_own,
            connecting::every_query_is_answered,
            connecting::queries_are_refused,
            bad_input::what_is_no_message_is_refused,
            bad_input::what_does_not_fit_is_refused,
            bad_input::too_much_is_refused,
        }
    };
    ($driver:expr; $($group:ident :: $story:ident,)*) => {
        $(
            #[test]
            fn $story() {
                $crate::scenarios::perform(&$driver, stringify!($story), $crate::scenarios::$group::$story);
            }
        )*
    };
}
