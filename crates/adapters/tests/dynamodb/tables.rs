//! Three empty tables of their own for every test, as the template makes them.

use crate::emulator;
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    Projection, ProjectionType, ScalarAttributeType,
};
use headcount_adapters::aws::{self, AwsSettings};
use headcount_adapters::store::{Counters, DynamoSettings, DynamoStore, Tables, Writers};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub(crate) struct Made {
    config: SdkConfig,
    pub(crate) client: Client,
    pub(crate) names: Tables,
}

impl Made {
    pub(crate) fn store(&self, writers: Writers) -> DynamoStore {
        self.store_with(writers, None)
    }

    /// A store over tables that others write, which counts by counters of so many shards.
    pub(crate) fn counting_store(&self, shards: u16) -> DynamoStore {
        self.store_with(Writers::Others { scan: false }, Some(Counters { shards }))
    }

    fn store_with(&self, writers: Writers, counters: Option<Counters>) -> DynamoStore {
        DynamoStore::new(&self.config, DynamoSettings { tables: self.names.clone(), writers, counters })
    }

    /// A store that waits for the emulator as long as it takes: where hundreds ask at once, all of them wait for the
    /// few cores of this machine, as calls to DynamoDB do not.
    pub(crate) fn unhurried_store(&self) -> DynamoStore {
        let unhurried = TimeoutConfig::builder().connect_timeout(Duration::from_secs(60)).build();
        let config = self.config.to_builder().timeout_config(unhurried).build();
        let settings = DynamoSettings { tables: self.names.clone(), ..DynamoSettings::default() };
        DynamoStore::new(&config, settings)
    }

    pub(crate) async fn put(&self, table: &str, item: &[(&str, AttributeValue)]) {
        let item: HashMap<_, _> =
            item.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.client.put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
    }
}

pub(crate) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(crate) fn n(digits: impl ToString) -> AttributeValue {
    AttributeValue::N(digits.to_string())
}

pub(crate) async fn create() -> Made {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let config = aws::load(&AwsSettings::emulator(emulator::endpoint())).await;
    let client = Client::new(&config);
    let name = |table: &str| format!("{table}-{number}");
    let names = Tables {
        sessions: name("Sessions"),
        connections: name("Connections"),
        status: name("SessionStatus"),
    };
    let active = Some(("activeShard-sessionId-index", "activeShard", "sessionId"));
    let listeners = Some(("sessionId-targetLanguage-index", "sessionId", "targetLanguage"));
    table(&client, &names.sessions, ("sessionId", None), active).await;
    table(&client, &names.connections, ("connectionId", None), listeners).await;
    table(&client, &names.status, ("pk", Some("sk")), None).await;
    Made { config, client, names }
}

fn schema(hash: &str, range: Option<&str>) -> Vec<KeySchemaElement> {
    let element =
        |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let mut schema = vec![element(hash, KeyType::Hash)];
    schema.extend(range.map(|range| element(range, KeyType::Range)));
    schema
}

async fn table(
    client: &Client,
    name: &str,
    (hash, range): (&str, Option<&str>),
    index: Option<(&str, &str, &str)>,
) {
    let mut attributes = vec![hash];
    attributes.extend(range);
    let index = index.map(|(name, hash, range)| {
        attributes.extend([hash, range]);
        let projection = Projection::builder().projection_type(ProjectionType::All).build();
        let index = GlobalSecondaryIndex::builder().index_name(name);
        index.set_key_schema(Some(schema(hash, Some(range)))).projection(projection).build().unwrap()
    });
    attributes.sort_unstable();
    attributes.dedup();
    let definitions = attributes.into_iter().map(|name| {
        let definition = AttributeDefinition::builder().attribute_name(name);
        definition.attribute_type(ScalarAttributeType::S).build().unwrap()
    });
    let request = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    let request = request.set_key_schema(Some(schema(hash, range)));
    let request = request.set_attribute_definitions(Some(definitions.collect()));
    request.set_global_secondary_indexes(index.map(|index| vec![index])).send().await.unwrap();
}
