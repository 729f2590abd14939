//! Label sets of enums: what a library can do when it knows all values beforehand.

use fastmetrics::derive::EncodeLabelValue as FastmetricsValue;
use measured::FixedCardinalityLabel;
use prometheus_client::encoding::EncodeLabelValue as PrometheusClientValue;

/// A method.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    FastmetricsValue,
    FixedCardinalityLabel,
    PrometheusClientValue,
)]
#[allow(missing_docs, reason = "the variants speak for themselves")]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
    Patch,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Delete, Self::Patch];
}

/// A route.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    FastmetricsValue,
    FixedCardinalityLabel,
    PrometheusClientValue,
)]
#[allow(missing_docs, reason = "the variants speak for themselves")]
pub enum Route {
    Home,
    Search,
    Item,
    Cart,
}

impl Route {
    /// All routes.
    pub const ALL: [Self; 4] = [Self::Home, Self::Search, Self::Item, Self::Cart];
}

/// A status.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    FastmetricsValue,
    FixedCardinalityLabel,
    PrometheusClientValue,
)]
#[allow(missing_docs, reason = "the variants speak for themselves")]
pub enum Status {
    Ok,
    Created,
    NoContent,
    Moved,
    BadRequest,
}

impl Status {
    /// All statuses.
    pub const ALL: [Self; 5] =
        [Self::Ok, Self::Created, Self::NoContent, Self::Moved, Self::BadRequest];
}

/// A label set of three enums.
pub type EnumLabels = (Method, Route, Status);

/// All 100 label sets there are.
#[must_use]
pub fn enum_labels() -> Vec<EnumLabels> {
    let mut sets = Vec::new();
    for method in Method::ALL {
        for route in Route::ALL {
            sets.extend(Status::ALL.map(|status| (method, route, status)));
        }
    }
    sets
}
