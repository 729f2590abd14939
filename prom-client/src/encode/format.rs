//! The formats.

/// A format that a metrics endpoint answers in. With an [`Escaping`](crate::Escaping) it is a
/// [`ContentType`](crate::ContentType).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus text 0.0.4, which everything reads and which a browser shows; 1.0.0 with names in
    /// UTF-8.
    #[default]
    Text,
    /// OpenMetrics text 1.0.0, which has units and an end.
    OpenMetrics,
    /// OpenMetrics text 2.0.0, of which there is a release candidate: for who asks for it by its version, to try it.
    #[cfg(feature = "openmetrics2")]
    OpenMetrics2,
    /// Prometheus' messages in protobuf, each behind its length: with native buckets and start times.
    #[cfg(feature = "protobuf")]
    Protobuf,
}

impl Format {
    /// Every format that there is, the one that asks least of a reader first.
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::OpenMetrics,
        #[cfg(feature = "openmetrics2")]
        Self::OpenMetrics2,
        #[cfg(feature = "protobuf")]
        Self::Protobuf,
    ];
}
