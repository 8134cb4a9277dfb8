//! Tokens on the command line: given, or in a file, which hides them from the other users of the machine.

use super::values;
use crate::failure::Failure;
use headcount_protocol::Token;
use std::path::{Path, PathBuf};

/// What lets one look at a session.
#[derive(Clone, Debug, clap::Args)]
#[group(multiple = false)]
pub(crate) struct Proof {
    /// The session's speakerToken, or an operator token
    ///
    /// Other users of this machine can see a command line; --token-file hides it from them.
    #[arg(long, value_name = "TOKEN", value_parser = values::token)]
    token: Option<Token>,
    /// A file whose only line is the token; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Proof {
    /// The token.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub(crate) fn required(&self) -> Result<Token, Failure> {
        one(self.token.as_ref(), self.token_file.as_deref())?.ok_or_else(|| {
            Failure::Usage(
                "a token is needed: pass --token or --token-file with the speakerToken that `headcount create` printed"
                    .to_owned(),
            )
        })
    }
}

/// What lets one create a session, on the server that `url` names.
#[derive(Clone, Debug, clap::Args)]
#[group(multiple = false, requires = "url")]
pub(crate) struct Login {
    /// The speaker's login token, for servers that ask speakers to log in
    ///
    /// Other users of this machine can see a command line; --token-file hides it from them.
    #[arg(long, value_name = "TOKEN", value_parser = values::token)]
    token: Option<Token>,
    /// A file whose only line is the login token; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Login {
    /// The token, if one was given.
    ///
    /// # Errors
    /// The file cannot be read or holds no token.
    pub(crate) fn token(&self) -> Result<Option<Token>, Failure> {
        one(self.token.as_ref(), self.token_file.as_deref())
    }
}

/// What lets one speak in a session, for those who may also do without.
#[derive(Clone, Debug, clap::Args)]
#[group(id = "speaker", multiple = false)]
pub(crate) struct SpeakerProof {
    /// The session's speakerToken, for what the speaker sees
    ///
    /// Other users of this machine can see a command line; --speaker-token-file hides it from them.
    #[arg(long, value_name = "TOKEN", value_parser = values::token)]
    speaker_token: Option<Token>,
    /// A file whose only line is the speakerToken; - reads it from standard input
    #[arg(long, value_name = "FILE")]
    speaker_token_file: Option<PathBuf>,
}

impl SpeakerProof {
    /// The token, if one was given.
    ///
    /// # Errors
    /// The file cannot be read or holds no token.
    pub(crate) fn token(&self) -> Result<Option<Token>, Failure> {
        one(self.speaker_token.as_ref(), self.speaker_token_file.as_deref())
    }
}

/// The token that was given in one way or the other, if any.
fn one(given: Option<&Token>, file: Option<&Path>) -> Result<Option<Token>, Failure> {
    file.map_or_else(|| Ok(given.cloned()), |file| read(file).map(Some))
}

fn read(file: &Path) -> Result<Token, Failure> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let name = file.display();
    let text =
        text.map_err(|error| Failure::Usage(format!("could not read the token from {name}: {error}")))?;
    values::token(text.trim())
        .map_err(|error| Failure::Usage(format!("{name} does not hold a token: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_file_is_read_and_trimmed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc.def\n").unwrap();
        let proof = |token_file: Option<PathBuf>| Proof { token: None, token_file };
        let from_file = proof(Some(file.path().to_owned()));
        assert_eq!(from_file.required(), Ok(Token::new("abc.def")));
        let login = Login { token: None, token_file: from_file.token_file.clone() };
        assert_eq!(login.token(), Ok(Some(Token::new("abc.def"))));
        assert_eq!(Login { token: None, token_file: None }.token(), Ok(None));
        std::fs::write(file.path(), "\n").unwrap();
        assert_eq!(from_file.required().unwrap_err().code(), 64);
        assert_eq!(proof(None).required().unwrap_err().code(), 64);
    }
}
