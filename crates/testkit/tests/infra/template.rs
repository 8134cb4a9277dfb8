//! A template of CloudFormation, read so that its own functions (`!Ref`, `!Sub`, …) can be asked about.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// One template.
pub(crate) struct Template {
    pub(crate) text: String,
    root: Value,
}

/// One resource of it.
#[derive(Clone, Copy)]
pub(crate) struct Resource<'a> {
    pub(crate) id: &'a str,
    value: &'a Value,
    /// What SAM gives to every function.
    globals: &'a Value,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate lies two folders below the root")
}

/// A file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All Rust sources below a folder of the repository, one after the other.
pub(crate) fn sources(folder: &str) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}")) {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("a name is text");
        let path = format!("{folder}/{name}");
        if root().join(&path).is_dir() {
            text += &sources(&path);
        } else if name.ends_with(".rs") {
            text += &read(&path);
        }
    }
    text
}

impl Template {
    /// The stack of its own.
    pub(crate) fn green() -> Self {
        Self::parse(read("infra/aws/template.yaml"))
    }

    /// The one that is attached to what others have.
    pub(crate) fn brown() -> Self {
        Self::parse(read("infra/aws/attach.yaml"))
    }

    pub(crate) fn parse(text: String) -> Self {
        let documents = Yaml::load_from_str(&text).expect("the template is YAML");
        let [document] = documents.as_slice() else { panic!("a template is one document") };
        let root = json(document);
        Self { text, root }
    }

    /// The same with one piece of its text replaced, which must be there.
    pub(crate) fn with(&self, piece: &str, other: &str) -> Self {
        assert!(self.text.contains(piece), "the template does not say {piece:?}");
        Self::parse(self.text.replace(piece, other))
    }

    /// What stands at `path`, such as `/Parameters/StageName/Default`.
    pub(crate) fn at(&self, path: &str) -> &Value {
        self.root.pointer(path).unwrap_or(&Value::Null)
    }

    /// The members of what stands at `path`.
    pub(crate) fn members(&self, path: &str) -> impl Iterator<Item = (&str, &Value)> {
        members(self.at(path))
    }

    pub(crate) fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        let globals = self.at("/Globals/Function");
        self.members("/Resources").map(move |(id, value)| Resource { id, value, globals })
    }

    /// The resources of the type `kind`.
    pub(crate) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = Resource<'a>> {
        self.resources().filter(move |resource| resource.kind() == kind)
    }

    /// The resource that `value` refers to, by `!Ref` or `!GetAtt`.
    pub(crate) fn referred(&self, value: &Value) -> Option<Resource<'_>> {
        let id = value.get("Ref").or_else(|| value.pointer("/Fn::GetAtt/0"))?.as_str()?;
        self.resources().find(|resource| resource.id == id)
    }
}

impl<'a> Resource<'a> {
    pub(crate) fn kind(self) -> &'a str {
        self.value["Type"].as_str().expect("every resource has a type")
    }

    /// What it stands under, if it does.
    pub(crate) fn condition(self) -> Option<&'a str> {
        self.value["Condition"].as_str()
    }

    /// A property, by its path below `Properties`. A function has what SAM gives to all, too.
    pub(crate) fn property(self, path: &str) -> &'a Value {
        let own = self.value.pointer(&format!("/Properties/{path}"));
        let shared = || self.globals.pointer(&format!("/{path}"));
        let found = if self.kind() == "AWS::Serverless::Function" { own.or_else(shared) } else { own };
        found.unwrap_or(&Value::Null)
    }

    /// All its properties, for a look at everything.
    pub(crate) fn properties(self) -> &'a Value {
        &self.value["Properties"]
    }
}

/// The members of an object; of anything else, none.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The elements of a list; one value alone stands for a list of it, as in policies.
pub(crate) fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(elements) => elements,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// The long form of CloudFormation: `!Ref X` is `{"Ref": "X"}`, `!Sub x` is `{"Fn::Sub": "x"}`, `!GetAtt A.B` is
/// `{"Fn::GetAtt": ["A", "B"]}`.
pub(crate) fn json(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(it)) => json!(it),
        Yaml::Value(Scalar::Integer(it)) => json!(it),
        Yaml::Value(Scalar::FloatingPoint(it)) => json!(it.into_inner()),
        Yaml::Value(Scalar::String(it)) => json!(it),
        Yaml::Sequence(elements) => elements.iter().map(json).collect(),
        Yaml::Mapping(members) => {
            let name = |name: &Yaml<'_>| name.as_str().expect("names of members are strings").to_owned();
            Value::Object(members.iter().map(|(key, value)| (name(key), json(value))).collect())
        }
        Yaml::Tagged(tag, tagged) => function(&tag.suffix, json(tagged)),
        other => panic!("not expected in a template: {other:?}"),
    }
}

fn function(name: &str, argument: Value) -> Value {
    let (name, argument) = match (name, &argument) {
        ("Ref" | "Condition", _) => (name.to_owned(), argument),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').expect("!GetAtt names an attribute");
            ("Fn::GetAtt".to_owned(), json!([resource, attribute]))
        }
        _ => (format!("Fn::{name}"), argument),
    };
    Value::Object(Map::from_iter([(name, argument)]))
}

#[test]
fn functions_are_read_in_their_long_form() {
    let template = Template::parse(
        "A: !Ref B\nC: !GetAtt D.E.F\nG: !Sub x-${H}\nI: !If [J, !Ref K, 5]\nL: \"5\"\n".to_owned(),
    );
    let wanted = json!({
        "A": { "Ref": "B" }, "C": { "Fn::GetAtt": ["D", "E.F"] }, "G": { "Fn::Sub": "x-${H}" },
        "I": { "Fn::If": ["J", { "Ref": "K" }, 5] }, "L": "5",
    });
    assert_eq!(template.at(""), &wanted);
}
