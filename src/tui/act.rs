//! What a key can mean, whether it may be done here and now, and doing it.

use super::app::{App, Focus};
use super::ask;
use super::form::Ask;
use super::modal::Modal;
use super::msg::Effect;
use super::note::Note;
use super::{board, catch_up, give, head, page, pick, screens};
use crate::incident::command::{AddTask, Command};
use crate::model::entry::Correct;
use crate::model::head::{Edit, SetSeverity};
use crate::model::ledger;
use crate::model::ledger::approval::{Approval, Approve};
use crate::model::ledger::decision::Decide;
use crate::model::ledger::measure::PutMeasure;
use crate::model::ledger::timer::SetTimer;
use crate::model::refusal::Refusal;
use crate::model::severity::Level;
use crate::model::task::{SetTask, State};

/// An act a key is bound to. What the key is, what it is called and what it does stand in
/// [`KEYMAP`](super::keymap::KEYMAP).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    OpenScreen,
    ScreenBefore,
    ScreenAfter,
    Waiting,
    Note,
    Scribe,
    Phase,
    Handover,
    Decide,
    Measure,
    Timer,
    Sitrep,
    CatchUp,
    Given,
    Approval,
    Severity,
    Head,
    Incident,
    Undo,
    UndoList,
    Find,
    Filter,
    Command,
    Palette,
    Copy,
    CopyReal,
    AsOf,
    Zone,
    Help,
    Quit,
    Back,
    Redraw,
    Suspend,
    Down,
    Up,
    Top,
    Bottom,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    NextPane,
    PreviousPane,
    Open,
    Mark,
    Add,
    Assign,
    Due,
    PhaseBack,
    PhaseForward,
    VisitBefore,
    VisitAfter,
    Done,
    DoneBy,
    Take,
    Blocked,
    Waive,
    Reopen,
    Correct,
    Settle,
    Withdraw,
    Order,
    PlaceIn,
    StartClock,
    NoticeSent,
    NotOwed,
    OtherFact,
    Answer,
    Hint,
    Hold,
    SkipOn,
    Write,
    ZoomIn,
    ZoomOut,
    PanLater,
    PanEarlier,
    AddEvidence,
    AddIndicator,
    PasteBox,
    RetireIndicator,
    LinkIndicator,
    EditIndicator,
    Receive,
    PassOn,
    HashAgain,
    EditItem,
    AddComponents,
    StageOn,
    StageBack,
    AcceptRisk,
    ChooseDigit,
    NextField,
    PreviousField,
    Toggle,
    Go,
    Why,
    Save,
    OptionNext,
    OptionPrevious,
    NewLine,
    Editor,
    LineStart,
    LineEnd,
    DeleteWord,
    DeleteToStart,
    DeleteToEnd,
    NextEntry,
    EntryBefore,
    NextMinute,
    MinuteBefore,
    FirstEntry,
    LastEntry,
    ReplayTo,
    WithholdMessage,
    HiddenNote,
    Observe,
    Pace,
}

impl Action {
    /// The name in the settings: `undo-list`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for (at, letter) in format!("{self:?}").char_indices() {
            if letter.is_ascii_uppercase() && at > 0 {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Whether it writes, or opens something that does.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Action::Note
                | Action::Scribe
                | Action::Phase
                | Action::Handover
                | Action::Decide
                | Action::Measure
                | Action::Timer
                | Action::Given
                | Action::Settle
                | Action::Withdraw
                | Action::Approval
                | Action::Severity
                | Action::Head
                | Action::Undo
                | Action::UndoList
                | Action::Add
                | Action::Assign
                | Action::Due
                | Action::PhaseBack
                | Action::PhaseForward
                | Action::Done
                | Action::DoneBy
                | Action::Take
                | Action::Blocked
                | Action::Waive
                | Action::Reopen
                | Action::Correct
                | Action::PlaceIn
                | Action::AddEvidence
                | Action::AddIndicator
                | Action::PasteBox
                | Action::RetireIndicator
                | Action::LinkIndicator
                | Action::EditIndicator
                | Action::Receive
                | Action::PassOn
                | Action::HashAgain
                | Action::EditItem
                | Action::AddComponents
                | Action::StageOn
                | Action::StageBack
                | Action::AcceptRisk
                | Action::StartClock
                | Action::NoticeSent
                | Action::NotOwed
                | Action::OtherFact
                | Action::Answer
                | Action::Hint
                | Action::Hold
                | Action::SkipOn
                | Action::Write
                | Action::WithholdMessage
                | Action::HiddenNote
                | Action::Observe
                | Action::Pace
        )
    }
}

