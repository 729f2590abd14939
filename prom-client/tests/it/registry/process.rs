//! The metrics of the process, on the system that has them all.

use std::fs::File;
use std::time::{SystemTime, UNIX_EPOCH};

use prom_client::{Registry, default_registry, process_collector};

use super::Result;
use crate::support::{exposition, text};

/// A registry that has only them.
fn registry() -> Registry {
    let registry = Registry::new();
    registry.register_collector(process_collector()).expect("the registry was empty");
    registry
}

#[test]
fn names_help_and_units_are_those_of_the_official_list() {
    let text = exposition(&registry(), prom_client::Format::OpenMetrics);
    for (name, kind, unit, help) in [
        ("cpu_seconds", "counter", "seconds", "Total user and system CPU time spent in seconds."),
        ("max_fds", "gauge", "", "Maximum number of open file descriptors."),
        ("open_fds", "gauge", "", "Number of open file descriptors."),
        ("resident_memory_bytes", "gauge", "bytes", "Resident memory size in bytes."),
        (
            "start_time_seconds",
            "gauge",
            "seconds",
            "Start time of the process since unix epoch in seconds.",
        ),
        ("threads", "gauge", "", "Number of OS threads in the process."),
        ("virtual_memory_bytes", "gauge", "bytes", "Virtual memory size in bytes."),
    ] {
        let mut metadata = format!("# TYPE process_{name} {kind}\n");
        if !unit.is_empty() {
            metadata += &format!("# UNIT process_{name} {unit}\n");
        }
        metadata += &format!("# HELP process_{name} {help}\nprocess_{name}");
        assert!(text.contains(&metadata), "{metadata} in {text}");
    }
    assert!(text.contains("\nprocess_cpu_seconds_total "));
}

#[test]
fn the_values_are_those_of_this_process() -> Result {
    let registry = registry();
    let files = (0..50).map(|_| File::open("/proc/self/stat")).collect::<Result<Vec<_>, _>>()?;
    let memory = vec![1_u8; 64 << 20];
    let snapshot = registry.snapshot();
    let gauge = |name| snapshot.gauge(name, &[]).unwrap_or_else(|| panic!("no {name}"));
    let open = gauge("process_open_fds");
    assert!(open > files.len() as i64 && open <= gauge("process_max_fds"));
    assert!(gauge("process_resident_memory_bytes") > memory.len() as i64);
    assert!(gauge("process_virtual_memory_bytes") > gauge("process_resident_memory_bytes"));
    assert!(gauge("process_threads") >= 2, "the test's thread and that of the harness");

    let float = |name| snapshot.float(name, &[]).unwrap_or_else(|| panic!("no {name}"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let start = float("process_start_time_seconds");
    // The time when the machine was started is known to the second.
    assert!((now - 3600.0..=now + 1.0).contains(&start), "{start} now {now}");
    assert!((0.0..3600.0).contains(&float("process_cpu_seconds")));
    assert_eq!(registry.snapshot().float("process_start_time_seconds", &[]), Some(start));
    assert!(memory.iter().all(|byte| *byte == 1), "it was there all the time");
    Ok(())
}

#[test]
fn cpu_time_grows_with_work() {
    let registry = registry();
    let cpu = || registry.snapshot().float("process_cpu_seconds", &[]).expect("it is there");
    let before = cpu();
    // Until the counter has seen it: without a limit, since a wait would be a guess.
    let mut work = 0_u64;
    while cpu() == before {
        work = std::hint::black_box(work.wrapping_mul(31).wrapping_add(1));
    }
    assert!(cpu() > before);
}

#[test]
fn the_default_registry_shows_the_process_from_the_beginning() {
    let registry = default_registry();
    assert!(registry.snapshot().gauge("process_threads", &[]).is_some());
    assert!(registry.register_collector(process_collector()).is_err(), "it has it already");
    assert_eq!(text(&Registry::new()), "", "others have it when they are asked to");
}
