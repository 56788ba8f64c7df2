//! Clocks, medians and rounds: what is compared is measured in turn, and compared round by round.

use std::time::{Duration, Instant, SystemTime};

/// One piece of work, measured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Milliseconds on the wall.
    pub(crate) wall: f64,
    /// Milliseconds of processor time of the calling thread; the wall where the system does not tell.
    pub(crate) cpu: f64,
}

/// Measures one piece of work.
pub(crate) fn once<T>(work: impl FnOnce() -> T) -> (Cost, T) {
    let (cpu, start) = (cpu_ms(), Instant::now());
    let answer = work();
    let wall = start.elapsed().as_secs_f64() * 1e3;
    let cpu = cpu.and_then(|before| Some(cpu_ms()? - before)).unwrap_or(wall);
    (Cost { wall, cpu }, answer)
}

/// Processor time of this thread so far, in milliseconds.
pub(crate) fn cpu_ms() -> Option<f64> {
    // The scheduler brings its books up to date when the processor is offered to others.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

/// The most memory this process has held so far, in MB (10⁶ bytes).
pub(crate) fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? * 1024.0 / 1e6)
}

/// Waits for the next minute, unless this one lasts for so long: another minute is another picture, and nobody's answer.
pub(crate) fn within_a_minute(time: Duration) {
    const MINUTE: u64 = 60_000;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let left = Duration::from_millis(MINUTE) - Duration::from_millis(since.as_millis() as u64 % MINUTE);
    if left < time {
        std::thread::sleep(left + Duration::from_millis(50));
    }
}

/// The costs of several works, measured in turn.
pub(crate) struct Rounds(Vec<Vec<Cost>>);

/// Does all works in turn: one round unmeasured, then so many.
pub(crate) fn rounds(count: usize, works: &mut [&mut dyn FnMut()]) -> Rounds {
    works.iter_mut().for_each(|work| work());
    let mut costs = vec![Vec::with_capacity(count); works.len()];
    for _ in 0..count {
        for (work, costs) in works.iter_mut().zip(&mut costs) {
            costs.push(once(&mut **work).0);
        }
    }
    Rounds(costs)
}

impl Rounds {
    /// The median wall time of a work in milliseconds.
    pub(crate) fn wall(&self, work: usize) -> f64 {
        median(self.0[work].iter().map(|cost| cost.wall))
    }

    /// The median processor time of a work in milliseconds.
    pub(crate) fn cpu(&self, work: usize) -> f64 {
        median(self.0[work].iter().map(|cost| cost.cpu))
    }

    /// The median over the rounds of one work's wall time by another's.
    pub(crate) fn wall_ratio(&self, work: usize, base: usize) -> f64 {
        median(self.0[work].iter().zip(&self.0[base]).map(|(a, b)| a.wall / b.wall))
    }

    /// The same of processor time, which a busy machine disturbs less.
    pub(crate) fn cpu_ratio(&self, work: usize, base: usize) -> f64 {
        median(self.0[work].iter().zip(&self.0[base]).map(|(a, b)| a.cpu / b.cpu))
    }
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}

/// The value below which this part of the values lies.
pub(crate) fn quantile(values: impl Iterator<Item = f64>, part: f64) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * part).round();
    // A count of rounds is far from where a float loses whole numbers.
    sorted.get(at as usize).copied().unwrap_or(f64::NAN)
}
