//! `headcount token`: a login token for a speaker, for servers that share a secret with us (HS256).

use crate::args::values;
use crate::failure::Failure;
use crate::term;
use headcount_core::UserId;
use headcount_core::ports::Clock;
use headcount_server::SystemClock;
use headcount_server::access::{Login, mint_login_token};
use std::path::PathBuf;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  head -c 48 /dev/urandom | base64 > secret
  headcount serve --speaker-auth hs256 --speaker-secret-file secret
  headcount token --secret-file secret --user ada --lifetime 8h > login.token
  headcount create http://127.0.0.1:8080 --source-language en --token-file login.token";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TokenArgs {
    /// The file with the secret that the server has too, 32 bytes or more
    #[arg(long, value_name = "FILE")]
    secret_file: PathBuf,
    /// Who may speak with it
    #[arg(long, value_name = "NAME", value_parser = values::user)]
    user: UserId,
    /// How long it is good for
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = values::duration)]
    lifetime: Duration,
    /// Who vouches for it, if the server asks for that
    #[arg(long, value_name = "TEXT")]
    issuer: Option<String>,
    /// Whom it is for, if the server asks for that
    #[arg(long, value_name = "TEXT")]
    audience: Option<String>,
}

/// Prints a token.
///
/// # Errors
/// The secret cannot be read, or is too short to be one.
pub(crate) fn run(args: &TokenArgs) -> Result<(), Failure> {
    let token = mint(args, &SystemClock::default())?;
    term::print(&format!("{token}\n"))
}

fn mint(args: &TokenArgs, clock: &dyn Clock) -> Result<String, Failure> {
    let file = args.secret_file.display();
    let secret = std::fs::read(&args.secret_file)
        .map_err(|error| Failure::Usage(format!("could not read the secret from {file}: {error}")))?;
    let login = Login {
        user: &args.user,
        issuer: args.issuer.as_deref(),
        audience: args.audience.as_deref(),
        lifetime: args.lifetime,
    };
    mint_login_token(secret.trim_ascii(), &login, clock.now())
        .map_err(|error| Failure::Usage(format!("{file}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(secret: &str) -> (TokenArgs, tempfile::NamedTempFile) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), secret).unwrap();
        let args = TokenArgs {
            secret_file: file.path().to_owned(),
            user: UserId::parse("ada").unwrap(),
            lifetime: Duration::from_secs(60),
            issuer: None,
            audience: None,
        };
        (args, file)
    }

    #[test]
    fn a_token_has_three_parts_and_the_newline_of_the_file_is_no_part_of_the_secret() {
        let secret = "s".repeat(32);
        let (args_plain, _file) = args(&secret);
        let (args_newline, _other) = args(&format!("{secret}\n"));
        let clock = Fixed;
        let token = mint(&args_plain, &clock).unwrap();
        assert_eq!(token.split('.').count(), 3);
        assert_eq!(mint(&args_newline, &clock).unwrap(), token);
    }

    #[test]
    fn a_short_secret_and_a_missing_file_are_refused() {
        let (args, file) = args("short");
        assert_eq!(mint(&args, &Fixed).unwrap_err().code(), 64);
        drop(file);
        assert_eq!(mint(&args, &Fixed).unwrap_err().code(), 64);
    }

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> headcount_core::Timestamp {
            headcount_core::Timestamp::from_millis(1_699_500_000_000)
        }
    }
}
