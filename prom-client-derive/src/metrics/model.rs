//! A struct of metrics.

use syn::{Data, DeriveInput, Fields, Path};

use super::field::{ConstLabel, Field, Kind, const_labels};
use crate::errors::Errors;
use crate::names;
use crate::options::Options;

pub(super) struct Struct {
    pub(super) krate: Path,
    /// What all names begin with, without the last underscore, or nothing.
    pub(super) prefix: String,
    pub(super) labels: Vec<ConstLabel>,
    pub(super) fields: Vec<Field>,
}

const KEYS: [&str; 4] = ["namespace", "subsystem", "const_labels", "crate"];

impl Struct {
    pub(super) fn parse(input: &DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let mut options = Options::parse(&input.attrs, "metrics", &KEYS, &mut errors);
        let krate = options.crate_path(&mut errors);
        let mut prefix: Vec<String> = Vec::new();
        for (key, example) in
            [("namespace", "namespace = \"shop\""), ("subsystem", "subsystem = \"db\"")]
        {
            let Some(part) = options.string(key, example, &mut errors) else { continue };
            if let Err(message) = names::check_metric(&part.value()) {
                errors.at(&part, message);
            }
            prefix.push(part.value());
        }
        let labels = const_labels(&mut options, &mut errors);

        let wrong = |what: &str| {
            let message =
                format!("`Metrics` is derived for structs with named fields, not for {what}");
            syn::Error::new(input.ident.span(), message)
        };
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => &fields.named,
                Fields::Unnamed(_) => return Err(wrong("tuple structs: fields name metrics")),
                Fields::Unit => return Err(wrong("unit structs")),
            },
            Data::Enum(_) => return Err(wrong("enums")),
            Data::Union(_) => return Err(wrong("unions")),
        };
        let fields = fields.iter().filter_map(|field| Field::parse(field, &mut errors)).collect();
        let model = Self { krate, prefix: prefix.join("_"), labels, fields };
        model.check_names(&mut errors);
        errors.finish(model)
    }

    /// The name with the prefix.
    pub(super) fn full(&self, name: &str) -> String {
        match (self.prefix.as_str(), name) {
            ("", name) => name.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, name) => format!("{prefix}_{name}"),
        }
    }

    /// Notes names that stand twice. The compiler finds those that are only exposed twice.
    fn check_names(&self, errors: &mut Errors) {
        let mut seen: Vec<(&str, String)> = Vec::new();
        for field in &self.fields {
            let Kind::Metric(metric) = &field.kind else { continue };
            let name = metric.name.text.as_str();
            if let Some((_, first)) = seen.iter().find(|(other, _)| *other == name) {
                errors.at_span(
                    metric.name.span,
                    format!("`{name}` is the name of `{first}` already"),
                );
            } else {
                seen.push((name, field.member.to_string()));
            }
        }
    }
}
