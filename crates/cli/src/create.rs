//! `headcount create`: a new session, and what to do with it.

use crate::args::{Login, ServerArgs, values};
use crate::client::{Api, Endpoint};
use crate::failure::Failure;
use crate::term;
use headcount_core::{Language, QualityTier};
use headcount_protocol::received::SessionCreated;

const EXAMPLES: &str = "\
Examples:
  headcount create http://127.0.0.1:8080 --source-language en
  headcount create https://example.org --source-language pt-BR --token-file login.token --json

A server that asks speakers to log in needs a login token: `headcount token` makes one.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The language spoken on stage, such as en
    #[arg(long, value_name = "TAG", value_parser = values::language)]
    source_language: Language,
    /// standard or premium
    #[arg(long, value_name = "TIER", default_value = "standard", value_parser = values::quality_tier)]
    quality_tier: QualityTier,
    #[command(flatten)]
    login: Login,
    /// Print the server's answer as it is
    #[arg(long)]
    json: bool,
}

/// Creates a session and prints its name, its token and the next commands.
///
/// # Errors
/// The server cannot be reached, refuses, or answers with something else.
pub(crate) fn run(args: &CreateArgs) -> Result<(), Failure> {
    let url = &args.server.url;
    let api = Api::new(url.clone(), &args.server.trust()?, args.login.token()?);
    let created = api.create(args.source_language.as_str(), args.quality_tier.as_str());
    let (created, text) = created.map_err(|error| error.failure(url))?;
    let shown = if args.json { text + "\n" } else { next_steps(&term::program(), url, &created) };
    term::print(&shown)
}

fn next_steps(program: &str, url: &Endpoint, created: &SessionCreated) -> String {
    let SessionCreated { session_id: session, speaker_token, .. } = created;
    let token = speaker_token.as_str();
    let join = url.socket(&[("sessionId", session), ("targetLanguage", "es")]);
    let simulate = format!("{program} simulate {url} --session {session} --listeners 100 --duration 1m");
    format!(
        "session       {session}\n\
         speakerToken  {token}\n\
         \n\
         Watch it      {program} watch {url} --session {session} --token {token}\n\
         Fill it       {simulate}\n\
         Join it       new WebSocket(\"{join}\")   // in a browser, as a listener\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use headcount_protocol::Token;

    #[test]
    fn the_commands_can_be_copied_as_they_are() {
        let url = Endpoint::parse("http://127.0.0.1:8080").unwrap();
        let created = SessionCreated {
            session_id: "golden-eagle-427".to_owned(),
            source_language: "en".to_owned(),
            quality_tier: "standard".to_owned(),
            connection_id: None,
            created_at: 1,
            expires_at: 2,
            speaker_token: Token::new("abc.def"),
        };
        let text = next_steps("headcount", &url, &created);
        for part in [
            "session       golden-eagle-427\n",
            "headcount watch http://127.0.0.1:8080 --session golden-eagle-427 --token abc.def\n",
            "ws://127.0.0.1:8080/?sessionId=golden-eagle-427&targetLanguage=es",
        ] {
            assert!(text.contains(part), "{part:?} in\n{text}");
        }
    }
}
