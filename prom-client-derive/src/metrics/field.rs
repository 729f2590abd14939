//! A field of a struct of metrics.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Expr, Field as Tokens, Ident, LitStr, Type};

use super::buckets::Buckets;
use super::quantiles::Quantiles;
use super::time::Time;
use crate::errors::Errors;
use crate::help;
use crate::names::{self, UNITS};
use crate::options::{Options, string};

/// A field, and what becomes of it.
pub(super) struct Field {
    pub(super) member: Ident,
    pub(super) ty: Type,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Metric(Box<Metric>),
    /// Another struct of metrics, whose names begin so, or as those of this one.
    Nested {
        prefix: Option<Name>,
        labels: Vec<ConstLabel>,
    },
    /// What a function makes of the registry.
    Init(Box<Expr>),
    /// Its default.
    Skipped,
}

/// A metric or a family.
pub(super) struct Metric {
    pub(super) name: Name,
    pub(super) help: String,
    pub(super) unit: Option<Unit>,
    pub(super) buckets: Option<Buckets>,
    pub(super) quantiles: Option<Quantiles>,
    pub(super) labels: Option<(Span, Vec<LitStr>)>,
    pub(super) max_series: Option<(Span, Expr)>,
    pub(super) ttl: Option<(Span, Time)>,
    pub(super) exemplars: Option<Span>,
}

/// A name, and where it was given.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

pub(super) struct Unit {
    pub(super) name: String,
    pub(super) span: Span,
}

/// A label with one value on everything.
pub(super) struct ConstLabel {
    pub(super) name: String,
    pub(super) value: Expr,
}

const KEYS: [&str; 15] = [
    "name",
    "help",
    "unit",
    "buckets",
    "quantiles",
    "window",
    "labels",
    "max_series",
    "ttl",
    "exemplars",
    "nested",
    "flatten",
    "const_labels",
    "init",
    "skip",
];

/// What is for metrics only.
const OF_METRICS: [&str; 9] =
    ["help", "unit", "buckets", "quantiles", "window", "labels", "max_series", "ttl", "exemplars"];

impl Field {
    pub(super) fn parse(field: &Tokens, errors: &mut Errors) -> Option<Self> {
        let member = field.ident.clone()?;
        let mut options = Options::parse(&field.attrs, "metric", &KEYS, errors);
        let flags = ["nested", "flatten", "skip"].map(|key| options.flag(key, errors).map(|_| key));
        let init = options.expr("init", "init = |registry| ..", errors).map(|(_, expr)| expr);
        let roles: Vec<&str> =
            flags.into_iter().flatten().chain(init.is_some().then_some("init")).collect();
        if let [first, second, ..] = roles[..] {
            errors.at(&member, format!("`{first}` and `{second}` do not go together"));
            return None;
        }
        let kind = match roles.first().copied() {
            None => {
                let why =
                    "it is for structs; `#[metrics(const_labels(..))]` is for all of this one";
                options.exclude(&["const_labels"], "a metric", why, errors);
                Kind::Metric(Box::new(Metric::parse(field, &member, &mut options, errors)?))
            }
            Some(role) => {
                options.exclude(
                    &OF_METRICS,
                    &format!("`{role}`"),
                    "the field is no metric itself",
                    errors,
                );
                match role {
                    "nested" => Kind::Nested {
                        prefix: Some(Name::parse(&member, &mut options, errors)),
                        labels: const_labels(&mut options, errors),
                    },
                    "flatten" => {
                        options.exclude(
                            &["name"],
                            "`flatten`",
                            "its names are those of this struct",
                            errors,
                        );
                        Kind::Nested { prefix: None, labels: const_labels(&mut options, errors) }
                    }
                    _ => {
                        options.exclude(
                            &["name", "const_labels"],
                            &format!("`{role}`"),
                            "nothing is registered",
                            errors,
                        );
                        init.map_or(Kind::Skipped, |init| Kind::Init(Box::new(init)))
                    }
                }
            }
        };
        Some(Self { member, ty: field.ty.clone(), kind })
    }
}

