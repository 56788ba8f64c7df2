//! What stays in a store: nobody's line from elsewhere decides that it leaves.

use casebook::incident::event::Event;
use casebook::incident::line::Draft;
use casebook::model::restriction::{Readers, Restricted};
use casebook::store::Together;
use casebook::store::sync::{Notice, Remote};

use super::{Machine, Office, id, note};

fn restrict(machine: &mut Machine, readers: &Readers) {
    machine.now += chrono::Duration::seconds(1);
    let event = Event::Restricted(Restricted::to(readers).unwrap());
    let mut pen = machine.store.pen(&machine.address(1)).unwrap();
    pen.append(&[Draft { event, ..note("") }], Together::Apart, machine.now).unwrap();
}

#[test]
fn a_line_from_elsewhere_does_not_open_a_restricted_incident_to_sync() {
    let office = Office::new();
    let mut ana = office.machine("ana");
    ana.open(1, "for few");
    restrict(&mut ana, &Readers::Nobody);
    // One of the few has it by a repository of its own, and says that it is restricted no longer.
    let joint = Remote::read(office.path("few.git").to_str().unwrap()).unwrap();
    ana.store.sync_share(id(1), joint.clone(), &ana.means()).unwrap();
    let few = ana.store.remotes().unwrap().into_iter().find(|remote| !remote.is_whole()).unwrap();
    ana.store.exchange(&few, &ana.means()).unwrap();
    let mut eve = Machine::new(&office.path("eve"), "eve", 0);
    eve.now = ana.now;
    eve.set(&office.path("few.git"));
    eve.sync();
    restrict(&mut eve, &Readers::Store);
    eve.sync();
    ana.store.exchange(&few, &ana.means()).unwrap();
    let bo = office.machine("bo");
    let sent = ana.sync();
    bo.sync();
    assert_eq!((sent.tally.restricted, sent.tally.lines_out, bo.has(1)), (1, 0, false));
    let told = |it: &Notice| matches!(it, Notice::Unsent { why, .. } if why.contains("restrict --end"));
    assert!(sent.noticed.iter().any(told), "{:?}", sent.noticed);
    // Whoever decides it here opens it.
    ana.now = eve.now;
    restrict(&mut ana, &Readers::Store);
    ana.sync();
    bo.sync();
    assert_eq!(bo.ids(1), ana.ids(1));
}
