//! What capabilities say, and its bytes: integers are big-endian, what has no fixed length comes last.

use headcount_core::cluster::NodeId;
use headcount_core::{ConnectionId, Link, LinkId, Place, Session, SessionId, Timestamp};

/// A session rather than its name, which is free for another one later.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    session: SessionId,
    created_at: Timestamp,
}

impl Bound {
    fn to(session: &Session) -> Self {
        Self { session: session.id.clone(), created_at: session.created_at }
    }

    fn is(&self, session: &Session) -> bool {
        self.session == session.id && self.created_at == session.created_at
    }
}

/// What a speaker token says.
pub(super) struct SpeakerClaim {
    bound: Bound,
    pub(super) expires_at: Timestamp,
}

impl SpeakerClaim {
    pub(super) fn of(session: &Session) -> Self {
        Self { bound: Bound::to(session), expires_at: session.expires_at }
    }

    pub(super) fn is_for(&self, session: &Session) -> bool {
        self.bound.is(session)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Bound { session, created_at } = &self.bound;
        let times = [created_at.as_millis().to_be_bytes(), self.expires_at.as_millis().to_be_bytes()];
        [times.as_flattened(), session.as_str().as_bytes()].concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (created_at, rest) = timestamp(bytes)?;
        let (expires_at, session) = timestamp(rest)?;
        Some(Self { bound: Bound { session: session_id(session)?, created_at }, expires_at })
    }
}

/// What a verified resume token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeClaim {
    bound: Bound,
    place: Place,
}

impl ResumeClaim {
    /// The name of the session that the place is in.
    #[must_use]
    pub const fn session_id(&self) -> &SessionId {
        &self.bound.session
    }

    /// The place, if it is one in `session`: not in another one, nor in an earlier one of the same name.
    #[must_use]
    pub fn place_in(self, session: &Session) -> Option<Place> {
        self.bound.is(session).then_some(self.place)
    }

    pub(super) fn of(session: &Session, place: &Place) -> Self {
        Self { bound: Bound::to(session), place: place.clone() }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Bound { session, created_at } = &self.bound;
        let (created_at, turn) = (created_at.as_millis().to_be_bytes(), self.place.turn.to_be_bytes());
        // Neither id holds a NUL, so one ends each. Where there is one node only, the place has no home, and what follows
        // the connection's is left out: so the tokens of both are read alike.
        let home = self.place.home.map(|home| home.bits().to_be_bytes());
        let home: [&[u8]; 2] = home.as_ref().map_or([&[], &[]], |home| [&[0], home]);
        let (session, first) = (session.as_str().as_bytes(), self.place.first.as_str().as_bytes());
        let parts: [&[u8]; 7] = [&created_at, &turn, session, &[0], first, home[0], home[1]];
        parts.concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (created_at, rest) = timestamp(bytes)?;
        let (turn, rest) = rest.split_first_chunk::<4>()?;
        let end = rest.iter().position(|b| *b == 0)?;
        let (session, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
        let (first, home) = match rest.iter().position(|b| *b == 0) {
            None => (rest, None),
            Some(end) => {
                let bits = rest.get(end + 1..)?.try_into().ok()?;
                (rest.get(..end)?, Some(NodeId::new(u64::from_be_bytes(bits))))
            }
        };
        let first = ConnectionId::parse(std::str::from_utf8(first).ok()?).ok()?;
        let place = Place { first, turn: u32::from_be_bytes(*turn), home };
        Some(Self { bound: Bound { session: session_id(session)?, created_at }, place })
    }
}

/// What a verified link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkClaim {
    bound: Bound,
    link: LinkId,
}

impl LinkClaim {
    /// The link in `session`, if it is one there and is good at `now`: not in an earlier session of the same name, not
    /// taken back, not expired.
    #[must_use]
    pub fn link_in<'a>(&self, session: &'a Session, now: Timestamp) -> Option<&'a Link> {
        let link = self.bound.is(session).then(|| session.link(&self.link)).flatten();
        link.filter(|link| link.is_good(now))
    }

    /// Whether it is of `session`, good or not.
    #[must_use]
    pub fn is_of(&self, session: &Session) -> bool {
        self.bound.is(session)
    }

    pub(super) fn of(session: &Session, link: &LinkId) -> Self {
        Self { bound: Bound::to(session), link: link.clone() }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Bound { session, created_at } = &self.bound;
        // The name of a link has always 16 bytes.
        let (created_at, link) = (created_at.as_millis().to_be_bytes(), self.link.as_str().as_bytes());
        [&created_at, link, session.as_str().as_bytes()].concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (created_at, rest) = timestamp(bytes)?;
        let (link, session) = rest.split_first_chunk::<16>()?;
        let link = LinkId::parse(std::str::from_utf8(link).ok()?)?;
        Some(Self { bound: Bound { session: session_id(session)?, created_at }, link })
    }
}

fn timestamp(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (millis, rest) = bytes.split_first_chunk::<8>()?;
    Some((Timestamp::from_millis(u64::from_be_bytes(*millis)), rest))
}

fn session_id(bytes: &[u8]) -> Option<SessionId> {
    SessionId::parse(std::str::from_utf8(bytes).ok()?).ok()
}
