//! Tests of the `Authorization` header.

use super::bearer;

#[test]
fn finds_the_token_whatever_the_case_of_the_scheme() {
    for header in
        ["Bearer abc.def-_~+/=", "bearer abc.def-_~+/=", "BEARER   abc.def-_~+/=", " Bearer abc.def-_~+/= "]
    {
        assert_eq!(bearer(header), Some("abc.def-_~+/="), "{header}");
    }
}

#[test]
fn finds_nothing_in_other_headers() {
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer =",
        "Basic abc",
        "abc",
        "Bearer a b",
        "Bearer a,b",
        "Bearer ä",
        "Bearerabc x",
    ] {
        assert_eq!(bearer(header), None, "{header}");
    }
}
