//! Counting the listeners of one session by the index, in tables that others write.
//!
//! A session that fits into a thousand rows is read in one query. A larger one is counted by DynamoDB: a page of a query
//! ends at 1 MB, which a few thousand rows fill, so every query is followed to its end. Languages lie side by side in the
//! index: one row after each known language shows whether there is another before the next one, and each is then counted
//! by itself, all at the same time. So where the languages are known from the last time, the whole count takes as long
//! as its largest language.

use super::failure::failed;
use super::item::{language, n, s, text};
use super::reach::Reach;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use futures_util::stream::{FuturesUnordered, StreamExt};
use headcount_core::ports::StoreError;
use headcount_core::{LanguageDistribution, SessionId, Timestamp};
use std::collections::BTreeMap;
use tokio::sync::Semaphore;

/// The index of the connections of a session by language.
pub(super) const INDEX: &str = "sessionId-targetLanguage-index";

/// How many queries of one count run at the same time; the others wait. Fifteen languages are counted at once.
const AT_ONCE: usize = 32;

/// How many rows are read where a session is not known to have more. Reading so many costs the function about what it
/// costs to send two queries for each of a dozen languages; with fewer it is less, and with more it is more.
const FEW: u32 = 1_000;

/// How many spellings of languages one session may have. With more there is no count: one that leaves somebody out
/// would be worse.
const MAX_TAGS: usize = 2 * LanguageDistribution::MAX_LANGUAGES;

/// Listeners by the language that their rows name, spelled as it is there.
pub(super) type Tally = BTreeMap<String, u64>;

/// What a count has found.
pub(super) struct Found {
    pub(super) tally: Tally,
    /// Whether the next count is quicker if it knows the languages.
    many: bool,
}

impl Found {
    /// The languages that the next count is to know, in their order.
    pub(super) fn worth_knowing(&self) -> Vec<String> {
        if self.many { self.tally.keys().cloned().collect() } else { Vec::new() }
    }
}

/// One way through the index, and what it found.
enum Step {
    /// This many listeners have that language.
    Counted(String, u64),
    /// The first language after that one, if there is any.
    After(Option<String>, Option<String>),
}

/// What one counting knows all the way.
pub(super) struct Counting<'a> {
    pub(super) reach: &'a Reach,
    pub(super) session: &'a SessionId,
    pub(super) now: Timestamp,
    permits: Semaphore,
}

impl<'a> Counting<'a> {
    pub(super) fn new(reach: &'a Reach, session: &'a SessionId, now: Timestamp) -> Self {
        Self { reach, session, now, permits: Semaphore::new(AT_ONCE) }
    }

    /// Counts all listeners. `known` is what was worth knowing the last time; any languages will do.
    pub(super) async fn count(&self, known: &[String]) -> Result<Found, StoreError> {
        if known.is_empty() {
            let (tally, all) = self.read_few().await?;
            if all {
                return Ok(Found { tally, many: false });
            }
            let tally = self.count_each(tally.into_keys()).await?;
            return Ok(Found { tally, many: true });
        }
        let tally = self.count_each(known.iter().cloned()).await?;
        // By far fewer, so that a session does not change its kind with every listener.
        let many = tally.values().sum::<u64>() > u64::from(FEW / 2);
        Ok(Found { tally, many })
    }

    /// The first rows, and whether these are all.
    async fn read_few(&self) -> Result<(Tally, bool), StoreError> {
        let query = self.listeners(self.query("", None)).projection_expression("targetLanguage");
        let answer = query.limit(FEW.cast_signed()).send().await.map_err(failed)?;
        let mut tally = Tally::new();
        for tag in answer.items().iter().filter_map(|item| text(item, "targetLanguage")) {
            match tally.get_mut(tag) {
                Some(count) => *count += 1,
                None => drop(tally.insert(tag.to_owned(), 1)),
            }
        }
        Ok((tally, answer.last_evaluated_key.is_none()))
    }

