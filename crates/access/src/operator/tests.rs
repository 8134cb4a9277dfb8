//! Tests of operator tokens.

use super::{InvalidOperatorToken, OperatorAuth};

#[test]
fn any_configured_token_makes_an_operator_and_no_other_text_does() {
    let auth = OperatorAuth::new(["first-token-0123456789", "second-token-012345678"]).unwrap();
    assert!(auth.is_configured());
    assert!(auth.is_operator("first-token-0123456789") && auth.is_operator("second-token-012345678"));
    for text in ["", "first-token-012345678", "first-token-01234567890", "FIRST-TOKEN-0123456789"] {
        assert!(!auth.is_operator(text), "{text}");
    }
}

#[test]
fn nobody_is_operator_without_a_token() {
    let auth = OperatorAuth::default();
    assert!(!auth.is_configured() && !auth.is_operator(""));
}

#[test]
fn every_weak_token_is_named_by_its_position_only() {
    let too_long = "x".repeat(1_025);
    let tokens = ["fifteen-letters", "sixteen--letters", "has spaces in it, 0123456789", &too_long];
    let problems = OperatorAuth::new(tokens).err().unwrap();
    assert_eq!(problems, [1, 3, 4].map(|position| InvalidOperatorToken { position }));
    assert!(!problems[0].to_string().contains("fifteen"));
}
