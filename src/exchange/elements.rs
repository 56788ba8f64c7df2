//! The parts of a JSON document one after the other, however large the whole is: no more than one part is held.
//!
//! The shell around the parts must be sound, or the file is refused; a part that is damaged, too large or too
//! deep costs only itself.

use std::io::BufRead;
use std::ops::ControlFlow;

use serde_json::Value;

use crate::model::refusal::Refusal;
use crate::model::text::thousands;

/// The largest part that is read, in bytes; a larger one is passed over and said.
pub const LARGEST: usize = 16 << 20;
/// The longest name of a field.
const LONGEST_NAME: usize = 1 << 10;
/// So deep a plan may go into the shell.
const DEEPEST: usize = 8;

/// One step from the top of the document down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A field of an object.
    Field(String),
    /// The how-manieth of a list, from 1.
    Item(u64),
}

/// What is done with a value on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It belongs to the shell: its fields or items are looked at one by one.
    Into,
    /// It is a part.
    Take,
    /// It is of no use here.
    Skip,
}

/// A part, or why there is none.
#[derive(Debug)]
pub enum Part {
    Sound(Value),
    /// Not to be read: why.
    Damaged(String),
}

/// Walks through a document, or several in one file, and hands out its parts in order.
///
/// # Errors
/// Refuses what is no JSON between the parts, and a file that ends too soon.
pub fn walk(
    reader: &mut dyn BufRead,
    plan: &dyn Fn(&[Step]) -> Way,
    take: &mut dyn FnMut(&[Step], Part) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    let mut walk = Walk { bytes: Bytes { reader, at: 0 }, plan, take, path: Vec::new() };
    loop {
        match walk.bytes.next_mark()? {
            None => return Ok(()),
            Some(b'{' | b'[') if walk.value()?.is_continue() => {}
            Some(b'{' | b'[') => return Ok(()),
            Some(_) => return Err(walk.bytes.no_json()),
        }
    }
}

struct Walk<'a> {
    bytes: Bytes<'a>,
    plan: &'a dyn Fn(&[Step]) -> Way,
    take: &'a mut dyn FnMut(&[Step], Part) -> ControlFlow<()>,
    path: Vec<Step>,
}

impl Walk<'_> {
    fn value(&mut self) -> Result<ControlFlow<()>, Refusal> {
        let way = if self.path.len() < DEEPEST { (self.plan)(&self.path) } else { Way::Skip };
        match (way, self.bytes.mark()?) {
            (Way::Into, b'{') => self.fields(),
            (Way::Into, b'[') => self.items(),
            (Way::Skip, _) => self.bytes.whole(0).map(|_| ControlFlow::Continue(())),
            (Way::Take | Way::Into, _) => {
                let part = match self.bytes.whole(LARGEST)? {
                    Some(bytes) => part(&bytes),
                    None => {
                        let most = thousands(LARGEST);
                        Part::Damaged(format!("it is larger than the {most} bytes that one part may have"))
                    }
                };
                Ok((self.take)(&self.path, part))
            }
        }
    }

    fn fields(&mut self) -> Result<ControlFlow<()>, Refusal> {
        self.bytes.pass();
        if self.bytes.mark()? == b'}' {
            self.bytes.pass();
            return Ok(ControlFlow::Continue(()));
        }
        loop {
            if self.bytes.mark()? != b'"' {
                return Err(self.bytes.no_json());
            }
            let name = self.bytes.whole(LONGEST_NAME)?.and_then(|name| serde_json::from_slice(&name).ok());
            if self.bytes.mark()? != b':' {
                return Err(self.bytes.no_json());
            }
            self.bytes.pass();
            self.path.push(Step::Field(name.unwrap_or_default()));
            let flow = self.value()?;
            self.path.pop();
            if flow.is_break() || !self.more(b'}')? {
                return Ok(flow);
            }
        }
    }

    fn items(&mut self) -> Result<ControlFlow<()>, Refusal> {
        self.bytes.pass();
        if self.bytes.mark()? == b']' {
            self.bytes.pass();
            return Ok(ControlFlow::Continue(()));
        }
        let mut n = 0;
        loop {
            n += 1;
            self.path.push(Step::Item(n));
            let flow = self.value()?;
            self.path.pop();
            if flow.is_break() || !self.more(b']')? {
                return Ok(flow);
            }
        }
    }

    /// Passes the comma before another one, or the end.
    fn more(&mut self, end: u8) -> Result<bool, Refusal> {
        match self.bytes.mark()? {
            b',' => {
                self.bytes.pass();
                Ok(true)
            }
            mark if mark == end => {
                self.bytes.pass();
                Ok(false)
            }
            _ => Err(self.bytes.no_json()),
        }
    }
}

