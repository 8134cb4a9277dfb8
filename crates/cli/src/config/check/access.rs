//! Who may do what, and whether a server that others can reach is protected.

use super::listeners::{Listeners, is_loopback};
use super::secrets;
use crate::config::reader::Reader;
use crate::config::settings::access::*;
use crate::config::settings::network::{MANAGEMENT_LISTEN, PROXY_HEADER, TRUSTED_PROXY};
use headcount_core::Timestamp;
use headcount_server::access::{
    FileKeys, ForwardedHeader, KeySource, OperatorAuth, OriginPolicy, SpeakerAuth, TrustedProxies, UrlKeys,
};
use headcount_server::{Management, MetricsAccess, Secret, SigningKeys};

/// How speakers log in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Login {
    None,
    Hs256,
    Jwks,
}

pub(super) fn speakers(reader: &mut Reader) -> Option<SpeakerAuth> {
    let logins = [("none", Login::None), ("hs256", Login::Hs256), ("jwks", Login::Jwks)];
    let login = reader.choice(&SPEAKER_AUTH, &logins)?;
    refuse_unused(reader, login);
    match login {
        Login::None => Some(SpeakerAuth::none()),
        Login::Hs256 => hs256(reader),
        Login::Jwks => jwks(reader),
    }
}

/// A setting of another kind of login is a mistake that would leave the server more open than meant.
fn refuse_unused(reader: &mut Reader, login: Login) {
    let users = [
        (&SPEAKER_SECRET_FILE, &[Login::Hs256][..], "hs256"),
        (&SPEAKER_SECRET, &[Login::Hs256], "hs256"),
        (&JWKS, &[Login::Jwks], "jwks"),
        (&ISSUER, &[Login::Hs256, Login::Jwks], "hs256 or jwks"),
        (&AUDIENCE, &[Login::Hs256, Login::Jwks], "hs256 or jwks"),
    ];
    for (setting, logins, names) in users {
        if reader.is_given(setting) && !logins.contains(&login) {
            reader
                .problem(setting, format!("only --speaker-auth {names} uses it; set that or leave this out"));
        }
    }
}

fn hs256(reader: &mut Reader) -> Option<SpeakerAuth> {
    let (issuer, audience) = (reader.text(&ISSUER), reader.text(&AUDIENCE));
    if !reader.is_given(&SPEAKER_SECRET) && !reader.is_given(&SPEAKER_SECRET_FILE) {
        reader.problem(
            &SPEAKER_AUTH,
            "hs256 needs a secret: name a file with --speaker-secret-file or set HEADCOUNT_SPEAKER_SECRET",
        );
        return None;
    }
    let (secret, place) = secrets::read(reader, &SPEAKER_SECRET, &SPEAKER_SECRET_FILE)?;
    let auth = SpeakerAuth::hs256(&secret, issuer.as_deref(), audience.as_deref());
    auth.map_err(|error| reader.problem(place, error)).ok()
}

fn jwks(reader: &mut Reader) -> Option<SpeakerAuth> {
    let (issuer, audience) = (reader.text(&ISSUER), reader.text(&AUDIENCE));
    let Some(place) = reader.text(&JWKS) else {
        reader.problem(&SPEAKER_AUTH, "jwks needs the public keys: name a file or an https URL with --jwks");
        return None;
    };
    if place.contains("://") {
        // The URL is not repeated: what is wrong may be that it holds a password.
        let keys = UrlKeys::new(&place).map_err(|error| reader.problem(&JWKS, error)).ok()?;
        return expecting(reader, keys, issuer, audience);
    }
    let auth = expecting(reader, FileKeys::new(place), issuer, audience)?;
    // A file can be judged now; a URL may be away and come back. The fetch counts as one from long ago, so that the
    // server fetches again when it starts.
    auth.refresh(Timestamp::from_millis(0)).map_err(|error| reader.problem(&JWKS, error)).ok()?;
    Some(auth)
}

fn expecting(
    reader: &mut Reader,
    keys: impl KeySource + 'static,
    issuer: Option<String>,
    audience: Option<String>,
) -> Option<SpeakerAuth> {
    let (issuer, audience) = (issuer.unwrap_or_default(), audience.unwrap_or_default());
    let auth = SpeakerAuth::jwks(keys, &issuer, &audience);
    auth.map_err(|missing| {
        reader.problems(
            &SPEAKER_AUTH,
            missing.iter().map(|what| format!("{what}: set --issuer and --audience")),
        );
    })
    .ok()
}

pub(super) fn operators(reader: &mut Reader) -> Option<OperatorAuth> {
    let Some((text, place)) = secrets::read_text(reader, &OPERATOR_TOKEN, &OPERATOR_TOKEN_FILE) else {
        return Some(OperatorAuth::default());
    };
    let tokens = text.split([',', '\n']).map(str::trim).filter(|token| !token.is_empty());
    OperatorAuth::new(tokens).map_err(|errors| reader.problems(place, errors)).ok()
}

