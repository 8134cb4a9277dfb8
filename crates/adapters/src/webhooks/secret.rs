//! The secrets that deliveries are signed with, as the Standard Webhooks specification has them
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// How many bytes it holds.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// One secret. It shows itself to nobody.
#[derive(Clone)]
pub struct SigningSecret(hmac::Key);

/// It is no secret as the specification has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a secret is whsec_ and 24 to 64 random bytes in base64, as of `echo whsec_$(openssl rand -base64 32)`"
)]
pub struct NotASecret;

impl SigningSecret {
    /// Reads `whsec_…`.
    ///
    /// # Errors
    /// [`NotASecret`], which does not repeat it.
    pub fn parse(text: &str) -> Result<Self, NotASecret> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(NotASecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NotASecret)?;
        if !BYTES.contains(&bytes.len()) {
            return Err(NotASecret);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// `v1,` and the MAC of the delivery's name, the second of this try, and the body.
    fn sign(&self, delivery: &str, seconds: u64, body: &str) -> String {
        let tag = hmac::sign(&self.0, format!("{delivery}.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

/// The value of `webhook-signature`: one signature a secret, so that a receiver that knows any of them is satisfied
/// while secrets are exchanged.
pub(super) fn signatures(secrets: &[SigningSecret], delivery: &str, seconds: u64, body: &str) -> String {
    secrets.iter().map(|secret| secret.sign(delivery, seconds, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_signature_is_that_of_the_standard_libraries() {
        let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed =
            signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_is_no_secret_is_refused_and_not_repeated() {
        let long = format!("whsec_{}", STANDARD.encode([7; 65]));
        let short = format!("whsec_{}", STANDARD.encode([7; 23]));
        for text in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_hush!", &long, &short] {
            let error = SigningSecret::parse(text).unwrap_err();
            assert!(text.len() < 7 || !error.to_string().contains(text));
        }
        let shortest = format!("whsec_{}", STANDARD.encode([7; 24]));
        assert_eq!(format!("{:?}", SigningSecret::parse(&shortest).unwrap()), "SigningSecret(…)");
    }
}
