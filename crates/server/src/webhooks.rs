//! Whom to tell over HTTP what happens: what webhooks are made of, and a way to try them out.

pub use crate::compose::webhooks::{
    Limits, NotASecret, NotATarget, Permits, Retries, Room, Settings, SigningSecret, Target, Topic, Trial,
    trust, try_out,
};
