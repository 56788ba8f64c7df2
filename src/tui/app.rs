//! Everything the screens know, as plain values: what is drawn is a function of this.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::case::Case;
use super::known::Known;
use super::list::Incidents;
use super::modal::Modal;
use super::screens::Screen;
use super::theme::Theme;
use crate::drill::scenario::Library;
use crate::incident::Incident;
use crate::incident::agenda::Thing;
use crate::incident::contested::Contested;
use crate::model::desk::Desk;
use crate::model::drill::Drill;
use crate::model::entry::Entry;
use crate::model::id::{LineId, NounId};
use crate::model::ledger::{Item, Sort};
use crate::model::lesson::Carried;
use crate::model::notice::duties::Duties;
use crate::model::phase::View;
use crate::model::playbook::Playbooks;
use crate::model::refusal::Refusal;
use crate::model::time::Zone;
use crate::report::Clock;
use crate::store::Seen;

/// What has the keys: a pane of the board, or the list of a screen beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Focus {
    #[default]
    Incidents,
    Tasks,
    Log,
    On(Screen),
}

impl Focus {
    /// The panes of the board, in the order of Tab.
    pub const ALL: [Focus; 3] = [Focus::Incidents, Focus::Tasks, Focus::Log];
}

/// Which of the zones times are shown in. The frame names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShownZone {
    #[default]
    Utc,
    /// The zone the settings choose for incidents.
    Incident,
    /// The zone of this machine.
    Here,
}

/// Who sits here and how they like it.
#[derive(Clone, Debug)]
pub struct Me {
    pub name: String,
    /// A word of the taxonomy's roles.
    pub role: Option<String>,
}

/// What kind of record this is; said in the frame of every screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Banner {
    #[default]
    Real,
    Demo,
    Exercise,
}

/// Where my lines are: the right end of the footer.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Disk {
    /// Nothing was written yet.
    #[default]
    Quiet,
    /// So many lines are on their way.
    Saving(usize),
    /// When the last line came to the disk (UTC).
    Saved(DateTime<Utc>),
    /// So many lines are not on the disk, and why; they are tried again and again.
    NotSaved(usize, String),
}

/// The tone of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Done,
    /// It is so already, or a fact one asked for.
    Told,
    /// It was refused, or it failed.
    Refused,
}

/// The answer to the last key: shown until the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub tone: Tone,
    pub text: String,
    /// The next step.
    pub hint: Option<String>,
}

/// A refusal as it is said on the screens.
pub(super) trait OnScreen {
    /// Lines for the shell become lines for the `:` line; an option to add to one becomes a field to fill.
    fn on_screen(self) -> Self;
}

impl OnScreen for Refusal {
    fn on_screen(mut self) -> Self {
        self.hint = self.hint.map(|hint| match hint.starts_with("Add --") {
            true => "Type it here; Enter saves.".to_owned(),
            false => hint.replace("casebook ", ":"),
        });
        self
    }
}

/// Something that waits for me (`0`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The lead is offered to me.
    Offered,
    /// A message of a drill: it waits for an answer, or was not read.
    Message(crate::model::id::LineId),
    /// Several people set this field at once: a ruling is needed.
    Contested(String),
    /// A task that was done without its approval, or a move that was.
    Owed(String),
    /// A line of the ledger whose time has come, or an approval asked of me.
    Ledger(NounId),
    /// An approval whose time is over.
    Lapsed(NounId),
    /// A notice that is overdue.
    Notice(NounId),
    /// Evidence that was asked for and should be here.
    Evidence(NounId),
    /// The SITREP that was promised.
    Sitrep,
    /// An improvement action past its due date, mine or nobody's.
    Action(NounId),
    /// Words that were being typed.
    Draft(String),
}

/// What was typed and not saved, by the question it answers.
pub type Drafts = BTreeMap<String, Vec<(String, String)>>;

/// Fresh ids for commands, from one random start: the app itself rolls no dice.
#[derive(Clone, Debug)]
pub struct Seeds {
    start: [u8; 32],
    next: u64,
}

impl Seeds {
    pub fn new(start: [u8; 32]) -> Self {
        Self { start, next: 0 }
    }