fn part(bytes: &[u8]) -> Part {
    match serde_json::from_slice(bytes) {
        Ok(value) => Part::Sound(value),
        Err(error) => Part::Damaged(format!("it is no sound JSON: {error}")),
    }
}

struct Bytes<'a> {
    reader: &'a mut dyn BufRead,
    /// How many bytes were passed.
    at: u64,
}

impl Bytes<'_> {
    fn filled(&mut self) -> Result<&[u8], Refusal> {
        let at = self.at;
        self.reader.fill_buf().map_err(|error| {
            Refusal::refused(format!("The file could not be read on after byte {at}: {error}."))
        })
    }

    fn pass(&mut self) {
        self.reader.consume(1);
        self.at += 1;
    }

    /// The next byte that is no white space; `None`: the file is at its end.
    fn next_mark(&mut self) -> Result<Option<u8>, Refusal> {
        loop {
            let chunk = self.filled()?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let blank = chunk.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
            let mark = chunk.get(blank).copied();
            self.reader.consume(blank);
            self.at += blank as u64;
            if mark.is_some() {
                return Ok(mark);
            }
        }
    }

    fn mark(&mut self) -> Result<u8, Refusal> {
        self.next_mark()?.ok_or_else(|| self.cut_off())
    }

    fn cut_off(&self) -> Refusal {
        Refusal::refused(format!("The file ends in the middle, after {} bytes.", self.at))
            .hint("It was cut off on its way; fetch it again.")
    }

    fn no_json(&self) -> Refusal {
        Refusal::refused(format!("The file is no JSON from byte {} on.", self.at))
            .hint("Look at what stands there: it is no list and no object that this format has.")
    }

    /// One value with all that is in it; `None`: it is larger than `most`.
    fn whole(&mut self, most: usize) -> Result<Option<Vec<u8>>, Refusal> {
        let mut scan = Scan::default();
        let mut kept = Vec::new();
        let mut fits = true;
        loop {
            let chunk = self.filled()?;
            if chunk.is_empty() {
                // A number at the very end of the file has no mark behind it.
                return if scan.plain() { Ok(fits.then_some(kept)) } else { Err(self.cut_off()) };
            }
            let (used, end) = scan.over(chunk);
            if kept.len() + used > most {
                fits = false;
                kept = Vec::new();
            } else if fits {
                kept.extend_from_slice(&chunk[..used]);
            }
            self.reader.consume(used);
            self.at += used as u64;
            if end {
                if used == 0 && scan.started.is_none() {
                    return Err(self.no_json());
                }
                return Ok(fits.then_some(kept));
            }
        }
    }
}

/// Where a value ends, told byte by byte; how deep it is nested costs nothing.
#[derive(Default)]
struct Scan {
    started: Option<Started>,
    depth: u64,
    in_text: bool,
    escaped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Started {
    /// With a bracket or a quotation mark: its own end closes it.
    Closed,
    /// A number or a word: what follows ends it.
    Open,
}

impl Scan {
    fn plain(&self) -> bool {
        self.started == Some(Started::Open)
    }

