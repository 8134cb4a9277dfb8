//! What has to be delivered although the process may die: the outbox, and what is in it.

use async_trait::async_trait;
use headcount_core::Timestamp;
use headcount_core::ports::StoreError;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One event on its way to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The target, by the name that it has in the outbox; the same after a restart.
    pub target: Arc<str>,
    /// Its place among all that this target is sent: one higher than that of the letter before, unless some were
    /// dropped in between.
    pub sequence: u64,
    /// The name of this delivery, the same at every try, so that the receiver can tell a repetition.
    pub delivery: Arc<str>,
    /// Whether it is a status: the next one says more, so it is the first to go when there is no room.
    pub is_status: bool,
    /// When it was handed over to the outbox.
    pub created_at: Timestamp,
    /// What is sent, to the byte: the signature is made of it.
    pub body: Arc<str>,
}

/// What an outbox holds when it is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Whose sequences these are: they count up as long as this stays the same.
    pub source: String,
    /// The highest sequence that each target has ever had.
    pub sequences: BTreeMap<String, u64>,
    /// What has not been delivered yet, by target and sequence.
    pub letters: Vec<Letter>,
}

/// Keeps letters until they have arrived.
///
/// It is not asked how many: whoever puts them in sees to it that they are bounded.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// What was kept. `source` MUST be taken, for good, where there is none yet.
    ///
    /// # Errors
    /// The store could not be read, or not be written.
    async fn open(&self, source: &str) -> Result<Kept, StoreError>;

    /// Keeps `letters`, all or none; MUST NOT return before they are kept. The highest sequence of each target MUST be
    /// remembered, also when its letter has gone.
    ///
    /// # Errors
    /// None of them is kept, and the same letters may be put in again.
    async fn keep(&self, letters: Vec<Letter>) -> Result<(), StoreError>;

    /// Lets go of the letter of that sequence, now or soon. One that is still there after a crash is delivered twice.
    fn forget(&self, target: &Arc<str>, sequence: u64);
}

/// An outbox that is gone with the process: what waits is in the memory of who delivers it, and nowhere else.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryOutbox;

#[async_trait]
impl Outbox for MemoryOutbox {
    async fn open(&self, source: &str) -> Result<Kept, StoreError> {
        Ok(Kept { source: source.to_owned(), ..Kept::default() })
    }

    async fn keep(&self, _: Vec<Letter>) -> Result<(), StoreError> {
        Ok(())
    }

    fn forget(&self, _: &Arc<str>, _: u64) {}
}
