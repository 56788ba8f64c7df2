//! The one table of keys: dispatch, footer, help, `casebook keys` and the README come from it.

use std::fmt::Write as _;

use super::act::Action;

/// Where a key works. A screen's keys are `Everywhere`, `Lists` and its own; in a dialog, a form and on the
/// lines at the bottom only the keys of their own scope work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    Everywhere,
    Lists,
    Board,
    /// The checklist pane of the board.
    BoardTasks,
    /// The activity pane of the board.
    BoardLog,
    Timeline,
    /// The picture above the timeline, while it has the keys.
    Picture,
    Components,
    Indicators,
    Evidence,
    People,
    Notices,
    Decisions,
    Report,
    /// The drill pane.
    Drill,
    /// A message or question of a drill that has answers to choose from: its digits go before those of screens.
    DrillMessage,
    /// The facilitator's screen: its own meaning of some keys goes before the usual one.
    Control,
    /// While a record is replayed: its keys go before those of the screen in sight.
    Replay,
    PhaseDialog,
    /// The note line, forms, and every other place where words are typed.
    Typing,
}

impl Scope {
    /// Whether its keys are pressed on the board and may be chosen anew.
    pub fn on_board(self) -> bool {
        !matches!(self, Scope::PhaseDialog | Scope::Typing)
    }

    /// The name in help and README.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Everywhere => "Everywhere",
            Scope::Lists => "Lists",
            Scope::Board => "Board",
            Scope::BoardTasks => "Board tasks",
            Scope::BoardLog => "Board log",
            Scope::Timeline => "Timeline",
            Scope::Picture => "Timeline picture",
            Scope::Components => "Components",
            Scope::Indicators => "Indicators",
            Scope::Evidence => "Evidence",
            Scope::People => "People",
            Scope::Notices => "Notices",
            Scope::Decisions => "Decisions",
            Scope::Report => "Report",
            Scope::Drill => "Drill pane",
            Scope::DrillMessage => "Drill message",
            Scope::Control => "Drill control",
            Scope::Replay => "Replay",
            Scope::PhaseDialog => "Phase dialog",
            Scope::Typing => "Note line, forms",
        }
    }
}

/// A binding: keys of a scope, what they do, the footer's word and a line of help.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub scope: Scope,
    /// As people write them: `x`, `Ctrl-P`, `Shift-Tab`, `PgDn`, `↓`.
    pub keys: &'static [&'static str],
    pub action: Action,
    /// The word in the footer; empty: not shown there.
    pub word: &'static str,
    pub help: &'static str,
}

const fn row(
    scope: Scope,
    keys: &'static [&'static str],
    action: Action,
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding { scope, keys, action, word, help }
}

use Action as A;
use Scope::{BoardLog, BoardTasks, Everywhere, Lists, PhaseDialog, Typing};

