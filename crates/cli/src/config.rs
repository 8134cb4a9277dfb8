//! The configuration of `headcount serve`, from what people write to what the server takes.
//!
//! Two stages. [`Flags`] are what stood on the command line; [`RawConfig::gather`] lays them over the environment,
//! the file and the defaults, all of it still text. [`RawConfig::check`] makes [`Checked`] values of it, or a list of
//! everything that is wrong. `settings` is the one table that all of it, the help and the documentation follow.

mod check;
#[cfg(test)]
mod docs;
mod file;
mod flags;
mod given;
mod problem;
mod raw;
mod reader;
mod setting;
mod settings;
mod show;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

pub(crate) use check::{Checked, LogFormat};
pub(crate) use flags::Flags;
pub(crate) use given::{Given, Source};
pub(crate) use problem::Problem;
pub(crate) use raw::RawConfig;
pub(crate) use setting::{Kind, Setting};

/// The process's environment.
#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
