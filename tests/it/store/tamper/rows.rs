//! The corpus as one table: how each case is made, how bad `verify` must call it, whether the shell check must hold.

use std::fs;

use casebook::model::expunge::Expunged;

use super::super::*;
use super::case::*;

/// How bad each look must call a case: 0 clean, 1 declared, 2 broken, 3 unreadable.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) how: fn(&Case),
    /// `verify`, `verify --quick`, `verify` by the machine that wrote it, `verify` of the sealed incident.
    pub(crate) says: [u8; 4],
    /// Whether ids, `prev` and `n` hold for a shell.
    pub(crate) shell: Shell,
    pub(crate) doctor: Doctor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    Holds,
    Bad,
}

/// What `doctor` can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doctor {
    /// Nothing is wrong, or nobody can know that something is.
    Quiet,
    /// It tells, and needs a copy, a person or nothing at all.
    Tells,
    /// It puts it right by itself.
    Mends,
    /// It puts it right where a copy of the store is at hand.
    MendsFromACopy,
}

use Doctor::{Mends, MendsFromACopy as FromACopy, Quiet, Tells};
use Shell::{Bad, Holds};

const fn row(name: &'static str, how: fn(&Case), says: [u8; 4], shell: Shell, doctor: Doctor) -> Row {
    Row { name, how, says, shell, doctor }
}

