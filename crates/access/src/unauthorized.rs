//! The one refusal of a token: one text for the client, its cause for the log.

/// A token was refused. What a client reads does not depend on why, so that nobody can probe for the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The token is missing, malformed, expired or not signed by whom it says")]
pub struct Unauthorized(Cause);

impl Unauthorized {
    pub(crate) const fn because(cause: Cause) -> Self {
        Self(cause)
    }

    /// Why, for logs. It holds nothing of the token.
    #[must_use]
    pub const fn cause(self) -> Cause {
        self.0
    }

    /// Whether the token is good, and only of somebody else: what is asked for is not theirs (HTTP 403, where every
    /// other refusal is 401).
    #[must_use]
    pub const fn is_of_another_user(self) -> bool {
        matches!(self.0, Cause::NotTheOwner)
    }

    /// Whether newer keys could change the answer: worth a [`crate::SpeakerAuth::refresh`], or waiting for one that
    /// runs already, and then a second look at the token.
    #[must_use]
    pub const fn wants_refresh(self) -> bool {
        matches!(self.0, Cause::UnknownKey | Cause::NoKeys)
    }
}

/// Why a token was refused; for logs, never for clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// There was no token.
    Missing,
    /// It is longer than any token of its kind.
    TooLong,
    /// It is not a token of the expected kind, or not one at all.
    Malformed,
    /// It names an algorithm other than that of its key.
    WrongAlgorithm,
    /// No key that we know has signed it. Newer keys may know better.
    UnknownKey,
    /// The keys could not be fetched for a day, or never.
    NoKeys,
    /// The signature is not that of its key.
    BadSignature,
    /// It comes from another issuer, or from none.
    WrongIssuer,
    /// It is meant for somebody else, or for nobody.
    WrongAudience,
    /// Its subject is no user id.
    BadSubject,
    /// It is for another session, or an earlier one of the same name.
    WrongSession,
    /// It is the login of somebody who did not create the session.
    NotTheOwner,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
}

impl Cause {
    /// A stable name for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong => "too_long",
            Self::Malformed => "malformed",
            Self::WrongAlgorithm => "wrong_algorithm",
            Self::UnknownKey => "unknown_key",
            Self::NoKeys => "no_keys",
            Self::BadSignature => "bad_signature",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::BadSubject => "bad_subject",
            Self::WrongSession => "wrong_session",
            Self::NotTheOwner => "not_the_owner",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
        }
    }
}
