//! What a token of ours allows: to speak for one session, to take one place in it again, or to look on at it.
//!
//! A capability is `hc` + kind + version + `_` + base64url(content + HMAC-SHA-256). Kind and version are part of what
//! is signed, so none passes for another kind. It has no dot, so none passes for a JSON Web Token either, nor the
//! other way round, even where both are signed with one secret. Nothing is kept: what a token is bound to is in it.

use crate::{Cause, Unauthorized};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use headcount_core::{LinkId, Place, Session, Timestamp};

mod content;
#[cfg(test)]
mod tests;

use content::SpeakerClaim;
pub use content::{LinkClaim, ResumeClaim};

/// The length in bytes of a signing key.
pub const SIGNING_KEY_LEN: usize = 32;

/// The most characters that a capability has: those for the longest session and connection ids, and room.
const MAX_LEN: usize = 512;
const TAG_LEN: usize = 32;
const SPEAKER: &str = "hcs1_";
const RESUME: &str = "hcr1_";
const LINK: &str = "hcl1_";

/// The signing key has the wrong length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key of capabilities must have 32 bytes, not {0}")]
pub struct WrongKeyLength(pub usize);

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct RandomnessUnavailable;

/// A new signing key. It belongs into the store: all nodes that share the store share it, and it outlives them.
///
/// # Errors
/// [`RandomnessUnavailable`] if the operating system has none.
pub fn generate_key() -> Result<[u8; SIGNING_KEY_LEN], RandomnessUnavailable> {
    let mut key = [0; SIGNING_KEY_LEN];
    getrandom::fill(&mut key).map_err(|_| RandomnessUnavailable)?;
    Ok(key)
}

/// Signs and verifies capabilities.
#[derive(Clone)]
pub struct Capabilities {
    key: hmac::Key,
}

impl Capabilities {
    /// Signs with `key`, as [`generate_key`] made it.
    ///
    /// # Errors
    /// [`WrongKeyLength`] unless it has [`SIGNING_KEY_LEN`] bytes.
    pub fn new(key: &[u8]) -> Result<Self, WrongKeyLength> {
        if key.len() != SIGNING_KEY_LEN {
            return Err(WrongKeyLength(key.len()));
        }
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, key) })
    }

    /// A token that proves its bearer to be the speaker of `session`, until that expires. A later session of the
    /// same name was created at another time and does not accept it.
    #[must_use]
    pub fn speaker_token(&self, session: &Session) -> String {
        self.seal(SPEAKER, SpeakerClaim::of(session).to_bytes())
    }

    /// Whether `token` is the speaker token of `session`. There is no leeway for its expiry: we set that ourselves,
    /// and the session is over by then. See [`crate::verify_speaker_of`] for who else may speak.
    ///
    /// # Errors
    /// [`Unauthorized`] for everything else.
    pub fn verify_speaker(&self, token: &str, session: &Session, now: Timestamp) -> Result<(), Unauthorized> {
        self.speaker(token, session, now).map_err(Unauthorized::because)
    }

    /// A token that lets its bearer take `place` in `session` again. It names a turn of the place and is thereby good
    /// once; how long the place lasts, the store knows.
    #[must_use]
    pub fn resume_token(&self, session: &Session, place: &Place) -> String {
        self.seal(RESUME, ResumeClaim::of(session, place).to_bytes())
    }

    /// What `token` claims; `None` if it is no resume token of this key. Its bearer then joins as anybody does, so
    /// the reason does not matter.
    #[must_use]
    pub fn verify_resume(&self, token: &str) -> Option<ResumeClaim> {
        ResumeClaim::from_bytes(&self.open(RESUME, token).ok()?)
    }

    /// A token that lets its bearer look on at `session` by the link of that name. What the link shows and how long it is
    /// good, the session knows, so that it can be taken back.
    #[must_use]
    pub fn link_token(&self, session: &Session, link: &LinkId) -> String {
        self.seal(LINK, LinkClaim::of(session, link).to_bytes())
    }

    /// What `token` claims; `None` if it is no link of this key.
    #[must_use]
    pub fn verify_link(&self, token: &str) -> Option<LinkClaim> {
        LinkClaim::from_bytes(&self.open(LINK, token).ok()?)
    }

    fn speaker(&self, token: &str, session: &Session, now: Timestamp) -> Result<(), Cause> {
        let claim = SpeakerClaim::from_bytes(&self.open(SPEAKER, token)?).ok_or(Cause::Malformed)?;
        if !claim.is_for(session) {
            return Err(Cause::WrongSession);
        }
        if now >= claim.expires_at { Err(Cause::Expired) } else { Ok(()) }
    }

    fn seal(&self, kind: &str, mut content: Vec<u8>) -> String {
        let tag = self.tag(kind, &content);
        content.extend_from_slice(tag.as_ref());
        let mut token = kind.to_owned();
        URL_SAFE_NO_PAD.encode_string(&content, &mut token);
        token
    }

    fn open(&self, kind: &str, token: &str) -> Result<Vec<u8>, Cause> {
        let encoded = token.strip_prefix(kind).ok_or(Cause::Malformed)?;
        if token.len() > MAX_LEN {
            return Err(Cause::TooLong);
        }
        let mut content = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| Cause::Malformed)?;
        let tag = content.split_off(content.len().checked_sub(TAG_LEN).ok_or(Cause::Malformed)?);
        let expected = self.tag(kind, &content);
        verify_slices_are_equal(expected.as_ref(), &tag).map_err(|_| Cause::BadSignature)?;
        Ok(content)
    }

    /// The first words tell what is signed from anything else that might be signed with the same key. Kinds are all
    /// of one length, so no content can pass for the end of a kind.
    fn tag(&self, kind: &str, content: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"headcount capability ");
        context.update(kind.as_bytes());
        context.update(content);
        context.sign()
    }
}