    /// How many of these bytes belong to the value, and whether it ends with them.
    fn over(&mut self, chunk: &[u8]) -> (usize, bool) {
        for (k, byte) in chunk.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_text = false;
                        if self.depth == 0 {
                            return (k + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' if self.depth == 0 && self.plain() => return (k, true),
                b'"' => {
                    self.in_text = true;
                    self.started.get_or_insert(Started::Closed);
                }
                b'{' | b'[' if self.depth == 0 && self.plain() => return (k, true),
                b'{' | b'[' => {
                    self.depth += 1;
                    self.started.get_or_insert(Started::Closed);
                }
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (k + 1, true);
                    }
                }
                b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => {
                    return (k, true);
                }
                _ => {
                    self.started.get_or_insert(Started::Open);
                }
            }
        }
        (chunk.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    type Parts = Vec<(String, Result<Value, String>)>;

    fn items(text: &[u8], room: usize) -> Result<Parts, Refusal> {
        let mut all = Vec::new();
        let plan = |path: &[Step]| match path {
            [] => Way::Into,
            [Step::Field(name)] if name == "objects" => Way::Into,
            [Step::Field(_), Step::Item(_)] => Way::Take,
            [Step::Field(name)] if name == "type" => Way::Take,
            _ => Way::Skip,
        };
        walk(&mut BufReader::with_capacity(room, text), &plan, &mut |path, part| {
            let part = match part {
                Part::Sound(value) => Ok(value),
                Part::Damaged(why) => Err(why),
            };
            all.push((format!("{:?}", path.last().unwrap()), part));
            ControlFlow::Continue(())
        })?;
        Ok(all)
    }

    fn values(text: &[u8]) -> Vec<Value> {
        items(text, 7).unwrap().into_iter().filter_map(|(_, part)| part.ok()).collect()
    }

    #[test]
    fn every_part_comes_out_as_it_stands_and_the_rest_is_passed_over() {
        let text = "{\"x\":[1,{\"objects\":[7]}],\"type\" : \"bundle\",\"objects\":[ 1 ,\"a]\\\"\",{\"b\":[{}]},null],\"z\":{}} \n";
        assert_eq!(
            values(text.as_bytes()),
            [json!("bundle"), json!(1), json!("a]\""), json!({"b": [{}]}), json!(null)]
        );
        assert_eq!(values(b"{\"objects\":[]}{\"objects\":[2]}\n[]"), [json!(2)]);
        assert_eq!(values(b""), Vec::<Value>::new());
    }

    #[test]
    fn a_damaged_part_costs_only_itself() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let text = format!("{{\"objects\":[1,{deep},{{\"a\":nul}},\"\u{0}\",\"ok\"]}}");
        let all = items(text.as_bytes(), 8_192).unwrap();
        let sound: Vec<bool> = all.iter().map(|(_, part)| part.is_ok()).collect();
        assert_eq!(sound, [true, false, false, false, true]);
        assert!(all[1].1.as_ref().unwrap_err().contains("recursion limit"), "{:?}", all[1].1);
    }

    #[test]
    fn a_part_that_is_too_large_is_passed_over_and_said() {
        let text = format!("{{\"objects\":[\"{}\",5]}}", "x".repeat(LARGEST));
        let all = items(text.as_bytes(), 8_192).unwrap();
        assert!(all[0].1.as_ref().unwrap_err().contains("16,777,216 bytes"), "{:?}", all[0].1);
        assert_eq!(all[1].1, Ok(json!(5)));
    }

    #[test]
    fn what_is_no_json_or_is_cut_off_is_refused_with_the_place() {
        for (text, says) in [
            ("{\"objects\":[1,2", "ends in the middle, after 15 bytes"),
            ("{\"objects\":[\"abc", "ends in the middle"),
            ("{\"objects\":[1 2]}", "no JSON from byte 14 on"),
            ("{\"objects\":[,]}", "no JSON from byte 12 on"),
            ("{objects:1}", "no JSON from byte 1 on"),
            ("}", "no JSON from byte 0 on"),
        ] {
            let refusal = items(text.as_bytes(), 4).unwrap_err();
            assert!(refusal.message.contains(says), "{text}: {refusal}");
        }
    }

    proptest! {
        #[test]
        fn any_document_reads_as_it_would_in_one_go(texts in prop::collection::vec("[ -~é\"\\\\\n]{0,12}", 0..6), room in 1usize..40) {
            let objects: Vec<Value> = texts.iter().map(|text| json!({ "t": [text, { text.as_str(): 1.5 }] })).collect();
            let text = serde_json::to_vec_pretty(&json!({ "a": texts, "objects": objects })).unwrap();
            let all: Vec<Value> = items(&text, room).unwrap().into_iter().map(|(_, part)| part.unwrap()).collect();
            prop_assert_eq!(all, objects);
        }

        #[test]
        fn any_bytes_end_and_never_panic(bytes in prop::collection::vec(prop::sample::select(b"{}[]\",:\\1t \xff".to_vec()), 0..60), room in 1usize..9) {
            let _ = items(&bytes, room);
        }
    }
}
