//! Seeds that have found something, by what that was.