/// Every key there is. Rows of one scope stand together, in the order of the footer.
pub const KEYMAP: &[Binding] = &[
    row(
        Everywhere,
        &["1", "2", "3", "4", "5", "6", "7", "8", "9"],
        A::OpenScreen,
        "",
        "the screen of that digit: 1 is the Board",
    ),
    row(Everywhere, &["["], A::ScreenBefore, "", "the screen before"),
    row(Everywhere, &["]"], A::ScreenAfter, "", "the screen after"),
    row(
        Everywhere,
        &["0"],
        A::Waiting,
        "now",
        "go to what waits for you: a message, a contested field, an approval owed, a draft; again: the next",
    ),
    row(Everywhere, &["n"], A::Note, "note", "note line: one entry, then closed"),
    row(Everywhere, &["N"], A::Scribe, "scribe", "note line that stays open; empty Enter ends it"),
    row(Everywhere, &["p"], A::Phase, "phase", "where does the incident go: phase, hold, close, reopen"),
    row(
        Everywhere,
        &["c"],
        A::AddComponents,
        "comp.",
        "add components: the hosts, accounts and data this incident touches",
    ),
    row(Everywhere, &["i"], A::AddIndicator, "indic.", "add an indicator, as it is or defanged"),
    row(Everywhere, &["P"], A::PasteBox, "paste", "paste box: any text in, table of what was understood"),
    row(Everywhere, &["e"], A::AddEvidence, "evid.", "add evidence: a file, a thing, or something asked for"),
    row(
        Everywhere,
        &["H"],
        A::Handover,
        "handover",
        "handover: offer the lead; read what I am told and take it",
    ),
    row(Everywhere, &["B"], A::CatchUp, "catch up", "what others did since you were last here"),
    row(Everywhere, &["s"], A::Sitrep, "sitrep", "SITREP: one screen to read out; looking writes nothing"),
    row(Everywhere, &["d"], A::Decide, "decide", "decision: what, instead of what, why, when to look again"),
    row(
        Everywhere,
        &["m"],
        A::Measure,
        "measure",
        "temporary measure: what must be taken back, when to review it",
    ),
    row(Everywhere, &["T"], A::Timer, "timer", "come-back timer: who is expected when"),
    row(Everywhere, &["!"], A::Approval, "approval", "approval for what is selected: who gave it, how, when"),
    row(Everywhere, &["S"], A::Severity, "severity", "severity: 1–5 and a reason; impact answers beside it"),
    row(
        Everywhere,
        &["E"],
        A::Head,
        "edit",
        "head: title, types, determination, TLP, signal, posture, lead, acknowledge",
    ),
    row(
        Everywhere,
        &["I"],
        A::Incident,
        "incident",
        "the incident: what its head says, and what belongs to it; Enter goes there",
    ),
    row(Everywhere, &["u"], A::Undo, "undo", "take back my last act, named in the footer; Enter does it"),
    row(Everywhere, &["U"], A::UndoList, "undo list", "my acts, newest first, to take one back"),
    row(Everywhere, &["/"], A::Find, "find", "find: a list that narrows; Tab: all incidents"),
    row(Everywhere, &["f"], A::Filter, "filter", "filter the list in sight"),
    row(Everywhere, &[":"], A::Command, "command", "command line, completed from every verb"),
    row(Everywhere, &["Ctrl-P"], A::Palette, "palette", "every act and verb, found by a few letters"),
    row(Everywhere, &["y"], A::Copy, "copy", "copy, defanged"),
    row(Everywhere, &["Y"], A::CopyReal, "copy real", "copy the real value"),
    row(
        Everywhere,
        &["v"],
        A::AsOf,
        "as of then",
        "the record as it stood when the selected entry was written, read-only",
    ),
    row(Everywhere, &["z"], A::Zone, "zone", "next zone (UTC, incident, here); the frame names it"),
    row(Everywhere, &["?"], A::Help, "help", "keys of this place, then the words"),
    row(
        Everywhere,
        &["q"],
        A::Quit,
        "quit",
        "close what is on top; on a screen quit (asks for drafts and unsaved lines)",
    ),
    row(Everywhere, &["Esc", "Ctrl-C"], A::Back, "back", "one step back; words typed are kept"),
    row(Everywhere, &["Ctrl-L"], A::Redraw, "", "draw again"),
    row(Everywhere, &["Ctrl-Z"], A::Suspend, "", "back to the shell; fg returns"),
    row(Lists, &["j", "↓"], A::Down, "move", "down"),
    row(Lists, &["k", "↑"], A::Up, "", "up"),
    row(Lists, &["g", "Home"], A::Top, "", "to the first row"),
    row(Lists, &["G", "End"], A::Bottom, "", "to the last row"),
    row(Lists, &["PgDn", "Ctrl-F"], A::PageDown, "", "a page down"),
    row(Lists, &["PgUp", "Ctrl-B"], A::PageUp, "", "a page up"),
    row(Lists, &["Ctrl-D"], A::HalfDown, "", "half a page down"),
    row(Lists, &["Ctrl-U"], A::HalfUp, "", "half a page up"),
    row(Lists, &["Tab", "l", "→"], A::NextPane, "pane", "next pane"),
    row(Lists, &["Shift-Tab", "h", "←"], A::PreviousPane, "", "previous pane"),
    row(Lists, &["Enter"], A::Open, "open", "open; the card lists every act of the thing with its key"),
    row(Lists, &["Space"], A::Mark, "mark", "mark the row; in a text, page down; never writes"),
    row(Lists, &["a"], A::Add, "add", "add to this list; in Incidents: open a new one"),
    row(Lists, &["A", "@"], A::Assign, "assign", "owner, a person or a role; on People: a task for them"),
    row(Lists, &["D"], A::Due, "due", "due time; on People: the shift and until when"),
    row(Scope::Board, &["<"], A::PhaseBack, "back", "phase dialog with the usual way back chosen"),
    row(Scope::Board, &[">"], A::PhaseForward, "forward", "phase dialog with the usual way forward chosen"),
    row(Scope::Board, &[","], A::VisitBefore, "visit before", "checklist of the visit before"),
    row(Scope::Board, &["."], A::VisitAfter, "visit after", "checklist of the visit after"),
    row(BoardTasks, &["x"], A::Done, "done", "done, by me, now; on a done task it only says by whom"),
    row(BoardTasks, &["X"], A::DoneBy, "done by", "done with who, when, what came of it"),
    row(BoardTasks, &["t"], A::Take, "take", "mine, in progress; asks if somebody else has it"),
    row(BoardTasks, &["b"], A::Blocked, "blocked", "blocked: by what, waiting for whom"),
    row(BoardTasks, &["w"], A::Waive, "waive", "not needed: waived or not applicable, reason"),
    row(BoardTasks, &["o"], A::Reopen, "reopen", "open again, reason"),
    row(BoardLog, &["C"], A::Correct, "correct", "correct the entry by a new one tied to it"),
    row(Scope::Timeline, &["r"], A::Order, "order", "order: happened, recorded"),
    row(
        Scope::Timeline,
        &["L"],
        A::PlaceIn,
        "lane, ATT&CK",
        "whose deed it tells, ATT&CK technique, where it is known from; of all that are marked",
    ),
    row(Scope::Timeline, &["C"], A::Correct, "correct", "correct the entry by a new one tied to it"),
    row(Scope::Timeline, &["+", "="], A::ZoomIn, "zoom", "the picture shows half as much, around the cursor"),
    row(Scope::Timeline, &["-"], A::ZoomOut, "", "the picture shows twice as much"),
    row(Scope::Picture, &["l", "→"], A::PanLater, "later", "later; Tab leads into the picture and out of it"),
    row(Scope::Picture, &["h", "←"], A::PanEarlier, "earlier", "earlier"),
    row(
        Scope::Components,
        &[">"],
        A::StageOn,
        "on",
        "stage on: how, asked, done, seen to hold, temporary, approved; one or all marked",
    ),
    row(Scope::Components, &["<"], A::StageBack, "back", "stage back, with a reason; one or all marked"),
    row(Scope::Components, &["w"], A::AcceptRisk, "accept risk", "risk accepted: who, why, until"),
    row(Scope::Components, &["r"], A::Order, "order", "order: not contained first, name, stage"),
    row(
        Scope::Indicators,
        &["w"],
        A::RetireIndicator,
        "retire",
        "retire, reason; a retired one is taken up again",
    ),
    row(Scope::Indicators, &["L"], A::LinkIndicator, "tie", "tie to component, entry, incident"),
    row(Scope::Indicators, &["o"], A::EditIndicator, "change", "change what is said of it"),
    row(
        Scope::Evidence,
        &["x"],
        A::Receive,
        "received",
        "what was asked for has come: file, from whom, when; it is hashed",
    ),
    row(
        Scope::Evidence,
        &[">"],
        A::PassOn,
        "pass on",
        "pass custody on: to whom, why; hashed again on the way",
    ),
    row(
        Scope::Evidence,
        &["V"],
        A::HashAgain,
        "verify",
        "hash again, one or marked; while it reads: stop it",
    ),
    row(Scope::Evidence, &["o"], A::EditItem, "correct", "correct what is said of it"),
    row(Scope::Evidence, &["w"], A::Withdraw, "withdraw", "a mistake, or not coming: struck, with a reason"),
    row(Scope::People, &["t"], A::Take, "on shift", "on shift, now; one who had left is back"),
    row(Scope::People, &["x"], A::Done, "off shift", "off shift, now"),
    row(Scope::People, &["o"], A::Reopen, "edit", "roles, contacts, note"),
    row(Scope::People, &["w"], A::Waive, "leave", "out of the incident, with a reason"),
    row(Scope::Notices, &["t"], A::StartClock, "start", "start the clock from a fact chosen in a list"),
    row(Scope::Notices, &["x"], A::NoticeSent, "sent", "sent: when, by, reference, proof; again: correct it"),
    row(Scope::Notices, &["w"], A::NotOwed, "not owed", "not owed or deferred: reason, who approved"),
    row(
        Scope::Notices,
        &["o"],
        A::OtherFact,
        "fact",
        "another starting fact, reason; what was settled is owed again",
    ),
    row(
        Scope::Decisions,
        &["x"],
        A::Settle,
        "settle",
        "settled: granted, taken down, confirmed, rung, carried out",
    ),
    row(Scope::Decisions, &["w"], A::Withdraw, "withdraw", "refused, refuted, withdrawn, permanent: reason"),
    row(Scope::Decisions, &["o"], A::Reopen, "reopen", "open again, reason"),
    row(Scope::Decisions, &["r"], A::Order, "order", "order: due first, as written"),
    row(
        Scope::Report,
        &["x"],
        A::Given,
        "given",
        "given: to whom, how, your judgement, when the next is due; the text is kept",
    ),
    row(Scope::Report, &["W"], A::Write, "file", "write it to a new file"),
    row(
        Scope::DrillMessage,
        &["1", "2", "3", "4", "5", "6", "7", "8", "9"],
        A::Answer,
        "answer",
        "choose this answer, then Enter says it; the first one said stands",
    ),
    row(
        Scope::Drill,
        &["b"],
        A::Hint,
        "hint",
        "stuck: a hint, its price named; Enter takes it; after the end: the debrief",
    ),
    row(
        Scope::Drill,
        &["Z"],
        A::Hold,
        "pause",
        "stop the exercise clock, or let it go on; from every screen of a drill",
    ),
    row(Scope::Drill, &[">"], A::SkipOn, "skip", "skip to the next message, asked first"),
    row(
        Scope::Drill,
        &["W"],
        A::Write,
        "write",
        "after the end: the debrief to a file, Markdown, HTML or JSON",
    ),
    row(
        Scope::Control,
        &["Enter"],
        A::Open,
        "send",
        "send the message now, asked once; what has come is shown whole",
    ),
    row(Scope::Control, &["w"], A::WithholdMessage, "withhold", "keep the message from the players, reason"),
    row(
        Scope::Control,
        &["D"],
        A::Due,
        "postpone",
        "all that has not come yet comes later; the spacing stays",
    ),
    row(
        Scope::Control,
        &["n"],
        A::HiddenNote,
        "hidden note",
        "a note for the debrief; players do not see it before",
    ),
    row(Scope::Control, &["o"], A::Observe, "mark", "observer's mark: good, watch, issue"),
    row(Scope::Control, &["a"], A::Add, "say", "a message of your own, to the players at once"),
    row(Scope::Control, &["Z"], A::Hold, "pause", "stop the exercise clock, or let it go on"),
    row(Scope::Control, &[">"], A::SkipOn, "skip", "skip to the next message, asked first"),
    row(Scope::Control, &["R"], A::Pace, "pace", "another pace: exercise minutes in a real one"),
    row(Scope::Replay, &["→", "l"], A::NextEntry, "entry", "the record with the next entry"),
    row(Scope::Replay, &["←", "h"], A::EntryBefore, "before", "the record with the entry before"),
    row(Scope::Replay, &["]"], A::NextMinute, "minute", "the next minute in which something was recorded"),
    row(Scope::Replay, &["["], A::MinuteBefore, "", "the minute before in which something was recorded"),
    row(Scope::Replay, &["g"], A::ReplayTo, "to a time", "what was known at a time"),
    row(Scope::Replay, &["Home"], A::FirstEntry, "", "the record with its first entry"),
    row(Scope::Replay, &["End"], A::LastEntry, "", "the record with its last entry; Esc leaves the replay"),
    row(PhaseDialog, &["j", "↓"], A::Down, "choose", "the next way"),
    row(PhaseDialog, &["k", "↑"], A::Up, "", "the way before"),
    row(
        PhaseDialog,
        &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        A::ChooseDigit,
        "choose",
        "choose where to (0 stay, 8 hold, 9 close)",
    ),
    row(
        PhaseDialog,
        &["Tab"],
        A::NextField,
        "field",
        "field: reason, category, accepted by, approved by, still holds",
    ),
    row(PhaseDialog, &["Shift-Tab"], A::PreviousField, "", "the field before"),
    row(PhaseDialog, &["Space"], A::Toggle, "holds", "this earlier tick still holds"),
    row(PhaseDialog, &["Enter"], A::Go, "go", "go; if words are missing, to the first place"),
    row(PhaseDialog, &["?"], A::Why, "why", "why these checks"),
    row(Typing, &["Enter"], A::Save, "save", "save, from any field"),
    row(Typing, &["Tab"], A::NextField, "field", "next field; on the note line: kind"),
    row(Typing, &["Shift-Tab"], A::PreviousField, "", "field before; on the note line: kind before"),
    row(Typing, &["→", "Ctrl-→"], A::OptionNext, "choose", "the next choice; in a text, right"),
    row(Typing, &["←", "Ctrl-←"], A::OptionPrevious, "", "the choice before; in a text, left"),
    row(
        Typing,
        &["Ctrl-J", "Alt-Enter"],
        A::NewLine,
        "new line",
        "new line; so does \\ at the end and Enter",
    ),
    row(Typing, &["↓"], A::Down, "", "the field below; in a text, the line below"),
    row(Typing, &["↑"], A::Up, "", "the field above; in a text, the line above"),
    row(Typing, &["Ctrl-G"], A::Editor, "editor", "write in $EDITOR"),
    row(Typing, &["Ctrl-A", "Home"], A::LineStart, "", "to the start of the line"),
    row(Typing, &["Ctrl-E", "End"], A::LineEnd, "", "to the end of the line"),
    row(Typing, &["Ctrl-W"], A::DeleteWord, "", "delete the word before"),
    row(Typing, &["Ctrl-U"], A::DeleteToStart, "", "delete to the start of the line"),
    row(Typing, &["Ctrl-K"], A::DeleteToEnd, "", "delete to the end of the line"),
];

