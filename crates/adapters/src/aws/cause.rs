//! Why a call failed, in words that a log may have.

use std::error::Error;
use std::fmt::Write;

/// How many causes of causes are told; the SDK has some five.
const DEEPEST: usize = 12;

/// What the service said, if it said what is wrong; else what kept the call from it, each cause in its own words. The
/// SDK would add its debug form, which shows addresses and whole answers.
pub(crate) fn cause(error: &dyn Error, code: Option<&str>, message: Option<&str>) -> String {
    match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => chain(error),
    }
}

fn chain(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    for cause in causes.take(DEEPEST) {
        // Writing to a string cannot fail.
        let _ = write!(told, ": {cause}");
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[derive(Debug, thiserror::Error)]
    #[error("the call failed")]
    struct Failed(#[source] io::Error);

    #[test]
    fn a_service_speaks_for_itself_and_everything_else_by_its_causes() {
        let failed = Failed(io::Error::other("refused"));
        assert_eq!(cause(&failed, Some("Throttled"), Some("slowly")), "Throttled: slowly");
        assert_eq!(cause(&failed, Some("Throttled"), None), "Throttled");
        assert_eq!(cause(&failed, None, Some("what is this")), "the call failed: refused");
    }
}
