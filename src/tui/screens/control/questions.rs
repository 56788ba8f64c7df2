//! What a facilitator is asked: once before a message is sent, and for the words of everything else.

use super::{enter, minute, sending};
use crate::control;
use crate::drill::msel::Progress;
use crate::incident::command::Command;
use crate::model::drill::FASTEST;
use crate::model::refusal::Refusal;
use crate::tui::app::App;
use crate::tui::ask::{choice, line, opt, text};
use crate::tui::drill::the_play;
use crate::tui::form::{Form, Slot};
use crate::tui::give;
use crate::tui::screens::{Done, Question, drill as pane};
use crate::verb::{Controlling, Mark};

pub(super) const ENTER: &str = "control-enter";
pub(super) const SEND: &str = "control-send";
pub(super) const WITHHOLD: &str = "control-withhold";
pub(super) const POSTPONE: &str = "control-postpone";
pub(super) const NOTE: &str = "control-note";
pub(super) const OBSERVE: &str = "control-observe";
pub(super) const SAY: &str = "control-say";
pub(super) const PACE: &str = "control-pace";

const MINUTES: Slot = Slot::Of("minutes");
const MARK: Slot = Slot::Of("mark");
const FROM: Slot = Slot::Of("from");
const CHANNEL: Slot = Slot::Of("channel");

pub(super) const ALL: &[Question] = &[
    Question {
        name: ENTER,
        spoken: "whether to see the plan",
        title: |_, _| Ok("Are you the facilitator?".to_owned()),
        about: |_, _| {
            vec![
                "The next screen shows what is to come, what is expected and what is right.".to_owned(),
                "Whoever plays this drill should not see it. Enter opens it, Esc does not.".to_owned(),
            ]
        },
        fields: |_, _| Ok(Vec::new()),
        answer: |app, _, _, _| enter(app),
    },
    Question {
        name: SEND,
        spoken: "whether to send a message",
        title: |_, id| Ok(format!("Send {id} now?")),
        about: about_send,
        fields: |_, _| Ok(Vec::new()),
        answer: |app, _, id, _| {
            let command = sending(app, id)?;
            give::give(app, &Command::Drill(Box::new(command)))
        },
    },
    Question {
        name: WITHHOLD,
        spoken: "why a message is withheld",
        title: |_, id| Ok(format!("Keep {id} from the players")),
        about: |_, _| vec!["It does not come by itself any more; Enter on it sends it after all.".to_owned()],
        fields: |_, _| Ok(vec![line(Slot::Reason, "Why", "optional; it stands in the debrief", "")]),
        answer: |app, form, id, _| {
            let (message, reason) = (id.to_owned(), form.said(Slot::Reason));
            give(app, &Controlling::Withhold { message, reason })
        },
    },
    Question {
        name: POSTPONE,
        spoken: "by how much the plan comes later",
        title: |_, _| Ok("Everything that has not come yet comes later".to_owned()),
        about: |app, _| {
            let already = pane::the_drill(app).map_or(0, |drill| drill.postponed);
            let mut about = vec!["The spacing between the messages stays.".to_owned()];
            if already > 0 {
                about.push(format!("They are {already} minutes late already; this is added."));
            }
            about
        },
        fields: |_, _| Ok(vec![line(MINUTES, "Exercise minutes", "1 to 600", "10")]),
        answer: |app, form, _, _| {
            let minutes = number(form, MINUTES, 600)?;
            give(app, &Controlling::Postpone(minutes))
        },
    },
    Question {
        name: NOTE,
        spoken: "a hidden note",
        title: |_, about| Ok(titled("Hidden note", about)),
        about: |_, _| vec!["Players see it in the debrief, not before.".to_owned()],
        fields: |_, _| Ok(vec![text(Slot::Text, "Note", "what you saw, what you did", "")]),
        answer: |app, form, about, _| note(app, form, about, None),
    },
    Question {
        name: OBSERVE,
        spoken: "an observer's mark",
        title: |_, about| Ok(titled("Observer's mark", about)),
        about: |_, _| vec!["Players see it in the debrief, not before.".to_owned()],
        fields: |_, _| {
            let marks = vec![
                opt("good", "good", "worth keeping"),
                opt("watch", "watch", "worth watching"),
                opt("issue", "issue", "worth mending"),
            ];
            Ok(vec![
                choice(MARK, "Mark", "good, watch, issue", marks, Some(0)),
                text(Slot::Text, "What you saw", "a sentence", ""),
            ])
        },
        answer: |app, form, about, _| {
            let mark = match form.chosen(MARK) {
                Some("watch") => Mark::Watch,
                Some("issue") => Mark::Issue,
                _ => Mark::Good,
            };
            note(app, form, about, Some(mark))
        },
    },
    Question {
        name: SAY,
        spoken: "a message of your own",
        title: |_, _| Ok("A message of your own, now".to_owned()),
        about: |_, _| vec!["It reaches the players at once; no scenario has it.".to_owned()],
        fields: |_, _| {
            let channels = control::CHANNELS.iter().map(|word| opt(word, word, "")).collect();
            let usual = control::CHANNELS.iter().position(|word| *word == "control");
            Ok(vec![
                line(FROM, "From", "who says it", "Exercise control"),
                choice(CHANNEL, "How it comes", "", channels, usual),
                text(Slot::Text, "Text", "what players read", ""),
            ])
        },
        answer: |app, form, _, _| {
            let from = form.said(FROM).unwrap_or_else(|| "Exercise control".to_owned());
            let channel = form.chosen(CHANNEL).map(str::to_owned);
            let text = form.said(Slot::Text).ok_or_else(|| Refusal::misused("The text is missing."))?;
            give(app, &Controlling::Say { from, channel, text })
        },
    },
    Question {
        name: PACE,
        spoken: "another pace",
        title: |_, _| Ok("Exercise minutes in a real one".to_owned()),
        about: |app, _| {
            let ratio = pane::the_drill(app).map_or(1, |drill| drill.clock.ratio);
            vec![format!("Now {ratio}.")]
        },
        fields: |app, _| {
            let ratio = pane::the_drill(app)?.clock.ratio.to_string();
            Ok(vec![line(MINUTES, "Pace", "1 is real time", &ratio)])
        },
        answer: |app, form, _, _| {
            let pace = number(form, MINUTES, FASTEST)?;
            let command = crate::model::drill::Command::Pace(pace);
            give::give(app, &Command::Drill(Box::new(command)))
        },
    },
];

