//! Which web pages may talk to us through somebody's browser.
//!
//! A browser sends the page's origin with every WebSocket handshake but leaves it to the server to judge it.
//! On loopback the name in `Host` is judged too: a page can make its own name resolve to 127.0.0.1 (DNS rebinding)
//! and would then be of the same origin as a server that only listens at home.

use url::{Host, Url};

#[cfg(test)]
mod tests;

/// The rules for `Origin` and `Host`.
#[derive(Clone, Debug, Default)]
pub struct OriginPolicy {
    any_origin: bool,
    /// Beside our own, in the writing of [`normal_origin`].
    origins: Vec<String>,
    /// Beside those of loopback; `None` where any host will do.
    hosts: Option<Vec<Host<String>>>,
}

/// A request was refused for where it comes from. The text says what to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginRefused {
    /// The page is of another origin.
    #[error("This page's origin is not allowed; the server's allowed origins can be set")]
    ForeignOrigin,
    /// `Origin` is not an origin.
    #[error("The Origin header is malformed")]
    MalformedOrigin,
    /// `Host` is missing or not a host.
    #[error("The Host header is missing or malformed")]
    MalformedHost,
    /// A server on loopback was called by a name that is not loopback's.
    #[error("A server on loopback answers to localhost only; the server's allowed hosts can be set")]
    ForeignHost,
}

/// A configured origin or host is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOriginSetting {
    /// Not an origin.
    #[error("allowed origin {0:?} is neither an origin such as https://example.com nor *")]
    Origin(String),
    /// Not a host.
    #[error("allowed host {0:?} is not a host name or address without a port")]
    Host(String),
}

impl OriginPolicy {
    /// Allows `origins` beside our own; `*` is all of them. Where the server listens `on_loopback`, `Host` must be a
    /// loopback name or one of `hosts`; elsewhere any host will do and `hosts` has no effect.
    ///
    /// # Errors
    /// Every malformed setting.
    pub fn new<T: AsRef<str>>(
        origins: impl IntoIterator<Item = T>,
        hosts: impl IntoIterator<Item = T>,
        on_loopback: bool,
    ) -> Result<Self, Vec<InvalidOriginSetting>> {
        let (mut policy, mut known_hosts, mut problems) = (Self::default(), Vec::new(), Vec::new());
        for origin in origins {
            match origin.as_ref() {
                "*" => policy.any_origin = true,
                text => match normal_origin(text) {
                    Some(normal) => policy.origins.push(normal),
                    None => problems.push(InvalidOriginSetting::Origin(text.to_owned())),
                },
            }
        }
        for host in hosts {
            match Host::parse(host.as_ref()) {
                Ok(parsed) => known_hosts.push(parsed),
                Err(_) => problems.push(InvalidOriginSetting::Host(host.as_ref().to_owned())),
            }
        }
        policy.hosts = on_loopback.then_some(known_hosts);
        if problems.is_empty() { Ok(policy) } else { Err(problems) }
    }

    /// Judges a request by its `Origin` and `Host` headers; `tls` says whether it came over our own TLS. `None` is for
    /// a header that is absent, not for one that cannot be read.
    ///
    /// # Errors
    /// [`OriginRefused`] with the reason.
    pub fn check(&self, origin: Option<&[u8]>, host: Option<&[u8]>, tls: bool) -> Result<(), OriginRefused> {
        let host = host.and_then(|host| std::str::from_utf8(host).ok());
        self.check_host(host)?;
        match origin {
            Some(origin) if !self.any_origin => self.check_origin(origin, host, tls),
            _ => Ok(()),
        }
    }

    fn check_host(&self, host: Option<&str>) -> Result<(), OriginRefused> {
        let Some(known) = &self.hosts else { return Ok(()) };
        let url = host.and_then(|host| host_url("http", host)).ok_or(OriginRefused::MalformedHost)?;
        let is_known = url.host().is_some_and(|host| is_loopback(&host) || known.contains(&host.to_owned()));
        if is_known { Ok(()) } else { Err(OriginRefused::ForeignHost) }
    }

    /// The origin must be on the list or have the host and port of `Host`, where a port that is not written is the
    /// scheme's. Without TLS of our own there may be a proxy that has it, so the scheme is then that of the origin.
    /// `null`, which a browser sends for sandboxed and local pages, is of no origin and nobody's own.
    fn check_origin(&self, origin: &[u8], host: Option<&str>, tls: bool) -> Result<(), OriginRefused> {
        let origin = std::str::from_utf8(origin).map_err(|_| OriginRefused::MalformedOrigin)?;
        if origin == "null" {
            return Err(OriginRefused::ForeignOrigin);
        }
        let normal = normal_origin(origin).ok_or(OriginRefused::MalformedOrigin)?;
        if self.origins.contains(&normal) {
            return Ok(());
        }
        let page = web_origin(&normal).ok_or(OriginRefused::ForeignOrigin)?;
        let scheme = if tls { "https" } else { page.scheme() };
        let ours = host.and_then(|host| host_url(scheme, host)).ok_or(OriginRefused::MalformedHost)?;
        if ours.origin() == page.origin() { Ok(()) } else { Err(OriginRefused::ForeignOrigin) }
    }
}

/// Whether `host` is this machine: `localhost`, 127.0.0.0/8, `[::1]`.
pub(crate) fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => matches!(name.as_ref(), "localhost" | "localhost."),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.to_canonical().is_loopback(),
    }
}

/// One writing for every origin: lower case, the default port left out. Origins that are not the web's, such as those
/// of browser extensions and of pages inside apps, are only put into lower case.
fn normal_origin(text: &str) -> Option<String> {
    match text.split_once("://")? {
        (scheme, _) if is_web(scheme) => web_origin(text).map(|url| url.origin().ascii_serialization()),
        (scheme, rest) => (is_plain(scheme) && is_plain(rest)).then(|| text.to_ascii_lowercase()),
    }
}

/// `text` as the origin of a web page: a scheme, a host, perhaps a port, and nothing else.
fn web_origin(text: &str) -> Option<Url> {
    let (scheme, host) = text.split_once("://")?;
    if is_web(scheme) { host_url(scheme, host) } else { None }
}

fn is_web(scheme: &str) -> bool {
    ["http", "https"].into_iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// A `Host` header as the URL of `scheme` that it stands for.
fn host_url(scheme: &str, host: &str) -> Option<Url> {
    if is_plain(host) { Url::parse(&format!("{scheme}://{host}")).ok() } else { None }
}

/// Visible ASCII without what would make a URL out of more than a host and a port.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'/' | b'\\' | b'?' | b'#' | b'@'))
}
