//! Who may speak for a session that there is.

use crate::{Capabilities, Cause, SpeakerAuth, Unauthorized};
use headcount_core::{Session, Timestamp};

#[cfg(test)]
mod tests;

/// Whether the bearer of `token` may speak for `session`: with the session's speaker token, or with a login token of
/// the user who created it. Where speakers do not log in nobody owns a session, so only its speaker token will do.
///
/// # Errors
/// [`Unauthorized`] for everybody else; it may want newer keys, as [`SpeakerAuth::verify`].
pub fn verify_speaker_of(
    session: &Session,
    token: &str,
    capabilities: &Capabilities,
    logins: &SpeakerAuth,
    now: Timestamp,
) -> Result<(), Unauthorized> {
    match capabilities.verify_speaker(token, session, now) {
        // Not a speaker token at all, so perhaps a login token.
        Err(refusal) if refusal.cause() == Cause::Malformed => {}
        verdict => return verdict,
    }
    match logins.verify(Some(token), now)? {
        // Where nobody logs in, what is no speaker token is no token at all.
        None => Err(Unauthorized::because(Cause::Malformed)),
        user if user == session.owner => Ok(()),
        Some(_) => Err(Unauthorized::because(Cause::NotTheOwner)),
    }
}
