//! Who may do what: login tokens, capabilities for one session, operator tokens, rate limits, and whom a browser
//! may speak for. Policy only: it opens no listening socket and reads no wall clock, and except for
//! [`SpeakerAuth::refresh`], which fetches keys, nothing in it blocks.
//!
//! # How a gateway uses it
//! 1. A request comes: [`TrustedProxies::client`] says from whom, [`OriginPolicy::check`] whether its page may ask.
//! 2. It wants a WebSocket: [`Limits::connect`], except with a token that [`Capabilities::verify_resume`] takes; that
//!    one is counted where its place turns out to be gone. Then [`ConnectionCaps::admit`], whose permit lives as long
//!    as the connection.
//! 3. It creates a session: [`SpeakerAuth::verify`] names the user, [`Limits::create_session`] counts for them.
//!    The answer carries [`Capabilities::speaker_token`].
//! 4. It speaks for a session that there is, by WebSocket or HTTP: [`verify_speaker_of`]. Where the refusal of this
//!    or of 3 [wants a refresh](Unauthorized::wants_refresh): take a lock, [`SpeakerAuth::refresh`] on a blocking
//!    thread if it [`needs_refresh`](SpeakerAuth::needs_refresh), and verify once more.
//! 5. It listens: [`ResumeClaim::place_in`] the session, if it brought such a token; the answer carries a new one.
//! 6. It says something: each connection keeps a [`ConnectionRate`] for control messages, and a speaker who asks for
//!    the status, by HTTP too, is counted by [`Limits::query_status`].
//! 7. It asks for what is the operator's: [`bearer`], then [`OperatorAuth::is_operator`].

mod bearer;
mod capabilities;
mod limits;
mod login;
mod operator;
mod origin;
mod proxies;
mod speaker;
#[cfg(test)]
mod test_session;
mod unauthorized;

pub use bearer::bearer;
pub use capabilities::{
    Capabilities, RandomnessUnavailable, ResumeClaim, SIGNING_KEY_LEN, WrongKeyLength, generate_key,
};
pub use limits::{CapReached, ConnectionCaps, ConnectionPermit, ConnectionRate, Limits, Quotas, RetryAfter};
pub use login::{
    FetchError, FileKeys, InvalidKeySource, InvalidLogin, KeySource, Login, MintError, RefreshError,
    Refreshed, SecretTooShort, SpeakerAuth, UrlKeys, mint_login_token,
};
pub use operator::{InvalidOperatorToken, OperatorAuth};
pub use origin::{InvalidOriginSetting, OriginPolicy, OriginRefused};
pub use proxies::{ForwardedHeader, InvalidProxy, TrustedProxies};
pub use speaker::verify_speaker_of;
pub use unauthorized::{Cause, Unauthorized};
