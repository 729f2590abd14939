//! Metrics in statics.

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::{Arc, OnceLock};

use super::source::Source;
use super::{
    Enrolment, Instrument, MetricBuilder, Metrics, RegisterError, Registry, default_registry,
};

/// Every static metric of the program, collected by the linker: nothing runs before `main`.
#[linkme::distributed_slice]
pub static STATICS: [&'static (dyn StaticMetric + Sync)];

/// A static that registers itself; for [`statics!`](crate::statics).
pub trait StaticMetric {
    /// Registers it with the default registry, if that was not done.
    fn touch(&self);
}

/// A metric on the [default registry](default_registry), made by [`statics!`](crate::statics).
///
/// It is registered when it is first used, or by the first gathering of the default registry, whichever
/// comes first. If that fails, because its name is taken by then or its labels do not fit, it counts but
/// is not exposed, and [`error`](Self::error) says why.
///
/// Once it is [unregistered](crate::Registry::unregister) it stays so: it counts nowhere from then on.
///
/// # Panics
/// The first use panics when the process has millions of metrics already. It never returns when the
/// closure of [`statics!`](crate::statics) uses the static itself or gathers the default registry.
///
/// # Cost
/// A load and a branch more than the metric itself.
pub struct Static<T: Instrument> {
    registered: OnceLock<Registered<T>>,
    name: &'static str,
    doc: &'static str,
    with: for<'r> fn(MetricBuilder<'r, T>) -> MetricBuilder<'r, T>,
    at: &'static Location<'static>,
}

struct Registered<T> {
    instrument: T,
    /// Why it is not exposed, and what keeps it alive then.
    stray: Option<(RegisterError, Arc<dyn Source>)>,
}

impl<T: Instrument> Static<T> {
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        with: for<'r> fn(MetricBuilder<'r, T>) -> MetricBuilder<'r, T>,
    ) -> Self {
        Self { registered: OnceLock::new(), name, doc, with, at: Location::caller() }
    }

    /// Why it could not be registered, if that is so.
    ///
    /// # Examples
    /// ```
    /// use prom_client::Counter;
    ///
    /// prom_client::statics! {
    ///     /// Hello Worlds requested.
    ///     static HELLO_WORLDS: Counter = "hello_worlds";
    /// }
    /// assert_eq!(HELLO_WORLDS.error(), None);
    /// ```
    pub fn error(&self) -> Option<&RegisterError> {
        self.registered().stray.as_ref().map(|(error, _)| error)
    }

    fn registered(&self) -> &Registered<T> {
        self.registered.get_or_init(|| {
            let help = help(self.doc);
            let metric = || (self.with)(default_registry().metric(self.name, &help));
            match metric().register_at(self.at) {
                Ok(instrument) => Registered { instrument, stray: None },
                Err(error) => {
                    let (instrument, source) = metric().stray();
                    Registered { instrument, stray: Some((error, source)) }
                }
            }
        })
    }
}

impl<T: Instrument> Deref for Static<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.registered().instrument
    }
}

impl<T: Instrument> StaticMetric for Static<T> {
    fn touch(&self) {
        let _ = self.registered();
    }
}

impl<T: Instrument + fmt::Debug> fmt::Debug for Static<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Static").field(&self.registered.get().map(|r| &r.instrument)).finish()
    }
}

/// A struct of metrics on the [default registry](default_registry), made by [`statics!`](crate::statics).
///
/// It is registered as a [`Static`] is. If that fails its metrics count but are not exposed, none of them, and
/// [`error`](Self::error) says why.
///
/// # Panics
/// As [`Static`], and each use of its metrics panics when the struct cannot be registered on an empty registry
/// either, because a function of its `init` fails or its definition contradicts itself. Neither
/// [`error`](Self::error) nor a scrape does.
///
/// # Cost
/// A load and a branch more than the metrics themselves.
///
/// # Examples
/// ```
/// # #[cfg(feature = "derive")] {
/// use prom_client::{Counter, Gauge, Metrics, default_registry};
///
/// #[derive(Metrics)]
/// #[metrics(namespace = "post")]
/// struct Post {
///     /// Letters accepted.
///     accepted: Counter,
///     /// Letters waiting to be sorted.
///     waiting: Gauge,
/// }
///
/// prom_client::statics! {
///     static POST: Post;
/// }
///
/// POST.accepted.inc();
/// assert!(default_registry().to_text().contains("post_accepted_total 1\n"));
/// assert_eq!(POST.error(), None);
/// # }
/// ```
pub struct StaticMetrics<T: Metrics> {
    registered: OnceLock<RegisteredAll<T>>,
    at: &'static Location<'static>,
}

enum RegisteredAll<T> {
    Exposed(T),
    Failed {
        error: RegisterError,
        /// The metrics all the same, if they can be made.
        stray: Option<Stray<T>>,
    },
}

/// Metrics that are not exposed, and what keeps them alive.
struct Stray<T> {
    metrics: T,
    _sources: Vec<Arc<dyn Source>>,
    /// That on which functions of `init` made theirs.
    _registry: Registry,
}

impl<T: Metrics> StaticMetrics<T> {
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    #[allow(clippy::new_without_default, reason = "`statics!` makes it")]
    pub const fn new() -> Self {
        Self { registered: OnceLock::new(), at: Location::caller() }
    }

    /// Why they could not be registered, if that is so.
    pub fn error(&self) -> Option<&RegisterError> {
        match self.registered() {
            RegisteredAll::Exposed(_) => None,
            RegisteredAll::Failed { error, .. } => Some(error),
        }
    }

