//! Names as AWS makes them. They are random, so that none comes twice, even after a start.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use headcount_core::ConnectionId;

/// A name of 15 characters and a `=`, as API Gateway gives them to connections, requests and messages:
/// `L0SM9cOFvHcCIhw=`.
pub(crate) fn gateway_id() -> String {
    URL_SAFE.encode(rand::random::<[u8; 11]>())
}

/// The name of a connection.
pub(crate) fn connection_id() -> ConnectionId {
    ConnectionId::parse(&gateway_id()).expect("base64 is visible ASCII")
}

/// A random UUID (RFC 9562 §5.4).
pub(crate) fn uuid() -> String {
    const VERSION: u128 = 0x4 << 76;
    const VARIANT: u128 = 0b10 << 62;
    let bits = rand::random::<u128>() & !(0xf << 76) & !(0b11 << 62) | VERSION | VARIANT;
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_like_those_of_aws() {
        let id = gateway_id();
        assert!(id.len() == 16 && id.ends_with('=') && !id.ends_with("=="), "{id}");
        let uuid = uuid();
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
        assert_eq!(&uuid[14..15], "4", "{uuid}");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
}