pub(crate) const ROWS: &[Row] = &[
    row("untouched", |_| {}, [0, 0, 0, 0], Holds, Quiet),
    // Bits.
    row("a bit of a text", |c| c.flip("\"text\":\"", 3), [2, 2, 2, 2], Bad, Mends),
    row("a bit of an id", |c| c.flip(",\"id\":\"", 5), [2, 2, 2, 2], Bad, Mends),
    row("a bit of prev", |c| c.flip("\"prev\":\"", 5), [2, 2, 2, 2], Bad, Mends),
    row("a bit of n", |c| c.flip("\"n\":", 0), [2, 2, 2, 2], Bad, Mends),
    row("a bit of the clock", |c| c.flip("\"clock\":[", 12), [2, 2, 2, 2], Bad, Mends),
    row("a bit of seen", |c| c.flip("\"seen\":[\"", 20), [2, 2, 2, 2], Bad, Mends),
    row("a bit of the salt", |c| c.flip("\"salt\":\"", 5), [2, 2, 2, 2], Bad, Mends),
    row("a bit of the version", |c| c.flip("{\"v\":", 0), [2, 2, 2, 2], Bad, Mends),
    row(
        "a bit of an opening",
        |c| c.edit("B1", |l| l[0] = l[0].replace("jump01", "jump00")),
        [2, 2, 2, 2],
        Bad,
        FromACopy,
    ),
    // Words.
    row(
        "an edited text",
        |c| c.edit("A1", |l| l[2] = l[2].replace("looks", "slept")),
        [2, 2, 2, 2],
        Bad,
        FromACopy,
    ),
    row(
        "an edited text with its id made anew",
        |c| c.edit("A1", |l| l[2] = reworded(&l[2], "looks", "slept")),
        [2, 2, 2, 2],
        Bad,
        Tells,
    ),
    row("a last text edited with its id made anew", last_reworded, [1, 0, 2, 1], Holds, Tells),
    row("one writer made anew", |c| c.forge("A", "looks", "slept"), [2, 2, 2, 2], Holds, Tells),
    row("two writers made anew", |c| c.forge("AB", "looks", "slept"), [2, 2, 2, 2], Holds, Tells),
    row("all writers made anew", |c| c.forge("ABC", "looks", "slept"), [1, 0, 2, 2], Holds, Tells),
    row("all made anew, state folder too", all_anew, [0, 0, 0, 2], Holds, Tells),
    // Words that were expunged.
    row("an expunged line", expunged, [1, 1, 1, 1], Holds, Tells),
    row(
        "the author of an expunged line edited",
        |c| of_a_stub(c, "\"by\":\"ana\"", "\"by\":\"eve\""),
        [2, 2, 2, 2],
        Holds,
        Tells,
    ),
    row(
        "the time of an expunged line edited",
        |c| of_a_stub(c, ":00:01.000Z", ":00:03.000Z"),
        [2, 2, 2, 2],
        Holds,
        Tells,
    ),
    row("what is left of an expunged line, disputed", disputed, [1, 1, 1, 1], Holds, Tells),
    row(
        "an expunged line that names another event",
        |c| of_a_stub(c, "{\"expunged\":\"", "{\"expunged\":\"0"),
        [2, 2, 2, 2],
        Holds,
        Tells,
    ),
    // Ends.
    row("a last line cut that was seen", |c| c.edit("C1", cut), [2, 2, 2, 2], Holds, FromACopy),
    row("a last line cut that nobody saw", |c| c.edit("A2", cut), [1, 0, 2, 1], Holds, FromACopy),
    row(
        "half of a last line cut",
        |c| c.hack("A2", |b| b.truncate(b.len() - 90)),
        [1, 1, 2, 1],
        Holds,
        FromACopy,
    ),
    row("the last newline cut", |c| c.hack("A2", |b| b.truncate(b.len() - 1)), [0, 0, 1, 0], Holds, Tells),
    row("a last segment deleted", |c| gone(c, "A2"), [2, 2, 2, 2], Holds, FromACopy),
    row("a first segment deleted", |c| gone(c, "A1"), [2, 2, 2, 2], Bad, FromACopy),
    row("all of one writer deleted", |c| gone(c, "B1"), [2, 2, 2, 2], Holds, FromACopy),
    row(
        "all journals deleted",
        |c| ["A1", "A2", "B1", "C1"].into_iter().for_each(|s| gone(c, s)),
        [2, 2, 2, 2],
        Bad,
        FromACopy,
    ),
    row(
        "the journal folder deleted",
        |c| fs::remove_dir_all(c.inside("journal")).unwrap(),
        [3, 3, 3, 3],
        Bad,
        FromACopy,
    ),
    row("the incident deleted", |c| fs::remove_dir_all(&c.address.folder).unwrap(), [3, 3, 3, 3], Bad, Tells),
    // Lines.
    row(
        "a line taken out of the middle",
        |c| c.edit("A1", |l| drop(l.remove(2))),
        [2, 2, 2, 2],
        Bad,
        FromACopy,
    ),
    row(
        "the opening of a segment taken out",
        |c| c.edit("A1", |l| drop(l.remove(0))),
        [2, 2, 2, 2],
        Holds,
        FromACopy,
    ),
    row("two lines swapped", |c| c.edit("A1", |l| l.swap(1, 2)), [0, 0, 0, 0], Holds, Quiet),
    row("a line twice", |c| c.edit("A1", |l| l.push(l[2].clone())), [0, 0, 0, 0], Holds, Quiet),
    row("a line also in another's journal", also_at_bos, [1, 1, 1, 1], Holds, Tells),
    row("a line of another incident", a_foreign_line, [2, 2, 2, 2], Holds, Tells),
    // Files.
    row(
        "a segment under another writer's name",
        |c| renamed(c, "w-00000000.0001.jsonl"),
        [1, 1, 1, 1],
        Holds,
        Tells,
    ),
    row(
        "a segment under another number",
        |c| renamed(c, &format!("{}.0007.jsonl", c.writers[0])),
        [0, 0, 0, 0],
        Holds,
        Quiet,
    ),
    row("a segment that is no .jsonl any more", |c| renamed(c, "old.txt"), [2, 2, 2, 2], Bad, FromACopy),
    row("another incident's segment dropped in", a_foreign_segment, [2, 2, 2, 2], Holds, Tells),
    row("a folder in the place of a segment", a_folder, [3, 3, 3, 3], Bad, Tells),
    row("a symbolic link in the place of a segment", a_link, [3, 3, 3, 3], Bad, Tells),
    row("a symbolic link in the place of the journal", a_linked_journal, [3, 3, 3, 3], Bad, Tells),
    // Bytes.
    row("zeros over the middle", |c| c.hack("A1", |b| b[700..900].fill(0)), [2, 2, 2, 2], Bad, FromACopy),
    row("zeros at the end", |c| c.hack("A2", |b| b.extend([0; 512])), [1, 1, 1, 1], Holds, Tells),
    row("a NUL in a text", a_nul, [2, 2, 2, 2], Bad, Mends),
    row("a NUL in a text with its id made anew", a_nul_anew, [2, 2, 2, 2], Bad, FromACopy),
    row("ends of lines as of Windows", windows, [2, 2, 2, 2], Bad, Mends),
    row(
        "a mark of byte order",
        |c| c.hack("B1", |b| drop(b.splice(0..0, *b"\xef\xbb\xbf"))),
        [2, 2, 2, 2],
        Bad,
        Mends,
    ),
    row("blank lines", |c| c.edit("B1", |l| l.insert(2, String::new())), [2, 2, 2, 2], Bad, Mends),
    row(
        "words of a stranger",
        |c| c.edit("B1", |l| l.insert(2, "it was not me".into())),
        [2, 2, 2, 2],
        Bad,
        Mends,
    ),
    row("letters that are none", |c| c.hack("C1", |b| b.extend(*b"\xff\xfe\n")), [2, 2, 2, 2], Bad, Mends),
    // Shape, with ids that fit.
    row(
        "a key twice",
        |c| shaped(c, "\"by\":\"ana\",", "\"by\":\"ana\",\"by\":\"eve\","),
        [2, 0, 2, 2],
        Holds,
        Tells,
    ),
    row(
        "fields out of order",
        |c| shaped(c, "\"by\":\"ana\",\"kind\":\"logged\"", "\"kind\":\"logged\",\"by\":\"ana\""),
        [2, 0, 2, 2],
        Holds,
        Tells,
    ),
    row(
        "a time that is none",
        |c| shaped(c, "\"recorded\":\"2026", "\"recorded\":\"MMXXVI"),
        [2, 0, 2, 2],
        Holds,
        Tells,
    ),
    row(
        "a head in seen that is none",
        |c| shaped(c, "\"seen\":[", "\"seen\":[\"nobody\","),
        [2, 2, 2, 2],
        Holds,
        Tells,
    ),
    row(
        "a clock that goes back",
        |c| shaped(c, "\"clock\":[17", "\"clock\":[16"),
        [2, 0, 2, 2],
        Holds,
        Tells,
    ),
    // Declared.
    row("a copied writer", a_fork, [1, 1, 1, 1], Holds, Tells),
    row(
        "CASEBOOK_NOW was set",
        |c| went_on(c, Draft { now_set: true, ..note("later") }, 60),
        [1, 0, 1, 1],
        Holds,
        Tells,
    ),
    row(
        "the machine's clock was set back",
        |c| went_on(c, note("earlier"), -86_400),
        [0, 0, 0, 0],
        Holds,
        Tells,
    ),
    row("a kind that must be known", critical, [1, 0, 1, 1], Holds, Tells),
    row("a torn tail whose writer came back", a_tear, [1, 1, 1, 1], Holds, Tells),
    row("the quarantine of a torn tail deleted", no_quarantine, [1, 1, 1, 1], Holds, Mends),
    // Beside the journals.
    row("the seal deleted", |c| drop(fs::remove_dir_all(c.inside("seals"))), [0, 0, 0, 0], Holds, Quiet),
    row("the root in the seal edited", |c| in_seal(c, "\nroot ", "\nroot 0"), [0, 0, 0, 2], Holds, Tells),
    row("the name in the seal edited", |c| in_seal(c, " ana\n", " eve\n"), [0, 0, 0, 2], Holds, Tells),
    row("the name in an unsigned seal edited", unsigned_and_edited, [0, 0, 0, 0], Holds, Quiet),
    row("a seal of another incident", a_foreign_seal, [2, 2, 2, 2], Holds, Tells),
    row("the signature deleted", no_signature, [0, 0, 0, 0], Holds, Quiet),
    row("the signature of another note", forged_signature, [0, 0, 0, 2], Holds, Tells),
    row(
        "the note deleted beside its signature",
        |c| drop(sealed(c).map(fs::remove_file)),
        [0, 0, 0, 2],
        Holds,
        Tells,
    ),
    row("incident.json edited", |c| cache(c, "Ana reads", "Eve reads"), [1, 0, 1, 1], Holds, Mends),
    row("incident.json edited with its sum", forged_cache, [1, 0, 1, 1], Holds, Mends),
    row(
        "incident.json deleted",
        |c| fs::remove_file(c.inside("incident.json")).unwrap(),
        [0, 0, 0, 0],
        Holds,
        Quiet,
    ),
    row("the list cache edited", |c| in_index(c, str::to_owned), [0, 0, 0, 0], Holds, Quiet),
    row("the list cache edited, its sums with it", |c| in_index(c, with_sums), [0, 0, 0, 0], Holds, Mends),
    row("an evidence copy edited", edited_copy, [2, 0, 2, 2], Holds, FromACopy),
    row(
        "an evidence copy deleted",
        |c| fs::remove_file(c.copy_in_vault()).unwrap(),
        [2, 0, 2, 2],
        Holds,
        FromACopy,
    ),
    row(
        "FORMAT.json deleted",
        |c| fs::remove_file(c.bench.root().join("FORMAT.json")).unwrap(),
        [0, 0, 0, 0],
        Holds,
        Mends,
    ),
    row(
        "FORMAT.json says a lower number",
        |c| format(c, "\"INC\":1", "\"INC\":0"),
        [0, 0, 0, 0],
        Holds,
        Mends,
    ),
    row("FORMAT.json is no JSON", |c| format(c, "\"INC\"", "INC"), [0, 0, 0, 0], Holds, Mends),
    row(
        "FORMAT.json of a newer casebook",
        |c| format(c, "casebook/1", "casebook/9"),
        [0, 0, 0, 0],
        Holds,
        Tells,
    ),
];

