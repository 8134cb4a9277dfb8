//! Every setting of `headcount serve`, in the order of the help and of the documentation.

pub(crate) mod access;
pub(crate) mod limits;
pub(crate) mod network;
pub(crate) mod running;
pub(crate) mod store;
pub(crate) mod updates;
pub(crate) mod webhooks;

use super::Setting;

/// Settings that belong together.
#[derive(Debug)]
pub(crate) struct Group {
    /// The heading.
    pub(crate) title: &'static str,
    /// The settings below it.
    pub(crate) settings: &'static [&'static Setting],
}

/// All of them.
pub(crate) const GROUPS: &[Group] = &[
    network::GROUP,
    updates::GROUP,
    access::GROUP,
    limits::GROUP,
    webhooks::GROUP,
    store::GROUP,
    running::GROUP,
];

/// All settings, one after the other.
pub(crate) fn all() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings.iter().copied())
}

/// The setting of that name.
pub(crate) fn find(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name == name)
}
