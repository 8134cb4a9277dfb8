//! Why a database could not be opened, and what to do about it.

use std::path::PathBuf;

/// The store was not opened; nothing on disk was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be used.
    #[error("the data directory {} cannot be used: {cause}; give a directory that the server may write to", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// Another process has it.
    #[error(
        "{} is in use by another process; stop the other server, or give this one a data directory of its own",
        file.display()
    )]
    Locked {
        /// The database.
        file: PathBuf,
    },
    /// Not a database, or a damaged one.
    #[error(
        "{} is damaged or not a database ({cause}); it was left as it is: restore it from a backup, or move it away \
         to start with an empty one",
        file.display()
    )]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A database of somebody else.
    #[error("{} is a database of another program; give a data directory of Headcount's own", file.display())]
    Foreign {
        /// The database.
        file: PathBuf,
    },
    /// Written by a later version.
    #[error(
        "{} was written by a later version of Headcount (format {found}, this one knows {known}); run that version",
        file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// Its format.
        found: i64,
        /// The latest format that this version knows.
        known: i64,
    },
    /// Anything else.
    #[error(
        "{} cannot be opened: {cause}; check that it can be read and written and that the disk has room",
        file.display()
    )]
    Failed {
        /// The database.
        file: PathBuf,
        /// What SQLite said.
        cause: String,
    },
}
