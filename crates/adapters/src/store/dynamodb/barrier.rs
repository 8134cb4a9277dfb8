//! What holds joins back while their session is being ended.
//!
//! Ending writes all shards at once, and would lose to a stream of joins for ever. So whoever has lost once puts up this
//! item beside the shards: everybody who looks at them sees it, and waits before counting anybody. It is only a courtesy.
//! Nothing is wrong where it is overlooked, and it is over by itself where whoever put it up has died.

use super::item::{Item, item, millis, ms, n, number, s, secs, text};
use super::reach::{Key, Write};
use headcount_core::{SessionId, Timestamp};
use std::time::Duration;

/// The sort key. It lies among those of the shards, so that they are read together.
const KEY: &str = "audience#ending";

/// How long it holds unless it is put up anew: joins that are on their way are over by then.
const HOLDS: Duration = Duration::from_secs(2);

pub(super) fn key(session: &SessionId) -> Key {
    Key::status(session, KEY)
}

/// Until when it holds, if `item` is one, and of the session of that life.
pub(super) fn read(item: &Item, life: u64) -> Option<Timestamp> {
    let here = text(item, "sk") == Some(KEY) && number(item, "life") == Some(life);
    here.then(|| millis(item, "until"))?
}

pub(super) fn put_up(session: &SessionId, life: u64, now: Timestamp) -> Write {
    let until = now.plus(HOLDS);
    let item = item([
        ("pk", Some(s(session.as_str()))),
        ("sk", Some(s(KEY))),
        ("life", Some(n(life))),
        ("until", Some(ms(until))),
        ("exp", Some(n(secs(until)))),
    ]);
    Write::Put(key(session), item, None)
}
