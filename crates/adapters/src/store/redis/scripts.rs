//! The scripts: what has to be decided in one step, decided where the data is.

use ::redis::{Cmd, Pipeline};
use std::sync::LazyLock;

/// One script. Its file says what it does, and what its keys and arguments are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Advance,
    Beat,
    Create,
    End,
    Ended,
    Farewell,
    Keep,
    Known,
    Publish,
    Replace,
    Restore,
    Settle,
}

const SOURCES: [(Script, &str); 12] = [
    (Script::Advance, include_str!("scripts/advance.lua")),
    (Script::Beat, include_str!("scripts/beat.lua")),
    (Script::Create, include_str!("scripts/create.lua")),
    (Script::End, include_str!("scripts/end.lua")),
    (Script::Ended, include_str!("scripts/ended.lua")),
    (Script::Farewell, include_str!("scripts/farewell.lua")),
    (Script::Keep, include_str!("scripts/keep.lua")),
    (Script::Known, include_str!("scripts/known.lua")),
    (Script::Publish, include_str!("scripts/publish.lua")),
    (Script::Replace, include_str!("scripts/replace.lua")),
    (Script::Restore, include_str!("scripts/restore.lua")),
    (Script::Settle, include_str!("scripts/settle.lua")),
];

/// The name that the server gives each of [`SOURCES`], in their order.
static HASHES: LazyLock<Vec<String>> = LazyLock::new(|| {
    SOURCES.iter().map(|(_, source)| ::redis::Script::new(source).get_hash().to_owned()).collect()
});

impl Script {
    /// A call with these keys; arguments are to be added.
    pub(super) fn call(self, keys: &[&str]) -> Cmd {
        let mut call = ::redis::cmd("EVALSHA");
        call.arg(&HASHES[self as usize]).arg(keys.len()).arg(keys);
        call
    }
}

/// What makes the scripts known to a server.
pub(super) fn loading() -> Vec<Cmd> {
    let load = |(_, source): &(Script, &str)| {
        let mut load = ::redis::cmd("SCRIPT");
        load.arg("LOAD").arg(*source);
        load
    };
    SOURCES.iter().map(load).collect()
}

/// `commands`, to be sent together.
pub(super) fn together(commands: &[Cmd]) -> Pipeline {
    let mut pipeline = Pipeline::with_capacity(commands.len());
    for command in commands {
        pipeline.add_command(command.clone());
    }
    pipeline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_is_in_its_place_and_says_what_it_is_for() {
        for (at, (script, source)) in SOURCES.iter().enumerate() {
            assert_eq!(*script as usize, at);
            for head in ["-- KEYS: ", "-- Result: "] {
                assert!(source.contains(head), "{script:?} does not say {head}");
            }
        }
    }
}
