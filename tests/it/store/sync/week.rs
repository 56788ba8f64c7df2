//! T11: a week of three people on three machines that are connected now and then. Whatever they do, in the end all
//! have the same, and every line that anybody was told is saved.

use std::collections::BTreeSet;

use casebook::store::Class;

use super::super::{Dice, nightly};
use super::{Machine, Office, assert_equal, settle};

/// What happens in an hour: most of the time somebody writes.
fn hour(
    dice: &mut Dice,
    machines: &mut Vec<Machine>,
    office: &Office,
    written: &mut BTreeSet<String>,
    next: &mut u8,
) {
    let who = dice.below(machines.len());
    let machine = &mut machines[who];
    match dice.below(20) {
        0 if *next < 8 => {
            machine.open(*next, "a new one");
            written.insert(machine.ids(*next)[0].clone());
            *next += 1;
        }
        1 => {
            let again = machines.remove(who).again((dice.below(200) + 20) as u8);
            machines.insert(who, again);
        }
        2 => {
            // The network, or the disk behind it, is away for one try.
            let away = office.path("away.git");
            std::fs::rename(office.hub(), &away).unwrap();
            assert!(machine.try_sync().is_err());
            std::fs::rename(&away, office.hub()).unwrap();
        }
        3 => {
            // What is kept beside the store is lost.
            for entry in std::fs::read_dir(machine.state.join("sync")).unwrap() {
                for entry in std::fs::read_dir(entry.unwrap().path()).unwrap() {
                    let path = entry.unwrap().path();
                    if path.extension().is_some_and(|it| it == "json") && !path.ends_with("remotes.json") {
                        std::fs::remove_file(path).unwrap();
                    }
                }
            }
        }
        4..=8 => drop(machine.sync()),
        _ => {
            let known: Vec<u8> = (1..*next).filter(|n| machine.has(*n)).collect();
            if let Some(n) = known.get(dice.below(known.len().max(1))) {
                let words = format!("{} at work {}", machine.name, dice.below(1_000_000));
                written.insert(machine.log(*n, &words));
            }
        }
    }
}

#[test]
fn t11_three_people_work_a_week_with_random_disconnections_and_end_equal() {
    for seed in nightly(3, 50) {
        let mut dice = Dice::new(seed);
        let office = Office::new();
        let mut machines: Vec<Machine> =
            ["ana", "bo", "cy"].iter().map(|name| office.machine(name)).collect();
        let (mut written, mut next) = (BTreeSet::new(), 2);
        machines[0].open(1, "the first");
        written.extend(machines[0].ids(1));
        for _ in 0..7 * 12 {
            hour(&mut dice, &mut machines, &office, &mut written, &mut next);
        }
        let all: Vec<&Machine> = machines.iter().collect();
        settle(&all);
        assert_equal(&all);
        for machine in &all {
            let here: BTreeSet<String> = (1..next).flat_map(|n| machine.ids(n)).collect();
            assert_eq!(here, written, "seed {seed}, {}", machine.name);
            assert_eq!(machine.verified(), (Class::Clean, Vec::new()), "seed {seed}, {}", machine.name);
            assert_eq!(
                (machine.unsent(), machine.notices()),
                (0, Vec::new()),
                "seed {seed}, {}",
                machine.name
            );
        }
    }
}
