//! Who may read the metrics.

/// Who may read `/metrics`. They name no session and no person, but they tell how many listen in which languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Everybody who reaches the server.
    Open,
    /// Whoever has an operator's token.
    Operator,
    /// Nobody; the path is not found.
    Off,
}