    /// Sixteen bytes that were never given before.
    pub fn fresh(&mut self) -> [u8; 16] {
        self.next += 1;
        let hash = Sha256::new().chain_update(self.start).chain_update(self.next.to_le_bytes()).finalize();
        let mut seed = [0; 16];
        seed.copy_from_slice(&hash[..16]);
        seed
    }
}

/// Everything the screens know.
#[derive(Debug)]
pub struct App {
    /// The last tick (UTC): the time lines are written down at.
    pub wall: DateTime<Utc>,
    /// The time everything on the screens is seen at (UTC): the wall's, or in a drill the story's.
    pub now: DateTime<Utc>,
    /// Whether `CASEBOOK_NOW` set the wall clock.
    pub now_set: bool,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub me: Me,
    pub banner: Banner,
    pub incidents: Incidents,
    /// What I have seen of each incident before.
    pub seen: Seen,
    /// The contested fields of the open incident.
    contested: Known<Arc<[Contested]>>,
    /// What undo would take back.
    undoable: Known<Option<LineId>>,
    /// How many things each screen has.
    pub(super) counts: Known<Vec<(Screen, usize)>>,
    /// The open incident.
    pub case: Option<Case>,
    /// The record to go to once its incident was read.
    pub going: Option<(Uuid, crate::query::Place)>,
    pub focus: Focus,
    /// The pane of the board that had the keys last.
    pub pane: Focus,
    /// What lies on the board, the last one on top.
    pub modals: Vec<Modal>,
    pub said: Option<Said>,
    pub disk: Disk,
    /// How the exchange with other stores stands.
    pub syncing: super::syncing::Syncing,
    /// Who has the open incident on a screen; me included.
    pub here: Vec<String>,
    pub zone: ShownZone,
    /// The zone of this machine, if it could be found.
    pub here_zone: Option<Zone>,
    /// The zone the settings choose for incidents.
    pub incident_zone: Option<Zone>,
    pub theme: Theme,
    /// How many phases the rail shows.
    pub view: View,
    /// Whether mouse clicks come to us.
    pub mouse: bool,
    /// What was typed and not saved, for the open incident (or for a new one).
    pub drafts: Drafts,
    /// The drafts as they were last given out to be kept.
    pub kept: (Option<String>, Option<String>),
    /// Words that became lines which are not on the disk yet.
    pub outbox: Vec<(String, super::drafts::Words)>,
    /// My own domains: nothing below them is an indicator that a paste finds.
    pub own_domains: Vec<String>,
    /// Counts the files that were read to be taken in.
    pub intakes: u64,
    /// The file that is being recorded beside the loop.
    pub taking_in: Option<String>,
    /// What an import brought, to be said once it is applied.
    pub took: Option<String>,
    /// The paste that is read, or waits to be recorded.
    pub pasting: super::paste::Pasting,
    /// In which other incidents the indicators of one occur, as last looked up.
    pub elsewhere: Option<(uuid::Uuid, crate::store::Elsewhere)>,
    /// The act on evidence whose files are being read.
    pub hashing: Option<super::hashing::Hashing>,
    /// Lines given on the `:` line, the last one last.
    pub past_lines: Vec<String>,
    /// What `0` led to already, to go round what waits.
    pub waited: Vec<Waiting>,
    /// Where artefacts of drills are laid out as files, to become evidence.
    pub bench: Option<std::path::PathBuf>,
    /// The drill that is led from this terminal.
    pub facilitates: Option<Uuid>,
    /// The scenarios that can be played.
    pub scenarios: Library,
    /// Keys chosen in the settings.
    pub own_keys: super::keymap::Own,
    pub playbooks: Arc<Playbooks>,
    /// Open improvement actions of the whole store, for what enters Preparation.
    pub carried: Vec<Carried>,
    pub duties: Arc<Duties>,
    pub bell: super::bell::Bell,
    pub seeds: Seeds,
}