pub(crate) fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

fn cut(lines: &mut Vec<String>) {
    lines.pop();
}

fn gone(case: &Case, segment: &str) {
    fs::remove_file(case.segment(segment)).unwrap();
}

fn last_reworded(case: &Case) {
    case.edit("A2", |lines| *lines.last_mut().unwrap() = reworded(&lines[3], "goes home", "stays here"));
}

fn all_anew(case: &Case) {
    case.forge("ABC", "looks", "slept");
    fs::remove_dir_all(case.state()).unwrap();
    fs::remove_file(case.inside("incident.json")).unwrap();
}

fn also_at_bos(case: &Case) {
    let line = case.lines("A1")[2].clone();
    case.edit("B1", |lines| lines.push(line));
}

fn foreign(case: &Case) -> String {
    fs::read_to_string(&segments(&case.another())[0]).unwrap()
}

fn a_foreign_line(case: &Case) {
    let text = foreign(case);
    case.edit("A1", |lines| lines.insert(2, text.lines().nth(1).unwrap().to_owned()));
}

fn a_foreign_segment(case: &Case) {
    fs::write(case.inside("journal/w-00000000.0001.jsonl"), foreign(case)).unwrap();
}

fn renamed(case: &Case, name: &str) {
    fs::rename(case.segment("A1"), case.inside("journal").join(name)).unwrap();
}