    fn registered(&self) -> &RegisteredAll<T> {
        self.registered.get_or_init(|| match Enrolment::new_at(self.at).run(default_registry()) {
            Ok(metrics) => RegisteredAll::Exposed(metrics),
            Err(error) => {
                let (mut enrolment, registry) = (Enrolment::stray(), Registry::new());
                let metrics = enrolment.run(&registry).ok();
                let stray = metrics.map(|metrics| Stray {
                    metrics,
                    _sources: enrolment.sources(),
                    _registry: registry,
                });
                RegisteredAll::Failed { error, stray }
            }
        })
    }
}

impl<T: Metrics> Deref for StaticMetrics<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self.registered() {
            RegisteredAll::Exposed(metrics)
            | RegisteredAll::Failed { stray: Some(Stray { metrics, .. }), .. } => metrics,
            RegisteredAll::Failed { error, stray: None } => {
                panic!("a static of metrics that cannot be made: {error}")
            }
        }
    }
}

impl<T: Metrics> StaticMetric for StaticMetrics<T> {
    fn touch(&self) {
        let _ = self.registered();
    }
}

impl<T: Metrics> fmt::Debug for StaticMetrics<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticMetrics").finish_non_exhaustive()
    }
}

/// The first paragraph of a doc comment in one line, however it is broken. The rest is for readers of code.
fn help(doc: &str) -> String {
    let is_empty = |line: &&str| line.trim().is_empty();
    let paragraph = doc.lines().skip_while(is_empty).take_while(|line| !is_empty(line));
    paragraph.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Whether a literal can name a metric; a compile-time stand-in for what
/// [`MetricName::parse`](crate::MetricName::parse) says with more words.
#[doc(hidden)]
#[must_use]
pub const fn is_metric_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let ok = bytes[i] == b'_'
            || bytes[i].is_ascii_alphabetic()
            || (i > 0 && bytes[i].is_ascii_digit());
        if !ok {
            return false;
        }
        i += 1;
    }
    let reserved = bytes.len() > 1 && bytes[0] == b'_' && bytes[1] == b'_';
    !bytes.is_empty() && !reserved
}

/// Declares metrics in statics, on the [default registry](crate::default_registry): that is the one to serve
/// then, and to register the rest of the program on. The first paragraph of the doc comment is the
/// help; a closure may say more. Each is exposed from the first scrape on, before it was ever touched. Without a
/// name it is a [struct of metrics](crate::StaticMetrics).
///
/// # Examples
/// ```
/// use prom_client::{Counter, Family, Histogram, Unit, default_registry};
///
/// prom_client::statics! {
///     /// Hello Worlds requested.
///     pub static HELLO_WORLDS: Counter = "hello_worlds_total";
///
///     /// Time to say hello.
///     static LATENCY: Histogram = "hello_duration", |metric| metric.unit(Unit::SECONDS);
///
///     /// Hellos by language.
///     static LANGUAGES: Family<(&'static str,), Counter> = "hello_languages", |m| m.labels(["language"]);
/// }
///
/// LANGUAGES.with(&("eo",)).inc();
/// let text = default_registry().to_text();
/// assert!(text.contains("# HELP hello_worlds_total Hello Worlds requested.\n"));
/// assert!(text.contains("hello_worlds_total 0\n"));
/// assert!(text.contains("hello_languages_total{language=\"eo\"} 1\n"));
/// ```
///
/// A name that cannot be exposed does not compile:
/// ```compile_fail
/// prom_client::statics! {
///     /// Jobs done.
///     static JOBS: prom_client::Counter = "jobs-done";
/// }
/// ```
#[macro_export]
macro_rules! statics {
    ($(
        $(#[doc = $doc:expr])*
        $visibility:vis static $name:ident: $type:ty $(= $metric:literal $(, $with:expr)?)?;
    )*) => {$(
        $crate::__static! {
            [$($doc),*] $visibility $name $type $(= $metric $(, $with)?)?
        }
    )*};
}

/// One of [`statics!`].
#[doc(hidden)]
#[macro_export]
macro_rules! __static {
    ([$($doc:expr),+] $visibility:vis $name:ident $type:ty = $metric:literal $(, $with:expr)?) => {
        $(#[doc = $doc])+
        $visibility static $name: $crate::Static<$type> = {
            const _: () = assert!(
                $crate::__private::is_metric_name($metric),
                concat!("invalid metric name `", $metric, "`"),
            );
            $crate::__static!(registered $name);
            $crate::Static::new($metric, concat!($($doc, "\n"),+), |metric| {
                $(let metric = $crate::__private::with(metric, $with);)?
                metric
            })
        };
    };
    ([] $visibility:vis $name:ident $type:ty = $metric:literal $(, $with:expr)?) => {
        compile_error!("a static metric has a doc comment, which is its help");
    };
    ([$($doc:expr),*] $visibility:vis $name:ident $type:ty) => {
        $(#[doc = $doc])*
        $visibility static $name: $crate::StaticMetrics<$type> = {
            $crate::__static!(registered $name);
            $crate::StaticMetrics::new()
        };
    };
    (registered $name:ident) => {
        #[$crate::__private::linkme::distributed_slice($crate::__private::STATICS)]
        #[linkme(crate = $crate::__private::linkme)]
        static __PROM_CLIENT_STATIC: &'static (dyn $crate::__private::StaticMetric + Sync) = &$name;
    };
}