impl App {
    /// An empty board, nothing read yet.
    pub fn new(me: Me, now: DateTime<Utc>, seed: [u8; 32]) -> Self {
        Self {
            wall: now,
            now,
            now_set: false,
            size: (80, 24),
            me,
            banner: Banner::default(),
            incidents: Incidents::default(),
            seen: Seen::default(),
            contested: Known::default(),
            undoable: Known::default(),
            counts: Known::default(),
            case: None,
            going: None,
            focus: Focus::default(),
            pane: Focus::Tasks,
            modals: Vec::new(),
            said: None,
            disk: Disk::default(),
            syncing: super::syncing::Syncing::default(),
            here: Vec::new(),
            zone: ShownZone::default(),
            here_zone: None,
            incident_zone: None,
            theme: Theme::default(),
            view: View::default(),
            mouse: false,
            drafts: Drafts::new(),
            kept: (None, None),
            outbox: Vec::new(),
            own_domains: Vec::new(),
            intakes: 0,
            taking_in: None,
            took: None,
            pasting: super::paste::Pasting::Nothing,
            elsewhere: None,
            hashing: None,
            past_lines: Vec::new(),
            waited: Vec::new(),
            bench: None,
            facilitates: None,
            scenarios: Library::default(),
            own_keys: super::keymap::Own::default(),
            playbooks: Arc::default(),
            carried: Vec::new(),
            duties: Arc::default(),
            bell: super::bell::Bell::default(),
            seeds: Seeds::new(seed),
        }
    }

    /// The open incident as the screens show it.
    pub fn incident(&self) -> Option<&Incident> {
        self.case.as_ref().map(Case::shown)
    }

    /// What is played, if the open incident is a drill.
    pub fn drill(&self) -> Option<&Drill> {
        self.case.as_ref().and_then(|case| case.incident.drill.as_deref())
    }

    /// What kind of record is in sight.
    pub fn banner(&self) -> Banner {
        if self.drill().is_some() { Banner::Exercise } else { self.banner }
    }

    /// Reads the clock of the incident in sight.
    pub fn tell_time(&mut self) {
        self.now = self.drill().map_or(self.wall, |drill| drill.clock.story(self.wall));
    }

    /// When the exercise clock shows its next minute (UTC, wall), if it runs.
    pub fn next_minute(&self) -> Option<DateTime<Utc>> {
        let clock = &self.drill().filter(|drill| drill.ended.is_none())?.clock;
        clock.wall_of(clock.minute(self.wall) + 1)
    }

    /// The zone all times on the screen are shown in. A drill is told in the zone of its story: so are its
    /// messages.
    pub fn zone(&self) -> Zone {
        let story = self.drill().map(|drill| Zone::fixed(*drill.exercise.start.offset()));
        let chosen = match (self.zone, story) {
            (ShownZone::Here, _) => self.here_zone.clone(),
            (_, Some(story)) => Some(story),
            (ShownZone::Utc, None) => None,
            (ShownZone::Incident, None) => self.incident_zone.clone(),
        };
        chosen.unwrap_or(Zone::utc())
    }

    /// The moment and the zone in which documents are told: now, or that of the look at another time; beside it
    /// the time of whoever sits here.
    pub fn clock(&self) -> Clock {
        let zone = self.zone();
        let as_of = self.case.as_ref().and_then(|case| case.as_of.as_ref()).map(|as_of| as_of.at);
        let now = as_of.unwrap_or(self.now);
        let here = self.incident_zone.clone().or_else(|| self.here_zone.clone());
        let beside = if zone.at(now).offset().local_minus_utc() == 0 { here } else { Some(Zone::utc()) };
        let beside = beside.filter(|_| self.drill().is_none());
        Clock { beside, ..Clock::at(self.now, as_of, &zone) }
    }

    /// What is on top of the board.
    pub fn top(&self) -> Option<&Modal> {
        self.modals.last()
    }

