//! `headcount watch`: one session, live.

mod board;
pub(crate) mod changes;
mod draw;
mod feed;
mod lines;
mod screen;
mod trend;

use crate::args::SessionArgs;
use crate::client::{Endpoint, Trust};
use crate::failure::Failure;
use crate::term;
use board::Board;
use feed::Feed;
use headcount_core::SessionId;
use headcount_protocol::Token;

const EXAMPLES: &str = "\
Examples:
  headcount watch http://127.0.0.1:8080 --session golden-eagle-427 --token TOKEN
  headcount watch http://127.0.0.1:8080 --session golden-eagle-427 --token-file F --json

Watching or speaking:
  By default watch asks for the status once a second over HTTP. That only reads: the person on stage \
stays connected, and when the server next tells them something does not change.

  With --as-speaker, watch connects as the speaker and is told what the speaker is told, when the \
speaker is told it. A session has one speaker: whoever was connected as the speaker before is \
disconnected (close code 4409).

Keys: q, Esc or Ctrl-C leaves.
Without a terminal, or with TERM=dumb, watch prints a line for every change.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    session: SessionArgs,
    /// Connect as the speaker, which disconnects whoever is; see below
    #[arg(long)]
    as_speaker: bool,
    /// Print the server's messages as they are, one a line
    #[arg(long)]
    json: bool,
    /// Print a line for every change, also on a terminal
    #[arg(long, conflicts_with = "json")]
    plain: bool,
}

/// What is watched, and how.
#[derive(Clone, Debug)]
struct Watched {
    endpoint: Endpoint,
    trust: Trust,
    session: SessionId,
    token: Token,
    as_speaker: bool,
}

/// Watches until the session ends or the person has seen enough.
///
/// # Errors
/// The server cannot be reached or refuses; the terminal fails.
pub(crate) fn run(args: WatchArgs) -> Result<(), Failure> {
    let SessionArgs { server, session, proof } = args.session;
    let watched = Watched {
        trust: server.trust()?,
        endpoint: server.url,
        session,
        token: proof.required()?,
        as_speaker: args.as_speaker,
    };
    let runtime = crate::client::runtime()?;
    runtime.block_on(async {
        if args.json {
            lines::json(Feed::start(&watched)).await
        } else if args.plain || !term::can_draw() {
            lines::plain(Feed::start(&watched), watched.as_speaker).await
        } else {
            screen::show(Feed::start(&watched), Board::new(&watched)).await
        }
    })
}
