//! What counts as one address.

use std::net::{IpAddr, Ipv6Addr};

/// Whose requests are counted together with those of `address`: an IPv4 address, or the first address of an IPv6 /64,
/// since one subscriber has a whole /64 and would otherwise have 2⁶⁴ addresses. An IPv4 address mapped into IPv6 is
/// that IPv4 address.
#[must_use]
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}

/// An address as [`network_of`] counts it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AddressKey(IpAddr);

impl From<IpAddr> for AddressKey {
    fn from(address: IpAddr) -> Self {
        Self(network_of(address))
    }
}

/// Shows no address: it is personal.
impl std::fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressKey(…)")
    }
}