impl App {
    /// Whether a key may act here and now. The footer dims what is refused, and pressing it says why.
    ///
    /// # Errors
    /// The refusal the key would give.
    pub fn offers(&self, action: Action) -> Result<(), Refusal> {
        if let Some(to) = super::replay::offers(self, action) {
            return to.map(|_| ());
        }
        if !action.writes() && !matches!(action, Action::AsOf | Action::VisitBefore | Action::VisitAfter) {
            return Ok(());
        }
        if action == Action::Add && self.focus == Focus::Incidents {
            return Ok(());
        }
        let case = self.case.as_ref().ok_or_else(|| {
            Refusal::refused("No incident is open.").hint("Enter opens the selected one; a opens a new one.")
        })?;
        match action {
            Action::AsOf => {
                return match case.as_of.is_some() || board::line_at_hand(self).is_some() {
                    true => Ok(()),
                    false => Err(Refusal::refused("No line of the record is selected here.")),
                };
            }
            Action::VisitBefore => return board::other_visit(case, board::Step::Before).map(|_| ()),
            Action::VisitAfter => return board::other_visit(case, board::Step::After).map(|_| ()),
            _ => {}
        }
        if let Some(as_of) = &case.as_of {
            let at = crate::model::time::when(as_of.at, self.now, &self.zone());
            return Err(Refusal::refused(format!(
                "This is the record as of {at}; nothing is written there."
            ))
            .hint("v or Esc returns to now."));
        }
        let Some(command) = self.probe(action)? else { return Ok(()) };
        case.incident.decide(&command, &self.desk([0; 16])).map(|_| ())
    }

    /// The command an act comes down to, with words in place of those that will be asked for: judged, never
    /// given. `None`: the act only opens a question that has an answer everywhere.
    fn probe(&self, action: Action) -> Result<Option<Command>, Refusal> {
        if let Some(face) = screens::own(self, action) {
            return (face.offers)(self, action);
        }
        let words = || Some("…".to_owned());
        let task = || board::task(self).map(|task| task.what.id.clone());
        let state = |to| -> Result<Option<Command>, Refusal> {
            Ok(Some(Command::SetTask(SetTask { task: task()?, to, reason: words(), holds_from: None })))
        };
        let ledger = |command| Command::Ledger(Box::new(command));
        Ok(Some(match action {
            Action::Decide => {
                ledger(ledger::Command::Decide(Decide { text: "…".to_owned(), ..Decide::default() }))
            }
            Action::Measure => {
                ledger(ledger::Command::Put(PutMeasure { text: "…".to_owned(), ..PutMeasure::default() }))
            }
            Action::Timer => ledger(ledger::Command::SetTimer(SetTimer {
                text: "…".to_owned(),
                due: self.now + chrono::TimeDelta::minutes(1),
            })),
            Action::Severity => {
                Command::SetSeverity(SetSeverity { impact: None, level: Some(Level::Sev1), reason: words() })
            }
            Action::Hold => Command::Drill(Box::new(screens::drill::holding(self)?)),
            Action::AddEvidence => screens::evidence::probe_add(),
            Action::AddIndicator | Action::PasteBox => screens::indicators::probe_add(),
            Action::Head => Command::Edit(Edit { lead: words(), ..Edit::default() }),
            Action::Handover => return Ok(screens::people::offers_handover(self)),
            Action::Undo => Command::Undo(None),
            // It opens where any act of mine can be taken back, also if the last one cannot.
            Action::UndoList => {
                let mine = self.incident().and_then(|incident| incident.undoable(&self.me.name).next());
                Command::Undo(mine.map(|entry| entry.id))
            }
            Action::AddComponents => screens::components::adding(self),
            Action::Add if self.focus == Focus::Log => return Ok(None),
            Action::Add => Command::AddTask(AddTask { title: "…".to_owned(), ..AddTask::default() }),
            Action::Approval => {
                let approval = Approval { name: "…".to_owned(), role: None, how: None, at: self.now };
                {
                    let about = board::about(self, board::approvable(self));
                    Command::Approve(Box::new(Approve { about, approval, ..Approve::default() }))
                }
            }
            Action::Assign => Command::AssignTask { task: task()?, to: words() },
            Action::Due => Command::SetDue { task: task()?, to: Some(self.now) },
            Action::Done | Action::DoneBy => return state(State::Done),
            Action::Take => return state(State::InProgress),
            Action::Blocked => return state(State::Blocked),
            Action::Waive => return state(State::Waived),
            Action::Reopen => {
                board::reopenable(board::task(self)?)?;
                return state(State::Open);
            }
            Action::Correct => {
                let entry = board::entry(self)?.id;
                Command::Correct(Correct { entry, text: "…".to_owned() })
            }
            _ => return Ok(None),
        }))
    }