impl Metric {
    fn parse(
        field: &Tokens,
        member: &Ident,
        options: &mut Options,
        errors: &mut Errors,
    ) -> Option<Self> {
        let name = Name::parse(member, options, errors);
        let given = options.string("help", "help = \"What is counted.\"", errors);
        let help = given.map(|help| help.value()).or_else(|| help::of(&field.attrs));
        if help.is_none() {
            let message = format!(
                "`{}` has no help: say in a doc comment what it counts, or that it needs none by `#[metric(help = \"\")]`",
                member.unraw()
            );
            errors.at(member, message);
        }
        let unit = options
            .expr("unit", "unit = seconds", errors)
            .and_then(|(_, expr)| unit(&expr, errors));
        let buckets = options.expr("buckets", "buckets = [0.1, 1.0]", errors);
        let buckets = buckets.and_then(|(key, value)| Buckets::parse(key.span(), value, errors));
        let window = options.expr("window", "window = \"10m\"", errors);
        let window = window.and_then(|(key, time)| Some((key.span(), Time::parse(time, errors)?)));
        let quantiles = match options.expr("quantiles", "quantiles = [0.5, 0.99]", errors) {
            Some((key, value)) => Quantiles::parse(key.span(), value, window, errors),
            None => {
                if let Some((place, _)) = window {
                    errors.at_span(place, "`window` is of `quantiles`, of which there are none");
                }
                None
            }
        };
        let labels = options.expr("labels", "labels = [\"route\", \"code\"]", errors);
        let labels =
            labels.and_then(|(key, value)| Some((key.span(), label_names(&value, errors)?)));
        let max_series = options.expr("max_series", "max_series = 1_000", errors);
        let ttl = options.expr("ttl", "ttl = \"12h\"", errors);
        let ttl = ttl.and_then(|(key, time)| Some((key.span(), Time::parse(time, errors)?)));
        let exemplars = options.flag("exemplars", errors);
        let max_series = max_series.map(|(key, value)| (key.span(), value));
        Some(Self {
            name,
            help: help?,
            unit,
            buckets,
            quantiles,
            labels,
            max_series,
            ttl,
            exemplars,
        })
    }
}

impl Name {
    /// The name that is given, or else the field's.
    fn parse(member: &Ident, options: &mut Options, errors: &mut Errors) -> Self {
        let given = options.string("name", "name = \"other_name\"", errors);
        let name = match given {
            Some(name) => Self { text: name.value(), span: name.span() },
            None => Self { text: member.unraw().to_string(), span: member.span() },
        };
        if let Err(message) = names::check_metric(&name.text) {
            errors.at_span(name.span, message);
        }
        name
    }
}

fn unit(expr: &Expr, errors: &mut Errors) -> Option<Unit> {
    let (name, span) = match (string(expr), expr) {
        (Some(text), _) => (text.value(), text.span()),
        (None, Expr::Path(path)) if path.path.get_ident().is_some() => {
            let word = path.path.get_ident()?;
            (word.to_string(), word.span())
        }
        _ => {
            errors.at(
                expr,
                "a unit is a word, such as `unit = seconds`, or a string: `unit = \"euros\"`",
            );
            return None;
        }
    };
    if let Err(message) = names::check_unit(&name) {
        errors.at_span(span, message);
        return None;
    }
    if string(expr).is_none() && !UNITS.iter().any(|(known, _)| *known == name) {
        let known = UNITS.map(|(known, _)| known).join("`, `");
        let message = format!(
            "unknown unit `{name}`; the base units are `{known}`, and any other is a string: `unit = \"{name}\"`"
        );
        errors.at_span(span, message);
        return None;
    }
    Some(Unit { name, span })
}

/// The names of labels of a label set that has none.
fn label_names(expr: &Expr, errors: &mut Errors) -> Option<Vec<LitStr>> {
    let Expr::Array(array) = expr else {
        errors.at(expr, "labels are a list of names: `labels = [\"route\", \"code\"]`");
        return None;
    };
    let mut names: Vec<LitStr> = Vec::new();
    for element in &array.elems {
        let Some(name) = string(element) else {
            errors.at(element, "the name of a label is a string");
            return None;
        };
        if let Err(message) = names::check_label(&name.value()) {
            errors.at(name, message);
        }
        if names.iter().any(|other| other.value() == name.value()) {
            errors.at(name, format!("the label `{}` stands twice", name.value()));
        }
        names.push(name.clone());
    }
    Some(names)
}

/// `const_labels(region = "eu")`.
pub(super) fn const_labels(options: &mut Options, errors: &mut Errors) -> Vec<ConstLabel> {
    let mut labels: Vec<ConstLabel> = Vec::new();
    for (key, value) in options.pairs("const_labels", "const_labels(region = \"eu\")", errors) {
        let name = key.unraw().to_string();
        if let Err(message) = names::check_label(&name) {
            errors.at(&key, message);
        }
        if labels.iter().any(|other| other.name == name) {
            errors.at(&key, format!("the label `{name}` stands twice"));
        }
        if matches!(&value, Expr::Lit(_)) && string(&value).is_none() {
            errors.at(&value, "the value of a label is a string");
        }
        labels.push(ConstLabel { name, value });
    }
    labels
}