fn a_folder(case: &Case) {
    gone(case, "A1");
    fs::create_dir(case.segment("A1")).unwrap();
}

fn a_link(case: &Case) {
    let away = case.bench.folder.path().join("away.jsonl");
    fs::rename(case.segment("A1"), &away).unwrap();
    std::os::unix::fs::symlink(away, case.segment("A1")).unwrap();
}

fn a_linked_journal(case: &Case) {
    let away = case.bench.folder.path().join("away");
    fs::rename(case.inside("journal"), &away).unwrap();
    std::os::unix::fs::symlink(away, case.inside("journal")).unwrap();
}

fn a_nul(case: &Case) {
    case.hack("A1", |bytes| {
        let at = find(bytes, b"looks");
        bytes.insert(at, 0);
    });
}

fn a_nul_anew(case: &Case) {
    case.edit("A1", |lines| lines[2] = reworded(&lines[2], "looks", "lo\0ks"));
}

fn windows(case: &Case) {
    case.hack("B1", |bytes| *bytes = String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes());
}

/// The last line of Ana's, whom nobody has seen there, in another shape with an id that fits.
fn shaped(case: &Case, from: &str, to: &str) {
    case.edit("A2", |lines| *lines.last_mut().unwrap() = reworded(&lines[3], from, to));
    fs::remove_dir_all(case.state()).unwrap();
}

