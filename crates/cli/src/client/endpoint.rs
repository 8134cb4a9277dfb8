//! Where a server is.

use std::fmt;
use std::net::IpAddr;
use url::{Host, Url};

/// The address of a server: a scheme, a host, a port, and perhaps a stage (`https://host/prod`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// Reads `http`, `https`, `ws` and `wss` addresses; one without a scheme is `http`.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const HELP: &str = "write the server's address as http://127.0.0.1:8080 or https://example.org";
        let text = match text.split_once("://") {
            None => format!("http://{text}"),
            Some(("ws", rest)) => format!("http://{rest}"),
            Some(("wss", rest)) => format!("https://{rest}"),
            Some(("http" | "https", _)) => text.to_owned(),
            Some(_) => return Err(HELP.to_owned()),
        };
        let url = Url::parse(&text).map_err(|error| format!("{error}; {HELP}"))?;
        if url.host().is_none() || !url.username().is_empty() || url.password().is_some() {
            return Err(HELP.to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("leave out ? and # and what follows; a session is named with --session".to_owned());
        }
        Ok(Self(url))
    }

    /// The address to open a WebSocket at.
    pub(crate) fn socket(&self, query: &[(&str, &str)]) -> String {
        let mut url = self.0.clone();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        // Url refuses to turn http into ws, which it takes for another kind of scheme.
        format!("ws{}", url.as_str().trim_start_matches("http"))
    }

    /// The address of a page of the HTTP interface, such as `sessions/golden-eagle-427`.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// The host and port to connect to.
    pub(crate) fn host_and_port(&self) -> (String, u16) {
        let host = match self.0.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => String::new(),
        };
        (host, self.0.port_or_known_default().unwrap_or(80))
    }

    /// Whether the host is written as a loopback address of IPv4, which has sixteen million of them.
    pub(crate) fn is_ipv4_loopback(&self) -> bool {
        let (host, _) = self.host_and_port();
        host.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4() && address.is_loopback())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_usual_way_to_write_an_address() {
        for (text, shown, socket) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "ws://127.0.0.1:8080/"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080", "ws://127.0.0.1:8080/"),
            ("wss://example.org", "https://example.org", "wss://example.org/"),
            ("https://example.org/prod", "https://example.org/prod", "wss://example.org/prod"),
            ("ws://[::1]:9", "http://[::1]:9", "ws://[::1]:9/"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.to_string(), shown);
            assert_eq!(endpoint.socket(&[]), socket);
        }
    }

    #[test]
    fn refuses_what_would_be_misunderstood() {
        for text in ["", "ftp://host", "http://", "http://user:secret@host", "http://host/?sessionId=x"] {
            assert!(Endpoint::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn builds_addresses_of_sockets_and_pages() {
        let endpoint = Endpoint::parse("https://example.org/prod/").unwrap();
        assert_eq!(endpoint.page("sessions"), "https://example.org/prod/sessions");
        let socket = endpoint.socket(&[("sessionId", "a-b-100"), ("targetLanguage", "e&s")]);
        assert_eq!(socket, "wss://example.org/prod/?sessionId=a-b-100&targetLanguage=e%26s");
        assert_eq!(Endpoint::parse("[::1]:80").unwrap().host_and_port(), ("::1".to_owned(), 80));
    }

    #[test]
    fn knows_which_addresses_have_many_neighbours() {
        for (text, is) in
            [("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", false), ("localhost:1", false)]
        {
            assert_eq!(Endpoint::parse(text).unwrap().is_ipv4_loopback(), is, "{text}");
        }
    }
}
