//! The figures as tables of comma-separated values (RFC 4180).

use crate::Report;

/// Which table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Table {
    /// A row for each language, and one for all.
    #[default]
    Languages,
    /// A row for each point of the curve, a column for each language.
    Curve,
    /// A row for each pair of languages that somebody changed between.
    Switches,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Languages, Self::Curve, Self::Switches];

    /// Its name in addresses and options.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Languages => "languages",
            Self::Curve => "curve",
            Self::Switches => "switches",
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == name)
    }
}

impl Report {
    /// One table of the report. Times are milliseconds since the Unix epoch.
    #[must_use]
    pub fn to_csv(&self, table: Table) -> String {
        let rows = match table {
            Table::Languages => self.language_rows(),
            Table::Curve => self.curve_rows(),
            Table::Switches => self.switch_rows(),
        };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for row in rows {
            // Writing to memory cannot fail, and all rows of a table have the same length.
            let _ = writer.write_record(row);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn language_rows(&self) -> Vec<Vec<String>> {
        let head =
            ["language", "peak", "peakAt", "average", "joins", "leaves", "listenerMinutes", "firstHeard"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.extend(self.languages.iter().map(|of| {
            vec![
                of.language.clone(),
                of.peak.to_string(),
                of.peak_at.to_string(),
                of.average.to_string(),
                of.joins.to_string(),
                of.leaves.to_string(),
                of.listener_minutes.to_string(),
                of.first_heard.to_string(),
            ]
        }));
        let all = &self.listeners;
        rows.push(vec![
            "*".to_owned(),
            all.peak.to_string(),
            all.peak_at.to_string(),
            all.average.to_string(),
            all.joins.to_string(),
            all.leaves.to_string(),
            all.listener_minutes.to_string(),
            String::new(),
        ]);
        rows
    }

    fn curve_rows(&self) -> Vec<Vec<String>> {
        let languages: Vec<&str> = self.languages.iter().map(|of| of.language.as_str()).collect();
        let head = ["at", "listenerCount"].into_iter().chain(languages.iter().copied());
        let mut rows = vec![head.map(str::to_owned).collect::<Vec<_>>()];
        rows.extend(self.curve.iter().map(|point| {
            let counts = languages.iter().map(|tag| point.count_of(tag));
            [point.at.as_millis(), point.listener_count]
                .into_iter()
                .chain(counts)
                .map(|number| number.to_string())
                .collect()
        }));
        rows
    }

    fn switch_rows(&self) -> Vec<Vec<String>> {
        let mut rows = vec![["from", "to", "count"].map(str::to_owned).to_vec()];
        let switches = self.switches.iter();
        rows.extend(switches.map(|of| vec![of.from.clone(), of.to.clone(), of.count.to_string()]));
        rows
    }
}
