#![allow(dead_code)]

type Result<T> = ::std::result::Result<T, ()>;
struct Option;
struct String;
struct Box;
struct Some;
struct None;
struct Ok;
struct Err;
trait Into {}
trait Default {}
mod std {}
mod core {}

fn result() -> Result<()> {
    ::std::unreachable!()
}

#[derive(::prom_client::LabelValue)]
enum Kind {
    A,
}

#[derive(::prom_client::LabelSet)]
struct Labels<'a> {
    kind: Kind,
    name: &'a str,
}

#[derive(::prom_client::Metrics)]
struct Metered {
    /// Calls.
    #[metric(max_series = 10, ttl = "1h")]
    calls: ::prom_client::Family<Labels<'static>, ::prom_client::Counter>,
    /// Times.
    #[metric(unit = "euros", buckets = [1.0])]
    times: ::prom_client::Histogram,
    #[metric(skip)]
    skipped: u8,
}

#[::prom_client::timed(metered.times)]
#[::prom_client::counted(|_| metered.calls.with(&Labels { kind: Kind::A, name: "x" }))]
async fn call(metered: &Metered) {}

#[::prom_client::timed(|_| metered.times)]
fn never(metered: &Metered) -> ! {
    ::std::process::exit(0)
}

fn main() {}
