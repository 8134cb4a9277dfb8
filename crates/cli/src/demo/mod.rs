//! `headcount demo`: the newcomer's first minute. A session with a lively audience, and what its speaker is told.

mod audience;
mod printer;
mod script;
mod seat;

use crate::args::{Login, values};
use crate::client::{Dialer, Endpoint, Incoming, Socket, Trust};
use crate::descriptors;
use crate::failure::Failure;
use crate::serve;
use audience::Audience;
use clap::value_parser;
use headcount_core::{EndReason, SessionId};
use headcount_protocol::ClientMessage;
use headcount_protocol::received::{Received, SessionCreated};
use printer::Printer;
use script::{Scene, Script};
use std::io;
use std::time::Duration;
use tokio::signal::ctrl_c;
use tokio::time::{Instant, sleep_until, timeout};

const EXAMPLES: &str = "\
Examples:
  headcount demo
  headcount demo --for 20s --seed 7         the same audience every time, for scripts
  headcount demo --url http://127.0.0.1:8080    bring the audience to a server that runs already

A server that asks speakers to log in needs a login token (--token-file): `headcount token` makes one.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// Stop after this time; without it, Ctrl-C stops
    #[arg(long = "for", value_name = "TIME", value_parser = values::duration)]
    length: Option<Duration>,
    /// About how many listeners there shall be
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = value_parser!(u16).range(5..=2_000))]
    listeners: u16,
    /// Makes the audience behave the same in every run
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Use a server that runs already instead of starting one
    #[arg(long, value_name = "URL", value_parser = Endpoint::parse)]
    url: Option<Endpoint>,
    #[command(flatten)]
    login: Login,
}

/// Shows the demo until its time is over or the person has seen enough.
///
/// # Errors
/// The server cannot be started or reached, or refuses.
pub(crate) fn run(args: &DemoArgs) -> Result<(), Failure> {
    // Both ends of each connection are in this process.
    descriptors::raise();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::local("start", &error))?;
    runtime.block_on(async {
        match &args.url {
            Some(url) => show(url.clone(), args).await,
            None => {
                let server = serve::start_for_demo().await?;
                show(server.endpoint.clone(), args).await
            }
        }
    })
}

/// Creates a session, brings in the audience, and prints what the speaker is told.
async fn show(endpoint: Endpoint, args: &DemoArgs) -> Result<(), Failure> {
    let dialer = Dialer {
        endpoint: endpoint.clone(),
        bearer: None,
        trust: Trust::Public,
        time_limit: Duration::from_secs(10),
    };
    // The audience is anonymous.
    let as_speaker = Dialer { bearer: args.login.token()?, ..dialer.clone() };
    let (speaker, created) = create_session(&as_speaker).await?;
    let printer = Printer::default();
    if printer.welcome(&endpoint, &created).is_err() {
        return Ok(());
    }
    let session = SessionId::parse(&created.session_id)
        .map_err(|_| crate::client::ApiError::Unreadable.failure(&endpoint))?;
    let seed = args.seed.unwrap_or_else(rand::random);
    let stage = Stage {
        speaker: Some(speaker),
        audience: Audience::new(dialer, session, seed),
        printer,
        script: Script::new(seed, args.listeners),
    };
    stage.play(args.length).await;
    Ok(())
}

async fn create_session(dialer: &Dialer) -> Result<(Socket, SessionCreated), Failure> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let endpoint = &dialer.endpoint;
    let query = [("action", "createSession"), ("sourceLanguage", "en")];
    let mut socket = dialer.dial(&query).await.map_err(|error| error.failure(endpoint))?;
    let answer = timeout(PATIENCE, async {
        while let Incoming::Text(text) = socket.next().await {
            match Received::parse(&text) {
                Ok(Received::SessionCreated(created)) => return Ok(created),
                Ok(Received::Error { message, .. }) => {
                    return Err(Failure::Refused(format!("{endpoint} refused: {message}")));
                }
                _ => {}
            }
        }
        Err(Failure::Unavailable(format!("{endpoint} closed the connection; try again")))
    });
    let created = answer.await.unwrap_or_else(|_| {
        Err(Failure::Unavailable(format!("{endpoint} did not answer in time; try again")))
    })?;
    Ok((socket, created))
}

/// The demo under way.
struct Stage {
    /// Gone once another connection has taken the speaker's seat.
    speaker: Option<Socket>,
    audience: Audience,
    printer: Printer,
    script: Script,
}

impl Stage {
    async fn play(mut self, length: Option<Duration>) {
        // An error says that nobody reads what we print, which is as good a reason to end as any.
        let _ = self.perform_until_over(length).await;
        self.end().await;
    }

    async fn perform_until_over(&mut self, length: Option<Duration>) -> io::Result<()> {
        let start = Instant::now();
        let mut next = self.script.next_act();
        loop {
            tokio::select! {
                () = sleep_until(start + next.at) => {
                    self.perform(&next.scene).await?;
                    next = self.script.next_act();
                }
                incoming = hear(&mut self.speaker) => self.listen(incoming)?,
                () = over(start, length) => return Ok(()),
                _ = ctrl_c() => return Ok(()),
            }
        }
    }

    async fn perform(&mut self, scene: &Scene) -> io::Result<()> {
        self.printer.scene(scene)?;
        match scene {
            Scene::Ask => self.say(&ClientMessage::GetSessionStatus { detail: None, at: None }).await,
            Scene::Pause => self.say(&ClientMessage::PauseBroadcast).await,
            Scene::Resume => self.say(&ClientMessage::ResumeBroadcast).await,
            scene => self.audience.play(scene),
        }
        Ok(())
    }

    async fn say(&mut self, message: &ClientMessage) {
        if let Some(speaker) = &mut self.speaker {
            // A broken connection shows again when it is listened to.
            let _ = speaker.send(message).await;
        }
    }

    fn listen(&mut self, incoming: Incoming) -> io::Result<()> {
        let note = match incoming {
            Incoming::Text(text) => {
                return match Received::parse(&text) {
                    Ok(Received::Status(status)) => self.printer.status(&status),
                    _ => Ok(()),
                };
            }
            Incoming::Closed(4409, _) => "another connection has taken the speaker's seat",
            Incoming::Closed(..) | Incoming::Lost => "the speaker's connection is gone",
        };
        self.speaker = None;
        self.printer.note(&format!("{note}; the audience goes on"))
    }

    async fn end(mut self) {
        self.say(&ClientMessage::EndSession(EndReason::Ended(Some("the demo is over".to_owned())))).await;
        if let Some(speaker) = self.speaker.take() {
            speaker.close().await;
        }
        self.audience.stop().await;
        // As above.
        let _ = self.printer.farewell();
    }
}

/// What the speaker is sent next; nothing ever, once its connection is gone.
async fn hear(speaker: &mut Option<Socket>) -> Incoming {
    match speaker {
        Some(socket) => socket.next().await,
        None => std::future::pending().await,
    }
}

async fn over(start: Instant, length: Option<Duration>) {
    match length {
        Some(length) => sleep_until(start + length).await,
        None => std::future::pending().await,
    }
}
