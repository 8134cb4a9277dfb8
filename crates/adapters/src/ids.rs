//! Names that nobody can guess, from the randomness of the operating system.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use headcount_core::{ConnectionId, ports::Ids};
use rand::RngExt;

/// Random names from `rand`'s thread-local generator: ChaCha12, seeded and from time to time reseeded by the
/// operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn entropy(&self) -> u64 {
        rand::rng().random()
    }

    /// 128 random bits in base64url without padding (RFC 4648 §5): 22 characters, which a [`ConnectionId`]
    /// keeps without an allocation.
    fn connection_id(&self) -> ConnectionId {
        let bits: [u8; 16] = rand::rng().random();
        ConnectionId::parse(&URL_SAFE_NO_PAD.encode(bits)).expect("base64url is visible ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const MANY: usize = 10_000;

    #[test]
    fn connection_ids_are_22_characters_of_base64url_and_all_different() {
        let ids: HashSet<_> = (0..MANY).map(|_| RandomIds.connection_id()).collect();
        assert_eq!(ids.len(), MANY);
        for id in &ids {
            let url_safe = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            assert!(id.as_str().len() == 22 && id.as_str().bytes().all(url_safe));
        }
    }

    #[test]
    fn every_bit_of_the_entropy_varies() {
        let (ones, zeros) = (0..MANY).fold((0, 0), |(ones, zeros), _| {
            let entropy = RandomIds.entropy();
            (ones | entropy, zeros | !entropy)
        });
        assert_eq!((ones, zeros), (u64::MAX, u64::MAX));
    }
}
