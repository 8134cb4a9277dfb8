//! The stack as `infra/aws/template.yaml` describes it. The template itself is read, so that what is played here cannot
//! drift from what AWS is given: tables, settings of the functions, routes, queue, stream and schedule are its own.

mod names;
mod template;
#[cfg(test)]
mod tests;
mod yaml;

pub(crate) use names::{ACCOUNT, REGION, STACK, Source, arn};
pub use template::TemplateError;

use names::Names;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use template::Template;

/// What the template says, of all that is played.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) stage: String,
    pub(crate) tables: Vec<Table>,
    pub(crate) function: FunctionRules,
    pub(crate) routes: Routes,
    pub(crate) queue: QueueRules,
    pub(crate) stream: StreamRules,
    /// How often the rule fires.
    pub(crate) sweep_every: Duration,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name, here the same as its logical id.
    pub(crate) name: String,
    /// What the call `CreateTable` is given.
    pub(crate) definition: Value,
    /// What the call `UpdateTimeToLive` is given.
    pub(crate) time_to_live: Option<Value>,
}

/// What both functions have in common.
#[derive(Debug)]
pub(crate) struct FunctionRules {
    pub(crate) environment: Vec<(String, String)>,
    /// How long an invocation may take.
    pub(crate) timeout: Duration,
    pub(crate) memory_mb: u64,
}

/// The routes of the WebSocket API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes {
    keys: BTreeSet<String>,
    answered: BTreeSet<String>,
}

/// The queue of wakes, and how Lambda reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueRules {
    pub(crate) batch_size: usize,
    /// After this time a message that was not worked off comes again.
    pub(crate) visibility: Duration,
    /// After this time a message is thrown away.
    pub(crate) retention: Duration,
    /// How often a message comes before it is a dead letter.
    pub(crate) max_receives: u32,
}

/// How Lambda reads the stream of the table of connections.
#[derive(Clone, Debug)]
pub(crate) struct StreamRules {
    pub(crate) table: String,
    pub(crate) batch_size: usize,
    /// How often a batch that failed is tried again.
    pub(crate) retries: u32,
    /// How old a record may be to be tried again.
    pub(crate) max_age: Duration,
    /// Whether a batch that failed is tried again in halves.
    pub(crate) bisect: bool,
}

impl Stack {
    /// Reads the template for `parameters`, with the queue at `queue_url`.
    ///
    /// # Errors
    /// [`TemplateError`] for a parameter that the template does not know, or lacks, and where it says something that
    /// cannot be played.
    pub(crate) fn read(parameters: &[(String, String)], queue_url: &str) -> Result<Self, TemplateError> {
        let template = Template::read()?;
        let names = Names::of(&template, parameters, queue_url)?;
        Ok(Self {
            stage: names.resolved(template.at("/Resources/Stage/Properties/StageName")?)?,
            tables: template
                .resources("AWS::DynamoDB::Table")
                .map(|(id, table)| table_of(id, table))
                .collect(),
            function: function(&template, &names)?,
            routes: routes(&template, &names)?,
            queue: queue(&template)?,
            stream: stream(&template)?,
            sweep_every: rate(
                template.text("/Resources/Updates/Properties/Events/Sweep/Properties/Schedule")?,
            )?,
        })
    }
}

impl Routes {
    /// The route of a message, by its member `action`; `$default` for one that names no route.
    pub(crate) fn of(&self, message: &str) -> String {
        let body: Option<Value> = serde_json::from_str(message).ok();
        let action = body.as_ref().and_then(|body| body.get("action")?.as_str());
        let route = action.filter(|action| !action.starts_with('$') && self.keys.contains(*action));
        route.unwrap_or("$default").to_owned()
    }

    /// Whether what the function returns for this route reaches the client: only if the route has a route response.
    pub(crate) fn answers(&self, route: &str) -> bool {
        self.answered.contains(route)
    }
}

