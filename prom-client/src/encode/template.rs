//! The text around label values, put together once for all series of a schema.

use super::block::{Block, Blocks};
use super::cursor::Cursor;
use super::escape::{Quotes, escape};
use super::name::Name;
use crate::label::{LabelName, LabelValues, Schema};

/// What stands before, between and behind the label values of a line.
///
/// ```text
///  jobs_total{zone="a",queue="  mail  ",code="  200  "}␠
///  ───────── step ───────────  value   ─ step ─ value  ─ step
///  ────────────────── head ────────────────────
/// ```
///
/// Series come sorted, so that most differ from the one before in the last value only: all that
/// stands before it, the head, is kept.
#[derive(Debug, Default)]
pub(super) struct Template {
    steps: Vec<Step>,
    /// The step that the last value follows, plus one; 0 if there are no values.
    last_value: usize,
    head: Blocks,
    /// The bytes of all steps.
    len: usize,
    /// The text that is not in steps yet.
    open: Vec<u8>,
}

#[derive(Debug)]
struct Step {
    text: Block,
    /// Whether the next label value follows.
    value: bool,
}

impl Template {
    /// For lines up to the number: `name{a="…"}␠`.
    pub(super) fn set_line(&mut self, name: &Name, suffix: &str, schema: &Schema) {
        self.set(name, &name.beginning(suffix), schema, name.end(), "\"} ");
    }

    /// For labels that more may follow, behind the beginning of a line: `{a="…"`, or nothing.
    pub(super) fn set_labels(&mut self, name: &Name, schema: &Schema) {
        self.set(name, &[], schema, "", "\"");
    }

    /// How long the text becomes with these values.
    #[inline(always)]
    pub(super) fn len(&self, values: &LabelValues) -> usize {
        self.len + text_len(values)
    }

    /// Writes the text with these values, one for each name of the schema.
    #[inline(always)]
    pub(super) fn write(&mut self, values: &LabelValues, to: &mut Cursor<'_>) {
        let before_last = values.len().saturating_sub(1);
        if values.kept() < before_last || self.head.len() == 0 {
            self.set_head(values);
        }
        self.head.write(to);
        if !values.is_empty() {
            let (value, len) = values.padded(before_last);
            to.padded(value, len);
        }
        for step in &self.steps[self.last_value..] {
            step.text.write(to);
        }
    }

    /// Puts together what stands before the last value.
    #[inline(never)]
    fn set_head(&mut self, values: &LabelValues) {
        let Self { steps, head, last_value, .. } = self;
        let mut given = values.all_padded();
        head.set(self.len + text_len(values), |to| {
            for (i, step) in steps[..*last_value].iter().enumerate() {
                step.text.write(to);
                if step.value && i + 1 < *last_value {
                    let (value, len) = given.next().expect("a series has a value for each name");
                    to.padded(value, len);
                }
            }
        });
    }

    /// Ends with one text where there are no labels, with the other where there are.
    fn set(&mut self, name: &Name, beginning: &[&str], schema: &Schema, without: &str, with: &str) {
        self.steps.clear();
        self.head.clear();
        self.len = 0;
        beginning.iter().for_each(|text| self.text(text));
        let mut before = name.before_labels();
        let mut end = without;
        for (label, value) in schema.constant() {
            self.label(before, name, label);
            escape(value, Quotes::Escape, |text| self.text(text));
            (before, end) = ("\",", with);
        }
        for label in schema.names() {
            self.label(before, name, label);
            self.close(true);
            (before, end) = ("\",", with);
        }
        self.last_value = self.steps.iter().rposition(|step| step.value).map_or(0, |last| last + 1);
        self.text(end);
        self.close(false);
    }

    fn label(&mut self, before: &str, name: &Name, label: &LabelName) {
        self.text(before);
        name.label(label, |text| self.text(text));
        self.text("=\"");
    }

    fn text(&mut self, text: &str) {
        self.open.extend_from_slice(text.as_bytes());
    }

    /// Makes steps of the open text. Where a value follows, the text is not empty.
    fn close(&mut self, value: bool) {
        self.len += self.open.len();
        self.steps.extend(Block::cut(&self.open).map(|text| Step { text, value: false }));
        self.open.clear();
        if let Some(last) = self.steps.last_mut().filter(|_| value) {
            last.value = true;
        }
    }
}

/// The bytes of all values: from where the first begins to where the last ends.
#[inline(always)]
fn text_len(values: &LabelValues) -> usize {
    let Some(last) = values.len().checked_sub(1) else {
        return 0;
    };
    let (from_first, _) = values.padded(0);
    let (from_last, len) = values.padded(last);
    from_first.len() - from_last.len() + len
}

#[cfg(test)]
mod tests {
    use super::super::cursor::written;
    use super::*;
    use crate::desc::{Desc, Escaping, Kind, Names};

    fn name(name: &str) -> Name {
        let mut to = Name::new(Escaping::AllowUtf8);
        to.set(&Desc::new_in(Names::Utf8, name, "", Kind::Gauge).unwrap());
        to
    }

    fn schema(constant: &[(&'static str, &str)], names: &[&'static str]) -> Schema {
        let name = |name: &'static str| LabelName::parse_in(Names::Utf8, name).unwrap();
        let constant = constant.iter().map(|(n, value)| (name(n), (*value).to_owned())).collect();
        Schema::new(constant, names.iter().map(|n| name(n)).collect(), Kind::Gauge).unwrap()
    }

    fn written_with(template: &mut Template, values: &[&str]) -> String {
        let mut given = LabelValues::new();
        values.iter().for_each(|value| given.push(value));
        let mut room = [b'?'; 1000];
        let len = written(&mut room, |to| template.write(&given, to));
        assert_eq!(len, template.len(&given));
        String::from_utf8(room[..len].to_vec()).unwrap()
    }

    #[test]
    fn the_text_around_values_is_right_with_and_without_labels() {
        let mut template = Template::default();
        let long = "x".repeat(100);
        for (constant, names, values, labels) in [
            (&[][..], &[][..], &[][..], ""),
            (&[], &["a"], &["1"], "{a=\"1\""),
            (&[], &["a", "b"], &["", "2"], "{a=\"\",b=\"2\""),
            (&[("z", "\"")], &[], &[], "{z=\"\\\"\""),
            (&[("z", "0"), ("y", "1")], &["a"], &["1"], "{y=\"1\",z=\"0\",a=\"1\""),
            (&[("y z", "0")], &["a\"", "b"], &["1", "2"], "{\"y z\"=\"0\",\"a\\\"\"=\"1\",b=\"2\""),
            (&[("z", &long)], &["a"], &[&long], &format!("{{z=\"{long}\",a=\"{long}\"")),
        ] {
            let schema = schema(constant, names);
            template.set_labels(&name("jobs"), &schema);
            assert_eq!(written_with(&mut template, values), labels);
            template.set_line(&name("jobs"), "_total", &schema);
            let end = if labels.is_empty() { " " } else { "} " };
            assert_eq!(written_with(&mut template, values), format!("jobs_total{labels}{end}"));

            let labels = labels.replacen('{', ",", 1);
            template.set_labels(&name("a.b"), &schema);
            assert_eq!(written_with(&mut template, values), labels);
            template.set_line(&name("a.b"), "_total", &schema);
            assert_eq!(written_with(&mut template, values), format!("{{\"a.b_total\"{labels}}} "));
        }
    }
}
