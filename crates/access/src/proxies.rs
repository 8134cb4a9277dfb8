//! Whose word about a client's address is taken.

mod header;
#[cfg(test)]
mod tests;

pub use header::ForwardedHeader;
use ipnet::IpNet;
use std::net::IpAddr;

/// The proxies that are believed about their clients; by default none, and what they say is ignored.
///
/// One header is read, the one that they are known to set. With a choice of two, a client could send the one that
/// its proxy passes on untouched.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: ForwardedHeader,
}

/// A configured proxy is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("trusted proxy {0:?} is neither an address nor a network such as 10.0.0.0/8")]
pub struct InvalidProxy(pub String);

impl TrustedProxies {
    /// Trusts the addresses and networks in `texts` to set `header`.
    ///
    /// # Errors
    /// Every text that is neither.
    pub fn new<T: AsRef<str>>(
        texts: impl IntoIterator<Item = T>,
        header: ForwardedHeader,
    ) -> Result<Self, Vec<InvalidProxy>> {
        let (mut networks, mut problems) = (Vec::new(), Vec::new());
        for text in texts {
            let text = text.as_ref().trim();
            let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
            match network {
                Some(network) => networks.push(network),
                None => problems.push(InvalidProxy(text.to_owned())),
            }
        }
        if problems.is_empty() { Ok(Self { networks, header }) } else { Err(problems) }
    }

    /// The header whose values [`Self::client`] takes.
    #[must_use]
    pub const fn header(&self) -> ForwardedHeader {
        self.header
    }

    /// The client's address: `peer`, the other end of the socket, unless that is a trusted proxy. Then it is the
    /// rightmost hop in `values` that is not one: everything left of it is the client's own invention. Where all are
    /// proxies, it is the first of them. A hop on the way there that is no address (such as `unknown`) makes the
    /// whole header worthless, and `peer` it is.
    ///
    /// `values` are those of all headers of that name, in their order. An IPv4 address in an IPv6 one is given as
    /// IPv4.
    #[must_use]
    pub fn client<'a>(&self, peer: IpAddr, values: impl DoubleEndedIterator<Item = &'a [u8]>) -> IpAddr {
        let peer = peer.to_canonical();
        let mut client = peer;
        let hops = values.rev().flat_map(|value| value.rsplit(|byte| *byte == b','));
        for hop in hops {
            if !self.trusts(client) {
                break;
            }
            match self.header.address(hop) {
                Some(next) => client = next,
                None => return peer,
            }
        }
        client
    }

    /// Whether `address` is a trusted proxy.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }
}
