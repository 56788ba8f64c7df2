//! What is found, where, and in which order.

use super::super::incident::tests::case;
use super::super::model::entry::Entry;
use super::*;

fn found(words: &str, among: Among) -> Vec<String> {
    let incident = case();
    let (found, _) = find(&incident, &Words::read(words), among, 99);
    let said = |found: &Found<'_>| format!("{} {} {:?}", found.it.what(), found.it.field, found.rank.way());
    found.iter().map(said).collect()
}

#[test]
fn words_are_found_in_any_order_and_case_and_defanged_or_not() {
    let words = Words::read("203[.]0[.]113[.]7 C2");
    assert!(words.typed("c2 answers on 203.0.113.7").is_some());
    assert!(words.typed("c2 answers on 203[.]0[.]113[.]7").is_some());
    assert!(words.typed("203.0.113.7 is quiet").is_none());
    assert!(Words::read("https://bad.example/a").typed("it loads hxxps[:]//bad[.]example/a then").is_some());
    assert!(Words::read("ÜBER").typed("das war über Nacht").is_some());
    assert!(Words::read("").typed("anything").is_some());
}

#[test]
fn a_glance_at_the_bytes_never_misses_what_is_found_in_the_text() {
    // What could be escaped or folded otherwise in the bytes is left to the fold.
    assert!(Words::read("a\"b Über").could_stand_in(b"{}"));
    assert!(!Words::read("fs02").could_stand_in(b"{\"name\":\"FS01\"}"));
    assert!(Words::read("fs02").could_stand_in(b"{\"name\":\"FS02\"}"));
    for (words, bytes) in [
        ("203.0.113.7", "on 203[.]0[.]113[.]7, from"),
        ("https://bad.example/a", "it loads hxxps[:]//bad[dot]example/a then"),
        ("ceo@bad.example", "from ceo(at)bad(dot)example"),
    ] {
        assert!(Words::read(words).could_stand_in(bytes.as_bytes()), "{words}");
    }
    assert!(!Words::read("203.0.113.7").could_stand_in(b"203.0.113.8 and 203.0.114.7"));
}

#[test]
fn a_match_says_what_it_is_and_in_which_field_and_counts_each_record_once() {
    let incident = case();
    let (all, count) = find(&incident, &Words::read("fs02"), Among::Written, 1);
    let first = Match::of(&all[0]);
    assert_eq!((first.kind, first.field, first.name.as_str()), ("component", "name", "FS02"));
    assert!(matches!(&first.place, Place::Noun(Kind::Component, id, _) if Some(&id.0) == first.id.as_ref()));
    assert_eq!((all.len(), count), (1, 2));
    assert_eq!(find(&incident, &Words::read("capture memory"), Among::Written, 9).1, 0);
}

#[test]
fn what_is_called_so_comes_first_and_the_newest_line_before_older_ones() {
    assert_eq!(found("fs02", Among::Written), ["component name Word", "note text Word"]);
    assert_eq!(found("mira", Among::All)[0], "approval name Word");
}

#[test]
fn what_is_near_is_found_where_nothing_is_as_typed_and_says_so() {
    assert_eq!(found("renmaed", Among::Written), ["incident title Slip"]);
    assert_eq!(found("rotkey", Among::Written), ["task title Letters"]);
    assert!(found("zeppelin", Among::All).is_empty());
}

#[test]
fn words_of_one_record_may_stand_in_several_of_its_fields() {
    let incident = case();
    let entry = incident.entries.iter().find(|entry| entry.shown().contains("FS02")).unwrap();
    let words = Words::read(&format!("FS02 {}", entry.actor()));
    let (all, _) = find(&incident, &words, Among::All, 9);
    assert!(all.iter().any(|found| matches!(found.it.spot, Spot::Line(one) if one.id == entry.id)));
}

#[test]
fn a_long_log_is_looked_through_beside_the_things_and_the_same_is_found() {
    let short = case();
    let mut long = case();
    let blank = Entry { text: "…".to_owned(), by: "…".to_owned(), ..Entry::default() };
    long.entries.splice(0..0, std::iter::repeat_n(blank, MANY));
    for words in ["FS02", "mira", "rotate key", "ana", "fils renamed"] {
        let found = |incident: &Incident| {
            let (found, count) = find(incident, &Words::read(words), Among::All, 50);
            let told = found.iter().map(|found| (found.it.text.to_owned(), found.rank));
            (told.collect::<Vec<_>>(), count)
        };
        assert!(!found(&short).0.is_empty(), "{words}");
        assert_eq!(found(&long), found(&short), "{words}");
    }
}

#[test]
fn of_many_that_fit_the_newest_are_shown_and_all_are_counted() {
    let mut incident = case();
    let one = |behind| Entry { text: "hull breach".to_owned(), behind, ..Entry::default() };
    incident.entries.extend((0..9_000).map(one));
    let (found, count) = find(&incident, &Words::read("breach"), Among::All, 3);
    let told: Vec<_> = found
        .iter()
        .filter_map(|found| match found.it.spot {
            Spot::Line(entry) => Some(entry.behind),
            _ => None,
        })
        .collect();
    assert_eq!((told, count), (vec![8_999, 8_998, 8_997], 9_000));
}
