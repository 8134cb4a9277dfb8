//! Enums whose variants are names on the wire: one table an enum, so that a name cannot be forgotten in a list.

/// Declares an enum with a table of names. It gets `ALL`, `NAMES` (both in the order of the table), `as_str` and
/// `from_name`.
macro_rules! named_enum {
    (
        $(#[$about:meta])*
        $visible:vis enum $type:ident { $( $(#[$doc:meta])* $variant:ident = $name:literal ),+ $(,)? }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visible enum $type { $( $(#[$doc])* $variant ),+ }

        impl $type {
            /// All of them, in the order of the contract.
            $visible const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Their names, in the same order.
            $visible const NAMES: [&'static str; Self::ALL.len()] = [$($name),+];

            /// The name on the wire.
            #[must_use]
            $visible const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of that name.
            #[must_use]
            $visible fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use named_enum;
