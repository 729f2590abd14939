#![deny(warnings)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unnameable_types)]

//! A library.

/// What it measures.
mod inside {
    use prom_client::{Counter, Family, LabelSet, LabelValue, Metrics};

    #[derive(LabelValue)]
    enum Kind {
        A,
    }

    #[derive(LabelSet)]
    struct Labels {
        kind: Kind,
    }

    #[derive(Metrics)]
    pub(crate) struct Private {
        /// Calls.
        calls: Family<Labels, Counter>,
    }

    impl Private {
        pub(crate) fn count(&self) {
            self.calls.with(&Labels { kind: Kind::A }).inc();
        }
    }
}

fn main() {
    let registry = prom_client::Registry::new();
    let private = <inside::Private as prom_client::Metrics>::register(&registry).expect("names");
    private.count();
}