pub(super) fn origins(reader: &mut Reader, listeners: &Listeners) -> Option<OriginPolicy> {
    let (origins, hosts) = (reader.list(&ALLOW_ORIGIN), reader.list(&ALLOW_HOST));
    if !hosts.is_empty() && !listeners.clients_on_loopback() {
        reader
            .warn(&ALLOW_HOST, "has no effect, since a server that is not on loopback answers to every name");
    }
    // Each is judged alone, so that every problem is found under its own name.
    let nothing: &[String] = &[];
    let on_loopback = listeners.clients_on_loopback();
    if let Err(errors) = OriginPolicy::new(&origins, nothing, on_loopback) {
        reader.problems(&ALLOW_ORIGIN, errors);
    }
    if let Err(errors) = OriginPolicy::new(nothing, &hosts, on_loopback) {
        reader.problems(&ALLOW_HOST, errors);
    }
    OriginPolicy::new(&origins, &hosts, on_loopback).ok()
}

pub(super) fn proxies(reader: &mut Reader) -> Option<TrustedProxies> {
    let headers =
        [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded].map(|header| (header.name(), header));
    let header = reader.choice(&PROXY_HEADER, &headers);
    let networks = reader.list(&TRUSTED_PROXY);
    let proxies = TrustedProxies::new(&networks, header.unwrap_or_default());
    proxies.map_err(|errors| reader.problems(&TRUSTED_PROXY, errors)).ok()
}

pub(super) fn metrics(
    reader: &mut Reader,
    listeners: &Listeners,
    operators: Option<&OperatorAuth>,
) -> MetricsAccess {
    use MetricsAccess::{Off, Open, Operator};
    let by_default = if listeners.clients_on_loopback() && !listeners.behind_proxy { Open } else { Operator };
    let chosen = reader.choice(&METRICS, &[("open", Open), ("operator", Operator), ("off", Off)]);
    if chosen == Some(Operator) && operators.is_some_and(|operators| !operators.is_configured()) {
        reader.problem(
            &METRICS,
            "there is no operator: name a file with --operator-token-file or set HEADCOUNT_OPERATOR_TOKEN",
        );
    }
    chosen.unwrap_or(by_default)
}

pub(super) fn management(
    reader: &mut Reader,
    listeners: &Listeners,
    operators: Option<&OperatorAuth>,
) -> Option<Management> {
    let signing_keys = signing_keys(reader);
    let Some(listen) = listeners.management else {
        for setting in
            [&MANAGEMENT_ACCESS_KEY_ID, &MANAGEMENT_SECRET_ACCESS_KEY_FILE, &MANAGEMENT_SECRET_ACCESS_KEY]
        {
            if reader.is_given(setting) && !reader.is_given(&MANAGEMENT_LISTEN) {
                reader.problem(
                    setting,
                    "only the @connections API uses it; set --management-listen or leave this out",
                );
            }
        }
        return None;
    };
    let nobody_may = signing_keys.is_none() && operators.is_some_and(|operators| !operators.is_configured());
    if nobody_may && !is_loopback(listen) {
        reader.problem(
            &MANAGEMENT_LISTEN,
            format!(
                "{listen} can be reached from other machines: set --management-access-key-id with \
                 --management-secret-access-key-file for AWS SDKs, or --operator-token-file"
            ),
        );
    }
    Some(Management { listen, signing_keys })
}

fn signing_keys(reader: &mut Reader) -> Option<SigningKeys> {
    let id = reader.text(&MANAGEMENT_ACCESS_KEY_ID);
    let secret =
        secrets::read_text(reader, &MANAGEMENT_SECRET_ACCESS_KEY, &MANAGEMENT_SECRET_ACCESS_KEY_FILE);
    let secret_is_given =
        reader.is_given(&MANAGEMENT_SECRET_ACCESS_KEY) || reader.is_given(&MANAGEMENT_SECRET_ACCESS_KEY_FILE);
    match (id, secret) {
        (Some(id), Some((secret, _))) => {
            let keys = SigningKeys { access_key_id: id, secret_access_key: Secret::new(secret) };
            if let Err(error) = keys.check() {
                reader.problem(&MANAGEMENT_ACCESS_KEY_ID, error);
            }
            Some(keys)
        }
        (Some(_), None) if !secret_is_given => {
            reader.problem(
                &MANAGEMENT_ACCESS_KEY_ID,
                "its secret is missing: name a file with --management-secret-access-key-file",
            );
            None
        }
        (None, Some((_, place))) => {
            reader.problem(place, "the id that goes with it is missing: set --management-access-key-id");
            None
        }
        (_, None) => None,
    }
}

/// Refuses to let everybody speak on a server that others can reach, unless that is said to be meant.
pub(super) fn exposure(reader: &mut Reader, listeners: &Listeners, speakers: Option<&SpeakerAuth>) {
    let insecure_open = reader.switch(&INSECURE_OPEN);
    let anybody_may_speak = speakers.is_some_and(SpeakerAuth::is_open);
    let Some(listen) = listeners.clients.filter(|_| anybody_may_speak) else { return };
    if is_loopback(listen) {
        if listeners.behind_proxy && !insecure_open {
            reader.warn(
                &SPEAKER_AUTH,
                "everybody whom the trusted proxy lets through may create sessions; set hs256 or jwks, or say \
                 --insecure-open if that is meant",
            );
        }
    } else if !insecure_open {
        reader.problem(
            &SPEAKER_AUTH,
            format!(
                "{listen} can be reached from other machines, where everybody could create sessions: set hs256 with \
                 --speaker-secret-file or jwks with --jwks, or say --insecure-open if that is meant"
            ),
        );
    } else {
        reader.warn(&INSECURE_OPEN, format!("everybody who can reach {listen} may create sessions"));
    }
}