fn titled(what: &str, about: &str) -> String {
    if about.is_empty() { what.to_owned() } else { format!("{what} on {about}") }
}

fn about_send(app: &App, id: &str) -> Vec<String> {
    let (Ok(now), Ok(play)) = (minute(app), the_play(app)) else { return Vec::new() };
    let Some(row) = play.row(id, now) else { return Vec::new() };
    let stands = match row.progress {
        Progress::Planned(at) => format!("It would come at minute {at}; it is minute {now}."),
        Progress::Waits(since) => format!("Its time came at minute {since}; what it waits for has not."),
        Progress::Withheld => "You withheld it.".to_owned(),
        Progress::Off => "It is off the path that is played.".to_owned(),
        Progress::Delivered(at, _) => format!("It came at minute {at}."),
    };
    let words = row.subject.as_deref().unwrap_or(&row.text);
    vec![format!("{}: {words}", row.from), stands, "Enter sends it to the players, Esc does not.".to_owned()]
}

fn number(form: &Form, slot: Slot, most: u32) -> Result<u32, Refusal> {
    let words = form.said(slot).unwrap_or_default();
    let number = words.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Refusal::misused(format!("Type a whole number from 1 to {most}.")))
}

fn note(app: &mut App, form: &Form, about: &str, mark: Option<Mark>) -> Done {
    let text = form.said(Slot::Text).ok_or_else(|| Refusal::misused("The text is missing."))?;
    let about = Some(about.to_owned()).filter(|about| !about.is_empty());
    give(app, &Controlling::Note { text, about, mark })
}

/// Gives what a facilitator asked for.
pub(super) fn give(app: &mut App, asked: &Controlling) -> Done {
    let command = control::command(the_play(app)?, asked, minute(app)?)?;
    give::give(app, &Command::Drill(Box::new(command)))
}
