//! What a request wants, and of which connection, read from its method and its raw path.

use super::refusal::Refusal;
use headcount_core::ConnectionId;
use http::Method;
use percent_encoding::percent_decode_str;

/// What a request wants of which connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) action: Action,
    pub(super) connection: ConnectionId,
}

/// What the API can do with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Send it a message.
    Post,
    /// Show what is known of it.
    Get,
    /// Drop it.
    Delete,
}

impl Target {
    /// Reads `/{stage}/@connections/{id}`, or the same without a stage; any stage will do.
    ///
    /// SDKs write `@` as it is or as `%40`, and a `=` in the id as `%3D`. So the path is split as it came,
    /// and then every part is decoded once: an id may itself contain `%` or `/`.
    pub(super) fn of(method: &Method, path: &str) -> Result<Self, Refusal> {
        let connection = connection_part(path).ok_or(Refusal::NotFound)?;
        let action = match *method {
            Method::POST => Action::Post,
            Method::GET => Action::Get,
            Method::DELETE => Action::Delete,
            _ => return Err(Refusal::MethodNotAllowed),
        };
        let decoded =
            percent_decode_str(connection).decode_utf8().map_err(|_| Refusal::InvalidConnectionId)?;
        let connection = ConnectionId::parse(&decoded).map_err(|_| Refusal::InvalidConnectionId)?;
        Ok(Self { action, connection })
    }
}

/// The part of the path that names the connection, not decoded.
fn connection_part(path: &str) -> Option<&str> {
    let mut parts = path.strip_prefix('/')?.rsplitn(3, '/');
    let (connection, marker, stage) = (parts.next()?, parts.next()?, parts.next());
    let one_stage = stage.is_none_or(|stage| !stage.is_empty() && !stage.contains('/'));
    (one_stage && percent_decode_str(marker).eq(*b"@connections")).then_some(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(path: &str) -> Result<String, Refusal> {
        Target::of(&Method::GET, path).map(|target| target.connection.as_str().to_owned())
    }

    #[test]
    fn reads_the_id_as_any_sdk_writes_it() {
        for path in [
            "/prod/@connections/L0SM9cOFvHcCIhw=",
            "/prod/%40connections/L0SM9cOFvHcCIhw%3D",
            "/@connections/L0SM9cOFvHcCIhw%3d",
            "/%40connections/L0SM9cOFvHcCIhw=",
        ] {
            assert_eq!(id(path).as_deref(), Ok("L0SM9cOFvHcCIhw="), "{path}");
        }
    }

    #[test]
    fn decodes_once_and_after_splitting() {
        assert_eq!(id("/@connections/a%253D").as_deref(), Ok("a%3D"));
        assert_eq!(id("/@connections/a%2Fb").as_deref(), Ok("a/b"));
        assert_eq!(id("/@connections/..").as_deref(), Ok(".."));
    }

    #[test]
    fn other_paths_are_not_found() {
        for path in [
            "",
            "*",
            "/",
            "/@connections",
            "//@connections/a",
            "/a/b/@connections/c",
            "/@connections/a/",
            "/@Connections/a",
            "/%2540connections/a",
            "/prod%2F@connections/a",
            "/prod/connections/a",
        ] {
            assert_eq!(id(path), Err(Refusal::NotFound), "{path}");
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_a_bad_request() {
        for path in ["/@connections/", "/@connections/a%20b", "/@connections/%FF", "/@connections/%00"] {
            assert_eq!(id(path), Err(Refusal::InvalidConnectionId), "{path}");
        }
    }

    #[test]
    fn there_are_three_actions() {
        let action = |method| Target::of(&method, "/@connections/a").map(|target| target.action);
        assert_eq!(action(Method::POST), Ok(Action::Post));
        assert_eq!(action(Method::GET), Ok(Action::Get));
        assert_eq!(action(Method::DELETE), Ok(Action::Delete));
        assert_eq!(action(Method::PUT), Err(Refusal::MethodNotAllowed));
        assert_eq!(action(Method::HEAD), Err(Refusal::MethodNotAllowed));
    }
}
