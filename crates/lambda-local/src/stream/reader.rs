//! Reads the one shard that the emulator's stream has.

use crate::dynamo::{CallError, Dynamo};
use serde_json::{Value, json};

/// A place in the stream.
pub(crate) struct Reader {
    dynamo: Dynamo,
    arn: String,
    iterator: Value,
}

impl Reader {
    /// At the end of the stream: it reads what happens from now on.
    pub(crate) async fn at_the_end(dynamo: Dynamo, arn: String) -> Result<Self, CallError> {
        let description = dynamo.streams("DescribeStream", json!({ "StreamArn": arn })).await?;
        let shard = &description["StreamDescription"]["Shards"][0]["ShardId"];
        let request = json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "LATEST" });
        let mut answer = dynamo.streams("GetShardIterator", request).await?;
        let iterator = answer["ShardIterator"].take();
        Ok(Self { dynamo, arn, iterator })
    }

    /// The next records, at most `most`, as Lambda shows them to a function.
    pub(crate) async fn next(&mut self, most: usize) -> Result<Vec<Value>, CallError> {
        let request = json!({ "ShardIterator": self.iterator, "Limit": most });
        let mut answer = self.dynamo.streams("GetRecords", request).await?;
        self.iterator = answer["NextShardIterator"].take();
        let Value::Array(mut records) = answer["Records"].take() else { return Ok(Vec::new()) };
        for record in &mut records {
            record["eventSourceARN"] = self.arn.clone().into();
        }
        Ok(records)
    }
}
