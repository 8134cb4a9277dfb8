//! How a connection ends: the close codes of the contract and the words beside them.

use crate::ErrorCode;

/// Why the server closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Close {
    /// The session has ended; `sessionEnded` came before.
    SessionEnded,
    /// The server is going away; another one, or this one a little later, takes over.
    Draining,
    /// The connection has reached its maximum age; a new one goes on.
    MaximumAge,
    /// A frame was longer than the hard limit.
    TooBig,
    /// The client read so slowly that its queue was full.
    SlowConsumer,
    /// Nothing was heard of the client for too long.
    Silent,
    /// The connection took no role in time.
    NoRole,
    /// A newer connection took its place.
    Superseded,
    /// An operator dropped it.
    Dropped,
    /// It was refused with this code; the error message came before.
    Refused(ErrorCode),
}

impl Close {
    /// The close code. What the client was too slow for has the code modelled on HTTP's 408.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::SessionEnded | Self::Dropped => 1000,
            Self::Draining | Self::MaximumAge => 1001,
            Self::TooBig => 1009,
            Self::SlowConsumer | Self::Silent | Self::NoRole => 4408,
            Self::Superseded => 4409,
            Self::Refused(code) => code.close_code(),
        }
    }

    /// The reason in the close frame: ASCII, well under the 123 bytes that RFC 6455 §5.5 leaves for it.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::SessionEnded => "session ended",
            Self::Draining => "server going away, connect again",
            Self::MaximumAge => "connection reached its maximum age, connect again",
            Self::TooBig => "message too big",
            Self::SlowConsumer => "slow consumer",
            Self::Silent => "no sign of life",
            Self::NoRole => "no role taken in time",
            Self::Dropped => "closed by the operator",
            Self::Superseded => "superseded by a newer connection",
            Self::Refused(code) => code.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closes_with_the_codes_of_the_contract() {
        assert_eq!(Close::SessionEnded.code(), 1000);
        assert_eq!((Close::Draining.code(), Close::TooBig.code()), (1001, 1009));
        assert_eq!((Close::SlowConsumer.code(), Close::Superseded.code()), (4408, 4409));
        assert_eq!(Close::Refused(ErrorCode::SessionFull).code(), 4503);
        assert_eq!(Close::Refused(ErrorCode::RateLimitExceeded).reason(), "RATE_LIMIT_EXCEEDED");
    }
}
