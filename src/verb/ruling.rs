//! Saying whose word holds where several people set a field without knowing of each other.

use clap::Args;

use super::change::Change;
use super::when::When;
use super::{Act, Context, Said, Verb};
use crate::incident::Incident;
use crate::incident::command::Command;
use crate::incident::contested::{Claim, Contested};
use crate::model::refusal::Refusal;

#[derive(Args)]
pub(super) struct Rule {
    /// The contested field, as "next" and "show" call it, or unique words of that
    #[arg(value_name = "FIELD", required = true)]
    field: Vec<String>,
    /// Whose word holds: the name of who said it, or its number in the order shown; without it the sides are told
    #[arg(long = "for", value_name = "NAME")]
    whose: Option<String>,
    #[command(flatten)]
    when: When,
}

impl Verb for Rule {
    fn say(self, context: &Context<'_>) -> Result<Said, Refusal> {
        let change = Change::Rule { field: self.field.join(" "), whose: self.whose };
        self.when.says(Act::Change(change), context)
    }
}

/// The ruling that is meant.
///
/// # Errors
/// Refuses where no field, several fields, no side or several sides are meant, and tells what there is.
pub(super) fn command(incident: &Incident, field: &str, whose: Option<&str>) -> Result<Command, Refusal> {
    let all = incident.contested();
    let contested = meant(&all, field)?;
    let sides = &contested.sides;
    let told = || {
        let sides: Vec<String> =
            (1..).zip(sides).map(|(k, side)| format!("{k} {}: {}", side.by, side.says)).collect();
        format!("{} is contested: {}.", contested.field, sides.join("; "))
    };
    let hint = || format!("casebook rule {:?} --for {}", contested.field, sides[0].by);
    let Some(whose) = whose else { return Err(Refusal::refused(told()).hint(hint())) };
    let ruling = |side: &Claim| Command::Rule(Box::new(side.setting.clone()));
    let number = whose.parse::<usize>().ok().and_then(|k| sides.get(k.checked_sub(1)?));
    let named: Vec<&Claim> = sides.iter().filter(|side| incident.same_person(&side.by, whose)).collect();
    match (number, named.as_slice()) {
        (_, [side]) => Ok(ruling(side)),
        (Some(side), []) => Ok(ruling(side)),
        (_, []) => Err(Refusal::refused(format!("{whose} is no side of it. {}", told())).hint(hint())),
        (_, [..]) => Err(Refusal::refused(format!("{whose} said several things. {}", told()))
            .hint(format!("casebook rule {:?} --for 1 rules by number.", contested.field))),
    }
}

fn meant<'a>(all: &'a [Contested], field: &str) -> Result<&'a Contested, Refusal> {
    let words = field.to_lowercase();
    let exact = all.iter().find(|contested| contested.field.to_lowercase() == words);
    let near: Vec<&Contested> =
        all.iter().filter(|contested| contested.field.to_lowercase().contains(&words)).collect();
    match (exact, near.as_slice()) {
        (Some(one), _) => Ok(one),
        (None, [one]) => Ok(one),
        (None, []) if all.is_empty() => Err(Refusal::refused("Nothing is contested in this incident.")),
        (None, []) => Err(none_of(all, &format!("No contested field matches {field:?}."))),
        (None, found) => {
            let each: Vec<String> =
                found.iter().map(|one| format!("{}: {}", one.field, one.words())).collect();
            let why = format!("Several contested fields match {field:?}: {}.", each.join("; "));
            // Words are enough unless one name is all there is to say.
            let name = found[0].field.rsplit('·').next().unwrap_or_default();
            Err(Refusal::refused(why).hint(format!(
                "Say which: casebook rule {} --for {}",
                if name.contains(' ') { format!("{name:?}") } else { name.to_owned() },
                found[0].sides[0].by
            )))
        }
    }
}

fn none_of<'a>(among: impl IntoIterator<Item = &'a Contested>, why: &str) -> Refusal {
    let names: Vec<&str> = among.into_iter().map(|contested| contested.field.as_str()).collect();
    Refusal::refused(why).hint(format!("Contested: {}.", names.join(", ")))
}
