//! Who sits at the shell, at which store, when: what every verb needs.

use std::path::PathBuf;

use chrono::{DateTime, Datelike, Utc};
use sha2::{Digest, Sha256};

use super::around;
use super::failure::{Failure, note};
use crate::drill::scenario::{self, Library};
use crate::incident::Incident;
use crate::model::desk::Desk;
use crate::model::lesson::Carried;
use crate::model::notice::duties::{self, Duties};
use crate::model::playbook::{self, Playbooks};
use crate::model::refusal::Refusal;
use crate::model::taxonomy::TAXONOMY;
use crate::model::text;
use crate::model::time::Zone;
use crate::store::settings::{SealSettings, Settings, SettingsFile, SyncSettings, own_files};
use crate::store::{Address, Host, Look, Record, Row, Setup, Store, places};
use crate::verb::{Globals, Said};

/// The place from which a line is given.
#[derive(Debug)]
pub struct Shell {
    pub store: Store,
    /// When lines are written down (UTC).
    pub wall: DateTime<Utc>,
    /// The moment a line is about (UTC): the wall's, or that of the story of the drill it is about.
    pub now: DateTime<Utc>,
    /// Exercise minute, where a line is about a drill.
    pub(super) ex: Option<u32>,
    /// What stands above whatever is told of a drill.
    pub(super) frame: Option<String>,
    /// Whether `CASEBOOK_NOW` set the clock.
    pub now_set: bool,
    pub zone: Zone,
    /// The zone of times that are about no drill.
    pub(super) own_zone: Zone,
    /// Whether a zone was named on the line: then it holds in a drill, too.
    pub(super) zone_named: bool,
    /// Who writes.
    pub by: String,
    /// My role, by its id in the taxonomy.
    pub role: Option<String>,
    /// With which key seals are signed, and whose keys are known.
    pub(super) seals: SealSettings,
    /// What goes to other stores, and when.
    pub(super) syncs: SyncSettings,
    /// My own domains: no name below them is an indicator that a paste finds.
    pub own_domains: Vec<String>,
    /// Nobody said who writes: it is the account's name.
    pub unnamed: bool,
    /// It is the demo that is worked on.
    pub demo: bool,
    pub colours: bool,
    pub ascii: bool,
    /// The incident the line at hand is about, once it is known.
    pub(super) line: Option<Address>,
    /// `-i` or `CASEBOOK_INCIDENT`.
    pub incident: Option<String>,
    /// The line the screens begin with.
    pub begin: Option<String>,
    pub(super) json: bool,
    pub(super) columns: Option<usize>,
    /// Answers are for the ear.
    pub(super) spoken: bool,
    seed: [u8; 32],
}

impl Shell {
    /// Finds its way by the options and what is around. Reads no incident.
    pub(super) fn new(globals: &Globals) -> Result<Self, Failure> {
        let (now, now_set) = around::now()?;
        let settings = settings();
        let zone = match globals.zone.as_deref().or(settings.zone.as_deref()) {
            None => Zone::utc(),
            Some(word) if word.trim().eq_ignore_ascii_case("local") => around::local_zone(),
            Some(words) => Zone::parse(words)?,
        };
        let host = Host::here();
        let said = globals.name.clone().or_else(|| around::variable("CASEBOOK_USER"));
        let said = said.or(settings.name);
        let unnamed = said.is_none();
        let by = text::name(&said.unwrap_or_else(|| host.user.clone()))?;
        // A role that is set is a word of the taxonomy; its id is what may authorise.
        let role =
            settings.role.as_deref().and_then(|role| TAXONOMY.role(role).ok()).map(|role| role.id.clone());
        let root =
            places::store(globals.store.clone().or_else(|| around::folder("CASEBOOK_STORE")).as_deref())?;
        let state: Option<PathBuf> = places::state(around::folder("CASEBOOK_STATE").as_deref());
        let seed = around::seed();
        let incident = globals.incident.clone().or_else(|| around::variable("CASEBOOK_INCIDENT"));
        Ok(Self {
            store: Store::open(Setup { root, state, host, seed: another(&seed, b"store") }),
            wall: now,
            now,
            ex: None,
            frame: None,
            now_set,
            own_zone: zone.clone(),
            zone_named: globals.zone.is_some(),
            zone,
            by,
            role,
            seals: settings.seal,
            syncs: settings.sync,
            own_domains: settings.domains,
            unnamed,
            demo: false,
            colours: around::colours(globals.color),
            ascii: around::ascii(globals.ascii || settings.ascii),
            line: None,
            incident,
            begin: None,
            json: globals.json,
            columns: around::columns(),
            spoken: false,
            seed,
        })
    }

    /// Fresh randomness for ids.
    pub fn seed(&self) -> [u8; 32] {
        self.seed
    }

    /// Answers from here on are for the ear: no colours, no columns, no documents.
    pub(super) fn speak(&mut self) {
        (self.colours, self.columns, self.json, self.spoken) = (false, None, false, true);
    }

    /// The next line of a session: the moment is another, and so are its ids.
    pub(super) fn go_on(&mut self) {
        self.wall = self.clock()();
        self.now = self.wall;
        self.seed = around::seed();
    }

