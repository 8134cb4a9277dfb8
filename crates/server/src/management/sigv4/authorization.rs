//! What an `Authorization` header of Signature Version 4 says.

/// The name of the scheme, in the header and in what is signed.
pub(in crate::management) const SCHEME: &str = "AWS4-HMAC-SHA256";

/// The parts of the header.
pub(super) struct Authorization<'a> {
    pub(super) access_key_id: &'a str,
    pub(super) scope: Scope<'a>,
    /// The names of the headers that are signed: lower case, sorted, no two the same, `host` among them.
    pub(super) signed_headers: Vec<&'a str>,
    pub(super) signature: [u8; 32],
}

/// What the signing key is good for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// As `YYYYMMDD`.
    pub(super) day: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads `AWS4-HMAC-SHA256 Credential=ID/DAY/REGION/SERVICE/aws4_request, SignedHeaders=a;b,
    /// Signature=HEX`. The three parts may come in any order and with or without the spaces; `None` if
    /// anything is missing, double or unknown.
    pub(super) fn parse(header: &'a str) -> Option<Self> {
        let parts = header.strip_prefix(SCHEME)?.strip_prefix(' ')?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in parts.split(',') {
            let (name, value) = part.trim_matches(' ').split_once('=')?;
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return None,
            };
            if slot.replace(value).is_some() {
                return None;
            }
        }
        let (access_key_id, scope) = parse_credential(credential?)?;
        let signed_headers = parse_signed_headers(signed_headers?)?;
        let signature = parse_signature(signature?)?;
        Some(Self { access_key_id, scope, signed_headers, signature })
    }
}

fn parse_credential(text: &str) -> Option<(&str, Scope<'_>)> {
    let mut parts = text.split('/');
    let (id, day, region) = (parts.next()?, parts.next()?, parts.next()?);
    let (service, last) = (parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && last == "aws4_request" && day.len() == 8 && !region.is_empty();
    whole.then_some((id, Scope { day, region, service }))
}

fn parse_signed_headers(text: &str) -> Option<Vec<&str>> {
    let names: Vec<&str> = text.split(';').collect();
    let sorted = names.is_sorted_by(|one, next| one < next);
    let lower = names.iter().all(|name| !name.bytes().any(|b| b.is_ascii_uppercase()));
    (sorted && lower && names.contains(&"host")).then_some(names)
}

fn parse_signature(text: &str) -> Option<[u8; 32]> {
    let mut signature = [0; 32];
    hex::decode_to_slice(text, &mut signature).ok()?;
    Some(signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIAL: &str = "Credential=AKID/20261124/eu-central-1/execute-api/aws4_request";
    const HEADERS: &str = "SignedHeaders=host;x-amz-date";

    fn signature() -> String {
        format!("Signature={}", "0a".repeat(32))
    }

    #[test]
    fn reads_the_parts_in_any_order_with_or_without_spaces() {
        let signature = signature();
        for header in [
            format!("{SCHEME} {CREDENTIAL}, {HEADERS}, {signature}"),
            format!("{SCHEME} {signature},{CREDENTIAL},{HEADERS}"),
        ] {
            let read = Authorization::parse(&header).unwrap();
            assert_eq!(read.access_key_id, "AKID");
            let Scope { day, region, service } = read.scope;
            assert_eq!([day, region, service], ["20261124", "eu-central-1", "execute-api"]);
            assert_eq!(read.signed_headers, ["host", "x-amz-date"]);
            assert_eq!(read.signature, [10; 32]);
        }
    }

    #[test]
    fn whatever_is_missing_double_or_unknown_spoils_it() {
        let signature = signature();
        let all = format!("{CREDENTIAL}, {HEADERS}, {signature}");
        for header in [
            String::new(),
            SCHEME.to_owned(),
            format!("{SCHEME}{all}"),
            format!("AWS4-ECDSA-P256-SHA256 {all}"),
            format!("{SCHEME} {CREDENTIAL}, {HEADERS}"),
            format!("{SCHEME} {all}, {signature}"),
            format!("{SCHEME} {all}, More=1"),
            format!("{SCHEME} {all},"),
            format!("{SCHEME} {}", all.replace("host;", "")),
            format!("{SCHEME} {}", all.replace("host;x-amz-date", "x-amz-date;host")),
            format!("{SCHEME} {}", all.replace("host;", "host;host;")),
            format!("{SCHEME} {}", all.replace("host;", "Host;host;")),
            format!("{SCHEME} {}", all.replace("aws4_request", "aws4")),
            format!("{SCHEME} {}", all.replace("/eu-central-1", "")),
            format!("{SCHEME} {}", all.replace("eu-central-1", "")),
            format!("{SCHEME} {}", all.replace("20261124", "2026112")),
            format!("{SCHEME} {}", all.replace("Signature=0a", "Signature=")),
            format!("{SCHEME} {}", all.replace("Signature=0a", "Signature=xx")),
        ] {
            assert!(Authorization::parse(&header).is_none(), "{header}");
        }
    }
}
