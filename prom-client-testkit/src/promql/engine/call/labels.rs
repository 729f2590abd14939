//! `label_replace` and `label_join`: labels that are made of others.

use std::collections::HashMap;

use crate::model::{Labels, Pattern, Template};
use crate::promql::engine::error::{EvalError, Kind};
use crate::promql::engine::evaluation::Evaluation;
use crate::promql::engine::names::value_of;
use crate::promql::engine::row::{Row, merged};
use crate::promql::engine::steps::Steps;
use crate::promql::{Expr, Text, ValueType};
use crate::store::Symbol;

impl<'s> Evaluation<'s> {
    /// `label_replace(vector, destination, replacement, source, pattern)`
    pub(super) fn label_replace(
        &mut self,
        args: &[Expr],
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        const FUNCTION: &str = "label_replace";
        let [destination, replacement, source, pattern] =
            [self.text(args, 1)?, self.text(args, 2)?, self.text(args, 3)?, self.text(args, 4)?];
        let pattern = utf8(pattern)?;
        let pattern = Pattern::new(pattern).map_err(|_| Kind::Pattern(pattern.into()))?;
        let destination = label_name(destination, FUNCTION, "destination")?;
        let (replacement, source) = (Template::new(utf8(replacement)?), utf8(source)?);

        let mut rows = self.vector_arg(args, steps)?;
        let (name, source) = (self.names.symbol(destination), self.names.symbol(source));
        let none = self.names.symbol("");
        let mut made: HashMap<Symbol, Option<Symbol>> = HashMap::new();
        for row in &mut rows {
            let value = value_of(&row.labels, source).unwrap_or(none);
            let new = match made.get(&value) {
                Some(new) => *new,
                None => {
                    let new = match pattern.captures(self.names.text(value)) {
                        None => None,
                        Some(captures) => {
                            self.names.room(replacement.length(&captures))?;
                            Some(replacement.expand(&captures))
                        }
                    };
                    *made.entry(value).or_insert(new.map(|text| self.names.symbol(&text)))
                }
            };
            if let Some(value) = new {
                self.names.set(&mut row.labels, name, value);
                row.drop_name &= destination != Labels::NAME;
            }
        }
        merged(rows)
    }

    /// `label_join(vector, destination, separator, source..)`
    pub(super) fn label_join(
        &mut self,
        args: &[Expr],
        steps: Steps,
    ) -> Result<Vec<Row<'s>>, EvalError> {
        const FUNCTION: &str = "label_join";
        let (destination, separator) = (self.text(args, 1)?, self.text(args, 2)?);
        let mut sources = Vec::with_capacity(args.len().saturating_sub(3));
        for at in 3..args.len() {
            let source = label_name(self.text(args, at)?, FUNCTION, "source")?;
            sources.push(self.names.symbol(source));
        }
        let destination = label_name(destination, FUNCTION, "destination")?;
        let separator = utf8(separator)?;

        let mut rows = self.vector_arg(args, steps)?;
        let name = self.names.symbol(destination);
        for row in &mut rows {
            let names = &self.names;
            let value =
                |source: &Symbol| value_of(&row.labels, *source).map_or("", |v| names.text(v));
            let parts: Vec<&str> = sources.iter().map(value).collect();
            let length = parts.iter().map(|part| part.len() + separator.len()).sum();
            names.room(length)?;
            let joined = parts.join(separator);
            let value = self.names.symbol(&joined);
            self.names.set(&mut row.labels, name, value);
            row.drop_name &= destination != Labels::NAME;
        }
        merged(rows)
    }

    fn vector_arg(&mut self, args: &[Expr], steps: Steps) -> Result<Vec<Row<'s>>, EvalError> {
        let arg = args.first().ok_or(Kind::Mistyped(ValueType::InstantVector))?;
        self.rows(arg, steps)
    }
}

fn utf8(text: &Text) -> Result<&str, EvalError> {
    text.as_str().ok_or_else(|| Kind::Unsupported("a text that is no UTF-8").into())
}

/// The name of a label, which may be any text but none.
fn label_name<'e>(
    text: &'e Text,
    function: &'static str,
    role: &'static str,
) -> Result<&'e str, EvalError> {
    text.as_str().filter(|name| !name.is_empty()).ok_or_else(|| {
        let name = String::from_utf8_lossy(text.as_bytes()).into();
        Kind::LabelNameIn { function, role, name }.into()
    })
}
