//! Who may use the management API.

use super::sigv4::{AwsKeyPair, SCHEME, Signed};
use headcount_access::{OperatorAuth, OriginPolicy, bearer};
use headcount_core::Timestamp;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName};

/// Who may use the management API.
pub enum ManagementAccess {
    /// Whoever is on this machine and not a web page. For listeners on loopback; see [`Self::on_loopback`].
    Loopback(OriginPolicy),
    /// Whoever signs with the key pair or bears an operator token; with neither configured, nobody. Neither
    /// hides anything: who can listen on the way can repeat a signed request for five minutes and a token for
    /// ever, so outside of a trusted network a proxy with TLS belongs before it. The proxy must leave `Host`
    /// and the path as they are, because both are signed.
    Verified {
        /// The key pair of those who sign, as SDKs do.
        key: Option<AwsKeyPair>,
        /// The tokens of those who do not.
        operators: OperatorAuth,
    },
}

/// Why a caller is kept out. The texts are for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Forbidden {
    /// Sent by a web page, which every page in a browser on this machine could be.
    #[error("Web pages may not use this API")]
    WebPage,
    /// Called by a name that is not loopback's: a web page whose name was made to resolve to here.
    #[error("This listener answers to loopback names such as localhost only")]
    ForeignHost,
    /// No credentials, or of another kind.
    #[error(
        "Sign the request (AWS Signature Version 4, Authorization header) or send a Bearer operator token"
    )]
    NoCredentials,
    /// A signature of which something is missing or malformed.
    #[error(
        "The signature is incomplete: Authorization needs Credential, SignedHeaders (sorted, with host) and \
         Signature, and X-Amz-Date must be of the day in Credential"
    )]
    Incomplete,
    /// A signature for another service.
    #[error("The credential must be scoped to DATE/REGION/execute-api/aws4_request")]
    WrongScope,
    /// A signature made too long ago, or in the future.
    #[error("The signature is not current: X-Amz-Date is more than 5 minutes from the server's time")]
    NotCurrent,
    /// An unknown token or key, or a signature that does not fit the request. One text for all: it tells
    /// nobody how close they were.
    #[error("The token, the access key or the signature is not valid")]
    Invalid,
}

/// A caller whose headers are in order.
pub(super) enum Asker<'a> {
    /// May do what it asks for.
    Admitted,
    /// May do it if the signature fits the whole request.
    Signed(Signed<'a>),
}

impl ManagementAccess {
    /// Open to this machine: `Host` must be a loopback name, and no request may come from a web page.
    #[must_use]
    pub fn on_loopback() -> Self {
        let nothing: [&str; 0] = [];
        Self::Loopback(OriginPolicy::new(nothing, nothing, true).expect("nothing in it can be malformed"))
    }

    /// Judges a request by its headers, before any of its body is read.
    pub(super) fn screen<'a>(&'a self, head: &'a Parts, now: Timestamp) -> Result<Asker<'a>, Forbidden> {
        match self {
            Self::Loopback(names) => screen_local(names, &head.headers),
            Self::Verified { key, operators } => {
                let authorization = single(&head.headers, &AUTHORIZATION).ok_or(Forbidden::NoCredentials)?;
                if authorization.starts_with(SCHEME) {
                    let key = key.as_ref().ok_or(Forbidden::Invalid)?;
                    return Signed::screen(authorization, &head.headers, key, now).map(Asker::Signed);
                }
                let token = bearer(authorization).ok_or(Forbidden::NoCredentials)?;
                if operators.is_operator(token) { Ok(Asker::Admitted) } else { Err(Forbidden::Invalid) }
            }
        }
    }
}

impl Asker<'_> {
    /// Confirms the signature, if there is one, over the whole request.
    pub(super) fn confirm(&self, head: &Parts, payload: &[u8]) -> Result<(), Forbidden> {
        match self {
            Self::Admitted => Ok(()),
            Self::Signed(signed) => signed.confirm(head, payload),
        }
    }
}

fn screen_local<'a>(names: &OriginPolicy, headers: &HeaderMap) -> Result<Asker<'a>, Forbidden> {
    if headers.contains_key(ORIGIN) {
        return Err(Forbidden::WebPage);
    }
    let host = single(headers, &HOST).map(str::as_bytes);
    names.check(None, host, false).map_err(|_| Forbidden::ForeignHost)?;
    Ok(Asker::Admitted)
}

/// The value of a header that is there once, as text.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}