/// CloudFormation's properties of a table are the members of DynamoDB's own calls, but for two.
fn table_of(id: &str, properties: &Value) -> Table {
    let mut definition = properties.clone();
    let mut time_to_live = None;
    if let Some(members) = definition.as_object_mut() {
        time_to_live = members.remove("TimeToLiveSpecification").map(
            |specification| serde_json::json!({ "TableName": id, "TimeToLiveSpecification": specification }),
        );
        members.insert("TableName".to_owned(), id.into());
        if let Some(stream) = members.get_mut("StreamSpecification") {
            stream["StreamEnabled"] = true.into();
        }
    }
    Table { name: id.to_owned(), definition, time_to_live }
}

fn function(template: &Template, names: &Names) -> Result<FunctionRules, TemplateError> {
    let environment = template.members("/Globals/Function/Environment/Variables")?;
    let environment = environment.map(|(name, value)| Ok((name.to_owned(), names.resolved(value)?)));
    Ok(FunctionRules {
        environment: environment.collect::<Result<_, _>>()?,
        timeout: Duration::from_secs(template.number("/Globals/Function/Timeout")?),
        memory_mb: template.number("/Globals/Function/MemorySize")?,
    })
}

fn routes(template: &Template, names: &Names) -> Result<Routes, TemplateError> {
    let mut routes = Routes::default();
    let responses: BTreeSet<String> = template
        .resources("AWS::ApiGatewayV2::RouteResponse")
        .map(|(_, response)| names.resolved(&response["RouteId"]))
        .collect::<Result<_, _>>()?;
    for (id, route) in template.resources("AWS::ApiGatewayV2::Route") {
        let key = names.resolved(&route["RouteKey"])?;
        if responses.contains(id) && route.get("RouteResponseSelectionExpression").is_some() {
            routes.answered.insert(key.clone());
        }
        routes.keys.insert(key);
    }
    Ok(routes)
}

fn queue(template: &Template) -> Result<QueueRules, TemplateError> {
    let of = |name: &str| template.number(&format!("/Resources/Wakes/Properties/{name}"));
    let mapping = "/Resources/Updates/Properties/Events/Wake/Properties";
    Ok(QueueRules {
        batch_size: template.size(&format!("{mapping}/BatchSize"))?,
        visibility: Duration::from_secs(of("VisibilityTimeout")?),
        retention: Duration::from_secs(of("MessageRetentionPeriod")?),
        max_receives: template.count("/Resources/Wakes/Properties/RedrivePolicy/maxReceiveCount")?,
    })
}

fn stream(template: &Template) -> Result<StreamRules, TemplateError> {
    let mapping = "/Resources/Updates/Properties/Events/Change/Properties";
    let table = template.text(&format!("{mapping}/Stream/Fn::GetAtt/0"))?;
    Ok(StreamRules {
        table: table.to_owned(),
        batch_size: template.size(&format!("{mapping}/BatchSize"))?,
        retries: template.count(&format!("{mapping}/MaximumRetryAttempts"))?,
        max_age: Duration::from_secs(template.number(&format!("{mapping}/MaximumRecordAgeInSeconds"))?),
        bisect: template.at(&format!("{mapping}/BisectBatchOnFunctionError"))? == &Value::Bool(true),
    })
}

/// The period of a schedule such as `rate(1 minute)`.
fn rate(schedule: &str) -> Result<Duration, TemplateError> {
    let inner = schedule.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')'));
    let parts = inner.and_then(|rate| rate.split_once(' '));
    let seconds = parts.and_then(|(count, unit)| {
        let unit = match unit.trim_end_matches('s') {
            "minute" => 60,
            "hour" => 3_600,
            "day" => 86_400,
            _ => return None,
        };
        count.parse::<u64>().ok()?.checked_mul(unit)
    });
    seconds.map(Duration::from_secs).ok_or_else(|| TemplateError(format!("{schedule} is no rate")))
}
