//! What several tests need.

use std::fmt;
use std::sync::Arc;

use prom_client::{
    CollectError, Collection, Collector, Desc, Format, Kind, NameError, Names, Registry,
};

/// Families that count for the whole process: other tests make them appear.
const OF_THE_PROCESS: [&str; 2] = ["prom_client_refused_exemplars", "prom_client_refused_updates"];

/// The exposition without the families that count for the whole process.
pub(crate) fn exposition(registry: &Registry, format: Format) -> String {
    let mut bytes = Vec::new();
    registry.encode(format, &mut bytes);
    let text = String::from_utf8(bytes).expect("an exposition is text");
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        let name = line.trim_start_matches("# HELP ").trim_start_matches("# TYPE ");
        if !OF_THE_PROCESS.iter().any(|own| name.starts_with(own)) {
            kept.push_str(line);
        }
    }
    kept
}

/// As [`exposition`], in the text format.
pub(crate) fn text(registry: &Registry) -> String {
    exposition(registry, Format::Text)
}

/// The samples of the text format, without HELP and TYPE.
pub(crate) fn samples(registry: &Registry) -> Vec<String> {
    text(registry).lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// A collector out of descriptions and a closure.
struct Custom<F> {
    descs: Vec<(&'static str, Kind)>,
    collect: F,
}

impl<F> fmt::Debug for Custom<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Custom").field(&self.descs).finish()
    }
}

impl<F> Collector for Custom<F>
where
    F: Fn(&mut Collection) -> Result<(), CollectError> + Send + Sync + 'static,
{
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        self.descs
            .iter()
            .map(|(name, kind)| Desc::new_in(Names::Utf8, name, "Collected.", *kind))
            .collect()
    }

    fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
        (self.collect)(out)
    }
}

/// A collector that announces these families and fills them by `collect`.
pub(crate) fn collector(
    descs: &[(&'static str, Kind)],
    collect: impl Fn(&mut Collection) -> Result<(), CollectError> + Send + Sync + 'static,
) -> Arc<dyn Collector> {
    Arc::new(Custom { descs: descs.to_vec(), collect })
}
