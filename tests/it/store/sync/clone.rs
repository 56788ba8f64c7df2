//! Two machines with one writer id: a copied laptop, a restored disk.

use casebook::store::Class;
use casebook::store::sync::Notice;

use super::forged::{journal, line_with};
use super::{Machine, Office, assert_equal, copy, settle};

/// A machine that is a copy of another, state and all.
fn cloned(office: &Office, from: &Machine, name: &str) -> Machine {
    copy(from.root.parent().unwrap(), &office.path(name));
    let mut copy = Machine::new(&office.path(name), name, 9);
    copy.now = from.now;
    // The remote is set for the place of the store, and the copy lies in another.
    copy.set(&office.hub());
    copy
}

/// A writer's memory names the place of its journal, and a clone has the same place on another machine.
fn moved_memories(machine: &Machine, from: &Machine) {
    for writer in std::fs::read_dir(machine.state.join("writers")).unwrap() {
        let writer = writer.unwrap().path();
        if !writer.is_dir() {
            continue;
        }
        for memory in std::fs::read_dir(&writer).unwrap() {
            let path = memory.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.lines().next().unwrap();
            let text = text.replace(from.root.to_str().unwrap(), machine.root.to_str().unwrap());
            let sum =
                sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(text.as_bytes()));
            let sum: String = sum[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            std::fs::write(&path, format!("{text}\n{sum}\n")).unwrap();
        }
    }
}

#[test]
fn a_line_that_names_its_own_other_side_as_an_opening_is_no_fault() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    ana.open(1, "before the copy");
    let other = ana.log(1, "on the other side");
    let (writer, path, bytes) = journal(&ana, 1, None);
    let made = line_with(&bytes, "\"n\":2", "\"n\":3");
    let prev = made.split("\"prev\":\"").nth(1).unwrap()[..64].to_owned();
    let seen = |head: &str| format!("\"seen\":[\"{writer}/0/{head}\"],\"salt\"");
    let at = made.find("\"seen\":").unwrap();
    let old = made[at..].split(",\"salt\"").next().unwrap().to_owned() + ",\"salt\"";
    for (head, class) in [(other.clone(), Class::Clean), ("ab".repeat(32), Class::Broken)] {
        let line = line_with(made.replace(&prev, &other).as_bytes(), &old, &seen(&head));
        let line = line_with(line.as_bytes(), "clock\":[", "clock\":[9");
        let file = ana.address(1).folder.join("journal").join(path.rsplit('/').next().unwrap());
        std::fs::write(&file, [&bytes[..], line.as_bytes()].concat()).unwrap();
        // The memory of its writer is of the shorter one, as after a stop.
        let (found, words) = ana.verified();
        assert_eq!(found, class, "{words:?}");
    }
}

#[test]
fn a_cloned_writer_is_noticed_once_and_no_line_of_either_is_lost() {
    let office = Office::new();
    let (mut ana, mut bo) = (office.machine("ana"), office.machine("bo"));
    ana.open(1, "before the copy");
    ana.log(1, "also before");
    settle(&[&ana, &bo]);
    let mut twin = cloned(&office, &ana, "twin");
    moved_memories(&twin, &ana);
    let mut written = vec![ana.log(1, "by ana"), twin.log(1, "by the twin"), ana.log(1, "by ana again")];
    written.push(twin.log(1, "by the twin again"));
    ana.sync();
    let noticed = twin.sync().noticed;
    assert!(matches!(&noticed[..], [Notice::Cloned { .. }]), "{noticed:?}");
    let mut twin = twin.again(10);
    written.extend([ana.log(1, "ana goes on"), twin.log(1, "under another id"), bo.log(1, "and bo")]);
    settle(&[&ana, &twin, &bo]);
    assert_equal(&[&ana, &twin, &bo]);
    for machine in [&ana, &twin, &bo] {
        let ids = machine.ids(1);
        assert!(written.iter().all(|id| ids.contains(id)), "{}: {ids:?}", machine.name);
        assert_eq!(ids.len(), 2 + written.len(), "{}", machine.name);
        let (class, words) = machine.verified();
        assert_eq!(class, Class::Declared, "{}: {words:?}", machine.name);
        assert_eq!(words.len(), 1, "{}: {words:?}", machine.name);
        assert!(words[0].contains("the writer was copied, both sides are kept"), "{words:?}");
        assert_eq!(machine.unsent(), 0, "{}", machine.name);
    }
    assert!(twin.sync().noticed.is_empty());
    // Whoever of the two keeps the id goes on beside the other side of it, and verify stays as useful as it was.
    ana.log(1, "ana, after she met the other side");
    let mut ana = ana.again(11);
    ana.log(1, "and after a new start");
    settle(&[&ana, &twin, &bo]);
    for machine in [&ana, &twin, &bo] {
        let (class, words) = machine.verified();
        assert_eq!((class, words.len()), (Class::Declared, 1), "{}: {words:?}", machine.name);
    }
    assert_eq!(ana.sync().tally.pushes, 0);
}
