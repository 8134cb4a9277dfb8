//! What counts as one address.

use std::net::{IpAddr, Ipv4Addr};

/// An IPv4 address or an IPv6 /64: one subscriber has a whole /64 and would otherwise have 2⁶⁴ addresses.
/// An IPv4 address mapped into IPv6 is that IPv4 address.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AddressKey(Network);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Network {
    V4(Ipv4Addr),
    /// The upper 64 bits.
    V6([u8; 8]),
}

impl From<IpAddr> for AddressKey {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => Network::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Network::V6([a, b, c, d, e, f, g, h])
            }
        })
    }
}

/// Shows no address: it is personal.
impl std::fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressKey(…)")
    }
}