fn a_fork(case: &Case) {
    case.edit("A2", |lines| lines.push(reworded(&lines[3], "goes home", "stays here")));
}

fn went_on(case: &Case, draft: Draft, seconds: i64) {
    let mut pen = case.bench.store(7).pen(&case.address).unwrap();
    pen.append(&[draft], Together::Apart, at(seconds)).unwrap();
}

fn critical(case: &Case) {
    let event = Event::Unknown { kind: "moon-seen".into(), data: "{\"phase\":\"full\"}".into(), crit: true };
    went_on(case, Draft { event, ..note("") }, 60);
}

fn a_tear(case: &Case) {
    // The one that comes back is the first by its name.
    let first = (0..3).min_by_key(|at| &case.writers[*at]).unwrap();
    case.hack(["A2", "B1", "C1"][first], |bytes| bytes.extend_from_within(..200));
    went_on(case, note("back"), 60);
}

fn no_quarantine(case: &Case) {
    a_tear(case);
    fs::remove_dir_all(case.inside("quarantine")).unwrap();
}

/// The seal, where the incident is sealed.
fn sealed(case: &Case) -> Option<PathBuf> {
    case.inside("seals").exists().then(|| case.seal())
}

fn in_seal(case: &Case, from: &str, to: &str) {
    let Some(seal) = sealed(case) else { return };
    let text = fs::read_to_string(&seal).unwrap().replacen(from, to, 1);
    let text = if from == "\nroot " {
        text.replacen("\nroot 0", "\nroot ", 1).replacen("\nroot ", "\nroot 00", 1)
    } else {
        text
    };
    let text: String = text
        .lines()
        .map(|line| line.get(..69).filter(|_| line.starts_with("root 00")).unwrap_or(line).to_owned() + "\n")
        .collect();
    fs::write(&seal, text).unwrap();
}

fn no_signature(case: &Case) {
    if let Some(seal) = sealed(case) {
        fs::remove_file(seal.with_extension("seal.sig")).unwrap();
    }
}

fn unsigned_and_edited(case: &Case) {
    no_signature(case);
    in_seal(case, " ana\n", " eve\n");
}

fn forged_signature(case: &Case) {
    let Some(seal) = sealed(case) else { return };
    let other = case.bench.folder.path().join("other");
    fs::write(&other, "something else\n").unwrap();
    sign(&other);
    fs::rename(case.bench.folder.path().join("other.sig"), seal.with_extension("seal.sig")).unwrap();
}

fn a_foreign_seal(case: &Case) {
    let other = case.another();
    let made = case.here().seal(&other, at(70), "ana", "phase").unwrap();
    fs::create_dir_all(case.inside("seals")).unwrap();
    fs::copy(&made.path, case.inside("seals").join(made.path.file_name().unwrap())).unwrap();
}

/// The first note of Ana loses its words, as two people said.
fn expunged(case: &Case) {
    let store = case.bench.store(5);
    let line =
        store.lines(&case.address).unwrap().into_iter().find(|line| text(line).starts_with("Ana looks"));
    let targets = vec![line.unwrap().id];
    let left = store.remains(&case.address, &targets).unwrap().into_values().collect();
    let (reason, with) = ("a password".to_owned(), "Mira/legal".to_owned());
    let said = Expunged { targets, reason, with, left, ..Expunged::default() };
    let draft = Draft { event: said.into(), ..note("") };
    store.pen(&case.address).unwrap().append(&[draft], Together::Apart, at(60)).unwrap();
    assert_eq!(store.finish_expunging(&case.address).unwrap().lines, 1);
}

