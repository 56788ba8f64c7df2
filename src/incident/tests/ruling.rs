//! A ruling settles any contested field for the side it names, and taking it back brings all sides back.

use proptest::prelude::*;

use super::*;
use crate::incident::contested::Contested;

/// Rules for some side of some contested field.
pub(super) fn any(incident: &Incident, pick: usize, word: u8) -> Option<Command> {
    let contested = incident.contested();
    let field = contested.get(pick % contested.len().max(1))?;
    let side = &field.sides[usize::from(word) % field.sides.len()];
    Some(Command::Rule(Box::new(side.setting.clone())))
}

proptest! {
    #[test]
    fn a_ruling_settles_a_contested_field_and_undo_brings_its_sides_back(steps in steps(), word: u8) {
        let mut judge = Person::new("dee");
        for person in &work(&steps) {
            judge.read(person);
        }
        for _ in 0..judge.incident.contested().len() {
            let before = judge.incident.contested();
            let Some(contested) = before.first() else { break };
            let claim = &contested.sides[usize::from(word) % contested.sides.len()];
            let order = Command::Rule(Box::new(claim.setting.clone()));
            prop_assert_eq!(judge.give(&order, at(200)), Ok(true));
            let line = judge.lines.last().unwrap().id;
            let after = judge.incident.contested();
            // By its sides: of two fields of one name the other has its plain name again once one is ruled.
            let within = |all: &[Contested], field: &Contested| all.iter().any(|it| it.sides == field.sides);
            let left = |field: &Contested| within(&before, field) && field.sides != contested.sides;
            prop_assert!(after.iter().all(left), "{contested:?} {after:?}");
            let settled = before.iter().filter(|field| !within(&after, field));
            let with = |field: &Contested| field.sides.iter().any(|it| it.setting.goes_with(&claim.setting));
            prop_assert!(settled.clone().all(|field| field == contested || with(field)), "nothing else is ruled");
            let refusal = judge.give(&order, at(201)).unwrap_err();
            prop_assert!(refusal.message.contains("not contested any more"), "{}", refusal.message);
            let taken_back = judge.give(&Command::Undo(Some(line)), at(202));
            // Who took the lead hands it back; that is not taken back, ruled or not.
            if let Err(refusal) = taken_back {
                prop_assert!(refusal.message.contains("handed back"), "{}", refusal.message);
                continue;
            }
            prop_assert_eq!(&judge.incident.contested()[..], &before[..]);
            judge.give(&order, at(203)).unwrap();
        }
        prop_assert!(judge.incident.contested().is_empty());
    }
}

#[test]
fn a_ruling_tells_whose_word_holds_and_whose_does_not() {
    let mut ana = opened();
    let add = AddComponent::new("FS02", "server", Stage::Suspected);
    ana.give(&Command::AddComponent(add), at(1)).unwrap();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    let component = ana.incident.components[0].id.clone();
    let stage = |to| {
        let facts = Facts::default();
        Command::StageComponent(StageComponent { component: component.clone(), to, reason: None, facts })
    };
    ana.give(&stage(Stage::Contained), at(2)).unwrap();
    bo.give(&stage(Stage::Confirmed), at(2)).unwrap();
    ana.read(&bo);
    let contested = ana.incident.contested();
    assert_eq!(contested[0].words(), "ana: contained | bo: confirmed");
    let side = contested[0].sides[0].setting.clone();
    ana.give(&Command::Rule(Box::new(side)), at(3)).unwrap();
    let told = ana.incident.entries.last().unwrap().shown().to_owned();
    assert_eq!(told, "ruled: stage of FS02: contained (ana), not confirmed (bo)");
    assert_eq!(ana.incident.components[0].stage(), Stage::Contained);
}
