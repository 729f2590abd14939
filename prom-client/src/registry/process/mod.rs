//! What the operating system knows of this process.
//!
//! One collector for the process, since there is one process. It reads `/proc`, so that it needs neither
//! `unsafe` nor another crate; where there is no `/proc` of Linux's kind it has nothing to say.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;

use std::sync::{Arc, LazyLock};

use super::collector::{CollectError, Collection, Collector};
use crate::desc::{Desc, Kind, NameError, Unit};

/// The collector of the process that all registries share: `process_cpu_seconds_total`,
/// `process_open_fds`, `process_max_fds`, `process_virtual_memory_bytes`,
/// `process_virtual_memory_max_bytes`, `process_resident_memory_bytes`, `process_start_time_seconds` and
/// `process_threads`.
///
/// The [default registry](crate::default_registry) has it from the beginning. What cannot be had is left
/// out: a limit that there is not, what a container hides, and on other systems than Linux and Android all
/// of it. There is no `process_heap_bytes`, since no heap is common to all allocators.
///
/// # Examples
/// A registry of your own has it when it is registered:
/// ```
/// use prom_client::{Registry, process_collector};
///
/// let registry = Registry::new();
/// registry.register_collector(process_collector())?;
/// # #[cfg(target_os = "linux")]
/// assert!(registry.snapshot().float("process_cpu_seconds", &[]).is_some());
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
/// A batch job or a test whose default registry should be without it:
/// ```
/// use prom_client::{default_registry, process_collector};
///
/// assert!(default_registry().unregister_collector(&process_collector()));
/// assert!(default_registry().snapshot().family("process_threads").is_none());
/// ```
///
/// # Cost
/// Some 0.15 ms for each scrape, to read four small files of `/proc`. Before Linux 6.2 also a directory with
/// an entry for each open file.
#[must_use]
pub fn process_collector() -> Arc<dyn Collector> {
    static SHARED: LazyLock<Arc<Process>> = LazyLock::new(Arc::default);
    SHARED.clone()
}

/// The collector, and what it need not read twice.
#[derive(Debug, Default)]
struct Process {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    start: linux::Start,
}

/// One reading. What cannot be had is `None`.
#[derive(Debug, Default, PartialEq)]
struct Figures {
    cpu_seconds: Option<f64>,
    open_fds: Option<u64>,
    max_fds: Option<u64>,
    virtual_memory_bytes: Option<u64>,
    virtual_memory_max_bytes: Option<u64>,
    resident_memory_bytes: Option<u64>,
    start_time_seconds: Option<f64>,
    threads: Option<u64>,
}

impl Process {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn read(&self) -> Figures {
        linux::read(&self.start)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn read(&self) -> Figures {
        Figures::default()
    }
}

impl Collector for Process {
    /// Names and help as the official list of client libraries has them.
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        let gauge = |name, help| Desc::new(name, help, Kind::Gauge);
        let cpu = "Total user and system CPU time spent in seconds.";
        let start = "Start time of the process since unix epoch in seconds.";
        let virtual_max = "Maximum amount of virtual memory available in bytes.";
        Ok(vec![
            Desc::new("process_cpu", cpu, Kind::Counter)?.unit(Unit::SECONDS),
            gauge("process_open_fds", "Number of open file descriptors.")?,
            gauge("process_max_fds", "Maximum number of open file descriptors.")?,
            gauge("process_virtual_memory", "Virtual memory size in bytes.")?.unit(Unit::BYTES),
            gauge("process_virtual_memory_max", virtual_max)?.unit(Unit::BYTES),
            gauge("process_resident_memory", "Resident memory size in bytes.")?.unit(Unit::BYTES),
            gauge("process_start_time", start)?.unit(Unit::SECONDS),
            gauge("process_threads", "Number of OS threads in the process.")?,
        ])
    }

    fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
        let read = self.read();
        if let Some(total) = read.cpu_seconds {
            out.family("process_cpu_seconds")?.counter(&[], total)?;
        }
        if let Some(time) = read.start_time_seconds {
            out.family("process_start_time_seconds")?.gauge(&[], time)?;
        }
        for (name, value) in [
            ("process_open_fds", read.open_fds),
            ("process_max_fds", read.max_fds),
            ("process_virtual_memory_bytes", read.virtual_memory_bytes),
            ("process_virtual_memory_max_bytes", read.virtual_memory_max_bytes),
            ("process_resident_memory_bytes", read.resident_memory_bytes),
            ("process_threads", read.threads),
        ] {
            if let Some(value) = value {
                out.family(name)?.gauge(&[], value)?;
            }
        }
        Ok(())
    }
}
