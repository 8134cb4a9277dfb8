//! One worker process: its part of the audience.

use crate::pipe::{self, Order, Plan};
use crate::places::{Before, Places};
use headcount_cluster_local::{Client, ConnectError, Heard};
use headcount_protocol::received::Received;
use rand::RngExt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// How often it tells how its listeners stand.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// How long a join may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a listener waits before it comes back: at least, and at most by the first try, doubled with each until
/// [`LONGEST_WAIT`]. What it is in between is left to chance.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Takes orders and tells how things stand, until whoever gives the orders is gone.
pub(crate) async fn run() -> io::Result<()> {
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    let Some(Order::Begin(plan)) = next(orders.next_line().await?)? else { return Ok(()) };
    let places = Arc::new(Places::new(plan.listeners));
    let (cut, cuts) = watch::channel(0_u32);
    let (plan, counted) = (Arc::new(plan), Arc::clone(&places));
    tokio::spawn(arrive(Arc::clone(&plan), counted, cuts));
    let mut output = tokio::io::stdout();
    let mut ticks = interval(TELL_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            line = orders.next_line() => match next(line?)? {
                Some(Order::Cut) => cut.send_modify(|times| *times += 1),
                Some(Order::Begin(_)) => {}
                None => return Ok(()),
            },
            _ = ticks.tick() => {
                let sample = places.sample(plan.languages.len(), plan.grace_ms);
                output.write_all(pipe::line(&sample).as_bytes()).await?;
                output.flush().await?;
            }
        }
    }
}

fn next(line: Option<String>) -> io::Result<Option<Order>> {
    line.map(|line| serde_json::from_str(&line).map_err(io::Error::other)).transpose()
}

/// Lets the listeners come, one after another.
async fn arrive(plan: Arc<Plan>, places: Arc<Places>, cuts: watch::Receiver<u32>) {
    let mut arrivals = interval(Duration::from_secs_f64(1.0 / plan.rate.max(1.0)));
    for number in 0..plan.listeners {
        arrivals.tick().await;
        let language = plan.languages[number % plan.languages.len()].clone();
        let listener = Listener {
            number,
            language,
            node: number % plan.nodes.len(),
            plan: Arc::clone(&plan),
            places: Arc::clone(&places),
            token: None,
        };
        tokio::spawn(listener.live(cuts.clone()));
    }
}

struct Listener {
    number: usize,
    language: String,
    /// Which node it goes to next.
    node: usize,
    plan: Arc<Plan>,
    places: Arc<Places>,
    /// The proof of its place, good for one use.
    token: Option<String>,
}

impl Listener {
    /// Joins and listens, and comes back whenever it is cut off, to the next node.
    async fn live(mut self, mut cuts: watch::Receiver<u32>) {
        let mut wait = FIRST_WAIT;
        loop {
            if let Some(client) = self.join().await {
                wait = FIRST_WAIT;
                cuts.mark_unchanged();
                tokio::select! {
                    () = listen(client) => {}
                    // The end of the sender is the end of this process.
                    _ = cuts.changed() => {}
                }
                self.places.lost(self.number);
            }
            self.node = (self.node + 1) % self.plan.nodes.len();
            let pause = rand::rng().random_range(SHORTEST_WAIT..=wait);
            sleep(pause).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn join(&mut self) -> Option<Client> {
        let before = self.places.tries(self.number);
        let address = self.plan.nodes[self.node];
        match timeout(PATIENCE, self.knock(address)).await {
            Ok(Ok(client)) => {
                self.places.joined(self.number, before);
                Some(client)
            }
            Ok(Err(Some(ConnectError::NoNode(_) | ConnectError::Refused(_)))) => self.stay_out(before),
            Ok(Err(_)) | Err(_) => {
                self.places.failed(self.number);
                None
            }
        }
    }

    fn stay_out(&self, before: Before) -> Option<Client> {
        self.places.found_nobody(self.number, before);
        None
    }

    /// Connects and waits for the acknowledgement. `Err(None)`: it did not come.
    async fn knock(&mut self, address: SocketAddr) -> Result<Client, Option<ConnectError>> {
        let mut query = vec![("sessionId", self.plan.session.as_str()), ("targetLanguage", &self.language)];
        if let Some(token) = &self.token {
            query.push(("resumeToken", token));
        }
        let mut client = Client::connect(address, &query).await.map_err(Some)?;
        while let Heard::Text(text) = client.hear().await {
            match Received::parse(&text) {
                Ok(Received::SessionJoined(joined)) => {
                    self.token = joined.resume_token.map(|token| token.as_str().to_owned());
                    return Ok(client);
                }
                Ok(Received::Error { .. }) => return Err(None),
                _ => {}
            }
        }
        Err(None)
    }
}

async fn listen(mut client: Client) {
    while let Heard::Text(_) = client.hear().await {}
}
