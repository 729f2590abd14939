//! YAML with positions, read as the reference reads it: a scalar is the text that is written, and what becomes of it is
//! decided by what is wanted.

use std::collections::BTreeMap;
use std::fmt;

use saphyr::{MarkedYaml, ScalarStyle, YamlData, YamlLoader};
use saphyr_parser::{Event, Marker, Parser, SpannedEventReceiver};

use super::error::ConfigError;

/// Reads the one document of a text, and makes something of it; an empty text is an empty mapping.
pub(super) fn read<T>(
    text: &str,
    make: impl FnOnce(Node<'_>) -> Result<T, ConfigError>,
) -> Result<T, ConfigError> {
    let documents = load(text)?;
    let nothing = MarkedYaml::value_from_str("");
    if let Some(second) = documents.get(1) {
        return Err(Node { yaml: second, text }.error("a second document"));
    }
    make(Node { yaml: documents.first().unwrap_or(&nothing), text })
}

/// Deeper than this nothing is nested that is meant. Without a bound the stack would be one.
const MOST_NESTED: usize = 100;

/// The documents of a text.
fn load(text: &str) -> Result<Vec<MarkedYaml<'_>>, ConfigError> {
    let error = |at: Marker, message: &str| {
        ConfigError::new(text, (at.line().max(1), at.col() + 1, 1), message)
    };
    let mut loader = YamlLoader::<MarkedYaml<'_>>::default();
    loader.early_parse(false);
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|e| error(*e.marker(), e.info()))?;
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_NESTED {
            return Err(error(span.start, &format!("nested deeper than {MOST_NESTED} levels")));
        }
        loader.on_event(event, span);
    }
    match loader.error() {
        Some(e) => Err(error(*e.marker(), e.info())),
        None => Ok(loader.into_documents()),
    }
}

/// A value with its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    yaml: &'a MarkedYaml<'a>,
    text: &'a str,
}

impl<'a> Node<'a> {
    /// A mistake at this place.
    pub(super) fn error(self, message: impl fmt::Display) -> ConfigError {
        let (start, end) = (self.yaml.span.start, self.yaml.span.end);
        let width = if start.line() == end.line() { end.col() - start.col() } else { 1 };
        ConfigError::new(self.text, (start.line().max(1), start.col() + 1, width), message)
    }

    /// Whether there is nothing: then the default counts, as if nothing were said.
    pub(super) fn is_null(self) -> bool {
        match &self.yaml.data {
            YamlData::Representation(text, ScalarStyle::Plain, _) => {
                matches!(&**text, "" | "~" | "null" | "Null" | "NULL")
            }
            // Of an empty text: scalars that were read are representations.
            YamlData::Value(_) => true,
            _ => false,
        }
    }

