//! As much of DynamoDB's expressions as the store uses: conditions of keys, and `SET … REMOVE …`.

use crate::items::Item;
use serde_json::Value;
use std::str::Split;

/// A request, of which this reads the expressions.
pub(crate) struct Expressions<'a>(pub(crate) &'a Value);

impl<'a> Expressions<'a> {
    /// The attribute that `word` stands for.
    fn name(&self, word: &'a str) -> &'a str {
        self.0["ExpressionAttributeNames"][word].as_str().unwrap_or(word)
    }

    fn value(&self, word: &str) -> &'a Value {
        &self.0["ExpressionAttributeValues"][word]
    }

    /// The text that the next word stands for.
    fn next(&self, words: &mut Split<'a, char>) -> &'a str {
        self.value(words.next().unwrap_or_default())["S"].as_str().unwrap_or_default()
    }

    /// The parts of the condition of the key.
    pub(crate) fn key_conditions(&self) -> Result<Vec<Condition<'a>>, String> {
        let expression = self.0["KeyConditionExpression"].as_str().unwrap_or_default();
        let mut words = expression.split(' ');
        let mut conditions = Vec::new();
        while let Some(word) = words.next() {
            let holds = match words.next() {
                Some("=") => Comparison::Equals(self.next(&mut words)),
                Some(">") => Comparison::After(self.next(&mut words)),
                Some("BETWEEN") => {
                    let first = self.next(&mut words);
                    words.next();
                    Comparison::Between(first, self.next(&mut words))
                }
                _ => return Err(format!("a condition of the key: {expression}")),
            };
            conditions.push(Condition { name: self.name(word), holds });
            // The word AND, if there is another.
            words.next();
        }
        Ok(conditions)
    }

    /// Changes `item` as the update expression says. What is worked out from what was there is left out: it belongs to
    /// counters, whose values nothing here depends on.
    pub(crate) fn update(&self, item: &mut Item) {
        let expression = self.0["UpdateExpression"].as_str().unwrap_or_default();
        let (set, remove) = expression.split_once("REMOVE ").unwrap_or((expression, ""));
        let set = set.trim().strip_prefix("SET ").unwrap_or_default();
        for (name, word) in set.split(", ").filter_map(|part| part.split_once(" = ")) {
            let value = self.value(word.trim());
            if !value.is_null() {
                item.insert(self.name(name).to_owned(), value.clone());
            }
        }
        for name in remove.split(", ") {
            item.remove(self.name(name.trim()));
        }
    }
}

/// What an attribute of a key must be.
pub(crate) struct Condition<'a> {
    pub(crate) name: &'a str,
    pub(crate) holds: Comparison<'a>,
}

/// How it is compared, and with what.
pub(crate) enum Comparison<'a> {
    Equals(&'a str),
    After(&'a str),
    Between(&'a str, &'a str),
}

impl Comparison<'_> {
    pub(crate) fn of(&self, found: &str) -> bool {
        match self {
            Self::Equals(value) => found == *value,
            Self::After(value) => found > *value,
            Self::Between(first, last) => (*first..=*last).contains(&found),
        }
    }
}
