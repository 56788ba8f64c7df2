//! What every part of a screen asks: the app, the zone all times are shown in, and times in its words.

use chrono::{DateTime, Utc};

use crate::incident::Incident;
use crate::model::time::{self, Zone};
use crate::tui::app::App;

/// One picture's point of view.
pub(crate) struct Scene<'a> {
    pub(crate) app: &'a App,
    /// The one zone the frame names.
    pub(crate) zone: Zone,
}

impl<'a> Scene<'a> {
    pub(crate) fn of(app: &'a App) -> Self {
        Self { app, zone: app.zone() }
    }

    /// The moment of the picture: now, or the moment the record is looked at as of (UTC).
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let as_of = self.app.case.as_ref().and_then(|case| case.as_of.as_ref());
        as_of.map_or(self.app.now, |as_of| as_of.at)
    }

    pub(crate) fn incident(&self) -> Option<&'a Incident> {
        self.app.incident()
    }

    /// `14:05`.
    pub(crate) fn clock(&self, at: DateTime<Utc>) -> String {
        time::clock(at, &self.zone)
    }

    /// `14:05`, with the date where it is another day than the picture's.
    pub(crate) fn when(&self, at: DateTime<Utc>) -> String {
        time::when(at, self.now(), &self.zone)
    }

    /// How long ago, `0:14`.
    pub(crate) fn since(&self, at: DateTime<Utc>) -> String {
        time::span((self.now() - at).num_milliseconds().max(0))
    }
}