    /// Sixteen bytes of fresh randomness, for the ids of an act of its own.
    pub(super) fn fresh(&self) -> [u8; 16] {
        let mut seed = [0; 16];
        seed.copy_from_slice(&another(&self.seed, b"fresh")[..16]);
        seed
    }

    /// The clock from here on: the one of `CASEBOOK_NOW`, which stands still, or the wall's.
    pub fn clock(&self) -> Box<dyn Fn() -> DateTime<Utc>> {
        let now = self.wall;
        if self.now_set { Box::new(move || now) } else { Box::new(around::clock) }
    }

    /// The incident to begin with: the one named, else the one chosen in this terminal session.
    pub fn at_hand(&self) -> Option<String> {
        self.incident.clone().or_else(|| super::session::chosen(self).map(|address| address.number))
    }

    /// This year, in which a bare number is looked for first.
    pub(super) fn year(&self) -> i32 {
        self.wall.year()
    }

    /// The desk for the only command of a line.
    pub(super) fn desk<'a>(&self, said: &Said, playbooks: &'a Playbooks) -> Desk<'a> {
        self.desk_of(0, said, playbooks)
    }

    /// The desk for the `k`-th command of a line; each has ids of its own.
    pub(super) fn desk_of<'a>(&self, k: u32, said: &Said, playbooks: &'a Playbooks) -> Desk<'a> {
        let hash = Sha256::new().chain_update(self.seed).chain_update(k.to_le_bytes()).finalize();
        let mut seed = [0; 16];
        seed.copy_from_slice(&hash[..16]);
        Desk {
            now: self.now,
            now_set: self.now_set,
            by: self.by.clone(),
            role: self.role.clone(),
            who: said.who.clone(),
            happened: said.at.clone(),
            ex: self.ex,
            seed,
            playbooks,
            carried: &[],
            duties: Duties::plain(),
        }
    }

    /// The built-in playbooks and the person's own. A file with a fault is named and left out: it stops
    /// nobody's work.
    pub fn playbooks(&self) -> Playbooks {
        Playbooks::with(self.own("playbooks", playbook::read))
    }

    /// What the organisation owes whom: the law, the person's own regimes, regions, sectors and holidays.
    /// A file with a fault is named and left out: it stops nobody's work.
    pub fn duties(&self) -> Duties {
        let notice = settings().notice;
        Duties {
            own: self.own("regulations", duties::read),
            regions: notice.regions,
            sectors: notice.sectors,
            holidays: notice.holidays,
            zone: self.zone.clone(),
        }
    }

    /// The scenarios that ship and the person's own. A file with a fault is named and left out.
    pub fn scenarios(&self) -> Library {
        Library::with(self.own("scenarios", scenario::read))
    }

    /// What the person's own files of a sort hold.
    fn own<T>(&self, sort: &str, read: fn(&str, &str) -> Result<Vec<T>, Refusal>) -> Vec<T> {
        let files = places::config().map(|config| own_files(&config, sort, &[".json"])).unwrap_or_default();
        let mut own = Vec::new();
        for file in files {
            let read = file.map_err(Failure::from).and_then(|file| {
                let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Ok(read(&name, &file.text)?)
            });
            match read {
                Ok(found) => own.extend(found),
                Err(failure) => note(&format!("Left out: {failure}")),
            }
        }
        own
    }

    /// The open improvement actions of the whole store, for what enters Preparation.
    pub(super) fn carried(&self) -> Result<Vec<Carried>, Failure> {
        let rows = self.store.list(Look::Checked)?;
        let of = |(address, row): &(Address, Row)| {
            row.actions.carried(row.id, &address.number, &row.title).collect::<Vec<_>>()
        };
        Ok(rows.iter().flat_map(of).collect())
    }

    /// Reads an incident, and says aloud what of it could not be read.
    pub(super) fn read(&self, address: &Address) -> Result<Record, Failure> {
        let record = self.store.read(address)?;
        for damage in &record.damage {
            note(&format!(
                "Damage in {}, {} line {}: {}. Everything else was read; casebook verify tells more.",
                address.number, damage.file, damage.line, damage.why
            ));
        }
        Ok(record)
    }

    /// Reads an incident and checks its bytes: what tells of a record to others says that it has faults.
    pub(super) fn checked(&self, address: &Address) -> Result<Record, Failure> {
        let mut record = self.store.read(address)?;
        record.incident.faults = self.store.faults(address);
        Ok(record)
    }

    /// Says aloud what is wrong with a record.
    pub(super) fn doubt(&self, incident: &Incident) {
        for fault in incident.faults.iter().take(FAULTS) {
            note(&format!("{}: {fault}.", incident.number));
        }
        if let Some(doubt) = incident.doubt() {
            note(&format!("{doubt}."));
        }
    }
}

/// Other randomness out of a seed, which tells nothing of it.
fn another(seed: &[u8; 32], what: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(seed).chain_update(what).finalize().into()
}

/// So many faults are told beside another answer.
const FAULTS: usize = 3;

/// The person's settings. A file with a fault is named, and the defaults do: it stops nobody's work.
fn settings() -> Settings {
    let Ok(config) = places::config() else { return Settings::default() };
    match SettingsFile::read(&config) {
        Ok(file) => file.settings,
        Err(error) => {
            note(&format!("Settings left out: {}", Failure::from(error)));
            Settings::default()
        }
    }
}
