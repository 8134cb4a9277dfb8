//! The template as a tree of values, and how one asks it.

use super::yaml;
use serde_json::Value;

/// It is compiled in: a program goes with the template of its own version.
const TEXT: &str = include_str!("../../../../infra/aws/template.yaml");

/// The template says something that cannot be played, or was given a parameter that it does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("infra/aws/template.yaml: {0}")]
pub struct TemplateError(pub String);

/// The template.
pub(super) struct Template(Value);

impl Template {
    pub(super) fn read() -> Result<Self, TemplateError> {
        yaml::read(TEXT).map(Self)
    }

    /// What stands at `path` (RFC 6901).
    pub(super) fn at(&self, path: &str) -> Result<&Value, TemplateError> {
        self.0.pointer(path).ok_or_else(|| TemplateError(format!("there is no {path}")))
    }

    pub(super) fn text(&self, path: &str) -> Result<&str, TemplateError> {
        self.at(path)?.as_str().ok_or_else(|| TemplateError(format!("{path} is no text")))
    }

    pub(super) fn number(&self, path: &str) -> Result<u64, TemplateError> {
        self.at(path)?.as_u64().ok_or_else(|| TemplateError(format!("{path} is no number")))
    }

    pub(super) fn count(&self, path: &str) -> Result<u32, TemplateError> {
        u32::try_from(self.number(path)?).map_err(|_| TemplateError(format!("{path} is too large")))
    }

    pub(super) fn size(&self, path: &str) -> Result<usize, TemplateError> {
        usize::try_from(self.number(path)?).map_err(|_| TemplateError(format!("{path} is too large")))
    }

    /// The members of what stands at `path`.
    pub(super) fn members(&self, path: &str) -> Result<impl Iterator<Item = (&str, &Value)>, TemplateError> {
        let members = self.at(path)?.as_object();
        let members = members.ok_or_else(|| TemplateError(format!("{path} has no members")))?;
        Ok(members.iter().map(|(name, value)| (name.as_str(), value)))
    }

    /// The logical ids and the properties of all resources of one type.
    pub(super) fn resources<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let resources = self.0["Resources"].as_object().into_iter().flatten();
        let of_kind = resources.filter(move |(_, resource)| resource["Type"] == kind);
        of_kind.map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }

    /// The logical ids of all resources.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0["Resources"].as_object().into_iter().flatten().map(|(id, _)| id.as_str())
    }
}
