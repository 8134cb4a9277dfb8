//! Items as DynamoDB writes them, in memory.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Bound;

/// One item: attributes with their types.
pub(crate) type Item = Map<String, Value>;

/// Items by their keys. What is written is written, whatever its condition: there is one writer.
#[derive(Clone)]
pub(crate) struct Table {
    /// The attributes of the key.
    key: &'static [&'static str],
    items: BTreeMap<Vec<String>, Item>,
}

impl Table {
    pub(crate) const fn new(key: &'static [&'static str]) -> Self {
        Self { key, items: BTreeMap::new() }
    }

    pub(crate) fn get(&self, key: &Item) -> Option<&Item> {
        self.items.get(&self.key_of(key))
    }

    pub(crate) fn put(&mut self, item: Item) {
        self.items.insert(self.key_of(&item), item);
    }

    pub(crate) fn delete(&mut self, key: &Item) {
        self.items.remove(&self.key_of(key));
    }

    /// The item of `key`, made if there is none.
    pub(crate) fn change(&mut self, key: &Item) -> &mut Item {
        self.items.entry(self.key_of(key)).or_insert_with(|| key.clone())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Item> {
        self.items.values_mut()
    }

    /// All items with that value of the first attribute of the key, in the order of the others.
    pub(crate) fn partition(&self, value: &str) -> impl Iterator<Item = &Item> {
        let from = vec![value.to_owned()];
        let items = self.items.range((Bound::Included(from), Bound::Unbounded));
        items.take_while(move |(key, _)| key[0] == value).map(|(_, item)| item)
    }

    /// Whether `name` is the first attribute of the key.
    pub(crate) fn is_hash(&self, name: &str) -> bool {
        self.key[0] == name
    }

    /// The attributes of the key of `item`.
    pub(crate) fn only_key(&self, item: &Item) -> Item {
        self.key.iter().map(|name| ((*name).to_owned(), item[*name].clone())).collect()
    }

    fn key_of(&self, item: &Item) -> Vec<String> {
        self.key.iter().map(|name| text(item, name).unwrap_or_default().to_owned()).collect()
    }
}

/// The text of that name.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?["S"].as_str()
}
