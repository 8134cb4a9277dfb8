//! The canonical form of a request: the one text that signer and verifier both arrive at.

use super::hex_sha256;
use http::{HeaderMap, HeaderName};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same, but for paths, where slashes stay.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// The canonical form of a request to `target`, which is its path and its query as they came. `None` if a
/// signed header is missing or is not text.
pub(super) fn request(
    method: &str,
    target: (&str, &str),
    headers: &HeaderMap,
    signed_headers: &[&str],
    payload: &[u8],
) -> Option<String> {
    let (path, query) = (canonical_path(target.0), canonical_query(target.1));
    let headers = canonical_headers(headers, signed_headers)?;
    let (names, hash) = (signed_headers.join(";"), hex_sha256(payload));
    Some(format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{hash}"))
}

/// The path without `.`, `..` (RFC 3986 §5.2.4) and empty segments, encoded once more. It came encoded, so
/// that is twice in all, as for every service but S3.
fn canonical_path(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name),
        }
    }
    let end = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    utf8_percent_encode(&format!("/{}{end}", segments.join("/")), RESERVED_IN_PATH).to_string()
}

/// The query's parameters, each encoded the one proper way, sorted by name and then by value.
fn canonical_query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut encoded: Vec<(String, String)> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encoded_anew(name), encoded_anew(value))
        })
        .collect();
    encoded.sort();
    encoded.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn encoded_anew(text: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    percent_encode(&bytes, RESERVED).to_string()
}

/// One line for each signed header.
fn canonical_headers(headers: &HeaderMap, signed_headers: &[&str]) -> Option<String> {
    signed_headers.iter().map(|name| Some(format!("{name}:{}\n", canonical_value(headers, name)?))).collect()
}

/// The values of a header, each trimmed and with single spaces, in the order in which they came.
fn canonical_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let values: Option<Vec<String>> = headers
        .get_all(name)
        .iter()
        .map(|value| Some(value.to_str().ok()?.split_ascii_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    values.filter(|values| !values.is_empty()).map(|values| values.join(","))
}
