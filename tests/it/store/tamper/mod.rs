//! T14: the tamper corpus. What `verify`, the shell check of the README and `doctor` say to each way of laying hands
//! on an incident.

mod case;
mod doctor;
mod rows;

use std::process::Command;

use casebook::store::{Class, Depth, Finding, Verdict, patient};

use super::*;
use case::{Case, Sealed};
pub(crate) use rows::summed;
use rows::{ROWS, Row, Shell};

/// What the shell check of the README says, in these shells as far as they are here.
fn shell_check(address: &Address, shells: &[&str]) -> Shell {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/store/check.sh");
    let said = shells.iter().filter_map(|shell| {
        let output = Command::new(shell).arg(script).arg(&address.folder).output().ok()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.success(), said.ends_with("lines hold\n"), "{shell}: {said}");
        Some((shell, if output.status.success() { Shell::Holds } else { Shell::Bad }))
    });
    let said: Vec<_> = said.collect();
    assert!(said.iter().all(|(_, says)| *says == said[0].1), "the shells do not agree: {said:?}");
    said[0].1
}

fn full(store: &Store, address: &Address) -> Verdict {
    let mut verdict = store.verify(address, Depth::Full);
    verdict.add(store.beside(address, None, &mut patient()));
    // Read once for both or once for each, nothing else is found.
    let at_once = store.verify_all(address, None);
    assert_eq!(at_once.findings, verdict.findings);
    assert_eq!((at_once.lines, at_once.bytes), (verdict.lines, verdict.bytes));
    verdict
}

/// Findings with writers by their letters, so that a reader knows them.
fn told(case: &Case, verdict: &Verdict) -> Vec<String> {
    let sentence = |finding: &Finding| {
        let mut text = format!("{} {finding}", finding.class() as u8);
        for (writer, letter) in case.writers.iter().zip(["A", "B", "C"]) {
            text = text.replace(writer, letter);
        }
        text
    };
    verdict.findings.iter().map(sentence).collect()
}

/// One row in all its looks; the lines of the snapshot.
fn judged(row: &Row, faults: &mut Vec<String>) -> String {
    let name = row.name;
    let (bare, sealed) = (Case::new(Sealed::No), Case::new(Sealed::Yes));
    (row.how)(&bare);
    (row.how)(&sealed);
    let verdict = full(&bare.elsewhere(), &bare.address);
    let quick = bare.elsewhere().verify(&bare.address, Depth::Quick);
    let here = full(&bare.here(), &bare.address);
    let anchored = full(&sealed.elsewhere(), &sealed.address);
    let classes = [&verdict, &quick, &here, &anchored].map(|verdict| verdict.class() as u8);
    if classes != row.says {
        faults.push(format!("{name}: {classes:?}, and the table says {:?}", row.says));
    }
    for (case, verdict, shells) in [(&bare, &verdict, &["sh", "bash"][..]), (&sealed, &anchored, &["sh"])] {
        let (shell, chain) =
            (shell_check(&case.address, shells), verdict.findings.iter().any(Finding::is_of_the_chain));
        let chain = chain || (verdict.lines == 0 && verdict.class() == Class::Unreadable);
        if shell != row.shell || (shell == Shell::Bad) != chain {
            faults.push(format!("{name}: the shell says {shell:?}; {:?}", told(case, verdict)));
        }
    }
    let whole = told(&bare, &verdict);
    let mut text = format!("## {name}\n");
    let mut look = |what: &str, said: Vec<String>| {
        let more: Vec<&String> = said.iter().filter(|line| !whole.contains(line)).collect();
        let less: Vec<&String> = whole.iter().filter(|line| !said.contains(line)).collect();
        for (sign, lines) in [("+", more), ("-", less)] {
            for line in lines.into_iter().filter(|_| what != "verify") {
                text.push_str(&format!("{what:<8}{sign} {line}\n"));
            }
        }
        for line in said.iter().filter(|_| what == "verify") {
            text.push_str(&format!("{what:<10}{line}\n"));
        }
    };
    look("verify", whole.clone());
    look("quick", told(&bare, &quick));
    look("here", told(&bare, &here));
    look("sealed", told(&sealed, &anchored));
    text + "\n"
}

/// Does all rows, shared out; fails with all that was wrong, or returns all that was said, in order.
fn on_all_threads(row: impl Fn(usize, &mut Vec<String>) -> Option<String> + Sync) -> String {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let said: std::sync::Mutex<Vec<(usize, String, Vec<String>)>> = std::sync::Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let mut faults = Vec::new();
                    let Some(text) = row(at, &mut faults) else { break };
                    said.lock().unwrap().push((at, text, faults));
                }
            });
        }
    });
    let mut said = said.into_inner().unwrap();
    said.sort();
    let faults: Vec<&String> = said.iter().flat_map(|(.., faults)| faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    said.iter().map(|(_, text, _)| text.as_str()).collect()
}

#[test]
fn t14_verify_says_of_every_way_of_tampering_exactly_what_it_should_and_the_shell_agrees() {
    let said = on_all_threads(|at, faults| ROWS.get(at).map(|row| judged(row, faults)));
    insta::assert_snapshot!("corpus", said);
}

/// What nobody can know from the files alone, `verify` says by itself.
#[test]
fn what_verify_cannot_know_it_says() {
    let cannot = "or that nobody who may write here cut the end of a journal, took a seal away or wrote all of it anew";
    for name in ["all made anew, state folder too", "the seal deleted", "the name in an unsigned seal edited"]
    {
        let row = ROWS.iter().find(|row| row.name == name).unwrap();
        let case = Case::new(if name.contains("seal") { Sealed::Yes } else { Sealed::No });
        (row.how)(&case);
        let verdict = full(&case.here(), &case.address);
        assert_eq!(verdict.findings, [], "{name}");
        assert!(verdict.proves_not().ends_with(cannot), "{}", verdict.proves_not());
        assert_eq!(
            verdict.proves(Depth::Full).contains("no seal anchors them"),
            !name.contains("unsigned"),
            "{name}"
        );
    }
}
