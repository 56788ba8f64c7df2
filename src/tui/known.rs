//! What was worked out of an incident and holds until it has another line.

use std::cell::RefCell;

use uuid::Uuid;

use crate::incident::Incident;
use crate::model::root::Root;

/// A look through thousands of fields, kept from one picture to the next.
#[derive(Debug, Default)]
pub(super) struct Known<T>(RefCell<Option<(Uuid, Root, T)>>);

impl<T: Clone> Known<T> {
    /// What is known of the incident as it stands; looked for where that is another one or has another line.
    pub(super) fn of(&self, incident: &Incident, look: impl FnOnce() -> T) -> T {
        let mut known = self.0.borrow_mut();
        match &*known {
            Some((id, root, known)) if (*id, root) == (incident.id, &incident.root) => known.clone(),
            _ => known.insert((incident.id, incident.root.clone(), look())).2.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::LineId;

    #[test]
    fn another_line_or_another_incident_is_looked_at_anew() {
        let known = Known::default();
        let mut incident = Incident::fold(Uuid::from_u128(1), []);
        assert_eq!((known.of(&incident, || 1), known.of(&incident, || 2)), (1, 1));
        incident.root.add(LineId([7; 32]));
        assert_eq!((known.of(&incident, || 3), known.of(&incident, || 4)), (3, 3));
        let other = Incident::fold(Uuid::from_u128(2), []);
        assert_eq!(known.of(&other, || 5), 5);
    }
}
