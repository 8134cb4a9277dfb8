//! Puts the stack together, in the order in which its parts need each other.

use crate::dead_letters::DeadLetters;
use crate::dynamo::{CallError, Dynamo};
use crate::emulator::Emulator;
use crate::function::{Clock, Function, InvokeError, Program};
use crate::gateway::{Connections, Gateway};
use crate::queue::{self, Queue};
use crate::running::{Running, Supervised};
use crate::schedule::Rule;
use crate::settings::Settings;
use crate::stack::{ACCOUNT, Stack, TemplateError};
use crate::stream::{self, Reader};
use crate::{services, tables};
use headcount_server::SystemClock;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The stack, before it runs.
#[derive(Clone, Copy, Debug)]
pub struct LambdaLocal;

/// Why the stack did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The template cannot be played with these parameters.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// An address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The emulator of DynamoDB did not start.
    #[error("the emulator {program} did not start: {error}", program = .program.display())]
    Emulator {
        /// The program.
        program: PathBuf,
        /// What went wrong.
        #[source]
        error: io::Error,
    },
    /// The tables could not be made.
    #[error("the tables could not be made: {0}")]
    Tables(#[from] CallError),
    /// A function did not start. What it says about its settings is on standard error.
    #[error("the function {0} did not start: {1}")]
    Function(&'static str, #[source] InvokeError),
}

/// How many events wait for a function all of whose processes are busy.
const WAITING: usize = 1_000;

impl LambdaLocal {
    /// Starts everything; clients can connect when this returns.
    ///
    /// # Errors
    /// [`StartError`]. Nothing is left behind.
    pub async fn start(settings: Settings) -> Result<Running, StartError> {
        let listeners = Listeners::open(&settings).await?;
        let stack = stack(&settings, &listeners)?;
        let emulator = emulator(&settings).await?;
        let dynamo = Dynamo::at(emulator.endpoint().to_owned());
        let changes = create_tables(&dynamo, &stack).await?;

        let shared = Shared::new(&settings);
        let environment = environment(&settings, &stack, &listeners, &dynamo);
        let function = |name, instances: usize| {
            let program = program(name, &settings, &stack, &environment, &shared.clock);
            let Supervised { stopping, tasks } = shared.supervised.clone();
            Function::new(program, instances.max(1), WAITING, stopping, tasks)
        };
        let requests = function("requests", settings.request_instances);
        let updates = function("updates", settings.update_instances);
        let (requests_warm, updates_warm) = tokio::join!(requests.warm(), updates.warm());
        requests_warm.map_err(|error| StartError::Function("requests", error))?;
        updates_warm.map_err(|error| StartError::Function("updates", error))?;

        let running = Running {
            websocket_url: format!("ws://{}/{}", listeners.gateway_address, stack.stage),
            management_url: format!("{}/{}", listeners.services_url, stack.stage),
            tables: stack.tables.iter().map(|table| table.name.clone()).collect(),
            emulator,
            rule: shared.rule(&updates),
            functions: [requests.clone(), updates.clone()],
            dead: shared.dead.clone(),
            guard: shared.supervised.stopping.clone().drop_guard(),
            supervised: shared.supervised.clone(),
        };
        shared.wake(updates, &settings, &stack, changes, listeners.services);
        shared.open(requests, &settings, stack, listeners.gateway, listeners.gateway_address);
        Ok(running)
    }
}

/// What several parts have in common.
struct Shared {
    clock: Clock,
    connections: Connections,
    dead: DeadLetters,
    supervised: Supervised,
}

impl Shared {
    fn new(settings: &Settings) -> Self {
        let clock: Clock = Arc::new(SystemClock::default());
        Self {
            connections: Connections::new(Arc::clone(&clock), settings.connections.connections),
            clock,
            dead: DeadLetters::default(),
            supervised: Supervised::default(),
        }
    }

    fn rule(&self, updates: &Function) -> Rule {
        let function = Arc::new(updates.clone());
        Rule { function, clock: Arc::clone(&self.clock), dead: self.dead.clone() }
    }

    /// Lets the queue, the stream and the rule wake `updates`, and `listener` serve what functions call.
    fn wake(
        &self,
        updates: Function,
        settings: &Settings,
        stack: &Stack,
        changes: Option<Reader>,
        listener: TcpListener,
    ) {
        self.supervised.run(self.rule(&updates).run(stack.sweep_every));
        let queue = Arc::new(Queue::new(stack.queue, Arc::clone(&self.clock), self.dead.clone()));
        let services =
            services::router(Arc::clone(&queue), self.connections.clone(), Arc::clone(&self.clock));
        self.supervised.run(async move { axum::serve(listener, services).await });
        self.supervised.run(queue.deliver(Arc::new(updates.clone()), settings.update_instances.max(1)));
        if let Some(reader) = changes {
            let (rules, dead, poll) = (stack.stream.clone(), self.dead.clone(), settings.poll_every);
            self.supervised.run(async move { stream::deliver(reader, rules, &updates, &dead, poll).await });
        }
    }

    /// Lets clients in.
    fn open(
        self,
        requests: Function,
        settings: &Settings,
        stack: Stack,
        listener: TcpListener,
        address: SocketAddr,
    ) {
        let gateway = Arc::new(Gateway {
            stage: stack.stage,
            domain: address.to_string(),
            routes: stack.routes,
            limits: settings.connections,
            function: Arc::new(requests),
            connections: self.connections,
            clock: self.clock,
            stopping: self.supervised.stopping.clone(),
            tasks: self.supervised.tasks.clone(),
        });
        let service = gateway.router().into_make_service_with_connect_info::<SocketAddr>();
        self.supervised.run(async move { axum::serve(listener, service).await });
    }
}

/// What listens, and where.
struct Listeners {
    gateway: TcpListener,
    gateway_address: SocketAddr,
    services: TcpListener,
    services_url: String,
}

impl Listeners {
    async fn open(settings: &Settings) -> Result<Self, StartError> {
        let (gateway, gateway_address) = listen(settings.listen).await?;
        // The functions are on this machine, and whoever else can reach it must not be able to post to connections.
        let (services, address) = listen((Ipv4Addr::LOCALHOST, 0).into()).await?;
        Ok(Self { gateway, gateway_address, services, services_url: format!("http://{address}") })
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen(address, error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// The stack of the template, with what is set otherwise.
fn stack(settings: &Settings, listeners: &Listeners) -> Result<Stack, TemplateError> {
    let queue_url = format!("{}/{ACCOUNT}/{}", listeners.services_url, queue::NAME);
    let mut stack = Stack::read(&settings.parameters, &queue_url)?;
    stack.sweep_every = settings.sweep_every.unwrap_or(stack.sweep_every);
    stack.queue.visibility = settings.visibility.unwrap_or(stack.queue.visibility);
    Ok(stack)
}

async fn emulator(settings: &Settings) -> Result<Emulator, StartError> {
    let started = Emulator::start(&settings.emulator).await;
    started.map_err(|error| StartError::Emulator { program: settings.emulator.clone(), error })
}

/// Makes all tables; a reader of the stream of the one whose changes are looked at.
async fn create_tables(dynamo: &Dynamo, stack: &Stack) -> Result<Option<Reader>, CallError> {
    let mut changes = None;
    for table in &stack.tables {
        let arn = tables::create(dynamo, table).await?;
        if let Some(arn) = arn.filter(|_| table.name == stack.stream.table) {
            changes = Some(Reader::at_the_end(dynamo.clone(), arn).await?);
        }
    }
    Ok(changes)
}

/// The environment of both functions: the template's, where their surroundings are on this machine, and what is set.
/// Of one name, the last wins.
fn environment(
    settings: &Settings,
    stack: &Stack,
    listeners: &Listeners,
    dynamo: &Dynamo,
) -> Vec<(String, String)> {
    let services = &listeners.services_url;
    let here = [
        ("API_GATEWAY_ENDPOINT", format!("{services}/{}", stack.stage)),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamo.endpoint().to_owned()),
        ("AWS_ENDPOINT_URL_SQS", services.clone()),
    ];
    let here = here.map(|(name, value)| (name.to_owned(), value));
    [stack.function.environment.as_slice(), &here, &settings.environment].concat()
}

fn program(
    name: &'static str,
    settings: &Settings,
    stack: &Stack,
    environment: &[(String, String)],
    clock: &Clock,
) -> Program {
    Program {
        name,
        path: settings.bootstrap.clone(),
        environment: environment.to_vec(),
        timeout: stack.function.timeout,
        memory_mb: stack.function.memory_mb,
        log: settings.log.clone(),
        clock: Arc::clone(clock),
    }
}