    /// Counts the listeners of each language.
    async fn count_each(&self, known: impl IntoIterator<Item = String>) -> Result<Tally, StoreError> {
        let mut tally: Tally = known.into_iter().take(MAX_TAGS).map(|tag| (tag, 0)).collect();
        let known: Vec<_> = tally.keys().cloned().collect();
        let steps = FuturesUnordered::new();
        steps.push(self.step(Step::After(None, None)));
        for tag in &known {
            steps.push(self.step(Step::Counted(tag.clone(), 0)));
            steps.push(self.step(Step::After(Some(tag.clone()), None)));
        }
        let mut steps = steps;
        while let Some(step) = steps.next().await {
            match step? {
                Step::Counted(tag, count) => drop(tally.insert(tag, count)),
                Step::After(_, Some(found)) if !tally.contains_key(&found) => {
                    if tally.len() == MAX_TAGS {
                        return Err(StoreError::Unavailable("more languages than can be counted".to_owned()));
                    }
                    tally.insert(found.clone(), 0);
                    steps.push(self.step(Step::Counted(found.clone(), 0)));
                    steps.push(self.step(Step::After(Some(found), None)));
                }
                Step::After(..) => {}
            }
        }
        tally.retain(|_, count| *count > 0);
        Ok(tally)
    }

    /// Takes the query that `step` stands for.
    async fn step(&self, step: Step) -> Result<Step, StoreError> {
        let permit = self.permits.acquire().await;
        let done = match step {
            Step::Counted(tag, _) => {
                let count = self.count_rows(self.query("targetLanguage = :tag", Some(&tag))).await?;
                Step::Counted(tag, count)
            }
            Step::After(after, _) => {
                let found = self.first_after(after.as_deref()).await?;
                Step::After(after, found)
            }
        };
        drop(permit);
        Ok(done)
    }

    fn query(&self, range: &str, tag: Option<&str>) -> QueryFluentBuilder {
        let query = self.reach.client.query().table_name(&self.reach.tables.connections).index_name(INDEX);
        let query = query.expression_attribute_values(":session", s(self.session.as_str()));
        match tag {
            Some(tag) => query
                .key_condition_expression(format!("sessionId = :session AND {range}"))
                .expression_attribute_values(":tag", s(tag)),
            None => query.key_condition_expression("sessionId = :session"),
        }
    }

    /// The first language after `tag` in the order of the index.
    async fn first_after(&self, tag: Option<&str>) -> Result<Option<String>, StoreError> {
        let query = self.query("targetLanguage > :tag", tag).limit(1);
        let answer = query.projection_expression("targetLanguage").send().await.map_err(failed)?;
        Ok(answer.items().first().and_then(|item| text(item, "targetLanguage")).map(str::to_owned))
    }

    /// Those of `query` who are listeners, and whose time to live is not over: DynamoDB deletes late.
    fn listeners(&self, query: QueryFluentBuilder) -> QueryFluentBuilder {
        query
            .filter_expression("(attribute_not_exists(#ttl) OR #ttl > :now) AND #role <> :speaker")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":now", n(self.now.as_millis() / 1_000))
            .expression_attribute_values(":speaker", s("speaker"))
    }

    /// How many listeners there are among the rows of `query`.
    async fn count_rows(&self, query: QueryFluentBuilder) -> Result<u64, StoreError> {
        let query = self.listeners(query).select(Select::Count);
        let (mut count, mut from) = (0, None);
        loop {
            let answer = query.clone().set_exclusive_start_key(from).send().await.map_err(failed)?;
            count += u64::try_from(answer.count()).unwrap_or(0);
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(count);
            }
        }
    }
}

/// The tally with every language written one way.
pub(super) fn distribution(tally: &Tally) -> LanguageDistribution {
    let mut distribution = LanguageDistribution::new();
    for (tag, count) in tally {
        distribution.add_many(&language(tag), *count);
    }
    distribution
}
