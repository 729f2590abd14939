//! How fast is fast enough.

/// What must hold for one row: `at_most`, and one of the two ratios if there are any.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The row's id.
    pub row: &'static str,
    /// On how many threads.
    pub threads: usize,
    /// What the row counts.
    pub unit: Unit,
    /// An upper limit.
    pub at_most: Option<f64>,
    /// An upper limit as a part of what the best rival needs.
    pub of_best: Option<f64>,
    /// An upper limit as a part of what `measured` needs, which then is no rival of the other kind.
    pub of_measured: Option<f64>,
}

/// What a row counts.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// Bytes.
    Bytes,
}

impl Unit {
    /// As it is written behind a number.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ns => "ns",
            Self::Bytes => "B",
        }
    }
}

impl Target {
    const fn new(row: &'static str, threads: usize) -> Self {
        Self { row, threads, unit: Unit::Ns, at_most: None, of_best: None, of_measured: None }
    }

    const fn of_best(self, ratio: f64) -> Self {
        Self { of_best: Some(ratio), ..self }
    }

    const fn of_measured(self, ratio: f64) -> Self {
        Self { of_measured: Some(ratio), ..self }
    }

    const fn at_most(self, limit: f64) -> Self {
        Self { at_most: Some(limit), ..self }
    }

    const fn bytes(self) -> Self {
        Self { unit: Unit::Bytes, ..self }
    }
}

/// All targets, in the order of the table.
pub const TARGETS: &[Target] = &[
    Target::new("counter_inc", 1).of_best(0.20),
    Target::new("counter_inc", 2).of_best(0.08),
    Target::new("counter_float", 1).of_best(0.75),
    Target::new("counter_float", 2).of_best(0.15),
    Target::new("counter_many_100k", 1).of_best(1.2),
    Target::new("counter_many_100k", 2).of_best(1.2),
    Target::new("gauge_track", 1).of_best(0.50),
    Target::new("gauge_track", 2).of_best(0.25),
    Target::new("gauge_set", 1).at_most(5.5),
    Target::new("gauge_set", 2).at_most(25.0),
    Target::new("gauge_add", 1).of_best(1.5),
    Target::new("gauge_add", 2).of_best(1.5),
    Target::new("gauge_add_f64", 1).of_best(1.5),
    Target::new("gauge_add_f64", 2).of_best(1.5),
    Target::new("histogram_observe", 1).of_best(0.40),
    Target::new("histogram_observe", 2).of_best(0.15),
    Target::new("native_observe", 1).of_best(0.50),
    Target::new("native_observe", 2).of_best(0.20),
    Target::new("summary_observe", 1).of_best(0.30),
    Target::new("summary_observe", 2).of_best(0.15),
    Target::new("family_inc_100", 1).of_best(0.62),
    Target::new("family_inc_100", 2).of_best(0.25),
    Target::new("family_inc_10k", 1).of_best(0.75),
    Target::new("family_inc_10k", 2).of_best(0.40),
    Target::new("family_observe_100", 1).of_best(0.45),
    Target::new("family_observe_100", 2).of_best(0.25),
    Target::new("family_enum_100", 1).of_best(0.25).of_measured(0.5),
    Target::new("family_enum_100", 2).of_best(0.10).of_measured(0.5),
    Target::new("series_new_10k", 1).of_best(0.5).of_measured(1.0),
    Target::new("text_100k", 1).at_most(25.0).of_best(0.30),
    Target::new("text_100k_1pct", 1).at_most(60.0),
    Target::new("text_100k_64t", 1).of_best(1.0),
    Target::new("text_hist_1k", 1).of_best(0.30),
    Target::new("http_axum", 1).at_most(300.0).of_best(0.30),
    Target::new("http_actix", 1).at_most(300.0).of_best(0.60),
    Target::new("memory_counter_100k", 1).at_most(130.0).bytes(),
    Target::new("memory_histogram_10k", 1).at_most(300.0).bytes(),
    Target::new("latency_create_max", 2).at_most(200_000.0),
    Target::new("latency_create_p999", 2).at_most(20_000.0),
];