    /// A scalar as it is written.
    pub(super) fn text(self) -> Result<&'a str, ConfigError> {
        match &self.yaml.data {
            _ if self.is_null() => Ok(""),
            YamlData::Representation(text, ..) => Ok(text),
            _ => Err(self.error(format!("expected a text, found {}", self.kind()))),
        }
    }

    /// A text that means something.
    pub(super) fn parsed<T, E: fmt::Display>(
        self,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        parse(self.text()?).map_err(|error| self.error(error))
    }

    /// Yes or no, in the words of YAML 1.1. What is in quotes is a text, as for the reference.
    pub(super) fn bool(self) -> Result<bool, ConfigError> {
        match self.plain()? {
            "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => {
                Ok(true)
            }
            "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n"
            | "N" => Ok(false),
            other => Err(self.error(format!("expected `true` or `false`, found `{other}`"))),
        }
    }

    /// A whole number. Zeros before it would make it an octal one.
    pub(super) fn number<T: std::str::FromStr>(self) -> Result<T, ConfigError> {
        let text = self.plain()?;
        let octal = text.len() > 1 && text.trim_start_matches('+').starts_with('0');
        let number = text.parse().ok().filter(|_| !octal);
        number.ok_or_else(|| self.error(format!("expected a whole number, found `{text}`")))
    }

    /// A scalar without quotes.
    fn plain(self) -> Result<&'a str, ConfigError> {
        let text = self.text()?;
        match &self.yaml.data {
            YamlData::Representation(_, style, _) if *style != ScalarStyle::Plain => {
                Err(self.error("expected a value, found a text in quotes"))
            }
            _ => Ok(text),
        }
    }

    /// The items of a sequence; none if there is nothing.
    pub(super) fn list(self) -> Result<Vec<Self>, ConfigError> {
        match &self.yaml.data {
            YamlData::Sequence(items) => {
                Ok(items.iter().map(|yaml| Node { yaml, text: self.text }).collect())
            }
            _ if self.is_null() => Ok(Vec::new()),
            _ => Err(self.error(format!("expected a list, found {}", self.kind()))),
        }
    }

    /// The keys of a mapping, with their values.
    pub(super) fn fields(self) -> Result<Fields<'a>, ConfigError> {
        let mut fields = Fields { node: self, entries: BTreeMap::new() };
        match &self.yaml.data {
            YamlData::Mapping(_) => fields.add(self)?,
            _ if self.is_null() => {}
            _ => return Err(self.error(format!("expected a mapping, found {}", self.kind()))),
        }
        Ok(fields)
    }

    fn kind(self) -> &'static str {
        match &self.yaml.data {
            _ if self.is_null() => "nothing",
            YamlData::Sequence(_) => "a list",
            YamlData::Mapping(_) => "a mapping",
            _ => "a scalar",
        }
    }
}

/// A mapping whose keys are taken out one by one, so that what is left is unknown.
pub(super) struct Fields<'a> {
    node: Node<'a>,
    /// Key and value by the name of the key.
    entries: BTreeMap<&'a str, (Node<'a>, Node<'a>)>,
}

impl<'a> Fields<'a> {
    fn add(&mut self, mapping: Node<'a>) -> Result<(), ConfigError> {
        let YamlData::Mapping(entries) = &mapping.yaml.data else {
            return Err(mapping.error("expected a mapping to merge"));
        };
        let text = mapping.text;
        let mut merged = Vec::new();
        for (key, value) in entries {
            let (key, value) = (Node { yaml: key, text }, Node { yaml: value, text });
            match key.text()? {
                "<<" if matches!(value.yaml.data, YamlData::Sequence(_)) => {
                    merged.extend(value.list()?);
                }
                "<<" => merged.push(value),
                name => {
                    self.entries.entry(name).or_insert((key, value));
                }
            }
        }
        merged.into_iter().try_for_each(|mapping| self.add(mapping))
    }

    /// The value of a key, if it has one.
    pub(super) fn take(&mut self, name: &str) -> Option<Node<'a>> {
        let (_, value) = self.entries.remove(name)?;
        (!value.is_null()).then_some(value)
    }

    /// The place of a key that is still there, or else of the mapping.
    pub(super) fn place(&self, name: &str) -> Node<'a> {
        self.entries.get(name).map_or(self.node, |(_, value)| *value)
    }

    /// Passes over keys that mean nothing here.
    pub(super) fn skip(&mut self, names: &[&str]) {
        self.entries.retain(|name, _| !names.contains(name));
    }

    /// All pairs that are left.
    pub(super) fn rest(self) -> impl Iterator<Item = (Node<'a>, Node<'a>)> {
        self.entries.into_values()
    }

    /// Nothing may be left.
    pub(super) fn finish(self, what: &str, is_known: fn(&str) -> bool) -> Result<(), ConfigError> {
        // The first one in the text.
        let first = self.entries.iter().min_by_key(|(_, (key, _))| key.yaml.span.start.index());
        match first {
            None => Ok(()),
            Some((name, (key, _))) if is_known(name) => {
                Err(key.error(format!("`{name}` of {what} is not supported by the kit")))
            }
            Some((name, (key, _))) => Err(key.error(format!("unknown key `{name}` in {what}"))),
        }
    }
}