    /// Does an act of the board.
    ///
    /// # Errors
    /// The refusal of [`offers`](Self::offers), or one that only doing it finds.
    pub fn perform(&mut self, action: Action) -> Result<Vec<Effect>, Refusal> {
        self.offers(action)?;
        if let Some(face) = screens::own(self, action) {
            return (face.perform)(self, action);
        }
        if let Some(done) = screens::drill::take(self, action) {
            return done;
        }
        match action {
            Action::Note | Action::Scribe => {
                let note = Note::new(action == Action::Scribe);
                self.open_note(note);
                Ok(Vec::new())
            }
            Action::Phase => self.open_phase(None),
            Action::PhaseBack => self.open_phase(Some(crate::model::lifecycle::Way::Back)),
            Action::PhaseForward => self.open_phase(Some(crate::model::lifecycle::Way::Forward)),
            Action::Handover => screens::people::hand_over(self),
            Action::Decide => self.open_question(screens::decisions::DECIDE.name, ""),
            Action::Measure => self.open_question(screens::decisions::MEASURE.name, ""),
            Action::Timer => self.open_question(screens::decisions::TIMER.name, ""),
            Action::Sitrep => screens::report::read(self, screens::report::Paper::Sitrep),
            Action::CatchUp => catch_up::open(self),
            Action::Severity => self.open_form(Ask::Severity),
            Action::Head => self.open_form(Ask::Head),
            Action::Incident => head::open(self),
            Action::Approval => self.open_form(Ask::Approval(board::approvable(self))),
            Action::Undo => pick::undo_last(self),
            Action::UndoList => pick::open_undo(self),
            Action::Find => pick::open_find(self),
            Action::Palette => pick::open_palette(self),
            Action::Command => super::command_line::open(self, ""),
            Action::Filter => board::open_filter(self),
            Action::Copy => give::copy(self, give::Shown::Defanged),
            Action::CopyReal => give::copy(self, give::Shown::Real),
            Action::Help => page::help(self),
            Action::Waiting => board::next_waiting(self),
            Action::AsOf => board::as_of(self),
            Action::Zone => board::next_zone(self),
            Action::Quit => self.quit(),
            Action::Back => board::back(self),
            Action::Redraw => Ok(vec![Effect::Redraw]),
            Action::Suspend => Ok(vec![Effect::Suspend]),
            Action::Down
            | Action::Up
            | Action::Top
            | Action::Bottom
            | Action::PageDown
            | Action::PageUp
            | Action::HalfDown
            | Action::HalfUp => {
                board::walk(self, action);
                Ok(Vec::new())
            }
            Action::Mark => {
                board::mark(self);
                Ok(Vec::new())
            }
            Action::NextPane => board::pane(self, board::Step::After),
            Action::PreviousPane => board::pane(self, board::Step::Before),
            Action::VisitBefore => board::visit(self, board::Step::Before),
            Action::VisitAfter => board::visit(self, board::Step::After),
            Action::Open => board::open(self),
            Action::Add => match self.focus {
                Focus::Incidents => self.open_form(Ask::New),
                Focus::Tasks => self.open_form(Ask::AddTask),
                Focus::Log => self.perform(Action::Note),
                Focus::On(_) => Ok(Vec::new()),
            },
            Action::Done => board::done(self),
            Action::Take => board::take(self),
            Action::DoneBy => self.open_form(Ask::DoneBy(board::task_id(self)?)),
            Action::Blocked => self.open_form(Ask::Block(board::task_id(self)?)),
            Action::Waive => self.open_form(Ask::Waive(board::task_id(self)?)),
            Action::Reopen => self.open_form(Ask::Reopen(board::task_id(self)?)),
            Action::Assign => self.open_form(Ask::Assign(board::task_id(self)?)),
            Action::Due => self.open_form(Ask::Due(board::task_id(self)?)),
            Action::Correct => self.open_form(Ask::Correct(board::entry(self)?.id)),
            Action::OpenScreen => screens::open_digit(self, 1),
            Action::ScreenBefore => screens::beside(self, board::Step::Before),
            Action::ScreenAfter => screens::beside(self, board::Step::After),
            Action::Order => screens::order(self),
            Action::Hold => screens::drill::hold(self),
            Action::AddEvidence => screens::evidence::add(self),
            Action::AddIndicator => screens::indicators::add(self),
            Action::PasteBox => screens::indicators::paste(self),
            Action::NextEntry
            | Action::EntryBefore
            | Action::NextMinute
            | Action::MinuteBefore
            | Action::FirstEntry
            | Action::LastEntry
            | Action::ReplayTo => super::replay::perform(self, action),
            Action::AddComponents => self.open_question("component-add", ""),
            // The acts of one screen are done there.
            Action::StageOn
            | Action::StageBack
            | Action::AcceptRisk
            | Action::PlaceIn
            | Action::StartClock
            | Action::NoticeSent
            | Action::NotOwed
            | Action::OtherFact
            | Action::Given
            | Action::Settle
            | Action::Withdraw
            | Action::Answer
            | Action::Hint
            | Action::SkipOn
            | Action::Write
            | Action::WithholdMessage
            | Action::HiddenNote
            | Action::Observe
            | Action::Pace
            | Action::ZoomIn
            | Action::ZoomOut
            | Action::PanLater
            | Action::PanEarlier
            | Action::RetireIndicator
            | Action::LinkIndicator
            | Action::EditIndicator
            | Action::Receive
            | Action::PassOn
            | Action::HashAgain
            | Action::EditItem
            | Action::ChooseDigit
            | Action::NextField
            | Action::PreviousField
            | Action::Toggle
            | Action::Go
            | Action::Why
            | Action::Save
            | Action::OptionNext
            | Action::OptionPrevious
            | Action::NewLine
            | Action::Editor
            | Action::LineStart
            | Action::LineEnd
            | Action::DeleteWord
            | Action::DeleteToStart
            | Action::DeleteToEnd => Ok(Vec::new()),
        }
    }

    /// Opens a question over the board, with the words typed for it before.
    ///
    /// # Errors
    /// Refuses a question about a thing that is gone.
    pub fn open_form(&mut self, ask: Ask) -> Result<Vec<Effect>, Refusal> {
        let mut form = ask::form(self, ask)?;
        self.recall(&mut form);
        self.modals.push(Modal::Form(form));
        Ok(Vec::new())
    }

    /// Leaves the screens, unless that would lose something.
    fn quit(&mut self) -> Result<Vec<Effect>, Refusal> {
        let losses = self.losses();
        if losses.is_empty() {
            return Ok(vec![Effect::Quit]);
        }
        self.modals.push(Modal::Quit(losses));
        Ok(Vec::new())
    }
}
