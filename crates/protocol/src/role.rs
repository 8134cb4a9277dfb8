//! The names of the two roles on the wire.

use crate::names::named_enum;
use headcount_core::Role;
use std::fmt;

named_enum! {
    /// What a connection is or wants to be, without the listener's language.
    pub enum RoleName {
        /// It broadcasts.
        Speaker = "speaker",
        /// It hears the broadcast.
        Listener = "listener",
    }
}

impl From<&Role> for RoleName {
    fn from(role: &Role) -> Self {
        match role {
            Role::Speaker => Self::Speaker,
            Role::Listener { .. } => Self::Listener,
        }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
