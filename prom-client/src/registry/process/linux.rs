//! The process as `/proc` of Linux shows it; see proc(5).

use std::fs;
use std::sync::OnceLock;

use super::Figures;

/// Ticks per second in `/proc`: `USER_HZ`, which the kernel promises to programs whatever its own clock
/// is. It is 100 on every architecture that Rust has.
const TICKS_PER_SECOND: f64 = 100.0;

/// When the process began, once it is known. It is computed from the time when the machine was started,
/// which the kernel computes from its clock: read again, it could be off by a second, and a process would
/// seem to have been started anew.
#[derive(Debug, Default)]
pub(super) struct Start(OnceLock<f64>);

/// Whatever can be had.
pub(super) fn read(start: &Start) -> Figures {
    let text = |path| fs::read_to_string(path).unwrap_or_default();
    let stat = text("/proc/self/stat");
    let stat = Stat::parse(&stat);
    let limits = text("/proc/self/limits");
    Figures {
        cpu_seconds: stat.as_ref().map(|stat| stat.cpu_ticks as f64 / TICKS_PER_SECOND),
        open_fds: open_fds(),
        max_fds: soft_limit(&limits, "Max open files"),
        virtual_memory_bytes: stat.as_ref().map(|stat| stat.virtual_bytes),
        virtual_memory_max_bytes: soft_limit(&limits, "Max address space"),
        resident_memory_bytes: resident_bytes(&text("/proc/self/status")),
        start_time_seconds: stat.as_ref().and_then(|stat| start.seconds(stat)),
        threads: stat.as_ref().map(|stat| stat.threads),
    }
}

impl Start {
    fn seconds(&self, stat: &Stat) -> Option<f64> {
        if let Some(seconds) = self.0.get() {
            return Some(*seconds);
        }
        let machine = boot_time(&fs::read_to_string("/proc/stat").ok()?)?;
        Some(*self.0.get_or_init(|| machine as f64 + stat.start_ticks as f64 / TICKS_PER_SECOND))
    }
}

/// What is needed of `/proc/self/stat`.
#[derive(Debug, PartialEq)]
struct Stat {
    cpu_ticks: u64,
    threads: u64,
    start_ticks: u64,
    virtual_bytes: u64,
}

impl Stat {
    /// The second field, the name of the program in parentheses, may have anything in it, parentheses and
    /// blanks included.
    fn parse(stat: &str) -> Option<Self> {
        let (_, behind) = stat.rsplit_once(')')?;
        // What comes first here is field 3 of the manual.
        let fields: Vec<&str> = behind.split_ascii_whitespace().collect();
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            cpu_ticks: field(14)?.checked_add(field(15)?)?,
            threads: field(20)?,
            start_ticks: field(22)?,
            virtual_bytes: field(23)?,
        })
    }
}

/// How many entries `/proc/self/fd` has: its size says so since Linux 6.2, where it was 0 before.
fn open_fds() -> Option<u64> {
    const FDS: &str = "/proc/self/fd";
    let size = fs::metadata(FDS).ok()?.len();
    if size > 0 {
        return Some(size);
    }
    // One of the entries is for the directory itself, open only to be read here.
    let entries = fs::read_dir(FDS).ok()?.count() as u64;
    entries.checked_sub(1)
}

/// The soft limit of this name in `/proc/self/limits`, `None` if there is no limit.
fn soft_limit(limits: &str, name: &str) -> Option<u64> {
    let columns = limits.lines().find_map(|line| line.strip_prefix(name))?;
    columns.split_ascii_whitespace().next()?.parse().ok()
}

/// The resident set in `/proc/self/status`, which is in KiB there.
fn resident_bytes(status: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    value.trim().strip_suffix(" kB")?.trim_end().parse::<u64>().ok()?.checked_mul(1024)
}

/// When the machine was started, in seconds since the Unix epoch, in `/proc/stat`.
fn boot_time(stat: &str) -> Option<u64> {
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "4242 (a b) c)) S 1 4242 4242 0 -1 4194304 1092 0 3 0 150 25 0 0 20 0 7 0 \
                        123456 222003200 1000 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0\n";

    #[test]
    fn the_fields_behind_a_name_with_anything_in_it_are_read() {
        let stat =
            Stat { cpu_ticks: 175, threads: 7, start_ticks: 123_456, virtual_bytes: 222_003_200 };
        assert_eq!(Stat::parse(STAT), Some(stat));
    }

    #[test]
    fn what_is_cut_off_or_no_number_is_left_out() {
        for stat in ["", "1 (x", "1 (x) S 1 2 3", &STAT.replace("222003200", "-1"), &STAT[..60]] {
            assert_eq!(Stat::parse(stat), None, "{stat}");
        }
        for status in ["", "VmRSS:\t\n", "VmRSS:\t  12 MB\n", "VmRSS:\t18446744073709551615 kB\n"] {
            assert_eq!(resident_bytes(status), None, "{status}");
        }
        assert_eq!(boot_time("cpu 1 2\nbtime\n"), None);
    }

    #[test]
    fn limits_and_sizes_are_found_by_their_names() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max file size             unlimited            unlimited            bytes     \n\
                      Max open files            1024                 1048576              files     \n\
                      Max address space         unlimited            unlimited            bytes     \n";
        assert_eq!(soft_limit(limits, "Max open files"), Some(1024));
        assert_eq!(soft_limit(limits, "Max address space"), None, "there is none");
        assert_eq!(soft_limit(limits, "Max locked memory"), None);
        assert_eq!(resident_bytes("VmHWM:\t  9000 kB\nVmRSS:\t    5120 kB\n"), Some(5120 * 1024));
        assert_eq!(boot_time("cpu  1 2\nctxt 3\nbtime 1700000000\n"), Some(1_700_000_000));
    }

    #[test]
    fn the_start_stays_when_the_machine_seems_to_have_started_later() {
        let start = Start(OnceLock::from(1_700_001_234.5));
        let stat = Stat::parse(STAT).unwrap();
        assert_eq!(start.seconds(&stat), Some(1_700_001_234.5));
    }
}
