//! The token in an `Authorization` header.

#[cfg(test)]
mod tests;

/// The token of an `Authorization: Bearer …` header's value; `None` if it is of another scheme or malformed.
///
/// The scheme is compared without regard to case (RFC 9110 §11.1), one or more spaces follow it, and the token
/// is a `token68` (RFC 6750 §2.1): letters, digits and `-._~+/`, then any number of `=`.
#[must_use]
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, rest) = header.trim_matches([' ', '\t']).split_once(' ')?;
    let token = rest.trim_start_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && is_token68(token)).then_some(token)
}

/// Whether `text` can be sent as a bearer token.
pub(crate) fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/'))
}
