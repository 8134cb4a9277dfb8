//! Who may do what.

use super::Group;
use crate::config::{Kind, Setting};

pub(crate) const GROUP: Group = Group {
    title: "Access",
    settings: &[
        &SPEAKER_AUTH,
        &SPEAKER_SECRET_FILE,
        &SPEAKER_SECRET,
        &JWKS,
        &ISSUER,
        &AUDIENCE,
        &INSECURE_OPEN,
        &OPERATOR_TOKEN_FILE,
        &OPERATOR_TOKEN,
        &METRICS,
        &ALLOW_ORIGIN,
        &ALLOW_HOST,
        &MANAGEMENT_ACCESS_KEY_ID,
        &MANAGEMENT_SECRET_ACCESS_KEY_FILE,
        &MANAGEMENT_SECRET_ACCESS_KEY,
    ],
};

pub(crate) const SPEAKER_AUTH: Setting = Setting::with_default(
    "speaker-auth",
    Kind::Text("HOW"),
    "none",
    "How speakers prove who they are: none, hs256 (tokens signed with a shared secret) or jwks (tokens signed by \
     an identity provider)",
);
pub(crate) const SPEAKER_SECRET_FILE: Setting = Setting::new(
    "speaker-secret-file",
    Kind::Path("FILE"),
    "The secret for hs256, at least 32 bytes; the end of the last line does not belong to it",
);
pub(crate) const SPEAKER_SECRET: Setting = Setting::new("speaker-secret", Kind::Secret, "The secret itself");
pub(crate) const JWKS: Setting = Setting::new(
    "jwks",
    Kind::Text("FILE|URL"),
    "The public keys for jwks: a file, or an https URL; both are read again as keys change",
);
pub(crate) const ISSUER: Setting =
    Setting::new("issuer", Kind::Text("NAME"), "Whom speakers' tokens must come from (iss); jwks needs it");
pub(crate) const AUDIENCE: Setting = Setting::new(
    "audience",
    Kind::Text("NAME"),
    "Whom speakers' tokens must be made for (aud); jwks needs it",
);
pub(crate) const INSECURE_OPEN: Setting = Setting::with_default(
    "insecure-open",
    Kind::Switch,
    "false",
    "Let everybody create sessions although the server can be reached from other machines",
);
pub(crate) const OPERATOR_TOKEN_FILE: Setting = Setting::new(
    "operator-token-file",
    Kind::Path("FILE"),
    "Tokens that make their bearer an operator, who sees and ends all sessions; one a line, 16 characters or more",
);
pub(crate) const OPERATOR_TOKEN: Setting =
    Setting::new("operator-token", Kind::Secret, "Operator tokens themselves, with commas between them");
pub(crate) const METRICS: Setting = Setting::new(
    "metrics",
    Kind::Text("WHO"),
    "Who may read /metrics: open (everybody), operator, or off. Unless given: open on loopback without trusted \
     proxies, else operator",
);
pub(crate) const ALLOW_ORIGIN: Setting = Setting::new(
    "allow-origin",
    Kind::List("ORIGIN"),
    "Let web pages of this origin, such as https://example.com, connect besides the server's own; * is all",
);
pub(crate) const ALLOW_HOST: Setting = Setting::new(
    "allow-host",
    Kind::List("NAME"),
    "On loopback, answer to this name besides localhost; needed behind a proxy that passes Host on",
);
pub(crate) const MANAGEMENT_ACCESS_KEY_ID: Setting = Setting::new(
    "management-access-key-id",
    Kind::Text("ID"),
    "The access key id that AWS SDKs sign requests to the @connections API with",
);
pub(crate) const MANAGEMENT_SECRET_ACCESS_KEY_FILE: Setting = Setting::new(
    "management-secret-access-key-file",
    Kind::Path("FILE"),
    "The secret access key that goes with it",
);
pub(crate) const MANAGEMENT_SECRET_ACCESS_KEY: Setting =
    Setting::new("management-secret-access-key", Kind::Secret, "The secret access key itself");