/// The same, and what is left of it says something else.
fn of_a_stub(case: &Case, from: &str, to: &str) {
    expunged(case);
    case.edit("A1", |lines| {
        let stub = lines.iter_mut().find(|line| line.contains("\"kind\":\"stub\"")).unwrap();
        assert!(stub.contains(from), "{from} in {stub}");
        *stub = stub.replacen(from, to, 1);
    });
}

/// The author of a stub was changed, and somebody declares that it was left so.
fn disputed(case: &Case) {
    of_a_stub(case, "\"by\":\"ana\"", "\"by\":\"eve\"");
    let store = case.bench.store(5);
    let stub = |line: &Line| matches!(line.event, Event::Stub(_));
    let targets = vec![store.lines(&case.address).unwrap().into_iter().find(stub).unwrap().id];
    let left = store.remains(&case.address, &targets).unwrap().into_values().collect();
    let (reason, with) = ("of no concern".to_owned(), "cy/legal".to_owned());
    let said = Expunged { targets, reason, with, left, ..Expunged::default() };
    let draft = Draft { event: said.into(), ..note("") };
    store.pen(&case.address).unwrap().append(&[draft], Together::Apart, at(61)).unwrap();
}

pub(crate) fn words_in_a_stub(case: &Case) {
    of_a_stub(case, "\"kind\":\"stub\",\"data\":{", "\"kind\":\"logged\",\"data\":{\"text\":\"Ana slept\",");
}

fn cache(case: &Case, from: &str, to: &str) {
    let path = case.inside("incident.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

fn forged_cache(case: &Case) {
    cache(case, "Ana reads", "Eve reads");
    let path = case.inside("incident.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, summed(&text)).unwrap();
}

/// The text of an `incident.json` with the sum that fits it.
pub(crate) fn summed(text: &str) -> String {
    let (head, rest) = text.split_once(",\"xxh64\":\"").unwrap();
    let (cursor, last) = head.split_once("\"cursor\":").unwrap().1.rsplit_once(",\"last\":[").unwrap();
    let last = format!("[{last}");
    let old = &rest[..16];
    let (state, memory) = text.split_once("\"state\":").unwrap().1.rsplit_once(",\"memory\":").unwrap();
    let memory = memory.trim_end().strip_suffix('}').unwrap();
    let place = format!("[{cursor},{last}]");
    let new = casebook_bytes::sum(&[place.as_bytes(), state.as_bytes(), memory.as_bytes()]);
    text.replace(old, &new)
}

/// The lines of a list cache with the sums that fit them.
fn with_sums(text: &str) -> String {
    let line = |line: &str| {
        let front = line.rsplit_once(",\"xxh64\"").unwrap().0;
        format!("{front},\"xxh64\":\"{}\"}}\n", casebook_bytes::sum(&[front.as_bytes()]))
    };
    text.lines().map(line).collect()
}

fn in_index(case: &Case, sums: fn(&str) -> String) {
    // The list is made, and then says that somebody else leads, and another title.
    case.here().list(casebook::store::Look::Checked).unwrap();
    let names = fs::read_dir(case.state()).unwrap().map(|entry| entry.unwrap().path());
    for index in names.filter(|path| path.to_string_lossy().contains("/index-")) {
        let text = fs::read_to_string(&index).unwrap();
        assert!(text.contains("\"open\""), "{text}");
        fs::write(index, sums(&text.replace("\"open\"", "\"on hold\""))).unwrap();
    }
}

fn edited_copy(case: &Case) {
    let path = case.copy_in_vault();
    fs::remove_file(&path).unwrap();
    fs::write(path, b"an image of no disk\n").unwrap();
}

fn format(case: &Case, from: &str, to: &str) {
    let path = case.bench.root().join("FORMAT.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}
