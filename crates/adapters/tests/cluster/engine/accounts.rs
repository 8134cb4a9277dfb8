//! The accounts of the model.

use super::Port;
use async_trait::async_trait;
use headcount_adapters::store::cluster::{Chapter, Chapters, SharedAccounts};
use headcount_core::ports::StoreError;
use headcount_core::{Ended, SessionId, Timestamp};

#[async_trait]
impl SharedAccounts for Port {
    async fn keep(
        &self,
        session: &SessionId,
        created_at: Timestamp,
        chapter: &Chapter,
    ) -> Result<(), StoreError> {
        self.call(|records, _| {
            let Some(kept) = records.kept(session, created_at) else { return };
            match kept.chapters.iter_mut().find(|known| known.node == chapter.node) {
                None => kept.chapters.push(chapter.clone()),
                Some(known) => {
                    let had = usize::try_from(chapter.first_step.saturating_sub(known.first_step)).unwrap();
                    let steps = known.steps.iter().take(had).chain(&chapter.steps).cloned().collect();
                    *known = Chapter { first_step: known.first_step, steps, ..chapter.clone() };
                }
            }
        })
        .await
    }

    async fn chapters(&self, id: &SessionId) -> Result<Option<Chapters>, StoreError> {
        self.call(|records, _| {
            let live = records.sessions.get(id).map(|record| record.session.session.clone());
            let kept = records.kept.iter().rfind(|kept| kept.session.id == *id)?;
            let session = live.unwrap_or_else(|| kept.session.clone());
            Some(Chapters { session, end: kept.end, chapters: kept.chapters.clone() })
        })
        .await
    }

    async fn ended(&self, _: Option<u64>, _: usize) -> Result<Vec<Ended>, StoreError> {
        Ok(Vec::new())
    }

    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.call(|records, _| *records.key.get_or_insert(candidate)).await
    }
}
