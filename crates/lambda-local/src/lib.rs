//! The AWS around Headcount's function, played on one machine without an account: API Gateway, the rule, the queue, the
//! stream and the tables of `infra/aws/template.yaml`, around the real `bootstrap`.
//!
//! [`LambdaLocal::start`] starts all of it. The way of a message: `gateway` makes an event of it, `function` hands that
//! to a `bootstrap` process over the Runtime API, and what comes back goes to the client. The function's own calls come
//! to `services`, which are SQS and `@connections`, and to the `emulator` of DynamoDB. `queue`, `stream` and `schedule`
//! wake the other function, as Lambda's event sources do.
//!
//! It is a stand-in, for a look and for tests: credentials are not checked, nothing is kept, and what the quotas of an
//! account do is played for connections only.

mod batch;
mod dead_letters;
mod dynamo;
mod emulator;
mod function;
mod gateway;
mod ids;
mod queue;
mod running;
mod schedule;
mod services;
mod settings;
mod stack;
mod start;
mod stream;
mod tables;

pub use dynamo::CallError;
pub use function::{FunctionLog, InvokeError};
pub use gateway::ConnectionLimits;
pub use running::Running;
pub use settings::Settings;
pub use stack::TemplateError;
pub use start::{LambdaLocal, StartError};