    /// The desk a command is given at, now and by me, with ids that come from `seed`.
    pub fn desk(&self, seed: [u8; 16]) -> Desk<'_> {
        Desk {
            now: self.now,
            now_set: self.now_set,
            by: self.me.name.clone(),
            role: self.me.role.clone(),
            who: None,
            happened: None,
            ex: self.drill().map(|drill| drill.clock.minute(self.wall)),
            seed,
            playbooks: &self.playbooks,
            carried: &self.carried,
            duties: &self.duties,
        }
    }

    /// Takes down the open improvement actions of the whole list.
    pub fn carry(&mut self) {
        let rows = self.incidents.rows.iter();
        self.carried = rows.flat_map(|row| row.actions.carried(row.id, &row.number, &row.title)).collect();
    }

    /// Says something in answer to a key.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.said = Some(Said { tone, text: text.into(), hint: None });
    }

    /// Says why something was not done.
    pub fn refuse(&mut self, refusal: Refusal) {
        let refusal = refusal.on_screen();
        self.said = Some(Said { tone: Tone::Refused, text: refusal.message, hint: refusal.hint });
    }

    /// How many rows of its list a pane has room for: for pages and scrolling.
    pub fn room(&self, pane: Focus) -> usize {
        super::view::rows(self, pane)
    }

    /// What waits for me, the most pressing first.
    pub fn waiting(&self) -> Vec<Waiting> {
        let Some(incident) = self.incident() else { return Vec::new() };
        let offered = incident.offered_to(&self.me.name).map(|_| Waiting::Offered);
        let contested = self.contested();
        let contested = contested.iter().map(|contested| Waiting::Contested(contested.field.clone()));
        let owed = incident.debts().into_iter().map(|debt| Waiting::Owed(debt.shown));
        let drafts = self.drafts.keys().map(|ask| Waiting::Draft(ask.clone()));
        let ledger = self.ledger_for_me().map(|item| Waiting::Ledger(item.id.clone()));
        let asking: Vec<_> = self.asking().map(|message| message.line).collect();
        let new = self.unread().map(|message| message.line).filter(|line| !asking.contains(line));
        let messages: Vec<Waiting> = asking.iter().copied().chain(new).map(Waiting::Message).collect();
        let lapsed = incident.lapsed(self.now).into_iter().map(|one| Waiting::Lapsed(one.id.clone()));
        let late = self.overdue_for_me(incident);
        let first = offered.into_iter().chain(messages).chain(late).chain(ledger).chain(lapsed);
        first.chain(contested).chain(owed).chain(drafts).collect()
    }

    /// Notices, evidence and improvement actions whose time has come; notices first.
    fn overdue_for_me(&self, incident: &Incident) -> Vec<Waiting> {
        let me = self.me.name.as_str();
        let mut late: Vec<Waiting> = incident
            .agenda()
            .into_iter()
            .filter(|due| due.overdue(self.now))
            .filter_map(|due| match due.what {
                Thing::Notice(notice, _) => Some(Waiting::Notice(notice.id.clone())),
                Thing::Evidence(item) => Some(Waiting::Evidence(item.id.clone())),
                Thing::Sitrep(last) if incident.leads(me) || last.by == me => Some(Waiting::Sitrep),
                Thing::Action(action) if action.owner().is_none_or(|owner| owner == me) => {
                    Some(Waiting::Action(action.id.clone()))
                }
                _ => None,
            })
            .collect();
        late.sort_by_key(|one| !matches!(one, Waiting::Notice(_)));
        late
    }

    /// What of the ledger waits for me: rung timers, what is over its time and has no other owner, and
    /// approvals asked of me.
    fn ledger_for_me(&self) -> impl Iterator<Item = &Item> {
        let me = self.me.name.as_str();
        let asked = |item: &Item| item.open() && item.request().is_some_and(|request| request.of.is(me));
        let now = self.now;
        let mine = move |item: &Item| match (item.sort(), item.owner()) {
            (Sort::Approval, _) => false,
            (Sort::Timer, None) => item.by == me,
            (_, owner) => owner.is_none_or(|owner| owner == me),
        };
        let items = self.incident().into_iter().flat_map(|incident| incident.ledger());
        items.filter(move |item| asked(item) || (item.overdue(now) && mine(item)))
    }

    /// Timers I have set that still run.
    pub fn own_timers(&self) -> impl Iterator<Item = &Item> {
        let timers = self.incident().map(|incident| incident.timers()).unwrap_or_default();
        timers.into_iter().filter(|timer| timer.by == self.me.name)
    }

    /// What several people set without knowing of each other in the incident in sight.
    pub fn contested(&self) -> Arc<[Contested]> {
        let look = |incident: &Incident| self.contested.of(incident, || incident.contested().into());
        self.incident().map(look).unwrap_or_default()
    }

    /// The act `u` would take back.
    pub fn undoable(&self) -> Option<&Entry> {
        let incident = self.incident()?;
        let last = || incident.last_undoable(&self.me.name).map(|entry| entry.id);
        incident.entry_of(self.undoable.of(incident, last)?)
    }
}