/// What a key means in the first of these scopes that binds it.
pub fn find(scopes: &[Scope], key: &str) -> Option<&'static Binding> {
    let bound =
        |scope: &Scope| KEYMAP.iter().find(|binding| binding.scope == *scope && binding.keys.contains(&key));
    scopes.iter().find_map(bound)
}

/// The key that does an act, as people write it.
pub fn key_of(action: Action) -> Option<&'static str> {
    KEYMAP.iter().find(|binding| binding.action == action).and_then(|binding| binding.keys.first().copied())
}

/// Keys a person has chosen beside those of the table, for the board.
#[derive(Clone, Debug, Default)]
pub struct Own(Vec<(String, &'static Binding)>);

impl Own {
    /// Reads chosen keys: an act by its name (`done`, `undo-list`), a key as the table writes it. Those that
    /// cannot be taken are named, a sentence each, and left out.
    pub fn read<'a>(chosen: impl IntoIterator<Item = (&'a String, &'a String)>) -> (Self, Vec<String>) {
        let mut own = Self::default();
        let mut faults = Vec::new();
        for (act, key) in chosen {
            let on_board = |b: &&Binding| b.scope.on_board();
            let binding = KEYMAP.iter().filter(on_board).find(|b| b.action.name() == *act);
            let taken = KEYMAP.iter().filter(on_board).find(|b| b.keys.contains(&key.as_str()));
            match (binding, taken) {
                (None, _) => {
                    faults.push(format!("keys.{act}: no act has that name; casebook keys names them."))
                }
                (Some(_), Some(other)) => {
                    faults.push(format!("keys.{act}: {key} is taken: {}.", other.help));
                }
                (Some(_), None) if key.is_empty() => faults.push(format!("keys.{act}: no key is named.")),
                (Some(binding), None) => own.0.push((key.clone(), binding)),
            }
        }
        (own, faults)
    }

    /// What a chosen key means in one of these scopes.
    pub fn find(&self, scopes: &[Scope], key: &str) -> Option<&'static Binding> {
        let chosen = self.0.iter().find(|(own, binding)| own == key && scopes.contains(&binding.scope));
        chosen.map(|(_, binding)| *binding)
    }

    /// The key chosen for an act.
    pub fn key_of(&self, action: Action) -> Option<&str> {
        self.0.iter().find(|(_, binding)| binding.action == action).map(|(key, _)| key.as_str())
    }
}

/// The table of the README. The names are those of `casebook config keys.NAME KEY`.
pub fn markdown() -> String {
    let mut table = String::from("| Where | Key | What it does | Name |\n|---|---|---|---|\n");
    for binding in KEYMAP {
        let keys = match binding.keys {
            [first @ ("0" | "1"), .., last] => format!("`{first}`–`{last}`"),
            keys => keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" "),
        };
        let help = binding.help.replace('|', "\\|");
        let name =
            if binding.scope.on_board() { format!("`{}`", binding.action.name()) } else { String::new() };
        let scope = binding.scope.name();
        writeln!(table, "| {scope} | {keys} | {help} | {name} |").expect("a String takes everything");
    }
    table
}
