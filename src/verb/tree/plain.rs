//! The lines that are typed most, `casebook` alone and `log TEXT`, read without clap: neither the screens nor a note
//! wait for a tree of options.

use std::ffi::OsString;
use std::path::PathBuf;

use super::Globals;

/// The verb of a note.
pub(super) const VERB: &str = "log";

/// The global options of a line with no other options, and the words of its note; without a verb it has none.
/// `None`: clap reads the line, also every one that it refuses.
pub(super) fn read(args: &[OsString]) -> Option<(Globals, Option<Vec<String>>)> {
    let (mut globals, mut verb, mut words) = (Globals::default(), false, Vec::new());
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let arg = arg.to_str()?;
        match arg {
            "-i" | "--incident" => once(&mut globals.incident, args.next())?,
            "--as" => once(&mut globals.name, args.next())?,
            "--store" => {
                let mut folder = globals.store.take().map(|_| String::new());
                once(&mut folder, args.next())?;
                globals.store = folder.map(PathBuf::from);
            }
            "--json" if !globals.json => globals.json = true,
            "--ascii" if !globals.ascii => globals.ascii = true,
            _ if arg.is_empty() || arg.starts_with('-') => return None,
            VERB if !verb => verb = true,
            _ if verb => words.push(arg.to_owned()),
            _ => return None,
        }
    }
    match (verb, words.is_empty()) {
        (true, true) => None,
        (true, false) => Some((globals, Some(words))),
        (false, _) => Some((globals, None)),
    }
}

/// Takes an option's value, if it has none yet and the value could not be an option itself.
fn once(to: &mut Option<String>, value: Option<&OsString>) -> Option<()> {
    let value = value?.to_str().filter(|value| !value.is_empty() && !value.starts_with('-'))?;
    to.replace(value.to_owned()).is_none().then_some(())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::super::{Context, by_clap, typed};
    use super::*;
    use crate::model::time::Zone;

    fn line() -> impl Strategy<Value = Vec<OsString>> {
        let word = prop_oneof![
            6 => Just("log"),
            8 => prop::sample::select(vec!["beacon", "to", "203.0.113.7", "é", "@-12m", "@", "@99:99", "help", "7"]),
            8 => prop::sample::select(vec!["-i", "--incident", "--as", "--store", "--json", "--ascii"]),
            1 => prop::sample::select(vec!["", "-", "--", "-h", "-i7", "--as=ana", "--kind", "--lines", "task", "--zone"]),
        ];
        prop::collection::vec(word.prop_map(OsString::from), 0..9)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn a_plain_line_means_what_clap_reads_in_it(args in line()) {
            if read(&args).is_some() {
                let context = Context { now: DateTime::from_timestamp(1_795_299_303, 0).unwrap(), zone: &Zone::utc() };
                let (here, clap) = (typed(&args).unwrap(), by_clap(&args));
                let Ok(clap) = clap else { return Err(TestCaseError::fail(format!("clap refuses {args:?}: {clap:?}"))) };
                prop_assert_eq!(format!("{:?}", here.globals), format!("{:?}", clap.globals));
                prop_assert_eq!((here.verb(), here.speak), (clap.verb(), clap.speak));
                prop_assert_eq!(format!("{:?}", here.say(&context)), format!("{:?}", clap.say(&context)));
            }
        }
    }

    #[test]
    fn the_usual_lines_are_plain() {
        assert!(read(&[]).is_some(), "the screens");
        for line in [
            "-i 7",
            "--store /x --ascii",
            "log beacon to 203.0.113.7",
            "log -i 7 beacon",
            "-i 7 --json log beacon --as ana",
            "--store /x log @-12m beacon",
        ] {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert!(read(&args).is_some(), "{line}");
        }
    }
}
