//! The two clocks: the boot clock, which counts from the machine's start and never jumps, and the wall clock.
//! Every rule about time takes its clock as an argument.

use std::ops::{Add, Sub};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An instant on the machine's boot clock: the same value in every process, counts during sleep, never set back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BootInstant(u64);

impl BootInstant {
    /// The instant `nanos` nanoseconds after the machine started.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the machine started.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub const fn duration_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for BootInstant {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(rhs.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for BootInstant {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(rhs.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Now, on the boot clock.
    fn now(&self) -> BootInstant;

    /// Now, in Unix seconds, by the wall clock.
    fn unix_now(&self) -> i64;
}

/// The machine's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> BootInstant {
        boot_now()
    }

    fn unix_now(&self) -> i64 {
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => seconds(after),
            Err(before) => -seconds(before.duration()),
        }
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library offers no boot clock")]
fn boot_now() -> BootInstant {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const CLOCK: libc::clockid_t = libc::CLOCK_BOOTTIME;
    // On other systems all processes share the monotonic clock.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;

    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a valid, writable timespec for the whole call.
    unsafe { libc::clock_gettime(CLOCK, &raw mut now) };
    BootInstant(now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64)
}

// Not GetTickCount64: it advances in steps of up to 16 ms, too coarse for 20 requests per second.
#[cfg(windows)]
#[expect(unsafe_code, reason = "the standard library offers no boot clock")]
fn boot_now() -> BootInstant {
    use windows_sys::Win32::System::Performance::{QueryPerformanceCounter, QueryPerformanceFrequency};

    let (mut count, mut frequency) = (0, 0);
    // SAFETY: both outputs are writable for the whole call. Neither function can fail on Windows XP or later.
    unsafe {
        QueryPerformanceCounter(&raw mut count);
        QueryPerformanceFrequency(&raw mut frequency);
    }
    let nanos =
        u128::from(count.unsigned_abs()) * 1_000_000_000 / u128::from(frequency.unsigned_abs().max(1));
    BootInstant(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_boot_clock_does_not_run_backwards() {
        let first = SystemClock.now();
        let second = SystemClock.now();
        assert!(second >= first && first > BootInstant::default());
    }

    #[test]
    fn the_boot_clock_counts_as_fast_as_the_standard_librarys() {
        const SPIN: Duration = Duration::from_millis(20);
        let outer = Instant::now();
        let first = SystemClock.now();
        let inner = Instant::now();
        while inner.elapsed() < SPIN {
            std::hint::spin_loop();
        }
        let least = inner.elapsed();
        let counted = SystemClock.now().duration_since(first);
        let most = outer.elapsed();
        // The two clocks may be adjusted at rates that differ by less than 10 %.
        assert!(
            least.mul_f64(0.9) <= counted && counted <= most.mul_f64(1.1),
            "{least:?} {counted:?} {most:?}"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_boot_clock_counts_from_the_start_of_the_machine() {
        use rustix::time::{ClockId, clock_gettime};

        let before = SystemClock.now();
        let read = clock_gettime(ClockId::Boottime);
        let read = BootInstant::from_nanos(0) + Duration::new(read.tv_sec as u64, read.tv_nsec as u32);
        assert!(before <= read && read <= SystemClock.now(), "{before:?} {read:?}");
    }

    #[test]
    fn the_other_clock_is_the_systems() {
        let seconds = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
        let before = seconds();
        let read = SystemClock.unix_now();
        assert!((before..=seconds()).contains(&read), "{read}");
    }

    #[test]
    fn moments_differ_by_the_time_between_them() {
        let (earlier, later) = (BootInstant::from_nanos(3), BootInstant::from_nanos(10));
        let between = Duration::from_nanos(7);
        assert_eq!(
            (later.duration_since(earlier), earlier + between, later - between),
            (between, later, earlier)
        );
        assert_eq!(later.as_nanos(), 10);
    }

    #[test]
    fn moments_saturate_instead_of_wrapping() {
        assert_eq!(BootInstant::from_nanos(5) - Duration::from_secs(1), BootInstant::default());
        assert_eq!(
            BootInstant::from_nanos(u64::MAX) + Duration::from_secs(1),
            BootInstant::from_nanos(u64::MAX)
        );
        assert_eq!(BootInstant::from_nanos(5).duration_since(BootInstant::from_nanos(9)), Duration::ZERO);
    }
}
