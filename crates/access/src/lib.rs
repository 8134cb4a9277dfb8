//! Who may do what: login tokens, capabilities for one session, operator tokens, rate limits, and whom a browser
//! may speak for. Policy only: it opens no listening socket and reads no wall clock, and except for
//! [`SpeakerAuth::refresh`], which fetches keys and which [`SpeakerGate`] calls on a thread for that, nothing in it
//! blocks.
//!
//! # How a gateway uses it
//! 1. A request comes: [`TrustedProxies::client`] says from whom, [`OriginPolicy::check`] whether its page may ask.
//! 2. It wants a WebSocket: [`Limits::connect`], except with a token that [`Capabilities::verify_resume`] takes; that
//!    one is counted where its place turns out to be gone. Then [`ConnectionCaps::admit`], whose permit lives as long
//!    as the connection.
//! 3. It creates a session: [`SpeakerGate::login`] names the user, [`Limits::create_session`] counts for them.
//!    The answer carries [`Capabilities::speaker_token`].
//! 4. It speaks for a session that there is, by WebSocket or HTTP: [`SpeakerGate::speaks_for`].
//! 5. It listens: [`ResumeClaim::place_in`] the session, if it brought such a token; the answer carries a new one.
//! 6. It says something: each connection keeps a [`ConnectionRate`] for control messages, and a speaker who asks for
//!    the status, by HTTP too, is counted by [`Limits::query_status`].
//! 7. It asks for what is the operator's: [`bearer`], then [`OperatorAuth::is_operator`].
//!
//! A gateway of many processes, which have a store in common and no memory, keeps the limits there: [`Rate`] says what
//! there is to count, [`network_of`] whose connections are counted together, and [`FirstLook`] whether it is worth a
//! call.

mod bearer;
mod capabilities;
mod gate;
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
    Capabilities, LinkClaim, RandomnessUnavailable, ResumeClaim, SIGNING_KEY_LEN, WrongKeyLength,
    generate_key,
};
pub use gate::SpeakerGate;
pub use limits::{
    CapReached, ConnectionCaps, ConnectionPermit, ConnectionRate, FirstLook, Heard, Limits, Quotas, Rate,
    RetryAfter, network_of,
};
pub use login::{
    FetchError, FileKeys, InvalidKeySource, InvalidLogin, KeySource, Login, MintError, RefreshError,
    Refreshed, SecretTooShort, SpeakerAuth, UrlKeys, mint_login_token,
};
pub use operator::{InvalidOperatorToken, OperatorAuth};
pub use origin::{InvalidOriginSetting, OriginPolicy, OriginRefused};
pub use proxies::{ForwardedHeader, InvalidProxy, TrustedProxies};
pub use speaker::verify_speaker_of;
pub use unauthorized::{Cause, Unauthorized};
