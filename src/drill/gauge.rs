//! Gauges: numbers on the drill bar that grow until something stops them. Pressure to be seen, never scored.

use super::play::Play;
use super::scenario::{Gauge, GaugeId};

/// A gauge as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub id: GaugeId,
    pub text: String,
    pub value: f64,
    /// The exercise minute it was stopped.
    pub stopped: Option<u32>,
}

impl Gauge {
    /// Its value in an exercise minute if nothing stops it; `None` before it is shown.
    pub fn value_at(&self, minute: u32) -> Option<f64> {
        let passed = f64::from(minute.checked_sub(self.from_min)?);
        let value = match (self.double_min, self.per_min) {
            (Some(double), _) if double > 0 => self.value * (passed / f64::from(double)).exp2(),
            (_, Some(each)) => self.value + each * passed,
            _ => self.value,
        };
        let value = self.most.map_or(value, |most| value.min(most));
        Some(self.least.map_or(value, |least| value.max(least)))
    }
}

impl Play {
    /// The gauges that are shown in an exercise minute, if nothing else happens until then.
    pub fn gauges(&self, minute: u32) -> Vec<Reading> {
        let readings = self.scenario().gauges.iter().zip(self.stops(minute));
        let readings = readings.filter_map(|(gauge, stopped)| {
            // One that was stopped before it was shown stands at its first value.
            let at = stopped.map_or(minute, |stopped| stopped.max(gauge.from_min).min(minute));
            let value = gauge.value_at(at)?;
            Some(Reading { id: gauge.id.clone(), text: gauge.text.clone(), value, stopped })
        });
        readings.collect()
    }
}
