//! What a metric is: its name, help, unit and kind. Nothing about its values.

mod escaping;
mod kind;
mod name;
mod names;
mod unit;

pub use escaping::Escaping;
pub(crate) use escaping::is_classic_label_name;
pub use kind::Kind;
pub use name::{MetricName, NameError};
pub use names::Names;
pub use unit::Unit;

/// The head of a metric family, as every exposition format needs it.
///
/// The name is the family's name: for a counter without `_total` and for an info without `_info`, which
/// formats add where they want it.
///
/// # Examples
/// ```
/// use prom_client::{Desc, Kind, Unit};
///
/// let desc = Desc::new("job_duration", "Time per job.", Kind::Histogram)?.unit(Unit::SECONDS);
/// assert_eq!(desc.name(), "job_duration_seconds");
/// # Ok::<(), prom_client::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desc {
    name: MetricName,
    help: String,
    unit: Option<Unit>,
    kind: Kind,
}

impl Desc {
    /// A description without a unit. A counter's `_total` and an info's `_info` may be given or left out.
    ///
    /// # Errors
    /// When `name` cannot name a metric of this kind.
    pub fn new(name: &str, help: impl Into<String>, kind: Kind) -> Result<Self, NameError> {
        Self::new_in(Names::Classic, name, help, kind)
    }

    /// As [`new`](Self::new), with a name out of this set.
    ///
    /// # Errors
    /// When `name` cannot name a metric of this kind.
    pub fn new_in(
        names: Names,
        name: &str,
        help: impl Into<String>,
        kind: Kind,
    ) -> Result<Self, NameError> {
        let name = MetricName::parse_in(names, name, kind)?;
        Ok(Self { name, help: help.into(), unit: None, kind })
    }

    /// States the unit. Its name becomes the name's suffix, unless it is that already. A registry refuses a
    /// unit of an info or a state set, which have no amount.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.name.set_unit(&unit);
        self.unit = Some(unit);
        self
    }

    /// Puts `prefix` and an underscore before the name. The result must be a name out of this set.
    pub(crate) fn prefixed(mut self, prefix: &str, names: Names) -> Result<Self, NameError> {
        if prefix.is_empty() {
            names.check(self.name())?;
        } else {
            let name = format!("{prefix}_{}", self.name.as_str());
            self.name = MetricName::parse_in(names, &name, self.kind)?;
        }
        Ok(self)
    }

    /// A label that formats put on the samples, so that no series may have it: `le` for histograms, the
    /// family's name for state sets.
    pub(crate) fn own_label(&self) -> Option<&str> {
        match self.kind {
            Kind::StateSet => Some(self.name()),
            kind => kind.own_label(),
        }
    }

    /// The family's name, with its unit, for a counter without `_total`, for an info without `_info`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Whether this is the family's name, with or without the suffix that formats add.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let suffix = self.kind.suffix();
        name == self.name() || !suffix.is_empty() && name.strip_suffix(suffix) == Some(self.name())
    }

    /// Whether the name needs neither quotes nor escaping.
    pub(crate) fn has_classic_name(&self) -> bool {
        self.name.is_classic()
    }

    /// The help text, as given.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.help
    }

    /// The unit, if one was stated.
    #[must_use]
    pub fn stated_unit(&self) -> Option<&Unit> {
        self.unit.as_ref()
    }

    /// The kind of metric.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }
}
