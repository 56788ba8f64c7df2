//! Starting a drill from the screens: the scenarios there are, the briefing, STARTEX.

use std::borrow::Cow;

use crate::control::Asked;
use crate::drill::scenario::{Known, Library, Scenario, Source};
use crate::model::drill::Profile;
use crate::model::refusal::Refusal;
use crate::tui::app::App;
use crate::tui::ask::{choice, opt};
use crate::tui::form::{Field, Form, Opt, Slot};
use crate::tui::modal::{Chosen, Item};
use crate::tui::msg::Effect;
use crate::tui::screens::Question;

type Done = Result<Vec<Effect>, Refusal>;

/// A drill that is about to start.
#[derive(Debug)]
pub struct Starting {
    /// The whole file: what is played is kept as these words.
    pub text: Cow<'static, str>,
    pub scenario: Scenario,
    pub asked: Asked,
    pub seed: [u8; 16],
}

/// The scenarios to choose from, the easiest first.
pub fn rows(app: &App) -> Vec<Item> {
    let rows = app.scenarios.rows().into_iter();
    rows.map(|row| Item {
        key: format!("level {}", row.level),
        text: format!("{}: {}", row.title, row.blurb),
        note: format!("{} min", row.minutes),
        chosen: Chosen::Scenario(row.id.to_string()),
        refused: None,
    })
    .collect()
}

/// Opens the briefing of a scenario, by its id, the beginning of it, or its title.
///
/// # Errors
/// Refuses a name that means none, and a file with faults.
pub fn brief(app: &mut App, words: &str, asked: &Asked) -> Done {
    let source = app.scenarios.named(words)?;
    sound(app, &source)?;
    let about = format!("{} {} {}", source.row.id, asked.profile.word(), u8::from(asked.facilitated));
    let effects = app.open_question(START.name, &about)?;
    if let (Some(ratio), Some(super::super::modal::Modal::Form(form))) = (asked.ratio, app.modals.last_mut())
    {
        form.set_words(&vec![("pace".to_owned(), ratio.to_string())]);
    }
    Ok(effects)
}

fn sound(app: &App, source: &Source) -> Result<Scenario, Refusal> {
    let checked = source.check(Known { playbooks: &app.playbooks, duties: &app.duties });
    checked.sound().map_err(|faults| {
        let first =
            faults.first().map_or_else(String::new, |fault| format!(" {}: {}.", fault.place, fault.what));
        Refusal::refused(format!("{} cannot be played, it has faults.{first}", source.row.id))
            .hint("casebook drill check FILE names them all.")
    })
}

/// The scenario of a briefing, and how it was asked for.
fn of(library: &Library, about: &str) -> Result<(Source, Profile, bool), Refusal> {
    let mut parts = about.split(' ');
    let id = parts.next().unwrap_or_default();
    let profile = parts.next().and_then(|word| Profile::ALL.into_iter().find(|it| it.word() == word));
    let facilitated = parts.next() == Some("1");
    let source = library.get(id).ok_or_else(|| Refusal::refused("That scenario is gone."))?;
    Ok((source, profile.unwrap_or_default(), facilitated))
}

/// The briefing: what one reads before STARTEX, and how it shall be played.
pub const START: Question = Question {
    name: "drill-start",
    spoken: "a drill to start",
    title: |app, about| Ok(format!("EXERCISE: {}", of(&app.scenarios, about)?.0.row.title)),
    about: |app, about| {
        let Ok((source, ..)) = of(&app.scenarios, about) else { return Vec::new() };
        let Ok(scenario) = Scenario::parse(&source.text) else { return Vec::new() };
        let briefing = scenario.briefing;
        let rules = briefing.rules.into_iter().map(|rule| format!("- {rule}"));
        let organisation = format!("{}: {}", scenario.organisation.name, scenario.organisation.about);
        // What earlier incidents have left to mend: the drill may show whether it helps.
        let open = app.carried.iter().take(3).map(|action| {
            format!("Still open from {}: {} {}", action.incident_number, action.number, action.title)
        });
        [organisation, briefing.situation, briefing.you].into_iter().chain(rules).chain(open).collect()
    },
    fields,
    answer: |app, form, about, _| {
        let (source, ..) = of(&app.scenarios, about)?;
        let scenario = sound(app, &source)?;
        let asked = asked(form);
        let seed = app.seeds.fresh();
        let starting = Starting { text: source.text, scenario, asked, seed };
        Ok(vec![Effect::StartDrill(Box::new(starting))])
    },
};

fn asked(form: &Form) -> Asked {
    let profile =
        form.chosen(Slot::Of("help")).and_then(|word| Profile::ALL.into_iter().find(|it| it.word() == word));
    Asked {
        ratio: form.chosen(Slot::Of("pace")).and_then(|pace| pace.parse().ok()),
        profile: profile.unwrap_or_default(),
        facilitated: form.chosen(Slot::Of("led")) == Some("facilitator"),
    }
}

fn fields(app: &App, about: &str) -> Result<Vec<Field>, Refusal> {
    let (source, profile, facilitated) = of(&app.scenarios, about)?;
    let usual = Scenario::parse(&source.text).map_or(1, |scenario| scenario.clock.ratio);
    let help: Vec<Opt> = Profile::ALL
        .into_iter()
        .map(|it| {
            let means = match it {
                Profile::Coached => "You learn at once what an answer was worth; hints can be had.",
                Profile::Plain => "Nothing is told before the debrief; hints can be had.",
                Profile::Strict => "No hints, and a strong gate that is open refuses the move.",
            };
            opt(it.word(), it.word(), means)
        })
        .collect();
    let at = Profile::ALL.iter().position(|it| *it == profile);
    let mut paces: Vec<u32> = vec![1, 2, 3, 5, 10, 60];
    if !paces.contains(&usual) {
        paces.push(usual);
        paces.sort_unstable();
    }
    let pace = |ratio: &u32| {
        let as_planned = if *ratio == usual { "As planned for it. " } else { "" };
        let means = format!("{as_planned}{ratio} exercise minutes pass in a real one.");
        opt(&ratio.to_string(), &format!("x{ratio}"), &means)
    };
    let planned = paces.iter().position(|ratio| *ratio == usual);
    let led = vec![
        opt("itself", "by itself", "Messages come when they are due."),
        opt(
            "facilitator",
            "by a facilitator",
            "casebook drill control in another terminal sends and holds back.",
        ),
    ];
    Ok(vec![
        choice(Slot::Of("help"), "Help", "", help, at),
        choice(Slot::Of("pace"), "Pace", "", paces.iter().map(pace).collect(), planned),
        choice(Slot::Of("led"), "Led", "", led, Some(usize::from(facilitated))),
    ])
}
