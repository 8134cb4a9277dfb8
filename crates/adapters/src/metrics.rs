//! Where measurements go.

#[cfg(feature = "metrics-emf")]
pub mod emf;
#[cfg(feature = "metrics-prometheus")]
pub mod prometheus;

use headcount_core::EndReason;

/// The kind of ending, for a label. Not its words, which are the speaker's own and without number.
const fn kind_of_ending(reason: &EndReason) -> &'static str {
    match reason {
        EndReason::Ended(_) => "ended",
        EndReason::Expired => "expired",
        EndReason::SpeakerLost => "speakerLost",
    }
}
