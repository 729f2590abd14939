//! Structs of metrics.

use std::fmt;
use std::panic::Location;
#[cfg(feature = "statics")]
use std::sync::Arc;

#[cfg(feature = "statics")]
use super::source::Source;
use super::{Instrument, MetricBuilder, Plan, RegisterError, Registry};
use crate::label::LabelName;

/// A struct whose fields are metrics, registered together; from `#[derive(Metrics)]`.
///
/// # Several instances
/// Registering a struct twice on one registry is a conflict. Parts of a registry tell instances apart, by
/// [a prefix](Registry::with_prefix) or [a label](Registry::with_label); or take
/// [`get_or_register`](Self::get_or_register) for the same metrics again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct of metrics",
    note = "a struct with `#[derive(Metrics)]` is"
)]
pub trait Metrics: Sized {
    /// Registers all of them, or none.
    ///
    /// # Errors
    /// As [`MetricBuilder::register`]; both sides of a conflict are named, this one by the line of this call.
    /// Then those that were registered before are taken out again, except for what functions of `init` did.
    #[track_caller]
    fn register(registry: &Registry) -> Result<Self, RegisterError> {
        Enrolment::new(Mode::New).run(registry)
    }

    /// Registers those that are not registered yet, and takes the others as they are; see
    /// [`MetricBuilder::get_or_register`]. What functions of `init` register has to allow that.
    ///
    /// # Errors
    /// As [`register`](Self::register), and when one is registered already and is not the same.
    #[track_caller]
    fn get_or_register(registry: &Registry) -> Result<Self, RegisterError> {
        Enrolment::new(Mode::Reuse).run(registry)
    }

    /// What it registers.
    #[doc(hidden)]
    const PLAN: &'static [Plan];

    /// Registers all of them.
    #[doc(hidden)]
    fn enrol(registry: &Registry, enrolment: &mut Enrolment) -> Result<Self, RegisterError>;
}

/// A registration of many metrics, which is undone if it does not come to its end.
pub struct Enrolment {
    mode: Mode,
    at: &'static Location<'static>,
    done: Vec<Enrolled>,
}

enum Mode {
    /// All have to be new.
    New,
    /// Those that are registered already are taken as they are.
    Reuse,
    /// Nothing is registered. What keeps the metrics alive is kept instead.
    #[cfg(feature = "statics")]
    Stray(Vec<Arc<dyn Source>>),
}

/// A metric that was registered.
struct Enrolled {
    registry: Registry,
    name: String,
    constant: Vec<(LabelName, String)>,
}

impl Enrolment {
    #[track_caller]
    const fn new(mode: Mode) -> Self {
        Self { mode, at: Location::caller(), done: Vec::new() }
    }

    /// One of metrics that all have to be new, for a static in this place.
    #[cfg(feature = "statics")]
    pub(super) const fn new_at(at: &'static Location<'static>) -> Self {
        Self { mode: Mode::New, at, done: Vec::new() }
    }

    /// One that registers nothing, of which [`sources`](Self::sources) is what remains.
    #[cfg(feature = "statics")]
    pub(super) const fn stray() -> Self {
        Self::new(Mode::Stray(Vec::new()))
    }

    /// Registers them all, or none.
    pub(super) fn run<T: Metrics>(&mut self, registry: &Registry) -> Result<T, RegisterError> {
        let metrics = T::enrol(registry, self)?;
        self.done.clear();
        Ok(metrics)
    }

    /// What keeps the metrics alive that were not registered.
    #[cfg(feature = "statics")]
    pub(super) fn sources(&mut self) -> Vec<Arc<dyn Source>> {
        match &mut self.mode {
            Mode::Stray(sources) => std::mem::take(sources),
            Mode::New | Mode::Reuse => Vec::new(),
        }
    }

    /// Registers a metric. If that fails, all before it are taken out again.
    ///
    /// # Errors
    /// As [`MetricBuilder::register`].
    pub fn add<T: Instrument>(&mut self, metric: MetricBuilder<'_, T>) -> Result<T, RegisterError> {
        let at = self.at;
        let registry = metric.registry().clone();
        let enrolled = match &mut self.mode {
            Mode::New => metric.enrol(at, false),
            Mode::Reuse => metric.enrol(at, true),
            #[cfg(feature = "statics")]
            Mode::Stray(sources) => {
                let (instrument, source) = metric.stray();
                sources.push(source);
                return Ok(instrument);
            }
        };
        let (instrument, new) = enrolled.map_err(|error| self.undone(error))?;
        if let Some((name, constant)) = new {
            self.done.push(Enrolled { registry, name, constant });
        }
        Ok(instrument)
    }

    /// The error, once all is taken out again that was registered.
    #[must_use]
    pub fn undone(&mut self, error: RegisterError) -> RegisterError {
        self.undo();
        error
    }

    fn undo(&mut self) {
        for Enrolled { registry, name, constant } in self.done.drain(..) {
            // First the lock: a closure may use the registry when it is dropped.
            let removed = registry.shared.table.write().remove(&name, &constant);
            drop(removed);
        }
    }

    /// What this gives, which otherwise undoes what was registered.
    ///
    /// # Errors
    /// What was wrong.
    pub fn or_undo<T, E: Into<RegisterError>>(
        &mut self,
        result: Result<T, E>,
    ) -> Result<T, RegisterError> {
        result.map_err(|error| self.undone(error.into()))
    }
}

/// An expression of an attribute can end the registration too, by `?` or a panic.
impl Drop for Enrolment {
    fn drop(&mut self) {
        self.undo();
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.done.iter().map(|enrolled| enrolled.name.as_str()).collect();
        f.debug_struct("Enrolment").field("done", &names).finish_non_exhaustive()
    }
}
