//! The measures of every incident of the store, read beside one another, with how far it is.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};

use super::error::StoreError;
use super::shared::shared_out;
use super::{Look, Row, Store};
use crate::metrics;
use crate::metrics::over::Brief;

/// So many incidents are read at once, and then it is told how far it is.
const AT_ONCE: usize = 512;

impl Store {
    /// Measures the incidents that `wanted` keeps, as they stand at `wall` (UTC), newest first. Every journal is
    /// read: a list row has no room for what a measure needs. `tell` is given how many were read, of how many,
    /// and may stop it. An incident that cannot be read is passed over; the list says why.
    ///
    /// # Errors
    /// Those of listing the store.
    pub fn figures(
        &self,
        wall: DateTime<Utc>,
        wanted: impl Fn(&Row) -> bool,
        mut tell: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Vec<Brief>, StoreError> {
        let mut rows = self.list(Look::Checked)?;
        rows.retain(|(_, row)| row.shut.is_none() && wanted(row));
        let measure = |at: &usize| {
            let incident = self.read(&rows[*at].0).ok()?.incident;
            Some(Brief::of(&metrics::of(&incident, metrics::now_of(&incident, wall))))
        };
        let mut briefs = Vec::with_capacity(rows.len());
        for from in (0..rows.len()).step_by(AT_ONCE) {
            let some: Vec<usize> = (from..rows.len().min(from + AT_ONCE)).collect();
            briefs.extend(shared_out(&some, measure).into_iter().flatten());
            if tell(from + some.len(), rows.len()).is_break() {
                break;
            }
        }
        Ok(briefs)
    }
}
